"""Notebooks: their code cells, with IPython's own syntax made harmless."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

from pyguard_kernel.file_cells import names_a_file
from pyguard_kernel.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

# Cell magics whose body is Python that runs here; any other cell isn't ours to read.
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun", "pyguard", "grade", "python3"}

# A cell magic stands first in its cell; blank lines and comments may come before.
_CELL_MAGIC = re.compile(r"(?:[^\S\n]*(?:#[^\n]*)?\n)*[^\S\n]*%%(\w*)[^\n]*")
_MAGIC_LINE = re.compile(
    r"(\s*)(?:[%!?]|[,;/](?=\w)).*|(\s*)[\w.*%\[\]-]+\?{1,2}\s*(?:#.*)?"
)
_MAGIC_VALUE = re.compile(r"([\w.,\s\[\]'\"]+=\s*)[%!](?!=).*")

# What decides whether the next line begins a statement: strings, comments, brackets.
_PIECE = re.compile(
    r"\"\"\"|\'\'\'|\"(?:\\.|[^\"\\])*\"?|\'(?:\\.|[^\'\\])*\'?|#.*|[][(){}]"
)


def code_cells(text: str) -> Iterator[tuple[int, str]]:
    """The code cells of a notebook's JSON: (number among all cells from 1, source).

    Raises:
        Unreadable: not JSON, or not a notebook.
    """
    notebook = _load(text)
    if _language(notebook) not in (None, "python", "ipython"):
        return
    for number, source in _sources(notebook):
        yield number, plain_python(source)


def file_cells(text: str) -> Iterator[tuple[int, str]]:
    """The cells of a notebook's JSON that stand for files: (number, source as it is).

    Raises:
        Unreadable: not JSON, or not a notebook.
    """
    for number, source in _sources(_load(text)):
        if names_a_file(source):
            yield number, source


def _sources(notebook: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for number, cell in enumerate(notebook["cells"], 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            if isinstance(source, list):
                source = "".join(part for part in source if isinstance(part, str))
            yield number, source if isinstance(source, str) else ""


def _language(notebook: dict[str, Any]) -> object:
    """The name of the language, as far as the notebook says it."""
    value: object = notebook
    for key in ("metadata", "language_info", "name"):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _load(text: str) -> dict[str, Any]:
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"not a notebook: its JSON breaks here ({error.msg})",
            error.lineno,
            error.colno,
        ) from None
    except RecursionError:
        raise Unreadable("not a notebook: its JSON is nested too deep") from None
    except ValueError as error:  # a number of more digits than Python converts
        raise Unreadable(f"not a notebook: {error}") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unreadable("not a notebook of format 4: it has no list of cells")
    return notebook


def plain_python(source: str) -> str:
    """A cell's source with the same lines, and pure Python on each of them."""
    source = re.sub(r"\r\n?", "\n", source)
    above = ""
    while header := _CELL_MAGIC.match(source):
        above += "\n" * header[0].count("\n")
        source = source[header.end() :]
        if header[1] not in _PYTHON_MAGICS or names_a_file(header[0].strip()):
            return above + "\n" * source.count("\n")
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        plainer = _Plainer()
        source = "\n".join(plainer.plain(line) for line in source.split("\n"))
    return above + source


class _Plainer:
    """Makes the lines of a cell plain, one after the other.

    Only a line that begins a statement can be IPython's own; within brackets, strings
    and after a backslash the same signs are Python's.
    """

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._goes_on = False
        self._in_magic = False

    def plain(self, line: str) -> str:
        """The same line in pure Python."""
        if self._in_magic:
            self._in_magic = line.endswith("\\")
            return ""
        if not (self._quote or self._depth or self._goes_on):
            match = _MAGIC_LINE.fullmatch(line) or _MAGIC_VALUE.fullmatch(line)
            if match:
                self._in_magic = line.endswith("\\")
                if match.re is _MAGIC_VALUE:
                    return match[1] + "None"
                return (match[1] or match[2] or "") + "pass"
        self._follow(line)
        return line

    def _follow(self, line: str) -> None:
        """Take note of what this line of Python leaves open."""
        at = 0
        while True:
            if self._quote:
                end = re.compile(rf"(?:\\.|[^\\])*?{self._quote}").match(line, at)
                if end is None:
                    return
                at, self._quote = end.end(), ""
            piece = _PIECE.search(line, at)
            if piece is None:
                break
            at = piece.end()
            if piece[0] in {'"""', "'''"}:
                self._quote = piece[0]
            elif piece[0] in "([{":
                self._depth += 1
            elif piece[0] in ")]}":
                self._depth = max(0, self._depth - 1)
        self._goes_on = line.endswith("\\")
