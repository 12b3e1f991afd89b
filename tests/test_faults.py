"""Everything that can be wrong with the input or the machine, on the user's way.

Each fault is told with its place and its remedy, nothing else is lost to it, and no
traceback is seen.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from pyguard_kernel import ruff
from pyguard_kernel.cli import main
from pyguard_kernel.scan import ScanError, check_text, scan
from pyguard_kernel.settings import Settings

ROOT = Path(__file__).parents[1]
BARE = "try:\n    work()\nexcept:\n    handle()\n"
GOOD = "bare.py:3:1: PG206"


class Ran(NamedTuple):
    code: int
    out: str
    err: str


type Pyguard = Callable[..., Ran]


@pytest.fixture
def pyguard(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Pyguard:
    """Runs a command line in a folder that has one fault to find beside others."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.pyguard]\n")
    (tmp_path / "bare.py").write_text(BARE)

    def run(*words: str) -> Ran:
        code = main(list(words or ("check", "--output-format", "concise")))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Ran(code, captured.out, captured.err)

    return run


# -- files that can't be read ----------------------------------------------------------

DEEP = {
    "parentheses": "(" * 10_000 + ")" * 10_000,
    "lists": "x = " + "[" * 10_000 + "]" * 10_000,
    "calls": "f(" * 10_000 + ")" * 10_000,
    "signs": "x = " + "-" * 10_000 + "1",
    "sums": "x = " + " + ".join("1" * 10_000),
    "indents": "".join(" " * i + "if x:\n" for i in range(1_000)) + " " * 1_000 + "x",
}


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"x = 1\ny = '\xff\xfe'\n", 2, "byte 0xff isn't utf-8: save the file as"),
        (b"x = 1\ny = '\0'\n", 2, "the file holds a NUL byte, which Python refuses"),
        (BARE.encode("utf-16"), 1, "the file is UTF-16; Python reads UTF-8: convert"),
        (BARE.encode("utf-32"), 1, "the file is UTF-32; Python reads UTF-8: convert"),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, "remove one of them"),
        (b"# coding: klingon\n", 1, "unknown encoding 'klingon' declared"),
        (b"# coding: hex\n", 1, "'hex' isn't a text encoding"),
        (b"# coding: ascii\nx = '\xe9'\n", 2, "byte 0xe9 isn't ascii"),
        (b"def f(:\n", 1, "not valid Python: "),
        (b"1broken  # noqa\n", 1, "not valid Python: invalid decimal literal"),
        (b"x = '''\n", 1, "not valid Python: "),
        (b"if x:\n\ty\n        z\n", 3, "not valid Python: inconsistent use of tabs"),
        *((text.encode(), None, "") for text in DEEP.values()),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_file_that_cannot_be_read_is_one_finding_and_the_others_are_checked(
    pyguard: Pyguard, data: bytes, line: int | None, said: str
) -> None:
    Path("odd.py").write_bytes(data)
    code, out, err = pyguard()
    assert (code, err) == (1, "")
    assert GOOD in out
    odd = [row for row in out.splitlines() if row.startswith("odd.py")]
    assert len(odd) == 1
    assert "PG000" in odd[0]
    assert said in odd[0]
    if line is not None:
        assert odd[0].startswith(f"odd.py:{line}:")
    assert pyguard().out == out


@pytest.mark.parametrize("select", ["PG206", "PG307", "PG303"])
def test_whatever_is_selected_a_broken_file_is_told(
    pyguard: Pyguard, select: str
) -> None:
    Path("bare.py").unlink()
    Path("odd.py").write_text("def f(:\n")
    code, out, _ = pyguard("check", "--select", select, "--output-format", "concise")
    assert (code, out.count("odd.py:1:7: PG000")) == (1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "x" + ".a()" * 400 + "\n",
        "if a: pass\n" + "elif b: pass\n" * 800,
        "x = 1\n" + "".join(f"x{i + 1} = x{i}\n" for i in range(800)),
        "def f():\n"
        + "".join(" " * i + " def f():\n" for i in range(90))
        + " " * 99
        + "x",
        "x = " + "[" * 90 + "]" * 90,
        "class A:\n  x = 1\n" + "  " + ".".join("a" * 900),
    ],
    ids=["calls", "elifs", "names", "functions", "brackets", "attributes"],
)
def test_what_is_deep_and_still_python_is_checked(pyguard: Pyguard, text: str) -> None:
    wake = "import time\nasync def g():\n    time.sleep(1)\n    eval(q)\n"
    Path("deep.py").write_text(f"{wake}{text}\n{BARE}")
    code, out, err = pyguard()
    assert (code, err) == (1, "")
    assert "PG000" not in out
    assert "deep.py" in out


def test_a_line_of_50_megabytes_is_refused_before_it_costs(pyguard: Pyguard) -> None:
    with open("wide.py", "wb") as file:  # noqa: PTH123
        file.write(b"x = [" + b"1," * 25_000_000 + b"]\n")
    began = time.perf_counter()
    code, out, _ = pyguard()
    assert time.perf_counter() - began < 10
    assert code == 1
    assert "wide.py:1:1: PG000" in out
    assert "the file has 50,000,007 bytes, more than 8,000,000: exclude it" in out
    assert GOOD in out
    data = Path("wide.py").read_bytes()
    [finding] = check_text(data, "wide.py", Settings()).findings
    assert finding.code == "PG000"


def test_a_notebook_cut_off_midway(pyguard: Pyguard) -> None:
    cell: dict[str, object]
    cell = {"cell_type": "code", "metadata": {}, "outputs": [],
            "execution_count": None, "source": BARE}  # fmt: skip
    whole = json.dumps(
        {"cells": [cell, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4},
        indent=1,
    )
    Path("cut.ipynb").write_text(whole[: len(whole) // 2])
    code, out, _ = pyguard()
    assert code == 1
    assert "cut.ipynb:" in out
    assert "PG000" in out
    assert "its JSON breaks here" in out
    assert GOOD in out


def test_folders_and_links_that_lead_nowhere(pyguard: Pyguard, tmp_path: Path) -> None:
    Path("loop").symlink_to(".")
    Path("round.py").symlink_to("round.py")
    Path("lost.py").symlink_to("nowhere.py")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):  # deeper than a path may be long: closed to any user
        os.mkdir("d" * 250, dir_fd=descriptor)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = deeper
    os.close(descriptor)
    code, out, _ = pyguard()
    assert code == 1
    assert GOOD in out
    assert out.count("PG000") == 3
    assert "lost.py:1:1: PG000 unreadable-file: can't be read: No such file" in out
    assert "can't be read: Too many levels of symbolic links" in out
    assert "can't be read: File name too long" in out
    assert "PG000" not in pyguard(
        "check", "--ignore", "PG000", "--output-format", "concise"
    ).out  # fmt: skip


def test_a_file_that_may_not_be_read(
    pyguard: Pyguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    import builtins

    Path("secret.py").write_text(BARE)
    before = builtins.open

    def closed(path: object, *args: object, **options: object) -> object:
        if path == "secret.py":
            raise PermissionError(13, "Permission denied", path)
        return before(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(builtins, "open", closed)
    code, out, _ = pyguard("check", "--select", "PG307", "--output-format", "concise")
    assert code == 1
    assert (
        "secret.py:1:1: PG000 unreadable-file: can't be read: Permission denied" in out
    )


# -- the cache -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1] + b"?",
        lambda data: b"\0" * len(data),
        lambda data: data.replace(b"PG206", b"PG306"),
    ],
    ids=["empty", "cut", "one byte", "zeros", "forged"],
)
def test_a_damaged_cache_is_thrown_away(
    pyguard: Pyguard, damage: Callable[[bytes], bytes]
) -> None:
    first = pyguard()
    file = Path(".pyguard_cache/results")
    file.write_bytes(damage(file.read_bytes()))
    assert pyguard() == first
    assert pyguard() == first


def test_a_cache_that_cannot_be_written_is_a_warning(pyguard: Pyguard) -> None:
    Path(".pyguard_cache").write_text("in the way")
    code, out, _ = pyguard("check")
    assert code == 1
    assert "PG206" in out
    assert "results can't be kept in" in out
    assert Path(".pyguard_cache").read_text() == "in the way"


@pytest.mark.parametrize("step", ["os.replace", "os.open"])
def test_an_interrupt_while_the_cache_is_written_loses_nothing(
    pyguard: Pyguard, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = pyguard()
    kept = Path(".pyguard_cache/results").read_bytes()
    Path("more.py").write_text(BARE)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        module, _, name = step.partition(".")
        patch.setattr(f"pyguard_kernel.cache.{module}.{name}", interrupt)
        with pytest.raises(KeyboardInterrupt):
            scan(["."], Settings(), cache_folder=Path(".pyguard_cache"))
    assert Path(".pyguard_cache/results").read_bytes() == kept
    assert {p.name for p in Path(".pyguard_cache").iterdir()} == {
        "results", "findings", "CACHEDIR.TAG", ".gitignore"
    }  # fmt: skip
    Path("more.py").unlink()
    assert pyguard() == first


# -- ruff ------------------------------------------------------------------------------


def play(path: Path, version: str, body: str) -> None:
    """Makes a program that answers for ruff."""
    path.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        f"if '--version' in sys.argv:\n    print('ruff {version}')\n    sys.exit()\n"
        + textwrap.dedent(body)
    )
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "body", "said"),
    [
        (None, "", "isn't installed beside "),
        ("0.1.0", "", "is ruff 0.1.0, and the rules are made for"),
        (ruff.PINNED, "os.kill(os.getpid(), 9)", "ruff was ended by signal 9"),
        (ruff.PINNED, "sys.exit(7)", "ruff ended with 7"),
        (ruff.PINNED, "print('{\"cut')", "its findings aren't whole"),
        (ruff.PINNED, "os.abort()", "ruff was ended by signal 6"),
    ],
    ids=["missing", "old", "killed", "failing", "cut off", "broken"],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_ruff_that_is_missing_old_or_dies(
    pyguard: Pyguard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: str | None,
    body: str,
    said: str,
    jobs: str,
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    if version is not None:
        play(folder / "ruff", version, body)
    monkeypatch.setattr(ruff, "_script_folders", lambda: iter([str(folder)]))
    monkeypatch.setattr("pyguard_kernel.workers._SMALL_JOB", 0)
    ruff._asked_version.cache_clear()
    code, out, err = pyguard("check", "--jobs", jobs)
    assert code == 2
    assert err.startswith("pyguard: ")
    assert said in err
    assert "PG" not in out
    if version in {None, "0.1.0"}:
        assert f'install it with: python -m pip install "ruff=={ruff.PINNED}"' in err
    # Nothing was kept as if the files had been checked.
    assert not Path(".pyguard_cache/results").exists()


@pytest.fixture
def touchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ruff that breaks down over files with SURPRISE in them, and finds the rest."""
    path = tmp_path / "bin" / "ruff"
    path.parent.mkdir()
    real = ruff.executable()
    play(
        path,
        ruff.PINNED,
        f"""
        import subprocess
        data = b"" if sys.argv[-1] != "-" else sys.stdin.buffer.read()
        listed = sys.argv[-1].removeprefix("@")
        if listed != "-":
            for name in open(listed).read().split("\\n"):
                data += open(name, "rb").read()
        if b"SURPRISE" in data:
            sys.stdout.write('{{"code": "half a find')
            sys.stdout.flush()
            os.abort()
        given = data if listed == "-" else None
        sys.exit(subprocess.run([{real!r}, *sys.argv[1:]], input=given).returncode)
        """,
    )
    monkeypatch.setattr(ruff, "executable", lambda: str(path))
    ruff._asked_version.cache_clear()
    return path


def test_a_file_that_ruff_breaks_down_over_costs_the_others_nothing(
    pyguard: Pyguard, touchy: Path
) -> None:
    for number in range(6):
        Path(f"m{number}.py").write_text(BARE)
    for name in ("odd.py", "m3.py"):
        Path(name).write_text("# SURPRISE\n" + BARE)
    code, out, err = pyguard("check", "--output-format", "concise", "--jobs", "1")
    assert (code, err) == (1, "")
    found = {line.split(": ")[0] for line in out.splitlines() if ": PG206" in line}
    assert found == {"bare.py:3:1", *(f"m{n}.py:3:1" for n in (0, 1, 2, 4, 5))}
    for name in ("odd.py", "m3.py"):
        assert f"{name}:1:1: PG000 unreadable-file: ruff breaks down over this" in out


def test_a_ruff_that_breaks_down_over_everything_is_an_error(
    touchy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(touchy.parent)
    monkeypatch.setattr("pyguard_kernel.hearing._MOST_CRASHES", 2)
    for number in range(5):
        Path(f"m{number}.py").write_text("# SURPRISE\n")
    with pytest.raises(ScanError, match="ruff was ended by signal 6"):
        scan(["."], Settings(), jobs=1)


# -- Ctrl-C ----------------------------------------------------------------------------


def test_ctrl_c_during_a_long_run_ends_all_and_keeps_the_cache_whole(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pyguard]\n")
    for number in range(300):
        (tmp_path / f"m{number}.py").write_text((BARE + "eval(x)\n") * 150)
    command = [sys.executable, "-m", "pyguard_kernel", "check", "--jobs", "2"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    time.sleep(0.7)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode in {130, -signal.SIGINT}
    assert b"Traceback" not in out + err
    assert list(tmp_path.glob(".pyguard_cache/*.part")) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
