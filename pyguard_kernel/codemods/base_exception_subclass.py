"""Derives a class from Exception where it named BaseException."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from pyguard_kernel.codemods._base import Mend

_INSTEAD = {"BaseException": "Exception", "BaseExceptionGroup": "ExceptionGroup"}


class Fix(Mend):
    """Changes the base itself; a class further down the chain has nothing to change."""

    MESSAGE = "Derive from Exception"

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        """Replace the base of the class that was found."""
        if not self.hit(original_node):
            return updated_node
        bases = [_instead(base) for base in updated_node.bases]
        return updated_node.with_changes(bases=bases)


def _instead(base: cst.Arg) -> cst.Arg:
    value = base.value
    if m.matches(value, m.Attribute(value=m.Name("builtins"))):
        name = cst.ensure_type(cst.ensure_type(value, cst.Attribute).attr, cst.Name)
    elif isinstance(value, cst.Name):
        name = value
    else:
        return base
    instead = name.with_changes(value=_INSTEAD.get(name.value, name.value))
    changed = base.with_deep_changes(name, value=instead.value)
    return cst.ensure_type(changed, cst.Arg)
