"""Where a project's tools are: in the environment that is its own, or on the PATH."""

from __future__ import annotations

import os
import shutil
from functools import cached_property
from pathlib import Path


class Environment:
    """The environment of the project at `root`.

    With a uv.lock, and uv at hand, tools run by `uv run --frozen`; else from `.venv`;
    else from the PATH. Ruff comes with PyGuard, so it is there in any case.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = root / ".venv" / ("Scripts" if os.name == "nt" else "bin")

    @cached_property
    def by_uv(self) -> bool:
        """Whether uv runs the project's tools."""
        return (self.root / "uv.lock").is_file() and shutil.which("uv") is not None

    def own(self, tool: str) -> str | None:
        """The tool in the project's `.venv`, or None."""
        return shutil.which(tool, path=str(self._folder.absolute()))

    def command(self, tool: str) -> tuple[str, ...]:
        """How the tool is called; empty where it is missing."""
        if self.by_uv:
            return ("uv", "run", "--frozen", tool)
        found = self.own(tool) or shutil.which(tool)
        if found is None and tool == "ruff":
            from pyguard_kernel.ruff import RuffError, executable

            try:
                found = executable()
            except RuffError:
                return ()
        return (found,) if found else ()

    def install(self, package: str) -> str:
        """The command that gets a package into the project's environment."""
        if (self.root / "uv.lock").is_file():
            return f"uv add --dev {package}"
        python = self.own("python")
        if python is None:
            return f"python -m pip install {package}"
        if self.own("pip") is None:  # uv makes environments without pip
            return f"uv pip install --python {python} {package}"
        return f"{python} -m pip install {package}"

    def variables(self) -> dict[str, str]:
        """The environment variables that a tool runs with."""
        plain = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100"}
        kept = {k: v for k, v in os.environ.items() if k != "FORCE_COLOR"}
        if not self.by_uv and self._folder.is_dir():
            path = os.environ.get("PATH", "")
            plain["PATH"] = f"{self._folder.absolute()}{os.pathsep}{path}"
        return kept | plain
