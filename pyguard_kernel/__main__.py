"""`python -m pyguard_kernel` is `pyguard`."""

import sys

from pyguard_kernel.cli import main

if __name__ == "__main__":
    sys.exit(main())
