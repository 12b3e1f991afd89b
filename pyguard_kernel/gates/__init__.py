"""Gates: the project's own tools, run on it, and the figures that they give.

They run the project's own code: its tests, its plug-ins, what its settings name. So
they run where they are asked for alone, and never for an archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyguard_kernel.model import Verdict
    from pyguard_kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class GateRun:
    """What one gate came to.

    `title` says what it looks at, `reason` in words why it failed or didn't run.
    `command` is what was run, none where the tool is missing: then `install` gets it.
    `mend` is the command that mends what the gate finds, where there is one. `figure`
    is for people, `value` the same as a number. `output` is all that the tool said, as
    far as it is kept.
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
    mend: str = ""


def run_gates(
    root: str, settings: Settings, begins: Callable[[str, tuple[str, ...]], None]
) -> tuple[GateRun, ...]:
    """Run every gate on the project at `root`, one after the other.

    `begins` is told of each gate and its command before it runs. Each may take
    `settings.gate_timeout` seconds; an interrupt ends the tool that runs, and is passed
    on.
    """
    from pyguard_kernel.gates.environment import Environment
    from pyguard_kernel.gates.running import run
    from pyguard_kernel.gates.tools import gates
    from pyguard_kernel.project import Facts, Tree

    facts = Facts(Tree.of_folder(Path(root), settings), settings)
    environment = Environment(Path(root))
    return tuple(
        run(gate, environment, settings, begins) for gate in gates(facts, environment)
    )
