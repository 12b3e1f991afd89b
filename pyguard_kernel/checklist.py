"""The production checklist and the quality thresholds: what each point asks for.

Points and their rules come from the statements; what is said here is which gates
measure a point, and what people are asked where no rule can see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pyguard_kernel.model import Attest
from pyguard_kernel.statements import statements

# Statement -> the gate whose figure answers it.
_MEASURED = {
    "10.3.1": "ruff",
    "10.3.2": "types",
    "10.3.3": "tests",
    "10.3.4": "mutation",
    "10.3.5": "complexity",
    "10.3.6": "vulnerabilities",
    "13.1.2": "vulnerabilities",
    "13.1.5": "types",
    "13.1.6": "ruff",
    "13.1.7": "format",
    "13.1.8": "tests",
    "13.1.9": "mutation",
    "13.1.10": "vulnerabilities",
}

# Points that no rule answers: only the people who run the service know.
ASKED = {
    "13.2.1": Attest(
        "Are response times and error rates of this service measured, and seen?",
        "the dashboard, or the configuration that makes it",
        180,
    ),
    "13.2.2": Attest(
        "Do failed logins and odd behaviour reach somebody who acts on them?",
        "the alert's definition, or the run-book that it names",
        180,
    ),
    "13.2.5": Attest(
        "Can a running process of this service be profiled without stopping it?",
        "the run-book, such as how py-spy is attached in production",
        365,
    ),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One point: its statement's number, what it asks, and who may answer.

    `group` is `Before production`, `In production`, or empty for a threshold. `rules`
    are codes, of rules that exist or are planned; `gate` may be empty.
    """

    number: str
    group: str
    text: str
    rules: tuple[str, ...]
    gate: str = ""


@cache
def checklist() -> tuple[Point, ...]:
    """The points of the production checklist, in order."""
    return _points("CHECK")


@cache
def thresholds() -> tuple[Point, ...]:
    """The quality thresholds, in order."""
    return _points("THRESHOLD")


def _points(level: str) -> tuple[Point, ...]:
    found: list[Point] = []
    for statement in statements():
        if statement.level == level:
            group, _, text = statement.text.partition(": ")
            if level == "THRESHOLD":
                group, text = "", statement.text.removeprefix("Threshold for ")
            number = statement.number
            gate = _MEASURED.get(number, "")
            if "." not in text.partition(" ")[0]:  # no file's name
                text = text[0].upper() + text[1:]
            found.append(Point(number, group, text, statement.rules, gate))
    return tuple(found)
