"""What looks like a gather that loses results and isn't."""

import asyncio


async def fetch(url): ...


async def failures_asked_for(urls, store, log):
    # One bad feed costs one feed.
    pages = await asyncio.gather(*map(fetch, urls), return_exceptions=True)
    for url, page in zip(urls, pages, strict=True):
        if isinstance(page, BaseException):
            log.warning("%s: %r", url, page)
        else:
            store.save(page)


async def asked_for_by_the_caller(urls, keep_going):
    # Whoever calls decides.
    found = await asyncio.gather(*map(fetch, urls), return_exceptions=keep_going)
    return [page for page in found if page]


async def needed_together(user):
    # All or nothing: PG201's ground.
    name, photo = await asyncio.gather(fetch(user), fetch(f"{user}/photo"))
    return name, photo


async def summed(urls):
    # One missing summand makes the sum useless: PG201's ground.
    return sum(await asyncio.gather(*map(fetch, urls)))


async def any_of_them(urls):
    # A generator inside `any` only combines them: PG201's ground.
    pages = await asyncio.gather(*map(fetch, urls))
    return any(page.fresh for page in pages)


async def only_one(url):
    # A list of one has no others to lose.
    for page in await asyncio.gather(fetch(url)):
        return page


async def as_they_end(urls, store):
    # Each is awaited by itself.
    for done in asyncio.as_completed(map(fetch, urls)):
        store.save(await done)


async def handed_on(urls):
    # Not awaited here: what becomes of the results isn't seen.
    return asyncio.gather(*map(fetch, urls))


class Sources:
    def gather(self, *names):
        return names

    async def own(self):
        # A method of one's own by this name.
        return [name.upper() for name in self.gather("a", "b")]
