"""What the guide shows is what happens: its files are written, its commands run."""

import io
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from pyguard_kernel.cli import main

GUIDE = Path(__file__).parents[2] / "book" / "guide"
BLOCK = re.compile(r"^```(\S*)(?: \w+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CAPTION = re.compile(r":caption: (.+)\n\n")

# Commands that set something up, never end, or work on PyGuard's own tree.
OTHERS = re.compile(r"python (?!-m zipfile)|make |pyguard handbook|.* --watch|.*book/")


class Command(NamedTuple):
    """A command line, and the lines shown under it; `...` stands for anything."""

    line: str
    shown: list[str]


def steps(text: str) -> list[Command | tuple[str, str]]:
    """The commands of a page, and the files (name, text) that it shows, in order."""
    found: list[Command | tuple[str, str]] = []
    for kind, body in BLOCK.findall(text):
        caption = CAPTION.match(body)
        if caption is not None:
            found.append((caption[1], body[caption.end() :]))
        elif kind == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                line, *shown = part.splitlines()
                if not OTHERS.match(line):
                    found.append(Command(line, [s for s in shown if s]))
    return found


READ = {path.stem: path.read_text(encoding="utf-8") for path in GUIDE.glob("*.md")}
PAGES = {name: found for name, text in READ.items() if (found := steps(text))}


def test_the_pages_that_show_commands_are_found() -> None:
    assert {
        "archives",
        "install",
        "check",
        "configure",
        "suppress",
        "baseline",
    } <= PAGES.keys()


@pytest.mark.parametrize("page", PAGES)
def test_the_guides_commands_do_what_it_shows(
    page: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for step in PAGES[page]:
        if not isinstance(step, Command):
            name, text = step
            Path(name).write_text(text, encoding="utf-8")
            continue
        line, _, given = step.line.partition(" < ")
        if given:
            data = io.BytesIO(Path(given).read_bytes())
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(data))
        program, *words = shlex.split(line)
        if program == "python":
            subprocess.run([sys.executable, *words], check=True)
            continue
        assert program == "pyguard"
        code = main(words)
        said = "".join(capsys.readouterr())
        for shown in step.shown:
            pattern = re.escape(shown).replace(re.escape("..."), ".*")
            assert re.search(pattern, said), line
        assert code in {0, 1} or step.shown, f"{line} ended with {code}:\n{said}"
