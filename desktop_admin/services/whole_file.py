"""Files that exist whole or not at all: written aside, flushed to the disk, moved into place."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Trouble


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step; after trouble the old file, if any, is as it was.

    Trouble when the disk is full, or the folder is missing or may not be written.
    """
    aside = ""
    try:
        number, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError as error:
        if aside:
            with suppress(OSError):
                os.unlink(aside)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = N_(
                "There is no room left on the disk for {name}. Nothing was written and the shop's "
                "data is safe. Free some space or choose another folder."
            )
        else:
            message = N_(
                "{name} could not be written in {folder}. The shop's data is safe. Choose another "
                "folder, or close the program that has the file open."
            )
        raise Trouble(message, name=path.name, folder=str(path.parent)) from error
