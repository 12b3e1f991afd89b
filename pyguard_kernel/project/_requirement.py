"""One requirement: a package that something asks for, and which of its versions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Place

OR = " || "

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_URL = re.compile(
    r"(?:[a-z]+\+)?[a-z]{2,}:/|[\w.~-]*/|\.+(?:\[|$)|[a-z]:\\", re.IGNORECASE
)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_WHEEL = re.compile(r"([A-Za-z0-9._]+)-[^-/\\]+(?:-[^-/\\]+){3,4}\.whl")
_CLAUSE = re.compile(r"(===|~=|==|!=|<=|>=|<|>)\s*([^\s,)]+)")
_POETRY = re.compile(r"(===|~=|==|!=|<=|>=|<|>|\^|~|=)?\s*([\w*][^\s,|]*)")


@dataclass(frozen=True)
class Bounds:
    """What a specifier leaves open.

    `lower` is the lowest version that it takes, empty where there is none; `upper`
    says whether it has an end; `pinned` whether it takes one version alone.
    """

    lower: str
    upper: bool
    pinned: bool


@dataclass(frozen=True)
class Requirement:
    """A package by name, and what is asked of it.

    `name` is in canonical form (`zope-interface`), empty where a url or a path is all
    there is. `written` is the text as it stands at `place`. `specifier` is in the words
    of the packaging standards, whatever tool wrote it (`^1.2` is `>=1.2,<2`);
    alternatives, which only Poetry has, are joined by ` || `. `valid` says whether the
    standards know what is written.
    """

    name: str
    written: str
    place: Place
    specifier: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    url: str = ""
    valid: bool = True

    @cached_property
    def bounds(self) -> Bounds:
        """What the specifier leaves open; all is open where there is none."""
        each = [_bounds(part) for part in self.specifier.split(OR.strip())]
        lowers = [one.lower for one in each]
        return Bounds(
            lower=min(lowers, key=_order) if all(lowers) else "",
            upper=all(one.upper for one in each),
            pinned=len(each) == 1 and each[0].pinned,
        )


def parse(text: str, place: Place) -> Requirement:
    """A requirement as `[project]` and requirements files write it.

    What isn't valid keeps the name that it begins with, and no specifier.
    """
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Standard

    text = text.strip()
    if _URL.match(text) or _WHEEL.search(text):
        return Requirement(_name_in_url(text), text, place, url=text)
    try:
        said = Standard(text)
    except InvalidRequirement:
        match = _NAME.match(text)
        name = canonical(match[0]) if match else ""
        return Requirement(name, text, place, valid=False)
    return Requirement(
        name=canonical(said.name),
        written=text,
        place=place,
        specifier=_specifier(text) if said.specifier else "",
        extras=tuple(sorted(said.extras)),
        marker=str(said.marker or ""),
        url=said.url or "",
    )


def canonical(name: str) -> str:
    """A package's name as all its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def from_poetry(constraint: str) -> str:
    """A version constraint of Poetry as a specifier: `^1.2` is `>=1.2,<2`."""
    parts = [_conjunction(part) for part in re.split(r"\|\|?", constraint)]
    return OR.join(parts)


def _specifier(text: str) -> str:
    """The specifier in its written order: packaging's own has none."""
    before, _, _ = text.partition(";")
    return ",".join(operator + version for operator, version in _CLAUSE.findall(before))


def _name_in_url(text: str) -> str:
    match = _EGG.search(text) or _WHEEL.search(text)
    return canonical(match[1]) if match else ""


def _bounds(specifier: str) -> Bounds:
    lower, upper, pinned = "", False, False
    for operator, version in _CLAUSE.findall(specifier):
        wild = version.endswith(".*")
        if operator in ("==", "===", "~=", ">=", ">"):
            lower = max(lower, version.removesuffix(".*"), key=_order)
        if operator in ("==", "===", "~=", "<=", "<"):
            upper = True
        if operator in ("==", "===") and not wild:
            pinned = True
    return Bounds(lower, upper, pinned)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:6])


def _conjunction(text: str) -> str:
    clauses: list[str] = []
    for operator, version in _POETRY.findall(text):
        clauses += _clauses(operator, version)
    return ",".join(clauses)


def _clauses(operator: str, version: str) -> Iterator[str]:
    if version == "*":
        return
    numbers = _order(version)
    if operator in ("^", "~") and numbers:
        yield f">={version}"
        yield f"<{'.'.join(str(n) for n in _end(operator, numbers))}"
    elif operator in ("", "="):
        yield f"=={version}"
    else:
        yield operator + version


def _end(operator: str, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The first version that a caret or a tilde leaves out."""
    if operator == "~":
        kept = min(len(numbers), 2)
    else:
        # The first number that isn't 0 stays; `^0` and `^0.0` keep what they name.
        kept = next((i for i, n in enumerate(numbers, 1) if n), len(numbers))
    return (*numbers[: kept - 1], numbers[kept - 1] + 1)
