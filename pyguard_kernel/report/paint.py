"""Colour by hand, and text that can do no harm to a terminal."""

from __future__ import annotations

# What moves the cursor, rings, or turns the reading direction becomes a picture of
# itself: what a checked file says must not reach the terminal's ears.
_HARMFUL = (
    {code: 0x2400 + code for code in range(0x20)}
    | {0x7F: 0x2421}
    | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
    | dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
)


def printable(text: str) -> str:
    """The text on one line, without control characters."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_HARMFUL).encode("utf-8", "replace").decode()


def width(character: str) -> int:
    """How many columns of a terminal a character takes."""
    if character.isascii():
        return 1
    from unicodedata import combining, east_asian_width

    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


class Paint:
    """Colours, where they are wanted."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text

    def strong(self, text: str) -> str:
        """What is read first."""
        return self._in("1", text)

    def bad(self, text: str) -> str:
        """What is wrong."""
        return self._in("1;31", text)

    def mild(self, text: str) -> str:
        """What is less than wrong."""
        return self._in("1;33", text)

    def good(self, text: str) -> str:
        """What is right."""
        return self._in("1;32", text)

    def quiet(self, text: str) -> str:
        """What frames the rest."""
        return self._in("2", text)

    def words(self, text: str) -> str:
        """A sentence, with what can be typed (in backticks) set off."""
        if not self.on or "`" not in text:
            return text
        parts = text.split("`")
        typed = (self._in("36", f"`{part}`") for part in parts[1::2])
        if len(parts) % 2 == 0:
            return text
        return "".join(a + b for a, b in zip(parts[::2], [*typed, ""], strict=True))
