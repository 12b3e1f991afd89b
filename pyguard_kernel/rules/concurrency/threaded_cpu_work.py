"""Threads given plain Python to compute, which the interpreter runs one at a time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.cpu_work import (
    LOOP_TYPES,
    counts,
    is_few,
    is_plain_python,
    recurses,
    sorts_or_matches,
)
from pyguard_kernel.flow import own_nodes
from pyguard_kernel.model import Level, Reference, Rule, Tree
from pyguard_kernel.rules.concurrency._handed import (
    POOL_METHODS,
    function_behind,
    handed_to_thread,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile

_NEEDLES = (b"Thread", b"threading", b"to_thread", b"run_in_executor",
            b"multiprocessing")  # fmt: skip
_LASTS = POOL_METHODS | {"Thread", "to_thread", "run_sync", "run_in_executor"}


def find(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """`pool.map(f, ...)` and its kind, where f of this file only computes."""
    if getattr(node.func, "attr", "Thread") not in _LASTS or file.is_test:
        return
    handed = handed_to_thread(node, file)
    if handed is None or "_is_gil_enabled" in file.text:
        return
    function = function_behind(handed, file)
    work = _work(function, file) if function is not None else None
    if work is None:
        return
    yield (
        node,
        f"`{file.code(handed)}` only computes{_where(work, file)}, and the"
        " interpreter's lock lets one thread compute at a time: threads make it no"
        " faster; use ProcessPoolExecutor, or vectorize it",
    )


def _where(work: ast.AST, file: SourceFile) -> str:
    if isinstance(work, ast.FunctionDef):
        return ", calling itself"
    if isinstance(work, ast.For):
        return f", in its loop over `{file.code(work.iter)}`"
    return ""


def _work(
    function: ast.FunctionDef | ast.Lambda, file: SourceFile, depth: int = 2
) -> ast.FunctionDef | ast.expr | ast.stmt | None:
    """The loop or recursion that takes a function's time, if it only computes."""
    if not is_plain_python(file, function):
        return None
    if isinstance(function, ast.FunctionDef) and recurses(file, function):
        return function
    for node in own_nodes(function):
        if (
            isinstance(node, LOOP_TYPES)
            and not is_few(file, node)
            and not (
                isinstance(node, ast.While) and isinstance(node.test, ast.Constant)
            )
            and (
                counts(node)
                or sorts_or_matches(file, node)
                or _hands_on(node, file, depth)
            )
        ):
            return node
    return None


def _hands_on(loop: ast.AST, file: SourceFile, depth: int) -> bool:
    """Whether a loop calls another function of this file that computes."""
    return depth > 0 and any(
        isinstance(node, ast.Call)
        and isinstance(function := file.names.definition(node.func), ast.FunctionDef)
        and _work(function, file, depth - 1) is not None
        for node in ast.walk(loop)
    )


RULE = Rule(
    code="PG309",
    level=Level.MUST,
    statements=("3.3.2",),
    summary="Give computation to processes, not to threads.",
    why=(
        "CPython runs Python code of one thread at a time. Four threads that compute"
        " share one core: the work takes as long as in one thread, or longer, while the"
        " other cores idle and the bill stays. The threads also take turns with those"
        " that answer requests, which get slower. Processes have an interpreter each"
        " and use every core. Threads serve where the work waits, or where compiled"
        " code lets the lock go: NumPy, hashing and compression of large data. On a"
        " free-threaded build the rule doesn't apply."
    ),
    references=(
        Reference(
            "concurrent.futures: ProcessPoolExecutor",
            "https://docs.python.org/3/library/concurrent.futures.html#processpoolexecutor",
            "2026-11-23",
        ),
        Reference(
            "Glossary: global interpreter lock",
            "https://docs.python.org/3/glossary.html#term-global-interpreter-lock",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Tree((ast.Call,), find, _NEEDLES),),
)
