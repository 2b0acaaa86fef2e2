"""Setting up a shop's roles on its server, and bringing their grants in line again after an upgrade or a restore.

Done by the server's administrator, once per shop. Nobody signs in as ``owner`` (holds every table and function) or
``keeper`` (may make roles, and does so through one function alone); ``migrator`` may become the owner, to upgrade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from desktop_admin.i18n import N_
from desktop_admin.services.database.authority import grants
from desktop_admin.services.database.authority.names import account_name, prefix, quoted
from desktop_admin.services.errors import Trouble
from desktop_admin.services.permissions import Role

_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_PEOPLE = (
    "SELECT id, login, name, role, account, to_regrole(quote_ident(account)) IS NOT NULL AS there FROM operator "
    "ORDER BY id FOR NO KEY UPDATE"
)
_NAME_ACCOUNT = (
    "UPDATE operator SET account = :account, must_change = CASE role WHEN 'system' THEN 0 ELSE 1 END WHERE id = :id"
)
_SEES_SHIFTS = "CREATE POLICY shift_branch ON shift USING (sees_branch(branch_id)) WITH CHECK (sees_branch(branch_id))"


class Person(NamedTuple):
    """An operator who was given a role of the server, and so needs the password that goes with it."""

    login: str
    name: str
    role: str
    account: str


def run(engine: Engine, verifier: Callable[[str], str], *, everybody: bool = False) -> tuple[str, list[Person]]:
    """Set up the shop's roles and one for each operator, all or nothing: the prefix of the names, and who got one.

    ``verifier`` is asked for each new account, and for "migrator"; with ``everybody`` also those who have a role get a
    new password: after a move or a restore, for passwords do not move.
    """
    with engine.begin() as connection:
        shop = set_up(connection, migrator_verifier=verifier("migrator"))
        people = [] if not _furnished(connection) else connection.execute(text(_PEOPLE)).all()
        given = []
        for row in people:
            account = account_name(shop, row.login)
            known = row.account == account and row.there
            if known and not everybody:
                continue
            connection.execute(text(_NAME_ACCOUNT), {"id": row.id, "account": account})
            connection.execute(text("SELECT keep_account(:id, :said)"), {"id": row.id, "said": verifier(row.login)})
            given.append(Person(row.login, row.name, row.role, account))
    return shop, given


def _furnished(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT to_regclass('public.operator') IS NOT NULL")).scalar())


def prefix_of(connection: Connection) -> str:
    """What the names of this shop's roles begin with; empty while it has none."""
    if connection.execute(text("SELECT to_regprocedure('shop_prefix()') IS NULL")).scalar():
        return ""
    return str(connection.execute(text("SELECT shop_prefix()")).scalar())


def set_up(connection: Connection, *, migrator_verifier: str | None = None) -> str:
    """Make the shop's roles and give them their rights; answers the prefix of their names. May be done again.

    Trouble where this account may not make roles. Operators get theirs by ``keep_account``.
    """
    if not connection.execute(text(_SUPERUSER)).scalar():
        raise Trouble(N_("Only the server's administrator can set up a shop's roles. Nothing was changed."))
    shop = prefix(str(connection.execute(text("SELECT current_database()")).scalar()))
    for statement in _roles(shop, connection):
        connection.exec_driver_sql(statement)
    if migrator_verifier is not None:
        migrator = quoted(f"{shop}:migrator")
        connection.exec_driver_sql(f"ALTER ROLE {migrator} LOGIN PASSWORD '{migrator_verifier}'")
    said = shop.replace("'", "''")
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION shop_prefix() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '{said}'::text $$"
    )
    for statement in _owners(shop, connection):
        connection.exec_driver_sql(statement)
    grant(connection, shop)
    return shop


def renew(connection: Connection) -> None:
    """After a migration: what was made anew belongs to the owner and is granted anew, where the shop has roles."""
    shop = prefix_of(connection)
    if not shop:
        return
    if connection.execute(text(_SUPERUSER)).scalar():
        for statement in _owners(shop, connection):
            connection.exec_driver_sql(statement)
    grant(connection, shop)


def grant(connection: Connection, shop: str) -> None:
    """Bring the grants of the shop's roles in line with the permissions: whole, whatever stood before."""
    for statement in _granting(shop, connection):
        connection.exec_driver_sql(statement)


def _roles(shop: str, connection: Connection) -> Iterator[str]:
    there = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
    if f"{shop}:keeper" not in there:
        yield f"CREATE ROLE {quoted(f'{shop}:keeper')} NOLOGIN CREATEROLE"
    for name in ("owner", "migrator", *(role.value for role in Role)):
        if f"{shop}:{name}" not in there:
            admin = "" if name in ("owner", "migrator") else f" ADMIN {quoted(f'{shop}:keeper')}"
            yield f"CREATE ROLE {quoted(f'{shop}:{name}')} NOLOGIN{admin}"
    yield f"GRANT {quoted(f'{shop}:owner')} TO {quoted(f'{shop}:migrator')}"
    yield f"GRANT pg_signal_backend TO {quoted(f'{shop}:keeper')}"


def _owners(shop: str, connection: Connection) -> Iterator[str]:
    owner = quoted(f"{shop}:owner")
    yield f"ALTER SCHEMA public OWNER TO {owner}"
    tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
    for name in list(tables):
        yield f"ALTER TABLE {name} OWNER TO {owner}"
    functions = connection.execute(
        text("SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    ).scalars()
    for signature in list(functions):
        keeps = signature.startswith("keep_account(")
        yield f"ALTER FUNCTION {signature} OWNER TO {quoted(f'{shop}:keeper') if keeps else owner}"


def of_database(shop: str, name: str) -> Iterator[str]:
    """Whose the database is and who may connect to it: what does not come along with a copy by TEMPLATE."""
    database = quoted(name)
    connecting = ", ".join(quoted(f"{shop}:{one}") for one in (*(role.value for role in Role), "keeper", "migrator"))
    yield f"ALTER DATABASE {database} OWNER TO {quoted(f'{shop}:owner')}"
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"  # also temporary tables, which could shadow ours
    yield f"GRANT CONNECT ON DATABASE {database} TO {connecting}"


def _granting(shop: str, connection: Connection) -> Iterator[str]:
    groups = ", ".join(quoted(f"{shop}:{role.value}") for role in Role)
    keeper, migrator = quoted(f"{shop}:keeper"), quoted(f"{shop}:migrator")
    yield from of_database(shop, str(connection.execute(text("SELECT current_database()")).scalar()))
    yield from grants.statements(shop)
    yield f"GRANT SELECT ON alembic_version TO {groups}"
    yield f"GRANT USAGE ON SCHEMA public TO {keeper}, {migrator}"
    yield f"GRANT SELECT ON operator TO {keeper}"
    yield f"GRANT EXECUTE ON FUNCTION leave(text, text), shop_prefix() TO {keeper}"
    yield "ALTER TABLE shift ENABLE ROW LEVEL SECURITY"
    yield "DROP POLICY IF EXISTS shift_branch ON shift"
    yield _SEES_SHIFTS
