"""Calls in coroutines that block the event loop, directly or through a helper."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import ASYNC, own_nodes
from pyguard_kernel.io_calls import blocking
from pyguard_kernel.located import node_at
from pyguard_kernel.model import CrossFile, Level, Reference, Ruff, Rule, Tree
from pyguard_kernel.rules.concurrency._blocking_helpers import facts, join, sought

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Diagnostic, Hit
    from pyguard_kernel.source import SourceFile

# What ruff's code says of a call, in the words of `blocking`.
_SAID = {
    "ASYNC210": "waits for an HTTP answer",
    "ASYNC212": "waits for an HTTP answer",
    "ASYNC220": "starts another process",
    "ASYNC221": "waits for another process",
    "ASYNC222": "waits for another process",
    "ASYNC230": "reads or writes a file",
    "ASYNC240": "asks the file system",
    "ASYNC250": "waits for the user",
}
# Ruff's ASYNC240 also names what only computes a path.
_NO_ACCESS = {"absolute", "abspath", "expanduser", "normcase", "normpath"}
_LOCKS = {
    "threading.BoundedSemaphore",
    "threading.Condition",
    "threading.Lock",
    "threading.RLock",
    "threading.Semaphore",
}
_SUSPENDS = (ast.Await, ast.AsyncFor, ast.AsyncWith)


def judge(diagnostic: Diagnostic, file: SourceFile) -> str | None:
    """What ruff found, but for tests and for calls that touch no file."""
    call = node_at(file, diagnostic, ast.Call)
    if file.is_test or call is None:
        return None
    if isinstance(call.func, ast.Attribute) and call.func.attr in _NO_ACCESS:
        return None
    return _message(file, call, _SAID[diagnostic.code])


def find_call(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """A blocking call in a coroutine; `time.sleep` is the rule blocking-sleep's."""
    what = blocking(file, node)
    if (
        what is not None
        and what != "sleeps"
        and not file.is_test
        and file.coroutine(node) is not None
        and not isinstance(file.parent(node), ast.Await)
    ):
        yield node, _message(file, node, what)


def find_lock(node: ast.With, file: SourceFile) -> Iterator[Hit]:
    """A thread's lock that a coroutine holds while it waits."""
    for item in node.items:
        lock = item.context_expr
        if (
            isinstance(lock, ast.Name | ast.Attribute)
            and not file.is_test
            and file.coroutine(node) is not None
            and file.names.type_of(lock) in _LOCKS
            and any(isinstance(n, _SUSPENDS) for s in node.body for n in own_nodes(s))
        ):
            yield (
                node,
                f"`{file.code(lock)}` is a lock of threads, held here across an await:"
                " the next task that wants it stops the event loop, and this one can"
                " then never let it go; use asyncio.Lock",
            )


def _message(file: SourceFile, call: ast.Call, what: str) -> str:
    coroutine = file.coroutine(call)
    where = f" of `{coroutine.name}`" if coroutine is not None else ""
    return (
        f"`{file.code(call.func)}()` {what}, and the event loop{where} stands still"
        " meanwhile: use an asynchronous library, or `await asyncio.to_thread(...)`"
    )


RULE = Rule(
    code="PG302",
    level=Level.NEVER,
    statements=("3.1.3", "3.3.3", "12.1.5"),
    summary="Keep blocking calls off the event loop; hand them to a thread.",
    why=(
        "All tasks of an event loop share one thread. A call that waits for a server, a"
        " disk or a lock without awaiting keeps that thread, so every other request"
        " waits too, timeouts fire late and health checks fail. One slow answer of a"
        " database becomes an outage of everything in the process. asyncio's own debug"
        " mode warns from 100 ms on. An asynchronous client, or asyncio.to_thread"
        " around the old one, lets the others run."
    ),
    references=(
        Reference(
            "Developing with asyncio: Running Blocking Code",
            "https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code",
            "2026-11-23",
        ),
        Reference(
            "asyncio.to_thread",
            "https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Ruff(tuple(_SAID), judge),
        Tree((ast.Call,), find_call, (b"async",), ASYNC),
        Tree((ast.With,), find_lock, (b"threading",)),
        CrossFile(facts, join, (b"async",), sought=sought),
    ),
)
