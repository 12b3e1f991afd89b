"""Requests that a loop makes one after the other, though none needs the one before."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import own_nodes
from pyguard_kernel.io_calls import awaited, blocking, shortened
from pyguard_kernel.model import Level, Reference, Rule, Tree
from pyguard_kernel.rules.concurrency._beside import runs_beside_others
from pyguard_kernel.rules.concurrency._loops import (
    Loop,
    is_carried,
    is_of_the_item,
    is_ordered,
    is_paced,
    loop_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile

_NEEDLES = (b"aiohttp", b"asyncpg", b"httpx", b"open_connection", b"requests",
            b"urllib")  # fmt: skip
# Reads: to repeat or reorder them changes nothing.
_SAFE = {"get", "head", "options", "urlopen"}


def find(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """A read from elsewhere, in a loop over items that it is made from."""
    if file.is_test or not _runs_here(node, file):
        return
    loop = loop_of(file, node)
    if (
        loop is not None
        and _reads(node, file)
        and is_of_the_item(node, loop)
        and not is_ordered(file, loop, node)
        and not is_carried(file, loop, node)
        and not _is_second(node, loop, file)
        and not runs_beside_others(node, file)
    ):
        yield node, _message(node, loop, file)


def _message(node: ast.Call, loop: Loop, file: SourceFile) -> str:
    remedy = (
        "start them together in an asyncio.TaskGroup, a semaphore keeping the number"
        if file.coroutine(node) is not None
        else "use ThreadPoolExecutor.map, or an asynchronous client"
    )
    return (
        f"`{file.code(node.func)}()` is waited for once for each"
        f" `{ast.unparse(loop.target)}`, and the waits add up, though none needs the"
        f" one before: {remedy}"
    )


def _runs_here(node: ast.Call, file: SourceFile) -> bool:
    """Whether the call is over before the next step: awaited, entered, or plain."""
    above = file.parent(node)
    return isinstance(above, ast.Await | ast.withitem) or file.coroutine(node) is None


def _reads(node: ast.Call, file: SourceFile) -> bool:
    """Whether the call reads from elsewhere, itself or in a function of this file."""
    if _reads_itself(node, file):
        return True
    function = file.names.definition(node.func)
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    own = [*own_nodes(function)]
    return (
        isinstance(function, ast.AsyncFunctionDef)
        == isinstance(file.parent(node), ast.Await)
        and any(isinstance(n, ast.Call) and _reads_itself(n, file) for n in own)
        and not any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own)
        and not is_paced(file, own)
    )


def _reads_itself(node: ast.Call, file: SourceFile) -> bool:
    wait = awaited(file, node)
    if wait is not None:
        return wait.separate and wait.reads
    if blocking(file, node) != "waits for an HTTP answer":
        return False
    return shortened(file.names.canonical(node.func)).rpartition(".")[2] in _SAFE


def _is_second(node: ast.Call, loop: Loop, file: SourceFile) -> bool:
    """Whether an earlier call of the same loop is found already."""
    for part in loop.body:
        for other in own_nodes(part):
            if other is node:
                return False
            if (
                isinstance(other, ast.Call)
                and _runs_here(other, file)
                and _reads(other, file)
            ):
                return is_of_the_item(other, loop)
    return False


RULE = Rule(
    code="PG308",
    level=Level.MUST,
    statements=("3.3.1",),
    summary="Run independent waits side by side, with a limit on how many.",
    why=(
        "A request is nearly all waiting. One after the other, twenty requests of half"
        " a second take ten seconds, in which the program does nothing; side by side"
        " they take half a second. The page, the job or the test that waits for them is"
        " slow for no reason, and gets slower with every item. asyncio makes such waits"
        " cheap; threads do for libraries that block. Limit how many run at a time, or"
        " the other side will."
    ),
    references=(
        Reference(
            "Coroutines and Tasks: Task Groups",
            "https://docs.python.org/3/library/asyncio-task.html#task-groups",
            "2026-11-23",
        ),
        Reference(
            "concurrent.futures: ThreadPoolExecutor Example",
            "https://docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor-example",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Tree((ast.Call,), find, _NEEDLES),),
)
