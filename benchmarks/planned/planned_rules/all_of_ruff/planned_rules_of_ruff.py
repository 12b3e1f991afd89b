"""Every code of ruff that the whole handbook will ask for, as one rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Level, Reference, Ruff, Rule

if TYPE_CHECKING:
    from pyguard_kernel.model import Diagnostic
    from pyguard_kernel.source import SourceFile

CODES = (
    "ANN001 ANN002 ANN003 ANN201 ANN204 ANN205 ANN206 C419 C901 D100 D101 D102 D103"
    " D104 D105 D106 D107 D205 D401 D415 D417 E501 F401 F841 FURB129 PERF401 PERF402"
    " PERF403 PT021 PT022 PYI019 PYI034 S105 S106 S107 S301 S302 S303 S304 S305 S308"
    " S311 S313 S314 S315 S316 S317 S318 S319 S324 S506 S608 S701 S702 S704 UP006"
    " UP007 UP035 UP040 UP045 UP046 UP047"
)


def judge(diagnostic: Diagnostic, _file: SourceFile) -> str:
    """All that ruff says, in its words."""
    return diagnostic.message


RULE = Rule(
    code="BENCH1",
    level=Level.MUST,
    statements=(),
    summary="Stand for the rules to come.",
    why="What a scan costs depends on how much ruff is asked.",
    references=(
        Reference("Ruff's rules", "https://docs.astral.sh/ruff/rules/", "2026-11-23"),
    ),
    since="0.1.0",
    detectors=(Ruff(tuple(CODES.split()), judge),),
)
