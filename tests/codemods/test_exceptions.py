"""The fixes of the chapter exceptions, over all of its cases."""

import ast
from pathlib import Path

import pytest

from pyguard_kernel import check, fix

CASES = Path(__file__).parents[1] / "cases" / "exceptions"
MENDED = {
    "base_exception_subclass": "PG210",
    "lost_traceback": "PG209",
    "rewrapped_exception": "PG205",
}


@pytest.mark.parametrize("name", MENDED)
def test_mending_twice_is_mending_once(name: str) -> None:
    for path in (CASES / name).glob("*.py"):
        text, select = path.read_text(encoding="utf-8"), [MENDED[name]]
        once = fix(text, select=select, unsafe=True)
        ast.parse(once)
        assert fix(once, select=select, unsafe=True) == once
        assert len(check(once, select=select)) < len(check(text, select=select))
