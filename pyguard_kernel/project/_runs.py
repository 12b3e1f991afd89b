"""What CI runs, commands and ready-made steps alike: each in the words of a command."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._commands import CI, Action, Command, Job
    from pyguard_kernel.project._node import Node

# Programs whose first word says what they do.
_SUBCOMMANDS = frozenset(
    [
        "coverage", "hatch", "poetry", "pre-commit", "prek", "pyrefly", "ruff",
        "safety", "semgrep", "snyk", "spin", "trivy", "ty", "uv",
    ]
)  # fmt: skip
PRE_COMMIT = ".pre-commit-config.yaml"


@dataclass(frozen=True, slots=True)
class Run:
    """One call of a tool in a job.

    `words` are those of the command, or of the command that an action stands for:
    `astral-sh/ruff-action` is `("ruff", "check")`. `text` is what to show of it.
    """

    words: tuple[str, ...]
    text: str
    toothless: str
    job: Job
    source: Command | Action

    @property
    def place(self) -> Place:
        """Where it is called."""
        return self.source.place

    @property
    def program(self) -> str:
        """The program's name."""
        return self.words[0]

    @property
    def short(self) -> str:
        """The program, and its subcommand where there is one: `ruff check`."""
        alone = self.program not in _SUBCOMMANDS or len(self.words) < 2
        return self.program if alone else " ".join(self.words[:2])

    @property
    def by_pre_commit(self) -> bool:
        """Whether a hook of pre-commit runs it: that also fails on changed files."""
        paths = (self.place.path, *(place.path for place in self.source.via))
        return any(path.endswith(PRE_COMMIT) for path in paths)

    def has(self, *flags: str) -> bool:
        """Whether one of these options is given, alone or with `=value`."""
        return any(w == f or w.startswith(f + "=") for w in self.words for f in flags)

    def value(self, *flags: str) -> str | None:
        """What an option is given, by `--flag=value` or `--flag value`; the last."""
        found = None
        for number, word in enumerate(self.words):
            name, equals, value = word.partition("=")
            if name in flags:
                after = self.words[number + 1 : number + 2]
                found = value if equals else "".join(after)
        return found

    def env(self, name: str) -> str:
        """The value of an environment variable, as far as it is known."""
        known: Mapping[str, str] = getattr(self.source, "env", {})
        return known.get(name, "")

    def starts(self, *words: str) -> bool:
        """Whether it is this program with this subcommand."""
        return self.words[: len(words)] == words


def runs(ci: CI, *, scans: bool = False) -> Iterator[Run]:
    """What is called in the jobs that count as CI; with `scans`, in scheduled ones."""
    for job in ci.jobs:
        if job.scans if scans else job.gates:
            yield from runs_of(job)


def runs_of(job: Job) -> Iterator[Run]:
    """What one job calls."""
    for command in job.commands:
        if command.words:
            text = shlex.join(command.words)
            # `! tool | grep X` fails where X is found: a gate of its own making.
            why = "" if command.toothless.startswith("`!`") else command.toothless
            yield Run(command.words, text, why, job, command)
    for action in job.actions:
        words = action_words(action)
        yield Run(words, action.name, action.toothless, job, action)


def action_words(action: Action) -> tuple[str, ...]:
    """The command that a ready-made step stands for; else its own name."""
    name = action.name.lower()
    inputs = _Inputs(action.inputs)
    for known, words in _ACTIONS.items():
        if name == known or name.startswith(known + "/"):
            return words(inputs)
    return (action.name,)


class _Inputs:
    """What an action is given, as text."""

    def __init__(self, table: Node | None) -> None:
        self._table = table

    def text(self, name: str, default: str = "") -> str:
        node = self._table.get(name) if self._table else None
        if node is None or node.value is None:
            return default
        return node.text if isinstance(node.value, str) else str(node.value).lower()

    def words(self, name: str, default: str = "") -> tuple[str, ...]:
        text = self.text(name, default)
        try:
            return tuple(shlex.split(text))
        except ValueError:
            return tuple(text.split())


def _trivy(given: _Inputs) -> tuple[str, ...]:
    kind = given.text("scan-type", "image")
    code = given.text("exit-code", "0")
    shape = given.text("format", "table")
    return ("trivy", kind, f"--exit-code={code}", f"--format={shape}")


def _grype(given: _Inputs) -> tuple[str, ...]:
    target = "dir:." if given.text("path") else given.text("image")
    fails = given.text("fail-build", "true") == "true"
    return ("grype", target, *(("--fail-on=medium",) if fails else ()))


def _dependency_review(given: _Inputs) -> tuple[str, ...]:
    warns = given.text("warn-only") == "true"
    return ("dependency-review", *(("--warn-only",) if warns else ()))


def _just(*words: str) -> Callable[[_Inputs], tuple[str, ...]]:
    return lambda _: words


# Ready-made steps by name, in lower case; a name stands for those below it, too.
_ACTIONS: dict[str, Callable[[_Inputs], tuple[str, ...]]] = {
    "astral-sh/ruff-action": lambda given: ("ruff", *given.words("args", "check")),
    "chartboost/ruff-action": lambda given: ("ruff", *given.words("args", "check")),
    "psf/black": lambda given: ("black", *given.words("options", "--check --diff")),
    "jakebailey/pyright-action": lambda given: (
        "pyright",
        *given.words("extra-args"),
    ),
    "github/codeql-action/analyze": _just("codeql", "analyze"),
    "semgrep/semgrep-action": _just("semgrep", "ci"),
    "returntocorp/semgrep-action": _just("semgrep", "ci"),
    "pycqa/bandit-action": _just("bandit"),
    "tj-actions/bandit": _just("bandit"),
    "sonarsource/sonarcloud-github-action": _just("sonar-scanner"),
    "sonarsource/sonarqube-scan-action": _just("sonar-scanner"),
    "golang/govulncheck-action": _just("govulncheck"),
    "pypa/gh-action-pip-audit": _just("pip-audit"),
    "pyupio/safety-action": _just("safety", "scan"),
    "google/osv-scanner-action": _just("osv-scanner"),
    "actions/dependency-review-action": _dependency_review,
    "aquasecurity/trivy-action": _trivy,
    "anchore/scan-action": _grype,
    "snyk/actions": lambda given: ("snyk", given.text("command", "test")),
    "super-linter/super-linter": _just("super-linter"),
    "github/super-linter": _just("super-linter"),
    "codecov/codecov-action": _just("codecov"),
    "coverallsapp/github-action": _just("coveralls"),
}
