from .refunds import RefundFailed


class CreditFailed(RefundFailed):  # <- PG210
    pass
