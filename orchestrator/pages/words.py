"""The languages of the pages, and the words of each.

Message ids are English; ``locales/fr`` holds the French. The catalogue is read
from its text (``messages.po``), so an edited phrase shows at the next start
and no compiled file can be out of date.
"""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"


@cache
def words(language: str) -> NullTranslations:
    """The catalogue of ``language``; message ids themselves for English."""
    source = LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return NullTranslations()
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
