"""Names of container images: `registry/name:tag@digest`, with variables filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# `$NAME`, `${NAME}`, `${NAME:-default}`; a default may hold one more of them.
_VARIABLE = re.compile(
    r"\\(?P<escaped>\$)|\$(?P<bare>[A-Za-z_]\w*)"
    r"|\$\{(?P<name>[A-Za-z_]\w*)(?:(?P<how>:?[-+?])"
    r"(?P<word>(?:[^{}]|\$\{[^{}]*\})*))?\}"
)
_HUB = ("docker.io/library/", "index.docker.io/library/", "docker.io/", "library/")


def expanded(text: str, values: Mapping[str, str]) -> str:
    """A text with its variables filled in; `${NAME}` stays where nothing is known."""

    def value(match: re.Match[str]) -> str:
        if match["escaped"]:
            return "$"
        name, how, word = match["bare"] or match["name"], match["how"], match["word"]
        known = values.get(name)
        is_set = bool(known) if how and how.startswith(":") else known is not None
        if how and how.endswith("-") and not is_set:
            return expanded(word, values)
        if how and how.endswith("+"):
            return expanded(word, values) if is_set else ""
        return "${" + name + "}" if known is None else known

    return _VARIABLE.sub(value, text)


@dataclass(frozen=True, slots=True)
class Image:
    """An image's name, read: `ghcr.io/astral-sh/uv:0.13@sha256:...`.

    `name` is the whole name without tag and digest, as the registry of the name `hub`
    calls it (`docker.io/library/python` is `python`). A part that can't be known holds
    a `$`.
    """

    written: str
    name: str
    tag: str = ""
    digest: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the image's name and tag are known, not given when it is built."""
        return "$" not in self.name + self.tag + self.digest

    @property
    def last(self) -> str:
        """The last part of the name: `uv`."""
        return self.name.rpartition("/")[2]


def image(written: str) -> Image:
    """The parts of an image's name, whose variables are filled in already."""
    rest, _, digest = written.partition("@")
    head, slash, last = rest.rpartition("/")
    # The colon of `${NAME}` is no tag's, and neither is that of a registry's port.
    last, _, tag = last.partition(":")
    name = head + slash + last
    for prefix in _HUB:
        name = name.removeprefix(prefix)
    return Image(written, name, tag, digest)
