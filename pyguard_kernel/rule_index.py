"""What rules say of themselves, kept beside their compiled files.

To know which rules a file calls for takes their codes and needles, not their modules.
So what was read off the modules once is kept as Python keeps compiled code: in
`__pycache__`, for this version of Python, and only as long as no source file changed.
A function in it is a name; the module behind it is loaded when it is first called.
"""

# Strings and os.path: this stands in the way of every start.
# ruff: noqa: PTH105, PTH108, PTH118, PTH120, PTH123

from __future__ import annotations

import contextlib
import marshal
import os
import sys
from importlib import import_module

from pyguard_kernel import BORN, model
from pyguard_kernel.model import Level, Reference, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    # A rule, and the module that it was read off.
    type Loaded = tuple[Rule, str]
    # (path, time of change in ns, size) of source files.
    type Stamps = tuple[tuple[str, int, int], ...]

# A file changed this shortly before (ns) may change again without a trace, and what
# was loaded may be older than what now stands there.
_RACY = 2_000_000_000


class Late:
    """A function of a detector, or its node types, loaded when they are needed."""

    __slots__ = ("_field", "_module", "_number")

    def __init__(self, module: str, number: int, field: str) -> None:
        self._module = module
        self._number = number
        self._field = field

    @property
    def real(self) -> Any:
        """What stands in the rule's own file."""
        rule: Rule = import_module(self._module).RULE
        return getattr(rule.detectors[self._number], self._field)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """What the function gives."""
        return self.real(*args, **named)

    def __getattr__(self, name: str) -> Any:
        """What else is asked of a function, such as its parameters."""
        return getattr(self.real, name)

    def __iter__(self) -> Iterator[Any]:
        """The node types."""
        return iter(self.real)


def real(function: Any) -> Any:
    """A detector's function itself, where it may stand for one that isn't loaded."""
    return function.real if isinstance(function, Late) else function


def stamps(folders: Iterable[str]) -> Stamps:
    """The state of every source file below these folders."""
    return tuple(sorted(stamp for folder in folders for stamp in _stamps(folder)))


def _stamps(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                stat = entry.stat()
                yield entry.path, stat.st_mtime_ns, stat.st_size
            elif "." not in entry.name and entry.name != "__pycache__":
                if entry.is_dir(follow_symlinks=False):
                    yield from _stamps(entry.path)


def read(folder: str, key: Stamps) -> list[Loaded] | None:
    """The rules of a package folder, if they were kept under this key."""
    try:
        with open(_place(folder), "rb") as file:
            known, kept = marshal.loads(file.read())  # noqa: S302 -- as .pyc
        if known != key:
            return None
        return [(_unpacked(module, fields), module) for module, fields in kept]
    except (OSError, ValueError, TypeError, EOFError, LookupError, AttributeError):
        return None  # none yet, or a damaged one: the modules have it all


def write(folder: str, key: Stamps, rules: Sequence[Loaded]) -> None:
    """Keep the rules of a package folder, if that can be done and relied on."""
    if sys.dont_write_bytecode or any(time > BORN - _RACY for _, time, _ in key):
        return
    try:
        kept = [(module, _packed(rule)) for rule, module in rules]
        content = marshal.dumps((key, kept))
    except ValueError:
        return  # a plug-in's rule holds what is no plain data: it is loaded each time
    place = _place(folder)
    part = f"{place}.{os.getpid()}"
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103
        try:
            with open(part, "xb") as file:
                file.write(content)
            os.replace(part, place)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise


def _place(folder: str) -> str:
    from importlib.util import cache_from_source

    return cache_from_source(os.path.join(folder, "rules.py")).replace(".pyc", ".idx")


# -- rules as plain data -------------------------------------------------------------


def _packed(rule: Rule) -> dict[str, Any]:
    """A rule's fields; `...` stands for what only its module has."""
    return _fields(rule) | {
        "level": str(rule.level),
        "references": [_fields(reference) for reference in rule.references],
        "detectors": [
            (type(one).__name__, {k: _late(v) for k, v in _fields(one).items()})
            for one in rule.detectors
        ],
    }


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__match_args__}


def _late(value: Any) -> Any:
    classes = isinstance(value, tuple) and any(isinstance(v, type) for v in value)
    return ... if callable(value) or classes else value


def _unpacked(module: str, fields: dict[str, Any]) -> Rule:
    fields["level"] = Level(fields["level"])
    fields["references"] = tuple(Reference(**one) for one in fields["references"])
    fields["detectors"] = tuple(
        getattr(model, kind)(
            **{k: Late(module, number, k) if v is ... else v for k, v in said.items()}
        )
        for number, (kind, said) in enumerate(fields["detectors"])
    )
    return Rule(**fields)
