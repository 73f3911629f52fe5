"""What is measured against: aiohttp with one handler that returns bytes.

A process of its own, told what to answer by a JSON document on its input.
"""

import asyncio
import base64
import json
import sys

from aiohttp import web

from orchestrator.web.runner import BACKLOG, runner

HELLO = "/hello"


async def main():
    """Print the port, then answer until the input ends."""
    answers = json.loads(sys.stdin.readline())
    app = web.Application()
    for path, answer in answers.items():
        app.router.add_get(path, _handler(**answer))
    running = runner(app)
    await running.setup()
    await web.TCPSite(running, "127.0.0.1", 0, backlog=BACKLOG).start()
    print(json.dumps({"port": running.addresses[0][1]}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await running.cleanup()


def _handler(*, body, headers):
    content = base64.b64decode(body)

    async def handler(_request):
        return web.Response(body=content, headers=headers)

    return handler


def answer(body, headers):
    """One entry of the document on the input."""
    return {"body": base64.b64encode(body).decode(), "headers": dict(headers)}


if __name__ == "__main__":
    asyncio.run(main())
