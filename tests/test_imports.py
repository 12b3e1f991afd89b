"""What a file imports, read off its text, is what its tree says."""

from __future__ import annotations

import ast
import random
import sysconfig
from pathlib import Path

import pytest

from pyguard_kernel.imports import absolute, imported, module_name, package_name

LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).glob("*/*.py"))
SOME = random.Random(305).sample([p for p in LIBRARY if "site-" not in str(p)], 20)


def by_tree(text: str, package: str) -> dict[str, set[str]]:
    """Each name that some import of a file binds -> what it may mean."""
    table: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                target = alias.name if alias.asname else name
                table.setdefault(name, set()).add(target)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(package, node.level, node.module)
            for alias in node.names:
                target = base if alias.name == "*" else f"{base}.{alias.name}"
                table.setdefault(alias.asname or alias.name, set()).add(target)
    return table


@pytest.mark.parametrize("path", SOME, ids=lambda path: "/".join(path.parts[-2:]))
def test_the_standard_library_imports_what_its_trees_say(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    module = f"{path.parent.name}.{path.stem}".removesuffix(".__init__")
    is_package = path.stem == "__init__"
    package = module if is_package else module.rpartition(".")[0]
    found = imported(text, module, is_package)
    for name, meanings in by_tree(text, package).items():
        assert found[name] in meanings, name


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("import a", {"a": "a"}),
        ("import a, b as c", {"a": "a", "c": "b"}),
        ("import a.b.c", {"a": "a"}),
        ("import a.b.c as d", {"d": "a.b.c"}),
        ("from a import b, c as d", {"b": "a.b", "d": "a.c"}),
        (
            "from a import (\n    b,  # one (of two)\n    c,\n)",
            {"b": "a.b", "c": "a.c"},
        ),
        ("from a import b, \\\n    c", {"b": "a.b", "c": "a.c"}),
        ("from a import *\nfrom b import *", {"*": "a b"}),
        ("from . import b", {"b": "pkg.sub.b"}),
        ("from .b import c", {"c": "pkg.sub.b.c"}),
        ("from .. import b", {"b": "pkg.b"}),
        ("from ..b import c  # why", {"c": "pkg.b.c"}),
        ("def f():\n    from a import b; x = 1", {"b": "a.b"}),
        ("from a import b\r\nfrom c import d\r\n", {"b": "a.b", "d": "c.d"}),
    ],
)
def test_what_each_form_binds(text: str, table: dict[str, str]) -> None:
    found = imported(text, "pkg.sub.module", is_package=False)
    # Beside the names, the modules that are imported whole are kept.
    assert {k: v for k, v in found.items() if not k.startswith("import ")} == table


def test_a_package_is_its_own_base() -> None:
    assert imported("from .b import c", "pkg", is_package=True) == {"c": "pkg.b.c"}


def test_modules_are_named_after_the_packages_around(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    package_name.cache_clear()
    for folder in ("src/shop/cart", "src/shop/data"):
        Path(folder).mkdir(parents=True)
    for file in ("src/shop/__init__.py", "src/shop/cart/__init__.py"):
        Path(file).touch()
    names = {
        "src/shop/cart/total.py": "shop.cart.total",
        "src/shop/cart/__init__.py": "shop.cart",
        "src/shop/cart/total.pyi": "shop.cart.total",
        "src/shop/data/load.py": "load",  # no package: imported by its stem
        "setup.py": "setup",
        str(tmp_path / "src/shop/cart/total.py"): "shop.cart.total",
    }
    assert {path: module_name(path) for path in names} == names
    monkeypatch.chdir(tmp_path / "src" / "shop")
    package_name.cache_clear()
    assert module_name("cart/total.py").endswith("cart.total")
    package_name.cache_clear()
