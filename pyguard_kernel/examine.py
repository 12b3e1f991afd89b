"""Our own pass over one file: every rule that it can concern, in one walk."""

from __future__ import annotations

import gc
import os
import re
import warnings
from functools import cache

from pyguard_kernel.imports import imported, module_name, package_name
from pyguard_kernel.model import CrossFile, Ruff, Tree
from pyguard_kernel.records import Examined
from pyguard_kernel.registry import all_rules
from pyguard_kernel.rule_index import real
from pyguard_kernel.selection import UNREADABLE
from pyguard_kernel.source import SourceFile, Unreadable, refuse_larger
from pyguard_kernel.suppressions import suppressions
from pyguard_kernel.walk import Walker, deep

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Sequence
    from typing import Any

    from pyguard_kernel.model import Hit, Rule, Span
    from pyguard_kernel.records import RawFinding

# Brackets and indents past which Python's parser may give up, and ruff doesn't.
_DEEP = tuple(100 * sign for sign in (b"(", b"[", b"{", b" ", b"\t"))


class Examiner:
    """The detectors of the chosen rules, ready to be run over files."""

    def __init__(self, codes: Iterable[str]) -> None:
        chosen = set(codes)
        rules = [rule for rule in all_rules() if rule.code in chosen]
        self._trees = [
            (rule, d) for rule in rules for d in rule.detectors if isinstance(d, Tree)
        ]
        self.crosses = [
            (rule, d)
            for rule in rules
            for d in rule.detectors
            if isinstance(d, CrossFile)
        ]
        needles = [d.needles for _, d in self._trees]
        needles += [d.needles for _, d in self.crosses]
        self._needles = {needle for some in needles for needle in some}
        self._walkers: dict[tuple[int, ...], Walker] = {}
        # Where ruff runs, it tells which files aren't Python.
        self._alone = not any(isinstance(d, Ruff) for r in rules for d in r.detectors)

    def examine(self, path: str, data: bytes) -> Examined:
        """One file, by all rules that its bytes call for."""
        out = Examined(module=module_name(path))
        file = SourceFile(path, data, out.module)
        try:
            refuse_larger(len(data))
            out.lines = data.count(b"\n") + 1
            text = file.text
            calls = _Calls(file, {n for n in self._needles if n in data})
            active = tuple(
                number
                for number, (_, tree) in enumerate(self._trees)
                if calls.hold(tree)
            )
            crosses = [cross for cross in self.crosses if calls.hold(cross[1])]
            if file.is_notebook:
                out.cells = [(c.number, c.first_line) for c in file.cells]
            if self.crosses:
                out.imports = imported(text, file.module, file.is_package)
            if active or crosses:
                self._run(file, active, out)
                self._draw(file, crosses, out)
            elif file.is_notebook or self._alone or _is_deep(data):
                _ = file.tree
            out.noqa = [list(s) for s in suppressions(file)]
        except Unreadable as error:
            out.found = [error.found(UNREADABLE)]
        finally:
            # The file, its names and its tree hold each other; the cyclic collector
            # is off while files are examined, so the ring is opened here.
            vars(file).clear()
        return out

    def draw(self, path: str, data: bytes, codes: Sequence[str]) -> Examined:
        """The facts of these cross-file rules alone, for a file passed over before."""
        out = Examined()
        file = SourceFile(path, data, module_name(path))
        try:
            self._draw(file, [c for c in self.crosses if c[0].code in codes], out)
        except Unreadable:
            out.asked = list(codes)
        finally:
            vars(file).clear()
        return out

    def _run(self, file: SourceFile, active: tuple[int, ...], out: Examined) -> None:
        tree = file.tree
        try:
            hits = self._walker(active).walk(tree, file)
        except Unreadable:
            raise
        except Exception:  # noqa: PG208 -- run again below, one by one
            hits = self._one_by_one(file, active, out)
        for number, hit in hits:
            rule = self._trees[number][0]
            try:
                _add(out, rule.code, file, *hit)
            except Exception as error:  # it isn't (a place, a message)
                _crashed(out, rule, file, error)

    def _walker(self, active: tuple[int, ...]) -> Walker:
        walker = self._walkers.get(active)
        if walker is None:
            handlers: dict[type[ast.AST], list[tuple[int, Any]]] = {}
            for number in active:
                tree = self._trees[number][1]
                find = real(tree.find)
                for node_type in tree.nodes:
                    handlers.setdefault(node_type, []).append((number, find))
            walker = self._walkers[active] = Walker(handlers)
        return walker

    def _one_by_one(
        self, file: SourceFile, active: tuple[int, ...], out: Examined
    ) -> list[tuple[int, Hit]]:
        """The same walk rule by rule, to tell which one crashed and keep the others."""
        hits: list[tuple[int, Hit]] = []
        for number in active:
            try:
                hits += self._walker((number,)).walk(file.tree, file)
            except Exception as error:
                _crashed(out, self._trees[number][0], file, error)
        return hits

    def _draw(
        self,
        file: SourceFile,
        crosses: Sequence[tuple[Rule, CrossFile]],
        out: Examined,
    ) -> None:
        for rule, cross in crosses:
            out.asked.append(rule.code)
            try:
                facts = cross.facts(file)
            except Unreadable:
                raise
            except Exception as error:
                _crashed(out, rule, file, error)
                continue
            if facts:
                out.facts[rule.code] = facts


class _Calls:
    """Which detectors a file calls for, by its needles and then by its patterns."""

    def __init__(self, file: SourceFile, present: set[bytes]) -> None:
        self._file = file
        self._present = present
        self._found: dict[str, bool] = {"": True}

    def hold(self, detector: Tree | CrossFile) -> bool:
        """Whether the file may hold what a detector looks for."""
        if detector.needles and self._present.isdisjoint(detector.needles):
            return False
        pattern = detector.pattern
        if pattern not in self._found:
            match = re.search(pattern, self._file.text)
            self._found[pattern] = match is not None
        return self._found[pattern]


def _is_deep(data: bytes) -> bool:
    return any(mark in data for mark in _DEEP)


def _add(
    out: Examined, code: str, file: SourceFile, where: ast.AST | Span, message: str
) -> None:
    span = where if isinstance(where, tuple) else file.span(where)
    entry: RawFinding = [code, *span, message]
    if entry not in out.found:
        out.found.append(entry)


def _crashed(out: Examined, rule: Rule, file: SourceFile, error: Exception) -> None:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = ""
    if trace is not None:
        at = f" (line {trace.tb_lineno} of {trace.tb_frame.f_code.co_name})"
    out.crashes.append(f"{rule.code} {rule.name} crashed on {file.path}: {error!r}{at}")


@cache
def _examiner(codes: tuple[str, ...]) -> Examiner:
    return Examiner(codes)


def examine_files(codes: tuple[str, ...], paths: Sequence[str]) -> list[Examined]:
    """One worker's share: each path examined, in order."""
    package_name.cache_clear()  # a worker may outlive the packages that it saw
    examiner = _examiner(codes)
    with calm():
        return [_examine_path(examiner, path) for path in paths]


def _examine_path(examiner: Examiner, path: str) -> Examined:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 -- a Path a file costs time
            stat = os.fstat(stream.fileno())
            refuse_larger(stat.st_size)
            data = stream.read()
    except OSError as error:
        reason = f"can't be read: {error.strerror or error}"
        return Examined(found=[Unreadable(reason).found(UNREADABLE)])
    except Unreadable as error:
        return Examined(found=[error.found(UNREADABLE)])
    from pyguard_kernel.cache import digest_of

    out = examiner.examine(path, data)
    out.digest = digest_of(data)
    out.stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return out


class calm:  # noqa: N801 -- used as a function is, in `with calm():`
    """While files are examined: no cyclic collection, no warnings of their syntax.

    Calls may nest as deep as trees do.
    """

    def __enter__(self) -> None:
        self._deep = deep()
        self._deep.__enter__()
        self._collected = gc.isenabled()
        gc.disable()
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, *exc: object) -> None:
        self._warnings.__exit__(None, None, None)
        self._deep.__exit__()
        if self._collected:
            gc.enable()
