"""The node that stands where ruff found something."""

from __future__ import annotations

import ast
import json

import pytest

from pyguard_kernel.located import node_at
from pyguard_kernel.model import Diagnostic
from pyguard_kernel.source import SourceFile

TEXT = """\
@wrapped(first(1))
def größe(x=second(2)):
    "äöü"; third(3).fourth(4)
    return [
        fifth(5),
    ]
"""


def at(line: int, column: int, cell: int | None = None) -> Diagnostic:
    return Diagnostic("X1", "", "app.py", line, column, line, column, cell, None)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (1, 2, "wrapped(first(1))"),
        (1, 10, "first(1)"),
        (2, 13, "second(2)"),
        (3, 12, "third(3).fourth(4)"),  # the outermost of two that start here
        (5, 9, "fifth(5)"),
    ],
)
def test_a_call_is_found_where_it_starts(line: int, column: int, code: str) -> None:
    file = SourceFile("app.py", TEXT.encode(), "app")
    node = node_at(file, at(line, column), ast.Call)
    assert node is not None
    assert ast.unparse(node) == code


def test_where_no_such_node_starts_there_is_none() -> None:
    file = SourceFile("app.py", TEXT.encode(), "app")
    assert node_at(file, at(1, 3), ast.Call) is None
    assert node_at(file, at(3, 12), ast.Await) is None


def test_a_place_in_a_notebook_counts_within_its_cell() -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in ("x = 1", "y = 2\nprint(y)")
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    file = SourceFile("page.ipynb", json.dumps(notebook).encode())
    node = node_at(file, at(2, 1, cell=2), ast.Call)
    assert node is not None
    assert ast.unparse(node) == "print(y)"
