"""What a file really is, told by its first bytes, and whether its container is safe to open."""

from __future__ import annotations

import zipfile
from pathlib import Path

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.spreadsheets.cells import MIB, FileKind, Limits

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_WEB = (b"<html", b"<!doc", b"<tabl", b"<meta", b"<head")
_OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"SQLite format": "SQLite",
    b"\x7fELF": "program",
    b"MZ\x90": "program",
}
_TOO_LARGE = N_("The file is too large: {size:,} bytes; at most {most:,} can be imported here.")
_BOMB = N_("The file unpacks to far more than a real workbook would; it was not opened.")
_DAMAGED = N_("The workbook is damaged and cannot be read.")


def kind_of(path: Path, limits: Limits) -> FileKind:
    """Say whether the file is a workbook or a text table, by content and not by name.

    Refuses empty files, old, macro, binary and protected workbooks, and what is no table at all.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise Trouble(
            N_("The file {name} cannot be read: {reason}."),
            name=path.name,
            reason=error.strerror or str(error),
        ) from error
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused(N_("The file {name} is empty."), name=path.name)
    if head.startswith(_OLE):
        raise _old_workbook(path, size, limits)
    if head.startswith(_ZIP):
        _within(size, limits.workbook_bytes)
        guard(path, limits)
        return FileKind.XLSX
    _refuse_foreign(head, path.name)
    _within(size, limits.text_bytes)
    return FileKind.CSV


def guard(path: Path, limits: Limits) -> None:
    """Refuse a zip container that is a bomb, protected, unsafe or not a plain workbook."""
    try:
        with zipfile.ZipFile(path) as container:
            entries = container.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise Refused(_DAMAGED) from error
    if len(entries) > limits.entries or sum(e.file_size for e in entries) > limits.unpacked_bytes:
        raise Refused(_BOMB)
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        raise Refused(_DAMAGED)
    for entry in entries:
        _guard_entry(entry, limits)
    _refuse_other_office(names)


def _guard_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if entry.flag_bits & 0x1:
        raise Refused(N_("The workbook is protected by a password; save it without one first."))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(_DAMAGED)
    if entry.file_size > MIB and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        raise Refused(_BOMB)
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
        raise Refused(_DAMAGED)


def _refuse_other_office(names: set[str]) -> None:
    lower = {name.lower() for name in names}
    if any(name.endswith("vbaproject.bin") for name in lower):
        raise Refused(N_("The workbook contains macros (.xlsm); save it as .xlsx first."))
    if "xl/workbook.bin" in lower:
        raise Refused(N_("This is a binary workbook (.xlsb); save it as .xlsx first."))
    if "content.xml" in lower and "mimetype" in lower:
        raise Refused(N_("This is an OpenDocument file; save it as .xlsx first."))
    if "[content_types].xml" not in lower or "_rels/.rels" not in lower:
        raise Refused(N_("This is a zip archive, not a workbook."))
    if any(name.startswith(("word/", "ppt/")) for name in lower):
        raise Refused(N_("This is an Office document, but not a workbook."))


def _old_workbook(path: Path, size: int, limits: Limits) -> Refused:
    if size <= limits.workbook_bytes:
        content = path.read_bytes()
        if "EncryptedPackage".encode("utf-16-le") in content:
            return Refused(
                N_("The workbook is protected by a password; save it without one first.")
            )
    return Refused(N_("This is an old Excel file (.xls); open it in Excel and save it as .xlsx."))


def _refuse_foreign(head: bytes, name: str) -> None:
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise Refused(N_("{name} is not a spreadsheet ({what})."), name=name, what=what)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower()
    if start in _WEB:
        raise Refused(
            N_("{name} is a web page under another name; open it in Excel and save it as .xlsx."),
            name=name,
        )
    if start == b"<?xml":
        raise Refused(N_("{name} is an XML file; save it as .xlsx first."), name=name)


def _within(size: int, most: int) -> None:
    if size > most:
        raise Refused(_TOO_LARGE, size=size, most=most)
