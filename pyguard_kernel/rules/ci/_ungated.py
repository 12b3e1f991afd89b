"""Tests without a threshold of coverage, and what each call lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Fault, Fix
from pyguard_kernel.project._runs import runs
from pyguard_kernel.rules.ci._edits import appended, replaced
from pyguard_kernel.rules.ci._spelling import Step
from pyguard_kernel.rules.ci._steps import added
from pyguard_kernel.rules.ci._thresholds import configured, is_report, measures

if TYPE_CHECKING:
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

HARM = "code that no test runs is merged"
_SERVICES = {"codecov": "Codecov", "coveralls": "Coveralls"}


def rank(run: Run, settings: ToolSettings) -> int:
    """Which call a threshold is best given to: reports first, then those that count."""
    if is_report(run):
        return 0
    return 1 if measures(run, settings) else 2


def ungated(tree: Tree, settings: ToolSettings, ci: CI, run: Run, least: str) -> Fault:
    """A call that passes at any coverage, and the option that it lacks.

    `least` is the percentage to ask for.
    """
    said = configured(settings)
    under = any(c.runs("coverage", "run") for c in run.job.commands)
    fix: Fix | None
    if run.has("--no-cov"):
        return _switched_on(tree, run)
    if is_report(run):
        option = f"--fail-under={least}"
        fix = _option(tree, run, option)
    elif under and not measures(run, settings):
        words = ("coverage", "report", f"--fail-under={least}")
        option = " ".join(words)
        fix = added(tree, ci, Step("Coverage", words, apart=False))
    else:
        counts = measures(run, settings)
        limit = "" if said else f"--cov-fail-under={least}"
        option = " ".join(filter(None, ["" if counts else "--cov", limit]))
        fix = _option(tree, run, option)
    message = f"`{run.short}` passes at any coverage, and {HARM}"
    if said is not None:
        where = f"{said.path}:{said.place.span[0]}"
        message += f" (`fail_under = {said.value}` at {where} is read by no call in CI)"
    for service in _services(ci):
        message += f"; {service}'s status is set elsewhere, and fails no job"
    return Fault(run.place, f"{message}: add `{option}`", absence=True, fix=fix)


def _switched_on(tree: Tree, run: Run) -> Fault:
    edits = replaced(tree, run.place, r"([ \t]+--no-cov)(?![\w-])", "")
    fix = Fix("unsafe", "Take `--no-cov` away", edits, run.place.path)
    message = f"`{run.short} --no-cov` measures nothing, and {HARM}"
    return Fault(run.place, message, fix=fix if edits else None)


def _option(tree: Tree, run: Run, option: str) -> Fix | None:
    edits = appended(tree, run, option)
    return Fix("unsafe", f"Add `{option}`", edits, run.place.path) if edits else None


def _services(ci: CI) -> list[str]:
    programs = dict.fromkeys(run.program for run in runs(ci))
    return [_SERVICES[program] for program in programs if program in _SERVICES]
