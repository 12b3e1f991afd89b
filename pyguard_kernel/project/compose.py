"""The fact `compose`: the services of the project's compose files."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from pyguard_kernel.project._images import expanded, image
from pyguard_kernel.project._own import is_own
from pyguard_kernel.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.project._images import Image
    from pyguard_kernel.project._node import Node
    from pyguard_kernel.project._tree import Tree

_NAME = re.compile(r"(?:.*/)?(?:docker-|podman-)?compose(?:[._-][^/]*)?\.ya?ml")


@dataclass(frozen=True, slots=True)
class Service:
    """A service: the image it runs, how that is built, and as whom it runs.

    `image` has the defaults of its variables filled in. `dockerfile` is the path of the
    file that it is built by, from the project's root; None where it isn't built, or
    from elsewhere. `target` is the stage that is built, empty for the last one.
    """

    name: str
    node: Node
    image: Image | None = None
    image_node: Node | None = None
    is_built: bool = False
    dockerfile: str | None = None
    target: str = ""
    user: Node | None = None


def fact(tree: Tree) -> tuple[Service, ...] | None:
    """The services of all compose files; None where there are none."""
    paths = [path for path in tree.paths if _NAME.fullmatch(path) and is_own(path)]
    found: list[Service] = []
    for document in tree.each(paths, tree.yaml):
        services = document.get("services")
        for name, node in services.items() if services is not None else ():
            if isinstance(node.value, dict):
                found.append(_service(name, node))
    return tuple(found) or None


def _service(name: str, node: Node) -> Service:
    named = node.get("image")
    written = expanded(named.text, {}) if named is not None else ""
    build = node.get("build")
    target = build.get("target") if build is not None else None
    return Service(
        name,
        node,
        image(written) if written else None,
        named,
        build is not None,
        _dockerfile(node.path, build) if build is not None else None,
        expanded(target.text, {}) if target is not None else "",
        node.get("user"),
    )


def _dockerfile(path: str, build: Node) -> str | None:
    """Where the Dockerfile of a service is, if that is in this project."""
    context = build if build.text else build.get("context")
    named = build.get("dockerfile")
    parts = list(_texts(context, ".")), list(_texts(named, "Dockerfile"))
    if build.get("dockerfile_inline") is not None or not all(parts):
        return None
    found = normpath(join(dirname(path), *parts[0], *parts[1]))
    return None if found.startswith(("..", "/")) else found


def _texts(node: Node | None, default: str) -> Iterator[str]:
    """The text of a node, where it is known and no address."""
    text = expanded(node.text, {}) if node is not None else default
    if "$" not in text and "://" not in text and not text.startswith("git@"):
        yield text
