"""What all forms of tox's configuration have in common."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from itertools import product
from typing import TYPE_CHECKING

from pyguard_kernel.project._wild import blurred, meant
from pyguard_kernel.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyguard_kernel.model import Place

_BRACES = re.compile(r"\{([^{},]*(?:,[^{},]*)+)\}")
SUBSTITUTION = re.compile(r"\{(?P<name>[^{}]*)\}")
# Substitutions within substitutions, and sections that take after sections.
DEEPEST = 6
MOST_NAMES = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A command as it stands in the configuration."""

    text: str
    where: Callable[[int], Place] | Place
    soft: str = ""


@dataclass(slots=True)
class Env:
    """One environment: what it runs, where, with which variables."""

    lines: list[Line] = field(default_factory=list)
    folder: str | None = ""
    soft: str = ""
    variables: dict[str, str] = field(default_factory=dict)


def _has(factors: Sequence[str], wanted: set[str]) -> bool:
    """Whether an environment of these factors has all that are wanted."""
    return all(set(meant(one, factors)) & set(factors) for one in wanted)


class Config(ABC):
    """One project's environments, whatever file they stand in."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @abstractmethod
    def listed(self) -> list[str]:
        """The environments that tox runs where none is asked for."""

    @abstractmethod
    def named(self) -> list[str]:
        """The environments that have a section of their own."""

    @abstractmethod
    def label(self, name: str) -> list[str]:
        """The environments of a label."""

    @abstractmethod
    def env(self, name: str) -> Env:
        """An environment's commands."""

    @abstractmethod
    def filled(self, text: str, name: str, posargs: str, env: Mapping[str, str]) -> str:
        """The text with its substitutions, as far as they are known."""

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
            names = [
                name
                for text in wild
                for name in (meant(text, every) or [text.replace("*", "")])
            ]
        else:
            names = self.listed() or ["py"]
        if factors:
            wanted = {part for factor in factors for part in factor.split("-")}
            names = [name for name in every if _has(name.split("-"), wanted)]
        return list(dict.fromkeys(names))[:MOST_NAMES]


def names_in(text: str) -> list[str]:
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
    if ways > MOST_NAMES:
        return [text]
    return ["".join(way) for way in product(*pieces)]


def _range(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    numbers = range(first, last + 1) if last - first < MOST_NAMES else ()
    return "{" + ",".join(map(str, numbers)) + "}"


def again(value: Callable[[re.Match[str]], str], text: str) -> str:
    """The text with its substitutions, and those within them."""
    before, depth = "", 0
    while before != text and depth < DEEPEST:
        before, depth = text, depth + 1
        text = SUBSTITUTION.sub(value, text)[:20_000]
    return text


def substituted(
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
    # Without braces it may stand within another: `{posargs:-d {envtmpdir}}`.
    return known.get(head, f"${head}" if head.isidentifier() else match[0])
