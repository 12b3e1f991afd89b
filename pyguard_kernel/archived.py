"""What is in an archive, checked as a folder is, and told by the archive's name."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from pyguard_kernel.archives import unpacked
from pyguard_kernel.scan import Result, find_files, scan
from pyguard_kernel.settings import SettingsError, load_closed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from pyguard_kernel.archives import Contents, LeftOut, Source
    from pyguard_kernel.model import Finding
    from pyguard_kernel.settings import Settings

_MOST_TOLD = 3


@contextmanager
def opened(source: Source, name: str, here: Settings) -> Iterator[Archived]:
    """An archive, unpacked as long as the `with` lasts, by the limits that hold here.

    `name` is what it is called; its files are shown below it, as if it were a folder.

    Raises:
        ArchiveError: the archive is refused, can't be read, or finds no room.
    """
    with unpacked(source, here.archive, name) as contents:
        yield Archived(contents, name)


class Archived:
    """An archive that is unpacked."""

    def __init__(self, contents: Contents, name: str) -> None:
        self.root = contents.root
        self._contents = contents
        self._name = name
        folder = str(contents.folder)
        # A path below the working directory is told from there.
        self._spelled = (folder, os.path.relpath(folder).replace(os.sep, "/"))

    @property
    def shown_root(self) -> str:
        """The project's root, as the user sees it."""
        return self.shown(str(self.root))

    def settings(self, here: Settings) -> Settings:
        """The settings that its root holds, none from around it.

        Raises:
            SettingsError: its pyproject.toml has a value that can't be used.
        """
        try:
            return load_closed(self.root, here)
        except SettingsError as error:
            raise SettingsError(self.shown(str(error))) from None

    def files(self, settings: Settings) -> list[str]:
        """The Python files and notebooks in it, as the user sees them."""
        return [self.shown(path) for path in find_files([str(self.root)], settings)]

    def scan(self, settings: Settings, **options: Any) -> Result:
        """Check it, without a cache; paths are below the archive's name.

        Raises:
            ScanError: ruff is missing, unfit or died.
        """
        result = scan([str(self.root)], settings, **options)
        return replace(
            result,
            findings=tuple(self._shown_finding(found) for found in result.findings),
            crashes=tuple(self.shown(crash) for crash in result.crashes),
            warnings=(*map(self.shown, result.warnings), *self._notes()),
        )

    def shown(self, text: str) -> str:
        """A text with the archive's name for the folder it is unpacked in."""
        for folder in self._spelled:
            text = text.replace(folder, self._name)
        return text

    def place(self, path: str) -> str:
        """Where the file of a shown path lies."""
        below = path.removeprefix(f"{self._name}/")
        return path if below == path else f"{self._contents.folder}/{below}"

    def _shown_finding(self, found: Finding) -> Finding:
        path, message = self.shown(found.path), self.shown(found.message)
        # No fix: what lies in an archive can't be mended there.
        return replace(found, path=path, message=message, fix=None)

    def _notes(self) -> Iterator[str]:
        """What people should know of what wasn't looked at."""
        left_out, unopened = self._contents.left_out, self._contents.unopened
        if left_out:
            told = _listed([*map(_told, left_out)])
            yield f"{self._name}: left out: {told}"
        if unopened:
            yield f"{self._name}: archives in it aren't opened: {_listed(unopened)}"


def _told(left: LeftOut) -> str:
    return f"{left.member} ({left.reason})"


def _listed(words: Sequence[str]) -> str:
    rest = len(words) - _MOST_TOLD
    told = ", ".join(words[:_MOST_TOLD])
    return told + (f", and {rest:,} more" if rest > 0 else "")


def together(results: Sequence[Result]) -> Result:
    """One result of several archives', which may each have had rules of its own."""
    rules = {rule.code: rule for result in results for rule in result.rules}
    findings = [found for result in results for found in result.findings]
    return Result(
        tuple(sorted(findings, key=lambda found: found.place)),
        sum(result.files for result in results),
        sum(result.lines for result in results),
        sum(result.cached for result in results),
        tuple(rules[code] for code in sorted(rules)),
        tuple(crash for result in results for crash in result.crashes),
        tuple(note for result in results for note in result.warnings),
        {code: said for result in results for code, said in result.answers.items()},
    )
