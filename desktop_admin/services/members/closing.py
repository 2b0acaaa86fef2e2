"""The end of a membership: closing, opening again, and erasing what is personal."""

from __future__ import annotations

from desktop_admin.i18n import N_
from desktop_admin.services import sealing
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.limits import refuse_own
from desktop_admin.services.members import keys
from desktop_admin.services.members.enrolling import phone_is_free
from desktop_admin.services.members.stored import MemberChanged, audit, locked
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.redemptions import OPEN
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

OPEN_STATES = tuple(sorted(state.value for state in OPEN))

_OPEN_ORDERS = Sql(
    f"SELECT count(*) FROM redemption WHERE member_id = :m AND state IN ({in_list('state', len(OPEN_STATES))})"
)
_CLOSE = Sql("UPDATE member SET closed_at = :now WHERE id = :m")
_ERASE = Sql(
    "UPDATE member SET name = :name, sort_name = :name, phone = '', email = '', sex = '', birthday = '', "
    "address = '', remark = '', earn_frozen = '', spend_frozen = '', pin_hash = '', pin_failures = 0, "
    "pin_failed_at = '', consent_messages_at = '', source = '', source_number = '', "
    "closed_at = :now, version = version + 1 WHERE id = :m"
)
_ERASE_ORDERS = Sql("UPDATE redemption SET recipient = '', phone = '', address = '', remark = '' WHERE member_id = :m")
_ERASE_CODES = Sql("DELETE FROM member_code WHERE member_id = :m")
_HAS_KEY = Sql("SELECT count(*) FROM member_key WHERE member_id = :m")


@command(Permission.CLOSE_MEMBERS, Topic.MEMBERS)
def close(work: Work, *, request: str, member_id: int, reason: str, force: bool = False) -> MemberChanged:
    """Close a member: nothing is earned or spent any more, the ledger stays.

    Refuses while redemptions are open, and while points are owed or left unless ``force``.
    """
    refuse_own(work, member_id)
    row = locked(work, member_id)
    why = _reason(reason)
    _no_open_orders(work, member_id)
    if row.owed and not force:
        raise Refused(N_("The member still owes {owed:,} points."), field="force", owed=row.owed)
    if row.balance and not force:
        raise Refused(
            N_("{balance:,} points are left; they could not be used any more."),
            field="force", balance=row.balance,
        )  # fmt: skip
    work.run(_CLOSE, m=member_id, now=work.now_text)
    audit(work, "close", member_id, None, {"reason": why, "balance": row.balance, "owed": row.owed})
    return MemberChanged(member_id, row.version)


@command(Permission.CLOSE_MEMBERS, Topic.MEMBERS)
def reopen(work: Work, *, request: str, member_id: int) -> MemberChanged:
    """Open a closed member again. Refuses an erased one, and while another has the phone."""
    refuse_own(work, member_id)
    row = locked(work, member_id, open_only=False)
    if not row.closed_at:
        return MemberChanged(member_id, row.version)
    if not work.value(_HAS_KEY, m=member_id):
        raise Refused(N_("This member was erased and cannot be opened again."), field="member")
    phone_is_free(work, row.phone, member_id)
    work.run(_CLOSE, m=member_id, now="")
    audit(work, "reopen", member_id, None, {"closed_at": row.closed_at})
    return MemberChanged(member_id, row.version)


@command(Permission.CLOSE_MEMBERS, Topic.MEMBERS)
def erase(work: Work, *, request: str, member_id: int, name: str) -> MemberChanged:
    """Destroy a member's personal data, on their request and for ever; the books stay and still verify.

    ``name`` is typed by the operator as a confirmation. Refuses another name and open redemptions.
    """
    refuse_own(work, member_id)
    row = locked(work, member_id, open_only=False)
    if " ".join(name.split()) != row.name:
        raise Refused(N_("Type the member's name to confirm."), field="name")
    _no_open_orders(work, member_id)
    work.run(_ERASE, m=member_id, name=f"#{member_id}", now=row.closed_at or work.now_text)
    work.run(_ERASE_ORDERS, m=member_id)
    work.run(_ERASE_CODES, m=member_id)
    keys.forget(work, member_id)
    sealing.destroy_key(work, member_id)
    work.audit_text("erase", "member", member_id, "", "", sealed=0)
    return MemberChanged(member_id, row.version + 1)


def _no_open_orders(work: Work, member_id: int) -> None:
    count = work.value(_OPEN_ORDERS, m=member_id, **list_params("state", OPEN_STATES))
    if count:
        # counted in one sentence for every number: the figure stands apart from the noun
        raise Refused(N_("Redemptions still open: {count}. Hand over or cancel them first."), count=count)


def _reason(text: str) -> str:
    why = " ".join(text.split())
    if not why or len(why) > 200:
        raise Refused(N_("A reason is needed, at most {most} characters."), field="reason", most=200)
    return why
