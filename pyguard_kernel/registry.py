"""Finds every rule: our own by their files, plug-ins by their entry point."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from pyguard_kernel.model import CHAPTERS, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ENTRY_POINT = "pyguard.rules"


class RegistryError(Exception):
    """A rule or plug-in can't be used; the message names it and what to mend."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, ours and plugged in, in the order of their codes.

    Raises:
        RegistryError: a rule module can't be loaded or contradicts another.
    """
    found: list[Rule] = []
    packages = [import_module("pyguard_kernel.rules"), *_plugins()]
    for package in packages:
        found.extend(_rules_of(package))
    for key in ("code", "name"):
        _refuse_twins(found, key)
    return tuple(sorted(found, key=lambda rule: _order(rule.code)))


def find_rule(code_or_name: str) -> Rule | None:
    """The rule with this code (any case) or name, or None."""
    wanted = code_or_name.strip()
    for rule in all_rules():
        if wanted.upper() == rule.code or wanted.lower() == rule.name:
            return rule
    return None


def sources() -> Iterator[tuple[str, int]]:
    """Every source file that results depend on: (name, when and how large, in one)."""
    from pathlib import Path

    for package in (import_module("pyguard_kernel"), *_plugins()):
        for folder in package.__path__:
            for file in sorted(Path(folder).rglob("*.py")):
                stat = file.stat()
                yield str(file), hash((stat.st_mtime_ns, stat.st_size))


def _order(code: str) -> tuple[str, int]:
    letters = code.rstrip("0123456789")
    return letters, int(code[len(letters) :] or 0)


def _rules_of(package: ModuleType) -> Iterator[Rule]:
    """The rules of a package: one folder a chapter, one file a rule."""
    for chapter in pkgutil.iter_modules(package.__path__):
        chapter_package = f"{package.__name__}.{chapter.name}"
        if not chapter.ispkg:
            raise RegistryError(
                f"{chapter_package}: a rule's file belongs in a chapter's folder,"
                f" one of {', '.join(CHAPTERS)} or a new one"
            )
        for module in pkgutil.iter_modules(_load(chapter_package).__path__):
            if not module.name.startswith("_"):
                yield _rule_of(f"{chapter_package}.{module.name}", chapter.name)


def _rule_of(module_name: str, chapter: str) -> Rule:
    rule = getattr(_load(module_name), "RULE", None)
    if not isinstance(rule, Rule):
        raise RegistryError(f"{module_name}: defines no RULE = Rule(...)")
    stem = module_name.rpartition(".")[2]
    return replace(rule, name=stem.replace("_", "-"), chapter=chapter)


def _load(module_name: str) -> ModuleType:
    try:
        return import_module(module_name)
    except Exception as error:
        raise RegistryError(f"{module_name}: can't be loaded: {error!r}") from error


def _plugins() -> Iterator[ModuleType]:
    # importlib.metadata costs more than all our rules; without any entry_points.txt
    # that names us there is nothing to ask it for.
    if not _some_plugin():
        return
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=ENTRY_POINT), key=lambda e: e.name):
        try:
            package = entry.load()
        except Exception as error:
            raise RegistryError(
                f"plug-in {entry.name!r} ({entry.value}): can't be loaded: {error!r};"
                " mend or uninstall it"
            ) from error
        if not hasattr(package, "__path__"):
            raise RegistryError(
                f"plug-in {entry.name!r} ({entry.value}): must name a package"
                " with one folder a chapter"
            )
        yield package


def _some_plugin() -> bool:
    import sys
    from pathlib import Path

    marker = f"[{ENTRY_POINT}]".encode()
    for folder in dict.fromkeys(sys.path):
        try:
            files = Path(folder or ".").glob("*.*-info/entry_points.txt")
            if any(marker in file.read_bytes() for file in files):
                return True
        except OSError:
            continue
    return False


def _refuse_twins(found: list[Rule], key: str) -> None:
    seen: dict[str, Rule] = {}
    for rule in found:
        value = getattr(rule, key)
        if value in seen:
            raise RegistryError(
                f"two rules have the {key} {value!r}: {seen[value].chapter}/"
                f"{seen[value].name} and {rule.chapter}/{rule.name}"
            )
        seen[value] = rule
