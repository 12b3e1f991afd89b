"""What keeps a processor busy: library calls, and loops of plain Python."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from pyguard_kernel.flow import own_nodes
from pyguard_kernel.patterns import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.source import SourceFile

# What a call computes -> owner -> names. All take long by design or by their input.
_HEAVY: dict[str, dict[str, str]] = {
    "stretches a password": {
        "hashlib": "pbkdf2_hmac scrypt",
        "bcrypt": "hashpw checkpw kdf",
        "argon2": "hash_password verify_password",
        "argon2.PasswordHasher": "hash verify",
        "argon2.low_level": "hash_secret hash_secret_raw verify_secret",
        "passlib.context.CryptContext": "hash verify",
        "passlib.hash.bcrypt": "hash verify",
        "passlib.hash.argon2": "hash verify",
        "pwdlib.PasswordHash": "hash verify",
        "werkzeug.security": "generate_password_hash check_password_hash",
        "django.contrib.auth.hashers": "make_password check_password",
    },
    "makes a key": {
        "cryptography.hazmat.primitives.asymmetric.rsa": "generate_private_key",
    },
    "compresses": {
        "zlib": "compress",
        "gzip": "compress",
        "bz2": "compress",
        "lzma": "compress",
        "brotli": "compress",
        "compression.zstd": "compress",
    },
    "decompresses": {
        "zlib": "decompress",
        "gzip": "decompress",
        "bz2": "decompress",
        "lzma": "decompress",
        "brotli": "decompress",
        "compression.zstd": "decompress",
    },
    "parses a whole file": {
        "json": "load",
        "pickle": "load",
        "tomllib": "load",
        "plistlib": "load",
        "xml.etree.ElementTree": "parse",
        "lxml.etree": "parse",
        "pandas": "read_csv read_excel read_json read_parquet read_xml",
        "polars": "read_csv read_excel read_json read_parquet",
    },
    "hashes a whole file": {"hashlib": "file_digest"},
}
HEAVY: dict[str, str] = {
    f"{owner}.{name}": what
    for what, owners in _HEAVY.items()
    for owner, names in owners.items()
    for name in names.split()
}

# Plain Python: these compute or move values, and wait for nothing.
_PURE_MODULES = {"bisect", "cmath", "collections", "decimal", "fractions", "heapq",
                 "itertools", "math", "operator", "random", "re", "statistics",
                 "string"}  # fmt: skip
_PURE_BUILTINS = (
    "abs all any ascii bin bool bytearray bytes chr complex dict divmod enumerate"
    " filter float format frozenset hash hex id int isinstance iter len list map max"
    " min next oct ord pow print range repr reversed round set slice sorted str sum"
    " tuple zip ValueError TypeError KeyError IndexError"
)
_PURE = frozenset(_PURE_BUILTINS.split())
_PURE_CALLS = {"functools.reduce", "time.monotonic", "time.perf_counter", "time.time"}
_VALUE_METHODS = (
    "add append bit_length capitalize casefold copy count decode encode endswith"
    " extend findall finditer fullmatch get group groups index insert isalpha isdigit"
    " items join keys lower lstrip match pop popleft remove replace reverse rstrip"
    " search setdefault sort split splitlines startswith strip sub title to_bytes"
    " update upper values zfill"
)
_PURE_METHODS = frozenset(_VALUE_METHODS.split())
# These compute too, but let other threads run meanwhile.
_NATIVE = ("hashlib.", "zlib.", "hmac.")
_NATIVE_METHODS = {"digest", "hexdigest"}
_ENDLESS = {"itertools.count", "itertools.cycle", "itertools.product",
            "itertools.permutations", "itertools.combinations"}  # fmt: skip
_SORTS = {"builtins.sorted", "sort"}

_LOOPS = (ast.For, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LOOP_TYPES = (*_LOOPS, *_COMPREHENSIONS)
type Loop = (
    ast.For | ast.While | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
)

_SUSPENDS = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield, ast.YieldFrom)
# `|`, `&` and `^` are for sets and dicts as often as for numbers.
_OPERATORS = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.RShift)
_STEPS = (ast.Add, ast.Sub, ast.FloorDiv, ast.RShift)
# Operands may be arrays, whose arithmetic is compiled code.
_ARRAYS = regex(
    r"^\s*(?:import|from)\s+(?:cupy|jax|numpy|pandas|polars|torch)\b", re.MULTILINE
)
# A loop of fewer steps is over before anyone can tell.
_FEW = 10_000
_DEPTH = 3


def heavy_call(file: SourceFile, call: ast.Call) -> str | None:
    """What a library call computes ("compresses"), where it may take long."""
    possible = _possible(file.data)
    if getattr(call.func, "attr", "") not in possible and not (
        possible and isinstance(call.func, ast.Name)
    ):
        return None
    what = HEAVY.get(file.names.canonical(call.func) or "")
    if (
        call.args
        and isinstance(call.args[0], ast.Constant)
        and "compress" in (what or "")
    ):
        return None
    return what


@lru_cache(maxsize=4)
def _possible(data: bytes) -> frozenset[str]:
    """The last parts of the heavy calls that this file can hold."""
    return frozenset(
        name.rpartition(".")[2]
        for name in HEAVY
        if name.partition(".")[0].encode() in data
    )


def is_plain_python(file: SourceFile, node: ast.AST, *, native: bool = False) -> bool:
    """Whether all that runs in a loop or function is known to compute.

    `native` also takes calls that compute while other threads run.
    """
    return (
        all(_is_pure(file, part, native, _DEPTH) for part in own_nodes(node))
        and _ARRAYS.search(file.text) is None
    )


def _is_pure(file: SourceFile, node: ast.AST, native: bool, depth: int) -> bool:
    if isinstance(node, _SUSPENDS) or getattr(node, "is_async", False):
        return False
    if not isinstance(node, ast.Call):
        return True
    function = file.names.definition(node.func)
    if isinstance(function, ast.FunctionDef):
        inner = file.function(node) is function
        return inner or (
            depth > 0
            and all(_is_pure(file, n, native, depth - 1) for n in own_nodes(function))
        )
    name = file.names.canonical(node.func) or ""
    root, _, last = name.rpartition(".")
    if root == "builtins":
        return last in _PURE
    if native and name.startswith(_NATIVE):
        return True
    if isinstance(node.func, ast.Attribute) and (not name or "builtins" in root):
        last = node.func.attr
        return last in _PURE_METHODS or (native and last in _NATIVE_METHODS)
    return name in _PURE_CALLS or name.partition(".")[0] in _PURE_MODULES


def calculates(loop: Loop) -> bool:
    """Whether a loop does arithmetic each time, more than to count or to add up."""
    return any(isinstance(op, _OPERATORS) for op in _arithmetic(loop))


def counts(loop: Loop) -> bool:
    """Whether a loop does arithmetic of any kind each time."""
    return any(True for _ in _arithmetic(loop))


def _arithmetic(loop: Loop) -> Iterator[ast.operator]:
    """The operators that a loop's steps use on what isn't text or a collection."""
    for part in _repeated(loop):
        for node in ast.walk(part):
            if isinstance(node, ast.BinOp):
                operands = [node.left, node.right]
            elif isinstance(node, ast.AugAssign):
                operands = [node.value]
            else:
                continue
            if isinstance(node.op, (*_OPERATORS, ast.Add, ast.Sub)) and not any(
                _is_no_number(operand) for operand in operands
            ):
                yield node.op


def _repeated(loop: Loop) -> Iterator[ast.AST]:
    """What a loop runs at each step."""
    if isinstance(loop, ast.For):
        yield from loop.body
    elif isinstance(loop, ast.While):
        yield loop.test
        yield from loop.body
    else:
        yield from (condition for g in loop.generators for condition in g.ifs)
        yield from (
            [loop.key, loop.value] if isinstance(loop, ast.DictComp) else [loop.elt]
        )


def sorts_or_matches(file: SourceFile, loop: ast.AST) -> bool:
    """Whether a loop sorts, searches by regular expressions or hashes each time."""
    for node in ast.walk(loop):
        if isinstance(node, ast.Call):
            name = file.names.canonical(node.func) or ""
            attr = getattr(node.func, "attr", "")
            if name in _SORTS or name.startswith(("re.", *_NATIVE)) or attr == "sort":
                return True
    return False


def is_long(file: SourceFile, loop: ast.AST) -> bool:
    """Whether a number, not the length of a collection, says how long it runs."""
    return any(
        isinstance(inner, LOOP_TYPES) and _by_number(file, inner)
        for inner in ast.walk(loop)
    )


def is_few(file: SourceFile, loop: Loop) -> bool:
    """Whether a loop is written to take few steps."""
    return all(
        _steps(file, iterable) is not None for iterable in _iterables(loop)
    ) and not isinstance(loop, ast.While)


def recurses(file: SourceFile, function: ast.FunctionDef) -> bool:
    """Whether a function calls itself twice, for smaller numbers: `f(n - 1)`."""
    calls = [
        node
        for node in own_nodes(function)
        if isinstance(node, ast.Call)
        and any(
            isinstance(a, ast.BinOp) and isinstance(a.op, _STEPS) for a in node.args
        )
        and file.names.definition(node.func) is function
    ]
    return len(calls) > 1


def _by_number(file: SourceFile, loop: Loop) -> bool:
    if isinstance(loop, ast.While):
        return _counts_up(loop)
    for iterable in _iterables(loop):
        if isinstance(iterable, ast.Call):
            name = file.names.canonical(iterable.func)
            if name == "builtins.range":
                return _steps(file, iterable) is None and not _measures(file, iterable)
            if name in _ENDLESS:
                return True
    return False


def _counts_up(loop: ast.While) -> bool:
    """`while i < limit: ...; i += 1`."""
    if not isinstance(loop.test, ast.Compare):
        return False
    tested = {n.id for n in ast.walk(loop.test) if isinstance(n, ast.Name)}
    ends = [s for s in (loop.test.left, *loop.test.comparators)
            if isinstance(s, ast.Constant) and s.value != 0]  # fmt: skip
    if any(isinstance(e.value, int) and e.value < _FEW for e in ends):
        return False
    return any(
        isinstance(node, ast.AugAssign)
        and isinstance(node.op, ast.Add | ast.Sub)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
        and node.target.id in tested
        for node in own_nodes(loop)
    )


def _iterables(loop: Loop) -> Iterator[ast.expr]:
    if isinstance(loop, ast.For):
        yield loop.iter
    elif not isinstance(loop, ast.While):
        yield from (generator.iter for generator in loop.generators)


def _steps(file: SourceFile, iterable: ast.expr) -> int | None:
    """How many steps a literal or a range of literals takes, where they are few."""
    if isinstance(iterable, ast.Tuple | ast.List | ast.Set | ast.Constant):
        return 0
    if isinstance(iterable, ast.Call):
        bounds = [file.names.value(argument) for argument in iterable.args]
        known = [b.value for b in bounds if isinstance(b, ast.Constant)]
        numbers = [n for n in known if isinstance(n, int)]
        if len(numbers) == len(bounds) > 0 and max(numbers) < _FEW:
            return max(numbers)
    return None


def _measures(file: SourceFile, iterable: ast.expr) -> bool:
    """Whether a range follows the length of something."""
    return any(
        file.names.called(n) == "builtins.len" or isinstance(n, ast.Attribute)
        for n in ast.walk(iterable)
    )


def _is_no_number(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.Dict | ast.Set)
