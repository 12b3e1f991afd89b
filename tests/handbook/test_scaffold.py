import re
import runpy
from pathlib import Path

import pytest

from pyguard_kernel.handbook.pages import PageError, canonical, read
from pyguard_kernel.handbook.scaffold import RULES, scaffold, unwritten
from pyguard_kernel.model import Level, Rule
from pyguard_kernel.registry import all_rules


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / RULES).mkdir(parents=True)
    return tmp_path


def test_a_new_rule_has_a_file_a_page_and_cases(root: Path) -> None:
    made = scaffold(root, "ci/lost-exit-code", "PG1099")
    assert [path.relative_to(root).as_posix() for path in made] == [
        "pyguard_kernel/rules/ci/lost_exit_code.py",
        "book/ci/lost-exit-code.ipynb",
        "tests/cases/ci/lost_exit_code/example.py",
    ]
    assert (root / RULES / "ci" / "__init__.py").is_file()


def test_its_files_can_be_used_but_are_still_to_be_written(root: Path) -> None:
    rule_file, page_file, cases = scaffold(root, "ci/lost-exit-code", "PG1099")
    rule = runpy.run_path(str(rule_file))["RULE"]
    assert isinstance(rule, Rule)
    assert rule.code == "PG1099"
    page = read(page_file)
    assert page.code == "PG1099"
    assert canonical(page) == page_file.read_text(encoding="utf-8")
    for path in (rule_file, page_file, cases):
        assert unwritten(path.read_text(encoding="utf-8"))


def test_a_rule_of_projects_has_files_of_its_kind(root: Path) -> None:
    made = scaffold(root, "ci/lost-exit-code", "PG1099", project=True)
    rule_file, page_file, cases = made
    assert cases.name == "cases.txt"
    rule = runpy.run_path(str(rule_file))["RULE"]
    assert rule.kinds == ("project",)
    page = read(page_file)
    for tag in ("bad", "good", "exercise", "solution"):
        (number,) = page.numbers(tag)
        assert page.source(number).startswith("%%pyguard pyproject.toml\n")
    for path in made:
        assert unwritten(path.read_text(encoding="utf-8"))


def test_a_planned_rule_knows_its_level_and_statements(root: Path) -> None:
    rule_file, *_ = scaffold(root, "security/nonce-reuse", "PG721")
    rule = runpy.run_path(str(rule_file))["RULE"]
    assert (rule.level, rule.statements) == (Level.NEVER, ("7.5.4",))


def test_without_a_code_it_gets_the_next_one(root: Path) -> None:
    rule_file, *_ = scaffold(root, "exceptions/lost-exit-code")
    last = max(int(r.code[2:]) for r in all_rules() if r.chapter == "exceptions")
    assert f'code="PG{last + 1}"' in rule_file.read_text(encoding="utf-8")


def test_nothing_is_overwritten(root: Path) -> None:
    _, page, _ = scaffold(root, "ci/lost-exit-code", "PG1099")
    page.write_text("mine", encoding="utf-8")
    with pytest.raises(PageError, match="is there already; nothing was written"):
        scaffold(root, "ci/lost-exit-code", "PG1099")
    assert page.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("target", "code", "reason"),
    [
        ("cooking/burnt-toast", "PG299", "no chapter 'cooking'"),
        ("exceptions", "PG299", "a name says what is wrong"),
        ("exceptions/Bare Except", "PG299", "a name says what is wrong"),
        ("exceptions/burnt-toast", "PG399", "codes of exceptions are PG201 to PG299"),
        ("exceptions/burnt-toast", "E722", "codes of exceptions are PG201 to PG299"),
        ("exceptions/burnt-toast", "PG206", "PG206 is exceptions/bare-except already"),
        ("exceptions/bare-except", "PG299", "PG206 is exceptions/bare-except already"),
    ],
)
def test_what_cannot_be_used_is_refused(
    root: Path, target: str, code: str, reason: str
) -> None:
    with pytest.raises(PageError, match=re.escape(reason)):
        scaffold(root, target, code)
    assert not list(root.rglob("*.*"))


def test_it_works_in_the_projects_root_alone(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="run this in the project's root"):
        scaffold(tmp_path, "ci/lost-exit-code", "PG1099")
