"""Which relay an installation has."""

from orchestrator.hub.relay import NoRelay, Relay


def relay_at(url: str | None, install: str) -> Relay:
    """What tells other instances of ``install``; several installations may share a
    Redis.
    """
    if url is None:
        return NoRelay()
    from orchestrator.hub.redis_relay import (  # noqa: PLC0415 -- slow import
        RedisRelay,
    )

    return RedisRelay(url, channel=f"orchestrator:{install}")
