"""Members: enrolling, finding, editing, cards, consent, and what is known of each.

Callers say ``members.enrol(work, …)``.
"""

from desktop_admin.services.members.cards import CardEnded, CardHolder, CardReplaced, by_card, replace_card
from desktop_admin.services.members.closing import close, erase, reopen
from desktop_admin.services.members.consent import (
    CodeMade,
    check_consent,
    clear_pin,
    consent_needed,
    make_code,
    read_code,
    set_pin,
)
from desktop_admin.services.members.counter_card import MemberCard, OpenOrder, card
from desktop_admin.services.members.editing import MemberProfile, edit, freeze, profile, unfreeze
from desktop_admin.services.members.enrolling import Enrolled, NewMember, add_many, enrol
from desktop_admin.services.members.finding import Found, find
from desktop_admin.services.members.keys import Named, keys_for_many
from desktop_admin.services.members.listing import (
    ListFilters,
    MemberRow,
    OrderRow,
    PurchaseRow,
    anchors,
    count,
    list_filters,
    order_count,
    orders,
    page,
    purchase_count,
    purchases,
)
from desktop_admin.services.members.movement import EntryLine
from desktop_admin.services.members.origin import Explained, LotLine, Lots, LotUse, explain, lot_uses, lots
from desktop_admin.services.members.personal import Profile, mask_name
from desktop_admin.services.members.stored import MemberChanged
from desktop_admin.services.members.time_line import Event, History, history
from desktop_admin.services.sealing import seal, unseal, unseal_many

__all__ = [
    "CardEnded",
    "CardHolder",
    "CardReplaced",
    "CodeMade",
    "Enrolled",
    "EntryLine",
    "Event",
    "Explained",
    "Found",
    "History",
    "ListFilters",
    "LotLine",
    "LotUse",
    "Lots",
    "MemberCard",
    "MemberChanged",
    "MemberProfile",
    "MemberRow",
    "Named",
    "NewMember",
    "OpenOrder",
    "OrderRow",
    "Profile",
    "PurchaseRow",
    "add_many",
    "anchors",
    "by_card",
    "card",
    "check_consent",
    "clear_pin",
    "close",
    "consent_needed",
    "count",
    "edit",
    "enrol",
    "erase",
    "explain",
    "find",
    "freeze",
    "history",
    "keys_for_many",
    "list_filters",
    "lot_uses",
    "lots",
    "make_code",
    "mask_name",
    "order_count",
    "orders",
    "page",
    "profile",
    "purchase_count",
    "purchases",
    "read_code",
    "reopen",
    "replace_card",
    "seal",
    "set_pin",
    "unfreeze",
    "unseal",
    "unseal_many",
]
