"""Which projects and jobs the rules of this chapter are asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._commands import INCLUDE
from pyguard_kernel.project._runs import PRE_COMMIT, runs
from pyguard_kernel.rules.ci._spelling import TOOLS

if TYPE_CHECKING:
    from pyguard_kernel.project._commands import CI, Job
    from pyguard_kernel.project._tree import Tree

NO_PYTHON = "the project has no Python"
_PYTHON = (".py", "pyproject.toml", "setup.cfg", "requirements.txt")
# The files that say what CI runs, and those that its commands are looked up in.
_OF_CI = re.compile(
    r"\.github/(?:workflows|actions)/|\.gitlab-ci\.yml$|\.?azure-pipelines"
    r"|\.circleci/|\.pre-commit-config\.yaml$"
)
_CALLED = re.compile(r"tox\.(?:ini|toml)$|noxfile\.py$")
# What is no check of Python code, by its name.
_OTHER_WORK = re.compile(r"osv|codeql|scorecard|slsa|zizmor|release|publish|docs|label")


def has_python(tree: Tree) -> bool:
    """Whether the project has Python, as far as can be seen."""
    return tree.partial or any(path.endswith(_PYTHON) for path in tree.paths)


def not_asked(tree: Tree, ci: CI | None) -> str:
    """Why a project's files can't say what its CI runs; empty where they can."""
    if not has_python(tree):
        return NO_PYTHON
    # Only a source distribution has this file, and some take a part of the CI along.
    if tree.has("PKG-INFO") and not (ci and _is_whole(ci)):
        return "a source distribution is checked, and it came without its CI"
    return ""


def gating(ci: CI) -> list[Job]:
    """The jobs that count."""
    return [job for job in ci.jobs if job.gates]


def unseen(tree: Tree, ci: CI | None) -> str:
    """Why a part of what CI runs isn't known, as half a sentence; else empty.

    Raises:
        Broken: a file that CI is drawn from can't be read: what is absent elsewhere
            may stand in there.
    """
    for path, broken in sorted(tree.broken.items()):
        if _OF_CI.match(path) or (ci and _CALLED.match(path)):
            raise broken
    called = (
        (a.name for job in gating(ci) for a in job.actions if a.unseen) if ci else ()
    )
    for name in (name.removeprefix(INCLUDE) for name in called):
        if not _OTHER_WORK.search(name):
            return f"what {name} runs stands in another repository"
    return ""


def _is_whole(ci: CI) -> bool:
    """Whether some job checks something; hooks alone may be what was packed."""
    return any(
        run.program in TOOLS and run.job.place.path != PRE_COMMIT for run in runs(ci)
    )
