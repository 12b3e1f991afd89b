"""What a Python file hands to a function, read and never run: setup.py's setup()."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Any

from pyguard_kernel.project._node import Broken, Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyguard_kernel.model import Span

    type Names = Mapping[str, ast.expr | None]

_DEEPEST = 12  # how far a name of a name is followed


def parse_python(text: str, path: str) -> ast.Module:
    """A Python file's syntax tree.

    Raises:
        Broken: it isn't Python 3.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        reason = f"isn't valid Python: {error.msg}"
        raise Broken(path, reason, error.lineno or 1, error.offset or 1) from None
    except (ValueError, RecursionError, MemoryError):
        raise Broken(path, "isn't valid Python") from None


def keywords(text: str, path: str, function: str) -> Node | None:
    """What the last call of a function is given by name, as a table.

    What isn't written out (a file's text, a call's result) is a node of the value None;
    under "**" stands what is handed on as a whole and isn't known here. None where
    nothing calls the function.

    Raises:
        Broken: it isn't Python 3.
    """
    module = parse_python(text, path)
    names = _assigned(module)
    found: Node | None = None
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _name(node.func) == function:
            found = _Reader(text, path, names).call(node)
    return found


def _name(function: ast.expr) -> str:
    """A function's own name, whatever module it is taken from."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _assigned(module: ast.Module) -> Names:
    """The names that have one value in the whole file; None for those with several."""
    names: dict[str, ast.expr | None] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    names[target.id] = None if target.id in names else node.value
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names[node.target.id] = None
    return names


class _Reader:
    """Turns expressions of one file into nodes."""

    def __init__(self, text: str, path: str, names: Names) -> None:
        self._lines = text.split("\n")
        self._path = path
        self._names = names

    def call(self, call: ast.Call) -> Node:
        table: dict[str, Node] = {}
        for keyword in call.keywords:
            value = self.node(keyword.value)
            if keyword.arg is not None:
                start = self._at(keyword.lineno, keyword.col_offset)
                key = (*start, start[0], start[1] + len(keyword.arg))
                table[keyword.arg] = Node(
                    value.value, self._path, value.span, key, value.text_line
                )
            elif isinstance(value.value, dict):
                table |= value.value
            else:
                table["**"] = value
        return Node(table, self._path, self._span(call), None, call.lineno)

    def node(self, expression: ast.expr, depth: int = 0) -> Node:
        value = self._value(expression, depth)
        if isinstance(value, Node):
            return value
        span = self._span(expression)
        return Node(value, self._path, span, None, span[0])

    def _value(self, expression: ast.expr, depth: int) -> Any:
        """A node where the value stands elsewhere; None where it isn't known."""
        match expression:
            case ast.Constant(value=str() | int() | float() as value):
                return value
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return [self.node(element, depth) for element in elements]
            case ast.Dict():
                return self._table(expression, depth)
            case ast.Call(func=ast.Name(id="dict"), args=[]):
                return self.call(expression).value
            case ast.Name(id=name) if depth < _DEEPEST and self._names.get(name):
                meant = self._names[name]
                return None if meant is None else self.node(meant, depth + 1)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, last = self.node(left, depth), self.node(right, depth)
                if isinstance(first.value, list) and isinstance(last.value, list):
                    return first.value + last.value
        return None

    def _table(self, display: ast.Dict, depth: int) -> dict[str, Node]:
        table: dict[str, Node] = {}
        for name, value in zip(display.keys, display.values, strict=True):
            node = self.node(value, depth)
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                key = self._span(name)
                table[name.value] = Node(node.value, self._path, node.span, key)
            elif name is None and isinstance(node.value, dict):
                table |= node.value
        return table

    def _span(self, node: ast.expr) -> Span:
        start = self._at(node.lineno, node.col_offset)
        end = self._at(node.end_lineno or 1, node.end_col_offset or 0)
        return (*start, *end)

    def _at(self, line: int, offset: int) -> tuple[int, int]:
        """A place by characters from 1; Python counts bytes of UTF-8 from 0."""
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        return line, len(text.encode()[:offset].decode("utf-8", "ignore")) + 1
