"""An exception wrapped in its own type, or in Exception, to extend its message."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.flow import handler_around, is_caught
from pyguard_kernel.model import Level, Reference, Rule, Tree
from pyguard_kernel.rules.exceptions._handlers import (
    HANDLER,
    caught,
    caught_text,
    named,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile


def find(node: ast.Raise, file: SourceFile) -> Iterator[Hit]:
    """`raise T(f"...{e}")` where T is what was caught, or Exception."""
    new = node.exc
    if not isinstance(new, ast.Call) or len(new.args) != 1 or new.keywords:
        return
    handler = handler_around(file, node)
    if handler is None or handler.name is None:
        return
    types = caught(handler, file)
    same = _is_type_of_caught(new.func, handler, file)
    raised = named(new.func, file)
    if not same and (raised is None or types is None):
        return
    base = raised in {"builtins.Exception", "builtins.BaseException"}
    if not (same or base or types == [raised]):
        return
    message = file.names.value(new.args[0])
    if not _quotes(message, handler, file):
        return
    caught_name = caught_text(handler, file)
    loss = (
        f"hides that it was {caught_name}"
        if base and types != [raised]
        else f"makes a second {caught_name} without the first one's args and attributes"
    )
    yield (
        node,
        f"this {loss}, only to add words: call `{handler.name}.add_note(...)` and"
        " `raise`",
    )


def _is_type_of_caught(
    func: ast.expr, handler: ast.ExceptHandler, file: SourceFile
) -> bool:
    """Whether this is `type(e)` or `e.__class__`."""
    match func:
        case ast.Call(args=[inner]) if file.names.called(func) == "builtins.type":
            return is_caught(file, handler, inner)
        case ast.Attribute(value=inner, attr="__class__"):
            return is_caught(file, handler, inner)
    return False


def _quotes(node: ast.expr, handler: ast.ExceptHandler, file: SourceFile) -> bool:
    """Whether a text is made of the caught exception's text and of more."""
    parts: list[ast.expr]
    match node:
        case ast.JoinedStr(values=values):
            parts = [v.value for v in values if isinstance(v, ast.FormattedValue)]
            more = len(values) > 1
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts, more = [*_operands(left), *_operands(right)], True
        case ast.BinOp(op=ast.Mod(), right=right):
            parts = right.elts if isinstance(right, ast.Tuple) else [right]
            more = True
        case ast.Call(func=ast.Attribute(attr="format"), args=args, keywords=keywords):
            parts, more = [*args, *(k.value for k in keywords)], True
        case _:
            return False
    return more and any(_is_text_of(part, handler, file) for part in parts)


def _operands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_operands(node.left), *_operands(node.right)]
    return [node]


def _is_text_of(node: ast.expr, handler: ast.ExceptHandler, file: SourceFile) -> bool:
    """Whether this is `e`, `str(e)`, `repr(e)`, `e.args[0]` or `e.message`."""
    match node:
        case ast.Call(args=[inner]) if file.names.called(node) in _TEXTS:
            return is_caught(file, handler, inner)
        case ast.Subscript(value=ast.Attribute(value=inner, attr="args")):
            return is_caught(file, handler, inner)
        case ast.Attribute(value=inner, attr="args" | "message" | "msg"):
            return is_caught(file, handler, inner)
    return is_caught(file, handler, node)


_TEXTS = {"builtins.str", "builtins.repr"}


RULE = Rule(
    code="PG205",
    level=Level.MUST,
    statements=("2.2.2",),
    summary="Add context with add_note() and raise the same exception again.",
    why=(
        "`raise OSError(f'{path}: {error}') from error` looks harmless and costs much:"
        " the new exception has no errno, no filename, none of the attributes that"
        " callers decide by. A subclass becomes its base, so a handler for"
        " FileNotFoundError no longer sees it. With Exception around it, nobody can"
        " catch it by name at all. `error.add_note(...)` (Python 3.11) puts your words"
        " into the traceback and leaves the exception as it is. A new type that means"
        " something to callers is another matter: raise that one `from error`."
    ),
    references=(
        Reference(
            "BaseException.add_note",
            "https://docs.python.org/3/library/exceptions.html#BaseException.add_note",
            "2026-11-23",
        ),
        Reference(
            "PEP 678: Enriching Exceptions with Notes",
            "https://peps.python.org/pep-0678/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Tree((ast.Raise,), find, (b"except",), HANDLER),),
    fix="yes",
)
