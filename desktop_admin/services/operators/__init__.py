"""Operators: who signs in, with which role, and how. The names other modules use."""

from desktop_admin.services.command import still_valid
from desktop_admin.services.operators.accounts import (
    OperatorRow,
    Saved,
    card,
    create,
    edit,
    listing,
    reset_password,
    set_active,
    unlock,
)
from desktop_admin.services.operators.own import (
    Colleague,
    Recovery,
    change_password,
    colleagues,
    recoveries,
    see_recoveries,
    set_pin,
    signed_in_at_server,
)
from desktop_admin.services.operators.recovery import Recovered, recover, recover_in
from desktop_admin.services.operators.secrets import Secret, hash_password, new_secret
from desktop_admin.services.operators.signing import enter, prove, sign_in, sign_out, switch
from desktop_admin.services.operators.witness import confirm

__all__ = [
    "Colleague", "OperatorRow", "Recovered", "Recovery", "Saved", "Secret", "card", "change_password", "colleagues",
    "confirm", "create", "edit", "enter", "hash_password", "listing", "new_secret", "prove", "recover", "recover_in",
    "recoveries", "reset_password", "see_recoveries", "set_active", "set_pin", "sign_in", "sign_out",
    "signed_in_at_server", "still_valid",
    "switch", "unlock",
]  # fmt: skip
