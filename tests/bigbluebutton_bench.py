"""A provider, a BigBlueButton server, and our end of what the server calls."""

from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import ClientSession, web
from yarl import URL

from integrations.video.choose import choose
from integrations.video.provider import Delivery, Place
from integrations.video.setup import Around
from tests.bigbluebutton_server import sign

# The one of the manual's example.
SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PLACE = Place(
    name="bcdfghjkmn234567",
    title="Numbers, and what they are for",
    capacity=600,
    home="https://conf.example.org/e/our-day/room?left=1",
)


class Bench:
    """As ``tests/contracts/video.py`` wants it; ``statuses`` are what we answer, 204
    when there are none left.
    """

    secrets = (SECRET,)
    asks = True

    def __init__(self, server, wire):
        self.server = server
        self.wire = wire
        self.place = PLACE
        self.deliveries = []
        self.statuses = []
        self.silent = server.silent
        self.saying = server.saying

    async def start(self, aiohttp_server, **settings):
        ours = web.Application()
        ours.router.add_route("*", "/webhooks/main", self._take)
        self.callback = str((await aiohttp_server(ours)).make_url("/webhooks/main"))
        theirs = await aiohttp_server(self.server.app())
        self.origin = str(theirs.make_url("")).rstrip("/")
        self.provider = self.connected(**settings)
        return self

    def connected(self, **settings):
        """Another provider, as another process has one."""
        named = {"provider": "bigbluebutton", "url": self.origin, "secret": SECRET}
        around = Around(self.wire, self.callback, lambda: NOW)
        return choose(named | settings, around)

    @property
    def meeting(self):
        return self.server.meetings[self.place.name]

    async def come(self, _guest, entry):
        """As a browser: where the link leads, and on. The page that is reached."""
        url = URL(entry.url, encoded=True)
        async with ClientSession() as browser, browser.get(url) as page:
            return page.url, await page.text()

    async def go(self, guest):
        await self.server.leave(guest.id)

    async def _take(self, request):
        query = request.raw_path.partition("?")[2]
        self.deliveries.append(
            Delivery(
                body=await request.read(),
                headers={name.lower(): said for name, said in request.headers.items()},
                url=f"{self.callback}?{query}" if query else self.callback,
                received=NOW,
            )
        )
        return web.Response(status=self.statuses.pop(0) if self.statuses else 204)

    def news(self):
        """All that the server told, in its order."""
        accepted = [self.provider.accept(one) for one in self.deliveries]
        return [new for one in accepted for new in self.provider.understand(one.body)]

    def sign(self, body):
        return delivery(body, sign(f"{self.callback}?room=any", body, SECRET))

    def forgeries(self, one):
        registered, _, digest = one.url.partition("&checksum=")
        other = registered.replace(PLACE.name, "another")
        for body in (one.body + b" ", one.body.replace(b"joined", b"left"), b""):
            yield replace(one, body=body)
        for forged in ("", "0" * 40, digest[:-1], "é" * 40, "\udcff" * 40, digest * 2):
            yield replace(one, url=f"{registered}&checksum={forged}")
        yield replace(one, url=registered)
        yield replace(one, url=f"{other}&checksum={digest}")
        yield replace(one, url=f"{one.url}&more=1")
        yield replace(one, url=sign(registered, one.body, "another secret"))
        for said in ("Bearer", "Bearer x", f"Basic {SECRET}", "Bearer \udcff"):
            yield replace(one, url=registered, headers={"authorization": said})


def delivery(body=b"", url="https://us.example/webhooks/main", **headers):
    return Delivery(body=body, headers=headers, url=url, received=NOW)
