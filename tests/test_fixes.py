"""Edits: what they lead to, what they leave alone, and what happens when they meet."""

from __future__ import annotations

import ast
import json
import random
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard_kernel.api import check, fix
from pyguard_kernel.fixes import apply, edits_between, fixed_text
from pyguard_kernel.model import Edit, Finding, Fix, Level
from pyguard_kernel.scan import check_text
from pyguard_kernel.settings import Settings

TEXTS = st.text(st.sampled_from("ab\n\r\t é🐍\f\u2028"), max_size=40)


def mend(*edits: Edit, safe: bool = True) -> Fix:
    return Fix("safe" if safe else "unsafe", "mend it", edits)


def replace_at(line: int, column: int, length: int, content: str) -> Fix:
    return mend(Edit(line, column, line, column + length, content))


def finding(fix: Fix | None, cell: int | None = None) -> Finding:
    return Finding(
        "PG206", "bare-except", Level.NEVER, "", "a.py", 1, 1, 1, 2, cell, fix
    )


# -- edits -----------------------------------------------------------------------------


@given(TEXTS, TEXTS)
@settings(max_examples=400)
def test_edits_between_two_texts_lead_from_one_to_the_other(
    before: str, after: str
) -> None:
    edits = edits_between(before, after)
    assert apply(before, [mend(*edits)]) == after
    assert bool(edits) == (before != after)


@given(st.lists(st.sampled_from(["a = 1", "b", "é = '🐍'", ""]), min_size=3), st.data())
def test_a_line_that_changed_is_all_that_is_edited(
    lines: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    changed = [*lines[:at], lines[at] + "!", *lines[at + 1 :]]
    [edit] = edits_between("\n".join(lines), "\n".join(changed))
    assert edit.content.strip("\n") in {"!", changed[at]}
    assert at <= edit.line <= edit.end_line <= at + 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_count_lines_as_python_does(end: str) -> None:
    text = end.join(["é", "\tab\f", "x\u2028c", ""])
    assert apply(text, [replace_at(2, 2, 1, "A")]) == text.replace("a", "A")
    assert apply(text, [replace_at(3, 3, 1, "C")]) == text.replace("c", "C")
    assert apply(text, [mend(Edit(4, 1, 4, 1, "end"))]) == text + "end"
    whole_line = mend(Edit(2, 1, 3, 1, ""))
    assert apply(text, [whole_line]) == end.join(["é", "x\u2028c", ""])


def test_of_fixes_that_touch_the_first_is_taken() -> None:
    text = "abcdef\n"
    first, touching = replace_at(1, 2, 2, "XY"), replace_at(1, 4, 1, "Z")
    overlapping, apart = replace_at(1, 1, 2, "Q"), replace_at(1, 6, 1, "F")
    assert apply(text, [first, touching, overlapping, apart]) == "aXYdeF\n"


def test_a_fix_is_taken_whole_or_not_at_all() -> None:
    both = mend(Edit(1, 1, 1, 2, "A"), Edit(1, 5, 1, 6, "E"))
    assert apply("abcdef\n", [replace_at(1, 5, 1, "?"), both]) == "abcd?f\n"


def test_an_edit_that_two_fixes_share_is_made_once() -> None:
    head = Edit(1, 1, 1, 1, "import logging\n")
    one = mend(head, Edit(2, 1, 2, 2, "A"))
    two = mend(head, Edit(3, 1, 3, 2, "B"))
    assert apply("x\na\nb\n", [one, two]) == "import logging\nx\nA\nB\n"


@given(TEXTS, st.lists(st.tuples(*[st.integers(1, 4)] * 4, TEXTS), max_size=4))
def test_any_edits_leave_a_text(
    text: str, drawn: list[tuple[int, int, int, int, str]]
) -> None:
    fixes = [
        mend(Edit(line, column, line + lines - 1, column + columns, content))
        for line, column, lines, columns, content in drawn
    ]
    once = apply(text, fixes)
    assert len(once) <= len(text) + sum(len(content) for *_, content in drawn)


# -- files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfx = 1\r\ny = 2\r\n", b"\xef\xbb\xbfx = 1\r\nY = 2\r\n"),
        (b"# coding: latin-1\nyy='\xe9'", b"# coding: latin-1\nYy='\xe9'"),
        (b"# coding: utf-8-sig\ny", b"# coding: utf-8-sig\nY"),
        (b"x\ry\rz", b"x\rY\rz"),
        ("é🐍\ny\x0c".encode(), "é🐍\nY\x0c".encode()),
    ],
)
def test_encoding_mark_and_line_ends_stay(before: bytes, after: bytes) -> None:
    found = [finding(replace_at(2, 1, 1, "Y")), finding(None)]
    assert fixed_text(before, found, unsafe=False) == after


def test_unsafe_fixes_wait_until_they_are_asked_for() -> None:
    found = [finding(mend(Edit(1, 1, 1, 2, "Y"), safe=False))]
    assert fixed_text(b"x", found, unsafe=False) == b"x"
    assert fixed_text(b"x", found, unsafe=True) == b"Y"


# -- notebooks -------------------------------------------------------------------------


def cell(source: Any, kind: str = "code") -> dict[str, Any]:
    more: dict[str, Any] = (
        {"outputs": [], "execution_count": None} if kind == "code" else {}
    )
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def document(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {"x": [1.0, 1e5, None]}, "nbformat": 4,
            "nbformat_minor": 4}  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from(["a\n", "é🐍\n", "\n", "b"])), min_size=1),
    st.sampled_from([None, 0, 1, 4, "\t"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.data(),
)
def test_a_mended_notebook_keeps_every_other_byte(
    sources: list[list[str]],
    indent: int | str | None,
    ascii_only: bool,
    as_lists: bool,
    bom: bool,
    data: st.DataObject,
) -> None:
    cells = [cell("".join(s).splitlines(True) if as_lists else "".join(s))
             for s in sources]  # fmt: skip
    number = data.draw(st.integers(1, len(cells)))
    old = "".join(cells[number - 1]["source"])
    new = data.draw(st.sampled_from([old + "\nend", "top\n" + old, "", "x", old]))
    if not old:
        return
    edits = edits_between(old, new)

    def dumped(source: str) -> bytes:
        made = json.loads(json.dumps(document(*cells)))
        kept = source.splitlines(True) or [""]
        made["cells"][number - 1]["source"] = kept if as_lists else source
        text = json.dumps(made, indent=indent, ensure_ascii=ascii_only)
        return b"\xef\xbb\xbf" * bom + text.encode()

    after = fixed_text(dumped(old), [finding(mend(*edits), number)], unsafe=False)
    if not ascii_only and b"\\u" not in after and after.isascii():
        ascii_only = True  # nothing in it tells the two apart
    assert after == dumped(new)


def test_what_json_can_say_in_two_ways_stays_as_it_was_said() -> None:
    text = (
        '{ "cells":[{"source" : ["x = 1\\n","\\u0079 = 2\\n" , "z = \\"\\/\\""],'
        '"cell_type":"code", "x": 1.50, "y": 1E5, "x": 2} ], "é": NaN}\r\n'
    )
    found = [finding(replace_at(1, 1, 1, "X"), 1)]
    after = fixed_text(text.encode(), found, unsafe=False).decode()
    assert after == text.replace("x = 1", "X = 1")


# -- whole programs --------------------------------------------------------------------

LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))
SOME = random.Random(1).sample([p for p in LIBRARY if "site-" not in str(p)], 150)

FAULTS = [
    "try:\n    work()\nexcept:\n    handle()\n",
    "try:\n    work()\nexcept ValueError as error:\n    raise KeyError(error)\n",
    "try:\n    work()\nexcept (ValueError, TypeError) as e:\n    raise e\n",
    "import asyncio\nasync def f():\n    asyncio.create_task(g())\n",
    "import time\nasync def f():\n    time.sleep(1)\n",
    "import requests\nrequests.get('https://example.org')\n",
    "import logging\ntry:\n    work()\nexcept OSError as e:\n    logging.error(e)\n",
    "class Stop(BaseException):\n    pass\n",
]


def programs() -> list[str]:
    """Real files that some rule finds something in, and faults in odd clothes."""
    found = []
    for path in SOME:
        data = path.read_bytes()
        if len(data) < 30_000 and (b"except:" in data or b"raise" in data):
            found.append(data.decode("utf-8", "replace"))
    odd = [
        "".join(f"# é🐍\n\n{fault}" for fault in FAULTS),
        "".join(FAULTS).replace("\n", "\r\n"),
        "".join(f"if 1:\n\t{fault.replace(chr(10), chr(10) + chr(9))}\n\n"
                for fault in FAULTS),
    ]  # fmt: skip
    return odd + found[:4]


def apart_from_fixes(text: str, mended: str, changed: set[int]) -> bool:
    """Whether the statements at the top that no fix touched mean the same."""
    before = [
        ast.dump(node)
        for node in ast.parse(text).body
        if changed.isdisjoint(range(node.lineno, (node.end_lineno or 0) + 1))
    ]
    after = [ast.dump(node) for node in ast.parse(mended).body]
    left = iter(after)
    return all(any(node == other for other in left) for node in before)


PROGRAMS = programs()


@pytest.mark.parametrize(
    ("text", "unsafe"),
    [(PROGRAMS[0], False), *[(text, True) for text in PROGRAMS]],
    ids=lambda value: f"{len(value)} characters" if isinstance(value, str) else "",
)
def test_a_mended_program_parses_means_the_same_and_stays(
    text: str, unsafe: bool
) -> None:
    findings = check_text(text, "a.py", Settings(), fixes=True).findings
    changed = {
        line
        for found in findings
        if found.fix
        for edit in found.fix.edits
        for line in range(edit.line, edit.end_line + 1)
    }
    mended = fix(text, "a.py", unsafe=unsafe)
    ast.parse(mended)
    assert fix(mended, "a.py", unsafe=unsafe) == mended
    before = {f.code for f in findings}
    assert {f.code for f in check(mended, "a.py")} <= before
    assert apart_from_fixes(text, mended, changed)


def test_some_of_these_programs_are_mended() -> None:
    assert any(fix(text, "a.py", unsafe=True) != text for text in PROGRAMS[:1])
