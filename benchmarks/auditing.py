"""An audit of a project of some 3,000 files: cold, warm, and as a page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.corpus import WORK
from benchmarks.measure import Series, side_by_side
from pyguard_kernel.model import PLANNED_RULES
from pyguard_kernel.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable

AUDIT = [str(Path(sys.executable).with_name("pyguard")), "audit", "--isolated"]


def audited(
    add: Callable[[str, str, str, str, str], None], tree: Path, rounds: int
) -> None:
    """What an audit costs; `add` takes a row of the report."""
    cache = ["--cache-dir", str(WORK / "audit-cache")]
    page = ["--output-format", "html"]
    warm = {
        "text": [*AUDIT, *cache, str(tree)],
        "page": [*AUDIT, *cache, *page, str(tree)],
    }
    cold = side_by_side({"cold": [*AUDIT, "--no-cache", str(tree)]}, rounds)
    side_by_side({"first": warm["text"]}, 1)
    again = side_by_side(warm, rounds)
    files = len([*tree.rglob("*.py")])
    rules = f"{len(all_rules())} of {PLANNED_RULES} rules"
    for what, series, how in (
        ("cold", cold["cold"], f"{files:,} Python files of Django, {rules}"),
        ("warm", again["text"], "what is known of Python files comes from the cache;"
         " the project's other files are read anew"),
        ("warm, as a page of HTML", again["page"], "each finding with its code"),
    ):  # fmt: skip
        add(f"audit, {what}", _costs(series), "", "", how)


def _costs(series: Series) -> str:
    return (
        f"**{series.median('cpu'):.1f} s CPU**, {series.median('wall'):.1f} s wall,"
        f" {series.median('peak'):.0f} MB at most"
    )
