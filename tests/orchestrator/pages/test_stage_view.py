"""What a chair sees of a session: the clock, what is proposed, who comes, the order."""

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from orchestrator.pages import stage_answers
from orchestrator.pages.stage_floor_view import FloorStand
from orchestrator.pages.stage_names import (
    breaching,
    breaching_button,
    deed,
    has_just,
    names_of,
)
from orchestrator.pages.stage_reading import parts_of
from orchestrator.pages.stage_view import PARTS, desk_view
from orchestrator.pages.times import times_for
from orchestrator.stage import schemas
from orchestrator.stage.errors import Impossible
from orchestrator.stage.messages.errors import BadMessage, NoSuchMessage
from orchestrator.stage.model import Breach
from orchestrator.stage.ordering import insert
from orchestrator.stage.presses import skip
from orchestrator.stage.readiness.model import Wish
from orchestrator.stage.retiming import proposed
from tests.orchestrator.pages.made_up import at, event
from tests.orchestrator.pages.shown import desk, order_page, soup, text
from tests.orchestrator.pages.staged import (
    GIVEN,
    MESSAGES,
    OVER,
    READINESS,
    TAKEN,
    breaching_proposal,
    minutes,
    overrunning,
    question,
    record,
    rundown,
    stand,
)

STAGE = Path(schemas.__file__).parent
ON = {"given": ("talk1",), "live": ("talk2", at(10, 16))}


def view(here=None, now=OVER, language="fr"):
    times = times_for(language, "Europe/Paris", None)
    return desk_view(event(), here or stand(), now, times)


def names(language="fr", here=None):
    return names_of(event(), here or overrunning(), language)


def shown(here=None, now=OVER, language="fr"):
    return soup(desk(now, language, here))


# The clock.


@pytest.mark.parametrize(
    ("now", "count", "phase", "word"),
    [
        (at(10, 20), "11:00", "on-time", "Reste"),
        (at(10, 26), "5:00", "soon", "Bientôt"),
        (at(10, 30, second=59), "0:01", "soon", "Bientôt"),
        (at(10, 31), "0:00", "over", "Dépassement"),
        (at(10, 38, second=12), "+7:12", "over", "Dépassement"),
    ],
)
def test_clock_counts_to_the_end_of_talk_and_questions(now, count, phase, word):
    clock = view(stand(rundown(**ON)), now).clock

    assert (clock.count.text, clock.phase, clock.word) == (count, phase, word)
    assert clock.heading == "En cours, exposé 2 sur 6"


def test_time_before_the_questions_is_told_until_they_begin():
    before, after = (
        view(stand(rundown(**ON)), moment).clock for moment in (at(10, 20), at(10, 29))
    )

    assert (before.talk.text, before.bells) == ("8:00", "0")
    assert (after.talk, after.bells) == (None, "5 1 0")


def test_bar_shows_talk_questions_and_what_is_over():
    clock = view().clock

    assert [(part.x, part.width, part.label) for part in clock.bar] == [
        (0, 720, "exposé 12\u00a0min"),
        (720, 180, "questions 3\u00a0min"),
        (900, 432, "dépassement 7\u00a0min"),
    ]
    assert (clock.span, clock.gone) == (1332, 900)


def test_a_discussion_is_not_called_a_talk():
    here = rundown(given=GIVEN[:-1], live=(GIVEN[-1], at(11, 30)))
    seen = view(stand(here), at(11, 40))

    assert seen.clock.bar[0].label == "discussion 30\u00a0min"
    assert seen.questions.empty == "Aucune question en attente"


def test_figures_tell_delay_reserve_and_ends():
    assert [(one.name, one.text, one.level) for one in view().clock.facts] == [
        ("Retard", "+8\u00a0min", "no"),
        ("Réserve", "discussion 30\u00a0min", ""),
        ("Fin", "12:00, tenue", ""),
        ("Journée", "à l’heure", ""),
    ]
    late = stand(proposal=breaching_proposal(), day_late=minutes(7))
    assert [one.text for one in view(late).clock.facts][2:] == [
        "12:07, dépassée",
        "+7\u00a0min",
    ]


@pytest.mark.parametrize(
    ("here", "now", "heading", "count"),
    [
        (rundown(), at(9, 50), "La session commence par", "10:00"),
        (rundown(), at(9, day=25), "La session commence par", "3\u00a0jours"),
        (rundown(), at(10, 2), "La session commence par", "+2:00"),
        (rundown(given=("talk1",)), at(10, 17), "Personne n’est en cours", "+2:00"),
        (rundown(given=GIVEN), at(12, 1), "La session est finie", None),
    ],
)
def test_while_nobody_is_on_the_clock_waits_for_the_next(here, now, heading, count):
    clock = view(stand(here), now).clock

    assert clock.heading == heading
    assert (clock.count and clock.count.text) == count
    assert clock.idle


# What is proposed.


def test_proposal_says_cause_before_after_and_what_stays():
    one = view().proposal

    assert one.title == "Décaler la suite de 8\u00a0min\u00a0?"
    assert [(line.what, line.was, line.now) for line in one.changes] == [
        ("Exposés 4, 5 et\u00a06", "à l’heure", "+8\u00a0min"),
        ("Discussion", "30\u00a0min", "22\u00a0min"),
    ]
    assert one.kept == "Fin à 12:00, Mina Castellan à\u00a016:30"
    assert one.breaches == ""
    assert one.told.startswith("Aucun courriel")
    assert one.accept.act == ('{"do":"accept","until":"2021-06-28T08:53:00+00:00"}')


def test_one_that_moves_alone_is_told_by_its_times():
    here = rundown(given=GIVEN[:5], live=("talk6", at(11, 16)))
    plan = proposed(here, at(11, 36))
    (line,) = view(stand(here, proposal=plan), at(11, 36)).proposal.changes

    assert (line.what, line.was, line.now) == (
        "Discussion",
        "30\u00a0min",
        "24\u00a0min",
    )


def test_questions_taken_from_who_is_on_are_said_first():
    plan = replace(stand().proposal, eaten=(minutes(3), minutes(0)))

    first = view(stand(proposal=plan)).proposal.changes[0]

    assert (first.what, first.was, first.now) == (
        "Questions, exposé 3",
        "3\u00a0min",
        "0\u00a0min",
    )


def test_people_who_are_to_have_mail_are_counted():
    assert view(stand(told=1)).proposal.told == "1 personne à prévenir par courriel."
    assert view(stand(told=3)).proposal.told == ("3 personnes à prévenir par courriel.")


def test_what_cannot_be_kept_is_said_in_the_proposal():
    one = view(stand(proposal=breaching_proposal())).proposal

    assert (
        one.breaches == "L’exposé 5 commencerait à 11:52, la session finirait à 12:07"
    )
    assert one.kept == "Mina Castellan à\u00a016:30"


@pytest.mark.parametrize(
    ("talks", "said"),
    [
        (["talk1"], "l’exposé 1"),
        (["talk1", "talk2", "talk3"], "les exposés 1, 2 et\u00a03"),
        (["talk2", "talk3", "talk4", "talk5"], "les exposés 2 à\u00a05"),
        (["talk1", "talk3", "talk4", "talk5"], "les exposés 1, 3, 4 et\u00a05"),
    ],
)
def test_many_neighbours_are_named_by_the_first_and_the_last(talks, said):
    assert names().things(talks) == said


def test_without_a_proposal_the_place_stays():
    page = shown(stand(rundown(**ON)), at(10, 20))

    assert text(page.select_one("#proposal-session1")) == (
        "Rien à décaler Fin à 12:00, comme annoncé."
    )


# Who comes.


def test_next_two_tell_what_is_missing():
    first, second = view().two

    assert (first.who, [(one.level, one.text) for one in first.signs]) == (
        "Driss Amrani",
        [
            ("yes", "Présent depuis 9:52"),
            ("yes", "Micro testé à 9:55"),
            ("yes", "Supports reçus"),
        ],
    )
    assert (second.who, [(one.level, one.text) for one in second.signs]) == (
        "Elif Şahin",
        [
            ("no", "Pas arrivé"),
            ("wait", "Lien ouvert à 9:41"),
            ("no", "Supports non reçus"),
        ],
    )
    assert (first.missing, second.missing) == (False, True)


def test_long_before_nothing_is_urgent():
    far = view(stand(rundown(), readiness=READINESS), at(8)).two[0]

    assert {one.level for one in far.signs} == {"wait"}
    later = view(stand(rundown(given=GIVEN[:3])), at(10, 29)).two
    assert [one.missing for one in later] == [False, False]


def test_phone_can_be_pressed():
    link = shown().select_one(".ready .tel")

    assert (link["href"], text(link)) == ("tel:0639980012", "06 39 98 00 12")


def test_speaker_far_away_has_his_own_time():
    here = rundown(session=1, given=("talk7",), live=("talk8", at(16, 15)))

    assert view(stand(here), at(16, 20), "en").two[0].own == "7:30 in Los Angeles"


def test_nobody_known_is_not_said_to_be_missing():
    unknown = view(stand(readiness=())).two[0]

    assert (unknown.signs[0].text, unknown.missing) == (
        "Aucun inscrit relié",
        False,
    )


def test_who_must_not_be_recorded_is_marked():
    wish = replace(READINESS[0], wish=Wish.DO_NOT_RECORD)

    assert view(stand(readiness=(wish,))).two[0].signs[-1].text == "Ne pas enregistrer"


@pytest.mark.parametrize(
    ("talks", "recorded", "level", "text"),
    [
        (
            "talk3 talk4",
            True,
            "over",
            "Do not record this talk (Chiara Lodi): stop the recording.",
        ),
        ("talk3", False, "", "Do not record this talk (Chiara Lodi)."),
        (
            "talk4 talk5",
            True,
            "warn",
            "Do not record the next talk (Driss Amrani): stop the recording before.",
        ),
        ("talk4", False, "", "Do not record the next talk (Driss Amrani)."),
    ],
)
def test_recording_that_a_speaker_does_not_want_is_told(talks, recorded, level, text):
    asked = tuple(
        replace(READINESS[0], talk=one, wish=Wish.DO_NOT_RECORD)
        for one in talks.split()
    )
    floor = FloorStand(records=True, recorded=at(10, 2) if recorded else None)

    told = view(stand(readiness=asked, floor=floor), language="en").floor.wished

    assert (told.level, told.text) == (level, text)


def test_recording_that_nobody_minds_is_not_spoken_of():
    """The talk after the next one has its mark, that is all."""
    asked = replace(READINESS[0], talk="talk5", wish=Wish.DO_NOT_RECORD)
    floor = FloorStand(records=True, recorded=at(10, 2))

    assert view(stand(readiness=(asked,), floor=floor)).floor.wished is None


@pytest.mark.parametrize(
    ("records", "button", "hint"), [(True, 1, False), (False, 0, True)]
)
def test_unwanted_recording_has_its_end_at_hand(records, button, hint):
    asked = replace(READINESS[0], talk="talk3", wish=Wish.DO_NOT_RECORD)
    floor = FloorStand(records=records, recorded=at(10, 2))

    tile = shown(stand(readiness=(asked,), floor=floor)).select_one(".recording")

    warned = text(tile.select_one(".banner.over"))
    assert warned.startswith("Exposé à ne pas enregistrer (Chiara Lodi)")
    assert len(tile.select("button[value=stop]")) == button
    assert ("Il s’arrête dans la salle vidéo." in warned) is hint


def test_wish_is_told_where_the_service_cannot_know_of_a_recording():
    asked = replace(READINESS[0], talk="talk3", wish=Wish.DO_NOT_RECORD)

    tile = shown(stand(readiness=(asked,))).select_one(".recording")

    assert [text(one) for one in tile.select("p")] == [
        "Exposé à ne pas enregistrer (Chiara Lodi)."
    ]


# The running order.


def test_order_has_times_and_states():
    rows = shown().select(".rundown > li")

    assert [
        (text(row.select_one(".t")), text(row.label), text(row.select_one(".state")))
        for row in rows
    ] == [
        ("10:01", "Ana Petrović", "Terminé"),
        ("10:16", "Bruno Delcourt", "Terminé"),
        ("10:31", "Chiara Lodi", "En cours"),
        ("prévu 10:45 proposé 10:53", "Driss Amrani", "Ensuite"),
        ("prévu 11:00 proposé 11:08", "Elif Şahin", "Pas arrivé"),
        ("prévu 11:15 proposé 11:23", "Fabien Roche", "Prévu"),
        ("prévu 11:30 proposé 11:38", "Discussion", "Prévu"),
    ]
    assert [row["id"] for row in rows if row.select("input[checked]")] == ["cue-talk4"]
    assert [row.get("data-ahead") for row in rows][:4] == [None, None, None, "talk4"]


def tools(row):
    return [text(button) for button in row.select(".cue-tools > button")]


def test_each_step_has_the_tools_of_its_state():
    here = skip(overrunning(), schemas.Skip(do="skip", talk="talk5"), OVER)
    rows = shown(stand(here)).select(".rundown > li")

    assert [tools(row) for row in rows[:5]] == [
        [],
        [],
        ["Finir", "Revenir", "Sans questions"],
        ["Monter", "Descendre", "Absent", "Lancer"],
        ["Rétablir"],
    ]


def test_last_one_given_can_be_taken_up_again_while_nobody_is_on():
    rows = shown(stand(rundown(given=GIVEN[:2])), at(10, 32)).select(".rundown > li")

    assert [tools(row) for row in rows[:2]] == [[], ["Reprendre"]]


def test_a_step_can_go_to_another_session_and_have_a_pause_before_it():
    row = shown().select_one("#cue-talk4")

    forms = [
        {field["name"]: field.get("value") for field in one.select("input, select")}
        for one in row.select("form")
    ]
    assert forms == [
        {
            "do": "insert",
            "before": "talk4",
            "version": "14",
            "kind": None,
            "minutes": "10",
        },
        {"do": "transfer", "talk": "talk4", "version": "14", "session": None},
    ]
    assert [one["value"] for one in row.select("[name=session] option")] == ["session2"]


def test_a_step_tells_what_is_unusual_about_it():
    usual, longer = view().order[3], None
    here = overrunning()
    cues = [
        replace(cue, talk_time=cue.talk_time + minutes(5), question_time=timedelta())
        if cue.talk == "talk4"
        else cue
        for cue in here.cues
    ]
    longer = view(stand(replace(here, cues=tuple(cues)))).order[3]

    assert (usual.small, usual.length) == ("", "12 + 3\u00a0min")
    assert (longer.small, longer.length) == (
        "+2\u00a0min, sans questions",
        "17\u00a0min",
    )


def test_pause_that_was_put_in_has_a_name_before_the_programme_knows_it():
    put = schemas.Insert(do="insert", kind="break", minutes=10, before="talk5")
    here = insert(overrunning(), put, "new", OVER)

    assert [row.who for row in view(stand(here)).order][4] == "la pause"


# Commands.


def test_next_says_whom_it_brings_on_and_whom_it_ends():
    cases = [
        (rundown(), "Lancer : Ana Petrović", "personne n’est en cours"),
        (overrunning(), "Suivant : Driss Amrani", "termine Chiara Lodi"),
        (
            rundown(given=GIVEN[:6], live=("discussion1", at(11, 31))),
            "Finir la session",
            "termine Discussion",
        ),
    ]
    for here, label, small in cases:
        one = view(stand(here)).bar.next
        assert (one.label.replace("\u00a0", " "), one.small) == (label, small)
    assert view(stand(rundown(given=GIVEN))).bar.next.why == "plus personne à venir"


def test_undo_names_the_last_press_that_stands():
    records = (
        record(16, "undo", at(10, 33)),
        record(15, "skip", at(10, 32), talk="talk5", undone=16),
        record(14, "next", at(10, 31), talk="talk3"),
    )

    assert view(stand(records=records)).bar.undo.small == "lancement de l’exposé 3"
    assert view(stand(records=())).bar.undo.why == "rien à annuler"


def test_nothing_is_prolonged_while_nobody_is_on():
    page = shown(stand(rundown()), at(9, 50))

    buttons = page.select(".more button")
    assert {one["aria-disabled"] for one in buttons} == {"true"}
    assert {one["title"] for one in buttons} == {"personne n’est en cours"}


def test_every_button_sends_an_action_that_is_understood():
    for here, now in ((stand(), OVER), (stand(rundown()), at(9, 50))):
        sent = [one["value"] for one in shown(here, now).select("button[name=act]")]
        read = [schemas.ACTION.validate_json(one).do for one in sent if one]
        assert len(read) > 10


# Questions and messages.


def test_questions_to_who_is_on_wait_the_taken_one_first():
    asked = (
        *stand().questions[:3],
        question(5, "Et après ?", "Zoé", 1, state=TAKEN),
        question(6, "À un autre ?", "Zoé", 1, talk="talk9"),
    )
    one = view(stand(questions=asked)).questions

    assert (one.heading, one.jump) == ("Questions, 3 en attente", "3 questions")
    assert [ask.id for ask in (*one.shown, *one.rest)] == [
        "question5",
        "question1",
        "question2",
        "question3",
    ]
    assert one.shown[1].by == "Inès R., LTCI, 12 voix"


def test_buttons_of_a_question_name_who_asks():
    row = shown().select_one("#q-question1")

    assert [(text(one), one["value"], one["aria-label"]) for one in row("button")] == [
        ("Prendre", "question1 taken", "Prendre la question de Inès R."),
        (
            "Plus tard",
            "question1 later",
            "Laisser pour plus tard la question de Inès R.",
        ),
        ("Retirer", "question1 removed", "Retirer la question de Inès R."),
    ]


def test_messages_that_stand_can_be_taken_back():
    page = shown(stand(messages=MESSAGES))

    (line,) = page.select(".told li")
    assert text(line.p) == "10:52 , Chiara Lodi : Fin"
    assert line.button["value"] == "message1"


def test_what_was_told_to_a_speaker_who_has_finished_is_not_shown():
    page = shown(stand(rundown(given=GIVEN[:3]), messages=MESSAGES))

    assert page.select(".told li") == []


def test_a_message_to_the_speaker_goes_to_who_is_on_else_to_the_next():
    on = view().message
    before = view(stand(rundown()), at(9, 50)).message
    after = view(stand(rundown(given=GIVEN)), at(12, 1)).message

    assert [one.talk for one in (on, before, after)] == ["talk3", "talk1", None]


def test_enter_in_the_message_sends_the_text_and_no_card():
    """The first button of a form is the one that Enter presses."""
    assert text(shown().select_one("#say [type=submit]")) == "Envoyer"


# Words.


def test_presses_have_words_in_both_languages():
    actions = [
        {"do": "start", "talk": "talk3"},
        {"do": "next", "talk": "talk3"},
        {"do": "next"},
        {"do": "finish"},
        {"do": "back"},
        {"do": "skip", "talk": "talk5"},
        {"do": "restore", "talk": "talk5"},
        {"do": "move", "talk": "talk5", "by": 1},
        {"do": "order", "talks": []},
        {"do": "transfer", "talk": "gone", "session": "session2"},
        {"do": "insert", "kind": "break", "minutes": 5},
        {"do": "insert", "kind": "discussion", "minutes": 5},
        {"do": "extend", "minutes": -5, "talk": "talk4"},
        {"do": "put-questions-off", "talk": None},
        {"do": "accept", "until": ""},
        {"do": "refuse", "until": ""},
        {"do": "undo"},
    ]
    records = [record(1, moment=OVER, **one) for one in actions]
    for say in (deed, has_just):
        french = {say(one, names("fr")) for one in records}
        english = {say(one, names("en")) for one in records}
        assert french & english == set()
        assert "un changement" not in french
    assert {one["do"] for one in actions} == {
        one.model_fields["do"].annotation.__args__[0]
        for one in schemas.Action.__origin__.__args__
    }


def test_a_press_that_came_too_late_hears_who_was_first():
    banner = stage_answers.stale_banner(
        [record(15, "next", OVER, talk="talk4")], names("en")
    )

    assert banner.title == "Valentin Emiya has just started talk 4."
    assert banner.text.startswith("Your action was not applied.")


@pytest.mark.parametrize(
    ("breaches", "said", "button"),
    [
        (
            [(None, at(12, 7))],
            "the session would end at 12:07",
            "End at 12:07",
        ),
        (
            [("talk5", at(11, 52)), (None, at(12, 7))],
            "talk 5 would start at 11:52, the session would end at 12:07",
            "Move talk 5 to 11:52, end at 12:07",
        ),
        (
            [("talk5", at(10, 52))],
            "talk 5 would start at 10:52",
            "Move talk 5 to 10:52",
        ),
    ],
)
def test_breaches_are_said_and_stand_on_the_button(breaches, said, button):
    times = times_for("en", "Europe/Paris", None)
    told = [Breach(talk=talk, was=at(11), now=now) for talk, now in breaches]

    assert breaching(told, names("en"), times) == said
    assert breaching_button(told, names("en"), times) == button


def test_second_step_sends_the_same_press_and_means_it():
    action = schemas.ACTION.validate_json(view().proposal.accept.act)
    facts = {
        "breaches": [
            {"talk": None, "was": at(12).isoformat(), "now": at(12, 7).isoformat()}
        ]
    }
    times = times_for("fr", "Europe/Paris", None)
    again = stage_answers.breach_banner(action, facts, names(), times).again

    assert again.label == "Finir à 12:07"
    meant = schemas.ACTION.validate_json(again.act)
    assert meant == action.model_copy(update={"breach": True})


def test_every_refusal_of_the_rules_has_its_french():
    refusals = {
        call.args[0].value
        for file in STAGE.glob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ("Impossible", "BadOrder", "NoSuchTalk")
        and isinstance(call.args[0], ast.Constant)
    }

    assert len(refusals) > 20
    assert refusals - stage_answers._REASONS == set()


@pytest.mark.parametrize(
    ("refusal", "french", "lang"),
    [
        (
            BadMessage("It has 300 characters. Say it in 280."),
            "Le texte a 300 caractères. Dites-le en 280.",
            "",
        ),
        (
            Impossible(
                "The session would last until 00:10 of the next day: shorten or skip "
                "something first."
            ),
            "La session durerait jusqu’à 00:10 le lendemain\u00a0: raccourcissez ou "
            "sautez d’abord quelque chose.",
            "",
        ),
        (NoSuchMessage("day has no message '7'."), "Ce n’est plus là. Voici", ""),
        (Impossible("Not today."), "Not today.", "en"),
    ],
)
def test_refusal_is_told_in_the_language_of_the_page(refusal, french, lang):
    banner = stage_answers.refused_banner(refusal, "fr")

    assert banner.text.startswith(french)
    assert banner.lang == lang


# Parts, and paper.


def test_every_part_is_drawn_alone_as_on_the_page():
    drawn = view()
    page = shown()

    parts = {one.target: one for one in parts_of(drawn)}
    assert list(parts) == [f"{part}-session1" for part in PARTS]
    for target, one in parts.items():
        alone = soup_of(one.html)
        assert alone.find(id=target) == page.find(id=target)
        assert one.version == event().revision


def soup_of(html):
    return BeautifulSoup(html, "html.parser")


def test_parts_of_two_desks_have_names_of_their_own():
    first = {one.target for one in parts_of(view())}
    other = {one.target for one in parts_of(view(stand(rundown(session=1))))}

    assert first & other == set()


def test_paper_matches_the_screen_and_tells_version_and_time():
    page = soup(order_page(event(), stand(), now=OVER, language="fr"))

    on_paper = [text(row.td) for row in page.select("tbody tr")]
    on_screen = [text(one) for one in shown().select(".rundown .t")]
    assert [one.partition(" – ")[0] for one in on_paper] == on_screen
    assert text(page.select_one(".print-foot")) == (
        "Version 14, état du 28 juin 2021 à 10:53."
    )
    assert text(page.caption) == "Ordre de passage, version 14"
    assert "06 39" not in text(page)


def test_paper_tells_that_times_are_only_proposed():
    noted = "Barrée : l’heure annoncée."
    proposed_, calm = (
        soup(order_page(event(), here, now=OVER, language="fr"))
        for here in (stand(), stand(rundown(**ON), proposal=None))
    )

    assert noted in text(proposed_)
    assert noted not in text(calm)
