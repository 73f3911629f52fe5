"""Everything an operator can set, from ``ORCHESTRATOR_*`` variables or ``.env``."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once, in ``app`` or ``cli``; features get plain values."""

    model_config = SettingsConfigDict(
        env_prefix="ORCHESTRATOR_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    secret: SecretStr = SecretStr("")
    """Signs personal links; at least 32 random bytes, ``token_urlsafe(48)``."""

    secret_previous: SecretStr | None = None
    """The secret before the last change: its links stay good."""

    base_url: HttpUrl = HttpUrl("http://localhost:8080")
    """The address people use, in links, mails and calendars."""

    # Either may hold a password, which is not to stand in what is logged.
    database_url: str = Field("sqlite+aiosqlite:///orchestrator.db", repr=False)
    redis_url: str | None = Field(None, repr=False)
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    workers: Annotated[int, Field(ge=1)] = 1
    """Processes that answer on the one port; several need PostgreSQL."""

    storage_url: SecretStr = Field(
        default_factory=lambda: SecretStr(Path("var/files").resolve().as_uri())
    )
    """``file:///folder`` or ``s3://bucket/prefix?…``, which may hold a key."""

    trusted_proxies: tuple[str, ...] = ()
    max_slides_bytes: Annotated[int, Field(gt=0)] = 100 * 1024**2
    max_video_bytes: Annotated[int, Field(gt=0)] = 8 * 1024**3

    # Keys and secrets of the providers stand in it.
    video: dict[str, dict[str, str]] = Field(default_factory=dict, repr=False)
    """Connections by name: ``VIDEO__MAIN__PROVIDER=link``, ``VIDEO__MAIN__URL=…``."""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError(
                "write sqlite+aiosqlite:///file.db or "
                "postgresql+asyncpg://user:password@host/name"
            )
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_relay(cls, value: str | None) -> str | None:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("write redis://host:6379, rediss://… or unix:///socket")
        return value or None

    @property
    def origin(self) -> str:
        """``base_url`` without the slash at its end."""
        return str(self.base_url).rstrip("/")

    @property
    def https(self) -> bool:
        return self.base_url.scheme == "https"
