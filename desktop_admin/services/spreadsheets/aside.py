"""Files of any length that exist whole or not at all: written aside and moved into place.

For bytes that are at hand there is `services.whole_file`; this is for what streams.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Trouble

_FULL = N_(
    "There is no room left on the disk for {name}. Nothing was written and the shop's data is "
    "safe. Free some space or choose another folder."
)
_REFUSED = N_(
    "{name} could not be written in {folder}. The shop's data is safe. Choose another folder, or "
    "close the program that has the file open."
)


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Give the name of a new file in the same folder; it takes the final name when all went well.

    After any error it is gone and the old file, if there was one, is as it was.  Trouble when the
    disk is full, the folder may not be written, or another program holds the file open.
    """
    made = ""
    try:
        number, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        os.close(number)
        yield Path(made)
        _flush(made)
        os.replace(made, path)
        _flush_folder(path.parent)
    except OSError as error:
        raise trouble(error, path) from error
    finally:
        if made:
            with suppress(OSError):
                os.unlink(made)


def trouble(error: OSError, path: Path) -> Trouble:
    """Say in plain words why a file could not be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return Trouble(_FULL if full else _REFUSED, name=path.name, folder=str(path.parent))


def _flush(name: str) -> None:
    with open(name, "rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable, where folders can be flushed."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
