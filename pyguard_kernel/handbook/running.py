"""Runs pages, each in a kernel and a folder of its own, and writes what came out."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyguard_kernel
from pyguard_kernel.handbook.pages import TIME_LIMIT, Page, PageError, canonical, read

if TYPE_CHECKING:
    from nbformat import NotebookNode


def run(path: Path, *, seconds: int = TIME_LIMIT) -> bool:
    """Run one page and write it, outputs and all, in canonical form.

    Returns whether the file changed.

    Raises:
        PageError: a cell failed that isn't tagged `raises-exception`, or took longer
            than so many seconds.
    """
    page = read(path)
    text = canonical(replace(page, notebook=executed(page, seconds=seconds)))
    changed = text != path.read_text(encoding="utf-8")
    if changed:
        path.write_text(text, encoding="utf-8")
    return changed


def executed(page: Page, *, seconds: int = TIME_LIMIT) -> NotebookNode:
    """The page's notebook with fresh outputs; the page itself stays as it is.

    Raises:
        PageError: as `run` does.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import (
        CellExecutionError,
        CellTimeoutError,
        DeadKernelError,
    )

    notebook: NotebookNode = nbformat.from_dict(page.notebook)
    with tempfile.TemporaryDirectory(prefix="pyguard-page-") as folder:
        client = NotebookClient(
            notebook,
            timeout=seconds,
            kernel_name="python3",
            extra_arguments=["--log-level=40"],
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute(env=_environment(folder))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise PageError(f"{page.path}: {error}") from error
    return notebook


def _environment(folder: str) -> dict[str, str]:
    """This process's own, with this very package first and no profile of the user's."""
    package = Path(pyguard_kernel.__file__).parents[1]
    search = filter(None, [str(package), os.environ.get("PYTHONPATH")])
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(search),
        "IPYTHONDIR": str(Path(folder, ".ipython")),
    }
