"""Every rule's cases: each marked line is found, and no other line is."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pyguard_kernel.api import check, check_project
from pyguard_kernel.file_cells import tree, unmarked
from pyguard_kernel.handbook.pages import marks
from pyguard_kernel.handbook.scaffold import CASES
from pyguard_kernel.model import Rule
from pyguard_kernel.registry import all_rules, find_rule
from pyguard_kernel.scan import check_texts
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1] / CASES
FILES = sorted(ROOT.glob("*/*/*.py"))
PROJECTS = sorted(path for path in ROOT.glob("*/*/*/") if path.name != "__pycache__")


def case_id(path: Path) -> str:
    return "/".join(path.parts[-2:])


def rule_of(path: Path) -> Rule:
    rule = find_rule(path.parent.name.replace("_", "-"))
    assert rule is not None, f"{path.parent} isn't named after a rule"
    assert path.parent.parent.name == rule.chapter
    return rule


def marked(path: Path, rule: Rule) -> set[int]:
    found = marks(path.read_text(encoding="utf-8"))
    return {line for line, code in found if code == rule.code}


@pytest.mark.parametrize("path", FILES, ids=case_id)
def test_the_marked_lines_of_a_file_are_found(path: Path) -> None:
    rule = rule_of(path)
    text = path.read_text(encoding="utf-8")
    # Without its folders: a path under tests/ would say that it is test code.
    findings = check(text, path.name, select=[rule.code])
    assert {f.line for f in findings} == marked(path, rule)


@pytest.mark.parametrize("folder", PROJECTS, ids=case_id)
def test_the_marked_lines_of_a_project_are_found(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = rule_of(folder)
    shutil.copytree(folder, tmp_path / folder.name)
    monkeypatch.chdir(tmp_path / folder.name)
    result = check_project(cache=False)
    found = {(f.path, f.line) for f in result.findings if f.code == rule.code}
    expected = {
        (file.relative_to(folder).as_posix(), line)
        for file in folder.rglob("*.py")
        for line in marked(file, rule)
    }
    assert found == expected


class Case(NamedTuple):
    """A small project in a file of cases."""

    title: str
    path: Path
    text: str

    @property
    def marked(self) -> set[tuple[str, int]]:
        """Where findings are marked: (path in the project, line)."""
        code = rule_of(self.path).code
        lines = self.text.split("\n")
        places = {(".", 1)} if code in codes_on(self.title) else set()
        for path, (first, text) in tree(self.text).items():
            held = lines[first - 1 : first - 1 + text.count("\n")]
            marked = [n for n, line in enumerate(held, 1) if code in codes_on(line)]
            places |= {(path, number) for number in marked}
        return places


def codes_on(line: str) -> set[str]:
    return {code for _, code in marks(line)}


def trees_in(path: Path) -> Iterator[Case]:
    """The cases of a file: each begins with a line `=== title`."""
    parts = re.split(r"^=== (.*)\n", path.read_text(encoding="utf-8"), flags=re.M)
    for title, text in zip(parts[1::2], parts[2::2], strict=True):
        yield Case(title, path, text)


TREES = [case for path in sorted(ROOT.glob("*/*/*.txt")) for case in trees_in(path)]


@pytest.mark.parametrize(
    "case", TREES, ids=lambda case: f"{case.path.parent.name}-{case.title}"
)
def test_the_marked_lines_of_a_small_project_are_found(case: Case) -> None:
    rule = rule_of(case.path)
    texts = {p: unmarked(text).encode() for p, (_, text) in tree(case.text).items()}
    settings = Settings().with_options(select=[rule.code])
    result = check_texts(texts, settings)
    assert not result.crashes
    assert {(f.path, f.line) for f in result.findings} == case.marked


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_has_six_cases_to_find_and_six_to_spare(rule: Rule) -> None:
    folder = ROOT / rule.chapter / rule.name.replace("-", "_")
    files = list(folder.rglob("*.py"))
    trees = [case for case in TREES if case.path.parent == folder]
    found = sum(len(marked(file, rule)) for file in files)
    spared = sum(len(list(_spared(file, rule))) for file in files)
    assert found + sum(len(case.marked) for case in trees) >= 6
    assert spared + sum(not case.marked for case in trees) >= 6


def _spared(path: Path, rule: Rule) -> Iterator[str]:
    """The functions and classes at the top of a file that hold no marked line."""
    lines = marked(path, rule)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if lines.isdisjoint(span):
                yield node.name
