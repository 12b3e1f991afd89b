"""Programs that run other programs: what is really run behind them.

`uv run --frozen ruff check` runs `ruff check`; so do `uvx`, `poetry run`, `python -m`,
`sudo`, `env`, `docker run IMAGE`, a path like `.venv/bin/ruff`, and `ruff@0.16`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DEEPEST = 12

_PYTHON = re.compile(r"(?:python|pypy)[\d.]*t?(?:-dbg)?")
_PIP = re.compile(r"pip[\d.]*")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_VERSION = re.compile(r"(?<=[A-Za-z0-9\]])(?:@|==|~=|>=|<=|<|>).*")
_SUFFIX = re.compile(r"\.(?:exe|cmd|bat)$", re.IGNORECASE)


def as_set(text: str) -> frozenset[str]:
    """The words of a text, as a set: options read best in one line."""
    return frozenset(text.split())


_UV_VALUES = as_set(
    "--extra --group --no-group --only-group --no-extra -p --python --with"
    " --with-editable --with-requirements -w --env-file --index --default-"
    " index -i --index-url --extra-index-url -f --find-links -P --upgrade-"
    " package --package --directory --project --config-file --cache-dir"
    " --color -C --config-setting --refresh-package --reinstall-package --no-"
    " build-package --no-binary-package --link-mode --resolution --prerelease"
    " --exclude-newer --index-strategy --keyring-provider --fork-strategy"
    " --allow-insecure-host --python-platform --from -c --constraints"
    " --overrides --build-constraints --no-build-isolation-package --python-"
    " preference --python-fetch --no-sources-package"
)


@dataclass(frozen=True, slots=True)
class _Runner:
    """How a runner is called before the program's own words begin.

    `values` are its options that take a value of their own; `skip` is how many words
    are its own after its options (`timeout 60`).
    """

    values: frozenset[str] = frozenset()
    skip: int = 0


def _runner(values: str = "", skip: int = 0) -> _Runner:
    return _Runner(as_set(values), skip)


_RUNNERS: dict[tuple[str, ...], _Runner] = {
    ("uv", "run"): _Runner(_UV_VALUES),
    ("uvx",): _Runner(_UV_VALUES),
    ("uv", "tool", "run"): _Runner(_UV_VALUES),
    ("pipx", "run"): _runner("--spec --python --pip-args --index-url -i --with"),
    ("poetry", "run"): _runner("-C --directory -P --project"),
    ("pdm", "run"): _runner("-p --project -s --site-packages --venv"),
    ("pipenv", "run"): _runner("--python"),
    ("rye", "run"): _runner("-p --pyproject"),
    ("pixi", "run"): _runner("-e --environment --manifest-path"),
    ("hatch", "run"): _runner("-e --env -p --project --data-dir --cache-dir --config"),
    ("conda", "run"): _runner("-n --name -p --prefix --cwd"),
    ("mamba", "run"): _runner("-n --name -p --prefix --cwd"),
    ("micromamba", "run"): _runner("-n --name -p --prefix --cwd"),
    ("sudo",): _runner("-u --user -g --group -C -D -h -p"),
    ("time",): _runner("-f -o"),
    ("nice",): _runner("-n --adjustment"),
    ("ionice",): _runner("-c -n"),
    ("exec",): _runner("-a"),
    ("command",): _runner(),
    ("nohup",): _runner(),
    ("call",): _runner(),
    ("&",): _runner(),
    ("stdbuf",): _runner("-i -o -e"),
    ("unbuffer",): _runner(),
    ("catchsegv",): _runner(),
    ("dbus-run-session",): _runner(),
    ("xvfb-run",): _runner("-n --server-num -s --server-args -f --auth-file -w --wait"),
    ("timeout",): _runner("-k --kill-after -s --signal", skip=1),
    ("retry",): _runner("-t --times -d --delay --max -m"),
    ("doppler", "run"): _runner("-p --project -c --config"),
    ("dotenv", "run"): _runner("-f --file"),
    ("op", "run"): _runner("--env-file"),
    ("npx",): _runner("-p --package"),
    ("pnpm", "exec"): _runner(),
    ("pnpm", "dlx"): _runner("--package"),
    ("yarn", "dlx"): _runner("-p --package"),
    ("bunx",): _runner(),
    ("xargs",): _runner("-n -P -I -d -L -a -E -s --max-args --max-procs --delimiter"),
}

# Options before the subcommand, which would hide it; those that take a value.
_GLOBAL_VALUES: dict[str, frozenset[str]] = {
    "uv": _UV_VALUES,
    "pip": as_set("--python --log --proxy --cache-dir --timeout --retries"),
    "poetry": as_set("-C --directory -P --project -o"),
    "pdm": as_set("-c --config -p --project"),
    "hatch": as_set("-e --env -p --project --data-dir --cache-dir --config"),
    "ruff": as_set("--config --color"),
    "docker": as_set("-H --host -c --context -l --log-level --config"),
    "git": as_set("-C -c --git-dir --work-tree"),
    "trivy": as_set("-c --config --cache-dir --timeout"),
    "coverage": as_set("--rcfile"),
    "npm": as_set("--prefix -w --workspace"),
    "pnpm": as_set("-C --dir -F --filter"),
}

# Modules whose program has another name.
_MODULES = {
    "pre_commit": "pre-commit",
    "pip_audit": "pip-audit",
    "poethepoet": "poe",
    "detect_secrets": "detect-secrets",
    "twine.__main__": "twine",
    "pyproject_fmt": "pyproject-fmt",
}

# Images that are a tool: what follows the image are its arguments.
_TOOL_IMAGES = {
    "trivy": "trivy",
    "grype": "grype",
    "syft": "syft",
    "semgrep": "semgrep",
    "hadolint": "hadolint",
    "osv-scanner": "osv-scanner",
    "gitleaks": "gitleaks",
    "trufflehog": "trufflehog",
    "ruff": "ruff",
    "dockle": "dockle",
}

_DOCKER_VALUES = as_set(
    "-e --env --env-file -v --volume --mount -w --workdir -u --user --name"
    " --network --net -p --publish --entrypoint --platform --pull -h"
    " --hostname --add-host --cpus -m --memory --shm-size -l --label --gpus"
    " --ipc --ulimit --tmpfs --security-opt --cap-add --cap-drop --device"
    " --dns --link --log-driver --restart --cidfile --stop-timeout --volumes-"
    " from --runtime --pid --expose -f --file --project-name --profile"
    " --project-directory --progress --index"
)


@dataclass(frozen=True, slots=True)
class End:
    """What a call comes to: a program with its words, or a script of a shell.

    `folder` is where it runs where the runner says so, else None.
    """

    words: tuple[str, ...] = ()
    script: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    folder: str | None = None
    errexit: bool = False


def unwrapped(words: Sequence[str]) -> list[End]:
    """The programs that a call runs; at least one, the call itself.

    `coverage run -m pytest` and `docker run IMAGE pytest` come to two.
    """
    env: dict[str, str] = {}
    left = list(words)
    both: list[End] = []
    for _ in range(_DEEPEST):
        left = _named(left)
        script = _script(left)
        if script is not None:
            return [*both, End(script=script, env=env, errexit=_is_strict(left))]
        after = _behind(left, env)
        if after is None:
            outer, inner = _also(left)
            if not inner:
                break
            both.append(End(tuple(outer), env=dict(env)))
            left = inner
            continue
        if not after:
            break
        left = after
    return [*both, End(tuple(left), env=env)]


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
    elif words[1:2] == ["-m"] and re.fullmatch(r"[$%].*", bare):
        # A variable that is asked for a module: "$PYTHON" -m pytest.
        bare = "python"
    rest = words[1:]
    if bare in _GLOBAL_VALUES and rest and rest[0].startswith("-"):
        count = _options(rest, _GLOBAL_VALUES[bare])
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
    for length in (3, 2, 1):
        runner = _RUNNERS.get(tuple(words[:length]))
        if runner is None or len(words) < length:
            continue
        rest = words[length:]
        count = _options(rest, runner.values)
        options, rest = rest[:count], rest[count + runner.skip :]
        if words[0] == "uv" and {"-m", "--module"} & set(options):
            return ["python", "-m", *rest]
        if words[0] in ("uv", "rye", "pdm") and rest and rest[0].endswith(".py"):
            return ["python", *rest]
        if not rest:
            return None
        if words[0] == "hatch":
            rest[0] = rest[0].rpartition(":")[2] or rest[0]
        if words[0] in ("uvx", "pipx", "npx", "bunx") or words[1:2] == ["tool"]:
            rest[0] = _VERSION.sub("", rest[0])
        return rest
    return None


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
            return [_MODULES.get(rest[0], rest[0]), *rest[1:]] if rest else None
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
    rest = rest[_options(rest, _DOCKER_VALUES) :]
    if rest[:1] not in (["run"], ["exec"]):
        return []
    rest = rest[1:]
    count = _options(rest, _DOCKER_VALUES)
    options, rest = rest[:count], rest[count:]
    if not rest:
        return []
    if "--entrypoint" in options[:-1]:
        return [options[options.index("--entrypoint") + 1], *rest[1:]]
    image = re.split(r"[:@]", rest[0].rpartition("/")[2])[0]
    if not composed and image in _TOOL_IMAGES and rest[1:2] != [_TOOL_IMAGES[image]]:
        return [_TOOL_IMAGES[image], *rest[1:]]
    # What begins with an option is for the image's own program.
    return rest[1:] if rest[1:] and not rest[1].startswith("-") else []
