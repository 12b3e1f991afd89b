"""Where the lines of a notebook's cells stand in the notebook's own file."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

# A string, or a mark of structure; numbers and words between them don't matter here.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}:,]', re.DOTALL)

# Where a line of a cell ends, as the reader of notebooks has it.
_NEWLINE = re.compile(r"\r\n?|\n")


class Line(NamedTuple):
    """One line of a cell: its text, and the line (from 1) of the file it stands on."""

    text: str
    file_line: int


def cell_lines(notebook: str) -> list[list[Line]]:
    """For each cell of a notebook's JSON its lines; none for a cell without source.

    Never fails: of a text that isn't a notebook, or is cut off midway, it gives what
    can be told.
    """
    cells: list[list[Line]] = []
    file_line, counted = 1, 0
    for strings in source_strings(notebook):
        cells.append([])
        for match in strings:
            file_line += notebook.count("\n", counted, match.start())
            counted = match.start()
            _extend(cells[-1], text_of(match), file_line)
    return cells


def source_strings(notebook: str) -> list[list[re.Match[str]]]:
    """For each cell of a notebook's JSON the strings that make up its source."""
    cells: list[list[re.Match[str]]] = []
    where: list[str | int] = []  # in each open container, the key or index we are at
    key_next = False
    for match in _TOKEN.finditer(notebook):
        mark = match[0]
        if mark in "{[":
            where.append("" if mark == "{" else 0)
            key_next = mark == "{"
            if len(where) == 3 and where[0] == "cells":
                cells.append([])
        elif mark in "}]":
            del where[-1:]
        elif mark == ":":
            key_next = False
        elif mark == ",":
            key_next = not _advance(where)
        elif key_next:
            where[-1] = text_of(match)
        elif cells and _is_source(where):
            cells[-1].append(match)
    return cells


def _advance(where: list[str | int]) -> bool:
    """Steps to the next item of a list; False in an object."""
    if where and isinstance(where[-1], int):
        where[-1] += 1
        return True
    return not where


def _is_source(where: list[str | int]) -> bool:
    return len(where) in {3, 4} and where[0] == "cells" and where[2] == "source"


def text_of(string: re.Match[str]) -> str:
    """What a string of JSON says."""
    try:
        return str(json.loads(string[0], strict=False))
    except ValueError:
        return ""


def _extend(lines: list[Line], text: str, file_line: int) -> None:
    first, *rest = _NEWLINE.split(text)
    if lines and lines[-1].text:
        lines[-1] = Line(lines[-1].text + first, lines[-1].file_line)
    else:
        lines[-1:] = [Line(first, file_line)]
    lines += [Line(part, file_line) for part in rest]
