"""Archives that a command packs: zip, tar, git archive, Python's own modules."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from pyguard_kernel.project._commands import Command

# What stands for the project as a whole.
_WHOLE = frozenset({".", "./", "*", "./*", "..", "src", "HEAD"})
_CREATE = re.compile(r"-?[a-zA-Z]*c[a-zA-Z]*")
_TOKEN = re.compile(r"[^\s'\",;\[\](){}]+")


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive: where it is written (empty for elsewhere), and what goes in."""

    path: str
    inputs: tuple[str, ...]

    def holds_sources(self, folders: Container[str]) -> bool:
        """Whether the project's sources go in; `folders` are its packages'."""
        return any(
            word in _WHOLE
            or word.endswith(".py")
            or posixpath.normpath(word).removesuffix("/*") in folders
            for word in self.inputs
        )

    def named_in(self, text: str) -> bool:
        """Whether a text names this archive, or has a pattern that means it."""
        name = posixpath.basename(self.path)
        if not name:
            return False
        if name in text:
            return True
        way = posixpath.normpath(self.path)
        tokens = (posixpath.normpath(token) for token in _TOKEN.findall(text))
        return any("*" in token and fnmatchcase(way, token) for token in tokens)


def archive_of(command: Command) -> Archive | None:
    """The archive that a command makes; None where it makes none."""
    words = command.words
    if command.program in ("zip", "7z", "7za"):
        return _zip(words[1:] if words[0] == "zip" else words[2:])
    if command.program in ("tar", "gtar", "bsdtar"):
        return _tar(words[1:])
    if command.runs("git", "archive"):
        return _git(words[2:])
    if command.program in ("zipfile", "tarfile") and words[1:2] in (
        ("-c",),
        ("--create",),
    ):
        return Archive("".join(words[2:3]), words[3:])
    return None


def _zip(words: tuple[str, ...]) -> Archive | None:
    plain: list[str] = []
    for word in words:
        if word in ("-x", "-i", "--exclude", "--include"):
            break
        if not word.startswith("-"):
            plain.append(word)
    return Archive(plain[0], tuple(plain[1:])) if plain else None


def _tar(words: tuple[str, ...]) -> Archive | None:
    if not words or not (_CREATE.fullmatch(words[0]) or "--create" in words):
        return None
    path, inputs, left = "", list[str](), list(words)
    bundled = not words[0].startswith("-")
    while left:
        word = left.pop(0)
        name, equals, value = word.partition("=")
        if name == "--file" and equals:
            path = value
        elif word == "--file" or _is_bundle(word, bundled=bundled):
            path = left.pop(0) if left else ""
        elif word in ("-C", "--directory", "--exclude", "-X", "--transform"):
            left[:1] = []
        elif not word.startswith("-") and not (bundled and word is words[0]):
            inputs.append(word)
        bundled = False
    return Archive(path, tuple(inputs))


def _is_bundle(word: str, *, bundled: bool) -> bool:
    """Whether a word of short options ends in the one that names the file."""
    short = word.startswith("-") and not word.startswith("--")
    return (short or bundled) and word.endswith("f")


def _git(words: tuple[str, ...]) -> Archive:
    path = ""
    for number, word in enumerate(words):
        if word in ("-o", "--output"):
            path = "".join(words[number + 1 : number + 2])
        elif word.startswith("--output="):
            path = word.partition("=")[2]
    return Archive(path, ("HEAD",))
