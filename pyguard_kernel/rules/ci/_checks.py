"""Which calls in CI are gates: calls that are there to fail when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.project._scanners import is_ruff_check

if TYPE_CHECKING:
    from pyguard_kernel.project._runs import Run

TESTS = frozenset({"pytest", "py.test", "unittest", "tox", "nox", "nose2"})

# Gates whatever they are asked; () stands for every subcommand.
_GATES: dict[str, tuple[str, ...]] = {
    "flake8": (), "pylint": (), "pyflakes": (), "pycodestyle": (), "pydocstyle": (),
    "mypy": (), "dmypy": (), "pyright": (), "basedpyright": (), "pytype": (),
    "ty": ("check",), "pyrefly": ("check",), "pyre": ("check",),
    "bandit": (), "bandit-baseline": (), "semgrep": (), "opengrep": (),
    "pip-audit": (), "osv-scanner": (),
    "safety": ("check", "scan"), "snyk": ("test", "code", "container", "iac"),
    "trivy": ("image", "fs", "filesystem", "repo", "repository", "rootfs", "config"),
    "grype": (), "checkov": (), "hadolint": (), "gitleaks": (), "detect-secrets": (),
    "dependency-review": (), "vulture": (), "deadcode": (), "deptry": (),
    "lint-imports": (), "interrogate": (), "pydoclint": (), "coverage": ("report",),
    "stubtest": (), "mypy.stubtest": (), "govulncheck": (), "spin": ("lint", "mypy"),
    "uv": ("audit",), "pre-commit": ("run",), "prek": ("run",),
}  # fmt: skip
_ASKS = ("--version", "-V", "--help", "-h", "--install-types", "--collect-only", "--co")
_SHAPES = (
    "--output-format", "--format", "-f", "--output", "-o", "--output-file",
    "--outputjson", "--sarif", "--json", "--junit-xml", "--report",
)  # fmt: skip
_READ_BY_PEOPLE = frozenset(
    {"", "text", "full", "concise", "grouped", "github", "gitlab", "table", "screen",
     "custom", "colorized", "parseable"}
)  # fmt: skip


def is_gate(run: Run) -> bool:
    """Whether a call is there to fail when something is wrong."""
    if run.has(*_ASKS):
        return False
    if run.program in TESTS or is_ruff_check(run):
        return True
    if run.program in ("black", "isort") or run.starts("ruff", "format"):
        return run.has("--check", "--diff", "--check-only", "-c")
    if run.program not in _GATES:
        return False
    subcommands = _GATES[run.program]
    return not subcommands or bool({*run.words[1:2]} & {*subcommands})


def is_report(run: Run) -> bool:
    """Whether its result is written for a machine, that another step hands on."""
    return run.has(*_SHAPES) and (run.value(*_SHAPES) or "") not in _READ_BY_PEOPLE


def gateless(run: Run) -> str:
    """Why a call that nothing holds back passes all the same; else the empty text."""
    if is_report(run):
        return ""
    if run.program == "trivy" and (run.value("--exit-code") or "0") == "0":
        return "without `--exit-code 1` trivy passes whatever it finds"
    if run.program == "grype" and not run.has("--fail-on", "-f"):
        return "without `--fail-on high` grype passes whatever it finds"
    scans = run.starts("semgrep", "scan") or run.starts("semgrep", "--config")
    if scans and not run.has("--error"):
        return "without `--error` semgrep passes whatever it finds"
    if run.starts("dependency-review", "--warn-only"):
        return "`warn-only: true`"
    return ""


def same_gate(one: Run, other: Run) -> bool:
    """Whether two calls are the same kind of gate."""
    if one.program in TESTS:
        return other.program in TESTS
    return one.short == other.short
