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

from pyguard_kernel.gitignore import Rules
from pyguard_kernel.globs import matches
from pyguard_kernel.model import SUFFIXES
from pyguard_kernel.patterns import regex
from pyguard_kernel.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_SPECIAL = regex(r"[*?\[{/\\]")


class Found(NamedTuple):
    """Python files in order, each once; what couldn't be read, and why.

    Where all was asked for: `others` are the other files of the folders, and `pruned`
    the folders in them that settings exclude.
    """

    files: list[str]
    unreadable: list[tuple[str, str]]
    others: list[str]
    pruned: list[str]


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
    everything: bool = False,
) -> Found:
    """The Python files and notebooks that these paths mean; or `everything` in folders.

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
    others: set[str] | None = set() if everything else None
    unreadable: list[tuple[str, str]] = []
    pruned: list[str] = []
    for given in paths:
        path = shown(given)
        if not os.path.lexists(given):
            raise MissingPath(given)
        if force_exclude and matches(patterns, relative(path)):
            continue
        if os.path.isdir(path):
            # A folder that is named is searched, whoever excludes it as a whole.
            way = relative(path)
            below = [p for p in patterns if "/" not in p or not matches((p,), way)]
            walk = _Walk(
                below, respect_gitignore, files, others, unreadable, pruned, relative
            )
            walk.search(path)
        else:
            files.add(path)
    left = sorted(others or ())
    return Found(sorted(files), sorted(set(unreadable)), left, sorted(set(pruned)))


def shown(path: str) -> str:
    """A path as the user would type it here: shortest, with forward slashes."""
    here = os.getcwd()
    absolute = os.path.abspath(path)
    if absolute == here:
        return "."
    inside = here.rstrip(os.sep) + os.sep
    if absolute.startswith(inside):
        text = absolute[len(inside) :]
    else:
        text = absolute if os.path.isabs(path) else os.path.relpath(absolute, here)
    return _slashed(text)


def _slashed(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")


class _Walk:
    """One search below one folder."""

    def __init__(
        self,
        exclude: Sequence[str],
        respect_gitignore: bool,
        files: set[str],
        others: set[str] | None,
        unreadable: list[tuple[str, str]],
        pruned: list[str],
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
        self._others = others
        self._unreadable = unreadable
        self._pruned = pruned
        self._relative = relative

    def search(self, root: str) -> None:
        above = self._rules_above(root) if self._respect_gitignore else None
        todo: list[tuple[str, Rules | None]] = [(root, above)]
        while todo:
            folder, rules = todo.pop()
            todo += self._folder(folder, rules)

    def _folder(
        self, folder: str, rules: Rules | None
    ) -> Iterator[tuple[str, Rules | None]]:
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
            is_python = name.endswith(SUFFIXES)
            if name == ".git" or not (
                is_folder or is_python or self._others is not None
            ):
                continue
            path = prefix + name
            if self._excluded(name, path):
                if is_folder:
                    self._pruned.append(path)
                continue
            if rules is not None and rules.ignore(name, is_folder):
                continue
            if is_folder:
                yield path, rules.below(name) if rules is not None else None
            else:
                self._take(entry, path)

    def _wanted(self, name: str) -> bool:
        return self._others is not None or name.endswith(SUFFIXES)

    def _take(self, entry: os.DirEntry[str], path: str) -> None:
        """Take a file, which a linked folder, a pipe or a device isn't."""
        is_python = path.endswith(SUFFIXES)
        taken = self._files if is_python or self._others is None else self._others
        try:
            if entry.is_file():
                taken.add(path)
            elif is_python:
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

    def _rules_above(self, root: str) -> Rules | None:
        """The rules that a folder inherits; None outside of a repository."""
        folder = os.path.abspath(root)
        way: list[str] = []
        while not os.path.lexists(os.path.join(folder, ".git")):
            folder, name = os.path.split(folder)
            if not name:
                return None
            way.append(name)
        rules: Rules | None = None
        while way:
            names = {n for n in (".git", ".gitignore")
                     if os.path.lexists(os.path.join(folder, n))}  # fmt: skip
            rules = self._rules_in(folder, names, rules)
            name = way.pop()
            folder = os.path.join(folder, name)
            rules = rules.below(name) if rules is not None else None
        return rules

    def _rules_in(
        self, folder: str, names: Iterable[str], rules: Rules | None
    ) -> Rules | None:
        """The rules that hold in a folder, its own among them."""
        if ".git" in names:  # a repository of its own: no rules from outside
            exclude = os.path.join(_git_folder(os.path.join(folder, ".git")), "info")
            rules = Rules(()).with_file(self._read(os.path.join(exclude, "exclude")))
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
            self._unreadable.append((shown(path), _reason(error)))
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
