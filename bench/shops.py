"""Shops for the benches: founded through the services in a temporary folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_admin.services import members, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.work import Actor


@contextmanager
def small(name: str) -> Iterator[tuple[Database, Actor, int]]:
    """A SQLite shop with one member: (database, the operator of jobs, member id)."""
    with tempfile.TemporaryDirectory(prefix="pdbench-") as folder:
        database = shop.found(str(Path(folder) / name), name=name, admin_login="bench", admin_password_hash="!")
        actor = shop.system_actor(database)

        enrolled = database.write(
            lambda work: members.enrol(
                work, request=new_request(), name="Li Lei", phone="13800001234", consent_terms=True
            ),
            actor=actor,
        ).result
        try:
            yield database, actor, enrolled.member_id
        finally:
            database.close()
