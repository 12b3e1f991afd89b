"""Builds the site with jupyter-book, and serves it on this machine alone."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pyguard_kernel.handbook.pages import BOOK, PageError
from pyguard_kernel.handbook.toc import TOC

CONFIG = "_config.yml"
HOST = "127.0.0.1"
PORT = 8000

# The package can't be run by -m, and its script may not be on the path.
_JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"


def build(root: Path, output: Path | None = None) -> Path:
    """Build the site, with every warning an error; return the folder of its pages.

    Without an output folder it goes to `_build/html` below the root.

    Raises:
        PageError: there is no handbook here, or the build failed.
    """
    if not (root / CONFIG).is_file():
        raise PageError(f"{root / CONFIG}: isn't there; run this in the project's root")
    root = root.resolve()
    output = output or root
    command = [
        *(sys.executable, "-c", _JUPYTER_BOOK, "build", str(root / BOOK)),
        *("--config", str(root / CONFIG), "--toc", str(root / TOC)),
        *("--path-output", str(output)),
        *("-W", "-n", "--keep-going", "-q"),
    ]
    if subprocess.run(command, check=False).returncode != 0:
        raise PageError("the build failed; jupyter-book says above what to mend")
    return output / "_build" / "html"


def server(root: Path, port: int | None = None) -> ThreadingHTTPServer:
    """A server of the built site on the loopback address, ready to be run.

    Without a port it takes 8000, or any free one where that is taken.

    Raises:
        PageError: the site isn't built, or the port that was asked for is taken.
    """
    site = root / "_build" / "html"
    if not (site / "index.html").is_file():
        raise PageError("the site isn't built; run `pyguard handbook build` first")
    handler = partial(_Quiet, directory=str(site))
    try:
        return ThreadingHTTPServer((HOST, PORT if port is None else port), handler)
    except OSError as error:
        if port is None:
            return ThreadingHTTPServer((HOST, 0), handler)
        raise PageError(
            f"port {port}: {error.strerror}; choose another with --port"
        ) from error


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of every request."""
