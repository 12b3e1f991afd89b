"""What the project's documents tell those who set it up."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from pyguard_kernel.model import Place
from pyguard_kernel.project._node import Broken
from pyguard_kernel.rules.distribution._managers import CONDA, Use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._tree import Tree

# A call in a document: at the start of a line, behind a prompt, or between backticks.
_CALL = re.compile(
    r"(?:^|[`$>]|&&|;)[ \t]*(?P<call>"
    r"(?:python[\d.]* -m |[\w./~-]+/bin/)?pip[\d.]* install [^\n`#]*"
    r"|poetry (?:install|shell|sync)\b[^\n`#&;]*"
    r"|pipenv (?:install|sync|shell)\b[^\n`#&;]*"
    r"|(?:conda|mamba|micromamba) (?:env (?:create|update)|create|install)\b[^\n`#&;]*"
    r"|python[\d.]* -m venv\b[^\n`#&;]*"
    r"|virtualenv(?: -\S+)* [\w./~-]+(?=[ \t]*(?:$|[`&;#])))",
    re.MULTILINE,
)
_OWN = re.compile(
    r"(?:\s|^)(?:(?:-e|--editable)[= ]?[\"']?\.|(?:-r|--requirement)[= ]?[\"']?[\w./])"
)
_HERE = re.compile(r"(?:\s|^)[\"']?\.(?:\[[^]]*\])?[\"']?(?=\s|$)")
_UV = re.compile(r"\buvx?[ \t]+(?:sync|run|pip|venv|add|tool|lock|\w+@)|\buv\.lock\b")
_FOR_DEVELOPERS = re.compile(r"contribut|develop|hacking|(?:^|/)dev/", re.IGNORECASE)
_FOR_USERS = re.compile(r"(?:^|/)(?:user[-_]?guide|usage|tutorials?)/", re.IGNORECASE)
_LIST = re.compile(r"(?:-r|--requirement)[= ]?[\"']?([\w./-]+)")
_DOCUMENTS = re.compile(
    r"(?:docs?/(?:.+/)?|\.github/)?(?:readme|contribut\w+|develop\w*|hacking|install\w*"
    r"|set-?up|getting[-_]started|building|local[-_]\w+)(?:[-_]\w+)?\.(?:md|rst|txt)",
    re.IGNORECASE,
)


def in_documents(tree: Tree) -> Iterator[Use]:
    """What the project's documents tell its developers; not where uv is offered too."""
    for path in tree.paths:
        if not _DOCUMENTS.fullmatch(path) or _FOR_USERS.search(path):
            continue
        try:
            text = tree.text(path)
        except Broken:
            continue  # a document in another encoding is nobody's fault here
        if not _UV.search(text):
            yield from (use for use in _uses(text, path) if _is_ours(tree, use))


def _uses(text: str, path: str) -> Iterator[Use]:
    users = _FOR_DEVELOPERS.search(path) is None
    for match in _CALL.finditer(text):
        call = match["call"].rstrip(" \t\\.,:")
        manager = _of_call(call, users=users)
        if manager:
            line = text.count("\n", 0, match.start("call")) + 1
            column = match.start("call") - text.rfind("\n", 0, match.start("call"))
            place = Place(path, (line, column, line, column + len(call)))
            yield Use(manager, f"`{call}`", place)


def _is_ours(tree: Tree, use: Use) -> bool:
    """Whether the requirements files that a call names are among the project's."""
    folder = posixpath.dirname(use.place.path)
    return tree.partial or all(
        tree.has(posixpath.normpath(name))
        or tree.has(posixpath.normpath(posixpath.join(folder, name)))
        for name in _LIST.findall(use.text)
    )


def _of_call(call: str, *, users: bool) -> str:
    words = call.split()
    if words[0] == "poetry":
        return "Poetry"
    if words[0] == "pipenv":
        # `pipenv install shop` tells users how they get it.
        named = [word for word in words[2:] if not word.startswith("-")]
        return "" if named else "Pipenv"
    if words[0] in CONDA:
        made = words[1] == "env" or (words[1] == "create" and not users)
        return "conda" if made else ""
    if "pip" in call.partition(" install")[0]:
        return "pip" if _OWN.search(call) or (_HERE.search(call) and not users) else ""
    return "" if users else "pip"
