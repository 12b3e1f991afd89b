"""Whether a file runs several of one function at a time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyguard_kernel.callers import mentions

if TYPE_CHECKING:
    from pyguard_kernel.source import SourceFile

_SPAWNS_ALL = {"gather", "map"}
_SPAWNS_ONE = {"create_task", "ensure_future", "start_soon", "submit"}
_REPEATS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp,
            ast.GeneratorExp)  # fmt: skip


def runs_beside_others(node: ast.Call, file: SourceFile) -> bool:
    """Whether this file runs several of the function around at a time."""
    function = file.function(node)
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    for mention in mentions(file, function):
        repeated = False
        for above in file.ancestors(mention):
            if isinstance(above, _REPEATS):
                repeated = True
            elif isinstance(above, ast.Call):
                name = getattr(above.func, "attr", getattr(above.func, "id", ""))
                if name in _SPAWNS_ALL or (name in _SPAWNS_ONE and repeated):
                    return True
    return False
