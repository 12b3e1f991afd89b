"""Calls of type checkers in CI, and how strict each is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.project.tool_settings import read
from pyguard_kernel.project.type_checkers import judged

if TYPE_CHECKING:
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

_CALLS = (
    ("mypy",), ("dmypy", "run"), ("dmypy", "check"), ("pyright",), ("basedpyright",),
    ("ty", "check"), ("pyrefly", "check"),
)  # fmt: skip
_CONFIG = ("--config-file", "-p", "--project", "--config")


def checks_types(run: Run) -> bool:
    """Whether it is a type checker at work."""
    asks = run.has("--version", "-V", "--help", "-h", "--verifytypes")
    return not asks and any(run.starts(*words) for words in _CALLS)


def tool_of(run: Run) -> str:
    """The type checker that a call runs."""
    return "mypy" if run.program == "dmypy" else run.program


def lacking(tree: Tree, settings: ToolSettings, run: Run) -> tuple[str, ...]:
    """What a call lacks to be strict, by its options and the settings that it reads."""
    tool = tool_of(run)
    if tool == "mypy" and run.has("--allow-untyped-defs", "--ignore-errors"):
        return ("the functions without types, which an option lets pass",)
    if tool == "mypy" and run.has("--strict"):
        return ()
    if tool == "ty" and run.value("--error") == "all":
        return ()
    return judged(tree, tool, table_of(tree, settings, run)).missing


def table_of(tree: Tree, settings: ToolSettings, run: Run) -> Node | None:
    """The settings that a call reads: those that it names, or the project's."""
    tool = tool_of(run)
    folder = getattr(run.source, "folder", "") or ""
    named = run.value(*_CONFIG)
    if named:
        path = f"{folder}/{named}".lstrip("/").removeprefix("./")
        return read(tree, tool, path) or settings.get(tool)
    below = read(tree, tool, f"{folder}/pyproject.toml") if folder else None
    return below or settings.get(tool)
