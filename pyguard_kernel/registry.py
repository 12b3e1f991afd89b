"""Finds every rule: our own by their files, plug-ins by their entry point."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module

from pyguard_kernel import plugins, rule_index
from pyguard_kernel.model import CHAPTERS, Rule
from pyguard_kernel.values import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from pyguard_kernel.rule_index import Stamps

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120


class RegistryError(Exception):
    """A rule or plug-in can't be used; the message names it and what to mend."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, ours and plugged in, in the order of their codes.

    Raises:
        RegistryError: a rule module can't be loaded or contradicts another.
    """
    found = [rule for package in _packages() for rule in _known(*package)]
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


@cache
def sources() -> Stamps:
    """Every source file that results depend on, as it was when it was loaded."""
    return rule_index.stamps([_HERE, *(f for _, f, _ in _packages()[1:])])


@cache
def _packages() -> tuple[tuple[str, str, str], ...]:
    """The packages that hold rules, ours first: (module, folder, who offers it)."""
    ours = ("pyguard_kernel.rules", os.path.join(_HERE, "rules"), "")  # noqa: PTH118
    return (ours, *(_plugged(*entry) for entry in plugins.offered()))


def _known(package: str, folder: str, offer: str) -> list[Rule]:
    """The rules of a package, off its modules or off what was kept of them."""
    # A plug-in's rules may look up what they need in ours.
    key = rule_index.stamps([_HERE, folder] if offer else [_HERE])
    found = rule_index.read(folder, key)
    if found is None:
        found = [*_rules_of(_package(package, offer))]
        rule_index.write(folder, key, found)
    return [rule for rule, _ in found]


def _order(code: str) -> tuple[str, int]:
    letters = code.rstrip("0123456789")
    return letters, int(code[len(letters) :] or 0)


def _rules_of(package: ModuleType) -> Iterator[tuple[Rule, str]]:
    """The rules of a package and their modules: a folder a chapter, a file a rule."""
    import pkgutil

    for chapter in pkgutil.iter_modules(package.__path__):
        chapter_package = f"{package.__name__}.{chapter.name}"
        if not chapter.ispkg:
            raise RegistryError(
                f"{chapter_package}: a rule's file belongs in a chapter's folder,"
                f" one of {', '.join(CHAPTERS)} or a new one"
            )
        for module in pkgutil.iter_modules(_load(chapter_package).__path__):
            if not module.name.startswith("_"):
                name = f"{chapter_package}.{module.name}"
                yield _rule_of(name, chapter.name), name


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


def _plugged(name: str, package: str) -> tuple[str, str, str]:
    """A plug-in's package, its folder, and how the plug-in calls itself."""
    from importlib.util import find_spec

    offer = f"plug-in {name!r} ({package})"
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        spec = None
    folders = spec.submodule_search_locations if spec is not None else None
    path = folders or _package(package, offer).__path__
    return package, next(iter(path)), offer


def _package(name: str, offer: str) -> ModuleType:
    """A package of rules, loaded."""
    if not offer:
        return _load(name)
    try:
        package = import_module(name)
    except Exception as error:
        raise RegistryError(
            f"{offer}: can't be loaded: {error!r}; mend or uninstall it"
        ) from error
    if not hasattr(package, "__path__"):
        raise RegistryError(f"{offer}: must name a package with one folder a chapter")
    return package


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
