from .errors import ShopFailure
from .errors import ShopFailure as Failure
