"""CI that never looks for code that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Level, Project, Reference, Rule
from pyguard_kernel.rules.ci._gate import Gate, judged
from pyguard_kernel.rules.ci._paths import sources
from pyguard_kernel.rules.ci._spelling import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

# Those that look at a whole program; F401 and F841 see one file, or one function.
_FINDERS = frozenset({"vulture", "deadcode", "skylos", "dead", "uncalled"})


def finds_dead_code(run: Run) -> bool:
    """Whether it looks for definitions that nothing uses."""
    return run.program in _FINDERS and not run.has(
        "--version", "--make-whitelist", "--help"
    )


def find(
    tree: Tree, tool_settings: ToolSettings, ci: CI | None = None
) -> Iterator[Said]:
    """One fault where no gating job runs a finder of dead code that can fail."""
    told = tool_settings.get("vulture", "paths") is not None
    words = ("vulture", *(() if told else (*sources(tree), "--min-confidence", "80")))
    gate = Gate(
        "`vulture`",
        finds_dead_code,
        Step("Look for dead code", words),
        "code that nothing calls stays, is read and kept up",
    )
    yield from judged(tree, ci, gate)


RULE = Rule(
    code="PG1007",
    level=Level.MUST,
    statements=("10.2.6",),
    summary="Run `vulture` in CI to find code that nothing uses.",
    why=(
        "A function whose last caller went stays behind: it is read, tested, ported to"
        " the next version and found by whoever searches for how things are done here."
        " Ruff's F401 and F841 see an import or a variable within one file; a function,"
        " a method or a class that no other module uses they can't see. vulture reads"
        " the whole program. What it can't know (a handler that a framework finds by"
        " name) goes into an allow-list, or under a lower confidence."
    ),
    references=(
        Reference(
            "Vulture: Find dead code",
            "https://github.com/jendrikseipp/vulture#readme",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
