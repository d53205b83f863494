"""`python -m dgcheck`, and the console script's entry."""

from __future__ import annotations

import sys

from dgcheck.cli import main

if __name__ == "__main__":
    sys.exit(main())
