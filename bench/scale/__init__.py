"""What the books cost at scale on PostgreSQL: bytes and time of each index, of partitions, of a posting.

`dev.py scale` measures everything on millions of rows; here is what every bench looks at.
"""

from __future__ import annotations

from bench.measure import Result

POSTINGS = 200


def run() -> list[Result]:
    """What a typed purchase leaves on the disk and in the log, against the bare rows."""
    from bench.scale.postings import Acts
    from tests.postgres import serving

    with serving(durable=True) as server:
        acts = Acts(server, "postings")
        one = acts.measure("a typed purchase", acts.purchase, POSTINGS)
    rows, all_of_it = one.table_bytes, one.table_bytes + one.index_bytes
    return [
        Result("disk of a typed purchase, PostgreSQL", "its rows without indexes", all_of_it / rows, "≤ 2.5",
               all_of_it / rows <= 2.5, f"{all_of_it:,.0f} bytes / {rows:,.0f} bytes"),
        Result("log of a typed purchase, PostgreSQL", "its rows without indexes", one.log / rows, "≤ 5",
               one.log / rows <= 5, f"{one.log:,.0f} bytes / {rows:,.0f} bytes"),
    ]  # fmt: skip
