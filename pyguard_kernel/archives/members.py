"""One member of an archive, of whatever format."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(Enum):
    """What a member is; the value is what it is called."""

    FILE = "a file"
    FOLDER = "a folder"
    LINK = "a link"
    HARD_LINK = "a hard link"
    SPECIAL = "a device, pipe or socket"


class Member(NamedTuple):
    """What an archive says of a member, unchecked.

    `size` is the declared one. `chunks` are a file's bytes, read as they are asked
    for; in a stream they are there only until the next member is. `target` is where a
    link leads.
    """

    name: str
    kind: Kind
    size: int = 0
    chunks: Iterator[bytes] = iter(())
    target: str = ""
