"""The fact `requirements`: pip's requirements and constraints files, with places."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pyguard_kernel.model import Place
from pyguard_kernel.project._node import Broken
from pyguard_kernel.project._own import is_own
from pyguard_kernel.project._requirement import Requirement, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyguard_kernel.project._tree import Tree

PATTERNS = (
    "*requirements*.txt", "*requirements*.in", "*requirements*.lock",
    "*constraints*.txt", "*constraints*.in", "**/requirements/**/*.txt",
    "**/requirements/**/*.in",
)  # fmt: skip

_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_OPTION = re.compile(r"(--?[A-Za-z][A-Za-z-]*)(?:\s*=\s*|\s+|$)(.*)")
_SHORT = re.compile(r"(-[rceif])\s*(\S.*)")
_OWN = re.compile(r"\s+--?[A-Za-z]")
_HASH = re.compile(r"--hash[=\s]\s*\w+:")
# A path, which pip takes too, or a template that is filled in first.
_UNFINISHED = re.compile(r"[/\\{}$%]|^\.+$")
_LONG = {
    "-r": "--requirement", "-c": "--constraint", "-e": "--editable",
    "-i": "--index-url", "-f": "--find-links",
}  # fmt: skip


class Include(NamedTuple):
    """A file that another one names by `-r`, or by `-c`: then it only constrains."""

    path: str
    constraint: bool
    place: Place


class Option(NamedTuple):
    """A line that sets something: `--index-url`, `--pre`; names in their long form."""

    name: str
    value: str
    place: Place


class Line(NamedTuple):
    """A line that asks for a package."""

    requirement: Requirement
    hashed: bool = False
    editable: bool = False


@dataclass(frozen=True, slots=True)
class RequirementsFile:
    """One file; `maker` is the command that wrote it, where it says so itself."""

    path: str
    lines: tuple[Line, ...]
    includes: tuple[Include, ...]
    options: tuple[Option, ...]
    maker: str = ""

    @property
    def asks_hashes(self) -> bool:
        """Whether pip checks hashes here; it does for all once one line has any."""
        asked = any(option.name == "--require-hashes" for option in self.options)
        return asked or any(line.hashed for line in self.lines)


@dataclass(frozen=True, slots=True)
class Requirements:
    """All requirements files by their paths, those that are included too."""

    files: Mapping[str, RequirementsFile]

    def whole(self, path: str) -> Iterator[RequirementsFile]:
        """A file and what it includes by `-r`, each once."""
        queue, seen = [path], set[str]()
        while queue:
            file = self.files.get(queue.pop(0))
            if file is not None and file.path not in seen:
                seen.add(file.path)
                yield file
                queue += [one.path for one in file.includes if not one.constraint]

    def hashed(self, path: str) -> bool:
        """Whether everything that a file asks for is pinned by hashes.

        An editable or a local path has none, and isn't fetched; pip asks for none.
        """
        files = list(self.whole(path))
        lines = [line for file in files for line in file.lines]
        fetched = [one for one in lines if not (one.editable or _is_local(one))]
        return bool(fetched) and all(one.hashed for one in fetched)


def fact(tree: Tree) -> Requirements | None:
    """The files that look like requirements, and those that they include."""
    files: dict[str, RequirementsFile] = {}
    queue = tree.matching(*PATTERNS)
    while queue:
        path = queue.pop(0)
        if path in files or not tree.has(path):
            continue
        try:
            files[path] = read(tree.text(path), path)
        except Broken as error:
            tree.broken[path] = error
            continue
        queue += [include.path for include in files[path].includes]
        wrong = _wrong(files[path], tree)
        if wrong is not None and is_own(path):
            tree.broken.setdefault(path, wrong)
    return Requirements(dict(sorted(files.items()))) if files else None


def _wrong(file: RequirementsFile, tree: Tree) -> Broken | None:
    """What pip would stop at first: told, and what else the file says still counts."""
    for line in file.lines:
        asked = line.requirement
        if not asked.valid and not _UNFINISHED.search(asked.written):
            start = asked.place.span[:2]
            said = f"has a line that pip can't read: `{asked.written}`"
            return Broken(file.path, said, *start)
    # A source distribution leaves files out, and what git ignores is made later.
    if tree.partial or tree.has("PKG-INFO"):
        return None
    for include in file.includes:
        path = include.path
        elsewhere = path.startswith(("..", "/", *tree.pruned)) or ":/" in path
        if not (tree.has(path) or elsewhere or tree.ignores(path)):
            start = include.place.span[:2]
            return Broken(file.path, f"includes {path}, which isn't there", *start)
    return None


def read(text: str, path: str) -> RequirementsFile:
    """One file's text, as pip reads it; lines that mean nothing are left out."""
    lines: list[Line] = []
    includes: list[Include] = []
    options: list[Option] = []
    for line, place in _logical(text, path):
        found = _SHORT.match(line) or _OPTION.match(line)
        if found is None:
            lines.append(_line(line, place))
            continue
        name, value = _LONG.get(found[1], found[1]), found[2].strip().strip("\"'")
        if name in ("--requirement", "--constraint"):
            folder = posixpath.dirname(path)
            way = posixpath.normpath(posixpath.join(folder, value))
            includes.append(Include(way, name == "--constraint", place))
        elif name == "--editable":
            lines.append(_line(value, place, editable=True))
        else:
            options.append(Option(name, value, place))
    return RequirementsFile(
        path, tuple(lines), tuple(includes), tuple(options), _maker(text)
    )


def _logical(text: str, path: str) -> Iterator[tuple[str, Place]]:
    """Lines without comments, those put together that a backslash ends."""
    held, first, start = "", 0, 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = _COMMENT.sub("", line)
        if not held:
            first, start = number, len(bare) - len(bare.lstrip()) + 1
        on = bare.endswith("\\") and bare == line
        held += " " * bool(held) + bare.removesuffix("\\").strip()
        if not on and held:
            yield held, Place(path, (first, start, number, len(bare.rstrip()) + 1))
        if not on:
            held = ""
    if held:
        yield held, Place(path, (first, start, first, start))


def _line(text: str, place: Place, *, editable: bool = False) -> Line:
    own = _OWN.search(text)
    asked = text[: own.start()] if own else text
    return Line(parse(asked, place), bool(_HASH.search(text)), editable)


def _is_local(line: Line) -> bool:
    url = line.requirement.url
    return bool(url) and ("://" not in url or url.startswith("file:"))


def _maker(text: str) -> str:
    """What a header says that made the file: a command, where it is a known one."""
    head = text[:2000].split("\n")
    comments = [line.strip("# \t") for line in head if line.startswith("#")]
    for line, following in zip(comments, [*comments[1:], ""], strict=False):
        if re.search(r"generated (?:by|via|with|from)\b", line, re.IGNORECASE):
            tool = re.split(r"(?i)generated (?:by|via|with|from)\s+", line)[-1]
            command = re.match(r"(?:uv|pip-compile|pdm|poetry|pipenv)\b.*", following)
            return command[0] if command else tool
    return ""
