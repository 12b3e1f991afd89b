"""Users of images: how a program gives up root, and the lines that name a user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Edit, Fix
from pyguard_kernel.project import Broken, _dated
from pyguard_kernel.rules.containers._deployed import run

if TYPE_CHECKING:
    from pyguard_kernel.project._dockerfile import Dockerfile, Stage
    from pyguard_kernel.project._tree import Tree

# Programs that begin as root and go on as somebody else.
_DROPS = re.compile(r"\b(?:gosu|su-exec|setpriv|runuser|s6-setuidgid|chpst)\b")
# One of them in an image has no other use than to give up root when it starts.
_DROPS_AT_START = re.compile(r"\b(?:gosu|su-exec)\b")
_NAME = "app"
# No name stands for it: it needs no file of users, and none is there.
_NOBODY = "65532:65532"


def dropped(tree: Tree, stage: Stage) -> str:
    """How what is started gives up root, where it does."""
    for one in stage.all("RUN"):
        if match := _DROPS_AT_START.search(one.value):
            return f"`{match[0]}` is installed to give up root"
    for one in stage.all("ENTRYPOINT", "CMD"):
        if match := _DROPS.search(one.value):
            return f"`{match[0]}` gives up root"
        for word in one.words:
            name = word.rpartition("/")[2]
            for path in tree.matching(name) if name.endswith(".sh") else ():
                try:
                    match = _DROPS.search(tree.text(path))
                except Broken:
                    continue
                if match:
                    return f"`{match[0]}` in {path} gives up root"
    return ""


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
