"""What CI runs, in the words of commands; which of it scans for security faults."""

from __future__ import annotations

import pytest

from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.project._runs import Run, runs
from pyguard_kernel.project._scanners import scans_code, scans_dependencies
from pyguard_kernel.settings import Settings


def facts_of(steps: str, **files: str) -> Facts:
    """A project whose only job has these steps."""
    lines = "\n".join(f"      {line}" for line in steps.split("\n"))
    flow = f"on: pull_request\njobs:\n  job:\n    steps:\n{lines}\n"
    texts = {name.replace("__", "."): text for name, text in files.items()}
    texts[".github/workflows/ci.yml"] = flow
    data = {path: text.encode() for path, text in texts.items()}
    settings = Settings()
    return Facts(Tree.of_texts(data, settings), settings)


def run_of(steps: str) -> Run:
    (run,) = runs(facts_of(steps).get("ci"))
    return run


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("- uses: astral-sh/ruff-action@v3", "ruff check"),
        (
            "- uses: astral-sh/ruff-action@v3\n  with:\n    args: format --check src",
            "ruff format --check src",
        ),
        ("- uses: psf/black@stable", "black --check --diff"),
        ("- uses: github/codeql-action/analyze@v3", "codeql analyze"),
        (
            "- uses: aquasecurity/trivy-action@0.33.1\n  with:\n    scan-type: fs",
            "trivy fs --exit-code=0 --format=table",
        ),
        (
            "- uses: anchore/scan-action@v6\n  with: {path: ., fail-build: false}",
            "grype dir:.",
        ),
        ("- uses: Snyk/actions/python@master", "snyk test"),
        ("- uses: actions/checkout@v5", "actions/checkout"),
    ],
)
def test_a_ready_made_step_stands_for_a_command(steps: str, words: str) -> None:
    assert run_of(steps).words == tuple(words.split())


def test_options_are_read_in_both_spellings() -> None:
    run = run_of("- run: pytest --cov --cov-fail-under=80 -p no:x --cov-fail-under 90")
    assert run.has("--cov")
    assert not run.has("--co")
    assert run.value("--cov-fail-under") == "90"
    assert run.value("--junitxml") is None
    assert run.short == "pytest"
    assert run_of("- run: uv run ruff check src").short == "ruff check"


def test_variables_of_a_step_are_known() -> None:
    run = run_of("- run: pytest\n  env:\n    PYTEST_ADDOPTS: -q")
    assert (run.env("PYTEST_ADDOPTS"), run.env("HOME")) == ("-q", "")


def test_a_workflow_of_another_repository_is_named() -> None:
    flow = "on: push\njobs:\n  all:\n    uses: acme/ci/.github/workflows/py.yml@v1\n"
    tree = Tree.of_texts({".github/workflows/ci.yml": flow.encode()}, Settings())
    (run,) = runs(Facts(tree, Settings()).get("ci"))
    assert run.words == ("acme/ci/.github/workflows/py.yml",)
    assert run.place.span[0] == 4


@pytest.mark.parametrize(
    ("command", "code", "dependencies"),
    [
        ("bandit -r src", True, False),
        ("semgrep ci", True, False),
        ("ruff check --select S", True, False),
        ("ruff check --select SIM", False, False),
        ("ruff check", False, False),
        ("ruff format", False, False),
        ("snyk code test", True, False),
        ("pip-audit", False, True),
        ("uv audit", False, True),
        ("safety check", False, True),
        ("safety --help", False, False),
        ("osv-scanner -r .", False, True),
        ("trivy fs .", False, True),
        ("trivy image shop", False, False),
        ("grype dir:.", False, True),
        ("npm audit", False, False),
    ],
)
def test_which_calls_scan_what(command: str, code: bool, dependencies: bool) -> None:
    facts = facts_of(f"- run: {command}")
    (run,) = runs(facts.get("ci"))
    assert scans_code(run, facts.get("tool_settings")) is code
    assert scans_dependencies(run) is dependencies


def test_ruff_scans_code_where_its_settings_say_so() -> None:
    facts = facts_of("- run: ruff check", ruff__toml='lint.select = ["E", "S"]')
    (run,) = runs(facts.get("ci"))
    assert scans_code(run, facts.get("tool_settings"))
