"""An audit as SARIF 2.1.0: the findings as of a check, the verdict among properties."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyguard_kernel.report import sarif
from pyguard_kernel.report.audit.json import as_data
from pyguard_kernel.report.json import dumps
from pyguard_kernel.report.outcome import Outcome

if TYPE_CHECKING:
    from pyguard_kernel.report.audit.told import Told


def render(told: Told) -> str:
    """The log, with one run; its property `pyguard` has what SARIF has no words for."""
    result = told.audit.result
    outcome = Outcome(result, told.lines, told.handbook_url, fixes_known=True)
    log = json.loads(sarif.render(outcome))
    log["runs"][0]["properties"] = {"pyguard": _beside(told)}
    return dumps(log)


def _beside(told: Told) -> dict[str, Any]:
    """All but the findings, which are the run's results."""
    data = as_data(told)
    del data["other_findings"]
    for rule in data["rules"]:
        del rule["findings"]
    return data
