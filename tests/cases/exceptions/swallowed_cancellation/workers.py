"""Workers that can't be cancelled."""

import asyncio
import contextlib
from asyncio import CancelledError as Stopped
from contextlib import suppress

import anyio
import trio


async def ends_quietly(queue):
    try:
        while True:
            job = await queue.get()
            await job()
    except asyncio.CancelledError:  # <- PG203
        pass


async def goes_on(queue, log):
    while True:
        try:
            await queue.get()
        except Stopped:  # <- PG203
            log.info("stopping?")
            continue


async def some_path_goes_on(connection, retry):
    try:
        await connection.read()
    except asyncio.exceptions.CancelledError:  # <- PG203
        await connection.close()
        if not retry:
            raise


async def everything_taken(connection, log):
    try:
        async with connection.transaction():
            connection.write()
    except BaseException:  # <- PG203
        log.exception("failed")


async def bare(stream):
    try:
        async for line in stream:
            line.strip()
    except:  # <- PG203
        return None


async def in_a_tuple(job):
    try:
        await job()
    except (OSError, asyncio.CancelledError) as error:  # <- PG203
        return error


async def turned_into_another(job):
    try:
        await job()
    except BaseException as error:  # <- PG203
        raise RuntimeError("job failed") from error


async def wrong_guard(job):
    try:
        await job()
    except BaseException as error:  # <- PG203
        if isinstance(error, ValueError):
            raise


async def anyio_way(job):
    try:
        await job()
    except anyio.get_cancelled_exc_class():  # <- PG203
        return None


async def trio_way(job):
    try:
        await job()
    except trio.Cancelled:  # <- PG203
        return None


async def starred(job):
    try:
        await job()
    except* asyncio.CancelledError:  # <- PG203
        job.stop()


async def suppressed(job):
    with suppress(asyncio.CancelledError):  # <- PG203
        await job()


async def suppressed_among_others(job):
    with contextlib.suppress(OSError, Stopped):  # <- PG203
        await job()


async def returned_in_finally(job):
    try:
        return await job()
    finally:
        return None  # <- PG203


async def broken_off_in_finally(jobs):
    for job in jobs:
        try:
            await job()
        finally:
            if job.last:
                break  # <- PG203


async def continued_in_finally(jobs, log):
    for job in jobs:
        try:
            await job()
        except ValueError:
            log.info("bad job")
        finally:
            continue  # <- PG203


@contextlib.asynccontextmanager
async def rolls_back(transaction):
    try:
        yield transaction
    except BaseException:  # <- PG203
        transaction.rollback()


async def task_of_its_own(job):
    # Nobody else cancels this task: the cancellation came to the coroutine.
    task = asyncio.create_task(job())
    try:
        await task
    except asyncio.CancelledError:  # <- PG203
        return None


ENDS = (OSError, asyncio.CancelledError)


async def in_a_named_tuple(job):
    try:
        await job()
    except ENDS:  # <- PG203
        return None
