"""Runs commands side by side, round by round, and compares them within each round."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command cost, its children included: seconds and megabytes."""

    cpu: float
    wall: float
    peak: float


@dataclass(slots=True)
class Series:
    """The costs of one command over the rounds."""

    costs: list[Cost] = field(default_factory=list)

    def median(self, part: str) -> float:
        """The median of `cpu`, `wall` or `peak`."""
        return float(statistics.median(getattr(cost, part) for cost in self.costs))


def run(command: Sequence[str], *, stdin: Path | None = None) -> Cost:
    """Run a command to its end, output thrown away, and take its cost."""
    with open(stdin or os.devnull, "rb") as source:  # noqa: PTH123 -- also os.devnull
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1} and not _is_a_bit_mask(command):
        raise SystemExit(f"exit {process.returncode}: {' '.join(command)[:300]}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    """Ours, but that compiled modules are kept, as they are for any user."""
    own = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return own | {"PYTHONHASHSEED": "0"}


def _is_a_bit_mask(command: Sequence[str]) -> bool:
    return "pylint" in command


def side_by_side(
    commands: Mapping[str, Sequence[str]],
    rounds: int,
    *,
    before: Mapping[str, Callable[[], None]] | None = None,
    stdin: Path | None = None,
) -> dict[str, Series]:
    """Each command once a round, in turn, so that a slow minute hits them all.

    `before` is called before a command, outside of its time.
    """
    series = {name: Series() for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            if before and name in before:
                before[name]()
            series[name].costs.append(run(command, stdin=stdin))
            print(f"  round {number + 1}: {name}", file=sys.stderr)
    return series


def ratio(ours: Series, theirs: Series, part: str = "cpu") -> float:
    """The median over the rounds of ours divided by theirs in the same round."""
    ratios = [
        float(getattr(a, part) / getattr(b, part))
        for a, b in zip(ours.costs, theirs.costs, strict=True)
    ]
    return statistics.median(ratios)
