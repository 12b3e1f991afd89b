"""Names of members: which of them may become a path, and which are one and the same."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pyguard_kernel.archives.limits import ArchiveError

if TYPE_CHECKING:
    from pyguard_kernel.archives.limits import Limits

# No file system takes a longer one.
_LONGEST_PART = 255

# Windows opens a device by these names, whatever suffix they have.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])[ .]*(?:\..*)?", re.I
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def parts_of(name: str, limits: Limits) -> tuple[str, ...]:
    """The parts of the path that a member asks for; empty for the folder itself.

    What would lead out of the folder, or to a device, on any system is refused on
    every system, so that an archive means the same everywhere.

    Raises:
        ArchiveError: the name is refused.
    """
    if len(name.encode("utf-8", "surrogatepass")) > limits.name_length:
        raise _refusal(
            name, f"has a name of more than {limits.name_length} bytes", "name_length"
        )
    if _CONTROL.search(name):
        raise _refusal(name, "has a control character in its name")
    if name.startswith("/"):
        raise _refusal(name, "has an absolute path")
    if "\\" in name:
        raise _refusal(name, "has a backslash in its name, a separator on Windows")
    if ":" in name:
        raise _refusal(name, "has a colon in its name, a drive or stream on Windows")
    parts = name.removesuffix("/").split("/")
    while parts and parts[0] in {".", ""}:  # "./a.py", as tar writes what is in "."
        del parts[0]
    for part in parts:
        _check_part(part, name)
    if len(parts) - 1 > limits.depth:
        raise _refusal(
            name, f"lies more than {limits.depth} folders deep", limit="depth"
        )
    return tuple(parts)


def folded(path: str) -> str:
    """What two paths share that are one to a file system which tells less apart."""
    if not path.isascii():
        path = unicodedata.normalize("NFD", path).casefold()
        path = unicodedata.normalize("NFC", path)
    bare = (part.rstrip(" .") for part in path.lower().split("/"))
    return "/".join(bare)


def leads_out(folder: tuple[str, ...], target: str) -> bool:
    """Whether a link that lies in a folder of the archive points out of the archive."""
    if target.startswith("/") or "\\" in target or ":" in target:
        return True
    depth = len(folder)
    for part in target.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return True
    return False


def _check_part(part: str, name: str) -> None:
    if not part:
        raise _refusal(name, "has an empty part in its path")
    # Windows drops dots and spaces at the end; others may fold look-alikes of dots.
    seen = part if part.isascii() else unicodedata.normalize("NFKC", part)
    for piece in (part, *re.split(r"[/\\]", seen)):
        if not piece.strip(" ."):
            raise _refusal(name, "has a part that leads up, or that some system drops")
    if len(part.encode()) > _LONGEST_PART:
        raise _refusal(name, f"has a part of more than {_LONGEST_PART} bytes")
    if _DEVICE.fullmatch(part):
        raise _refusal(name, f"has a part, {part!r}, that is a device on Windows")


def _refusal(name: str, reason: str, limit: str | None = None) -> ArchiveError:
    return ArchiveError(reason, member=name, limit=limit)
