"""Families that callers tell apart, or that aren't named after parts: all fine."""


class StoreError(Exception):
    """What a caller of the store has to know."""


class RetryableError(StoreError):
    """Try again."""


class FatalError(StoreError):
    """Give up."""


class NotFoundError(StoreError):
    """Nothing has that name."""


def retry(action):
    try:
        return action()
    except (RetryableError, FatalError, NotFoundError):  # kinds, though caught as one
        return None


def find(name):
    raise NotFoundError(name)


def store(name):
    raise RetryableError(name)


def fatal(name):
    raise FatalError(name)


# -- each has its own handler ------------------------------------------------------


class ReaderError(Exception):
    """The reader failed."""


class WriterError(Exception):
    """The writer failed."""


class IndexerError(Exception):
    """The indexer failed."""


def run_reader(path):
    raise ReaderError(path)


def run_writer(path):
    raise WriterError(path)


def run_indexer(path):
    raise IndexerError(path)


def run(path):
    try:
        run_reader(path)
        run_writer(path)
        run_indexer(path)
    except (ReaderError, WriterError, IndexerError):
        return False


def run_again(path):
    try:
        run_writer(path)
    except WriterError:  # told apart here
        path.unlink()


# -- they carry what callers act upon --------------------------------------------


class ApiError(Exception):
    """An answer that isn't a success."""


class TenantError(ApiError):
    status = 404


class InvoiceError(ApiError):
    status = 409


class PayoutError(ApiError):
    status = 503


def load_tenant(name):
    raise TenantError(name)


def load_invoice(name):
    raise InvoiceError(name)


def load_payout(name):
    raise PayoutError(name)


def answer(name):
    try:
        load_tenant(name)
        load_invoice(name)
        load_payout(name)
    except (TenantError, InvoiceError, PayoutError) as error:
        return error.status


# -- a table tells them apart -------------------------------------------------------


class CameraError(Exception):
    pass


class MicrophoneError(Exception):
    pass


class SpeakerError(Exception):
    pass


ADVICE = {CameraError: "clean", MicrophoneError: "unmute", SpeakerError: "plug in"}


def open_camera():
    raise CameraError


def open_microphone():
    raise MicrophoneError


def open_speaker():
    raise SpeakerError


def start():
    try:
        open_camera()
        open_microphone()
        open_speaker()
    except (CameraError, MicrophoneError, SpeakerError) as error:
        return ADVICE[type(error)]


# -- two of a kind are no family ------------------------------------------------------


class LeftError(Exception):
    pass


class RightError(Exception):
    pass


def left():
    raise LeftError


def right():
    raise RightError


def both():
    try:
        left()
        right()
    except (LeftError, RightError):
        return None
