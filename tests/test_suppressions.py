"""Comments that allow findings: where they may stand, and what they say."""

from __future__ import annotations

import io
import tokenize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard_kernel.source import SourceFile
from pyguard_kernel.suppressions import Suppression, suppressions


def found(text: str | bytes) -> list[Suppression]:
    data = text.encode() if isinstance(text, str) else text
    return list(suppressions(SourceFile("a.py", data)))


@pytest.mark.parametrize(
    ("comment", "codes", "reason"),
    [
        ("# noqa", None, ""),
        ("#noqa", None, ""),
        ("# NoQA", None, ""),
        ("#   noqa   ", None, ""),
        ("# noqa: PG206", ("PG206",), ""),
        ("# noqa:PG206", ("PG206",), ""),
        ("# noqa : PG206", ("PG206",), ""),
        ("# NOQA: pg206", ("PG206",), ""),
        ("# noqa: PG206, PG301", ("PG206", "PG301"), ""),
        ("# noqa: PG206,PG301", ("PG206", "PG301"), ""),
        ("# noqa: PG206 PG301", ("PG206", "PG301"), ""),
        ("# noqa: E722, PG206", ("E722", "PG206"), ""),
        ("# noqa: PG206 -- it must not fail", ("PG206",), "it must not fail"),
        ("# noqa: PG206 --it must", ("PG206",), "it must"),
        ("# noqa -- all of it", None, "all of it"),
        ("# noqa: PG206 -- why # more", ("PG206",), "why"),
        ("# noqa: PG206 because", ("PG206",), ""),
        ("# why not # noqa: PG206", ("PG206",), ""),
        ("# type: ignore # noqa: PG206", ("PG206",), ""),
        ("# é🐍 # noqa: PG206", ("PG206",), ""),
    ],
)
def test_what_a_comment_says(
    comment: str, codes: tuple[str, ...] | None, reason: str
) -> None:
    [suppression] = found(f"x = 1\nexcept_ = 2  {comment}\n")
    assert (suppression.line, suppression.codes, suppression.reason) == (
        2, codes, reason
    )  # fmt: skip
    line = f"except_ = 2  {comment}"
    said = line[suppression.column - 1 : suppression.end_column - 1]
    assert (
        said == line[line.lower().rindex("#", 0, line.lower().index("noqa")) :].strip()
    )


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # nothing",
        "x = 1  # noqa: E722",
        "x = 1  # noqa: something",
        "x = 1  # noqa:",
        "x = 1  # noqas",
        "x = '# noqa: PG206'",
        'x = "# noqa"',
        "x = '''# noqa: PG206''' + '# noqa'",
        "x = '''\n# noqa: PG206\n'''",
        'f"{x}# noqa: PG206"',
        "noqa = 1",
    ],
)
def test_what_allows_nothing(line: str) -> None:
    assert found(line + "\n") == []


def test_a_comment_after_a_string_that_looks_like_one() -> None:
    [suppression] = found("x = '# noqa: PG301'  # noqa: PG206\n")
    assert suppression.codes == ("PG206",)
    [suppression] = found("x = 'it'  # noqa\n")
    assert suppression.codes is None


def test_two_in_one_comment() -> None:
    assert [s.codes for s in found("x  # noqa: PG206 # noqa: PG301\n")] == [
        ("PG206",),
        ("PG301",),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_ends(end: str) -> None:
    text = end.join(["# one", "x = 'é'  # noqa: PG206", "\f", "y  # noqa", ""])
    assert [s.line for s in found(text)] == [2, 4]


def test_the_readable_part_of_a_broken_file_counts() -> None:
    assert [s.line for s in found("x = 1  # noqa: PG206\ny = (\n")] == [1]


def test_in_a_notebook_lines_are_those_of_its_text() -> None:
    data = b'{"cells": [{"cell_type": "code", "source": "%time x\\ny # noqa: PG206"}]}'
    [suppression] = suppressions(SourceFile("a.ipynb", data))
    assert (suppression.line, suppression.column) == (2, 3)


PARTS = st.sampled_from(
    ["x = 1", "  ", "# noqa: PG206", "# noqa", "# é", "'", '"', "'''", "\n", "\n",
     "f'{", "}", "(", ")", "\\", "# noqa: PG301 -- why", "🐍", "'# noqa: PG206'"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=14).map("".join))
@settings(max_examples=300)
def test_only_comments_allow_and_all_of_them_do(text: str) -> None:
    try:
        compile(text, "a.py", "exec")
    except SyntaxError:
        return
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = {t.start[0] for t in tokens if t.type == tokenize.COMMENT
                and "# noqa: PG" in t.string}  # fmt: skip
    named = [s for s in found(text) if s.codes]
    assert {s.line for s in named} == comments
    for suppression in named:
        line = text.split("\n")[suppression.line - 1]
        assert line[suppression.column - 1 :].startswith("# noqa: PG")
