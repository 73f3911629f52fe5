"""How an application is put on the network."""

from aiohttp import web


def runner(app: web.Application) -> web.AppRunner:
    """A runner of ``app``, not set up yet."""
    return web.AppRunner(
        app,
        access_log=None,
        # A small compressed bomb would stall everybody: bodies stay as they
        # came, and compressed ones are refused where they are read.
        auto_decompress=False,
        shutdown_timeout=5,
    )
