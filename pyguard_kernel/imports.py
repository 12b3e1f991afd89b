"""What each file imports, read off its text: cheap enough for files never parsed."""

from __future__ import annotations

import os
import re
from functools import cache

from pyguard_kernel.patterns import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_IMPORT = regex(
    r"^[ \t]*(?:from[ \t]+(?P<dots>\.*)[ \t]*(?P<module>[\w.]*)[ \t]+import[ \t]*"
    r"(?P<names>\((?:[^)#]|#[^\n]*)*\)|(?:[^\n;#\\]|\\\r?\n)*)"
    r"|import[ \t]+(?P<modules>[\w., \t]+))",
    re.MULTILINE,
)
_PARTS = regex(r"#[^\n]*|[()\\]")


def imported(text: str, module: str, is_package: bool) -> dict[str, str]:
    """Each imported name -> what it means; "*" -> modules star-imported."""
    package = module if is_package else module.rpartition(".")[0]
    table: dict[str, str] = {}
    for match in _statements(text):
        if match["modules"]:
            for part in match["modules"].split(","):
                target, _, alias = part.strip().partition(" as ")
                if alias:
                    table[alias.strip()] = target.strip()
                elif target:
                    table[target.partition(".")[0]] = target.partition(".")[0]
                    table.setdefault(f"import {target}", target)
            continue
        base = absolute(package, len(match["dots"]), match["module"] or None)
        for part in _PARTS.sub(" ", match["names"]).split(","):
            words = part.split()
            if words == ["*"]:
                table["*"] = f"{table.get('*', '')} {base}".strip()
            elif words:
                name = f"{base}.{words[0]}" if base else words[0]
                table[words[-1]] = name
    return table


def _statements(text: str) -> Iterator[re.Match[str]]:
    # Each holds the word in its first line: to look for that first is ten times faster.
    end, word = 0, text.find("import")
    while word >= 0:
        line = text.rfind("\n", 0, word) + 1
        match = _IMPORT.match(text, line) if line >= end else None
        if match is not None:
            yield match
            end = match.end()
        word = text.find("import", max(end, word + len("import")))


def absolute(package: str, level: int, module: str | None) -> str:
    """The module that `from ..module import` names, seen from a package."""
    if level == 0:
        return module or ""
    parts = package.split(".") if package else []
    if level > 1:
        parts = parts[: len(parts) - (level - 1)]
    return ".".join([*parts, *([module] if module else [])])


def module_name(path: str) -> str:
    """The dotted name by which a file is imported, from the packages around it."""
    folder, _, name = path.replace(os.sep, "/").rpartition("/")
    stem = name.rpartition(".")[0] or name
    package = package_name(folder)
    if stem == "__init__":
        return package or folder.rpartition("/")[2]
    return f"{package}.{stem}" if package else stem


@cache
def package_name(folder: str) -> str:
    """The dotted name of a folder that is a package, else an empty text."""
    if not folder or not os.path.isfile(os.path.join(folder, "__init__.py")):  # noqa: PTH113, PTH118 -- asked for every folder of a tree
        return ""
    above, _, name = folder.rpartition("/")
    if name in {"", ".", ".."}:
        name = os.path.basename(os.path.realpath(folder))  # noqa: PTH119 -- as above
        above = ""
    outer = package_name(above)
    return f"{outer}.{name}" if outer else name
