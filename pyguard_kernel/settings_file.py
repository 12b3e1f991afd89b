"""Reads [tool.pyguard]: each key's value, or an error that says where and what."""

from __future__ import annotations

import re
from os.path import commonprefix

from pyguard_kernel.selection import (
    SettingsError,
    known_names,
    resolved,
    resolved_all,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path
    from typing import Any

    from pyguard_kernel.archives import Limits
    from pyguard_kernel.attestations import Signed

# Past this size a file is no configuration that people write.
MAX_BYTES = 16_000_000

KINDS = ("application", "library")
OLDEST_TARGET = 7


def read(
    file: Path, asked: bool = False
) -> tuple[dict[str, Any] | None, tuple[int, int] | None]:
    """What a pyproject.toml sets, by the fields of Settings, and its lowest Python.

    The first is None where it has no [tool.pyguard] (an error, if it was `asked` for),
    the second where its requires-python names none.

    Raises:
        SettingsError: the file can't be read, or a value in it can't be used.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file}: can't be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise SettingsError(f"{file}: has more than {MAX_BYTES:,} bytes")
    if not asked and b"pyguard" not in data and b"requires-python" not in data:
        return None, None
    import tomllib

    try:
        text = data.decode()
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # numbers and tables without end too
        raise SettingsError(f"{file}: isn't valid TOML: {error}") from None
    table = _within(document, "tool", "pyguard")
    if table is None and asked:
        raise SettingsError(
            f"{file}: has no [tool.pyguard]; add it, or leave --config out"
        )
    requires = _within(document, "project", "requires-python")
    values = None
    if table is not None:
        try:
            values = _values(_table(table, "tool.pyguard"))
        except SettingsError as error:
            line = _line_of(text, str(error).partition(": ")[0])
            place = f"{file}:{line}"
            raise SettingsError(f"{place}: {error}") from None  # noqa: PG205 -- place first
    return values, _lower_bound(requires) if isinstance(requires, str) else None


def _within(document: object, *keys: str) -> object:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _values(table: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise SettingsError(unknown_key(f"tool.pyguard.{key}", _KEYS))
        field, parse = _KEYS[key]
        values[field] = parse(value, f"tool.pyguard.{key}")
    if extended := values.pop("extend_select", ()):
        values["select"] = values.get("select", ("PG",)) + extended
    return values


def unknown_key(dotted: str, known: Collection[str]) -> str:
    """Says that there is no such key, and which one is near."""
    from difflib import get_close_matches

    key = dotted.rpartition(".")[2].replace("_", "-")
    near = get_close_matches(key, known, 1, 0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    return f"{dotted}: unknown key; {hint}"


def _line_of(text: str, dotted: str) -> int:
    """The line that sets a dotted key, or the nearest one above it; 1 if none does."""
    wanted = _key_parts(dotted)
    header: list[str] = []
    best, depth = 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[+([^]=]+)\]", line):
            header = path = _key_parts(match[1])
        elif match := re.match(r"\s*([^=#]+?)\s*=", line):
            path = header + _key_parts(match[1])
        else:
            continue
        shared = len(commonprefix([path, wanted]))
        if shared > depth:
            best, depth = number, shared
    return best


def _key_parts(dotted: str) -> list[str]:
    return [p.strip("\"'") for p in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s]+", dotted)]


def _strings(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise SettingsError(f"{where}: must be a list of strings, not {value!r}")


def _rules(value: object, where: str) -> tuple[str, ...]:
    return resolved_all(_strings(value, where), where)


def _table(value: object, where: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise SettingsError(f"{where}: must be a table, not {value!r}")


def _per_file(value: object, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (pattern, _rules(codes, f'{where}."{pattern}"'))
        for pattern, codes in _table(value, where).items()
    )


def _exempt(value: object, where: str) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for rule, reason in _table(value, where).items():
        code = _one_rule(rule, where)
        if not isinstance(reason, str) or not reason.strip():
            raise SettingsError(
                f"{where}.{rule}: needs a written reason, not {reason!r}:"
                f' {rule} = "why this project is exempt"'
            )
        reasons[code] = reason.strip()
    return reasons


def _one_rule(word: str, where: str) -> str:
    code = resolved(word, f"{where}.{word}")
    if code not in known_names():
        raise SettingsError(f"{where}.{word}: names many rules; name one")
    return code


def _flag(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise SettingsError(f"{where}: must be true or false, not {value!r}")


def _kind(value: object, where: str) -> str:
    if value in KINDS:
        return str(value)
    raise SettingsError(f"{where}: must be {' or '.join(KINDS)}, not {value!r}")


def _url(value: object, where: str) -> str:
    if isinstance(value, str) and re.match(r"https?://[^/\s]+\S*$", value):
        return value.rstrip("/") + "/"
    raise SettingsError(
        f"{where}: must be the handbook's address, such as"
        f" 'https://example.org/handbook/', not {value!r}"
    )


def _attest(value: object, where: str) -> dict[str, Signed]:
    from pyguard_kernel.attestations import read

    return read(_table(value, where), where)


def _thresholds(value: object, where: str) -> dict[str, float]:
    from pyguard_kernel.settings import THRESHOLDS

    table = _table(value, where)
    for name, number in table.items():
        if name not in THRESHOLDS:
            raise SettingsError(unknown_key(f"{where}.{name}", THRESHOLDS))
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise SettingsError(f"{where}.{name}: must be a number, not {number!r}")
    return THRESHOLDS | table


def _seconds(value: object, where: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise SettingsError(f"{where}: must be a number of seconds, not {value!r}")


def _limits(value: object, where: str) -> Limits:
    from pyguard_kernel.archives import Limits

    known = {name.replace("_", "-"): name for name in Limits.__slots__}
    given = {}
    for key, number in _table(value, where).items():
        if key not in known:
            raise SettingsError(unknown_key(f"{where}.{key}", known))
        given[known[key]] = number
    try:
        return Limits(**given)
    except ValueError as error:
        name, _, said = str(error).partition(": ")
        place = f"{where}.{name.replace('_', '-')}"
        raise SettingsError(f"{place}: {said}") from None


def version(value: object, where: str) -> tuple[int, int]:
    """A target version, 'py312' or '3.12', as (3, 12).

    Raises:
        SettingsError: it is neither, or older than 3.7.
    """
    match = re.fullmatch(r"(?:py3|3\.)(\d{1,2})", str(value))
    if match and int(match[1]) >= OLDEST_TARGET:
        return 3, int(match[1])
    raise SettingsError(
        f"{where}: must be a version such as 'py312' or '3.12', not {value!r}"
    )


def _lower_bound(requires: str) -> tuple[int, int] | None:
    """The lowest Python that a requires-python lets in; None where it names none."""
    bounds = re.findall(r"(?:>=|~=|===?|>)\s*3\.(\d+)", requires)
    return (3, max(OLDEST_TARGET, *map(int, bounds))) if bounds else None


# Key in the file -> field of Settings, and what reads its value.
_KEYS: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "select": ("select", _rules),
    "extend-select": ("extend_select", _rules),
    "ignore": ("ignore", _rules),
    "per-file-ignores": ("per_file_ignores", _per_file),
    "exempt": ("exempt", _exempt),
    "exclude": ("exclude", _strings),
    "extend-exclude": ("extend_exclude", _strings),
    "respect-gitignore": ("respect_gitignore", _flag),
    "force-exclude": ("force_exclude", _flag),
    "target-version": ("target_version", version),
    "kind": ("kind", _kind),
    "handbook-url": ("handbook_url", _url),
    "attest": ("attest", _attest),
    "thresholds": ("thresholds", _thresholds),
    "gate-timeout": ("gate_timeout", _seconds),
    "archive": ("archive", _limits),
}
