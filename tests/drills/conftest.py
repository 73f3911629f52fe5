"""What drills share: how much is done, on how many processes."""

import pytest


@pytest.fixture
def processes(request, full):
    """How many serve: four on PostgreSQL (two in a quick run), one on SQLite."""
    if "sqlite" in request.node.name:
        return 1
    return 4 if full else 2


@pytest.fixture
def seats(full):
    """600, or few enough that a quick run fills them."""
    return 600 if full else 60
