import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import pyguard_kernel
from pyguard_kernel.cli import main
from pyguard_kernel.handbook.pages import read
from pyguard_kernel.handbook.scaffold import RULES

PACKAGE = Path(pyguard_kernel.__file__).parents[1]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / RULES).mkdir(parents=True)
    (tmp_path / "book" / "guide").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_page_can_be_run_and_run_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A page of a rule that exists: the new one's isn't in this package's folder.
    assert main(["handbook", "new", "exceptions/lost-exit-code"]) == 0
    page = root / "book" / "exceptions" / "lost-exit-code.ipynb"
    text = page.read_text(encoding="utf-8")
    code = read(page).code
    page.write_text(text.replace(code, "PG206"), encoding="utf-8")
    capsys.readouterr()
    assert main(["handbook", "run", "--all"]) == 0
    assert capsys.readouterr().out == "book/exceptions/lost-exit-code.ipynb: written\n"
    assert main(["handbook", "run", str(page)]) == 0
    assert capsys.readouterr().out == f"{page}: unchanged\n"


def test_the_contents_are_written_once(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["handbook", "sync"]) == 0
    assert main(["handbook", "sync"]) == 0
    assert capsys.readouterr().out == "_toc.yml: written\n_toc.yml: unchanged\n"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["new", "cooking/burnt-toast"], "no chapter 'cooking'"),
        (["run"], "name the pages to run, or say --all"),
        (["run", "missing.ipynb"], "missing.ipynb: isn't a notebook"),
        (["build"], "_config.yml: isn't there; run this in the project's root"),
        (["serve"], "the site isn't built; run `pyguard handbook build` first"),
    ],
)
def test_misuse_names_the_remedy(
    root: Path, capsys: pytest.CaptureFixture[str], words: list[str], reason: str
) -> None:
    assert main(["handbook", *words]) == 2
    assert reason in capsys.readouterr().err


@pytest.fixture
def server(root: Path) -> Iterator[subprocess.Popen[str]]:
    site = root / "_build" / "html"
    site.mkdir(parents=True)
    site.joinpath("index.html").write_text("<title>PyGuard</title>")
    command = [sys.executable, "-m", "pyguard_kernel", "handbook", "serve"]
    environment = os.environ | {"PYTHONPATH": str(PACKAGE)}
    with subprocess.Popen(
        [*command, "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_the_site_is_served_on_this_machine_until_interrupted(
    server: subprocess.Popen[str],
) -> None:
    assert server.stdout is not None
    address = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
    assert address is not None
    with urllib.request.urlopen(address[0]) as answer:  # noqa: S310 -- on loopback
        assert answer.read() == b"<title>PyGuard</title>"
    server.send_signal(signal.SIGINT)
    assert server.wait(10) == 0
