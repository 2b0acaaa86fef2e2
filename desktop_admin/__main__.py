"""`python -m desktop_admin` opens the window; the command line is `desktop_admin.cli`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program."""
    from desktop_admin.app import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
