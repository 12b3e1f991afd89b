"""Whole runs: cold, warm, after any change, and what is allowed where."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pyguard_kernel import workers
from pyguard_kernel.model import Finding
from pyguard_kernel.scan import Result, ScanError, check_text, find_files, scan
from pyguard_kernel.settings import Settings, load

BARE = "try:\n    work()\nexcept:\n    handle()\n"  # PG206, by ruff
EVAL = "import time\n\n\nasync def f(x):\n    eval(x)\n"  # PG307, by our own pass
SEND = "async def send(mail): ...\n"  # PG303, by two files
CALL = "from mail import send\nsend(1)\n"
CACHE = Path(".pyguard_cache")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def grow(**files: str) -> None:
    for name, text in files.items():
        Path(f"{name}.py").write_text(text, encoding="utf-8")


def look(*select: str, cache: bool = True, **options: Any) -> Result:
    chosen = Settings().with_options(select=select)
    folder = CACHE if cache else None
    return scan(["."], chosen, cache_folder=folder, jobs=1, **options)


def places(result: Result | tuple[Finding, ...]) -> list[str]:
    findings = result.findings if isinstance(result, Result) else result
    return [f"{f.code} {f.path}:{f.line}" for f in findings]


# -- what earlier runs know ------------------------------------------------------------


def test_a_second_run_reads_nothing_and_says_the_same() -> None:
    grow(a=BARE, b=EVAL, mail=SEND, app=CALL)
    cold, warm = look(), look()
    assert {f.code for f in cold.findings} >= {"PG206", "PG303", "PG307"}
    assert (cold.files, cold.cached, warm.files, warm.cached) == (4, 0, 4, 4)
    assert warm.findings == cold.findings == look(cache=False).findings
    assert warm.lines == cold.lines


def test_a_warm_run_starts_neither_ruff_nor_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grow(a=BARE, b=EVAL)
    cold = look()

    def fail(*_: Any, **__: Any) -> Any:
        raise AssertionError("started")

    monkeypatch.setattr("pyguard_kernel.ruff.start", fail)
    monkeypatch.setattr("pyguard_kernel.workers.examined", fail)
    assert look().findings == cold.findings


def test_only_what_changed_is_looked_at() -> None:
    grow(a=BARE, b=EVAL, c="x = 1\n")
    look()
    grow(c=BARE)
    Path("b.py").unlink()
    result = look()
    assert (result.files, result.cached) == (2, 1)
    assert [place for place in places(result) if "PG206" in place] == [
        "PG206 a.py:3", "PG206 c.py:3"
    ]  # fmt: skip
    assert not any("b.py" in place for place in places(result))


def test_a_change_elsewhere_brings_and_takes_findings() -> None:
    grow(mail="def send(mail): ...\n", app=CALL)
    assert places(look("PG303")) == []
    grow(mail=SEND)
    assert places(look("PG303")) == ["PG303 app.py:2"]
    Path("mail.py").unlink()
    assert places(look("PG303")) == []


def test_a_change_that_tells_others_nothing_leaves_what_was_joined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grow(mail=SEND, app=CALL)
    cold = places(look("PG303"))
    assert cold == ["PG303 app.py:2"]

    def fail(*_: object) -> None:
        raise AssertionError("joined")

    with monkeypatch.context() as patch:
        patch.setattr("pyguard_kernel.scan._Run._join", fail)
        grow(app=f"{CALL}# changed\n")
        assert places(look("PG303")) == cold
    grow(app=f"\n{CALL}")
    assert places(look("PG303")) == ["PG303 app.py:3"]


def test_another_selection_is_another_key() -> None:
    grow(a=BARE + EVAL)
    assert places(look("PG206")) == ["PG206 a.py:3"]
    assert places(look("PG307")) == ["PG307 a.py:9"]
    assert look("PG206").cached == 0


def test_what_is_ignored_is_known_all_the_same() -> None:
    grow(a=BARE)
    settings = Settings().with_options(select=["PG206"])
    scan(["."], settings, cache_folder=CACHE)
    ignoring = replace(settings, per_file_ignores=(("a.py", ("PG206",)),))
    result = scan(["."], ignoring, cache_folder=CACHE)
    assert (result.findings, result.cached) == ((), 1)


def test_a_package_that_begins_renames_its_modules() -> None:
    Path("shop").mkdir()
    Path("shop/mail.py").write_text(SEND)
    Path("app.py").write_text("from shop.mail import send\nsend(1)\n")
    assert places(look("PG303")) == []
    Path("shop/__init__.py").touch()
    assert places(look("PG303")) == ["PG303 app.py:2"]
    Path("shop/__init__.py").unlink()
    assert places(look("PG303")) == []


def test_a_file_whose_rule_crashed_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grow(a="try_ = 1\neval_ = eval\neval_(x)\n", b="x = 1\n")

    def crash(*_: Any) -> Any:
        raise KeyError("x")

    with monkeypatch.context() as patch:
        patch.setattr("pyguard_kernel.examine._add", crash)
        assert "PG307 dynamic-eval crashed on a.py" in look("PG307").crashes[0]
    result = look("PG307")
    assert (result.crashes, result.cached) == ((), 1)
    assert any("a.py" in place for place in places(result))


# -- any edits, the same results -------------------------------------------------------

NAMES = ["a.py", "mail.py", "app.py", "shop/__init__.py", "shop/mail.py", "n.ipynb"]
BODIES = [
    "", "x = 1\n", BARE, EVAL, SEND, CALL, "def f(:\n",
    "from shop import send\nsend(1)\n",
    "from .mail import *\n", BARE.replace("except:", "except:  # noqa: PG206"),
    "x = 1  # noqa: PG206\n", "from shop.mail import send\nsend(1)  # noqa\n",
    "\ufeff" + BARE, BARE.replace("\n", "\r\n"),
]  # fmt: skip


def notebook(*sources: str) -> str:
    frame: dict[str, Any] = {"metadata": {}, "outputs": [], "execution_count": None}
    cells = [{"cell_type": "code", "source": source, **frame} for source in sources]
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    )


class AnyEdits(RuleBasedStateMachine):
    """A project that is edited at random: what is cached never shows."""

    def __init__(self) -> None:
        super().__init__()
        self._before = Path.cwd()
        self._folder = tempfile.mkdtemp(prefix="pyguard-test-")
        os.chdir(self._folder)
        self._settings = Settings().with_options(
            select=["PG206", "PG302", "PG303", "PG307"]
        )

    @rule(name=st.sampled_from(NAMES), body=st.sampled_from(BODIES))
    def write(self, name: str, body: str) -> None:
        Path(name).parent.mkdir(exist_ok=True)
        text = notebook(body, "%time x\n" + BARE) if name == "n.ipynb" else body
        Path(name).write_bytes(text.encode())

    @rule(name=st.sampled_from(NAMES))
    def remove(self, name: str) -> None:
        Path(name).unlink(missing_ok=True)

    @rule(one=st.sampled_from(NAMES[:3]), other=st.sampled_from(NAMES[:3]))
    def swap(self, one: str, other: str) -> None:
        if Path(one).exists():
            Path(one).rename(other)

    @rule(name=st.sampled_from(NAMES))
    def touch(self, name: str) -> None:
        if Path(name).exists():
            os.utime(name, ns=(1, random.Random(name).randrange(10**18)))

    @rule(data=st.binary(max_size=40))
    def damage_the_cache(self, data: bytes) -> None:
        file = CACHE / "results"
        if file.exists():
            file.write_bytes(file.read_bytes()[:-30] + data)

    @rule()
    def exempt_a_file(self) -> None:
        self._settings = replace(
            self._settings, per_file_ignores=(("a.py", ("PG206",)),)
        )

    @invariant()
    def the_results_are_those_of_a_first_run(self) -> None:
        warm = scan(["."], self._settings, cache_folder=CACHE, jobs=1)
        cold = scan(["."], self._settings, jobs=1)
        assert warm.findings == cold.findings
        assert (warm.files, warm.lines) == (cold.files, cold.lines)
        assert warm.warnings == cold.warnings == ()
        assert warm.crashes == cold.crashes == ()

    def teardown(self) -> None:
        os.chdir(self._before)
        shutil.rmtree(self._folder)


TestAnyEdits = AnyEdits.TestCase
TestAnyEdits.settings = settings(
    max_examples=8,
    stateful_step_count=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


# -- who does the work -----------------------------------------------------------------


def test_the_results_are_the_same_whoever_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(30):
        grow(**{f"m{number}": random.Random(number).choice(BODIES)})
    alone = look(cache=False)
    with ThreadPoolExecutor(2) as executor:
        assert look(cache=False, executor=executor).findings == alone.findings
    monkeypatch.setattr(workers, "_SMALL_JOB", 0)
    two = scan(["."], Settings(), jobs=2)
    assert two.findings == alone.findings
    assert two.lines == alone.lines


def test_progress_counts_what_is_known_already() -> None:
    grow(a=BARE, b=EVAL, c="")
    look()
    grow(b="x = 2\n", d="")
    told: list[tuple[int, int]] = []
    look(progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 4), (4, 4)]


# -- what is allowed -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (BARE.replace("except:", "except:  # noqa"), []),
        (BARE.replace("except:", "except:  # noqa: PG206"), []),
        (BARE.replace("except:", "except:  # NOQA:pg206 -- must go on"), []),
        (BARE.replace("except:", "except:  # why # noqa: PG206, E501"), []),
        (BARE.replace("except:", "except:  # noqa: E722"), []),
        (BARE.replace("except:", "except:  # noqa: PG2067"), ["PG206 a.py:3"]),
        (BARE.replace("work()", "work()  # noqa: PG206"),
         ["PG001 a.py:2", "PG206 a.py:3"]),
        (BARE.replace("work()", "work('# noqa: PG206')"), ["PG206 a.py:3"]),
        ("x = 1  # noqa: PG206\n", ["PG001 a.py:1"]),
        ("x = 1  # noqa: PG999, PG301\n", []),  # of rules that did not run
        ("x = 1  # noqa\n", []),
        ("async def f(x):\n    eval(\n        x  # noqa: PG307\n    )\n",
         ["PG307 a.py:2", "PG001 a.py:3"]),
        ("async def f(x):\n    eval(\n        x\n    )  # noqa: PG307\n", []),
        ("async def f(x):\n    eval(  # noqa: PG307\n        x\n    )\n", []),
    ],
)  # fmt: skip
def test_comments_allow_what_stands_on_their_line(text: str, left: list[str]) -> None:
    chosen = Settings().with_options(select=["PG206", "PG307"])
    assert places(check_text(text, "a.py", chosen).findings) == left


def test_settings_allow_by_file_and_for_all() -> None:
    Path("tests").mkdir()
    grow(a=BARE, **{"tests/b": BARE + "x = 1  # noqa: PG206\n"})
    chosen = Settings().with_options(select=["PG206", "PG307"])
    spared = replace(chosen, per_file_ignores=(("tests/**", ("PG206", "PG001")),))
    assert places(scan(["."], spared)) == ["PG206 a.py:3"]
    exempt = replace(chosen, exempt={"PG206": "legacy"})
    assert places(scan(["."], exempt)) == []
    silent = chosen.with_options(ignore=["PG001"])
    assert "PG001 tests/b.py:5" not in places(scan(["."], silent))


def test_one_line_of_one_rule_is_told_once() -> None:
    grow(a="async def f(x):\n    eval(eval(x))\n")
    assert places(look("PG307")) == ["PG307 a.py:2"]


def test_patterns_count_from_the_folder_of_the_settings(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "pyproject.toml").write_text(
        '[tool.pyguard]\nextend-exclude = ["app/old"]\n'
        'per-file-ignores = { "app/b.py" = ["PG206"] }\n'
    )
    Path("app/old").mkdir(parents=True)
    for path in ("app/old/a.py", "app/b.py", "app/c.py"):
        Path(path).write_text(BARE)
    for folder, start in ((here, "."), (here / "app", "."), (here / "app", "..")):
        monkeypatch.chdir(folder)
        result = scan([start], load(Path(start)).with_options(select=["PG206"]))
        assert [Path(f.path).name for f in result.findings] == ["c.py"]
    monkeypatch.chdir(here / "app")
    only = load(Path()).with_options(extend_exclude=["./c.py", "**/b.py"])
    assert find_files(["."], only) == []


# -- notebooks -------------------------------------------------------------------------


def test_findings_in_a_notebook_name_their_cell() -> None:
    Path("a.ipynb").write_text(
        notebook("%time work()\n" + BARE, "x = !ls", EVAL + BARE + "y  # noqa: PG206")
    )
    result = look("PG206", "PG307")
    assert [(f.code, f.cell, f.line, f.column) for f in result.findings] == [
        ("PG206", 1, 4, 1), ("PG307", 3, 5, 5), ("PG206", 3, 8, 1), ("PG001", 3, 10, 4)
    ]  # fmt: skip
    assert look("PG206", "PG307").findings == result.findings


# -- misuse ----------------------------------------------------------------------------


def test_a_path_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ScanError, match=r"nope\.py doesn't exist: check its spelling"):
        scan(["nope.py"], Settings())


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n", b"#"])
def test_nothing_is_found_in_nothing(data: bytes) -> None:
    Path("a.py").write_bytes(data)
    assert look().findings == look().findings == ()
    assert check_text(data, "a.py", Settings()).findings == ()


@pytest.fixture(autouse=True)
def _nothing_is_left_running() -> Iterator[None]:
    import multiprocessing

    yield
    assert multiprocessing.active_children() == []
