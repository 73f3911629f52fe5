"""One question at a time: who comes while it is asked is told its answer."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Shared(Generic[K, T]):
    """What is being asked, by key.

    At a server that is silent, people who asked one after the other would each wait
    for all before them; so they all wait for one answer, and its failure is everybody's.
    """

    def __init__(self) -> None:
        self._asked: dict[K, asyncio.Task[T]] = {}

    async def of(self, key: K, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to what is asked for ``key``, else to ``ask``.

        Who goes away meanwhile does not take the others' answer with him.
        """
        if (asked := self._asked.get(key)) is None:
            asked = asyncio.create_task(ask())
            self._asked[key] = asked
            asked.add_done_callback(partial(self._answered, key))
        return await asyncio.shield(asked)

    async def close(self) -> None:
        """Ask no more: nobody is there to be told."""
        asked = tuple(self._asked.values())
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    def _answered(self, key: K, asked: asyncio.Task[T]) -> None:
        self._asked.pop(key, None)
        if not asked.cancelled():
            asked.exception()  # seen, even where everybody has gone
