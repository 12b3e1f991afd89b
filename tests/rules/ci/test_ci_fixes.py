"""What the fixes of the chapter CI write, and where."""

from __future__ import annotations

import pytest

from pyguard_kernel.file_cells import tree
from pyguard_kernel.fixes import apply
from pyguard_kernel.scan import check_texts
from pyguard_kernel.settings import Settings
from pyguard_kernel.values import replace


def fixed(code: str, project: str) -> dict[str, str]:
    """The files that the fixes of one rule change, as they are afterwards."""
    texts = {path: text for path, (_, text) in tree(project).items()}
    data = {path: text.encode() for path, text in texts.items()}
    result = check_texts(data, Settings().with_options(select=[code]), fixes=True)
    changed: dict[str, str] = {}
    for finding in result.findings:
        assert finding.fix is not None, finding.message
        path = finding.fix.path or finding.path
        changed[path] = apply(texts.get(path, ""), [finding.fix])
    return changed


FLOW = """\
-- pyproject.toml --
{pyproject}
-- .github/workflows/ci.yml --
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
{steps}

  # What comes after isn't touched.
  release:
    if: startsWith(github.ref, 'refs/tags/')
    steps:
      - run: uv build
"""


def step_for(code: str, steps: str, pyproject: str = "") -> str:
    """What is added to the job `test`."""
    lines = "\n".join(f"      {line}".rstrip() for line in steps.split("\n"))
    before = FLOW.format(steps=lines, pyproject=pyproject)
    (after,) = fixed(code, before).values()
    kept = tree(before)[".github/workflows/ci.yml"][1].split("\n")
    assert [line for line in after.split("\n") if line in kept] == kept
    return "\n".join(line[6:] for line in after.split("\n") if line not in kept)


@pytest.mark.parametrize(
    ("steps", "pyproject", "added"),
    [
        ("- run: pytest", "", "- run: pipx run ruff check"),
        ("- run: pytest", 'dev = ["ruff>=0.16"]', "- run: ruff check"),
        ("- run: uv run --frozen pytest", "", "- run: uvx ruff check"),
        (
            "- run: uv run --frozen pytest",
            'dev = ["ruff"]',
            "- run: uv run --frozen ruff check",
        ),
        ("- run: poetry run pytest", 'ruff = "^0.16"', "- run: poetry run ruff check"),
        ("- run: .venv/bin/pytest", 'dev = ["ruff"]', "- run: .venv/bin/ruff check"),
        ("- run: python -m pytest", 'dev = ["ruff"]', "- run: ruff check"),
        (
            "- uses: astral-sh/setup-uv@v7\n- name: Test\n  run: pytest",
            "",
            "- name: Lint\n  run: uvx ruff check",
        ),
    ],
)
def test_a_step_is_called_as_the_others_are(
    steps: str, pyproject: str, added: str
) -> None:
    assert step_for("PG1002", steps, f"[x]\n{pyproject}") == added


def test_a_step_goes_behind_the_last_that_checks() -> None:
    steps = "- run: flake8 src\n\n# Only when all went well.\n- uses: a/upload@v1"
    (after,) = fixed("PG1002", FLOW.format(steps=_in(steps), pyproject="")).values()
    assert _in("- run: flake8 src\n\n- run: pipx run ruff check\n\n# Only") in after


def _in(steps: str) -> str:
    return "\n".join(f"      {line}".rstrip() for line in steps.split("\n"))


@pytest.mark.parametrize(
    ("code", "added"),
    [
        ("PG1003", "- run: pipx run ruff format --check"),
        (
            "PG1004",
            "- run: pipx run mypy --strict --python-executable"
            ' "$(command -v python)" .',
        ),
        (
            "PG1006",
            "- run: pipx run ruff check --select S\n- run: pipx run pip-audit .",
        ),
        ("PG1007", "- run: pipx run vulture . --min-confidence 80"),
    ],
)
def test_each_gate_has_its_step(code: str, added: str) -> None:
    assert step_for(code, "- run: pytest") == added


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("PG1002", "ruff check --exit-zero src", "ruff check src"),
        ("PG1002", "ruff check src || true", "ruff check src"),
        ("PG1003", "uvx ruff format .", "uvx ruff format --check ."),
        ("PG1004", "mypy src", "mypy src --strict"),
        ("PG1005", "pytest -q", "pytest -q --cov --cov-fail-under=80"),
        ("PG1005", "pytest --cov", "pytest --cov --cov-fail-under=80"),
        (
            "PG1005",
            "pytest --cov --cov-fail-under=5",
            "pytest --cov --cov-fail-under=80",
        ),
        ("PG1005", "coverage report -m", "coverage report -m --fail-under=80"),
        ("PG1007", "vulture src || :", "vulture src"),
        ("PG1008", "trivy fs .", "trivy fs . --exit-code 1"),
        ("PG1008", "pip-audit ; true", "pip-audit"),
    ],
)
def test_a_call_is_mended_where_it_stands(code: str, before: str, after: str) -> None:
    flow = "-- a.py --\n-- .github/workflows/ci.yml --\non: push\njobs:\n  job:\n"
    flow += "    steps:\n      - run: |\n          {} # here\n"
    (text,) = fixed(code, flow.format(before)).values()
    assert f"          {after} # here\n" in text


def test_a_key_goes_with_its_line() -> None:
    flow = """\
-- .github/workflows/ci.yml --
on: push
jobs:
  job:
    steps:
      - continue-on-error: true
        run: ruff check
      - run: mypy src
        continue-on-error: true # for now
        env: {A: b}
"""
    first = fixed("PG1008", flow)[".github/workflows/ci.yml"]
    assert "        env: {A: b}" in first
    assert first.count("continue-on-error") == 1


def test_settings_become_strict() -> None:
    flow = (
        "\n-- .github/workflows/ci.yml --\non: push\njobs: {a: {steps: [{run: mypy}]}}"
    )
    toml = fixed(
        "PG1004", "-- pyproject.toml --\n# Ours.\n[tool.mypy] # x\na = 1" + flow
    )
    assert toml == {
        "pyproject.toml": "# Ours.\n[tool.mypy] # x\nstrict = true\na = 1\n"
    }
    ini = fixed("PG1004", "-- a.py --\n-- mypy.ini --\n[mypy]\nstrict = False" + flow)
    assert ini == {"mypy.ini": "[mypy]\nstrict = true\n"}


def test_hooks_are_added_behind_the_others() -> None:
    hooks = """\
-- .pre-commit-config.yaml --
repos:
- repo: https://github.com/astral-sh/ruff-pre-commit
  rev: v0.16.9
  hooks:
  - id: ruff-check
    args: [--fix]  # what it can

# Slow.
- repo: https://github.com/crate-ci/typos
  rev: v1.38.1
  hooks:
  - id: typos
"""
    text = fixed("PG1001", hooks)[".pre-commit-config.yaml"]
    assert "    args: [--fix]  # what it can\n  - id: ruff-format\n\n# Slow." in text
    assert text.endswith("  hooks:\n  - id: mypy\n")


def test_hooks_stand_as_wide_as_pre_commit_writes_them() -> None:
    hooks = """\
-- .pre-commit-config.yaml --
repos:
-   repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.16.9
    hooks:
    -   id: ruff-check
"""
    text = fixed("PG1001", hooks)[".pre-commit-config.yaml"]
    assert "    -   id: ruff-check\n    -   id: ruff-format\n-   repo: " in text
    assert text.endswith("\n    hooks:\n    -   id: mypy\n")


def test_the_whole_file_is_written_where_there_is_none() -> None:
    text = fixed("PG1001", "-- a.py --\n")[".pre-commit-config.yaml"]
    assert [line for line in text.split("\n") if "id:" in line] == [
        "      - id: ruff-check",
        "      - id: ruff-format",
        "      - id: mypy",
    ]


def test_the_threshold_is_the_setting() -> None:
    flow = {
        "a.py": b"",
        ".github/workflows/ci.yml": (
            b"on: push\njobs: {a: {steps: [{run: pytest --cov --cov-fail-under=85}]}}"
        ),
    }
    base = Settings().with_options(select=["PG1005"])
    assert not check_texts(flow, base).findings
    strict = replace(base, thresholds={**base.thresholds, "coverage": 90.0})
    (finding,) = check_texts(flow, strict).findings
    assert finding.message.endswith("ask for 90")
