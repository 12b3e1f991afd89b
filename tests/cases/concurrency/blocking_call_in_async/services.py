"""Coroutines that block, and their look-alikes that don't."""

import asyncio
import os
import queue
import shutil
import socket
import sqlite3
import subprocess as sp
import threading
import time
from pathlib import Path
from urllib.request import urlopen as fetch_url

import psycopg2
import requests


async def price(item: str) -> str:
    with fetch_url(f"https://shop.example/{item}") as answer:  # <- PG302
        return answer.read().decode()


async def price_by_session(session: requests.Session, item: str) -> str:
    return session.get(f"https://shop.example/{item}").text  # <- PG302


class Ledger:
    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path)

    async def add(self, amount: int) -> None:
        self.connection.execute("insert into ledger values (?)", (amount,))  # <- PG302
        self.connection.commit()  # <- PG302

    async def rows(self, dsn: str) -> list[object]:
        cursor = psycopg2.connect(dsn).cursor()  # <- PG302
        cursor.execute("select * from ledger")  # <- PG302
        return cursor.fetchall()  # <- PG302


async def lookup(host: str) -> str:
    return socket.gethostbyname(host)  # <- PG302


async def convert(source: Path) -> bytes:
    done = sp.run(["convert", source], capture_output=True)  # <- PG302
    return done.stdout


async def archive(folder: Path) -> str:
    text = (folder / "index.txt").read_text()  # <- PG302
    shutil.make_archive(str(folder), "zip", folder)  # <- PG302
    with open(folder / "log.txt") as log:  # <- PG302
        return text + log.read()


jobs: queue.Queue[str] = queue.Queue()
stock_lock = threading.Lock()


async def next_job() -> str:
    return jobs.get()  # <- PG302


async def reserve(item: str) -> None:
    with stock_lock:  # <- PG302
        await asyncio.sleep(0.1)


async def count_up(counts: dict[str, int], item: str) -> None:
    stock_lock.acquire()  # <- PG302
    counts[item] += 1
    stock_lock.release()


def _load_rates(path: Path) -> str:
    return path.read_text()


async def convert_price(path: Path, amount: float) -> float:
    return float(_load_rates(path)) * amount  # <- PG302


def _wait_a_moment() -> None:
    time.sleep(1)


async def retry() -> None:
    _wait_a_moment()  # <- PG302


async def price_in_a_thread(item: str) -> str:
    # The function is handed over, not called.
    answer = await asyncio.to_thread(requests.get, f"https://shop.example/{item}")
    return answer.text


async def rates_in_a_thread(path: Path) -> str:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, _load_rates, path)


async def rates_by_lambda(path: Path) -> str:
    # What a lambda holds runs where it is called: in the thread.
    return await asyncio.to_thread(lambda: path.read_text())


async def rates_by_nested_function(path: Path) -> str:
    def load() -> str:
        return path.read_text()

    return await asyncio.to_thread(load)


def price_in_plain_code(item: str) -> str:
    # No event loop here.
    return requests.get(f"https://shop.example/{item}").text


async def lookup_by_the_loop(host: str) -> list[object]:
    # The loop's own, awaited.
    return await asyncio.get_running_loop().getaddrinfo(host, 443)


async def convert_by_asyncio(source: Path) -> int:
    process = await asyncio.create_subprocess_exec("convert", source)
    return await process.wait()


async def next_job_if_any() -> str | None:
    # Doesn't wait.
    try:
        return jobs.get(block=False)
    except queue.Empty:
        return None


async def clean_up(thread: threading.Thread) -> None:
    # No time to wait.
    thread.join(timeout=0)


async def count_quickly(counts: dict[str, int], item: str) -> None:
    # Held for one line, with nothing awaited in it.
    with stock_lock:
        counts[item] += 1


async def work(inbox: asyncio.Queue[str], lock: asyncio.Lock) -> str:
    # asyncio's queue and lock, not the threads'.
    async with lock:
        return await inbox.get()


async def where_is(name: str) -> Path:
    # Only computes a path.
    return Path(os.path.normpath(name)).expanduser().absolute()


async def page(pages: dict[str, str], key: str) -> str | None:
    # A dict's get.
    return pages.get(key)


def _lines(path: Path):
    # Calling a generator runs none of it.
    with open(path) as file:
        yield from file


async def later(path: Path) -> object:
    return _lines(path)
