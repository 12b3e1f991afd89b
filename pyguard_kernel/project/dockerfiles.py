"""The fact `dockerfiles`: the Dockerfiles and Containerfiles of the project itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyguard_kernel.project._dockerfile import Dockerfile, parse
from pyguard_kernel.project._node import Broken
from pyguard_kernel.project._own import is_own

if TYPE_CHECKING:
    from pyguard_kernel.project._tree import Tree

_NAME = re.compile(
    r"(?:.*/)?(?:(?:Docker|Container)file(?:[.-][^/]+)?|[^/]+\.(?:Docker|Container)file)",
    re.IGNORECASE,
)
# `Dockerfile.dockerignore`, `Dockerfile.j2`: about one, or not yet one.
_OTHER = re.compile(
    r"\.(?:dockerignore|containerignore|j2|jinja2?|tmpl|tpl|template|erb|in|m4|mustache"
    r"|md|rst|txt|html|py|sh|js|ts|map|json|ya?ml|toml|lock|bak|orig|rej)$",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{%|\{\{|<%")


def fact(tree: Tree) -> tuple[Dockerfile, ...] | None:
    """Every Dockerfile but those of tests, examples and templates; None for none.

    A file without a FROM is broken; the others are there all the same.
    """
    found: list[Dockerfile] = []
    for path in tree.paths:
        if not _NAME.fullmatch(path) or _OTHER.search(path) or not is_own(path):
            continue
        try:
            text = tree.text(path)
            if not _TEMPLATE.search(text):
                found.append(parse(text, path))
        except Broken as error:
            tree.broken[path] = error
    return tuple(found) or None
