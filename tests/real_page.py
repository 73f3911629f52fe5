"""Where the real meeting page lies, for the few tests that read it."""

from pathlib import Path

import pytest

REAL_PAGE = (
    Path(__file__).parents[2] / "shared" / "data" / "theorie-du-deep-learning.md"
)

needs_real_page = pytest.mark.skipif(
    not REAL_PAGE.exists(), reason=f"the real meeting page is not at {REAL_PAGE}"
)
