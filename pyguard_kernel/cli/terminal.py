"""What the terminal can show, and what the user wants of it."""

from __future__ import annotations

import os
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO


def wants_color(choice: str, stream: TextIO, *, to_file: bool = False) -> bool:
    """Whether to colour what goes to a stream, or `to_file` in its place.

    `choice` is --color. On "auto" NO_COLOR and FORCE_COLOR decide, then whether the
    stream is a terminal that can.
    """
    if choice != "auto":
        return choice == "always"
    if to_file or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Progress:
    """A bar on standard error, for scans that take long enough to wonder."""

    _PATIENCE = 0.7  # seconds before the bar appears

    def __init__(self) -> None:
        self._since = monotonic()
        self._advance: Callable[[int, int], None] | None = None
        self._stop: Callable[[], None] = lambda: None

    def __call__(self, done: int, total: int) -> None:
        """Shows that `done` of `total` files are through."""
        if self._advance is None and monotonic() - self._since > self._PATIENCE:
            self._start()
        if self._advance is not None:
            self._advance(done, total)

    def _start(self) -> None:
        # Costs as much as a short scan, so only a long one pays for it.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        bar = Bar(
            TextColumn("checking"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("files"),
            console=Console(stderr=True),
            transient=True,
        )
        task = bar.add_task("", total=None)
        bar.start()
        self._stop = bar.stop
        self._advance = lambda done, total: bar.update(
            task, completed=done, total=total
        )

    def close(self) -> None:
        """Takes the bar away."""
        self._stop()
