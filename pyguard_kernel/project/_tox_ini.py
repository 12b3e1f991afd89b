"""tox's configuration in INI files: tox.ini, setup.cfg, and the string in TOML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._shell import lines_from
from pyguard_kernel.project._tox_config import (
    DEEPEST,
    SUBSTITUTION,
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

_FACTORS = re.compile(r"(?P<factors>[\w.!{},-]+)[ \t]*:(?:[ \t]+|$)(?P<rest>.*)")
_SECTION = re.compile(r"\[(?P<section>[^]]*)\](?P<key>[\w-]+)")


class IniConfig(Config):
    """Sections of an INI document; `top` is the one of tox itself."""

    def __init__(self, document: Node, top: str, folder: str) -> None:
        super().__init__(folder)
        self._document = document
        self._top = top
        self._sections: dict[str, Node] = {}
        for title, section in document.items():
            kind, colon, names = title.partition(":")
            if kind == "testenv" and colon:
                for name in names_in(names):
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
        names = [name for line in mapped for name in names_in(line)] or names_in(text)
        return list(dict.fromkeys(names))

    def named(self) -> list[str]:
        return list(self._sections)

    def label(self, name: str) -> list[str]:
        for line in self._value(self._top, "labels").split("\n"):
            title, equals, names = line.partition("=")
            if equals and title.strip() == name:
                return names_in(names)
        return [
            env
            for env, section in self._sections.items()
            if (labels := section.get("labels")) is not None
            and name in names_in(labels.text)
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

    def env(self, name: str) -> Env:
        env = Env(folder=self._folder)
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

    def _lines(
        self, node: Node, factors: set[str], depth: int, outer: str = ""
    ) -> Iterator[Line]:
        for text, number in _for_factors(node, factors):
            bare = text.lstrip("-! ")
            soft = outer or ("`-` before it in tox" if text.startswith("-") else "")
            whole = SUBSTITUTION.fullmatch(bare)
            reference = _SECTION.fullmatch(whole["name"]) if whole else None
            if reference is not None and depth < DEEPEST:
                inner = self._document.get(reference["section"], reference["key"])
                if inner is not None:
                    yield from self._lines(inner, factors, depth + 1, soft)
                continue
            line = node.span[0] + number
            column = node.span[1] if not number else 1
            yield Line(bare, lines_from(node.path, line, column), soft)

    def filled(self, text: str, name: str, posargs: str, env: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            reference = _SECTION.fullmatch(match["name"])
            if reference is None:
                return substituted(match, name, posargs, env)
            node = self._document.get(reference["section"], reference["key"])
            return match[0] if node is None else " ".join(node.text.split())

        return again(value, text)


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
    for choice in names_in(condition):
        parts = choice.split("-") if choice not in factors else [choice]
        if all((p.lstrip("!") in factors) != p.startswith("!") for p in parts if p):
            return True
    return False
