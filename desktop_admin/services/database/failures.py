"""What a driver's error means: try again, trouble in plain words, or a bug."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError

from desktop_admin.i18n import N_
from desktop_admin.services.database import barriers, programs
from desktop_admin.services.errors import NeedsApproval, Refused, Trouble

_RETRY_STATES = {"40001", "40P01", "55P03"}
# somebody else was faster with the same key: run again, and the service sees the row and says so
_RACES = {
    "operation_request_key",
    "stock_pkey",
    "purchase_source_number_voided_by_key",
    "approval_request_key",
    "member_phone",
    "card_pkey",
    "member_card_number_key",
}
MOVING = N_(
    "The shop is moving, or has moved, to another database. Nothing was saved; start the program again to see where."
)
SILENT = N_("The database server does not answer. Nothing was saved; your input is kept.")
READ_ONLY = N_("The database file may only be read. Nothing was saved.")
_SQLITE_TROUBLE = {
    "SQLITE_FULL": N_("The disk is full. Nothing was saved; free some space and do it again."),
    "SQLITE_IOERR": N_("The disk could not be written. Nothing was saved; check the disk and do it again."),
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_BUSY": N_("Another program holds the database. Nothing was saved; do it again in a moment."),
    "SQLITE_CORRUPT": N_("The database file is damaged. Nothing was saved; restore the newest backup."),
    "SQLITE_NOTADB": N_("This file is not a PointsDesk database."),
    "SQLITE_CANTOPEN": N_("The database file cannot be opened."),
}


def sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def constraint(error: DBAPIError) -> str:
    """The name of the constraint or the columns that were violated, as far as the driver tells."""
    diag = getattr(error.orig, "diag", None)
    return (diag.constraint_name or "") if diag is not None else str(error.orig)


def lost(error: DBAPIError) -> bool:
    """Whether the connection is gone, so that nothing is known of a commit under way."""
    if sqlstate(error) in {"57P01", "57P02", "57P03", "08000", "08003", "08006", "08001"}:
        return True
    if error.connection_invalidated:
        return True
    return isinstance(error, OperationalError) and _is_psycopg(error) and not sqlstate(error)


def demoted(error: DBAPIError) -> bool:
    """Whether the server takes no writes any more, for another has become the primary."""
    return sqlstate(error) in {"25006", "0A000"}  # the second: BEGIN READ WRITE on a standby


def _is_psycopg(error: DBAPIError) -> bool:
    return type(error.orig).__module__.startswith("psycopg")


def nothing_of_that_name(error: DBAPIError) -> bool:
    """Whether a table, column or function is not there: another program may have changed the schema meanwhile."""
    return sqlstate(error) in {"42703", "42P01", "42883"} or "no such " in str(error.orig)


def may_retry(error: DBAPIError) -> bool:
    """Whether the whole operation may simply run again: a lost race, a deadlock, a lost connection."""
    if sqlstate(error) in _RETRY_STATES or lost(error) or demoted(error):
        return True
    if sqlstate(error) == "23505":
        return constraint(error) in _RACES
    return False


def trouble(error: DBAPIError) -> Exception:
    """The error a person is told, or the error itself where it is a bug."""
    name = getattr(error.orig, "sqlite_errorname", "")
    for prefix, message in _SQLITE_TROUBLE.items():
        if name.startswith(prefix):
            return Trouble(message)
    text = str(error.orig)
    for fragment, code in _TEXTS.items():  # older drivers name no code
        if fragment in text:
            return Trouble(_SQLITE_TROUBLE[code])
    if lost(error) or demoted(error):
        return Trouble(SILENT, offline=True)
    if sqlstate(error) in _RETRY_STATES:
        return Trouble(N_("Too many counters work on the same records. Nothing was saved; do it again."))
    if barriers.TOO_OLD in text:
        return programs.refused(text) or error
    if barriers.MOVING in text:
        return Trouble(MOVING)
    if "stock below zero" in text:
        return Refused(N_("There is not enough stock any more."))
    if sqlstate(error) == "PD001":
        return NeedsApproval(N_("This is above your limits; somebody else must decide."), field="points")
    if sqlstate(error) == "PD002":
        return Trouble(N_("This computer's clock differs from the server's. Nothing was saved; set it right first."))
    if sqlstate(error) == "42501":
        return Trouble(N_("Your database account may not do this. Nothing was saved."))
    if sqlstate(error) in {"53100", "53200"}:
        return Trouble(N_("The server is out of space. Nothing was saved."))
    return error


_TEXTS = {
    "disk is full": "SQLITE_FULL",
    "disk I/O error": "SQLITE_IOERR",
    "readonly database": "SQLITE_READONLY",
    "database is locked": "SQLITE_BUSY",
    "malformed": "SQLITE_CORRUPT",
    "not a database": "SQLITE_NOTADB",
    "unable to open database file": "SQLITE_CANTOPEN",
}
