"""Which calls in CI are security scans, and of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.project.tool_settings import covers_family, ruff_selects

if TYPE_CHECKING:
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project.tool_settings import ToolSettings

_CODE = frozenset(
    [
        "bandit", "bandit-baseline", "semgrep", "opengrep", "codeql", "sonar-scanner",
        "pysa",
    ]
)  # fmt: skip
_DEPENDENCIES = frozenset(
    {"pip-audit", "osv-scanner", "dependency-review", "dependency-check", "jake"}
)
# With these ruff passes whatever there is to find.
_NO_CHECK = (
    "--version", "-V", "--help", "-h", "--fix-only", "--add-noqa", "--watch", "-w",
    "--show-files", "--show-settings",
)  # fmt: skip
_FILE_SYSTEMS = frozenset({"fs", "filesystem", "repo", "repository", "rootfs"})


def is_ruff_check(run: Run) -> bool:
    """Whether it is ruff's linter, by `ruff check` or in its old form, `ruff src`."""
    if run.program != "ruff":
        return False
    others = {
        "format",
        "rule",
        "config",
        "linter",
        "clean",
        "server",
        "analyze",
        "help",
    }
    second = run.words[1] if len(run.words) > 1 else "help"
    return second not in (others | {"version"}) and not run.has(*_NO_CHECK)


def ruff_families(run: Run) -> list[str]:
    """The selectors that a call of ruff is given by `--select`."""
    return [s.strip() for s in (run.value("--select") or "").split(",") if s.strip()]


def scans_code(run: Run, settings: ToolSettings) -> bool:
    """Whether it looks for security faults in the project's own code."""
    if run.program in _CODE:
        return True
    if run.program == "snyk":
        return run.starts("snyk", "code")
    if not is_ruff_check(run):
        return False
    chosen = ruff_families(run)
    more = (run.value("--extend-select") or "").split(",")
    if any(covers_family(selector, "S") for selector in (*chosen, *more)):
        return True
    return not chosen and ruff_selects(settings, "S") is not None


def scans_dependencies(run: Run) -> bool:
    """Whether it looks for known vulnerabilities of what the project depends on."""
    match run.words:
        case (program, *_) if program in _DEPENDENCIES:
            return True
        case ("uv" | "poetry", "audit", *_):
            return True
        case ("safety", "check" | "scan", *_):
            return True
        case ("snyk", "test" | "monitor", *_):
            return True
        case ("trivy", kind, *_):
            return kind in _FILE_SYSTEMS
        case ("grype", *rest):
            return any(
                word.startswith(("dir:", "sbom:")) or word == "." for word in rest
            )
    return False
