"""`--watch`: run again whenever a file changes."""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PAUSE = 0.5  # seconds between two looks at the files

type State = dict[str, tuple[int, int]]


def state(paths: Iterable[str]) -> State:
    """What tells that a file changed: when it was written, and its size."""
    found: State = {}
    for path in paths:
        try:
            about = os.stat(path)  # noqa: PTH116
        except OSError:
            continue  # gone between listing and looking: a change by itself
        found[path] = (about.st_mtime_ns, about.st_size)
    return found


def watch(
    files: Callable[[], Iterable[str]], run: Callable[[], object], clear: bool
) -> None:
    """Call `run` now, and again after each change of what `files` lists; never ends.

    `clear` wipes the terminal before each run.
    """
    while True:
        before = state(files())
        if clear:
            print("\x1b[2J\x1b[3J\x1b[H", end="", flush=True)
        run()
        sys.stdout.flush()
        while state(files()) == before:
            time.sleep(PAUSE)
