from argparse import ArgumentParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.cli.check_options import add_arguments, read_plain


def by_argparse(words: list[str]) -> dict[str, object] | None:
    parser = ArgumentParser(allow_abbrev=False, exit_on_error=False)
    add_arguments(parser)
    try:
        return vars(parser.parse_intermixed_args(words))
    except (SystemExit, Exception):  # noqa: PG208 -- refused, however it says so
        return None


WORDS = st.sampled_from([
    "a.py", "src", "-", "--", "--fix", "--diff", "-q", "--quiet", "-w", "-j", "4", "x",
    "--jobs", "--select", "--ignore", "PG2", "--select=PG2", "-j4", "--output-format",
    "json", "sarif", "yaml", "--color", "always", "--config", "--baseline", "f.json",
    "--no-cache", "-z", "--zzz", "--per-file-ignores", "a:PG206",
])  # fmt: skip


@given(st.lists(WORDS))
@pytest.mark.filterwarnings("ignore")
def test_plain_words_are_read_as_argparse_reads_them(words: list[str]) -> None:
    plain = read_plain(words)
    if plain is not None:
        assert vars(plain) == by_argparse(words)


def test_plain_words_need_no_argparse() -> None:
    words = ["-", "--stdin-filename", "a.py", "--output-format", "json", "-j", "2"]
    plain = read_plain([*words, "--config", "x.toml", "--select", "PG2", "-q"])
    assert plain is not None
    assert plain.paths == ["-"]
    assert (plain.stdin_filename, plain.jobs, plain.quiet) == ("a.py", 2, True)
    assert plain.config == Path("x.toml")
    assert plain.select == ["PG2"]


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--select=PG2"], ["-j", "many"], ["--color", "blue"], ["--config"]],
)
def test_what_is_not_plain_is_left_to_argparse(words: list[str]) -> None:
    assert read_plain(words) is None


def test_values_of_one_reading_do_not_reach_the_next() -> None:
    first = read_plain(["--select", "PG2"])
    second = read_plain([])
    assert first is not None
    assert second is not None
    assert (first.select, second.select) == (["PG2"], [])
