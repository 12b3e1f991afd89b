"""One run: find files, look up what is known, examine the rest, join, suppress."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from pyguard_kernel import ruff
from pyguard_kernel._version import __version__
from pyguard_kernel.findings import Judge
from pyguard_kernel.imports import module_name, package_name
from pyguard_kernel.model import SUFFIXES, Attest, CrossFile, Finding, Project, Rule
from pyguard_kernel.records import Record
from pyguard_kernel.registry import sources
from pyguard_kernel.selection import UNREADABLE
from pyguard_kernel.settings import Settings, selected
from pyguard_kernel.values import dataclass, field, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
    from concurrent.futures import Executor
    from typing import Any

    from pyguard_kernel.cache import Cache
    from pyguard_kernel.examine import Examiner
    from pyguard_kernel.files import Found
    from pyguard_kernel.hearing import Hearing
    from pyguard_kernel.model import Detector
    from pyguard_kernel.project_run import Answer, ProjectRun
    from pyguard_kernel.project_scan import ProjectScan
    from pyguard_kernel.recall import Recall

    Progress = Callable[[int, int], None]


class ScanError(Exception):
    """The scan can't be done; the message names the cause and the remedy."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run found.

    `files` and `lines` were looked at, `cached` of the files by an earlier run's
    results; `rules` ran; `crashes` names rules that failed on a file: the rest of the
    run went on without them. `warnings` are for people. `answers` are what the project
    rules came to, by code, where a project was looked at, and `kind` says whether it is
    an application or a library, and why.
    """

    findings: tuple[Finding, ...]
    files: int
    lines: int
    cached: int
    rules: tuple[Rule, ...]
    crashes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    kind: str = ""

    def with_project(self, run: ProjectRun) -> Result:
        """This result and what was found in the project's files, in order."""
        from pyguard_kernel.project import _dated

        crashes = (*self.crashes, *run.crashes)
        told = (*self.warnings, *_dated.warnings())
        # A broken setup.py is read as code and as a fact, and told once.
        told_of = {f.path for f in self.findings if f.code == UNREADABLE}
        fresh = [
            finding
            for finding in run.findings
            if finding.code != UNREADABLE or finding.path not in told_of
        ]
        whole = self.with_findings(fresh)
        return replace(
            whole, crashes=crashes, warnings=told, answers=run.answers, kind=run.kind
        )

    def with_findings(self, more: Iterable[Finding]) -> Result:
        """This result and more findings, in order."""
        found = sorted([*self.findings, *more], key=lambda finding: finding.place)
        return replace(self, findings=tuple(found))


def find_files(paths: Sequence[str], settings: Settings) -> list[str]:
    """The Python files and notebooks that a scan of these paths looks at.

    Raises:
        ScanError: a path doesn't exist.
    """
    return _find(paths, settings).files


def watched_files(paths: Sequence[str], settings: Settings) -> list[str]:
    """All files that the findings of a scan may depend on.

    Raises:
        ScanError: a path doesn't exist.
    """
    found = _find(paths, settings, everything=True)
    return [*found.files, *found.others]


def scan(
    paths: Sequence[str],
    settings: Settings,
    *,
    cache_folder: Path | None = None,
    jobs: int | None = None,
    fixes: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
    roots: bool = False,
) -> Result:
    """Check files and folders; paths are relative to the working directory.

    `jobs` processes share the work (by default, one a core); `executor` may bring its
    own, of the interface of concurrent.futures. `progress` is told (done, all) files.
    With `roots`, folders are taken for projects, whatever they hold.

    Raises:
        ScanError: a path is missing, or ruff is missing, unfit or died.
    """
    try:
        run = _Run(settings, cache_folder, whole=_holds(paths, settings.root))
        folders = any(os.path.isdir(path) for path in paths)  # noqa: PTH112
        asks_projects = run.has(Project, Attest)
        found = _find(paths, settings, everything=folders and asks_projects)
        named = [path for path in found.files if _is_project_file(path)]
        sources = [path for path in found.files if path not in named]
        # Fixes are proved on records, which a run that finds no change doesn't read.
        recall = None if fixes else run.recall(sources)
        recalled = recall.known(run.judge) if recall else None
        records: dict[str, Record] = {}
        crashes: list[str] = []
        if recalled:
            findings, lines = recalled
            cached = len(sources)
        else:
            records = run.known(sources)
            cached = len(records)
            misses = [path for path in sources if path not in records]
            records |= run.look(misses, jobs, executor, _told(progress, cached))
            findings, crashes = run.finish(records, _read)
            lines = sum(record.lines for record in records.values())
            recall = None if crashes else run.recall(sources, records)
        in_code = tuple(findings)
        findings += [
            run.judge.finding(UNREADABLE, path, (1, 1, 1, 1), why)
            for path, why in found.unreadable
            if UNREADABLE not in settings.ignored_for(path)
        ]
        if fixes:
            findings = run.fixed(findings, records, _read)
    except ruff.RuffError as error:
        raise ScanError(str(error)) from None
    warnings = tuple(run.save(records))
    if recall and not (recalled or warnings):
        recall.keep(in_code, lines)
    outcome = run.result(findings, len(found.files), lines, cached, crashes, warnings)
    if asks_projects and (named or folders):
        projects = run.projects(fixes=fixes)
        told = projects.of_paths(paths, named, found, roots=roots)
        return outcome.with_project(told)
    return outcome


def check_text(
    text: str | bytes, filename: str, settings: Settings, *, fixes: bool = False
) -> Result:
    """Check one text as if it stood in a file of this name (a notebook by its suffix).

    What is missing beside it isn't told. Raises:
        ScanError: ruff is missing, unfit or died.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return check_texts({filename: data}, settings, fixes=fixes, partial=True)


def check_texts(
    texts: Mapping[str, bytes],
    settings: Settings,
    *,
    fixes: bool = False,
    partial: bool = False,
) -> Result:
    """Check texts as if they were the files of a project, by their paths from its root.

    With `partial`, they are some files of a project that has others.

    Raises:
        ScanError: ruff is missing, unfit or died.
    """
    named = [path for path in texts if _is_project_file(path)]
    try:
        run = _Run(settings, None, whole=False)
        sources = {p: data for p, data in texts.items() if p.endswith(SUFFIXES)}
        if partial:
            sources = {p: data for p, data in texts.items() if p not in named}
        records = {path: run.read(path, data) for path, data in sources.items()}
        findings, crashes = run.finish(records, texts.__getitem__)
        if fixes:
            findings = run.fixed(findings, records, texts.__getitem__)
    except ruff.RuffError as error:
        raise ScanError(str(error)) from None
    lines = sum(record.lines for record in records.values())
    outcome = run.result(findings, len(texts), lines, 0, crashes, ())
    if named or not partial:
        projects = run.projects(fixes=fixes)
        outcome = outcome.with_project(projects.of_texts(texts, partial=partial))
    shown = _in_file_cells(sources, settings, fixes=fixes)
    return outcome.with_findings(shown) if shown else outcome


def _in_file_cells(
    texts: Mapping[str, bytes], settings: Settings, *, fixes: bool
) -> list[Finding]:
    """What is found in cells of notebooks that stand for files."""
    if not any(b"%%pyguard" in data for data in texts.values()):
        return []
    from pyguard_kernel.file_cells import files_in, is_tree, moved_into_cell
    from pyguard_kernel.notebook import file_cells
    from pyguard_kernel.source import Unreadable, decode

    findings: list[Finding] = []
    for path, data in texts.items():
        if not path.endswith(".ipynb"):
            continue
        with suppress(Unreadable):  # which is a finding already
            for number, cell in file_cells(decode(data)):
                files = files_in(cell) or {}
                held = {name: text.encode() for name, (_, text) in files.items()}
                result = check_texts(
                    held, settings, fixes=fixes, partial=not is_tree(cell)
                )
                findings += moved_into_cell(result.findings, files, path, number)
    return findings


def _is_project_file(path: str) -> bool:
    if path.endswith(SUFFIXES):
        return False
    from pyguard_kernel.project_files import is_project_file

    return is_project_file(path)


def _find(
    paths: Sequence[str], settings: Settings, *, everything: bool = False
) -> Found:
    # A snippet needs none of this, and starts sooner without it.
    from pyguard_kernel import files

    try:
        return files.find(
            paths,
            exclude=(*settings.exclude, *settings.extend_exclude),
            respect_gitignore=settings.respect_gitignore,
            force_exclude=settings.force_exclude,
            relative=settings.relative,
            everything=everything,
        )
    except files.MissingPath as error:
        raise ScanError(str(error)) from None


def _read(path: str) -> bytes:
    from pyguard_kernel.joins import read

    return read(path)


def _holds(paths: Sequence[str], root: Path) -> bool:
    """Whether the whole project lies below these paths."""
    around = {str(root), *map(str, root.parents)}
    return any(os.path.abspath(path) in around for path in paths)  # noqa: PTH100


def _told(progress: Progress | None, before: int) -> Progress:
    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress(before + done, before + total)

    return tell


def _told_by(records: Mapping[str, Record]) -> str:
    """Names all that is joined."""
    from pyguard_kernel.cache import digest_of

    state = (f"{path}\0{record.tell()}\n" for path, record in records.items())
    return digest_of("".join(sorted(state)))


class _Run:
    """One run's rules and settings, and what it learns."""

    def __init__(
        self, settings: Settings, cache_folder: Path | None, *, whole: bool
    ) -> None:
        package_name.cache_clear()
        self._settings = settings
        self.rules = selected(settings)
        self.judge = Judge(settings, self.rules, whole=whole)
        self._codes = tuple(rule.code for rule in self.rules)
        self._target = settings.target_version
        self._whole = whole
        self._cache: Cache | None = None
        self._cache_folder = cache_folder
        self._cache_key = ""
        if cache_folder is not None:
            from pyguard_kernel.cache import Cache

            self._cache_key = self._key(settings)
            self._cache = Cache(cache_folder, self._cache_key)

    def _key(self, settings: Settings) -> str:
        """Names all that a file's results depend on, but for the file."""
        from pyguard_kernel.cache import digest_of

        python = sys.version_info[:3]
        ruff_version = ruff.version(ruff.executable())
        parts = (__version__, python, ruff_version, self._codes, *sources())
        return digest_of(f"{parts!r}{settings.fingerprint()}")

    def result(
        self,
        findings: Iterable[Finding],
        files: int,
        lines: int,
        cached: int,
        crashes: Iterable[str],
        warnings: tuple[str, ...],
    ) -> Result:
        """The run's outcome, in the order of places."""
        ordered = tuple(sorted(findings, key=lambda finding: finding.place))
        told = (tuple(crashes), warnings)
        return Result(ordered, files, lines, cached, self.rules, *told)

    def has(self, *kinds: type[Detector]) -> bool:
        """Whether a rule of this run is found by one of these kinds of detectors."""
        return any(isinstance(d, kinds) for r in self.rules for d in r.detectors)

    # What looks at files is loaded once there is one that isn't known.
    @cached_property
    def _examiner(self) -> Examiner:
        from pyguard_kernel.examine import Examiner

        return Examiner(self._codes)

    @cached_property
    def _hearing(self) -> Hearing:
        from pyguard_kernel.hearing import Hearing

        return Hearing(self.rules, self._target)

    # -- looking ---------------------------------------------------------------------

    def recall(
        self, paths: Sequence[str], records: Mapping[str, Record] | None = None
    ) -> Recall | None:
        """What may be known of all these files together.

        None without a cache, or where a file isn't known: `records` tells them, else
        the cache.
        """
        if self._cache is None or self._cache_folder is None:
            return None
        from pyguard_kernel.recall import Recall

        state = [self._cache_key, repr(self._settings), os.getcwd(), str(self._whole)]  # noqa: PTH109
        for path in paths:
            known = self._cache.lookup(path) if records is None else records[path]
            if known is None or not known.digest:
                return None
            state.append(f"{path}\0{module_name(path)}\0{known.digest}")
        return Recall(self._cache_folder, state)

    def known(self, paths: Sequence[str]) -> dict[str, Record]:
        """What earlier runs know of these files, where that still holds."""
        records: dict[str, Record] = {}
        if self._cache is not None:
            for path in paths:
                entry = self._cache.lookup(path)
                if entry is None:
                    continue
                record = Record(**entry.record)
                if record.module == module_name(path):
                    record.digest, record.told = entry.digest, entry.told
                    records[path] = record
        return records

    def look(
        self,
        paths: Sequence[str],
        jobs: int | None,
        executor: Executor | None,
        progress: Progress,
    ) -> dict[str, Record]:
        """Look at files anew; our pass and ruff's run side by side."""
        records: dict[str, Record] = {}
        if not paths:
            return records
        from pyguard_kernel.source import MAX_BYTES
        from pyguard_kernel.workers import examined, size

        sizes = {path: size(path) for path in paths}
        # Ruff would take minutes and gigabytes over what our reader refuses.
        for_ruff = [path for path in paths if sizes[path] <= MAX_BYTES]
        with self._hearing.begin(for_ruff) as running:
            for path, result in examined(self._codes, sizes, jobs, executor):
                records[path] = Record.of(result)
                progress(len(records), len(paths))
            self._hearing.take(records, for_ruff, running)
        return records

    def read(self, path: str, data: bytes) -> Record:
        """Look at one text."""
        from pyguard_kernel.examine import calm

        with calm():
            record = Record.of(self._examiner.examine(path, data))
        self._hearing.take_text(record, path, data)
        return record

    # -- saying -----------------------------------------------------------------------

    def finish(
        self, records: Mapping[str, Record], read_bytes: Callable[[str], bytes]
    ) -> tuple[list[Finding], list[str]]:
        """Join across files, and leave out what comments and settings allow."""
        far, crashes = self._joined(records, read_bytes)
        findings: list[Finding] = []
        for path, record in records.items():
            crashes += record.crashes
            findings += self.judge.findings(path, record, far.get(path, []))
        return findings, crashes

    def _joined(
        self, records: Mapping[str, Record], read_bytes: Callable[[str], bytes]
    ) -> tuple[dict[str, list[Any]], list[str]]:
        if not self.has(CrossFile):
            return {}, []
        if self._cache is None:
            return self._join(records, read_bytes)
        for path, record in records.items():
            if record.fresh:
                self._ask_again(path, record, read_bytes)
        known = self._cache.joined(_told_by(records))
        if isinstance(known, dict):
            return known, []
        far, crashes = self._join(records, read_bytes)
        if not crashes:
            self._cache.store_joined(_told_by(records), far)
        return far, crashes

    def _ask_again(
        self, path: str, record: Record, read_bytes: Callable[[str], bytes]
    ) -> None:
        """Ask a changed file what others made us ask it before it changed.

        If it then tells the same as before, what was joined still holds.
        """
        before = self._cache.before(path) if self._cache else {}
        codes = [code for code in before.get("asked", ()) if code not in record.asked]
        if codes:
            from pyguard_kernel.examine import calm

            with calm():
                more = self._examiner.draw(path, read_bytes(path), codes)
            record.asked += more.asked
            record.facts |= more.facts
            record.crashes += more.crashes
        record.passed = list(before.get("passed", ()))

    def _join(
        self, records: Mapping[str, Record], read_bytes: Callable[[str], bytes]
    ) -> tuple[dict[str, list[Any]], list[str]]:
        from pyguard_kernel.joins import join

        return join(self._examiner, records, read_bytes)

    def fixed(
        self,
        findings: Sequence[Finding],
        records: Mapping[str, Record],
        read_bytes: Callable[[str], bytes],
    ) -> list[Finding]:
        """The findings, each with its proved fix where there is one."""
        from pyguard_kernel.examine import Examiner
        from pyguard_kernel.fixes import propose
        from pyguard_kernel.joins import join

        def recheck(path: str, data: bytes, codes: Set[str]) -> Iterator[Finding]:
            changed = {**records, path: self.read(path, data)}
            far, _ = join(
                Examiner(codes), changed, lambda p: data if p == path else read_bytes(p)
            )
            return self.judge.findings(path, changed[path], far.get(path, []))

        return propose(findings, read_bytes, recheck)

    def projects(self, *, fixes: bool) -> ProjectScan:
        """The project rules of this run."""
        # Python alone is checked sooner without it.
        from pyguard_kernel.project_scan import ProjectScan

        return ProjectScan(
            self.rules,
            self._settings,
            self.judge,
            fixes=fixes,
            cache_folder=self._cache_folder,
            cache_key=self._cache_key,
        )

    def save(self, records: Mapping[str, Record]) -> Iterator[str]:
        """Keep what was learnt for the next run; yields what people should know."""
        if self._cache is None:
            return
        for path, record in records.items():
            if record.fresh and record.digest and not record.crashes:
                told = record.tell()
                plain = record.plain()
                self._cache.store(path, record.digest, record.stamp, plain, told)
        self._cache.save()
        if self._cache.warning:
            yield self._cache.warning
