"""From a page's values to its HTML, in the language of its frame."""

import asyncio
from functools import cache
from pathlib import Path
from typing import ClassVar, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestrator.pages.assets import address
from orchestrator.pages.frame import Frame
from orchestrator.pages.words import words
from orchestrator.web.reader import LANGUAGES

HERE = Path(__file__).parent

# After each template, which takes some hundredths: others come first.
_SECONDS_BETWEEN_TEMPLATES = 0.01


class Page(Protocol):
    """Anything that can be shown: its template and the frame around it."""

    template: ClassVar[str]

    @property
    def frame(self) -> Frame: ...


def render(page: Page) -> str:
    """The whole HTML document of ``page``; its template sees only ``page``."""
    environment = _environment(page.frame.language)
    return environment.get_template(page.template).render(page=page)


def render_part(template: str, language: str, **values: object) -> str:
    """A part of a page by itself, as ``template`` draws ``values``."""
    return _environment(language).get_template(template).render(**values).strip()


def part(language: str, template: str, macro: str, *values: object) -> str:
    """One element of a page alone: what ``macro`` of ``template`` makes of ``values``."""
    module = _environment(language).get_template(template).module
    return str(getattr(module, macro)(*values)).strip()


def render_bytes(page: Page) -> bytes:
    """As ``render``, ready to be kept and sent."""
    return render(page).encode()


async def compile_templates() -> None:
    """Compile all of them, one by one: else everybody waits for several at once when
    a page, or a part of one, is first drawn.
    """
    for language in LANGUAGES:
        environment = _environment(language)
        for name in environment.list_templates():
            environment.get_template(name)
            await asyncio.sleep(_SECONDS_BETWEEN_TEMPLATES)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    catalogue = words(language)
    # installed by the i18n extension, which typing does not know
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True
    )
    environment.globals["asset"] = address
    return environment
