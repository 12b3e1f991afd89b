"""HTTP clients, pools and message queues, with and without a limit."""

import asyncio
import socket
from asyncio import open_connection as dial

import aiohttp
import asyncpg
import httpx
import redis.asyncio as redis
from aiohttp import ClientSession, ClientTimeout


async def dial_plainly(host: str) -> bytes:
    reader, writer = await dial(host, 9000)  # <- PG301
    writer.write(b"hello\n")
    line = await reader.readline()  # <- PG301
    writer.close()
    return line


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async for line in reader:  # <- PG301
        writer.write(line)


async def fetch_with_the_default_of_five_minutes(url: str) -> str:
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:  # <- PG301
            return await response.text()


async def fetch_with_a_session_from_elsewhere(session: ClientSession, url: str) -> int:
    response = await session.post(url, json={})  # <- PG301
    return response.status


async def fetch_with_no_limit_at_all(url: str) -> str:
    endless = ClientTimeout(total=None)
    async with aiohttp.request("GET", url, timeout=endless) as response:  # <- PG301
        return await response.text()


async def fetch_with_httpx_told_to_wait(url: str) -> str:
    client = httpx.AsyncClient(timeout=None)
    response = await client.get(url)  # <- PG301
    return response.text


async def fetch_both(client: httpx.AsyncClient, first: str, second: str) -> list[str]:
    answers = await asyncio.gather(
        client.get(first),
        client.get(second, timeout=httpx.Timeout(None)),  # <- PG301
    )
    return [answer.text for answer in answers]


class Orders:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool

    async def all(self) -> list[asyncpg.Record]:
        return await self.pool.fetch("select * from orders")  # <- PG301


async def wait_under_a_limit_of_none(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(None):
        return await reader.read()  # <- PG301


async def next_job(queue: redis.Redis) -> object:
    return await queue.blpop(["jobs"])  # <- PG301


async def wait_for_nothing(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.read(), timeout=None)  # <- PG301


async def fetch_many(urls: list[str]) -> list[aiohttp.ClientResponse]:
    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(*[session.get(url) for url in urls])  # <- PG301


async def _page(session, url: str) -> str:
    async with session.get(url) as response:  # <- PG301
        return await response.text()


async def page_of(url: str) -> str:
    # What it hands over tells what `session` is.
    async with ClientSession() as session:
        return await _page(session, url)


async def dial_in_time(host: str) -> bytes:
    # One limit around the whole conversation.
    async with asyncio.timeout(5):
        reader, writer = await asyncio.open_connection(host, 9000)
        writer.write(b"hello\n")
        return await reader.readline()


async def dial_with_wait_for(host: str) -> bytes:
    # wait_for is the limit of what it is given.
    reader, _ = await asyncio.wait_for(asyncio.open_connection(host, 9000), timeout=5)
    return await asyncio.wait_for(reader.read(), 5)


async def fetch_with_a_limited_session(url: str) -> str:
    # The session's limit holds for all of its requests.
    limit = ClientTimeout(total=10)
    async with ClientSession(timeout=limit) as session, session.get(url) as response:
        return await response.text()


async def fetch_with_an_argument(session: ClientSession, url: str) -> str:
    # The request brings its own.
    async with session.get(url, timeout=ClientTimeout(total=3)) as response:
        return await response.text()


async def fetch_with_httpx(url: str) -> str:
    # httpx gives up after five seconds by itself.
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text


async def next_job_in_time(queue: redis.Redis) -> object:
    # The server answers after five seconds, with or without a job.
    return await queue.blpop(["jobs"], timeout=5)


async def work(inbox: asyncio.Queue[str]) -> None:
    # The program's own queue: a worker waits for work as long as it lives.
    while True:
        print(await inbox.get())


class Stock:
    """Every query of the pool ends after ten seconds."""

    async def start(self) -> None:
        self.pool = await asyncpg.create_pool("postgres://db", command_timeout=10)

    async def levels(self) -> list[asyncpg.Record]:
        async with self.pool.acquire() as connection:
            return await connection.fetch("select * from levels")


async def _greeting(reader: asyncio.StreamReader) -> bytes:
    # Whoever calls it in this file sets the limit.
    return await reader.readline()


async def greeting_in_time(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(2):
        return await _greeting(reader)


async def passed_on(session: ClientSession, url: str, **options: object) -> int:
    # The caller's options may hold a timeout.
    async with session.get(url, **options) as response:
        return response.status


async def log_of(process_stderr: asyncio.StreamReader) -> None:
    # A child process: its pipe ends when it does.
    while line := await process_stderr.readline():
        print(line)


async def adopt(connection: socket.socket) -> None:
    # Connected already: nothing to wait for.
    _, writer = await asyncio.open_connection(sock=connection)
    writer.close()


async def _limited_page(session, url: str) -> str:
    # The session that is handed over has a limit.
    async with session.get(url) as response:
        return await response.text()


async def limited_page_of(url: str) -> str:
    async with ClientSession(timeout=ClientTimeout(total=5)) as session:
        return await _limited_page(session, url)
