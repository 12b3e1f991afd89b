import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pyguard_kernel import __version__

type Pyguard = Callable[..., tuple[int, str, str]]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "pyguard_kernel", *words]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a process in another folder find the package of this tree."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    # Unbuffered, Python drops what a closed pipe didn't take, and says nothing.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


def test_the_version_is_one_line(pyguard: Pyguard) -> None:
    assert pyguard("--version") == (0, f"pyguard {__version__}\n", "")


@pytest.mark.usefixtures("environment")
def test_asking_for_the_version_imports_next_to_nothing() -> None:
    def modules(*words: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-X", "importtime", *words],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        lines = [line for line in done.stderr.splitlines() if "|" in line]
        return {line.rpartition("|")[2].strip() for line in lines}

    import_cli = "from pyguard_kernel.cli import main; main(['--version'])"
    more = modules("-c", import_cli) - modules("-c", "pass")
    heavy = {"argparse", "ast", "dataclasses", "enum", "json", "pathlib", "re", "rich"}
    assert not more & heavy
    assert {n for n in more if n.startswith("pyguard_kernel")} == {
        "pyguard_kernel",
        "pyguard_kernel._version",
        "pyguard_kernel.cli",
    }


def test_help_names_the_commands(pyguard: Pyguard) -> None:
    for words in (["--help"], ["-h"], ["help"]):
        code, out, _ = pyguard(*words)
        assert code == 0
        assert "check" in out
        assert "rule" in out
        assert "handbook" in out


def test_no_command_is_misuse(pyguard: Pyguard) -> None:
    code, out, err = pyguard()
    assert (code, out) == (2, "")
    assert err.startswith("usage: pyguard COMMAND")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("chekc", "no command 'chekc'; did you mean 'check'?"),
        ("zzz", "no command 'zzz'"),
        ("bad.py", "a path goes with a command: pyguard check bad.py"),
        ("-", "a path goes with a command: pyguard check -"),
    ],
)
def test_an_unknown_command_is_misuse(pyguard: Pyguard, word: str, said: str) -> None:
    code, _, err = pyguard(word)
    assert code == 2
    assert err.splitlines()[-1] == f"pyguard: {said}"


def test_an_unknown_option_is_misuse(pyguard: Pyguard) -> None:
    code, _, err = pyguard("check", "--no-such-option")
    assert code == 2
    assert "--no-such-option" in err


def test_each_command_has_help(pyguard: Pyguard) -> None:
    for word in ("check", "rule", "handbook"):
        code, out, _ = pyguard(word, "--help")
        assert code == 0
        assert f"usage: pyguard {word}" in out


@pytest.mark.usefixtures("environment")
def test_a_reader_that_has_seen_enough_hears_no_complaint(project: Path) -> None:
    (project / "long.py").write_text("try:\n    f()\nexcept:\n    g()\n" * 3000)
    process = subprocess.Popen(
        command("check", "long.py"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert err == b""
    assert process.returncode == 141


@pytest.mark.usefixtures("environment")
def test_ctrl_c_ends_with_one_line(project: Path) -> None:
    # It waits for standard input, which never comes.
    process = subprocess.Popen(
        command("check", "-"),
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert err == b"pyguard: interrupted\n"
    assert process.returncode == 130


@pytest.mark.usefixtures("environment")
def test_watching_checks_again_on_a_change_and_ends_quietly(project: Path) -> None:
    process = subprocess.Popen(
        command("check", "--watch", "--output-format", "concise"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith("bad.py:3:1: PG206 ")
    assert process.stdout.readline().startswith("1 finding in 1 file.")
    (project / "bad.py").write_text("x = 1\n")
    assert process.stdout.readline().startswith("No findings. ")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert err == ""
    assert process.returncode == 130
