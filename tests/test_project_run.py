"""Project rules: what they are asked with, what they come to, and their fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.findings import Judge
from pyguard_kernel.model import (
    ROOT,
    Edit,
    Evidence,
    Fault,
    Fix,
    Level,
    Project,
    Rule,
    Skip,
    Verdict,
)
from pyguard_kernel.project import Node, Tree
from pyguard_kernel.project_run import ProjectRun, run_project
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyguard_kernel.model import Said


def rule(find: Callable[..., Iterable[Said]], code: str = "PG602") -> Rule:
    return Rule(
        code=code,
        level=Level.MUST,
        statements=(),
        summary="A project has a version.",
        why="",
        references=(),
        since="0.1.0",
        detectors=(Project(find),),
        name="no-version",
        chapter="distribution",
    )


def run(
    find: Callable[..., Iterable[Said]],
    files: dict[str, str],
    *,
    partial: bool = False,
    fixes: bool = False,
) -> ProjectRun:
    settings = Settings()
    texts = {path: text.encode() for path, text in files.items()}
    tree = Tree.of_texts(texts, settings, partial=partial)
    rules = [rule(find)]
    judge = Judge(settings, rules, whole=True)
    return run_project(tree, rules, settings, judge, fixes=fixes)


def no_version(pyproject: Node) -> Iterable[Said]:
    project = pyproject.get("project")
    if project is None:
        yield Skip("it is no package")
    elif version := project.get("version"):
        yield Evidence(version.place, f"version {version.text}")
    else:
        line = project.span[0] + 1
        edit = Edit(line, 1, line, 1, 'version = "0.1.0"\n')
        mend = Fix("unsafe", "Add a version", (edit,))
        yield Fault(project.place, "[project] has no version", fix=mend)


SHOP = '[project]\nname = "shop"\n'


def test_a_fault_stands_on_its_line() -> None:
    (finding,) = run(no_version, {"pyproject.toml": f"\n{SHOP}"}).findings
    assert (finding.path, finding.line, finding.column) == ("pyproject.toml", 2, 1)
    assert (finding.code, finding.name, finding.fix) == ("PG602", "no-version", None)


def test_evidence_makes_a_rule_pass() -> None:
    answers = run(no_version, {"pyproject.toml": f'{SHOP}version = "1"'}).answers
    assert answers["PG602"].verdict is Verdict.PASSED
    assert [said.message for said in answers["PG602"].evidence] == ["version 1"]


def test_a_rule_that_does_not_apply_is_skipped_and_says_why() -> None:
    without_file = run(no_version, {"a.py": ""}).answers["PG602"]
    assert without_file.verdict is Verdict.SKIPPED
    assert without_file.reason == "the project has no pyproject"
    other = run(no_version, {"pyproject.toml": "[tool.x]"}).answers["PG602"]
    assert (other.verdict, other.reason) == (Verdict.SKIPPED, "it is no package")


def test_a_broken_file_is_one_finding_and_its_rules_do_not_run() -> None:
    came = run(no_version, {"pyproject.toml": "[project]\nname ="})
    (finding,) = came.findings
    assert (finding.code, finding.path, finding.line) == ("PG000", "pyproject.toml", 2)
    assert "isn't valid TOML" in finding.message
    assert came.answers["PG602"].verdict is Verdict.NOT_RUN


def test_a_rule_that_crashes_stops_no_other() -> None:
    def crash(tree: Tree) -> Iterable[Said]:
        raise ZeroDivisionError

    came = run(crash, {})
    assert came.answers["PG602"].verdict is Verdict.ERROR
    assert came.crashes == ["PG602 on the project: ZeroDivisionError()"]


def test_a_comment_on_the_line_or_above_allows_a_fault() -> None:
    for text in ("[project] # noqa: PG602 -- x", "# noqa: PG602 -- x\n[project]"):
        came = run(no_version, {"pyproject.toml": text})
        assert not came.findings
        assert came.answers["PG602"].verdict is Verdict.SKIPPED or not came.findings


def test_an_absence_is_not_told_of_a_file_that_is_checked_alone() -> None:
    def no_license(tree: Tree, pyproject: Node | None = None) -> Iterable[Said]:
        if not tree.has("LICENSE"):
            yield Fault(ROOT, "There is no LICENSE", absence=True)

    assert [f.path for f in run(no_license, {}).findings] == ["."]
    assert not run(no_license, {}, partial=True).findings


def test_a_fix_is_offered_when_it_is_proved() -> None:
    (finding,) = run(no_version, {"pyproject.toml": SHOP}, fixes=True).findings
    assert finding.fix is not None
    assert finding.fix.edits[0].content == 'version = "0.1.0"\n'


def test_a_fix_that_breaks_the_file_is_not_offered() -> None:
    def find(pyproject: Node) -> Iterable[Said]:
        bad = Fix("safe", "Break it", (Edit(1, 1, 1, 1, "[[["),))
        yield Fault(pyproject.place, "wrong", fix=bad)

    (finding,) = run(find, {"pyproject.toml": SHOP}, fixes=True).findings
    assert finding.fix is None


def test_a_run_says_what_kind_of_project_it_is_and_why() -> None:
    told = '[tool.pyguard]\nkind = "library"\n'
    assert run(no_version, {"manage.py": "", "a.py": ""}).kind.startswith("application")
    assert run(no_version, {"pyproject.toml": SHOP, "src/shop/__init__.py": ""}).kind
    assert not run(no_version, {"pyproject.toml": told}, partial=True).kind
