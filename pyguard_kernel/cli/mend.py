"""`--fix` and `--diff`: what a scan can mend, written or shown."""

from __future__ import annotations

import difflib
import re
import time
from pathlib import Path

from pyguard_kernel.atomic import write_atomically
from pyguard_kernel.mending import MendingError, mended
from pyguard_kernel.source import Unreadable, decode
from pyguard_kernel.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyguard_kernel.model import Finding
    from pyguard_kernel.scan import Result
    from pyguard_kernel.settings import Settings

# Findings across files can make room for one another; each round is a whole scan.
_ROUNDS = 5


class Change(NamedTuple):
    """One file before and after its fixes."""

    path: str
    before: bytes
    after: bytes


def fix(
    look: Callable[[], Result], settings: Settings, *, unsafe: bool
) -> tuple[Result, int, list[str]]:
    """Mend the files that a scan finds fault with, until nothing changes.

    `look` scans, with fixes. Returns the last scan, how many findings went, and what
    could not be mended and why.

    Raises:
        OSError: a file can't be written; it is as it was.
    """
    troubles: list[str] = []
    started = time.time_ns()
    result = look()
    found = len(result.findings)
    for _ in range(_ROUNDS):
        wrote = False
        for change in changes(result, settings, unsafe=unsafe, troubles=troubles):
            path = Path(change.path)
            if _changed(path, change.before, started):
                troubles.append(f"{path}: changed during the run; left as it is")
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, change.after)
            wrote = True
        if not wrote:
            break
        started = time.time_ns()
        result = look()
    return result, max(0, found - len(result.findings)), list(dict.fromkeys(troubles))


def _changed(path: Path, before: bytes, since: int) -> bool:
    if not path.exists():
        return bool(before)
    return path.stat().st_mtime_ns > since or path.read_bytes() != before


def changes(
    result: Result, settings: Settings, *, unsafe: bool, troubles: list[str]
) -> Iterator[Change]:
    """Each file that its fixes change; `troubles` gets those they would break."""
    for path, findings in _by_target(result.findings):
        try:
            before = Path(path).read_bytes() if Path(path).exists() else b""
            after = mended(before, path, settings, unsafe=unsafe, findings=findings)
        except (MendingError, OSError) as error:
            troubles.append(str(error))
            continue
        if after != before:
            yield Change(path, before, after)


def _by_target(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings that have a fix, by the file that the fix edits or makes."""
    targets: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.fix is not None:
            target = finding.fix.path or finding.path
            targets.setdefault(target, []).append(finding)
    return sorted(targets.items())


def diff(change: Change) -> str:
    """A change as a unified diff that `patch` and `git apply` take."""
    old, new = _lines(change.before), _lines(change.after)
    name = f"a/{change.path}" if change.before else "/dev/null"  # a file that is made
    lines = difflib.unified_diff(old, new, name, f"b/{change.path}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


def _lines(data: bytes) -> list[str]:
    try:
        text = decode(data)
    except Unreadable:
        text = data.decode("utf-8", "surrogateescape")
    return re.findall(r"[^\n]*\n|[^\n]+", text)  # as patch sees them
