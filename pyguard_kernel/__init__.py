"""PyGuard: rules for production Python, and the checker behind the handbook."""

from __future__ import annotations

from time import time_ns

from pyguard_kernel._version import __version__

# Whatever of ours is loaded was read after this (ns since the epoch).
BORN = time_ns()

# What `typing` says, without the time it takes: asking for the version loads nothing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pyguard_kernel import rules
    from pyguard_kernel.api import check, check_archive, check_project, fix
    from pyguard_kernel.model import Finding, Rule

__all__ = [
    "Finding",
    "Rule",
    "__version__",
    "check",
    "check_archive",
    "check_project",
    "fix",
    "rules",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "rules":
        return import_module("pyguard_kernel.rules")
    if name in {"check", "check_archive", "check_project", "fix"}:
        return getattr(import_module("pyguard_kernel.api"), name)
    if name in {"Finding", "Rule"}:
        return getattr(import_module("pyguard_kernel.model"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> Sequence[str]:
    return __all__
