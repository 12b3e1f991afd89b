"""The intake of a 100 MB archive, beside what the standard library unpacks it with.

`python -m benchmarks.archives` prints these rows alone; with WAY, ARCHIVE and FOLDER it
is one measurement in a process of its own.
"""

from __future__ import annotations

import io
import json
import random
import resource
import runpy
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MODULE = "benchmarks.archives"
_SIZE = 100_000_000
_ASSET = 4_000_000
_PARTS = ("cpu", "peak")


def intake(add: Callable[..., None], tree: Path, folder: Path, rounds: int) -> None:
    """Rows for a zip and a tar.gz: a project's sources, and assets that don't pack."""
    for kind, peer in (("zip", "zipfile"), ("tar.gz", "tarfile")):
        archive = folder / f"intake.{kind}"
        members = _build(archive, tree)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(_measured("ours", archive))
            theirs.append(_measured(peer, archive))
        pairs = list(zip(ours, theirs, strict=True))
        ratio = statistics.median(a["cpu"] / b["cpu"] for a, b in pairs)
        size = archive.stat().st_size / 1e6
        add(
            f"intake of a {kind} of {size:.0f} MB, against `python -m {peer} -e`, CPU",
            f"**{ratio:.2f}x** ({_costs(ours)}; {_costs(theirs)})",
            "",
            "",
            f"{members:,} files, the largest of {_ASSET // 1_000_000} MB; ours with all"
            " checks and limits, and with taking the folder away",
        )
        archive.unlink()


def _costs(runs: list[dict[str, float]]) -> str:
    cpu, peak = (statistics.median(run[part] for run in runs) for part in _PARTS)
    return f"{cpu:.2f} s CPU, {peak:.0f} MB at most"


def _build(archive: Path, tree: Path) -> int:
    """Write an archive of about 100 MB; returns how many files are in it."""
    chance = random.Random(7)  # noqa: S311 -- assets, not keys
    files = [file for file in sorted(tree.rglob("*")) if file.is_file()]
    names = [(f"repo/{file.relative_to(tree)}", file) for file in files]
    count = 0
    with archive.open("wb") as out:
        if archive.suffix == ".zip":
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
                for name, file in names:
                    packed.write(file, name)
                while out.tell() < _SIZE:
                    count += 1
                    packed.writestr(f"repo/a/{count}.bin", chance.randbytes(_ASSET))
        else:
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as tar:
                for name, file in names:
                    tar.add(file, name)
                while out.tell() < _SIZE:
                    count += 1
                    member = tarfile.TarInfo(f"repo/a/{count}.bin")
                    member.size = _ASSET
                    tar.addfile(member, io.BytesIO(chance.randbytes(_ASSET)))
    return len(names) + count


def _measured(way: str, archive: Path) -> dict[str, float]:
    folder = tempfile.mkdtemp()
    try:
        done = subprocess.run(
            [sys.executable, "-m", MODULE, way, str(archive), folder],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        )
    finally:
        shutil.rmtree(folder)
    print(f"  {way}: {done.stdout.strip()}", file=sys.stderr)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _run(way: str, archive: str, folder: str) -> dict[str, float]:
    """One intake in this process: seconds of CPU, and megabytes."""
    start = time.process_time()
    if way == "ours":
        from pyguard_kernel.archives import unpacked

        tempfile.tempdir = folder
        with unpacked(archive):
            pass
    else:
        sys.argv = [way, "-e", archive, folder]
        runpy.run_module(way, run_name="__main__", alter_sys=True)
    return dict(zip(_PARTS, (time.process_time() - start, _peak()), strict=True))


def _peak() -> float:
    """The most memory this program had; not what its parent had before it."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(_run(*sys.argv[1:])))
    else:
        from benchmarks.corpus import WORK, django

        intake(print, django(WORK), WORK, rounds=3)
