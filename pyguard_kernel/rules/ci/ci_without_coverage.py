"""CI whose tests pass whatever share of the code they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Evidence, Fault, Fix, Level, Project, Reference, Rule
from pyguard_kernel.project._runs import runs
from pyguard_kernel.rules.ci._edits import appended, replaced
from pyguard_kernel.rules.ci._gate import Gate, judged
from pyguard_kernel.rules.ci._steps import Step, added
from pyguard_kernel.rules.ci._thresholds import (
    configured,
    is_pytest,
    is_report,
    measures,
    threshold,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

_LEAST = 80
_HARM = "code that no test runs is merged"
_NUMBER = r"fail[-_]under\W*(\d+(?:\.\d+)?)"
_SERVICES = {"codecov": "Codecov", "coveralls": "Coveralls"}
_REPORT = Step(
    "Coverage", ("coverage", "report", f"--fail-under={_LEAST}"), apart=False
)


def find(
    tree: Tree, tool_settings: ToolSettings, ci: CI | None = None
) -> Iterator[Said]:
    """One fault where no gating job fails below 80 percent."""

    def gated(run: Run) -> bool:
        found = threshold(tree, tool_settings, run)
        return found is not None and found.percent >= _LEAST

    step = Step("Test", ("pytest", "--cov", f"--cov-fail-under={_LEAST}"), apart=False)
    gate = Gate(f"tests with a threshold of {_LEAST} or more", gated, step, _HARM)
    for said in judged(tree, ci, gate, _near(tree, tool_settings, ci) if ci else ()):
        if isinstance(said, Evidence) and ci:
            found = next(run for run in runs(ci) if run.place == said.place)
            limit = threshold(tree, tool_settings, found)
            where = f", by {limit.place.path}:{limit.place.span[0]}" if limit else ""
            percent = f"{limit.percent:g}" if limit else ""
            yield Evidence(said.place, f"{said.message} fails below {percent}{where}")
        else:
            yield said


def _near(tree: Tree, settings: ToolSettings, ci: CI) -> Iterator[Fault]:
    """The nearest thing to a gate: one that is too low, or a run without one."""
    found = [run for run in runs(ci) if is_report(run) or is_pytest(run)]
    limits = [limit for run in found if (limit := threshold(tree, settings, run))]
    if limits:
        best = max(limits)
        low = f"{best.percent:g}"
        edits = replaced(tree, best.place, _NUMBER, str(_LEAST))
        fix = Fix("unsafe", f"Ask for {_LEAST}", edits, best.place.path)
        yield Fault(
            best.place,
            f"Coverage may fall to {low} percent before CI fails: ask for {_LEAST}",
            fix=fix if edits else None,
        )
    elif found:
        yield _ungated(tree, settings, ci, min(found, key=lambda r: _rank(r, settings)))


def _rank(run: Run, settings: ToolSettings) -> int:
    """Which call a threshold is best given to: reports first, then those that count."""
    if is_report(run):
        return 0
    return 1 if measures(run, settings) else 2


def _ungated(tree: Tree, settings: ToolSettings, ci: CI, run: Run) -> Fault:
    said = configured(settings)
    under = any(c.runs("coverage", "run") for c in run.job.commands)
    fix: Fix | None
    if run.has("--no-cov"):
        return _switched_on(tree, run)
    if is_report(run):
        option = f"--fail-under={_LEAST}"
        fix = _option(tree, run, option)
    elif under and not measures(run, settings):
        option = (
            "`coverage report` after it" if said else f"`{' '.join(_REPORT.words)}`"
        )
        fix = added(tree, ci, _REPORT)
    else:
        counts = measures(run, settings)
        limit = "" if said else f"--cov-fail-under={_LEAST}"
        option = " ".join(filter(None, ["" if counts else "--cov", limit]))
        fix = _option(tree, run, option)
    if not option.startswith("`"):
        option = f"`{option}`"
    message = f"`{run.short}` passes at any coverage, and {_HARM}"
    if said is not None:
        where = f"{said.path}:{said.place.span[0]}"
        message += f" (`fail_under = {said.value}` at {where} is read by no call in CI)"
    for service in _services(ci):
        message += f"; {service}'s status is set elsewhere, and fails no job"
    return Fault(run.place, f"{message}: add {option}", absence=True, fix=fix)


def _switched_on(tree: Tree, run: Run) -> Fault:
    edits = replaced(tree, run.place, r"([ \t]+--no-cov)(?![\w-])", "")
    fix = Fix("unsafe", "Take `--no-cov` away", edits, run.place.path)
    message = f"`{run.short} --no-cov` measures nothing, and {_HARM}"
    return Fault(run.place, message, fix=fix if edits else None)


def _option(tree: Tree, run: Run, option: str) -> Fix | None:
    edits = appended(tree, run, option)
    return Fix("unsafe", f"Add `{option}`", edits, run.place.path) if edits else None


def _services(ci: CI) -> list[str]:
    programs = dict.fromkeys(run.program for run in runs(ci))
    return [_SERVICES[program] for program in programs if program in _SERVICES]


RULE = Rule(
    code="PG1005",
    level=Level.MUST,
    statements=("10.2.4", "13.1.8"),
    summary="Let CI fail where tests run less than 80 percent of the code.",
    why=(
        "Coverage that is only shown goes down: each change leaves out a few lines, and"
        " nobody is asked. With a threshold the change that leaves them out fails,"
        " while its author still knows what they do. It may stand in the command, in"
        " pytest's `addopts` or in coverage's `fail_under`, but a step of CI must read"
        " it. A high number proves only that lines were run, not that their results"
        " were looked at; mutation tests answer that. A service that comments on a pull"
        " request is no gate of the job."
    ),
    references=(
        Reference(
            "pytest-cov: Reference, --cov-fail-under",
            "https://pytest-cov.readthedocs.io/en/latest/config.html#reference",
            "2026-11-23",
        ),
        Reference(
            "coverage.py: [report] fail_under",
            "https://coverage.readthedocs.io/en/latest/config.html#report-fail-under",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
