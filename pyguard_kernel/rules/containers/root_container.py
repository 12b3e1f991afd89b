"""Images that go into production and run as root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Evidence,
    Fault,
    Level,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.project import _dated
from pyguard_kernel.rules.containers._deployed import NONE, deployed
from pyguard_kernel.rules.containers._users import dropped, with_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._dockerfile import Dockerfile
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.compose import Service

_ROOT = frozenset({"root", "0", "containeradministrator"})
_HARM = "whoever breaks into it is root there, and one hole away from the host"


def find(
    tree: Tree,
    dockerfiles: tuple[Dockerfile, ...],
    compose: tuple[Service, ...] | None = None,
) -> Iterator[Said]:
    """The user of the last stage, by its last USER, its image or compose."""
    files = deployed(dockerfiles)
    if not files:
        yield Skip(NONE)
    for file in files:
        users = [s for s in compose or () if _builds(s, file) and s.user is not None]
        yield from _of_services(users)
        if users and not any(_is_root(_text(service)) for service in users):
            continue
        yield from _of_file(tree, file)


def _builds(service: Service, file: Dockerfile) -> bool:
    stage = file.stage(service.target) if service.target else file.final
    return service.dockerfile == file.path and stage is file.final


def _text(service: Service) -> str:
    return str(service.user.value) if service.user is not None else ""


def _is_root(user: str) -> bool:
    return user.partition(":")[0].strip().lower() in _ROOT


def _of_services(services: list[Service]) -> Iterator[Said]:
    for service in services:
        if service.user is None:
            continue
        place, name = service.user.place, service.name
        if _is_root(_text(service)):
            yield Fault(place, f"the service `{name}` runs as root: {_HARM}")
        else:
            yield Evidence(place, f"the service `{name}` runs as `{_text(service)}`")


def _of_file(tree: Tree, file: Dockerfile) -> Iterator[Said]:
    stage = file.final
    users = stage.users
    if drop := dropped(tree, stage):
        yield Evidence(stage.head.place, drop)
    elif users:
        one, user = users[-1]
        if _is_root(user):
            told = "" if user == one.value else f" ({user}, unless told otherwise)"
            message = (
                f"`USER {one.value}`{told} stands last, so it runs as root: {_HARM}"
            )
            yield Fault(one.place, message, fix=with_user(file))
        else:
            yield Evidence(one.place, f"runs as `{user}`")
    elif stage.base is None:
        # What is only exported from a build is never run.
        if stage.all("ENTRYPOINT", "CMD"):
            message = "`FROM scratch` without a USER runs as root: add `USER 65532`"
            yield Fault(stage.head.place, message, fix=with_user(file))
        else:
            yield Skip(f"{file.path} makes nothing that is run")
    elif _dated.is_unprivileged(stage.base):
        place = stage.line[0].head.place
        yield Evidence(place, f"`{stage.base.written}` runs unprivileged by itself")
    elif not _dated.is_root(stage.base) or _dated.is_windows(stage.base):
        base = stage.base.written
        yield Skip(f"{file.path} names no USER, and that of `{base}` isn't known here")
    else:
        message = (
            "no USER is named, so the container runs as root, as `"
            f"{stage.base.written}` does: {_HARM}; add a user, and USER before CMD"
        )
        yield Fault(stage.head.place, message, fix=with_user(file))


RULE = Rule(
    code="PG902",
    level=Level.MUST,
    statements=("9.1.1", "9.2.2", "12.1.7", "13.1.12"),
    summary="Run the container as a user of its own, not as root.",
    why=(
        "Without USER a container's process is root, with the same number that root has"
        " on the host. A hole in the application then writes over its own code and"
        " libraries, installs tools, and reads what is mounted, whoever owns it. A hole"
        " in the kernel or the runtime, or a socket mounted by mistake, makes it root"
        " of the host. A user of its own costs two lines: the process keeps what it"
        " needs, and loses what an intruder needs."
    ),
    references=(
        Reference(
            "Dockerfile reference: USER",
            "https://docs.docker.com/reference/dockerfile/#user",
            "2026-11-23",
        ),
        Reference(
            "OWASP: Docker Security Cheat Sheet",
            "https://cheatsheetseries.owasp.org/cheatsheets/"
            "Docker_Security_Cheat_Sheet.html",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(Project(find),),
    fix="yes",
)
