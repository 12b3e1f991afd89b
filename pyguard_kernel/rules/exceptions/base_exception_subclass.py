"""Classes that derive from BaseException, directly or by a chain of classes."""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING, Any

from pyguard_kernel.model import CrossFile, Level, Reference, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.model import FarHit, Joined
    from pyguard_kernel.source import SourceFile

# Subclasses of KeyboardInterrupt, SystemExit and CancelledError are spared: they are
# stops of those kinds, and must slip past `except Exception` as those do.
_ROOTS = {
    "builtins.BaseException": "Exception",
    "builtins.BaseExceptionGroup": "ExceptionGroup",
}
# What can't be looked up and is named so is taken for an Exception.
_ERROR_NAME = re.compile(r"(?:Error|Exception|Warning|ExceptionGroup)$")


def facts(file: SourceFile) -> Any:
    """Each class, and each other name of a root: canonical name -> [name, bases, span].

    The span is null where there is nothing to report: another name, or a stub, whose
    module has the class itself.
    """
    names = file.names
    found: dict[str, Any] = {}
    for qualified, node in names.defined.items():
        if isinstance(node, ast.ClassDef):
            bases = [b for base in node.bases if (b := names.canonical(base))]
            if bases:
                span = None if file.is_stub else list(file.span(node))
                found[qualified] = [node.name, bases, span]
    for statement in file.tree.body:
        if isinstance(statement, ast.Assign):
            base = names.canonical(statement.value)
            if base in _ROOTS:
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        alias = f"{file.module}.{target.id}"
                        found[alias] = [target.id, [base], None]
    return found or None


def wanted(facts: Mapping[str, Any]) -> Iterator[str]:
    """The classes that other files may derive from: rather too many than too few.

    Re-exports can't be followed here, so last names decide.
    """
    classes = [entry for found in facts.values() for entry in found.items()]
    names = {_last(root) for root in _ROOTS}
    reached: dict[str, None] = {}
    grown = True
    while grown:
        before = len(reached)
        for qualified, (name, bases, _) in classes:
            if not names.isdisjoint(map(_last, bases)):
                names.add(name)
                reached[qualified] = None
        grown = len(reached) > before
    yield from reached


def join(joined: Joined) -> Iterator[FarHit]:
    """Classes whose bases lead to BaseException, through any number of files."""
    classes: dict[str, Any] = {}
    where: dict[str, str] = {}
    for path, path_facts in joined.facts.items():
        classes |= path_facts
        where |= dict.fromkeys(path_facts, path)
    chains = _chains(classes, joined)
    for qualified, chain in chains.items():
        name, bases, span = classes[qualified]
        if span is None or _is_exception(bases, classes, chains, joined):
            continue
        root = chain[-1]
        by = " -> ".join(_last(c) for c in chain[:-1])
        via = f" (through {by})" if by else ""
        remedy = (
            f"derive {_last(chain[-2])} from Exception"
            if by
            else f"derive it from {_ROOTS[root]}"
        )
        yield (
            where[qualified],
            tuple(span),
            f"{name} derives from {_last(root)}{via}, so no `except Exception` catches"
            f" it: {remedy}",
        )


def _chains(
    classes: Mapping[str, Any], joined: Joined | None = None
) -> dict[str, list[str]]:
    """Each class that a root is behind -> the chain of bases that leads there."""
    chains: dict[str, list[str]] = {}
    grown = True
    while grown:
        grown = False
        for qualified, (_, bases, _) in classes.items():
            if qualified in chains:
                continue
            for base in bases:
                known = _known(base, chains, joined)
                if base in _ROOTS:
                    chains[qualified] = [base]
                elif known in chains and known != qualified:
                    alias = classes[known][2] is None and len(chains[known]) == 1
                    chains[qualified] = (
                        chains[known] if alias else [known, *chains[known]]
                    )
                else:
                    continue
                grown = True
                break
    return chains


def _known(base: str, known: Mapping[str, Any], joined: Joined | None) -> str:
    found = joined.definition(base, known) if joined and base not in _ROOTS else None
    return found or base


def _is_exception(
    bases: list[str],
    classes: Mapping[str, Any],
    chains: Mapping[str, Any],
    joined: Joined,
) -> bool:
    """Whether a class is an Exception all the same, by another of its bases."""
    queue, seen = list(bases), set[str]()
    while queue:
        base = _known(queue.pop(), classes, joined)
        if base in seen:
            continue
        seen.add(base)
        if base in classes:
            queue.extend(classes[base][1])
        elif base.startswith("builtins."):
            kind = getattr(builtins, _last(base), None)
            if isinstance(kind, type) and issubclass(kind, Exception):
                return True
        elif _ERROR_NAME.search(base):
            return True
    return False


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


RULE = Rule(
    code="PG210",
    level=Level.MUST,
    statements=("2.3.4",),
    summary="Derive your exceptions from Exception, never from BaseException.",
    why=(
        "`except Exception` is how frameworks, workers and retry loops keep one failed"
        " job from ending the program. An error that derives from BaseException slips"
        " past all of them and takes the process down. Python keeps BaseException for"
        " what isn't an error: a stop asked for by the user, by the interpreter or by"
        " a cancelled task; a stop of your own may derive from one of those. Control"
        " flow that must not be caught is the one exception; allow it there with a"
        " reason."
    ),
    references=(
        Reference(
            "Built-in Exceptions: BaseException",
            "https://docs.python.org/3/library/exceptions.html#BaseException",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(CrossFile(facts, join, (b"BaseException",), wanted),),
    fix="yes",
)
