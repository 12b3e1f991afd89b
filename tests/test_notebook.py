"""Notebooks: one tree of all code cells, and IPython's own syntax in them."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard_kernel.notebook import plain_python
from pyguard_kernel.source import SourceFile, Unreadable


def notebook(*sources: object, metadata: Any = None) -> bytes:
    """A notebook of code cells; a source in a tuple is of another kind of cell."""
    cells = [
        {"cell_type": source[0], "source": source[1]}
        if isinstance(source, tuple)
        else {"cell_type": "code", "source": source}
        for source in sources
    ]
    metadata = {} if metadata is None else metadata
    return json.dumps({"cells": cells, "metadata": metadata}).encode()


def read(*sources: object, metadata: Any = None) -> SourceFile:
    return SourceFile("a.ipynb", notebook(*sources, metadata=metadata))


# -- cells -----------------------------------------------------------------------------


def test_cells_are_numbered_among_all_and_lines_lead_back() -> None:
    file = read(("markdown", "# Title"), "a = 1\nb = 2", ("raw", "x"), "", ["c\n", "d"])
    assert [cell.number for cell in file.cells] == [2, 4, 5]
    places = {
        ast.unparse(node): file.place(*file.span(node)[:2]) for node in file.tree.body
    }
    assert places == {
        "a = 1": (1, 1, 2), "b = 2": (2, 1, 2), "c": (1, 1, 5), "d": (2, 1, 5)
    }  # fmt: skip


@given(st.lists(st.lists(st.just("call()"), max_size=4).map("\n".join), max_size=5))
def test_there_and_back(sources: list[str]) -> None:
    file = read(*sources)
    for number, source in enumerate(sources, 1):
        for line, text in enumerate(source.split("\n"), 1):
            at = file.line_of(number, line)
            assert file.lines[at - 1] == text
            assert file.place(at, 7) == (line, 7, number)


def test_a_notebook_without_code_is_an_empty_file() -> None:
    for file in (read(), read(("markdown", "text")), read("")):
        assert file.tree.body == []


def test_another_language_is_not_ours_to_read() -> None:
    file = read("x <- 1", metadata={"language_info": {"name": "R"}})
    assert file.cells == ()
    assert file.tree.body == []


@pytest.mark.parametrize(
    "metadata",
    [None, [], "x", {"language_info": None}, {"language_info": {"name": []}}],
)
def test_odd_metadata_does_no_harm(metadata: Any) -> None:
    data = json.dumps({"cells": [], "metadata": metadata}).encode()
    assert SourceFile("a.ipynb", data).cells == ()


def test_odd_cells_are_passed_over() -> None:
    file = read(None, 5, {"a": 1}, ["x = 1\n", None, "y = 2"])
    assert ast.unparse(file.tree) == "x = 1\ny = 2"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "1: not a notebook: its JSON breaks here (Expecting value)"),
        (b'{"cells": [\n{"cell_type": "code"', "2: not a notebook: its JSON breaks"),
        (b"[]", "1: not a notebook of format 4: it has no list of cells"),
        (b'{"worksheets": []}', "1: not a notebook of format 4"),
        (b"[" * 100_000, "1: not a notebook: its JSON is nested too deep"),
        (b'{"cells": [], "x": ' + b"9" * 5_000 + b"}", "1: not a notebook: Exceeds"),
        (b'{"cells": []\xff}', "1: byte 0xff isn't utf-8"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_notebook_says_why_and_where(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        _ = SourceFile("a.ipynb", data).tree
    assert f"{caught.value.line}: {caught.value.reason}".startswith(said)


def test_a_broken_cell_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        _ = read("x = 1", "y = 2\nz = = 3").tree
    assert (caught.value.cell, caught.value.line, caught.value.column) == (2, 2, 5)


@given(st.integers(0, 200))
def test_a_notebook_cut_off_midway_is_a_reason(length: int) -> None:
    data = notebook("x = 1", "y = '" + "a" * 100 + "'")
    with pytest.raises(Unreadable, match="its JSON breaks here"):
        _ = SourceFile("a.ipynb", data[: length % len(data)]).tree


# -- IPython's own syntax --------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!ls\n!!ls", "pass\npass"),
        ("?obj\nobj?\nobj.name??\n%time?\nname*?", "pass\n" * 4 + "pass"),
        ("obj? # what is it", "pass"),
        (";f a b\n,f a b\n/f a", "pass\npass\npass"),
        ("x = !ls\ny = %sql select 1", "x = None\ny = None"),
        ("a, b = !ls", "a, b = None"),
        ("if x:\n    !ls\n    %cd ..", "if x:\n    pass\n    pass"),
        ("!ls \\\n  -l \\\n  -a\nx = 1", "pass\n\n\nx = 1"),
        ("x = !ls \\\n  -l\nx", "x = None\n\nx"),
        ("!echo don't (\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%time -x y\nx = !ls", "\nx = None"),
        ("%%capture\n%%time\nx = 1", "\n\nx = 1"),
        ("\n# why\n%%bash\nfor f in *; do\n", "\n\n\n\n"),
        ("%%html\n<b>", "\n"),
        ("%%unheard_of\nx = 1", "\n"),
        ("await fetch()\nasync with a: pass", "await fetch()\nasync with a: pass"),
        # The same signs within brackets, strings, and after a backslash are Python's.
        ("!ls\nx = [\n  1\n  % 2\n]", "pass\nx = [\n  1\n  % 2\n]"),
        ("!ls\nf(1\n  , 2)", "pass\nf(1\n  , 2)"),
        ("!ls\nx = 7 \\\n  % 2", "pass\nx = 7 \\\n  % 2"),
        ('!ls\nx = """\n%d of\n!\n"""', 'pass\nx = """\n%d of\n!\n"""'),
        ("!ls\nx = '''\n\"\"\"\n!\n'''\n!ls", "pass\nx = '''\n\"\"\"\n!\n'''\npass"),
        ("!ls\nx = '(['  # ([\n!ls", "pass\nx = '(['  # ([\npass"),
        ("!ls\nx = 'it\\'s ('\n!ls", "pass\nx = 'it\\'s ('\npass"),
        ("!ls\nx = {\n'a': f(\n)}\n!ls", "pass\nx = {\n'a': f(\n)}\npass"),
        ("x = 1\r\ny = 2\rz = 3", "x = 1\ny = 2\nz = 3"),
        ("x = 'a\u2028b'\n\f\ny = 1", "x = 'a\u2028b'\n\f\ny = 1"),
    ],
)
def test_ipython_becomes_python_on_the_same_lines(source: str, plain: str) -> None:
    assert plain_python(source) == plain


LINES = st.sampled_from(
    ["%magic a", "!ls", "x = !ls", "obj?", "x = 1", "    y", "if x:", "f(", ")", "% 2",
     '"""', "'''", "# it's", "'a\\", "%%time", "%%bash", "", "    !ls \\", "[1,", "]"]
)  # fmt: skip


@given(st.lists(LINES, max_size=12).map("\n".join))
@settings(max_examples=300)
def test_lines_stay_in_their_places(source: str) -> None:
    plain = plain_python(source)
    assert plain.count("\n") == source.count("\n")
    assert plain_python(plain) == plain
    for before, after in zip(source.split("\n"), plain.split("\n"), strict=True):
        indent = before[: len(before) - len(before.lstrip())]
        assert after in {before, "", f"{indent}pass", "x = None"}


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_what_is_python_already_stays_as_it_is(source: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError:
        return
    assert plain_python(source) == source


@pytest.mark.parametrize("part", [" ", "%%time\n", '"""', "x", "(", "\\", "a.", "[]"])
def test_a_hostile_cell_takes_no_time(part: str) -> None:
    plain_python("!ls\n" + part * (60_000 // len(part)))
    plain_python(part * (60_000 // len(part)))
