"""The roles of a server that operators sign in with: kept in line with the operators' rows, in the same transaction."""

from __future__ import annotations

from desktop_admin.i18n import N_
from desktop_admin.services.database.authority.names import account_name
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.work import Work

_OWN = Sql("SELECT 0", postgresql="SELECT account = session_user::text FROM operator WHERE id = :id")
_THERE = Sql("SELECT 0", postgresql="SELECT to_regprocedure('shop_prefix()') IS NOT NULL")
_PREFIX = Sql("SELECT ''", postgresql="SELECT shop_prefix()")
_KEEP = Sql("SELECT 1", postgresql="SELECT keep_account(:who, :verifier)")


def with_pin(text: str) -> Sql:
    """A statement that asks whether operators ``o`` have a PIN; on a server their hashes are not for every eye."""
    return Sql(text.format(has_pin="o.pin_hash <> ''"), postgresql=text.format(has_pin="has_pin(o.id)"))


def kept(work: Work) -> bool:
    """Whether operators of this shop sign in with roles of a server."""
    return work.on_server and bool(work.value(_THERE))


def own(work: Work) -> bool:
    """Whether the actor is signed in with an account of the server, so that the server keeps the password."""
    return work.on_server and bool(work.value(_OWN, id=work.actor.operator_id))


def account_of(work: Work, login: str) -> str:
    """The role an operator with this sign-in name has; empty where the shop has none."""
    return account_name(work.value(_PREFIX), login) if kept(work) else ""


def keep(work: Work, operator_id: int, verifier: str | None = None) -> None:
    """Bring an operator's role in line: its group, whether it may sign in, and a new password where one is given.

    ``verifier`` is what ``secrets.verifier`` makes of a password. Sessions end where the operator was switched off or
    got another password. Nothing to do for a file.
    """
    if not kept(work):
        return
    if verifier == "":
        raise Refused(N_("On a server a one-time password needs its verifier. Nothing was done."))
    work.value(_KEEP, who=operator_id, verifier=verifier)
