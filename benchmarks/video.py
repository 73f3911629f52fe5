"""What it costs to make the way into a video room, as each page asks for its own."""

from pathlib import Path

from benchmarks import bare
from benchmarks.answers import BROWSER, HELLO, Comparison, bare_of, service_of
from benchmarks.load import Target, load
from benchmarks.rush import COOKIE, Browsers, request
from benchmarks.streaming import allow_many_files

PEOPLE = 600

# As for entries: when a room opens, or its server is there again, all ask at once.
_AT_ONCE = 256


def ways_in(length):
    """The share of a way into a LiveKit room, minted for a holder of a seat, in a bare
    "hello".
    """
    allow_many_files()
    with service_of(PEOPLE, presence="livekit") as service, bare_of(HELLO) as server:
        path = f"/api/v1{service.told['programme'].replace('/e/', '/events/')}"
        ours = Target(
            f"{service.origin}{path}/seat/video",
            paths=_cookies(service),
            script="ways_in.lua",
            connections=_AT_ONCE,
        )
        theirs = Target(server.origin + bare.HELLO, connections=_AT_ONCE)
        load(ours, seconds=length.seconds)
        one = Comparison(service, ours, server, theirs, length)
        yield one.figure("Way into a LiveKit room, SQLite", 0.15)


def _cookies(service):
    """A file of the cookies of all who have entered."""
    links = Path(service.told["links"])
    paths = links.read_text().splitlines()
    with Browsers(service.told["port"], PEOPLE, status=303) as pages:
        _, answers = pages.rush([request("POST", one, BROWSER) for one in paths])
    cookies = [COOKIE.search(one.said)[1].decode() for one in answers]
    file = links.with_name("cookies.txt")
    file.write_text("\n".join(cookies))
    return file
