import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.globs import matches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("build", "build/a.py"),
        ("build", "src/build/a.py"),
        ("build/", "src/build/a.py"),
        ("tests/**", "tests/a.py"),
        ("tests/**", "tests/deep/er/a.py"),
        ("tests/*", "tests/deep/er/a.py"),
        ("./tests/*.py", "tests/a.py"),
        ("**/test_*.py", "test_a.py"),
        ("**/test_*.py", "src/deep/test_a.py"),
        ("src/**/gen.py", "src/gen.py"),
        ("src/**/gen.py", "src/a/b/gen.py"),
        ("*_pb2.py", "src/api_pb2.py"),
        ("a?.py", "ab.py"),
        ("[ab].py", "b.py"),
        ("[!ab].py", "c.py"),
        ("{one,two}/*.py", "two/a.py"),
        ("/top.py", "top.py"),
    ],
)
def test_a_pattern_means_a_path_or_what_lies_below_it(pattern: str, path: str) -> None:
    assert matches((pattern,), path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("build", "builder/a.py"),
        ("build", "rebuild/a.py"),
        ("tests/*", "src/tests/a.py"),
        ("a?.py", "a/.py"),
        ("[!ab].py", "a.py"),
        ("a.py", "axpy"),
        ("{one,two}/*.py", "three/a.py"),
        ("src/**/gen.py", "src/regen.py"),
    ],
)
def test_a_pattern_means_no_more_than_it_says(pattern: str, path: str) -> None:
    assert not matches((pattern,), path)


NAMES = st.text(st.characters(blacklist_characters="*?[]{}/\0\n"), min_size=1).filter(
    lambda name: name not in {".", ".."}
)


@given(st.lists(NAMES, min_size=2, max_size=5))
def test_a_plain_path_is_a_pattern_for_itself_and_all_below(parts: list[str]) -> None:
    path = "/".join(parts)
    assert matches((path,), path)
    assert matches((path,), f"{path}/below.py")
    assert not matches((f"{path}/below.py",), path)


def test_no_pattern_means_nothing() -> None:
    assert not matches((), "a.py")
