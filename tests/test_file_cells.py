"""Cells that stand for files, and small trees in one text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.api import check
from pyguard_kernel.file_cells import files_in, is_tree, names_a_file, tree, unmarked

TREE = """\
%%pyguard tree  # <- PG1002
-- pyproject.toml --
[project]
name = "shop"  # <- PG602

-- src/shop/__init__.py --
-- Dockerfile --
FROM python:latest  # <- PG903
"""


def test_a_cell_may_be_one_file() -> None:
    cell = "%%pyguard Dockerfile\nFROM python:latest  # <- PG903\nUSER 1"
    assert files_in(cell) == {"Dockerfile": (2, "FROM python:latest\nUSER 1\n")}
    assert not is_tree(cell)


def test_a_cell_may_be_a_tree() -> None:
    assert is_tree(TREE)
    assert files_in(TREE) == {
        "pyproject.toml": (3, '[project]\nname = "shop"\n'),
        "src/shop/__init__.py": (7, ""),
        "Dockerfile": (8, "FROM python:latest\n"),
    }


@pytest.mark.parametrize(
    "cell", ["x = 1", "%%pyguard\nx = 1", "%%time\nx", "%%pyguard --select PG2\nx", ""]
)
def test_any_other_cell_is_python(cell: str) -> None:
    assert files_in(cell) is None
    assert not names_a_file(cell)


def test_a_mark_is_no_part_of_a_file_but_other_comments_are() -> None:
    assert unmarked("a # why\nb  # <- PG602, PG604\n# <- PG1") == "a # why\nb\n"


NAMES = st.text("abc/._-", min_size=1).filter(lambda name: name.strip("-") == name)


@given(st.dictionaries(NAMES, st.lists(st.text("xy# ", max_size=4)), max_size=4))
def test_a_tree_gives_back_its_files_and_where_they_begin(
    files: dict[str, list[str]],
) -> None:
    text = "".join(f"-- {n} --\n" + "".join(f"{x}\n" for x in files[n]) for n in files)
    lines = text.split("\n")
    for name, (first, held) in tree(text).items():
        assert "\n".join(files[name]).rstrip("\n") == held.rstrip("\n")
        assert lines[first - 2] == f"-- {name} --"


def notebook(*cells: str) -> str:
    made = [
        {"cell_type": "code", "id": str(i), "metadata": {}, "outputs": []}
        | {"execution_count": None, "source": source}
        for i, source in enumerate(cells)
    ]
    return json.dumps(
        {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )


def test_what_is_found_in_a_file_stands_on_its_line_of_the_cell() -> None:
    text = notebook("x = 1", "%%pyguard b.toml\n\nx = [")
    (finding,) = check(text, "page.ipynb")
    assert (finding.code, finding.path) == ("PG000", "page.ipynb")
    assert (finding.cell, finding.line) == (2, 3)


def test_python_in_a_tree_is_checked_as_python() -> None:
    cell = "%%pyguard tree\n-- a/b.py --\ntry:\n    f()\nexcept:\n    g()\n"
    found = check(notebook(cell), "page.ipynb", select=["PG206"])
    assert [(f.cell, f.line) for f in found] == [(1, 5)]
