"""`assert True`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.model import Level, Reference, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile


def find(node: ast.Assert, file: SourceFile) -> Iterator[Hit]:
    """Asserts of a constant that is true."""
    if isinstance(node.test, ast.Constant) and node.test.value:
        yield node, f"`assert {file.code(node.test)}` can't fail: assert what you mean"


RULE = Rule(
    code="ACME1",
    level=Level.NEVER,
    statements=(),
    summary="Assert something that can be false.",
    why="A check that can't fail says that all is well whatever happens.",
    references=(
        Reference(
            "The assert statement",
            "https://docs.python.org/3/reference/simple_stmts.html",
            "2026-11-23",
        ),
    ),
    since="1.0",
    detectors=(Tree((ast.Assert,), find, (b"assert",)),),
)
