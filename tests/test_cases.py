"""Every rule's cases: each marked line is found, and no other line is."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pyguard_kernel.api import check, check_project
from pyguard_kernel.handbook.pages import marks
from pyguard_kernel.handbook.scaffold import CASES
from pyguard_kernel.model import Rule
from pyguard_kernel.registry import all_rules, find_rule

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


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_has_six_cases_to_find_and_six_to_spare(rule: Rule) -> None:
    files = list((ROOT / rule.chapter / rule.name.replace("-", "_")).rglob("*.py"))
    assert sum(len(marked(file, rule)) for file in files) >= 6
    assert sum(len(list(_spared(file, rule))) for file in files) >= 6


def _spared(path: Path, rule: Rule) -> Iterator[str]:
    """The functions and classes at the top of a file that hold no marked line."""
    lines = marked(path, rule)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if lines.isdisjoint(span):
                yield node.name
