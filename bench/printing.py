"""A pick list of 1,000 lines laid out, against ten of a hundred: pages may not cost more the more there are."""

from __future__ import annotations

import os
import sys

from bench.measure import Result, at_most, interleaved

GOAL = 1.3


def run() -> list[Result]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from desktop_admin.views.printing.printing import lay_out
    from tests.views.printing.samples import documents

    app = QApplication.instance() or QApplication([sys.argv[0], "-style", "Fusion"])
    long, short = (documents(many=many)[4] for many in (1_000, 100))
    ours, floor = interleaved(lambda: lay_out(long), lambda: [lay_out(short) for _ in range(10)])
    assert app is not None
    return [at_most("1,000 lines to pick laid out", "ten times a hundred lines", ours, floor, GOAL)]
