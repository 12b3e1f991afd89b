"""Which files belong to a project beside its Python, and which folders are projects."""

from __future__ import annotations

import os
from pathlib import Path

from pyguard_kernel.globs import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What is never Python, whoever names it on the command line.
_PATTERNS = (
    "*.toml", "*.yml", "*.yaml", "*.json", "*.json5", "*.jsonc", "*.cfg", "*.ini",
    "*.txt", "*.lock", "*.in", "*.md", "*.rst", "*.sh", "*.mk",
    "Dockerfile*", "*.Dockerfile", "*.dockerfile", "Containerfile*", "Makefile",
    "GNUmakefile", "makefile", "justfile", "Justfile", ".justfile", "Pipfile",
    "Jenkinsfile", "Procfile", ".gitignore", ".dockerignore", ".python-version",
    ".coveragerc", ".pylintrc", ".flake8", ".env", ".env.*",
)  # fmt: skip

# A folder that holds one of these is a project.
_MARKERS = (
    "pyproject.toml", "setup.py", "setup.cfg", ".git", "requirements.txt", "Pipfile",
    ".pre-commit-config.yaml", ".github", ".gitlab-ci.yml", "Dockerfile",
    "Containerfile",
)  # fmt: skip


def is_project_file(path: str) -> bool:
    """Whether a file of this name is one that project rules read."""
    return matches(_PATTERNS, path.rpartition("/")[2])


def projects_in(paths: Sequence[str]) -> list[Path]:
    """The folders among these paths that are a project's root."""
    found = (path for path in paths if _is_project(path))
    return [Path(path) for path in dict.fromkeys(found)]


def projects_of(files: Iterable[str]) -> list[Path]:
    """The roots of the projects that these files belong to, each once.

    A file without a project above it stands for the folder that it is in.
    """
    return list(dict.fromkeys(_above(Path(path)) for path in files))


def _above(path: Path) -> Path:
    here = path.parent
    # Not Path.resolve: a link is meant where it stands, not where it leads.
    absolute = Path(os.path.abspath(here))  # noqa: PTH100
    for folder in (absolute, *absolute.parents):
        if _is_project(str(folder)):
            return folder
    return here


def _is_project(path: str) -> bool:
    return any(Path(path, name).exists() for name in _MARKERS)
