"""Files of purchases and members into the shop: looked at, judged row by row, weighed, written, resumed, undone.

Callers say ``imports.run(database, actor, plan, progress)``. Reading and judging go on outside any transaction;
writing is done in chunks of less than a second.
"""

from desktop_admin.services.imports.batches import batch, count, page, problems, statements
from desktop_admin.services.imports.looking import inspect, preview
from desktop_admin.services.imports.records import (
    BatchRow,
    DryRun,
    Figures,
    Imported,
    Looked,
    Options,
    Plan,
    PreviewRow,
    Problem,
    Progress,
    Quiet,
    SeenBefore,
    Undone,
)
from desktop_admin.services.imports.rejecting import template, write_rejects
from desktop_admin.services.imports.running import dry_run, problems_of, resume, run
from desktop_admin.services.imports.undoing import undo

__all__ = [
    "BatchRow", "DryRun", "Figures", "Imported", "Looked", "Options", "Plan", "PreviewRow", "Problem", "Progress",
    "Quiet", "SeenBefore", "Undone", "batch", "count", "dry_run", "inspect", "page", "preview", "problems",
    "problems_of", "resume", "run", "statements", "template", "undo", "write_rejects",
]  # fmt: skip
