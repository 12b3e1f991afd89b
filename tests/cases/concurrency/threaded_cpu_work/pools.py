"""Threads that compute, and threads that wait."""

import asyncio
import hashlib
import re
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing.pool import ThreadPool
from pathlib import Path

import requests


def sum_of_squares(limit: int) -> int:
    return sum(n * n for n in range(limit))


def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def count_down(n: int) -> None:
    while n > 0:
        n -= 1


def is_prime(n: int) -> bool:
    for divisor in range(2, int(n**0.5) + 1):
        if n % divisor == 0:
            return False
    return True


def primes(numbers: list[int]) -> list[int]:
    return [n for n in numbers if is_prime(n)]


def longest_words(text: str) -> list[str]:
    words = []
    for line in text.splitlines():
        words += sorted(re.findall(r"\w+", line), key=len)
    return words


def squares(limits: list[int]) -> list[int]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(sum_of_squares, limits))  # <- PG309


def two_fibonaccis() -> int:
    pool = ThreadPoolExecutor()
    first = pool.submit(fibonacci, 30)  # <- PG309
    second = pool.submit(fibonacci, 31)  # <- PG309
    return first.result() + second.result()


def count_twice() -> None:
    threads = [
        threading.Thread(target=count_down, args=(10_000_000,))  # <- PG309
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def primes_in_a_thread(numbers: list[int]) -> list[int]:
    return await asyncio.to_thread(primes, numbers)  # <- PG309


async def words_in_the_default_executor(text: str) -> list[str]:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, partial(longest_words, text))  # <- PG309


def squares_by_thread_pool(limits: list[int]) -> list[int]:
    with ThreadPool(4) as pool:
        return pool.map(lambda limit: sum_of_squares(limit), limits)  # <- PG309


class Report:
    def total(self, rows: list[tuple[int, int]]) -> int:
        result = 0
        for amount, price in rows:
            result += amount * price
        return result

    def start(self, rows: list[tuple[int, int]]) -> None:
        threading.Thread(target=self.total, args=(rows,)).start()  # <- PG309


def squares_in_processes(limits: list[int]) -> list[int]:
    # Each process has its own interpreter.
    with ProcessPoolExecutor() as pool:
        return list(pool.map(sum_of_squares, limits))


async def primes_in_a_process(numbers: list[int]) -> list[int]:
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        return await loop.run_in_executor(pool, primes, numbers)


def download(url: str) -> int:
    answer = requests.get(url, timeout=10)
    return sum(len(line) * 2 for line in answer.iter_lines())


def downloads(urls: list[str]) -> list[int]:
    # Waits for the network: this is what threads are for.
    with ThreadPoolExecutor() as pool:
        return list(pool.map(download, urls))


def digest(path: Path) -> str:
    state = hashlib.sha256()
    for block in range(0, path.stat().st_size, 1 << 20):
        state.update(path.read_bytes()[block : block + (1 << 20)])
    return state.hexdigest()


def digests(paths: list[Path]) -> list[str]:
    # Reads files, and hashing large blocks lets other threads run.
    with ThreadPoolExecutor() as pool:
        return list(pool.map(digest, paths))


def poll(stop: threading.Event) -> None:
    rounds = 0
    while not stop.is_set():
        rounds += 1
        time.sleep(1)


def watch(stop: threading.Event) -> None:
    # Sleeps nearly all the time.
    threading.Thread(target=poll, args=(stop,)).start()


def label(number: int) -> str:
    return f"item {number + 1}"


def labels(numbers: list[int]) -> list[str]:
    # No loop: it is over at once. Silly, but not slow by the lock.
    with ThreadPoolExecutor() as pool:
        return list(pool.map(label, numbers))


def corners(size: int) -> list[int]:
    return [side * size for side in (0, 1, 2, 3)]


def all_corners(sizes: list[int]) -> list[list[int]]:
    # Four steps.
    with ThreadPoolExecutor() as pool:
        return list(pool.map(corners, sizes))


def in_this_thread(limits: list[int]) -> list[int]:
    # The built-in map runs no thread.
    return list(map(sum_of_squares, limits))
