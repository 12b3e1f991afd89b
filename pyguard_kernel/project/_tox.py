"""What a call of tox runs: the commands of the environments that it asks for.

tox.ini, setup.cfg, tox.toml and pyproject.toml (both forms) are read. Of a name that
is known in part (`$PYTHON-mypy`), all environments count that it may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Place
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._ini import parse as parse_ini
from pyguard_kernel.project._runner_tables import as_set
from pyguard_kernel.project._shell import Shell, commands_in
from pyguard_kernel.project._tox_config import names_in
from pyguard_kernel.project._tox_ini import IniConfig
from pyguard_kernel.project._tox_toml import TomlConfig
from pyguard_kernel.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tox_config import Config
    from pyguard_kernel.project._tree import Tree

_VALUES = as_set(
    "-c --conf --workdir --root --runner --installpkg -x --override"
    " --result-json --colored --hashseed --discover --parallel-live -o"
    " --skip-env --num"
)
_RUNS_NOTHING = as_set("-n --notest -l --listenvs --showconfig list config devenv")


def behind(tree: Tree, command: Command) -> Iterator[Command]:
    """The commands of the environments that a call of tox asks for."""
    if command.program != "tox":
        return
    asked, factors, labels, file, posargs = _arguments(command)
    config = _config(tree, command.folder or "", file)
    if config is None or _RUNS_NOTHING & set(_before_posargs(command.words)):
        return
    if not asked:
        asked = names_in(command.env.get("TOXENV") or command.env.get("TOX_ENV", ""))
    names = config.wanted(asked, factors, labels)
    for name in names:
        env = config.env(name)
        for line in env.lines:
            text = config.filled(line.text, name, posargs, env.variables)
            shell = Shell(errexit=True, folder=env.folder, env=env.variables)
            soft = line.soft or env.soft
            where = line.where
            if text != line.text and not isinstance(where, Place):
                where = where(0)
            yield from commands_in(text, where, shell=shell, toothless=soft)


def _before_posargs(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[: words.index("--")] if "--" in words else words


def _arguments(
    command: Command,
) -> tuple[list[str], list[str], list[str], str, str]:
    """Environments, factors, labels, the configuration file, and what follows `--`."""
    words = list(command.words[1:])
    posargs = ""
    if "--" in words:
        cut = words.index("--")
        posargs = " ".join(words[cut + 1 :])
        words = words[:cut]
    asked: list[str] = []
    factors: list[str] = []
    labels: list[str] = []
    file = ""
    left = iter(words)
    into: list[str] | None = None
    for word in left:
        name, equals, value = word.partition("=")
        if name in ("-e", "--env", "-f", "-m", "--label"):
            into = {"-f": factors, "-m": labels, "--label": labels}.get(name, asked)
            if equals:
                into += names_in(value)
                into = None
        elif word.startswith("-e") and not word.startswith("--"):
            asked += names_in(word[2:])
        elif name in ("-c", "--conf"):
            file = value or next(left, "")
        elif word in _VALUES:
            next(left, None)
            into = None
        elif word.startswith("-"):
            into = None
        elif into is not None:
            into += names_in(word)
            # -f and -m take several words; -e takes one.
            into = into if into is not asked else None
    return asked, factors, labels, file, posargs


def _config(tree: Tree, folder: str, file: str) -> Config | None:
    """The configuration that tox would read, looked for in its order."""
    names = [file] if file else ["tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"]
    for name in names:
        path = joined(folder, name)
        if path is None or not tree.has(path):
            continue
        if path.endswith(".toml"):
            document = tree.toml(path)
            table = document if name == "tox.toml" else document.get("tool", "tox")
            if table is None:
                continue
            legacy = table.get("legacy_tox_ini")
            if legacy is None:
                return TomlConfig(table, folder)
            return IniConfig(_moved(legacy), "tox", folder)
        ini = tree.ini(path)
        top = "tox:tox" if path.endswith("setup.cfg") else "tox"
        if any(
            n in (top, "testenv") or n.startswith("testenv:") for n, _ in ini.items()
        ):
            return IniConfig(ini, top, folder)
    return None


def _moved(legacy: Node) -> Node:
    """An INI document within a TOML string, with the places of the TOML file."""
    text = legacy.text
    # A string of three quotes drops a line end that comes right behind them.
    height = legacy.span[2] - legacy.span[0]
    skipped = max(0, height - text.count("\n"))
    document = parse_ini(text, legacy.path)
    return _shifted(document, legacy.span[0] - 1 + skipped)


def _shifted(node: Node, lines: int) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {name: _shifted(inner, lines) for name, inner in value.items()}
    a, b, c, d = node.span
    return replace(
        node,
        value=value,
        span=(a + lines, b, c + lines, d),
        text_line=node.text_line + lines,
    )
