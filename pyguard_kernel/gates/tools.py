"""The gates: which tool, and how it is called on this project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyguard_kernel.gates import readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pyguard_kernel.gates.environment import Environment
    from pyguard_kernel.gates.process import Ended
    from pyguard_kernel.gates.readings import Reading
    from pyguard_kernel.project import Facts
    from pyguard_kernel.settings import Settings

    type Read = Callable[[Ended, Path, Settings], Reading]

_TYPE_CHECKERS = ("mypy", "pyright", "basedpyright", "ty", "pyrefly")
# Below this, vulture guesses: an unused attribute may be read by a framework.
_SURE = "80"
# Stands for a folder that goes when the gate has ended.
SCRATCH = "{scratch}"


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate on one project.

    `words` follow the tool's own name; `{scratch}` in them and in `variables` is a
    folder that goes afterwards. `then` are the words of a second call, which writes
    down what the first one found; `mend` those of the call that mends. `absent` says
    why there is nothing to run.
    """

    name: str
    title: str
    tool: str
    words: tuple[str, ...]
    read: Read
    package: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    then: tuple[str, ...] = ()
    mend: tuple[str, ...] = ()
    absent: str = ""


def gates(facts: Facts, environment: Environment) -> Iterator[Gate]:
    """The gates of a project, the quick ones first."""
    told = facts.get("tool_settings")
    folders = tuple(package.folder for package in facts.get("packages") or ())
    where = folders or (".",)
    check = ("check", "--no-fix", "--no-cache", "--output-format", "concise")
    yield Gate(
        "ruff", "ruff", "ruff", (*check, "."), readings.ruff, "ruff",
        mend=("check", "--fix", "."),
    )  # fmt: skip
    yield Gate(
        "format", "formatting", "ruff", ("format", "--check", "--no-cache", "."),
        readings.formatted, "ruff", mend=("format", "."),
    )  # fmt: skip
    most = int(facts.get("settings").thresholds["complexity"])
    limit = ("--config", f"lint.mccabe.max-complexity={most}")
    yield Gate(
        "complexity", "complexity", "ruff",
        (*check, "--select", "C901", *limit, "."), readings.complexity, "ruff",
    )  # fmt: skip
    yield _types(told, where)
    sure = () if told.get("vulture") else ("--min-confidence", _SURE)
    paths = () if told.get("vulture", "paths") else where
    yield Gate(
        "dead-code", "dead code", "vulture", (*sure, *paths), readings.dead, "vulture"
    )
    yield _vulnerabilities(environment)
    yield _tests(told, where)
    yield _mutation(told)


def _types(told: Any, where: tuple[str, ...]) -> Gate:
    tool = next((tool for tool in _TYPE_CHECKERS if told.get(tool)), "")
    if not tool:
        absent = "no type checker is configured, such as [tool.mypy] with strict = true"
        return Gate("types", "types", "", (), readings.types, absent=absent)
    if tool == "mypy":
        named = any(told.get("mypy", key) for key in ("files", "packages", "modules"))
        words = ("--strict", *(() if named else where))
    else:
        words = ("check",) if tool in {"ty", "pyrefly"} else ()
    return Gate("types", f"types, by {tool}", tool, words, readings.types, tool)


def _vulnerabilities(environment: Environment) -> Gate:
    name, title = "vulnerabilities", "known vulnerabilities"
    if environment.by_uv:
        return Gate(name, title, "uv", ("audit", "--frozen"), readings.vulnerable, "uv")
    words: tuple[str, ...] = ()
    absent = ""
    if environment.own("pip-audit") is None:
        # One from elsewhere would look at its own environment.
        files = ("requirements.lock", "requirements.txt", "pyproject.toml")
        named = next((f for f in files if (environment.root / f).is_file()), "")
        words = (".",) if named == files[-1] else ("--requirement", named)
        if not named:
            absent = f"nothing names the dependencies: no {', '.join(files)}"
    read = readings.vulnerable
    return Gate(name, title, "pip-audit", words, read, "pip-audit", absent=absent)


def _tests(told: Any, where: tuple[str, ...]) -> Gate:
    from pyguard_kernel.project.tool_settings import options

    words: tuple[str, ...] = (f"--cov-report=json:{SCRATCH}/{readings.COVERAGE}",)
    added = options(told.get("pytest", "addopts"))
    if not any(word.startswith("--cov") for word in added):
        # `--cov` alone means what the settings of coverage name.
        named = told.get("coverage", "run", "source") or told.get(
            "coverage", "run", "source_pkgs"
        )
        words += ("--cov",) if named else tuple(f"--cov={path}" for path in where)
    variables = (("COVERAGE_FILE", f"{SCRATCH}/.coverage"),)
    title = "tests and coverage"
    return Gate("tests", title, "pytest", words, readings.tested, "pytest", variables)


def _mutation(told: Any) -> Gate:
    name, title = "mutation", "mutation testing, by mutmut"
    if not told.get("mutmut"):
        absent = "no mutation testing is configured, such as [tool.mutmut]"
        return Gate(name, "mutation testing", "", (), readings.mutated, absent=absent)
    then = ("export-cicd-stats",)
    return Gate(name, title, "mutmut", ("run",), readings.mutated, "mutmut", then=then)
