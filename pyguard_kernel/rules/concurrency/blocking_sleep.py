"""`time.sleep` in a coroutine."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.located import node_at
from pyguard_kernel.model import Level, Reference, Ruff, Rule

if TYPE_CHECKING:
    from pyguard_kernel.model import Diagnostic
    from pyguard_kernel.source import SourceFile


def judge(diagnostic: Diagnostic, file: SourceFile) -> str:
    """Every ASYNC251 is meant."""
    function = node_at(file, diagnostic, ast.Name, ast.Attribute)
    call = file.parent(function) if function is not None else None
    code = file.code(call) if isinstance(call, ast.Call) else "time.sleep()"
    return (
        f"`{code}` holds the whole event loop: no other task runs until it is"
        " over; write `await asyncio.sleep(...)`"
    )


RULE = Rule(
    code="PG306",
    level=Level.NEVER,
    statements=("3.2.4",),
    summary="Sleep with `await asyncio.sleep()` in coroutines, never with time.sleep.",
    why=(
        "One thread runs every task of an event loop, and time.sleep puts that thread"
        " to sleep. For as long as it lasts no request is answered, no timeout fires"
        " and no cancellation arrives; ten tasks that sleep a second take ten seconds."
        " Nothing raises, so it shows up as latency in code that is innocent."
        " `await asyncio.sleep()` hands the thread to the other tasks meanwhile."
    ),
    references=(
        Reference(
            "asyncio: Running Blocking Code",
            "https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code",
            "2026-11-23",
        ),
        Reference(
            "asyncio.sleep",
            "https://docs.python.org/3/library/asyncio-task.html#asyncio.sleep",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Ruff(("ASYNC251",), judge),),
    fix="yes",
)
