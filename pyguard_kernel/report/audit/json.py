"""An audit for programs: one object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyguard_kernel.model import PLANNED_RULES
from pyguard_kernel.report.json import as_object, dumps

if TYPE_CHECKING:
    from pyguard_kernel.audit import Audit, Checked, Row
    from pyguard_kernel.audit_first import Mend
    from pyguard_kernel.gates import GateRun
    from pyguard_kernel.model import Finding
    from pyguard_kernel.report.audit.told import Told


def render(told: Told) -> str:
    """The audit as JSON."""
    return dumps(as_data(told))


def as_data(told: Told) -> dict[str, Any]:
    """The audit as plain data; `gates` is null where they weren't asked to run."""
    audit = told.audit
    return {
        "verdict": audit.readiness,
        "first": [_mend(mend) for mend in told.first],
        "rules": [_row(row) for row in audit.rows],
        "checklist": [_point(checked) for checked in audit.checklist],
        "thresholds": [_point(checked) for checked in audit.thresholds],
        "gates": None if audit.gates is None else [_gate(g) for g in audit.gates],
        "other_findings": [_finding(f) for f in (*audit.unreadable, *audit.other)],
        "looked_at": _looked_at(audit),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """A finding as `check` tells it, but for its fix: an audit works none out."""
    plain = as_object(finding)
    del plain["fix"]
    return plain


def _looked_at(audit: Audit) -> dict[str, Any]:
    return {
        "path": audit.path,
        "kind": audit.result.kind,
        "python_files": audit.result.files,
        "lines": audit.result.lines,
        "rules": len(audit.result.rules),
        "rules_planned": PLANNED_RULES,
        "crashes": list(audit.result.crashes),
        "warnings": list(audit.result.warnings),
    }


def _mend(mend: Mend) -> dict[str, Any]:
    return {
        "what": mend.what,
        "name": mend.name,
        "level": mend.level,
        "why": mend.why,
        "findings": mend.count,
        "place": mend.place or None,
        "command": mend.command,
        "fix": mend.fix,
    }


def _row(row: Row) -> dict[str, Any]:
    rule = row.rule
    return {
        "code": rule.code,
        "name": rule.name,
        "level": rule.level,
        "chapter": rule.chapter,
        "verdict": row.verdict,
        "reason": row.reason,
        "findings": [_finding(finding) for finding in row.findings],
        "evidence": [
            {
                "path": seen.place.path,
                "line": seen.place.span[0],
                "message": seen.message,
            }
            for seen in row.evidence
        ],
    }


def _point(checked: Checked) -> dict[str, Any]:
    point = checked.point
    group = {"group": point.group} if point.group else {}
    return {
        "statement": point.number,
        **group,
        "text": point.text,
        "verdict": checked.verdict,
        "answers": [
            {"source": part.source, "verdict": part.verdict, "words": part.words}
            for part in checked.parts
        ],
    }


def _gate(gate: GateRun) -> dict[str, Any]:
    return {
        "name": gate.name,
        "title": gate.title,
        "verdict": gate.verdict,
        "reason": gate.reason,
        "figure": gate.figure,
        "value": gate.value,
        "command": list(gate.command),
        "install": gate.install or None,
        "seconds": round(gate.seconds, 1),
        "output": gate.output,
    }
