"""A list is read from whatever a spreadsheet wrote, or refused with a reason."""

import csv
import io
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestrator.access.model import Grant, Role, Source
from orchestrator.ids import RegistrantId
from orchestrator.registration import csv_in, csv_out
from orchestrator.registration.csv_in import read_csv
from orchestrator.registration.csv_out import guarded, unguarded, write_csv
from orchestrator.registration.errors import UnreadableCsv
from orchestrator.registration.model import BadLine, CsvLine, Registrant, Standing
from orchestrator.registration.proposal import propose
from tests.orchestrator.registration.meeting import (
    DUNES,
    EVENING,
    EVENT,
    MORNING,
    NINE,
    TIDES,
    meeting,
)

FRENCH = (
    "Prénom;Nom;Courriel;Établissement;Adhérent;Rôle;Langue\r\n"
    "Zoé;Lefèvre;zoe@example.org;Université de la Côte;oui;présidente;français\r\n"
    "Noël;Àçis;noel@example.org;;non;;anglais\r\n"
)
PEOPLE = (
    CsvLine(
        line=2,
        name="Zoé Lefèvre",
        email="zoe@example.org",
        affiliation="Université de la Côte",
        member=True,
        roles=(Role.CHAIR,),
        language="fr",
    ),
    CsvLine(
        line=3, name="Noël Àçis", email="noel@example.org", member=False, language="en"
    ),
)


def read(text):
    return read_csv(text.encode())


def complaint(raw):
    with pytest.raises(UnreadableCsv) as refusal:
        read_csv(raw)
    return refusal.value.detail


@pytest.mark.parametrize(
    "encoding",
    [
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"),
        *("cp1252", "latin-1", "mac_roman"),
    ],
)
def test_any_encoding_of_a_spreadsheet_is_read(encoding):
    assert read_csv(FRENCH.encode(encoding)).lines == PEOPLE


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_line_ending_is_read(delimiter, ending):
    text = FRENCH.replace(";", delimiter).replace("\r\n", ending)

    assert read(text).lines == PEOPLE


def test_the_first_line_may_name_the_delimiter():
    (line,) = read("sep=;\nnom;mail\nAda, B.;ada@example.org\n").lines

    assert line == CsvLine(line=3, name="Ada, B.", email="ada@example.org")


def test_a_quoted_line_break_counts_as_lines_of_the_file():
    sheet = read(
        'name,email,affiliation\nAda,ada@example.org,"Lab A,\nBrest"\nBo,nothing,\n'
    )

    assert [(one.line, one.affiliation) for one in sheet.lines] == [(2, "Lab A, Brest")]
    assert [one.line for one in sheet.bad] == [4]


def test_blank_lines_and_short_lines_are_no_fault():
    sheet = read("\n\nname,email,member\n,,\nAda,ada@example.org\n\n")

    assert sheet.lines == (CsvLine(line=5, name="Ada", email="ada@example.org"),)


@pytest.mark.parametrize(
    ("titles", "cells", "name"),
    [
        ("Nom;Mail", "Ada Mare;a@example.org", "Ada Mare"),
        ("NOM DE FAMILLE;Prénoms;E-mail", "Mare;Ada;a@example.org", "Ada Mare"),
        ("Name;First Name;e_mail", "Mare;Ada;a@example.org", "Ada Mare"),
        ("nom;prénom;nom complet;mail", "M;A;Ada Mare;a@example.org", "Ada Mare"),
        ("Nom et prénom;Adresse électronique", "Mare Ada;a@example.org", "Mare Ada"),
        ("full name;e-mail address", "Ada  Mare ;a@example.org", "Ada Mare"),
    ],
)
def test_names_are_put_together(titles, cells, name):
    (line,) = read(f"{titles}\n{cells}\n").lines

    assert (line.name, line.email) == (name, "a@example.org")


def test_the_plainer_of_two_titles_is_taken():
    sheet = read("nom;adresse;téléphone;courriel\nAda;3 quai;0;a@example.org\n")

    assert sheet.lines[0].email == "a@example.org"
    assert sheet.unused == ("adresse", "téléphone")


def test_laboratory_and_institution_are_one_affiliation():
    sheet = read("nom;mail;laboratoire;établissement\nAda;a@example.org;LAB;U\n")

    assert sheet.lines[0].affiliation == "LAB, U"


@pytest.mark.parametrize(
    ("text", "member"),
    [
        *((text, True) for text in ("oui", "YES", "1", "x", "X", "Vrai", "Membre")),
        *((text, False) for text in ("non", "No", "0", "FAUX", "Non membre")),
        *((text, False) for text in ("non-membre", "nonmember", "Non adhérente")),
        ("", None),
    ],
)
def test_members_are_known_by_many_words(text, member):
    sheet = read(f"nom;mail;Membre du réseau\nAda;a@example.org;{text}\n")

    assert [line.member for line in sheet.lines] == [member]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("", ()),
        ("inscrite", (Role.REGISTRANT,)),
        ("Oratrice invitée", (Role.SPEAKER,)),
        ("orateur/oratrice", (Role.SPEAKER,)),
        ("Président(e)", (Role.CHAIR,)),
        ("organisateur·rice", (Role.ORGANISER,)),
        ("chair & speaker", (Role.CHAIR, Role.SPEAKER)),
        ("organisateur et intervenant", (Role.ORGANISER, Role.SPEAKER)),
    ],
)
def test_roles_are_known_by_many_words(text, roles):
    sheet = read(f"nom;mail;rôle\nAda;a@example.org;{text}\n")

    assert sheet.lines[0].roles == roles
    assert sheet.has_roles


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ada <ada@example.org>", "ada@example.org"),
        ("mailto:ada@example.org", "ada@example.org"),
        ("\u00a0ada@example.org\u200b", "ada@example.org"),
        ("a.d+x_a@mail.lab-o.example", "a.d+x_a@mail.lab-o.example"),
        ("zoé@côte.example", "zoé@côte.example"),
        ("'-ada@example.org", "-ada@example.org"),
    ],
)
def test_an_address_is_taken_out_of_how_it_is_written(text, address):
    sheet = read(f"nom;mail\nAda;{text}\n")

    assert sheet.lines[0].email == address


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("Ada;ada", "email 'ada': has no @"),
        ("Ada;a@b", "email 'a@b': is no mail address"),
        ("Ada;a b@example.org", "email 'a b@example.org': is no mail address"),
        ("Ada;a@-x.org", "email 'a@-x.org': is no mail address"),
        ("Ada;a..b@x.org", "email 'a..b@x.org': is no mail address"),
        ("Ada;@x.org", "email '@x.org': is no mail address"),
        ("Ada;a@x.org, b@x.org", "email 'a@x.org, b@x.org': holds more than one address; keep one"),
        (f"Ada;{'a' * 65}@x.org", f"email '{'a' * 57}…': is no mail address"),
        (";a@x.org", "name: there is none"),
        (f"{'A' * 201};a@x.org", "name: longer than 200 characters"),
        ("Ada;a@x.org;maybe", "member 'maybe': write yes or no (oui, non)"),
        (
            "Ada;a@x.org;;boss",
            "role 'boss': write registrant, speaker, chair or organiser "
            "(inscrit, intervenant, président, organisateur)",
        ),
        ("Ada;a@x.org;;;klingon", "language 'klingon': write fr or en"),
        (
            "Ada;a@x.org;;;;more",
            "6 cells where the first line has 5; put a cell that holds the separator "
            "between quotation marks",
        ),
    ],
)  # fmt: skip
def test_a_wrong_line_says_what_to_do(cells, fault):
    sheet = read(f"nom;mail;membre;rôle;langue\n{cells}\n")

    assert sheet.bad == (BadLine(line=2, text=fault),)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n \r\n", "The file is empty."),
        (b"sep=;\n", "The file is empty."),
        (b"PK\x03\x04rest", "a workbook (xlsx, ods) or a ZIP archive, not CSV"),
        (b"\xd0\xcf\x11\xe0rest", "an old Excel workbook (xls)"),
        (b"%PDF-1.7", "a PDF"),
        (b"{\\rtf1", "a text document"),
        (b"\x7fELF\x01\x02", "bytes that are no text"),
        (b"name,email\nAda,\x01\n", "bytes that are no text"),
        (b"Ada;ada@example.org\nBo;bo@example.org", "Line 1 is a person"),
        (b"nom;labo\nAda;Lab", "no column is a mail address. Found: nom, labo."),
        (b"mail;labo\na@x.org;L", "no column is a name. Found: mail, labo."),
        (b"nom:mail\nAda:a@x.org", "no column is a mail address. Found: nom:mail."),
        (b"nom;mail\n", "Line 1 has the titles of the columns, and no line follows"),
        (b'nom;mail\n"Ada;a@x.org\nBo;b@x.org', "Line 2: the quotation marks"),
        (b'nom;mail\n"Ada"s;a@x.org', "Line 2: the quotation marks"),
        (b"nom;mail\n" + b"a" * 140_000, "Line 2: the quotation marks"),
        (b"a" * 140_000, "field larger than field limit"),
        (b" " * (csv_in.LARGEST + 1), "at most 4096 are read"),
        (b"x;" * 300 + b"\n", "Line 1 has 301 columns, at most 200 are read."),
        (b"x;" * 30 + b"\n", "Found: " + "x, " * 20 + "…."),
        (b"nom;mail" + b"\n" * (csv_in.MOST_LINES + 1), "at most 30000 are read"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_what_was_found(raw, said):
    assert said in complaint(raw)


@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00")
@example(b"sep=\nname,email")
@example(b'sep="\nname"email\nx"y')
@example(b"name,email\n\xff\xff,\x80@x.org")
def test_any_bytes_are_a_list_or_refused(raw):
    try:
        sheet = read_csv(raw)
    except UnreadableCsv:
        return
    assert sheet.lines or sheet.bad


cells = st.text(max_size=30) | st.sampled_from(
    ["yes", "chair", "speaker", "1", "Water", "On tides", "a@example.org", "fr", "=1+1"]
)


@given(st.lists(st.lists(cells, min_size=2, max_size=9), max_size=6))
def test_any_cells_make_a_plan_or_are_refused(rows):
    out = io.StringIO()
    csv.writer(out).writerows([csv_out.COLUMNS, *rows])

    try:
        sheet = read_csv(out.getvalue().encode("utf-8", "replace"))
    except UnreadableCsv:
        return
    plan = propose(sheet, meeting(), ())

    lines = {one.line for one in (*plan.added, *plan.bad)}
    assert lines <= set(range(2, len(out.getvalue()) + 3))


# What comes out


def registrant(number=1, **values):
    common = {
        "id": RegistrantId(f"reg{number}"),
        "event": EVENT,
        "name": f"Ada {number}",
        "email": f"ada{number}@example.org",
        "registered": NINE,
    }
    return Registrant(**{**common, **values})


def test_a_list_is_written_with_a_line_for_each_role():
    ada = registrant(
        affiliation='Lab "A", Brest',
        member=True,
        language="fr",
        grants=(
            Grant(Role.CHAIR, session=MORNING),
            Grant(Role.CHAIR, session=EVENING, source=Source.DEFAULT),
            Grant(Role.SPEAKER, talk=DUNES),
        ),
    )
    gone = registrant(2, standing=Standing.CANCELLED)

    text = write_csv([ada, gone, registrant(3, member=False)], meeting())

    assert text.splitlines() == [
        '"name","email","affiliation","member","role","session","talk","language"',
        '"Ada 1","ada1@example.org","Lab ""A"", Brest","yes","chair","Water","","fr"',
        '"Ada 1","ada1@example.org","Lab ""A"", Brest","yes","speaker","","On dunes","fr"',
        '"Ada 3","ada3@example.org","","no","registrant","","",""',
    ]


@pytest.mark.parametrize(
    ("titles", "written"),
    [(("Same", "Same"), "2"), (("", ""), "2"), (("2", "2"), EVENING)],
)
def test_places_that_share_a_title_are_written_by_number_or_id(titles, written):
    event = meeting()
    timed = tuple(
        replace(one, session=replace(one.session, title=title))
        for one, title in zip(event.timetable.sessions, titles, strict=True)
    )
    event = replace(event, timetable=replace(event.timetable, sessions=timed))
    ada = registrant(grants=(Grant(Role.CHAIR, session=EVENING),))

    text = write_csv([ada], event)

    assert text.splitlines()[1].split(",")[5] == f'"{written}"'
    (draft,) = propose(read(text), event, ()).added
    assert draft.grants == set(ada.grants)


INVISIBLE = ["", " ", "\t", "\ufeff", "\u00a0", "\u200b", "\u3164", "\u202e", "\x00"]


@pytest.mark.parametrize("sign", [*"=+-@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
@pytest.mark.parametrize("leader", INVISIBLE)
def test_no_written_cell_begins_as_a_formula(leader, sign):
    cell = f"{leader}{sign}HYPERLINK(1)"

    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("sign", "=+-@")
def test_without_the_guard_a_formula_would_be_written(monkeypatch, sign):
    ada = registrant(name=f"{sign}1+1")
    assert f'"\'{sign}1+1"' in write_csv([ada], meeting())

    monkeypatch.setattr(csv_out, "guarded", str)

    assert f'"{sign}1+1"' in write_csv([ada], meeting())


@given(st.text() | st.from_regex(r"'*[=+@' -]{1,4}.*"))
def test_what_the_guard_adds_is_taken_off(cell):
    assert unguarded(guarded(cell)) == cell


names = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs", "Cf")),
    min_size=1,
    max_size=30,
).map(csv_in.clean)


@given(
    st.lists(
        st.builds(
            registrant,
            st.just(0),
            name=names.filter(bool),
            affiliation=names,
            member=st.sampled_from([True, False, None]),
            language=st.sampled_from(["fr", "en", ""]),
            grants=st.sets(
                st.sampled_from(
                    [
                        Grant(Role.ORGANISER),
                        Grant(Role.CHAIR, session=MORNING),
                        Grant(Role.CHAIR, session=EVENING),
                        Grant(Role.SPEAKER, talk=TIDES),
                    ]
                )
            ).map(lambda held: tuple(sorted(held, key=str))),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_reads_back_as_the_same_people(people):
    people = [
        replace(one, id=RegistrantId(str(n)), email=f"p{n}@example.org")
        for n, one in enumerate(people)
    ]

    sheet = read_csv(write_csv(people, meeting()).encode())
    fresh, again = propose(sheet, meeting(), ()), propose(sheet, meeting(), people)

    assert [
        (one.name, one.email, one.affiliation, one.member, one.language, one.grants)
        for one in fresh.added
    ] == [
        (
            *(unicodedata.normalize("NFC", one.name), one.email, one.affiliation),
            *(one.member, one.language, frozenset(one.grants)),
        )
        for one in people
    ]
    assert (fresh.bad, again.bad, again.added, again.updated) == ((), (), (), ())
