"""CI without a strict type check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fault, Fix, Level, Project, Reference, Rule
from pyguard_kernel.project._runs import runs
from pyguard_kernel.project.tool_settings import read
from pyguard_kernel.project.type_checkers import judged as judged_checker
from pyguard_kernel.rules.ci._edits import appended
from pyguard_kernel.rules.ci._gate import Gate, judged
from pyguard_kernel.rules.ci._paths import sources
from pyguard_kernel.rules.ci._steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

_CALLS = (
    ("mypy",), ("dmypy", "run"), ("dmypy", "check"), ("pyright",), ("basedpyright",),
    ("ty", "check"), ("pyrefly", "check"),
)  # fmt: skip
_CONFIG = ("--config-file", "-p", "--project", "--config")
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


def checks_types(run: Run) -> bool:
    """Whether it is a type checker at work."""
    asks = run.has("--version", "-V", "--help", "-h", "--verifytypes")
    return not asks and any(run.starts(*words) for words in _CALLS)


def _tool(run: Run) -> str:
    return "mypy" if run.program == "dmypy" else run.program


def lacking(tree: Tree, settings: ToolSettings, run: Run) -> tuple[str, ...]:
    """What a call lacks to be strict, by its options and the settings that it reads."""
    tool = _tool(run)
    if tool == "mypy" and run.has("--allow-untyped-defs", "--ignore-errors"):
        return ("the functions without types, which an option lets pass",)
    if tool == "mypy" and run.has("--strict"):
        return ()
    if tool == "ty" and run.value("--error") == "all":
        return ()
    return judged_checker(tree, tool, _table(tree, settings, run)).missing


def _table(tree: Tree, settings: ToolSettings, run: Run) -> Node | None:
    tool = _tool(run)
    folder = getattr(run.source, "folder", "") or ""
    named = run.value(*_CONFIG)
    if named:
        path = f"{folder}/{named}".lstrip("/").removeprefix("./")
        return read(tree, tool, path) or settings.get(tool)
    below = read(tree, tool, f"{folder}/pyproject.toml") if folder else None
    return below or settings.get(tool)


def _near(tree: Tree, settings: ToolSettings, ci: CI) -> Iterator[Fault]:
    """A type check that isn't strict."""
    for run in runs(ci):
        if not checks_types(run):
            continue
        missing = lacking(tree, settings, run)
        config = _table(tree, settings, run)
        where = f"{config.path} " if config else "its settings "
        yield Fault(
            run.place,
            f"`{_tool(run)}` isn't strict here, and what has no types isn't checked:"
            f" {where}lack{'s' if config else ''} {missing[0]}",
            fix=_stricter(tree, run, config),
        )
        return


def _stricter(tree: Tree, run: Run, table: Node | None) -> Fix | None:
    """Make the settings strict; the call, where there are none."""
    tool = _tool(run)
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
