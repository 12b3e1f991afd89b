"""What the mends of the chapter containers make of a file, and what audits are told."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard_kernel.attestations import Signed
from pyguard_kernel.fixes import apply
from pyguard_kernel.model import Verdict
from pyguard_kernel.scan import Result, check_texts
from pyguard_kernel.settings import Settings


def asked(code: str, files: dict[str, str], **settings: object) -> Result:
    held = {path: text.encode() for path, text in files.items()}
    chosen = Settings(**settings).with_options(select=[code])  # type: ignore[arg-type]
    return check_texts(held, chosen, fixes=True)


def mended(code: str, text: str, path: str = "Dockerfile") -> str | None:
    """A file's text with the mend of its one finding, None where none is offered."""
    (finding,) = asked(code, {path: text}).findings
    return apply(text, [finding.fix]) if finding.fix else None


@pytest.mark.parametrize(
    ("base", "slim"),
    [
        ("python:3.13", "python:3.13-slim"),
        ("python:3.13.2-bookworm", "python:3.13.2-slim-bookworm"),
        ("python:3.13-alpine3.21", "python:3.13-slim"),
        ("python:latest", "python:slim"),
        (
            "--platform=linux/amd64 python:3.13",
            "--platform=linux/amd64 python:3.13-slim",
        ),
        ("ghcr.io/astral-sh/uv:python3.13-alpine", None),
        ("python:3.13@sha256:00", None),
    ],
)
def test_the_slim_image_of_the_same_version(base: str, slim: str | None) -> None:
    text = mended("PG901", f"FROM {base} AS web\nUSER app\n")
    assert text == (slim and f"FROM {slim} AS web\nUSER app\n")


def test_what_only_alpine_has_is_left_to_people() -> None:
    assert mended("PG901", "FROM python:3.13-alpine\nRUN apk add libpq\n") is None


def test_a_default_of_an_argument_stays() -> None:
    text = "ARG V=3.13\nFROM python:${V}-alpine\n"
    assert mended("PG901", text) == "ARG V=3.13\nFROM python:${V}-slim\n"


def test_a_user_comes_before_what_is_started() -> None:
    head = "FROM python:3.13-slim\n# the shop\nCOPY . /app\n"
    user = "RUN useradd --create-home app\nUSER app\n"
    start = 'ENTRYPOINT ["shop"]\nCMD ["--port", "80"]'
    assert mended("PG902", head + start) == head + user + start


@pytest.mark.parametrize(
    ("before", "added"),
    [
        ("FROM python:3.13-alpine", "\nRUN adduser -D app\nUSER app"),
        ("FROM fedora:43", "\nUSER 65532:65532"),
        ("FROM python:3.13-slim\nRUN useradd -m web", "\nUSER web"),
        (
            "FROM python:3.13-slim\nUSER web\nRUN a\nCMD b\nUSER root",
            "\nUSER web",
        ),
        ("FROM fedora:43\nCOPY <<EOF /a\nb\nEOF", "\nUSER 65532:65532"),
    ],
)
def test_a_user_stands_last_where_nothing_is_started(before: str, added: str) -> None:
    assert mended("PG902", before + "\n") == before + added + "\n"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("Dockerfile", "FROM python:3.12.4-slim\n", "FROM python:3.12.16-slim\n"),
        ("Dockerfile", "FROM python:3.12.4-bullseye\n", None),
        ("Dockerfile", "ARG V=3.12.4\nFROM python:$V\n", None),
        ("Dockerfile", "FROM python:3.9-slim\n", None),
        (".python-version", "# ours\n3.13.1\n", "# ours\n3.13.18\n"),
    ],
)
def test_the_newest_patch_of_the_same_version(
    path: str, before: str, after: str | None
) -> None:
    assert mended("PG906", before, path) == after


SHOP = {"pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'}


def signed(when: date, answer: bool = True) -> dict[str, Signed]:
    return {"PG907": Signed(answer, "ada", when, "https://shop.example/alerts")}


def test_somebody_may_sign_that_advisories_are_watched() -> None:
    today = date.today()
    for when, count in ((today, 0), (today - timedelta(days=400), 1)):
        assert len(asked("PG907", SHOP, attest=signed(when)).findings) == count
    assert len(asked("PG907", SHOP, attest=signed(today, answer=False)).findings) == 1


def test_answers_say_what_they_stand_on() -> None:
    result = asked("PG902", {"Dockerfile": "FROM python:3.13-slim\nUSER app\n"})
    answer = result.answers["PG902"]
    assert answer.verdict is Verdict.PASSED
    assert [said.message for said in answer.evidence] == ["runs as `app`"]


@pytest.mark.parametrize("code", ["PG901", "PG902", "PG904", "PG905"])
def test_a_project_without_images_is_skipped(code: str) -> None:
    answer = asked(code, SHOP).answers[code]
    assert answer.verdict is Verdict.SKIPPED
    assert answer.reason


WORD = st.sampled_from(
    ["python", "python:3.9", "$A", "${A:-b}", "--from=a", "AS", "a", "[", "root", "\\"]
)
LINE = st.tuples(
    st.sampled_from(
        ["FROM", "RUN", "COPY", "USER", "ARG", "ENV", "CMD", "ONBUILD", "#"]
    ),
    st.lists(WORD, max_size=3).map(" ".join),
).map(" ".join)
VALUE = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.sampled_from(["a", ""]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "jobs", "services", "steps", "uses", "with", "run", "strategy",
                    "matrix", "include", "python-version", "updates", "image", "user",
                    "package-ecosystem", "build", "env", "container", "on",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=9,
)  # fmt: skip
PATHS = (
    ".github/workflows/ci.yml",
    ".github/dependabot.yml",
    "compose.yaml",
    "renovate.json",
    ".gitlab-ci.yml",
)


@settings(deadline=None, max_examples=60)
@given(st.lists(LINE, max_size=6), st.sampled_from(PATHS), VALUE)
def test_no_file_makes_a_rule_crash(lines: list[str], path: str, value: object) -> None:
    files = {
        "Dockerfile": "\n".join(["FROM a", *lines]),
        path: json.dumps(value),
        "pyproject.toml": '[project]\nname = "shop"\n',
    }
    assert not asked("PG9", files).crashes
