"""Which names each scope binds: held against Python's own symbol table."""

from __future__ import annotations

import ast
import random
import symtable
import sysconfig
from pathlib import Path

import pytest

from pyguard_kernel.scopes import Scopes
from pyguard_kernel.source import SourceFile

LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
SOME = random.Random(303).sample(LIBRARY, 10)

ODD = """
import a.b, c.d as e
from f import g as h, i
x, (y, *z) = 1, (2, 3)
w: int = 1
for k in x: pass
with x as (l, m): n = 1
try: pass
except E as o: p = 1
else: q = 1
match x:
    case [r, *s] | {"a": t, **u} | K(v=aa) as bb: cc = 1
def dd(ee, /, ff=1, *gg, hh, **ii):
    global jj
    jj = kk = 1
    if (ll := 1): mm = [nn := oo for oo in x]
    def pp():
        nonlocal kk
        kk = 2
class qq:
    rr = 1
    def ss(self): self.tt = 1
uu = lambda vv, *ww: (xx := vv)
type yy = int
del x
while (zz := 1): break
"""


def ours(file: SourceFile) -> dict[tuple[str, int], set[str]]:
    """(name of the scope, its line) -> the names that it binds."""
    return {
        (getattr(scope, "name", "lambda" if isinstance(scope, ast.Lambda) else "top"),
         0 if isinstance(scope, ast.Module) else scope.lineno): set(table)  # type: ignore[attr-defined]
        for scope, table in Scopes(file).tables.items()
    }  # fmt: skip


COMPREHENSIONS = {"genexpr", "listcomp", "setcomp", "dictcomp"}


def pythons(text: str) -> dict[tuple[str, int], set[str]]:
    """The same, by Python; comprehensions and type parameters have no say here."""
    # Since 3.12 a comprehension's names show up in the scope around it too.
    inlined = {
        name.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    }
    found: dict[tuple[str, int], set[str]] = {}
    queue = [symtable.symtable(text, "a.py", "exec")]
    while queue:
        scope = queue.pop()
        queue += scope.get_children()
        name = scope.get_name()
        kinds = symtable.Function | symtable.Class
        if name in COMPREHENSIONS or not (isinstance(scope, kinds) or name == "top"):
            continue
        bound = {
            symbol.get_name()
            for symbol in scope.get_symbols()
            if symbol.is_local()
            and (symbol.is_assigned() or symbol.is_imported() or symbol.is_parameter())
            and not symbol.get_name().startswith(".")
            and "__" not in symbol.get_name()  # `self.__x` goes by a longer name
            and symbol.get_name() not in inlined
        }
        found.setdefault((name, scope.get_lineno()), set()).update(bound)
    return found


def test_every_way_to_bind_a_name() -> None:
    file = SourceFile("a.py", ODD.encode())
    found = ours(file)
    expected = pythons(ODD)
    # A `global` name is bound by the module, though Python counts it to the function.
    expected["top", 0] |= {"jj"}
    expected = {k: v for k, v in expected.items() if k in found}
    assert {name for name, _ in found} >= {"top", "dd", "pp", "qq", "ss", "lambda"}
    for key, names in expected.items():
        assert found[key] >= names, key
        assert found[key] - names <= {"x"}, key  # `del x`: bound no more, and known


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name)
def test_the_standard_library_binds_what_python_says(path: Path) -> None:
    data = path.read_bytes()
    found = ours(SourceFile(path.name, data))
    text = data.decode()
    decorated = {
        (node.name, node.decorator_list[0].lineno): (node.name, node.lineno)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.decorator_list
    }
    for key, names in pythons(text).items():
        known = found.get(decorated.get(key, key), set())
        assert known >= names, key
