"""`pyguard check` of archives."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
BAD = "try:\n    work()\nexcept:\n    handle()\n"


class Ran(NamedTuple):
    code: int
    out: str
    err: str


type Pyguard = Callable[..., Ran]


def pack(name: str, files: dict[str, str]) -> None:
    """A zip, or a tar.gz, of texts in the working directory."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(name, "w") as file:
            for path, text in files.items():
                file.writestr(path, text)
        return
    with tarfile.open(name, "w:gz") as tar:
        for path, text in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))


@pytest.fixture(autouse=True)
def nothing_left(
    project: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> object:
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["repo.zip", "repo-1.0.tar.gz"])
def test_findings_with_their_lines(pyguard: Pyguard, name: str) -> None:
    pack(name, {"repo-1.0/src/a.py": BAD})
    code, out, err = pyguard("check", name)
    assert code == 1
    assert out.startswith(f"{name}/repo-1.0/src/a.py:3:1: PG206 bare-except: ")
    assert "\n  3 | except:\n    | ^^^^^^\n" in out
    assert "1 finding in 1 file. " in out
    assert "--fix" not in out
    assert err == ""


def test_a_clean_archive(pyguard: Pyguard) -> None:
    pack("repo.zip", {"a.py": "x = 1\n"})
    code, out, _ = pyguard("check", "repo.zip")
    assert code == 0
    assert out.startswith("No findings. ")
    assert " rules ran on 1 file" in out


def test_several_archives_each_by_its_own_settings(pyguard: Pyguard) -> None:
    pack("b.zip", {"b.py": BAD})
    pack("a.zip", {"pyproject.toml": "[tool.pyguard]\nignore = ['PG206']", "a.py": BAD})
    code, out, _ = pyguard("check", "--output-format", "concise", "b.zip", "a.zip")
    assert code == 1
    assert [line.split()[:2] for line in out.splitlines() if "PG2" in line] == [
        ["b.zip/b.py:3:1:", "PG206"]
    ]


def test_content_tells_an_archive_and_a_name_alone_does_not(pyguard: Pyguard) -> None:
    pack("repo.zip", {"a.py": BAD})
    Path("repo.zip").rename("upload.bin")
    assert "upload.bin/a.py:3:1: PG206" in pyguard("check", "upload.bin").out
    Path("fake.zip").write_text("no zip")
    code, out, err = pyguard("check", "fake.zip")
    assert (code, out) == (2, "")
    assert err.startswith("pyguard: fake.zip: is no zip or tar")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["repo.zip", "bad.py"], "bad.py is no archive: check archives by themselves"),
        (["repo.zip", "."], ". is no archive"),
        (["repo.zip", "none.py"], "none.py is no archive"),
        (["--fix", "repo.zip"], "--fix is for files and folders: unpack the archive"),
        (["--diff", "repo.zip"], "--diff is for files and folders"),
        (["--watch", "repo.zip"], "--watch is for files and folders"),
        (["--cache-dir", "x", "repo.zip"], "--cache-dir is for files and folders"),
        (["--select", "PG9999", "repo.zip"], "--select: unknown rule 'PG9999'"),
        (["--ignore", "PG", "repo.zip"], "no rule is selected"),
        (["slip.zip"], "slip.zip: member '../a.py' has a part that leads up"),
        (["repo.zip", "slip.zip"], "slip.zip: member '../a.py' has a part"),
        (["settings.zip"], "settings.zip/pyproject.toml:2: tool.pyguard.selekt: "),
    ],
)
def test_misuse_and_refusals_are_exit_code_2(
    pyguard: Pyguard, words: list[str], said: str
) -> None:
    pack("repo.zip", {"a.py": BAD})
    pack("slip.zip", {"../a.py": BAD})
    pack("settings.zip", {"pyproject.toml": "[tool.pyguard]\nselekt = []", "a.py": BAD})
    code, out, err = pyguard("check", *words)
    assert (code, out) == (2, "")
    assert err.startswith("pyguard: ")
    assert said in err
    assert "Traceback" not in err


def test_limits_are_those_of_the_working_directory(
    pyguard: Pyguard, project: Path
) -> None:
    pack("repo.zip", {"a.py": BAD, "b.py": BAD})
    (project / "pyproject.toml").write_text("[tool.pyguard.archive]\nmembers = 1\n")
    code, _, err = pyguard("check", "repo.zip")
    assert code == 2
    assert "repo.zip: has 2 members, over the limit of 1; if you trust it," in err
    assert pyguard("check", "--isolated", "repo.zip").code == 1
    (project / "pyproject.toml").write_text("[tool.pyguard.archive]\nmember = 1\n")
    err = pyguard("check", "repo.zip").err
    assert "pyproject.toml:2: tool.pyguard.archive.member: unknown key; did" in err


def test_a_named_configuration_holds_for_what_is_in_it(
    pyguard: Pyguard, project: Path
) -> None:
    pack("repo.zip", {"top/src/a.py": BAD, "top/b.py": BAD})
    (project / "ours.toml").write_text(
        '[tool.pyguard.per-file-ignores]\n"src/**" = ["PG206"]\n'
    )
    out = pyguard("check", "--config", "ours.toml", "repo.zip").out
    assert "repo.zip/top/b.py:3:1: PG206" in out
    assert "src/a.py" not in out


def test_patterns_are_typed_as_paths_are_shown(pyguard: Pyguard) -> None:
    pack("repo.zip", {"top/src/a.py": BAD, "top/b.py": BAD, "top/c/b.py": BAD})
    out = pyguard("check", "--exclude", "repo.zip/top/src", "repo.zip").out
    assert "top/b.py" in out
    assert "src/a.py" not in out
    words = ["--per-file-ignores", "repo.zip/top/b.py:PG206"]
    out = pyguard("check", *words, "repo.zip").out
    assert "src/a.py" in out
    assert "top/c/b.py" in out
    assert "top/b.py" not in out


def test_an_archive_in_an_excluded_folder(pyguard: Pyguard) -> None:
    Path("dist").mkdir()
    pack("dist/repo.zip", {"top/a.py": BAD})
    assert "dist/repo.zip/top/a.py:3:1" in pyguard("check", "dist/repo.zip").out
    code, out, _ = pyguard("check", "--force-exclude", "dist/repo.zip")
    assert code == 0
    assert "Nothing was checked" in out


def test_what_would_be_checked_and_by_which_settings(pyguard: Pyguard) -> None:
    settings = "[tool.pyguard]\nignore = ['PG206']\n"
    pack(
        "repo.zip", {"top/pyproject.toml": settings, "top/a.py": "", "top/n.ipynb": ""}
    )
    out = pyguard("check", "--show-files", "repo.zip").out
    assert out.splitlines() == ["repo.zip/top/a.py", "repo.zip/top/n.ipynb"]
    out = pyguard("check", "--show-settings", "repo.zip").out
    assert out.startswith("# from repo.zip/top/pyproject.toml\n")
    assert 'ignore = ["PG206"]' in out


def test_reports_for_machines_have_relative_paths(pyguard: Pyguard) -> None:
    pack("my repo.zip", {"top/a.py": BAD})
    out = pyguard("check", "--output-format", "sarif", "my repo.zip").out
    (found,) = json.loads(out)["runs"][0]["results"]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20repo.zip/top/a.py"
    assert place["region"]["snippet"]["text"] == "except:"
    out = pyguard("check", "--output-format", "json", "my repo.zip").out
    (found,) = json.loads(out)
    assert found["path"] == "my repo.zip/top/a.py"
    assert found["fix"] is None


def test_a_baseline_of_an_archive(pyguard: Pyguard) -> None:
    pack("repo.zip", {"top/a.py": BAD})
    assert pyguard("check", "--write-baseline", "known.json", "repo.zip").code == 0
    pack("repo.zip", {"top/a.py": f"x = 1\n{BAD}{BAD}"})
    code, out, _ = pyguard("check", "--baseline", "known.json", "repo.zip")
    assert code == 1
    assert "1 new, 1 remaining, 0 fixed" in out
    pack("repo.zip", {"top/a.py": ""})
    code, out, _ = pyguard("check", "--baseline", "known.json", "repo.zip")
    assert code == 0
    assert "0 new, 0 remaining, 1 fixed" in out


def test_nothing_is_written_beside_the_archive(pyguard: Pyguard, project: Path) -> None:
    pack("repo.zip", {"top/a.py": BAD})
    before = set(project.rglob("*"))
    pyguard("check", "repo.zip")
    assert set(project.rglob("*")) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ending_it_leaves_nothing(project: Path, number: signal.Signals) -> None:
    pack("repo.zip", {f"top/a{number}.py": BAD * 50 for number in range(3000)})
    temporary = project / "temporary"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "pyguard_kernel", "check", "repo.zip"],
        env=os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    until = time.monotonic() + 60
    while not any(temporary.glob("*/tree/top/a2999.py")) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode in {128 + number, -number}, out  # both say by what
    assert not list(temporary.glob("pyguard-*/"))
