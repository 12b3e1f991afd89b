"""CI whose tests pass whatever share of the code they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Evidence, Fault, Fix, Level, Project, Reference, Rule
from pyguard_kernel.project._runs import runs
from pyguard_kernel.rules.ci._edits import replaced
from pyguard_kernel.rules.ci._gate import Gate, judged
from pyguard_kernel.rules.ci._spelling import Step
from pyguard_kernel.rules.ci._thresholds import is_pytest, is_report, threshold
from pyguard_kernel.rules.ci._ungated import HARM, rank, ungated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place, Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings
    from pyguard_kernel.rules.ci._thresholds import Threshold
    from pyguard_kernel.settings import Settings

_NUMBER = r"fail[-_]under\W*(\d+(?:\.\d+)?)"


def find(
    tree: Tree, settings: Settings, tool_settings: ToolSettings, ci: CI | None = None
) -> Iterator[Said]:
    """One fault where no gating job fails below the threshold: 80, or as set."""
    asked = settings.thresholds["coverage"]
    least = f"{asked:g}"
    limits: dict[Place, Threshold] = {}

    def gated(run: Run) -> bool:
        found = threshold(tree, tool_settings, run)
        if found is not None and found.percent >= asked:
            limits[run.place] = found
            return True
        return False

    step = Step("Test", ("pytest", "--cov", f"--cov-fail-under={least}"), apart=False)
    gate = Gate(f"tests with a threshold of {least} or more", gated, step, HARM)
    near = _near(tree, tool_settings, ci, least) if ci else ()
    for said in judged(tree, ci, gate, near):
        if isinstance(said, Evidence):
            percent, (path, span) = limits[said.place]
            where = f"below {percent:g}, by {path}:{span[0]}"
            yield Evidence(said.place, f"{said.message} fails {where}")
        else:
            yield said


def _near(tree: Tree, settings: ToolSettings, ci: CI, least: str) -> Iterator[Fault]:
    """The nearest thing to a gate: one that is too low, or a run without one."""
    found = [run for run in runs(ci) if is_report(run) or is_pytest(run)]
    limits = [limit for run in found if (limit := threshold(tree, settings, run))]
    if limits:
        best = max(limits)
        low = f"{best.percent:g}"
        edits = replaced(tree, best.place, _NUMBER, least)
        fix = Fix("unsafe", f"Ask for {least}", edits, best.place.path)
        yield Fault(
            best.place,
            f"Coverage may fall to {low} percent before CI fails: ask for {least}",
            fix=fix if edits else None,
        )
    elif found:
        first = min(found, key=lambda run: rank(run, settings))
        yield ungated(tree, settings, ci, first, least)


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
