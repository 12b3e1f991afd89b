"""A plain `except` where errors arrive in an ExceptionGroup."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import always_raises, caught_types
from pyguard_kernel.model import Level, Reference, Rule, Tree
from pyguard_kernel.rules.exceptions._handlers import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile

_GROUPS = {"builtins.BaseExceptionGroup", "builtins.ExceptionGroup"}
_MAKE_GROUPS = {"anyio.create_task_group", "asyncio.TaskGroup",
                "asyncio.taskgroups.TaskGroup", "trio.open_nursery"}  # fmt: skip
_LIMITS = {"anyio.fail_after", "asyncio.timeout", "asyncio.timeout_at",
           "async_timeout.timeout", "async_timeout.timeout_at", "trio.fail_after",
           "trio.fail_at"}  # fmt: skip
_LATE = {"builtins.TimeoutError", "trio.TooSlowError"}
# A group lets these through as they are, or is itself caught by them.
_NAKED = {"asyncio.CancelledError", "builtins.BaseException", "builtins.Exception",
          "builtins.GeneratorExit", "builtins.KeyboardInterrupt",
          "builtins.SystemExit", "trio.Cancelled"}  # fmt: skip


def find(node: ast.Try, file: SourceFile) -> Iterator[Hit]:
    """`except ExceptionGroup`, and clauses that never see what a group raises."""
    blind: bool | None = None
    for handler in node.handlers:
        names = [named(caught, file) for caught in caught_types(handler)]
        if _GROUPS.intersection(names):
            if not always_raises(file, handler.body):
                yield (
                    handler,
                    "this takes the whole group, with the errors that you can't handle:"
                    " name those you can in `except* ...`, and the rest goes on",
                )
        elif names and None not in names and not _NAKED.intersection(names):
            if blind is None:
                blind = _holds_a_group_alone(node, file)
            late = _LATE.intersection(names)
            if blind and not (late and _is_limited(node, file)):
                code = ", ".join(file.code(caught) for caught in caught_types(handler))
                code = f"({code})" if len(names) > 1 else code
                yield (
                    handler,
                    f"what the tasks raise arrives in an ExceptionGroup, so"
                    f" `except {code}` never sees it: write `except* {code}`",
                )


def _holds_a_group_alone(block: ast.Try, file: SourceFile) -> bool:
    """Whether all that can fail in a `try` runs inside of task groups."""
    groups = 0
    stack: list[ast.AST] = list(block.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.AsyncWith):
            made = [item.context_expr for item in node.items]
            if any(_makes_group(context, file) for context in made):
                groups += 1
                before = [m for m in made if not _makes_group(m, file)]
                stack.extend(before)
                continue
        elif isinstance(node, ast.Await | ast.AsyncFor | ast.Raise | ast.comprehension):
            if not isinstance(node, ast.comprehension) or node.is_async:
                return False
        elif isinstance(node, ast.Call) and not _is_harmless(node, file):
            return False
        stack.extend(ast.iter_child_nodes(node))
    return groups > 0


def _makes_group(context: ast.expr, file: SourceFile) -> bool:
    made = file.names.value(context)
    return (
        isinstance(made, ast.Call)
        and file.names.canonical(made.func) in _MAKE_GROUPS
        and not any(k.arg == "strict_exception_groups" for k in made.keywords)
    )


def _is_harmless(call: ast.Call, file: SourceFile) -> bool:
    """Calls that don't fail: limits, constructors, results of tasks that have ended."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "result":
        return True
    name = file.names.canonical(call.func) or ""
    last = name.rpartition(".")[2]
    return name in _LIMITS or name.startswith("builtins.") or last[:1].isupper()


def _is_limited(block: ast.Try, file: SourceFile) -> bool:
    """Whether a time limit stands in the `try`, outside of every group."""
    stack: list[ast.AST] = list(block.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.With | ast.AsyncWith):
            made = [item.context_expr for item in node.items]
            if any(file.names.called(context) in _LIMITS for context in made):
                return True
            if any(_makes_group(context, file) for context in made):
                continue
        stack.extend(ast.iter_child_nodes(node))
    return False


RULE = Rule(
    code="PG202",
    level=Level.MUST,
    statements=("2.1.2",),
    summary="Handle errors that come in an ExceptionGroup with `except*`.",
    why=(
        "A TaskGroup raises what its tasks raise as one ExceptionGroup, even a single"
        " error. A plain `except ValueError` around it looks right, passes review, and"
        " never runs: the error goes past it and ends the program. `except"
        " ExceptionGroup` errs the other way and takes all of a group, also what it"
        " can't handle. `except*` takes the errors of its type out of the group and"
        " lets the others go on."
    ),
    references=(
        Reference(
            "Python language reference: except* clause",
            "https://docs.python.org/3/reference/compound_stmts.html#except-star",
            "2026-11-23",
        ),
        Reference(
            "asyncio: Task Groups",
            "https://docs.python.org/3/library/asyncio-task.html#task-groups",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(
        Tree(
            (ast.Try,),
            find,
            (b"ExceptionGroup", b"TaskGroup", b"create_task_group", b"open_nursery"),
        ),
    ),
    fix="yes",
)
