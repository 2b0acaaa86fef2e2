"""New shops: the sample, and one's own."""

from __future__ import annotations

import argparse
from typing import Any

from desktop_admin.cli.terminal import Terminal, needed
from desktop_admin.i18n import N_, _

BUILDING = N_("Playing the history of the sample shop")


def demo(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Build the sample shop at the URL."""
    from desktop_admin.services import sample

    size: dict[str, Any] = {name: getattr(wish, name) for name in ("members", "months") if getattr(wish, name)}
    url = needed(wish.database)
    built = sample.build(
        url, seed=wish.seed, progress=lambda done, total: terminal(done, total, BUILDING), **size
    )
    said = {
        "url": wish.database, "days": built.days, "members": built.members, "entries": built.entries,
        "purchases": built.purchases, "redemptions": built.redemptions, "items": built.items,
        "login": sample.LOGIN, "password": sample.PASSWORD,
    }  # fmt: skip
    text = _(
        "The sample shop is ready: {members:,} members, {entries:,} entries, {purchases:,} purchases, "
        "{redemptions:,} redemptions in {days:,} days."
    ).format(
        members=built.members, entries=built.entries, purchases=built.purchases, redemptions=built.redemptions,
        days=built.days,
    )  # fmt: skip
    signs_in = _("Sign in as {login} with the password {password}.")
    terminal.tell(said, (text, signs_in.format(login=sample.LOGIN, password=sample.PASSWORD)))
    return 0


def found(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Found a shop; the administrator gets a one-time password."""
    from desktop_admin.cli.terminal import BadInput
    from desktop_admin.services import operators, shop

    if not wish.name.strip():
        raise BadInput(_("The shop needs a name."))
    secret = operators.new_secret()
    database = shop.found(
        needed(wish.database), name=wish.name.strip(), admin_login=wish.admin, admin_name=wish.admin_name,
        admin_password_hash=secret.hash, branch_name=wish.branch or wish.name.strip(), timezone=wish.timezone,
        currency=wish.currency, must_change=True,
    )  # fmt: skip
    database.close()
    said = {"url": wish.database, "login": wish.admin, "one_time_password": secret.plain}
    terminal.tell(said, (
        _("The shop is founded."),
        _("Sign in as {login} with the one-time password {password}, shown only now.").format(
            login=wish.admin, password=secret.plain
        ),
    ))  # fmt: skip
    return 0
