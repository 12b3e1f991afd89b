"""CI that doesn't ask ruff's formatter whether files are formatted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Fault, Fix, Level, Project, Reference, Rule
from pyguard_kernel.project._runs import runs
from pyguard_kernel.rules.ci._edits import after
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


def formats(run: Run) -> bool:
    """Whether it is ruff's formatter, checking or not."""
    if run.starts("hatch", "fmt"):
        return not run.has("-l", "--linter")
    return run.starts("ruff", "format") or run.program == "super-linter"


def checks_format(run: Run) -> bool:
    """Whether it fails where a file isn't formatted."""
    if not formats(run):
        return False
    if run.has("--check", "--diff") or run.program == "super-linter":
        return True
    return run.by_pre_commit or _compares(run)


def _compares(run: Run) -> bool:
    """Whether its job fails by git where files came to differ."""
    compares = {"--exit-code", "--quiet"}
    return any(
        command.runs("git", "diff") and compares & set(command.words)
        for command in run.job.commands
    )


def find(
    tree: Tree, tool_settings: ToolSettings, ci: CI | None = None
) -> Iterator[Said]:
    """One fault where no gating job runs it so that it can fail."""
    plugin = by_pytest(tree, tool_settings, "pytest-ruff", "--ruff-format")

    def wanted(run: Run) -> bool:
        return plugin(run) or checks_format(run)

    step = Step("Check the format", ("ruff", "format", "--check"))
    harm = "files of any format are merged"
    gate = Gate("`ruff format --check`", wanted, step, harm)
    yield from judged(tree, ci, gate, _near(tree, ci) if ci else ())


def _near(tree: Tree, ci: CI) -> Iterator[Fault]:
    for run in runs(ci):
        if run.starts("ruff", "format"):
            edits = after(tree, run.place, "format", " --check")
            fix = Fix("unsafe", "Add `--check`", edits) if edits else None
            yield Fault(
                run.place,
                "`ruff format` formats CI's own copy and passes, whatever it found:"
                " add `--check`",
                fix=fix,
            )
            return


RULE = Rule(
    code="PG1003",
    level=Level.MUST,
    statements=("8.2.3", "10.2.2", "13.1.7"),
    summary="Run `ruff format --check` in CI, so that every file has one format.",
    why=(
        "Where nothing checks the format, each editor brings its own. The next change"
        " to such a file then carries a hundred lines of white space, and the one line"
        " that matters drowns in review and in blame. `ruff format` without `--check`"
        " is no gate: it rewrites the copy that CI throws away, and passes. A formatter"
        " of another name is no answer either; ruff's is compatible with Black for"
        " nearly all lines, and it is the one that everybody's editor runs here."
    ),
    references=(
        Reference(
            "Ruff: The Ruff Formatter, exit codes",
            "https://docs.astral.sh/ruff/formatter/#exit-codes",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
