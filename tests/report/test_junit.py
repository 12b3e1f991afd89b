from collections.abc import Callable
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard_kernel.model import Finding
from pyguard_kernel.report import junit
from pyguard_kernel.report.outcome import Outcome

type Make[T] = Callable[..., T]


def parsed(made: Outcome) -> ElementTree.Element:
    return ElementTree.fromstring(junit.render(made).encode())  # noqa: S314 -- ours


def test_rules_that_passed_are_cases_and_findings_are_failed_ones(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    made = outcome(finding(1), finding(2), crashes=("PG210 crashed on a.py",))
    root = parsed(made)
    assert root.tag == "testsuites"
    assert root.attrib == {
        "name": "PyGuard", "tests": "4", "failures": "2", "errors": "1",
    }  # fmt: skip
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert list(cases) == [
        "PG210 base-exception-subclass",
        "PG206 bare-except a.py:1:1",
        "PG206 bare-except a.py:2:1",
        "PG210 crashed on a.py",
    ]
    assert len(cases["PG210 base-exception-subclass"]) == 0
    failure = cases["PG206 bare-except a.py:2:1"].find("failure")
    assert failure is not None
    assert failure.get("type") == "NEVER"
    assert failure.get("message") == "a bare `except:` catches all"


def test_a_clean_run_names_the_rules_that_ran(outcome: Make[Outcome]) -> None:
    root = parsed(outcome())
    assert root.get("tests") == "2"
    assert root.get("failures") == "0"


def test_what_is_no_rule_has_a_suite_of_its_own(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    made = outcome(finding(code="PG000", name="unreadable-file"))
    root = parsed(made)
    assert [suite.get("name") for suite in root] == ["exceptions", "source"]


@given(st.text(st.characters(codec=None)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_makes_well_formed_xml(
    finding: Make[Finding], outcome: Make[Outcome], text: str
) -> None:
    made = outcome(finding(message=text), texts={}, crashes=(text,))
    parsed(made)
