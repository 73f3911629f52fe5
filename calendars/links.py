"""Addresses that bring a published calendar into a client.

All take the https address of a feed, as it is fetched. None of the makers of
the clients documents these addresses; they are what their own pages use.
"""

from urllib.parse import quote, urlencode, urlsplit


def webcal(address: str) -> str:
    """``address`` for whatever calendar the machine has: Apple Calendar, GNOME,
    Thunderbird, classic Outlook.

    The new Outlook for Windows drops the scheme and then refuses the rest:
    give its users ``outlook_work`` or the plain address.
    """
    parts = urlsplit(address)
    return parts._replace(scheme="webcal").geturl()


def google(address: str) -> str:
    """The page of Google Calendar that asks whether to follow ``address``."""
    # It takes the address for an id of its own unless the scheme is webcal.
    cid = quote(webcal(address), safe="")
    return f"https://calendar.google.com/calendar/r?cid={cid}"


def outlook(address: str, name: str) -> str:
    """The page of Outlook.com that asks whether to follow ``address``, which it
    will list under ``name``.
    """
    return _add_from_web("outlook.live.com", address, name)


def outlook_work(address: str, name: str) -> str:
    """As ``outlook``, for accounts of a university or a company (Microsoft 365)."""
    return _add_from_web("outlook.office.com", address, name)


def _add_from_web(host: str, address: str, name: str) -> str:
    query = urlencode({"url": address, "name": name}, quote_via=quote)
    return f"https://{host}/calendar/0/addfromweb?{query}"
