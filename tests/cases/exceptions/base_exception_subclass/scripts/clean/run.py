class Failed(Exception):
    pass


class CleanFailed(Failed):
    pass
