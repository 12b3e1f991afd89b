"""Exception families that mirror the program's modules, and no caller's needs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from pyguard_kernel.model import CrossFile, Level, Reference, Rule
from pyguard_kernel.rules.exceptions._families import (
    DEFINES,
    KINDS,
    NEEDLES,
    facts,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyguard_kernel.model import FarHit, Joined

_FAMILY = 3  # two classes are no shape yet


def wanted(facts: Mapping[str, Any]) -> Iterator[str]:
    """The classes that may be a family, and their bases, as others may import them.

    Most projects have none: then no other file is asked.
    """
    siblings: dict[str, list[str]] = {}
    for drawn in facts.values():
        for name, (spelled, bases, _, plain, _) in drawn["classes"].items():
            if len(bases) == 1 and _is_bare(spelled, plain):
                siblings.setdefault(bases[0].rpartition(".")[2], []).append(name)
                siblings[bases[0].rpartition(".")[2]].append(bases[0])
    for names in siblings.values():
        if len(names) >= 2 * _FAMILY:
            for name in names:
                yield from _ways_to(name)


def _ways_to(name: str) -> Iterator[str]:
    """A name as its module and the packages around it may give it."""
    home, _, last = name.rpartition(".")
    while home and home != "builtins":
        yield f"{home}.{last}"
        home = home.rpartition(".")[0]


def _is_bare(spelled: str, plain: bool) -> bool:
    """Whether a class carries nothing but a name, and that doesn't say what to do."""
    stem = words(spelled)
    return bool(plain and stem and not stem & KINDS)


def join(joined: Joined) -> Iterator[FarHit]:
    """One finding a family, at its first member."""
    project = _Project(joined)
    for family in project.families():
        if project.is_told_apart(family):
            continue
        path, span = min(project.where(member) for member in family)
        *named, last = sorted(project.classes[member][0] for member in family)
        yield path, span, (
            f"{', '.join(named)} and {last} are named after the parts of the program"
            " that raise them, and every handler treats them alike: make classes by"
            " what a caller does, such as one to retry and one to give up"
        )  # fmt: skip


class _Project:
    """The exception classes of all files, and what is done with them."""

    def __init__(self, joined: Joined) -> None:
        self._joined = joined
        self.classes: dict[str, Any] = {}
        self._paths: dict[str, str] = {}
        for path, drawn in joined.facts.items():
            self.classes |= drawn["classes"]
            self._paths |= dict.fromkeys(drawn["classes"], path)
        self._places: dict[str, list[frozenset[str]]] = {}
        self._used: set[str] = set()
        self._tries: list[list[tuple[set[str], str]]] = []
        for drawn in joined.facts.values():
            for name, place in drawn["raised"]:
                found = self._known(name)
                self._places.setdefault(found, []).append(frozenset(place))
            self._used |= {self._known(name) for name in drawn["used"]}
            self._tries += [
                [({self._known(name) for name in caught}, body) for caught, body in one]
                for one in drawn["tries"]
            ]

    def _known(self, name: str) -> str:
        """The class of this project that a name means, else the name itself."""
        return self._joined.definition(name, self.classes) or name

    def where(self, member: str) -> tuple[str, tuple[int, int, int, int]]:
        """The path and span of a class."""
        line, column, end_line, end_column = self.classes[member][2]
        return self._paths[member], (line, column, end_line, end_column)

    def families(self) -> Iterator[set[str]]:
        """Siblings that are named after where they are raised, and caught together."""
        pairs = sorted(
            (self._known(bases[0]), name)
            for name, (_, bases, *_) in self.classes.items()
            if len(bases) == 1 and self._mirrors(name)
        )
        for base, group in groupby(pairs, key=lambda pair: pair[0]):
            members = {name for _, name in group}
            if self._is_whole(base, members) and self._is_caught(base):
                yield members
                continue
            merged: list[set[str]] = []
            for handlers in self._tries:
                met = _met(handlers, members)
                if len(met) >= _FAMILY:
                    met = met.union(*(other for other in merged if other & met))
                    merged = [*(other for other in merged if not other & met), met]
            yield from merged

    def _mirrors(self, name: str) -> bool:
        """Whether a class carries nothing but the name of one part of the program."""
        spelled, _, _, plain, module = self.classes[name]
        if not _is_bare(spelled, plain):
            return False
        stem = words(spelled)
        places = self._places.get(name, [])
        at_home = stem <= frozenset().union(*map(words, module.split(".")))
        return bool(places) and (at_home or all(stem <= place for place in places))

    def is_told_apart(self, family: set[str]) -> bool:
        """Whether any handler, or other use, tells the members from each other."""
        return not family.isdisjoint(self._used) or any(
            len(_met(handlers, family)) == 1
            or len({body for caught, body in handlers if caught & family}) > 1
            for handlers in self._tries
        )

    def _is_whole(self, base: str, members: set[str]) -> bool:
        """Whether these are all heirs of a base of this project, in several files."""
        heirs = {name for name, (_, bases, *_) in self.classes.items()
                 if base in map(self._known, bases)}  # fmt: skip
        modules = {self.classes[member][4] for member in members}
        return base in self.classes and heirs == members and len(modules) >= _FAMILY

    def _is_caught(self, name: str) -> bool:
        return any(name in caught for one in self._tries for caught, _ in one)


def _met(handlers: Iterable[tuple[set[str], str]], family: set[str]) -> set[str]:
    """The members that the handlers of one `try` name."""
    return set().union(*(caught & family for caught, _ in handlers))


RULE = Rule(
    code="PG211",
    level=Level.MUST,
    statements=("2.3.5",),
    summary="Shape exception classes by what callers do, not by who raises them.",
    why=(
        "A caller who gets an OrdersError or a BillingError can only do the same with"
        " both, because neither says whether to try again or to give up. So every"
        " handler lists them all, each new module means mending every list, and the"
        " one that was forgotten crashes in production. What the caller must know, a"
        " retry or an end, is then guessed from the message. Where the error came from"
        " is in the traceback already; classes are for decisions."
    ),
    references=(
        Reference(
            "Python tutorial: User-defined Exceptions",
            "https://docs.python.org/3/tutorial/errors.html#user-defined-exceptions",
            "2026-11-23",
        ),
        Reference(
            "Built-in Exceptions: OSError, whose subclasses say what went wrong",
            "https://docs.python.org/3/library/exceptions.html#os-exceptions",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(CrossFile(facts, join, NEEDLES, DEFINES, wanted),),
)
