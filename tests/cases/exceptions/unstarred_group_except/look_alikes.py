"""Clauses around groups that are right as they are."""

import asyncio
import sys

import trio

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup as OldGroup


async def fetch(url): ...


async def starred(urls, log):
    # Takes the ConnectionErrors out of the group and lets the rest go on.
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(urls[0]))
    except* ConnectionError:
        log.warning("no feed today")


async def limit_around_the_group(urls):
    # The limit's own TimeoutError comes after the group has ended.
    try:
        async with asyncio.timeout(5):
            async with asyncio.TaskGroup() as group:
                group.create_task(fetch(urls[0]))
    except TimeoutError:
        return None


async def limit_beside_the_group(urls):
    # The same in one statement: the limit is the outer of the two.
    try:
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            group.create_task(fetch(urls[0]))
    except TimeoutError:
        return None


async def cancellation_passed_on(urls, close):
    # A cancellation leaves a group as itself.
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(urls[0]))
    except asyncio.CancelledError:
        close()
        raise


async def interrupted(urls):
    # Ctrl-C and sys.exit() leave a group as themselves.
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(urls[0]))
    except (KeyboardInterrupt, SystemExit):
        return 1


async def everything_logged(urls, log):
    # A group is an Exception: this clause does see it.
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(urls[0]))
    except Exception:
        log.exception("import failed")


async def other_calls_may_raise(path, urls):
    # The OSError may come from `read_text`, outside of the group.
    try:
        text = path.read_text()
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(text))
    except OSError:
        return None


async def inside_the_task(url):
    # The clause stands where the error is raised, not around the group.
    async with asyncio.TaskGroup() as group:
        group.create_task(fetch(url))
        try:
            await fetch(url)
        except ValueError:
            return None


async def not_strict(urls):
    # This nursery gives single errors as they are.
    try:
        async with trio.open_nursery(strict_exception_groups=False) as nursery:
            nursery.start_soon(fetch, urls[0])
    except ValueError:
        return None


def logged_and_passed_on(run, log):
    # Nothing is swallowed: the group goes on whole.
    try:
        run()
    except ExceptionGroup as group:
        log.error("%d failures", len(group.exceptions))
        raise


def unwrapped(run):
    # `except*` can't do this: what it raises is wrapped again.
    try:
        run()
    except ExceptionGroup as group:
        if len(group.exceptions) == 1:
            raise group.exceptions[0] from None
        raise


def before_python_311(run):
    # There is no `except*` where the backport is needed.
    try:
        run()
    except OldGroup:
        return 1


class ImportFailures(ExceptionGroup):
    """Raised as it is by `collect`, and not by a task group."""


def group_of_its_own(collect, log):
    # `except*` can't name a class of groups; this one is handled as a whole.
    try:
        collect()
    except ImportFailures as failures:
        log.error("%d imports failed", len(failures.exceptions))
