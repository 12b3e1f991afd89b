"""Tools that pytest runs by a plug-in of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.project.tool_settings import options
from pyguard_kernel.rules.ci._paths import declares

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings


def by_pytest(
    tree: Tree, settings: ToolSettings, plugin: str, flag: str
) -> Callable[[Run], bool]:
    """Whether a call of pytest runs a tool by a plug-in: its option, or the enabler."""
    always = flag in options(settings.get("pytest", "addopts"))
    always = always or (declares(tree, plugin) and declares(tree, "pytest-enabler"))
    return lambda run: run.program == "pytest" and (always or flag in run.words)
