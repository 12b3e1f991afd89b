"""Patterns of paths, as .gitignore and ruff read them."""

from __future__ import annotations

import re
from functools import cache

from pyguard_kernel.patterns import regex


def matches(patterns: tuple[str, ...], path: str) -> bool:
    """Whether a path, or a folder above it, is meant by one of the patterns.

    `path` is relative to where the patterns are written, with forward slashes. A
    pattern without a slash may match any part of it; `*` also crosses slashes where it
    isn't the only thing between two of them.
    """
    return bool(patterns) and _compiled(patterns).match(path) is not None


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_regex(pattern) for pattern in patterns))


def _regex(pattern: str) -> str:
    bare = pattern.removeprefix("./").rstrip("/")
    anywhere = "" if "/" in bare else "(?:.*/)?"
    return f"(?:{anywhere}{_translate(bare.removeprefix('/'))}(?:/.*)?$)"


_PART = regex(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^]]*\]|\{[^{}]*\}|.", re.DOTALL)


def _translate(pattern: str) -> str:
    out = []
    for part in _PART.findall(pattern):
        if part == "**/":
            out.append("(?:.*/)?")
        elif part == "/**":
            out.append("/.*")
        elif part.startswith("*"):
            out.append(".*")
        elif part == "?":
            out.append("[^/]")
        elif len(part) > 1 and part[0] == "[":
            inside = part[1:-1].replace("\\", r"\\")
            out.append(f"[{'^' + inside[1:] if inside[0] == '!' else inside}]")
        elif len(part) > 1:
            choices = part[1:-1].split(",")
            out.append(f"(?:{'|'.join(_translate(choice) for choice in choices)})")
        else:
            out.append(re.escape(part))
    return "".join(out)
