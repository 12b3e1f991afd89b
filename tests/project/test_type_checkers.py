"""Which settings make a type checker strict, and what others lack."""

from __future__ import annotations

import pytest

from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.project.type_checkers import _MYPY_STRICT, TypeChecker, judged
from pyguard_kernel.settings import Settings

EVERY = "\n".join(f"{name} = true" for name in _MYPY_STRICT)


def checkers(path: str, text: str) -> dict[str, TypeChecker]:
    texts = {path: text.encode(), "src/shop/__init__.py": b""}
    facts = Facts(Tree.of_texts(texts, Settings()), Settings())
    return {checker.tool: checker for checker in facts.get("type_checkers")}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.mypy]\nstrict = true"),
        ("setup.cfg", "[mypy]\nstrict = True"),
        ("pyproject.toml", f"[tool.mypy]\n{EVERY}"),
        ("mypy.ini", "[mypy]\nstrict = True\n[mypy-tests.*]\nignore_errors = True"),
        ("mypy.ini", "[mypy]\nstrict = True\n[mypy-shop.old]\nignore_errors = True"),
        ("pyproject.toml", "[tool.mypy]\nstrict = true\nwarn_return_any = false"),
        (
            "pyproject.toml",
            "[tool.mypy]\nstrict = true\ndisallow_untyped_defs = false\n"
            "[[tool.mypy.overrides]]\nmodule = 'shop.*'\ndisallow_untyped_defs = true",
        ),
        ("pyrightconfig.json", '{"typeCheckingMode": "strict" /* all */}'),
        ("pyproject.toml", '[tool.pyright]\nstrict = ["src"]'),
        ("pyproject.toml", '[tool.pyright]\nstrict = ["src/shop/**"]'),
        ("pyproject.toml", "[tool.basedpyright]\ninclude = ['src']"),
        ("ty.toml", '[rules]\nall = "error"'),
        ("pyproject.toml", "[tool.pyrefly]\nproject-includes = ['src']"),
    ],
)
def test_strict(path: str, text: str) -> None:
    checker, *_ = checkers(path, text).values()
    assert checker.strict, checker.missing


@pytest.mark.parametrize(
    ("tool", "text", "missing"),
    [
        ("mypy", "[tool.mypy]\nwarn_return_any = true", "`strict = true`"),
        (
            "mypy",
            f"[tool.mypy]\n{EVERY}".replace("strict_equality = true", ""),
            "`strict_equality = true`",
        ),
        (
            "mypy",
            "[tool.mypy]\nstrict = true\nallow_untyped_defs = true",
            "`disallow_untyped_defs = true`",
        ),
        (
            "mypy",
            "[tool.mypy]\nstrict = true\n[[tool.mypy.overrides]]\n"
            'module = "shop.*"\ndisallow_untyped_defs = false',
            "`disallow_untyped_defs = true` for `shop.*`",
        ),
        (
            "mypy",
            "[tool.mypy]\nstrict = true\nignore_errors = true",
            "`ignore_errors = false`",
        ),
        (
            "mypy",
            "[tool.mypy]\nstrict = true\n[[tool.mypy.overrides]]\n"
            'module = ["*"]\nignore_errors = true',
            "`ignore_errors = false` for `*`",
        ),
        ("pyright", "[tool.pyright]", '`typeCheckingMode = "strict"`'),
        (
            "pyright",
            '[tool.pyright]\nstrict = ["scripts"]',
            '`typeCheckingMode = "strict"`',
        ),
        (
            "basedpyright",
            '[tool.basedpyright]\ntypeCheckingMode = "standard"',
            '`typeCheckingMode = "strict"`',
        ),
        ("ty", "[tool.ty.rules]\nunused = 'error'", '`all = "error"` under `rules`'),
        (
            "ty",
            '[tool.ty.rules]\nall = "error"\nredundant-cast = "ignore"',
            "`redundant-cast`, which is ignored",
        ),
        (
            "pyrefly",
            "[tool.pyrefly.errors]\nbad-return = false",
            "`bad-return`, which is switched off",
        ),
    ],
)
def test_what_is_missing_is_named(tool: str, text: str, missing: str) -> None:
    assert checkers("pyproject.toml", text)[tool].missing == (missing,)


def test_without_settings_a_tool_is_as_strict_as_it_comes() -> None:
    tree = Tree.of_texts({}, Settings())
    strict = {
        tool: judged(tree, tool, None).strict
        for tool in ("mypy", "pyright", "basedpyright", "ty", "pyrefly")
    }
    assert strict == {
        "mypy": False,
        "pyright": False,
        "basedpyright": True,
        "ty": False,
        "pyrefly": True,
    }
