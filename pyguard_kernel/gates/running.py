"""Runs one gate, and says what its tool's end means."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pyguard_kernel.gates import GateRun
from pyguard_kernel.gates.process import ended
from pyguard_kernel.gates.tools import SCRATCH
from pyguard_kernel.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyguard_kernel.gates.environment import Environment
    from pyguard_kernel.gates.process import Ended
    from pyguard_kernel.gates.readings import Reading
    from pyguard_kernel.gates.tools import Gate
    from pyguard_kernel.settings import Settings

# What uv says of a tool that isn't there.
_MISSING = "Failed to spawn: "


def run(
    gate: Gate,
    environment: Environment,
    settings: Settings,
    begins: Callable[[str, tuple[str, ...]], None],
) -> GateRun:
    """Run a gate's tool; a tool that is missing makes it not run."""
    if gate.absent:
        return GateRun(gate.name, gate.title, Verdict.NOT_RUN, gate.absent)
    caller = ("uv",) if gate.tool == "uv" else environment.command(gate.tool)
    if not caller:
        return _missing(gate, gate.package, environment)
    with tempfile.TemporaryDirectory(prefix="pyguard-gate-") as made:
        scratch = Path(made)
        command = (*caller, *(word.replace(SCRATCH, made) for word in gate.words))
        begins(gate.name, command)
        variables = environment.variables() | {
            name: value.replace(SCRATCH, made) for name, value in gate.variables
        }
        try:
            end = ended(command, environment.root, variables, settings.gate_timeout)
            if gate.then and end.code is not None:
                more = (*caller, *gate.then)
                ended(more, environment.root, variables, settings.gate_timeout)
        except OSError as error:
            reason = f"can't be started: {error.strerror or error}"
            return GateRun(gate.name, gate.title, Verdict.ERROR, reason, command)
        if end.code is None:
            return _late(gate, command, end, settings.gate_timeout)
        if end.code == 2 and _MISSING in end.output:
            return _missing(gate, gate.package, environment, end.output)
        reading = gate.read(end, scratch, settings)
    return _read(gate, command, end, reading, environment)


def _read(
    gate: Gate,
    command: tuple[str, ...],
    end: Ended,
    reading: Reading,
    environment: Environment,
) -> GateRun:
    if reading.lacks:
        return _missing(gate, reading.lacks, environment, end.output)
    mend = ""
    if gate.mend and reading.verdict is Verdict.FAILED:
        mend = shlex.join((*environment.command(gate.tool), *gate.mend))
    return GateRun(
        gate.name,
        gate.title,
        reading.verdict,
        reading.reason,
        command,
        reading.figure,
        reading.value,
        end.output,
        end.seconds,
        mend=mend,
    )


def _missing(
    gate: Gate, package: str, environment: Environment, output: str = ""
) -> GateRun:
    return GateRun(
        gate.name,
        gate.title,
        Verdict.NOT_RUN,
        f"{package} is missing",
        output=output,
        install=environment.install(package),
    )


def _late(gate: Gate, command: tuple[str, ...], end: Ended, limit: int) -> GateRun:
    reason = (
        f"didn't end within {limit:,} seconds; `gate-timeout` in [tool.pyguard] gives"
        " it more"
    )
    return GateRun(
        gate.name,
        gate.title,
        Verdict.ERROR,
        reason,
        command,
        output=end.output,
        seconds=end.seconds,
    )
