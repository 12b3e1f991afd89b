"""TOML with places: tomllib says what is in it, this says where it stands."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from pyguard_kernel.project._node import Broken, Node

if TYPE_CHECKING:
    from pyguard_kernel.model import Span

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:\\.|[^\"\\])*\"|'[^']*'")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""+|' + r"'''.*?'''+|" + r'"(?:\\.|[^"\\])*"|' + r"'[^']*'",
    re.DOTALL,
)
_WORD = re.compile(r"[^,\]\}#\n\r]+")
_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


def parse(text: str, path: str) -> Node:
    """The whole document as a table.

    Raises:
        Broken: it isn't valid TOML.
    """
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        last = text.rstrip().count("\n") + 1
        line, column = (int(at[1]), int(at[2])) if at and at[1] else (last, 1)
        reason = f"isn't valid TOML: {error}"
        raise Broken(path, reason, line, column) from None
    except RecursionError:
        raise Broken(path, "isn't valid TOML: it is nested too deep") from None
    return _Reader(text, path).document()


class _Reader:
    """Reads one document that is known to be valid."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._at = 0
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def document(self) -> Node:
        root = self._node({}, 0, len(self._text))
        table = root
        while self._skip(_BLANK) < len(self._text):
            start = self._at
            if self._text[start] != "[":
                self._pair(table)
                continue
            double = self._text.startswith("[[", start)
            self._at += 1 + double
            way = self._way()
            self._at += 1 + double
            table = self._table(root, way, self._span(start, self._at), double)
        return root

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return self._at

    def _span(self, start: int, end: int) -> Span:
        first = bisect_right(self._starts, start)
        last = bisect_right(self._starts, end)
        column = start - self._starts[first - 1] + 1
        return first, column, last, end - self._starts[last - 1] + 1

    def _node(self, value: Any, start: int, end: int, key: Span | None = None) -> Node:
        span = self._span(start, end)
        return Node(value, self._path, span, key, span[0])

    def _way(self) -> list[tuple[str, Span]]:
        """The dotted key that begins here, each part with its place."""
        way: list[tuple[str, Span]] = []
        while True:
            self._skip(_SPACE)
            match = _KEY.match(self._text, self._at)
            if match is None:
                raise AssertionError("valid TOML has a key here")
            self._at = match.end()
            name = next(iter(tomllib.loads(f"{match[0]} = 0")))
            way.append((name, self._span(match.start(), match.end())))
            self._skip(_SPACE)
            if self._text[self._at : self._at + 1] != ".":
                return way
            self._at += 1

    def _table(
        self, root: Node, way: list[tuple[str, Span]], span: Span, double: bool
    ) -> Node:
        """The table that a header opens."""
        parent = self._below(root, way[:-1], span)
        name, key = way[-1]
        made = Node({}, self._path, span, key, span[0])
        if double:
            listed = parent.value.setdefault(
                name, Node([], self._path, span, key, span[0])
            )
            listed.value.append(made)
            return made
        if name in parent.value:
            # It was opened in passing, by a table below it: this is its own header.
            made = Node(parent.value[name].value, self._path, span, key, span[0])
        parent.value[name] = made
        return made

    def _below(self, table: Node, way: list[tuple[str, Span]], span: Span) -> Node:
        for name, key in way:
            if name not in table.value:
                table.value[name] = Node({}, self._path, span, key, span[0])
            table = table.value[name]
            if isinstance(table.value, list):
                table = table.value[-1]
        return table

    def _pair(self, table: Node) -> None:
        start = self._at
        way = self._way()
        self._at += 1  # the =
        self._skip(_SPACE)
        value = self._value(way[-1][1])
        parent = self._below(table, way[:-1], self._span(start, self._at))
        parent.value[way[-1][0]] = value

    def _value(self, key: Span | None = None) -> Node:
        start = self._at
        first = self._text[start]
        if first == "[":
            return self._list(key)
        if first == "{":
            return self._inline(key)
        match = (_STRING if first in "\"'" else _WORD).match(self._text, start)
        if match is None:
            raise AssertionError("valid TOML has a value here")
        raw = match[0].rstrip()
        self._at = start + len(raw)
        value = tomllib.loads(f"x = {raw}")["x"]
        return self._node(value, start, self._at, key)

    def _list(self, key: Span | None) -> Node:
        start = self._at
        self._at += 1
        elements: list[Node] = []
        while self._text[self._skip(_BLANK)] != "]":
            elements.append(self._value())
            if self._text[self._skip(_BLANK)] == ",":
                self._at += 1
        self._at += 1
        return self._node(elements, start, self._at, key)

    def _inline(self, key: Span | None) -> Node:
        start = self._at
        self._at += 1
        table = self._node({}, start, start)
        while self._text[self._skip(_BLANK)] != "}":
            self._pair(table)
            if self._text[self._skip(_BLANK)] == ",":
                self._at += 1
        self._at += 1
        return self._node(table.value, start, self._at, key)
