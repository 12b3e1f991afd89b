"""`python -m benchmarks`: PyGuard beside ruff, flake8, bandit, pylint and bare Python.

Writes benchmarks/report.md. Needs the group `bench`, a quiet machine and an hour, most
of it for pylint; `--quick` leaves the slow peers out and says so.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import platform
import pstats
import subprocess
import sys
from datetime import date
from pathlib import Path

from benchmarks.archives import intake
from benchmarks.auditing import audited
from benchmarks.corpus import DJANGO, WORK, copied, django
from benchmarks.inside import read_inside
from benchmarks.measure import Series, ratio, side_by_side
from benchmarks.planned.planned_rules.all_of_ruff.planned_rules_of_ruff import CODES
from pyguard_kernel.registry import all_rules
from pyguard_kernel.ruff import executable

HERE = Path(__file__).parent
PYGUARD = [str(Path(sys.executable).with_name("pyguard"))]
CHECK = [*PYGUARD, "check", "--isolated", "--quiet", "--output-format", "concise"]
RUFF = [executable(), "check", "--isolated", "--quiet", "--output-format", "concise"]
OWN_CODES = sorted({code for rule in all_rules() for code in rule.ruff_codes})
ALL_CODES = sorted({*OWN_CODES, *CODES.split()})


class Report:
    """The rows of the report, as they come in."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def add(self, what: str, measured: str, must: str, aim: str, how: str) -> None:
        """One row; printed at once, since the whole takes long."""
        self.rows.append(f"| {what} | {measured} | {must} | {aim} | {how} |")
        print(self.rows[-1])

    def text(self, tree: Path, profile: str) -> str:
        """The report as Markdown."""
        lines = _lines(tree)
        return "\n".join(
            [
                "# Speed and memory, side by side",
                "",
                f"Measured on {date.today()} by `make bench`: {_machine()};"
                f" Python {platform.python_version()}, ruff {_ruff_version()}; Django"
                f" {DJANGO} as an sdist, {lines:,} lines.",
                "",
                "Commands run in turn, round by round; a ratio is the median of the"
                " rounds' own ratios; CPU counts child processes. `planned` is a"
                " plug-in that asks for all of ruff that the whole handbook will.",
                "",
                "| what | measured | must | aim | how |",
                "| --- | --- | --- | --- | --- |",
                *self.rows,
                "",
                (HERE / "why.md").read_text(encoding="utf-8").strip(),
                "",
                "## Where a cold scan spends its time",
                "",
                "One process, by function, our own pass and ruff's results:",
                "",
                "```text",
                profile.strip(),
                "```",
                "",
            ]
        )


def main() -> None:
    """Measure, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="without the slow peers")
    options = parser.parse_args()
    # The plug-in that stands for the rules to come.
    os.environ["PYTHONPATH"] = f"{HERE / 'planned'}:{HERE.parent}"
    tree = django(WORK)
    report = Report()
    cold(report, tree, options.rounds)
    inside(report, tree, options.rounds)
    warm(report, tree, options.rounds)
    small(report, max(options.rounds * 2, 15))
    cores(report, tree, options.rounds)
    intake(report.add, tree, WORK, options.rounds)
    audited(report.add, tree, options.rounds)
    peers(report, tree, quick=options.quick)
    text = report.text(tree, _profile(tree))
    (HERE / "report.md").write_text(text, encoding="utf-8")
    print(f"written: {HERE / 'report.md'}")


def cold(report: Report, tree: Path, rounds: int) -> None:
    """A first run, against ruff alone with the same codes."""
    fresh = [*CHECK, "--no-cache"]
    ruff = [*RUFF, "--no-cache", "--select"]
    series = side_by_side(
        {
            "ours": [*fresh, "--select", "PG,BENCH", str(tree)],
            "ruff": [*ruff, ",".join(ALL_CODES), str(tree)],
            "ours, built rules": [*fresh, "--select", "PG", str(tree)],
            "ruff, built rules": [*ruff, ",".join(OWN_CODES), str(tree)],
        },
        rounds,
    )
    ours, theirs = series["ours"], series["ruff"]
    report.add(
        "cold scan, ours and ruff's, against ruff with the same codes, CPU",
        f"**{ratio(ours, theirs):.1f}x** ({_costs(ours)} against {_costs(theirs)})",
        "at most 8x",
        "6x",
        f"{len(all_rules())} rules and `planned`: {len(ALL_CODES)} codes of ruff",
    )
    ours, theirs = series["ours, built rules"], series["ruff, built rules"]
    report.add(
        "the same with the built rules' codes alone",
        f"{ratio(ours, theirs):.1f}x ({_costs(ours)} against {_costs(theirs)})",
        "",
        "",
        f"{len(OWN_CODES)} codes of ruff, for which ruff has next to nothing to do",
    )


def inside(report: Report, tree: Path, rounds: int) -> None:
    """What our walk and rules cost beside the parser, and how much memory they take."""
    shares, seconds = [], []
    for _ in range(rounds):
        parse = read_inside("parse", tree)
        ours = read_inside("examine", tree)
        shares.append((ours["cpu"] - ours["parse"]) / parse["cpu"])
        seconds.append((ours["cpu"], ours["parse"], parse["cpu"]))
    share = sorted(shares)[len(shares) // 2]
    total, own_parse, parse_all = seconds[shares.index(share)]
    report.add(
        "our walk and rules, as a share of parsing alone",
        f"**{share:.2f}** ({total - own_parse:.1f} s beside {parse_all:.1f} s)",
        "at most 0.8",
        "0.4",
        "parsing every file once; ours reads, walks and draws facts, less its parsing"
        f" ({own_parse:.1f} s: files that no rule calls for aren't parsed)",
    )
    peak = max(read_inside("memory", tree)["peak"] for _ in range(3))
    worker = max(read_inside("workers", tree)["peak"] for _ in range(3))
    report.add(
        "memory of our processes over the whole",
        f"**{peak:.0f} MB** in one process; {worker:.0f} MB the largest of two workers",
        "150 MB",
        "80 MB",
        "peak resident size, ruff's own process apart",
    )


def warm(report: Report, tree: Path, rounds: int) -> None:
    """Second runs."""
    copy = copied(tree, WORK / "copy")
    ours = [*CHECK, "--cache-dir", str(WORK / "cache"), "--select"]
    ruff = [*RUFF, "--cache-dir", str(WORK / "ruff-cache"), "--select"]
    every = {
        "ours": [*ours, "PG,BENCH", str(copy)],
        "ruff": [*ruff, ",".join(ALL_CODES), str(copy)],
    }
    side_by_side(every, 1)
    series = side_by_side(every, rounds)
    less = ratio(series["ruff"], series["ours"])
    report.add(
        "second run, most files with findings, against ruff's own second run, CPU",
        f"**{less:.1f}x less** ({_costs(series['ours'])}; {_costs(series['ruff'])})",
        "5x less",
        "10x less",
        "`planned` gives most files findings; both print all of them",
    )
    clean = {
        "ours": [*ours, "PG206", str(copy)],
        "ruff": [*ruff, "E722", str(copy)],
    }
    side_by_side(clean, 1)
    series = side_by_side(clean, rounds)
    report.add(
        "second run, a clean tree, against ruff's, CPU",
        f"**{ratio(series['ours'], series['ruff']):.1f}x**"
        f" ({_costs(series['ours'])} against {_costs(series['ruff'])})",
        "at most 3x",
        "2x",
        "one rule that finds nothing in Django",
    )
    changed = copy / "django" / "db" / "models" / "query.py"
    text = changed.read_text(encoding="utf-8")
    count = iter(range(1000))

    def touch() -> None:
        changed.write_text(f"{text}\n# {next(count)}\n", encoding="utf-8")

    one = {"ours": [*ours, "PG", str(copy)]}
    side_by_side(one, 1)
    series = side_by_side(one, rounds, before={"ours": touch})
    report.add(
        f"one changed file of {len(list(copy.rglob('*.py'))):,}, CPU",
        f"**{series['ours'].median('cpu'):.2f} s**"
        f" (wall {series['ours'].median('wall'):.2f} s)",
        "0.4 s",
        "0.2 s",
        "`django/db/models/query.py`, all built rules",
    )


def small(report: Report, rounds: int) -> None:
    """A snippet, and the version alone."""
    snippet = WORK / "snippet.py"
    snippet.write_text(
        "import asyncio\n\n\nasync def main():\n"
        "    try:\n        await asyncio.sleep(1)\n"
        "    except:\n        pass\n",
        encoding="utf-8",
    )
    series = side_by_side(
        {
            "python": [sys.executable, "-c", "pass"],
            "snippet": [*CHECK, "--no-cache", "-"],
            "version": [*PYGUARD, "--version"],
        },
        rounds,
        stdin=snippet,
    )
    python = series["python"]
    report.add(
        "a snippet on standard input, ruff included, against `python -c pass`",
        f"**{ratio(series['snippet'], python):.1f}x** CPU,"
        f" {ratio(series['snippet'], python, 'wall'):.1f}x wall"
        f" ({_costs(series['snippet'])} against {_costs(python)})",
        "at most 3x",
        "1.8x",
        "all built rules",
    )
    more = (series["version"].median("wall") - python.median("wall")) * 1000
    report.add(
        "`pyguard --version` over `python -c pass`",
        f"**{more:+.0f} ms**",
        "+15 ms",
        "+5 ms",
        "wall",
    )


def cores(report: Report, tree: Path, rounds: int) -> None:
    """Two cores against one."""
    series = side_by_side(
        {
            jobs: [*CHECK, "--no-cache", "--select", "PG", "--jobs", jobs, str(tree)]
            for jobs in ("1", "2")
        },
        rounds,
    )
    report.add(
        "two cores against one",
        f"**{ratio(series['1'], series['2'], 'wall'):.2f}x**"
        f" ({series['1'].median('wall'):.1f} s, {series['2'].median('wall'):.1f} s)",
        "1.5x",
        "1.7x",
        "wall, `--jobs 1` against `--jobs 2`; ruff uses both cores in each",
    )


def peers(report: Report, tree: Path, *, quick: bool) -> None:
    """The checkers that are written in Python, over all of Django, and pylint."""
    part = tree / "django" / "db"
    module = [sys.executable, "-m"]
    cases = {
        "flake8": (tree, [*module, "flake8", "--isolated", "-j", "1", str(tree)], 1),
        "bandit": (tree, [*module, "bandit", "-q", "-r", str(tree)], 1),
        "pylint": (
            part,
            [*module, "pylint", "--rcfile=/dev/null", "-j", "1", str(part)],
            1,
        ),
    }
    wanted = {
        "flake8": ("5x less", "8x less"),
        "bandit": ("3x less", "5x less"),
        "pylint": ("50x less", "100x less"),
    }
    for name, (target, command, rounds) in cases.items():
        if quick:
            report.add(f"cold scan against {name}, CPU", "not run", *wanted[name], "")
            continue
        ours = [*CHECK, "--no-cache", "--select", "PG", str(target)]
        series = side_by_side({"ours": ours, name: command}, rounds)
        report.add(
            f"cold scan against {name}, CPU",
            f"**{ratio(series[name], series['ours']):.1f}x less**"
            f" ({_costs(series['ours'])}; {_costs(series[name])})",
            *wanted[name],
            f"{_lines(target):,} lines, its default rules, one process, {rounds} round",
        )


def _costs(series: Series) -> str:
    return f"{series.median('cpu'):.2f} s CPU, {series.median('wall'):.2f} s wall"


def _lines(tree: Path) -> int:
    return sum(file.read_bytes().count(b"\n") for file in tree.rglob("*.py"))


def _machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{os.cpu_count()} cores, {model}, {platform.system()}"


def _ruff_version() -> str:
    done = subprocess.run(
        [executable(), "--version"], capture_output=True, text=True, check=True
    )
    return done.stdout.split()[-1]


def _profile(tree: Path) -> str:
    """The functions that a cold scan spends its time in."""
    from pyguard_kernel.scan import scan
    from pyguard_kernel.settings import Settings

    profile = cProfile.Profile()
    profile.enable()
    scan([os.path.relpath(tree)], Settings(), jobs=1)
    profile.disable()
    out = io.StringIO()
    stats = pstats.Stats(profile, stream=out)
    stats.strip_dirs().sort_stats("tottime").print_stats(25)
    lines = [line.rstrip() for line in out.getvalue().splitlines() if line.strip()]
    return "\n".join(line for line in lines if "List reduced" not in line)


if __name__ == "__main__":
    main()
