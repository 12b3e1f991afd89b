"""tox's configuration in TOML: pyproject.toml and tox.toml."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._tox_config import (
    DEEPEST,
    Config,
    Env,
    Line,
    again,
    names_in,
    substituted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.project._node import Node


class TomlConfig(Config):
    """The table of tox itself."""

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

    def env(self, name: str) -> Env:
        env = Env(folder=self._folder)
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

    def _lines(self, node: Node, depth: int) -> Iterator[Line]:
        for row in node.elements():
            reference = row.get("of")
            if reference is not None and depth < DEEPEST:
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
            yield Line(text, row.place, soft)

    def filled(self, text: str, name: str, posargs: str, env: Mapping[str, str]) -> str:
        return again(lambda m: substituted(m, name, posargs, env), text)


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
        for name in (names_in(text.text) if "{" in text.text else [text.text])
    ]
