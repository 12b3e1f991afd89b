"""`pyguard audit`, as people and CI run it."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pyguard_kernel.registry import all_rules

type Pyguard = Callable[..., tuple[int, str, str]]

# Only rules of code: what a whole project needs beside is other tests' matter.
CODE = ("--select", "PG2")


def test_an_audit_leads_with_the_answer(pyguard: Pyguard) -> None:
    code, out, err = pyguard("audit", *CODE)
    assert (code, err) == (1, "")
    assert out.startswith("Not ready for production.\n")
    assert "  1. PG206 bare-except (NEVER)\n" in out
    assert "bad.py:3" in out


def test_without_faults_it_cannot_say_and_says_why(
    project: Path, pyguard: Pyguard
) -> None:
    (project / "bad.py").unlink()
    code, out, _ = pyguard("audit", *CODE)
    assert code == 0
    assert out.startswith("Cannot say whether this is ready for production.\n")
    assert "Do next" in out


def test_every_rule_has_a_verdict(pyguard: Pyguard) -> None:
    _, out, _ = pyguard("audit", "--output-format", "json")
    rules = json.loads(out)["rules"]
    assert [rule["code"] for rule in rules] == [rule.code for rule in all_rules()]


def test_a_rule_that_is_not_selected_has_not_run(pyguard: Pyguard) -> None:
    _, out, _ = pyguard("audit", *CODE, "--output-format", "json")
    verdicts = {rule["code"]: rule["verdict"] for rule in json.loads(out)["rules"]}
    assert verdicts["PG206"] == "failed"
    assert verdicts["PG306"] == "not_run"


def test_a_reason_in_the_settings_exempts(project: Path, pyguard: Pyguard) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.pyguard.exempt]\nPG206 = "generated code"\n'
    )
    code, out, _ = pyguard("audit", *CODE)
    assert code == 0
    assert "PG206 bare-except: exempt: generated code" in out


def test_quiet_is_the_answer_and_what_to_mend(pyguard: Pyguard) -> None:
    _, out, err = pyguard("audit", *CODE, "--quiet")
    assert "Mend first" in out
    assert "Rules" not in out
    _, _, err = pyguard("audit", *CODE, "--quiet", "--output-format", "json")
    assert err == ""


@pytest.mark.parametrize("form", ["text", "json", "html", "sarif"])
def test_a_report_goes_into_a_file(project: Path, pyguard: Pyguard, form: str) -> None:
    words = ("--output-format", form, "--output-file", "out", "--color", "always")
    code, out, err = pyguard("audit", *CODE, *words)
    assert (code, out) == (1, "")
    assert err.startswith("Not ready for production. Failed: 1 rule")
    assert "PG206" in (project / "out").read_text()


def test_exit_zero_tells_and_passes(pyguard: Pyguard) -> None:
    assert pyguard("audit", *CODE, "--exit-zero")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "nowhere: there is no such folder"),
        (["bad.py"], "give its folder, or an archive of it; `pyguard check bad.py`"),
        (["--select", "PG999"], "unknown rule"),
        (["--ignore", "PG"], "no rule is selected"),
        (["--fix"], "unrecognized arguments: --fix"),
        (["repo.zip", "--run-gates"], "never an archive's"),
    ],
)
def test_misuse_is_told(
    project: Path, pyguard: Pyguard, words: list[str], said: str
) -> None:
    zipped(project)
    code, out, err = pyguard("audit", *words)
    assert (code, out) == (2, "")
    assert said in err


def zipped(project: Path) -> None:
    with zipfile.ZipFile(project / "repo.zip", "w") as archive:
        archive.write(project / "bad.py", "shop-1.0/bad.py")
        archive.writestr("shop-1.0/pyproject.toml", '[project]\nname = "shop"\n')


def test_an_archive_is_audited_as_a_folder_is(project: Path, pyguard: Pyguard) -> None:
    zipped(project)
    code, out, err = pyguard("audit", "repo.zip", "--output-format", "json")
    assert code == 1, err
    data = json.loads(out)
    [rule] = [rule for rule in data["rules"] if rule["code"] == "PG206"]
    assert [f["path"] for f in rule["findings"]] == ["repo.zip/shop-1.0/bad.py"]
    assert data["gates"] is None
    commands = [mend["command"] for mend in data["first"]]
    assert all(command.startswith("pyguard check repo.zip") for command in commands)
    page = pyguard("audit", "repo.zip", *CODE, "--output-format", "html")[1]
    assert "<mark>except</mark>:" in page


def test_gates_say_first_that_they_run_the_projects_code(
    project: Path, pyguard: Pyguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "empty").mkdir()
    monkeypatch.setenv("PATH", str(project / "empty"))
    tools = project / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in ("ruff", "vulture"):
        (tools / name).write_text(f"#!{sys.executable}\nprint('all good')\n")
        (tools / name).chmod(0o755)
    code, out, err = pyguard("audit", *CODE, "--run-gates")
    assert code == 1
    said = err.splitlines()
    assert said[0].startswith("pyguard: gates run this project's own code")
    assert said[1].startswith("pyguard: gate ruff: ")
    assert "  passed ruff: no error\n" in out
    assert "  not run tests and coverage: pytest is missing\n" in out
    assert "    $ python -m pip install pytest\n" in out


def test_a_gate_that_breaks_is_a_failure(
    project: Path, pyguard: Pyguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "empty").mkdir()
    monkeypatch.setenv("PATH", str(project / "empty"))
    tools = project / ".venv" / "bin"
    tools.mkdir(parents=True)
    (tools / "vulture").write_text(f"#!{sys.executable}\nraise SystemExit(2)\n")
    (tools / "vulture").chmod(0o755)
    assert pyguard("audit", *CODE, "--run-gates", "--exit-zero")[0] == 2
