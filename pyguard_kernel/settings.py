"""[tool.pyguard] and the command line, as one value; every bad word is an error."""

from __future__ import annotations

import os
from pathlib import Path

from pyguard_kernel.globs import matches
from pyguard_kernel.selection import (
    ALWAYS_ON,
    SettingsError,
    covers,
    is_on,
    known_names,
    resolved,
    resolved_all,
)
from pyguard_kernel.values import dataclass, field, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from pyguard_kernel.archives import Limits
    from pyguard_kernel.attestations import Signed
    from pyguard_kernel.model import Rule

__all__ = ["Settings", "SettingsError", "load", "selected"]

# Folders that hold what others wrote, or what was built; ruff's list, and ours.
DEFAULT_EXCLUDE = (
    ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints",
    ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pyguard_cache", ".pytest_cache",
    ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pypackages__",
    "_build", "buck-out", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip

# What a project's figures are held to: per cent of lines and of mutants at least, and
# branches through a function at most.
THRESHOLDS = {"coverage": 80.0, "mutation": 80.0, "complexity": 10.0}


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run is asked to do.

    `select`, `ignore` and the codes of `per_file_ignores` are codes or prefixes of
    codes; names are resolved before. Patterns are relative to `root`, the folder of the
    file that was read (`source`), or the one that the run began in. `attest` maps a
    rule's code, or a point of the checklist, to what was answered. `gate_timeout` is in
    seconds. `archive` are the limits for archives (None: the defaults); `closed` says
    that the root is an archive's, around which nothing may be looked for.
    """

    root: Path = field(default_factory=Path.cwd)
    source: Path | None = None
    select: tuple[str, ...] = ("PG",)
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exempt: Mapping[str, str] = field(default_factory=dict)
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False
    target_version: tuple[int, int] = (3, 12)
    kind: str | None = None
    handbook_url: str = ""
    attest: Mapping[str, Signed] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=lambda: {**THRESHOLDS})
    gate_timeout: int = 1800
    archive: Limits | None = None
    closed: bool = False

    def with_options(
        self,
        *,
        select: Sequence[str] = (),
        extend_select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        per_file_ignores: Sequence[str] = (),
        exclude: Sequence[str] = (),
        extend_exclude: Sequence[str] = (),
        force_exclude: bool = False,
        target_version: str | None = None,
    ) -> Settings:
        """These settings with the command line's on top, in its own spelling.

        As in ruff, `--select` starts afresh, and what is said on the command line beats
        what the file says within it: `--ignore PG2` beats a selected PG206.

        Raises:
            SettingsError: a value can't be used; the message begins with the option.
        """
        added = resolved_all(extend_select, "--extend-select")
        dropped = resolved_all(ignore, "--ignore")
        if select:
            chosen = resolved_all(select, "--select")
            kept = tuple(s for s in self.ignore if any(covers(s, c) for c in ALWAYS_ON))
        else:
            chosen = _not_within(self.select, dropped)
            kept = _not_within(self.ignore, added)
        target = self.target_version
        if target_version is not None:
            from pyguard_kernel.settings_file import version

            target = version(target_version, "--target-version")
        return replace(
            self,
            select=chosen + added,
            ignore=kept + dropped,
            per_file_ignores=self.per_file_ignores
            + tuple(
                (self._anchored(pattern), codes)
                for pattern, codes in _per_file_options(per_file_ignores)
            ),
            exclude=self._from_here(exclude) or self.exclude,
            extend_exclude=self.extend_exclude + self._from_here(extend_exclude),
            force_exclude=self.force_exclude or force_exclude,
            target_version=target,
        )

    def ignored_for(self, path: str) -> frozenset[str]:
        """The codes that a file's findings are spared, those of no rule included.

        `path` is absolute or relative to the working directory.
        """
        ignored = {c for c in ALWAYS_ON if any(covers(s, c) for s in self.ignore)}
        if self.per_file_ignores:
            relative = self.relative(path)
            for pattern, selectors in self.per_file_ignores:
                wanted, negated = pattern.removeprefix("!"), pattern.startswith("!")
                if matches((wanted,), relative) is not negated:
                    ignored.update(c for s in selectors for c in _codes_of(s))
        return frozenset(ignored)

    def excludes(self, path: str) -> bool:
        """Whether a file that is named is left out all the same.

        `path` is as typed in the working directory, where `exclude` looks from.
        """
        patterns = (*self.exclude, *self.extend_exclude)
        return self.force_exclude and matches(patterns, path.removeprefix("./"))

    def relative(self, path: str) -> str:
        """A path as patterns see it: from the root, with forward slashes."""
        absolute = _absolute(path).replace(os.sep, "/")
        return absolute.removeprefix(self.root.as_posix().rstrip("/") + "/")

    def _anchored(self, pattern: str) -> str:
        """A pattern typed in the working directory, as it reads from the root."""
        bare = pattern.removeprefix("!")
        outside = self.relative(bare) == _absolute(bare).replace(os.sep, "/")
        if "/" not in bare or outside:
            return pattern
        return pattern[: len(pattern) - len(bare)] + self._way(bare)

    def _from_here(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """The command line's patterns, which count from the working directory."""
        return tuple(
            self._way(pattern) if "/" in pattern.rstrip("/") else pattern
            for pattern in patterns
        )

    def _way(self, pattern: str) -> str:
        """A path typed in the working directory, as it reads from the root."""
        way = self.relative(pattern)
        return way if "/" in way else f"/{way}"

    def fingerprint(self) -> str:
        """What bears on what is known of a file before anything is ignored."""
        return repr((self.target_version, self.kind))


def selected(settings: Settings) -> tuple[Rule, ...]:
    """The rules that run, in the order of their codes."""
    from pyguard_kernel.registry import all_rules

    return tuple(
        rule
        for rule in all_rules()
        if is_on(rule.code, settings.select, settings.ignore)
        and rule.code not in settings.exempt
    )


def _codes_of(selector: str) -> list[str]:
    return [code for code in known_names() if covers(selector, code)]


def _not_within(old: tuple[str, ...], newer: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(s for s in old if not any(covers(n, s) for n in newer))


def _per_file_options(words: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    table: dict[str, list[str]] = {}
    for word in words:
        pattern, colon, code = word.rpartition(":")
        if not colon or not pattern or not code:
            raise SettingsError(
                f"--per-file-ignores: {word!r} isn't PATTERN:CODE,"
                " such as 'tests/**:PG206'"
            )
        table.setdefault(pattern, []).append(resolved(code, "--per-file-ignores"))
    return tuple((pattern, tuple(codes)) for pattern, codes in table.items())


def load(start: Path, config: Path | None = None, isolated: bool = False) -> Settings:
    """The settings that hold for a folder, or for a file.

    Taken from the nearest pyproject.toml upward that has [tool.pyguard], or from
    `config` (a pyproject.toml). Where no target version is set, the nearest
    `requires-python` gives it. Without a file, patterns are relative to the working
    directory if that is above, else to the folder.

    Raises:
        SettingsError: the file can't be read, or a value in it can't be used.
    """
    root = Path(_absolute(start))
    if root.is_file():
        root = root.parent
    above = Path(_absolute("."))
    home = above if above in root.parents else root
    if isolated:
        return Settings(root=home)
    if config is not None:
        return _from_files([Path(_absolute(config))], home, asked=True)
    files = [folder / "pyproject.toml" for folder in (root, *root.parents)]
    return _from_files([file for file in files if file.is_file()], home)


def load_closed(root: Path, here: Settings) -> Settings:
    """The settings that hold for an archive whose root is unpacked in a folder.

    Its own pyproject.toml says which rules run and what is exempt, as a folder's does.
    What bears on this machine is `here`'s: limits, the handbook's address, and whether
    git is asked, which an archive could send anywhere.

    Raises:
        SettingsError: its file can't be read, or a value in it can't be used.
    """
    file = root / "pyproject.toml"
    own = _from_files([file] if file.is_file() else [], root)
    return closed(own, root, here)


def closed(own: Settings, root: Path, here: Settings) -> Settings:
    """Settings as they hold for an archive's root."""
    return replace(
        own,
        root=root,
        archive=here.archive,
        handbook_url=here.handbook_url,
        respect_gitignore=False,
        force_exclude=False,
        closed=True,
    )


def _from_files(files: list[Path], root: Path, asked: bool = False) -> Settings:
    values: dict[str, Any] = {}
    for file in files:
        from pyguard_kernel.settings_file import read

        table, lowest = read(file, asked)
        if lowest is not None:
            values.setdefault("target_version", lowest)
        if table is not None:
            return Settings(root=file.parent, source=file, **values | table)
    return Settings(root=root, **values)


def _absolute(path: str | Path) -> str:
    # Not Path.resolve: a link is meant where it stands, not where it leads.
    return os.path.abspath(path)  # noqa: PTH100
