class ShopFailure(BaseException):  # <- PG210
    pass
