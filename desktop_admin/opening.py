"""Opening a shop's file, the sample shop, and founding a new one: in the background, each import when it is needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import N_, _
from desktop_admin.settings import data_folder

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database
    from desktop_admin.views.first_run import Founding


def opening(
    url: str, *, sample: bool, told: Callable[[int, int], object] | None = None
) -> Callable[[], Any]:
    """Answer what opens the database; its imports take a second, in the writer thread.

    The sample shop is built when it is first wanted; `told` hears of it in that thread.
    """

    def open_it() -> Database:
        from desktop_admin.services.database.database import Database

        if not sample:
            return Database.open(url)
        from desktop_admin.services.sample import open_sample

        return open_sample(data_folder(), progress=told and _in_steps(told))

    return open_it


def _in_steps(told: Callable[[int, int], object]) -> Callable[[int, int], None]:
    """Tell the window, and at every whole per cent a terminal where one listens."""
    last = [-1]

    def tell(done: int, total: int) -> None:
        percent = 100 * done // max(1, total)
        told(done, total)
        if percent == last[0]:
            return
        last[0] = percent
        if sys.stderr is not None and sys.stderr.isatty():
            end = "\n" if done >= total else ""
            said = _("Building the sample shop: {percent} %").format(percent=percent)
            print(f"\r{said}", end=end, file=sys.stderr, flush=True)

    return tell


def found(answers: Founding) -> str:
    """Found a shop as the guide was told; answers the address of its database."""
    from desktop_admin.services import policies, shop
    from desktop_admin.services.command import new_request
    from desktop_admin.services.errors import Refused
    from desktop_admin.services.operators.secrets import checked_hash

    if answers.backups and not Path(answers.backups).is_dir():
        raise Refused(N_("There is no folder “{folder}”."), field="backups", folder=answers.backups)
    names = (answers.login, answers.administrator, answers.shop)
    database = shop.found(
        answers.url,
        name=answers.shop,
        admin_login=answers.login,
        admin_password_hash=checked_hash(answers.password, names=names, field="password"),
        branch_name=answers.branch,
        admin_name=answers.administrator,
    )
    try:
        if answers.backups:
            said = {"backup_copy": answers.backups}
            change = partial(policies.change, request=new_request(), values=said)
            database.write(change, actor=shop.system_actor(database))
    finally:
        database.close()
    return answers.url
