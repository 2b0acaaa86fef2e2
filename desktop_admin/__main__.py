"""`python -m desktop_admin` opens the window; the command line is `desktop_admin.cli`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program; or one of the small processes it starts, where a frozen build starts itself."""
    if sys.argv[1:2] == ["--spreadsheet-parser"]:
        from desktop_admin.services.spreadsheets.worker import main as parse

        return parse()
    if sys.argv[1:2] == ["--build-sample"]:
        from desktop_admin.services.sample.apart import main as build

        return build(sys.argv[2:])
    if sys.argv[1:2] == ["--pinyin"]:
        from desktop_admin.services.members.pinyin_worker import main as speak

        return speak()
    from desktop_admin.app import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
