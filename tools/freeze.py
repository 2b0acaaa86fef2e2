"""`python -m tools.freeze VERSION`: write down the declared triggers and functions as the migration VERSION makes them.

Done once, when a version is released: from then on its migration reads the frozen text, whatever the declaration
becomes. tests/services/test_database_upgrades.py holds the two together.
"""

from __future__ import annotations

import sys
from pathlib import Path

from desktop_admin.services.database import schema, upgrades


def main() -> int:
    version = sys.argv[1]
    folder = Path(upgrades.__file__).parent / "frozen"
    folder.mkdir(exist_ok=True)
    for engine in ("sqlite", "postgresql"):
        text = upgrades.SEPARATOR.join(schema.triggers(engine))
        (folder / f"{version}.{engine}.sql").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
