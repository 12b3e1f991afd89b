"""The texts of a new rule's files, for rules of code and rules of projects.

Every text to be written begins with the mark `Write:`; a test refuses it.
"""

from __future__ import annotations

from dataclasses import dataclass

MARK = "Write:"


@dataclass(frozen=True, slots=True)
class Shape:
    """What differs between kinds of rules: file head, detector, cells, cases."""

    head: str
    detector: str
    cells: tuple[tuple[str, str], ...]
    cases_file: str
    cases: str


RULE = """\
RULE = Rule(
    code="{code}",
    level=Level.{level},
    statements=({statements}),
    summary="{mark} what to do, in one sentence.",
    why="{mark} three to six sentences: the harm, concretely.",
    references=(
        Reference(
            title="{mark} an official page",
            url="https://docs.python.org/3/",
            checked="{mark} the day it was read",
        ),
    ),
    since="{since}",
    detectors=({detector},),
    fix="no",
)
"""

_CODE_HEAD = '''\
"""{mark} what is wrong, in one line."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.model import Level, Reference, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Hit
    from pyguard_kernel.source import SourceFile


def find(node: ast.Call, file: SourceFile) -> Iterator[Hit]:
    """{mark} what is found, and what is spared."""
    if file.names.canonical(node.func) == "example.never_called":
        yield node, "{mark} what is wrong here and what to do"


'''

_CODE_CELLS = (
    ("markdown", "# {title}"),
    ("lesson", 'from pyguard_kernel.handbook import lesson\n\nlesson("{code}")'),
    ("markdown", "## The harm\n\n{mark} what happens, to whom, and why it is hard."),
    ("markdown", "## Bad\n\n{mark} what this cell shows happening."),
    ("bad", 'print("{mark} code that runs and shows the harm")  # <- {code}'),
    ("markdown", "## Good\n\n{mark} the same work done right, free of the harm."),
    ("good", 'print("{mark} the same work, done right")'),
    ("markdown", "## When it does not apply\n\n{mark} honest exceptions."),
    ("markdown", "## Exercise\n\n{mark} what to mend, in a sentence or two."),
    ("exercise", "def answer() -> int:\n    return 41  # {mark} code with the fault"),
    (
        "check",
        '%%grade\nassert answer() == 42, "{mark} a hint for whoever is not there yet"',
    ),
    ("markdown", "## Solution"),
    ("solution", "def answer() -> int:\n    return 42  # {mark} the fault mended"),
)

_CODE_CASES = '''\
"""{mark} at least six marked functions, and six that only look alike."""


def marked():
    this_is_found()  # <- {code}


def look_alike():
    this_is_right()
'''

_PROJECT_HEAD = '''\
"""{mark} what is wrong, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import Fault, Level, Project, Reference, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project import Node


def find(pyproject: Node) -> Iterator[Said]:
    """{mark} what is found, and what is spared."""
    found = pyproject.get("tool", "never-there")
    if found is not None:
        yield Fault(found.place, "{mark} what is wrong here and what to do")


'''

_PROJECT_CELLS = (
    *_CODE_CELLS[:4],
    ("bad", "%%pyguard pyproject.toml\n[tool.never-there]  # <- {code}\n# {mark}"),
    _CODE_CELLS[5],
    ("good", "%%pyguard pyproject.toml\n[tool.other]\n# {mark} the same, done right"),
    *_CODE_CELLS[7:9],
    ("exercise", "%%pyguard pyproject.toml\n[tool.never-there]\n# {mark} the fault"),
    (
        "check",
        "%%grade\nimport tomllib\n\n"
        'told = tomllib.loads(files["pyproject.toml"])\n'
        'assert "other" in told["tool"], "{mark} a hint for whoever is not there yet"',
    ),
    ("markdown", "## Solution"),
    ("solution", "%%pyguard pyproject.toml\n[tool.other]\n# {mark} the fault mended"),
)

_PROJECT_CASES = """\
=== {mark} found: at least six such, different in kind
-- pyproject.toml --
[tool.never-there]  # <- {code}
=== {mark} spared: and six that only look alike
-- pyproject.toml --
[tool.other]
"""

OF_CODE = Shape(
    _CODE_HEAD,
    "Tree(nodes=(ast.Call,), find=find)",
    _CODE_CELLS,
    "example.py",
    _CODE_CASES,
)
OF_PROJECT = Shape(
    _PROJECT_HEAD, "Project(find)", _PROJECT_CELLS, "cases.txt", _PROJECT_CASES
)
