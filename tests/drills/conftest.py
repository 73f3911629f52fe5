"""What drills share: how much is done, on how many processes."""

import pytest


@pytest.fixture
def processes(request, pytestconfig):
    """How many serve: four on PostgreSQL (two in a quick run), one on SQLite."""
    if "sqlite" in request.node.name:
        return 1
    return 4 if pytestconfig.getoption("--full") else 2


@pytest.fixture
def seats(pytestconfig):
    """600, or few enough that a quick run fills them."""
    return 600 if pytestconfig.getoption("--full") else 60
