"""PG307 mended: data is read as a literal, code is left to people."""

from pathlib import Path

import pytest

from pyguard_kernel import fix

CASES = Path(__file__).parents[1] / "cases" / "concurrency" / "dynamic_eval"


def mend(text: str) -> str:
    return fix(text, select=["PG307"], unsafe=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'import os\n\nLIMITS = eval(os.environ["LIMITS"])  # a dict\n',
            "import os\nimport ast\n\n"
            'LIMITS = ast.literal_eval(os.environ["LIMITS"])  # a dict\n',
        ),
        (
            "import ast\n\n\ndef rows(lines):\n    return [*map(eval, lines)]\n",
            "import ast\n\n\n"
            "def rows(lines):\n    return [*map(ast.literal_eval, lines)]\n",
        ),
        (
            'import ast\nvalue = eval(input("a list: "))\n',
            'import ast\nvalue = ast.literal_eval(input("a list: "))\n',
        ),
        (
            "import ast, builtins\n\n\ndef row(line):\n"
            "    return builtins.eval(line.strip())\n",
            "import ast, builtins\n\n\ndef row(line):\n"
            "    return ast.literal_eval(line.strip())\n",
        ),
    ],
)
def test_data_is_read_as_a_literal(before: str, after: str) -> None:
    assert mend(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "def price(formula):\n    return eval(formula)\n",  # code by its name
        "def price(row):\n    return eval(row['expression'])\n",  # code by its key
        "def price(value, scope):\n    return eval(value, scope)\n",  # it needs names
        "def price(field):\n    return eval(f'item.{field}')\n",  # put together
        "def price(a):\n    text = 'item.' + a\n    return eval(text)\n",
        "def run(text):\n    exec(text)\n",  # statements are no literal
        "def build(text):\n    return compile(text, 'x', 'eval')\n",
    ],
)
def test_code_is_left(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize("path", sorted(CASES.glob("*.py")), ids=lambda path: path.stem)
def test_the_cases_are_mended_once(path: Path) -> None:
    once = mend(path.read_text(encoding="utf-8"))
    assert once.count("ast.literal_eval(") > 1
    assert mend(once) == once
