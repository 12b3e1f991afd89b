"""PG210 mended: the base becomes Exception."""

import pytest

from pyguard_kernel import fix


def mend(text: str) -> str:
    return fix(text, select=["PG210"], unsafe=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "class JobFailed(BaseException):\n    pass\n",
            "class JobFailed(Exception):\n    pass\n",
        ),
        (
            "import builtins\nclass A(builtins.BaseException): ...  # the root\n",
            "import builtins\nclass A(builtins.Exception): ...  # the root\n",
        ),
        (
            "class Many(BaseExceptionGroup): ...\n",
            "class Many(ExceptionGroup): ...\n",
        ),
        (
            "class Fields: ...\nclass A(Fields, BaseException, metaclass=type): ...\n",
            "class Fields: ...\nclass A(Fields, Exception, metaclass=type): ...\n",
        ),
        (
            "@final\nclass A(BaseException): ...\nclass B(A): ...\n",
            "@final\nclass A(Exception): ...\nclass B(A): ...\n",
        ),
    ],
)
def test_the_base_becomes_exception(before: str, after: str) -> None:
    assert mend(before) == after


def test_a_base_under_another_name_stays() -> None:
    text = "from builtins import BaseException as Root\nclass A(Root): ...\n"
    assert mend(text) == text
