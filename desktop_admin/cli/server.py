"""`pointsdesk set-up-server`: the roles of a shop on its server, and a password for everybody who needs one."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from desktop_admin.cli.terminal import Terminal, needed
from desktop_admin.i18n import _
from desktop_admin.services.permissions import Role, role_title


def set_up(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Make or renew the roles; the passwords that were made are printed once and kept nowhere."""
    from desktop_admin.services.operators import provisioning

    done = provisioning.set_up(needed(wish.database), everybody=wish.everybody)
    titles = (_("Role on the server"), _("Login"), _("Name"), _("Role"), _("Password"))
    rows = [(g.account, g.login, g.name, _(role_title(Role(g.role))) if g.role else "", g.password) for g in done.given]
    lines = [
        _("The roles of “{prefix}” and their rights are in order.").format(prefix=done.prefix),
        "",
        *terminal.table(titles, rows, (False,) * len(titles)),
        "",
        _("These passwords are shown once. Operators choose their own when they first sign in, within 72 hours."),
    ]
    terminal.tell({"prefix": done.prefix, "given": [asdict(given) for given in done.given]}, lines)
    return 0
