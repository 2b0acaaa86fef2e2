"""Makes workbooks by hand, so that each can be wrong in exactly one way."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELS = (
    f'{HEAD}<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK_RELS = (
    f'{HEAD}<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId9" Type="{_OFFICE}/externalLink" Target="http://example.invalid/x" '
    'TargetMode="External"/></Relationships>'
)
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="3">'
    '<numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
    '<numFmt numFmtId="171" formatCode="00000"/>'
    '<numFmt numFmtId="172" formatCode="[Red]0.00E+00"/></numFmts>'
    '<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/>'
    '<xf numFmtId="171"/><xf numFmtId="172"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def workbook(properties: str = "") -> str:
    """Return the workbook part, with properties such as date1904="1"."""
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><workbookPr {properties}/>'
        '<sheets><sheet name="数据" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def strings(*texts: str) -> str:
    """Return the shared strings; texts are XML already."""
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'{HEAD}<sst xmlns="{MAIN}">{items}</sst>'


def sheet(rows: str, *, before: str = "", after: str = "") -> str:
    """Return a sheet part around rows that are XML already."""
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def inline(place: str, text: str) -> str:
    """Return a cell with its text in it."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{inline("A1", "姓名")}{inline("B1", "手机")}{inline("C1", "积分")}</row>'


def table(*rows: str, before: str = "", after: str = "") -> str:
    """Return a sheet with the titles 姓名, 手机, 积分 and further rows."""
    return sheet(HEADER + "".join(rows), before=before, after=after)


def parts(**changed: str | bytes | None) -> dict[str, str | bytes]:
    """Return the parts of a good workbook; `sheet`, `strings` ... replace one, None drops it."""
    names = {
        "types": "[Content_Types].xml",
        "rels": "_rels/.rels",
        "workbook": "xl/workbook.xml",
        "workbook_rels": "xl/_rels/workbook.xml.rels",
        "styles": "xl/styles.xml",
        "strings": "xl/sharedStrings.xml",
        "sheet": "xl/worksheets/sheet1.xml",
    }
    made: dict[str, str | bytes | None] = {
        "types": TYPES,
        "rels": RELS,
        "workbook": workbook(),
        "workbook_rels": WORKBOOK_RELS,
        "styles": STYLES,
        "strings": strings("text"),
        "sheet": table(),
        **changed,
    }
    return {names.get(name, name): text for name, text in made.items() if text is not None}


def write(path: Path, entries: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a container."""
    with zipfile.ZipFile(path, "w", method) as container:
        for name, content in entries.items():
            container.writestr(name, content)
    return path


def make(folder: Path, **changed: str | bytes | None) -> Path:
    """Write a workbook that is good but for the parts given."""
    return write(folder / "made.xlsx", parts(**changed))


def patch_directory(path: Path, *, flag: int | None = None, size: int | None = None) -> Path:
    """Lie in the zip directory: set the flag bits or the unpacked size of the last entry."""
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    if flag is not None:
        struct.pack_into("<H", data, at + 8, flag)
    if size is not None:
        struct.pack_into("<I", data, at + 24, size)
    path.write_bytes(bytes(data))
    return path


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
