from shop import ShopFailure


class OrderFailed(ShopFailure):  # <- PG210
    pass


class OrderRejected(OrderFailed, ValueError):
    pass  # a ValueError too, so `except Exception` sees it
