"""Which files a scan reads: the paths given, git's ignore rules, and excludes.

Git is not run: its rules are read here, from each folder's .gitignore between the
repository's root and the file, and from the repository's info/exclude. The machine's
own list (core.excludesFile) isn't read, so that a scan finds the same files anywhere.
Links to folders aren't followed, links to files are, as ruff does both.
"""

# Paths are strings: a Path for each of thousands of files costs more than the search.
# ruff: noqa: PTH100, PTH109, PTH112, PTH114, PTH117, PTH118, PTH120, PTH123

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.globs import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

SUFFIXES = (".py", ".pyi", ".pyw", ".ipynb")

_SPECIAL = re.compile(r"[*?\[{/\\]")


class Found(NamedTuple):
    """Files in order, each once; and what couldn't be read, with the reason."""

    files: list[str]
    unreadable: list[tuple[str, str]]


class MissingPath(FileNotFoundError):  # noqa: N818 -- it names what is missing
    """A path that was asked for and doesn't exist."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} doesn't exist: check its spelling")
        self.path = path


def find(
    paths: Sequence[str],
    *,
    exclude: Sequence[str],
    respect_gitignore: bool,
    force_exclude: bool,
    relative: Callable[[str], str] = str,
) -> Found:
    """The Python files and notebooks that these paths mean.

    A file that is named is taken whatever its suffix and whoever ignores it, unless
    `force_exclude` holds `exclude` against it. A folder is searched. Results are
    relative to the working directory where they are below it, with forward slashes.

    A pattern of `exclude` without a slash is the name of a file or folder anywhere;
    one with a slash is a path from the folder that `relative` counts from (by default,
    the working directory). `*` stands for slashes too.

    Raises:
        MissingPath: a path doesn't exist.
    """
    patterns = tuple(exclude)
    files: set[str] = set()
    unreadable: list[tuple[str, str]] = []
    for given in paths:
        path = _shown(given)
        if not os.path.lexists(given):
            raise MissingPath(given)
        if force_exclude and matches(patterns, relative(path)):
            continue
        if os.path.isdir(path):
            # A folder that is named is searched, whoever excludes it as a whole.
            way = relative(path)
            below = [p for p in patterns if "/" not in p or not matches((p,), way)]
            walk = _Walk(below, respect_gitignore, files, unreadable, relative)
            walk.search(path)
        else:
            files.add(path)
    return Found(sorted(files), sorted(set(unreadable)))


def _shown(path: str) -> str:
    """A path as the user would type it here: shortest, with forward slashes."""
    here = os.getcwd()
    absolute = os.path.abspath(path)
    if absolute == here:
        return "."
    inside = here.rstrip(os.sep) + os.sep
    if absolute.startswith(inside):
        shown = absolute[len(inside) :]
    else:
        shown = absolute if os.path.isabs(path) else os.path.relpath(absolute, here)
    return _slashed(shown)


def _slashed(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")


class _Walk:
    """One search below one folder."""

    def __init__(
        self,
        exclude: Sequence[str],
        respect_gitignore: bool,
        files: set[str],
        unreadable: list[tuple[str, str]],
        relative: Callable[[str], str],
    ) -> None:
        # Most patterns are plain names, which a set answers ten times faster.
        self._names = frozenset(p for p in exclude if not _SPECIAL.search(p))
        rest = [p for p in exclude if p not in self._names]
        self._globs = tuple(p for p in rest if "/" not in p)
        self._ways = tuple(p for p in rest if "/" in p)
        self._has_patterns = bool(rest)
        self._respect_gitignore = respect_gitignore
        self._files = files
        self._unreadable = unreadable
        self._relative = relative

    def search(self, root: str) -> None:
        above = self._rules_above(root) if self._respect_gitignore else None
        todo: list[tuple[str, _Rules | None]] = [(root, above)]
        while todo:
            folder, rules = todo.pop()
            todo += self._folder(folder, rules)

    def _folder(
        self, folder: str, rules: _Rules | None
    ) -> Iterator[tuple[str, _Rules | None]]:
        """Take the files of one folder; yield the folders in it that are to be read."""
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            self._unreadable.append((folder, _reason(error)))
            return
        if self._respect_gitignore:
            rules = self._rules_in(folder, [entry.name for entry in entries], rules)
        prefix = "" if folder == "." else folder.rstrip("/") + "/"
        for entry in entries:
            name = entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if name == ".git" or not (is_folder or name.endswith(SUFFIXES)):
                continue
            path = prefix + name
            if self._excluded(name, path):
                continue
            if rules is not None and rules.ignore(name, is_folder):
                continue
            if is_folder:
                yield path, rules.below(name) if rules is not None else None
            else:
                self._take(entry, path)

    def _take(self, entry: os.DirEntry[str], path: str) -> None:
        """Take a file, which a linked folder, a pipe or a device isn't."""
        try:
            if entry.is_file():
                self._files.add(path)
            else:
                entry.stat()  # an error, where it is a link that leads nowhere
        except OSError as error:
            self._unreadable.append((path, _reason(error)))

    def _excluded(self, name: str, path: str) -> bool:
        if name in self._names:
            return True
        return self._has_patterns and (
            matches(self._globs, name)
            or (bool(self._ways) and matches(self._ways, self._relative(path)))
        )

    def _rules_above(self, root: str) -> _Rules | None:
        """The rules that a folder inherits; None outside of a repository."""
        folder = os.path.abspath(root)
        way: list[str] = []
        while not os.path.lexists(os.path.join(folder, ".git")):
            folder, name = os.path.split(folder)
            if not name:
                return None
            way.append(name)
        rules: _Rules | None = None
        while way:
            names = {n for n in (".git", ".gitignore")
                     if os.path.lexists(os.path.join(folder, n))}  # fmt: skip
            rules = self._rules_in(folder, names, rules)
            name = way.pop()
            folder = os.path.join(folder, name)
            rules = rules.below(name) if rules is not None else None
        return rules

    def _rules_in(
        self, folder: str, names: Iterable[str], rules: _Rules | None
    ) -> _Rules | None:
        """The rules that hold in a folder, its own among them."""
        if ".git" in names:  # a repository of its own: no rules from outside
            exclude = os.path.join(_git_folder(os.path.join(folder, ".git")), "info")
            rules = _Rules(()).with_file(self._read(os.path.join(exclude, "exclude")))
        if rules is not None and ".gitignore" in names:
            rules = rules.with_file(self._read(os.path.join(folder, ".gitignore")))
        return rules

    def _read(self, path: str) -> str:
        if os.path.islink(path):
            return ""  # git doesn't follow it either
        try:
            with open(path, "rb") as file:
                return os.fsdecode(file.read().removeprefix(b"\xef\xbb\xbf"))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return ""
        except OSError as error:
            self._unreadable.append((_shown(path), _reason(error)))
            return ""


def _reason(error: OSError) -> str:
    return f"can't be read: {error.strerror or error}"


def _git_folder(path: str) -> str:
    """Where git keeps what is common to a repository's worktrees."""
    folder = path
    try:
        if not os.path.isdir(path):
            with open(path, "rb") as file:
                pointer = os.fsdecode(file.read(4096)).removeprefix("gitdir:").strip()
            folder = os.path.join(os.path.dirname(path), pointer)
        with open(os.path.join(folder, "commondir"), "rb") as file:
            return os.path.join(folder, os.fsdecode(file.read(4096)).strip())
    except OSError:
        return folder


# One ignore file: the way from its folder to here, its patterns as one expression,
# and for each group of that expression whether it ignores (or takes back).
type _Compiled = tuple[re.Pattern[str], tuple[bool, ...]]
type _File = tuple[str, re.Pattern[str], tuple[bool, ...]]


class _Rules:
    """Git's rules in one folder, the nearest ignore file first."""

    def __init__(self, files: tuple[_File, ...]) -> None:
        self._files = files

    def with_file(self, text: str) -> _Rules:
        """These rules after those of an ignore file in this folder."""
        compiled = _compile(text)
        return self if compiled is None else _Rules((("", *compiled), *self._files))

    def below(self, name: str) -> _Rules:
        """The rules that hold in the folder of this name."""
        return _Rules(tuple((f"{way}{name}/", p, i) for way, p, i in self._files))

    def ignore(self, name: str, is_folder: bool) -> bool:
        """Whether this entry of the folder is ignored."""
        if is_folder:
            name += "\0"
        for way, pattern, ignores in self._files:
            match = pattern.fullmatch(way + name)
            if match is not None and match.lastindex is not None:
                return ignores[match.lastindex - 1]
        return False


@lru_cache(maxsize=256)
def _compile(text: str) -> _Compiled | None:
    """An ignore file's patterns as one expression, the last line's first.

    It is matched against a path from the file's folder, with a NUL after a folder's.
    """
    groups: list[str] = []
    ignores: list[bool] = []
    for line in reversed(text.split("\n")):
        line = _trimmed(line.removesuffix("\r"))
        if not line or line.startswith("#"):
            continue
        expression = _expression(line.removeprefix("!"))
        if expression is not None:
            groups.append(f"({expression})")
            ignores.append(not line.startswith("!"))
    if not groups:
        return None
    return re.compile("|".join(groups)), tuple(ignores)


def _trimmed(line: str) -> str:
    """A line without the spaces at its end that no backslash keeps."""
    kept = line.rstrip(" ")
    backslashes = len(kept) - len(kept.rstrip("\\"))
    return kept + " " if backslashes % 2 and len(kept) < len(line) else kept


# One character of a name. The NUL that marks a folder is part of no name.
_CHARACTER = r"[^/\0]"


def _expression(pattern: str) -> str | None:
    """A pattern as git reads it, for a path from its file's folder; None: never."""
    only_folders = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    if not pattern:
        return None
    anywhere = "(?:[^\\0]*/)?" if "/" not in pattern else ""
    body = _translated(pattern.removeprefix("/"))
    if body is None:
        return None
    return anywhere + body + (r"\0" if only_folders else r"\0?")


def _translated(pattern: str) -> str | None:
    wild = re.search(r"[*?\[\\]", pattern)
    if wild is None:
        return re.escape(pattern)
    at = start = wild.start()
    out = [re.escape(pattern[:start])]
    part: str | None
    while at < len(pattern):
        character = pattern[at]
        if character == "*":
            at, part = _stars(pattern, at, start)
        elif character == "[":
            at, part = _bracket(pattern, at)
        elif character == "?":
            at, part = at + 1, _CHARACTER
        else:
            if character == "\\":
                at += 1
            if at == len(pattern):
                return None  # a lone backslash at the end matches nothing
            at, part = at + 1, re.escape(pattern[at])
        if part is None:
            return None
        out.append(part)
    return "".join(out)


def _stars(pattern: str, at: int, start: int) -> tuple[int, str]:
    """The stars that begin here: (where they end, their expression).

    Git compares the text before the first wildcard apart from the rest, so that stars
    there count as a whole component though they follow a name.
    """
    end = at
    while pattern[end : end + 1] == "*":
        end += 1
    whole_before = at == start or pattern[at - 1] == "/"
    if end - at < 2 or not whole_before:
        return end, _CHARACTER + "*"
    if pattern[end : end + 1] == "/":
        return end + 1, r"(?:[^\0]*/)?"
    if end == len(pattern) or pattern[end : end + 2] == "\\/":
        return end, r"[^\0]*"
    return end, _CHARACTER + "*"


_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": r" \t", "cntrl": r"\x01-\x1f\x7f",
    "digit": "0-9", "graph": r"\x21-\x7e", "lower": "a-z", "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e", "space": r" \t-\r",
    "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_NAMED = re.compile(r"\[:([^]]*):\]")


def _bracket(pattern: str, at: int) -> tuple[int, str | None]:
    """The [...] that begins here: (where it ends, its expression; None: never)."""
    at += 1
    negated = pattern[at : at + 1] in ("!", "^")
    at += negated
    begin = at
    inside = ""
    previous = ""
    while at == begin or pattern[at : at + 1] != "]":
        named = _NAMED.match(pattern, at)
        if named is not None:
            part = _POSIX.get(named[1])
            previous, at = "", named.end()
        else:
            part, previous, at = _member(pattern, at, previous)
        if part is None:
            return at, None
        inside += part
    if not inside:
        return at + 1, _CHARACTER if negated else None
    return at + 1, rf"(?![/\0])[{'^' if negated else ''}{inside}]"


def _member(pattern: str, at: int, previous: str) -> tuple[str | None, str, int]:
    """One character or range of a [...]: (expression, its last character, its end)."""
    is_range = (
        bool(previous)
        and pattern[at : at + 1] == "-"
        and pattern[at + 1 : at + 2] not in ("", "]")
    )
    at += is_range
    at += pattern[at : at + 1] == "\\"
    character = pattern[at : at + 1]
    if not character:
        return None, "", at
    if not is_range:
        return re.escape(character), character, at + 1
    if previous > character:
        return "", "", at + 1  # from high to low: an empty range
    return f"{re.escape(previous)}-{re.escape(character)}", "", at + 1
