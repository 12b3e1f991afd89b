"""What a project lives with for now: only findings that came since count."""

from __future__ import annotations

import json
import os
import posixpath
from collections import Counter

from pyguard_kernel.atomic import write_atomically
from pyguard_kernel.selection import SettingsError
from pyguard_kernel.values import NamedTuple, dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyguard_kernel.lines import Lines
    from pyguard_kernel.model import Finding

FORMAT = 1


class BaselineError(SettingsError):
    """A baseline can't be used; the message names the file and the remedy."""


class Identity(NamedTuple):
    """What stays the same of a finding when lines move: path, rule, text of its line.

    `path` is relative to the baseline's folder; `text` has its white space evened out.
    Equal ones are told apart by how many there are.
    """

    path: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Findings against a baseline: `new` ones, and how many are known and gone."""

    new: tuple[Finding, ...]
    remaining: int
    fixed: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looked at: what lies outside of it is neither fixed nor forgotten.

    `paths` as given to the run, `codes` of the rules that ran.
    """

    paths: tuple[str, ...]
    codes: frozenset[str]

    def holds(self, identity: Identity, folder: str) -> bool:
        """Whether the run would have found it, were it still there."""
        path = os.path.normpath(f"{folder}/{identity.path}")
        inside = any(
            path == top or path.startswith(top.rstrip(os.sep) + os.sep)
            for top in map(_absolute, self.paths)
        )
        return inside and identity.code in self.codes


def identify(finding: Finding, lines: Lines, folder: str) -> Identity:
    """A finding's identity, its path relative to an absolute folder."""
    path = os.path.relpath(_absolute(finding.path), folder).replace(os.sep, "/")
    return Identity(
        posixpath.normpath(path), finding.code, " ".join(lines.at(finding).split())
    )


def compare(
    file: Path, findings: Iterable[Finding], lines: Lines, scope: Scope
) -> Comparison:
    """Tell new findings from those that a baseline knows.

    Of equal ones the first are the known: a copy further down is new.

    Raises:
        BaselineError: the file is missing, or isn't a baseline.
    """
    known, folder = _load(file), _folder(file)
    left = known.copy()
    new: list[Finding] = []
    remaining = 0
    for finding in findings:
        identity = identify(finding, lines, folder)
        if left[identity] > 0:
            left[identity] -= 1
            remaining += 1
        else:
            new.append(finding)
    fixed = sum(n for identity, n in left.items() if scope.holds(identity, folder))
    return Comparison(tuple(new), remaining, fixed)


def write(file: Path, findings: Iterable[Finding], lines: Lines, scope: Scope) -> int:
    """Write all findings of a run as known; what lay outside of the run stays known.

    Returns how many findings the file holds now.

    Raises:
        BaselineError: an existing file isn't a baseline.
        OSError: it can't be written.
    """
    folder = _folder(file)
    counts: Counter[Identity] = Counter()
    if file.exists():
        for identity, count in _load(file).items():
            if not scope.holds(identity, folder):
                counts[identity] = count
    counts.update(identify(finding, lines, folder) for finding in findings)
    entries = [
        json.dumps([*identity, count], ensure_ascii=False)
        for identity, count in sorted(counts.items())
    ]
    body = ",\n".join(f"    {entry}" for entry in entries)
    text = (
        f'{{\n  "pyguard-baseline": {FORMAT},\n'
        '  "columns": ["path", "rule", "line", "count"],\n'
        f'  "findings": [\n{body}\n  ]\n}}\n'
    )
    write_atomically(file, text.encode("utf-8", "backslashreplace"))
    return counts.total()


def _load(file: Path) -> Counter[Identity]:
    try:
        content = json.loads(file.read_bytes())
        if content["pyguard-baseline"] != FORMAT:
            raise BaselineError(
                f"{file}: is a baseline of another version of PyGuard;"
                " write it anew with --write-baseline"
            )
        return Counter(
            {
                Identity(str(path), str(code), str(text)): int(count)
                for path, code, text, count in content["findings"]
            }
        )
    except FileNotFoundError:
        raise BaselineError(
            f"{file}: no such baseline; make it with --write-baseline {file}"
        ) from None
    except OSError as error:
        raise BaselineError(f"{file}: can't be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BaselineError(
            f"{file}: isn't a baseline ({error!r}); restore it,"
            " or delete it and write it anew with --write-baseline"
        ) from None


def _folder(file: Path) -> str:
    return os.path.dirname(_absolute(str(file)))  # noqa: PTH120


def _absolute(path: str) -> str:
    return os.path.abspath(path)  # noqa: PTH100
