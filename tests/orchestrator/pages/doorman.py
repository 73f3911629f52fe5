"""A provider that notes whom it lets in."""

from integrations.video.provider import Capabilities, Entry, How

ADDRESS = "https://v.example/join?name=Ad%C3%A9+L%2FB&checksum=0a"
"""Signed: read and written anew by anybody, it would not be the same."""


class Doorman:
    """Rooms of ``how``; ``fails`` is what it answers everything with."""

    def __init__(self, how=How.ADDRESS, origin=""):
        embedded = how is not How.ADDRESS
        self.capabilities = Capabilities(
            beside=embedded, embedded=embedded, how=how, origin=origin
        )
        self.address = ADDRESS
        self.guests = []
        self.fails = None

    def leads(self, _place):
        return True

    async def ensure(self, _place):
        return ""

    async def remove(self, _place, _guest):
        pass

    async def entry(self, place, guest):
        if self.fails is not None:
            raise self.fails
        self.guests.append(guest)
        if self.capabilities.how is How.ADDRESS:
            return Entry(url=f"{self.address}&guest={guest.id}")
        token = f"token of {guest.id}"
        return Entry(
            url=self.capabilities.origin,
            how=self.capabilities.how,
            token=token,
            room=place.name,
        )
