"""Folders below a project's root, as scripts name them."""

from __future__ import annotations

import re
from posixpath import normpath

# What the systems of CI call the project's root.
_ROOTS = re.compile(
    r"\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\}?|\$\{?CI_PROJECT_DIR\}?"
    r"|\$\(Build\.SourcesDirectory\)|\$\(System\.DefaultWorkingDirectory\)"
    r"|\$\(git rev-parse --show-toplevel\)"
)


def joined(folder: str | None, place: str) -> str | None:
    """A folder below (or above) another; None where that can't be known."""
    rooted, count = _ROOTS.subn("", place, count=1)
    if count:
        folder, place = "", rooted.lstrip("/")
    if folder is None or re.search(r"[$~%*`]", place) or place.startswith(("/", "\\")):
        return None
    path = normpath(f"{folder or '.'}/{place or '.'}".replace("\\", "/"))
    if path.startswith(".."):
        return None
    return "" if path == "." else path
