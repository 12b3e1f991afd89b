"""Fixes of PG606 and PG607: what they make of each language, and that they hold."""

from __future__ import annotations

import pytest

from pyguard_kernel.fixes import apply
from pyguard_kernel.scan import check_texts
from pyguard_kernel.settings import Settings

BUILD = '[build-system]\nrequires = ["hatchling>=1.27"]\n'
PROJECT = f'{BUILD}[project]\nname = "shop"\nversion = "1.0.0"\n'
POETRY = '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\n'
SETUP_CFG = "[metadata]\nname = shop\n[options]\ninstall_requires =\n"
WORKFLOW = """\
on: [pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: """


def mended(code: str, path: str, text: str) -> str:
    """A file alone after its fixes; they are applied until none is left."""
    alone = not path.endswith(".py")  # which would be checked as code
    settings = Settings(kind="library").with_options(select=[code])
    for _ in range(5):
        texts = {path: text.encode()}
        found = check_texts(texts, settings, fixes=True, partial=alone).findings
        fixes = [finding.fix for finding in found if finding.fix is not None]
        if not fixes:
            return text
        text = apply(text, fixes)
    raise AssertionError("the fixes don't come to an end")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"httpx>=0.28"', '"httpx>=0.28,<1"'),
        (
            "\"httpx >= 0.28 ; os_name == 'nt'\"",
            "\"httpx >= 0.28,<1 ; os_name == 'nt'\"",
        ),
        ("'httpx[http2]>=0.28,!=0.28.2'", "'httpx[http2]>=0.28,!=0.28.2,<1'"),
        ('"httpx (>=0.28)"', '"httpx (>=0.28,<1)"'),
        ('"torch==2.7.0+cpu"', '"torch>=2.7.0,<3"'),
        ('"anyio===4.9"', '"anyio>=4.9,<5"'),
        ('"certifi==2026.1.4"', '"certifi>=2026.1.4"'),
        (
            '"httpx>=0.28", "rich==14.0"  # two',
            '"httpx>=0.28,<1", "rich>=14.0,<15"  # two',
        ),
        # Nothing says what works, or what comes after it.
        ('"httpx"', '"httpx"'),
        ('"shop-clock>=1!2.0"', '"shop-clock>=1!2.0"'),
    ],
)
def test_a_standard_dependency_gets_its_range(before: str, after: str) -> None:
    text = f"{PROJECT}dependencies = [{before}\n]\n"
    expected = f"{PROJECT}dependencies = [{after}\n]\n"
    assert mended("PG607", "pyproject.toml", text) == expected


@pytest.mark.parametrize(
    ("path", "head", "before", "after"),
    [
        ("pyproject.toml", POETRY, 'httpx = ">=0.28"', 'httpx = ">=0.28,<1"'),
        ("pyproject.toml", POETRY, 'httpx = "0.28.1"', 'httpx = ">=0.28.1,<1"'),
        (
            "pyproject.toml",
            POETRY,
            'httpx = { version = "==0.28.1", extras = ["http2"] }',
            'httpx = { version = ">=0.28.1,<1", extras = ["http2"] }',
        ),
        ("pyproject.toml", POETRY, 'httpx = "^0.28 || >=1"', 'httpx = "^0.28 || >=1"'),
        (
            "setup.cfg",
            SETUP_CFG,
            "    # why\n    httpx>=0.28",
            "    # why\n    httpx>=0.28,<1",
        ),
        (
            "setup.py",
            "from setuptools import setup\n",
            # What is no valid name is PG602's.
            "setup(name='shop', install_requires=['ünïcode', 'httpx>=0.28'])",
            "setup(name='shop', install_requires=['ünïcode', 'httpx>=0.28,<1'])",
        ),
        (
            "setup.py",
            "from setuptools import setup\n",
            "setup(name='shöp', install_requires=['httpx>=0.28'])",
            "setup(name='shöp', install_requires=['httpx>=0.28,<1'])",
        ),
    ],
)
def test_a_dependency_in_another_language_gets_its_range(
    path: str, head: str, before: str, after: str
) -> None:
    assert mended("PG607", path, f"{head}{before}\n") == f"{head}{after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("uv sync", "uv sync --locked"),
        ("uv  sync --all-extras", "uv  sync --locked --all-extras"),
        ("cd web && uv run -p 3.13 pytest", "cd web && uv run --locked -p 3.13 pytest"),
        ("pdm install -G test", "pdm install --frozen-lockfile -G test"),
        ("pipenv install --dev", "pipenv install --deploy --dev"),
        ("pip install -e .", "pip install -e ."),
    ],
)
def test_an_install_keeps_to_the_lock(before: str, after: str) -> None:
    path = ".github/workflows/ci.yml"
    assert mended("PG606", path, f"{WORKFLOW}{before}\n") == f"{WORKFLOW}{after}\n"
