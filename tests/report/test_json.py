import json
from collections.abc import Callable

from pyguard_kernel.model import Edit, Finding, Fix
from pyguard_kernel.registry import all_rules
from pyguard_kernel.report import json as json_report
from pyguard_kernel.report import statistics
from pyguard_kernel.report.outcome import Outcome
from pyguard_kernel.report.table import table

type Make[T] = Callable[..., T]


def test_a_finding_is_an_object_with_all_it_says(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    fix = Fix("safe", "Name it", (Edit(2, 1, 2, 3, "é"),))
    found = finding(2, 3, fix=fix, url="https://example.org/x.html", ruff="E722")
    assert json.loads(json_report.render(outcome(found))) == [
        {
            "code": "PG206",
            "name": "bare-except",
            "level": "NEVER",
            "message": "a bare `except:` catches all",
            "path": "a.py",
            "line": 2,
            "column": 3,
            "end_line": 2,
            "end_column": 10,
            "cell": None,
            "fix": {
                "applicability": "safe",
                "message": "Name it",
                "edits": [
                    {
                        "line": 2,
                        "column": 1,
                        "end_line": 2,
                        "end_column": 3,
                        "content": "é",
                    }
                ],
            },
            "url": "https://example.org/x.html",
            "ruff": "E722",
        }
    ]


def test_no_finding_is_an_empty_array(outcome: Make[Outcome]) -> None:
    assert json_report.render(outcome()) == "[]\n"


def test_statistics_count_by_rule_most_first(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    other = finding(code="PG210", name="base-exception-subclass")
    made = outcome(other, finding(1), finding(2))
    assert statistics.render(made).splitlines()[:2] == [
        "2  PG206  bare-except",
        "1  PG210  base-exception-subclass",
    ]
    assert json.loads(statistics.render_json(made)) == [
        {"code": "PG206", "name": "bare-except", "count": 2},
        {"code": "PG210", "name": "base-exception-subclass", "count": 1},
    ]


def test_the_table_of_rules_is_plain_data() -> None:
    content = json.loads(json_report.dumps(table(all_rules())))
    assert content["planned"] == 121
    assert content["count"] == len(content["rules"]) == len(all_rules())
    bare = next(rule for rule in content["rules"] if rule["code"] == "PG206")
    assert bare["name"] == "bare-except"
    assert bare["found_by"] == ["ruff"]
    assert bare["ruff"] == ["E722"]
    assert bare["page"] == "exceptions/bare-except.html"
    assert bare["references"][0]["checked"] == "2026-11-23"
