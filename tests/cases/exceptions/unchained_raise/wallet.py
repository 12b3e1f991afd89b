"""A wallet service that turns low-level errors into its own."""

import json


class WalletError(Exception):
    """What callers of this module catch."""


class UnknownWallet(WalletError):
    """No wallet has this id."""


def by_id(wallets, wallet_id):
    try:
        return wallets[wallet_id]
    except KeyError:
        raise UnknownWallet(wallet_id)  # <- PG204


def parse(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise WalletError(f"line {error.lineno} isn't JSON")  # <- PG204


def balance(wallet):
    try:
        return int(wallet["balance"])
    except (KeyError, ValueError):
        if wallet.get("closed"):
            raise UnknownWallet  # <- PG204
        return 0


def transfer(store, source, target):
    try:
        store.move(source, target)
    except OSError as error:
        failure = WalletError("the store is away")
        failure.retry_after = 30
        raise failure  # <- PG204


def retry(send, attempts):
    for attempt in range(attempts):
        try:
            return send()
        except ConnectionError:
            if attempt == attempts - 1:
                raise TimeoutError("gave up")  # <- PG204
    return None


def settle_all(run):
    try:
        run()
    except* ConnectionError:
        raise WalletError("some transfers failed")  # <- PG204


def chained(wallets, wallet_id):
    try:
        return wallets[wallet_id]
    except KeyError as error:
        raise UnknownWallet(wallet_id) from error


def cut_off(wallets, wallet_id):
    """`from None` is an answer too: the KeyError would tell the reader nothing."""
    try:
        return wallets[wallet_id]
    except KeyError:
        raise UnknownWallet(wallet_id) from None


def again(store):
    """Raising the same exception again needs no `from`."""
    try:
        return store.read()
    except OSError:
        store.close()
        raise


def again_by_name(store):
    """The same, by its name."""
    try:
        return store.read()
    except OSError as error:
        store.close()
        raise error


def original(driver):
    """What the driver had wrapped: a part of what was caught, chained already."""
    try:
        return driver.run()
    except WalletError as error:
        raise error.__cause__


def without_frames(driver):
    """Still the same exception."""
    try:
        return driver.run()
    except WalletError as error:
        raise error.with_traceback(None)


def renamed(driver):
    """By another name of the same exception."""
    try:
        return driver.run()
    except WalletError as error:
        last = error
        raise last


def later(driver):
    """The function made in the handler raises at another time."""
    try:
        return driver.run()
    except WalletError:

        def fail():
            raise WalletError("the driver is closed")

        return fail


def checked(wallet):
    """Not in a handler at all."""
    if wallet is None:
        raise UnknownWallet("none given")
    return wallet
