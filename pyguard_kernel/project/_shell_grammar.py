"""The grammar of shell scripts: which commands there are, and what joins them.

Any text is read: what isn't understood is passed over, and what is no shell at all
(PowerShell, cmd) is read as far as it looks alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.project._shell_words import tokens
from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyguard_kernel.project._shell_words import Token

# Deeper than this nobody writes; what is deeper isn't read.
DEEPEST = 40

_POWERSHELL = frozenset({"if", "elseif", "foreach", "while", "try", "catch", "finally"})
_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})


@dataclass(slots=True)
class Simple:
    """A command of its own: its words, assignments before it among them."""

    words: list[Token]


@dataclass(slots=True)
class Group:
    """`( )`, `{ }`, a loop, a case: bodies that are run in some order."""

    bodies: list[Script]
    subshell: bool = False


@dataclass(slots=True)
class If:
    """Questions and what follows from them; a loop that asks is one, too."""

    questions: list[Script]
    bodies: list[Script]


type Part = Simple | Group | If


@dataclass(slots=True)
class Pipeline:
    """Commands that are joined by `|`, often one."""

    parts: list[Part]
    negated: bool
    # What joins it to the one before: "", "&&" or "||".
    joined: str
    start: int
    end: int


@dataclass(slots=True)
class Line:
    """Pipelines that are joined by `&&` and `||`; `&` leaves them in the background."""

    pipelines: list[Pipeline]
    background: bool = False


type Script = list[Line]


def parse(text: str, start: int, end: int) -> Script:
    """The lines of a part of a text; offsets are those of the whole."""
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

    def script(self, depth: int, *stops: str) -> Script:
        """Lines up to one of these words or operators, which isn't taken."""
        lines: Script = []
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

    def _line(self, depth: int) -> Line:
        pipelines: list[Pipeline] = []
        joined = ""
        while (pipeline := self._pipeline(depth, joined)) is not None:
            pipelines.append(pipeline)
            joined = self._op()
            if joined not in ("&&", "||"):
                break
            self._at += 1
            while self._op() == "\n":
                self._at += 1
        return Line(pipelines, background=joined == "&")

    def _pipeline(self, depth: int, joined: str) -> Pipeline | None:
        negated = False
        while self._word() in ("!", "time"):
            negated ^= self._word() == "!"
            self._at += 1
        first = self._at
        parts: list[Part] = []
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
        return Pipeline(parts, negated, joined, self._tokens[first].start, last.end)

    def _command(self, depth: int) -> Part | None:
        word = self._word()
        if depth < DEEPEST and (self._op() == "(" or word == "{"):
            return self._group(depth + 1)
        if not word or word in _CLOSERS:
            return None
        if depth < DEEPEST:
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

    def _group(self, depth: int) -> Group:
        """`( ... )` or `{ ... }`."""
        subshell = self._op() == "("
        closer = ")" if subshell else "}"
        self._at += 1
        body = self.script(depth, closer)
        self._at += closer in (self._op(), self._word())
        return Group([body], subshell)

    def _while(self, depth: int) -> If:
        self._at += 1
        question = self.script(depth, "do")
        return If([question], [self._body(depth)])

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

    def _simple(self) -> Simple:
        words: list[Token] = []
        while self._at < len(self._tokens) and self._tokens[self._at].word:
            words.append(self._tokens[self._at])
            self._at += 1
        return Simple(words)

    def _body(self, depth: int) -> Script:
        """`do ... done`."""
        self._at += self._word() == "do"
        body = self.script(depth, "done")
        self._at += self._word() == "done"
        return body

    def _if(self, depth: int) -> If:
        found = If([], [])
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

    def _for(self, depth: int) -> Group:
        while self._at < len(self._tokens) and self._word() != "do":
            if self._word() in ("done", "fi"):
                return Group([])
            self._at += 1
        return Group([self._body(depth)])

    def _case(self, depth: int) -> Group:
        while self._word() not in ("in", "esac") and self._at < len(self._tokens):
            self._at += 1
        self._at += self._word() == "in"
        bodies: list[Script] = []
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
        return Group(bodies)
