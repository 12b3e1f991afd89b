"""JUnit XML: a suite a chapter, a case a rule that passed, a failed case a finding."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from pyguard_kernel.report.outcome import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyguard_kernel.model import Finding
    from pyguard_kernel.report.outcome import Outcome

# What XML 1.0 can't hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_OTHER = "source"  # the suite of findings that are no rule's


def render(outcome: Outcome) -> str:
    """The document."""
    rules = outcome.rules
    cases: dict[str, list[str]] = {}
    broken = {finding.code for finding in outcome.findings}
    for rule in rules.values():
        suite = cases.setdefault(rule.chapter, [])
        if rule.code not in broken:
            suite.append(_case(f"{rule.code} {rule.name}", rule.chapter))
    for finding in outcome.findings:
        chapter = rules[finding.code].chapter if finding.code in rules else _OTHER
        cases.setdefault(chapter, []).append(_failed(finding, chapter, outcome))
    for crash in outcome.result.crashes:
        error = f"      <error{_attributes(message=crash)}/>\n"
        cases.setdefault("crashes", []).append(_case(crash, "crashes", error))
    suites = [_suite(name, inside) for name, inside in cases.items()]
    every = [case for inside in cases.values() for case in inside]
    head = _attributes(name="PyGuard", **_tally(every))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f"<testsuites{head}>\n{''.join(suites)}</testsuites>\n"
    )


def _suite(name: str, cases: list[str]) -> str:
    head = _attributes(name=name, **_tally(cases))
    return f"  <testsuite{head}>\n{''.join(cases)}  </testsuite>\n"


def _tally(cases: Iterable[str]) -> dict[str, str]:
    cases = list(cases)
    failures = sum("<failure " in case for case in cases)
    errors = sum("<error " in case for case in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(failures),
        "errors": str(errors),
    }


def _failed(finding: Finding, chapter: str, outcome: Outcome) -> str:
    text = f"{place(finding)}: {finding.message}\n{outcome.lines.at(finding)}"
    head = _attributes(message=finding.message, type=finding.level)
    failure = f"      <failure{head}>{escape(_clean(text))}</failure>\n"
    return _case(f"{finding.code} {finding.name} {place(finding)}", chapter, failure)


def _case(name: str, chapter: str, inside: str = "") -> str:
    head = _attributes(name=name, classname=f"pyguard.{chapter}")
    if not inside:
        return f"    <testcase{head}/>\n"
    return f"    <testcase{head}>\n{inside}    </testcase>\n"


def _attributes(**values: str) -> str:
    return "".join(
        f" {name}={quoteattr(_clean(value))}" for name, value in values.items()
    )


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
