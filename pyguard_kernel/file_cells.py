"""Texts that stand for files: `%%pyguard NAME` cells, and small trees in one text.

    -- pyproject.toml --
    [project]
    name = "shop"
    -- src/shop/__init__.py --

is a tree of two files. A line's mark for the reader (`# <- PG602`) is no part of the
file: a Dockerfile could hold none.
"""

from __future__ import annotations

import re
from dataclasses import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyguard_kernel.model import Finding, Fix

TREE = "tree"

_CELL = re.compile(
    r"\s*%%pyguard[ \t]+(?P<name>[^\s-]\S*)[ \t]*(?:# <- [^\n]*)?(?:\n|$)"
)
_FILE = re.compile(r"-- (?P<path>\S+) --[ \t]*")
_MARK = re.compile(r"[ \t]*# <- PG\d+(?:, PG\d+)*[ \t]*$", re.MULTILINE)


def unmarked(text: str) -> str:
    """A text without the marks that tell a reader what is found on a line."""
    return _MARK.sub("", text)


def tree(text: str) -> dict[str, tuple[int, str]]:
    """The files of a tree in one text: path -> (line its text begins on, text)."""
    files: dict[str, tuple[int, list[str]]] = {}
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if match := _FILE.fullmatch(line):
            lines = []
            files[match["path"]] = (number + 1, lines)
        else:
            lines.append(line)
    return {
        path: (first, "\n".join(held).rstrip("\n") + "\n" if any(held) else "")
        for path, (first, held) in files.items()
    }


def files_in(cell: str) -> dict[str, tuple[int, str]] | None:
    """The files that a cell stands for, as `tree` gives them; None for Python.

    The files of `%%pyguard tree` are a whole project; `%%pyguard Dockerfile` is one
    file of a project that isn't shown.
    """
    header = _CELL.match(cell)
    if header is None:
        return None
    first = cell.count("\n", 0, header.end()) + 1
    text = unmarked(cell[header.end() :])
    if header["name"] != TREE:
        return {header["name"]: (first, text.rstrip("\n") + "\n")}
    return {path: (first - 1 + at, held) for path, (at, held) in tree(text).items()}


def names_a_file(cell: str) -> bool:
    """Whether a cell stands for files, not for Python."""
    return _CELL.match(cell) is not None


def is_tree(cell: str) -> bool:
    """Whether a cell stands for a whole project."""
    header = _CELL.match(cell)
    return header is not None and header["name"] == TREE


def moved_into_cell(
    findings: Iterable[Finding],
    files: Mapping[str, tuple[int, str]],
    path: str,
    number: int,
) -> Iterator[Finding]:
    """Findings in the files of a cell, as findings in that cell of a notebook.

    What stands at the project's root stands on the cell's first line. A fix of a file
    that the cell doesn't show is left out.
    """
    for finding in findings:
        first, _ = files.get(finding.path, (1, ""))
        down = first - 1
        yield replace(
            finding,
            path=path,
            cell=number,
            line=finding.line + down,
            end_line=finding.end_line + down,
            fix=_moved_fix(finding, files),
        )


def _moved_fix(finding: Finding, files: Mapping[str, tuple[int, str]]) -> Fix | None:
    fix = finding.fix
    if fix is None or (fix.path or finding.path) not in files:
        return None
    down = files[fix.path or finding.path][0] - 1
    edits = tuple(
        replace(edit, line=edit.line + down, end_line=edit.end_line + down)
        for edit in fix.edits
    )
    return replace(fix, edits=edits, path="")
