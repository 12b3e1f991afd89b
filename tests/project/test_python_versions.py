"""The versions of Python that a project names, wherever it names them."""

from __future__ import annotations

import pytest

from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.project._images import image
from pyguard_kernel.project.python_versions import Stated, version_of
from pyguard_kernel.settings import Settings


def stated(**texts: str) -> list[Stated]:
    settings = Settings()
    files = {name: text.encode() for name, text in texts.items()}
    facts = Facts(Tree.of_texts(files, settings), settings)
    return list(facts.get("python_versions") or ())


def said(**texts: str) -> list[tuple[str, tuple[int, ...], int]]:
    found = stated(**texts)
    return [(one.source, one.version, one.place.span[0]) for one in found]


PYPROJECT = """\
[project]
name = "shop"
version = "1"
requires-python = ">=3.10,<4"
classifiers = [
    "Programming Language :: Python :: 3",
    "Programming Language :: Python :: 3.11",
]
[tool.ruff]
target-version = "py310"
[tool.mypy]
python_version = "3.12"
"""


def test_what_pyproject_says() -> None:
    assert said(**{"pyproject.toml": PYPROJECT}) == [
        ("requires-python", (3, 10), 4),
        ("classifier", (3, 11), 7),
        ("ruff", (3, 10), 10),
        ("mypy", (3, 12), 12),
    ]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (">=3.9", (3, 9)),
        ("<4,>=3.9.2", (3, 9, 2)),
        ("^3.11", (3, 11)),
        ("~=3.12.1", (3, 12, 1)),
        ("==3.12.*", (3, 12)),
        (">= 3", (3, 0)),
    ],
)
def test_the_lower_bound_counts(text: str, version: tuple[int, ...]) -> None:
    toml = f'[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\npython = "{text}"\n'
    assert said(**{"pyproject.toml": toml}) == [("requires-python", version, 4)]


def test_pins_of_version_managers() -> None:
    pins = "# ours\n3.13.2\npypy3.10\n3.12-dev\nshop-env\n"
    assert said(**{".python-version": pins}) == [
        ("pin", (3, 13, 2), 2),
        ("pin", (3, 12), 4),
    ]
    assert said(**{"runtime.txt": "python-3.11.4\n"}) == [("pin", (3, 11, 4), 1)]
    tools = "nodejs 22.1.0\npython 3.12.1\n"
    assert said(**{".tool-versions": tools}) == [("pin", (3, 12, 1), 2)]


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("python:3.13", (3, 13)),
        ("python:3.12.4-slim-bookworm", (3, 12, 4)),
        ("python:3.15.0rc2-slim", (3, 15, 0)),
        ("python:slim", None),
        ("python:3", None),
        ("public.ecr.aws/lambda/python:3.11", (3, 11)),
        ("ghcr.io/astral-sh/uv:python3.13-trixie-slim", (3, 13)),
        ("ghcr.io/astral-sh/uv:0.13.9-python3.12-alpine", (3, 12)),
        ("ghcr.io/astral-sh/uv:0.13.9", None),
        ("tiangolo/uvicorn-gunicorn:python3.9", (3, 9)),
        ("registry.access.redhat.com/ubi9/python-311:1-70", (3, 11)),
        ("pypy:3.10", None),
        ("node:3.9", None),
    ],
)
def test_versions_in_the_names_of_images(
    name: str, version: tuple[int, ...] | None
) -> None:
    found = version_of(image(name))
    assert (found and found[0]) == version


def test_images_of_dockerfiles_services_and_jobs() -> None:
    dockerfile = "ARG V=3.11\nFROM python:${V}-slim AS a\nFROM a\nFROM python:3.9\n"
    compose = (
        "services:\n  web: {build: ., image: shop:python3.9}\n"
        "  old:\n    image: python:3.8\n"
    )
    assert said(**{"Dockerfile": dockerfile, "compose.yaml": compose}) == [
        ("image", (3, 11), 2),
        ("image", (3, 9), 4),
        ("image", (3, 8), 4),
    ]


WORKFLOW = """\
on: push
env:
  PYTHON: "3.12"
jobs:
  test:
    container: python:3.9
    strategy:
      matrix:
        python: [3.10, "3.11", pypy-3.9]
        include:
          - python: 3.15-dev
            os: macos
    steps:
      - uses: actions/setup-python@v6
        with:
          python-version: ${{ matrix.python }}
      - uses: actions/setup-python@v6
        with: {python-version: "${{ matrix.python }}"}
  lint:
    steps:
      - uses: astral-sh/setup-uv@v7
        with:
          python-version: ${{ env.PYTHON }}
      - uses: actions/setup-python@v6
        with:
          python-version: |
            3.8
            3.x
      - uses: other/action@v1
        with: {python-version: "2.7"}
"""


def test_what_workflows_set_up() -> None:
    assert said(**{".github/workflows/ci.yml": WORKFLOW}) == [
        ("ci", (3, 9), 6),
        ("ci", (3, 10), 9),
        ("ci", (3, 11), 9),
        ("ci", (3, 15), 11),
        ("ci", (3, 12), 3),
        ("ci", (3, 8), 27),
    ]


def test_tox_environments() -> None:
    tox = "[tox]\nenvlist =\n    py{39,310}-unit\n    py3.12, lint\n"
    assert said(**{"tox.ini": tox}) == [
        ("tox", (3, 9), 3),
        ("tox", (3, 10), 3),
        ("tox", (3, 12), 4),
    ]


def test_a_project_without_any_says_nothing() -> None:
    assert said(**{"a.py": ""}) == []
    assert said(**{"examples/Dockerfile": "FROM python:3.6\n"}) == []


def test_what_azure_and_uv_set_up() -> None:
    azure = """\
steps:
  - task: UsePythonVersion@0
    inputs: {versionSpec: '3.9'}
  - task: UsePythonVersion@0
    inputs: {versionSpec: $(python)}
  - script: uv python install 3.13 3.12.4 --quiet
"""
    assert said(**{"azure-pipelines.yml": azure}) == [
        ("ci", (3, 9), 3),
        ("ci", (3, 13), 6),
        ("ci", (3, 12, 4), 6),
    ]
