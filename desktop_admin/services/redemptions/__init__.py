"""Redemptions: placing debits and reserves, fulfilling settles, cancelling and returning give back.

Commands: `place`; `advance`, `ship`, `set_tracking`, `collect`, `serve`, `slip_printed`; `cancel`,
`return_`. Many at once: `advance_all`, in a job. Queries: `counts`, `page`, `page_count`, `find`,
`open_of_member`, `detail`, `slip`. States and what leads where: `services/rules/redemptions.py`.
"""

from desktop_admin.services.redemptions.details import detail, slip
from desktop_admin.services.redemptions.fulfilling import (
    RowResult,
    advance,
    advance_all,
    collect,
    serve,
    set_tracking,
    ship,
    slip_printed,
)
from desktop_admin.services.redemptions.placing import place
from desktop_admin.services.redemptions.queues import (
    QUEUES,
    counts,
    find,
    open_of_member,
    page,
    page_count,
)
from desktop_admin.services.redemptions.records import (
    Back,
    Detail,
    EventDetail,
    LineDetail,
    Part,
    PaymentDetail,
    Placed,
    QueueCount,
    QueueRow,
    Slip,
    SlipLine,
    SlipPrinted,
    Stepped,
    Undone,
    Wanted,
)
from desktop_admin.services.redemptions.undoing import cancel, return_

__all__ = [
    "QUEUES",
    "Back",
    "Detail",
    "EventDetail",
    "LineDetail",
    "Part",
    "PaymentDetail",
    "Placed",
    "QueueCount",
    "QueueRow",
    "RowResult",
    "Slip",
    "SlipLine",
    "SlipPrinted",
    "Stepped",
    "Undone",
    "Wanted",
    "advance",
    "advance_all",
    "cancel",
    "collect",
    "counts",
    "detail",
    "find",
    "open_of_member",
    "page",
    "page_count",
    "place",
    "return_",
    "serve",
    "set_tracking",
    "ship",
    "slip",
    "slip_printed",
]
