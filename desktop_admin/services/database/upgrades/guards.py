"""Triggers and functions of the books, taken away whole by a migration that makes them anew."""

from __future__ import annotations

from sqlalchemy import Connection, text

_SQLITE = "SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'"
# not what belongs to the shop's keeper: roles are the business of the server's administrator (authority/setting_up.py)
_TRIGGERS = (
    "SELECT 'DROP TRIGGER ' || tgname || ' ON ' || tgrelid::regclass FROM pg_trigger "
    "JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace"
)
_FUNCTIONS = (
    "SELECT 'DROP FUNCTION ' || oid::regprocedure || ' CASCADE' FROM pg_proc "
    "WHERE pronamespace = 'public'::regnamespace AND proname <> 'shop_prefix' "
    "AND pg_has_role(current_user, proowner, 'MEMBER')"
)


def drop(connection: Connection) -> None:
    """Take every trigger and function away, inside the migration's transaction."""
    for query in (_SQLITE,) if connection.dialect.name == "sqlite" else (_TRIGGERS, _FUNCTIONS):
        for statement in connection.execute(text(query)).scalars().all():
            connection.exec_driver_sql(statement)
