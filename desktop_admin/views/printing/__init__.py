"""Paper: documents as data, laid out with the shop's language and printed, saved or previewed."""

from desktop_admin.views.printing.documents import (
    Document,
    Label,
    OperatorTotal,
    PackingSlip,
    PickLine,
    PickList,
    PickupSlip,
    Receipt,
    ReceiptLine,
    RecoverySheet,
    ShiftClose,
    SlipLine,
)
from desktop_admin.views.printing.errors import PrintFailed
from desktop_admin.views.printing.paper import (
    A4,
    A5,
    LABEL_60X40,
    LABEL_100X150,
    PAPERS,
    ROLL_80,
    Paper,
)
from desktop_admin.views.printing.printing import (
    Printed,
    file_name,
    print_document,
    print_on,
    printers,
    save_pdf,
    to_images,
    to_pdf,
    usual_paper,
)
from desktop_admin.views.printing.table_sheet import TableSheet

__all__ = [
    "A4", "A5", "LABEL_60X40", "LABEL_100X150", "PAPERS", "ROLL_80", "Document", "Label",
    "OperatorTotal", "PackingSlip", "Paper", "PickLine", "PickList", "PickupSlip", "PrintFailed",
    "Printed", "Receipt", "ReceiptLine", "RecoverySheet", "ShiftClose", "SlipLine", "TableSheet", "file_name",
    "print_document", "print_on", "printers", "save_pdf", "to_images", "to_pdf", "usual_paper",
]  # fmt: skip
