"""Small classes of named values, without the time that `dataclasses` takes to load.

That module brings `inspect` with it, which takes as long as Python's own start, and
every command would pay for it. Type checkers see the real thing, and so does whoever
asks `dataclasses` itself of such a class: `replace`, `fields` and `asdict` work.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from typing import Any, NamedTuple

    __all__ = ["NamedTuple", "dataclass", "field", "replace"]


class _Field:
    """What `field` says of one field."""

    __slots__ = ("default", "default_factory", "init")

    def __init__(self, **said: Any) -> None:
        self.init: bool = said.pop("init", True)
        for name, value in said.items():
            setattr(self, name, value)

    @property
    def optional(self) -> bool:
        return hasattr(self, "default") or hasattr(self, "default_factory")


class _Dataclass:
    """What all these classes do alike."""

    __slots__ = ()
    _names: tuple[str, ...] = ()

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.__getstate__() == other.__getstate__()

    __hash__: Any = None

    # Frozen values can't be set one by one, as copying and sending would do.
    def __getstate__(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self._names])

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        for name, value in zip(self._names, state, strict=True):
            object.__setattr__(self, name, value)


class _Frozen(_Dataclass):
    """What those do that never change."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(self.__getstate__())

    def __setattr__(self, name: str, _: object) -> None:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")


class _Fields:
    """`__dataclass_fields__`, made when `dataclasses` asks for it."""

    def __init__(self, fields: dict[str, _Field], kw_only: bool) -> None:
        self._fields = fields
        self._kw_only = kw_only

    def __get__(self, _: object, owner: type) -> dict[str, Any]:
        import dataclasses

        parts: list[tuple[str, Any, Any]] = []
        for name, one in self._fields.items():
            said = {k: getattr(one, k) for k in _Field.__slots__ if hasattr(one, k)}
            parts.append((name, object, dataclasses.field(**said)))
        twin: Any = dataclasses.make_dataclass(
            owner.__name__, parts, kw_only=self._kw_only
        )
        found: dict[str, Any] = twin.__dataclass_fields__
        return found


def _initializer(cls: type, fields: dict[str, _Field], kw_only: bool) -> Any:
    """The `__init__` of a class, as if written by hand."""
    missing = object()
    scope: dict[str, Any] = {"missing": missing}
    head, body = ["self", *(["*"] if kw_only else [])], []
    for name, one in fields.items():
        scope[f"set_{name}"] = vars(cls)[name].__set__
        value = name
        if hasattr(one, "default_factory"):
            scope[f"make_{name}"] = one.default_factory
            scope[f"default_{name}"] = missing
            value = f"make_{name}() if {name} is missing else {name}"
        elif hasattr(one, "default"):
            scope[f"default_{name}"] = one.default
        if one.init:
            head.append(f"{name}=default_{name}" if one.optional else name)
        else:
            value = f"default_{name}"
        body.append(f"  set_{name}(self, {value})")
    text = f"def __init__({', '.join(head)}):\n" + "\n".join(body)
    exec(text, scope)  # noqa: S102, PG307 -- made here, of the fields' names
    return scope["__init__"]


def _dataclass(
    *, frozen: bool = False, slots: bool = True, kw_only: bool = False
) -> Any:
    """As `dataclasses.dataclass`, for the options that we use."""

    def made(cls: type) -> type:
        fields: dict[str, _Field] = {}
        for name in cls.__annotations__:
            said = vars(cls).get(name, _Field())
            fields[name] = said if isinstance(said, _Field) else _Field(default=said)
        dropped = {"__dict__", "__weakref__", *fields}
        body = {name: v for name, v in vars(cls).items() if name not in dropped}
        body["__slots__"] = body["_names"] = tuple(fields)
        body["__match_args__"] = tuple(n for n, one in fields.items() if one.init)
        body["__dataclass_fields__"] = _Fields(fields, kw_only)

        # Written when the first one is made: most runs make none of most classes.
        def __init__(self: Any, *args: Any, **named: Any) -> None:  # noqa: N807
            new.__init__ = _initializer(new, fields, kw_only)
            new.__init__(self, *args, **named)

        body["__init__"] = __init__
        base = _Frozen if frozen else _Dataclass
        new: type[Any] = type(cls)(cls.__name__, (base,), body)
        return new

    return made


def _replace(value: Any, /, **changes: Any) -> Any:
    """A copy of a value with some fields changed."""
    kept = {name: getattr(value, name) for name in value.__match_args__}
    return type(value)(**kept | changes)


class _Tuples(type):
    """Makes of a class body what `typing.NamedTuple` makes of it."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        if not bases:
            return super().__new__(cls, name, bases, body)
        from collections import namedtuple

        names = body.pop("__annotations__")
        defaults = [body.pop(one) for one in names if one in body]
        make: Any = namedtuple
        made = make(name, names, defaults=defaults, module=body["__module__"])
        for inner, value in body.items():
            setattr(made, inner, value)
        return made


class _NamedTuple(metaclass=_Tuples):
    """The base that makes a class a tuple with named fields."""


if not TYPE_CHECKING:
    dataclass, field, replace, NamedTuple = _dataclass, _Field, _replace, _NamedTuple
