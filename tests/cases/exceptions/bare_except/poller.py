"""A poller of sensors."""

import contextlib
import sys


def poll(sensor):
    try:
        return sensor.read()
    except:  # <- PG206
        return None


def poll_all(sensors):
    readings = []
    for sensor in sensors:
        try:
            readings.append(sensor.read())
        except:  # <- PG206
            continue
    return readings


async def poll_soon(sensor):
    try:
        return await sensor.read()
    except:  # <- PG206
        return None


def close(sensor):
    try:
        sensor.close()
    except: pass  # <- PG206


def specific_first(sensor):
    try:
        return sensor.read()
    except OSError:
        return None
    except:  # <- PG206
        return -1


class Guard:
    def __exit__(self, *exc):
        try:
            self.sensor.close()
        except:  # <- PG206
            self.broken = True


def named(sensor):
    """Names what can fail."""
    try:
        return sensor.read()
    except OSError:
        return None


def several(sensor):
    """Names two."""
    try:
        return sensor.read()
    except (OSError, TimeoutError):
        return None


def cleaned(sensor):
    """Everything is caught, and goes on: the clean-up runs for Ctrl-C too."""
    try:
        return sensor.read()
    except:
        sensor.reset()
        raise


def last_words(sensor):
    """A `finally` catches nothing."""
    try:
        return sensor.read()
    finally:
        sensor.close()


def on_purpose(sensor):
    """Says that it means Ctrl-C."""
    try:
        return sensor.read()
    except KeyboardInterrupt:
        sys.exit(130)


def suppressed(sensor):
    """The name is in the call."""
    with contextlib.suppress(OSError):
        sensor.close()


def grouped(run):
    """`except*` always has a type."""
    try:
        run()
    except* OSError:
        return None
