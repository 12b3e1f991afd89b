"""PG205 mended: a note, and the same exception."""

import textwrap

import pytest

from pyguard_kernel import fix


def mend(line: str, caught: str = "OSError") -> str:
    """What stands in the handler, mended."""
    text = (
        f"def read(path):\n    try:\n        return path.read_text()\n"
        f"    except {caught} as e:\n{textwrap.indent(line, ' ' * 8)}\n"
    )
    fixed = fix(text, select=["PG205"], unsafe=True)
    return textwrap.dedent(fixed.partition(" as e:\n")[2]).rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'raise OSError(f"{path}: {e}") from e',
            'e.add_note(f"{path}")\nraise',
        ),
        (
            'raise OSError(f"can\'t read settings: {e}")  # rare',
            'e.add_note("can\'t read settings")\nraise  # rare',
        ),
        (
            'raise Exception("can\'t read: " + str(e)) from e',
            'e.add_note("can\'t read")\nraise',
        ),
        (
            '# tell which\nraise type(e)(f"{e} ({path})") from None',
            '# tell which\ne.add_note(f"({path})")\nraise',
        ),
        (
            'raise OSError("%s: %s" % (path, e)) from e',
            'e.add_note("%s: %s" % (path, e))\nraise',
        ),
    ],
)
def test_a_note_takes_the_new_exceptions_place(before: str, after: str) -> None:
    assert mend(before) == after


def test_the_exception_keeps_what_it_knows(tmp_path: object) -> None:
    text = (
        "def read(path):\n    try:\n        return open(path).read()\n"
        '    except OSError as e:\n        raise OSError(f"settings: {e}") from e\n'
    )
    scope: dict[str, object] = {}
    exec(fix(text, select=["PG205"], unsafe=True), scope)  # noqa: S102 -- text above
    read = scope["read"]
    assert callable(read)
    with pytest.raises(FileNotFoundError) as caught:
        read(f"{tmp_path}/none")
    assert caught.value.errno == 2
    assert caught.value.__notes__ == ["settings"]


def test_a_line_shared_with_another_statement_stays() -> None:
    line = 'log(); raise OSError(f"{path}: {e}") from e'
    assert mend(line) == line


def test_another_type_stays() -> None:
    line = 'raise ValueError(f"{path}: {e}") from e'
    assert mend(line) == line
