"""The small parts of a workbook: its sheets, its number formats, its shared strings."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass

from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets.cells import Cell, Limits
from desktop_admin.services.spreadsheets.xlsx_cells import Style, checked
from desktop_admin.services.spreadsheets.xml import DAMAGED, feed, local, parser, tree

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_MOST_SHEETS = 255
_DATE_IDS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.|E[+-]', re.IGNORECASE)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class SheetPart:
    """Where a sheet lies in the container."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True)
class Parts:
    """What the cells of every sheet refer to."""

    sheets: tuple[SheetPart, ...]
    styles: tuple[int, ...]
    strings: list[Cell]
    epoch_1904: bool


def read_parts(container: zipfile.ZipFile, limits: Limits) -> Parts:
    """Read the table of sheets, the number formats and the shared strings."""
    office = _relations(container, "")
    workbook = next((target for _id, kind, target in office if kind == "officeDocument"), None)
    if workbook is None:
        raise Refused(DAMAGED)
    root = tree(container, workbook)
    relations = _relations(container, workbook)
    named = {kind: target for _id, kind, target in relations}
    sheets = {i: target for i, kind, target in relations if kind == "worksheet"}
    have = set(container.namelist())
    return Parts(
        sheets=_sheets(root, sheets, have),
        styles=_styles(container, named["styles"]) if named.get("styles") in have else (),
        strings=_strings(container, named["sharedStrings"], limits.cell_characters)
        if named.get("sharedStrings") in have
        else [],
        epoch_1904=any(
            local(node.tag) == "workbookPr" and node.get("date1904") in ("1", "true", "on")
            for node in root
        ),
    )


def _relations(container: zipfile.ZipFile, part: str) -> list[tuple[str, str, str]]:
    """Read (id, kind, target) of what a part refers to; links to other files are left out."""
    folder, name = posixpath.split(part)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    found = []
    for node in tree(container, where):
        target = node.get("Target", "")
        if node.get("TargetMode") == "External" or not target:
            continue
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        kind = node.get("Type", "").rsplit("/", 1)[-1]
        found.append((node.get("Id", ""), kind, posixpath.normpath(path)))
    return found


def _sheets(root: object, parts: dict[str, str], have: set[str]) -> tuple[SheetPart, ...]:
    found = []
    for node in root.iter():  # type: ignore[attr-defined]
        if local(node.tag) != "sheet":
            continue
        key = node.get(f"{{{_RELATIONS}}}id") or node.get(f"{{{_STRICT_RELATIONS}}}id") or ""
        if key not in parts:
            continue  # a sheet that is only a chart
        if parts[key] not in have:
            raise Refused(DAMAGED)
        visible = node.get("state", "visible") == "visible"
        found.append(SheetPart(node.get("name", ""), parts[key], visible))
    if not found or len(found) > _MOST_SHEETS:
        raise Refused(DAMAGED)
    return tuple(found)


def _styles(container: zipfile.ZipFile, part: str) -> tuple[int, ...]:
    """Answer for each cell format whether it shows dates, plain numbers or leading zeros."""
    root = tree(container, part)
    codes: dict[str, str] = {}
    formats: list[int] = []
    for group in root:
        if local(group.tag) == "numFmts":
            codes = {node.get("numFmtId", ""): node.get("formatCode", "") for node in group}
        elif local(group.tag) == "cellXfs":
            for node in group:
                key = node.get("numFmtId", "0")
                formats.append(_style(codes.get(key), key))
    return tuple(formats)


def _style(code: str | None, key: str) -> int:
    if code is None:
        return Style.DATE if key.isdigit() and int(key) in _DATE_IDS else Style.PLAIN
    if re.search(r"\[(h+|m+|s+)\]", code, re.IGNORECASE):
        return Style.PLAIN  # an elapsed time is a number
    first = _NOT_CODE.sub("", code.split(";")[0])
    if first.lower() == "general":
        return Style.PLAIN
    if re.fullmatch("0{2,15}", first) and first == code.split(";")[0]:
        return Style.PADDED + len(first)
    return Style.DATE if re.search("[ymdhs]", first, re.IGNORECASE) else Style.PLAIN


def _strings(container: zipfile.ZipFile, part: str, most: int) -> list[Cell]:
    """Read the shared strings: runs joined, phonetic guides left out."""
    found: list[Cell] = []
    pieces: list[str] = []
    state = {"text": False, "guide": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = name.rsplit(":", 1)[-1]
        if tag == "t":
            state["text"] = not state["guide"]
        elif tag == "rPh":
            state["guide"] = True

    def end(name: str) -> None:
        tag = name.rsplit(":", 1)[-1]
        if tag == "t":
            state["text"] = False
        elif tag == "rPh":
            state["guide"] = False
        elif tag == "si":
            found.append(checked(unescape("".join(pieces)), most))
            pieces.clear()

    def data(text: str) -> None:
        if state["text"]:
            pieces.append(text)

    made = parser()
    made.StartElementHandler, made.EndElementHandler = start, end
    made.CharacterDataHandler = data
    for _piece in feed(made, container, part):
        pass
    return found


def unescape(text: str) -> str:
    """Turn _x000D_ back into the character it stands for."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text)
