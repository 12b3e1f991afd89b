"""One folder a chapter, one file a rule; calling the package lists its rules."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyguard_kernel.model import Rule


class _Rules(ModuleType):
    # `pyguard_kernel.rules()` and the package `pyguard_kernel.rules` share a name.
    def __call__(self) -> tuple[Rule, ...]:
        """Every rule, plug-ins included, in the order of codes."""
        from pyguard_kernel.registry import all_rules

        return all_rules()


sys.modules[__name__].__class__ = _Rules
