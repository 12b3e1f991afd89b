import json
import os
import re
import subprocess
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pyguard_kernel.scan import Result, scan


class Ran(NamedTuple):
    code: int
    out: str
    err: str


type Pyguard = Callable[..., Ran]

CLEAN = re.compile(r"No findings\. \d+ rules ran on (\d+) files?\.\n")


# -- exit codes ------------------------------------------------------------------------


def test_findings_are_exit_code_1(pyguard: Pyguard) -> None:
    code, out, err = pyguard("check")
    assert code == 1
    assert out.startswith("bad.py:3:1: PG206 bare-except: ")
    assert "\n  3 | except:\n    | ^^^^^^\n" in out
    assert "1 finding in 1 file. " in out
    assert err == ""


def test_a_clean_run_is_exit_code_0_and_says_what_ran(pyguard: Pyguard) -> None:
    code, out, _ = pyguard("check", "good.py")
    assert code == 0
    assert CLEAN.fullmatch(out)


def test_exit_zero(pyguard: Pyguard) -> None:
    code, out, _ = pyguard("check", "--exit-zero")
    assert code == 0
    assert "PG206" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.py"], "none.py doesn't exist"),
        (["--select", "PG9999"], "--select: unknown rule 'PG9999'; "),
        (["--ignore", "bare-exept"], "did you mean PG206 (bare-except)"),
        (["--config", "none.toml"], "none.toml: can't be read: No such file"),
        (["--baseline", "none.json"], "none.json: no such baseline; make it with"),
        (["--target-version", "9"], "--target-version: must be a version such as"),
        (["--jobs", "0"], "--jobs: at least 1"),
        (["--unsafe-fixes"], "--unsafe-fixes goes with --fix or --diff"),
        (["--fix", "--diff"], "take one"),
        (["--isolated", "--config", "pyproject.toml"], "take one"),
        (["-", "bad.py"], "- stands alone"),
        (["-", "--watch"], "--watch needs files"),
        (["-", "--show-files"], "--show-files needs paths"),
        (["--statistics", "--output-format", "sarif"], "as text or json"),
        (["--output-file", "no/such/folder/out.txt"], "No such file or directory"),
        (["--write-baseline", "no/such/folder/b.json"], "No such file or directory"),
    ],
)
def test_misuse_and_failure_are_exit_code_2(
    pyguard: Pyguard, words: list[str], said: str
) -> None:
    code, out, err = pyguard("check", *words)
    assert code == 2
    assert out == ""
    assert err.startswith("pyguard: ")
    assert said in err
    assert "Traceback" not in err


def test_a_bad_setting_names_its_line(pyguard: Pyguard, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.pyguard]\nselekt = []\n")
    code, _, err = pyguard("check")
    assert code == 2
    assert "pyproject.toml:2: tool.pyguard.selekt: unknown key; did you mean" in err


def test_a_crash_is_told_and_is_exit_code_2(
    pyguard: Pyguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashing(*args: Any, **options: Any) -> Result:
        crash = "PG201 crashed on bad.py: KeyError('x')"
        return replace(scan(*args, **options), crashes=(crash,))

    monkeypatch.setattr("pyguard_kernel.cli.check.scan", crashing)
    code, out, _ = pyguard("check")
    assert code == 2
    assert "crash: PG201 crashed on bad.py: KeyError('x')\n" in out
    assert "PG206 bare-except" in out


# -- which rules, which files ----------------------------------------------------------


def test_rules_are_selected_and_ignored(pyguard: Pyguard) -> None:
    assert pyguard("check", "--select", "PG3").code == 0
    assert pyguard("check", "--select", "PG301,bare-except").code == 1
    assert pyguard("check", "--ignore", "PG2").code == 0
    assert pyguard("check", "--select", "PG3", "--extend-select", "PG206").code == 1
    assert pyguard("check", "--per-file-ignores", "bad.py:PG206").code == 0


def test_the_file_selects_too(pyguard: Pyguard, project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.pyguard]\nselect = ["PG2"]\n'
        '[tool.pyguard.exempt]\nbare-except = "a demonstration"\n'
    )
    assert pyguard("check").code == 0
    assert pyguard("check", "--isolated", "--select", "PG2").code == 1


def test_selecting_nothing_says_that_nothing_ran(
    pyguard: Pyguard, project: Path
) -> None:
    (project / "pyproject.toml").write_text("[tool.pyguard]\nselect = []\n")
    code, _, err = pyguard("check")
    assert code == 2
    assert "no rule is selected" in err


def test_the_configuration_of_the_checked_folder_holds(
    pyguard: Pyguard, project: Path
) -> None:
    inner = project / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text(
        '[tool.pyguard]\nselect = ["PG2"]\nignore = ["PG206"]\n'
    )
    (inner / "bad.py").write_text((project / "bad.py").read_text())
    assert pyguard("check", "inner").code == 0
    assert pyguard("check", "inner/bad.py").code == 0
    assert pyguard("check", "inner", "bad.py").code == 1


def test_files_are_shown_and_excluded(pyguard: Pyguard, project: Path) -> None:
    (project / "build").mkdir()
    (project / "build" / "made.py").touch()
    assert pyguard("check", "--show-files").out.split() == [
        "bad.py", "build/made.py", "good.py",
    ]  # fmt: skip
    shown = pyguard("check", "--show-files", "--extend-exclude", "build,good.py").out
    assert shown.split() == ["bad.py"]
    named = ["check", "bad.py", "--exclude", "bad.py"]
    assert pyguard(*named).code == 1
    assert pyguard(*named, "--force-exclude").code == 0


def test_no_file_at_all_is_said(pyguard: Pyguard, project: Path) -> None:
    (project / "empty").mkdir()
    code, out, _ = pyguard("check", "empty")
    assert code == 0
    assert out == "Nothing was checked: no Python file or notebook found.\n"


def test_settings_are_shown(pyguard: Pyguard, project: Path) -> None:
    out = pyguard("check", "--show-settings", "--ignore", "PG3").out
    assert out.startswith(f"# from {project / 'pyproject.toml'}\n")
    shown = tomllib.loads(out)["tool"]["pyguard"]
    assert shown["ignore"] == ["PG3"]
    assert re.search(r"# \d+ rules run: PG2", out)
    assert "PG301" not in out


# -- standard input --------------------------------------------------------------------

BARE = b"try:\n    f()\nexcept:\n    g()\n"


def test_standard_input_is_checked(pyguard: Pyguard) -> None:
    code, out, _ = pyguard("check", "-", stdin=BARE)
    assert code == 1
    assert out.startswith("stdin.py:3:1: PG206 ")
    assert "  3 | except:\n" in out


def test_standard_input_goes_by_a_name(pyguard: Pyguard, project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.pyguard.per-file-ignores]\n"src/**" = ["PG206"]\n'
    )
    named = ["check", "-", "--stdin-filename"]
    assert pyguard(*named, "src/a.py", stdin=BARE).code == 0
    assert pyguard(*named, "other/a.py", stdin=BARE).out.startswith("other/a.py:3:1: ")
    excluded = [*named, "src/b.py", "--force-exclude", "--extend-exclude", "src"]
    assert pyguard(*excluded, "--isolated", stdin=BARE).code == 0


def test_standard_input_may_be_a_notebook(pyguard: Pyguard) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# x"], "metadata": {}},
        {"cell_type": "code", "source": BARE.decode(), "metadata": {}, "outputs": [],
         "execution_count": None},
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    _, out, _ = pyguard(
        "check", "-", "--stdin-filename", "a.ipynb", stdin=json.dumps(notebook).encode()
    )
    assert out.startswith("a.ipynb:cell 2:3:1: PG206 ")
    assert "  3 | except:\n" in out


# -- what is told ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["json", "sarif", "github", "junit"])
def test_a_report_for_programs_stands_alone_on_standard_output(
    pyguard: Pyguard, name: str
) -> None:
    code, out, err = pyguard("check", "--output-format", name)
    assert code == 1
    assert "PG206" in out
    assert "rules ran on" not in out
    assert "1 finding in 1 file. " in err


def test_json_is_an_array(pyguard: Pyguard) -> None:
    (found,) = json.loads(pyguard("check", "--output-format", "json").out)
    assert (found["path"], found["line"], found["ruff"]) == ("bad.py", 3, "E722")
    assert found["url"] == "exceptions/bare-except.html"


def test_quiet_leaves_the_findings(pyguard: Pyguard) -> None:
    _, out, _ = pyguard("check", "--quiet", "--output-format", "concise")
    assert out.count("\n") == 1
    assert pyguard("check", "--quiet", "good.py") == (0, "", "")
    assert pyguard("check", "-q", "--output-format", "json").err == ""


def test_a_report_goes_to_a_file(pyguard: Pyguard, project: Path) -> None:
    code, out, err = pyguard(
        "check", "--output-file", "out.json", "--output-format", "json"
    )
    assert (code, out) == (1, "")
    assert "1 finding in 1 file. " in err
    assert len(json.loads((project / "out.json").read_text())) == 1


def test_statistics_count(pyguard: Pyguard) -> None:
    assert pyguard("check", "--statistics").out.startswith("1  PG206  bare-except\n")
    _, out, _ = pyguard("check", "--statistics", "--output-format", "json")
    assert json.loads(out) == [{"code": "PG206", "name": "bare-except", "count": 1}]


def test_colour_is_for_terminals_and_those_who_ask(
    pyguard: Pyguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b[" not in pyguard("check").out
    assert "\x1b[" in pyguard("check", "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in pyguard("check").out
    assert "\x1b[" not in pyguard("check", "--color", "never").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in pyguard("check").out


def test_github_gets_a_job_summary(
    pyguard: Pyguard, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = project / "summary.md"
    file.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    out = pyguard("check", "--output-format", "github").out
    assert out.startswith("::error file=bad.py,line=3,")
    assert file.read_text().startswith("before\n## PyGuard\n")


# -- mending ---------------------------------------------------------------------------

STOP = "class Stop(BaseException):\n    '''Stops.'''\n"


def test_fix_mends_and_reports_the_rest(pyguard: Pyguard, project: Path) -> None:
    (project / "stop.py").write_text(STOP)
    code, out, err = pyguard("check", "--fix", "--unsafe-fixes")
    assert code == 1
    assert (project / "stop.py").read_text() == STOP.replace("BaseExc", "Exc")
    assert "PG206" in out
    assert "PG210" not in out
    assert "1 finding in 1 file. 1 finding mended. " in out
    assert err == ""


def test_what_is_mended_keeps_mode_encoding_and_line_ends(
    pyguard: Pyguard, project: Path
) -> None:
    file = project / "stop.py"
    text = "# coding: latin-1\r\n" + STOP.replace("\n", "\r\n").replace(
        "Stops", "Stöps"
    )
    file.write_bytes(text.encode("latin-1"))
    file.chmod(0o750)
    assert pyguard("check", "stop.py", "--fix", "--unsafe-fixes").code == 0
    assert file.read_bytes() == text.replace("BaseExc", "Exc").encode("latin-1")
    assert file.stat().st_mode & 0o777 == 0o750
    assert sorted(path.name for path in project.iterdir() if path.is_file()) == [
        "bad.py", "good.py", "pyproject.toml", "stop.py",
    ]  # fmt: skip


def test_diff_shows_what_fix_would_do_and_writes_nothing(
    pyguard: Pyguard, project: Path
) -> None:
    (project / "stop.py").write_text(STOP)
    code, out, err = pyguard("check", "--diff", "--unsafe-fixes")
    assert code == 1
    assert out.startswith("--- a/stop.py\n+++ b/stop.py\n@@ ")
    assert err == "1 file would change.\n"
    assert (project / "stop.py").read_text() == STOP
    subprocess.run(["git", "apply", "-"], input=out.encode(), check=True, cwd=project)
    assert (project / "stop.py").read_text() == STOP.replace("BaseExc", "Exc")
    assert pyguard("check", "--diff", "--unsafe-fixes").code == 0


def test_fix_of_standard_input_prints_the_mended_text(pyguard: Pyguard) -> None:
    code, out, err = pyguard(
        "check", "-", "--fix", "--unsafe-fixes", stdin=STOP.encode()
    )
    assert (code, out) == (0, STOP.replace("BaseExc", "Exc"))
    assert "1 finding mended." in err


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), None])
def test_a_disk_that_is_full_costs_no_content(
    pyguard: Pyguard,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError | None,
) -> None:
    (project / "stop.py").write_text(STOP)

    def fail(_: object) -> None:
        raise error or KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", fail)
    words = ["check", "stop.py", "--fix", "--unsafe-fixes", "--no-cache"]
    code, _, err = pyguard(*words)
    assert (project / "stop.py").read_text() == STOP
    if error:
        assert (code, err) == (2, "pyguard: No space left on device\n")
    else:
        assert (code, err) == (130, "pyguard: interrupted\n")


# -- the baseline ----------------------------------------------------------------------


def test_a_baseline_lets_known_findings_be(pyguard: Pyguard, project: Path) -> None:
    code, _, err = pyguard("check", "--write-baseline", "known.json")
    assert (code, err) == (0, "pyguard: known.json holds 1 known finding\n")
    text = (project / "bad.py").read_text()
    (project / "bad.py").write_text("import os\n\n\n" + text)
    code, out, _ = pyguard("check", "--baseline", "known.json")
    assert code == 0
    assert out.startswith("No new findings. ")
    assert "Against the baseline: 0 new, 1 remaining, 0 fixed." in out

    (project / "bad.py").write_text(text + "\n\n" + text)
    code, out, _ = pyguard("check", "--baseline", "known.json")
    assert code == 1
    assert out.startswith("bad.py:9:1: PG206")
    assert "Against the baseline: 1 new, 1 remaining, 0 fixed." in out

    (project / "bad.py").write_text("x = 1\n")
    code, out, _ = pyguard("check", "--baseline", "known.json")
    assert code == 0
    assert "Against the baseline: 0 new, 0 remaining, 1 fixed." in out


# -- the cache -------------------------------------------------------------------------


def test_the_cache_is_where_it_is_wanted(pyguard: Pyguard, project: Path) -> None:
    pyguard("check", "--no-cache")
    assert not (project / ".pyguard_cache").exists()
    pyguard("check", "--cache-dir", "elsewhere")
    assert (project / "elsewhere").is_dir()
    first = pyguard("check")
    assert (project / ".pyguard_cache").is_dir()
    assert pyguard("check") == first
