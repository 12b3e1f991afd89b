"""The findings of an audit as folders to open: each with its files and their code."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from pyguard_kernel.report.audit.html_parts import anchor, plain, words
from pyguard_kernel.report.outcome import count, severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.lines import Lines
    from pyguard_kernel.model import Finding
    from pyguard_kernel.report.audit.told import Told

# With more findings than this the page shows the lines alone, without those around.
_MANY = 3000
_AROUND = 2
# With fewer than this, all folders stand open.
_FEW = 40
_WIDEST, _BEFORE = 160, 80  # characters of a line, and of those before the finding


@dataclass(slots=True)
class _Folder:
    folders: dict[str, _Folder] = field(default_factory=dict)
    files: dict[str, list[Finding]] = field(default_factory=dict)
    count: int = 0


def tree(told: Told) -> Iterator[str]:
    """The section of the page that has all findings."""
    findings = told.audit.result.findings
    yield '<section id="findings"><h2>Findings</h2>\n'
    if not findings:
        yield "<p>None.</p></section>\n"
        return
    files = len({finding.path for finding in findings})
    where = f"{count(len(findings), 'finding')} in {count(files, 'file')}."
    more = ""
    if len(findings) > _MANY:
        more = " So many that each is shown with its own line alone."
    yield f'<p id="find-in">{where}{more}</p>\n'
    kind = "many" if len(findings) > _MANY else "some"
    yield f'<div class="tree {kind}">\n'
    root = _grown(findings, told.audit.root)
    writer = _Writer(told, len(findings))
    yield from writer.inside(root)
    yield "</div></section>\n"


def _grown(findings: Sequence[Finding], root: str) -> _Folder:
    """The folders, with the project's own name left out of all paths."""
    top = _Folder()
    prefix = "" if root == "." else f"{root}/"
    for finding in findings:
        *above, name = finding.path.removeprefix(prefix).split("/")
        if finding.path == root:
            name = "."
        folder = top
        folder.count += 1
        for part in above:
            folder = folder.folders.setdefault(part, _Folder())
            folder.count += 1
        folder.files.setdefault(name, []).append(finding)
    return top


class _Writer:
    def __init__(self, told: Told, total: int) -> None:
        self._lines = told.lines
        self._rules = {row.rule.code for row in told.audit.rows}
        self._total = total
        self._open = " open" if total < _FEW else ""
        self._around = 0 if total > _MANY else _AROUND

    def inside(self, folder: _Folder) -> Iterator[str]:
        """What lies in a folder: its folders, then its files."""
        for name, below in sorted(folder.folders.items()):
            # A folder with nothing but one other is told in one line with it.
            while len(below.folders) == 1 and not below.files:
                [(more, below)] = below.folders.items()
                name = f"{name}/{more}"
            yield f'<details class="folder"{self._open}>{self._head(name, below)}\n'
            yield from self.inside(below)
            yield "</details>\n"
        for name, findings in sorted(folder.files.items()):
            yield from self._file(name, findings)

    def _head(self, name: str, folder: _Folder) -> str:
        share = max(1, round(100 * folder.count / self._total))
        return (
            f"<summary><b>{plain(name)}/</b> <span>{folder.count:,}</span>"
            f'<i class="bar" style="width:{share / 10:.1f}em"></i></summary>'
        )

    def _file(self, name: str, findings: Sequence[Finding]) -> Iterator[str]:
        path = findings[0].path
        shown = "the project as a whole" if name == "." else plain(name)
        yield (
            f'<details class="file" id="{anchor(path)}" data-path="{plain(path)}"'
            f"{self._open}>"
            f"<summary><b>{shown}</b> <span>{len(findings):,}</span></summary><ol>\n"
        )
        for finding in findings:
            yield self._finding(finding)
        yield "</ol></details>\n"

    def _finding(self, finding: Finding) -> str:
        cell = "" if finding.cell is None else f"cell {finding.cell}, "
        kind = severity(finding.level)
        name = f"{escape(finding.code)} {escape(finding.name)}"
        if finding.code in self._rules:
            name = f'<a href="#{escape(finding.code)}">{name}</a>'
        return (
            f'<li class="{kind}"><p>{name}'
            f" <small>{cell}line {finding.line}</small> {words(finding.message)}</p>"
            f"{_code(finding, self._lines, self._around)}</li>\n"
        )


def _code(finding: Finding, lines: Lines, around: int) -> str:
    """The finding's line and those around it, what is meant marked."""
    source = lines.around(finding)
    at = finding.line
    if not 1 <= at <= len(source) or not source[at - 1].strip():
        return ""
    first, last = max(1, at - around), min(len(source), at + around)
    while not source[first - 1].strip():
        first += 1
    while not source[last - 1].strip():
        last -= 1
    gutter = len(str(last))
    out = []
    for number in range(first, last + 1):
        text = source[number - 1]
        hit = number == at
        shown = _marked(finding, text) if hit else _code_text(_cut(text))
        row = f"<i>{number:>{gutter}}</i> {shown}"
        out.append(f"<b>{row}</b>" if hit else row)
    return "<pre>" + "\n".join(out) + "</pre>"


def _marked(finding: Finding, text: str) -> str:
    begin = min(finding.column - 1, len(text))
    end = finding.end_column - 1 if finding.end_line == finding.line else len(text)
    end = max(begin, min(end, len(text)))
    cut = max(0, begin - _BEFORE) if len(text) > _WIDEST else 0
    before = ("…" if cut else "") + text[cut:begin]
    after = text[end:]
    room = max(0, _WIDEST - len(before) - (end - begin))
    if len(after) > room:
        after = after[:room] + "…"
    meant = text[begin : min(end, begin + _WIDEST)]
    mark = f"<mark>{_code_text(meant)}</mark>" if meant else ""
    return _code_text(before) + mark + _code_text(after)


def _cut(text: str) -> str:
    shown = text[:_WIDEST]
    return shown + ("…" if len(text) > _WIDEST else "")


def _code_text(text: str) -> str:
    return plain(text.replace("\t", "    "))
