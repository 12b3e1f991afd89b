"""Calls followed to their ends: make, tox, nox, scripts, hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.file_cells import tree as files
from pyguard_kernel.model import Place
from pyguard_kernel.project import Tree
from pyguard_kernel.project._follow import followed
from pyguard_kernel.project._shell import Shell, commands_in
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from pyguard_kernel.project._commands import Command

CI = Place("ci.yml")


def behind(script: str, text: str, env: dict[str, str] | None = None) -> list[Command]:
    """What a script of CI comes to in a project of these files, without its calls."""
    texts = {path: held.encode() for path, (_, held) in files(text).items()}
    tree = Tree.of_texts(texts, Settings())
    own = commands_in(script, CI, shell=Shell(env=env or {}))
    found = followed(tree, own)
    assert not tree.broken
    return [command for command in found if command.via]


def said(script: str, text: str, env: dict[str, str] | None = None) -> list[str]:
    return [" ".join(c.words) for c in behind(script, text, env)]


def toothless(script: str, text: str) -> dict[str, str]:
    return {c.program: c.toothless for c in behind(script, text) if c.toothless}


MAKE = """\
-- Makefile --
PY ?= uv run
TOOLS := ruff
SRC = src \\
      tests
.PHONY: all lint
all: lint types  # everything

lint: $(TOOLS)
	@echo linting
ruff:
	@$(PY) ruff check \\
		$(SRC)
types: PY = python
types:
	-$(PY) -m mypy $@
	cd docs && $(MAKE) html
quiet:
	bandit -r src; vulture
include mk/more.mk
%.txt: %.in
	uv pip compile $<
-- mk/more.mk --
more: ; pytest
-- docs/Makefile --
html:
	sphinx-build
"""


def test_make_runs_a_target_and_what_it_needs() -> None:
    assert said("make", MAKE) == [
        "ruff check src tests",
        "echo linting",
        "mypy types",
        "cd docs",
        "make html",
        "sphinx-build",
    ]


def test_make_knows_order_places_and_teeth() -> None:
    ruff, echo = behind("make lint PY=", MAKE)
    assert ruff.words == ("ruff", "check", "src", "tests")
    assert ruff.place.path == "Makefile"
    assert ruff.place.span[0] == 11
    assert ruff.via == (CI,)
    assert echo.place.span == (9, 3, 9, 15)
    assert toothless("make types", MAKE) == {"mypy": "`-` before it in the Makefile"}
    assert toothless("make quiet", MAKE) == {"bandit": "the shell goes on after it"}
    assert toothless("make -i lint", MAKE)["ruff"] == "`make -i`"
    assert toothless("make lint || true", MAKE)["ruff"] == "`|| true`"
    assert said("make more", MAKE) == ["pytest"]
    assert said("make -C docs html", MAKE) == ["sphinx-build"]
    assert said("cd docs && make", MAKE) == ["sphinx-build"]
    assert said("make requirements.txt", MAKE) == ["uv pip compile ${<}"]


def test_what_make_alone_knows_is_no_command() -> None:
    text = '-- Makefile --\ntest:\n\tpytest $(if $(K),-k "$(K)") $$(date) $(shell ls)\n'
    assert [line.split()[0] for line in said("make test", text)] == ["date", "pytest"]


def test_a_circle_ends() -> None:
    text = "-- Makefile --\na: b\n\tmake b\nb: a\n\tmake a\n\truff\n"
    assert said("make a", text).count("ruff") == 1


JUST = """\
-- justfile --
src := "app tests"
default: lint types
lint *args: (install "x")
    ruff check {{ if src != '' { '-p' } else { '' } }} {{src}}
types:
    -mypy
install what:
    #!/usr/bin/env bash
    set -e
    uv sync
    false
"""


def test_just() -> None:
    found = said("just", JUST)
    assert sorted(found) == sorted(
        ["set -e", "uv sync", "false", "ruff check app tests", "mypy"]
    )
    assert toothless("just types", JUST) == {"mypy": "`-` before it in the justfile"}


TASK = """\
-- Taskfile.yml --
vars: {SRC: app}
tasks:
  default: {deps: [types], cmds: [{task: lint}]}
  lint: ruff check {{.SRC}}
  types:
    dir: app
    cmds:
      - cmd: mypy .
        ignore_error: true
"""


def test_task() -> None:
    assert sorted(said("task", TASK)) == ["mypy .", "ruff check app"]
    (mypy,) = behind("task types", TASK)
    assert mypy.toothless == "`ignore_error: true`"
    assert mypy.folder == "app"


TOX = """\
-- tox.ini --
[tox]
envlist = py{312,313}-{cov,plain}, lint
labels =
    check = lint, types

[base]
cover = --cov=shop
format =
    ruff format --check

[testenv]
setenv =
    MODE = test
    cov: RUN = coverage run -m
commands =
    cov: {env:RUN} pytest {[base]cover} \\
        {posargs:tests}
    !cov: pytest {posargs:tests}
    plain: python -m doctest README
[testenv:{lint,format}]
commands =
    lint: ruff check
    format: -{[base]format}
    {[testenv:types]commands}
[testenv:types]
ignore_outcome = true
changedir = {toxinidir}/app
commands = mypy
[testenv:docs]
base = types
commands_pre = uv sync --locked
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            "tox -e py313-plain -- -x",
            ["pytest -x", "doctest README"],
        ),
        ("tox -e lint,types", ["ruff check", "mypy", "mypy"]),
        ("tox run -m check", ["ruff check", "mypy", "mypy"]),
        ("tox -f lint", ["ruff check", "mypy"]),
        ("tox run -f py312-plain", ["pytest tests", "doctest README"]),
        ("tox run -f ${{ matrix.python }} plain", ["pytest tests", "doctest README"]),
        ("tox -e format", ["ruff format --check", "mypy"]),
        ("tox -e docs", ["uv sync --locked", "mypy"]),
        ("tox -e $ENV-plain", ["pytest tests", "doctest README"]),
        ("python -m tox -elint", ["ruff check", "mypy"]),
        ("TOXENV=types tox", ["mypy"]),
        ("tox -e py$(echo 3.13 | tr -d .)-plain", ["pytest tests", "doctest README"]),
        ("tox -e py${{ matrix.python[0] }}-none", ["pytest tests"]),
        ("tox -e py312 --notest", []),
        ("tox -e unknown", ["pytest tests"]),
    ],
)
def test_tox(call: str, expected: list[str]) -> None:
    assert said(call, TOX) == expected


def test_tox_knows_places_and_teeth() -> None:
    found = behind("tox -e py312-cov", TOX)
    assert [c.words[:3] for c in found] == [
        ("coverage", "run", "-m"),
        ("pytest", "--cov=shop", "tests"),
    ]
    assert found[0].env == {"MODE": "test", "RUN": "coverage run -m"}
    assert found[0].place.span[0] == 16
    assert toothless("tox -e format", TOX)["ruff"] == "`-` before it in tox"
    assert toothless("tox -e types", TOX) == {"mypy": "`ignore_outcome = true` in tox"}
    (mypy,) = behind("tox -e types", TOX)
    assert mypy.folder == "app"


NATIVE = """\
-- pyproject.toml --
[tool.tox]
env_list = ["lint", "3.13"]
[tool.tox.env_run_base]
commands = [["pytest", { replace = "posargs", default = ["tests"], extend = true }]]
[tool.tox.env.lint]
set_env = { SKIP = "mypy" }
commands = [
    ["ruff", "check", "{tox_root}/src"],
    { replace = "ref", of = ["env", "types", "commands"], extend = true },
]
[tool.tox.env.types]
labels = ["check"]
commands = [["-", "mypy"]]
"""


def test_tox_in_toml() -> None:
    assert said("tox", NATIVE) == ["ruff check ./src", "mypy", "pytest tests"]
    assert said("tox -m check", NATIVE) == ["mypy"]
    assert said("tox -e 3.13 -- -x", NATIVE) == ["pytest -x"]
    ruff, mypy = behind("tox -e lint", NATIVE)
    assert ruff.place.span[:2] == (8, 5)
    assert ruff.env == {"SKIP": "mypy"}
    assert mypy.toothless == "`-` before it in tox"


LEGACY = """\
-- pyproject.toml --
[tool.tox]
legacy_tox_ini = \"\"\"
[tox]
env_list = lint
[testenv:lint]
commands =
    ruff check
\"\"\"
"""


def test_tox_as_a_string_in_toml() -> None:
    (ruff,) = behind("tox", LEGACY)
    assert ruff.place.span[0] == 7


NOX = """\
-- noxfile.py --
import nox
from nox import session as nox_session

nox.options.sessions = ["lint", "tests"]
PATHS = ["src", "tests"]

def install(session, *more):
    session.run_install("uv", "sync", *more)

@nox.session(tags=["style"])
def lint(session: nox.Session) -> None:
    install(session)
    session.run("ruff", "check", *PATHS, *session.posargs)

@nox.session(python=["3.12", "3.13"])
def tests(s):
    args = s.posargs or ["--cov"]
    s.run("python", "-m", "pytest", *args, f"--junit={s.python}.xml")
    s.notify("report")

@nox_session(name="types", default=False)
def check_types(session):
    session.run("mypy", success_codes=[0, 1])

@nox.session
def report(session):
    session.run("coverage", "report", "--fail-under=80", external=True)
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("nox -s lint", ["uv sync ...", "ruff check src tests"]),
        ("nox -t style", ["uv sync ...", "ruff check src tests"]),
        (
            "nox --session tests-3.13",
            ["pytest --cov --junit=....xml", "coverage report --fail-under=80"],
        ),
        ("nox -s tests-$PY -- -x", None),
        ("uvx nox -s types", ["mypy"]),
        ("nox", None),
    ],
)
def test_nox(call: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = ["pytest --cov --junit=....xml", "coverage report --fail-under=80"]
        if call == "nox":
            expected = ["uv sync ...", "ruff check src tests", *expected]
    assert said(call, NOX) == expected
    assert toothless("nox -s types", NOX) == {
        "mypy": "`success_codes` takes 1 for success"
    }


TABLES = """\
-- pyproject.toml --
[tool.hatch.envs.lint.scripts]
style = ["ruff check {args:.}", "- ruff format --check"]
all = ["style", "mypy {args}"]
[tool.hatch.envs.default.scripts]
test = "pytest --cov"
[tool.pdm.scripts]
lint = { composite = ["style", "mypy"] }
style.cmd = ["ruff", "check"]
[tool.poe.tasks]
lint = ["style", { cmd = "mypy", ignore_fail = true }]
style = "ruff check"
script = { shell = "bandit -r src | tee log" }
ready = { cmd = "vulture", deps = ["style"] }
[tool.taskipy.tasks]
lint = "ruff check"
[tool.rye.scripts]
lint = { chain = ["style"] }
style = "ruff check"
[tool.pixi.tasks]
lint = { cmd = "ruff check", depends-on = ["style"] }
style = "mypy"
-- package.json --
{"scripts": {"lint": "ruff check && npm run types", "types": "mypy", "test": "pytest"}}
-- Pipfile --
[scripts]
lint = "ruff check"
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("hatch run lint:style", ["ruff check .", "ruff format --check"]),
        ("hatch -e lint run style app", ["ruff check app", "ruff format --check"]),
        ("hatch run test", ["pytest --cov"]),
        ("hatch run +py=3.13 lint:style", ["ruff check .", "ruff format --check"]),
        ("pdm run lint", ["ruff check", "mypy"]),
        ("pdm lint", ["ruff check", "mypy"]),
        ("poe lint", ["ruff check", "mypy"]),
        ("uv run poe ready", ["ruff check", "vulture"]),
        ("poetry run poe style", ["ruff check"]),
        ("task lint", ["ruff check"]),
        ("rye run lint", ["ruff check"]),
        ("pixi run lint", ["mypy", "ruff check"]),
        ("npm run lint", ["ruff check", "npm run types", "mypy"]),
        ("npm test", ["pytest"]),
        ("yarn types", ["mypy"]),
        ("npm ci", []),
        ("pipenv run lint", ["ruff check"]),
        ("hatch fmt --check", ["ruff check", "ruff format --check"]),
        ("hatch test --cover", ["coverage run -m pytest", "pytest"]),
    ],
)
def test_named_scripts(call: str, expected: list[str]) -> None:
    found = said(call, TABLES)
    assert [f for f in found if f.split()[0] not in ("style",)] == expected


def test_named_scripts_may_have_no_teeth() -> None:
    assert toothless("hatch run lint:style", TABLES) == {"ruff": "`-` before it"}
    assert toothless("poe lint", TABLES) == {"mypy": "`ignore_fail`"}
    assert "bandit" in toothless("poe script", TABLES)


CALLED = """\
-- scripts/lint.sh --
#!/bin/bash -e
ruff check "$1"
mypy || true
-- scripts/loose --
#!/usr/bin/env bash
vulture
bandit -r src
-- scripts/check.py --
import subprocess, sys
PATHS = ["src", "tests"]
def main():
    subprocess.run([sys.executable, "-m", "pytest", *PATHS], check=True)
    subprocess.run(["pylint", "src"])
    code = subprocess.call("flake8 src", shell=True)
    sys.exit(code)
-- scripts/task.sh --
lint() { uvx ruff check; }
"$@"
"""


def test_scripts_of_the_project_are_read() -> None:
    assert said("./scripts/lint.sh", CALLED) == ["ruff check $1", "mypy", "true"]
    assert said("cd scripts; bash -e lint.sh", CALLED) == [
        "ruff check $1",
        "mypy",
        "true",
    ]
    assert toothless("scripts/loose", CALLED) == {
        "vulture": "the shell goes on after it"
    }
    assert said("uv run scripts/check.py", CALLED) == [
        "pytest src tests",
        "pylint src",
        "flake8 src",
    ]
    assert toothless("python scripts/check.py", CALLED) == {
        "pylint": "`subprocess.run` raises nothing"
    }
    assert said("source scripts/task.sh lint", CALLED)[0] == "ruff check"


HOOKS = """\
-- .pre-commit-config.yaml --
repos:
  - repo: https://github.com/psf/black
    rev: 25.1.0
    hooks: [{id: black}]
  - repo: local
    hooks:
      - id: types
        entry: uv run mypy
        args: [--strict]
        language: system
      - {id: slow, entry: pytest, language: system, stages: [pre-push]}
-- lefthook.yml --
pre-commit:
  commands:
    lint: {run: ruff check}
  jobs:
    - run: mypy
-- sub/tox.ini --
[testenv]
commands = ruff check
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("pre-commit run --all-files", ["black --check", "mypy --strict"]),
        ("uvx pre-commit run types", ["mypy --strict"]),
        ("prek run -a --hook-stage pre-push", ["pytest"]),
        ("pre-commit install", []),
        ("lefthook run pre-commit", ["ruff check", "mypy"]),
        ("cd sub && tox", ["ruff check"]),
        ("cd $SOMEWHERE && tox", []),
    ],
)
def test_hooks(call: str, expected: list[str]) -> None:
    found = said(call, HOOKS)
    if "pre-push" in call:
        found = [f for f in found if f == "pytest"]
    assert found == expected


NASTY = st.text(alphabet="ab:=${}()[]-,\n\t\\\"' #@%!", max_size=80)


@given(NASTY, NASTY)
def test_any_file_is_read(one: str, other: str) -> None:
    texts = {
        "Makefile": f"a: b\n{one}\nb:\n\t{other}",
        "justfile": f"a: b\n{one}\nb:\n {other}",
        "tox.ini": f"[testenv]\ncommands =\n  x {other!r}",
        "noxfile.py": f"@nox.session\ndef a(s):\n s.run({one!r}, {other!r})",
        "x.sh": one + other,
    }
    tree = Tree.of_texts({k: v.encode() for k, v in texts.items()}, Settings())
    script = f"make a\njust a\ntox -e 'py-{one[:3]}'\nnox\nsh x.sh"
    followed(tree, commands_in(script, CI))
