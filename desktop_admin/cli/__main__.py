"""`python -m desktop_admin.cli`: the command line where the package is not installed."""

import sys

from desktop_admin.cli import main

if __name__ == "__main__":
    sys.exit(main())
