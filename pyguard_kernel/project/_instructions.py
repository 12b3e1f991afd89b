"""A Dockerfile's instructions, each with its place.

dockerfile-parse gives lines without columns, takes the lines of here-documents for
instructions, ends a continued one at an empty line (Docker doesn't), and reads
`${VERSION:-3.13}` as a tag; so this is a reader of its own.
Where none of that occurs both read the same, and a test holds them together.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pyguard_kernel.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIRECTIVE = re.compile(r"#\s*(?P<name>[A-Za-z][\w-]*)\s*=\s*(?P<value>.+?)\s*")
_GAP = r"(?:[ \t]|\\[ \t]*\n)*"
_HEAD = re.compile(rf"[ \t]*(?P<name>[^\s\\]+){_GAP}")
_FLAG = re.compile(
    rf"--(?P<name>[a-z][\w-]*)(?:=(?P<value>\"[^\"]*\"|[^\s]*))?(?=\s){_GAP}"
)
_DOCUMENT = re.compile(
    r"(?<![<\w])\d*<<(?P<dash>-?)(?P<quote>[\"']?)(?P<end>\w+)(?P=quote)"
)
_PAIR = re.compile(
    r"(?P<name>[A-Za-z_][\w.-]*)="
    r"(?P<value>\"(?:\\.|[^\"\\])*\"|'[^']*'|(?:\\.|[^\s\\])*)"
)
_TAKES_DOCUMENTS = frozenset({"RUN", "COPY", "ADD", "ONBUILD"})


@dataclass(frozen=True)
class Instruction:
    """One instruction: `COPY --from=builder /app /app`.

    `name` is in capitals, `flags` are its `--name=value` (true for no value), `value`
    is the rest in one line. `script` is the rest as it stands, line by line, its first
    character at `start` (line, column); comments between its lines are blanked.
    `documents` are its here-documents: the line where each begins, and its text.
    """

    name: str
    value: str
    place: Place
    script: str
    start: tuple[int, int]
    flags: tuple[tuple[str, str], ...] = ()
    documents: tuple[tuple[int, str], ...] = ()

    def flag(self, name: str) -> str:
        """A flag's value, or the empty text."""
        return next((value for key, value in self.flags if key == name), "")

    @property
    def value_place(self) -> Place:
        """Where its value stands."""
        return Place(self.place.path, (*self.start, *self.place.span[2:]))

    @cached_property
    def listed(self) -> tuple[str, ...] | None:
        """The words of the JSON form, which no shell reads; None for the other."""
        if not self.value.startswith("["):
            return None
        try:
            held = json.loads(self.value)
        except ValueError:
            return None
        return tuple(map(str, held)) if isinstance(held, list) else None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its value, in either form."""
        return self.listed or tuple(self.value.split())

    @cached_property
    def pairs(self) -> tuple[tuple[str, str | None], ...]:
        """Names and values of ARG and ENV; None where an ARG has no default."""
        found = {m["name"]: unquoted(m["value"]) for m in _PAIR.finditer(self.value)}
        if self.name == "ENV" and not found:
            name, _, value = self.value.partition(" ")
            return ((name, value.strip()),)
        bare = [
            w for w in self.value.split() if w.isidentifier() and self.name == "ARG"
        ]
        return (*found.items(), *((name, None) for name in bare))


def instructions(text: str, path: str) -> Iterator[Instruction]:
    """The instructions of a Dockerfile, in their order; any text has some or none."""
    return _Reader(text, path).instructions()


def unquoted(value: str) -> str:
    """A value without the quotes around it."""
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


class _Reader:
    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._lines = text.split("\n")
        self._escape = "\\"

    def instructions(self) -> Iterator[Instruction]:
        at = self._directives()
        while at < len(self._lines):
            if _says_nothing(self._lines[at]):
                at += 1
                continue
            last = self._last(at)
            one, at = self._instruction(at, last)
            yield one

    def _directives(self) -> int:
        """The first line that is no parser directive."""
        for number, line in enumerate(self._lines):
            found = _DIRECTIVE.fullmatch(line)
            if found is None:
                return number
            if found["name"].lower() == "escape" and found["value"] in ("\\", "`"):
                self._escape = found["value"]
        return len(self._lines)

    def _goes_on(self, at: int) -> bool:
        return self._lines[at].rstrip().endswith(self._escape)

    def _last(self, at: int) -> int:
        """The last line of the instruction that begins on this one."""
        end = at
        while self._goes_on(at) and at + 1 < len(self._lines):
            at += 1
            # Comments and empty lines within an instruction are no part of it.
            while _says_nothing(self._lines[at]) and at + 1 < len(self._lines):
                at += 1
            end = end if _says_nothing(self._lines[at]) else at
        return end

    def _instruction(self, first: int, last: int) -> tuple[Instruction, int]:
        script = self._script(first, last)
        head = _HEAD.match(script)
        name = head["name"].upper() if head else ""
        at = head.end() if head else 0
        flags: list[tuple[str, str]] = []
        while flag := _FLAG.match(script, at):
            flags.append((flag["name"], unquoted(flag["value"] or "true")))
            at = flag.end()
        before, script = script[:at], script[at:]
        start = (
            first + before.count("\n") + 1,
            len(before) - before.rfind("\n"),
        )
        documents: tuple[tuple[int, str], ...] = ()
        after = last + 1
        if name in _TAKES_DOCUMENTS:
            documents, after = self._documents(script, after)
        begin = len(self._lines[first]) - len(self._lines[first].lstrip()) + 1
        end = len(self._lines[last].rstrip()) + 1
        one = Instruction(
            name,
            re.sub(r"\\[ \t]*(?:\n|$)", "", script).strip(),
            Place(self._path, (first + 1, begin, last + 1, end)),
            script,
            start,
            tuple(flags),
            documents,
        )
        return one, after

    def _script(self, first: int, last: int) -> str:
        """These lines as a shell reads them: nothing between them ends the command."""
        lines = []
        for number in range(first, last + 1):
            line = self._lines[number].rstrip()
            if number > first and _says_nothing(line):
                line = "\\"
            elif self._goes_on(number):
                line = line[:-1] + "\\"
            lines.append(line)
        return "\n".join(lines)

    def _documents(
        self, script: str, at: int
    ) -> tuple[tuple[tuple[int, str], ...], int]:
        """The here-documents that an instruction names, and the line after them."""
        found: list[tuple[int, str]] = []
        for head in _DOCUMENT.finditer(script):
            for end in range(at, len(self._lines)):
                line = self._lines[end]
                if (line.lstrip("\t") if head["dash"] else line) == head["end"]:
                    text = "".join(line + "\n" for line in self._lines[at:end])
                    found.append((at + 1, text))
                    at = end + 1
                    break
            # What nothing ends is none: `1 << n` in a program that is quoted.
        return tuple(found), at


def _says_nothing(line: str) -> bool:
    """Whether it is empty, or a comment."""
    return not line.strip() or line.lstrip().startswith("#")
