"""What a call of tox runs: the commands of the environments that it asks for.

tox.ini, setup.cfg, tox.toml and pyproject.toml (both forms) are read. An environment
whose name isn't known (it comes from a variable) stands for all of them.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from pyguard_kernel.model import Place
from pyguard_kernel.project._ini import parse as parse_ini
from pyguard_kernel.project._runners import as_set
from pyguard_kernel.project._shell import Shell, commands_in, lines_from
from pyguard_kernel.project._shell_calls import joined
from pyguard_kernel.project._wild import blurred, meant
from pyguard_kernel.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_BRACES = re.compile(r"\{([^{},]*(?:,[^{},]*)+)\}")
_FACTORS = re.compile(r"(?P<factors>[\w.!{},-]+)[ \t]*:(?:[ \t]+|$)(?P<rest>.*)")
_SUBSTITUTION = re.compile(r"\{(?P<name>[^{}]*)\}")
_SECTION = re.compile(r"\[(?P<section>[^]]*)\](?P<key>[\w-]+)")
_VALUES = as_set(
    "-c --conf --workdir --root --runner --installpkg -x --override --result-"
    " json --colored --hashseed --discover --parallel-live -o --skip-env --num"
)
_RUNS_NOTHING = as_set("-n --notest -l --listenvs --showconfig list config devenv")
_DEEPEST = 6
_MOST_NAMES = 500


@dataclass(frozen=True, slots=True)
class _Line:
    """A command as it stands in the configuration."""

    text: str
    where: Callable[[int], Place] | Place
    soft: str = ""


@dataclass(slots=True)
class _Env:
    lines: list[_Line] = field(default_factory=list)
    folder: str | None = ""
    soft: str = ""
    variables: dict[str, str] = field(default_factory=dict)


def behind(tree: Tree, command: Command) -> Iterator[Command]:
    """The commands of the environments that a call of tox asks for."""
    if command.program != "tox":
        return
    asked, factors, labels, file, posargs = _arguments(command)
    config = _config(tree, command.folder or "", file)
    if config is None or _RUNS_NOTHING & set(_before_posargs(command.words)):
        return
    if "TOXENV" in command.env and not asked:
        asked = _names(command.env["TOXENV"])
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
                into += _names(value)
                into = None
        elif word.startswith("-e") and not word.startswith("--"):
            asked += _names(word[2:])
        elif name in ("-c", "--conf"):
            file = value or next(left, "")
        elif word in _VALUES:
            next(left, None)
            into = None
        elif word.startswith("-"):
            into = None
        elif into is not None:
            into += _names(word)
            # -f and -m take several words; -e takes one.
            into = into if into is not asked else None
    return asked, factors, labels, file, posargs


def _names(text: str) -> list[str]:
    """Names of environments, with `{a,b}` written out."""
    parts = re.split(r"[,\s]+(?![^{]*\})", blurred(text.strip()))
    return [name for part in parts if part for name in _written_out(part)]


def _written_out(text: str) -> list[str]:
    pieces: list[list[str]] = []
    at = 0
    text = re.sub(r"\{(\d+)-(\d+)\}", _range, text)
    for match in _BRACES.finditer(text):
        pieces += [[text[at : match.start()]]]
        pieces += [[choice.strip() for choice in match[1].split(",")]]
        at = match.end()
    pieces.append([text[at:]])
    ways = 1
    for piece in pieces:
        ways *= len(piece)
    if ways > _MOST_NAMES:
        return [text]
    return ["".join(way) for way in product(*pieces)]


def _range(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    numbers = range(first, last + 1) if last - first < _MOST_NAMES else ()
    return "{" + ",".join(map(str, numbers)) + "}"


def _config(tree: Tree, folder: str, file: str) -> _Config | None:
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
                return _TomlConfig(table, folder)
            return _IniConfig(_moved(legacy), "tox", folder)
        ini = tree.ini(path)
        top = "tox:tox" if path.endswith("setup.cfg") else "tox"
        if any(
            n in (top, "testenv") or n.startswith("testenv:") for n, _ in ini.items()
        ):
            return _IniConfig(ini, top, folder)
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


class _Config:
    """One project's environments, whatever file they stand in."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def listed(self) -> list[str]:
        """The environments that tox runs where none is asked for."""
        raise NotImplementedError

    def named(self) -> list[str]:
        """The environments that have a section of their own."""
        raise NotImplementedError

    def label(self, name: str) -> list[str]:
        """The environments of a label."""
        raise NotImplementedError

    def env(self, name: str) -> _Env:
        """An environment's commands."""
        raise NotImplementedError

    def filled(self, text: str, name: str, posargs: str, env: Mapping[str, str]) -> str:
        """The text with its substitutions, as far as they are known."""
        raise NotImplementedError

    def wanted(
        self, asked: Sequence[str], factors: Sequence[str], labels: Sequence[str]
    ) -> list[str]:
        """The environments that a call means."""
        every = list(dict.fromkeys([*self.listed(), *self.named()]))
        if labels:
            names = [name for label in labels for name in self.label(label)]
        elif asked:
            every = every or ["py"]
            wild = ["*" if name == "ALL" else name for name in asked]
            names = [name for text in wild for name in meant(text, every)]
        else:
            names = self.listed() or ["py"]
        if factors:
            wanted = set(factors)
            names = [n for n in every if wanted <= set(re.split(r"[-.]", n)) | {n}]
        return list(dict.fromkeys(names))[:_MOST_NAMES]


class _IniConfig(_Config):
    def __init__(self, document: Node, top: str, folder: str) -> None:
        super().__init__(folder)
        self._document = document
        self._top = top
        self._sections: dict[str, Node] = {}
        for title, section in document.items():
            kind, colon, names = title.partition(":")
            if kind == "testenv" and colon:
                for name in _names(names):
                    self._sections.setdefault(name.strip(), section)

    def _value(self, section: str, *keys: str) -> str:
        for key in keys:
            node = self._document.get(section, key)
            if node is not None:
                return node.text
        return ""

    def listed(self) -> list[str]:
        text = self._value(self._top, "envlist", "env_list")
        lines = [line.partition("#")[0] for line in text.split("\n")]
        text = self.filled("\n".join(lines), "", "", {})
        mapped = [
            line.partition(":")[2]
            for section in ("gh-actions", "gh")
            for line in self._value(section, "python").split("\n")
        ]
        # tox-gh runs what it maps the runner's Python to, and nothing else.
        names = [name for line in mapped for name in _names(line)] or _names(text)
        return list(dict.fromkeys(names))

    def named(self) -> list[str]:
        return list(self._sections)

    def label(self, name: str) -> list[str]:
        for line in self._value(self._top, "labels").split("\n"):
            title, equals, names = line.partition("=")
            if equals and title.strip() == name:
                return _names(names)
        return [
            env
            for env, section in self._sections.items()
            if (labels := section.get("labels")) is not None
            and name in _names(labels.text)
        ]

    def _chain(self, name: str) -> list[tuple[str, Node]]:
        """The sections that an environment takes its values from, its own first."""
        chain: list[tuple[str, Node]] = []
        bases = [f"testenv:{name}"]
        own = self._sections.get(name)
        seen: set[str] = set()
        while bases:
            title = bases.pop(0)
            section = own if title == f"testenv:{name}" else self._document.get(title)
            if title in seen:
                continue
            seen.add(title)
            if section is not None:
                chain.append((title, section))
                base = section.get("base")
                given = (
                    [b.strip() for b in re.split(r"[,\n]", base.text)] if base else []
                )
                bases += [name for b in given if b for name in (b, f"testenv:{b}")]
        if "testenv" not in seen and (default := self._document.get("testenv")):
            chain.append(("testenv", default))
        return chain

    def _option(self, name: str, *keys: str) -> Node | None:
        for _, section in self._chain(name):
            for key in keys:
                if (node := section.get(key)) is not None:
                    return node
        return None

    def env(self, name: str) -> _Env:
        env = _Env(folder=self._folder)
        factors = set(name.split("-")) | {name}
        change = self._option(name, "changedir", "change_dir")
        if change is not None:
            lines = [line for line, _ in _for_factors(change, factors)]
            place = lines[0] if lines else ""
            env.folder = joined(self._folder, self.filled(place, name, "", {}))
        ignored = self._option(name, "ignore_outcome")
        if ignored is not None and ignored.text.strip().lower() == "true":
            env.soft = "`ignore_outcome = true` in tox"
        given = self._option(name, "setenv", "set_env")
        for line, _ in _for_factors(given, factors) if given is not None else ():
            variable, equals, value = line.partition("=")
            if equals:
                env.variables[variable.strip()] = value.strip()
        for key in ("commands_pre", "commands", "commands_post"):
            if (node := self._option(name, key)) is not None:
                env.lines += self._lines(node, factors, 0)
        return env

    def _lines(self, node: Node, factors: set[str], depth: int) -> Iterator[_Line]:
        for text, number in _for_factors(node, factors):
            whole = _SUBSTITUTION.fullmatch(text)
            reference = _SECTION.fullmatch(whole["name"]) if whole else None
            if reference is not None and depth < _DEEPEST:
                inner = self._document.get(reference["section"], reference["key"])
                if inner is not None:
                    yield from self._lines(inner, factors, depth + 1)
                continue
            bare = text.lstrip("-! ")
            soft = "`-` before it in tox" if text.startswith("-") else ""
            line = node.span[0] + number
            column = node.span[1] if not number else 1
            yield _Line(bare, lines_from(node.path, line, column), soft)

    def filled(self, text: str, name: str, posargs: str, env: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            reference = _SECTION.fullmatch(match["name"])
            if reference is None:
                return _substituted(match, name, posargs, env)
            node = self._document.get(reference["section"], reference["key"])
            return match[0] if node is None else " ".join(node.text.split())

        return _again(value, text)


def _again(value: Callable[[re.Match[str]], str], text: str) -> str:
    """The text with its substitutions, and those within them."""
    before, depth = "", 0
    while before != text and depth < _DEEPEST:
        before, depth = text, depth + 1
        text = _SUBSTITUTION.sub(value, text)[:20_000]
    return text


def _substituted(
    match: re.Match[str], name: str, posargs: str, env: Mapping[str, str]
) -> str:
    """What `{posargs:tests}` and the like come to; itself, where that isn't known."""
    head, _, default = match["name"].partition(":")
    if head == "posargs":
        return posargs or default
    if head == "env":
        variable, _, otherwise = default.partition(":")
        return env.get(variable, otherwise)
    if head == "tty":
        return default.partition(":")[2]
    known = {"envname": name, "env_name": name, "/": "/"}
    known |= dict.fromkeys(("envpython", "env_python"), "python")
    known |= dict.fromkeys(("toxinidir", "tox_root", "envbindir", "env_bin_dir"), ".")
    return known.get(head, "..." if head.isidentifier() else match[0])


def _for_factors(node: Node, factors: set[str]) -> Iterator[tuple[str, int]]:
    """The lines of an option that hold for an environment, and their numbers."""
    whole, first = "", 0
    for number, raw in enumerate(node.text.split("\n")):
        line = raw.strip()
        if not whole:
            first = number
            if not line or line.startswith("#"):
                continue
            match = _FACTORS.fullmatch(line)
            if match is not None and not line.startswith("{["):
                if not _holds(match["factors"], factors):
                    whole = "\0" if line.endswith("\\") else ""
                    continue
                line = match["rest"]
        if line.endswith("\\"):
            whole += line + "\n"
            continue
        text, whole = whole + line, ""
        if text and "\0" not in text:
            yield text, first


def _holds(condition: str, factors: set[str]) -> bool:
    """Whether `py312-!mypy,lint` holds for an environment of these factors."""
    for choice in _names(condition):
        parts = choice.split("-") if choice not in factors else [choice]
        if all((p.lstrip("!") in factors) != p.startswith("!") for p in parts if p):
            return True
    return False


class _TomlConfig(_Config):
    def __init__(self, table: Node, folder: str) -> None:
        super().__init__(folder)
        self._table = table

    def listed(self) -> list[str]:
        node = self._table.get("env_list")
        return _strings(node)

    def named(self) -> list[str]:
        held = self._table.get("env")
        return [name for name, _ in held.items()] if held is not None else []

    def label(self, name: str) -> list[str]:
        own = _strings(self._table.get("labels", name))
        held = self._table.get("env")
        marked = [
            env
            for env, table in (held.items() if held is not None else ())
            if name in _strings(table.get("labels"))
        ]
        return own or marked

    def _option(self, name: str, key: str) -> Node | None:
        seen: set[str] = set()
        names = [name]
        while names:
            env = names.pop(0)
            if env in seen:
                continue
            seen.add(env)
            table = self._table.get("env", env)
            if table is not None:
                if (node := table.get(key)) is not None:
                    return node
                names += _strings(table.get("base"))
        base = self._table.get("env_run_base")
        return base.get(key) if base is not None else None

    def env(self, name: str) -> _Env:
        env = _Env(folder=self._folder)
        change = self._option(name, "change_dir")
        if change is not None:
            place = self.filled(change.text, name, "", {})
            env.folder = joined(self._folder, place)
        ignored = self._option(name, "ignore_outcome")
        if ignored is not None and ignored.value is True:
            env.soft = "`ignore_outcome = true` in tox"
        given = self._option(name, "set_env")
        for variable, value in given.items() if given is not None else ():
            env.variables[variable] = value.text
        for key in ("commands_pre", "commands", "commands_post"):
            node = self._option(name, key)
            if node is not None:
                env.lines += self._lines(node, 0)
        return env

    def _lines(self, node: Node, depth: int) -> Iterator[_Line]:
        import shlex

        for row in node.elements():
            reference = row.get("of")
            if reference is not None and depth < _DEEPEST:
                way = [part.text for part in reference.strings()]
                inner = self._table.get(*way)
                if inner is not None:
                    yield from self._lines(inner, depth + 1)
                continue
            words = [_word(word) for word in row.elements()]
            if not words:
                continue
            soft = "`-` before it in tox" if words[0].startswith("-") else ""
            words[0] = words[0].lstrip("-! ")
            words = [word for word in words if word]
            text = " ".join(
                word if "{" in word else shlex.quote(word) for word in words
            )
            yield _Line(text, row.place, soft)

    def filled(self, text: str, name: str, posargs: str, env: Mapping[str, str]) -> str:
        return _again(lambda m: _substituted(m, name, posargs, env), text)


def _word(node: Node) -> str:
    """A word of a command; `{ replace = "posargs", default = [...] }` is one too."""
    if isinstance(node.value, str):
        return node.text
    kind = node.get("replace")
    if kind is not None and kind.text == "posargs":
        return "{posargs:" + " ".join(_strings(node.get("default"))) + "}"
    return ""


def _strings(node: Node | None) -> list[str]:
    if node is None:
        return []
    return [
        name
        for text in node.strings()
        for name in (_names(text.text) if "{" in text.text else [text.text])
    ]
