"""What the pipelines of GitLab, Azure and CircleCI run, and pre-commit.ci."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.file_cells import tree as files
from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.project._commands import CI, Job
from pyguard_kernel.settings import Settings


def ci_of(text: str) -> CI:
    texts = {path: held.encode() for path, (_, held) in files(text).items()}
    facts = Facts(Tree.of_texts(texts, Settings()), Settings())
    ci = facts.get("ci")
    assert isinstance(ci, CI)
    return ci


def jobs_of(text: str) -> dict[str, Job]:
    return {job.name: job for job in ci_of(text).jobs}


def ran(job: Job) -> list[str]:
    return [" ".join(command.words) for command in job.commands]


GITLAB = """\
-- .gitlab-ci.yml --
include:
  - local: /ci/scan.yml
  - project: a/b
    file: /ci.yml
    ref: v1
default:
  image: python:3.13
  before_script: [pip install uv]
variables:
  UV_LOCKED: "1"
.base:
  script:
    - uv sync
lint:
  extends: .base
  script:
    - !reference [.base, script]
    - &check ruff check
    - ruff format --check || true
types:
  before_script: []
  script: mypy
  allow_failure: true
  after_script: [echo done]
by-hand:
  script: [pytest]
  when: manual
nightly:
  script: [pip-audit]
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
merge:
  services: [{name: "postgres:17"}]
  script:
    - set +e
    - bandit -r src
    - cd app
    - vulture .
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
tagged:
  script: [twine upload dist/*]
  only: [tags]
-- ci/scan.yml --
scan:
  script:
    - trivy image shop | tee log
"""


def test_gitlab() -> None:
    jobs = jobs_of(GITLAB)
    assert set(jobs) == {
        *("lint", "types", "by-hand", "nightly", "merge", "tagged", "scan", "include")
    }
    (other,) = jobs["include"].actions
    assert (other.name, other.ref, other.unseen) == ("include:a/b/ci.yml", "v1", True)
    assert ran(jobs["lint"])[:4] == [
        "pip install uv",
        "uv sync",
        "ruff check",
        "ruff format --check",
    ]
    soft = {c.words[1]: c.toothless for c in jobs["lint"].commands if c.toothless}
    assert soft == {"format": "`|| true`"}
    assert jobs["lint"].commands[1].env == {"UV_LOCKED": "1"}
    assert jobs["types"].commands[0].toothless == "`allow_failure: true`"
    assert {name for name, job in jobs.items() if job.gates} == {
        *("lint", "types", "merge", "scan", "include")
    }
    assert jobs["nightly"].scans
    (bandit,) = (c for c in jobs["merge"].commands if c.program == "bandit")
    (vulture,) = (c for c in jobs["merge"].commands if c.program == "vulture")
    assert bandit.toothless == "`set +e`"
    assert vulture.folder == "app"
    assert [image.text for image in jobs["merge"].images] == [
        "python:3.13",
        "postgres:17",
    ]
    # GitLab's bash has pipefail.
    assert not any(c.toothless for c in jobs["scan"].commands)


AZURE = """\
-- azure-pipelines.yml --
trigger: [main]
variables: {UV_FROZEN: "1"}
stages:
  - stage: check
    jobs:
      - job: lint
        container: python:3.13
        steps:
          - script: |
              ruff check
              mypy $(Build.SourcesDirectory)/src
          - bash: pytest
            continueOnError: true
            workingDirectory: app
          - task: Bash@3
            inputs: {targetType: inline, script: vulture src}
          - ${{ if eq(variables.x, 1) }}:
              - script: bandit -r src
          - template: ci/steps.yml
          - script: never
            enabled: false
      - template: ci/jobs.yml@self
      - template: lint.yml@shared
-- ci/steps.yml --
steps:
  - script: make scan
-- ci/jobs.yml --
jobs:
  - job: more
    steps: [{script: coverage report}]
-- Makefile --
scan:
	-pip-audit
"""


def test_azure() -> None:
    jobs = jobs_of(AZURE)
    assert set(jobs) == {"lint", "more", "template"}
    assert [a.name for a in jobs["template"].actions] == ["include:shared/lint.yml"]
    lint = jobs["lint"]
    assert lint.triggers == {"push", "pull_request"}
    assert ran(lint) == [
        "ruff check",
        "mypy ${Build.SourcesDirectory}/src",
        "pytest",
        "vulture src",
        "bandit -r src",
        "make scan",
        "pip-audit",
    ]
    assert [c.toothless for c in lint.commands] == [
        "the shell goes on after it",
        "",
        "`continueOnError: true`",
        "",
        "",
        "",
        "`-` before it in the Makefile",
    ]
    assert [(a.name, a.ref) for a in lint.actions] == [("Bash", "3")]
    assert [place.path for place in lint.commands[-1].via] == [
        "azure-pipelines.yml",
        "ci/steps.yml",
    ]
    assert lint.commands[2].folder == "app"


CIRCLE = """\
-- .circleci/config.yml --
version: 2.1
orbs: {python: circleci/python@3.1}
executors:
  py:
    docker: [{image: "cimg/python:3.13"}]
commands:
  check:
    parameters:
      tool: {type: string, default: flake8}
    steps:
      - run: << parameters.tool >> src
jobs:
  lint:
    executor: py
    steps:
      - checkout
      - python/install-packages: {pkg-manager: uv}
      - check: {tool: ruff check}
      - run:
          name: types
          command: |
            mypy | tee log
            cat \\<<EOF > x
            bandit
            EOF
          working_directory: app
  night:
    docker: [{image: "python:3.13"}]
    steps: [{run: pip-audit}]
  never:
    docker: [{image: "python:3.13"}]
    steps: [{run: pytest}]
  release:
    docker: [{image: "python:3.13"}]
    steps: [{run: uv build}]
workflows:
  main:
    jobs:
      - lint
      - release:
          filters: {branches: {ignore: /.*/}, tags: {only: /v.*/}}
      - python/test
  nightly:
    triggers: [{schedule: {cron: "0 0 * * *"}}]
    jobs: [night]
"""


def test_circleci() -> None:
    jobs = jobs_of(CIRCLE)
    lint = jobs["lint"]
    assert ran(lint) == ["ruff check src", "mypy", "tee log", "cat"]
    assert not any(c.toothless for c in lint.commands)
    assert lint.commands[1].folder == "app"
    assert [(a.name, a.ref) for a in lint.actions] == [
        ("circleci/python/install-packages", "3.1")
    ]
    assert [image.text for image in lint.images] == ["cimg/python:3.13"]
    assert jobs["night"].triggers == {"schedule"}
    assert jobs["never"].disabled
    assert jobs["release"].triggers == {"tag"}
    assert jobs["python/test"].actions[0].name == "circleci/python/test"


def test_pre_commit_ci_counts_where_its_table_stands() -> None:
    hooks = """\
-- .pre-commit-config.yaml --
ci:
  skip: [mypy]
repos:
  - repo: local
    hooks:
      - {id: mypy, entry: mypy, language: system}
      - {id: lint, entry: uv run ruff check, language: system}
      - {id: hand, entry: bandit, language: system, stages: [manual]}
      - {id: no-eval, entry: 'eval|exec', language: pygrep}
"""
    (job,) = ci_of(hooks).jobs
    assert job.gates
    assert ran(job) == ["ruff check"]


def test_pre_commit_ci_counts_where_its_badge_stands() -> None:
    (job,) = ci_of(
        """\
-- README.md --
# Shop
[![pre-commit.ci](https://results.pre-commit.ci/badge/github/a/b/main.svg)](x)
-- .pre-commit-config.yaml --
repos:
  - repo: https://github.com/pre-commit/mirrors-mypy
    rev: v2.0.0
    hooks: [{id: mypy}]
"""
    ).jobs
    assert ran(job) == ["mypy"]
    assert job.place.path == "README.md"
    assert job.place.span[0] == 2


def test_without_any_system_there_is_no_ci() -> None:
    tree = Tree.of_texts({"x.py": b""}, Settings())
    assert Facts(tree, Settings()).get("ci") is None


KEYS = [
    *("stages", "jobs", "steps", "script", "run", "image", "services", "rules", "only"),
    *("extends", "include", "local", "when", "variables", "template", "task", "inputs"),
    *("trigger", "pr", "workflows", "commands", "executor", "docker", "orbs", "if"),
    *("strategy", "container", "filters", "parameters", "default", "repos", "hooks"),
    *("id", "ci", "skip", "environment", "x"),
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "x", "a/b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=15,
)


@pytest.mark.parametrize(
    "path",
    [
        ".gitlab-ci.yml",
        "azure-pipelines.yml",
        ".circleci/config.yml",
        ".pre-commit-config.yaml",
    ],
)
@given(ANYTHING)
def test_any_value_may_stand_anywhere(path: str, value: object) -> None:
    top = value if isinstance(value, dict) else {}
    text = json.dumps({"x": value, "jobs": value, **top})
    tree = Tree.of_texts({path: text.encode(), "x": b"", "a/b": b"x: 1"}, Settings())
    Facts(tree, Settings()).get("ci")
    assert not tree.broken.keys() - {"x", "a/b"}
