"""The statements that the handbook answers, each with the rules that answer it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its number, how binding it is, what it asks, who answers.

    `rules` are codes, of rules that exist or are planned; none where the production
    checklist answers it.
    """

    number: str
    level: str
    rules: tuple[str, ...]
    text: str


@cache
def statements() -> tuple[Statement, ...]:
    """All statements in their order."""
    table = files(__package__).joinpath("statements.csv")
    return tuple(
        Statement(
            row["statement"], row["level"], tuple(row["rules"].split()), row["text"]
        )
        for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    )


def answered_by(code: str) -> tuple[Statement, ...]:
    """The statements that the rule with this code answers."""
    return tuple(s for s in statements() if code in s.rules)
