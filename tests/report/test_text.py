import re
from collections.abc import Callable

import pytest

from pyguard_kernel.model import Edit, Finding, Fix
from pyguard_kernel.report import concise, text
from pyguard_kernel.report.outcome import Outcome

type Make[T] = Callable[..., T]

SOURCE = "\n\ntry:\n    work()\nexcept:\n    pass\n\n\nmore()\n"


def test_a_finding_is_shown_in_its_source(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    shown = text.render(outcome(finding(5), texts={"a.py": SOURCE}))
    assert shown == (
        "a.py:5:1: PG206 bare-except: a bare `except:` catches all\n"
        "  3 | try:\n"
        "  4 |     work()\n"
        "  5 | except:\n"
        "    | ^^^^^^^\n"
        "  6 |     pass\n"
        "  why: `pyguard rule PG206`\n"
        "\n"
        "1 finding in 1 file. 2 rules ran on 3 files.\n"
    )


@pytest.mark.parametrize(
    ("line", "column", "end", "carets"),
    [
        ("\tbad()", 2, 7, "    ^^^^^"),
        ("日本 = bad()", 6, 11, "       ^^^^^"),
        ("x = '日本'", 5, 9, "    ^^^^^^"),
        ("e\u0301 = bad()", 6, 11, "    ^^^^^"),
        ("bad()", 1, 1, "^"),
        ("bad()", 6, 9, "     ^"),
    ],
)
def test_carets_stand_under_what_is_meant(
    finding: Make[Finding],
    outcome: Make[Outcome],
    line: str,
    column: int,
    end: int,
    carets: str,
) -> None:
    found = finding(1, column, end_column=end)
    shown = text.render(outcome(found, texts={"a.py": line})).splitlines()
    assert shown[2] == f"    | {carets}"


def test_a_finding_over_many_lines_is_underlined_to_the_end_of_its_first(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    found = finding(1, 1, end_line=3, end_column=2)
    shown = text.render(outcome(found, texts={"a.py": "f(\n  1,\n)\n"})).splitlines()
    assert shown[1:4] == ["  1 | f(", "    | ^^", "  2 |   1,"]


def test_a_huge_line_is_cut_around_the_finding(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    line = "x" * 1_000_000 + "bad()" + "y" * 1_000_000
    found = finding(1, 1_000_001, end_column=1_000_006)
    shown = text.render(outcome(found, texts={"a.py": line})).splitlines()
    assert len(shown[1]) < 140
    assert shown[1][shown[2].index("^") :].startswith("bad()yyy")
    assert shown[2].count("^") == 5
    assert shown[1].startswith("  1 | …x")
    assert shown[1].endswith("y…")


def test_what_a_file_says_cannot_reach_the_terminal(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    evil = "\x1b]0;title\x07\u202e\x9b2J"
    found = finding(1, message=evil, path=f"{evil}.py")
    shown = text.render(outcome(found, texts={f"{evil}.py": evil}))
    assert not set(shown) & set("\x1b\x07\u202e\x9b")
    assert "␛]0;title␇" in shown


def test_a_source_that_is_gone_leaves_the_finding(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    shown = text.render(outcome(finding(5, path="gone.py")))
    assert shown.startswith("gone.py:5:1: PG206 bare-except: ")
    assert " | " not in shown


def test_a_cell_of_a_notebook_is_named(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    found = finding(2, 5, path="nb.ipynb", cell=3)
    shown = concise.render(outcome(found))
    assert shown.startswith("nb.ipynb:cell 3:2:5: PG206 bare-except: ")


def test_hints_say_what_a_fix_would_do(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    edit = Edit(1, 1, 1, 2, "x")
    safe = finding(fix=Fix("safe", "Name it", (edit,)))
    unsafe = finding(fix=Fix("unsafe", "Drop it", (edit,)))
    shown = text.render(outcome(safe, unsafe, fixes_known=True))
    assert "  fix: Name it (`--fix`); why: `pyguard rule PG206`\n" in shown
    assert "  fix: Drop it (`--fix --unsafe-fixes`); why" in shown
    assert shown.endswith(
        "1 fixable with `--fix`, 1 fixable with `--fix --unsafe-fixes`.\n"
    )


def test_where_fixes_are_not_known_the_rule_says_whether_there_may_be_one(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    found = finding(code="PG210", name="base-exception-subclass")
    shown = text.render(outcome(found))
    hint = "perhaps a fix: `--diff --unsafe-fixes` shows; why: `pyguard rule PG210`"
    assert f"  {hint}\n" in shown
    assert shown.endswith("1 perhaps fixable: `--diff --unsafe-fixes` shows.\n")


def test_silence_is_never_success(outcome: Make[Outcome]) -> None:
    assert text.render(outcome()) == "No findings. 2 rules ran on 3 files.\n"
    assert text.render(outcome(files=0)) == (
        "Nothing was checked: no Python file or notebook found.\n"
    )


def test_crashes_are_told_even_when_quiet(outcome: Make[Outcome]) -> None:
    crash = "PG206 crashed on a.py: KeyError('x')"
    for quiet in (True, False):
        assert f"crash: {crash}\n" in concise.render(
            outcome(crashes=(crash,), quiet=quiet)
        )
    assert concise.render(outcome(quiet=True)) == ""


def test_against_a_baseline_only_new_findings_are_shown(
    finding: Make[Finding], outcome: Make[Outcome]
) -> None:
    shown = concise.render(outcome(finding(1), finding(2), new=(finding(2),)))
    assert shown == (
        "a.py:2:1: PG206 bare-except: a bare `except:` catches all\n"
        "1 new finding in 1 file. 2 rules ran on 3 files."
        " Against the baseline: 1 new, 4 remaining, 2 fixed.\n"
    )


def test_colour_changes_no_word(finding: Make[Finding], outcome: Make[Outcome]) -> None:
    texts = {"a.py": SOURCE}
    plain = text.render(outcome(finding(5), texts=texts))
    colored = text.render(outcome(finding(5), texts=texts, color=True))
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
