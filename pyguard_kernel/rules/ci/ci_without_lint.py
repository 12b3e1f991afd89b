"""CI that never asks ruff, or takes no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Level, Project, Reference, Rule
from pyguard_kernel.project._scanners import is_ruff_check, ruff_families
from pyguard_kernel.rules.ci._gate import Gate, judged
from pyguard_kernel.rules.ci._plugins import by_pytest
from pyguard_kernel.rules.ci._spelling import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

# What a call asks for alone that is there for another gate: security, dead code.
_OTHER_GATES = ("S", "F401", "F841")


def lints(run: Run) -> bool:
    """Whether it is ruff's linter, asked for more than another gate's rules."""
    if run.program == "super-linter":
        return True
    if run.starts("spin", "lint"):
        # Spin's commands are Python of the project's own, and aren't followed.
        return True
    if run.starts("hatch", "fmt"):
        return run.has("--check") and not run.has("-f", "--formatter")
    chosen = ruff_families(run)
    narrow = bool(chosen) and all(
        code in _OTHER_GATES or (code[:1] == "S" and code[1:].isdigit())
        for code in chosen
    )
    return is_ruff_check(run) and not narrow


def find(
    tree: Tree, tool_settings: ToolSettings, ci: CI | None = None
) -> Iterator[Said]:
    """One fault where no gating job runs it so that it can fail."""
    plugin = by_pytest(tree, tool_settings, "pytest-ruff", "--ruff")

    def wanted(run: Run) -> bool:
        return plugin(run) or lints(run)

    step = Step("Lint", ("ruff", "check"))
    gate = Gate("`ruff check`", wanted, step, "what it would name is merged unseen")
    yield from judged(tree, ci, gate)


RULE = Rule(
    code="PG1002",
    level=Level.MUST,
    statements=("10.2.1", "10.3.1", "13.1.6"),
    summary="Run `ruff check` in CI, so that a change with an error can't be merged.",
    why=(
        "A linter on somebody's machine is a habit; a linter in CI is a rule. Without"
        " it an undefined name, a swallowed exception or an unused import is merged on"
        " the first busy day, and everybody after that sees errors that aren't theirs"
        " and stops looking. The check takes less than a second on most projects. It"
        " counts in a job that runs for pull requests or pushes, by any of its usual"
        " ways, and only if the job fails when ruff does: `--exit-zero` and `|| true`"
        " make it a report that nobody reads."
    ),
    references=(
        Reference(
            "Ruff: Integrations, GitHub Actions",
            "https://docs.astral.sh/ruff/integrations/#github-actions",
            "2026-11-23",
        ),
        Reference(
            "Ruff: The Ruff Linter, exit codes",
            "https://docs.astral.sh/ruff/linter/#exit-codes",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
