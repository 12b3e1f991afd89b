"""What is kept of rules is what their files say, and is dropped when these change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pyguard_kernel.registry import all_rules
from pyguard_kernel.report.table import table

HERE = Path(__file__).parent
LONG_AGO = 1_700_000_000

PROGRAM = """
import json, sys
from pyguard_kernel import check, registry
from pyguard_kernel.report.table import table
rules = registry.all_rules()
loaded = [m for m in sys.modules if m.startswith(("pyguard_kernel.rules.", "acme"))]
said = [finding.message for finding in check("assert 1\\n", select=["ACME1"])]
from pyguard_kernel.scan import check_texts
from pyguard_kernel.settings import Settings
texts = {"pyproject.toml": b"[project]\\n", "a.py": b""}
crashes = check_texts(texts, Settings()).crashes
assert not crashes, crashes
print(json.dumps([len(loaded), said, table(rules)], default=str))
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plug-in in a folder of its own, written long ago."""
    folder = tmp_path / "plugin"
    shutil.copytree(HERE / "plugin", folder)
    for file in folder.rglob("*.py"):
        os.utime(file, (LONG_AGO, LONG_AGO))
    return folder


def told(plugin: Path, *, keep: bool = True) -> tuple[int, list[str], object]:
    """A new process: rule modules loaded at first, what is found, all rules' tables."""
    environment = {
        "PYTHONPATH": f"{plugin}:{HERE.parent}",
        "PYTHONPYCACHEPREFIX": str(plugin.parent / "compiled"),
        "PYTHONDONTWRITEBYTECODE": "" if keep else "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    import json

    loaded, said, rules = json.loads(done.stdout)
    return loaded, said, rules


def kept(plugin: Path) -> list[Path]:
    return list((plugin.parent / "compiled").rglob("rules.*.idx"))


def test_the_second_run_loads_no_rule_and_says_the_same(plugin: Path) -> None:
    first, second = told(plugin), told(plugin)
    assert first[0] > 0
    assert second == (0, *first[1:])
    assert len(kept(plugin)) == 2  # ours, and the plug-in's


def test_a_changed_rule_is_read_anew(plugin: Path) -> None:
    told(plugin)
    file = plugin / "acme_rules" / "house" / "needless_assert_true.py"
    text = file.read_text()
    for number, word in enumerate(("fails", "stops")):
        file.write_text(text.replace("can't fail", f"never {word}"))
        os.utime(file, (LONG_AGO + number, LONG_AGO + number))
        for _ in range(2):
            assert told(plugin)[1] == [f"`assert 1` never {word}: assert what you mean"]


def test_a_new_rule_is_seen(plugin: Path) -> None:
    told(plugin)
    house = plugin / "acme_rules" / "house"
    text = (house / "needless_assert_true.py").read_text()
    (house / "another.py").write_text(text.replace("ACME1", "ACME2"))
    assert "ACME2" in str(told(plugin)[2])


def test_a_file_that_just_changed_is_not_relied_on(plugin: Path) -> None:
    (plugin / "acme_rules" / "__init__.py").touch()
    told(plugin)
    assert all("acme_rules" not in str(file) for file in kept(plugin))


def test_nothing_is_written_where_python_writes_nothing(plugin: Path) -> None:
    told(plugin, keep=False)
    assert not kept(plugin)


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, b"\xe9\x00", b"N", b"[\xff"])
def test_what_is_damaged_is_not_trusted(plugin: Path, damage: bytes) -> None:
    whole = told(plugin)
    for file in kept(plugin):
        file.write_bytes(damage)
    assert told(plugin)[1:] == whole[1:]


def test_what_is_kept_of_our_rules_is_all_that_their_table_tells(
    plugin: Path,
) -> None:
    told(plugin)
    ours = [rule for rule in told(plugin)[2]["rules"] if rule["code"][:2] == "PG"]  # type: ignore[index]
    assert ours == table(all_rules())["rules"]
