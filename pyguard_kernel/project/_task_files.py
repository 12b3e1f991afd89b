"""What `just RECIPE` and `task NAME` run, by the justfile and the Taskfile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Place
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._shell import Shell, commands_in, lines_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_JUSTFILES = ("justfile", "Justfile", ".justfile")
_TASKFILES = tuple(
    f"{name}.{suffix}"
    for name in ("Taskfile", "taskfile", "Taskfile.dist", "taskfile.dist")
    for suffix in ("yml", "yaml")
)
_RECIPE = re.compile(
    r"@?(?P<name>[A-Za-z_][\w-]*)(?P<parameters>[^:=]*(?:=[^:]*)?):(?!=)(?P<needs>.*)"
)
_VARIABLE = re.compile(r"(?:export\s+)?(?P<name>[\w-]+)\s*:=\s*(?P<value>.*)")
_BRACES = re.compile(r"\{\{(.*?)\}\}(?!\})")


def behind(tree: Tree, command: Command) -> Iterator[Command]:
    """The commands of the recipes or tasks that a call asks for."""
    if command.program == "just":
        yield from _just(tree, command)
    elif command.program in ("task", "go-task"):
        yield from _task(tree, command)


def _find(tree: Tree, folder: str | None, names: tuple[str, ...]) -> str | None:
    """The first file of these names in a folder or, as both tools look, above it."""
    while folder is not None:
        for name in names:
            path = joined(folder, name)
            if path is not None and tree.has(path):
                return path
        if not folder:
            return None
        folder = folder.rpartition("/")[0]
    return None


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


# -- just -----------------------------------------------------------------------------

type _Recipe = tuple[list[str], list[tuple[int, str]]]


def _just(tree: Tree, command: Command) -> Iterator[Command]:
    path = _find(tree, command.folder, _JUSTFILES)
    if path is None:
        return
    recipes, variables = _justfile(tree.text(path))
    asked = [word for word in command.words[1:] if word in recipes]
    seen: set[str] = set()
    left = list(reversed(asked or list(recipes)[:1]))
    while left:
        name = left.pop()
        if name not in seen and name in recipes:
            seen.add(name)
            needs, lines = recipes[name]
            left += [need for need in needs if need not in seen]
            yield from _just_recipe(path, lines, variables)


def _justfile(text: str) -> tuple[dict[str, _Recipe], dict[str, str]]:
    recipes: dict[str, _Recipe] = {}
    variables: dict[str, str] = {}
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1] in (" ", "\t"):
            lines.append((number, line))
        elif match := _VARIABLE.fullmatch(line):
            variables[match["name"]] = match["value"].strip().strip("'\"")
        elif match := _RECIPE.fullmatch(line.rstrip()):
            lines = []
            needs = re.findall(r"[A-Za-z_][\w-]*", match["needs"].partition("#")[0])
            recipes[match["name"]] = (needs, lines)
    return recipes, variables


def _just_recipe(
    path: str, lines: list[tuple[int, str]], variables: dict[str, str]
) -> Iterator[Command]:
    held = [(number, line) for number, line in lines if line.strip()]
    if not held:
        return
    head = held[0][1].strip()
    if head.startswith("#!"):
        if "python" in head:
            return
        text = "\n".join(line for _, line in lines)
        first = lines[0][0]
        shell = Shell(
            errexit=bool(re.search(r"\s-\w*e", head)), folder=_folder_of(path)
        )
        yield from _filled(text, path, first, shell, variables)
        return
    text, first = "", 0
    for number, line in held:
        first = first if text else number
        text += line
        if line.endswith("\\"):
            text += "\n"
            continue
        shell = Shell(errexit=False, folder=_folder_of(path))
        yield from _filled(text, path, first, shell, variables)
        text = ""


def _filled(
    raw: str, path: str, first: int, shell: Shell, variables: dict[str, str]
) -> Iterator[Command]:
    """The commands of a recipe's text, its variables filled in."""
    bare = raw.lstrip(" \t@-")
    soft = "-" in raw[: len(raw) - len(bare)]
    start = len(raw) - len(bare) + 1
    text = _filled_in(bare, variables)
    exact = len(text) == len(bare)

    end = start + len(bare.partition("\n")[0])
    whole = Place(path, (first, start, first, end))
    where = lines_from(path, first, start) if exact else whole
    reason = "`-` before it in the justfile" if soft else ""
    yield from commands_in(text, where, shell=shell, toothless=reason)


def _filled_in(text: str, variables: dict[str, str]) -> str:
    """The text with what is known of `{{...}}`, and blanks for what isn't."""

    def value(match: re.Match[str]) -> str:
        name = match[1].strip(" .-")
        return variables.get(name, " " * len(match[0]))

    return _BRACES.sub(value, text)


# -- task -----------------------------------------------------------------------------


def _task(tree: Tree, command: Command) -> Iterator[Command]:
    path = _find(tree, command.folder, _TASKFILES)
    if path is None:
        return
    document = tree.yaml(path)
    tasks = dict(_items(document.get("tasks")))
    names = [word for word in command.words[1:] if not word.startswith("-")]
    variables = _plain(document.get("vars"))
    left = list(reversed([n for n in names if n in tasks] or ["default"]))
    seen: set[str] = set()
    while left:
        name = left.pop()
        task = tasks.get(name)
        if task is None or name in seen:
            continue
        seen.add(name)
        known = {**variables, **_plain(task.get("vars"))}
        folder = task.get("dir")
        place = joined(_folder_of(path), folder.text if folder is not None else "")
        left += [_task_name(need) for need in _elements(task.get("deps"))]
        for step in _steps(task):
            if step.get("task") is not None:
                left.append(_task_name(step))
                continue
            text = step if isinstance(step.value, str) else step.get("cmd")
            if text is None or not text.text:
                continue
            soft = step.get("ignore_error") or task.get("ignore_error")
            reason = "`ignore_error: true`" if soft and soft.value is True else ""
            filled = _filled_in(text.text, known)
            yield from commands_in(
                filled,
                text,
                source=tree.text(path),
                shell=Shell(errexit=True, folder=place),
                toothless=reason,
            )


def _items(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is not None:
        yield from node.items()


def _elements(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield from node.elements()


def _plain(node: Node | None) -> dict[str, str]:
    return {name: value.text for name, value in _items(node) if value.text}


def _task_name(node: Node) -> str:
    inner = node.get("task")
    return inner.text if inner is not None else node.text


def _steps(task: Node) -> Iterator[Node]:
    """The commands of a task: a text, a list, or a table with `cmds` or `cmd`."""
    if isinstance(task.value, str):
        yield task
        return
    held = task
    for name in ("cmds", "cmd"):
        held = task.get(name) or held
    if isinstance(held.value, str):
        yield held
    yield from held.elements()
