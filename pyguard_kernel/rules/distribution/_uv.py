"""Whether `uv sync` and `uv run` keep to the lock."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Evidence, Fault
from pyguard_kernel.rules.distribution._relocking import inserted, is_on, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._tree import Tree

# These say that another resolution than the lock's is wanted.
_ON_PURPOSE = frozenset({"--upgrade", "-U", "--resolution", "-P", "--upgrade-package"})
_NO_SYNC = frozenset({"--no-sync", "--no-project", "--script", "-s", "--isolated"})
_ELSEWHERE = frozenset({"--directory", "--project"})
_LOCKED = frozenset({"--frozen", "--locked"})
_SCRIPT = re.compile(r"^# /// script\s*$", re.MULTILINE)


class Uv:
    """Follows the commands of one job: once it is in sync, `uv run` only runs."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._synced = False

    def said(self, command: Command) -> Iterator[Fault | Evidence]:
        """What one command comes to, after those before it."""
        if command.runs("uv", "sync"):
            self._synced = True
            if _ON_PURPOSE.isdisjoint(options_of(command.words)):
                yield self._judged(command, "sync", command.words)
            return
        options = _uv_run(command)
        if options is not None and not self._synced and self._syncs(command, options):
            self._synced = True
            yield self._judged(command, "run", options)

    def _judged(
        self, command: Command, verb: str, options: tuple[str, ...]
    ) -> Fault | Evidence:
        if not _LOCKED.isdisjoint(options) or is_on(command, "UV_FROZEN", "UV_LOCKED"):
            return Evidence(command.place, f"`uv {verb}` installs what uv.lock says")
        if not (self._tree.partial or self._has_lock(command)):
            message = (
                "there is no uv.lock: each run takes the newest versions of the day;"
                f" commit the lock that uv writes, and say `uv {verb} --locked`"
            )
            return Fault(command.place, message, absence=True)
        first = "the first `uv run` here" if verb == "run" else "`uv sync`"
        message = (
            f"{first} locks anew when uv.lock is out of date, and goes on: what is"
            f" installed is then in nobody's lock; say `uv {verb} --locked`, or set"
            " UV_LOCKED=1"
        )
        pattern = rf"\buv\b[^\n]*?\s{verb}\b"
        fix = inserted(self._tree, command, pattern, " --locked")
        return Fault(command.place, message, fix=fix)

    def _has_lock(self, command: Command) -> bool:
        """Whether there is a lock where the command runs, or above that."""
        if command.folder is None or _ELSEWHERE & options_of(command.written):
            return bool(self._tree.matching("uv.lock"))
        folder = command.folder
        while folder and not self._tree.has(f"{folder}/uv.lock"):
            folder = posixpath.dirname(folder)
        return self._tree.has(posixpath.join(folder, "uv.lock"))

    def _syncs(self, command: Command, options: tuple[str, ...]) -> bool:
        """Whether this `uv run` installs the project before it runs anything."""
        if not _NO_SYNC.isdisjoint(options) or is_on(command, "UV_NO_SYNC"):
            return False
        if not (self._tree.partial or self._tree.matching("pyproject.toml")):
            return False
        scripts = (word for word in command.written if self._tree.has(word))
        return not any(_SCRIPT.search(self._tree.text(path)) for path in scripts)


def _uv_run(command: Command) -> tuple[str, ...] | None:
    """The words of `uv run` behind it; None for other commands."""
    for number, word in enumerate(command.written):
        if posixpath.basename(word) in ("uv", "uv.exe"):
            after = command.written[number + 1 :]
            plain = [word for word in after if not word.startswith("-")]
            # `uv --directory shop run`: an option's value may come first.
            if plain[:1] == ["run"] or (
                after[:1] != tuple(plain[:1]) and "run" in plain[:2]
            ):
                return after
    return None
