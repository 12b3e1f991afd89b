"""Notebooks: their code cells, with IPython's own syntax made harmless."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

from pyguard_kernel.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

# Cell magics whose body is Python that runs here; any other cell isn't ours to read.
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun", "pyguard", "grade", "python3"}

_MAGIC_LINE = re.compile(r"^(\s*)(?:[%!?]|,|;|/(?=\w)).*$|^(\s*)[\w.]+\?{1,2}\s*$")
_MAGIC_VALUE = re.compile(r"^(\s*[\w.,\s\[\]'\"]+=\s*)[%!](?!=).*$")


def code_cells(text: str) -> Iterator[tuple[int, str]]:
    """The code cells of a notebook's JSON: (number among all cells from 1, source).

    Raises:
        Unreadable: not JSON, or not a notebook.
    """
    notebook = _load(text)
    language = notebook.get("metadata", {}).get("language_info", {}).get("name")
    if language not in {None, "python", "ipython"}:
        return
    for number, cell in enumerate(notebook["cells"], 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(part for part in source if isinstance(part, str))
        yield number, plain_python(str(source))


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
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unreadable("not a notebook of format 4: it has no list of cells")
    return notebook


def plain_python(source: str) -> str:
    """A cell's source with the same lines, and pure Python on each of them."""
    source = re.sub(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", "\n", source)
    if source.lstrip().startswith("%%"):
        before, _, body = source.partition("%%")
        first, _, rest = body.partition("\n")
        if first.split(maxsplit=1)[:1] and first.split()[0] in _PYTHON_MAGICS:
            return before + "\n" + plain_python(rest)
        return "\n" * source.count("\n")
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "\n".join(_plain_line(line) for line in source.split("\n"))
    return source


def _plain_line(line: str) -> str:
    match = _MAGIC_LINE.match(line)
    if match:
        return (match[1] or match[2] or "") + "pass"
    match = _MAGIC_VALUE.match(line)
    return match[1] + "None" if match else line
