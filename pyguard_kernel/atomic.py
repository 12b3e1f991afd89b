"""Writes files so that no reader, full disk or Ctrl-C ever sees half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
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
    handle, temporary = tempfile.mkstemp(
        prefix=f".{target.name[:40]}.", dir=target.parent
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode if mode is not None else 0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
