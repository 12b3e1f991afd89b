"""Where pip, virtualenv, Poetry, Pipenv or conda manage a project: jobs and images.

Only what sets the project itself up counts: a tool that is installed by name, and what
a library tells its users, are nobody's environment here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.rules.distribution._installs import install_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._commands import CI, Action, Command
    from pyguard_kernel.project._dockerfile import Dockerfile
    from pyguard_kernel.project.packages import Package

_HERE = re.compile(r"\./?(?:\[|$)")
CONDA = ("conda", "mamba", "micromamba")
_ACTIONS = {
    "snok/install-poetry": "Poetry",
    "abatilo/actions-poetry": "Poetry",
    "gianluca-mascolo/poetry-action": "Poetry",
    "dschep/install-pipenv-action": "Pipenv",
    "conda-incubator/setup-miniconda": "conda",
    "mamba-org/setup-micromamba": "conda",
    "mamba-org/provision-with-micromamba": "conda",
}


class Use(NamedTuple):
    """One use of a manager, in the words that stand there."""

    manager: str
    text: str
    place: Place


def own_images(
    dockerfiles: tuple[Dockerfile, ...] | None, packages: tuple[Package, ...] | None
) -> Iterator[Dockerfile]:
    """The project's images; what lies deep in a package is data, a template of one."""
    folders = [f"{package.folder}/" for package in packages or ()]
    for dockerfile in dockerfiles or ():
        above = dockerfile.path.rpartition("/")[0]
        if not any(above.startswith(folder) for folder in folders):
            yield dockerfile


def called(
    ci: CI | None,
    dockerfiles: tuple[Dockerfile, ...] | None,
    packages: tuple[Package, ...] | None,
) -> Iterator[Use]:
    """What jobs and images set the project up with, in their order."""
    jobs = [job for job in ci.jobs if not job.disabled] if ci else []
    for job in jobs:
        for action in job.actions:
            if manager := _of_action(action):
                yield Use(manager, f"`{action.name}`", action.place)
        yield from _commands(job.commands)
    for dockerfile in own_images(dockerfiles, packages):
        yield from _commands(tuple(dockerfile.commands))


def _commands(commands: tuple[Command, ...]) -> Iterator[Use]:
    exports = any(
        c.runs("uv", "export") or c.runs("uv", "pip", "compile") for c in commands
    )
    for command in commands:
        manager = _of_command(command)
        # What uv wrote may be installed by pip: uv manages all the same.
        if manager and not (exports and manager == "pip"):
            yield Use(manager, f"`{' '.join(command.written)}`", command.place)


def _of_command(command: Command) -> str:
    """The manager that a command sets the project up with; empty for none."""
    words = command.words
    if words[:1] == ("uv",) or any(word.endswith("uv") for word in command.written[:1]):
        return ""
    install = install_of(command)
    if install is not None:
        own = install.files or install.groups or any(map(_HERE.match, install.projects))
        return "pip" if own and not command.runs("pip-sync") else ""
    if words[:1] in (("venv",), ("virtualenv",)):
        return "pip"
    if words[:1] == ("poetry",) and words[1:2] in (("install",), ("sync",)):
        return "Poetry"
    if words[:1] == ("pipenv",) and words[1:2] in (("install",), ("sync",)):
        return "Pipenv"
    if words[:1] and words[0] in CONDA:
        if words[1:3] in (("env", "create"), ("env", "update")):
            return "conda"
        return "conda" if words[1:2] in (("create",), ("install",)) else ""
    return ""


def _of_action(action: Action) -> str:
    """The manager that a ready-made step brings; empty for none."""
    return _ACTIONS.get(action.name, "")


def firsts(uses: Iterable[Use]) -> Iterator[tuple[Use, int]]:
    """The first use of each manager in each file, and how many more there are."""
    found: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        found.setdefault((use.place.path, use.manager), []).append(use)
    for same in found.values():
        yield same[0], len({use.place for use in same}) - 1
