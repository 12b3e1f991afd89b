"""Mends a file to the end: one fix can make room for the next."""

from __future__ import annotations

from pyguard_kernel.fixes import fixed_text
from pyguard_kernel.scan import check_text
from pyguard_kernel.selection import UNREADABLE
from pyguard_kernel.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyguard_kernel.model import Finding
    from pyguard_kernel.settings import Settings

# Past this many rounds it is a circle.
_ROUNDS = 10


class MendingError(Exception):
    """Fixes would have broken a file, which stays as it was."""


def mended(
    data: bytes,
    path: str,
    settings: Settings,
    *,
    unsafe: bool,
    findings: Sequence[Finding] | None = None,
) -> bytes:
    """A file's bytes with all its fixable findings mended; the same where none is.

    `findings` are those of the file, with their fixes, where they are known already
    (a scan finds more than one text shows by itself).

    Raises:
        MendingError: what came out could not be read any more.
        ScanError: ruff is missing or unfit.
    """
    if findings is None:
        findings = _found(data, path, settings)
    try:
        for _ in range(_ROUNDS):
            after = fixed_text(data, findings, unsafe=unsafe)
            if after == data:
                break
            findings = _found(after, path, settings)
            broken = [f for f in findings if f.code == UNREADABLE]
            if broken:
                raise MendingError(
                    f"{path}: its fixes together would leave it unreadable"
                    f" ({broken[0].message}); it stays as it was"
                )
            data = after
    except Unreadable:
        return data
    return data


def _found(data: bytes, path: str, settings: Settings) -> list[Finding]:
    """What one text shows by itself, but for what another file's edit would mend."""
    found = check_text(data, path, settings, fixes=True).findings
    return [f for f in found if f.fix is None or not f.fix.path]
