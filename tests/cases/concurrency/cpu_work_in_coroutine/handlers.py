"""Coroutines that compute, and coroutines that let others run."""

import asyncio
import hashlib
import json
import re
import zlib
from concurrent.futures import ProcessPoolExecutor
from hashlib import scrypt as stretch

import bcrypt


async def sum_of_squares(limit: int) -> int:
    total = 0
    for n in range(limit):  # <- PG310
        total += n * n
    return total


async def is_prime(n: int) -> bool:
    divisor = 2
    while divisor * divisor <= n:  # <- PG310
        if n % divisor == 0:
            return False
        divisor += 1
    return True


async def pairs(rows: list[list[int]]) -> int:
    best = 0
    for row in rows:  # <- PG310
        for value in row:
            best = max(best, value * value % 97)
    return best


async def mean(values: list[float]) -> float:
    return sum(v * 0.5 for v in values) / len(values)  # <- PG310


async def ranked(lines: list[str]) -> list[list[str]]:
    found = []
    for line in lines:  # <- PG310
        found.append(sorted(re.findall(r"\w+", line)))
    return found


async def chain(seed: bytes, reader: asyncio.StreamReader) -> bytes:
    seed += await reader.read(16)
    for _ in range(1_000_000):  # <- PG310
        seed = hashlib.sha256(seed).digest() + seed[: 3 - 2]
    return seed


async def log_in(password: str, known: bytes) -> bool:
    return bcrypt.checkpw(password.encode(), known)  # <- PG310


async def register(password: str, salt: bytes) -> bytes:
    await asyncio.sleep(0)
    return stretch(password.encode(), salt=salt, n=2**14, r=8, p=1)  # <- PG310


async def upload(data: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(zlib.compress(data))  # <- PG310
    await writer.drain()


async def settings(path: str) -> object:
    file = await asyncio.to_thread(open, path)
    return json.load(file)  # <- PG310


def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


async def answer(writer: asyncio.StreamWriter, n: int) -> None:
    writer.write(str(fibonacci(n)).encode())  # <- PG310
    await writer.drain()


async def log_in_by_thread(password: str, known: bytes) -> bool:
    # Compiled code that lets Python's lock go: a thread will do.
    return await asyncio.to_thread(bcrypt.checkpw, password.encode(), known)


async def answer_by_process(pool: ProcessPoolExecutor, n: int) -> int:
    # On another core.
    return await asyncio.get_running_loop().run_in_executor(pool, fibonacci, n)


async def squares_with_pauses(limit: int) -> int:
    # Others run every thousand steps.
    total = 0
    for n in range(limit):
        total += n * n
        if n % 1000 == 0:
            await asyncio.sleep(0)
    return total


async def invoice(amounts: list[int]) -> int:
    # Adds up a few numbers between two waits.
    await asyncio.sleep(0)
    total = 0
    for amount in amounts:
        total += amount * 2
    return total


async def names(rows: list[dict[str, str]]) -> list[str]:
    # Moves values, computes nothing.
    return [row["name"].strip() for row in rows]


async def checksum(data: bytes) -> str:
    # One fast hash.
    return hashlib.sha256(data).hexdigest()


async def retries() -> list[int]:
    # A few steps, written out.
    return [2**attempt for attempt in range(5)]


async def report(rows: list[int]) -> list[str]:
    # `%` on text is formatting.
    lines = []
    for row in rows:
        lines.append("row %d" % row)
    return lines


async def parsed(text: str) -> object:
    # A text of a message, not a file.
    return json.loads(text)


def plain(limit: int) -> int:
    # No event loop waits for it.
    total = 0
    for n in range(limit):
        total += n * n
    return total


async def bytes_of(data: bytes) -> int:
    # As long as a message.
    await asyncio.sleep(0)
    total = 0
    for place in range(0, len(data), 2):
        total ^= data[place]
    return total


async def turn_on(light, color: tuple[int, int, int]) -> None:
    # Three numbers on the way to a device.
    light.send([value / 255 for value in color])


async def outlets(status: dict[str, str]) -> set[str]:
    # Makes names, no numbers.
    found = set()
    for number in range(1, int(status["outlets"]) + 1):
        found |= {f"outlet.{number}.on", "outlet." + str(number) + ".off"}
    return found


def flatten(tree: object, found: list[object]) -> list[object]:
    if isinstance(tree, list):
        for branch in tree:
            flatten(branch, found)
    if isinstance(tree, dict):
        for branch in tree.values():
            flatten(branch, found)
    return found


async def leaves(tree: object) -> list[object]:
    # Walks a tree as large as its message.
    return flatten(tree, [])
