"""Cancellations that are passed on, or that are another task's."""

import asyncio
import sys
from contextlib import suppress


async def cleaned_up_and_passed_on(job):
    try:
        await job()
    except asyncio.CancelledError:
        await job.close()
        raise


async def passed_on_before(job, log):
    # The cancellation never reaches the second clause.
    try:
        await job()
    except asyncio.CancelledError:
        raise
    except BaseException:
        log.exception("failed")


async def guarded(job, log):
    try:
        await job()
    except BaseException as error:
        if isinstance(error, (asyncio.CancelledError, KeyboardInterrupt)):
            raise
        log.error("failed: %r", error)


async def guarded_the_other_way(job, log):
    try:
        await job()
    except BaseException as error:
        if isinstance(error, Exception):
            log.error("failed: %r", error)
            return
        raise


async def raised_afterwards(job):
    # Kept while the others are cleaned up, then raised.
    failure = None
    try:
        await job()
    except BaseException as error:
        failure = error
    await job.close()
    if failure is not None:
        raise failure


async def exits_the_process(job):
    try:
        await job()
    except BaseException:
        sys.exit(1)


async def own_task_cancelled(task):
    # The error that comes back is the task's own.
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass


async def own_tasks_cancelled(tasks):
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def own_gathered_tasks_cancelled(tasks):
    for task in tasks.values():
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks.values())


class Poller:
    async def stop(self):
        # The same with an attribute.
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task

    async def run(self, job):
        # It asks whether the cancellation is its own.
        try:
            await job()
        except asyncio.CancelledError:
            if asyncio.current_task().cancelling():
                raise
            return None


async def nothing_awaited(task):
    # No cancellation can arrive here: `result` raises the task's.
    try:
        return task.result()
    except asyncio.CancelledError:
        return None


def in_a_thread(job, log):
    # Not a coroutine: nobody cancels it.
    try:
        job()
    except BaseException:
        log.exception("failed")


async def only_errors(job, log):
    # CancelledError isn't an Exception.
    try:
        await job()
    except Exception:
        log.exception("failed")
    finally:
        job.done = True


async def left_inside_of_a_loop_in_finally(job, locks):
    # `break` leaves the loop in the `finally`, not the `finally`.
    try:
        await job()
    finally:
        for lock in locks:
            if lock.free:
                break


async def returned_in_finally_of_plain_code(path):
    # Nothing is awaited in the `try`.
    try:
        path.unlink()
    finally:
        return None


async def another_ones_task(task):
    # Whoever made the task may have cancelled it: this error can be the task's.
    try:
        await task
    except asyncio.CancelledError:
        return None


async def future_that_has_ended(loop, error):
    # Only clears the mark that the exception was never retrieved.
    future = loop.create_future()
    future.set_exception(error)
    with suppress(BaseException):
        await future


async def collected_and_raised(jobs):
    # Every job is ended first; then what they raised is raised.
    errors = []
    for job in jobs:
        try:
            await job()
        except (Exception, asyncio.CancelledError) as error:
            errors.append(error)
    if errors:
        raise errors[0]


async def cleaning_up_is_cancelled_too(job):
    # The first cancellation is passed on all the same.
    try:
        await job()
    except asyncio.CancelledError:
        try:
            await job.close()
        except asyncio.CancelledError:
            pass
        raise
