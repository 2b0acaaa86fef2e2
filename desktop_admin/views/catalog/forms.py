"""Forms about items and categories, with "changed while you were editing"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from desktop_admin.i18n import N_, _, format_money
from desktop_admin.models.catalog import KIND_TITLES
from desktop_admin.services import catalog
from desktop_admin.services.catalog import Category, ItemDetail
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.versioned_form import VersionedForm

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

FIELDS = (
    Field("name", N_("Name"), required=True, span=2, limit=80),
    Field("code", N_("Code"), "scan", required=True, limit=32),
    Field("barcode", N_("Barcode"), "scan", limit=32, placeholder=N_("scan it")),
    Field("kind", N_("Kind"), "choice", choices=tuple((k, KIND_TITLES[k]) for k in catalog.KINDS)),
    Field("category_id", N_("Category"), "choice", translate=False),
    Field("cost", N_("Cost"), "money"),
    Field("market_price", N_("Market price"), "money"),
    Field("shelf", N_("Shelf"), limit=32),
    Field("visible", N_("Visible in the catalog"), "check"),
    Field("description", N_("Description"), "note", span=2, limit=2000),
)
_BLANK: Mapping[str, Any] = {
    "category_id": 0, "cost": 0, "market_price": 0, "barcode": "", "shelf": "", "description": "", "kind": "goods",
}  # fmt: skip
_NEW: Mapping[str, Any] = {"kind": "goods", "category_id": 0, "visible": True}


def said(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, blanks filled in."""
    return {name: _BLANK.get(name) if value is None else value for name, value in values.items()}


def category_choices(categories: Sequence[Category]) -> list[tuple[int, str]]:
    """The categories to choose from, "none" first."""
    return [(0, _("none")), *((c.id, c.name) for c in categories)]


class ItemForm(VersionedForm):
    """An item's own facts."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.item: ItemDetail | None = None
        super().__init__(
            desk, FIELDS, self._edit, submit=N_("Save"), cancel=N_("Undo changes"), columns=2, parent=parent
        )
        self.cancelled.connect(self.reread)

    def show_item(self, item: ItemDetail, *, force: bool = False) -> None:
        """Show what is stored, unless it is the same item and something was typed."""
        same = self.item is not None and self.item.id == item.id
        if same and not force and (self.changes() or self.writing):
            return
        self.item, self.version = item, item.version
        self.fill({name: getattr(item, name) for name in self.editors})

    def allow(self, editable: bool) -> None:
        """Let it be edited or only read."""
        for editor in self.editors.values():
            editor.widget.setEnabled(editable)
        self.submit_button.setVisible(editable)
        self.cancel_button.setVisible(editable)

    def _edit(self, values: dict[str, Any], request: str) -> Any:
        assert self.item is not None
        return partial(
            catalog.edit_item, request=request, item_id=self.item.id, version=self.version, **said(values)
        )

    def mine(self) -> dict[str, Any]:
        """Answer what was typed, blanks filled in."""
        return said(self.values())

    def written(self, name: str, value: Any) -> str:
        """Answer how a field's value reads."""
        if name in ("cost", "market_price"):
            return format_money(value)
        if name == "kind":
            return _(KIND_TITLES[value])
        if name == "category_id":
            box: Any = self.editors[name].widget
            return str(box.itemText(box.findData(value))) if box.findData(value) >= 0 else str(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(value)


def item_dialog(window: QWidget, desk: Desk, categories: Sequence[Category], code: str = "") -> FormDialog:
    """The dialog that adds an item; `form.done` gives the receipt."""

    def operation(values: dict[str, Any], request: str) -> Any:
        return partial(catalog.add_item, request=request, **said(values))

    form = Form(desk, FIELDS, operation, submit=N_("Add item"), columns=2, draft="catalog/new")
    form.set_choices("category_id", category_choices(categories))
    if not form.values()["name"]:
        form.fill({**_NEW, "barcode": code})
    return FormDialog(window, N_("New item"), form, width=620)


def category_dialog(window: QWidget, desk: Desk, category: Category | None) -> FormDialog:
    """The dialog that adds or renames a category."""

    def operation(values: dict[str, Any], request: str) -> Any:
        values["position"] = values["position"] or 0
        if category is None:
            return partial(catalog.add_category, request=request, **values)
        return partial(
            catalog.edit_category, request=request, category_id=category.id, version=category.version, **values
        )

    fields = (
        Field("name", N_("Name"), required=True, limit=40),
        Field("position", N_("Position in lists"), "count", limit=6),
    )
    form = Form(desk, fields, operation)
    if category is not None:
        form.fill(category)
    title = N_("New category") if category is None else N_("Rename the category")
    return FormDialog(window, title, form)
