"""The text of lines that findings stand on, for those who show or remember it."""

from __future__ import annotations

from pathlib import Path

from pyguard_kernel.patterns import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyguard_kernel.model import Finding
    from pyguard_kernel.notebook_lines import Line

_NEWLINE = regex(r"\r\n|\r|\n")


class Lines:
    """Lines of files by path; `texts` holds those that aren't on the disk.

    `place` says where on the disk the file of a path lies, where that isn't the path.
    Keeps one file at a time, since findings come file by file.
    """

    def __init__(
        self,
        texts: Mapping[str, bytes] | None = None,
        place: Callable[[str], str] = str,
    ) -> None:
        self._texts = texts or {}
        self._place = place
        self._path: str | None = None
        self._plain: list[str] = []
        self._cells: list[list[Line]] = []

    def around(self, finding: Finding) -> Sequence[str]:
        """All lines of the finding's file, or of its cell in a notebook.

        Empty where the file can't be read any more.
        """
        self._turn_to(finding.path)
        if finding.cell is None:
            return self._plain
        return [line.text for line in self._cell(finding.cell)]

    def at(self, finding: Finding) -> str:
        """The line that a finding starts on; empty where there is none."""
        lines = self.around(finding)
        return lines[finding.line - 1] if finding.line <= len(lines) else ""

    def file_line(self, finding: Finding) -> int:
        """The line of the file itself: in a notebook, of its JSON."""
        if finding.cell is None:
            return finding.line
        self._turn_to(finding.path)
        lines = self._cell(finding.cell)
        return lines[finding.line - 1].file_line if finding.line <= len(lines) else 1

    def _cell(self, number: int) -> list[Line]:
        return self._cells[number - 1] if number <= len(self._cells) else []

    def _turn_to(self, path: str) -> None:
        if path == self._path:
            return
        text = self._read(path)
        self._path = path
        self._plain = _NEWLINE.split(text)
        self._cells = []
        if path.endswith(".ipynb"):
            from pyguard_kernel.notebook_lines import cell_lines

            self._cells = cell_lines(text)

    def _read(self, path: str) -> str:
        # Which loads the parser, and most runs have nothing to show.
        from pyguard_kernel.source import Unreadable, decode

        data = self._texts.get(path)
        try:
            data = Path(self._place(path)).read_bytes() if data is None else data
            return decode(data)
        except Unreadable:
            return (data or b"").decode("utf-8", "replace")
        except OSError:
            return ""
