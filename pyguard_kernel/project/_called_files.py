"""What shell and Python scripts of the project run, where they are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project import _python_calls as python
from pyguard_kernel.project._commands import Command
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._shell import Shell, commands_in, ends, lines_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._tree import Tree

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh", "source", "."})
_SHEBANG = re.compile(
    r"#!\s*(?:\S*/)?(?:env\s+(?:-S\s+)?)?(?:\S*/)?(?P<program>\w+)(?P<options>[^\n]*)"
)
_LARGEST = 400_000


def behind(tree: Tree, command: Command) -> Iterator[Command]:
    """The commands of the script that a call runs, where the project has it."""
    program, *rest = command.words
    asked = program
    if program in _SHELLS or program == "python":
        plain = [word for word in rest if not word.startswith(("-", "+"))]
        if not plain or "-c" in rest:
            return
        asked = plain[0]
    elif "/" not in program:
        return
    path = joined(command.folder, asked)
    if path is None or not tree.has(path):
        return
    text = tree.text(path)
    if len(text) > _LARGEST:
        return
    shebang = _SHEBANG.match(text)
    kind = shebang["program"] if shebang else ""
    if program == "python" or (kind.startswith("python") and program not in _SHELLS):
        yield from _python(text, path, command)
    elif program in _SHELLS or kind in _SHELLS or path.endswith((".sh", ".bash")):
        options = shebang["options"] if shebang and program not in _SHELLS else ""
        strict = bool(re.search(r"\s[-+]\w*e", f"{options} {' '.join(rest[:1])}"))
        inherits = program in ("source", ".")
        shell = Shell(strict or inherits, "pipefail" in options, command.folder)
        shell.env = dict(command.env)
        shell.values = dict(command.env)
        yield from commands_in(text, lines_from(path), shell=shell)


def _python(text: str, path: str, command: Command) -> Iterator[Command]:
    for node, said, soft in python.subprocesses(text):
        place = python.place_of(node, path)
        if isinstance(said, str):
            shell = Shell(errexit=False, folder=command.folder)
            yield from commands_in(said, place, shell=shell, toothless=soft)
        elif said and said[0] != python.UNKNOWN:
            whole = Command(
                tuple(said), tuple(said), place, (), soft, {}, command.folder
            )
            yield from ends(whole)
