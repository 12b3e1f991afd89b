from .compat import Safe


class Retry(Safe):
    pass
