"""From a place that ruff names to the node of the tree that stands there."""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyguard_kernel.model import Diagnostic
    from pyguard_kernel.source import SourceFile


def node_at[N: ast.AST](
    file: SourceFile, diagnostic: Diagnostic, *types: type[N]
) -> N | None:
    """The outermost node of these types that starts where the diagnostic does.

    Raises:
        Unreadable: the file can't be parsed.
    """
    line = file.line_of(diagnostic.cell, diagnostic.line)
    # From the outside in, and only into what may hold the line.
    queue: list[ast.AST] = [file.tree]
    while queue:
        node = queue.pop(0)
        first = getattr(node, "lineno", None)
        if first is not None:
            start = min(
                [first, *(d.lineno for d in getattr(node, "decorator_list", ()))]
            )
            if not start <= line <= node.end_lineno:  # type: ignore[attr-defined]
                continue
            if isinstance(node, types):
                at = file.span(node)[:2]
                if at == (line, diagnostic.column):
                    return node
        queue.extend(ast.iter_child_nodes(node))
    return None
