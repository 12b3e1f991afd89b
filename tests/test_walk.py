"""One pass over a tree gives what `ast.walk` gives, only sooner."""

from __future__ import annotations

import ast
import random
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyguard_kernel.walk import Walker, below, parents

LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
SOME = random.Random(301).sample(LIBRARY, 8)

# Every kind of node that there is, in one program.
ALL = """
import a, b as c
from . import d
type Alias[T: int, *Ts, **P] = list[T]
@deco
class C[T](Base, metaclass=M):
    x: int = 1
    def f(self, a, /, b=1, *c, d=2, **e) -> None: return a
async def g():
    async with a as b, c: await x
    async for i in y: yield i
    return [i async for i in z if i]
def h():
    global q
    x = (yield), (yield from z)
    def k():
        nonlocal x
try:
    raise E from None
except A as e:
    pass
else:
    del x, y[0], z.a
finally:
    assert x, "no"
try: pass
except* B: pass
for i, *j in k: continue
else: ...
while 1: break
with a: x += 1
if a and b or not c < d <= e: x = -1 if y else ~z
match p:
    case 1 | None | [1, *_, r] | {"k": v, **rest} | K(1, y=2) | (a.b) as w if w: pass
{**a, 1: 2}, {1, 2}, {k: v for k, v in z}, {k for k in z}, (k for k in z)
f(*a, k=1, **b)[1:2:3, ...]
lambda a, *b, c=1, **d: (e := f"{x!r:>{w}} {y}")
[1 + 2 - 3, 4 * 5 / 6 // 7 % 8 @ 9 ** +10, a << 1 >> 2 | 3 & 4 ^ 5, a is not b]
"""


def itself(node: ast.AST, _file: Any) -> Iterator[ast.AST]:
    yield node


def concrete() -> list[type[ast.AST]]:
    types = {type(node) for node in ast.walk(ast.parse(ALL))}
    return sorted(types, key=lambda cls: cls.__name__)


def test_the_program_holds_every_kind_of_statement_and_expression() -> None:
    there = {cls.__name__ for cls in concrete()}
    gone = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis", "AugLoad", "AugStore",
            "Param", "Index", "ExtSlice", "Suite"}  # fmt: skip
    for kind in (ast.stmt, ast.expr, ast.pattern, ast.excepthandler, ast.type_param):
        assert {cls.__name__ for cls in kind.__subclasses__()} - gone <= there


@pytest.mark.parametrize("cls", concrete(), ids=lambda cls: cls.__name__)
def test_a_handler_is_called_for_every_node_of_its_type(cls: type[ast.AST]) -> None:
    tree = ast.parse(ALL)
    expected = Counter(id(n) for n in ast.walk(tree) if type(n) is cls)
    assert Counter(map(id, below(tree, cls))) == expected


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name)
def test_all_handlers_at_once_over_real_files(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    types = {type(node) for node in ast.walk(tree)}
    walker = Walker({cls: [(0, itself)] for cls in types})
    found = [node for _, node in walker.walk(tree, None)]
    assert Counter(map(id, found)) == Counter(map(id, ast.walk(tree)))


def test_results_come_in_the_order_of_the_file() -> None:
    tree = ast.parse("a(b(c()), d())\ne()\n")
    names = [ast.unparse(node.func) for node in below(tree, ast.Call)]
    assert names == ["a", "b", "c", "d", "e"]


def test_each_handler_gets_its_nodes_and_the_file() -> None:
    def calls(node: ast.Call, file: str) -> Iterator[str]:
        yield f"{file}: call"

    def twice(node: ast.Name, file: str) -> Iterator[str]:
        yield node.id
        yield node.id

    walker = Walker({ast.Call: [(0, calls)], ast.Name: [(1, twice)]})
    found = walker.walk(ast.parse("f(1)"), "a.py")
    assert found == [(0, "a.py: call"), (1, "f"), (1, "f")]


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name)
def test_parents_are_the_nodes_that_hold(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    above = parents(tree)
    shared = ast.expr_context | ast.operator | ast.boolop | ast.unaryop | ast.cmpop
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            assert isinstance(child, shared) or above[child] is node
    assert tree not in above


def test_a_tree_as_deep_as_the_parser_makes_it_is_walked() -> None:
    tree = ast.parse("x" + ".a()" * 900)
    assert len(below(tree, ast.Call)) == 900
    assert len(parents(tree)) == 1_802
    elifs = ast.parse("if a: pass\n" + "elif b: pass\n" * 900)
    assert len(below(elifs, ast.If)) == 901


def test_the_limit_of_calls_is_put_back() -> None:
    import sys

    before = sys.getrecursionlimit()

    def failing(node: ast.AST, _file: Any) -> Iterator[ast.AST]:
        raise KeyError

    with pytest.raises(KeyError):
        Walker({ast.Module: [(0, failing)]}).walk(ast.parse(""), None)
    assert sys.getrecursionlimit() == before
