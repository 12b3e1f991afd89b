"""Gates, run on projects whose tools are small scripts that say what real ones say."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path

import pytest

from pyguard_kernel.gates import GateRun, run_gates
from pyguard_kernel.gates.environment import Environment
from pyguard_kernel.gates.process import KEPT, ended
from pyguard_kernel.model import Verdict
from pyguard_kernel.settings import Settings, SettingsError, load


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a package, and a PATH that has no tools."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    project = tmp_path / "project"
    package = project / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (project / "pyproject.toml").write_text('[tool.mypy]\n[tool.mutmut]\nx = "y"\n')
    return project


def tool(root: Path, name: str, program: str) -> None:
    """Puts a tool into the project's environment: a script that `program` is."""
    folder = root / ".venv" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!{sys.executable}\nimport sys\n{textwrap.dedent(program)}")
    file.chmod(0o755)


def says(root: Path, name: str, text: str, code: int) -> None:
    tool(root, name, f"print({text!r})\nsys.exit({code})\n")


def run(root: Path, name: str, **settings: int) -> GateRun:
    told = Settings(root=root, **settings)  # type: ignore[arg-type]
    ran = run_gates(str(root), told, lambda name, command: None)
    return next(gate for gate in ran if gate.name == name)


@pytest.mark.parametrize(
    ("name", "tool_name", "text", "code", "verdict", "figure"),
    [
        ("ruff", "ruff", "All checks passed!", 0, "passed", "no error"),
        ("ruff", "ruff", "Found 3 errors.", 1, "failed", "3 errors"),
        ("ruff", "ruff", "ruff failed", 2, "error", ""),
        ("format", "ruff", "9 files already formatted", 0, "passed", ""),
        (
            "format", "ruff", "1 file would be reformatted", 1, "failed",
            "1 file to reformat",
        ),
        ("complexity", "ruff", "", 0, "passed", "no function over 10"),
        (
            "complexity", "ruff",
            "a.py:1:5: C901 `f` is too complex (12 > 10)\n"
            "b.py:1:5: C901 `g` is too complex (31 > 10)\nFound 2 errors.", 1,
            "failed", "2 functions over 10, the worst 31",
        ),
        ("complexity", "ruff", "a.py: invalid-syntax\nFound 1 error.", 1, "error", ""),
        ("types", "mypy", "Success: no issues found", 0, "passed", "no error"),
        (
            "types", "mypy", "Found 1,204 errors in 3 files", 1, "failed",
            "1,204 errors",
        ),
        ("types", "mypy", "mypy: can't read file 'x'", 2, "error", ""),
        ("dead-code", "vulture", "", 0, "passed", "none found"),
        ("dead-code", "vulture", "a.py:1: unused import 'os'", 3, "failed", "1 unused"),
        (
            "vulnerabilities", "pip-audit", "No known vulnerabilities found", 0,
            "passed", "no known vulnerability",
        ),
        (
            "vulnerabilities", "pip-audit",
            "Found 2 known vulnerabilities in 1 package", 1, "failed",
            "2 known vulnerabilities",
        ),
        (
            "vulnerabilities", "pip-audit",
            "Found 1 known vulnerability and no adverse project statuses\n"
            "jinja2 3.1.2 has 7 known vulnerabilities:", 1,
            "failed", "1 known vulnerability",
        ),
        (
            "vulnerabilities", "pip-audit",
            "Found no known vulnerabilities and 1 adverse project status", 1,
            "failed", "1 adverse project status",
        ),
        ("vulnerabilities", "pip-audit", "ConnectionError: no route", 1, "error", ""),
    ],
)  # fmt: skip
def test_what_a_tool_says_becomes_a_verdict_and_a_figure(
    root: Path,
    name: str,
    tool_name: str,
    text: str,
    code: int,
    verdict: str,
    figure: str,
) -> None:
    says(root, tool_name, text, code)
    gate = run(root, name)
    assert (gate.verdict, gate.figure[: len(figure)]) == (verdict, figure)
    assert gate.output == f"{text}\n"
    assert gate.command[0] == str(root / ".venv" / "bin" / tool_name)


PYTEST = """
import json, os
target = next(w for w in sys.argv if w.startswith("--cov-report=json:"))
totals = {{"num_statements": 1000, "covered_lines": {covered}}}
open(target.partition(":")[2], "w").write(json.dumps({{"totals": totals}}))
print("{text}")
sys.exit({code})
"""


@pytest.mark.parametrize(
    ("covered", "code", "text", "verdict", "figure"),
    [
        (912, 0, "5 passed", "passed", "91.2% of the lines"),
        (800, 0, "5 passed", "passed", "80.0% of the lines"),
        (799, 0, "5 passed", "failed", "79.9% of the lines"),
        (912, 1, "2 failed, 3 passed", "failed", "2 failed; 91.2% of the lines"),
        (0, 2, "1 error during collection", "failed", "1 error; 0.0% of the lines"),
        (0, 5, "no tests ran", "failed", "no test"),
        (0, 3, "INTERNALERROR", "error", ""),
    ],
)
def test_tests_must_pass_and_reach_enough_lines(
    root: Path, covered: int, code: int, text: str, verdict: str, figure: str
) -> None:
    tool(root, "pytest", PYTEST.format(covered=covered, code=code, text=text))
    gate = run(root, "tests")
    assert (gate.verdict, gate.figure) == (verdict, figure)
    assert "--cov=shop" in gate.command


def test_a_projects_own_threshold_is_held(root: Path) -> None:
    (root / "pyproject.toml").write_text(
        "[tool.pyguard]\ngate-timeout = 60\n[tool.pyguard.thresholds]\ncoverage = 95\n"
    )
    settings = load(root)
    assert settings.gate_timeout == 60
    assert settings.thresholds == {"coverage": 95, "mutation": 80, "complexity": 10}
    tool(root, "pytest", PYTEST.format(covered=949, code=0, text=""))
    ran = run_gates(str(root), settings, lambda name, command: None)
    [gate] = [gate for gate in ran if gate.name == "tests"]
    assert gate.reason == "94.9% of the lines are covered, at least 95% must be"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.pyguard.thresholds]\ncovrage = 9", "did you mean 'coverage'?"),
        ("[tool.pyguard.thresholds]\ncoverage = '9'", "must be a number, not '9'"),
        ("[tool.pyguard.thresholds]\ncoverage = true", "must be a number"),
        ("[tool.pyguard]\nthresholds = 9", "must be a table"),
        ("[tool.pyguard]\ngate-timeout = 0", "must be a number of seconds"),
        ("[tool.pyguard]\ngate-timout = 9", "did you mean 'gate-timeout'?"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    root: Path, text: str, said: str
) -> None:
    (root / "pyproject.toml").write_text(text)
    with pytest.raises(SettingsError) as error:
        load(root)
    assert said in str(error.value)


def test_what_the_settings_of_pytest_measure_is_left_to_them(root: Path) -> None:
    (root / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = "--cov=src"\n'
    )
    tool(root, "pytest", PYTEST.format(covered=900, code=0, text=""))
    words = run(root, "tests").command[1:]
    assert [word.partition("=")[0] for word in words] == ["--cov-report"]


def test_without_pytest_cov_the_gate_does_not_run(root: Path) -> None:
    text = "pytest: error: unrecognized arguments: --cov=shop"
    says(root, "pytest", text, 4)
    gate = run(root, "tests")
    assert (gate.verdict, gate.reason) == (Verdict.NOT_RUN, "pytest-cov is missing")
    assert gate.install == "python -m pip install pytest-cov"


MUTMUT = """
import json, os
if sys.argv[1] == "export-cicd-stats":
    stats = dict(killed={killed}, survived=1, total=10, no_tests=0, skipped=0,
                 suspicious=0, timeout=1, segfault=0)
    os.makedirs("mutants", exist_ok=True)
    open("mutants/mutmut-cicd-stats.json", "w").write(json.dumps(stats))
"""


@pytest.mark.parametrize(("killed", "verdict"), [(8, "passed"), (7, "failed")])
def test_more_than_the_threshold_of_mutants_must_be_noticed(
    root: Path, killed: int, verdict: str
) -> None:
    tool(root, "mutmut", MUTMUT.format(killed=killed))
    gate = run(root, "mutation")
    assert gate.verdict == verdict
    assert gate.figure == f"{(killed + 1) * 10}.0% of 10 mutants"


def test_a_missing_tool_is_not_run_and_says_how_to_get_it(root: Path) -> None:
    gate = run(root, "dead-code")
    assert (gate.verdict, gate.command) == (Verdict.NOT_RUN, ())
    assert gate.reason == "vulture is missing"
    assert gate.install == "python -m pip install vulture"


def test_what_is_not_configured_is_not_run(root: Path) -> None:
    (root / "pyproject.toml").write_text("")
    for name in ("types", "mutation"):
        gate = run(root, name)
        assert gate.verdict is Verdict.NOT_RUN
        assert "configured" in gate.reason


def test_without_a_list_of_dependencies_there_is_nothing_to_audit(root: Path) -> None:
    (root / "pyproject.toml").unlink()
    gate = run(root, "vulnerabilities")
    assert gate.verdict is Verdict.NOT_RUN
    assert gate.reason.startswith("nothing names the dependencies")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (("requirements.txt",), ("--requirement", "requirements.txt")),
        (
            ("requirements.txt", "requirements.lock"),
            ("--requirement", "requirements.lock"),
        ),
        ((), (".",)),
    ],
)
def test_a_pip_audit_from_elsewhere_is_told_what_to_audit(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: tuple[str, ...],
    words: tuple[str, ...],
) -> None:
    tool(root.parent, "pip-audit", "")
    monkeypatch.setenv("PATH", str(root.parent / ".venv" / "bin"))
    for file in files:
        (root / file).write_text("")
    assert run(root, "vulnerabilities").command[1:] == words


def test_a_tool_that_does_not_end_is_ended_with_all_that_it_started(root: Path) -> None:
    tool(
        root,
        "vulture",
        """
        import subprocess, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        open("child", "w").write(str(child.pid))
        print("looking", flush=True)
        time.sleep(60)
        """,
    )
    began = time.monotonic()
    gate = run(root, "dead-code", gate_timeout=2)
    assert gate.verdict is Verdict.ERROR
    assert "didn't end within 2 seconds" in gate.reason
    assert gate.output == "looking\n"
    assert time.monotonic() - began < 30
    child = int((root / "child").read_text())
    for _ in range(50):
        if not alive(child):
            break
        time.sleep(0.1)
    assert not alive(child)


def alive(pid: int) -> bool:
    """Whether a process runs: one that only waits to be reaped doesn't."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_an_interrupt_ends_the_tool_and_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess

    started: list[subprocess.Popen[bytes]] = []
    wait = subprocess.Popen.wait

    def interrupted(self: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        if not started:
            started.append(self)
            raise KeyboardInterrupt
        return wait(self, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(KeyboardInterrupt):
        ended(sleeper, tmp_path, os.environ, 50)
    assert started[0].poll() is not None


def test_the_end_of_a_long_output_is_kept(tmp_path: Path) -> None:
    program = f"print('x' * {KEPT}); print('the end')"
    end = ended([sys.executable, "-c", program], tmp_path, os.environ, 60)
    assert end.output.endswith("the end\n")
    assert end.output.startswith("[9 bytes before this aren't kept]")


def test_what_a_progress_bar_wrote_over_is_gone(tmp_path: Path) -> None:
    program = "print('1 of 2\\r2 of 2\\r\\ndone')"
    end = ended([sys.executable, "-c", program], tmp_path, os.environ, 60)
    assert end.output == "2 of 2\ndone\n"


def test_with_a_lock_of_uvs_tools_are_run_by_uv(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_ = root.parent / "bin"
    bin_.mkdir()
    uv = bin_ / "uv"
    missing = "error: Failed to spawn: vulture\\n  cause: No such file"
    uv.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"if sys.argv[1:4] == ['run', '--frozen', 'vulture']:\n"
        f"    print('{missing}'); sys.exit(2)\n"
        "print('Found no known vulnerabilities')\n"
    )
    uv.chmod(0o755)
    (root / "uv.lock").write_text("")
    monkeypatch.setenv("PATH", str(bin_))
    assert Environment(root).command("ruff") == ("uv", "run", "--frozen", "ruff")
    gate = run(root, "dead-code")
    assert (gate.verdict, gate.install) == (Verdict.NOT_RUN, "uv add --dev vulture")
    audited = run(root, "vulnerabilities")
    assert audited.command == ("uv", "audit", "--frozen")
    assert audited.verdict is Verdict.PASSED


def test_ruff_comes_with_pyguard(root: Path) -> None:
    gate = run(root, "ruff")
    assert gate.verdict is Verdict.PASSED
    assert Path(gate.command[0]).stem == "ruff"
