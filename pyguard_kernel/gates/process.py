"""Runs one tool: with a time limit, its output kept, and nothing of it left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# The end of the output is kept: that is where tools say what it comes to.
KEPT = 2_000_000  # bytes
_PATIENCE = 5.0  # seconds that a tool gets to clean up after itself


@dataclass(frozen=True, slots=True)
class Ended:
    """How a tool ended: `code` is None where its time ran out."""

    code: int | None
    output: str
    seconds: float
    folder: Path


def ended(
    command: Sequence[str], folder: Path, variables: Mapping[str, str], limit: float
) -> Ended:
    """Run a command to its end, in `folder`, for at most `limit` seconds.

    What it started itself ends with it. An interrupt ends it too, and is passed on.

    Raises:
        OSError: it can't be started.
    """
    began = monotonic()
    with tempfile.TemporaryFile() as kept:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=kept,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, so that all of it can end
        )
        code: int | None = None
        try:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(limit)
        finally:
            _end(process)
        size = kept.seek(0, os.SEEK_END)
        kept.seek(max(0, size - KEPT))
        output = kept.read().decode("utf-8", "replace")
    if size > KEPT:
        output = f"[{size - KEPT:,} bytes before this aren't kept]\n{output}"
    return Ended(code, _shown(output), monotonic() - began, folder)


def _shown(output: str) -> str:
    """The output as a terminal ends up with it: no line that was written over."""
    lines = output.split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a tool: first asked, then made to."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
