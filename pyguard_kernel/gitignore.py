"""Git's ignore rules, as git reads them."""

from __future__ import annotations

import re
from functools import lru_cache

from pyguard_kernel.patterns import regex

# One ignore file: the way from its folder to here, its patterns as one expression,
# and for each group of that expression whether it ignores (or takes back).
type _Compiled = tuple[re.Pattern[str], tuple[bool, ...]]
type _IgnoreFile = tuple[str, re.Pattern[str], tuple[bool, ...]]


class Rules:
    """Git's rules in one folder, the nearest ignore file first."""

    def __init__(self, files: tuple[_IgnoreFile, ...]) -> None:
        self._files = files

    def with_file(self, text: str) -> Rules:
        """These rules after those of an ignore file in this folder."""
        compiled = _compile(text)
        return self if compiled is None else Rules((("", *compiled), *self._files))

    def below(self, name: str) -> Rules:
        """The rules that hold in the folder of this name."""
        return Rules(tuple((f"{way}{name}/", p, i) for way, p, i in self._files))

    def ignore(self, name: str, is_folder: bool) -> bool:
        """Whether this entry of the folder is ignored."""
        if is_folder:
            name += "\0"
        for way, pattern, ignores in self._files:
            match = pattern.fullmatch(way + name)
            if match is not None and match.lastindex is not None:
                return ignores[match.lastindex - 1]
        return False


@lru_cache(maxsize=256)
def _compile(text: str) -> _Compiled | None:
    """An ignore file's patterns as one expression, the last line's first.

    It is matched against a path from the file's folder, with a NUL after a folder's.
    """
    groups: list[str] = []
    ignores: list[bool] = []
    for line in reversed(text.split("\n")):
        line = _trimmed(line.removesuffix("\r"))
        if not line or line.startswith("#"):
            continue
        expression = _expression(line.removeprefix("!"))
        if expression is not None:
            groups.append(f"({expression})")
            ignores.append(not line.startswith("!"))
    if not groups:
        return None
    return re.compile("|".join(groups)), tuple(ignores)


def _trimmed(line: str) -> str:
    """A line without the spaces at its end that no backslash keeps."""
    kept = line.rstrip(" ")
    backslashes = len(kept) - len(kept.rstrip("\\"))
    return kept + " " if backslashes % 2 and len(kept) < len(line) else kept


# One character of a name. The NUL that marks a folder is part of no name.
_CHARACTER = r"[^/\0]"


def _expression(pattern: str) -> str | None:
    """A pattern as git reads it, for a path from its file's folder; None: never."""
    only_folders = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    if not pattern:
        return None
    anywhere = "(?:[^\\0]*/)?" if "/" not in pattern else ""
    body = _translated(pattern.removeprefix("/"))
    if body is None:
        return None
    return anywhere + body + (r"\0" if only_folders else r"\0?")


def _translated(pattern: str) -> str | None:
    wild = re.search(r"[*?\[\\]", pattern)
    if wild is None:
        return re.escape(pattern)
    at = start = wild.start()
    out = [re.escape(pattern[:start])]
    part: str | None
    while at < len(pattern):
        character = pattern[at]
        if character == "*":
            at, part = _stars(pattern, at, start)
        elif character == "[":
            at, part = _bracket(pattern, at)
        elif character == "?":
            at, part = at + 1, _CHARACTER
        else:
            if character == "\\":
                at += 1
            if at == len(pattern):
                return None  # a lone backslash at the end matches nothing
            at, part = at + 1, re.escape(pattern[at])
        if part is None:
            return None
        out.append(part)
    return "".join(out)


def _stars(pattern: str, at: int, start: int) -> tuple[int, str]:
    """The stars that begin here: (where they end, their expression).

    Git compares the text before the first wildcard apart from the rest, so that stars
    there count as a whole component though they follow a name.
    """
    end = at
    while pattern[end : end + 1] == "*":
        end += 1
    whole_before = at == start or pattern[at - 1] == "/"
    if end - at < 2 or not whole_before:
        return end, _CHARACTER + "*"
    if pattern[end : end + 1] == "/":
        return end + 1, r"(?:[^\0]*/)?"
    if end == len(pattern) or pattern[end : end + 2] == "\\/":
        return end, r"[^\0]*"
    return end, _CHARACTER + "*"


_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": r" \t", "cntrl": r"\x01-\x1f\x7f",
    "digit": "0-9", "graph": r"\x21-\x7e", "lower": "a-z", "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e", "space": r" \t-\r",
    "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_NAMED = regex(r"\[:([^]]*):\]")


def _bracket(pattern: str, at: int) -> tuple[int, str | None]:
    """The [...] that begins here: (where it ends, its expression; None: never)."""
    at += 1
    negated = pattern[at : at + 1] in ("!", "^")
    at += negated
    begin = at
    inside = ""
    previous = ""
    while at == begin or pattern[at : at + 1] != "]":
        named = _NAMED.match(pattern, at)
        if named is not None:
            part = _POSIX.get(named[1])
            previous, at = "", named.end()
        else:
            part, previous, at = _member(pattern, at, previous)
        if part is None:
            return at, None
        inside += part
    if not inside:
        return at + 1, _CHARACTER if negated else None
    return at + 1, rf"(?![/\0])[{'^' if negated else ''}{inside}]"


def _member(pattern: str, at: int, previous: str) -> tuple[str | None, str, int]:
    """One character or range of a [...]: (expression, its last character, its end)."""
    is_range = (
        bool(previous)
        and pattern[at : at + 1] == "-"
        and pattern[at + 1 : at + 2] not in ("", "]")
    )
    at += is_range
    at += pattern[at : at + 1] == "\\"
    character = pattern[at : at + 1]
    if not character:
        return None, "", at
    if not is_range:
        return re.escape(character), character, at + 1
    if previous > character:
        return "", "", at + 1  # from high to low: an empty range
    return f"{re.escape(previous)}-{re.escape(character)}", "", at + 1
