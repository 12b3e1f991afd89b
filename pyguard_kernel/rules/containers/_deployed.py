"""Which of a project's Dockerfiles make what is deployed, and what is in there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project import _dated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._dockerfile import Dockerfile, Stage

NONE = "no Dockerfile makes an image that is deployed"

# `Dockerfile.dev`, `.devcontainer/Dockerfile`, `Dockerfile.base`, a stage `test`.
_FOR_WORK = re.compile(
    r"(?:^|[./_-])(?:dev|devel|development|devcontainer|debug|local|ci|cicd|circleci"
    r"|github|gitlab|gitpod|binder|base|lint|tests?|testing|testbed|docs?|bench|build|builder|build-env"
    r"|wheels?|manylinux)(?:$|[./_-])",
    re.IGNORECASE,
)
# A stage that is called `build` may be the only one.
_WORK_STAGE = re.compile(
    r"(?:^|[_-])(?:dev|devel|development|debug|ci|lint|tests?|docs?)$"
)
_INSTALLERS = frozenset({"pip", "uv", "poetry", "pdm", "pipenv", "python", "conda"})


def deployed(dockerfiles: Iterable[Dockerfile]) -> list[Dockerfile]:
    """Those whose name and last stage don't say that they are for something else."""
    return [
        file
        for file in dockerfiles
        if not _FOR_WORK.search(file.path) and not _WORK_STAGE.search(file.final.name)
    ]


def has_python(stage: Stage) -> bool:
    """Whether Python is in an image: it came with it, or was put there."""
    if stage.base is not None and _dated.has_python(stage.base):
        return True
    return any(installs_python(one) or one.program in _INSTALLERS for one in run(stage))


def run(stage: Stage) -> list[Command]:
    """What all stages run that this one consists of."""
    return [command for one in stage.line for command in one.commands]


def installs_python(command: Command) -> bool:
    """Whether it installs the distribution's own Python: `apk add python3`."""
    adds = command.program in ("apk", "apt-get", "apt", "dnf", "microdnf", "yum")
    return adds and any(re.fullmatch(r"python3?[\d.]*", w) for w in command.words[2:])
