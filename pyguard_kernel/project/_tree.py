"""The files of one project: a folder, or texts in memory."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyguard_kernel import files
from pyguard_kernel.gitignore import Rules
from pyguard_kernel.globs import matches
from pyguard_kernel.model import Place
from pyguard_kernel.project import _ini, _toml, _yaml
from pyguard_kernel.project._node import Broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyguard_kernel.project._node import Node
    from pyguard_kernel.settings import Settings

    type Parser = Callable[[str, str], Node]

_GITIGNORE = ".gitignore"
# Past this size a file is no configuration that people write.
_MAX_BYTES = 16_000_000


class Tree:
    """Files by their paths from the project's root, with forward slashes.

    `paths` has all files but those in folders that settings exclude (`.venv`, `dist`,
    `node_modules`, ...), and those that git ignores; such folders are in `pruned`.
    `partial` says that a single file is checked, and others may exist elsewhere.
    `broken` has the files that were asked for and couldn't be read. `folder` is the
    root on the disk, None where the files are in memory or an archive's.
    """

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        *,
        pruned: Iterable[str] = (),
        partial: bool = False,
        folder: Path | None = None,
    ) -> None:
        self.paths = tuple(sorted(paths))
        self.pruned = tuple(sorted(pruned))
        self.partial = partial
        self.folder = folder
        self.broken: dict[str, Broken] = {}
        # What was read of the disk, the git index and its like included.
        self.read_from: set[str] = set()
        self._read = read
        self._texts: dict[str, str] = {}
        self._nodes: dict[str, Node | Broken] = {}

    @classmethod
    def of_folder(
        cls, folder: Path, settings: Settings, found: files.Found | None = None
    ) -> Tree:
        """The files below a folder; `found` is everything in it, or more, if known."""
        if found is None:
            found = files.find(
                [str(folder)],
                exclude=(*settings.exclude, *settings.extend_exclude),
                respect_gitignore=settings.respect_gitignore,
                force_exclude=False,
                relative=settings.relative,
                everything=True,
            )
        prefix = prefix_of(folder)
        at = len(prefix)
        return cls(
            (p[at:] for p in (*found.files, *found.others) if p.startswith(prefix)),
            lambda path: (folder / path).read_bytes(),
            pruned=(p[at:] for p in found.pruned if p.startswith(prefix)),
            folder=None if settings.closed else folder,
        )

    @classmethod
    def of_texts(
        cls, texts: Mapping[str, bytes], settings: Settings, *, partial: bool = False
    ) -> Tree:
        """Files in memory."""
        patterns = (*settings.exclude, *settings.extend_exclude)
        ways = {path: _parents(path) for path in texts}
        cut = {p for way in ways.values() for p in way if matches(patterns, p)}
        pruned = {p for p in cut if cut.isdisjoint(_parents(p))}
        kept = (path for path, way in ways.items() if pruned.isdisjoint(way))
        return cls(kept, texts.__getitem__, pruned=pruned, partial=partial)

    def with_text(self, path: str, data: bytes) -> Tree:
        """The same tree, but that one file holds this text."""
        return Tree(
            {*self.paths, path},
            lambda asked: data if asked == path else self._read(asked),
            pruned=self.pruned,
            partial=self.partial,
            folder=self.folder,
        )

    def has(self, path: str) -> bool:
        """Whether there is a file of this path."""
        return path in self._set

    @cached_property
    def _set(self) -> frozenset[str]:
        return frozenset(self.paths)

    def matching(self, *patterns: str) -> list[str]:
        """The paths that a pattern means; one without a slash means a name anywhere."""
        return [path for path in self.paths if matches(patterns, path)]

    def bytes(self, path: str) -> bytes:
        """A file's bytes.

        Raises:
            Broken: it can't be read.
        """
        if self.folder is not None:
            self.read_from.add(str(self.folder / path))
        try:
            data = self._read(path)
        except OSError as error:
            raise Broken(path, f"can't be read: {error.strerror or error}") from None
        if len(data) > _MAX_BYTES:
            size = f"{len(data) // 1_000_000:,} MB"
            raise Broken(path, f"is too large for a configuration: {size}")
        return data

    def text(self, path: str) -> str:
        r"""A file's text, its lines ended by `\n`.

        Raises:
            Broken: it can't be read, or isn't UTF-8.
        """
        if path not in self._texts:
            data = self.bytes(path)
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                line = data.count(b"\n", 0, error.start) + 1
                raise Broken(path, "isn't UTF-8: save it as UTF-8", line) from None
            self._texts[path] = re.sub(r"\r\n?", "\n", text)
        return self._texts[path]

    def toml(self, path: str) -> Node:
        """A TOML file.

        Raises:
            Broken: it can't be read, or isn't TOML.
        """
        return self._parsed(path, _toml.parse)

    def yaml(self, path: str) -> Node:
        """A YAML file.

        Raises:
            Broken: it can't be read, or isn't YAML.
        """
        return self._parsed(path, _yaml.parse)

    def json(self, path: str) -> Node:
        """A JSON file, comments allowed.

        Raises:
            Broken: it can't be read, or isn't JSON.
        """
        return self._parsed(path, _yaml.parse_json)

    def ini(self, path: str) -> Node:
        """An INI file.

        Raises:
            Broken: it can't be read, or isn't an INI file.
        """
        return self._parsed(path, _ini.parse)

    def each(
        self, paths: Iterable[str], parse: Callable[[str], Node]
    ) -> Iterator[Node]:
        """Those of the files that can be read; `broken` keeps the others."""
        for path in paths:
            try:
                yield parse(path)
            except Broken as error:
                self.broken[path] = error

    def try_to_read(self, path: str) -> None:
        """Read one file by its suffix, so that `broken` knows if that can't be done."""
        suffix = path.rpartition(".")[2]
        parse = {
            "toml": self.toml,
            "yml": self.yaml,
            "yaml": self.yaml,
            "json": self.json,
            "ini": self.ini,
            "cfg": self.ini,
        }.get(suffix, self.text)
        try:
            parse(path)
        except Broken as error:
            self.broken[path] = error

    def _parsed(self, path: str, parse: Parser) -> Node:
        if path not in self._nodes:
            try:
                self._nodes[path] = parse(self.text(path), path)
            except Broken as error:
                self._nodes[path] = error
        known = self._nodes[path]
        if isinstance(known, Broken):
            raise known
        return known

    def line(self, path: str, number: int) -> Place:
        """The place of a whole line, from 1, without the blanks around it."""
        line = self.text(path).split("\n")[number - 1]
        column = len(line) - len(line.lstrip()) + 1
        return Place(path, (number, column, number, len(line.rstrip()) + 1))

    def ignores(self, path: str, *, folder: bool = False) -> bool:
        """Whether the project's own ignore files make git ignore this path."""
        rules = Rules(())
        above = [*_parents(path), path]
        for base, way in zip(("", *above), above, strict=False):
            name = way[len(base) :].lstrip("/")
            file = f"{base}/{_GITIGNORE}".lstrip("/")
            if self.has(file):
                rules = rules.with_file(self.text(file))
            if rules.ignore(name, folder or way != path):
                return True
            rules = rules.below(name)
        return False


def prefix_of(folder: Path) -> str:
    """What stands before a project's paths where they are shown to the user."""
    shown = files.shown(str(folder))
    return "" if shown == "." else shown.rstrip("/") + "/"


def _parents(path: str) -> list[str]:
    """The folders that a path lies in, the outermost first."""
    parts = path.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts) - 1)]
