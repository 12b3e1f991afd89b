"""Our light dataclasses do what the real ones do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys

import pytest

from pyguard_kernel.model import Edit, Finding, Level, Reference, Ruff
from pyguard_kernel.project._node import Node
from pyguard_kernel.records import Examined
from pyguard_kernel.source import Cell
from pyguard_kernel.values import replace

EDIT = Edit(1, 2, 3, 4, "x")


def finding(**changes: object) -> Finding:
    found = Finding("PG1", "rule-1", Level.MUST, "wrong", "a.py", 1, 2, 3, 4)
    return replace(found, **changes)  # type: ignore[arg-type]


def test_values_are_equal_by_their_fields_and_of_one_class() -> None:
    assert Edit(1, 2, 3, 4, "x") == EDIT != Edit(1, 2, 3, 5, "x")
    assert len({Edit(1, 2, 3, 4, "x"), EDIT}) == 1
    assert Examined() == Examined() != Examined(lines=1)


def test_they_show_their_fields() -> None:
    assert repr(EDIT) == "Edit(line=1, column=2, end_line=3, end_column=4, content='x')"


def test_what_is_frozen_stays() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        EDIT.line = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del EDIT.line
    with pytest.raises(AttributeError):
        Examined().unheard_of = 1  # type: ignore[attr-defined]


def test_each_gets_defaults_of_its_own() -> None:
    one, other = Examined(), Examined()
    one.found.append([1])
    assert not other.found
    assert (finding().cell, finding(cell=2).cell) == (None, 2)
    assert Ruff(("E1",), lambda *_: None).kind == "ruff"


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="content"):
        Edit(1, 2, 3, 4)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="kind"):
        Ruff((), lambda *_: None, kind="ruff")  # type: ignore[call-arg]


@pytest.mark.parametrize("value", [EDIT, finding(), Cell(1, 2, "x"), Examined(lines=3)])
def test_they_can_be_copied_and_sent(value: object) -> None:
    assert copy.copy(value) == copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301


def test_dataclasses_knows_them() -> None:
    assert dataclasses.is_dataclass(Reference)
    assert dataclasses.asdict(Reference("a", "b", "c")) == {
        "title": "a",
        "url": "b",
        "checked": "c",
    }
    assert dataclasses.replace(EDIT, line=9) == replace(EDIT, line=9)
    assert [f.name for f in dataclasses.fields(Edit)] == list(Edit.__match_args__)


def test_they_can_be_matched() -> None:
    match EDIT:
        case Edit(1, 2, content=text):
            assert text == "x"
        case _:
            raise AssertionError


def test_a_field_may_have_any_name_where_it_is_changed() -> None:
    node = Node("old", "a.toml", (1, 1, 1, 4))
    assert replace(node, value="new").value == "new"


def test_named_tuples_are_tuples() -> None:
    cell = Cell(1, 2, "x")
    assert cell == (1, 2, "x")
    assert cell._replace(source="y").source == "y"


def test_a_check_starts_without_what_takes_long_to_load() -> None:
    program = """
import sys
from pyguard_kernel.cli import main
main(["rule", "--help"])
import pyguard_kernel.cli.check
print([m for m in ("dataclasses", "inspect", "typing", "importlib.metadata")
       if m in sys.modules], file=sys.stderr)
"""
    command = [sys.executable, "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"
