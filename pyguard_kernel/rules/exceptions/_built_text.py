"""Texts that values go into: f-strings, %, +, str.format."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACEHOLDER = regex(r"%[^%]")


def made_by(node: ast.expr) -> str | None:
    """How values get into a text; None where none do."""
    match node:
        case ast.JoinedStr(values=parts):
            if any(isinstance(part, ast.FormattedValue) for part in parts):
                return "an f-string"
        case ast.BinOp(op=ast.Mod(), left=left):
            text = left.value if isinstance(left, ast.Constant) else "%s"
            if isinstance(text, str) and _PLACEHOLDER.search(text):
                return "%"
        case ast.BinOp(op=ast.Add()):
            leaves = list(_leaves(node))
            fixed = [isinstance(leaf, ast.Constant) for leaf in leaves]
            texts = [_is_text(leaf) for leaf in leaves]
            if any(texts) and not all(fixed):
                return "+"
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            if _is_text(value):
                return "str.format"
    return None


def _leaves(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _leaves(node.left)
        yield from _leaves(node.right)
    else:
        yield node


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return isinstance(node, ast.JoinedStr)
