"""How releases are made: by CI, make targets, tox, nox and scripts."""

from __future__ import annotations

from pyguard_kernel.file_cells import tree
from pyguard_kernel.model import ROOT
from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.project._commands import Command
from pyguard_kernel.project.releases import Release, is_setup
from pyguard_kernel.settings import Settings

PUBLISH = """\
-- .github/workflows/publish.yml --
on:
  push:
    tags: ["v*"]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make dist
  upload:
    runs-on: ubuntu-latest
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
      - run: gh release create v1
-- Makefile --
dist:
\tpython -m build
release: dist
\ttwine upload dist/*
test:
\tpytest
-- scripts/publish_docs.sh --
mkdocs gh-deploy
-- tests/release.sh --
twine upload dist/*
"""


def releases(text: str) -> dict[str, Release]:
    settings = Settings()
    texts = {path: held.encode() for path, (_, held) in tree(text).items()}
    found = Facts(Tree.of_texts(texts, settings), settings).get("releases")
    return {release.name: release for release in found or ()}


def test_what_may_make_releases_is_found_in_its_file() -> None:
    found = releases(PUBLISH)
    assert list(found) == [
        ".github/workflows/publish.yml",
        "Makefile",
        "scripts/publish_docs.sh",
    ]
    words = {name: [c.words for c in one.commands] for name, one in found.items()}
    assert ("build",) in words[".github/workflows/publish.yml"]
    assert ("twine", "upload", "dist/*") in words["Makefile"]
    assert ("pytest",) not in words["Makefile"]
    assert words["scripts/publish_docs.sh"] == [("mkdocs", "gh-deploy")]


def test_what_uploads_and_what_attaches() -> None:
    found = releases(PUBLISH)
    by_ci, by_make = found[".github/workflows/publish.yml"], found["Makefile"]
    assert by_ci.tagged
    assert by_ci.uploads in by_ci.actions
    assert [step in by_ci.commands for step in by_ci.attaches] == [True]
    assert by_make.uploads in by_make.commands
    assert not by_make.tagged
    assert found["scripts/publish_docs.sh"].uploads is None


def test_without_any_there_is_no_fact() -> None:
    assert releases("-- pyproject.toml --\n[project]\nname = 'shop'\n") == {}


def test_setup_py_is_known_however_it_is_called() -> None:
    def command(*words: str) -> Command:
        return Command(words, words, ROOT)

    assert is_setup(command("python", "setup.py", "sdist"))
    assert is_setup(command("./setup.py", "sdist"))
    assert not is_setup(command("python", "-c", "pass"))
    assert not is_setup(command("pytest"))
