"""An inbox with a connection ``main``, whose server signs what it tells."""

from datetime import UTC, datetime

import pytest

from orchestrator.inbox.service import Inbox
from orchestrator.inbox.worker import Worker
from tests.orchestrator.inbox.signed import Sender, SignedProvider


@pytest.fixture
def sender():
    return Sender()


@pytest.fixture
def provider():
    return SignedProvider()


@pytest.fixture
def worker(database, provider):
    return Worker(database, {"main": provider}.get)


@pytest.fixture
def inbox(database, provider, worker):
    return Inbox(
        database,
        {"main": provider}.get,
        clock=lambda: datetime.now(UTC),
        stored=worker.wake,
    )
