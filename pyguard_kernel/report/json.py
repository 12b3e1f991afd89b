"""Findings for programs: an array of objects, in the order of the files."""

from __future__ import annotations

import json
from dataclasses import asdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyguard_kernel.model import Finding
    from pyguard_kernel.report.outcome import Outcome


def render(outcome: Outcome) -> str:
    """The findings; `[]` for none."""
    return dumps([as_object(finding) for finding in outcome.findings])


def as_object(finding: Finding) -> dict[str, Any]:
    """One finding. Lines and columns count from 1, columns in characters."""
    plain = asdict(finding)
    if finding.fix is not None and not finding.fix.path:
        del plain["fix"]["path"]  # the finding's own
    return plain


def dumps(content: object) -> str:
    """JSON as all our reports write it."""
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"
