"""What an operator sets is told to nobody who reads a log."""

import pytest
from pydantic import ValidationError

from orchestrator.settings import Settings

PASSWORD = "hunter2"


def test_no_password_stands_in_what_is_written_of_settings():
    settings = Settings(
        _env_file=None,
        secret=PASSWORD,
        database_url=f"postgresql+asyncpg://me:{PASSWORD}@host/name",
        redis_url=f"redis://:{PASSWORD}@host",
        storage_url=f"s3://bucket?secret={PASSWORD}",
        video={"main": {"provider": "livekit", "secret": PASSWORD}},
    )

    assert PASSWORD not in f"{settings!r} {settings}"
    assert PASSWORD in settings.database_url
    assert settings.video["main"]["secret"] == PASSWORD


def test_address_that_is_refused_is_not_repeated():
    with pytest.raises(ValidationError) as refusal:
        Settings(_env_file=None, database_url=f"mysql://me:{PASSWORD}@host/name")

    assert PASSWORD not in str(refusal.value)
