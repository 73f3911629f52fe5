"""A meeting page, Markdown or HTML, as a programme.

The page is cut into parts by its headings, in whatever order they stand. Parts
about the meeting give facts; parts about the programme give sessions and
talks. What no rule understands is kept as a section and listed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme.importers.acquaintances import (
    find_person,
    mentions_of,
    own_coauthors,
    written_two_ways,
)
from orchestrator.programme.importers.blocks import Block, render
from orchestrator.programme.importers.clock_times import Calendar, time_pauses
from orchestrator.programme.importers.days import calendar_of
from orchestrator.programme.importers.drafts import Draft, Origin, SessionDraft
from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.facts import (
    Facts,
    Named,
    announcement_of,
    settle_announcement,
)
from orchestrator.programme.importers.figures import capacity_in, network_in
from orchestrator.programme.importers.gathering import Gathered, gather
from orchestrator.programme.importers.inline import plain
from orchestrator.programme.importers.language import guess_language
from orchestrator.programme.importers.merging import merge
from orchestrator.programme.importers.misdecoded import mended
from orchestrator.programme.importers.moments import zone_named
from orchestrator.programme.importers.outline import Part, outline
from orchestrator.programme.importers.sessions import Block as Placed
from orchestrator.programme.importers.sessions import Placing
from orchestrator.programme.importers.source import read_blocks
from orchestrator.programme.importers.spellings import Likeness, compare_names
from orchestrator.programme.importers.talks import complete, kind_of, speaker_key
from orchestrator.programme.model import (
    Call,
    Person,
    Programme,
    Reading,
    Remark,
    Section,
    Session,
    Talk,
)

_LONGEST_LEFTOVER = 160


def read_page(
    text: str, *, zone: str = "Europe/Paris", today: date | None = None
) -> Reading:
    """The programme of a meeting page, with what was unsure or not understood.

    ``today`` gives the year when the page names none at all. Raises
    ``UnreadableProgramme``, with the line, for a page without a date, without
    any talk and session, or with an impossible day or hour.
    """
    blocks, remarks = mended(read_blocks(text))
    gathered = gather(outline(blocks), blocks)
    settle_announcement(gathered.facts)
    assembly = _Assembly(gathered, _zone(zone))
    return assembly.reading(blocks, remarks, today)


def _zone(name: str) -> ZoneInfo:
    try:
        return zone_named(name)
    except ValueError as error:
        raise UnreadableProgramme(str(error)) from None


class _Assembly:
    """Puts together what was gathered; collects the remarks on the way."""

    def __init__(self, gathered: Gathered, zone: ZoneInfo) -> None:
        self._gathered = gathered
        self._facts = gathered.facts
        self._zone = zone
        self._remarks: list[Remark] = []
        self._coauthors: dict[int, tuple[str, ...]] = {}

    def reading(
        self, blocks: list[Block], remarks: Iterable[Remark], today: date | None
    ) -> Reading:
        self._remarks += remarks
        drafts = self._drafts()
        sessions = self._sessions(drafts)
        if not sessions and not any(not d.is_pause and not d.ending for d in drafts):
            raise UnreadableProgramme(
                "The page has no talk and no session; write a list such as"
                " “10h-10h30 : Title, par Name (Lab)”, or a line"
                " “Session 1 : 10h-12h”."
            )
        language = self._language(drafts)
        calendar = calendar_of(self._gathered, drafts, sessions, blocks, today=today)
        self._invite(drafts, sessions)
        placing = Placing(calendar, self._zone, language=language)
        placed, unplaced = placing.place(drafts, sessions)
        unplaced = self._kept(unplaced, placed)
        self._look_at_names(drafts)
        programme = self._programme(calendar, placing, placed, unplaced, language)
        self._remarks += [*calendar.remarks, *placing.remarks]
        return Reading(
            programme=programme,
            remarks=tuple(sorted(self._remarks, key=lambda r: r.line)),
            leftovers=tuple(self._leftovers()),
        )

    def _drafts(self) -> list[Draft]:
        """The talks of the page, each once and complete."""
        drafts = [complete(draft) for draft in self._gathered.found.drafts]
        for heading, block in self._facts.invited_talks:
            drafts.append(
                Draft(
                    line=block.line,
                    origin=Origin.ITEM,
                    title=heading.title,
                    speakers=heading.speakers,
                    invited=True,
                )
            )
        drafts = [draft for draft in drafts if draft.is_entry]
        _name_speakers(drafts, self._facts)
        time_pauses(drafts)
        kept, remarks = merge(drafts)
        self._remarks += remarks
        for draft in kept:
            self._remarks += [_broken(draft, link) for link in draft.broken_links]
            self._coauthors[id(draft)], misspelled = own_coauthors(draft)
            self._remarks += misspelled
        return kept

    def _sessions(self, drafts: list[Draft]) -> list[SessionDraft]:
        """The sessions of the page; its hours are one when it names no session."""
        sessions = self._gathered.found.sessions
        hours = self._facts.hours
        untimed = any(d.starts is None and not d.is_pause for d in drafts)
        if sessions or not (untimed or not drafts):
            return sessions
        return [
            SessionDraft(
                line=0,
                title=f"Session {number}" if hours[1:] else "Session",
                starts=window.starts,
                ends=window.ends,
            )
            for number, window in enumerate(hours, 1)
        ]

    def _language(self, drafts: list[Draft]) -> str:
        facts = self._facts
        around = [b.text for b in (*facts.announcement, *facts.call)]
        around += [
            block.text for _, blocks in self._gathered.unknown for block in blocks
        ]
        prose = " ".join([*self._gathered.prose, *around, facts.place])
        shown = " ".join(f"{d.shown} {d.title}" for d in drafts)
        abstracts = " ".join(draft.abstract for draft in drafts)
        votes = (
            guess_language(text) for text in (prose, f"{prose} {shown}", abstracts)
        )
        return next((vote for vote in votes if vote), "fr")

    def _invite(self, drafts: list[Draft], sessions: list[SessionDraft]) -> None:
        """Mark the talks of invited speakers; announce those who have none."""
        talks = [draft for draft in drafts if not draft.is_pause]
        roomy = _is_roomy(drafts, sessions)
        invited = _each_once(self._facts.invited)
        for named in (*invited, *_each_once(self._facts.speakers)):
            draft = find_person(named.person, talks)
            if draft is not None:
                draft.invited = draft.invited or named in invited
                draft.speakers = _told(draft.speakers, named.person)
                continue
            what = (
                "a last talk, to be announced, stands for it"
                if roomy
                else "none is added, since every talk has its hours"
            )
            who = "is invited" if named in invited else "is among the speakers"
            text = f"{named.person.name} {who} but has no talk on the page; {what}."
            self._remarks.append(Remark(line=named.line, text=text))
            if roomy:
                talks.append(_unannounced(named, invited=named in invited))
                drafts.append(talks[-1])

    def _kept(self, unplaced: list[Draft], placed: list[Placed]) -> list[Draft]:
        """The talks without hours; pauses beside a timed programme say nothing more."""
        timed = any(d.starts for block in placed for d in block.entries)
        return [d for d in unplaced if not (d.ending or (d.is_pause and timed))]

    def _look_at_names(self, drafts: list[Draft]) -> None:
        named = [*self._facts.organisers, *self._facts.invited]
        mentions = mentions_of(named, drafts, self._coauthors)
        self._remarks += written_two_ways(mentions)

    def _programme(
        self,
        calendar: Calendar,
        placing: Placing,
        placed: list[Placed],
        unplaced: list[Draft],
        language: str,
    ) -> Programme:
        facts = self._facts
        return Programme(
            title=self._title(),
            zone=self._zone.key,
            language=language,
            network=self._network(),
            first_day=calendar.first,
            last_day=calendar.last,
            place=facts.place,
            themes=tuple(facts.themes),
            capacity=facts.capacity or _capacity(facts.announcement),
            registered=facts.registered,
            announcement=announcement_of(facts),
            topics=tuple(facts.topics),
            call=self._call(calendar),
            organisers=tuple(n.person for n in _each_once(facts.organisers)),
            invited=tuple(n.person for n in _each_once(facts.invited)),
            sessions=tuple(self._session(block, placing) for block in placed),
            talks=tuple(self._talk(draft, placing) for draft in unplaced),
            sections=tuple(self._kept_sections()),
        )

    def _title(self) -> str:
        if self._gathered.title:
            return self._gathered.title
        text = "The page has no title; “Réunion” is taken. Write a heading above it."
        self._remarks.append(Remark(line=0, text=text))
        return "Réunion"

    def _network(self) -> str:
        facts = self._facts
        texts = (self._gathered.title, *(b.text for b in facts.announcement[:3]))
        return facts.network or next(filter(None, map(network_in, texts)), "")

    def _call(self, calendar: Calendar) -> Call | None:
        facts = self._facts
        if not facts.call:
            return None
        deadline = None
        if facts.deadline is not None:
            days, line = facts.deadline
            deadline = calendar.date_of(days.last, line=line)
            while (
                days.last.year is None and calendar.first and deadline > calendar.first
            ):
                # A call without a year ends before the meeting.
                deadline = (days.last.within(deadline.year - 1)) or (
                    deadline - timedelta(days=365)
                )
        return Call(text=render(facts.call).strip(), deadline=deadline)

    def _session(self, block: Placed, placing: Placing) -> Session:
        return Session(
            title=block.title,
            starts=block.starts,
            ends=block.ends,
            room=block.room,
            chairs=block.chairs,
            talks=tuple(self._talk(draft, placing) for draft in block.entries),
        )

    def _talk(self, draft: Draft, placing: Placing) -> Talk:
        kind = kind_of(draft)
        title = draft.title if kind.is_talk else draft.title or draft.shown
        text = f"{title}. {draft.abstract}" if kind.is_talk else ""
        return Talk(
            title=title,
            kind=kind,
            speakers=draft.speakers,
            coauthors=self._coauthors.get(id(draft), ()),
            abstract=draft.abstract,
            links=draft.links,
            language=draft.language or guess_language(text),
            duration=None if draft.starts is not None else draft.length,
            starts=placing.starts(draft) if draft.starts is not None else None,
            ends=placing.ends(draft) if draft.starts is not None else None,
        )

    def _unread(self) -> list[tuple[Part, list[Block]]]:
        """Unknown sections, then lines that no rule took, by their heading."""
        grouped: dict[str, tuple[Part, list[Block]]] = {}
        for part, block in self._facts.rest:
            heading = part.heading or self._gathered.title
            grouped.setdefault(heading, (part, []))[1].append(block)
        found = [*self._gathered.unknown, *grouped.values()]
        return sorted(found, key=lambda item: item[0].line)

    def _kept_sections(self) -> list[Section]:
        found = []
        for part, blocks in self._unread():
            title = part.heading or self._gathered.title or "Réunion"
            found.append(Section(title=title, text=render(blocks).strip()))
        return [section for section in found if section.text]

    def _leftovers(self) -> list[Remark]:
        found = []
        for part, blocks in self._unread():
            if (part, blocks) in self._gathered.unknown:
                lines = " ".join(plain(block.text) for block in blocks)
                text = f"{part.heading}: {lines}" if lines else part.heading
                found.append(Remark(line=part.line, text=_short(text)))
            else:
                found += [
                    Remark(line=block.line, text=_short(plain(block.text)))
                    for block in blocks
                    if block.line not in self._facts.partly
                ]
        return sorted(found, key=lambda remark: remark.line)


def _name_speakers(drafts: list[Draft], facts: Facts) -> None:
    """A title that is a name known from elsewhere on the page is its speaker."""
    people = [n.person for n in (*facts.invited, *facts.speakers, *facts.organisers)]
    people += [person for draft in drafts for person in draft.speakers]
    known = {speaker_key(person): person for person in people}
    for draft in drafts:
        name = speaker_key(Person(name=draft.title))
        if draft.title and not draft.speakers and name in known:
            draft.speakers = (Person(name=draft.title),)
            draft.title = ""


def _broken(draft: Draft, link: str) -> Remark:
    return Remark(
        line=draft.line,
        text=f"The link “{link}” of “{draft.title or draft.shown}” leads nowhere"
        " without the address of the site; write it whole, with https://.",
    )


def _told(speakers: tuple[Person, ...], known: Person) -> tuple[Person, ...]:
    """``speakers``, one without an affiliation or address given that of ``known``."""
    return tuple(
        replace(
            person,
            affiliation=person.affiliation or known.affiliation,
            email=person.email or known.email,
        )
        if compare_names(person.name, known.name) is not Likeness.OTHER
        else person
        for person in speakers
    )


def _unannounced(named: Named, *, invited: bool) -> Draft:
    return Draft(
        line=named.line,
        origin=Origin.ITEM,
        speakers=(named.person,),
        invited=invited,
    )


def _is_roomy(drafts: list[Draft], sessions: list[SessionDraft]) -> bool:
    """Whether a talk without hours can be laid out: a window that is not timed."""
    timed = {id(draft.session) for draft in drafts if draft.starts is not None}
    free = any(draft.starts is None and not draft.is_pause for draft in drafts)
    windows = [session for session in sessions if session.starts is not None]
    return free or any(id(session) not in timed for session in windows)


def _each_once(named: list[Named]) -> list[Named]:
    """People in the order of the page, one who is listed twice once."""
    found: dict[str, Named] = {}
    for one in named:
        found.setdefault(" ".join(one.person.name.split()).casefold(), one)
    return list(found.values())


def _capacity(blocks: Iterable[Block]) -> int | None:
    return next((n for b in blocks if (n := capacity_in(b.text)) is not None), None)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return (
        text if len(text) <= _LONGEST_LEFTOVER else text[: _LONGEST_LEFTOVER - 1] + "…"
    )
