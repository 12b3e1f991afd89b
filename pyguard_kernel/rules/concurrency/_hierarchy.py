"""What all files define together: coroutine functions, by class and by base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyguard_kernel.rules.concurrency._coroutines import LIBRARY

if TYPE_CHECKING:
    from pyguard_kernel.model import Joined

SUPER = "super:"  # before a target that is looked up in the bases alone


class Known:
    """What all files define."""

    def __init__(self, joined: Joined) -> None:
        self._joined = joined
        self._functions: set[str] = set()
        self._classes: dict[str, Any] = {}
        for drawn in joined.facts.values():
            self._functions |= set(drawn["functions"])
            self._classes |= drawn["classes"]
        self._heirs: dict[str, list[str]] = {}
        for name, (bases, _) in self._classes.items():
            for base in bases:
                known = joined.definition(base, self._classes) if base else None
                if known is not None:
                    self._heirs.setdefault(known, []).append(name)

    def is_coroutine(self, target: str) -> bool:
        """Whether a call of this canonical name surely gives a coroutine."""
        if target in LIBRARY:
            return True
        above = target.startswith(SUPER)
        target = target.removeprefix(SUPER)
        if self._joined.definition(target, self._functions) is not None:
            return True
        owner, _, method = target.rpartition(".")
        known = self._joined.definition(owner, self._classes)
        if known is None:
            return f"{owner}.{method}" in LIBRARY
        if above:
            return self._inherited(known, method, set()) is True
        found = self._method(known, method, set())
        return found is True and self._agree(known, method)

    def _method(self, owner: str, method: str, seen: set[str]) -> bool | None:
        """Whether a class's method gives a coroutine; None where it isn't known."""
        own = self._classes[owner][1].get(method)
        return self._inherited(owner, method, seen) if own is None else own

    def _inherited(self, owner: str, method: str, seen: set[str]) -> bool | None:
        seen.add(owner)
        for base in self._classes[owner][0]:
            known = self._joined.definition(base, self._classes) if base else None
            if known in seen:
                continue
            if known is not None:
                found = self._method(known, method, seen)
                if found is not None:
                    return found
            elif f"{base}.{method}" in LIBRARY:
                return True
        return None

    def _agree(self, owner: str, method: str) -> bool:
        """Whether no class below makes the method something else."""
        queue, seen = [owner], set[str]()
        while queue:
            for heir in self._heirs.get(queue.pop(), ()):
                if heir not in seen:
                    seen.add(heir)
                    queue.append(heir)
                    if self._method(heir, method, set()) is False:
                        return False
        return True
