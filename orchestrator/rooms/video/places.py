"""Rooms as providers are told them."""

from dataclasses import replace

from integrations.video.provider import Place
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room

# Titles of rooms are short everywhere; the strictest provider takes 64 characters.
_LONGEST_TITLE = 64


def bare(room: Room) -> Place:
    """What is known of a room without its meeting."""
    return Place(
        name=room.id, title=room.name, capacity=room.capacity, address=room.url
    )


def placed(event: Event, room: Room, base_url: str) -> Place:
    """``room`` of ``event``; people go back to our page of it, under ``base_url``."""
    title = event.programme.title
    named = f"{title}, {room.name}" if room.name else title
    return replace(
        bare(room),
        title=named[:_LONGEST_TITLE],
        home=f"{base_url}/e/{event.slug}/room",
    )
