class Failed(BaseException):  # <- PG210
    pass


class ExportFailed(Failed):  # <- PG210
    pass
