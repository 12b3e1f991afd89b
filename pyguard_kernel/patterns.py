"""Regular expressions that are compiled when they are first used.

To compile all of them takes longer than Python's own start, and most runs use few.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any


class _Late:
    """Stands for a pattern until one of its methods is asked for."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        import re

        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)  # the next one finds it here
        return found


def regex[T: (str, bytes)](text: T, flags: int = 0) -> re.Pattern[T]:
    """A regular expression, as `re.compile` gives it."""
    late: re.Pattern[T] = _Late(text, flags)  # type: ignore[assignment]
    return late
