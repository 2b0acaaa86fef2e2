"""Redeeming at the counter: choose offers by a few letters, then how they reach the member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_money, format_number, format_points, ngettext
from desktop_admin.models.counter import offer_words, price
from desktop_admin.services import catalog, counter, redemptions
from desktop_admin.services.counter import OfferRow
from desktop_admin.services.redemptions import Wanted
from desktop_admin.services.rules.limits import Decision
from desktop_admin.services.work import Work
from desktop_admin.views import theme
from desktop_admin.views.counter.act_form import ActForm, Here, consent_field, consent_of
from desktop_admin.views.counter.offers import Basket, OfferBox, OfferDelegate
from desktop_admin.views.desk import Desk
from desktop_admin.views.form import Field
from desktop_admin.views.widgets.image_view import read_image

HOWS = (
    ("now", N_("Hand over now")),
    ("pickup", N_("Pick up later")),
    ("ship", N_("Ship")),
)


@dataclass(frozen=True)
class _Ahead:
    """What the basket would leave; shaped as the previews of points are."""

    before: int
    after: int
    cash: int
    decision: Decision = Decision.ALLOWED

    def text(self) -> str:
        return ""


class ConfirmForm(ActForm):
    """How it reaches the member, the member's yes, what it leaves."""

    title, icon, submit_word = N_("Redeem"), "gift", N_("Place the redemption")
    balance_word = N_("Can be used")

    def __init__(self, desk: Desk, here: Here, rows: list[tuple[OfferRow, int]]) -> None:
        self.rows = rows
        self.points = sum(row.points * count for row, count in rows)
        self.cash = sum(row.cash * count for row, count in rows)
        self.goods = any(row.kind == "goods" for row, _count in rows)
        consent = consent_field(here.facts) if self.points >= here.facts.consent_from else ()
        hows = (
            (
                Field("how", N_("How"), "pick", required=True, choices=HOWS),
                Field("address", N_("Address"), limit=300, visible=lambda values: values.get("how") == "ship",
                      placeholder=N_("blank: the member's own")),
            ) if self.goods else ()
        )  # fmt: skip
        super().__init__(desk, here, (*hows, *consent, Field("remark", N_("Remark"), limit=300)))
        if self.goods:
            self.editors["how"].set_value("now" if self._all_here() else "pickup")

    def begin(self) -> None:
        """Enter alone places it; where the member has to agree, that is typed first."""
        name = "consent" if "consent" in self.editors else "how" if self.goods else "remark"
        self.editors[name].widget.setFocus()
        self.look_ahead()

    def look_ahead(self) -> None:
        """Nothing has to be asked for: the price was read with the offers."""
        self._show_ahead(_Ahead(self.here.card.available, self.here.card.available - self.points, self.cash))

    def lines_of(self, answer: Any) -> list[tuple[str, str]]:
        """The lines of the basket."""
        lines = [
            (f"{row.name[:60]} × {format_number(count)}", price(row.points * count, row.cash * count))
            for row, count in self.rows
        ]
        if answer.cash:
            lines.append((_("Cash to take"), format_money(answer.cash)))
        return lines

    def command(self) -> Callable[..., Any]:
        """Place it."""
        return redemptions.place

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer what was chosen."""
        how = values.get("how", "none") or "pickup"
        return {
            "member_id": self.here.card.id,
            "lines": tuple(Wanted(row.offer_id, count) for row, count in self.rows),
            "delivery": {"now": "pickup"}.get(how, how), "hand_over": how == "now",
            "address": values.get("address") or "", "remark": values.get("remark") or "",
            **(consent_of(values) if "consent" in self.editors else {}),
        }  # fmt: skip

    def _all_here(self) -> bool:
        return all(row.kind != "goods" or row.stock >= count for row, count in self.rows)


class RedeemPanel(QStackedWidget):
    """First what, then how; ``done`` and ``cancelled`` as a form."""

    done = Signal(object)
    cancelled = Signal()
    title, icon = N_("Redeem"), "gift"

    def __init__(self, desk: Desk, here: Here) -> None:
        super().__init__()
        self.desk, self.here = desk, here
        self.form: ConfirmForm | None = None
        self._just_added = False
        self._rows: tuple[OfferRow, ...] = ()
        self.box, self.list, self.basket = OfferBox(), QListView(), Basket(self)
        self.list.setModel(self.basket)
        self.list.setItemDelegate(OfferDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.mark(self.list, kind="inset")
        self.sum, self.hint = QLabel(), QLabel()
        theme.mark(self.sum, text="strong")
        theme.mark(self.hint, text="caption")
        self.hint.setWordWrap(True)
        self.back, self.go = QPushButton(autoDefault=False), QPushButton(autoDefault=False)
        theme.mark(self.go, kind="primary")
        self._lay_out()
        self.box.textEdited.connect(self._typed)
        self.box.moved.connect(self._move)
        self.box.counted.connect(self._count)
        self.box.entered.connect(self._enter)
        self.list.clicked.connect(self._clicked)
        self.back.clicked.connect(self.cancelled)
        self.go.clicked.connect(self.confirm)
        self.basket.changed.connect(self._say_sum)
        self.retranslate()
        desk.tasks.read(self, "offers", partial(counter.offers, member_id=here.card.id), self._came)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.sum, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.go)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.box)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        column.addLayout(foot)
        self.addWidget(page)

    def retranslate(self) -> None:
        """Set every text."""
        self.box.setPlaceholderText(_("Name, code or barcode of an item"))
        self.box.setAccessibleName(_("Search offers"))
        self.list.setAccessibleName(_("Offers"))
        self.hint.setText(_("Enter takes the marked one, + and − count, Enter once more goes on."))
        self.back.setText(_("Back"))
        self.go.setText(_("Go on"))
        self._say_sum()

    def begin(self) -> None:
        """Type at once."""
        (self.form.begin if self.form is not None else self.box.setFocus)()

    @property
    def writing(self) -> bool:
        """Say whether it is being placed."""
        return self.form is not None and self.form.writing

    def take_code(self, code: str) -> None:
        """An item's barcode takes it."""
        found = [row for row in self._rows if code in (row.barcode, row.code)]
        if found and self.form is None:
            self._take(found[0])
        else:
            self.desk.notices.tell(_("Nothing on offer has this code."), tone="warn")

    def cancel(self) -> None:
        """One step back."""
        if self.form is None:
            self.cancelled.emit()
        elif not self.form.writing:
            self._drop_form()
            self.box.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties the box, then goes back."""
        if event.key() == Qt.Key.Key_Escape and self.form is None and not event.isAutoRepeat():
            if self.box.text():
                self.box.clear()
                self._typed("")
            else:
                self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def confirm(self) -> None:
        """Go on to how it reaches the member."""
        if not self.basket.wanted:
            self.desk.notices.tell(_("Choose what to redeem."), tone="warn")
            return
        rows = {row.offer_id: row for row in self._rows}
        self._drop_form()
        chosen = [(rows[one], count) for one, count in self.basket.wanted.items() if one in rows]
        self.form = ConfirmForm(self.desk, self.here, chosen)
        self.form.done.connect(self.done)
        self.form.cancelled.connect(self.cancel)
        self.addWidget(self.form)
        self.setCurrentWidget(self.form)
        self.form.begin()

    def _drop_form(self) -> None:
        if self.form is not None:
            self.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        self._just_added = False

    def _came(self, rows: tuple[OfferRow, ...]) -> None:
        self._rows = rows
        self._typed(self.box.text())
        ids = tuple(dict.fromkeys(row.item_id for row in rows if row.picture))
        if ids:
            self.desk.tasks.read(self, "pictures", partial(_pictures, item_ids=ids), self._pictures_came)

    def _pictures_came(self, pictures: dict[int, QImage]) -> None:
        self.basket.pictures = pictures
        self.list.viewport().update()

    def _typed(self, text: str) -> None:
        self._just_added = False
        self.basket.show(self._rows, text)
        if self.basket.rows:
            self.list.setCurrentIndex(self.basket.index(0))
        self._say_sum()

    def _move(self, step: int) -> None:
        self._just_added = False
        count = len(self.basket.rows)
        if count:
            self.list.setCurrentIndex(self.basket.index((self.list.currentIndex().row() + step) % count))

    def _current(self) -> OfferRow | None:
        row = self.list.currentIndex().row()
        return self.basket.rows[row] if 0 <= row < len(self.basket.rows) else None

    def _count(self, step: int) -> None:
        row = self._current()
        if row is not None:
            self._take(row, step)

    def _enter(self) -> None:
        row = self._current()
        if self._just_added or (row is None and self.basket.wanted):
            self.confirm()
        elif row is not None:
            self._take(row)

    def _clicked(self, index: QModelIndex) -> None:
        self._take(self.basket.rows[index.row()])

    def _take(self, row: OfferRow, step: int = 1) -> None:
        if row.why_not and step > 0:
            self.desk.notices.tell(f"{row.name[:40]}: {offer_words(row)[0]}", tone="warn")
            return
        self.basket.add(row, step)
        self._just_added = bool(self.basket.wanted)
        self.box.selectAll()

    def _say_sum(self) -> None:
        pieces, points, cash = self.basket.sums()
        if pieces:
            word = ngettext("{count} piece", "{count} pieces", pieces).format(count=format_number(pieces))
            left = self.here.card.available - points
            rest = _("leaves {points}").format(points=format_points(left))
            self.sum.setText(f"{word} · {price(points, cash)} · {rest}")
            theme.mark(self.sum, text="bad" if left < 0 else "strong")
        elif self._rows or not self.basket.every:
            self.sum.setText("")
        self.go.setEnabled(bool(pieces))


def _pictures(work: Work, *, item_ids: tuple[int, ...]) -> dict[int, QImage]:
    """Thumbnails, decoded off the UI thread."""
    return {key: read_image(data) for key, data in catalog.thumbnails(work, item_ids=item_ids).items()}
