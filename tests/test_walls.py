"""Who may know whom: the walls of the house, read off the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pyguard_kernel"
FACES = {"report", "handbook", "jupyter", "cli"}
FILES = sorted(PACKAGE.rglob("*.py"))

# Beyond the standard library, for what is asked for late.
LATE = {"fixes": {"libcst"}, "streams": {"backports", "compression"}}
PROJECT = {"yaml", "packaging"}


def unit(file: Path) -> str:
    """The part of the house that a file belongs to: a face, rules, codemods or core."""
    first = file.relative_to(PACKAGE).parts[0]
    if first in FACES or first in {"rules", "codemods"}:
        return first
    return "top" if first in {"__init__.py", "__main__.py"} else "core"


def imports(file: Path) -> set[str]:
    """Every module that a file imports, at whatever depth of its code."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are written in full here"
            base = node.module or ""
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return found


def inner(name: str) -> str:
    """The part of ours that an imported name belongs to; empty for a stranger."""
    parts = name.split(".")
    if parts[0] != "pyguard_kernel":
        return ""
    second = parts[1] if len(parts) > 1 else ""
    return second if second in FACES | {"rules", "codemods"} else "core"


def named(unit_name: str) -> list[Path]:
    return [file for file in FILES if unit(file) == unit_name]


def ids(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


@pytest.mark.parametrize("file", named("core"), ids=ids)
def test_the_core_knows_no_face_and_no_rule(file: Path) -> None:
    known = {inner(name) for name in imports(file)} - {"", "core"}
    assert known <= ({"codemods"} if file.stem == "fixes" else set())


@pytest.mark.parametrize("file", named("core") + named("rules"), ids=ids)
def test_the_core_and_the_rules_import_the_standard_library_alone(file: Path) -> None:
    strangers = {
        root
        for name in imports(file)
        if (root := name.partition(".")[0]) != "pyguard_kernel"
        and root not in sys.stdlib_module_names
    }
    of_project = file.parent.name == "project"
    assert strangers <= (PROJECT if of_project else LATE.get(file.stem, set()))


@pytest.mark.parametrize("file", named("rules"), ids=ids)
def test_a_rule_knows_no_other_rule_and_no_face(file: Path) -> None:
    if file.name == "__init__.py":
        return
    # What rules of one chapter share stands in a file of it that is no rule.
    shared = f"pyguard_kernel.rules.{file.parent.name}._"
    others = {name for name in imports(file) if not name.startswith(shared)}
    assert {inner(name) for name in others} <= {"", "core"}


@pytest.mark.parametrize("file", named("codemods"), ids=ids)
def test_a_codemod_knows_no_rule_and_no_face(file: Path) -> None:
    assert {inner(name) for name in imports(file)} <= {"", "core", "codemods"}


@pytest.mark.parametrize("face", sorted(FACES - {"cli"}))
def test_no_face_knows_another(face: str) -> None:
    # The command line is the door to the others: it may call them.
    for file in named(face):
        known = {inner(name) for name in imports(file)}
        assert known <= {"", "core", face}, file


@pytest.mark.parametrize(
    ("file", "known"), [("model", {"pyguard_kernel.values"}), ("values", set())]
)
def test_the_model_imports_nothing_of_ours_but_how_values_are_made(
    file: str, known: set[str]
) -> None:
    tree = ast.parse((PACKAGE / f"{file}.py").read_text(encoding="utf-8"))
    modules = {n.module or "" for n in tree.body if isinstance(n, ast.ImportFrom)}
    assert {m for m in modules if m.startswith("pyguard_kernel")} == known


def test_libcst_is_imported_by_fixes_and_codemods_alone() -> None:
    for file in FILES:
        if any(name.partition(".")[0] == "libcst" for name in imports(file)):
            assert unit(file) == "codemods" or file.name == "fixes.py"


def test_the_core_runs_on_the_standard_library_alone() -> None:
    program = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pyguard_kernel.examine import Examiner
from pyguard_kernel.registry import all_rules
import pyguard_kernel.project_scan, pyguard_kernel.scan
codes = [rule.code for rule in all_rules()]
found = Examiner(codes).examine("x.py", b"class Stop(BaseException): pass")
print(len(codes), list(found.facts))
foreign = [m for m in sys.modules if m.partition('.')[0] in
           ('libcst', 'rich', 'yaml', 'packaging', 'IPython', 'nbformat', 'pandas',
            'ruff')]
assert not foreign, foreign
"""
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "PG210" in done.stdout


def test_the_version_loads_next_to_nothing() -> None:
    program = (
        "import sys; before = set(sys.modules); import pyguard_kernel;"
        "pyguard_kernel.__version__;"
        "print([m for m in sys.modules.keys() - before if m.startswith('pyguard')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(ast.literal_eval(done.stdout)) == {
        "pyguard_kernel",
        "pyguard_kernel._version",
    }
