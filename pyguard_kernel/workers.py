"""Our own pass over many files, in this process or shared among several."""

from __future__ import annotations

import os

from pyguard_kernel.examine import examine_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Executor

    from pyguard_kernel.records import Examined

# Below this many bytes (some 10,000 lines) processes cost more than they save.
_SMALL_JOB = 400_000
_FILES_A_SHARE = 40


def examined(
    codes: tuple[str, ...],
    sizes: Mapping[str, int],
    jobs: int | None,
    executor: Executor | None,
) -> Iterator[tuple[str, Examined]]:
    """Each path of `sizes` (in bytes) with what our pass gave, in any order.

    The work begins at once where other processes do it, else as it is asked for.
    """
    workers = jobs or _cores()
    if executor is None and (workers == 1 or sum(sizes.values()) < _SMALL_JOB):
        return ((path, examine_files(codes, [path])[0]) for path in sizes)
    own = executor is None
    if executor is None:
        executor = _processes(workers)
    # Dealt round by round from the largest, so that the shares end together.
    order = sorted(sizes, key=sizes.__getitem__, reverse=True)
    count = min(len(order), max(workers * 4, len(order) // _FILES_A_SHARE))
    shares = [order[start::count] for start in range(count)]
    pending = [executor.submit(examine_files, codes, share) for share in shares]

    def results() -> Iterator[tuple[str, Examined]]:
        try:
            for share, future in zip(shares, pending, strict=True):
                yield from zip(share, future.result(), strict=True)
        finally:
            if own:
                executor.shutdown(wait=True, cancel_futures=True)

    return results()


def _processes(workers: int) -> Executor:
    import multiprocessing
    import threading
    from concurrent.futures import ProcessPoolExecutor

    # A fork shares what is loaded and asks nothing of the caller's main module, but
    # isn't safe beside threads.
    methods = multiprocessing.get_all_start_methods()
    alone = threading.active_count() == 1 and "fork" in methods
    context = multiprocessing.get_context("fork" if alone else "spawn")
    return ProcessPoolExecutor(workers, context)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def size(path: str) -> int:
    """A file's size in bytes; none where it can't be told."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 -- asked of every file of a tree
    except OSError:
        return 0
