"""Programs that run other programs: what is really run behind them.

`uv run --frozen ruff check` runs `ruff check`; so do `uvx`, `poetry run`, `python -m`,
`sudo`, `env`, `docker run IMAGE`, a path like `.venv/bin/ruff`, and `ruff@0.16`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._runner_tables import (
    ALIASES,
    DOCKER_VALUES,
    FOLDERS,
    GLOBAL_VALUES,
    MODULES,
    RUNNERS,
    TOOL_IMAGES,
    as_set,
)
from pyguard_kernel.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DEEPEST = 12

_PYTHON = re.compile(r"(?:python|pypy)[\d.]*t?(?:-dbg)?")
_PIP = re.compile(r"pip[\d.]*")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_VERSION = re.compile(r"(?<=[A-Za-z0-9\]])(?:@|==|~=|>=|<=|<|>).*")
_SUFFIX = re.compile(r"\.(?:exe|cmd|bat)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class End:
    """What a call comes to: a program with its words, or a script of a shell.

    `folder` is where it runs, from where the call stands.
    """

    words: tuple[str, ...] = ()
    script: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    errexit: bool = False


def unwrapped(words: Sequence[str]) -> list[End]:
    """The programs that a call runs; at least one, the call itself.

    `coverage run -m pytest` and `docker run IMAGE pytest` come to two.
    """
    env: dict[str, str] = {}
    folder = ""
    left = list(words)
    both: list[End] = []
    for _ in range(_DEEPEST):
        left = _named(left)
        script = _script(left)
        if script is not None:
            strict = _is_strict(left)
            return [*both, End((), script, env, folder, strict)]
        folder = _folder(left, folder)
        after = _behind(left, env)
        if after is None:
            outer, inner = _also(left)
            if not inner:
                break
            both.append(End(tuple(outer), None, dict(env), folder))
            left = inner
            continue
        left = after
    return [*both, End(tuple(left), None, env, folder)]


def _folder(words: list[str], folder: str) -> str:
    """Where a program is told to go from a folder before it runs anything."""
    known = FOLDERS.get(words[0], ()) if words else ()
    own = words[: _own(words)]
    for number, word in enumerate(own):
        name, equals, value = word.partition("=")
        if name in known:
            place = value if equals else "".join(own[number + 1 :][:1])
            return f"{folder}/{place}" if folder else place
    return folder


def _own(words: list[str]) -> int:
    """How many words are a runner's own; all, where it runs nothing else."""
    for length in (3, 2, 1):
        runner = RUNNERS.get(tuple(words[:length]))
        if runner is not None and len(words) >= length:
            own = length + _options(words[length:], runner.values) + runner.skip
            if own < len(words):
                return own
    return len(words)


def _named(words: list[str]) -> list[str]:
    """The words with the program's plain name, and its subcommand right behind."""
    if not words:
        return words
    name = words[0].replace("\\", "/")
    if name.startswith("./") or "/" not in name:
        bare = _SUFFIX.sub("", name)
    elif re.search(r"(?:^|/)(?:s?bin|Scripts)/[^/]+$", name):
        bare = _SUFFIX.sub("", name.rpartition("/")[2])
    else:
        bare = name
    if _PIP.fullmatch(bare):
        bare = "pip"
    elif _PYTHON.fullmatch(bare) or bare == "py":
        bare = "python"
    elif bare in ALIASES:
        bare = ALIASES[bare]
    elif words[1:2] == ["-m"] and re.fullmatch(r"[$%].*", bare):
        # A variable that is asked for a module: "$PYTHON" -m pytest.
        bare = "python"
    rest = words[1:]
    if bare in GLOBAL_VALUES and rest and rest[0].startswith("-"):
        count = _options(rest, GLOBAL_VALUES[bare])
        if count < len(rest):
            rest = [rest[count], *rest[:count], *rest[count + 1 :]]
    return [bare, *rest]


def _options(words: Sequence[str], values: frozenset[str]) -> int:
    """How many of the words are options, their values counted."""
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        if words[at] == "--":
            return at + 1
        at += 2 if words[at] in values else 1
    return min(at, len(words))


def _behind(words: list[str], env: dict[str, str]) -> list[str] | None:
    """The words that a runner runs; None where this is no runner."""
    if words[:1] == ["env"]:
        return _env(words[1:], env)
    if words[:1] == ["python"]:
        return _python(words[1:])
    own = _own(words)
    return _told(words[:own], words[own:]) if own < len(words) else None


def _told(runner: list[str], rest: list[str]) -> list[str]:
    """What a runner makes of the words that it is told to run."""
    if runner[0] == "uv" and {"-m", "--module"} & set(runner):
        return ["python", "-m", *rest]
    if runner[0] in ("uv", "rye", "pdm") and rest[0].endswith(".py"):
        return ["python", *rest]
    if runner[0] == "hatch":
        # `+py=3.13` and `-py=3.12` choose among the environments of a matrix.
        while len(rest) > 1 and re.match(r"[-+]\w+=", rest[0]):
            rest = rest[1:]
        return [rest[0].rpartition(":")[2] or rest[0], *rest[1:]]
    if runner[0] in ("uvx", "pipx", "npx", "bunx") or runner[1:2] == ["tool"]:
        return [_VERSION.sub("", rest[0]), *rest[1:]]
    return rest


def _env(words: list[str], env: dict[str, str]) -> list[str] | None:
    count = _options(words, frozenset({"-u", "--unset", "-C", "--chdir"}))
    rest = words[count:]
    while rest and (match := _ASSIGNMENT.fullmatch(rest[0])):
        env[match[1]] = match[2]
        rest = rest[1:]
    return rest or None


def _python(words: list[str]) -> list[str] | None:
    """`python -m ruff check` runs `ruff check`; a script stays a script."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        if words[at].startswith("-m"):
            rest = words[at + 1 :]
            rest = [words[at][2:], *rest] if len(words[at]) > 2 else rest
            return [MODULES.get(rest[0], rest[0]), *rest[1:]] if rest else None
        if words[at] == "-c":
            return None
        at += 2 if words[at] in ("-W", "-X") else 1
    return None


def _script(words: list[str]) -> str | None:
    """The script of `bash -c "..."`, or None."""
    if words[:1] and words[0] in ("bash", "sh", "zsh", "dash", "eval"):
        if words[0] == "eval":
            return " ".join(words[1:])
        for number, word in enumerate(words[1:], 1):
            if re.fullmatch(r"-[a-zA-Z]*c", word):
                return next(iter(words[number + 1 :]), "")
            if not word.startswith("-"):
                return None
    return None


def _is_strict(words: list[str]) -> bool:
    return any(re.fullmatch(r"-[a-zA-Z]*e[a-zA-Z]*", word) for word in words[1:])


def _also(words: list[str]) -> tuple[list[str], list[str]]:
    """A call that counts itself, and the words of what it runs (empty for none)."""
    if words[:2] == ["coverage", "run"]:
        rest = words[2:]
        values = as_set("--rcfile --source --include --omit --context")
        count = 0
        while count < len(rest) and rest[count].startswith("-"):
            if rest[count] == "-m":
                return words, rest[count + 1 :]
            count += 2 if rest[count] in values | {"--concurrency"} else 1
        return words, ["python", *rest[count:]] if rest[count:] else []
    if words[:1] and words[0] in ("docker", "podman", "docker-compose"):
        return words, _docker(words)
    return words, []


def _docker(words: list[str]) -> list[str]:
    """What a container is told to run."""
    rest = words[1:]
    composed = words[0] == "docker-compose" or rest[:1] == ["compose"]
    if rest[:1] == ["compose"]:
        rest = rest[1:]
    rest = rest[_options(rest, DOCKER_VALUES) :]
    if rest[:1] not in (["run"], ["exec"]):
        return []
    rest = rest[1:]
    count = _options(rest, DOCKER_VALUES)
    options, rest = rest[:count], rest[count:]
    if not rest:
        return []
    if "--entrypoint" in options[:-1]:
        return [options[options.index("--entrypoint") + 1], *rest[1:]]
    image = re.split(r"[:@]", rest[0].rpartition("/")[2])[0]
    if not composed and image in TOOL_IMAGES and rest[1:2] != [TOOL_IMAGES[image]]:
        return [TOOL_IMAGES[image], *rest[1:]]
    # What begins with an option is for the image's own program.
    return rest[1:] if rest[1:] and not rest[1].startswith("-") else []
