"""A shell script's words and operators."""

from __future__ import annotations

import re
from typing import NamedTuple

_OPERATOR = re.compile(r"&&|\|\||;;&|;;|;&|\|&|[;|&()\n]")
_REDIRECT = re.compile(r"(?:\d+|&)?(?P<op><<<|<<-|<<|>>|>\||<>|[<>]&?)(?!\()[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_PLAIN = re.compile(r"[^\s;&|()<>\"'`\\$]+")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_BRACES = re.compile(r"\$\{[^}\n]*\}?")
_SINGLE = re.compile(r"'[^']*'?")
_BACKTICKS = re.compile(r"`((?:\\.|[^`\\])*)`?", re.DOTALL)


class Token(NamedTuple):
    """A word, or an operator.

    `raw` is as it stands, `text` without quotes. `inner` has the offsets of the
    scripts inside of it: `$(...)`.
    """

    word: bool
    raw: str
    text: str
    start: int
    end: int
    inner: tuple[tuple[int, int], ...] = ()


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The words and operators of a part of a text; comments and redirections left out.

    Offsets are those of the whole text. Any text will do: an open quote ends with it.
    """
    return _Lexer(text, start, end).all()


class _Lexer:
    def __init__(self, text: str, start: int, end: int) -> None:
        # Tokens are told by the whole text's offsets.
        self._base = start
        self._text = text[start:end]
        self._at = 0
        self._end = len(self._text)
        self._documents: list[tuple[str, bool]] = []

    def all(self) -> list[Token]:
        found: list[Token] = []
        while self._at < self._end:
            if blank := _BLANK.match(self._text, self._at):
                self._at = blank.end()
            elif self._text[self._at] == "#":
                line_end = self._text.find("\n", self._at)
                self._at = line_end if line_end >= 0 else self._end
            elif redirect := _REDIRECT.match(self._text, self._at):
                self._redirect(redirect)
            elif operator := _OPERATOR.match(self._text, self._at):
                self._at = operator.end()
                raw = operator[0]
                found.append(self._token(raw, raw, operator.start()))
                if raw == "\n":
                    self._skip_documents()
            else:
                found.append(self._word())
        return found

    def _token(
        self,
        raw: str,
        text: str,
        start: int,
        inner: list[tuple[int, int]] | None = None,
    ) -> Token:
        """A token that ends here; with `inner`, even if empty, it is a word."""
        base = self._base
        scripts = tuple((first + base, last + base) for first, last in inner or ())
        word = inner is not None
        return Token(word, raw, text, start + base, self._at + base, scripts)

    def _redirect(self, match: re.Match[str]) -> None:
        self._at = match.end()
        if self._at < self._end and not _OPERATOR.match(self._text, self._at):
            target = self._word()
            if match["op"] in ("<<", "<<-"):
                self._documents.append((target.text, match["op"] == "<<-"))

    def _skip_documents(self) -> None:
        """Pass over the here-documents that begin on this line."""
        for delimiter, indented in self._documents:
            while self._at < self._end:
                line_end = self._text.find("\n", self._at)
                stop = line_end if line_end >= 0 else self._end
                line = self._text[self._at : stop]
                self._at = min(stop + 1, self._end)
                if (line.lstrip("\t") if indented else line).rstrip() == delimiter:
                    break
        self._documents = []

    def _word(self) -> Token:
        start = self._at
        out: list[str] = []
        inner: list[tuple[int, int]] = []
        while self._at < self._end:
            before = self._at
            self._part(out, inner)
            if self._at == before:
                break
        if self._at == start:
            # Nothing that a word may hold: take it as it is, and go on.
            self._at += 1
            out.append(self._text[start])
        raw = self._text[start : self._at]
        return self._token(raw, "".join(out), start, inner)

    def _part(self, out: list[str], inner: list[tuple[int, int]]) -> None:
        char = self._text[self._at]
        if match := _PLAIN.match(self._text, self._at):
            self._at = match.end()
            out.append(match[0])
        elif char == "\\":
            after = self._text[self._at + 1 : self._at + 2]
            self._at = min(self._at + 2, self._end)
            # Nobody quotes a letter within a word: it is a path of Windows.
            is_path = bool(out) and (after.isalnum() or after in "_.")
            out.append("" if after == "\n" else char * is_path + after)
        elif match := _SINGLE.match(self._text, self._at):
            self._at = match.end()
            out.append(match[0].strip("'"))
        elif char == '"':
            self._double(out, inner)
        elif char in "$`" or self._text[self._at : self._at + 2] in ("<(", ">("):
            self._dollar(out, inner)

    def _double(self, out: list[str], inner: list[tuple[int, int]]) -> None:
        self._at += 1
        while self._at < self._end:
            char = self._text[self._at]
            if char == '"':
                self._at += 1
                return
            if char in "$`":
                self._dollar(out, inner)
                continue
            if char == "\\":
                after = self._text[self._at + 1 : self._at + 2]
                out.append(
                    {"\n": ""}.get(after, after if after in '$`"\\' else char + after)
                )
                self._at = min(self._at + 2, self._end)
                continue
            out.append(char)
            self._at += 1

    def _dollar(self, out: list[str], inner: list[tuple[int, int]]) -> None:
        """A `$...` or a substitution: its text stays as it stands."""
        start = self._at
        for pattern in (_EXPRESSION, _BRACES, _BACKTICKS):
            if match := pattern.match(self._text, start):
                self._at = match.end()
                out.append(match[0])
                if pattern is _BACKTICKS:
                    inner.append(match.span(1))
                return
        if self._text[start + 1 : start + 2] == "(":
            self._at = self._closing(start + 2)
            out.append(self._text[start : self._at])
            if self._text[start + 1 : start + 3] != "((":
                closed = self._text[self._at - 1 : self._at] == ")"
                inner.append((start + 2, self._at - closed))
            return
        self._at += 1
        out.append(self._text[start])

    def _closing(self, at: int) -> int:
        """Past the parenthesis that closes the one before this place."""
        depth = 1
        while at < self._end:
            char = self._text[at]
            if char == "\\":
                at += 1
            elif char == "'":
                close = self._text.find("'", at + 1)
                at = close if close >= 0 else self._end
            elif char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
                if not depth:
                    return at + 1
            at += 1
        return self._end
