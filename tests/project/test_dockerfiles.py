"""Dockerfiles: instructions with places, stages, variables, users and commands."""

from __future__ import annotations

import io
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.project import Broken, Tree
from pyguard_kernel.project._dockerfile import parse
from pyguard_kernel.project._images import expanded, image
from pyguard_kernel.project._instructions import instructions
from pyguard_kernel.project.dockerfiles import fact
from pyguard_kernel.settings import Settings

if TYPE_CHECKING:
    from pyguard_kernel.project._dockerfile import Stage

SHOP = """\
# syntax=docker/dockerfile:1
ARG PYTHON=3.13
FROM --platform=$BUILDPLATFORM python:${PYTHON}-slim AS Builder
COPY --from=ghcr.io/astral-sh/uv:0.13 /uv /bin/
ENV UV_FROZEN=1 PATH="/app/.venv/bin:$PATH"
RUN --mount=type=cache,target=/root/.cache \\
    --network=none \\
    # the lock is copied below
    uv sync --no-dev && \\

    echo done

FROM python:${PYTHON:-3.12}-slim
ARG USER_ID=1000
COPY --from=builder /app /app
USER $USER_ID:app
CMD ["python", "-m", "shop"]
"""


def test_instructions_have_flags_values_and_places() -> None:
    found = {one.name: one for one in instructions(SHOP, "Dockerfile")}
    run = found["RUN"]
    assert run.flags == (
        ("mount", "type=cache,target=/root/.cache"),
        ("network", "none"),
    )
    assert run.value.split() == ["uv", "sync", "--no-dev", "&&", "echo", "done"]
    assert run.place.span == (6, 1, 11, 14)
    assert run.start == (9, 5)
    assert found["CMD"].words == ("python", "-m", "shop")


def test_stages_know_their_images_and_their_users() -> None:
    builder, final = parse(SHOP, "Dockerfile").stages
    assert builder.name == "builder"
    assert builder.image == image("python:3.13-slim")
    assert final.image == image("python:3.13-slim")
    assert final.head.place.span == (13, 1, 13, 33)
    assert [user for _, user in final.users] == ["1000:app"]
    assert not builder.users


def test_commands_stand_on_their_own_lines_and_know_their_variables() -> None:
    builder, final = parse(SHOP, "Dockerfile").stages
    sync, echo = builder.commands
    assert sync.words == ("uv", "sync", "--no-dev")
    assert sync.place.span == (9, 5, 9, 21)
    assert sync.env["UV_FROZEN"] == "1"
    assert echo.place.span[:2] == (11, 5)
    assert not final.commands


def last(text: str) -> Stage:
    return parse(text, "Dockerfile").final


def test_a_here_document_is_what_the_shell_runs() -> None:
    stage = last("FROM a\nRUN <<EOF\npip install x\n  USER=root make\nEOF\nUSER app\n")
    assert [c.words for c in stage.commands] == [("pip", "install", "x"), ("make",)]
    assert [c.place.span[:2] for c in stage.commands] == [(3, 1), (4, 13)]
    assert [user for _, user in stage.users] == ["app"]


def test_a_document_for_a_program_is_no_command() -> None:
    stage = last(
        'FROM a\nRUN cat <<"EOF" > /x\nUSER root\nEOF\nCOPY <<A <<-B /\n1\nA\n\tB\n'
    )
    assert [c.program for c in stage.commands] == ["cat"]
    assert not stage.users
    assert len(last("FROM a\nRUN python -c 'print(1 <<b)'\nUSER b").users) == 1


def test_a_stage_goes_on_from_another() -> None:
    stage = last(
        "FROM python:3.13 AS base\nENV U=app\nARG X=1\nUSER root\n"
        "FROM base AS final\nUSER ${U}\nUSER ${X:-none}\n"
    )
    assert stage.base == image("python:3.13")
    assert stage.image is None
    assert [user for _, user in stage.users] == ["root", "app", "none"]


def test_scratch_is_no_image() -> None:
    stage = last("FROM scratch\nCOPY a /\n")
    assert stage.base is None


def test_the_escape_of_windows() -> None:
    stage = last(
        "# escape=`\nFROM mcr.microsoft.com/windows:ltsc2025\n"
        "RUN pip install `\n  C:\\wheels\\a.whl\nUSER ContainerUser\n"
    )
    (run,) = (one for one in stage.instructions if one.name == "RUN")
    assert run.value.split()[:2] == ["pip", "install"]
    assert run.place.span[2] == 4
    assert len(stage.users) == 1


def test_lists_and_shells() -> None:
    shell = 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]'
    text = f'FROM a\n{shell}\nRUN ["pip", "install", "x y"]\n'
    (command,) = last(text).commands
    assert command.words == ("pip", "install", "x y")
    assert command.place.span == (3, 5, 3, 30)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A-$B", "1-${B}"),
        ("${A:-2}${B:-2}${E:-2}", "122"),
        ("${E-2}${E:+2}${A:+2}${A+${A}3}", "213"),
        ("${B:-${A}}", "1"),
        (r"\$A", "$A"),
        ("${B:?say B}", "${B}"),
    ],
)
def test_variables_are_filled_in(text: str, value: str) -> None:
    assert expanded(text, {"A": "1", "E": ""}) == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("python", ("python", "", "")),
        ("docker.io/library/python:3.13", ("python", "3.13", "")),
        ("registry:5000/a/b", ("registry:5000/a/b", "", "")),
        ("a/b:1@sha256:00", ("a/b", "1", "sha256:00")),
        ("a:${TAG}", ("a", "${TAG}", "")),
    ],
)
def test_the_parts_of_a_name(text: str, parts: tuple[str, str, str]) -> None:
    found = image(text)
    assert (found.name, found.tag, found.digest) == parts


def tree(**texts: str) -> Tree:
    files = {name: text.encode() for name, text in texts.items()}
    return Tree.of_texts(files, Settings())


def test_only_the_projects_own_files_are_read() -> None:
    names = [
        "Dockerfile", "deploy/web.Dockerfile", "Containerfile.prod", "Dockerfile-cron",
        "tests/Dockerfile", "docs/x/Dockerfile", "Dockerfile.dockerignore",
        "Dockerfile.j2", "{{ cookiecutter.name }}/Dockerfile", "src/dockerfile.py",
    ]  # fmt: skip
    found = fact(tree(**dict.fromkeys(names, "FROM a\n")))
    assert found is not None
    assert [file.path for file in found] == sorted(names[:4])
    assert fact(tree(**{"a.py": ""})) is None


def test_a_file_without_a_base_is_broken_and_others_are_read() -> None:
    held = tree(**{"Dockerfile": "RUN x\n", "web.Dockerfile": "FROM a\n"})
    assert [file.path for file in fact(held) or ()] == ["web.Dockerfile"]
    assert "has no FROM" in held.broken["Dockerfile"].reason


def test_a_base_without_a_name_is_broken() -> None:
    held = tree(**{"Dockerfile": "FROM a\nFROM\n"})
    assert fact(held) in (None, ())
    broken = held.broken["Dockerfile"]
    assert (broken.reason, broken.place.span[0]) == (
        "isn't a Dockerfile: this FROM names no image",
        2,
    )


LINE = st.sampled_from(
    [
        "FROM a",
        "RUN a \\",
        "  && b",
        "# c",
        "",
        "USER x",
        "COPY --from=b a b",
        "ENV A=b",
    ]
)


@given(st.lists(LINE.filter(bool), max_size=8).map("\n".join))
def test_it_reads_as_the_usual_parser_does(text: str) -> None:
    usual: Any = import_module("dockerfile_parse").DockerfileParser(
        fileobj=io.BytesIO()
    )
    usual.content = f"FROM a\n{text}\nCMD x\n"
    theirs = [
        (one["instruction"], "".join(one["value"].split()), one["startline"] + 1)
        for one in usual.structure
        if one["instruction"] != "COMMENT"
    ]
    ours = [
        (
            one.name,
            "".join([*(f"--{n}={v}" for n, v in one.flags), *one.value.split()]),
            one.place.span[0],
        )
        for one in instructions(usual.content, "Dockerfile")
    ]
    assert ours == theirs


@given(
    st.lists(
        LINE | st.text(alphabet="RUNFOMCPY <<EA\\`#=\"'[],$${}-:|&;()\t\n", max_size=9)
    ).map("\n".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        file = parse(text, "Dockerfile")
    except Broken:
        return
    lines = text.count("\n") + 1
    for stage in file.stages:
        assert all(c.place.span[0] <= lines for c in stage.commands)
        assert stage.users is not None
