"""A shell script's calls: their words, their places, and whether they can fail.

POSIX shells and bash are read; of PowerShell and cmd, calls that look alike. Nothing
is expanded but variables whose values are known; `${{ }}` stays as it stands.

Known limits: a function's body counts where it is defined; `eval`, aliases, traps and
here-documents that are fed to a shell aren't followed.
"""

from __future__ import annotations

import re
from posixpath import normpath
from typing import TYPE_CHECKING

from pyguard_kernel.project._shell_words import Token, tokens
from pyguard_kernel.project._wild import words_of
from pyguard_kernel.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Deeper than this nobody writes; what is deeper isn't read.
_DEEPEST = 40
_MOST_WORDS = 20

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=(.*)", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_ROOTS = re.compile(
    r"\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\}?|\$\{?CI_PROJECT_DIR\}?"
    r"|\$\(Build\.SourcesDirectory\)|\$\(System\.DefaultWorkingDirectory\)"
    r"|\$\(git rev-parse --show-toplevel\)"
)
_CAN_NOT_FAIL = frozenset(
    {"true", ":", "echo", "printf", "Write-Host", "Write-Output", "sleep"}
)
_STATUS = re.compile(r"\$\?|PIPESTATUS|LASTEXITCODE|%ERRORLEVEL%", re.IGNORECASE)
_POWERSHELL = frozenset({"if", "elseif", "foreach", "while", "try", "catch", "finally"})
_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})


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
    return list(_Walk(text).script(_parse(text, 0, len(text)), shell, "", 0))


# -- the grammar ----------------------------------------------------------------------


@dataclass(slots=True)
class _Simple:
    words: list[Token]


@dataclass(slots=True)
class _Group:
    """`( )`, `{ }`, a loop, a case: bodies that are run in some order."""

    bodies: list[_Script]
    subshell: bool = False


@dataclass(slots=True)
class _If:
    questions: list[_Script]
    bodies: list[_Script]


type _Any = _Simple | _Group | _If


@dataclass(slots=True)
class _Pipeline:
    parts: list[_Any]
    negated: bool
    # What joins it to the one before: "", "&&" or "||".
    joined: str
    start: int
    end: int


@dataclass(slots=True)
class _Line:
    """Pipelines that are joined by `&&` and `||`."""

    pipelines: list[_Pipeline]


type _Script = list[_Line]


def _parse(text: str, start: int, end: int) -> _Script:
    return _Parser(tokens(text, start, end)).script(0)


class _Parser:
    """A parser that takes any text: what it can't read is passed over."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._last = {token.raw: at for at, token in enumerate(found)}

    def _word(self) -> str:
        """The plain word that stands here, empty for anything else."""
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            return token.raw if token.word else ""
        return ""

    def _op(self) -> str:
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            return "" if token.word else token.raw
        return ""

    def script(self, depth: int, *stops: str) -> _Script:
        """Lines up to one of these words or operators, which isn't taken."""
        lines: _Script = []
        while self._at < len(self._tokens):
            if self._word() in stops or self._op() in stops:
                break
            before = self._at
            line = self._line(depth)
            if line.pipelines:
                lines.append(line)
            if self._at == before:
                # An operator, or the end of something that never began.
                self._at += 1
        return lines

    def _line(self, depth: int) -> _Line:
        pipelines: list[_Pipeline] = []
        joined = ""
        while (pipeline := self._pipeline(depth, joined)) is not None:
            pipelines.append(pipeline)
            joined = self._op()
            if joined not in ("&&", "||"):
                break
            self._at += 1
            while self._op() == "\n":
                self._at += 1
        return _Line(pipelines)

    def _pipeline(self, depth: int, joined: str) -> _Pipeline | None:
        negated = False
        while self._word() in ("!", "time"):
            negated ^= self._word() == "!"
            self._at += 1
        first = self._at
        parts: list[_Any] = []
        while (part := self._command(depth)) is not None:
            parts.append(part)
            if self._op() not in ("|", "|&"):
                break
            self._at += 1
            while self._op() == "\n":
                self._at += 1
        if not parts:
            return None
        last = self._tokens[self._at - 1]
        return _Pipeline(parts, negated, joined, self._tokens[first].start, last.end)

    def _command(self, depth: int) -> _Any | None:
        word = self._word()
        if depth < _DEEPEST and (self._op() == "(" or word == "{"):
            return self._group(depth + 1)
        if not word or word in _CLOSERS:
            return None
        if depth < _DEEPEST:
            if self._is_powershell(word) or self._is_function(word):
                return self._command(depth + 1)
            for words, closer, read in (
                (("if",), "then", self._if),
                (("while", "until"), "do", self._while),
                (("for", "select"), "do", self._for),
                (("case",), "esac", self._case),
            ):
                # Without its closer it is another language's word: cmd's `if`.
                if word in words and self._last.get(closer, -1) > self._at:
                    return read(depth + 1)
        return self._simple()

    def _group(self, depth: int) -> _Group:
        """`( ... )` or `{ ... }`."""
        subshell = self._op() == "("
        closer = ")" if subshell else "}"
        self._at += 1
        body = self.script(depth, closer)
        self._at += closer in (self._op(), self._word())
        return _Group([body], subshell)

    def _while(self, depth: int) -> _If:
        self._at += 1
        question = self.script(depth, "do")
        return _If([question], [self._body(depth)])

    def _is_powershell(self, word: str) -> bool:
        """Whether PowerShell's `if (...) {` is here; passed over up to `{` if so."""
        if word not in _POWERSHELL:
            return False
        at, depth = self._at + 1, 0
        while at < len(self._tokens) and word not in ("try", "finally"):
            raw = self._tokens[at].raw
            depth += (raw == "(") - (raw == ")")
            at += 1
            if depth <= 0 and raw != "\n":
                break
        while at < len(self._tokens) and self._tokens[at].raw == "\n":
            at += 1
        if at < len(self._tokens) and self._tokens[at].raw == "{":
            self._at = at
            return True
        return False

    def _is_function(self, word: str) -> bool:
        """Whether a function's head stands here; it is passed over if so."""
        after = [t.raw for t in self._tokens[self._at + 1 : self._at + 3]]
        if word == "function":
            self._at += 2
        elif after == ["(", ")"]:
            self._at += 1
        else:
            return False
        while self._op() in ("(", ")", "\n"):
            self._at += 1
        return True

    def _simple(self) -> _Simple:
        words: list[Token] = []
        while self._at < len(self._tokens) and self._tokens[self._at].word:
            words.append(self._tokens[self._at])
            self._at += 1
        return _Simple(words)

    def _body(self, depth: int) -> _Script:
        """`do ... done`."""
        self._at += self._word() == "do"
        body = self.script(depth, "done")
        self._at += self._word() == "done"
        return body

    def _if(self, depth: int) -> _If:
        found = _If([], [])
        while self._word() in ("if", "elif"):
            self._at += 1
            found.questions.append(self.script(depth, "then", "fi"))
            self._at += self._word() == "then"
            found.bodies.append(self.script(depth, "elif", "else", "fi"))
        if self._word() == "else":
            self._at += 1
            found.bodies.append(self.script(depth, "fi"))
        self._at += self._word() == "fi"
        return found

    def _for(self, depth: int) -> _Group:
        while self._at < len(self._tokens) and self._word() != "do":
            if self._word() in ("done", "fi"):
                return _Group([])
            self._at += 1
        return _Group([self._body(depth)])

    def _case(self, depth: int) -> _Group:
        while self._word() not in ("in", "esac") and self._at < len(self._tokens):
            self._at += 1
        self._at += self._word() == "in"
        bodies: list[_Script] = []
        while self._at < len(self._tokens) and self._word() != "esac":
            while self._at < len(self._tokens) and self._op() != ")":
                if self._word() == "esac":
                    break
                self._at += 1
            self._at += self._op() == ")"
            bodies.append(self.script(depth, ";;", ";&", ";;&", "esac"))
            while self._op() in (";;", ";&", ";;&", "\n"):
                self._at += 1
        self._at += self._word() == "esac"
        return _Group(bodies)


# -- what can fail --------------------------------------------------------------------


class _Walk:
    """Goes through a parsed script in its order, with the shell's settings."""

    def __init__(self, text: str) -> None:
        self._text = text

    def script(
        self, lines: _Script, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        """The calls; `reason` says why the failure of this script fails nothing."""
        for number, line in enumerate(lines):
            rest = lines[number + 1 :]
            yield from self._line(
                line, shell, reason or self._passed_over(line, rest, shell), depth
            )

    def _passed_over(self, line: _Line, rest: _Script, shell: Shell) -> str:
        """Why a line's failure doesn't end the script, where it doesn't."""
        if not rest:
            return shell.passed_over if shell.goes_on and not shell.errexit else ""
        end = line.pipelines[-1].end
        last = rest[-1].pipelines
        closed = len(last) == 1 and _closes_well(last[0])
        if closed and "\n" not in self._text[end : last[0].start]:
            return f"`; {self._short(last[0])}`"
        if shell.errexit or _STATUS.search(self._text, end):
            return ""
        return shell.passed_over

    def _line(
        self, line: _Line, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        for number, pipeline in enumerate(line.pipelines):
            instead = next(
                (p for p in line.pipelines[number + 1 :] if p.joined == "||"), None
            )
            why = reason
            if pipeline.negated and not shell.asks:
                why = "`!` turns its answer round"
            if instead is not None:
                swallowed = _can_not_fail(instead)
                why = f"`|| {self._short(instead)}`" if swallowed else ""
            yield from self._pipeline(pipeline, shell, why, depth)

    def _pipeline(
        self, pipeline: _Pipeline, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        *firsts, last = pipeline.parts
        lost = not shell.pipefail and not _STATUS.search(self._text, pipeline.start)
        for part in firsts:
            why = reason or ("its answer is lost in a pipe" if lost else "")
            yield from self._command(part, shell.copy(), why, depth)
        yield from self._command(last, shell, reason, depth)

    def _command(
        self, part: _Any, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        if isinstance(part, _Simple):
            yield from self._simple(part, shell, reason, depth)
        elif isinstance(part, _Group):
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
        self, simple: _Simple, shell: Shell, reason: str, depth: int
    ) -> Iterator[Call]:
        found = list(simple.words)
        env: dict[str, str] = {}
        while found and (match := _ASSIGNMENT.fullmatch(found[0].text)):
            if found[0].raw[0] in "\"'":
                break
            env[match[1]] = _expanded(match[2], shell.values)
            found.pop(0)
        if depth < _DEEPEST:
            only_text = "" if not found else "only its output is used"
            for token in simple.words:
                for start, end in token.inner:
                    inner = _parse(self._text, start, end)
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

    def _short(self, pipeline: _Pipeline) -> str:
        text = " ".join(self._text[pipeline.start : pipeline.end].split())
        return text if len(text) <= 24 else text[:22] + "..."


def joined(folder: str | None, place: str) -> str | None:
    """A folder below (or above) another; None where that can't be known."""
    rooted, count = _ROOTS.subn("", place, count=1)
    if count:
        folder, place = "", rooted.lstrip("/")
    if folder is None or re.search(r"[$~%*`]", place) or place.startswith(("/", "\\")):
        return None
    path = normpath(f"{folder or '.'}/{place or '.'}".replace("\\", "/"))
    if path.startswith(".."):
        return None
    return "" if path == "." else path


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


def _closes_well(pipeline: _Pipeline) -> bool:
    """Whether it is there to end the script with success: `true` or `exit 0`."""
    last = pipeline.parts[-1]
    words = [t.text for t in last.words] if isinstance(last, _Simple) else []
    return words in (["true"], [":"], ["exit", "0"])


def _can_not_fail(pipeline: _Pipeline) -> bool:
    """Whether it succeeds whatever happens."""
    last = pipeline.parts[-1]
    if isinstance(last, _Simple):
        words = [token.text for token in last.words]
        if words[:1] in (["exit"], ["return"]):
            return words[1:] == ["0"]
        return bool(words) and words[0] in _CAN_NOT_FAIL
    if isinstance(last, _Group) and len(last.bodies) == 1 and last.bodies[0]:
        lines = last.bodies[0]
        return all(_can_not_fail(p) for line in lines for p in line.pipelines)
    return False


def _ends_badly(found: _If) -> bool:
    """Whether a branch makes the script fail, or takes the answer down for later."""
    return any(
        _is_bad(part)
        for body in found.bodies
        for line in body
        for pipeline in line.pipelines
        for part in pipeline.parts
    )


def _is_bad(part: _Any) -> bool:
    if isinstance(part, _Simple):
        words = [token.text for token in part.words]
        if words[:1] in (["exit"], ["return"]):
            return words[1:] != ["0"]
        return words[:1] == ["false"] or all(map(_ASSIGNMENT.fullmatch, words))
    if isinstance(part, _If):
        return _ends_badly(part)
    return any(
        _is_bad(inner)
        for body in part.bodies
        for line in body
        for pipeline in line.pipelines
        for inner in pipeline.parts
    )
