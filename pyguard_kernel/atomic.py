"""Writes files so that no reader, full disk or Ctrl-C ever sees half of one."""

from __future__ import annotations

import contextlib
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content at one stroke, or leave it as it was.

    The mode stays; a link stays a link, and the file it leads to is replaced.

    Raises:
        OSError: it can't be written: no permission, no space, no folder.
    """
    target = path.resolve()
    mode = None
    if target.exists() and not target.is_file():
        target.write_bytes(data)  # a pipe or device: there is nothing to replace
        return
    if target.exists():
        # The folder alone would let us replace a file that says no.
        if not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied", str(path))
        mode = target.stat().st_mode & 0o7777
    temporary = target.with_name(f".{target.name[:40]}.{os.urandom(6).hex()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
