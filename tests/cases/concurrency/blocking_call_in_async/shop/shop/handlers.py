"""Coroutines that call the storage."""

import asyncio
from typing import TYPE_CHECKING

from shop.storage import Store, load, parse, read_lines

from . import storage
from .storage.files import load_orders as orders_of
from .storage.files import rates

if TYPE_CHECKING:
    from collections.abc import Iterator


async def by_reexport(path: str) -> list[str]:
    return parse(load(path))  # <- PG302


async def by_module(path: str) -> str:
    return storage.load(path)  # <- PG302


async def by_its_own_name(path: str) -> str:
    return orders_of(path)  # <- PG302


async def by_method(path: str) -> int:
    store = Store(path)
    return store.count()  # <- PG302


async def in_a_thread(path: str) -> str:
    return await asyncio.to_thread(load, path)


async def only_computes(text: str) -> list[str]:
    return parse(text)


async def a_generator_runs_nothing_yet(path: str) -> "Iterator[str]":
    return read_lines(path)


async def cached_after_the_first_call() -> dict[str, float]:
    # Whether the first call matters is for its author to say.
    return rates()


async def another_method(store: Store) -> str:
    return store.name()


def plain_code(path: str) -> str:
    return load(path)
