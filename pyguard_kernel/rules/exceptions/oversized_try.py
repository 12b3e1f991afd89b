"""`try` bodies that hold more than what can raise the expected exception."""

from __future__ import annotations

import ast
import builtins
from itertools import takewhile
from typing import TYPE_CHECKING

from pyguard_kernel.flow import own_nodes
from pyguard_kernel.model import Level, Reference, Rule, Tree
from pyguard_kernel.rules.exceptions._handlers import HANDLER, caught, caught_text
from pyguard_kernel.rules.exceptions._inert import cant_raise
from pyguard_kernel.rules.exceptions._lookups import (
    LOOKUPS,
    is_lookup,
    is_work,
    may_look_up,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile

# One idle statement beside the one that counts is a matter of taste.
_ENOUGH = 2
# May come at any statement: a signal arrives, memory or stack run out.
_ANYWHERE = {KeyboardInterrupt, MemoryError, RecursionError, SystemExit}
# They run along with their neighbours, and don't make a try longer.
_WEIGHTLESS = (ast.Return, ast.Break, ast.Continue, ast.Pass, ast.Global, ast.Nonlocal)


def find(node: ast.Try | ast.TryStar, file: SourceFile) -> Iterator[Hit]:
    """A `try` whose handlers expect something that most of its body can't raise."""
    if len(node.body) < 2 or not node.handlers:
        return
    expected: set[type[BaseException]] = set()
    for handler in node.handlers:
        names = caught(handler, file)
        if names is None:
            return  # catches everything, or what can't be known
        expected |= {kind for name in names if (kind := _builtin(name))}
    if expected & {Exception, BaseException, *_ANYWHERE}:
        return
    if isinstance(node.body[0], ast.Import | ast.ImportFrom):
        return  # an optional package: what is set goes with the import
    what = " or ".join(caught_text(handler, file) for handler in node.handlers)
    message = _looked_up(node, file, expected) or _idle(node, file, expected, what)
    if message:
        yield node, message


def _builtin(name: str) -> type[BaseException] | None:
    kind = getattr(builtins, name.removeprefix("builtins."), None)
    if name.startswith("builtins.") and isinstance(kind, type):
        return kind if issubclass(kind, BaseException) else None
    return None


def _looked_up(
    node: ast.Try | ast.TryStar, file: SourceFile, expected: set[type[BaseException]]
) -> str | None:
    """A look-up with its handler, and calls that aren't look-ups in the same `try`."""
    if not expected or not expected <= LOOKUPS or len(node.handlers) != 1:
        return None
    first, *rest = node.body
    if not is_lookup(first, file, expected):
        return None
    parts = [part for statement in rest for part in own_nodes(statement)]
    if any(may_look_up(part) for part in parts):
        return None
    work = [
        part
        for part in parts
        if isinstance(part, ast.Call) and is_work(part, file, expected)
    ]
    if not work:
        return None
    kind = caught_text(node.handlers[0], file)
    return (
        f"`{file.code(first)}` is the look-up that this handler answers, but {kind}"
        f" from a bug in `{file.code(work[0].func)}(...)` is taken for it: keep the"
        " look-up alone in the try and move the rest into `else`"
    )


def _idle(
    node: ast.Try | ast.TryStar,
    file: SourceFile,
    expected: set[type[BaseException]],
    what: str,
) -> str | None:
    """Statements at the start or end that can't raise what is expected."""
    before = _idle_first(node.body, file, expected)
    if len(before) == len(node.body):
        return None  # nothing here raises: another rule's matter, or a test's
    after = _idle_first(node.body[::-1], file, expected)
    idle = [s for s in before + after if not isinstance(s, _WEIGHTLESS)]
    if len(idle) < _ENOUGH:
        return None
    moves = []
    if before:
        moves.append(f"the first {len(before)} above the try")
    if after:
        moves.append(f"the last {len(after)} into `else`")
    return (
        f"{len(before + after)} of the {len(node.body)} statements in this try can't"
        f" raise {what}: move {' and '.join(moves)}"
    )


def _idle_first(
    body: Sequence[ast.stmt], file: SourceFile, expected: set[type[BaseException]]
) -> list[ast.stmt]:
    return list(takewhile(lambda s: cant_raise(s, file, expected), body))


RULE = Rule(
    code="PG207",
    level=Level.MUST,
    statements=("2.3.1",),
    summary="Keep only what can raise the expected exception inside the try.",
    why=(
        "A handler answers one expected failure, but it is asked about every statement"
        " of the body. A KeyError from a bug five lines below the look-up is answered"
        ' with "no such customer", and nobody hears of the bug. Statements that can\'t'
        " raise what is caught do no harm yet; they hide which one can, and the next"
        " change to one of them is caught unseen. Move preparation above the try, and"
        " what follows success into its `else`."
    ),
    references=(
        Reference(
            "Python tutorial: Handling Exceptions (on else)",
            "https://docs.python.org/3/tutorial/errors.html#handling-exceptions",
            "2026-11-23",
        ),
        Reference(
            "PEP 8: Programming Recommendations (on try)",
            "https://peps.python.org/pep-0008/#programming-recommendations",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Tree((ast.Try, ast.TryStar), find, (b"except",), HANDLER),),
)
