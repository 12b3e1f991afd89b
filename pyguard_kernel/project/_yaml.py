"""YAML and JSON with places, by PyYAML's own parser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pyguard_kernel.project._node import Broken, Node

if TYPE_CHECKING:
    from pyguard_kernel.model import Span

    # PyYAML's scalar, sequence or mapping; its stubs don't tell them apart.
    type YamlNode = Any

# What JSON may hold, comments of .jsonc included: strings are left alone.
_JSON = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/|\t', re.DOTALL)
_PAIR = re.compile(r"(?<!\\)\\u(d[89ab]\w\w)\\u(d[c-f]\w\w)", re.IGNORECASE)


def parse(text: str, path: str) -> Node:
    """The first document; its names are the texts that stand there (`on`, not True).

    Raises:
        Broken: it isn't valid YAML.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        if not loader.check_node():
            return Node(None, path, (1, 1, 1, 1), None, 1)
        return _Converter(loader, path).node(loader.get_node())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = f"isn't valid YAML: {error.problem or error.context}"
        raise Broken(path, reason, line, column) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Broken(path, f"isn't valid YAML: {error}") from None
    except RecursionError:
        raise Broken(path, "isn't valid YAML: it is nested too deep") from None
    finally:
        loader.dispose()


def parse_json(text: str, path: str) -> Node:
    """A JSON document, comments allowed.

    Raises:
        Broken: it isn't valid JSON.
    """
    try:
        return parse(_JSON.sub(_blanked, text), path)
    except Broken as error:
        reason = error.reason.replace("YAML", "JSON")
        raise Broken(path, reason, *error.place.span[:2]) from None


def _blanked(match: re.Match[str]) -> str:
    """As many blanks, or the same string with what JSON says in a way of its own."""
    text = match[0]
    if not text.startswith('"'):
        return re.sub(r"[^\n]", " ", text)
    return _PAIR.sub(_one, text).replace("\x7f", r"\x7f")


def _one(pair: re.Match[str]) -> str:
    """One character of the two escapes that JSON writes for it."""
    high, low = int(pair[1], 16) - 0xD800, int(pair[2], 16) - 0xDC00
    return f"\\U{0x10000 + (high << 10) + low:08x}"


class _Converter:
    """Turns PyYAML's nodes into ours; an anchor's node is turned once."""

    def __init__(self, loader: Any, path: str) -> None:
        self._loader = loader
        self._path = path
        self._made: dict[int, Node] = {}

    def node(self, node: YamlNode, key: Span | None = None) -> Node:
        known = self._made.get(id(node))
        if known is None:
            # An alias may stand within its own anchor: the value is filled in later.
            value: Any = {"scalar": None, "sequence": [], "mapping": {}}[node.id]
            text_line = node.start_mark.line + 1
            if node.id == "scalar":
                value = self._scalar(node)
                text_line += node.style in ("|", ">")
            known = Node(value, self._path, _span(node), None, text_line)
            self._made[id(node)] = known
            if node.id == "sequence":
                value.extend(self.node(item) for item in node.value)
            elif node.id == "mapping":
                self._fill(value, node)
        if key is None:
            return known
        return Node(known.value, self._path, known.span, key, known.text_line)

    def _scalar(self, node: YamlNode) -> Any:
        # `!reference` and the like are somebody's own; so is a date of month 13.
        if not node.tag.startswith("tag:yaml.org,2002:"):
            return node.value
        try:
            return self._loader.construct_object(node)
        except ValueError:
            return node.value

    def _fill(self, table: dict[str, Node], node: YamlNode) -> None:
        merged: dict[str, Node] = {}
        for name, value in node.value:
            if name.tag == "tag:yaml.org,2002:merge":
                sources = value.value if value.id == "sequence" else [value]
                for source in reversed(sources):
                    merged.update(self.node(source).items())
            elif name.id == "scalar":
                table[name.value] = self.node(value, _span(name))
        for text, found in merged.items():
            table.setdefault(text, found)


def _span(node: YamlNode) -> Span:
    start, end = node.start_mark, node.end_mark
    return start.line + 1, start.column + 1, end.line + 1, end.column + 1
