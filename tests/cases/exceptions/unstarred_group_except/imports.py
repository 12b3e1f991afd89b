"""An importer that runs its steps in groups and waits for the wrong thing."""

import asyncio
from asyncio import TaskGroup
from builtins import ExceptionGroup as Group

import anyio
import trio


async def fetch(url): ...


async def around_a_group(urls, log):
    try:
        async with asyncio.TaskGroup() as group:
            for url in urls:
                group.create_task(fetch(url))
    except ConnectionError:  # <- PG202
        log.warning("no feed today")


async def around_a_group_with_a_tuple(urls):
    try:
        async with TaskGroup() as group:
            tasks = [group.create_task(fetch(url)) for url in urls]
        return [task.result() for task in tasks]
    except (ValueError, KeyError) as error:  # <- PG202
        return error


async def around_a_named_group(urls):
    group = TaskGroup()
    try:
        async with group:
            group.create_task(fetch(urls[0]))
    except OSError:  # <- PG202
        pass


async def around_an_anyio_group(urls, log):
    try:
        async with anyio.create_task_group() as group:
            for url in urls:
                group.start_soon(fetch, url)
    except ValueError:  # <- PG202
        log.warning("a bad feed")
    except OSError:  # <- PG202
        log.warning("no feed")


async def around_a_nursery(urls):
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(fetch, urls[0])
    except ConnectionError:  # <- PG202
        return None


async def limit_inside_the_group(urls):
    # Inside, the TimeoutError is one of the group's own errors.
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(urls[0]))
            async with asyncio.timeout(5):
                await asyncio.sleep(1)
    except TimeoutError:  # <- PG202
        return None


def whole_group_taken(run, log):
    try:
        run()
    except ExceptionGroup as group:  # <- PG202
        log.error("failed: %s", group.exceptions)


def whole_base_group_taken(run):
    try:
        run()
    except BaseExceptionGroup:  # <- PG202
        return 1


def group_in_a_tuple(run):
    try:
        run()
    except (ValueError, ExceptionGroup):  # <- PG202
        return 1


def renamed_group(run, retry):
    try:
        run()
    except Group as failures:  # <- PG202
        for failure in failures.exceptions:
            retry(failure)
