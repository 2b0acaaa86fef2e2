"""What a person with an operator's password tries at a prompt or with a program whose checks were taken out.

Each guard of the server's authority names the attacks that get through once it is gone. Where two guards cover each
other they are taken out together, and the line says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop_admin.services import points
from desktop_admin.services.command import new_request, unlisted
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.ledger import EntryFacts, LotTerms, Posting
from desktop_admin.services.operators import secrets
from desktop_admin.services.work import Actor, Work


@dataclass(frozen=True)
class Scene:
    """The shop an attack is made on."""

    name: str  # of its roles
    actors: Mapping[str, Actor]
    member: int
    approval: int  # open, asked by the counter
    elsewhere: int  # a branch in which nobody works


Act = Callable[[Work, Scene], Any]


@dataclass(frozen=True)
class Attack:
    """Who tries what; ``as_`` is the operator in whose name."""

    who: str
    act: Act
    as_: str = ""


def _said(*statements: str) -> Act:
    def act(work: Work, scene: Scene) -> None:
        facts = {f"{role}_id": str(actor.operator_id) for role, actor in scene.actors.items()}
        facts |= {"shop": scene.name, "member": str(scene.member), "approval": str(scene.approval)}
        facts["verifier"] = _VERIFIER.replace(":", "' || chr(58) || '")  # no parameter
        for statement in statements:
            for name, value in facts.items():
                statement = statement.replace(f"<{name}>", value)
            work.run(Sql(statement))

    return act


def _adjust(many: int) -> Act:
    return lambda work, scene: points.adjust(
        work, request=new_request(), member_id=scene.member, points=many, reason="service")  # fmt: skip


def _forge(work: Work, scene: Scene) -> None:
    """Points under an operation that posts none."""
    with unlisted(work, "operators.sign_in"):
        posting = Posting(work)
        (account,) = posting.lock(scene.member)
        day = work.today_text
        posting.credit(account, 1000, EntryFacts("earn"), [LotTerms(1000, day, "9999-12-31", day)])
        posting.flush()


def _audit(work: Work, _scene: Scene) -> None:
    """A line in the audit trail under an operation long over."""
    work.send(_AUDIT, operation=work.value(_OLDEST))
    work.value(_OLDEST)


def _sees_elsewhere(work: Work, scene: Scene) -> None:
    assert work.value(_SHIFTS, branch=scene.elsewhere), "nothing to be seen"


_VERIFIER = secrets.verifier("quite another 77")
_OLDEST = Sql("SELECT min(id) FROM operation")
_SHIFTS = Sql("SELECT count(*) FROM shift WHERE branch_id = :branch")
_AUDIT = Sql(
    "INSERT INTO audit (operation_id, action, subject, subject_id, sealed, before, after) "
    "VALUES (:operation, 'forged', 'shop', 1, 0, '', '')"
)
_DECIDE = "UPDATE approval SET state = '{}', decider_id = {}, decided_at = 'x' WHERE id = <approval>"
_SHADOW = (
    "CREATE TEMP TABLE operator AS SELECT <manager_id>::bigint AS id, '<shop>.counter'::text AS account, "
    "'manager'::text AS role, 1 AS active"
)
_SHOWN = "GRANT SELECT ON operator TO PUBLIC"
_NAMED = (
    "SELECT add_operation(json_build_array(json_build_object('request', 'forged', 'kind', 'points.adjust', "
    "'parameters', '{}', 'operator_id', <manager_id>, 'branch_id', o.branch_id, 'workstation', 'x', "
    "'business_date', o.business_date, 'recorded_at', o.recorded_at))) FROM operation o ORDER BY id DESC LIMIT 1"
)

ATTACKS: dict[str, Attack] = {
    "an act without leave": Attack("clerk", _adjust(1)),
    "an act in another's name": Attack("counter", _adjust(5), "manager"),
    "an act above the limit": Attack("counter", _adjust(2_001)),
    "points under an operation of another kind": Attack("counter", _forge),
    "a line under another's operation": Attack("counter", _audit),
    "a change without a trace": Attack("manager", _said("UPDATE member SET remark = 'x' WHERE id = <member>")),
    "deciding one's own request": Attack("counter", _said(_DECIDE.format("rejected", "<counter_id>"))),
    "deciding in another's name": Attack("manager", _said(_DECIDE.format("rejected", "<administrator_id>"))),
    "approving what was not done": Attack("manager", _said(_DECIDE.format("approved", "<manager_id>"))),
    "withdrawing another's request": Attack("manager", _said(_DECIDE.format("withdrawn", "NULL"))),
    "another's PIN": Attack("counter", _said("UPDATE operator SET pin_hash = 'x' WHERE id = <manager_id>")),
    "nobody else may work": Attack("auditor", _said("SELECT hold_operations()")),
    "shifts of other branches": Attack("counter", _sees_elsewhere),
    "an entry by hand": Attack("counter", _said("INSERT INTO entry SELECT * FROM entry WHERE false")),
    "an entry away": Attack("counter", _said("DELETE FROM audit WHERE false")),
    "a balance by hand": Attack("counter", _said("UPDATE member SET balance = balance + 5 WHERE id = <member>")),
    "a role by hand": Attack("counter", _said("UPDATE operator SET role = 'administrator' WHERE id = <counter_id>")),
    "reading what passwords are checked against": Attack("counter", _said("SELECT password_hash FROM operator")),
    "a table that stands in the way": Attack("counter", _said("CREATE TEMP TABLE mine (n int)")),
    "a table of one's own": Attack("counter", _said("CREATE TABLE public.mine (n int)")),
    "the limits by hand": Attack("counter", _said("UPDATE setting SET value = '{}' WHERE name = 'limits'")),
    "operators in a table of one's own": Attack("counter", _said(_SHADOW, _SHOWN, _NAMED)),
    "another's password": Attack("counter", _said("SELECT keep_account(<administrator_id>, '<verifier>')")),
    "a password that the server reads": Attack("counter", _said("SELECT keep_account(<counter_id>, 'secret')")),
    "the owner's role": Attack("counter", _said('SET LOCAL ROLE "<shop>:owner"')),
}


@dataclass(frozen=True)
class Guard:
    """How a guard is taken out, and what then gets through. ``together``: which other guards cover the same."""

    out: tuple[str, ...]
    attacks: tuple[str, ...]
    together: str = ""


def _trigger(name: str, table: str) -> str:
    return f"DROP TRIGGER {name} ON {table}"


def _silenced(function: str, said: str) -> str:
    """A function that no longer refuses this."""
    return (
        f"DO $out$ BEGIN EXECUTE regexp_replace(pg_get_functiondef('{function}'::regprocedure), "
        f"'RAISE EXCEPTION ''{said}''[^;]*;', 'NULL;', 'g'); END $out$"
    )


_BELIEVE = (
    "CREATE OR REPLACE FUNCTION hold_operations() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS "
    "$$ BEGIN LOCK TABLE operation IN SHARE ROW EXCLUSIVE MODE; END $$"
)
_ADDS = (
    "CREATE OR REPLACE FUNCTION must_add(ledger text, operations bigint[]) RETURNS void LANGUAGE plpgsql "
    "SECURITY DEFINER AS $$ BEGIN END $$"
)
_TO_COUNTER = ' TO "<shop>:counter"'

GUARDS: dict[str, Guard] = {
    "operation_guard": Guard(
        (_trigger("operation_guard", "operation"), _trigger("operation_judged", "operation"), _ADDS),
        ("an act without leave", "an act in another's name"), "must_add and operation_judged ask again who acts"),
    "operation_judged": Guard((_trigger("operation_judged", "operation"),), ("an act above the limit",)),
    "must_add": Guard((_ADDS,), ("a line under another's operation",)),
    "must_add and operation_judged": Guard(
        (_ADDS, _trigger("operation_judged", "operation")), ("points under an operation of another kind",),
        "the one asks at the row, the other at the commit"),
    "in_operation": Guard((_trigger("member_in_operation", "member"),), ("a change without a trace",)),
    "approval_guard": Guard(
        (_trigger("approval_guard", "approval"), _trigger("approval_in_operation", "approval")),
        ("deciding in another's name", "approving what was not done", "withdrawing another's request"),
        "an operation is needed as well"),
    "nobody decides their own": Guard(
        (_trigger("approval_guard", "approval"), _trigger("approval_in_operation", "approval"),
         "GRANT UPDATE (decider_id) ON approval" + _TO_COUNTER,
         "ALTER TABLE approval DROP CONSTRAINT approval_check"),
        ("deciding one's own request",), "approval_guard, the table's own check, and no right to the column"),
    "operator_guard": Guard(
        (_trigger("operator_guard", "operator"), _trigger("operator_in_operation", "operator")), ("another's PIN",),
        "an operation is needed as well"),
    "hold_operations": Guard((_BELIEVE,), ("nobody else may work",)),
    "row security of shift": Guard(("ALTER TABLE shift DISABLE ROW LEVEL SECURITY",), ("shifts of other branches",)),
    "sees_branch": Guard(
        ("CREATE OR REPLACE FUNCTION sees_branch(which bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'",),
        ("shifts of other branches",)),
    "no right to insert": Guard(("GRANT INSERT ON entry" + _TO_COUNTER,), ("an entry by hand",)),
    "no right to delete": Guard(
        ("GRANT SELECT, DELETE ON audit" + _TO_COUNTER, _trigger("audit_is_ledger", "audit")), ("an entry away",),
        "the ledger's own guard"),
    "no right to a balance": Guard(
        ("GRANT UPDATE (balance) ON member" + _TO_COUNTER, _trigger("member_frozen", "member"),
         _trigger("member_in_operation", "member")), ("a balance by hand",),
        "member_frozen, and the operation that a change needs"),
    "no right to a role": Guard(
        ("GRANT UPDATE (role) ON operator" + _TO_COUNTER, _trigger("operator_guard", "operator"),
         _trigger("operator_in_operation", "operator")), ("a role by hand",), "operator_guard"),
    "no right to secrets": Guard(
        ("GRANT SELECT (password_hash) ON operator" + _TO_COUNTER,), ("reading what passwords are checked against",)),
    "no temporary tables": Guard(
        ('GRANT TEMPORARY ON DATABASE "<database>"' + _TO_COUNTER,), ("a table that stands in the way",)),
    "no tables of one's own": Guard(
        ("GRANT CREATE ON SCHEMA public" + _TO_COUNTER,), ("a table of one's own",)),
    "no right to the settings": Guard(
        ("GRANT UPDATE (value) ON setting" + _TO_COUNTER, _trigger("setting_in_operation", "setting")),
        ("the limits by hand",), "the operation that a change needs"),
    "search paths are pinned": Guard(
        ('GRANT TEMPORARY ON DATABASE "<database>"' + _TO_COUNTER,
         "ALTER FUNCTION operation_guard() RESET search_path", "ALTER FUNCTION add_operation(json) RESET search_path"),
        ("operators in a table of one's own",), "nobody may make temporary tables"),
    "keep_account asks who": Guard(
        (_silenced("keep_account(bigint,text)", "not yours to change"),), ("another's password",)),
    "keep_account takes verifiers": Guard(
        (_silenced("keep_account(bigint,text)", "not a verifier"),), ("a password that the server reads",)),
    "nobody is the owner": Guard(('GRANT "<shop>:owner" TO "<shop>.counter"',), ("the owner's role",)),
}  # fmt: skip
