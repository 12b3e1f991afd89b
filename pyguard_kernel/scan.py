"""One run: find files, look up what is known, ask ruff and our own pass, join, judge."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyguard_kernel import files as files_module
from pyguard_kernel import ruff
from pyguard_kernel._version import __version__
from pyguard_kernel.cache import Cache
from pyguard_kernel.examine import UNREADABLE, Examined, Examiner, calm, examine_files
from pyguard_kernel.imports import module_name
from pyguard_kernel.model import (
    Diagnostic,
    Edit,
    Finding,
    Fix,
    Joined,
    Level,
    Rule,
    Ruff,
)
from pyguard_kernel.settings import Settings, selected
from pyguard_kernel.source import SourceFile, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

UNUSED_NOQA = "PG001"
# Findings that are no rule's: code -> name.
OWN_NAMES = {UNREADABLE: "unreadable-file", UNUSED_NOQA: "unused-noqa"}

# Below this many bytes of misses, processes cost more than they save.
# What ruff calls a file that it can't parse.
_INVALID_SYNTAX = "invalid-syntax"

_SMALL_JOB = 400_000
_SHARE = 40  # files a worker takes at once


class ScanError(Exception):
    """The scan can't be done; the message names the cause and the remedy."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run found.

    `files` and `lines` were looked at, `cached` of the files by an earlier run's
    results; `rules` ran; `crashes` names rules that failed on a file: the rest of the
    run went on without them. `warnings` are for people.
    """

    findings: tuple[Finding, ...]
    files: int
    lines: int
    cached: int
    rules: tuple[Rule, ...]
    crashes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def find_files(paths: Sequence[str], settings: Settings) -> list[str]:
    """The Python files and notebooks that a scan of these paths looks at.

    Raises:
        ScanError: a path doesn't exist.
    """
    return _find(paths, settings).files


def _find(paths: Sequence[str], settings: Settings) -> files_module.Found:
    try:
        return files_module.find(
            paths,
            exclude=(*settings.exclude, *settings.extend_exclude),
            respect_gitignore=settings.respect_gitignore,
            force_exclude=settings.force_exclude,
        )
    except files_module.MissingPath as error:
        raise ScanError(str(error)) from None


def scan(
    paths: Sequence[str],
    settings: Settings,
    *,
    cache_folder: Path | None = None,
    jobs: int | None = None,
    fixes: bool = False,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Check files and folders; paths are relative to the working directory.

    `jobs` processes share the work (by default, one a core); `executor` may bring its
    own, of the interface of concurrent.futures. `progress` is told (done, all) files.

    Raises:
        ScanError: a path is missing, or ruff is missing, unfit or died.
    """
    found = _find(paths, settings)
    run = _Run(settings, cache_folder)
    records = run.known(found.files)
    misses = [path for path in found.files if path not in records]
    try:
        records |= run.fresh(misses, jobs, executor, progress, len(records))
        findings, crashes = run.finish(records)
    except ruff.RuffError as error:
        raise ScanError(str(error)) from None
    for path, reason in found.unreadable:
        findings.append(run.finding(UNREADABLE, path, (1, 1, 1, 1), f"can't be read: {reason}"))  # fmt: skip
    if fixes:
        from pyguard_kernel.fix import propose

        findings = propose(findings, _read, lambda p, d: run.recheck(records, p, d))
    return Result(
        tuple(sorted(findings, key=lambda f: f.place)),
        len(found.files),
        sum(record.lines for record in records.values()),
        len(found.files) - len(misses),
        run.rules,
        tuple(crashes),
        tuple(run.save()),
    )


def check_text(
    text: str | bytes, filename: str, settings: Settings, *, fixes: bool = False
) -> Result:
    """Check one text as if it stood in a file of this name (a notebook by its suffix).

    Raises:
        ScanError: ruff is missing, unfit or died.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    run = _Run(settings, None)
    try:
        record = run.read_text(filename, data)
        findings, crashes = run.finish({filename: record})
        if fixes:
            from pyguard_kernel.fix import propose

            records = {filename: record}
            findings = propose(
                findings, lambda _: data, lambda p, d: run.recheck(records, p, d)
            )
    except ruff.RuffError as error:
        raise ScanError(str(error)) from None
    return Result(
        tuple(sorted(findings, key=lambda f: f.place)),
        1,
        record.lines,
        0,
        run.rules,
        tuple(crashes),
    )


class _Record(Examined):
    """What is known of one file; `ruffed` holds what ruff found and we kept."""

    __slots__ = ("digest", "dirty", "ruffed")

    def __init__(self, ruffed: list[Any] | None = None, **fields: Any) -> None:
        super().__init__(**fields)
        self.ruffed: list[Any] = ruffed or []
        self.digest = ""
        self.dirty = False

    def plain(self) -> dict[str, Any]:
        """The parts that hold something, as JSON takes them."""
        fields = asdict_shallow(self) | {"ruffed": self.ruffed}
        return {name: value for name, value in fields.items() if value}


def asdict_shallow(examined: Examined) -> dict[str, Any]:
    """The fields of a result by name, not copied."""
    return {name: getattr(examined, name) for name in Examined.__slots__}


class _Run:
    """The state of one run."""

    def __init__(self, settings: Settings, cache_folder: Path | None) -> None:
        self.settings = settings
        self.rules = selected(settings)
        self.codes = tuple(rule.code for rule in self.rules)
        self._by_code = {rule.code: rule for rule in self.rules}
        self._ruff: dict[str, list[tuple[Rule, Ruff]]] = {}
        for rule in self.rules:
            for detector in rule.detectors:
                if isinstance(detector, Ruff):
                    for code in detector.codes:
                        self._ruff.setdefault(code, []).append((rule, detector))
        self.ruff_codes = tuple(self._ruff)
        self._examiner: Examiner | None = None
        self._cache = Cache(cache_folder, self._key()) if cache_folder else None

    def _key(self) -> str:
        parts = [
            __version__,
            rules_digest(),
            ruff.version(ruff.executable()),
            f"{sys.version_info[:3]}",
            repr(self.settings.target_version),
            *self.codes,
            self.settings.fingerprint(),
        ]
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    @property
    def examiner(self) -> Examiner:
        """Our detectors, made when first needed."""
        if self._examiner is None:
            self._examiner = Examiner(self.codes)
        return self._examiner

    def read_text(self, path: str, data: bytes) -> _Record:
        """One text, looked at by us and by ruff."""
        with calm():
            record = _Record(**asdict_shallow(self.examiner.examine(path, data)))
        if self.ruff_codes:
            target = self.settings.target_version
            found = ruff.check_text(data, path, self.ruff_codes, target=target)
            self.judge({path: record}, found, {path: data})
        return record

    def recheck(
        self, records: Mapping[str, _Record], path: str, data: bytes
    ) -> Iterator[Finding]:
        """The findings of one file if it held other bytes, the rest as it is."""
        changed = {**records, path: self.read_text(path, data)}
        far = self._join(changed)
        return self._allowed(
            path, changed[path], far.get(path, []), self.settings.ignored_for(path)
        )

    # -- looking up, looking at ----------------------------------------------------

    def known(self, paths: Sequence[str]) -> dict[str, _Record]:
        """What earlier runs know of these files, where that still holds."""
        records: dict[str, _Record] = {}
        if self._cache is None:
            return records
        for path in paths:
            entry = self._cache.lookup(path)
            if entry is not None:
                try:
                    record = _Record(**entry.record)
                except TypeError:
                    continue  # written by another version, or damaged: look again
                record.digest = entry.digest
                records[path] = record
        return records

    def fresh(
        self,
        paths: Sequence[str],
        jobs: int | None,
        executor: Executor | None,
        progress: Callable[[int, int], None] | None,
        done: int,
    ) -> dict[str, _Record]:
        """Look at files anew: ours and ruff's passes run side by side."""
        if not paths:
            return {}
        total = done + len(paths)
        records: dict[str, _Record] = {}
        pending = _examined(self.codes, paths, jobs, executor)
        running = None
        if self.ruff_codes:
            running = ruff.start(paths, self.ruff_codes, target=self.settings.target_version)  # fmt: skip
        try:
            for path, examined in pending:
                records[path] = _Record(**asdict_shallow(examined))
                records[path].dirty = True
                if progress is not None:
                    progress(done + len(records), total)
            if running is not None:
                self.judge(records, running.results(), {})
        finally:
            if running is not None:
                running.close()
        return records

    def judge(
        self,
        records: Mapping[str, _Record],
        diagnostics: Iterable[Diagnostic],
        texts: Mapping[str, bytes],
    ) -> None:
        """Keep of ruff's findings what our rules mean, in our words."""
        files: dict[str, SourceFile] = {}
        for diagnostic in diagnostics:
            path = diagnostic.path
            record = records.get(path)
            if record is None:
                continue
            if path not in files:
                data = texts.get(path)
                files = {path: SourceFile(path, data if data is not None else _read(path), module_name(path))}  # fmt: skip
            if diagnostic.code == _INVALID_SYNTAX:
                _confirm_syntax(files[path], record)
                continue
            for rule, detector in self._ruff.get(diagnostic.code, ()):
                try:
                    message = detector.judge(diagnostic, files[path])
                except Unreadable:
                    continue  # ours reports it
                if message is not None:
                    record.ruffed.append([rule.code, message, *_plain(diagnostic)])

    # -- from records to findings --------------------------------------------------

    def finish(self, records: dict[str, _Record]) -> tuple[list[Finding], list[str]]:
        """Join across files, suppress, and say it."""
        joined = self._joined(records)
        findings: list[Finding] = []
        crashes: list[str] = []
        for path, record in records.items():
            crashes += record.crashes
            ignored = self.settings.ignored_for(path)
            far = joined.get(path, [])
            if not (record.found or record.ruffed or record.noqa or far):
                continue
            findings += self._allowed(path, record, far, ignored)
        crashes += joined.get("", [])
        return findings, crashes

    def _allowed(
        self, path: str, record: _Record, far: list[Any], ignored: frozenset[str]
    ) -> Iterator[Finding]:
        """The findings of one file that no comment or setting allows."""
        used: set[tuple[int, str]] = set()
        by_line = _noqa_by_line(record.noqa)
        seen: set[tuple[str, int, int | None]] = set()
        for finding, lines in self._raw(path, record, far):
            allowed = False
            for line in lines:
                codes = by_line.get(line, frozenset())
                if codes is None or (codes and finding.code in codes):
                    used.add((line, finding.code))
                    allowed = True
            key = (finding.code, finding.line, finding.cell)
            if allowed or finding.code in ignored or key in seen:
                continue
            if finding.code in self.settings.exempt:
                continue
            seen.add(key)
            yield finding
        if UNUSED_NOQA not in ignored:
            yield from self._unused(path, record, used)

    def _raw(
        self, path: str, record: _Record, far: list[Any]
    ) -> Iterator[tuple[Finding, set[int]]]:
        """Each finding with the lines of text whose comments may allow it."""
        for code, message, *rest in record.ruffed:
            line, column, end_line, end_column, cell, fix, ruff_code = rest
            first = _text_line(record.cells, cell, line)
            lines = {first, first + end_line - line}
            yield self.finding(
                code, path, (line, column, end_line, end_column), message, cell,
                _fix(fix), ruff_code,
            ), lines  # fmt: skip
        for code, line, column, end_line, end_column, message, *cell in (
            *record.found,
            *far,
        ):
            span = (line, column, end_line, end_column)
            if code == UNREADABLE:
                yield self.finding(code, path, span, message, *cell), {line}
                continue
            number, first = _cell_of(record.cells, line)
            local = (line - first + 1, column, end_line - first + 1, end_column)
            yield self.finding(code, path, local, message, number), {line, end_line}

    def _unused(
        self, path: str, record: _Record, used: set[tuple[int, str]]
    ) -> Iterator[Finding]:
        for line, column, end_column, codes, _ in record.noqa:
            idle = [c for c in codes or () if c in self._by_code and (line, c) not in used]  # fmt: skip
            if idle:
                cell, first = _cell_of(record.cells, line)
                at = line - first + 1
                yield self.finding(
                    UNUSED_NOQA,
                    path,
                    (at, column, at, end_column),
                    f"`# noqa: {', '.join(idle)}` allows nothing here: take it out",
                    cell,
                )

    def finding(
        self,
        code: str,
        path: str,
        span: tuple[int, int, int, int],
        message: str,
        cell: int | None = None,
        fix: Fix | None = None,
        ruff_code: str | None = None,
    ) -> Finding:
        """A finding with all that its rule says of it."""
        rule = self._by_code.get(code)
        return Finding(
            code,
            rule.name if rule else OWN_NAMES[code],
            rule.level if rule else Level.MUST,
            message,
            path,
            *span,
            cell,
            fix,
            self.settings.handbook_url + rule.page if rule else "",
            ruff_code,
        )

    # -- across files -----------------------------------------------------------------

    def _joined(self, records: dict[str, _Record]) -> dict[str, list[Any]]:
        """Path -> raw findings that only several files together show."""
        if not records or not self.examiner.crosses:
            return {}
        if self._cache is None:
            return self._join(records)
        key = self._joined_key(records)
        known = self._cache.joined(key)
        if isinstance(known, dict):
            return known
        found = self._join(records)
        if "" not in found:
            self._cache.store_joined(key, found)
        return found

    def _join(self, records: Mapping[str, _Record]) -> dict[str, list[Any]]:
        modules = _modules(records)
        imports = {path: record.imports for path, record in records.items()}
        found: dict[str, list[Any]] = {}
        for rule, cross in self.examiner.crosses:
            facts = _facts(records, rule.code)
            try:
                if cross.wanted is not None:
                    self._second_round(rule.code, set(cross.wanted(facts)), records)
                    facts = _facts(records, rule.code)
                for path, span, message in cross.join(Joined(facts, modules, imports)):
                    found.setdefault(path, []).append([rule.code, *span, message])
            except Exception as error:
                found.setdefault("", []).append(
                    f"{rule.code} {rule.name} crashed joining files: {error!r}"
                )
        return found

    def _joined_key(self, records: Mapping[str, _Record]) -> str:
        """Names the state of all files; empty where some have no digest yet."""
        state = hashlib.blake2b(digest_size=16)
        for path, record in sorted(records.items()):
            digest = record.digest or _digest(path)
            if not digest:
                return ""
            record.digest = digest
            state.update(f"{path}\0{digest}\n".encode("utf-8", "surrogateescape"))
        return state.hexdigest()

    def _second_round(
        self, code: str, wanted: set[str], records: Mapping[str, _Record]
    ) -> None:
        """Ask the files that import a wanted name and weren't asked in the first."""
        if not wanted:
            return
        tails = {name.rpartition(".")[2] for name in wanted}
        heads = {name.rpartition(".")[0] for name in wanted}
        for path, record in records.items():
            if code in record.asked:
                continue
            targets = record.imports.values()
            if any(t in heads or t.rpartition(".")[2] in tails for t in targets):
                with calm():
                    more = self.examiner.draw(path, _read(path), [code])
                record.asked.append(code)
                record.facts |= more.facts
                record.crashes += more.crashes
                record.dirty = True

    def save(self) -> Iterator[str]:
        """Keep what was learnt for the next run; yields what people should know."""
        cache = self._cache
        if cache is None:
            return
        cache.save()
        if cache.warning:
            yield cache.warning


def _examined(
    codes: tuple[str, ...],
    paths: Sequence[str],
    jobs: int | None,
    executor: Executor | None,
) -> Iterator[tuple[str, Examined]]:
    """Each path with what our own pass gave, in this process or in others."""
    workers = jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (jobs or os.cpu_count() or 1)  # fmt: skip
    if executor is None and (workers == 1 or _size(paths) < _SMALL_JOB):
        return _in_process(codes, paths)
    return _in_processes(codes, paths, workers, executor)


def _in_process(
    codes: tuple[str, ...], paths: Sequence[str]
) -> Iterator[tuple[str, Examined]]:
    for path in paths:
        yield path, examine_files(codes, [path])[0]


def _in_processes(
    codes: tuple[str, ...],
    paths: Sequence[str],
    workers: int,
    executor: Executor | None,
) -> Iterator[tuple[str, Examined]]:
    # Large files first and dealt round by round, so that the shares end together.
    order = sorted(paths, key=_file_size, reverse=True)
    count = max(1, min(len(order), max(workers * 4, len(order) // _SHARE)))
    shares = [order[start::count] for start in range(count)]
    own = None
    if executor is None:
        from concurrent.futures import ProcessPoolExecutor

        executor = own = ProcessPoolExecutor(workers)
    pending = [executor.submit(examine_files, codes, share) for share in shares]
    try:
        for share, future in zip(shares, pending, strict=True):
            yield from zip(share, future.result(), strict=True)
    finally:
        if own is not None:
            own.shutdown(wait=True, cancel_futures=True)


def _size(paths: Sequence[str]) -> int:
    return sum(map(_file_size, paths))


def _file_size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 -- asked of every file of a tree
    except OSError:
        return 0


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _digest(path: str) -> str:
    data = _read(path)
    return hashlib.blake2b(data, digest_size=16).hexdigest() if data else "-"


def rules_digest() -> str:
    """Changes whenever a rule's, a codemod's or the core's own source changes."""
    from pyguard_kernel.registry import sources

    state = hashlib.blake2b(digest_size=16)
    for name, stamp in sources():
        state.update(f"{name}\0{stamp}\n".encode())
    return state.hexdigest()


def _confirm_syntax(file: SourceFile, record: _Record) -> None:
    """Ruff says that a file isn't Python: Python's own parser has the last word."""
    if record.found and record.found[0][0] == UNREADABLE:
        return
    try:
        _ = file.tree
    except Unreadable as error:
        record.found = [[UNREADABLE, error.line, error.column, error.line, error.column,
                         error.reason, error.cell]]  # fmt: skip


def _plain(diagnostic: Diagnostic) -> list[Any]:
    fix = asdict(diagnostic.fix) if diagnostic.fix else None
    return [diagnostic.line, diagnostic.column, diagnostic.end_line,
            diagnostic.end_column, diagnostic.cell, fix, diagnostic.code]  # fmt: skip


def _fix(plain: dict[str, Any] | None) -> Fix | None:
    if plain is None:
        return None
    edits = tuple(Edit(**edit) for edit in plain["edits"])
    return Fix(plain["applicability"], plain["message"], edits)


def _noqa_by_line(noqa: list[Any]) -> dict[int, frozenset[str] | None]:
    table: dict[int, frozenset[str] | None] = {}
    for line, _, _, codes, _ in noqa:
        before = table.get(line, frozenset())
        table[line] = None if codes is None or before is None else before | set(codes)
    return table


def _cell_of(cells: list[Any], line: int) -> tuple[int | None, int]:
    """The cell that a line of the text is in, and that cell's first line."""
    for number, first in reversed(cells):
        if line >= first:
            return number, first
    return None, 1


def _text_line(cells: list[Any], cell: int | None, line: int) -> int:
    for number, first in cells:
        if number == cell:
            return int(first) + line - 1
    return line


def _modules(records: Mapping[str, _Record]) -> dict[str, str]:
    """Dotted name -> path; a name that two files share leads to neither."""
    modules: dict[str, str] = {}
    twice: set[str] = set()
    for path in records:
        name = module_name(path)
        if name in modules and not path.endswith(".pyi"):
            if not modules[name].endswith(".pyi"):
                twice.add(name)
        if name not in modules or not path.endswith(".pyi"):
            modules[name] = path
    return {name: path for name, path in modules.items() if name not in twice}


def _facts(records: Mapping[str, _Record], code: str) -> dict[str, Any]:
    return {
        path: record.facts[code]
        for path, record in records.items()
        if code in record.facts
    }


