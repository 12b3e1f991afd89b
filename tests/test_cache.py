"""Results of earlier runs: kept by content, never trusted when damaged."""

from __future__ import annotations

import builtins
import json
import multiprocessing
import os
import time
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard_kernel.cache import Cache

LONG_AGO = 1_000_000_000
RECORD = {"found": [["PG206", 3, "é \udcff"]], "imports": {}}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cache(key: str = "key") -> Cache:
    return Cache(Path(".pyguard_cache"), key)


def old(path: str, text: str = "x = 1\n", at: int = LONG_AGO) -> str:
    """A file that nobody touched for long."""
    Path(path).write_text(text)
    os.utime(path, (at, at))
    return path


def keep(known: Cache, path: str, record: dict[str, Any] = RECORD) -> None:
    stat = Path(path).stat()
    digest = blake2b(Path(path).read_bytes(), digest_size=16).hexdigest()
    stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    known.store(path, digest, stamp, record)


def saved(*paths: str) -> Path:
    """A cache on disk that knows these files."""
    first = cache()
    for path in paths:
        keep(first, path)
    first.save()
    assert first.warning == ""
    return Path(".pyguard_cache/results")


def test_what_was_kept_is_known_to_the_next_run(here: Path) -> None:
    saved(old("a.py"))
    entry = cache().lookup("a.py")
    assert entry is not None
    assert entry.record == RECORD
    assert len(entry.digest) == 32
    assert cache().lookup("b.py") is None


def test_records_are_the_callers_to_change(here: Path) -> None:
    saved(old("a.py"))
    entry = cache().lookup("a.py")
    assert entry is not None
    entry.record["found"].append("more")
    assert entry.record == RECORD


def test_another_key_knows_nothing(here: Path) -> None:
    saved(old("a.py"))
    assert cache("other").lookup("a.py") is None


def test_an_untouched_file_isnt_read(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(old("a.py"))
    again = cache()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the file was read")

    monkeypatch.setattr(builtins, "open", refuse)
    assert again.lookup("a.py") is not None


def test_a_changed_file_isnt_known(here: Path) -> None:
    saved(old("a.py"))
    old("a.py", "x = 2\n", at=LONG_AGO + 5)
    assert cache().lookup("a.py") is None


def test_a_touched_file_is_known_by_content_and_then_by_time_again(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(old("a.py"))
    old("a.py", at=LONG_AGO + 5)
    second = cache()
    assert second.lookup("a.py") is not None
    second.save()
    third = cache()
    monkeypatch.setattr(builtins, "open", None)
    assert third.lookup("a.py") is not None


def test_an_edit_that_hides_its_time_is_found_by_hash(here: Path) -> None:
    saved(old("a.py"))
    inode = Path("a.py").stat().st_ino
    old("a.py", "x = 2\n")
    assert Path("a.py").stat().st_ino == inode
    assert cache().lookup("a.py") is not None
    assert cache().lookup("a.py", by_hash=True) is None


def test_a_quick_edit_of_the_same_size_is_never_missed(here: Path) -> None:
    Path("a.py").write_text("x = 1\n")
    stat = Path("a.py").stat()
    saved("a.py")
    assert cache().lookup("a.py") is not None  # its content says so
    Path("a.py").write_text("x = 2\n")
    os.utime("a.py", ns=(stat.st_atime_ns, stat.st_mtime_ns))  # a coarse clock
    assert cache().lookup("a.py") is None


def test_a_file_from_the_future_is_known_by_content_alone(here: Path) -> None:
    later = int(time.time()) + 1_000
    saved(old("a.py", at=later))
    assert cache().lookup("a.py") is not None
    old("a.py", "x = 2\n", at=later)
    assert cache().lookup("a.py") is None


def test_files_not_looked_at_stay_unless_they_vanished(here: Path) -> None:
    saved(old("a.py"), old("b.py"), old("c.py"))
    second = cache()
    keep(second, old("new.py"))
    Path("c.py").unlink()
    second.save()
    old("c.py")
    third = cache()
    assert third.lookup("a.py") is not None
    assert third.lookup("b.py") is not None
    assert third.lookup("c.py") is None
    assert third.lookup("new.py") is not None


def test_nothing_new_writes_nothing(here: Path) -> None:
    results = saved(old("a.py"))
    before = results.stat()
    again = cache()
    assert again.lookup("a.py") is not None
    again.save()
    assert results.stat().st_ino == before.st_ino


def test_paths_mean_the_same_file_from_any_folder(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "pkg").mkdir()
    saved(old("a.py"), old("pkg/a.py", "y = 1\n"))
    monkeypatch.chdir(here / "pkg")
    from_below = Cache(here / ".pyguard_cache", "key")
    own, above = from_below.lookup("a.py"), from_below.lookup("../a.py")
    assert own is not None
    assert above is not None
    assert own.digest != above.digest


def test_names_that_arent_utf8_are_kept(here: Path) -> None:
    name = os.fsdecode(b"\xff\n.py")
    saved(old(name))
    assert cache().lookup(name) is not None


def test_one_joined_result_is_kept(here: Path) -> None:
    first = cache()
    first.store_joined("state", {"a.py": [["PG302", 1]]})
    first.save()
    assert cache().joined("state") == {"a.py": [["PG302", 1]]}
    assert cache().joined("other state") is None
    assert cache("other").joined("state") is None
    assert cache().joined("") is None


def test_the_folder_is_private_and_tells_what_it_is(here: Path) -> None:
    results = saved(old("a.py"))
    folder = results.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert results.stat().st_mode & 0o777 == 0o600
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28")


def test_a_link_in_place_of_the_file_isnt_written_through(here: Path) -> None:
    Path("precious").write_text("mine")
    Path(".pyguard_cache").mkdir()
    Path(".pyguard_cache/results").symlink_to("../precious")
    saved(old("a.py"))
    assert Path("precious").read_text() == "mine"
    assert cache().lookup("a.py") is not None


# -- damage -----------------------------------------------------------------------


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_damage_is_as_good_as_no_cache(here: Path, data: st.DataObject) -> None:
    results = saved(old("a.py"), old("b.py", "y = 1\n"))
    whole = results.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["flip", "cut", "insert"]))
    if kind == "flip":
        bit = 1 << data.draw(st.integers(0, 7))
        results.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
    elif kind == "cut":
        results.write_bytes(whole[:at])
    else:
        results.write_bytes(whole[:at] + data.draw(st.binary(min_size=1)) + whole[at:])
    if results.read_bytes() == whole:
        return
    damaged = cache()
    assert damaged.lookup("a.py") is None
    assert damaged.joined("") is None
    keep(damaged, "a.py")
    damaged.save()
    assert cache().lookup("a.py") is not None


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["key", "files", "records", "joined"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(index=plain)
def test_an_index_of_the_wrong_shape_is_as_good_as_none(here: Path, index: Any) -> None:
    from pyguard_kernel.cache import _head

    if isinstance(index, dict):
        index["key"] = "key"
    body = json.dumps(index).encode() + b"\n{}"
    Path(".pyguard_cache").mkdir(exist_ok=True)
    Path(".pyguard_cache/results").write_bytes(_head(body) + b"\n" + body)
    known = cache()
    assert known.lookup(old("a.py")) is None
    keep(known, "a.py")
    known.save()
    assert cache().lookup("a.py") is not None


# -- saving that fails ------------------------------------------------------------

STEPS = ["os.open", "builtins.open", "os.replace", "os.makedirs", "os.scandir"]


@pytest.mark.parametrize("fault", [OSError(28, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_any_step_leaves_the_old_results(
    here: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: BaseException
) -> None:
    saved(old("a.py"))
    second = cache()
    keep(second, old("b.py"))

    def fail(*_: object, **__: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(step, fail)
        if isinstance(fault, OSError):
            second.save()
            assert "No space left" in second.warning
        else:
            with pytest.raises(KeyboardInterrupt):
                second.save()
    third = cache()
    assert third.lookup("a.py") is not None
    assert third.lookup("b.py") is None
    assert not list(Path(".pyguard_cache").glob("*.part"))
    second.save()
    assert cache().lookup("b.py") is not None


def test_a_disk_that_fills_up_midway_is_a_warning(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(old("a.py"))
    second = cache()
    keep(second, old("b.py"), {"found": ["x" * 1_000_000]})
    real = os.open
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", lambda *_: real("/dev/full", os.O_WRONLY))
        second.save()
    assert "No space left" in second.warning
    assert cache().lookup("a.py") is not None


def test_a_folder_that_cant_be_made_is_a_warning(here: Path) -> None:
    Path(".pyguard_cache").write_text("a file")
    known = cache()
    keep(known, old("a.py"))
    known.save()
    assert "can't be kept" in known.warning


def test_what_a_killed_run_left_is_swept_away(here: Path) -> None:
    saved(old("a.py"))
    old(".pyguard_cache/results.1.2.part")
    Path(".pyguard_cache/results.3.4.part").write_text("of a run at work")
    second = cache()
    keep(second, old("b.py"))
    second.save()
    left = [path.name for path in Path(".pyguard_cache").glob("*.part")]
    assert left == ["results.3.4.part"]


def save_often(number: int) -> None:
    for _ in range(30):
        mine = cache()
        keep(mine, "a.py", {"found": [number] * 50_000})
        mine.save()
        assert mine.warning == ""
        found = cache().lookup("a.py")
        assert found is not None, "a torn file"
        assert len(set(found.record["found"])) == 1


def test_two_at_once_never_tear_the_file(here: Path) -> None:
    old("a.py")
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=save_often, args=(number,)) for number in (1, 2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
