"""What tests of outside systems share: a real S3 server inside the process."""

from itertools import count

import pytest
from aiohttp import ClientSession
from moto.server import ThreadedMotoServer

_BUCKETS = count(1)


@pytest.fixture(scope="session")
def s3():
    """Origin of the server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
async def bucket(s3):
    """Address of an empty bucket."""
    name = f"meeting-{next(_BUCKETS)}"
    async with ClientSession() as session, session.put(f"{s3}/{name}") as answer:
        answer.raise_for_status()
    return (
        f"s3://{name}/some/prefix?endpoint={s3}&region=us-east-1"
        "&access_key_id=key&secret_access_key=made-up"
    )
