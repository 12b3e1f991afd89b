"""A run that finds nothing changed says what the last one said, and nothing older."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyguard_kernel.model import Finding
from pyguard_kernel.scan import scan
from pyguard_kernel.settings import Settings
from pyguard_kernel.values import replace

BARE = "try:\n    work()\nexcept:\n    pass\n"
CACHE = Path(".pyguard_cache")
KEPT = CACHE / "findings"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text(BARE)
    Path("b.py").write_text("import os\n")
    return tmp_path


def look(**changes: Any) -> tuple[Finding, ...]:
    settings = replace(Settings().with_options(select=["PG206"]), **changes)
    return scan(["."], settings, cache_folder=CACHE).findings


def test_no_record_is_read_where_nothing_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cold = look()

    def fail(*_: object) -> None:
        raise AssertionError("read")

    monkeypatch.setattr("pyguard_kernel.scan._Run.known", fail)
    assert look() == cold != ()


@pytest.mark.parametrize(
    "changes",
    [
        {"per_file_ignores": (("a.py", ("PG206",)),)},
        {"exempt": {"PG206": "legacy"}},
        {"handbook_url": "https://example.org/"},
    ],
)
def test_other_settings_get_their_own_answer(changes: dict[str, Any]) -> None:
    before = look()
    after = look(**changes)
    assert after != before
    assert look(**changes) == after
    assert look() == before


def test_a_change_is_seen() -> None:
    look()
    Path("b.py").write_text(BARE)
    assert len(look()) == 2
    Path("a.py").unlink()
    assert [finding.path for finding in look()] == ["b.py"]


@pytest.mark.parametrize("part", [b"", b"x", b"x\ny\n[]"])
def test_what_is_damaged_is_not_trusted(part: bytes) -> None:
    before = look()
    for damaged in (part, KEPT.read_bytes()[:-5], KEPT.read_bytes() + b" "):
        KEPT.write_bytes(damaged)
        assert look() == before


def test_it_is_as_private_as_the_cache() -> None:
    look()
    assert KEPT.stat().st_mode & 0o077 == 0
