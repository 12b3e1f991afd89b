"""Which statements look something up, or convert it: the expected failures."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.rules.exceptions._handlers import is_log_call

if TYPE_CHECKING:
    from pyguard_kernel.rules.exceptions._inert import Kinds
    from pyguard_kernel.source import SourceFile

# What look-ups and conversions raise.
LOOKUPS: Kinds = {KeyError, IndexError, LookupError, AttributeError, ValueError,
                  TypeError}  # fmt: skip

_CONVERSIONS = {
    "builtins.int", "builtins.float", "builtins.complex", "uuid.UUID", "json.loads",
    "datetime.datetime.fromisoformat", "datetime.date.fromisoformat",
    "datetime.datetime.strptime", "ipaddress.ip_address", "ipaddress.ip_network",
}  # fmt: skip
# Methods by which people look things up: they raise what a look-up raises.
_LOOKING_METHODS = {"pop", "popitem", "remove", "index", "popleft", "get", "lookup",
                    "find", "__getitem__", "getattr", "next"}  # fmt: skip


def is_lookup(statement: ast.stmt, file: SourceFile, kinds: Kinds) -> bool:
    """Whether this is one look-up or conversion that answers to these exceptions.

    `x = a[b]` for KeyError, `x = a.b` for AttributeError, `x = int(y)` for ValueError.
    """
    match statement:
        case ast.Assign(targets=[ast.Name() | ast.Tuple()], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            pass
        case _:
            return False
    inner: ast.AST = value
    if kinds <= {ValueError, TypeError}:
        if file.names.called(value) not in _CONVERSIONS:
            return False
        inner = ast.Tuple(value.args)  # type: ignore[attr-defined]
    elif not isinstance(
        value, ast.Attribute if kinds == {AttributeError} else ast.Subscript
    ):
        return False
    return not any(isinstance(n, ast.Call | ast.Await) for n in ast.walk(inner))


def may_look_up(node: ast.AST) -> bool:
    """Whether an expected look-up may be in this node itself."""
    match node:
        case ast.Attribute(ctx=ast.Load(), attr=attr):
            return attr in _LOOKING_METHODS
        case ast.Subscript() | ast.Delete():
            return True
        case ast.Raise():
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in _LOOKING_METHODS or f"builtins.{name}" in _CONVERSIONS
    return False


def is_work(call: ast.Call, file: SourceFile, expected: Kinds) -> bool:
    """Whether a call runs code that may have bugs of the expected kind."""
    if is_log_call(call, file):
        return False
    if expected <= {ValueError, TypeError}:
        # Validation raises these on purpose; here it can be seen that it doesn't.
        function = file.names.definition(call.func)
        return function is not None and not any(
            isinstance(part, ast.Raise) for part in ast.walk(function)
        )
    if isinstance(call.func, ast.Attribute):
        kind = file.names.type_of(call.func.value) or ""
        return not kind.startswith("builtins.")
    return not (file.names.canonical(call.func) or "").startswith("builtins.")
