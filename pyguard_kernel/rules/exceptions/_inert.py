"""Which code surely can't raise certain exceptions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.rules.exceptions._handlers import is_log_call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyguard_kernel.source import SourceFile

type Kinds = set[type[BaseException]]

# What operators raise, on whatever operands.
_BY_OPERATOR = (TypeError, ValueError, ArithmeticError, AttributeError)
# Calls that raise nothing with fit arguments, and TypeError otherwise.
_CALM = {
    "builtins.bool", "builtins.dict", "builtins.frozenset", "builtins.isinstance",
    "builtins.issubclass", "builtins.len", "builtins.list", "builtins.object",
    "builtins.set", "builtins.tuple", "builtins.type", "builtins.id",
    "time.monotonic", "time.perf_counter", "time.time", "time.time_ns",
    "time.monotonic_ns", "time.perf_counter_ns", "collections.deque",
    "collections.OrderedDict", "collections.Counter",
}  # fmt: skip
_CALM_ARGUMENTS = (ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Dict, ast.Set)
# Methods of containers whose type is known from this file: what they may raise.
_CALM_METHODS = {
    "builtins.list": {"append", "clear", "copy", "reverse"},
    "builtins.dict": {"clear", "copy", "items", "keys", "values"},
    "builtins.set": {"clear", "copy"},
    "builtins.str": {"strip", "lower", "upper", "title", "startswith", "endswith"},
}


def cant_raise(node: ast.AST, file: SourceFile, kinds: Kinds) -> bool:
    """Whether this statement or expression surely raises none of these exceptions.

    An empty set stands for exceptions that only calls (and attributes, elements and
    loops, which may be calls in disguise) raise.
    """
    return _Inert(file, kinds).of(node)


class _Inert:
    def __init__(self, file: SourceFile, kinds: Kinds) -> None:
        self._file = file
        # An exception is caught by its own class and by those above it.
        self._operators = not any(
            issubclass(by, kind) or issubclass(kind, by)
            for by in _BY_OPERATOR
            for kind in kinds
        )
        self._names = not any(issubclass(UnboundLocalError, k) for k in kinds)
        self._attributes = not any(issubclass(AttributeError, k) for k in kinds)
        self._types = not any(issubclass(TypeError, k) for k in kinds)

    def of(self, node: ast.AST | None) -> bool:
        match node:
            case None | ast.Pass() | ast.Break() | ast.Continue() | ast.Constant():
                return True
            case ast.Global() | ast.Nonlocal():
                return True
            case ast.Name():
                return self._names
            case ast.Lambda():
                return self._all(node.args.defaults)
            case ast.Expr(value=value) | ast.Return(value=value):
                return self.of(value)
            case ast.Assign(targets=targets, value=value):
                return all(map(self._target, targets)) and self.of(value)
            case ast.AnnAssign(target=target, value=value):
                return self._target(target) and self.of(value)
            case ast.AugAssign(target=ast.Name(), value=value):
                return self._operators and self.of(value)
            case ast.If(test=test, body=body, orelse=orelse):
                return self.of(test) and self._all(body) and self._all(orelse)
        return self._expression(node)

    def _all(self, nodes: Iterable[ast.AST | None]) -> bool:
        return all(self.of(node) for node in nodes)

    def _expression(self, node: ast.AST | None) -> bool:
        match node:
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return self._all(elts)
            case ast.Dict(keys=keys, values=values):
                fixed = all(isinstance(key, ast.Constant) for key in keys)
                return fixed and self._all(values)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._all((test, body, orelse))
            case ast.BoolOp(values=values):
                return self._all(values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.of(operand)
            case ast.Attribute():
                return self._is_plain(node)
            case ast.Call():
                return self._call(node)
        return self._operation(node)

    def _operation(self, node: ast.AST | None) -> bool:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                plain = all(isinstance(op, ast.Is | ast.IsNot) for op in ops)
                return (plain or self._operators) and self._all((left, *others))
            case ast.BinOp(left=left, right=right):
                return self._operators and self._all((left, right))
            case ast.JoinedStr(values=values):
                return self._operators and self._all(values)
            case ast.FormattedValue(value=value, format_spec=spec):
                return self._all((value, spec))
        return False

    def _target(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) or (
            isinstance(node, ast.Attribute) and self._is_plain(node)
        )

    def _is_plain(self, node: ast.Attribute) -> bool:
        """Whether an attribute is data: a module's constant, or set on self here."""
        base = node.value
        if isinstance(base, ast.Name) and base.id == "self" and self._attributes:
            bindings = self._file.names.attribute_bindings(node)
            return bool(bindings) and all(b.kind == "assign" for b in bindings)
        constant = node.attr.isupper() and self._attributes
        return constant and self._file.names.canonical(node) is not None

    def _call(self, node: ast.Call) -> bool:
        arguments = [*node.args, *(k.value for k in node.keywords)]
        if not self._all(arguments):
            return False
        if is_log_call(node, self._file):
            return True
        names = self._file.names
        if names.canonical(node.func) in _CALM:
            return self._types and all(
                isinstance(a, _CALM_ARGUMENTS) for a in arguments
            )
        if isinstance(node.func, ast.Attribute):
            kind = names.type_of(node.func.value) or ""
            return node.func.attr in _CALM_METHODS.get(kind, ()) and self.of(
                node.func.value
            )
        return False
