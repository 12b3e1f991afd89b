"""A shell script's calls: their words, their places, and whether they can fail.

POSIX shells and bash are read; of PowerShell and cmd, calls that look alike. Nothing
is expanded but variables whose values are known; `${{ }}` stays as it stands.

Known limits: a function's body counts where it is defined; `eval`, aliases, traps and
here-documents that are fed to a shell aren't followed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._folders import joined
from pyguard_kernel.project._shell_grammar import (
    DEEPEST,
    Group,
    If,
    Line,
    Part,
    Pipeline,
    Script,
    Simple,
    parse,
)
from pyguard_kernel.project._wild import words_of
from pyguard_kernel.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyguard_kernel.project._shell_words import Token

_MOST_WORDS = 20

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=(.*)", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_CAN_NOT_FAIL = frozenset({"true", ":", "echo", "printf", "Write-Host", "Write-Output"})
_STATUS = re.compile(r"\$\?|PIPESTATUS|LASTEXITCODE|%ERRORLEVEL%", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Call:
    """A simple command of a script.

    `start` and `end` are offsets in the script. `folder` is where it runs, from where
    the script began; None where that isn't known.
    """

    words: tuple[str, ...]
    start: int
    end: int
    env: Mapping[str, str] = field(default_factory=dict)
    toothless: str = ""
    folder: str | None = ""


@dataclass(slots=True)
class Shell:
    """How the shell is set: `bash -e` has errexit; `-o pipefail` has pipefail."""

    errexit: bool = True
    pipefail: bool = False
    folder: str | None = ""
    env: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    # Whether the same shell has another script to run after this one.
    goes_on: bool = False
    # Whether it only decides which way an `if` goes.
    asks: bool = False
    # What to say of a command whose failure the shell passes over.
    passed_over: str = "the shell goes on after it"

    def copy(self) -> Shell:
        """The same settings for a shell inside of this one."""
        return replace(self, env=dict(self.env), values=dict(self.values))


def calls(text: str, shell: Shell) -> list[Call]:
    """The simple commands of a script, in their order.

    `shell` says how the shell is set when the script begins, and afterwards, how the
    script leaves it.
    """
    return list(_Walk(text).script(parse(text, 0, len(text)), shell, "", 0))


class _Walk:
    """Goes through a parsed script in its order, with the shell's settings."""

    def __init__(self, text: str) -> None:
        self._text = text
        # Where an exit status is read for the last time.
        self._status = max((m.start() for m in _STATUS.finditer(text)), default=-1)

    def script(
        self, lines: Script, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        """The calls; `reason` says why the failure of this script fails nothing."""
        for number, line in enumerate(lines):
            why = reason or self._passed_over(line, lines, number, shell)
            yield from self._line(line, shell, why, depth)

    def _passed_over(self, line: Line, lines: Script, number: int, shell: Shell) -> str:
        """Why a line's failure doesn't end the script, where it doesn't."""
        if line.background and not any(map(_waits, lines[number + 1 :])):
            return "`&` leaves it in the background"
        if number + 1 == len(lines):
            return shell.passed_over if shell.goes_on and not shell.errexit else ""
        end = line.pipelines[-1].end
        last = lines[-1].pipelines
        apart = self._text.find("\n", end, last[0].start) >= 0
        if len(last) == 1 and not apart and _closes_well(last[0]):
            return f"`; {self._short(last[0])}`"
        if shell.errexit or self._status >= end:
            return ""
        return shell.passed_over

    def _line(
        self, line: Line, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        for pipeline, instead in _with_what_follows(line.pipelines):
            why = reason
            if pipeline.negated and not shell.asks:
                why = "`!` turns its answer round"
            if instead is not None:
                swallowed = _can_not_fail(instead)
                why = f"`|| {self._short(instead)}`" if swallowed else ""
            yield from self._pipeline(pipeline, shell, why, depth)

    def _pipeline(
        self, pipeline: Pipeline, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        *firsts, last = pipeline.parts
        lost = not shell.pipefail and self._status < pipeline.start
        for part in firsts:
            why = reason or ("its answer is lost in a pipe" if lost else "")
            yield from self._command(part, shell.copy(), why, depth)
        yield from self._command(last, shell, reason, depth)

    def _command(
        self, part: Part, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        if isinstance(part, Simple):
            yield from self._simple(part, shell, reason, depth)
        elif isinstance(part, Group):
            inner = shell.copy() if part.subshell else shell
            for body in part.bodies:
                yield from self.script(body, inner, reason, depth)
        else:
            asked = "" if _ends_badly(part) else "`if` only asks for its answer"
            asking = replace(shell.copy(), asks=True, errexit=True)
            for question in part.questions:
                yield from self.script(question, asking, reason or asked, depth)
            for body in part.bodies:
                yield from self.script(body, shell, reason, depth)

    def _simple(
        self, simple: Simple, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        found = list(simple.words)
        env: dict[str, str] = {}
        while found and (match := _ASSIGNMENT.fullmatch(found[0].text)):
            if found[0].raw[0] in "\"'":
                break
            env[match[1]] = _expanded(match[2], shell.values)
            found.pop(0)
        if depth < DEEPEST:
            only_text = "" if not found else "only its output is used"
            for token in simple.words:
                for start, end in token.inner:
                    inner = parse(self._text, start, end)
                    why = reason or only_text
                    yield from self.script(inner, shell.copy(), why, depth + 1)
        if not found:
            shell.values.update(env)
            return
        words = tuple(w for token in found for w in _split(token, shell.values))
        if not words:
            return
        env = {**shell.env, **env}
        start, end = found[0].start, found[-1].end
        yield Call(words, start, end, env, reason, shell.folder)
        self._set(words, shell)

    def _set(self, words: tuple[str, ...], shell: Shell) -> None:
        """What a builtin changes for the commands after it."""
        if words[0] == "set":
            _set_options(words[1:], shell)
        elif words[0] == "export":
            for word in words[1:]:
                if match := _ASSIGNMENT.fullmatch(word):
                    shell.env[match[1]] = shell.values[match[1]] = match[2]
                elif word in shell.values:
                    shell.env[word] = shell.values[word]
        elif words[0] in ("cd", "pushd", "Set-Location"):
            places = [word for word in words[1:] if not word.startswith("-")]
            shell.folder = joined(shell.folder, places[0]) if places else None
        elif words[0] == "popd":
            shell.folder = None

    def _short(self, pipeline: Pipeline) -> str:
        text = " ".join(self._text[pipeline.start : pipeline.end].split())
        return text if len(text) <= 24 else text[:22] + "..."


def _set_options(options: Sequence[str], shell: Shell) -> None:
    words = iter(options)
    for word in words:
        if not re.match(r"[-+][a-zA-Z]", word):
            continue
        on = word[0] == "-"
        if "e" in word:
            shell.errexit = on
            if not on:
                shell.passed_over = "`set +e`"
        if word.endswith("o"):
            name = next(words, "")
            if name == "errexit":
                shell.errexit = on
            elif name == "pipefail":
                shell.pipefail = on


def _expanded(text: str, values: Mapping[str, str]) -> str:
    """The text with the values of variables that are known."""
    return _VARIABLE.sub(lambda m: values.get(m[1] or m[2], m[0]), text)


def _split(token: Token, values: Mapping[str, str]) -> list[str]:
    """The words that a word becomes: an unquoted variable may hold several."""
    match = _VARIABLE.fullmatch(token.raw)
    if match is not None:
        value = values.get(match[1] or match[2])
        if value is not None:
            return words_of(value)[:_MOST_WORDS]
    if "$" in token.raw and not token.raw.startswith("'"):
        return [_expanded(token.text, values)]
    return [token.text]


def _with_what_follows(
    pipelines: Sequence[Pipeline],
) -> list[tuple[Pipeline, Pipeline | None]]:
    """Each pipeline with the next one that is run if it fails: `a || b`."""
    found: list[tuple[Pipeline, Pipeline | None]] = []
    instead: Pipeline | None = None
    for pipeline in reversed(pipelines):
        found.append((pipeline, instead))
        instead = pipeline if pipeline.joined == "||" else instead
    return found[::-1]


def _closes_well(pipeline: Pipeline) -> bool:
    """Whether it is there to end the script with success: `true` or `exit 0`."""
    last = pipeline.parts[-1]
    words = [t.text for t in last.words] if isinstance(last, Simple) else []
    return words in (["true"], [":"], ["exit", "0"])


def _waits(line: Line) -> bool:
    """Whether it waits for one job, and takes its answer; `wait` alone takes none."""
    parts = [part for pipeline in line.pipelines for part in pipeline.parts]
    found = [part.words for part in parts if isinstance(part, Simple)]
    return any(len(words) > 1 and words[0].text == "wait" for words in found)


def _can_not_fail(pipeline: Pipeline) -> bool:
    """Whether it succeeds whatever happens."""
    last = pipeline.parts[-1]
    if isinstance(last, Simple):
        words = [token.text for token in last.words]
        if words[:1] in (["exit"], ["return"]):
            return words[1:] == ["0"]
        return bool(words) and words[0] in _CAN_NOT_FAIL
    if isinstance(last, Group) and len(last.bodies) == 1 and last.bodies[0]:
        lines = last.bodies[0]
        return all(_can_not_fail(p) for line in lines for p in line.pipelines)
    return False


def _ends_badly(found: If) -> bool:
    """Whether a branch makes the script fail, or takes the answer down for later."""
    return any(
        _is_bad(part)
        for body in found.bodies
        for line in body
        for pipeline in line.pipelines
        for part in pipeline.parts
    )


def _is_bad(part: Part) -> bool:
    if isinstance(part, Simple):
        words = [token.text for token in part.words]
        if words[:1] in (["exit"], ["return"]):
            return words[1:] != ["0"]
        return words[:1] == ["false"] or all(map(_ASSIGNMENT.fullmatch, words))
    if isinstance(part, If):
        return _ends_badly(part)
    return any(
        _is_bad(inner)
        for body in part.bodies
        for line in body
        for pipeline in line.pipelines
        for inner in pipeline.parts
    )
