"""What the last whole run found in code, for the next one, if nothing changed.

One file of plain data in the cache's folder, under a key that names all that the
findings depend on: each file's content, the rules, the settings.
"""

# Strings and os.path, as in the cache.
# ruff: noqa: PTH118, PTH123

from __future__ import annotations

import os

from pyguard_kernel.cache import digest_of, private_folder, replace_file
from pyguard_kernel.records import fix_of, plain_fix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from pyguard_kernel.findings import Judge
    from pyguard_kernel.model import Finding


class Recall:
    """The findings of one run of the scan; nothing here fails.

    What can't be read or doesn't hold is not known.
    """

    def __init__(self, folder: Path, state: Iterable[str]) -> None:
        self._folder = str(folder)
        self._file = os.path.join(self._folder, "findings")
        self._key = digest_of("\n".join(state))

    def known(self, judge: Judge) -> tuple[list[Finding], int] | None:
        """The findings, and the number of lines that were looked at."""
        import json

        try:
            with open(self._file, "rb") as file:
                key, _, rest = file.read().partition(b"\n")
            head, _, body = rest.partition(b"\n")
            if key.decode() != self._key or head.decode() != digest_of(body):
                return None
            lines, found = json.loads(body)
            return [
                judge.finding(
                    code, path, tuple(span), message, cell, fix_of(fix), ruff_code
                )
                for path, rows in found.items()
                for code, span, message, cell, fix, ruff_code in rows
            ], int(lines)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, findings: Sequence[Finding], lines: int) -> None:
        """Keep what was found, in this order."""
        import json

        found: dict[str, list[Any]] = {}
        for f in findings:
            span = (f.line, f.column, f.end_line, f.end_column)
            fix = plain_fix(f.fix) if f.fix else None
            row = (f.code, span, f.message, f.cell, fix, f.ruff)
            found.setdefault(f.path, []).append(row)
        body = json.dumps((lines, found), separators=(",", ":")).encode("ascii")
        head = f"{self._key}\n{digest_of(body)}\n".encode()
        try:
            private_folder(self._folder)
            replace_file(self._file, head + body)
        except OSError:
            return  # the cache can't be written either, and that is said
