"""Runners and their options, as their own manuals list them."""

from __future__ import annotations

from pyguard_kernel.values import dataclass


def as_set(text: str) -> frozenset[str]:
    """The words of a text, as a set: options read best in one line."""
    return frozenset(text.split())


_UV_VALUES = as_set(
    "--extra --group --no-group --only-group --no-extra -p --python --with"
    " --with-editable --with-requirements -w --env-file --index"
    " --default-index -i --index-url --extra-index-url -f --find-links -P"
    " --upgrade-package --package --directory --project --config-file"
    " --cache-dir --color -C --config-setting --refresh-package"
    " --reinstall-package --no-build-package --no-binary-package --link-mode"
    " --resolution --prerelease --exclude-newer --index-strategy"
    " --keyring-provider --fork-strategy --allow-insecure-host"
    " --python-platform --from -c --constraints --overrides"
    " --build-constraints --no-build-isolation-package --python-preference"
    " --python-fetch --no-sources-package"
)


@dataclass(frozen=True, slots=True)
class Runner:
    """How a runner is called before the program's own words begin.

    `values` are its options that take a value of their own; `skip` is how many words
    are its own after its options (`timeout 60`).
    """

    values: frozenset[str] = frozenset()
    skip: int = 0


def _runner(values: str = "", skip: int = 0) -> Runner:
    return Runner(as_set(values), skip)


RUNNERS: dict[tuple[str, ...], Runner] = {
    ("uv", "run"): Runner(_UV_VALUES),
    ("uvx",): Runner(_UV_VALUES),
    ("uv", "tool", "run"): Runner(_UV_VALUES),
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
GLOBAL_VALUES: dict[str, frozenset[str]] = {
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

# Programs of two names.
ALIASES = {"pyproject-build": "build", "py.test": "pytest", "coverage3": "coverage"}

# Modules whose program has another name.
MODULES = {
    "pre_commit": "pre-commit",
    "pip_audit": "pip-audit",
    "poethepoet": "poe",
    "detect_secrets": "detect-secrets",
    "twine.__main__": "twine",
    "pyproject_fmt": "pyproject-fmt",
}

# Images that are a tool: what follows the image are its arguments.
TOOL_IMAGES = {
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

DOCKER_VALUES = as_set(
    "-e --env --env-file -v --volume --mount -w --workdir -u --user --name"
    " --network --net -p --publish --entrypoint --platform --pull -h"
    " --hostname --add-host --cpus -m --memory --shm-size -l --label --gpus"
    " --ipc --ulimit --tmpfs --security-opt --cap-add --cap-drop --device"
    " --dns --link --log-driver --restart --cidfile --stop-timeout"
    " --volumes-from --runtime --pid --expose -f --file --project-name"
    " --profile --project-directory --progress --index"
)

# The options by which a program goes to another folder before it runs anything.
FOLDERS = {
    "uv": ("--directory",),
    "poetry": ("-C", "--directory"),
    "env": ("-C", "--chdir"),
    "conda": ("--cwd",),
    "npm": ("--prefix",),
    "pnpm": ("-C", "--dir"),
    "yarn": ("--cwd",),
}
