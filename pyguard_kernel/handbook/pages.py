"""The pages of the handbook: where they are, what is in them, their canonical form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbformat import NotebookNode

BOOK = "book"
TIME_LIMIT = 120

# What a tag asks of the published page (the second tag) and of JupyterLab (folded).
FOLDED = {"lesson": "remove-input", "check": "hide-input", "solution": "hide-cell"}

# What differs from run to run, and what stands in its place. nbval is told the same.
VOLATILE = (
    (r"\S*ipykernel_\d+/\d+\.py", "<cell>"),
    (r"\b0x[0-9a-f]{6,}\b", "0x…"),
)

KERNELSPEC = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}


_MARKED = re.compile(r"# <- (PG\d+(?:, PG\d+)*)")


class PageError(Exception):
    """A page can't be read, made or run; the message names it and what to mend."""


@dataclass(frozen=True, slots=True)
class Page:
    """One rule's page.

    `code` is the rule that its metadata names. `also` maps codes of other rules, whose
    findings its cells may have, to the reason.
    """

    path: Path
    notebook: NotebookNode
    code: str
    also: dict[str, str]

    @property
    def name(self) -> str:
        """The rule's name, which is the file's stem."""
        return self.path.stem

    @property
    def chapter(self) -> str:
        """The chapter, which is the folder's name."""
        return self.path.parent.name

    def numbers(self, tag: str) -> list[int]:
        """The numbers, from 1 among all cells, of the cells with this tag."""
        cells = enumerate(self.notebook.cells, start=1)
        return [number for number, cell in cells if tag in tags(cell)]

    def source(self, number: int) -> str:
        """The source of the cell with this number from 1."""
        return str(self.notebook.cells[number - 1].source)


def tags(cell: NotebookNode) -> list[str]:
    """A cell's tags."""
    return list(cell.metadata.get("tags", []))


def marks(source: str) -> set[tuple[int, str]]:
    """The lines marked `# <- PG206` (or several codes), as (line from 1, code)."""
    return {
        (number, code)
        for number, line in enumerate(source.splitlines(), start=1)
        for match in _MARKED.finditer(line)
        for code in match[1].split(", ")
    }


def page_files(root: Path) -> list[Path]:
    """Every rule's page under the root's book folder, in order of path."""
    return sorted((root / BOOK).glob("*/*.ipynb"))


def read(path: Path) -> Page:
    """Read one page.

    Raises:
        PageError: it isn't a notebook, or doesn't say which rule it teaches.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        raise PageError(f"{path}: isn't a notebook: {error}") from error
    about = notebook.metadata.get("pyguard", {})
    if not isinstance(about.get("rule"), str):
        raise PageError(
            f'{path}: names no rule; put {{"pyguard": {{"rule": "PG206"}}}}'
            " into the notebook's metadata"
        )
    return Page(path, notebook, about["rule"], dict(about.get("also", {})))


def canonical(page: Page) -> str:
    """The page as it is committed: nothing in it changes unless its content does.

    Cell ids come from the file's name, execution counts from the cells' order, and
    what differs from run to run is replaced.
    """
    notebook = nbformat.v4.new_notebook(
        cells=list(_canonical_cells(page)),
        metadata={
            "kernelspec": KERNELSPEC,
            "language_info": LANGUAGE,
            "pyguard": {"rule": page.code, "also": page.also},
        },
    )
    notebook.nbformat_minor = 5
    return str(nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"


def _canonical_cells(page: Page) -> Iterator[NotebookNode]:
    executed = 0
    for number, cell in enumerate(page.notebook.cells, start=1):
        kept = {
            "id": f"{page.name}-{number:02}",
            "metadata": _canonical_metadata(cell),
            "source": cell.source.strip("\n"),
        }
        if cell.cell_type != "code":
            yield nbformat.v4.new_markdown_cell(**kept)
            continue
        executed += 1
        yield nbformat.v4.new_code_cell(
            **kept,
            execution_count=executed,
            outputs=_canonical_outputs(cell.outputs, executed),
        )


def _canonical_metadata(cell: NotebookNode) -> dict[str, Any]:
    found = set(tags(cell))
    found |= {FOLDED[tag] for tag in found & FOLDED.keys()}
    if not found:
        return {}
    metadata: dict[str, Any] = {"tags": sorted(found)}
    if found & FOLDED.keys():
        metadata["jupyter"] = {"source_hidden": True}
    return metadata


def _canonical_outputs(outputs: list[NotebookNode], count: int) -> list[NotebookNode]:
    kept: list[NotebookNode] = []
    for output in outputs:
        fields = _settled({k: v for k, v in output.items() if k != "metadata"})
        if "execution_count" in fields:
            fields["execution_count"] = count
        if "metadata" in output:
            ours = output.metadata.get("pyguard")
            fields["metadata"] = {} if ours is None else {"pyguard": ours}
        node = nbformat.from_dict(fields)
        if kept and node.output_type == "stream" and _same_stream(kept[-1], node):
            kept[-1].text += node.text
        else:
            kept.append(node)
    return kept


def _same_stream(one: NotebookNode, other: NotebookNode) -> bool:
    return bool(one.output_type == "stream" and one.name == other.name)


def _settled(value: Any) -> Any:
    """The value with every volatile part of its texts replaced."""
    if isinstance(value, str):
        for pattern, replacement in VOLATILE:
            value = re.sub(pattern, replacement, value)
        return value
    if isinstance(value, dict):
        return {key: _settled(item) for key, item in value.items()}
    return [_settled(v) for v in value] if isinstance(value, list) else value
