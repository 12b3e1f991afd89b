"""Scripts as commands: words, places, runners, and what can't fail."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.model import Place
from pyguard_kernel.project._shell import Shell, commands_in
from pyguard_kernel.project._yaml import parse as yml

if TYPE_CHECKING:
    from pyguard_kernel.model import Span


def at(line: int) -> Place:
    return Place("ci.yml", (line + 1, 1, line + 1, 1))


def said(text: str, shell: Shell | None = None) -> list[str]:
    return [" ".join(c.words) for c in commands_in(text, at, shell=shell)]


def toothless(text: str, shell: Shell | None = None) -> dict[str, str]:
    """What each program's failure is lost by."""
    found = commands_in(text, at, shell=shell)
    return {c.program: c.toothless for c in found if c.toothless}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("ruff check . && mypy src; pytest", ["ruff check .", "mypy src", "pytest"]),
        ("ruff check \\\n  --fix # why\n# mypy", ["ruff check --fix"]),
        (
            "if [ -f x ]; then ruff check; else mypy; fi",
            ["[ -f x ]", "ruff check", "mypy"],
        ),
        ("for x in a b; do ruff check $x; done", ["ruff check $x"]),
        ("while read l; do a; done < f", ["read l", "a"]),
        (
            "case $1 in\n a|b) ruff;;\n *) mypy ;;\nesac\npytest",
            ["ruff", "mypy", "pytest"],
        ),
        ("cat <<EOF > x\nruff check\nEOF\nmypy", ["cat", "mypy"]),
        ("cat <<-'E'\n\truff\n\tE\nmypy", ["cat", "mypy"]),
        ("lint() {\n ruff check\n}\nlint", ["ruff check", "lint"]),
        ("function lint { ruff; }; lint", ["ruff", "lint"]),
        ("(cd docs && make html) > log 2>&1", ["cd docs", "make html"]),
        ("echo 'ruff; mypy' \"a && b\"", ["echo ruff; mypy a && b"]),
        ("x=$(ruff check) && mypy", ["ruff check", "mypy"]),
        ("echo ${{ a && b }}", ["echo ${{ a && b }}"]),
        ("pytest -k 'not slow' tests/[a-z]*", ["pytest -k not slow tests/[a-z]*"]),
        ("CMD='ruff check'\n$CMD .", ["ruff check ."]),
        ("time { ruff; }", ["ruff"]),
        ("if ($x) {\n  ruff\n} else {\n mypy\n}", ["ruff", "mypy"]),
        ("try {\n ruff\n} finally {\n mypy\n}", ["ruff", "mypy"]),
        ("if errorlevel 1 exit 1\nruff", ["if errorlevel 1 exit 1", "ruff"]),
    ],
)
def test_a_script_is_read_as_a_shell_reads_it(script: str, expected: list[str]) -> None:
    assert said(script) == expected


@pytest.mark.parametrize(
    "script",
    [
        "uv run --frozen --extra dev ruff check",
        "uv run -- ruff check",
        "uv run -m ruff check",
        "uvx ruff@0.16.9 check",
        "uv tool run --from ruff==0.16 ruff check",
        "uv --directory x run ruff check",
        "pipx run 'ruff>=0.16' check",
        "poetry run ruff check",
        "poetry -C x run ruff check",
        "pdm run ruff check",
        "hatch run lint:ruff check",
        "hatch -e lint run ruff check",
        "pipenv run ruff check",
        "python -m ruff check",
        "python3.13 -W error -m ruff check",
        "py -3.12 -m ruff check",
        '"$PYTHON" -m ruff check',
        "${{ steps.x.outputs.python }} -m ruff check",
        ".venv/bin/ruff check",
        r".venv\\Scripts\\ruff.exe check",
        "sudo -u me env A=1 nice -n 5 ruff check",
        "timeout -k 5 60 xvfb-run -a ruff check",
        "bash -ec 'ruff check'",
        "A=1 B='x y' ruff check",
        "exec ruff check",
        "docker-compose run --rm app ruff check",
    ],
)
def test_runners_are_looked_behind(script: str) -> None:
    assert said(script)[-1] == "ruff check"


def test_where_both_count_both_are_given() -> None:
    assert said("uv run coverage run --branch -m pytest -x") == [
        "coverage run --branch -m pytest -x",
        "pytest -x",
    ]
    assert said("docker run -v .:/x aquasec/trivy:0.60 image shop") == [
        "docker run -v .:/x aquasec/trivy:0.60 image shop",
        "trivy image shop",
    ]


def test_options_before_a_subcommand_come_after_it() -> None:
    assert said("uv --quiet --directory app sync --locked") == [
        "uv sync --quiet --directory app --locked"
    ]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("ruff check || true", "`|| true`"),
        ("ruff check ||\n  :", "`|| :`"),
        ("cd x && ruff check || exit 0", "`|| exit 0`"),
        ("ruff check || echo 'some are left'", "`|| echo 'some are left'`"),
        ("ruff check || { echo; true; }", "`|| { echo; true; }`"),
        ("ruff check; true", "`; true`"),
        ("ruff check; exit 0", "`; exit 0`"),
        ("set +e\nruff check\nset -e\nmypy", "`set +e`"),
        ("ruff check | tee log", "its answer is lost in a pipe"),
        ("ruff check --exit-zero", "`--exit-zero`"),
        ("! ruff check", "`!` turns its answer round"),
        ("if ruff check; then echo fine; fi", "`if` only asks for its answer"),
        ('echo "$(ruff check)"', "only its output is used"),
        ("bash -c 'ruff check; mypy'", "the shell goes on after it"),
    ],
)
def test_what_can_not_fail_is_said(script: str, reason: str) -> None:
    assert toothless(script).get("ruff") == reason


@pytest.mark.parametrize(
    "script",
    [
        "ruff check || exit 1",
        "ruff check || { echo 'no'; exit 1; }",
        "ruff check || FAILED=1",
        "ruff check || sleep 5 && ruff check",
        "ruff check && echo fine || exit 1",
        "if ! ruff check; then exit 1; fi",
        "set +e\nruff check\ncode=$?\nexit $code",
        "set -o pipefail\nruff check | tee log",
        "ruff check\ntrue",
        "mypy || true\nruff check",
        "echo true | ruff check",
        "(set +e; mypy; pytest)\nruff check\npytest",
        "ruff check &&\n  mypy",
    ],
)
def test_what_can_fail_is_left_alone(script: str) -> None:
    assert "ruff" not in toothless(script)


def test_a_shell_without_errexit_goes_on() -> None:
    shell = Shell(errexit=False)
    assert "ruff" in toothless("ruff check\nmypy", shell)
    assert toothless("set -e\nruff check\nmypy", shell) == {
        "set": "the shell goes on after it"
    }


def test_variables_are_known() -> None:
    found = commands_in("export A=1\nB=2 uv sync\ncd app\nC=3 ruff", at)
    assert [(c.program, dict(c.env), c.folder) for c in found[1:]] == [
        ("uv", {"A": "1", "B": "2"}, ""),
        ("cd", {"A": "1"}, ""),
        ("ruff", {"A": "1", "C": "3"}, "app"),
    ]


@pytest.mark.parametrize(
    ("script", "folder"),
    [
        ("uv run --directory app ruff", "app"),
        ("cd app && uv --directory=../web run ruff", "web"),
        ("poetry -C app run ruff", "app"),
        ("uv run ruff --directory app", ""),
        ("npm --prefix web run lint", "web"),
        ("cd ${{ github.workspace }}/app; ruff", "app"),
        ("cd $HOME; ruff", None),
        ("cd ../..; ruff", None),
    ],
)
def test_folders_are_known(script: str, folder: str | None) -> None:
    assert commands_in(script, at)[-1].folder == folder


WORKFLOW = """\
jobs:
  a:
    run: uv run  ruff check
  b:
    run: |
      set -e
        ruff check \\
          --fix
  c:
    run: >
      ruff
      check
      .
  d:
    run: "ruff check 'a b'"
"""


@pytest.mark.parametrize(
    ("job", "span"),
    [
        ("a", (3, 10, 3, 28)),
        ("b", (7, 9, 8, 16)),
        ("c", (11, 7, 13, 8)),
        ("d", (15, 11, 15, 27)),
    ],
)
def test_places_are_those_of_the_file(job: str, span: Span) -> None:
    node = yml(WORKFLOW, "ci.yml").get("jobs", job, "run")
    assert node is not None
    found = commands_in(node.text, node, source=WORKFLOW)
    assert found[-1].words[0] == "ruff"
    assert found[-1].place == Place("ci.yml", span)


ODD = st.text(alphabet="ab '\"\\$(){}`|&;<>\n#!=if", max_size=60)
WORDS = st.lists(
    st.sampled_from(
        [
            "if",
            "then",
            "fi",
            "do",
            "done",
            "case",
            "in",
            "esac",
            ")",
            "(",
            "{",
            "}",
            "uv",
            "run",
            "-m",
            "python",
            "bash",
            "-c",
            "coverage",
            "docker",
            "<<",
            "x",
            "while",
            "for",
            "function",
            "!",
            "\n",
            ";",
            "||",
            "&&",
            "|",
            "env",
            "set",
        ]
    ),
    max_size=25,
).map(" ".join)


@given(ODD | WORDS | st.text(max_size=40))
def test_any_text_is_read(text: str) -> None:
    for command in commands_in(text, at):
        assert command.words
        assert command.place.span[0] <= text.count("\n") + 1


@given(st.text(max_size=40), ODD)
def test_any_node_is_read(text: str, source: str) -> None:
    node = yml("x", "p")
    for command in commands_in(text, node, source=source):
        line, column = command.place.span[:2]
        assert line >= 1
        assert column >= 1


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4))
def test_quoted_words_come_back(words: list[str]) -> None:
    (command,) = commands_in(shlex.join(["say", *words]), at)
    assert list(command.words) == ["say", *words]


def test_depth_ends() -> None:
    commands_in("(" * 5_000 + "a", at)
    commands_in("$(" * 5_000 + "a", at)
    commands_in("if " * 5_000 + "a", at)


def test_long_scripts_are_read_in_time() -> None:
    # Each of these once took minutes: time grew with the square of the length.
    assert len(commands_in("echo $(a b)\n" * 4_000, at)) == 8_000
    assert len(commands_in("set +e\n" + "a; " * 4_000 + "true", at)) == 4_002
    assert len(commands_in("a || b && " * 2_000 + "c", at)) == 4_001
