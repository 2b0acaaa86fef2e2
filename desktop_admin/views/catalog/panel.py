"""One item's page: picture and facts at the left, offers, stock and figures at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import _, format_money, format_number
from desktop_admin.models.records import RecordTable
from desktop_admin.models.stock import ITEM_STOCK
from desktop_admin.services import catalog
from desktop_admin.services.catalog import Affordable, ItemDetail, Picture
from desktop_admin.services.command import new_request
from desktop_admin.services.names import named
from desktop_admin.services.permissions import Permission
from desktop_admin.tasks import Progress, message_of
from desktop_admin.views import theme
from desktop_admin.views.catalog.forms import ItemForm, category_choices
from desktop_admin.views.catalog.offers import OffersView
from desktop_admin.views.notices import ask
from desktop_admin.views.widgets.badge import Badge
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.facts import Facts
from desktop_admin.views.widgets.image_view import ImageView
from desktop_admin.views.widgets.record_table import RecordTableView

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen

NARROW = 900  # px: below this the columns stand under each other
LEFT = 392  # px: the left one at most


class PictureBox(QWidget):
    """The picture, and how to change it: a file dialog, or a file dropped on it."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self._item_id, self._digest = 0, ""
        self.view = ImageView(side=132)
        self.view.setFixedSize(self.view.sizeHint())
        self.choose_button, self.remove_button = QPushButton(autoDefault=False), QPushButton(autoDefault=False)
        theme.set_icon(self.choose_button, "image")
        theme.mark(self.remove_button, kind="ghost")
        self.hint = QLabel(wordWrap=True)
        theme.mark(self.hint, text="caption")
        beside = QVBoxLayout()
        beside.setSpacing(6)
        for widget in (self.choose_button, self.remove_button):
            beside.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addWidget(self.hint)
        beside.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.view)
        row.addLayout(beside, 1)
        self.setAcceptDrops(True)
        self.choose_button.clicked.connect(self.choose)
        self.remove_button.clicked.connect(self.remove)

    def show_item(self, item: ItemDetail) -> None:
        """Ask for the picture of an item, where it is another than the one shown."""
        if (item.id, item.picture) != (self._item_id, self._digest):
            self._item_id, self._digest = item.id, item.picture
            self.view.set_bytes(None)
            if item.picture:
                self._screen.ask("picture", partial(catalog.picture, item_id=item.id), self._came, quiet=True)
        allowed = self._screen.desk.can(Permission.EDIT_CATALOG)
        self.choose_button.setVisible(allowed)
        self.hint.setVisible(allowed)
        self.remove_button.setVisible(allowed and bool(item.picture))

    def retranslate(self) -> None:
        """Set every text."""
        self.choose_button.setText(_("Choose a picture…"))
        self.remove_button.setText(_("Remove the picture"))
        self.hint.setText(_("Or drop a PNG or JPEG file here."))
        self.view.setAccessibleName(_("Picture"))

    def choose(self) -> None:
        """Choose a file."""
        self.dialog = QFileDialog(self.window(), _("Choose a picture"))
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.dialog.setNameFilter(_("Pictures") + " (*.png *.jpg *.jpeg)")
        self.dialog.fileSelected.connect(self.take)
        self.dialog.open()

    def take(self, path: str) -> None:
        """Read a file off the UI thread, make it small, and save it."""
        item_id, request = self._item_id, new_request()

        def job(progress: Progress) -> object:
            picture: Picture = catalog.pictures.read(path)
            return progress.write(partial(catalog.set_picture, request=request, item_id=item_id, picture=picture))

        self._screen.desk.tasks.run(self, job, self._saved, self._failed)

    def remove(self) -> None:
        """Take the picture away."""
        operation = partial(catalog.remove_picture, request=new_request(), item_id=self._item_id)
        self._screen.send(operation, self._saved)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file from who may change the catalog."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile() and self._screen.desk.can(Permission.EDIT_CATALOG):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the file."""
        event.acceptProposedAction()
        self.take(event.mimeData().urls()[0].toLocalFile())

    def _came(self, data: bytes) -> None:
        self.view.set_bytes(data)

    def _saved(self, _receipt: object) -> None:
        self._screen.desk.notices.tell(_("The picture was saved."))

    def _failed(self, error: Exception) -> None:
        self._screen.desk.notices.tell(message_of(error), tone="bad")


class ItemPanel(QWidget):
    """`back` to the list; `loaded(item)` when it is shown."""

    back = Signal()
    loaded = Signal(object)

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.item_id = 0
        self._force = False
        self.item: ItemDetail | None = None
        self._make_head()
        self.picture = PictureBox(screen)
        self.form = ItemForm(screen.desk)
        self.offers = OffersView(screen)
        self.stock = RecordTableView(RecordTable(ITEM_STOCK))
        screen.use_table(self.stock, "item-stock")
        self.figures = Facts(columns=2)
        self.facts_card, self.offers_card, self.stock_card = Card(), Card(), Card()
        for widget in (self.picture, self.form):
            self.facts_card.content.addWidget(widget)
        self.offers_card.content.addWidget(self.offers)
        self.stock_card.content.addWidget(self.figures)
        self.stock_card.content.addWidget(self.stock)
        self._lay_out()
        self.form.reread.connect(self._read_again)
        self.form.done.connect(self._saved)
        self.offers.reread.connect(self._read_again)
        self.offers.saved.connect(self._read_again)

    def _make_head(self) -> None:
        self.back_button = QToolButton()
        theme.set_icon(self.back_button, "arrow-left")
        self.back_button.clicked.connect(self.leave)
        self.name, self.code, self.badge = QLabel(), QLabel(), Badge()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.code.setTextFormat(Qt.TextFormat.PlainText)
        theme.mark(self.name, text="title")
        theme.mark(self.code, text="muted")
        self.buttons = QHBoxLayout()
        self.head = QHBoxLayout()
        self.head.setSpacing(12)
        for widget in (self.back_button, self.name, self.badge, self.code):
            self.head.addWidget(widget)
        self.head.addStretch(1)
        self.head.addLayout(self.buttons)

    def _lay_out(self) -> None:
        inside = QWidget()
        theme.mark(inside, kind="scrolled")
        self.columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self.columns.setContentsMargins(0, 0, 6, 0)
        self.columns.setSpacing(2 * theme.SPACE)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.facts_card)
        left.addStretch()
        for card in (self.offers_card, self.stock_card):
            right.addWidget(card)
        right.setSpacing(2 * theme.SPACE)
        right.addStretch()
        self.columns.addLayout(left, 4)
        self.columns.addLayout(right, 7)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.setMinimumWidth(theme.current().px(320))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self.head)
        column.addWidget(area, 1)

    # --- asking -----------------------------------------------------------------------------------

    def show_item(self, item_id: int) -> None:
        """Ask for an item and all that stands beside it."""
        self.item_id = item_id
        ask = self._screen.ask
        ask("tiers", catalog.tiers, self._tiers_came, quiet=True)
        ask("item", partial(catalog.item, item_id=item_id), self._came)
        ask("affordable", partial(catalog.affordable, item_id=item_id), self._affordable_came, quiet=True)

    def set_categories(self, categories: tuple[catalog.Category, ...]) -> None:
        """Offer these in the form."""
        self.form.set_choices("category_id", category_choices(categories))

    def _tiers_came(self, tiers: tuple[catalog.TierName, ...]) -> None:
        self.offers.model.show_tiers({tier.rank: named(tier.names) for tier in tiers})

    def _affordable_came(self, found: tuple[Affordable, ...]) -> None:
        self.offers.model.show_members({one.offer_id: one.members for one in found})

    def _came(self, item: ItemDetail) -> None:
        if item.id != self.item_id:
            return
        self.item = item
        self.form.show_item(item, force=self._force)
        self.form.allow(self._screen.desk.can(Permission.EDIT_CATALOG))
        self.offers.show_item(item, force=self._force)
        self._force = False
        self.picture.show_item(item)
        records = self.stock.records
        assert isinstance(records, RecordTable)
        records.set_records(item.stock)
        look = theme.current()
        self.stock.setVisible(bool(item.stock))
        head = self.stock.horizontalHeader().sizeHint().height()
        self.stock.setFixedHeight(look.px(36) * len(item.stock) + head + look.px(4))
        self._say()
        self.loaded.emit(item)

    def leave(self) -> None:
        """Go back to the list; what was typed and not saved is not thrown away without a question."""
        if not self.form.changes() and not self.offers.model.dirty:
            self.back.emit()
            return
        question = ask(
            self, _("Leave without saving?"), _("What you typed about this item was not saved."),
            _("Leave without saving"), self._let_go, danger=True,
        )  # fmt: skip
        question.no.setText(_("Go on with it"))

    def _let_go(self) -> None:
        self._read_again()
        self.back.emit()

    def _read_again(self) -> None:
        self._force = True
        self.show_item(self.item_id)

    def _saved(self, _receipt: object) -> None:
        self._screen.desk.notices.tell(_("The item was saved."))
        self._read_again()

    # --- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text."""
        self.back_button.setAccessibleName(_("Back to the list"))
        self.back_button.setToolTip(_("Back to the list"))
        self.facts_card.set_heading(_("Item"))
        self.offers_card.set_heading(_("Offers"))
        self.stock_card.set_heading(_("Stock"))
        self.stock.setAccessibleName(_("Stock"))
        self.picture.retranslate()
        self.offers.retranslate()
        self._say()

    def _say(self) -> None:
        item = self.item
        if item is None:
            return
        metrics = self.name.fontMetrics()
        self.name.setText(metrics.elidedText(item.name, Qt.TextElideMode.ElideRight, theme.current().px(380)))
        self.name.setToolTip(item.name)
        self.code.setText("  ".join(part for part in (item.code, item.barcode) if part))
        self.badge.say(_("Visible") if item.visible else _("Hidden"), "good" if item.visible else "muted")
        on_hand = sum(row.on_hand for row in item.stock)
        free = sum(row.available for row in item.stock)
        facts = [(_("Redeemed so far"), _("{count} pieces").format(count=format_number(item.redeemed)))]
        if item.kind == "goods":
            facts += [
                (_("On hand"), format_number(on_hand)),
                (_("Available"), format_number(free)),
                (_("Value at cost"), format_money(on_hand * item.cost)),
            ]
        else:
            facts.append((_("Stock"), _("not stocked")))
        self.figures.say(facts)

    # --- events -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where there is room for them."""
        super().resizeEvent(event)
        narrow = event.size().width() < theme.current().px(NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self.columns.setDirection(way)
        self.facts_card.setMaximumWidth(16777215 if narrow else theme.current().px(LEFT))
        self.code.setHidden(narrow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
