"""Names of which a part isn't known: `$PYTHON-mypy`, `tests-${{ matrix.python }}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNKNOWN = re.compile(
    r"\$\{\{.*?\}\}|\$\{[^}]*\}|\$\(.*\)|`[^`]*`|\$\w+|%\w+%", re.DOTALL
)
_WORD = re.compile(r"(?:\$\{\{.*?\}\}|\S)+", re.DOTALL)


def words_of(text: str) -> list[str]:
    """The words of a text; an expression stays whole, whatever it holds."""
    return _WORD.findall(text)


def blurred(text: str) -> str:
    """The text with a `*` for each part that isn't known."""
    # Twice, for a substitution within another.
    return _UNKNOWN.sub("*", _UNKNOWN.sub("*", text))


def meant(name: str, every: Iterable[str]) -> list[str]:
    """The names that a blurred name may be; itself, where all of it is known."""
    if "*" not in name:
        return [name]
    # `py*` is a version of Python, never `pylint`.
    regex = re.sub(r"(^|\W)py\\\*", r"\1py(?:py)?\\d.*", re.escape(name))
    pattern = re.compile(regex.replace(r"\*", ".*"))
    return [known for known in every if pattern.fullmatch(known)]
