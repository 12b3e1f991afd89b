class Failed(BaseException):  # <- PG210
    pass


class ImportFailed(Failed):  # <- PG210
    pass
