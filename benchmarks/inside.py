"""One measurement in a process of its own: python -m benchmarks.inside WHAT TREE."""

from __future__ import annotations

import ast
import gc
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path

MODULE = "benchmarks.inside"


def read_inside(what: str, tree: Path) -> dict[str, float]:
    """Measure in a fresh process: seconds of CPU and megabytes."""
    done = subprocess.run(
        [sys.executable, "-m", MODULE, what, str(tree)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def parse(tree: Path) -> dict[str, float]:
    """Parse every file of a tree once, and nothing else."""
    texts = [file.read_bytes() for file in sorted(tree.rglob("*.py"))]
    gc.disable()
    warnings.simplefilter("ignore")
    start = time.process_time()
    for text in texts:
        try:
            ast.parse(text)
        except (SyntaxError, ValueError):
            continue
    return {"cpu": time.process_time() - start}


def examine(tree: Path) -> dict[str, float]:
    """Our own pass over every file, read before; `parse` is the parser's share."""
    from pyguard_kernel import source
    from pyguard_kernel.examine import Examiner, calm
    from pyguard_kernel.registry import all_rules

    spent = 0.0
    parser = source.parse

    def timed(text: str) -> ast.Module:
        nonlocal spent
        start = time.process_time()
        try:
            return parser(text)
        finally:
            spent += time.process_time() - start

    source.parse = timed
    examiner = Examiner(rule.code for rule in all_rules())
    files = [(str(file), file.read_bytes()) for file in sorted(tree.rglob("*.py"))]
    with calm():
        start = time.process_time()
        for path, data in files:
            examiner.examine(path, data)
        return {"cpu": time.process_time() - start, "parse": spent}


def scanned(tree: Path, jobs: int) -> None:
    """One scan without a cache."""
    from pyguard_kernel.scan import scan
    from pyguard_kernel.settings import Settings

    scan([os.path.relpath(tree)], Settings(), jobs=jobs)


def memory(tree: Path) -> dict[str, float]:
    """The peak of one process that does all of our part."""
    scanned(tree, 1)
    return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def workers(tree: Path) -> dict[str, float]:
    """The peak of the larger of two workers, which have nothing to do with ruff."""
    from pyguard_kernel.registry import all_rules
    from pyguard_kernel.workers import examined

    codes = tuple(rule.code for rule in all_rules())
    sizes = {str(file): file.stat().st_size for file in tree.rglob("*.py")}
    for _ in examined(codes, sizes, 2, None):
        pass
    return {"peak": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}


if __name__ == "__main__":
    measure = {"parse": parse, "examine": examine, "memory": memory, "workers": workers}
    print(json.dumps(measure[sys.argv[1]](Path(sys.argv[2]))))
