"""What a call of pip installs, in the words of its command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyguard_kernel.project._commands import Command

# Options of `pip install` and `uv pip install` that take a value.
_WITH_VALUES = """-t --target --prefix --root -i --index-url --default-index --index
    --extra-index-url -f --find-links -p --python --platform --python-version
    --python-platform --implementation --abi --src --cache-dir --proxy --retries
    --timeout --trusted-host --upgrade-strategy --no-binary --only-binary
    --progress-bar --log -C --config-setting --config-settings --global-option
    --root-user-action --report --index-strategy --resolution --override --overrides
    --exclude-newer --prerelease --link-mode --use-feature --use-deprecated
    --no-build-isolation-package --no-build-package --no-binary-package
    --refresh-package --reinstall-package -P --upgrade-package --torch-backend
    --keyring-provider -b --build-constraints --build-constraint --cert
    --client-cert --exists-action --project --directory --config-file --color
    --extra -m"""
_VALUES = frozenset(_WITH_VALUES.split())
_FILES = ("-r", "--requirement", "--requirements")
_CONSTRAINTS = ("-c", "--constraint", "--constraints")
_EDITABLE = ("-e", "--editable")
_GROUPS = ("--group", "--only-group")
_KINDS = ("file", "constraint", "group", "project", "archive", "name", "other")
_ARCHIVES = (".whl", ".tar.gz", ".zip")


@dataclass(frozen=True, slots=True)
class Install:
    """One call of pip.

    `files` are its requirements files, `groups` dependency groups, `projects` the
    folders that it builds and installs (`.`, `.[test]`), `archives` built packages,
    `names` the requirements that it names, `others` what comes from a url or from a
    variable.
    """

    files: tuple[str, ...]
    constraints: tuple[str, ...]
    groups: tuple[str, ...]
    projects: tuple[str, ...]
    archives: tuple[str, ...]
    names: tuple[str, ...]
    others: tuple[str, ...]
    flags: frozenset[str]


def install_of(command: Command) -> Install | None:
    """What `pip install`, also uv's, and `pip sync` are told; None for others."""
    words = command.words
    if words[:1] == ("uv",):
        words = words[1:]
    if words[:2] == ("pip", "install"):
        return _read(words[2:], bare="name")
    if words[:2] == ("pip", "sync") or words[:1] == ("pip-sync",):
        return _read(words[1 + (words[0] == "pip") :], bare="file")
    return None


def _read(words: tuple[str, ...], *, bare: str) -> Install:
    held: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    flags: set[str] = set()
    left = list(words)
    while left:
        word = left.pop(0)
        option, equals, value = word.partition("=")
        kind = _kind(option)
        if kind and (equals or left):
            held[_where(kind, value := value if equals else left.pop(0))].append(value)
        elif len(word) > 2 and word[0] == "-" and word[1] != "-" and _kind(word[:2]):
            held[_where(_kind(word[:2]), word[2:])].append(word[2:])
        elif word.startswith("-"):
            flags.add(option)
            if option in _VALUES and not equals and left:
                left.pop(0)
        else:
            held[_where(bare, word)].append(word)
    return Install(
        files=tuple(held["file"]),
        constraints=tuple(held["constraint"]),
        groups=tuple(held["group"]),
        projects=tuple(held["project"]),
        archives=tuple(held["archive"]),
        names=tuple(held["name"]),
        others=tuple(held["other"]),
        flags=frozenset(flags),
    )


def _kind(option: str) -> str:
    """What an option's value is; empty for other options."""
    if option in _FILES:
        return "file"
    if option in _CONSTRAINTS:
        return "constraint"
    if option in _GROUPS:
        return "group"
    return "editable" if option in _EDITABLE else ""


def _where(kind: str, value: str) -> str:
    """What a word is, by the option before it and by its look."""
    if kind in ("file", "constraint", "group"):
        return kind
    bare = value.partition("[")[0]
    built = value.endswith(_ARCHIVES) or ".whl" in value or bare.startswith("dist/")
    if built or value.endswith("/*"):
        return "archive"
    if "$" in value or "{{" in value or "://" in value or "%" in value:
        return "other"
    if kind == "editable" or bare.startswith((".", "/", "~")) or _is_folder(value):
        return "project"
    return "name"


def _is_folder(value: str) -> bool:
    before, _, _ = value.partition("@")
    return "/" in before or "\\" in before
