"""A user for an image: the lines that make one and go on as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fix
from pyguard_kernel.project import _dated
from pyguard_kernel.rules.containers._deployed import run

if TYPE_CHECKING:
    from pyguard_kernel.project._dockerfile import Dockerfile, Stage

_NAME = "app"
# No name stands for it: it needs no file of users, and none is there.
_NOBODY = "65532:65532"


def with_user(file: Dockerfile) -> Fix:
    """Lines before CMD or ENTRYPOINT of the last stage, or at its end."""
    stage = file.final
    made = next(reversed(_made(stage)), "")
    lines = [f"USER {made}"] if made else _new(stage)
    started = [i for i in stage.instructions if i.name in ("CMD", "ENTRYPOINT")]
    text = "".join(f"{line}\n" for line in lines)
    if started and started[0].place.span[0] > _last_user(stage):
        line = started[0].place.span[0]
        edit = Edit(line, 1, line, 1, text)
    else:
        last = stage.instructions[-1]
        line = last.place.span[2]
        if last.documents:
            first, held = last.documents[-1]
            line = first + held.count("\n")
            edit = Edit(line + 1, 1, line + 1, 1, text)
        else:
            column = last.place.span[3]
            edit = Edit(line, column, line, column, "\n" + text.rstrip("\n"))
    return Fix("unsafe", "Run as a user: what it writes must be that user's", (edit,))


def _last_user(stage: Stage) -> int:
    return max(
        (i.place.span[0] for i in stage.instructions if i.name == "USER"), default=0
    )


def _made(stage: Stage) -> list[str]:
    """The users that the image has: those it makes, and those it has been."""
    made = [
        command.words[-1]
        for command in run(stage)
        if command.program in ("useradd", "adduser") and len(command.words) > 1
    ]
    been = [
        user for _, user in stage.users if user.partition(":")[0] not in ("root", "0")
    ]
    return [name for name in (*made, *been) if "$" not in name and name.isidentifier()]


def _new(stage: Stage) -> list[str]:
    base = stage.base
    if base is not None and _dated.is_alpine(base):
        return [f"RUN adduser -D {_NAME}", f"USER {_NAME}"]
    known = base is not None and (
        _dated.has_python(base) or base.name in ("debian", "ubuntu", "buildpack-deps")
    )
    if known:
        return [f"RUN useradd --create-home {_NAME}", f"USER {_NAME}"]
    return [f"USER {_NOBODY}"]
