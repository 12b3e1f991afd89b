"""`except Exception` that neither re-raises nor keeps the traceback."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import always_raises
from pyguard_kernel.located import node_at
from pyguard_kernel.model import Level, Reference, Ruff, Rule
from pyguard_kernel.rules.exceptions._handlers import hands_on, tells_traceback

if TYPE_CHECKING:
    from pyguard_kernel.model import Diagnostic
    from pyguard_kernel.source import SourceFile


def judge(diagnostic: Diagnostic, file: SourceFile) -> str | None:
    """Each BLE001, but for those whose handler passes the exception on whole."""
    node = node_at(file, diagnostic, ast.expr)
    handler = file.enclosing(node, ast.ExceptHandler) if node else None
    if node is None or handler is None:
        return None
    if always_raises(file, handler.body):
        return None  # whoever calls hears of it
    if tells_traceback(handler, file) or hands_on(handler, file):
        return None
    name = file.code(node)
    return (
        f"`except {name}` takes every bug {_of(handler, file)} for the error you"
        " expect, and leaves no traceback: name what can fail, or log it with"
        " `log.exception()`"
    )


def _of(handler: ast.ExceptHandler, file: SourceFile) -> str:
    guarded = file.parent(handler)
    body = guarded.body if isinstance(guarded, ast.Try | ast.TryStar) else []
    if len(body) == 1 and not hasattr(body[0], "body"):
        return f"in `{file.code(body[0])}`"
    return f"in the {len(body)} statements of this try"


RULE = Rule(
    code="PG208",
    level=Level.MUST,
    statements=("2.3.2",),
    summary="Catch the exceptions you expect, by name.",
    why=(
        "`except Exception` can't tell a server that is down from a misspelled"
        " attribute. Both end in the same branch, and the program answers a bug with"
        ' "no data". Nobody sees a traceback, so the bug stays until a customer finds'
        " it. Name the errors that you know how to answer. A boundary that must survive"
        " everything (a worker's loop, a request handler, a plug-in host) may catch"
        " Exception if it re-raises, logs the traceback or hands the exception on."
    ),
    references=(
        Reference(
            "Python tutorial: Handling Exceptions",
            "https://docs.python.org/3/tutorial/errors.html#handling-exceptions",
            "2026-11-23",
        ),
        Reference(
            "Ruff: blind-except (BLE001)",
            "https://docs.astral.sh/ruff/rules/blind-except/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Ruff(("BLE001",), judge),),
)
