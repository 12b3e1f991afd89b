"""Whether an awaited call ends in time."""

from __future__ import annotations

import ast
import textwrap
from math import inf

import pytest

from pyguard_kernel.io_calls import awaited
from pyguard_kernel.source import SourceFile
from pyguard_kernel.time_limits import is_limited, makers, own_limit

AIOHTTP = "from aiohttp import ClientSession, ClientTimeout"


def get_in(text: str) -> tuple[SourceFile, ast.Call]:
    """The file, and its one call of a method `get`, `fetch` or `read`."""
    file = SourceFile("app.py", textwrap.dedent(text).encode(), "app")
    (call,) = (
        node
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"get", "fetch", "read"}
    )
    return file, call


def limit(text: str) -> float:
    file, call = get_in(text)
    wait = awaited(file, call)
    assert wait is not None
    return own_limit(file, call, wait)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("import httpx\nhttpx.AsyncClient().get(1)", 5),
        ("import httpx\nhttpx.AsyncClient(timeout=None).get(1)", inf),
        ("import httpx\nhttpx.AsyncClient().get(1, timeout=None)", inf),
        ("import httpx\nhttpx.AsyncClient(timeout=9).get(1)", 0),
        ("import httpx\nNEVER = None\nhttpx.AsyncClient(timeout=NEVER).get(1)", inf),
        ("import httpx\nhttpx.AsyncClient(timeout=httpx.Timeout(None)).get(1)", inf),
        (f"{AIOHTTP}\nClientSession().get(1)", 300),
        (f"{AIOHTTP}\nClientSession(timeout=ClientTimeout(9)).get(1)", 0),
        (f"{AIOHTTP}\nClientSession(timeout=ClientTimeout(connect=9)).get(1)", inf),
        (f"{AIOHTTP}\ndef f(options):\n ClientSession(**options).get(1)", 0),
        ("import asyncpg\npool = asyncpg.create_pool()\npool.fetch(1)", inf),
        ("import asyncpg\npool = asyncpg.create_pool(command_timeout=9)\npool.fetch(1)",
         0),
    ],
)  # fmt: skip
def test_the_limit_of_the_call_its_client_or_its_library(
    text: str, seconds: float
) -> None:
    assert limit(text) == seconds


def test_a_lent_connection_has_the_limits_of_its_pool() -> None:
    text = """
        import asyncpg

        class Store:
            async def open(self):
                self.pool = await asyncpg.create_pool(command_timeout=9)

            async def all(self):
                async with self.pool.acquire() as connection:
                    return await connection.fetch(1)
    """
    assert limit(text) == 0
    file, call = get_in(text)
    assert isinstance(call.func, ast.Attribute)
    found = [ast.unparse(maker.func) for maker in makers(file, call.func.value)]
    assert found == ["self.pool.acquire", "asyncpg.create_pool"]


@pytest.mark.parametrize(
    "text",
    [
        "async def f(r):\n async with asyncio.timeout(1):\n  await r.read()",
        "async def f(r):\n async with asyncio.timeout(1), g(r.read()): ...",
        "async def f(r):\n await asyncio.wait_for(r.read(), 1)",
        "async def f(r):\n with anyio.fail_after(1):\n  await r.read()",
        "async def f(r):\n limit = asyncio.timeout(1)\n async with limit:\n  r.read()",
        "async def f(r):\n async with self.short_timeout(1):\n  await r.read()",
        "@with_timeout(1)\nasync def f(r):\n await r.read()",
        "async def f(r):\n async with asyncio.timeout(None) as t:\n"
        "  t.reschedule(1)\n  await r.read()",
        "async def g(r):\n await r.read()\n"
        "async def f(r):\n async with asyncio.timeout(1):\n  await g(r)",
    ],
)
def test_a_limit_around(text: str) -> None:
    assert is_limited(*get_in(f"import asyncio, anyio\n{text}"))


@pytest.mark.parametrize(
    "text",
    [
        "async def f(r):\n await r.read()",
        "async def f(r):\n async with asyncio.timeout(None):\n  await r.read()",
        "async def f(r):\n async with g(r.read()), asyncio.timeout(1): ...",
        "async def f(r):\n async with asyncio.timeout(1):\n"
        "  async def g():\n   await r.read()\n  return g",
        "async def g(r):\n await r.read()\n"
        "async def f(r):\n async with asyncio.timeout(1):\n  await g(r)\n await g(r)",
    ],
)
def test_no_limit_around(text: str) -> None:
    assert not is_limited(*get_in(f"import asyncio\n{text}"))
