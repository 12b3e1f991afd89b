"""An importer that tells in which row something went wrong."""

import asyncio
import builtins
import json


class RowError(Exception):
    """A row can't be imported."""

    def __init__(self, row, reason):
        super().__init__(f"row {row}: {reason}")
        self.row = row


def read(path):
    try:
        return path.read_text()
    except OSError as error:
        raise OSError(f"{path}: {error}") from error  # <- PG205


def amount(row):
    try:
        return int(row["amount"])
    except ValueError as error:
        raise ValueError("amount of %s: %s" % (row["id"], error)) from error  # <- PG205


def customer(row, customers):
    try:
        return customers[row["customer"]]
    except KeyError as error:
        raise Exception("no such customer: " + str(error)) from error  # <- PG205


def load(text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise builtins.ValueError("settings: {}".format(error)) from None  # <- PG205


def anything(step, row):
    try:
        return step(row)
    except Exception as error:
        raise type(error)(f"{error} (row {row['id']})") from error  # <- PG205


def same_class(step, row):
    try:
        return step(row)
    except (TypeError, ValueError) as error:
        raise error.__class__(f"row {row['id']}: {error.args[0]}") from error  # <- PG205


def by_other_name(path):
    try:
        return path.open()
    except IOError as error:
        message = f"can't open {path}: {error!s}"
        raise OSError(message) from error  # <- PG205


async def fetched(download, url):
    try:
        return await download(url)
    except asyncio.TimeoutError as error:
        raise TimeoutError(f"{url}: {error}") from error  # <- PG205


def enriched(row):
    """The note is in the traceback, the exception is what it was."""
    try:
        return int(row["amount"])
    except ValueError as error:
        error.add_note(f"in row {row['id']}")
        raise


def own_type(row):
    """Another type, that means something to callers."""
    try:
        return int(row["amount"])
    except ValueError as error:
        raise RowError(row["id"], str(error)) from error


def narrower(path):
    """A type of its own for the caller to act on."""
    try:
        return path.read_text()
    except OSError as error:
        raise FileNotFoundError(f"no import file: {error}") from error


def translated(row):
    """Says something else: nothing of the first message is in it."""
    try:
        return int(row["amount"])
    except ValueError as error:
        raise ValueError("amount must be a whole number of cents") from error


def one_of_two(row):
    """KeyError becomes ValueError here: the type does change."""
    try:
        return int(row["amount"])
    except (KeyError, ValueError) as error:
        raise ValueError(f"bad amount: {error}") from error


def with_fields(path):
    """Its attributes are given anew."""
    try:
        return path.read_text()
    except OSError as error:
        raise OSError(error.errno, f"import: {error.strerror}", str(path)) from error


def general(step, row):
    """From the general to the particular."""
    try:
        return step(row)
    except Exception as error:
        raise RuntimeError(f"step failed: {error}") from error


def same_text(step, row):
    """No words are added: the type is what changes."""
    try:
        return step(row)
    except RowError as error:
        raise Exception(str(error)) from error
