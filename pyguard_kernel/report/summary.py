"""What a run comes to: a few lines that never leave silence to be read as success."""

from __future__ import annotations

from pyguard_kernel.model import is_code_rule
from pyguard_kernel.report.outcome import count
from pyguard_kernel.report.paint import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyguard_kernel.report.outcome import Outcome
    from pyguard_kernel.report.paint import Paint


def summary(outcome: Outcome, paint: Paint) -> list[str]:
    """The last lines of a text report, or what stands beside a machine's report."""
    troubles = _troubles(outcome, paint)
    if outcome.quiet:
        return troubles
    return [*troubles, _verdict(outcome, paint), *_next(outcome, paint)]


def _troubles(outcome: Outcome, paint: Paint) -> list[str]:
    result = outcome.result
    crashes = [paint.bad("crash: ") + printable(crash) for crash in result.crashes]
    if crashes:
        crashes.append("The rest of the run went on. Please report a crash as a bug.")
    return crashes + [
        paint.mild("note: ") + printable(text) for text in result.warnings
    ]


def _verdict(outcome: Outcome, paint: Paint) -> str:
    result, findings = outcome.result, outcome.findings
    if not result.files and not result.answers:
        return paint.mild("Nothing was checked: no Python file or notebook found.")
    asked = [r for r in result.rules if is_code_rule(r) or r.code in result.answers]
    ran = f"{count(len(asked), 'rule')} ran on {count(result.files, 'file')}"
    if left := len(result.rules) - len(asked):
        rules = count(left, "project rule")
        verb = "wasn't" if left == 1 else "weren't"
        ran += f"; {rules} {verb} asked (give the project's folder)"
    kind = "finding" if outcome.comparison is None else "new finding"
    if findings:
        files = count(len({finding.path for finding in findings}), "file")
        said = paint.bad(f"{count(len(findings), kind)} in {files}.")
    else:
        tone = paint.mild if result.crashes else paint.good
        said = tone(f"No {kind}s.")
    mended = f" {count(outcome.mended, 'finding')} mended." if outcome.mended else ""
    return f"{said}{mended} {ran}.{_against_baseline(outcome)}"


def _against_baseline(outcome: Outcome) -> str:
    known = outcome.comparison
    if known is None:
        return ""
    return (
        f" Against the baseline: {len(known.new):,} new,"
        f" {known.remaining:,} remaining, {known.fixed:,} fixed."
    )


def _next(outcome: Outcome, paint: Paint) -> list[str]:
    """What --fix could do, as far as this run knows: ours are proved when asked for."""
    kinds = [f.fix.applicability for f in outcome.findings if f.fix]
    safe, unsafe = kinds.count("safe"), kinds.count("unsafe")
    perhaps = 0
    if not outcome.fixes_known:
        may = {code for code, rule in outcome.rules.items() if rule.fix != "no"}
        perhaps = sum(f.fix is None and f.code in may for f in outcome.findings)
    said = [
        f"{safe:,} fixable with `--fix`" if safe else "",
        f"{unsafe:,} fixable with `--fix --unsafe-fixes`" if unsafe else "",
        f"{perhaps:,} perhaps fixable: `--diff --unsafe-fixes` shows"
        if perhaps
        else "",
    ]
    line = ", ".join(part for part in said if part)
    return [paint.words(line + ".")] if line else []
