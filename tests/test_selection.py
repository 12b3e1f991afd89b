import pytest

from pyguard_kernel.selection import SettingsError, covers, is_on, resolved


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("PG206", "PG206"),
        ("pg206", "PG206"),
        ("bare-except", "PG206"),
        ("PG2", "PG2"),
        ("PG", "PG"),
        ("ALL", "ALL"),
        ("PG000", "PG000"),
        ("unused-noqa", "PG001"),
    ],
)
def test_a_rule_goes_by_code_prefix_or_name(word: str, meaning: str) -> None:
    assert resolved(word, "here") == meaning


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("bare-exept", "PG206 (bare-except)"),
        ("PG2O6", "PG206 (bare-except)"),
        ("zzzzzzzz", "`pyguard rule --all` lists them"),
        ("P", "`pyguard rule --all` lists them"),
    ],
)
def test_an_unknown_rule_is_an_error_that_names_near_ones(word: str, near: str) -> None:
    with pytest.raises(SettingsError) as caught:
        resolved(word, "--select")
    assert str(caught.value).startswith(f"--select: unknown rule {word!r}; ")
    assert near in str(caught.value)


def test_letters_of_a_prefix_must_be_all_letters_of_the_code() -> None:
    assert covers("PG2", "PG206")
    assert not covers("PG2", "PGX206")
    assert not covers("P", "PG206")
    assert covers("ALL", "PGX206")


@pytest.mark.parametrize(
    ("select", "ignore", "on"),
    [
        (["PG"], [], True),
        (["PG"], ["PG2"], False),
        (["PG", "PG206"], ["PG2"], True),
        (["PG2"], ["PG206"], False),
        (["PG206"], ["PG206"], False),
        (["ALL"], ["PG"], False),
        (["PG3"], [], False),
        ([], [], False),
    ],
)
def test_the_longest_selector_wins(
    select: list[str], ignore: list[str], on: bool
) -> None:
    assert is_on("PG206", select, ignore) is on
