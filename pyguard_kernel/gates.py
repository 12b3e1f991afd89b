"""Gates: the project's own tools, run on it, and the figures that they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyguard_kernel.model import Verdict


@dataclass(frozen=True, slots=True)
class GateRun:
    """What one gate came to.

    `title` says what it looks at, `reason` in words why it failed or didn't run.
    `command` is what was run, none where the tool is missing: then `install` gets it.
    `figure` is for people, `value` the same as a number. `output` is all that the tool
    said, as far as it is kept.
    """

    name: str
    title: str
    verdict: Verdict
    reason: str = ""
    command: tuple[str, ...] = ()
    figure: str = ""
    value: float | None = None
    output: str = ""
    seconds: float = 0.0
    install: str = ""
