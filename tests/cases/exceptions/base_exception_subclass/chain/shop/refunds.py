from . import orders
from .compat import Root


class RefundFailed(orders.OrderFailed):  # <- PG210
    pass


class LedgerBroken(Root):  # <- PG210
    pass
