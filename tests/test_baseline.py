import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.baseline import BaselineError, Comparison, Scope, compare, write
from pyguard_kernel.lines import Lines
from pyguard_kernel.model import Finding, Level

ALL = Scope((".",), frozenset({"PG206", "PG301"}))


def found(lines: list[str], path: str = "a.py", code: str = "PG206") -> list[Finding]:
    """A finding wherever a line says `bad`."""
    return [
        Finding(code, "name", Level.MUST, "message", path, number, 1, number, 2)
        for number, line in enumerate(lines, 1)
        if "bad" in line
    ]


def text_of(lines: list[str], path: str = "a.py") -> Lines:
    return Lines({path: "\n".join(lines).encode()})


def known(file: Path, lines: list[str]) -> None:
    write(file, found(lines), text_of(lines), ALL)


def against(file: Path, lines: list[str], scope: Scope = ALL) -> Comparison:
    return compare(file, found(lines), text_of(lines), scope)


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "baseline.json"


LINES = st.lists(st.sampled_from(["bad()", "bad(1)", "  bad()", "fine()", ""]))


@given(before=LINES, data=st.data())
def test_lines_that_move_stay_known(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("moved") / "baseline.json"
    known(file, before)
    after: list[str] = []
    for line in before:
        after += data.draw(st.lists(st.sampled_from(["", "# new", "other()"])))
        after.append(data.draw(st.sampled_from(["", "    "])) + line)
    comparison = against(file, after)
    assert comparison.new == ()
    assert comparison.remaining == len(found(before))
    assert comparison.fixed == 0


@given(before=LINES, after=LINES)
def test_new_remaining_and_fixed_add_up(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str]
) -> None:
    file = tmp_path_factory.mktemp("sums") / "baseline.json"
    known(file, before)
    comparison = against(file, after)
    assert len(comparison.new) + comparison.remaining == len(found(after))
    assert comparison.fixed + comparison.remaining == len(found(before))


def test_one_more_of_the_same_is_new(file: Path) -> None:
    known(file, ["bad()", "bad()"])
    comparison = against(file, ["bad()", "bad()", "bad()"])
    assert [finding.line for finding in comparison.new] == [3]


def test_a_changed_line_is_new_and_the_old_one_fixed(file: Path) -> None:
    known(file, ["bad(1)"])
    comparison = against(file, ["bad(2)"])
    assert (len(comparison.new), comparison.remaining, comparison.fixed) == (1, 0, 1)


def test_what_the_run_did_not_look_at_is_not_fixed(file: Path) -> None:
    known(file, ["bad()"])
    other_files = Scope(("b.py", "sub"), ALL.codes)
    assert against(file, [], other_files).fixed == 0
    other_rules = Scope((".",), frozenset({"PG301"}))
    assert against(file, [], other_rules).fixed == 0
    assert against(file, [], Scope(("a.py",), ALL.codes)).fixed == 1


def test_writing_again_keeps_what_the_run_did_not_look_at(file: Path) -> None:
    known(file, ["bad()"])
    b = ["bad(2)"]
    held = write(
        file, found(b, "b.py"), text_of(b, "b.py"), Scope(("b.py",), ALL.codes)
    )
    assert held == 2
    assert against(file, ["bad()"]).new == ()


def test_the_working_directory_does_not_matter(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(file, ["bad()"])
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    lines = Lines({"../a.py": b"bad()\n"})
    scope = Scope(("..",), ALL.codes)
    comparison = compare(file, found(["bad()"], "../a.py"), lines, scope)
    assert comparison == Comparison((), remaining=1, fixed=0)


def test_the_file_has_a_finding_a_line_in_a_fixed_order(file: Path) -> None:
    known(file, ["bad(2)", "bad()", "bad()"])
    content = json.loads(file.read_text())
    assert content["findings"] == [
        ["a.py", "PG206", "bad()", 2],
        ["a.py", "PG206", "bad(2)", 1],
    ]
    assert sum("PG206" in line for line in file.read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such baseline; make it with --write-baseline"),
        ("", "isn't a baseline"),
        ("[]", "isn't a baseline"),
        ('{"pyguard-baseline": 1}', "isn't a baseline"),
        ('{"pyguard-baseline": 1, "findings": [["a.py", 1]]}', "isn't a baseline"),
        ('{"pyguard-baseline": 99, "findings": []}', "another version of PyGuard"),
        ("[" * 100_000, "isn't a baseline"),
    ],
)
def test_a_file_that_is_no_baseline_is_an_error(
    file: Path, content: str | None, said: str
) -> None:
    if content is not None:
        file.write_text(content)
    with pytest.raises(BaselineError) as caught:
        against(file, [])
    assert str(caught.value).startswith(f"{file}: ")
    assert said in str(caught.value)


def test_text_that_is_no_unicode_survives(file: Path) -> None:
    lines = Lines({"a.py": "bad('\udcff')".encode("utf-8", "surrogatepass")})
    findings = found(["bad"])
    write(file, findings, lines, ALL)
    assert compare(file, findings, lines, ALL).remaining == 1
