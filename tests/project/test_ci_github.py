"""What GitHub's workflows run, when, and what can't fail there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.file_cells import tree as files
from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from pyguard_kernel.project._commands import CI, Job


def ci_of(text: str) -> CI:
    texts = {path: held.encode() for path, (_, held) in files(text).items()}
    facts = Facts(Tree.of_texts(texts, Settings()), Settings())
    ci: CI | None = facts.get("ci")
    assert ci is not None
    return ci


def job_of(text: str) -> Job:
    (job,) = ci_of(f"-- .github/workflows/ci.yml --\n{text}").jobs
    return job


def ran(job: Job) -> list[str]:
    return [" ".join(command.words) for command in job.commands]


@pytest.mark.parametrize(
    ("on", "triggers", "gates"),
    [
        ("push", {"push", "tag"}, True),
        ("[push, pull_request]", {"push", "tag", "pull_request"}, True),
        ("{push: {branches: [main]}}", {"push"}, True),
        ("{push: {tags: ['v*']}}", {"tag"}, False),
        ("{push: {tags: ['v*'], branches: [main]}}", {"push", "tag"}, True),
        ("{push: {paths: [src/**]}}", {"push", "tag"}, True),
        ("{push: {branches: ['release/**', gh-pages]}}", set(), False),
        ("{push: {branches: ['release/**', dev]}}", {"push"}, True),
        ("{pull_request: {types: [closed]}}", set(), False),
        ("{pull_request: {types: [labeled, opened]}}", {"pull_request"}, True),
        ("{pull_request: , merge_group: }", {"pull_request", "merge_group"}, True),
        ("{schedule: [{cron: '0 0 * * *'}]}", {"schedule"}, False),
        ("workflow_dispatch", {"manual"}, False),
        ("{release: {types: [published]}}", {"release"}, False),
        ("workflow_call", {"call"}, False),
    ],
)
def test_triggers_say_what_counts(on: str, triggers: set[str], gates: bool) -> None:
    job = job_of(f"on: {on}\njobs:\n  a:\n    steps: []\n")
    assert job.triggers == triggers
    assert job.gates is gates
    assert job.scans is (gates or "schedule" in triggers)


@pytest.mark.parametrize(
    ("condition", "gates"),
    [
        ("github.event_name == 'schedule'", False),
        ("${{ github.event_name == 'pull_request' }}", True),
        ("github.event_name != 'push' && always()", True),
        ("startsWith(github.ref, 'refs/tags/v')", False),
        ("github.event_name == 'schedule' || github.actor == 'me'", True),
        ("github.repository == 'a/b'", True),
        ("false", False),
        ("${{ false }}", False),
    ],
)
def test_a_job_may_be_for_some_events_alone(condition: str, gates: bool) -> None:
    on = "on: [push, pull_request, schedule]"
    job = job_of(f"{on}\njobs:\n  a:\n    if: {condition}\n    steps: []\n")
    assert job.gates is gates


SOFT = """\
on: push
env: {UV_FROZEN: 1}
jobs:
  a:
    container: python:3.13
    services:
      db: {image: "postgres:17"}
    env: {A: x}
    steps:
      - uses: actions/checkout@v5
        with: {depth: 0}
      - uses: docker://ghcr.io/a/b:1
      - run: uv sync
        env: {B: y}
      - run: mypy
        continue-on-error: true
      - run: pylint src
        id: lint
        continue-on-error: true
      - run: exit 1
        if: steps.lint.outcome == 'failure'
      - run: pytest
        continue-on-error: ${{ matrix.experimental }}
      - run: skipped
        if: false
      - run: ruff check | tee log
        shell: bash
      - run: |
          bandit -r src | tee log
          vulture
        working-directory: app
"""


def test_steps_are_read() -> None:
    job = job_of(SOFT)
    toothless = {c.program: c.toothless for c in job.commands if c.toothless}
    assert toothless == {
        "mypy": "`continue-on-error: true`",
        "bandit": "its answer is lost in a pipe",
    }
    assert "skipped" not in ran(job)
    assert (job.actions[0].name, job.actions[0].ref) == ("actions/checkout", "v5")
    images = [image.text for image in job.images]
    assert images == ["python:3.13", "postgres:17", "ghcr.io/a/b:1"]
    (sync,) = [c for c in job.commands if c.runs("uv", "sync")]
    assert sync.env == {"UV_FROZEN": "1", "A": "x", "B": "y"}
    (vulture,) = [c for c in job.commands if c.runs("vulture")]
    assert vulture.folder == "app"
    assert vulture.place == (".github/workflows/ci.yml", (30, 11, 30, 18))


REUSED = """\
-- .github/workflows/ci.yml --
on: pull_request
jobs:
  call:
    uses: ./.github/workflows/lint.yml
    with: {tool: ruff check}
-- .github/workflows/lint.yml --
on:
  workflow_call:
    inputs:
      tool: {default: flake8}
jobs:
  lint:
    steps:
      - uses: ./.github/actions/run
        with:
          target: ${{ inputs.tool }}
-- .github/actions/run/action.yml --
runs:
  using: composite
  steps:
    - run: make lint
      shell: bash
-- Makefile --
lint:
	mypy src
"""


def test_local_workflows_and_actions_are_followed() -> None:
    ci = ci_of(REUSED)
    (mypy,) = ci.commands("mypy")
    assert [place.path for place in mypy.via] == [
        ".github/workflows/ci.yml",
        ".github/workflows/lint.yml",
        ".github/actions/run/action.yml",
    ]
    assert mypy.place.path == "Makefile"
    assert not mypy.toothless


def test_a_matrix_chooses_what_is_followed() -> None:
    ci = ci_of(
        """\
-- .github/workflows/ci.yml --
on: push
jobs:
  test:
    strategy:
      matrix:
        env: [lint]
        include:
          - {env: types}
    env:
      TOXENV: ${{ matrix.env }}
    steps:
      - run: tox
-- tox.ini --
[testenv:lint]
commands = ruff check
[testenv:types]
commands = mypy
[testenv:docs]
commands = sphinx-build
"""
    )
    assert ran(ci.jobs[0]) == ["tox", "ruff check", "mypy"]


def test_a_matrix_may_name_what_is_run() -> None:
    ci = ci_of(
        """\
-- .github/workflows/ci.yml --
on: push
jobs:
  lint:
    strategy:
      matrix:
        tool: ["ruff check", mypy, make docs]
        task: [types]
    steps:
      - run: uv run ${{ matrix.tool }} --quiet
      - run: pixi run ${{ matrix.task }}
      - run: ${{ matrix.unknown }} x
-- pixi.toml --
[tasks]
types = "pyright"
-- Makefile --
docs:
	sphinx-build
"""
    )
    assert ran(ci.jobs[0]) == [
        "ruff check --quiet",
        "mypy --quiet",
        "make docs --quiet",
        "sphinx-build",
        "types",
        "pyright",
        "${{ matrix.unknown }} x",
    ]


def test_the_action_of_pre_commit_runs_the_hooks() -> None:
    ci = ci_of(
        """\
-- .github/workflows/ci.yml --
on: push
env: {SKIP: mypy}
jobs:
  lint:
    steps:
      - uses: pre-commit/action@v3.0.1
-- .pre-commit-config.yaml --
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.16.9
    hooks: [{id: ruff-check, args: [--fix]}, {id: ruff-format}]
  - repo: https://github.com/pre-commit/mirrors-mypy
    rev: v2.0.0
    hooks: [{id: mypy}]
"""
    )
    assert [c.words for c in ci.commands("ruff")] == [
        ("ruff", "check", "--fix"),
        ("ruff", "format", "--check"),
    ]
    assert [c.toothless for c in ci.commands("mypy")] == ["`SKIP` leaves it out"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "x", "./x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "on",
                    "jobs",
                    "steps",
                    "run",
                    "uses",
                    "with",
                    "env",
                    "if",
                    "strategy",
                    "matrix",
                    "include",
                    "container",
                    "services",
                    "shell",
                    "push",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(ANYTHING, ANYTHING)
def test_any_value_may_stand_anywhere(on: object, job: object) -> None:
    import json

    flow = json.dumps({"on": on, "jobs": {"a": job, "b": {"steps": [job, on]}}})
    texts = {".github/workflows/a.yml": flow.encode(), "x/action.yml": flow.encode()}
    tree = Tree.of_texts(texts, Settings())
    Facts(tree, Settings()).get("ci")
    assert not tree.broken
