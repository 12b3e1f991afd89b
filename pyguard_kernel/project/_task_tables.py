"""What named scripts run: those of hatch, PDM, Poe, Rye, pixi, npm and others.

`hatch fmt` and `hatch test` stand for ruff and pytest, as hatch ships them.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pyguard_kernel.project._commands import Command
from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._shell import Shell, commands_in, ends
from pyguard_kernel.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_DEEPEST = 8
_NODE = frozenset({"npm", "yarn", "pnpm", "bun"})
_ARGUMENTS = re.compile(r"\{args(?::([^{}]*))?\}|\{posargs(?::([^{}]*))?\}")


def behind(tree: Tree, command: Command) -> Iterator[Command]:
    """The commands of the named script that a call runs."""
    program, words = command.program, command.words
    if program == "hatch" and words[1:2] in (("fmt",), ("test",)):
        yield from _hatch_own(command)
    elif program == "poe" or words[:2] == ("poetry", "poe"):
        yield from _named(tree, command, "poe", _first(words[1 + (program != "poe") :]))
    elif program in _NODE:
        name = _node_script(words)
        # npm and Bun also run `pretest` before `test`, and `posttest` after it.
        around = ("pre", "", "post") if name and program in ("npm", "bun") else ("",)
        for part in around:
            yield from _named(tree, command, "npm", part + name)
    elif program == "task":
        yield from _named(tree, command, "taskipy", _first(words[1:]))
    elif program == "pdm":
        yield from _named(tree, command, "pdm", _first(words[1:]))
    else:
        runner, name = _runner(command)
        if runner:
            yield from _named(tree, command, runner, name)


def _first(words: Sequence[str]) -> str:
    return next((word for word in words if not word.startswith("-")), "")


def _node_script(words: Sequence[str]) -> str:
    """The script of package.json that `npm run X`, `npm test` or `yarn X` asks for."""
    plain = [word for word in words[1:] if not word.startswith("-")]
    if plain[:1] in (["run"], ["run-script"]):
        plain = plain[1:]
    elif words[0] in ("npm", "bun") and plain[:1] not in (["test"], ["start"]):
        return ""
    return plain[0] if plain else ""


def _runner(command: Command) -> tuple[str, str]:
    """Who ran it, and by what name: `hatch run lint:all` is hatch and `lint:all`."""
    written = command.written
    for at, word in enumerate(written[:-1]):
        name = word.rpartition("/")[2]
        if name in ("hatch", "pdm", "rye", "pixi", "pipenv"):
            rest = written[at + 1 :]
            if "run" not in rest:
                return "", ""
            after = rest[rest.index("run") + 1 :]
            script = next(
                (w for w in after if w.rpartition(":")[2] == command.program), ""
            )
            env = ""
            if name == "hatch" and ":" not in script:
                for flag, value in pairwise(rest):
                    if flag in ("-e", "--env"):
                        env = value + ":"
            return name, env + script if script else ""
    return "", ""


def _hatch_own(command: Command) -> Iterator[Command]:
    rest = command.words[2:]
    if command.words[1] == "test":
        cover = {"-c", "--cover"} & set(rest)
        words = ("pytest", *(r for r in rest if r not in ("-c", "--cover")))
        if cover:
            yield replace(command, words=("coverage", "run", "-m", *words), via=())
        yield replace(command, words=words, via=())
        return
    check = "--check" in rest
    rest = tuple(
        r for r in rest if r not in ("--check", "-l", "-f", "--linter", "--formatter")
    )
    only = (
        {"-l", "--linter"} & set(command.words),
        {"-f", "--formatter"} & set(command.words),
    )
    if not only[1]:
        fix = () if check else ("--fix",)
        yield replace(command, words=("ruff", "check", *fix, *rest), via=())
    if not only[0]:
        only_looks = ("--check",) if check else ()
        yield replace(command, words=("ruff", "format", *only_looks, *rest), via=())


# -- tables of scripts ----------------------------------------------------------------


def _tables(tree: Tree, folder: str | None, runner: str) -> Iterator[Node]:
    """Where the scripts of a runner stand: tables of names and scripts."""
    if runner == "npm":
        path = _has(tree, folder, "package.json")
        if path and (table := tree.json(path).get("scripts")):
            yield table
        return
    if runner == "pipenv":
        path = _has(tree, folder, "Pipfile")
        if path and (table := tree.toml(path).get("scripts")):
            yield table
        return
    for path, document in _documents(tree, folder, runner):
        for way in _ways(runner, document, own=not path.endswith("pyproject.toml")):
            if (table := document.get(*way)) is not None:
                yield table


def _documents(
    tree: Tree, folder: str | None, runner: str
) -> Iterator[tuple[str, Node]]:
    own = {"pixi": "pixi.toml", "poe": "poe_tasks.toml"}.get(runner, "")
    for name in (own, "pyproject.toml"):
        place = folder
        while name and place is not None:
            if path := _has(tree, place, name):
                yield path, tree.toml(path)
                break
            place = place.rpartition("/")[0] if place else None


def _has(tree: Tree, folder: str | None, name: str) -> str | None:
    path = joined(folder, name)
    return path if path is not None and tree.has(path) else None


def _ways(runner: str, document: Node, *, own: bool) -> Iterator[tuple[str, ...]]:
    head: tuple[str, ...] = () if own else ("tool", runner)
    if runner == "poe":
        yield (*(() if own else ("tool", "poe")), "tasks")
    elif runner in ("pdm", "rye"):
        yield ("tool", runner, "scripts")
    elif runner == "taskipy":
        yield ("tool", "taskipy", "tasks")
    elif runner == "pixi":
        yield (*head, "tasks")
        for name, _ in _items(document.get(*head, "feature")):
            yield (*head, "feature", name, "tasks")


def _items(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is not None:
        yield from node.items()


def _hatch_table(tree: Tree, folder: str | None, env: str) -> Iterator[Node]:
    """The scripts of a hatch environment, and of those that it takes after."""
    names = [re.split(r"[.+]", env)[0] or env]
    seen: set[str] = set()
    while names:
        name = names.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for file, way in (
            ("hatch.toml", ("envs", name)),
            ("pyproject.toml", ("tool", "hatch", "envs", name)),
        ):
            path = _has(tree, folder, file)
            table = tree.toml(path).get(*way) if path else None
            if table is not None:
                if (scripts := table.get("scripts")) is not None:
                    yield scripts
                template = table.get("template")
                names.append(template.text if template is not None else "default")


def _named(tree: Tree, command: Command, runner: str, name: str) -> Iterator[Command]:
    if not name:
        return
    if runner == "hatch":
        env, _, name = name.rpartition(":")
        tables = list(_hatch_table(tree, command.folder, env or "default"))
    else:
        tables = list(_tables(tree, command.folder, runner))
    given = (
        command.words[command.words.index(name) + 1 :] if name in command.words else ()
    )
    yield from _script(tree, tables, name, command, runner, " ".join(given), 0)


def _script(
    tree: Tree,
    tables: list[Node],
    name: str,
    command: Command,
    runner: str,
    given: str,
    depth: int,
) -> Iterator[Command]:
    node = next((n for table in tables if (n := table.get(name)) is not None), None)
    if node is None or depth > _DEEPEST:
        return
    place = node.get("cwd")
    folder = joined(command.folder, place.text) if place is not None else command.folder
    for need in _needs(node):
        yield from _script(tree, tables, need, command, runner, "", depth + 1)
    for text in _texts(node, runner):
        if text.words:
            at = text.node.place
            base = Command(text.words, text.words, at, (), text.soft, {}, folder)
            yield from ends(base)
            continue
        name_inside = next(iter(text.node.text.split()), "")
        if text.is_name and any(t.get(name_inside) for t in tables):
            inner = _script(
                tree, tables, name_inside, command, runner, given, depth + 1
            )
            for found in inner:
                yield replace(found, toothless=text.soft or found.toothless)
            continue
        bare = text.node.text.lstrip()
        ignored = "`-` before it" if bare.startswith("- ") else text.soft
        filled = _ARGUMENTS.sub(
            lambda m: given or m[1] or m[2] or "", bare.removeprefix("- ")
        )
        for one in commands_in(
            filled,
            text.node,
            source=tree.text(text.node.path),
            shell=Shell(errexit=runner == "npm", folder=folder),
            toothless=ignored,
        ):
            yield one
            head = one.program
            if runner == "hatch" and head != name and any(t.get(head) for t in tables):
                yield from _script(tree, tables, head, command, runner, "", depth + 1)


def _needs(node: Node) -> Iterator[str]:
    for key in ("deps", "depends-on", "depends_on", "depends"):
        needs = node.get(key)
        if needs is None:
            continue
        for need in [needs] if isinstance(needs.value, str) else needs.elements():
            inner = need.get("task") or need
            if inner.text:
                yield inner.text.split()[0]


@dataclass(frozen=True, slots=True)
class _Text:
    """A script of an entry: a text, or words; it may be another entry's name."""

    node: Node
    words: tuple[str, ...] = ()
    is_name: bool = False
    soft: str = ""


_MANY = ("sequence", "composite", "chain", "ref", "parallel")


def _texts(node: Node, runner: str, soft: str = "", depth: int = 0) -> Iterator[_Text]:
    """The scripts of an entry, in their order."""
    if depth > _DEEPEST:
        return
    if isinstance(node.value, str):
        yield _Text(node, (), depth > 0 and runner in ("poe", "pdm", "rye"), soft)
    elif isinstance(node.value, list):
        parts = list(node.elements())
        words = tuple(part.text for part in parts)
        if runner in ("pdm", "rye", "pixi") and not depth and all(words):
            yield _Text(node, words, soft=soft)
            return
        for part in parts:
            yield from _texts(part, runner, soft, depth + 1)
    else:
        yield from _in_table(node, runner, soft, depth)


def _in_table(node: Node, runner: str, soft: str, depth: int) -> Iterator[_Text]:
    ignored = node.get("ignore_fail")
    if ignored is not None and ignored.value not in (False, ""):
        soft = "`ignore_fail`"
    for key in ("cmd", "shell", *_MANY):
        inner = node.get(key)
        if inner is None:
            continue
        if key == "cmd" and isinstance(inner.value, list):
            yield _Text(inner, tuple(p.text for p in inner.strings()), soft=soft)
        elif key in _MANY:
            yield from _texts(inner, runner, soft, depth + 1)
        else:
            yield from _texts(inner, "", soft, depth)
