"""Rules as plain data: what `pyguard rule` prints for programs."""

from __future__ import annotations

from dataclasses import asdict

from pyguard_kernel.model import PLANNED_RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from pyguard_kernel.model import Rule


def facts(rule: Rule) -> dict[str, Any]:
    """All that the registry knows of a rule; its detectors by their kinds and codes."""
    return {
        "code": rule.code,
        "name": rule.name,
        "chapter": rule.chapter,
        "level": rule.level,
        "statements": list(rule.statements),
        "summary": rule.summary,
        "why": rule.why,
        "references": [asdict(reference) for reference in rule.references],
        "since": rule.since,
        "found_by": list(rule.kinds),
        "ruff": list(rule.ruff_codes),
        "fix": rule.fix,
        "page": rule.page,
    }


def table(rules: Iterable[Rule]) -> dict[str, Any]:
    """Every rule's facts, with how many there are and how many are planned."""
    rows = [facts(rule) for rule in rules]
    return {"planned": PLANNED_RULES, "count": len(rows), "rules": rows}
