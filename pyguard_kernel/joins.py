"""What only several files together show: each cross-file rule's facts, joined."""

from __future__ import annotations

from pathlib import Path

from pyguard_kernel.examine import calm
from pyguard_kernel.imports import module_name
from pyguard_kernel.model import Joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Container,
        Iterable,
        Iterator,
        Mapping,
    )
    from typing import Any

    from pyguard_kernel.examine import Examiner
    from pyguard_kernel.records import Record


# To look for more names than this in a file takes longer than to parse it.
_FEW = 100


def join(
    examiner: Examiner,
    records: Mapping[str, Record],
    read_bytes: Callable[[str], bytes],
) -> tuple[dict[str, list[Any]], list[str]]:
    """Path -> raw findings, and the crashes of rules that couldn't join.

    Files that import what a rule wants, and weren't asked before, are asked now;
    `read_bytes` gives what they hold.
    """
    found: dict[str, list[Any]] = {}
    crashes: list[str] = []
    if not examiner.crosses:
        return found, crashes
    modules = _modules(records)
    imports = {path: record.imports for path, record in records.items()}
    for rule, cross in examiner.crosses:
        facts = _facts(records, rule.code)
        try:
            wanted: set[str] = set()
            # A file asked for a name may give names that yet other files use.
            while cross.wanted and not wanted.issuperset(
                more := {*cross.wanted(facts)}
            ):
                wanted = more
                users = _users(wanted, records, modules)
                words = {name.rpartition(".")[2].encode() for name in wanted}
                _ask(examiner, rule.code, users, records, read_bytes, words)
                facts = _facts(records, rule.code)
            if cross.sought:
                joined = Joined(facts, modules, imports)
                names = {*cross.sought(facts)}
                homes = {path for name in names for path in joined.homes(name)}
                _ask(examiner, rule.code, homes, records, read_bytes)
                facts = _facts(records, rule.code)
            for path, span, message in cross.join(Joined(facts, modules, imports)):
                found.setdefault(path, []).append([rule.code, *span, message])
        except Exception as error:  # noqa: PG208 -- reported; the scan goes on
            crashes.append(f"{rule.code} {rule.name} crashed joining files: {error!r}")
    return found, crashes


def _ask(
    examiner: Examiner,
    code: str,
    paths: Iterable[str],
    records: Mapping[str, Record],
    read_bytes: Callable[[str], bytes],
    words: Collection[bytes] = (),
) -> None:
    """Draw the facts of these files, where that wasn't done before.

    Files that hold none of a few `words` have none to give; they may be asked later
    for others.
    """
    for path in paths:
        record = records[path]
        if code not in record.asked:
            data = read_bytes(path)
            if 0 < len(words) < _FEW and not any(word in data for word in words):
                if code not in record.passed:
                    record.passed.append(code)
                    record.fresh, record.told = True, ""
                continue
            with calm():
                more = examiner.draw(path, data, [code])
            record.asked.append(code)
            record.facts |= more.facts
            record.crashes += more.crashes
            record.fresh, record.told = True, ""


def _users(
    wanted: set[str], records: Mapping[str, Record], modules: Container[str]
) -> Iterator[str]:
    """The files that may use a wanted name."""
    names = {name.rpartition(".")[2] for name in wanted}
    homes = {name.rpartition(".")[0] for name in wanted}
    for path, record in records.items():
        if wanted and _may_use(record.imports, names, homes, modules):
            yield path


def _may_use(
    imports: Mapping[str, str],
    names: Container[str],
    homes: Container[str],
    modules: Container[str],
) -> bool:
    """Whether a file imports one of these names, a home of them, or all of a module."""
    return any(
        target in homes or target.rpartition(".")[2] in names
        for target in imports.values()
    ) or any(
        starred in homes or starred in modules
        for starred in imports.get("*", "").split()
    )


def _modules(records: Mapping[str, Record]) -> dict[str, str]:
    """Dotted name -> path; a name that two files share leads to neither.

    Nothing imports a notebook.
    """
    modules: dict[str, str] = {}
    twice: set[str] = set()
    # A stub gives way to the module that it describes.
    sources = [path for path in records if not path.endswith(".ipynb")]
    for path in sorted(sources, key=lambda path: path.endswith(".pyi")):
        name = module_name(path)
        if name not in modules:
            modules[name] = path
        elif not path.endswith(".pyi"):
            twice.add(name)
    return {name: path for name, path in modules.items() if name not in twice}


def _facts(records: Mapping[str, Record], code: str) -> dict[str, Any]:
    return {
        path: record.facts[code]
        for path, record in records.items()
        if code in record.facts
    }


def read(path: str) -> bytes:
    """A file's bytes; none where it can't be read (any more)."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
