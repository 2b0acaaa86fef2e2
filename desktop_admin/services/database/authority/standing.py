"""Rights as they stand on the server, against those that set-up makes: for the doctor. The catalogue is open to all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from desktop_admin.services.database import schema
from desktop_admin.services.database.authority import grants
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.database.work import Work
from desktop_admin.services.permissions import Role


class Right(NamedTuple):
    """One thing a role may do or holds; a role of the shop without its prefix."""

    role: str
    verb: str
    what: str

    def __str__(self) -> str:
        return f"{self.role}: {self.verb} {self.what}"


class Differing(NamedTuple):
    """What is granted beside what set-up makes, and what of that is not there."""

    extra: list[str]
    missing: list[str]


def differing(work: Work) -> Differing:
    """Nothing for a shop in a file, and for one without roles of its own."""
    if work.engine == "sqlite" or work.value(_BARE):
        return Differing([], [])
    name = str(work.value(_PREFIX))
    rows = work.all(_STANDING, owner=f"{name}:owner", keeper=f"{name}:keeper")
    standing = {Right(_short(row.role, name), row.verb.lower(), _short(row.what, name)) for row in rows}
    declared = set(_declared([row.what for row in work.all(_FUNCTIONS)]))
    return Differing(_told(standing - declared), _told(declared - standing))


def _told(rights: set[Right]) -> list[str]:
    """In a few lines: where every column of a table differs, the table alone is named."""
    tables = schema.columns("postgresql")
    whole = {
        Right(role, verb, table)
        for role, verb, table in {(r.role, r.verb, r.what.partition(".")[0]) for r in rights if "." in r.what}
        if all(Right(role, verb, f"{table}.{name}") in rights for name in tables.get(table, ("?",)))
    }
    return sorted({str(large if (large := r._replace(what=r.what.partition(".")[0])) in whole else r) for r in rights})


def _short(role: str, name: str) -> str:
    return role.removeprefix(f"{name}:") if role.startswith(f"{name}:") else role


def _declared(functions: list[str]) -> Iterator[Right]:
    tables = schema.columns("postgresql")
    for role in Role:
        for (verb, table), names in grants.of_role(role).items():
            yield from (Right(role, verb, f"{table}.{name}") for name in names)
            if verb == "delete":
                yield Right(role, verb, table)
        yield from (Right(role, "usage", f"{table}_id_seq") for table in grants.numbered(role))
        yield from (Right(role, "execute", function) for function in functions)
        yield Right(role, "select", "alembic_version.version_num")
    yield from (Right("keeper", "select", f"operator.{name}") for name in tables["operator"])
    yield from (Right("keeper", "execute", name) for name in ("leave(text,text)", "shop_prefix()"))
    for one in (*Role, "keeper", "migrator"):
        yield Right(one, "usage", "public")
        yield Right(one, "connect", "database")
    yield Right("migrator", "is", "owner")
    yield Right("owner", "holds", "public")
    yield Right("owner", "holds", "database")
    for table in (*tables, "alembic_version"):
        yield Right("owner", "holds", table)
    for function in functions:
        yield Right("keeper" if function.startswith("keep_account(") else "owner", "holds", function)
    yield Right("PUBLIC", "sees in", "shift: shift_branch")


_PREFIX = Sql("SELECT shop_prefix()")
_BARE = Sql("SELECT to_regprocedure('shop_prefix()') IS NULL")
_FUNCTIONS = Sql("SELECT oid::regprocedure::text AS what FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
# A right on a whole table is one on each of its columns; what an owner has as an owner is left out.
_STANDING = Sql("""
WITH tables AS (SELECT oid, relname AS name, relowner, relacl FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')),
columns AS (SELECT t.name || '.' || a.attname AS what, t.relowner, t.relacl, a.attacl
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped),
granted AS (
  SELECT c.what, c.relowner AS owner, x.grantee, x.privilege_type AS verb FROM columns c
    CROSS JOIN LATERAL aclexplode(c.relacl) x WHERE x.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
  UNION ALL SELECT c.what, c.relowner, x.grantee, x.privilege_type FROM columns c
    CROSS JOIN LATERAL aclexplode(c.attacl) x
  UNION ALL SELECT t.name, t.relowner, x.grantee, x.privilege_type FROM tables t
    CROSS JOIN LATERAL aclexplode(t.relacl) x WHERE x.privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
  UNION ALL SELECT s.relname, s.relowner, x.grantee, x.privilege_type FROM pg_class s
    CROSS JOIN LATERAL aclexplode(s.relacl) x WHERE s.relnamespace = 'public'::regnamespace AND s.relkind = 'S'
  UNION ALL SELECT p.oid::regprocedure::text, p.proowner, x.grantee, x.privilege_type FROM pg_proc p
    CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
    WHERE p.pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'public', n.nspowner, x.grantee, x.privilege_type FROM pg_namespace n
    CROSS JOIN LATERAL aclexplode(n.nspacl) x WHERE n.nspname = 'public'
  UNION ALL SELECT 'database', d.datdba, x.grantee, x.privilege_type FROM pg_database d
    CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x WHERE d.datname = current_database())
SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END AS role, verb, what::text AS what
  FROM granted WHERE grantee <> owner
UNION SELECT pg_get_userbyid(relowner)::text, 'holds', name::text FROM tables
UNION SELECT pg_get_userbyid(proowner)::text, 'holds', oid::regprocedure::text FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace
UNION SELECT pg_get_userbyid(nspowner)::text, 'holds', 'public' FROM pg_namespace WHERE nspname = 'public'
UNION SELECT pg_get_userbyid(datdba)::text, 'holds', 'database' FROM pg_database WHERE datname = current_database()
UNION SELECT pg_get_userbyid(m.member)::text, 'is', g.rolname::text FROM pg_auth_members m
  JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member
  WHERE g.rolname IN (:owner, :keeper) AND NOT r.rolsuper
UNION SELECT 'PUBLIC', 'sees in', 'shift: ' || p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
  WHERE c.relname = 'shift' AND c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND p.polpermissive
""")
