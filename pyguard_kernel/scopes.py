"""Which names each scope of a file binds, and where: one pass over the statements."""

from __future__ import annotations

import ast

from pyguard_kernel.imports import absolute
from pyguard_kernel.values import NamedTuple
from pyguard_kernel.walk import below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, ClassVar, Literal

    from pyguard_kernel.source import SourceFile

type Function = ast.FunctionDef | ast.AsyncFunctionDef

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (ast.Module, ast.ClassDef, *FUNCTIONS, ast.Lambda)


class Binding(NamedTuple):
    """One place that gives a name a value.

    `node` is where (a statement, or the expression for a walrus, an `ast.arg` for a
    parameter); `value` the expression assigned, iterated or entered, where there is
    one; `target` what an import binds to; `place` where in a tuple unpacked.
    """

    kind: Literal["import", "assign", "loop", "with", "except", "parameter",
                  "function", "class", "augmented", "other"]  # fmt: skip
    node: ast.AST
    value: ast.expr | None = None
    target: str = ""
    place: int | None = None


class Scopes:
    """The tables of one file.

    `tables` maps a scope's node to its names and their bindings, in the file's order;
    `outer` maps a scope to the names that it declares global (True) or nonlocal
    (False); `bound` holds every name that is bound anywhere; `far` holds the nodes
    that bind a name of a scope further out.
    """

    def __init__(self, file: SourceFile) -> None:
        self.tables: dict[ast.AST, dict[str, list[Binding]]] = {}
        self.outer: dict[ast.AST, dict[str, bool]] = {}
        self.bound: set[str] = set()
        self.far: set[ast.AST] = set()
        self._package = _package(file)
        self._module = file.tree
        self._scope: ast.AST = file.tree
        self._around: list[ast.AST] = []
        self._enter(file.tree, file.tree.body)
        # Only these bind names within expressions; most files have neither.
        if b"lambda" in file.data:
            self._lambdas(file)
        if b":=" in file.data:
            self._walruses(file)

    def _enter(self, scope: ast.AST, body: Iterable[ast.stmt]) -> None:
        self._around.append(self._scope)
        self._scope = scope
        self.tables.setdefault(scope, {})
        self._block(body)
        self._scope = self._around.pop()

    def _bind(self, name: str, binding: Binding) -> None:
        self.bound.add(name)
        scope = self._scope
        if scope in self.outer:
            is_global = self.outer[scope].get(name)
            if is_global is not None:
                scope = self._module if is_global else self._nearest(name)
                self.far.add(binding.node)
        table = self.tables.get(scope)
        if table is None:
            table = self.tables[scope] = {}
        if name in table:
            table[name].append(binding)
        else:
            table[name] = [binding]

    def _nearest(self, name: str) -> ast.AST:
        """The function around this one that binds a name."""
        functions = [s for s in reversed(self._around) if isinstance(s, FUNCTIONS)]
        binding = (s for s in functions if name in self.tables[s])
        return next(binding, functions[0] if functions else self._scope)

    def _block(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            bind = self._BINDERS.get(type(statement))
            if bind is not None:
                bind(self, statement)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            target = alias.name if alias.asname else name
            self._bind(name, Binding("import", node, target=target))

    def _import_from(self, node: ast.ImportFrom) -> None:
        base = absolute(self._package, node.level, node.module)
        for alias in node.names:
            target = f"{base}.{alias.name}" if base else alias.name
            name = alias.asname or alias.name
            self._bind(name, Binding("import", node, None, target))

    def _function(self, node: Function) -> None:
        self._bind(node.name, Binding("function", node))
        self._parameters(node, node.args)
        self._enter(node, node.body)

    def _class(self, node: ast.ClassDef) -> None:
        self._bind(node.name, Binding("class", node))
        self._enter(node, node.body)

    def _assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._target(target, "assign", node, node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._target(node.target, "assign", node, node.value)

    def _augmented(self, node: ast.AugAssign) -> None:
        self._target(node.target, "augmented", node, node.value)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._target(node.target, "loop", node, node.iter)
        self._branches(node)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self._target(item.optional_vars, "with", node, item.context_expr)
        self._block(node.body)

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        self._block(node.body)
        for handler in node.handlers:
            if handler.name:
                self._bind(handler.name, Binding("except", handler))
            self._block(handler.body)
        self._block(node.orelse)
        self._block(node.finalbody)

    def _branches(self, node: ast.If | ast.While | ast.For | ast.AsyncFor) -> None:
        self._block(node.body)
        self._block(node.orelse)

    def _match(self, node: ast.Match) -> None:
        for case in node.cases:
            for part in ast.walk(case.pattern):
                name = getattr(part, "name", None) or getattr(part, "rest", None)
                if isinstance(name, str):
                    self._bind(name, Binding("other", node))
            self._block(case.body)

    def _declared(self, node: ast.Global | ast.Nonlocal) -> None:
        table = self.outer.setdefault(self._scope, {})
        table.update(dict.fromkeys(node.names, isinstance(node, ast.Global)))

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._target(target, "other", node, None)

    def _alias(self, node: ast.TypeAlias) -> None:
        self._bind(node.name.id, Binding("other", node))

    _BINDERS: ClassVar[dict[type[ast.AST], Callable[[Any, Any], None]]] = {
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Try: _try,
        ast.TryStar: _try,
        ast.If: _branches,
        ast.While: _branches,
        ast.Match: _match,
        ast.Global: _declared,
        ast.Nonlocal: _declared,
        ast.Delete: _delete,
        ast.TypeAlias: _alias,
    }

    def _parameters(self, function: ast.AST, arguments: ast.arguments) -> None:
        before, self._scope = self._scope, function
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs,
                 arguments.vararg, arguments.kwarg]  # fmt: skip
        for argument in every:
            if argument is not None:
                self._bind(argument.arg, Binding("parameter", argument))
        self._scope = before

    def _target(
        self,
        target: ast.expr,
        kind: Literal["assign", "augmented", "loop", "with", "other"],
        node: ast.AST,
        value: ast.expr | None,
        index: int | None = None,
    ) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, Binding(kind, node, value, "", index))
        elif isinstance(target, ast.Tuple | ast.List):
            elements = _elements(value, len(target.elts)) if kind == "assign" else None
            for place, element in enumerate(target.elts):
                if elements is not None:
                    self._target(element, kind, node, elements[place])
                else:
                    self._target(element, kind, node, value, place)
        elif isinstance(target, ast.Starred):
            self._target(target.value, "other", node, None)

    def _lambdas(self, file: SourceFile) -> None:
        for function in below(file.tree, ast.Lambda):
            self.tables.setdefault(function, {})
            self._parameters(function, function.args)

    def _walruses(self, file: SourceFile) -> None:
        """Bind what a walrus binds, in the scope that it stands in."""
        for walrus in below(file.tree, ast.NamedExpr):
            self._scope = _scope_around(file, walrus)
            name = walrus.target.id
            self._bind(name, Binding("assign", walrus, walrus.value))
            self.tables[self._scope].get(name, []).sort(key=_place)


def _scope_around(file: SourceFile, node: ast.AST) -> ast.AST:
    """Where a walrus binds: comprehensions pass it on to the scope around them."""
    return next(a for a in file.ancestors(node) if isinstance(a, SCOPES))


def _place(binding: Binding) -> tuple[int, int]:
    return (
        getattr(binding.node, "lineno", 0),
        getattr(binding.node, "col_offset", 0),
    )


def _package(file: SourceFile) -> str:
    return file.module if file.is_package else file.module.rpartition(".")[0]


def _elements(value: ast.expr | None, count: int) -> list[ast.expr] | None:
    if not isinstance(value, ast.Tuple | ast.List) or len(value.elts) != count:
        return None
    starred = any(isinstance(element, ast.Starred) for element in value.elts)
    return None if starred else value.elts


def assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The targets of an assignment or `with`, each with the expression behind it."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield target, node.value
    elif isinstance(node, ast.AnnAssign):
        yield node.target, node.value
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            if item.optional_vars is not None:
                yield item.optional_vars, item.context_expr


def targets_of(target: ast.expr) -> set[str]:
    """The names that a target binds."""
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}


def binds(comprehension: ast.AST, name: str) -> bool:
    """Whether a comprehension's own loops bind a name."""
    generators: list[ast.comprehension] = getattr(comprehension, "generators", [])
    return any(name in targets_of(generator.target) for generator in generators)
