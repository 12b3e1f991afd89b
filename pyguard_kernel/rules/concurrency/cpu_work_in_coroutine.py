"""Computation in coroutines: loops, heavy library calls, functions that compute."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.cpu_work import (
    LOOP_TYPES,
    Loop,
    calculates,
    counts,
    heavy_call,
    is_few,
    is_long,
    is_plain_python,
    recurses,
    sorts_or_matches,
)
from pyguard_kernel.flow import ASYNC, own_nodes
from pyguard_kernel.model import Level, Reference, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile

_REMEDY = "hand it to a process by `loop.run_in_executor(pool, ...)`"


def find_call(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """A library call that computes for long, or a function of this file that does."""
    if file.is_test or isinstance(file.parent(node), ast.Await):
        return
    coroutine = file.coroutine(node)
    if coroutine is None:
        return
    what = heavy_call(file, node)
    if what is not None:
        yield (
            node,
            f"`{file.code(node.func)}()` {what} in `{coroutine.name}`, and no other"
            " task runs until it is done: `await asyncio.to_thread(...)`, which it"
            " lets run beside it, or a process",
        )
        return
    function = file.names.definition(node.func)
    if isinstance(function, ast.FunctionDef) and _is_work(function, file):
        yield (
            node,
            f"`{file.code(node.func)}()` computes in plain Python, and no"
            f" other task runs until it is done: {_REMEDY}",
        )


def find_loop(node: Loop, file: SourceFile) -> Iterator[Hit]:
    """The outermost loop of a coroutine that computes and never awaits."""
    coroutine = None if file.is_test else file.coroutine(node)
    if coroutine is None or not _computes(node, coroutine, file):
        return
    for above in file.ancestors(node):
        if above is coroutine:
            break
        if isinstance(above, LOOP_TYPES) and _computes(above, coroutine, file):
            return
    yield (
        node,
        f"this loop of `{coroutine.name}` computes without an await, and no other task"
        f" runs until it is done: move it to a plain function and {_REMEDY}",
    )


def _is_work(function: ast.FunctionDef, file: SourceFile) -> bool:
    if not is_plain_python(file, function, native=True):
        return False
    return recurses(file, function) or any(
        isinstance(n, LOOP_TYPES) and counts(n) and is_long(file, n)
        for n in own_nodes(function)
    )


def _computes(loop: Loop, coroutine: ast.AsyncFunctionDef, file: SourceFile) -> bool:
    """Whether a loop may take long; one over a collection, where it's all there is."""
    if is_few(file, loop) or not is_plain_python(file, loop, native=True):
        return False
    if is_long(file, loop):
        return counts(loop) or sorts_or_matches(file, loop)
    return (calculates(loop) or sorts_or_matches(file, loop)) and is_plain_python(
        file, coroutine, native=True
    )


RULE = Rule(
    code="PG310",
    level=Level.NEVER,
    statements=("3.3.4",),
    summary="Keep computation out of coroutines; give it to a process.",
    why=(
        "A coroutine gives the event loop back only where it awaits. While it hashes a"
        " password or runs through a million numbers, every other request of the"
        " process stands still, and a health check that gets no answer restarts it."
        " `async def` makes nothing faster: the same loop costs the same time, and"
        " everyone else's too. A process pool computes beside the event loop, on"
        " another core; a thread will do where compiled code lets Python's lock go."
    ),
    references=(
        Reference(
            "Developing with asyncio: Running Blocking Code",
            "https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code",
            "2026-11-23",
        ),
        Reference(
            "Event Loop: loop.run_in_executor",
            "https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.run_in_executor",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Tree((ast.Call,), find_call, (b"async",), ASYNC),
        Tree(LOOP_TYPES, find_loop, (b"async",), ASYNC),
    ),
)
