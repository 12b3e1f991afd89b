"""Our pass over one file: needles, facts, and rules that crash."""

from __future__ import annotations

import ast
import gc
import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyguard_kernel import examine, walk
from pyguard_kernel.examine import Examiner, calm, examine_files
from pyguard_kernel.model import CrossFile, Level, Rule, Tree
from pyguard_kernel.records import Examined
from pyguard_kernel.source import SourceFile


def rule(code: str, *detectors: Any) -> Rule:
    return Rule(
        code=code, name=f"rule-{code[-1]}", chapter="quality", level=Level.MUST,
        statements=(), summary="", why="", references=(), since="1", detectors=detectors
    )  # fmt: skip


def calls(node: ast.Call, file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    yield node, file.code(node)


type Run = Callable[..., Examined]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Examines a text by these rules alone."""

    def run(text: str, *rules: Rule, path: str = "a.py") -> Examined:
        monkeypatch.setattr(examine, "all_rules", lambda: rules)
        return Examiner(r.code for r in rules).examine(path, text.encode())

    return run


def test_findings_are_plain_data_in_the_order_of_the_file(run: Run) -> None:
    out = run("f(g())\nh()\n", rule("PG1", Tree((ast.Call,), calls)))
    assert out.found == [
        ["PG1", 1, 1, 1, 7, "f(g())"],
        ["PG1", 1, 3, 1, 6, "g()"],
        ["PG1", 2, 1, 2, 4, "h()"],
    ]


def test_a_place_may_be_a_span(run: Run) -> None:
    def span(node: ast.Call, file: SourceFile) -> Iterator[Any]:
        yield (node.lineno, 1, node.lineno, 2), "here"
        yield (node.lineno, 1, node.lineno, 2), "here"

    out = run("\nf()", rule("PG1", Tree((ast.Call,), span)))
    assert out.found == [["PG1", 2, 1, 2, 2, "here"]]


def test_a_file_without_a_needle_is_not_parsed_for_its_rule(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyguard_kernel.model import Ruff

    def fail(_: str) -> ast.Module:
        raise AssertionError("parsed")

    ruff = Ruff(("E722",), lambda diagnostic, file: None)
    needy = rule("PG1", Tree((ast.Call,), calls, needles=(b"sleep", b"nap")), ruff)
    assert run("sleep(1)", needy).found
    monkeypatch.setattr("pyguard_kernel.source.parse", fail)
    assert run("work(1)", needy).found == []


@pytest.mark.parametrize("text", ["def (", "(" * 300 + ")" * 300])
def test_a_file_that_is_not_python_is_told_without_any_needle(
    run: Run, text: str
) -> None:
    out = run(text, rule("PG1", Tree((ast.Call,), calls, needles=(b"sleep",))))
    assert [found[0] for found in out.found] == ["PG000"]


def crash_at_two(node: ast.Call, file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    if node.lineno == 2:
        raise KeyError("two")
    yield node, "fine"


def nowhere(node: ast.Call, file: SourceFile) -> Iterator[Any]:
    yield ast.Load(), "it stands nowhere"


def no_iterator(node: ast.Call, file: SourceFile) -> Any:
    return 5


def no_pair(node: ast.Call, file: SourceFile) -> Iterator[Any]:
    yield "message"


def too_deep(node: ast.Call, file: SourceFile) -> Iterator[Any]:
    yield from too_deep(node, file)


@pytest.mark.parametrize(
    ("find", "said"),
    [
        (crash_at_two, "KeyError('two') (line "),
        (nowhere, "AttributeError("),
        (no_iterator, "TypeError("),
        (no_pair, "TypeError("),
        (too_deep, "RecursionError("),
    ],
)
def test_a_rule_that_crashes_is_told_and_the_others_go_on(
    run: Run, find: Any, said: str
) -> None:
    bad = rule("PG1", Tree((ast.Call,), find))
    good = rule("PG2", Tree((ast.Call,), calls))
    out = run("f()\ng()\n", bad, good)
    assert [found[1] for found in out.found if found[0] == "PG2"] == [1, 2]
    assert out.crashes
    assert all(
        crash.startswith("PG1 rule-1 crashed on a.py: ") for crash in out.crashes
    )
    assert said in out.crashes[0]


def test_facts_that_crash_are_told_and_the_others_are_drawn(run: Run) -> None:
    def crash(file: SourceFile) -> Any:
        raise ZeroDivisionError

    def fine(file: SourceFile) -> Any:
        return {"lines": len(file.lines)}

    bad = rule("PG1", CrossFile(crash, lambda joined: ()))
    good = rule("PG2", CrossFile(fine, lambda joined: ()))
    nothing = rule("PG3", CrossFile(lambda file: None, lambda joined: ()))
    needy = rule("PG4", CrossFile(fine, lambda joined: (), (b"async",)))
    out = run("from a import b\n", bad, good, nothing, needy)
    assert out.facts == {"PG2": {"lines": 2}}
    assert out.asked == ["PG1", "PG2", "PG3"]
    assert out.imports == {"b": "a.b"}
    assert out.crashes[0].startswith("PG1 rule-1 crashed on a.py: ZeroDivisionError()")


def test_what_is_passed_over_can_be_drawn_later(run: Run) -> None:
    needy = rule("PG4", CrossFile(lambda f: f.text, lambda joined: (), (b"async",)))
    run("", needy)
    later = Examiner(["PG4"]).draw("a.py", b"x = 1", ["PG4"])
    assert later.facts == {"PG4": "x = 1"}
    assert Examiner(["PG4"]).draw("a.py", b"x = \0", ["PG4"]).asked == ["PG4"]


def test_nothing_is_left_of_a_file(run: Run) -> None:
    seen: list[weakref.ref[ast.AST]] = []

    def keep(node: ast.Module, file: SourceFile) -> Iterator[Any]:
        file.parent(node)
        seen.append(weakref.ref(node))
        yield from ()

    gc.disable()
    try:
        run("x = f(1)\n", rule("PG1", Tree((ast.Module,), keep)))
        assert seen[0]() is None
    finally:
        gc.enable()


def test_calm_is_over_afterwards() -> None:
    with calm():
        assert not gc.isenabled()
        warnings.warn("unheard", stacklevel=1)
    assert gc.isenabled()
    with pytest.warns(UserWarning, match="heard"):
        warnings.warn("heard", stacklevel=1)


def test_a_share_of_files_says_of_each_which_state_it_saw(tmp_path: Any) -> None:
    good, gone = tmp_path / "a.py", tmp_path / "b.py"
    good.write_bytes(b"try:\n    f()\nexcept:\n    pass\n")
    first, second = examine_files((), [str(good), str(gone)])
    stat = good.stat()
    assert first.stamp == (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    assert first.digest
    assert first.lines == 5
    assert second.digest == ""
    assert second.found[0][5] == "can't be read: No such file or directory"


def test_walkers_are_made_once() -> None:
    assert walk._collector((ast.Call,)) is walk._collector((ast.Call,))


def test_a_file_whose_text_lacks_the_pattern_is_not_looked_at(run: Run) -> None:
    tree = rule("PG1", Tree((ast.Call,), calls, (b"f",), r"\bg\("))
    facts = rule(
        "PG2", CrossFile(lambda f: f.text, lambda joined: (), (b"f",), r"\bg\(")
    )
    spared, found = run("f(gg())\n", tree, facts), run("f(g())\n", tree, facts)
    assert (spared.found, spared.asked) == ([], [])
    assert (len(found.found), found.asked) == (2, ["PG2"])
