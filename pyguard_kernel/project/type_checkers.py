"""The fact `type_checkers`: which type checkers are configured, and how strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.project.tool_settings import is_on, listed
from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree
    from pyguard_kernel.project.tool_settings import ToolSettings

TYPE_CHECKERS = ("mypy", "pyright", "basedpyright", "ty", "pyrefly")

# What mypy's `strict` stands for, by `mypy --help`; without `extra_checks`, which came
# later than many a list that was written out.
_MYPY_STRICT = (
    "disallow_any_generics", "disallow_subclassing_any", "disallow_untyped_calls",
    "disallow_untyped_defs", "disallow_incomplete_defs", "check_untyped_defs",
    "disallow_untyped_decorators", "warn_redundant_casts", "warn_unused_ignores",
    "warn_return_any", "no_implicit_reexport", "strict_equality",
)  # fmt: skip
# Those without which a function may stand there without a type, strict or not.
_MYPY_CORE = ("disallow_untyped_defs", "disallow_incomplete_defs", "check_untyped_defs")
_WHOLE = ("", "*", ".", "**", "**/*", "src", "src/**")


@dataclass(frozen=True, slots=True)
class TypeChecker:
    """One type checker's settings.

    `missing` says what they lack to be strict, in words for a message; empty where they
    are. `table` is None where the tool has no settings of its own.
    """

    tool: str
    table: Node | None
    missing: tuple[str, ...]

    @property
    def strict(self) -> bool:
        """Whether the settings alone make the tool strict."""
        return not self.missing


def fact(tree: Tree, tool_settings: ToolSettings) -> tuple[TypeChecker, ...]:
    """Those that have settings, in the order of `TYPE_CHECKERS`."""
    tables = ((tool, tool_settings.get(tool)) for tool in TYPE_CHECKERS)
    return tuple(judged(tree, tool, table) for tool, table in tables if table)


def judged(tree: Tree, tool: str, table: Node | None) -> TypeChecker:
    """How strict a tool is by these settings, or without any."""
    found = _JUDGES[tool](table, tree)
    return TypeChecker(tool, table, tuple(found))


def _mypy(table: Node | None, tree: Tree) -> Iterator[str]:
    if table is None:
        yield "`strict = true`"
        return
    if _flag(table, "strict"):
        for name in _MYPY_CORE:
            if _flag(table, name) is False and not _own_says(table, name, tree):
                yield f"`{name} = true`"
    else:
        lacking = [name for name in _MYPY_STRICT if not _flag(table, name)]
        if len(lacking) > 3:
            yield "`strict = true`"
        else:
            yield from (f"`{name} = true`" for name in lacking)
    if _flag(table, "ignore_errors"):
        yield "`ignore_errors = false`"
    yield from _loosened(table, tree)


def _loosened(table: Node, tree: Tree) -> Iterator[str]:
    """What overrides take away from a whole package."""
    overrides = table.get("overrides")
    for override in overrides.elements() if overrides else ():
        modules = [m for m in listed(override.get("module")) if _own(m, tree)]
        for name in _MYPY_CORE if modules else ():
            if _flag(override, name) is False:
                yield f"`{name} = true` for `{modules[0]}`"
        if modules and _flag(override, "ignore_errors"):
            yield f"`ignore_errors = false` for `{modules[0]}`"


def _own_says(table: Node, name: str, tree: Tree) -> bool:
    """Whether an override switches a flag on for a whole package of the project's."""
    overrides = table.get("overrides")
    return any(
        _flag(override, name) and any(_own(m, tree) for m in listed(modules))
        for override in (overrides.elements() if overrides else ())
        if (modules := override.get("module"))
    )


def _flag(table: Node, name: str) -> bool | None:
    """A switch of mypy's, also by its opposite: `implicit_reexport = false`."""
    said = is_on(table.get(name))
    if said is None:
        bare = name.removeprefix("no_").removeprefix("dis")
        prefix = "no_" if bare == name else ""
        opposite = is_on(table.get(prefix + bare))
        return None if opposite is None else not opposite
    return said


def _own(module: str, tree: Tree) -> bool:
    """Whether a pattern means everything, or a whole package of this project's own."""
    if module == "*":
        return True
    package = module.removesuffix(".*")
    if package == module or "." in package or package in ("tests", "test", "docs"):
        return False
    return any(tree.has(f"{folder}{package}/__init__.py") for folder in ("", "src/"))


def _pyright(table: Node | None, tree: Tree) -> Iterator[str]:
    mode = table.get("typeCheckingMode") if table else None
    if mode is None or mode.value != "strict":
        folders = listed(table.get("strict")) if table else []
        if not any(_whole(folder, tree) for folder in folders):
            yield '`typeCheckingMode = "strict"`'


def _basedpyright(table: Node | None, tree: Tree) -> Iterator[str]:
    # Its own default, recommended, has every rule on and fails on warnings.
    mode = table.get("typeCheckingMode") if table else None
    if mode is not None and mode.value not in ("recommended", "strict", "all"):
        yield from _pyright(table, tree)


def _whole(folder: str, tree: Tree) -> bool:
    """Whether a path of pyright's `strict` means the whole project, or its package."""
    path = folder.removeprefix("./").rstrip("/")
    if path in _WHOLE:
        return True
    package = path.removesuffix("/**").removesuffix("/*")
    return tree.has(f"{package}/__init__.py")


def _ty(table: Node | None, tree: Tree) -> Iterator[str]:
    rules = table.get("rules") if table else None
    every = rules.get("all") if rules else None
    if rules is None or every is None or every.value != "error":
        yield '`all = "error"` under `rules`'
        return
    for name, level in rules.items():
        if level.value == "ignore":
            yield f"`{name}`, which is ignored"


def _pyrefly(table: Node | None, tree: Tree) -> Iterator[str]:
    errors = table.get("errors") if table else None
    for name, level in errors.items() if errors else ():
        if level.value in (False, "ignore"):
            yield f"`{name}`, which is switched off"


_JUDGES = {
    "mypy": _mypy,
    "pyright": _pyright,
    "basedpyright": _basedpyright,
    "ty": _ty,
    "pyrefly": _pyrefly,
}
