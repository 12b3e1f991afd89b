"""Classes that derive from BaseException, directly or by a chain of classes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from pyguard_kernel.model import CrossFile, Level, Reference, Rule
from pyguard_kernel.rules.exceptions._chains import ROOTS, chains, is_exception, last

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.model import FarHit, Joined
    from pyguard_kernel.source import SourceFile


def facts(file: SourceFile) -> Any:
    """Each class, and each other name of a root: canonical name -> [name, bases, span].

    The span is null where there is nothing to report: another name, or a stub, whose
    module has the class itself.
    """
    names = file.names
    found: dict[str, Any] = {}
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ClassDef):
            bases = [b for base in node.bases if (b := _base(base, file))]
            if bases:
                span = None if file.is_stub else list(file.span(node))
                found[_key(node, file)] = [node.name, bases, span]
    for statement in file.tree.body:
        if isinstance(statement, ast.Assign):
            base = names.canonical(statement.value)
            if base in ROOTS:
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        alias = f"{file.module}.{target.id}"
                        found[alias] = [target.id, [base], None]
    return found or None


def _base(node: ast.expr, file: SourceFile) -> str | None:
    """The class that is named here: of several by one name, the one that is meant."""
    definition = file.names.definition(node)
    if isinstance(definition, ast.ClassDef):
        return _key(definition, file)
    return file.names.canonical(node)


def _key(node: ast.ClassDef, file: SourceFile) -> str:
    """A class's canonical name; with its line, where it is defined again later."""
    qualified = file.names.qualified(node)
    is_last = file.names.defined.get(qualified) is node
    return qualified if is_last else f"{qualified}@{node.lineno}"


def wanted(facts: Mapping[str, Any]) -> Iterator[str]:
    """The classes that other files may derive from: rather too many than too few.

    Re-exports can't be followed here, so last names decide.
    """
    classes = [entry for found in facts.values() for entry in found.items()]
    names = {last(root) for root in ROOTS}
    reached: dict[str, None] = {}
    grown = True
    while grown:
        before = len(reached)
        for qualified, (name, bases, _) in classes:
            if not names.isdisjoint(map(last, bases)):
                names.add(name)
                reached[qualified] = None
        grown = len(reached) > before
    yield from reached


def join(joined: Joined) -> Iterator[FarHit]:
    """Classes whose bases lead to BaseException, through any number of files."""
    classes: dict[str, Any] = {}
    where: dict[str, str] = {}
    for path, mine in joined.facts.items():
        # Two files of one name, in folders that aren't packages, stay apart.
        twice = {key: f"{key}@{path}" for key in mine if key in classes}
        for key, (name, bases, span) in mine.items():
            key = twice.get(key, key)
            classes[key] = [name, [twice.get(base, base) for base in bases], span]
            where[key] = path
    found = chains(classes, joined)
    for qualified, chain in found.items():
        name, bases, span = classes[qualified]
        if span is None or is_exception(bases, classes, joined):
            continue
        root = chain[-1]
        by = " -> ".join(last(c) for c in chain[:-1])
        via = f" (through {by})" if by else ""
        remedy = (
            f"derive {last(chain[-2])} from Exception"
            if by
            else f"derive it from {ROOTS[root]}"
        )
        yield (
            where[qualified],
            tuple(span),
            f"{name} derives from {last(root)}{via}, so no `except Exception` catches"
            f" it: {remedy}",
        )


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
    detectors=(CrossFile(facts, join, (b"BaseException",), wanted=wanted),),
    fix="yes",
)
