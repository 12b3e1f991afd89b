"""Distributions made by setup.py's commands or by hand, or kept in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Fault,
    Level,
    Place,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.project._commands import Command
from pyguard_kernel.project._requirement import canonical
from pyguard_kernel.project.releases import is_setup
from pyguard_kernel.rules.distribution._archives import archive_of
from pyguard_kernel.rules.distribution._committed import committed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import Action
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.git import Git
    from pyguard_kernel.project.metadata import Metadata
    from pyguard_kernel.project.packages import Package
    from pyguard_kernel.project.releases import Release
    from pyguard_kernel.rules.distribution._archives import Archive

_SETUP = frozenset(
    {
        "sdist", "bdist", "bdist_wheel", "bdist_egg", "bdist_rpm", "bdist_wininst",
        "upload", "register",
    }
)  # fmt: skip
_WHEEL = (".whl", ".egg")


def find(
    tree: Tree,
    releases: tuple[Release, ...] | None = None,
    git: Git | None = None,
    metadata: Metadata | None = None,
    packages: tuple[Package, ...] | None = None,
) -> Iterator[Said]:
    """setup.py's commands, archives of sources that are released, committed builds."""
    told: set[Place] = set()
    for release in releases or ():
        for command in release.commands:
            message = _by_setup(command) or _by_hand(command, release, packages)
            if message and command.place not in told:
                told.add(command.place)
                yield Fault(command.place, message)
    name = metadata.name.text if metadata and metadata.name else ""
    kept = list(committed(tree, git, canonical(name)))
    yield from kept
    if not (releases or kept):
        yield Skip("nothing builds or releases a distribution")


def _by_setup(command: Command) -> str:
    """What is wrong where setup.py's own commands build, empty for nothing."""
    asked = [word for word in command.words if word in _SETUP]
    if not asked or not is_setup(command):
        return ""
    return (
        f"`setup.py {' '.join(asked)}` builds with whatever is installed here, not with"
        " what [build-system] asks for, and is deprecated; say `uv build`"
    )


def _by_hand(
    command: Command, release: Release, packages: tuple[Package, ...] | None
) -> str:
    """What is wrong where an archive is made and released, empty for nothing."""
    archive = archive_of(command)
    if archive is None:
        return ""
    if archive.path.endswith(_WHEEL):
        return (
            f"`{command.program}` makes {archive.path} by hand: its RECORD and METADATA"
            " are then nobody's; say `uv build`"
        )
    folders = {package.folder for package in packages or ()}
    if not archive.holds_sources(folders) or not _is_released(archive, release):
        return ""
    return (
        f"{archive.path or 'an archive'} is packed by hand and released: it has no"
        " metadata, and what gets in is what lies around; release what `uv build` makes"
    )


def _is_released(archive: Archive, release: Release) -> bool:
    for step in release.attaches:
        told = " ".join(step.words) if isinstance(step, Command) else _inputs(step)
        if archive.named_in(told):
            return True
    uploads = release.uploads
    return isinstance(uploads, Command) and archive.named_in(" ".join(uploads.words))


def _inputs(action: Action) -> str:
    return str(action.inputs.plain) if action.inputs else ""


RULE = Rule(
    code="PG609",
    level=Level.NEVER,
    statements=("6.4.2",),
    summary="Leave the making of distributions to a build tool.",
    why=(
        "A wheel is more than a zip: its RECORD lists every file with its hash, its"
        " METADATA says what it needs. Where they are missing, installers refuse it;"
        " where they are wrong, nobody can tell a quick fix from an attack. An archive"
        " packed by hand holds what lay around on one machine, keys and caches among"
        " it. setup.py's own commands skip the isolated build that everybody else"
        " gets, and a distribution in the repository goes stale with the next commit."
    ),
    references=(
        Reference(
            "PyPA: Is setup.py deprecated?",
            "https://packaging.python.org/en/latest/discussions/setup-py-deprecated/",
            "2026-11-23",
        ),
        Reference(
            "PyPA: Binary distribution format",
            "https://packaging.python.org/en/latest/specifications/binary-distribution-format/",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
)
