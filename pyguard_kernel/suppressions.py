"""Comments that allow a finding: `# noqa`, `# noqa: PG206 -- reason`."""

from __future__ import annotations

import re

from pyguard_kernel.patterns import regex
from pyguard_kernel.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from pyguard_kernel.source import SourceFile

_NOQA = regex(
    r"#\s*noqa\b(?:\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*))?"
    r"(?:\s*--(?P<reason>[^#]*))?",
    re.IGNORECASE,
)
_NAMES_CODES = regex(r"#\s*noqa\s*:", re.IGNORECASE)


class Suppression(NamedTuple):
    """One comment: line of the text, column (from 1), codes (None for all), reason."""

    line: int
    column: int
    end_column: int
    codes: tuple[str, ...] | None
    reason: str


def suppressions(file: SourceFile) -> Iterator[Suppression]:
    """The comments of a file that allow findings on their line."""
    if b"noqa" not in file.data.lower():
        return
    comments: set[tuple[int, int]] | None = None
    for number, line in enumerate(file.lines, 1):
        for match in _NOQA.finditer(line):
            codes = match["codes"]
            if codes is None and _NAMES_CODES.match(line, match.start()):
                continue  # what it names is another tool's
            if codes is None:
                if "'" not in line[match.start() :] and '"' not in line:
                    yield _suppression(number, match)
                    continue
            elif "PG" not in codes.upper():
                continue
            # It may stand within a string: only the tokenizer knows.
            if comments is None:
                comments = _comments(file.text)
            if (number, _comment_start(line, match.start(), number, comments)) in (
                comments
            ):
                yield _suppression(number, match)


class _All:
    """Holds every code."""

    def __contains__(self, code: object) -> bool:
        return True


def allowed_on(line: str) -> Container[str]:
    """The codes that a comment on a line of a file other than Python allows."""
    match = _NOQA.search(line)
    if match is None:
        return ()
    if match["codes"] is None:
        return () if _NAMES_CODES.match(line, match.start()) else _All()
    return re.split(r"[\s,]+", match["codes"].upper())


def _comment_start(
    line: str, at: int, number: int, comments: set[tuple[int, int]]
) -> int:
    """Where the comment that holds this column starts: it may hold several #."""
    starts = [c for n, c in comments if n == number and c <= at]
    return max(starts, default=-1)


def _suppression(number: int, match: re.Match[str]) -> Suppression:
    codes = match["codes"]
    return Suppression(
        number,
        match.start() + 1,
        len(match.string.rstrip()) + 1,
        tuple(re.split(r"[\s,]+", codes.upper())) if codes else None,
        (match["reason"] or "").strip(),
    )


def _comments(text: str) -> set[tuple[int, int]]:
    import io
    import tokenize

    found: set[tuple[int, int]] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if token.type == tokenize.COMMENT:
                found.add(token.start)
    except (tokenize.TokenError, SyntaxError):
        pass  # what was read so far still counts; the parser reports the rest
    return found
