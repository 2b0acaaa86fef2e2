"""The empty workbook of a kind of import: titles that map themselves, lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import N_, _
from desktop_admin.services.spreadsheets.kinds import Field, ImportKind
from desktop_admin.services.spreadsheets.neutral import clean
from desktop_admin.services.spreadsheets.tables import Column, Shape, WrittenFile
from desktop_admin.services.spreadsheets.writing import Styles, workbook, write_header

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

PREPARED_ROWS = 5_000
_LONGEST_LIST = 255  # characters of a list written into a validation; longer ones go on a sheet

_SHAPES = {
    "text": Shape.TEXT,
    "code": Shape.CODE,
    "whole": Shape.WHOLE,
    "money": Shape.MONEY,
    "date": Shape.DATE,
    "moment": Shape.MOMENT,
    "choice": Shape.TEXT,
}
_HOW = {
    "text": N_("Text"),
    "code": N_("Text; every digit is kept"),
    "whole": N_("Whole number"),
    "money": N_("Amount, such as 128.50"),
    "date": N_("Date, such as 2026-03-15"),
    "moment": N_("Date and time, such as 2026-03-15 14:30"),
    "choice": N_("One of the list"),
}


def write_template(
    path: Path, kind: ImportKind, *, lists: Mapping[str, Sequence[str]] | None = None
) -> WrittenFile:
    """Write the workbook to fill in; `lists` offers the shop's own words by field (tiers, branches).

    Columns are formatted and checked by Excel while typing; a second sheet explains each.
    """
    offered = dict(lists or {})
    with workbook(path, streaming=False) as (book, temporary):
        styles = Styles(book)
        sheet = book.add_worksheet(_(kind.title)[:31])
        notes = book.add_worksheet(_("Notes"))
        titles = [f"{_(f.title)} *" if f.required else _(f.title) for f in kind.fields]
        columns = [
            Column(title, _SHAPES[f.shape]) for title, f in zip(titles, kind.fields, strict=True)
        ]
        write_header(sheet, styles, columns)
        for index, (field, column) in enumerate(zip(kind.fields, columns, strict=True)):
            least = max(14, len(column.title) * 2 + 2)
            sheet.set_column(index, index, least, styles.cells[column.shape])
            words = offered.get(field.name) or [word for word, _value in field.choices]
            checked = _check(field, words, notes, index)
            if checked:
                sheet.data_validation(1, index, PREPARED_ROWS, index, checked)
        _write_notes(notes, styles, kind)
        book.close()
        size = temporary.stat().st_size
    return WrittenFile(path, 0, size)


def _check(field: Field, words: Sequence[str], notes: Worksheet, index: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"error_title": _(field.title)[:32], "error_type": "stop"}
    if words:
        rule |= {"validate": "list", "source": _source(words, notes, index)}
        if field.shape != "choice":
            rule["error_type"] = "warning"
        return rule
    if field.shape == "whole":
        return rule | {"validate": "integer", "criteria": "between",
                       "minimum": -(10**12), "maximum": 10**12,
                       "error_message": _(_HOW["whole"])}  # fmt: skip
    if field.shape == "money":
        return rule | {"validate": "decimal", "criteria": "between",
                       "minimum": -(10**12), "maximum": 10**12,
                       "error_message": _(_HOW["money"])}  # fmt: skip
    if field.shape in ("date", "moment"):
        return rule | {"validate": "date", "criteria": "between",
                       "minimum": "=DATE(1900,3,1)", "maximum": "=DATE(2199,12,31)",
                       "error_message": _(_HOW[field.shape])}  # fmt: skip
    return {}


def _source(words: Sequence[str], notes: Worksheet, index: int) -> list[str] | str:
    """Put a list into the rule itself, or, where Excel does not take that, on the notes sheet."""
    from xlsxwriter.utility import xl_col_to_name

    short = len(",".join(words)) <= _LONGEST_LIST and not any("," in word for word in words)
    if short and not any(word.startswith("=") for word in words):
        return [clean(word) for word in words]
    column = 10 + index
    for row, word in enumerate(words):
        notes.write_string(row, column, clean(word))
    notes.set_column(column, column, None, None, {"hidden": True})
    letters = xl_col_to_name(column)
    name = notes.get_name().replace("'", "''")
    return f"='{name}'!${letters}$1:${letters}${len(words)}"


def _write_notes(sheet: Worksheet, styles: Styles, kind: ImportKind) -> None:
    titles = (N_("Column"), N_("Needed"), N_("What to write"), N_("Example"), N_("Note"))
    for index, width in enumerate((26, 10, 40, 26, 60)):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, _(titles[index]), styles.header)
    for row, field in enumerate(kind.fields, start=1):
        how = _(_HOW[field.shape])
        if field.choices:
            how = " / ".join(word for word, _value in field.choices)
        needed = _("yes") if field.required else ""
        note = _(field.note) if field.note else ""
        for index, text in enumerate((_(field.title), needed, how, field.example, note)):
            sheet.write_string(row, index, clean(text), styles.value)
    sheet.freeze_panes(1, 0)
