"""Members: enrolling, finding, editing, cards, consent, and what is known of each.

Callers say ``members.enrol(work, …)``.
"""

from desktop_admin.services.members.enrolling import Enrolled, NewMember, add_many, enrol
from desktop_admin.services.members.finding import Found, find
from desktop_admin.services.members.keys import Named, keys_for_many
from desktop_admin.services.members.profile import Profile, mask_name
from desktop_admin.services.members.sealing import seal, unseal, unseal_many

__all__ = [
    "Enrolled",
    "Found",
    "Named",
    "NewMember",
    "Profile",
    "add_many",
    "enrol",
    "find",
    "keys_for_many",
    "mask_name",
    "seal",
    "unseal",
    "unseal_many",
]
