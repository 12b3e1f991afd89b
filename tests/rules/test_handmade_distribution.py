"""Built distributions that git tracks, and archives in the words of their commands."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.api import check_project
from pyguard_kernel.model import ROOT
from pyguard_kernel.project._commands import Command
from pyguard_kernel.rules.distribution._archives import Archive, archive_of

if TYPE_CHECKING:
    from pathlib import Path

    from pyguard_kernel.model import Finding


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a committed dist/, and one more build that is ignored."""
    git = shutil.which("git")
    assert git is not None, "these tests need git"
    built = ("dist/shop-1.0.0-py3-none-any.whl", "dist/shop-1.0.0.tar.gz")
    for path in (*built, "dist/app.js", "out/shop-1.1.0-py3-none-any.whl"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("PK")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    (tmp_path / ".gitignore").write_text("out/\n")
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run([git, *words], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def handmade() -> list[Finding]:
    found = check_project(cache=False).findings
    return [finding for finding in found if finding.code == "PG609"]


def test_a_committed_dist_is_one_finding_at_its_first_file(shop: Path) -> None:
    (finding,) = handmade()
    assert finding.path == "dist/shop-1.0.0-py3-none-any.whl"
    assert "(and 1 more beside it)" in finding.message


def test_a_dist_that_git_does_not_track_is_no_finding(shop: Path) -> None:
    (shop / ".git" / "index").unlink()
    assert not handmade()


@pytest.mark.parametrize(
    ("words", "archive"),
    [
        ("zip -r out.zip src -x *.pyc", Archive("out.zip", ("src",))),
        ("tar -czf out.tgz -C build .", Archive("out.tgz", (".",))),
        ("tar czvf out.tgz src", Archive("out.tgz", ("src",))),
        ("tar --create --file=out.tar src", Archive("out.tar", ("src",))),
        ("git archive -o out.zip HEAD", Archive("out.zip", ("HEAD",))),
        ("zipfile -c out.zip shop", Archive("out.zip", ("shop",))),
        ("7z a out.7z src", Archive("out.7z", ("src",))),
        ("tar -xzf out.tgz", None),
        ("unzip out.zip", None),
    ],
)
def test_archives_are_known_by_their_commands(
    words: str, archive: Archive | None
) -> None:
    split = tuple(words.split())
    assert archive_of(Command(split, split, ROOT)) == archive


WORDS = ["tar", "zip", "-c", "-czf", "--file=", "-C", "-o", "git", "archive", "a"]


@given(st.lists(st.sampled_from(WORDS)))
def test_any_words_are_read(words: list[str]) -> None:
    archive_of(Command(tuple(words), tuple(words), ROOT))
