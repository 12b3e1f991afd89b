"""What `make TARGET` runs: the recipes of the target and of what it needs.

Variables are expanded as far as they are plain text; make's functions stay as they
stand. Both sides of a conditional count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Place
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._shell import Shell, commands_in, lines_from
from pyguard_kernel.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._tree import Tree

_NAMES = ("GNUmakefile", "makefile", "Makefile")
_ASSIGNMENT = re.compile(
    r"\s*(?:export\s+|override\s+)*(?P<name>[\w.-]+)\s*(?P<how>[:?+!]{0,3}=)"
    r"\s*(?P<value>.*)",
    re.DOTALL,
)
_RULE = re.compile(
    r"(?P<targets>[^\s:=#][^:=#]*?)\s*:{1,2}(?![=:])\s*(?P<rest>.*)", re.DOTALL
)
_INCLUDE = re.compile(r"-?s?include\s+(?P<files>.+)")
_REFERENCE = re.compile(r"\$(?:\((?P<a>[\w.-]+)\)|\{(?P<b>[\w.-]+)\}|(?P<c>[@<^]))")
_UNKNOWN = re.compile(r"(?<!\$)\$\(([^()]*)\)")
_AUTOMATIC = re.compile(r"(?<!\$)\$([<^?*+])")
_FLAT = str.maketrans("{}", "__")
_VALUES = frozenset({"-f", "-C", "-j", "-l", "-o", "-W", "-I", "--file", "--directory"})
_DEEPEST = 8


@dataclass(slots=True)
class _Target:
    needs: list[str] = field(default_factory=list)
    # The recipe's lines, each with its place; a line may go on over several.
    recipe: list[tuple[str, Place]] = field(default_factory=list)


@dataclass(slots=True)
class _Makefile:
    targets: dict[str, _Target] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def first(self) -> list[str]:
        """The target that is made where none is asked for."""
        if goal := self.variables.get(".DEFAULT_GOAL"):
            return [goal]
        plain = (name for name in self.targets if name[0] != "." and "%" not in name)
        return [next(plain)] if self.targets else []


def behind(tree: Tree, command: Command) -> Iterator[Command]:
    """The commands of the targets that a call of make asks for."""
    if command.program not in ("make", "gmake", "$(MAKE)", "${MAKE}"):
        return
    soft = {"-i", "--ignore-errors", "-n", "--dry-run"} & set(command.words)
    folder, file, goals, given = _arguments(command)
    path = _file(tree, folder, file)
    if path is None or folder is None:
        return
    makefile = _Makefile()
    _read(tree, path, makefile, 0)
    makefile.variables |= {**_known(command.env), **given}
    for inner in _commands(makefile, goals or makefile.first(), folder):
        yield replace(inner, toothless=f"`make {min(soft)}`") if soft else inner


def _arguments(command: Command) -> tuple[str | None, str, list[str], dict[str, str]]:
    """The folder, the file, the targets and the variables of a call."""
    folder, file, goals, given = command.folder, "", list[str](), dict[str, str]()
    words = iter(command.words[1:])
    for word in words:
        if word in ("-C", "--directory"):
            folder = joined(folder, next(words, ""))
        elif word in ("-f", "--file"):
            file = next(words, "")
        elif word.startswith("--directory="):
            folder = joined(folder, word.partition("=")[2])
        elif word in _VALUES:
            next(words, None)
        elif "=" in word and not word.startswith("-"):
            name, _, given[name] = word.partition("=")
        elif not word.startswith("-"):
            goals.append(word)
    return folder, file, goals, given


def _known(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if "${{" not in value}


def _file(tree: Tree, folder: str | None, file: str) -> str | None:
    if folder is None:
        return None
    for name in [file] if file else _NAMES:
        path = joined(folder, name)
        if path is not None and tree.has(path):
            return path
    return None


def _read(tree: Tree, path: str, into: _Makefile, depth: int) -> None:
    """Add what a Makefile says, and what the files that it includes say."""
    targets: list[_Target] = []
    defining = False
    for number, line in _lines(tree.text(path)):
        if line.startswith("\t") and targets:
            column = len(line) - len(line.lstrip()) + 1
            end = len(line.rstrip()) + 1
            place = Place(path, (number, column, number, max(end, column)))
            for target in targets:
                target.recipe.append((line.strip(), place))
            continue
        bare = line.strip()
        defining = (defining or bare.startswith("define ")) and bare != "endef"
        if defining or not bare or bare.startswith("#"):
            continue
        if match := _INCLUDE.fullmatch(bare):
            for name in _expanded(match["files"], into.variables).split():
                inner = joined("", name)
                if depth < _DEEPEST and inner and tree.has(inner):
                    _read(tree, inner, into, depth + 1)
        elif match := _ASSIGNMENT.fullmatch(line):
            _assign(into, match)
        elif match := _RULE.match(_expanded(line, into.variables)):
            targets = _open(into, match, path, number)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    r"""Lines with their numbers; one that ends in `\` goes on with the next."""
    whole, first = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        if not whole:
            first = number
        whole += line
        if line.endswith("\\"):
            whole += "\n"
            continue
        yield first, whole
        whole = ""
    if whole:
        yield first, whole


def _assign(into: _Makefile, match: re.Match[str]) -> None:
    name = match["name"]
    value = re.sub(r"\s+#.*", "", match["value"].replace("\\\n", " ")).strip()
    how = match["how"]
    if how == "?=":
        into.variables.setdefault(name, value)
    elif how == "+=":
        into.variables[name] = f"{into.variables.get(name, '')} {value}".strip()
    else:
        if f"$({name})" in value or f"${{{name}}}" in value:
            value = _expanded(value, into.variables)
        into.variables[name] = value


def _open(
    into: _Makefile, match: re.Match[str], path: str, number: int
) -> list[_Target]:
    """The targets of a rule's first line, which may hold a recipe of its own."""
    names = match["targets"].split()
    rest = match["rest"].replace("\\\n", " ")
    needs, semicolon, recipe = rest.partition(";")
    # `a: X = 1` gives a variable to a target; nothing is needed for it.
    wanted = [] if "=" in needs else needs.partition("#")[0].replace("|", " ").split()
    opened = [into.targets.setdefault(name, _Target()) for name in names]
    for target in opened:
        target.needs += wanted
        if semicolon and recipe.strip():
            target.recipe.append((recipe.strip(), Place(path, (number, 1, number, 1))))
    return opened


def _expanded(text: str, variables: Mapping[str, str], depth: int = 0) -> str:
    def value(match: re.Match[str]) -> str:
        name = match["a"] or match["b"]
        if name is None:
            return match[0]
        if name == "MAKE":
            return "make"
        found = variables.get(name)
        if found is None or depth >= _DEEPEST:
            return match[0]
        return _expanded(found, variables, depth + 1)

    return _REFERENCE.sub(value, text)[:20_000]


def _for_shell(text: str) -> str:
    """A recipe's line as the shell gets it; what make alone knows stays a variable."""
    for _ in range(_DEEPEST):
        # The innermost first: `$(if $(X),-k)`.
        text = _UNKNOWN.sub(lambda m: "${" + m[1].translate(_FLAT) + "}", text)
    text = _AUTOMATIC.sub(r"${\1}", text)
    return text.replace("$$", "$")


def _commands(makefile: _Makefile, goals: list[str], folder: str) -> Iterator[Command]:
    seen: set[str] = set()
    opened: set[str] = set()
    left = list(reversed(goals))
    while left:
        goal = left.pop()
        target = makefile.targets.get(goal) or _by_pattern(makefile, goal)
        if target is None or goal in seen:
            continue
        if goal not in opened:
            # What it needs comes first; then it is looked at again.
            opened.add(goal)
            left.append(goal)
            left += [need for need in reversed(target.needs) if need not in opened]
            continue
        seen.add(goal)
        yield from _recipe(makefile, target, goal, folder)


def _by_pattern(makefile: _Makefile, goal: str) -> _Target | None:
    for name, target in makefile.targets.items():
        head, percent, tail = name.partition("%")
        if percent and goal.startswith(head) and goal.endswith(tail):
            return target
    return None


def _recipe(
    makefile: _Makefile, target: _Target, goal: str, folder: str
) -> Iterator[Command]:
    variables = {**makefile.variables}
    for line, place in target.recipe:
        bare = line.lstrip("@-+ \t")
        prefix = line[: len(line) - len(bare)]
        text = _for_shell(_expanded(bare.replace("$@", goal), variables))
        exact = len(text) == len(bare)
        column = place.span[1] + len(prefix)
        where = lines_from(place.path, place.span[0], column) if exact else place
        soft = "`-` before it in the Makefile" if "-" in prefix else ""
        shell = Shell(errexit=False, folder=folder)
        yield from commands_in(text, where, shell=shell, toothless=soft)
