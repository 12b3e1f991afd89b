"""Classes that derive from BaseException, directly or by a chain of classes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from pyguard_kernel.model import CrossFile, Level, Reference, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.model import FarHit, Joined
    from pyguard_kernel.source import SourceFile

# These say themselves that no `except Exception` may catch them.
_ROOTS = {
    "builtins.BaseException",
    "builtins.KeyboardInterrupt",
    "builtins.SystemExit",
    "builtins.GeneratorExit",
    "asyncio.CancelledError",
    "asyncio.exceptions.CancelledError",
    "concurrent.futures.CancelledError",
}


def facts(file: SourceFile) -> Any:
    """Each class: canonical name -> [name, canonical bases, span]."""
    names = file.names
    found: dict[str, Any] = {}
    for qualified, node in names.defined.items():
        if isinstance(node, ast.ClassDef):
            bases = [b for base in node.bases if (b := names.canonical(base))]
            if bases and not any(base == "builtins.Exception" for base in bases):
                found[qualified] = [node.name, bases, list(file.span(node))]
    return found or None


def wanted(facts: Mapping[str, Any]) -> Iterator[str]:
    """The classes that other files may derive from."""
    for path_facts in facts.values():
        yield from _doomed(path_facts)


def join(joined: Joined) -> Iterator[FarHit]:
    """Classes whose bases lead to BaseException, through any number of files."""
    classes: dict[str, Any] = {}
    where: dict[str, str] = {}
    for path, path_facts in joined.facts.items():
        classes |= path_facts
        where |= dict.fromkeys(path_facts, path)
    for qualified, chain in _doomed(classes, joined).items():
        name, _, span = classes[qualified]
        root = chain[-1].rpartition(".")[2]
        by = " -> ".join(c.rpartition(".")[2] for c in chain[:-1])
        via = f" (through {by})" if by else ""
        yield (
            where[qualified],
            tuple(span),
            f"{name} derives from {root}{via}, so no `except Exception` catches it:"
            " derive it from Exception",
        )


def _doomed(
    classes: Mapping[str, Any], joined: Joined | None = None
) -> dict[str, list[str]]:
    """Each class that BaseException is behind -> the chain of bases that leads there."""
    chains: dict[str, list[str]] = {}
    grown = True
    while grown:
        grown = False
        for qualified, (_, bases, _) in classes.items():
            if qualified in chains:
                continue
            for base in bases:
                known = base
                if joined is not None and base not in _ROOTS:
                    known = joined.definition(base, chains) or base
                if base in _ROOTS:
                    chains[qualified] = [base]
                elif known in chains:
                    chains[qualified] = [known, *chains[known]]
                else:
                    continue
                grown = True
                break
    return chains


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
        " a cancelled task. Control flow of your own that must not be caught is the"
        " one exception; allow it there with a reason."
    ),
    references=(
        Reference(
            "Built-in Exceptions: BaseException",
            "https://docs.python.org/3/library/exceptions.html#BaseException",
            "2026-11-23",
        ),
    ),
    since="0.1.0",
    detectors=(CrossFile(facts, join, (b"BaseException", b"KeyboardInterrupt", b"SystemExit", b"GeneratorExit", b"CancelledError"), wanted),),
    fix="yes",
)
