"""Outcomes to report, made from source whose marks say where the findings are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyguard_kernel.baseline import Comparison
from pyguard_kernel.lines import Lines
from pyguard_kernel.model import Finding, Level
from pyguard_kernel.registry import all_rules
from pyguard_kernel.report.outcome import Outcome
from pyguard_kernel.scan import Result

type MakeFinding = Callable[..., Finding]
type MakeOutcome = Callable[..., Outcome]


@pytest.fixture
def finding() -> MakeFinding:
    """Makes a finding of bare-except at `line` and `column` of a.py, or as told."""

    def make(line: int = 1, column: int = 1, **told: Any) -> Finding:
        facts: dict[str, Any] = {
            "code": "PG206",
            "name": "bare-except",
            "level": Level.NEVER,
            "message": "a bare `except:` catches all",
            "path": "a.py",
            "line": line,
            "column": column,
            "end_line": line,
            "end_column": column + 7,
        }
        return Finding(**(facts | told))

    return make


@pytest.fixture
def outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeOutcome:
    """Makes the outcome of a run over `texts` with these findings."""
    monkeypatch.chdir(tmp_path)

    def make(
        *findings: Finding,
        texts: dict[str, str] | None = None,
        crashes: tuple[str, ...] = (),
        files: int = 3,
        new: tuple[Finding, ...] | None = None,
        **told: Any,
    ) -> Outcome:
        rules = tuple(rule for rule in all_rules() if rule.code in {"PG206", "PG210"})
        result = Result(findings, files, 100, 0, rules, crashes)
        lines = Lines({path: text.encode() for path, text in (texts or {}).items()})
        comparison = Comparison(new, 4, 2) if new is not None else None
        return Outcome(result, lines, comparison=comparison, **told)

    return make
