"""The fact `ci`: what the project's CI runs, job by job, down to each command.

Read are GitHub's workflows, GitLab's, Azure's and CircleCI's pipelines, and the hooks
that pre-commit.ci runs: that counts where .pre-commit-config.yaml has a table `ci:`,
or the README the service's badge, as nothing else shows that it is switched on. Other
systems (Travis, Jenkins, AppVeyor, Buildkite, ...) aren't read: there, no CI is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.project import _azure, _circleci, _github, _gitlab, _hooks
from pyguard_kernel.project._commands import CI

if TYPE_CHECKING:
    from pyguard_kernel.project._tree import Tree

_SYSTEMS = (_github, _gitlab, _azure, _circleci, _hooks)


def fact(tree: Tree) -> CI | None:
    """All jobs; None where no system is configured."""
    jobs = tuple(job for system in _SYSTEMS for job in system.jobs(tree))
    return CI(jobs) if jobs else None
