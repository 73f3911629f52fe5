"""XMPP over HTTP (BOSH, XEP-0124 and 0206), as far as somebody needs it who looks into
a room: he connects as a browser does, enters, is told what he is there, and goes.

He sends no picture and no sound, and answers nothing that he is asked.
"""

from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from yarl import URL

from integrations.errors import IntegrationError, Rejected
from integrations.http import Wire

_SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
_BIND = "urn:ietf:params:xml:ns:xmpp-bind"
_MUC = "http://jabber.org/protocol/muc"
_STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
_CLIENT = "{jabber:client}"

_BODY = "<body xmlns='http://jabber.org/protocol/httpbind' {}>{}</body>"
_XBOSH = "xml:lang='en' xmlns:xmpp='urn:xmpp:xbosh'"
# Who asks with nothing to say is answered after two seconds at the latest.
_OPEN = (
    "ver='1.6' wait='2' hold='1' content='text/xml; charset=utf-8' xmpp:version='1.0'"
)
# Prosody's word for a domain that it does not have, and that of the specification.
_UNKNOWN = ("improper-addressing", "host-unknown")
_AUTH = f"<auth xmlns='{_SASL}' mechanism='ANONYMOUS'/>"
# What is said while an answer is waited for, or a change of what one is.
_ROUNDS = ("",) * 4


class NoSuchDomain(Rejected):
    """The server has no domain of this name."""


class Refused(Rejected):
    """The server, or a room, refuses with one of XMPP's words."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody is in a room, and the id by which others see him."""

    moderates: bool
    id: str


class Bosh:
    """One connection to ``domain`` by the server's ``address`` for such. Whatever is
    asked raises ``IntegrationError``.
    """

    def __init__(self, wire: Wire, address: URL, domain: str) -> None:
        self._wire = wire
        self._address = address
        self._to = f"to={quoteattr(domain)} {_XBOSH}"
        self._sid = ""
        self._requests, self._questions = count(1), count(1)

    async def log_in(self) -> bool:
        """Whether the server lets him in; raises ``NoSuchDomain``."""
        opened = await self._post(f"{self._to} {_OPEN}")
        if opened.get("condition") in _UNKNOWN:
            raise NoSuchDomain("it knows no such domain.")
        self._sid = opened.get("sid", "")
        if not self._sid:
            return False
        answered = await self._post(inside=_AUTH)
        return answered.find(f"{{{_SASL}}}success") is not None

    async def bind(self) -> str:
        """Have an address, after logging in; its first part, which is his name."""
        await self._post(f"{self._to} xmpp:restart='true'")
        answer = await self.ask("", "set", f"<bind xmlns='{_BIND}'/>")
        node, at, _ = answer.findtext(f".//{{{_BIND}}}jid", "").partition("@")
        if not at:
            raise Rejected("it gave no address.")
        return node

    async def ask(self, to: str, kind: str, question: str) -> Element:
        """The answer of ``to``, the server where that is empty. Raises ``Refused``."""
        number = f"q{next(self._questions)}"
        whom = f"to={quoteattr(to)}" if to else ""
        iq = f"<iq xmlns='jabber:client' id='{number}' type='{kind}' {whom}>{{}}</iq>"
        for said in (iq.format(question), *_ROUNDS):
            for stanza in await self._post(inside=said):
                if stanza.tag == f"{_CLIENT}iq" and stanza.get("id") == number:
                    return _unless_refused(stanza)
        raise Rejected(f"{to or 'it'} does not answer.")

    async def enter(self, room: str, name: str) -> Seen:
        """Come into ``room`` (its address), and see what one is made there once nothing
        changes any more. Raises ``Refused``.
        """
        here = f"{room}/{name}"
        seen = None
        for said in (_presence(here, f"<x xmlns='{_MUC}'/>"), *_ROUNDS):
            heard = await self._post(inside=said)
            presences = heard.findall(f"{_CLIENT}presence")
            if own := [one for one in presences if one.get("from") == here]:
                seen = _seen(_unless_refused(own[-1]))
            elif seen and not len(heard):
                break
        if seen is None:
            raise Rejected("nobody is told that he is in the room.")
        return seen

    async def leave(self, room: str, name: str) -> None:
        """Go out of ``room``."""
        await self._post(inside=_presence(f"{room}/{name}", "", "unavailable"))

    async def close(self) -> None:
        """Hang up; left alone, the connection would end within a minute."""
        if self._sid:
            with suppress(IntegrationError):
                await self._post("type='terminate'")

    async def _post(self, said: str = "", inside: str = "") -> Element:
        session = f"sid={quoteattr(self._sid)}" if self._sid else ""
        head = f"rid='{next(self._requests)}' {session} {said}"
        kind = {"Content-Type": "text/xml; charset=utf-8"}
        answer = await self._wire.ask(
            "POST",
            self._address,
            headers=kind,
            data=_BODY.format(head, inside).encode(),
            again=False,
        )
        if not answer.good:
            raise Rejected(f"it answered {answer.status}.")
        try:
            element: Element = fromstring(answer.body, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise Rejected("it answered with something else than XML.") from error
        return element


def _presence(to: str, inside: str, kind: str = "") -> str:
    said = f"type='{kind}'" if kind else ""
    return (
        f"<presence xmlns='jabber:client' to={quoteattr(to)} {said}>{inside}</presence>"
    )


def _unless_refused(stanza: Element) -> Element:
    if stanza.get("type") != "error":
        return stanza
    words = stanza.findall(f"{_CLIENT}error/*")
    word = next((one.tag for one in words if f"{{{_STANZAS}}}" in one.tag), "error")
    raise Refused(f"it says {word.rpartition('}')[2]}.")


def _seen(presence: Element) -> Seen:
    item = presence.find(f"{{{_MUC}#user}}x/{{{_MUC}#user}}item")
    made = {} if item is None else item.attrib
    return Seen(
        moderates=made.get("role") == "moderator" or made.get("affiliation") == "owner",
        id=presence.findtext(f"{_CLIENT}identity/{_CLIENT}user/{_CLIENT}id", ""),
    )
