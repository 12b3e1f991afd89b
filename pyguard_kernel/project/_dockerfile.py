"""Dockerfiles as stages: what each stands on, what it runs, and as whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from shlex import join
from typing import TYPE_CHECKING

from pyguard_kernel.model import Place
from pyguard_kernel.project._images import expanded, image
from pyguard_kernel.project._instructions import instructions, unquoted
from pyguard_kernel.project._node import Broken
from pyguard_kernel.project._shell import Shell, commands_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.project._commands import Command
    from pyguard_kernel.project._images import Image
    from pyguard_kernel.project._instructions import Instruction


@dataclass(frozen=True)
class Stage:
    """What stands from one FROM to the next.

    `number` counts from 0, `name` is in lower case (empty for none). `parent` is the
    stage that it goes on from, if any; else it stands on `image`, with the defaults of
    its ARGs filled in; both are None for `scratch`. `globals` are the ARGs before the
    first FROM.
    """

    number: int
    name: str
    instructions: tuple[Instruction, ...]
    image: Image | None
    parent: Stage | None
    globals: Mapping[str, str]

    @property
    def head(self) -> Instruction:
        """Its FROM."""
        return self.instructions[0]

    @cached_property
    def line(self) -> tuple[Stage, ...]:
        """The stages that it consists of: the one on an image first, itself last."""
        return (*(self.parent.line if self.parent else ()), self)

    @property
    def base(self) -> Image | None:
        """The image that the first of them stands on; None for `scratch`."""
        return self.line[0].image

    def all(self, *names: str) -> list[Instruction]:
        """The instructions of these names, of all stages that it consists of."""
        held = (one for stage in self.line for one in stage.instructions)
        return [one for one in held if one.name in names]

    @cached_property
    def users(self) -> tuple[tuple[Instruction, str], ...]:
        """The USERs of all that it consists of, with their variables filled in."""
        return tuple(
            (one, unquoted(expanded(one.value, known)))
            for one, known in self._known
            if one.name == "USER"
        )

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """What its own RUNs run, and those of no other stage."""
        shell = Shell(errexit=False)
        found: list[Command] = []
        for one, known in self._known:
            if one not in self.instructions:
                continue
            if one.name == "SHELL":
                options = " ".join(one.words)
                shell.pipefail = "pipefail" in options
                shell.errexit = any(w in ("-e", "-ec", "-exc") for w in one.words)
            elif one.name == "RUN":
                shell.env, shell.values = dict(known), dict(known)
                found += _run(one, shell)
        return tuple(found)

    @cached_property
    def _known(self) -> tuple[tuple[Instruction, dict[str, str]], ...]:
        """Each instruction with the variables that are known there.

        An ENV holds for the stages that go on from this one, an ARG doesn't.
        """
        found: list[tuple[Instruction, dict[str, str]]] = []
        env: dict[str, str] = {}
        for stage in self.line:
            args: dict[str, str] = {}
            for one in stage.instructions:
                known = {**args, **env}
                found.append((one, known))
                if one.name == "ENV":
                    env |= {n: expanded(v or "", known) for n, v in one.pairs}
                elif one.name == "ARG":
                    for name, default in one.pairs:
                        value = self.globals.get(name) if default is None else default
                        if value is not None:
                            args[name] = expanded(value, known)
        return tuple(found)


@dataclass(frozen=True)
class Dockerfile:
    """One Dockerfile; it has at least one stage."""

    path: str
    stages: tuple[Stage, ...]

    @property
    def final(self) -> Stage:
        """The stage that is built when nobody asks for another."""
        return self.stages[-1]

    def stage(self, name: str) -> Stage | None:
        """The stage of a name or a number, as COPY --from and a target say it."""
        wanted = name.lower()
        named = (s for s in self.stages if wanted in (s.name, str(s.number)))
        return next(named, None) if wanted else None

    @property
    def commands(self) -> Iterator[Command]:
        """What the RUNs of all stages run."""
        for stage in self.stages:
            yield from stage.commands


def parse(text: str, path: str) -> Dockerfile:
    """The stages of a Dockerfile.

    Raises:
        Broken: it has no FROM, or one that names no image.
    """
    parts = tuple(instructions(text, path))
    heads = [n for n, part in enumerate(parts) if part.name == "FROM"]
    if not heads:
        raise Broken(path, "isn't a Dockerfile: it has no FROM")
    for head in (parts[n] for n in heads):
        if not head.words:
            reason = "isn't a Dockerfile: this FROM names no image"
            raise Broken(path, reason, *head.place.span[:2])
    args: dict[str, str] = {}
    for part in parts[: heads[0]]:
        if part.name == "ARG":
            args |= {n: expanded(v, args) for n, v in part.pairs if v is not None}
    stages: list[Stage] = []
    for start, end in zip(heads, [*heads[1:], len(parts)], strict=True):
        stages.append(_stage(parts[start:end], stages, args))
    return Dockerfile(path, tuple(stages))


def _stage(
    parts: tuple[Instruction, ...], before: list[Stage], args: Mapping[str, str]
) -> Stage:
    words = parts[0].words or ("",)
    named = len(words) >= 3 and words[1].upper() == "AS"
    base = expanded(words[0], args)
    parent = next((s for s in before if s.name and s.name == base.lower()), None)
    stands = None if parent or base == "scratch" else image(base)
    name = words[2].lower() if named else ""
    return Stage(len(before), name, parts, stands, parent, args)


def _run(one: Instruction, shell: Shell) -> list[Command]:
    path, (line, column) = one.place.path, one.start
    if one.listed:
        found = commands_in(join(one.listed), lambda _: one.value_place, shell=shell)
        return [replace(command, place=one.value_place) for command in found]

    def where(number: int) -> Place:
        at = column if number == 0 else 1
        return Place(path, (line + number, at, line + number, at))

    if not one.documents or not one.script.lstrip().startswith("<<"):
        return commands_in(one.script, where, shell=shell)
    # `RUN <<EOF`: the shell runs the document itself.
    first, text = one.documents[0]
    return commands_in(
        text,
        lambda number: Place(path, (first + number, 1, first + number, 1)),
        shell=shell,
    )
