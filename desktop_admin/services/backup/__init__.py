"""Backups: made, kept, examined, rehearsed and restored. The names other modules use."""

from desktop_admin.services.backup.examining import Examined, Progress, examine
from desktop_admin.services.backup.keeping import BackupRow, BackupState, due, last, listing, mark_external, state
from desktop_admin.services.backup.making import Made, make
from desktop_admin.services.backup.restoring import (
    Restored,
    RestorePlan,
    Vanishing,
    drill,
    note_recovery,
    plan,
    record_drill,
    restore,
    restore_file,
)

__all__ = [
    "BackupRow", "BackupState", "Examined", "Made", "Progress", "RestorePlan", "Restored", "Vanishing", "drill", "due",
    "examine", "last", "listing", "make", "mark_external", "note_recovery", "plan", "record_drill", "restore",
    "restore_file", "state",
]  # fmt: skip
