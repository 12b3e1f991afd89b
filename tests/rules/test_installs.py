"""What a call of pip installs, in the words of its command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.model import ROOT
from pyguard_kernel.project._commands import Command
from pyguard_kernel.rules.distribution._installs import Install, install_of


def installed(words: str) -> Install:
    split = tuple(words.split())
    found = install_of(Command(split, split, ROOT))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("words", "part", "values"),
    [
        (
            "pip install -r a.txt -rb.txt --requirement=c.txt",
            "files",
            "a.txt b.txt c.txt",
        ),
        ("pip install -c pins.txt httpx", "constraints", "pins.txt"),
        ("pip install --group test --group=dev", "groups", "test dev"),
        ("pip install -e .[test] ./libs/models", "projects", ".[test] ./libs/models"),
        (
            "pip install dist/*.whl shop-1.0.tar.gz",
            "archives",
            "dist/*.whl shop-1.0.tar.gz",
        ),
        ("uv pip install --system httpx rich>=14", "names", "httpx rich>=14"),
        ("pip install --index-url https://x/simple httpx", "names", "httpx"),
        (
            "pip install git+https://x/y.git $EXTRA",
            "others",
            "git+https://x/y.git $EXTRA",
        ),
        ("uv pip sync requirements.txt", "files", "requirements.txt"),
        ("pip-sync requirements.txt", "files", "requirements.txt"),
    ],
)
def test_each_word_is_what_it_is(words: str, part: str, values: str) -> None:
    assert getattr(installed(words), part) == tuple(values.split())


def test_options_are_flags() -> None:
    found = installed("pip install --require-hashes --no-deps -r requirements.txt")
    assert found.flags == {"--require-hashes", "--no-deps"}


@pytest.mark.parametrize("words", ["pip list", "uv sync", "pip download httpx", ""])
def test_other_commands_install_nothing(words: str) -> None:
    split = tuple(words.split())
    assert install_of(Command(split, split, ROOT)) is None


WORDS = [
    "-r", "-e", "-c", "-q", "--group", "--index-url", ".", "x[y]", "-rx", "--x=1",
    "dist/", "=",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS)))
def test_any_words_are_read(words: list[str]) -> None:
    every = ("pip", "install", *words)
    assert install_of(Command(every, every, ROOT)) is not None
