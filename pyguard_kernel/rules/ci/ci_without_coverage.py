"""CI whose tests pass whatever share of the code they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Evidence, Fault, Fix, Level, Project, Reference, Rule
from pyguard_kernel.project._runs import runs
from pyguard_kernel.rules.ci._edits import replaced
from pyguard_kernel.rules.ci._gate import Gate, judged
from pyguard_kernel.rules.ci._spelling import Step
from pyguard_kernel.rules.ci._thresholds import is_pytest, is_report, threshold
from pyguard_kernel.rules.ci._ungated import HARM, LEAST, rank, ungated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

_NUMBER = r"fail[-_]under\W*(\d+(?:\.\d+)?)"


def find(
    tree: Tree, tool_settings: ToolSettings, ci: CI | None = None
) -> Iterator[Said]:
    """One fault where no gating job fails below 80 percent."""

    def gated(run: Run) -> bool:
        found = threshold(tree, tool_settings, run)
        return found is not None and found.percent >= LEAST

    step = Step("Test", ("pytest", "--cov", f"--cov-fail-under={LEAST}"), apart=False)
    gate = Gate(f"tests with a threshold of {LEAST} or more", gated, step, HARM)
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
        edits = replaced(tree, best.place, _NUMBER, str(LEAST))
        fix = Fix("unsafe", f"Ask for {LEAST}", edits, best.place.path)
        yield Fault(
            best.place,
            f"Coverage may fall to {low} percent before CI fails: ask for {LEAST}",
            fix=fix if edits else None,
        )
    elif found:
        yield ungated(tree, settings, ci, min(found, key=lambda r: rank(r, settings)))


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
