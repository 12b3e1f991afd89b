"""The code that is checked: Django's source distribution, fetched from the index."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

DJANGO = "6.1.3"
WORK = Path(__file__).parent.parent / "_build" / "benchmarks"


def django(folder: Path) -> Path:
    """Django's sources, unpacked below a folder; fetched the first time alone."""
    tree = folder / f"django-{DJANGO}"
    if not tree.exists():
        archive = folder / f"django-{DJANGO}.tar.gz"
        if not archive.exists():
            _fetch(folder)
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
    return tree


def _fetch(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        subprocess.run([sys.executable, "-m", "ensurepip"], check=True)
    command = [*pip, "download", "--quiet", "--no-deps", "--no-binary", "django"]
    subprocess.run([*command, "--dest", folder, f"django=={DJANGO}"], check=True)


def copied(tree: Path, to: Path) -> Path:
    """A fresh copy, for runs that change a file."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(tree, to)
    return to
