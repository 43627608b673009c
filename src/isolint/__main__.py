"""`python -m isolint`."""

import os
import sys

if sys.path[:1] == [os.getcwd()]:
    del sys.path[0]  # Python puts it there; what isolint reads must never be what it runs

from isolint.cli import main

if __name__ == "__main__":
    main()
