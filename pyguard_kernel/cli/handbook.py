"""`pyguard handbook`: make, run and publish the handbook's pages."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pyguard_kernel.cli import FAILED, complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """Declare `new`, `run`, `sync`, `build` and `serve` with their options."""
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(),
        help="the project's root, where _config.yml is (default: this folder)",
    )
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")

    new = tasks.add_parser("new", help="make the rule, page and cases of a new rule")
    new.add_argument("target", metavar="CHAPTER/NAME")
    new.add_argument("--code", help="default: the chapter's next free code")
    new.add_argument(
        "--project",
        action="store_true",
        help="a rule about a project's files, not about Python code",
    )

    run = tasks.add_parser("run", help="run pages and write them in canonical form")
    run.add_argument("pages", nargs="*", type=Path, metavar="PAGE")
    run.add_argument("--all", action="store_true", help="every page")
    run.add_argument("--timeout", type=int, metavar="SECONDS", help="for each cell")

    tasks.add_parser("sync", help="write the table of contents from the rules")

    tasks.add_parser("build", help="build the site into _build/html")

    serve = tasks.add_parser("serve", help="serve the built site on this machine")
    serve.add_argument("--port", type=int, help="default: 8000, or a free one")


def run(arguments: Namespace) -> int:
    """Do what was asked: 0 done, 2 misuse or failure (with its reason on stderr)."""
    try:
        from pyguard_kernel.handbook.pages import PageError
        from pyguard_kernel.registry import RegistryError
    except ModuleNotFoundError as error:
        complain(
            f"the handbook needs {error.name}; install it with:"
            ' python -m pip install "pyguard-kernel[handbook]"'
        )
        return FAILED
    try:
        return _TASKS[arguments.task](arguments)
    except (PageError, RegistryError) as error:
        complain(error)
        return FAILED


def _new(arguments: Namespace) -> int:
    from pyguard_kernel.handbook.scaffold import scaffold

    made = scaffold(
        arguments.root, arguments.target, arguments.code, project=arguments.project
    )
    for path in made:
        print(path)
    return 0


def _run(arguments: Namespace) -> int:
    from pyguard_kernel.handbook.pages import TIME_LIMIT, PageError, page_files
    from pyguard_kernel.handbook.running import run as run_page

    pages = page_files(arguments.root) if arguments.all else arguments.pages
    if not pages:
        raise PageError("name the pages to run, or say --all")
    code = 0
    for path in pages:
        try:
            changed = run_page(path, seconds=arguments.timeout or TIME_LIMIT)
        except PageError as error:
            complain(error)
            code = FAILED
        else:
            print(f"{path}: {'written' if changed else 'unchanged'}")
    return code


def _sync(arguments: Namespace) -> int:
    from pyguard_kernel.handbook.toc import TOC, write_toc

    changed = write_toc(arguments.root)
    print(f"{arguments.root / TOC}: {'written' if changed else 'unchanged'}")
    return 0


def _build(arguments: Namespace) -> int:
    from pyguard_kernel.handbook.site import build

    print(f"The handbook is built: {build(arguments.root) / 'index.html'}")
    return 0


def _serve(arguments: Namespace) -> int:
    from pyguard_kernel.handbook.site import HOST, server

    with server(arguments.root, arguments.port) as serving:
        address = f"http://{HOST}:{serving.server_port}/"
        print(f"The handbook is at {address} (Ctrl-C ends)", flush=True)
        with suppress(KeyboardInterrupt):
            serving.serve_forever()
    return 0


_TASKS = {"new": _new, "run": _run, "sync": _sync, "build": _build, "serve": _serve}
