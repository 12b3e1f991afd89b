"""A value of a configuration file, whatever its format, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyguard_kernel.model import Place
from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Span


class Broken(Exception):  # noqa: N818 -- it names what is wrong
    """A file that can't be read; carries the place and the parser's own reason."""

    def __init__(self, path: str, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.place = Place(path, (line, column, line, column))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place.

    `value` is a dict of names to nodes, a list of nodes, or plain data. `key` is the
    span of the name that the value stands under, where there is one. `text_line` is the
    line on which a text's first line stands: a YAML block begins below its `|`.
    """

    value: Any
    path: str
    span: Span
    key: Span | None = None
    text_line: int = 0

    @property
    def place(self) -> Place:
        """Where the value stands."""
        return Place(self.path, self.span)

    @property
    def name_place(self) -> Place:
        """Where its name stands; the value, where it has none."""
        return Place(self.path, self.key or self.span)

    def get(self, *way: str | int) -> Node | None:
        """The node at the end of a way of names and indexes, or None."""
        node: Node | None = self
        for step in way:
            if node is None:
                return None
            value = node.value
            if isinstance(step, str):
                node = value.get(step) if isinstance(value, dict) else None
            else:
                inside = isinstance(value, list) and -len(value) <= step < len(value)
                node = value[step] if inside else None
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """The names and values of a table; nothing where it is none."""
        if isinstance(self.value, dict):
            yield from self.value.items()

    def elements(self) -> Iterator[Node]:
        """The elements of a list; nothing where it is none."""
        if isinstance(self.value, list):
            yield from self.value

    def strings(self) -> Iterator[Node]:
        """The texts among the elements, or the value itself where it is one text."""
        if isinstance(self.value, str):
            yield self
        for node in self.elements():
            if isinstance(node.value, str):
                yield node

    @property
    def text(self) -> str:
        """The value where it is a text, else the empty text."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def plain(self) -> Any:
        """The value without places, as the format's usual parser gives it."""
        if isinstance(self.value, dict):
            return {name: node.plain for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain for node in self.value]
        return self.value

    def line(self, number: int) -> Place:
        """The place of a text's line, from 0; a text may stand over several lines."""
        line = self.text_line + number
        if line == self.span[0]:
            return self.place
        return Place(self.path, (line, 1, line, 1))
