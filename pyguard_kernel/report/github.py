"""Annotations on a pull request, and a job summary that holds what they can't."""

from __future__ import annotations

import os

from pyguard_kernel.report.outcome import count, place, severity
from pyguard_kernel.report.statistics import counts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyguard_kernel.lines import Lines
    from pyguard_kernel.model import Finding
    from pyguard_kernel.report.outcome import Outcome

# GitHub shows this many annotations of each severity for a step, and drops the rest
# without a word.
SHOWN = 10
# A job summary may have a mebibyte; rows past this many would come near.
_MOST_ROWS = 1000


def render(outcome: Outcome) -> str:
    """One workflow command a finding, and a notice where GitHub will drop some."""
    findings = outcome.findings
    root = os.environ.get("GITHUB_WORKSPACE", "")
    lines = [_annotation(finding, outcome.lines, root) for finding in findings]
    kinds = [severity(finding.level) for finding in findings]
    hidden = sum(max(0, kinds.count(kind) - SHOWN) for kind in ("error", "warning"))
    if hidden:
        table = ", ".join(f"{n} {code} {name}" for n, code, name in counts(findings))
        shown, total = len(findings) - hidden, count(len(findings), "finding")
        said = (
            f"GitHub shows {shown:,} of {total} here; the log has all of them."
            f" By rule: {table}."
        )
        lines.append(f"::notice title=PyGuard::{_data(said)}")
    return "".join(line + "\n" for line in lines)


def _annotation(finding: Finding, lines: Lines, root: str) -> str:
    fields = {"file": _path(finding.path, root)}
    message = finding.message
    if finding.cell is None:
        fields |= {"line": str(finding.line), "endLine": str(finding.end_line)}
        if finding.line == finding.end_line:
            # GitHub takes columns for a single line alone; its end is inclusive.
            end = max(finding.column, finding.end_column - 1)
            fields |= {"col": str(finding.column), "endColumn": str(end)}
    else:
        fields["line"] = str(lines.file_line(finding))
        message += f" (cell {finding.cell}, line {finding.line})"
    fields["title"] = f"{finding.code} {finding.name}"
    listed = ",".join(f"{key}={_property(value)}" for key, value in fields.items())
    return f"::{severity(finding.level)} {listed}::{_data(message)}"


def _path(path: str, root: str) -> str:
    """The path from the repository's root, where the job runs elsewhere in it."""
    absolute = os.path.abspath(path)  # noqa: PTH100
    if root and absolute.startswith(root.rstrip(os.sep) + os.sep):
        path = os.path.relpath(absolute, root)
    return path.replace(os.sep, "/")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def job_summary(outcome: Outcome) -> str:
    """Markdown for $GITHUB_STEP_SUMMARY: the count of each rule, then the findings."""
    findings, result = outcome.findings, outcome.result
    ran = f"{count(len(result.rules), 'rule')} ran on {count(result.files, 'file')}"
    out = ["## PyGuard", "", f"{count(len(findings), 'finding')}; {ran}.", ""]
    if findings:
        out += ["| findings | rule | |", "|---:|---|---|"]
        out += [f"| {n:,} | {code} | {name} |" for n, code, name in counts(findings)]
        out += ["", *_rows(findings)]
    out += [f"- crash: {_cell(crash)}" for crash in result.crashes]
    return "\n".join(out) + "\n"


def _rows(findings: Sequence[Finding]) -> list[str]:
    out = ["| place | rule | what |", "|---|---|---|"]
    out += [
        f"| {_cell(place(f))} | {f.code} {f.name} | {_cell(f.message)} |"
        for f in findings[:_MOST_ROWS]
    ]
    if len(findings) > _MOST_ROWS:
        out += ["", f"The first {_MOST_ROWS:,}; the log has all of them."]
    return out


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
