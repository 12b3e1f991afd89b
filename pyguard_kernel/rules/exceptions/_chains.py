"""What leads from a class to BaseException, through any number of files."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from pyguard_kernel.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyguard_kernel.model import Joined

# Subclasses of KeyboardInterrupt, SystemExit and CancelledError are spared: they are
# stops of those kinds, and must slip past `except Exception` as those do.
ROOTS = {
    "builtins.BaseException": "Exception",
    "builtins.BaseExceptionGroup": "ExceptionGroup",
}
# What can't be looked up and is named so is taken for an Exception.
_ERROR_NAME = regex(r"(?:Error|Exception|Warning|ExceptionGroup)$")


def chains(classes: Mapping[str, Any], joined: Joined) -> dict[str, list[str]]:
    """Each class that a root is behind -> the chain of bases that leads there."""
    found: dict[str, list[str]] = {}
    grown = True
    while grown:
        grown = False
        for qualified, (_, bases, _) in classes.items():
            if qualified in found:
                continue
            for base in bases:
                known = _known(base, found, joined)
                if base in ROOTS:
                    found[qualified] = [base]
                elif known in found and known != qualified:
                    alias = classes[known][2] is None and len(found[known]) == 1
                    found[qualified] = found[known] if alias else [known, *found[known]]
                else:
                    continue
                grown = True
                break
    return found


def _known(base: str, known: Mapping[str, Any], joined: Joined) -> str:
    found = None if base in ROOTS else joined.definition(base, known)
    return found or base


def is_exception(
    bases: list[str],
    classes: Mapping[str, Any],
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
            kind = getattr(builtins, last(base), None)
            if isinstance(kind, type) and issubclass(kind, Exception):
                return True
        elif _ERROR_NAME.search(base):
            return True
    return False


def last(dotted: str) -> str:
    """A class's own name, out of its canonical one."""
    return dotted.partition("@")[0].rpartition(".")[2]
