"""CI without a strict type check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fault, Fix, Level, Project, Reference, Rule
from pyguard_kernel.project._runs import runs
from pyguard_kernel.rules.ci._edits import appended
from pyguard_kernel.rules.ci._gate import Gate, judged
from pyguard_kernel.rules.ci._paths import sources
from pyguard_kernel.rules.ci._spelling import Step
from pyguard_kernel.rules.ci._type_checks import (
    checks_types,
    lacking,
    table_of,
    tool_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

# The name and value that make settings strict.
_STRICT = {
    "mypy": ("strict", "true"),
    "pyright": ("typeCheckingMode", '"strict"'),
    "basedpyright": ("typeCheckingMode", '"strict"'),
}
_FLAGS = {"mypy": "--strict", "ty": "--error all"}
# The environment that the job made has what the code imports.
_OUTSIDE = ("mypy", "--strict", "--python-executable", '"$(command -v python)"')
_HARM = "a call with the wrong type is merged, and fails when it is run"


def find(
    tree: Tree, tool_settings: ToolSettings, ci: CI | None = None
) -> Iterator[Said]:
    """One fault where no gating job checks strictly, and can fail."""

    def strict(run: Run) -> bool:
        return checks_types(run) and not lacking(tree, tool_settings, run)

    paths = _targets(tree, tool_settings)
    step = Step(
        "Check types",
        ("mypy", "--strict", *paths),
        apart=False,
        from_outside=" ".join((*_OUTSIDE, *paths)),
    )
    gate = Gate("strict type check", strict, step, _HARM, "a ")
    yield from judged(tree, ci, gate, _near(tree, tool_settings, ci) if ci else ())


def _near(tree: Tree, settings: ToolSettings, ci: CI) -> Iterator[Fault]:
    """A type check that isn't strict."""
    for run in runs(ci):
        if not checks_types(run):
            continue
        missing = lacking(tree, settings, run)
        config = table_of(tree, settings, run)
        where = f"{config.path} " if config else "its settings "
        yield Fault(
            run.place,
            f"`{tool_of(run)}` isn't strict here, and what has no types isn't checked:"
            f" {where}lack{'s' if config else ''} {missing[0]}",
            fix=_stricter(tree, run, config),
        )
        return


def _stricter(tree: Tree, run: Run, table: Node | None) -> Fix | None:
    """Make the settings strict; the call, where there are none."""
    tool = tool_of(run)
    if table is None or tool not in _STRICT:
        flag = _FLAGS.get(tool)
        edits = appended(tree, run, flag) if flag else ()
        return Fix("unsafe", f"Add `{flag}`", edits) if edits else None
    name, value = _STRICT[tool]
    header = tree.text(table.path).split("\n")[table.span[0] - 1]
    if (node := table.get(name)) is not None:
        edit = Edit(*node.span, value)
    elif header.startswith("["):
        below = table.span[0] + 1
        edit = Edit(below, 1, below, 1, f"{name} = {value}\n")
    else:
        return None
    message = f"Say `{name} = {value}` in {table.path}"
    return Fix("unsafe", message, (edit,), path=table.path)


def _targets(tree: Tree, settings: ToolSettings) -> tuple[str, ...]:
    """What mypy is to check, where its settings don't say so."""
    if any(settings.get("mypy", name) for name in ("files", "packages", "modules")):
        return ()
    return sources(tree)


RULE = Rule(
    code="PG1004",
    level=Level.MUST,
    statements=("10.2.3", "10.3.2", "13.1.5"),
    summary="Run a strict type check in CI.",
    why=(
        "Types that nothing checks are comments, and drift as comments do: the"
        " signature says `Order`, the caller passes None, and production finds out."
        " Without strict mode mypy skips the body of every function that has no"
        " annotations, and passes code that it never looked at. Strict mode asks for"
        " types at every function, so that all of the public interface is covered."
        " It may be mypy, pyright, basedpyright, ty or pyrefly, made strict by an"
        " option or by its settings."
    ),
    references=(
        Reference(
            "mypy: The mypy command line, --strict",
            "https://mypy.readthedocs.io/en/stable/command_line.html"
            "#cmdoption-mypy-strict",
            "2026-11-23",
        ),
        Reference(
            "pyright: Configuration, typeCheckingMode",
            "https://microsoft.github.io/pyright/#/configuration",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
