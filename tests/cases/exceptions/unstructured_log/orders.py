"""An order service."""

import json
import logging
import sys

import structlog
from loguru import logger as loguru_logger
from shop.audit import log as audit_log

logger = logging.getLogger(__name__)
events = structlog.get_logger()
recorder = logging.getLogger("recorder")
BANNER = "orders " + "ready"


def accept(order, customer):
    logger.info(f"order {order.id} accepted")  # <- PG212
    logger.info("order %s accepted" % order.id)  # <- PG212
    logger.info("order {} accepted".format(order.id))  # <- PG212
    logger.info("order " + order.id + " accepted")  # <- PG212
    logger.log(logging.INFO, f"order {order.id} accepted")  # <- PG212
    logging.warning(f"no stock for {order.item!r}", exc_info=True)  # <- PG212
    events.info(f"order {order.id} accepted", customer=customer)  # <- PG212
    recorder.error("%(id)s refused" % {"id": order.id})  # <- PG212
    audit_log.info(f"{customer} ordered {order.id}")  # <- PG212
    loguru_logger.info(f"order {order.id} accepted")  # <- PG212
    logging.getLogger("billing").error(
        f"order {order.id} was not paid"  # <- PG212
        " in time"
    )


class Billing:
    def __init__(self):
        self.log = logging.getLogger("billing")
        self.trail = structlog.get_logger("billing")

    def charge(self, order):
        self.log.info(f"charging {order.id}")  # <- PG212
        self.trail.info(f"charging {order.id}")  # <- PG212
        message = f"charged {order.id}"
        self.log.info(message)  # <- PG212


def refuse(order):
    print(f"refused {order.id}")  # <- PG212
    print("refused", order.id, file=sys.stderr)  # <- PG212


def retry(order):
    try:
        order.send()
    except OSError as error:
        print("sending failed:", error)  # <- PG212


# -- what must not be found -------------------------------------------------------


def accept_well(order, customer):
    events.info("order_accepted", order_id=order.id, customer=customer)
    logger.info("order accepted", extra={"order_id": order.id})
    logger.info("order %s accepted", order.id)  # values stay apart from the text
    logger.info(f"service started")  # no value goes in
    logger.info("order service " + "started")  # one constant text
    logger.info(BANNER)  # a constant by name
    logger.info("%d%% done", order.share)
    logger.debug("-" * 40)  # a ruler


def refuse_well(order):
    message = f"order {order.id} refused"
    logger.error(message)  # the same text is also the exception's
    raise ValueError(message)


def write_report(order, stream):
    print(f"order {order.id}", file=stream)  # to a file that the caller chose


def emit(order):
    print(json.dumps({"event": "order", "id": order.id}))  # an event on stdout


def print_orders(orders):
    for order in orders:
        print(order.id, order.total)  # the function says that it prints


def advance(done, total):
    print(f"{done}/{total}", end="\r", flush=True)  # a progress line


def confirm_delete(order):
    print(f"about to delete {order.id}")  # a dialogue
    return input("sure? ") == "yes"


def narrow(catalogue, order):
    catalogue.info(f"item {order.item}")  # a catalogue, no logger
    return catalogue


def cosine(order):
    return order.log(f"{order.id}")  # its own method


RETRY_SECONDS = 30
RETRYING = f"no answer, trying again in {RETRY_SECONDS} s"


def retry_later(order, prefix):
    logger.warning(RETRYING)  # a constant of the module
    template = f"{prefix}: %s is late"
    logger.warning(template, order.id)  # the template's values stay apart


def ship(order, verbosity):
    if verbosity > 1:
        print("shipping", order.id)  # whoever started the program asked for more


def help_usage():
    print("usage: orders [--all]")
