"""Our pass over many files: here, in processes, or by an executor that is given."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pyguard_kernel import workers
from pyguard_kernel.records import Examined
from pyguard_kernel.registry import all_rules
from pyguard_kernel.workers import examined, size

CODES = tuple(rule.code for rule in all_rules())
BAD = "eval(input())\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, int]:
    for number in range(90):
        (tmp_path / f"m{number}.py").write_text(BAD + f"x = {number}\n" * number)
    return {str(path): size(str(path)) for path in tmp_path.iterdir()}


def plain(results: Any) -> dict[str, Examined]:
    return dict(results)


class Recorder(ThreadPoolExecutor):
    """Remembers the shares that it was given."""

    def __init__(self) -> None:
        super().__init__(1)
        self.shares: list[list[str]] = []

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **options: Any
    ) -> Future[Any]:
        self.shares.append(args[1])
        return super().submit(fn, *args, **options)


def test_however_the_work_is_shared_the_results_are_the_same(
    files: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = plain(examined(CODES, files, 1, None))
    assert here.keys() == files.keys()
    assert all(result.found for result in here.values())
    with Recorder() as executor:
        assert plain(examined(CODES, files, None, executor)) == here
    assert sorted(p for share in executor.shares for p in share) == sorted(files)
    monkeypatch.setattr(workers, "_SMALL_JOB", 0)
    assert plain(examined(CODES, files, 2, None)) == here


def test_shares_are_of_like_size(files: dict[str, int]) -> None:
    with Recorder() as executor:
        plain(examined(CODES, files, 3, executor))
    weights = [sum(files[path] for path in share) for share in executor.shares]
    assert max(weights) < 1.5 * min(weights)


def test_a_small_job_stays_here_and_is_done_as_it_is_asked_for(
    files: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_processes(count: int) -> Executor:
        raise AssertionError(f"{count} processes for a small job")

    monkeypatch.setattr(workers, "_processes", no_processes)
    results = examined(CODES, files, 2, None)
    first, _ = next(results)
    gone = next(path for path in reversed(files) if path != first)
    Path(gone).unlink()
    assert plain(results)[gone].digest == ""


def test_beside_threads_processes_are_spawned(
    files: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_SMALL_JOB", 0)
    some = dict(list(files.items())[:2])
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        results = plain(examined(CODES, some, 1 + 1, None))
    finally:
        stop.set()
        thread.join()
    assert all(result.found for result in results.values())


def test_a_size_that_cannot_be_told_is_none() -> None:
    assert size("/nowhere/at/all.py") == 0
