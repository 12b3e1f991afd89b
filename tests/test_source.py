"""One file: how its bytes are read, and where things stand in it."""

from __future__ import annotations

import ast
import codecs
import random
import sysconfig
import warnings
from encodings.aliases import aliases
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard_kernel.source import (
    MAX_BYTES,
    SourceFile,
    Unreadable,
    decode,
    encoding_of,
    parse,
)

LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
SOME = random.Random(206).sample(LIBRARY, 12)

BOM = codecs.BOM_UTF8


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    return f"{caught.value.line}: {caught.value.reason}"


# -- bytes to text ---------------------------------------------------------------------


def reads_ascii(name: str) -> bool:
    """Whether an encoding is of text, here on this system, and a cookie can name it."""
    try:
        is_text = codecs.lookup(name)._is_text_encoding
        return is_text and "# coding: \n'".encode(name) == b"# coding: \n'"
    except (LookupError, UnicodeError):
        return False


ENCODINGS = sorted(filter(reads_ascii, set(aliases.values())))


@pytest.mark.parametrize("codec", ENCODINGS)
def test_every_coding_cookie_is_heeded_as_python_does(codec: str) -> None:
    letter = next(
        (c for c in "éжあא☃ก" if c.encode(codec, "ignore")), "e"
    )  # one that this encoding has
    data = f"# -*- coding: {codec} -*-\nname = '{letter}'\n".encode(codec)
    assert ast.dump(parse(decode(data))) == ast.dump(ast.parse(data))
    assert ast.literal_eval(decode(data).partition("= ")[2]) == letter


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        ("# coding=latin-1", "latin-1"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :", "cp1252"),
        ("\n# coding: koi8-r", "koi8-r"),
        ("x = 1\n# coding: koi8-r", "utf-8"),
        ("# coding: utf-8-unix", "utf-8"),
        ("# -*- coding: Latin_1-dos -*-", "latin-1"),
        ("# coding: utf-8-sig", "utf-8"),
        ("#" + " long" * 500 + "\n# coding: cp1252", "cp1252"),
        ("\f# coding: cp1252", "cp1252"),
    ],
)
def test_where_and_how_a_cookie_may_stand(head: str, codec: str) -> None:
    assert codecs.lookup(encoding_of(head.encode())) == codecs.lookup(codec)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"x = 1\ny = '\xe9'\n", "2: byte 0xe9 isn't utf-8: save the file as UTF-8"),
        (BOM + b"\ny = '\xe9'\n", "2: byte 0xe9 isn't utf-8"),
        (b"# coding: ascii\ny = '\xe9'\n", "2: byte 0xe9 isn't ascii"),
        (b"x = 1\n\ny = '\0'\n", "3: the file holds a NUL byte"),
        (b"# coding: klingon\n", "1: unknown encoding 'klingon' declared"),
        (b"# coding: rot13\n", "1: 'rot13' isn't a text encoding"),
        (BOM + b"# coding: latin-1\n", "1: the file begins with UTF-8's byte order"),
        ("x = 1".encode("utf-16"), "1: the file is UTF-16; Python reads UTF-8"),
        ("x = 1".encode("utf-32"), "1: the file is UTF-32; Python reads UTF-8"),
        (b"# coding: punycode\n-x", " punycode: "),
        (b" " * (MAX_BYTES + 1), "1: the file has 8,000,001 bytes, more than"),
    ],
)
def test_what_cannot_be_read_says_why_and_where(data: bytes, said: str) -> None:
    assert said in refusal(data)


PIECES = st.sampled_from(
    [b"#", b" ", b"\n", b"\r\n", b"\r", b"\f", b"coding:", b"coding=", b"# coding: ",
     b"utf-8", b"utf-8-unix", b"latin-1", b"Latin_1-dos", b"cp1252", b"ascii", b"utf-7",
     b"shift_jis", b"idna", b"hex", b"x = 1", b"s = '\xc3\xa9'", b"s = '\xe9'",
     b'"""', b"\xff", b"\0"]
)  # fmt: skip


@given(st.booleans(), st.lists(PIECES, max_size=9).map(b"".join))
@settings(max_examples=400)
def test_what_is_read_means_what_python_reads(bom: bool, data: bytes) -> None:
    data = BOM * bom + data
    try:
        tree = ast.dump(parse(decode(data)))
    except Unreadable:
        return  # we ask more of comments than Python does: all of a file is decoded
    assert tree == ast.dump(ast.parse(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_a_reason(data: bytes) -> None:
    try:
        text = decode(data)
    except Unreadable as error:
        refused = error
    else:
        assert text.encode(encoding_of(data)).endswith(data.removeprefix(BOM))
        return
    assert refused.reason
    assert 1 <= refused.line <= data.count(b"\n") + 1


# -- text to tree ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(" * 10_000 + ")" * 10_000, "too many nested parentheses"),
        ("x = " + "-" * 10_000 + "1", "nested deeper than Python's parser goes"),
        ("x = " + " + ".join("1" * 20_000), "nested deeper than Python's parser goes"),
        ("".join(" " * i + "if x:\n" for i in range(200)), "too many levels of indent"),
        ("x = " + "9" * 5_000, "not valid Python"),
        ("x = '\ud800'", "not valid Python"),
        ("def f(:\n", "not valid Python: invalid syntax"),
    ],
    ids=lambda value: value[:20],
)
def test_what_cannot_be_parsed_says_why(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        parse(text)


@given(st.text(st.sampled_from("if x: \n\t\\()[]'\"#=+λ\r\f1"), max_size=60))
@settings(max_examples=300)
def test_an_error_stands_in_the_file(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parse(text)
        except Unreadable as error:
            place = error.line, error.column
        else:
            return
    assert min(place) >= 1


# -- places ----------------------------------------------------------------------------


def same_place(file: SourceFile, node: ast.AST) -> bool:
    """Whether what stands at a node's span reads as Python's own `ast` reads it."""
    line, column, end_line, end_column = file.span(node)
    whole = ast.get_source_segment(file.text, node)
    if whole is None:
        return False
    if end_line == line:
        return whole.splitlines()[0].startswith(
            file.lines[line - 1][column - 1 : end_column - 1]
        )
    return whole.startswith(file.lines[line - 1][column - 1 :])


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name)
def test_nodes_of_the_standard_library_stand_where_they_stand(path: Path) -> None:
    file = SourceFile(path.name, path.read_bytes())
    placed = [node for node in ast.walk(file.tree) if hasattr(node, "lineno")]
    some = random.Random(1).sample(placed, min(len(placed), 60))
    assert all(same_place(file, node) for node in some)


LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
INDENTS = st.sampled_from(["", "\f", "if 1:\t", "if '🐍é':\t", "if '" + "é" * 9 + "':"])


@given(st.lists(INDENTS, min_size=1, max_size=5), LINE_ENDS, st.booleans())
def test_columns_count_characters_whatever_is_before(
    heads: list[str], end: str, bom: bool
) -> None:
    text = "".join(f"{head} call('é', '🐍', n{i}){end}" for i, head in enumerate(heads))
    # What stands after a form feed alone is at the beginning of its line.
    text = text.replace("\f call", "\fcall").replace(f"{end} call", f"{end}call")
    text = text.removeprefix(" ")
    file = SourceFile("a.py", BOM * bom + text.encode())
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    assert len(calls) == len(heads)
    for number, call in enumerate(sorted(calls, key=lambda c: c.lineno)):
        line, column, _, end_column = file.span(call)
        assert line == number + 1
        said = file.lines[line - 1][column - 1 : end_column - 1]
        assert said == f"call('é', '🐍', n{number})" == file.code(call)


def test_a_compound_statement_is_its_first_line() -> None:
    file = SourceFile("a.py", b"@cached\nclass A(\n    B,\n):\n    x = 1\n")
    assert file.span(file.tree.body[0]) == (2, 1, 2, 9)


def test_code_of_many_lines_is_shown_on_one_and_cut() -> None:
    file = SourceFile("a.py", b"call(\n    one,\n    two,\n)\n" + b"f" * 99 + b"()\n")
    first, second = (s.value for s in file.tree.body if isinstance(s, ast.Expr))
    assert file.code(first) == "call( one, two, )"
    assert file.code(second) == "f" * 57 + "..."


# -- what is around --------------------------------------------------------------------


def test_decorators_defaults_and_annotations_run_outside_of_their_function() -> None:
    file = SourceFile(
        "a.py",
        b"async def outer():\n    @first()\n    def inner(a=second()) -> third():\n"
        b"        fourth()\n        lambda b=fifth(): sixth()\n"
        b"    class C:\n        seventh()\n",
    )
    calls = {
        file.code(node): file.function(node)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
    }
    homes = {
        code: home and getattr(home, "name", "lambda") for code, home in calls.items()
    }
    assert homes == {
        "first()": "outer", "second()": "outer", "third()": "outer",
        "fourth()": "inner", "fifth()": "inner", "sixth()": "lambda", "seventh()": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "is_test"),
    [
        ("tests/a.py", True),
        ("pkg/test_a.py", True),
        ("pkg/a_test.py", True),
        ("conftest.py", True),
        ("pkg/contest.py", False),
        ("latest/a.py", False),
        ("pkg/testimony.py", False),
    ],
)
def test_paths_tell_tests(path: str, is_test: bool) -> None:
    assert SourceFile(path, b"").is_test is is_test


@pytest.mark.parametrize("data", [b"", BOM, b"\n", b"\f", b"#"])
def test_a_file_of_nothing_is_a_file(data: bytes) -> None:
    file = SourceFile("a.py", data)
    assert file.tree.body == []
    assert file.place(1) == (1, 1, None)
