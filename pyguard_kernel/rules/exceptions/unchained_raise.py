"""`raise` inside `except`, without `from`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import handler_around, is_caught
from pyguard_kernel.located import node_at
from pyguard_kernel.model import Level, Reference, Ruff, Rule
from pyguard_kernel.rules.exceptions._handlers import caught_text

if TYPE_CHECKING:
    from pyguard_kernel.model import Diagnostic
    from pyguard_kernel.source import SourceFile


def judge(diagnostic: Diagnostic, file: SourceFile) -> str | None:
    """Each B904, but for those that raise what was caught, or a part of it."""
    node = node_at(file, diagnostic, ast.Raise)
    handler = handler_around(file, node) if node else None
    if node is None or node.exc is None or handler is None:
        return None
    if is_caught(file, handler, _whole(node.exc)):
        return None
    new = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if handler.name:
        remedy = f"add `from {handler.name}` (or `from None` where it tells nothing)"
    else:
        remedy = "name the caught exception and add `from` it, or `from None`"
    return (
        f"the traceback won't say that {file.code(new)} was raised because of"
        f" {caught_text(handler, file)}, it looks like a second failure: {remedy}"
    )


def _whole(node: ast.expr) -> ast.expr:
    """What an attribute, an element or `with_traceback` is taken of."""
    while True:
        match node:
            case ast.Attribute(value=inner) | ast.Subscript(value=inner):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="with_traceback")):
                node = inner
            case _:
                return node


RULE = Rule(
    code="PG204",
    level=Level.MUST,
    statements=("2.2.1",),
    summary="Raise from the exception that you caught: `raise ... from error`.",
    why=(
        "A bare `raise New()` in a handler leaves `__cause__` empty. Python then prints"
        ' "During handling of the above exception, another exception occurred", the'
        " words for a handler that itself is broken, and tools that follow causes find"
        " none. `from error` says that this failure is that one in your own terms."
        " `from None` says that the first one tells the reader nothing. Either way the"
        " next person knows that it was meant."
    ),
    references=(
        Reference(
            "Python reference: The raise statement",
            "https://docs.python.org/3/reference/simple_stmts.html#the-raise-statement",
            "2026-11-23",
        ),
        Reference(
            "PEP 3134: Exception Chaining and Embedded Tracebacks",
            "https://peps.python.org/pep-3134/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Ruff(("B904",), judge),),
)
