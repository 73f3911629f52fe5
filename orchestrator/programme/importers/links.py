"""Addresses in a text: slides, videos, preprints, references."""

import re
from urllib.parse import urlsplit

from orchestrator.programme.importers.inline import plain
from orchestrator.programme.importers.words import Field, field_of
from orchestrator.programme.model import Link, LinkKind

_MARKDOWN = re.compile(
    r"!?\[([^\[\]]*)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)?)>?[^()]*\)"
)
_BARE = re.compile(r"(?<![\w/@.])(?:https?://|www\.)[^\s<>\"”»]+", re.IGNORECASE)
_ARXIV = re.compile(
    r"(?<![\w/.])arxiv\s?:\s?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]{2,12}(?:\.[A-Z]{2})?/\d{7})",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?<![\w/.])doi\s?:\s?(10\.\d{4,9}/[^\s<>\"]+)", re.IGNORECASE)
_HAL = re.compile(r"(?<![\w/.-])(hal|tel|inria|cea|ensl)-(\d{8})(v\d+)?")
_DOMAIN = re.compile(
    r"(?<![\w@./])(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,6}[a-z]{2,12}(?::\d{2,5})?(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*(?:\[[\s,;|/]*\]|\([\s,;|/]*\))")
_SCHEME = re.compile(r"[a-z][a-z+.-]{0,20}:|#", re.IGNORECASE)
_TRAILING = ".,;:!?'’»”>"
_KINDS = {
    Field.SLIDES: LinkKind.SLIDES,
    Field.VIDEO: LinkKind.VIDEO,
    Field.PREPRINT: LinkKind.PREPRINT,
    Field.REFERENCE: LinkKind.REFERENCE,
}
_PREPRINT_SITES = re.compile(
    r"//(?:www\.)?(?:arxiv\.org|[\w.-]*hal\.science|hal\.[\w.-]*|[\w.-]*archives-ouvertes\.fr"
    r"|[\w.]*biorxiv\.org|openreview\.net|eprint\.iacr\.org|ssrn\.com)",
    re.IGNORECASE,
)
_VIDEO_SITES = re.compile(
    r"//(?:www\.)?(?:youtube\.com|youtu\.be|vimeo\.com|[\w.-]*(?:pod|podcast|video|replay)\.)|\.(?:mp4|webm|mkv)$",
    re.IGNORECASE,
)
_SLIDES_FILES = re.compile(
    r"(?:slides?|transparents|presentation)[\w.-]*\.(?:pdf|pptx?|odp|key)$|\.pptx?$",
    re.I,
)


def link_kind(field: Field | None) -> LinkKind | None:
    """The kind of the links that stand behind a label."""
    return _KINDS.get(field) if field else None


def addresses_in(text: str, *, labelled: bool = False) -> list[tuple[str, str]]:
    """Every address in ``text`` with the words it hangs on (or ""), in order.

    ``arXiv:1412.6553`` and ``doi:`` become addresses. A domain without a scheme
    counts only behind a label (``labelled``), as https.
    """
    found: list[tuple[int, str, str]] = []
    found += [
        (m.start(), plain(m[1]), absolute(m[2])) for m in _MARKDOWN.finditer(text)
    ]
    rest = _MARKDOWN.sub(lambda m: " " * len(m[0]), text)
    found += [(m.start(), "", absolute(_trimmed(m[0]))) for m in _BARE.finditer(rest)]
    rest = _BARE.sub(lambda m: " " * len(m[0]), rest)
    found += _numbered(rest)
    if labelled:
        rest = _ARXIV.sub(" ", _DOI.sub(" ", rest))
        found += [
            (m.start(), "", absolute(_trimmed(m[0]))) for m in _DOMAIN.finditer(rest)
        ]
    return [(label, address) for _, label, address in sorted(found) if address]


def take_links(text: str) -> tuple[str, tuple[Link, ...], tuple[str, ...]]:
    """A heading without its Markdown links, these, and relative ones as written.

    Words that only name a link ("[slides]", "PDF") go; others stay in the text.
    """
    links: list[Link] = []
    broken: list[str] = []

    def words(found: re.Match[str]) -> str:
        shown, address = plain(found[1]), absolute(found[2])
        if address:
            links.append(Link(kind=guessed_kind(shown, address), url=address))
        elif not found[2].startswith(("mailto:", "#")):
            broken.append(found[2])
        elif found[2].startswith("mailto:"):
            return found[0]
        return "" if link_kind(field_of(shown.strip(" []()"))) else found[1]

    text = _MARKDOWN.sub(words, text) if "](" in text else text
    return _BRACKETS.sub("", text).strip(), tuple(links), tuple(filter(None, broken))


def relative_in(text: str) -> list[str]:
    """Addresses of Markdown links in ``text`` that lead nowhere without the site."""
    return [
        found[2]
        for found in _MARKDOWN.finditer(text)
        if found[2] and not absolute(found[2]) and not _SCHEME.match(found[2])
    ]


def absolute(address: str) -> str:
    """``address`` as http or https; a missing scheme is https; "" when it is neither."""
    address = address.strip().replace("\\_", "_")
    try:
        urlsplit(address)
    except ValueError:
        return ""
    if re.match(r"https?://[^/\s]", address, re.IGNORECASE):
        return address
    if address.startswith("//"):
        return "https:" + address
    if _DOMAIN.fullmatch(address) and "/" in address + "/":
        return "https://" + address
    return ""


def guessed_kind(label: str, address: str) -> LinkKind:
    """What an address without a label is, by the words it hangs on and its site."""
    named = link_kind(field_of(label)) if label else None
    if named is not None and named is not LinkKind.REFERENCE:
        return named
    if _SLIDES_FILES.search(address):
        return LinkKind.SLIDES
    if _VIDEO_SITES.search(address):
        return LinkKind.VIDEO
    if _PREPRINT_SITES.search(address):
        return LinkKind.PREPRINT
    return LinkKind.REFERENCE


def links_of(pairs: list[tuple[str, str]], kind: LinkKind) -> list[Link]:
    """``pairs`` of words and addresses as links of ``kind``."""
    return [Link(kind=kind, url=address, label=label) for label, address in pairs]


def _numbered(text: str) -> list[tuple[int, str, str]]:
    found = [
        (m.start(), m[0].strip(), f"https://arxiv.org/abs/{m[1]}")
        for m in _ARXIV.finditer(text)
    ]
    found += [
        (m.start(), "", f"https://doi.org/{_trimmed(m[1])}")
        for m in _DOI.finditer(text)
    ]
    found += [
        (m.start(), m[0], f"https://hal.science/{m[0]}") for m in _HAL.finditer(text)
    ]
    return found


def _trimmed(address: str) -> str:
    """``address`` without the punctuation of the sentence around it."""
    address = address.rstrip(_TRAILING)
    while address.endswith((")", "]")) and address.count("(") + address.count(
        "["
    ) < address.count(")") + address.count("]"):
        address = address[:-1].rstrip(_TRAILING)
    return address.rstrip("*")
