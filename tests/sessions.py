"""On a server every command and query of the tests runs under the rights of the operator who acts.

The tests connect as the superuser and become the operator for the rest of the transaction, `session_user` and all, as
soon as a service asks leave. What a test does beside the services (damaging, looking) stays the superuser's.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

_done = []


def install() -> None:
    """Once per process; after that every `Work` on a server is the operator's."""
    if _done:
        return
    _done.append(True)
    from desktop_admin.services import command
    from desktop_admin.services.permissions import Role

    def become(work: Any) -> None:
        service = sys._getframe(2).f_locals.get("service")
        if service is not None and not service.__module__.startswith("desktop_admin."):
            return  # a command that a test declares: the server knows no leave for it
        if not getattr(work, "on_server", False) or hasattr(work, "became"):  # a fake one is nowhere
            return
        if work.has_actor and work.actor.role is not Role.SYSTEM:
            work.became = True
            account = work.value(_account(), id=work.actor.operator_id)
            if account:
                name = account.replace('"', '""')
                work.run(_sql(f'SET LOCAL SESSION AUTHORIZATION "{name}"'))

    def first(function: Any) -> Any:
        @functools.wraps(function)
        def called(work: Any, *args: Any, **kwargs: Any) -> Any:
            become(work)
            return function(work, *args, **kwargs)

        return called

    command.ask_leave = first(command.ask_leave)
    command._leave = first(command._leave)  # a query's leave is judged after it has read


@functools.cache
def _account() -> Any:
    return _sql("SELECT account FROM operator WHERE id = :id")


def _sql(text: str) -> Any:
    from desktop_admin.services.database.sql import Sql

    return Sql(text)
