"""What the project rules found in an earlier run, while nothing that they read changed.

One file for each project's root, of plain data, in the cache's folder. It holds under a
key that names everything but the content of the files: which there are, the rules, the
settings and the day (answers and dated knowledge grow old).
"""

from __future__ import annotations

import json
import os
import time

from pyguard_kernel.cache import RACY, digest_of, private_folder, replace_file
from pyguard_kernel.model import Evidence, Finding, Level, Place, Verdict
from pyguard_kernel.project_run import Answer, ProjectRun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

# (modification time in ns, size, inode); None where there is no such file.
type _Stamp = list[int] | None


class ProjectCache:
    """The results of one project under one key.

    Nothing here fails: what can't be read or doesn't hold is not known.
    """

    def __init__(self, folder: Path, root: str, key: str) -> None:
        self._folder = str(folder)
        self._file = os.path.join(self._folder, f"project-{digest_of(root)[:16]}")  # noqa: PTH118
        self._key = key

    def known(self) -> ProjectRun | None:
        """The earlier run, if all that it read is as it was."""
        try:
            with open(self._file, "rb") as file:  # noqa: PTH123
                head, _, body = file.read().partition(b"\n")
            if head.decode() != digest_of(body):
                return None
            kept = json.loads(body)
            if kept["key"] != self._key:
                return None
            if any(_stamp(path) != stamp for path, stamp in kept["read"]):
                return None
            return _run_of(kept["run"])
        except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError):
            return None

    def keep(self, run: ProjectRun, read: Iterable[str]) -> None:
        """Keep a run that read these files; one that can't be relied on is not kept."""
        stamps = [(path, _stamp(path)) for path in sorted(read)]
        late = time.time_ns() - RACY
        if run.crashes or any(stamp and stamp[0] >= late for _, stamp in stamps):
            return
        kept = {"key": self._key, "read": stamps, "run": _plain(run)}
        body = json.dumps(kept, separators=(",", ":")).encode("ascii")
        try:
            private_folder(self._folder)
            replace_file(self._file, digest_of(body).encode() + b"\n" + body)
        except OSError:
            return  # the results of code can't be kept either, and that is said


def _stamp(path: str) -> _Stamp:
    try:
        stat = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return [stat.st_mtime_ns, stat.st_size, stat.st_ino]


def _plain(run: ProjectRun) -> list[Any]:
    names = Finding.__match_args__
    findings = [
        [getattr(f, name) for name in names if name != "fix"] for f in run.findings
    ]
    answers = [
        [
            code,
            answer.verdict,
            answer.reason,
            [[*e.place, e.message] for e in answer.evidence],
        ]
        for code, answer in run.answers.items()
    ]
    return [findings, answers, run.kind]


def _run_of(plain: list[Any]) -> ProjectRun:
    names = [name for name in Finding.__match_args__ if name != "fix"]
    findings, answers, kind = plain
    run = ProjectRun(kind=str(kind))
    for values in findings:
        said = dict(zip(names, values, strict=True))
        run.findings.append(Finding(**said | {"level": Level(said["level"])}))
    for code, verdict, reason, evidence in answers:
        seen = tuple(
            Evidence(Place(path, tuple(span)), message)
            for path, span, message in evidence
        )
        run.answers[code] = Answer(Verdict(verdict), reason, seen)
    return run
