"""What is told of a pyproject.toml that is checked alone, and how it is mended."""

from __future__ import annotations

import tomllib

from pyguard_kernel.findings import Judge
from pyguard_kernel.fixes import apply
from pyguard_kernel.project import Tree
from pyguard_kernel.project_run import run_project
from pyguard_kernel.registry import find_rule
from pyguard_kernel.settings import Settings

HATCHLING = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"
"""


def check(text: str, *, partial: bool, **others: str) -> tuple[list[str], str]:
    """The messages, and the text after all fixes."""
    rule = find_rule("PG602")
    assert rule is not None
    settings = Settings()
    texts = {"pyproject.toml": text.encode()}
    texts |= {path: held.encode() for path, held in others.items()}
    tree = Tree.of_texts(texts, settings, partial=partial)
    judge = Judge(settings, [rule], whole=True)
    found = run_project(tree, [rule], settings, judge, fixes=True).findings
    fixes = [finding.fix for finding in found if finding.fix is not None]
    return [finding.message for finding in found], apply(text, fixes)


def test_a_part_of_a_file_may_have_its_other_fields_elsewhere() -> None:
    part = '[project]\ndependencies = ["httpx>=0.28,<1"]\n'
    assert check(part, partial=True)[0] == []
    (message,) = check(part, partial=False, **{"app.py": ""})[0]
    assert message.startswith("no name, no version, no requires-python")


def test_a_file_with_both_tables_is_whole() -> None:
    (message,), mended = check(f'{HATCHLING}[project]\nname = "shop"\n', partial=True)
    assert message.startswith("no version and no requires-python")
    project = tomllib.loads(mended)["project"]
    assert project == {"name": "shop", "version": "0.1.0", "requires-python": ">=3.12"}


def test_a_misspelt_field_gets_the_name_that_was_meant() -> None:
    text = f'{HATCHLING}[project]\nname = "shop"\nversion = "1"\n'
    (message,), mended = check(f'{text}python_requires = ">=3.13"\n', partial=True)
    assert "did you mean `requires-python`?" in message
    assert tomllib.loads(mended)["project"]["requires-python"] == ">=3.13"


def test_a_field_of_another_shape_is_left_to_people() -> None:
    text = f'{HATCHLING}[project]\nname = "shop"\nversion = "1"\n'
    text += 'requires-python = ">=3.13"\nauthor = "Ann"\n'
    messages, mended = check(text, partial=True)
    assert len(messages) == 1
    assert mended == text


def test_the_python_that_is_pinned_is_the_one_that_is_asked_for() -> None:
    text = f'{HATCHLING}[project]\nname = "shop"\nversion = "1"\n'
    _, mended = check(text, partial=True, **{".python-version": "3.13.2\n"})
    assert tomllib.loads(mended)["project"]["requires-python"] == ">=3.13"


def test_the_oldest_python_of_the_classifiers_is_asked_for() -> None:
    classifiers = ", ".join(
        f'"Programming Language :: Python :: 3.{minor}"' for minor in (12, 10, 11)
    )
    text = f'{HATCHLING}[project]\nname = "shop"\nversion = "1"\n'
    _, mended = check(f"{text}classifiers = [{classifiers}]\n", partial=True)
    assert tomllib.loads(mended)["project"]["requires-python"] == ">=3.10"


def test_the_version_is_the_packages_own() -> None:
    text = '[project]\nname = "shop"\nrequires-python = ">=3.12"\n'
    package = {"src/shop/__init__.py": '__version__ = "3.1"\n'}
    _, mended = check(HATCHLING + text, partial=False, **package)
    assert tomllib.loads(mended)["project"]["version"] == "3.1"
    assert tomllib.loads(mended)["dependency-groups"]["dev"]


def test_without_a_package_nothing_is_built() -> None:
    text = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.12"\n'
    text += '[dependency-groups]\ndev = ["pytest>=9"]\n'
    _, mended = check(text, partial=False, **{"app.py": ""})
    assert tomllib.loads(mended)["tool"] == {"uv": {"package": False}}
