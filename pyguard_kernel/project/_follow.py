"""Calls followed to their ends: what is run behind make, tox, a script, a hook.

Followed are Makefiles, justfiles, Taskfiles, tox, nox, invoke, the scripts of hatch,
PDM, Poe, Rye, pixi, Pipenv, taskipy and package.json, shell and Python scripts of the
project, pre-commit and lefthook. Files elsewhere than in the project aren't seen.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import islice, product
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pyguard_kernel.project import (
    _called_files,
    _hooks,
    _make,
    _nox,
    _task_files,
    _task_tables,
    _tox,
)
from pyguard_kernel.project._node import Broken
from pyguard_kernel.project._shell import ends
from pyguard_kernel.project._wild import words_of
from pyguard_kernel.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._tree import Tree

    type Behind = Callable[[Tree, Command], Iterable[Command]]

_DEEPEST = 12
# No job of anybody's calls so many; a loop of calls that grow might.
_MOST = 4_000
_MOST_CHOICES = 40

_BEHIND: tuple[Behind, ...] = (
    _make.behind,
    _task_files.behind,
    _tox.behind,
    _nox.behind,
    _task_tables.behind,
    _called_files.behind,
    _hooks.behind,
)
_KNOWN: WeakKeyDictionary[Tree, dict[object, list[Command]]] = WeakKeyDictionary()
# Variables that say what is run, where others only say how.
_CHOOSING = ("TOXENV", "TOX_ENV", "NOXSESSION", "SKIP", "PREK_SKIP")
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*(?:\|\|\s*'[^']*'\s*)?\}\}")


def followed(
    tree: Tree,
    commands: Iterable[Command],
    choices: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Command]:
    """The commands, each with all that it calls behind it.

    `choices` has the values that an expression may have: `matrix.toxenv` -> those of
    the job's matrix.
    """
    found: list[Command] = []
    seen: set[object] = set()
    for call in commands:
        for command in _programs(call, choices or {}):
            found.append(command)
            left = max(0, _MOST - len(found))
            found += islice(_behind(tree, command, choices or {}, seen, 0), left)
    return found


def _programs(
    command: Command, choices: Mapping[str, tuple[str, ...]]
) -> Iterator[Command]:
    """What a call runs for each value that its program's name may have."""
    if not any("${{" in word for word in command.words[:2]):
        yield command
        return
    for variant in _variants(command, choices):
        yield from [variant] if variant.words == command.words else ends(variant)


def _behind(
    tree: Tree,
    command: Command,
    choices: Mapping[str, tuple[str, ...]],
    seen: set[object],
    depth: int,
) -> Iterator[Command]:
    if depth >= _DEEPEST or command.folder is None:
        return
    for variant in _variants(command, choices):
        for behind in _BEHIND:
            for inner in _called(tree, variant, behind):
                whole = replace(
                    inner,
                    via=(*command.via, command.place, *inner.via),
                    toothless=command.toothless or inner.toothless,
                    env={**command.env, **inner.env},
                )
                # The same line of two environments of tox is one command.
                key = (whole.words, whole.place, whole.toothless, whole.folder)
                if key not in seen:
                    seen.add(key)
                    yield whole
                    yield from _behind(tree, whole, choices, seen, depth + 1)


def _called(tree: Tree, command: Command, behind: Behind) -> list[Command]:
    """What a call leads to at once; every job of a matrix asks for the same."""
    known = _KNOWN.setdefault(tree, {})
    env = tuple(sorted(command.env.items()))
    key = (behind, command.words, command.written, command.folder, env)
    if key not in known:
        try:
            known[key] = list(behind(tree, command))
        except Broken as error:
            # Rules about that file say so; here it just isn't followed.
            tree.broken[error.place.path] = error
            known[key] = []
    return known[key]


def _variants(
    command: Command, choices: Mapping[str, tuple[str, ...]]
) -> Iterator[Command]:
    """A call for each value that the expressions in it may have."""
    texts = [*command.words, *(command.env.get(name, "") for name in _CHOOSING)]
    names = {
        m[1] for text in texts if "${{" in text for m in _EXPRESSION.finditer(text)
    }
    known = sorted(name for name in names if name in choices)
    if not known:
        yield command
        return
    ways = product(*(choices[name] for name in known))
    for values in islice(ways, _MOST_CHOICES):
        chosen = dict(zip(known, values, strict=True))

        fill = partial(_filled, chosen=chosen)
        env = {name: fill(value) for name, value in command.env.items()}
        words, written = _split(command.words, fill), _split(command.written, fill)
        if words:
            yield replace(command, words=words, written=written, env=env)


def _filled(text: str, chosen: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda match: chosen.get(match[1], match[0]), text)


def _split(words: tuple[str, ...], fill: Callable[[str], str]) -> tuple[str, ...]:
    """The words with their values; what is one expression may become several."""
    return tuple(
        part
        for word in words
        for part in (
            words_of(fill(word)) if _EXPRESSION.fullmatch(word) else [fill(word)]
        )
    )
