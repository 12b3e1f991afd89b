"""Writes an answer into pyproject.toml, and leaves everything else as it stands."""

from __future__ import annotations

import json
import re
import tomllib

from pyguard_kernel.attestations import key_of
from pyguard_kernel.project import Broken
from pyguard_kernel.project._toml import parse
from pyguard_kernel.selection import SettingsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from typing import Any

    from pyguard_kernel.attestations import Signed
    from pyguard_kernel.project import Node

_WAY = ("tool", "pyguard", "attest")
_TABLE = ".".join(_WAY)


def with_answer(text: str, key: str, signed: Signed, path: str) -> str:
    r"""A pyproject.toml's text with this answer in it; comments and order stay.

    Lines end as most of the text's do. `path` is for errors.

    Raises:
        SettingsError: it isn't TOML, or can't be edited safely: then the message has
            the line to write by hand.
    """
    ending = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    plain = text.replace("\r\n", "\n")
    try:
        document = parse(plain, path)
    except Broken as error:
        place = f"{path}:{error.place.span[0]}"
        raise SettingsError(f"{place}: {error.reason}") from None
    name = next((word for word in _held(document) if _means(word, key)), key)
    wanted = _expected(plain, name, signed)
    for changed in _ways(plain, document, name, signed):
        if _read(changed) == wanted:
            return changed.replace("\n", ending)
    raise SettingsError(
        f"{path}: its [{_TABLE}] is written in a way that can't be edited safely;"
        f" write there yourself: {_line(name, signed)}"
    )


def _held(document: Node) -> list[str]:
    table = document.get(*_WAY)
    return [name for name, _ in table.items()] if table else []


def _means(word: str, key: str) -> bool:
    return word == key or key_of(word, _TABLE) == key


def _expected(text: str, name: str, signed: Signed) -> dict[str, Any]:
    """What the file says when it has the answer, and is otherwise the same."""
    document = tomllib.loads(text)
    table = document
    for step in _WAY:
        table = table.setdefault(step, {})
    table[name] = _values(signed)
    return document


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _values(signed: Signed) -> dict[str, Any]:
    values: dict[str, Any] = {
        "answer": "yes" if signed.answer else "no",
        "who": signed.who,
        "when": signed.when,
    }
    if signed.link:
        values["link"] = signed.link
    if signed.expires:
        values["expires"] = signed.expires
    return values


def _inline(signed: Signed) -> str:
    pairs = (f"{key} = {_written(value)}" for key, value in _values(signed).items())
    return "{ " + ", ".join(pairs) + " }"


def _written(value: str | date) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat()


def _line(name: str, signed: Signed) -> str:
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", name)
    return f"{name if bare else json.dumps(name)} = {_inline(signed)}"


def _ways(text: str, document: Node, name: str, signed: Signed) -> Iterator[str]:
    """Texts that may be right, the one that fits the file best first."""
    lines = text.split("\n")
    line = _line(name, signed)
    table = document.get(*_WAY)
    entry = table.get(name) if table else None
    if entry is not None:
        yield _replaced(lines, entry, _inline(signed))
        yield _rewritten(lines, entry, signed)
    elif table is not None:
        last = max([table.span[2], *(node.span[2] for _, node in table.items())])
        yield "\n".join([*lines[:last], line, *lines[last:]])
    header = [f"[{_TABLE}]", line]
    at = _end_of_ours(lines)
    if at is not None:
        yield "\n".join([*lines[:at], "", *header, *lines[at:]])
    yield "\n".join([text.rstrip("\n"), "", *header, ""]).lstrip("\n")


def _replaced(lines: Sequence[str], entry: Node, value: str) -> str:
    """The text with an inline table in place of another."""
    first, column, last, end = entry.span
    before = lines[first - 1][: column - 1]
    after = lines[last - 1][end - 1 :]
    return "\n".join([*lines[: first - 1], before + value + after, *lines[last:]])


def _rewritten(lines: Sequence[str], entry: Node, signed: Signed) -> str:
    """The text where the entry has a header of its own: its keys are set anew."""
    changed = list(lines)
    wanted = _values(signed)
    for key, node in sorted(entry.items(), key=lambda item: item[1].span, reverse=True):
        line, column, _, end = node.span
        if key in wanted:
            text = changed[line - 1]
            value = _written(wanted.pop(key))
            changed[line - 1] = text[: column - 1] + value + text[end - 1 :]
        else:
            del changed[line - 1]
    head = entry.span[2]
    changed[head:head] = [f"{key} = {_written(value)}" for key, value in wanted.items()]
    return "\n".join(changed)


def _end_of_ours(lines: Sequence[str]) -> int | None:
    """The line after the last table of [tool.pyguard]; None where there is none."""
    headers = [n for n, line in enumerate(lines) if re.match(r"\s*\[", line)]
    ours = [n for n in headers if re.match(r"\s*\[+\s*tool\.pyguard\b", lines[n])]
    if not ours:
        return None
    after = [n for n in headers if n > ours[-1]]
    end = after[0] if after else len(lines)
    # Comments and blank lines above a header are that header's.
    while not lines[end - 1].strip() or (after and lines[end - 1].startswith("#")):
        end -= 1
    return end
