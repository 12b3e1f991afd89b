"""The fact `ci`: the jobs of every CI system that the project configures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.project import _github
from pyguard_kernel.project._commands import CI

if TYPE_CHECKING:
    from pyguard_kernel.project._tree import Tree


def fact(tree: Tree) -> CI | None:
    """All jobs; None where no system is configured."""
    jobs = tuple(_github.jobs(tree))
    return CI(jobs) if jobs else None
