"""PG305: gather asks for exceptions as results, and a loop over them raises them."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from pyguard_kernel.codemods._base import Mend

_KEYWORD = "return_exceptions"


class Fix(Mend):
    """Adds `return_exceptions=True`; a `for` over the results tells them apart."""

    MESSAGE = "Ask for exceptions as results; look at each where its turn comes"

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._results: str | None = None

    def visit_Assign(self, node: cst.Assign) -> None:
        """Remember under which name the results are kept."""
        if self._gathers(node.value) and len(node.targets) == 1:
            target = node.targets[0].target
            self._results = target.value if isinstance(target, cst.Name) else None

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """The name means nothing past its function."""
        self._results = None
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Add or turn the keyword."""
        return _asking(updated_node) if self._meant(original_node) else updated_node

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        """Raise an exception where its turn comes."""
        result = self._result(original_node.iter, original_node.target)
        if result is None or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        guard = cst.parse_statement(
            f"if isinstance({result}, BaseException):\n    raise {result}\n"
        )
        body = updated_node.body.with_changes(body=[guard, *updated_node.body.body])
        return updated_node.with_changes(body=body)

    def _meant(self, node: cst.Call) -> bool:
        # `gather(...).cancel()` begins at the same place.
        return (
            self.hit(node)
            and not m.findall(node.func, m.Call())
            and not _asks_already(node)
        )

    def _gathers(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Await):
            node = node.expression
        return isinstance(node, cst.Call) and self._meant(node)

    def _result(
        self, iterated: cst.BaseExpression, target: cst.BaseAssignTargetExpression
    ) -> str | None:
        """The loop's name for one result, where the loop runs over the results."""
        if self._are_results(iterated):
            return target.value if isinstance(target, cst.Name) else None
        if not m.matches(iterated, m.Call(func=m.Name("zip") | m.Name("enumerate"))):
            return None
        assert isinstance(iterated, cst.Call)  # noqa: S101 -- for the type checker
        first = m.matches(iterated.func, m.Name("enumerate"))
        for place, arg in enumerate(iterated.args, start=int(first)):
            if self._are_results(arg.value) and isinstance(target, cst.Tuple):
                element = target.elements[place].value
                return element.value if isinstance(element, cst.Name) else None
        return None

    def _are_results(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Name):
            return node.value == self._results
        return self._gathers(node)


def _asks_already(node: cst.Call) -> bool:
    asked = m.Arg(keyword=m.Name(_KEYWORD), value=m.Name("True"))
    return any(m.matches(arg, asked) for arg in node.args)


def _asking(node: cst.Call) -> cst.Call:
    args = list(node.args)
    for place, arg in enumerate(args):
        if m.matches(arg, m.Arg(keyword=m.Name(_KEYWORD))):
            args[place] = arg.with_changes(value=cst.Name("True"))
            return node.with_changes(args=args)
    added = cst.parse_expression(f"f({_KEYWORD}=True)")
    assert isinstance(added, cst.Call)  # noqa: S101 -- for the type checker
    last, flag = args[-1], added.args[0]
    start = node.whitespace_before_args
    match last.comma:
        case cst.Comma(whitespace_after=cst.ParenthesizedWhitespace() as end):
            # Each argument has a line of its own, and its comment stays on it.
            indented = getattr(start, "last_line", end.last_line)
            between = cst.Comma(whitespace_after=end.with_changes(last_line=indented))
            bare = cst.ParenthesizedWhitespace(last_line=end.last_line, indent=True)
            flag = flag.with_changes(comma=cst.Comma(whitespace_after=bare))
        case _:
            between = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            flag = flag.with_changes(whitespace_after_arg=last.whitespace_after_arg)
    nothing = cst.SimpleWhitespace("")
    args[-1] = last.with_changes(comma=between, whitespace_after_arg=nothing)
    return node.with_changes(args=[*args, flag])
