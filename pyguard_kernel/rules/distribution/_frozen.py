"""Whether an install takes what a lock says: pip, Poetry, Pipenv and PDM."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import ROOT, Evidence, Fault
from pyguard_kernel.project._requirement import parse
from pyguard_kernel.rules.distribution._installs import install_of
from pyguard_kernel.rules.distribution._relocking import by_others, is_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.dependencies import Dependencies
    from pyguard_kernel.project.requirements import Requirements
    from pyguard_kernel.rules.distribution._installs import Install

# They bring the installer, and are no part of what is installed.
_INSTALLERS = frozenset(
    {
        "hatch", "pdm", "pip", "pip-tools", "pipenv", "pipx", "poetry", "rye",
        "setuptools", "uv", "virtualenv", "wheel",
    }
)  # fmt: skip
# Another resolution than the lock's is wanted here, or none.
_ON_PURPOSE = frozenset({"--dry-run", "--pre", "--resolution"})
_PYLOCK = re.compile(r"(?:^|/)pylock\.(?:[^/]+\.)?toml$")


class Frozen:
    """Judges the installs of one project."""

    def __init__(
        self,
        tree: Tree,
        requirements: Requirements | None,
        dependencies: Dependencies | None,
    ) -> None:
        self._tree = tree
        self._requirements = requirements
        self._dependencies = dependencies

    def said(self, command: Command) -> Iterator[Fault | Evidence]:
        """What one command comes to; nothing where it installs nothing."""
        install = install_of(command)
        if install is not None:
            yield from self._pip(command, install)
        else:
            yield from by_others(self._tree, command)

    # -- pip --------------------------------------------------------------------------

    def _pip(self, command: Command, install: Install) -> Iterator[Fault | Evidence]:
        if "--require-hashes" in install.flags or is_on(command, "PIP_REQUIRE_HASHES"):
            yield Evidence(command.place, "pip checks the hash of all that it fetches")
            return
        if not _ON_PURPOSE.isdisjoint(install.flags):
            return
        files = [self._file(path, command.folder) for path in install.files]
        if files and all(word == "hashed" for word in files):
            told = ", ".join(install.files)
            yield Evidence(command.place, f"pip checks the hashes in {told}")
        elif loose := self._loose(install, files):
            yield Fault(command.place, loose)

    def _loose(self, install: Install, files: list[str]) -> str:
        """What is wrong with a call of pip, empty for nothing."""
        open_files = [
            path
            for path, word in zip(install.files, files, strict=True)
            if word == "open"
        ]
        if open_files:
            return (
                f"{open_files[0]} has no hashes: nothing shows that what is fetched is"
                " what was tried; install from the lock (`uv sync --locked`), or write"
                " hashes into it (`uv export`, `uv pip compile --generate-hashes`)"
            )
        if install.constraints or "--no-deps" in install.flags:
            return ""
        whole = [p for p in install.projects if self._asks(p)]
        whole += [f"--group {name}" for name in install.groups if self._is_open(name)]
        if whole:
            return (
                f"`pip install {whole[0]}` takes the newest versions of the day for all"
                " that the project needs: a run that passed can't be repeated;"
                " install from the lock, e.g. `uv sync --locked`"
            )
        names = [name for name in install.names if _is_open(name)]
        if not names:
            return ""
        return (
            f"`{names[0]}` is installed in whatever version is the newest today: a run"
            " that passed can't be repeated; put it into a dependency group, and"
            " install from the lock, e.g. `uv sync --locked`"
        )

    def _file(self, path: str, folder: str | None) -> str:
        """`hashed`, `open`, or empty for a file that isn't known."""
        if _PYLOCK.search(path):
            return "hashed"
        if posixpath.basename(path) in ("pyproject.toml", "setup.py", "setup.cfg"):
            return "open"
        known = self._requirements
        name = self._path(path, folder)
        if known is None or not name:
            return ""
        asks = any(file.lines for file in known.whole(name))
        return "open" if asks and not known.hashed(name) else "hashed"

    def _path(self, path: str, folder: str | None) -> str:
        """The project's file that a command names; empty where it isn't known.

        An image has it in another place: there the name says it, if only one has it.
        """
        files = self._requirements.files if self._requirements else {}
        way = posixpath.normpath(posixpath.join(folder or "", path))
        if way in files:
            return way
        name = posixpath.basename(path)
        same = [file for file in files if posixpath.basename(file) == name]
        return same[0] if len(same) == 1 else ""

    def _is_open(self, group: str) -> bool:
        """Whether a dependency group leaves versions open, as far as it is known."""
        known = self._dependencies
        asked = known.in_group(group.rpartition(":")[2]) if known else []
        return not (asked and all(one.requirement.bounds.pinned for one in asked))

    def _asks(self, project: str) -> bool:
        """Whether a local project brings dependencies."""
        if "[" in project or project.rstrip("/") != "." or self._dependencies is None:
            return True
        return bool(self._dependencies.of("main")) or self._tree.partial


def _is_open(requirement: str) -> bool:
    """Whether a requirement leaves its version open, and is no installer."""
    said = parse(requirement.strip("\"'"), ROOT)
    return not (said.url or said.bounds.pinned or said.name in _INSTALLERS)
