"""Projects in a scan: when they are looked at, and what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyguard_kernel.scan import scan
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from pyguard_kernel.scan import Result

BROKEN = "[project\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(BROKEN)
    (folder / "src" / "app.py").write_text("x = 1\n")
    monkeypatch.chdir(folder)
    return folder


def broken(result: Result) -> list[str]:
    return [f.path for f in result.findings if f.code == "PG000"]


def test_a_projects_folder_is_looked_at_whole(shop: Path) -> None:
    assert broken(scan(["."], Settings())) == ["pyproject.toml"]


def test_paths_are_as_the_user_would_type_them(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.parent)
    assert broken(scan(["shop"], Settings())) == ["shop/pyproject.toml"]


def test_a_part_of_a_project_is_looked_at_for_its_python_alone(shop: Path) -> None:
    result = scan(["src"], Settings())
    assert not result.answers
    assert not result.findings


def test_a_file_that_is_named_is_told_of_and_no_other(shop: Path) -> None:
    (shop / "ci.yml").write_text("a: [")
    assert broken(scan(["ci.yml"], Settings())) == ["ci.yml"]
    assert broken(scan(["pyproject.toml"], Settings())) == ["pyproject.toml"]


def test_what_is_broken_as_code_and_as_a_fact_is_told_once(shop: Path) -> None:
    (shop / "setup.py").write_text("setup(\n")
    assert broken(scan(["."], Settings())) == ["pyproject.toml", "setup.py"]


def test_where_no_project_rule_is_selected_none_is_asked(shop: Path) -> None:
    settings = Settings().with_options(select=["PG2"])
    result = scan(["."], settings)
    assert not result.answers
    assert not result.findings


def test_a_comment_that_allows_what_a_project_rule_finds_is_not_idle(
    shop: Path,
) -> None:
    (shop / "pyproject.toml").write_text('[project]\nname = "shop"\n')
    (shop / "shop").mkdir()
    (shop / "shop" / "__init__.py").write_text("# noqa: PG601 -- by design\n")
    found = {f.code for f in scan(["."], Settings(root=shop)).findings}
    assert "PG602" in found
    assert not {"PG001", "PG601"} & found
