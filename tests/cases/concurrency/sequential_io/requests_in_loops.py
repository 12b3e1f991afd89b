"""Loops that wait once an item, and loops whose steps need each other."""

import asyncio
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import aiohttp
import asyncpg
import httpx
import requests

TIMEOUT = aiohttp.ClientTimeout(total=10)


async def prices(client: httpx.AsyncClient, items: list[str]) -> list[float]:
    found = []
    for item in items:
        answer = await client.get(f"/prices/{item}")  # <- PG308
        found.append(float(answer.text))
    return found


async def pages(session: aiohttp.ClientSession, urls: list[str]) -> dict[str, str]:
    texts = {}
    for url in urls:
        async with session.get(url, timeout=TIMEOUT) as answer:  # <- PG308
            texts[url] = await answer.text()
    return texts


async def _stock(client: httpx.AsyncClient, item: str) -> int:
    answer = await client.get(f"/stock/{item}")
    answer.raise_for_status()
    return int(answer.text)


async def stocks(client: httpx.AsyncClient, items: list[str]) -> list[int]:
    return [await _stock(client, item) for item in items]  # <- PG308


async def stocks_by_name(client: httpx.AsyncClient, items: set[str]) -> dict[str, int]:
    found = {}
    for number, item in enumerate(sorted(items)):
        name = f"{number}-{item}"
        try:
            found[name] = await _stock(client, name)  # <- PG308
        except httpx.HTTPError:
            found[name] = 0
    return found


async def _text(session, url: str) -> str:
    async with session.get(url, timeout=TIMEOUT) as answer:
        return await answer.text()


async def texts(urls: list[str]) -> list[str]:
    found = []
    async with aiohttp.ClientSession() as session:
        for url in urls:
            found.append(await _text(session, url))  # <- PG308
    return found


def statuses(hosts: list[str]) -> list[int]:
    return [requests.head(f"https://{host}").status_code for host in hosts]  # <- PG308


def sizes(urls: list[str]) -> int:
    total = 0
    for url in urls:
        with urlopen(url) as answer:  # <- PG308
            total += len(answer.read())
    return total


def save_all(urls: list[str], folder: Path) -> None:
    for url in urls:
        content = requests.get(url).content  # <- PG308
        with (folder / url.rpartition("/")[2]).open("wb") as file:
            file.write(content)


class Mirror:
    def __init__(self) -> None:
        self.session = requests.Session()
        self.texts: list[str] = []

    def fill(self, urls: list[str]) -> None:
        for url in urls:
            self.texts.append(self.session.get(url).text)  # <- PG308


async def greet(hosts: list[str]) -> list[bytes]:
    lines = []
    for host in hosts:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, 9000)  # <- PG308
            lines.append(await reader.readline())
            writer.close()
    return lines


async def orders_of(pool: asyncpg.Pool, customers: list[int]) -> list[object]:
    rows = []
    for customer in customers:
        rows += await pool.fetch("select * from orders where c = $1", customer)  # <- PG308
    return rows


async def together(client: httpx.AsyncClient, items: list[str]) -> list[int]:
    # Side by side already.
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_stock(client, item)) for item in items]
    return [task.result() for task in tasks]


def in_threads(urls: list[str]) -> list[int]:
    # map runs them side by side.
    with ThreadPoolExecutor() as pool:
        return [answer.status_code for answer in pool.map(requests.get, urls)]


async def all_pages(client: httpx.AsyncClient) -> list[str]:
    # Each answer names the next page.
    texts, url = [], "/first"
    while url:
        answer = await client.get(url)
        texts.append(answer.text)
        url = answer.headers.get("next")
    return texts


async def by_cursor(client: httpx.AsyncClient, parts: list[str]) -> list[str]:
    # Each request carries the token that the one before brought.
    token, texts = "", []
    for part in parts:
        query = {"token": token}
        answer = await client.get(part, params=query)
        texts.append(answer.text)
        token = answer.headers["token"]
    return texts


async def first_that_answers(client: httpx.AsyncClient, mirrors: list[str]) -> str:
    # The first good answer ends the loop.
    for mirror in mirrors:
        try:
            answer = await client.get(mirror)
        except httpx.HTTPError:
            continue
        return answer.text
    raise LookupError("no mirror answers")


def politely(urls: list[str]) -> list[str]:
    # Paced on purpose.
    texts = []
    for url in urls:
        texts.append(requests.get(url).text)
        time.sleep(1)
    return texts


async def under_a_limiter(client: httpx.AsyncClient, limiter, urls: list[str]) -> None:
    # The limiter decides how many run.
    for url in urls:
        async with limiter:
            await client.get(url)


async def until_healthy(client: httpx.AsyncClient) -> None:
    # The same question again and again: nothing of the item in it.
    for _ in range(10):
        answer = await client.get("/health")
        if answer.is_success:
            print("healthy")


async def within_one_transaction(pool: asyncpg.Pool, customers: list[int]) -> list:
    # One connection answers one question at a time.
    rows = []
    async with pool.acquire() as connection:
        for customer in customers:
            rows += await connection.fetch("select * from t where c = $1", customer)
    return rows


async def send_all(client: httpx.AsyncClient, events: list[dict[str, str]]) -> None:
    # Writes may have to keep their order.
    for event in events:
        await client.post("/events", json=event)


async def crawl(client: httpx.AsyncClient, start: list[str]) -> set[str]:
    # Whether to ask depends on what was asked before.
    seen: set[str] = set()
    for url in start:
        if url in seen:
            continue
        seen.add(url)
        await client.get(url)
    return seen


async def _shard(client: httpx.AsyncClient, urls: tuple[str, ...]) -> None:
    # Several of these run at a time: see `sharded`.
    for url in urls:
        await client.get(url)


async def sharded(client: httpx.AsyncClient, urls: list[str]) -> None:
    shards = itertools.batched(urls, 10)
    await asyncio.gather(*(_shard(client, shard) for shard in shards))


async def one_by_one(client: httpx.AsyncClient, urls: list[str]):
    # The consumer sets the pace.
    for url in urls:
        yield await client.get(url)


def settings_of(config: dict[str, str], names: list[str]) -> list[str | None]:
    # A dict's get waits for nothing.
    return [config.get(name) for name in names]
