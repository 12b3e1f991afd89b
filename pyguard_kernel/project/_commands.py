"""What is run where: commands, actions and jobs, whatever file they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyguard_kernel.model import Place
    from pyguard_kernel.project._node import Node

# How the name of an include of another repository begins.
INCLUDE = "include:"


@dataclass(frozen=True, slots=True)
class Command:
    """One program that is called.

    `words` begin with the program's own name, whatever calls it: `uv run --frozen ruff
    check`, `python -m ruff check`, `uvx ruff@0.16 check` and `.venv/bin/ruff check` are
    all `("ruff", "check")`; `written` has all words as they stand. A formatter that is
    a hook of pre-commit has its `--check`, as a hook that changes files fails. `via` is
    the way from a job's step to here, where the command stands behind a make target, a
    tox environment, a script, ... `toothless` says why its failure fails nothing
    (`|| true`, `continue-on-error: true`), and is empty where it does. `env` are the
    variables set for it, as far as they are known. `folder` is where it runs, below
    the project's root ("" is the root itself), or None where that isn't known.
    """

    words: tuple[str, ...]
    written: tuple[str, ...]
    place: Place
    via: tuple[Place, ...] = ()
    toothless: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    folder: str | None = ""

    @property
    def program(self) -> str:
        """The program's name, without its path."""
        return self.words[0] if self.words else ""

    def runs(self, *words: str) -> bool:
        """Whether it is this program with this subcommand: `runs("ruff", "check")`."""
        return self.words[: len(words)] == words


@dataclass(frozen=True, slots=True)
class Action:
    """A ready-made step: a GitHub action, a CircleCI orb's command, an Azure task.

    `name` has no version (`astral-sh/ruff-action`), `ref` is the version that is asked
    for (empty for none), `inputs` the table of what it is given. A workflow, pipeline
    or template of another repository, whose commands aren't seen, is one as well:
    `org/repo/.github/workflows/lint.yml`, `include:group/project/lint.yml`.
    """

    name: str
    ref: str
    place: Place
    inputs: Node | None = None
    via: tuple[Place, ...] = ()
    toothless: str = ""

    @property
    def unseen(self) -> bool:
        """Whether it stands for jobs or steps that are kept in another repository."""
        return "/.github/workflows/" in self.name or self.name.startswith(INCLUDE)


@dataclass(frozen=True, slots=True)
class Job:
    """One job of CI with what it runs, calls followed to their ends.

    `system` is github, gitlab, azure, circleci or pre-commit.ci. `triggers` are the
    events that start it: pull_request, merge_group, push (to a branch), tag, release,
    schedule, manual, call (by another workflow only). `disabled` says why it never
    runs (`if: false`). `images` are the container images that it runs in or beside.
    """

    name: str
    system: str
    place: Place
    triggers: frozenset[str]
    commands: tuple[Command, ...] = ()
    actions: tuple[Action, ...] = ()
    images: tuple[Node, ...] = ()
    disabled: str = ""

    @property
    def gates(self) -> bool:
        """Whether it runs for changes on their way in: that is what counts as CI."""
        wanted = {"pull_request", "merge_group", "push"}
        return not self.disabled and bool(wanted & self.triggers)

    @property
    def scans(self) -> bool:
        """Whether it counts for scans, which may also run by schedule."""
        return self.gates or ("schedule" in self.triggers and not self.disabled)


@dataclass(frozen=True, slots=True)
class CI:
    """All jobs of all systems that the project configures."""

    jobs: tuple[Job, ...]

    def commands(self, *words: str, scans: bool = False) -> list[Command]:
        """The commands that begin with these words, in jobs that count as CI.

        With `scans`, in scheduled jobs too.
        """
        jobs = (job for job in self.jobs if (job.scans if scans else job.gates))
        return [c for job in jobs for c in job.commands if c.runs(*words)]

    def actions(self, *names: str, scans: bool = False) -> list[Action]:
        """The actions of these names, in jobs that count as CI."""
        jobs = (job for job in self.jobs if (job.scans if scans else job.gates))
        return [a for job in jobs for a in job.actions if a.name in names]
