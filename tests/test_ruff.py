"""Ruff as our backend: its findings in our words, and every way it can fail."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pyguard_kernel import ruff
from pyguard_kernel.model import Diagnostic, Edit, Fix
from pyguard_kernel.ruff import RuffError

BARE = "try:\n    pass\nexcept:\n    pass\n"
PY312 = (3, 12)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def on_files(files: Sequence[str], *codes: str) -> list[Diagnostic]:
    with ruff.start(files, codes, target=PY312) as running:
        return list(running.results())


def on_text(text: str | bytes, *codes: str, name: str = "a.py") -> list[Diagnostic]:
    data = text.encode() if isinstance(text, str) else text
    return ruff.check_text(data, name, codes, target=PY312)


@pytest.fixture
def stand_in(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program that is found in ruff's place; its body is Python."""
    path = here / "bin" / "ruff"
    path.parent.mkdir()
    monkeypatch.setattr(ruff, "executable", lambda: str(path))
    yield path
    ruff._asked_version.cache_clear()


def play(path: Path, version: str, body: str = "") -> None:
    path.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        f"if '--version' in sys.argv:\n    print('ruff {version}')\n    sys.exit()\n"
        + textwrap.dedent(body)
    )
    path.chmod(0o755)


# -- findings ---------------------------------------------------------------------


def test_a_finding_counts_characters_from_one() -> None:
    [found] = on_text("x = 'é𝄞'; import os\n", "F401")
    assert (found.code, found.path, found.cell) == ("F401", "a.py", None)
    assert (found.line, found.column, found.end_line, found.end_column) == (
        1,
        18,
        1,
        20,
    )
    assert found.message == "`os` imported but unused"
    assert found.fix is not None
    assert found.fix.applicability == "safe"


def test_a_fix_is_edits_of_ours() -> None:
    [found] = on_text("import os\n", "F401")
    assert found.fix == Fix(
        "safe", "Remove unused import: `os`", (Edit(1, 1, 2, 1, ""),)
    )


def test_a_fix_only_for_display_is_none() -> None:
    [found] = on_text("# x = 1\n", "ERA001")
    assert found.fix is None


def test_files_and_text_get_the_same() -> None:
    Path("a.py").write_text(BARE)
    assert on_files(["a.py"], "E722") == on_text(BARE, "E722")


def test_noqa_counts() -> None:
    assert on_text(BARE.replace("except:", "except:  # noqa: E722"), "E722") == []


def test_the_users_own_ruff_settings_dont_count(here: Path) -> None:
    (here / "ruff.toml").write_text('lint.ignore = ["E722"]\nexclude = ["a.py"]\n')
    (here / "a.py").write_text(BARE)
    assert len(on_files(["a.py"], "E722")) == 1
    assert not (here / ".ruff_cache").exists()


def test_code_that_isnt_python_is_told_as_such() -> None:
    found = on_text("def (:\n", "E722")
    assert {f.code for f in found} == {ruff.INVALID_SYNTAX}


def test_the_target_version_matters() -> None:
    text = "from typing import TypeVar\nT = TypeVar('T')\ndef f(x: T) -> T: ...\n"
    old = ruff.check_text(text.encode(), "a.py", ["UP047"], target=(3, 11))
    assert old == []
    assert len(on_text(text, "UP047")) == 1


def test_another_encoding_is_recoded_for_ruff() -> None:
    data = f"# coding: latin-1\nx = 'é'; import os\n{BARE}".encode("latin-1")
    Path("a.py").write_bytes(data)
    Path("b.py").write_text(BARE)
    found = on_files(["a.py", "b.py"], "E722", "F401")
    assert sorted((f.path, f.code, f.line, f.column) for f in found) == [
        ("a.py", "E722", 5, 1),
        ("a.py", "F401", 2, 17),
        ("b.py", "E722", 3, 1),
    ]
    assert [f.code for f in on_text(data, "E722")] == ["E722"]
    assert on_text(b"x = '\xe9'\n" + BARE.encode(), "E722") == []


def notebook(*cells: tuple[str, str]) -> str:
    return json.dumps(
        {
            "cells": [
                {"cell_type": kind, "metadata": {}, "source": source.splitlines(True)}
                | ({"outputs": [], "execution_count": None} if kind == "code" else {})
                for kind, source in cells
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def test_a_notebooks_cells_are_counted_among_all() -> None:
    text = notebook(
        ("markdown", "# Title\n"),
        ("code", "x = 1\n" + BARE),
        ("raw", "import abc"),
        ("code", "%%bash\nls\n"),
        ("code", "!ls\nimport sys\n'é'; import os"),
    )
    Path("a.ipynb").write_text(text)
    found = on_files(["a.ipynb"], "E722", "F401")
    assert found == on_text(text, "E722", "F401", name="a.ipynb")
    assert [(f.code, f.cell, f.line, f.column) for f in found] == [
        ("E722", 2, 4, 1),
        ("F401", 5, 2, 8),
        ("F401", 5, 3, 13),
    ]
    fixes = [f.fix.edits for f in found if f.fix]
    assert fixes == [(Edit(2, 1, 3, 1, ""),), (Edit(3, 6, 3, 15, ""),)]


# -- names ------------------------------------------------------------------------


ODD = ["sp ace.py", "-dash.py", "@at.py", "[x]*.py", "new\nline.py", "cr\r.py"]
ODD += ["é.py", "tool", "#.py", " lead.py", "trail .py ", "'q\".py", "a\\b.py"]
ODD += [os.fsdecode(b"\xff.py"), os.fsdecode(b"\xfe.py")]


def test_odd_names_come_back_as_they_were_given() -> None:
    for name in ODD:
        Path(name).write_text(BARE)
    assert sorted(f.path for f in on_files(ODD, "E722")) == sorted(ODD)
    for name in ODD:
        assert [f.path for f in on_text(BARE, "E722", name=name)] == [name]


def test_paths_come_back_as_they_were_given(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("app\n", "lib"):
        (here / folder).mkdir()
        (here / folder / "a.py").write_text(BARE)
    monkeypatch.chdir(here / "app\n")
    given = ["a.py", "../lib/a.py"]
    assert [f.path for f in on_files(given, "E722")] == given
    absolute = str(here / "lib" / "a.py")
    assert [f.path for f in on_files([absolute], "E722")] == [absolute]


def test_a_folder_that_isnt_utf8(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = here / os.fsdecode(b"\xff")
    folder.mkdir()
    (folder / "a.py").write_text(BARE)
    monkeypatch.chdir(folder)
    assert [f.path for f in on_files(["a.py"], "E722")] == ["a.py"]


def test_five_thousand_files_while_we_do_something_else() -> None:
    names = [f"{'n' * 80}{number}.py" for number in range(5_000)]
    for name in names:
        Path(name).write_text(BARE * 3)
    with ruff.start(names, ["E722"], target=PY312) as running:
        time.sleep(0.5)  # ruff's answer is larger than any pipe: it must wait, not die
        found = list(running.results())
    assert len(found) == 15_000
    assert {f.path for f in found} == set(names)


def test_no_files_is_no_findings() -> None:
    assert on_files([], "E722") == []


def test_a_file_that_vanishes_is_passed_over() -> None:
    Path("a.py").write_text(BARE)
    assert [f.path for f in on_files(["gone.py", "gone\n.py", "a.py"], "E722")] == [
        "a.py"
    ]


def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    (here / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(here / "tmp"))
    Path("a.py").write_text(BARE)
    running = ruff.start(["a.py"], ["E722"], target=PY312)
    running.close()
    assert on_files(["a.py"], "E722")
    with pytest.raises(RuffError):
        on_files(["a.py"], "NOPE1")
    assert list((here / "tmp").iterdir()) == []


# -- faults -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("NOPE1", "Unknown rule selector `NOPE1`"),
        ("FURB101", "preview is not enabled"),
        ("TRY200", "remapped to `B904`"),
        ("ANN101", "ANN101"),
    ],
)
def test_a_code_that_wont_be_honoured_is_an_error_at_once(
    code: str, cause: str
) -> None:
    Path("a.py").write_text(BARE)
    with pytest.raises(RuffError, match=cause):
        ruff.start(["a.py"], ["E722", code], target=PY312)
    with pytest.raises(RuffError, match=cause):
        on_text(BARE, "E722", code)


def test_no_ruff_at_all(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruff, "_script_folders", lambda: iter([str(here)]))
    with pytest.raises(RuffError, match=r"isn't installed.*pip install \"ruff=="):
        ruff.executable()
    with pytest.raises(RuffError, match="isn't installed"):
        ruff.start(["a.py"], ["E722"], target=PY312)


def test_the_ruff_of_this_environment_comes_first() -> None:
    assert ruff.version(ruff.executable()) == ruff.PINNED


def test_the_path_comes_last(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play(here / "ruff", "0.1.0")
    monkeypatch.setenv("PATH", str(here))
    assert str(here) in list(ruff._script_folders())
    assert ruff.executable() != str(here / "ruff")


def test_a_ruff_that_lies_where_we_stand_is_never_run(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (here, here / "bin"):
        folder.mkdir(exist_ok=True)
        play(folder / "ruff", ruff.PINNED)
    monkeypatch.setenv("PATH", ":.:bin")
    monkeypatch.syspath_prepend("")
    monkeypatch.setattr(sys, "executable", "")
    looked_in = list(ruff._script_folders())
    assert all(Path(folder).is_absolute() for folder in looked_in)
    assert not any(folder.startswith(str(here)) for folder in looked_in)


def test_an_old_ruff(stand_in: Path) -> None:
    play(stand_in, "0.1.0")
    message = r"is ruff 0\.1\.0.*made for 0\.16\.9"
    with pytest.raises(RuffError, match=message):
        on_text(BARE, "E722")
    with pytest.raises(RuffError, match=message):
        on_files(["a.py"], "E722")


def test_a_ruff_that_isnt_ruff(stand_in: Path) -> None:
    stand_in.write_text(f"#!{sys.executable}\nprint('hello')\n")
    stand_in.chmod(0o755)
    with pytest.raises(RuffError, match="isn't a ruff that works"):
        on_text(BARE, "E722")


def test_a_ruff_that_doesnt_run(stand_in: Path) -> None:
    stand_in.write_bytes(b"\x7fELF of another machine")
    stand_in.chmod(0o755)
    with pytest.raises(RuffError, match="doesn't run"):
        on_text(BARE, "E722")


HALF = """
    if any(word.startswith("--stdin") for word in sys.argv):
        sys.exit(0)
    sys.stdout.write('{"code": "E722", "filen')
    sys.stdout.flush()
    print("memory allocation failed", file=sys.stderr)
    """


def test_a_ruff_that_dies_midway(stand_in: Path) -> None:
    play(stand_in, ruff.PINNED, HALF + "sys.exit(137)\n")
    with pytest.raises(
        RuffError, match=r"(?s)ended with 137.*memory allocation failed"
    ):
        on_files(["a.py"], "E722")


def test_a_ruff_that_is_killed(stand_in: Path) -> None:
    play(stand_in, ruff.PINNED, HALF + "os.kill(os.getpid(), 9)\n")
    with pytest.raises(RuffError, match="ended by signal 9"):
        on_files(["a.py"], "E722")


def test_half_an_answer_is_an_error_though_ruff_says_all_is_well(
    stand_in: Path,
) -> None:
    play(stand_in, ruff.PINNED, HALF + "sys.exit(0)\n")
    with pytest.raises(RuffError, match="aren't whole"):
        on_files(["a.py"], "E722")


@pytest.mark.parametrize("spawn", [True, False])
def test_a_large_text(spawn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruff, "_CAN_SPAWN", spawn)
    text = BARE * 100_000
    assert len(on_text(text, "E722")) == 100_000
    with pytest.raises(RuffError, match="NOPE1"):
        on_text(text, "NOPE1")


def test_a_ruff_that_crashes_over_one_file(stand_in: Path) -> None:
    said = {
        "code": "panic",
        "message": "index out of bounds\nat ...",
        "filename": "a.py",
    }
    play(stand_in, ruff.PINNED, f"print({json.dumps(said)!r})\nsys.exit(1)\n")
    with pytest.raises(RuffError, match=r"crashed over a\.py \(index out of bounds\)"):
        on_text(BARE, "E722")


def test_much_on_stderr_doesnt_stop_it(stand_in: Path) -> None:
    play(stand_in, ruff.PINNED, "sys.stderr.write('warning: x\\n' * 100_000)\n")
    assert on_files(["a.py"], "E722") == []


def test_closing_ends_a_ruff_that_hangs(stand_in: Path) -> None:
    body = """
    if not any(word.startswith("--stdin") for word in sys.argv):
        import time
        time.sleep(600)
    """
    play(stand_in, ruff.PINNED, body)
    began = time.monotonic()
    running = ruff.start(["a.py"], ["E722"], target=PY312)
    running.close()
    running.close()
    assert time.monotonic() - began < 60
