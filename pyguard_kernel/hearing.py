"""What ruff says of files, kept as findings of our rules."""

from __future__ import annotations

import contextlib

from pyguard_kernel import ruff
from pyguard_kernel.examine import calm
from pyguard_kernel.imports import module_name
from pyguard_kernel.joins import read
from pyguard_kernel.model import Ruff
from pyguard_kernel.rule_index import real
from pyguard_kernel.selection import UNREADABLE
from pyguard_kernel.source import MAX_BYTES, SourceFile, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from pyguard_kernel.model import Diagnostic, Rule
    from pyguard_kernel.records import Record

# A ruff that breaks down over more files than this is broken itself.
_MOST_CRASHES = 20


class Hearing:
    """Asks ruff on behalf of rules, and judges what it says."""

    def __init__(self, rules: Sequence[Rule], target: tuple[int, int]) -> None:
        self._target = target
        self._crashes = 0
        self._known: dict[str, list[tuple[str, Any, bool]]] = {}
        self._detectors: dict[str, list[tuple[str, Ruff]]] = {}
        for rule in rules:
            for detector in rule.detectors:
                if isinstance(detector, Ruff):
                    for code in detector.codes:
                        self._detectors.setdefault(code, []).append(
                            (rule.code, detector)
                        )

    def begin(
        self, paths: Sequence[str]
    ) -> contextlib.AbstractContextManager[ruff.Running | None]:
        """Start ruff on files; leaving the context ends it.

        Raises:
            RuffError: ruff is missing or unfit.
        """
        if not self._detectors:
            return contextlib.nullcontext()
        return ruff.start(paths, tuple(self._detectors), target=self._target)

    def take(
        self,
        records: Mapping[str, Record],
        paths: Sequence[str],
        running: ruff.Running | None,
    ) -> None:
        """Keep what the ruff that was begun on these files says.

        Where it breaks down it is asked again for each half: so a file that it can't
        bear is told, and costs the others nothing.

        Raises:
            RuffError: ruff died, or its answer can't be trusted.
        """
        if running is None:
            return
        try:
            self._keep(records, running.results(), {})
        except ruff.RuffCrash as crash:
            for path in paths:
                records[path].ruffed.clear()
            if len(paths) == 1:
                self._unbearable(records[paths[0]], paths[0], read(paths[0]), crash)
                return
            middle = len(paths) // 2
            for half in (paths[:middle], paths[middle:]):
                with self.begin(half) as again:
                    self.take(records, half, again)

    def take_text(self, record: Record, path: str, data: bytes) -> None:
        """Keep what ruff says of one text.

        Raises:
            RuffError: ruff is missing, unfit or died.
        """
        if not self._detectors or len(data) > MAX_BYTES:
            return
        codes = tuple(self._detectors)
        try:
            said = ruff.check_text(data, path, codes, target=self._target)
        except ruff.RuffCrash as crash:
            self._unbearable(record, path, data, crash)
        else:
            self._keep({path: record}, said, {path: data})

    def _unbearable(
        self, record: Record, path: str, data: bytes, crash: ruff.RuffCrash
    ) -> None:
        self._crashes += 1
        if self._crashes > _MOST_CRASHES:
            raise crash
        file = SourceFile(path, data, module_name(path))
        if not _told(file, record):
            reason = "ruff breaks down over this file, so not all rules ran: exclude it"
            record.found.append(Unreadable(reason).found(UNREADABLE))

    def _keep(
        self,
        records: Mapping[str, Record],
        diagnostics: Iterable[Diagnostic],
        texts: Mapping[str, bytes],
    ) -> None:
        """Keep of what ruff said what our rules mean, in our words."""
        file: SourceFile | None = None
        with calm():
            for diagnostic in diagnostics:
                path = diagnostic.path
                if file is None or file.path != path:
                    data = texts[path] if path in texts else read(path)
                    file = SourceFile(path, data, module_name(path))
                self._judge(diagnostic, file, records[path])

    def _judge(self, diagnostic: Diagnostic, file: SourceFile, record: Record) -> None:
        if diagnostic.code == ruff.INVALID_SYNTAX:
            # A notebook that only ruff can't read is told too: its rules did not run.
            if not _told(file, record) and file.is_notebook:
                reason = f"ruff can't read this notebook: {diagnostic.message}"
                record.found.append(Unreadable(reason).found(UNREADABLE))
            return
        for code, judge, fixes in self._judges(diagnostic.code):
            try:
                message = judge(diagnostic, file)
            except Unreadable:
                continue  # our own pass reports it
            except Exception as error:  # noqa: PG208 -- reported below
                crash = f"{code} crashed on {diagnostic.path}: {error!r}"
                record.crashes.append(crash)
                continue
            if message is not None:
                fix = diagnostic.fix if fixes else None
                record.add_ruff(code, message, diagnostic, fix)

    def _judges(self, ruff_code: str) -> list[tuple[str, Any, bool]]:
        """(rule, its judge, whether ruff's fixes are kept) for a code of ruff."""
        found = self._known.get(ruff_code)
        if found is None:
            found = self._known[ruff_code] = [
                (code, real(detector.judge), detector.fixes)
                for code, detector in self._detectors[ruff_code]
            ]
        return found


def _told(file: SourceFile, record: Record) -> bool:
    """Whether a file that ruff can't read is told as such.

    Python's own parser has the last word on that.
    """
    if any(found[0] == UNREADABLE for found in record.found):
        return True
    try:
        _ = file.tree
    except Unreadable as error:
        # As our own pass says it, when it is the one that reads the tree.
        record.found, record.noqa = [error.found(UNREADABLE)], []
        return True
    return False
