"""From a programme that was read to the event that is stored."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from calendars.revision import Stamp
from orchestrator.ids import EventId, new_id, new_uid
from orchestrator.programme.advance import shown_of_event
from orchestrator.programme.errors import BadSlug, SlugTaken
from orchestrator.programme.model import (
    Event,
    Programme,
    Reading,
    Remark,
    Timetable,
)
from orchestrator.programme.revision import Change, advance, compare, pair
from orchestrator.programme.slug import is_rehearsal, is_slug, slug_of
from orchestrator.programme.timetable import lay_out, moved


@dataclass(frozen=True, slots=True)
class Draft:
    """A programme ready to be stored, and what storing it would change."""

    programme: Programme
    timetable: Timetable
    before: Event | None
    change: Change
    remarks: tuple[Remark, ...] = ()
    """Why the timetable left the order of the source, where it did."""


def drafted(before: Event | None, programme: Programme) -> Draft:
    """``programme`` laid out and compared with what is stored, ``before``."""
    timetable = lay_out(programme)
    remarks = moved(programme, timetable)
    if before is None:
        change = compare(None, programme, timetable)
        return Draft(programme, timetable, None, change, remarks)
    paired = pair(before.programme, placed(programme, timetable))
    _refuse_stranger(before, paired)
    timetable = lay_out(paired)
    change = compare(before, paired, timetable)
    return Draft(paired, timetable, before, change, remarks)


def chosen_slug(given: str | None, programme: Programme) -> str:
    """The slug given, else the programme's own, else one of its title.

    Raises ``BadSlug``.
    """
    slug = given or programme.slug or slug_of(programme.title)
    if not is_slug(slug):
        raise BadSlug(
            f"“{slug}” cannot stand in an address; "
            "use up to 60 small letters, figures and hyphens."
        )
    return slug


def refuse_rehearsal(slug: str) -> None:
    """What has such a slug is removed when its rehearsal is over."""
    if is_rehearsal(slug):
        raise BadSlug(f"“{slug}” is kept for rehearsals; choose another slug.")


def placed(programme: Programme, timetable: Timetable) -> Programme:
    """``programme`` with each talk in the session that the timetable gave it."""
    sessions = tuple(timed.session for timed in timetable.sessions)
    return replace(programme, sessions=sessions, talks=())


def advanced(draft: Draft, reading: Reading, moment: datetime) -> Event:
    """The event to be stored at ``moment``, with identities and stamps."""
    programme, timetable, withdrawn = advance(
        draft.before,
        draft.programme,
        draft.timetable,
        moment,
        new_id=new_id,
        new_uid=new_uid,
    )
    before = draft.before
    return Event(
        id=before.id if before else EventId(new_id()),
        slug=programme.slug,
        programme=programme,
        timetable=timetable,
        stamp=_stamp(draft, moment),
        revision=before.revision + 1 if before else 1,
        clock_offset=before.clock_offset if before else timedelta(),
        remarks=(*reading.remarks, *draft.remarks, *map(_left, reading.leftovers)),
        withdrawn=withdrawn,
    )


def _left(leftover: Remark) -> Remark:
    return replace(leftover, text=f"Not understood: {leftover.text}")


def _stamp(draft: Draft, moment: datetime) -> Stamp:
    if draft.before is None:
        return Stamp.first(new_uid(), moment)
    former = draft.before
    if shown_of_event(former.programme) == shown_of_event(draft.programme):
        return former.stamp
    return former.stamp.changed(moment)


def _refuse_stranger(before: Event, after: Programme) -> None:
    """A second meeting must not replace the first because their titles agree."""
    known = {talk.id for talk in before.programme.all_talks}
    same_day = before.programme.first_day == after.first_day
    stays = any(talk.id in known for talk in after.all_talks)
    if not same_day and not stays and known:
        raise SlugTaken(
            f"Another meeting, {before.programme.title} of {before.programme.first_day}, "
            f"is at {before.slug}. Give this one its own with --slug."
        )
