"""Awaited calls to the outside that no limit of time ends."""

from __future__ import annotations

import ast
from math import inf
from typing import TYPE_CHECKING

from pyguard_kernel.io_calls import awaited, shortened
from pyguard_kernel.model import Level, Reference, Rule, Tree
from pyguard_kernel.time_limits import LONGEST_DEFAULT, is_limited, own_limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile

_NEEDLES = (b"asyncio", b"aiohttp", b"httpx", b"asyncpg", b"redis")

# These run what they are given and are awaited as a whole; `wait_for(..., None)` too.
_HANDS_ON = {"asyncio.gather", "asyncio.wait_for"}
_COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp)


def find_awaited(node: ast.Await, file: SourceFile) -> Iterator[Hit]:
    """`await call(...)`; also in `await asyncio.gather(...)` and under no limit."""
    call = node.value
    if not isinstance(call, ast.Call) or file.is_test:
        return
    if file.names.canonical(call.func) in _HANDS_ON:
        for argument in call.args:
            yield from _judged(_repeated(argument), file)
    else:
        yield from _judged(call, file)


def _repeated(argument: ast.expr) -> ast.expr:
    """The call in `*(call(x) for x in xs)`."""
    if isinstance(argument, ast.Starred):
        argument = argument.value
    return argument.elt if isinstance(argument, _COMPREHENSIONS) else argument


def find_entered(node: ast.AsyncWith, file: SourceFile) -> Iterator[Hit]:
    """`async with call(...) as answer:`."""
    if not file.is_test:
        for item in node.items:
            yield from _judged(item.context_expr, file)


def find_iterated(node: ast.AsyncFor, file: SourceFile) -> Iterator[Hit]:
    """`async for line in reader:`."""
    if isinstance(node.iter, ast.Name | ast.Attribute) and not file.is_test:
        owner = shortened(file.names.type_of(node.iter))
        if owner == "asyncio.StreamReader" and not is_limited(file, node):
            yield node.iter, _message(f"`async for` over `{file.code(node.iter)}`")


def _judged(call: ast.expr, file: SourceFile) -> Iterator[Hit]:
    if not isinstance(call, ast.Call) or _is_at_hand(call, file):
        return
    wait = awaited(file, call)
    limit = own_limit(file, call, wait) if wait is not None else 0
    if limit > LONGEST_DEFAULT and not is_limited(file, call):
        yield call, _message(f"`{file.code(call.func)}()`", limit)


def _is_at_hand(call: ast.Call, file: SourceFile) -> bool:
    """Whether the other side is a child process, or a socket that is connected."""
    if any(keyword.arg == "sock" for keyword in call.keywords):
        return True
    receiver = file.code(call.func).rpartition(".")[0].lower()
    return any(pipe in receiver for pipe in ("stderr", "stdin", "stdout"))


def _message(what: str, limit: float = inf) -> str:
    span = "for ever"
    if limit < inf:
        span = f"{limit:.0f} seconds, the library's own limit,"
    return (
        f"{what} may wait {span} if the other side falls silent: put"
        " `async with asyncio.timeout(...)` around it, or give it a timeout"
    )


RULE = Rule(
    code="PG301",
    level=Level.MUST,
    statements=("3.1.2",),
    summary="Give every wait for another machine a limit of time.",
    why=(
        "A server that takes the connection and then says nothing raises no error: the"
        " coroutine waits, and so does all that awaits it. Such requests pile up, each"
        " with its socket, its memory and its place in a pool, until the healthy ones"
        " find no place either. TCP notices a vanished peer late, and only when it has"
        " something to send. A limit turns silence into an exception that you can"
        " handle: retry, answer 504, or give the connection back."
    ),
    references=(
        Reference(
            "Coroutines and Tasks: Timeouts",
            "https://docs.python.org/3/library/asyncio-task.html#timeouts",
            "2026-11-23",
        ),
        Reference(
            "aiohttp: Timeouts",
            "https://docs.aiohttp.org/en/stable/client_quickstart.html#timeouts",
            "2026-11-23",
        ),
        Reference(
            "HTTPX: Timeouts",
            "https://www.python-httpx.org/advanced/timeouts/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Tree((ast.Await,), find_awaited, _NEEDLES),
        Tree((ast.AsyncWith,), find_entered, (b"aiohttp", b"httpx", b"asyncpg")),
        Tree((ast.AsyncFor,), find_iterated, (b"asyncio",)),
    ),
)
