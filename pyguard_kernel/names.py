"""What a name means: imports, re-bindings and scopes, followed through local variables.

Canonical names are dotted: `from time import sleep as nap` makes `nap` mean
`time.sleep`; what a file defines itself stands below its own module; a method of an
instance stands below its class, wherever the instance came from.
"""

from __future__ import annotations

import ast
import builtins
from functools import cached_property

from pyguard_kernel.scopes import (
    COMPREHENSIONS,
    FUNCTIONS,
    SCOPES,
    Binding,
    Scopes,
    assigned,
    binds,
    targets_of,
)
from pyguard_kernel.signatures import ENTERS, RETURNS
from pyguard_kernel.walk import below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyguard_kernel.scopes import Function
    from pyguard_kernel.source import SourceFile

_SELF = {None, "typing.Self", "typing_extensions.Self"}
_WRAPPERS = {"typing.Optional", "typing.Annotated", "typing.Final", "typing.ClassVar"}
_DISPLAYS: dict[type[ast.AST], str] = {
    ast.List: "builtins.list",
    ast.ListComp: "builtins.list",
    ast.Dict: "builtins.dict",
    ast.DictComp: "builtins.dict",
    ast.Set: "builtins.set",
    ast.SetComp: "builtins.set",
    ast.Tuple: "builtins.tuple",
    ast.JoinedStr: "builtins.str",
}
_ASSIGNING = (ast.Assign, ast.AnnAssign, ast.With, ast.AsyncWith)
# What gives a name its value once all in it has run, a class's bases among it.
_FROM_BEFORE = {"assign", "augmented", "class", "function"}
_MAX_STEPS = 12  # how far an alias of an alias is followed


class Names:
    """The names of one file."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        scopes = Scopes(file)
        self._scopes = scopes.tables
        self._outer = scopes.outer
        self._bound = scopes.bound
        self._far = scopes.far
        # What is being looked up now, so that a circle of names ends.
        self._busy: set[tuple[str, int]] = set()
        self._cuts = 0
        # Rules ask again and again; what a circle cut short isn't kept.
        self._canonical: dict[ast.AST, str | None] = {}
        self._types: dict[ast.AST, str | None] = {}
        self._bindings: dict[ast.Name, list[Binding]] = {}

    # -- canonical names ---------------------------------------------------------

    def canonical(self, node: ast.AST | None) -> str | None:
        """The dotted name that an expression means, or None where it isn't known."""
        if not isinstance(node, ast.Attribute | ast.Name):
            return None
        if node in self._canonical:
            return self._canonical[node]
        cuts = self._cuts
        if isinstance(node, ast.Name):
            found = self._name(node)
        else:
            found = self._attribute(node)
        if cuts == self._cuts:
            self._canonical[node] = found
        return found

    def called(self, node: ast.AST | None) -> str | None:
        """The canonical name of what a call calls; None for anything but a call."""
        return self.canonical(node.func) if isinstance(node, ast.Call) else None

    def _attribute(self, node: ast.Attribute) -> str | None:
        base = self.type_of(node.value) or self.canonical(node.value)
        return f"{base}.{node.attr}" if base else None

    def _name(self, node: ast.Name) -> str | None:
        # A name that is bound elsewhere (a method called `eval`) is still the builtin.
        found = self.bindings(node) if node.id in self._bound else []
        if not found and (node.id not in self._bound or self.scope_of(node) is None):
            return self._unbound(node.id)
        key = ("name", id(node))
        if key in self._busy:
            self._cuts += 1
            return None
        self._busy.add(key)
        try:
            return self._meaning(found)
        finally:
            self._busy.discard(key)

    def _unbound(self, name: str) -> str | None:
        """What a name means that nothing here binds: a builtin, or a starred import."""
        if hasattr(builtins, name):
            return f"builtins.{name}"
        starred = self._scopes[self._file.tree].get("*", ())
        if len(starred) == 1:
            return starred[0].target.removesuffix("*") + name
        # Of several, the modules themselves tell which one has it.
        return f"{self._file.module}.{name}" if starred else None

    def _meaning(self, bindings: Iterable[Binding]) -> str | None:
        """The one thing that all of these bindings mean, or None."""
        meanings: set[str | None] = set()
        for binding in bindings:
            if binding.kind == "import":
                meanings.add(binding.target)
            elif binding.kind in {"function", "class"}:
                meanings.add(self.qualified(binding.node))
            elif binding.kind == "assign" and binding.place is None:
                # `try: import x` with `x = None` as the fallback still means x.
                if isinstance(binding.value, ast.Constant):
                    continue
                meanings.add(self.canonical(binding.value))
            else:
                meanings.add(None)
        return meanings.pop() if len(meanings) == 1 else None

    def qualified(self, node: ast.AST) -> str:
        """The canonical name of a function or class that this file defines."""
        parts = [getattr(node, "name", "")]
        parts += [
            above.name
            for above in self._file.ancestors(node)
            if isinstance(above, (*FUNCTIONS, ast.ClassDef))
        ]
        return ".".join([self._file.module, *reversed(parts)])

    # -- types ----------------------------------------------------------------------

    def type_of(self, node: ast.AST | None) -> str | None:
        """The canonical name of the class that an expression is an instance of."""
        if node is None:
            return None
        if node in self._types:
            return self._types[node]
        key = ("type", id(node))
        if key in self._busy or len(self._busy) > _MAX_STEPS:
            self._cuts += 1
            return None
        cuts = self._cuts
        self._busy.add(key)
        try:
            found = self._type_of(node)
        finally:
            self._busy.discard(key)
        if cuts == self._cuts:
            self._types[node] = found
        return found

    def _type_of(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            if node.id not in self._bound:
                return None
            return self._agreed(self.bindings(node))
        if isinstance(node, ast.Call):
            return self._result(node, None)
        if isinstance(node, ast.Await | ast.NamedExpr):
            return self.type_of(node.value)
        if isinstance(node, ast.Attribute):
            inner = node.value
            own = isinstance(inner, ast.Name) and inner.id in {"self", "cls"}
            return self._agreed(self.attribute_bindings(node)) if own else None
        if isinstance(node, ast.Constant):
            kind = type(node.value).__name__
            return None if node.value is None else f"builtins.{kind}"
        return _DISPLAYS.get(type(node))

    def _result(self, call: ast.Call, index: int | None) -> str | None:
        name = self.canonical(call.func)
        if name is None:
            return None
        result = RETURNS.get(name)
        if isinstance(result, tuple):
            return result[index] if index is not None and index < len(result) else None
        if result is not None or index is not None:
            return result if index is None else None
        last = name.rpartition(".")[2]
        if last[:1].isupper() or last.lstrip("_")[:1].isupper():
            return name
        return None

    def _agreed(self, bindings: Iterable[Binding]) -> str | None:
        kinds = {kind for b in bindings if (kind := self._bound_type(b)) != "None"}
        return kinds.pop() if len(kinds) == 1 else None

    def _bound_type(self, binding: Binding) -> str | None:
        """The class of what a binding gives; "None" for the value None."""
        node, value = binding.node, binding.value
        if isinstance(node, ast.arg):
            annotated = self.annotated(node.annotation)
            # `self: Self` says no more than the class around does.
            return self._receiver(node) if annotated in _SELF else annotated
        if isinstance(node, ast.AnnAssign):
            annotated = self.annotated(node.annotation)
            if annotated not in _WRAPPERS:  # a bare Final leaves it to the value
                return annotated
        if value is not None and _is_none(value):
            return "None"
        if binding.kind == "with" and isinstance(value, ast.Call):
            entered = ENTERS.get(self.canonical(value.func) or "")
            return entered or self._result(value, binding.place)
        if binding.kind not in {"assign", "with"}:
            return None
        if binding.place is None:
            return self.type_of(value)
        call = value.value if isinstance(value, ast.Await) else value
        return self._result(call, binding.place) if isinstance(call, ast.Call) else None

    def _receiver(self, argument: ast.arg) -> str | None:
        """The class around, where a parameter is a method's own `self`."""
        arguments = self._file.parent(argument)
        if not isinstance(arguments, ast.arguments):
            return None
        first = (*arguments.posonlyargs, *arguments.args)[:1]
        method = self._file.parent(arguments)
        if first != (argument,) or not isinstance(method, FUNCTIONS):
            return None
        owner = self._file.parent(method)
        if not isinstance(owner, ast.ClassDef) or any(
            isinstance(d, ast.Name) and d.id in {"staticmethod", "classmethod"}
            for d in method.decorator_list
        ):
            return None
        return self.qualified(owner)

    def annotated(self, node: ast.expr | None) -> str | None:
        """The class that an annotation names; `| None` and Optional are looked into."""
        return self._annotated(node, self.canonical)

    def _annotated(
        self, node: ast.expr | None, meaning: Callable[[ast.expr], str | None]
    ) -> str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                parsed = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                return None
            return self._annotated(parsed, self._at_module_level)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [s for s in (node.left, node.right) if not _is_none(s)]
            return self._annotated(sides[0], meaning) if len(sides) == 1 else None
        if isinstance(node, ast.Subscript):
            outer = meaning(node.value)
            if outer not in _WRAPPERS:
                return outer
            inner = node.slice
            if isinstance(inner, ast.Tuple) and inner.elts:
                inner = inner.elts[0]
            return self._annotated(inner, meaning)
        return meaning(node) if node is not None else None

    def _at_module_level(self, node: ast.expr) -> str | None:
        """The meaning of a name that stands in a string, and so in no scope."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        base = self._meaning(self._scopes[self._file.tree].get(node.id, ()))
        if base is None and node.id not in self._bound:
            base = f"builtins.{node.id}" if hasattr(builtins, node.id) else None
        return ".".join([base, *reversed(parts)]) if base else None

    def attribute_bindings(self, node: ast.Attribute) -> list[Binding]:
        """What the class around assigns to `self.x`, in its body and its methods."""
        owner = self._class_around(node)
        return self._attributes(owner).get(node.attr, []) if owner else []

    def _attributes(self, owner: ast.ClassDef) -> dict[str, list[Binding]]:
        """What the methods of a class, and its body, assign to `self.x`."""
        cache = self._attribute_tables
        if owner not in cache:
            table: dict[str, list[Binding]] = {
                name: list(found) for name, found in self._scopes.get(owner, {}).items()
            }
            for node in below(owner, *_ASSIGNING):
                for target, value in assigned(node):
                    if (
                        isinstance(target, ast.Attribute)
                        and isinstance(target.value, ast.Name)
                        and target.value.id in {"self", "cls"}
                    ):
                        found = Binding("assign", node, value)
                        table.setdefault(target.attr, []).append(found)
            cache[owner] = table
        return cache[owner]

    @cached_property
    def _attribute_tables(self) -> dict[ast.ClassDef, dict[str, list[Binding]]]:
        return {}

    # -- bindings ---------------------------------------------------------------------

    def scope_of(self, node: ast.Name) -> ast.AST | None:
        """The module, class, function, lambda or comprehension that binds a name."""
        name = node.id
        child: ast.AST = node
        first = True
        for above in self._file.ancestors(node):
            if isinstance(above, COMPREHENSIONS):
                # The first iterable runs in the scope around the comprehension.
                if child is not above.generators[0] and binds(above, name):
                    return above
                if child is above.generators[0] and binds(above, name):
                    inside = above.generators[0].iter
                    if not _is_within(self._file, node, inside):
                        return above
            elif isinstance(above, SCOPES):
                if not self._runs_inside(above, child):
                    child = above
                    continue
                outer = self._outer.get(above, {}).get(name)
                if outer is True:
                    return self._file.tree
                bound = name in self._scopes.get(above, {}) and outer is None
                if bound and (first or not isinstance(above, ast.ClassDef)):
                    return above
                first = False
            child = above
        return None

    @staticmethod
    def _runs_inside(scope: ast.AST, child: ast.AST) -> bool:
        """Whether a child of a scope's node is of its body, not of its head."""
        if isinstance(scope, ast.Module):
            return True
        if isinstance(scope, ast.Lambda):
            return child is scope.body
        return isinstance(child, ast.stmt) or child in getattr(scope, "type_params", ())

    def bindings(self, node: ast.Name) -> list[Binding]:
        """The bindings that may have given this name its value here.

        Within one scope, later ones are left out (unless a loop leads back), and so
        is all before the last one that can't be gone around. Elsewhere in the file
        (a closure, the module seen from a function) every one may have.
        """
        known = self._bindings.get(node)
        if known is None:
            known = self._bindings[node] = self._bindings_of(node)
        return known

    def _bindings_of(self, node: ast.Name) -> list[Binding]:
        scope = self.scope_of(node)
        if scope is None:
            return []
        if isinstance(scope, COMPREHENSIONS):
            return [Binding("loop", g, g.iter) for g in scope.generators
                    if node.id in targets_of(g.target)]  # fmt: skip
        found = self._scopes[scope].get(node.id, [])
        if len(found) == 1 and not isinstance(found[0].node, ast.Delete):
            return found
        around = list(self._file.ancestors(node))
        if self._home(node, around) is not scope:
            return found
        return self._reaching(found, node, [node, *around])

    def _home(self, node: ast.AST, around: list[ast.AST]) -> ast.AST | None:
        """The scope that runs a node; a base or a default runs around its own."""
        child = node
        for above in around:
            if isinstance(above, SCOPES) and self._runs_inside(above, child):
                return above
            child = above
        return None

    def _reaching(
        self, found: list[Binding], use: ast.Name, around: list[ast.AST]
    ) -> list[Binding]:
        here = (use.lineno, use.col_offset)
        path = set(around)
        loops = [a for a in around if isinstance(a, ast.For | ast.AsyncFor | ast.While)]
        reaching: list[Binding] = []
        for binding in found:
            if binding.node in self._far:
                continue  # runs when its function is called, whenever that is
            where = _position(binding.node)
            within = binding.node in path
            if within and binding.kind in _FROM_BEFORE:
                continue  # `x = f(x)`: the x on the right is the one before
            if where > here and not any(_holds(loop, where) for loop in loops):
                continue
            if where < here and self._certain(binding.node, around, path):
                reaching.clear()
            reaching.append(binding)
        return reaching + [b for b in found if b.node in self._far]

    def _certain(
        self, statement: ast.AST, around: list[ast.AST], path: set[ast.AST]
    ) -> bool:
        """Whether a use can't be reached without running this statement before."""
        if statement in path or isinstance(statement, ast.arg):
            return True
        block = self._file.parent(statement)
        if block not in path:
            # A `with` body always runs to its end, or the use isn't reached.
            if isinstance(block, ast.With | ast.AsyncWith):
                return self._certain(block, around, path)
            return False
        step = around[around.index(block) - 1]
        return any(
            statement in field and step in field
            for field in vars(block).values()
            if isinstance(field, list)
        )

    def values(self, node: ast.Name) -> list[ast.expr] | None:
        """The expressions that this name may hold; None where that isn't known."""
        values: list[ast.expr] = []
        for binding in self.bindings(node):
            known = binding.kind == "assign" and binding.place is None
            if not known or binding.value is None:
                return None
            values.append(binding.value)
        return values or None

    def value(self, node: ast.expr) -> ast.expr:
        """The expression itself, or the single one that a name stands for."""
        for _ in range(_MAX_STEPS):
            if not isinstance(node, ast.Name):
                break
            values = self.values(node)
            if values is None or len(values) != 1:
                break
            node = values[0]
        return node

    def definition(self, node: ast.expr) -> Function | ast.ClassDef | ast.Lambda | None:
        """The function or class of this file that an expression names.

        `self.method` is looked up in the class around and its bases of this file.
        """
        key = ("definition", id(node))
        if key in self._busy:  # `class A(a.B)`, where `a` is an A
            self._cuts += 1
            return None
        self._busy.add(key)
        try:
            return self._definition(node)
        finally:
            self._busy.discard(key)

    def _definition(
        self, node: ast.expr
    ) -> Function | ast.ClassDef | ast.Lambda | None:
        if isinstance(node, ast.Name):
            found = self.bindings(node)
            if len(found) == 1:
                target = found[0]
                if isinstance(target.node, (*FUNCTIONS, ast.ClassDef)):
                    return target.node
                if target.kind == "assign" and target.value is not None:
                    if isinstance(target.value, ast.Lambda):
                        return target.value
                    if isinstance(target.value, ast.Name | ast.Attribute):
                        return self.definition(target.value)
            return None
        if not isinstance(node, ast.Attribute):
            return None
        owner: ast.AST | None = None
        if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
            owner = self._class_around(node)
        else:
            name = self.type_of(node.value) or self.canonical(node.value)
            owner = self.defined.get(name or "")
        return (
            self.method(owner, node.attr) if isinstance(owner, ast.ClassDef) else None
        )

    def _class_around(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose body holds a node: its bases stand outside of it."""
        child = node
        for above in self._file.ancestors(node):
            if isinstance(above, ast.ClassDef) and isinstance(child, ast.stmt):
                return above
            child = above
        return None

    def method(self, owner: ast.ClassDef, name: str) -> Function | None:
        """The method of a class by this name, its own or of a base in this file."""
        seen: set[ast.ClassDef] = set()
        queue = [owner]
        while queue:
            current = queue.pop(0)
            if current in seen:
                continue
            seen.add(current)
            for binding in reversed(self._scopes.get(current, {}).get(name, [])):
                if isinstance(binding.node, FUNCTIONS):
                    return binding.node
                return None
            for base in current.bases:
                found = self.definition(base)
                if isinstance(found, ast.ClassDef):
                    queue.append(found)
        return None

    @cached_property
    def defined(self) -> dict[str, Function | ast.ClassDef]:
        """Every function and class of this file, by canonical name."""
        return {
            self.qualified(binding.node): binding.node
            for table in self._scopes.values()
            for found in table.values()
            for binding in found
            if isinstance(binding.node, (*FUNCTIONS, ast.ClassDef))
        }

    @cached_property
    def uses(self) -> dict[str, list[ast.Name]]:
        """Every place where a name is read, by its spelling, in the file's order."""
        table: dict[str, list[ast.Name]] = {}
        for node in below(self._file.tree, ast.Name):
            if isinstance(node.ctx, ast.Load):
                table.setdefault(node.id, []).append(node)
        for found in table.values():
            found.sort(key=_position)
        return table

    def uses_of(self, statement: ast.AST, name: str) -> list[ast.Name]:
        """The places that may read the value that this statement gives a name."""
        return [
            use
            for use in self.uses.get(name, [])
            if any(binding.node is statement for binding in self.bindings(use))
        ]


def _is_within(file: SourceFile, node: ast.AST, outer: ast.AST) -> bool:
    return node is outer or any(above is outer for above in file.ancestors(node))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _holds(node: ast.stmt, where: tuple[int, int]) -> bool:
    end = (node.end_lineno or 0, node.end_col_offset or 0)
    return _position(node) <= where < end
