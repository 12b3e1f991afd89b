"""Orders: look-ups, requests and what follows them."""

import logging
import time

import requests

log = logging.getLogger(__name__)

HANDLERS = {}
RATES = {"EUR": 100}


class UnknownKind(Exception):
    """No handler takes this kind of event."""


def dispatch(kind, event):
    try:  # <- PG207
        handler = HANDLERS[kind]
        result = handler(event)
    except KeyError:
        raise UnknownKind(kind) from None
    return result


def first_line(order):
    try:  # <- PG207
        line = order.lines[0]
        render(line)
    except IndexError:
        return ""
    return line


def price_of(article):
    try:  # <- PG207
        price = article.price
        return convert(price)
    except AttributeError:
        return 0


def total(text):
    try:  # <- PG207
        count = int(text)
        return render(count)
    except ValueError:
        return "not a number"


def submit(session, order, base):
    try:  # <- PG207
        url = f"{base}/orders"
        payload = {"id": order, "sent": time.time()}
        answer = session.post(url, json=payload, timeout=5)
    except requests.RequestException:
        return None
    return answer


def track(parcel):
    try:  # <- PG207
        place = parcel.locate()
        log.info("parcel is at %s", place)
        found = True
        message = "on its way"
    except ConnectionError:
        found, message = False, "unknown"
    return found, message


class Account:
    """Keeps its own state."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.failures = 0
        self.available = False

    def refresh(self):
        try:  # <- PG207
            self.gateway.ping()
            self.available = True
            self.failures = 0
        except OSError:
            self.failures += 1


def settle(run):
    try:  # <- PG207
        started = time.monotonic()
        label = "settlement"
        run(label)
    except* ConnectionError:
        log.exception("settlement failed")
    return started


def render(line):
    return f"<{line}>"


def convert(price):
    """One look-up, alone in its try; the rest in else."""
    try:
        rate = RATES["EUR"]
    except KeyError:
        return None
    else:
        return render(price * rate)


def trailing_return(session, url):
    """One statement more, and it only hands on what the call gave."""
    try:
        answer = session.get(url, timeout=5)
        return answer
    except requests.RequestException:
        return None


def one_flag(parcel):
    """One idle statement is a matter of taste."""
    try:
        parcel.locate()
        found = True
    except ConnectionError:
        found = False
    return found


def optional_package():
    """What is set goes with the import."""
    try:
        import orjson

        dumps = orjson.dumps
        fast = True
        name = "orjson"
    except ImportError:
        dumps, fast, name = str, False, "json"
    return dumps, fast, name


def whole_record(row):
    """Every line looks something up in the row that may be incomplete."""
    try:
        name = row["name"]
        street = row["street"]
        return render(name + street)
    except KeyError:
        return None


def any_call_may(gateway, order):
    """Three calls, and each may raise what is expected."""
    try:
        gateway.open()
        gateway.send(order)
        gateway.close()
    except OSError:
        return False
    return True


def may_be_interrupted(queue):
    """Ctrl-C comes at any statement."""
    try:
        count = 0
        label = "work"
        while True:
            queue.take(label)
            count += 1
    except KeyboardInterrupt:
        return count


def arithmetic(rows):
    """The operators are what may fail."""
    try:
        share = 1 / len(rows)
        half = share / 2
        rows.scale(half)
    except ZeroDivisionError:
        return 0
    return half


def attribute_in_disguise(device):
    """Attributes of a device may ask the device."""
    try:
        level = device.level
        state = device.state
        device.refresh()
    except OSError:
        return None
    return level, state


def property_behind(sensor):
    """`value` is a property: setting it talks to the sensor."""
    try:
        sensor.open()
        sensor.value = 3
        sensor.mode = "fast"
    except OSError:
        return False
    return True


def validated(text):
    """The function raises ValueError on purpose."""
    try:
        count = int(text)
        return positive(count)
    except ValueError:
        return None


def positive(count):
    if count < 1:
        raise ValueError(count)
    return count


def removed(registry, key):
    """The second statement is a look-up too."""
    try:
        entry = registry[key]
        entry.pop("secret")
    except KeyError:
        return None
    return entry


def formats(order):
    """Formatting may raise ValueError itself."""
    try:
        label = f"{order:>10}"
        title = f"{order:<10}"
        order.print(label, title)
    except ValueError:
        return None
    return label


def only_clean_up(parcel):
    """Without a handler nothing can be mistaken."""
    try:
        started = time.monotonic()
        label = "locate"
        return parcel.locate(label), started
    finally:
        parcel.close()


def unknown_types(parcel, expected):
    """What is caught is known at run time only."""
    try:
        parcel.locate()
        found = True
        message = "on its way"
    except expected:
        found, message = False, "unknown"
    return found, message
