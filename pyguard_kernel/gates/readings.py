"""What the gates' tools say, read as figures and verdicts."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyguard_kernel.model import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from pyguard_kernel.gates.process import Ended
    from pyguard_kernel.settings import Settings

# Where figures are written: by pytest-cov, and by mutmut in the project's folder.
COVERAGE = "coverage.json"
MUTANTS = "mutants/mutmut-cicd-stats.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a tool's end means; `lacks` names a package that it asked for in vain."""

    verdict: Verdict
    figure: str = ""
    value: float | None = None
    reason: str = ""
    lacks: str = ""


def _counted(end: Ended, pattern: str, noun: str, failing: tuple[int, ...]) -> Reading:
    """A reading of tools that end with 0 for nothing, and count what they find."""
    if end.code == 0:
        return Reading(Verdict.PASSED, f"no {noun}", 0)
    found = re.findall(pattern, end.output)
    if end.code not in failing or not found:
        return _broken(end)
    number = int(found[-1].replace(",", ""))
    plural = noun if number == 1 else _plural(noun)
    figure = f"{number:,} {plural}"
    return Reading(Verdict.FAILED, figure, number, f"{figure}: none is let through")


def _plural(noun: str) -> str:
    head, space, rest = noun.partition(" ")
    if head == "known":
        return "known vulnerabilities"
    return f"{head}s{space}{rest}"


def _broken(end: Ended) -> Reading:
    reason = f"the tool broke: it ended with {end.code} and no figure"
    return Reading(Verdict.ERROR, reason=reason)


def ruff(end: Ended, scratch: Path, settings: Settings) -> Reading:
    """Ruff: every error counts."""
    return _counted(end, r"Found (\d+) errors?", "error", (1,))


def formatted(end: Ended, scratch: Path, settings: Settings) -> Reading:
    """Ruff's formatter: every file that it would change."""
    pattern = r"(\d+) files? would be reformatted"
    return _counted(end, pattern, "file to reformat", (1,))


def complexity(end: Ended, scratch: Path, settings: Settings) -> Reading:
    """Ruff's C901: every function over the limit."""
    limit = settings.thresholds["complexity"]
    over = [int(n) for n in re.findall(r" C901 .*\((\d+) > \d+\)", end.output)]
    if end.code == 0:
        return Reading(Verdict.PASSED, f"no function over {limit:g}", limit)
    if not over:
        return _broken(end)
    functions = "1 function" if len(over) == 1 else f"{len(over):,} functions"
    figure = f"{functions} over {limit:g}, the worst {max(over)}"
    return Reading(Verdict.FAILED, figure, max(over), "split what branches most")


def types(end: Ended, scratch: Path, settings: Settings) -> Reading:
    """A type checker: every error."""
    pattern = r"(?:Found )?(\d[\d,]*) (?:errors?|diagnostics?)\b"
    return _counted(end, pattern, "error", (1,))


def dead(end: Ended, scratch: Path, settings: Settings) -> Reading:
    """Vulture: all that nothing uses."""
    if end.code == 0:
        return Reading(Verdict.PASSED, "none found", 0)
    if end.code != 3:  # as vulture says that it found some
        return _broken(end)
    number = len(re.findall(r"^.+:\d+: ", end.output, re.MULTILINE))
    figure = f"{number:,} unused"
    return Reading(Verdict.FAILED, figure, number, "take out what nothing uses")


def vulnerable(end: Ended, scratch: Path, settings: Settings) -> Reading:
    """The audit of dependencies: every vulnerability that it knows."""
    # uv also tells of projects that are quarantined, archived or deprecated.
    adverse = re.search(
        r"Found no known vulnerabilities and ((\d+) adverse project status(?:es)?)",
        end.output,
    )
    if adverse and end.code == 1:
        reason = f"{adverse[1]}: a dependency is quarantined, archived or deprecated"
        return Reading(Verdict.FAILED, adverse[1], float(adverse[2]), reason)
    pattern = r"Found (\d[\d,]*) known vulnerabilit"
    return _counted(end, pattern, "known vulnerability", (1,))


def tested(end: Ended, scratch: Path, settings: Settings) -> Reading:
    """Pytest: all tests pass, and enough lines are reached."""
    if end.code == 4 and "--cov" in end.output:
        return Reading(Verdict.NOT_RUN, lacks="pytest-cov")
    percent = _percent(scratch / COVERAGE)
    least = settings.thresholds["coverage"]
    covered = "" if percent is None else f"{_rounded(percent)}% of the lines"
    if end.code == 5:
        return Reading(Verdict.FAILED, "no test", 0, "pytest found no test")
    if end.code in {1, 2}:
        said = re.findall(r"\b(\d+ (?:failed|errors?))\b", end.output)
        why = said[-1] if said else "tests, or the project's own limit, failed"
        reason = f"pytest ended with {end.code}: {why}"
        return Reading(Verdict.FAILED, f"{why}; {covered}".rstrip("; "), None, reason)
    if end.code != 0 or percent is None:
        return _broken(end)
    if percent < least:
        reason = f"{covered} are covered, at least {least:g}% must be"
        return Reading(Verdict.FAILED, covered, percent, reason)
    return Reading(Verdict.PASSED, covered, percent)


def mutated(end: Ended, scratch: Path, settings: Settings) -> Reading:
    """Mutmut: enough mutants are noticed by the tests."""
    try:
        told = json.loads((end.folder / MUTANTS).read_text(encoding="utf-8"))
        total = told["total"] - told["skipped"]
        killed = told["killed"] + told["timeout"] + told["segfault"]
    except (OSError, ValueError, LookupError, TypeError):
        return _broken(end)
    if end.code != 0 or not total:
        return _broken(end)
    more_than = settings.thresholds["mutation"]
    percent = 100.0 * killed / total
    figure = f"{_rounded(percent)}% of {total:,} mutants"
    if percent <= more_than:
        reason = f"tests notice {figure}, more than {more_than:g}% must be"
        return Reading(Verdict.FAILED, figure, percent, reason)
    return Reading(Verdict.PASSED, figure, percent)


def _percent(file: Path) -> float | None:
    """The share of lines that tests reach; None where nothing was measured."""
    try:
        totals = json.loads(file.read_text(encoding="utf-8"))["totals"]
        lines, covered = totals["num_statements"], totals["covered_lines"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return 100.0 * covered / lines if lines else None


def _rounded(percent: float) -> str:
    """Downwards: 79.99% is never shown as the 80% that it isn't."""
    return f"{int(percent * 10) / 10:.1f}"
