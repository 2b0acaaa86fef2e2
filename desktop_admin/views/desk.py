"""What a screen may know of the program around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from desktop_admin.i18n import _

if TYPE_CHECKING:
    from desktop_admin.services.connection.standing import Standing
    from desktop_admin.services.outage import Posted
    from desktop_admin.services.permissions import Permission
    from desktop_admin.services.work import Actor
    from desktop_admin.settings import Settings
    from desktop_admin.tasks import Tasks
    from desktop_admin.till import Till
    from desktop_admin.views.actions import Actions
    from desktop_admin.views.widgets.record_table import Shown


class Notices(Protocol):
    """Where short messages go."""

    def tell(
        self,
        text: str,
        *,
        tone: str = "good",
        action: str = "",
        act: Callable[[], object] | None = None,
    ) -> None: ...

    def report(self, error: Exception) -> None: ...

    def stay(
        self, text: str, *, tone: str = "bad", action: str = "", act: Callable[[], object] | None = None
    ) -> None: ...


class Desk(QObject):
    """The bridge from screens to the program: tasks, who works here, settings, notices, others."""

    actor_changed = Signal(object)  # Actor | None
    undo_changed = Signal(str)  # "Undo: adjust 张三 +50", "" when there is nothing
    status_changed = Signal(str)  # what the selection adds up to
    open_wanted = Signal(str, dict)
    connections_wanted = Signal()  # the shops this machine knows, to choose another
    standing_changed = Signal(object)  # how the line to the shop stands
    scanned = Signal(str)  # a barcode that no focused screen took

    def __init__(
        self,
        tasks: Tasks,
        settings: Settings,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.tasks, self.settings, self.notices = tasks, settings, notices
        self._actions: Actions | None = None
        self._till: Till | None = None
        self.standing: Standing | None = None
        self.drafts: dict[str, dict[str, Any]] = {}
        self.exporter: Callable[[Shown], None] | None = None
        self.new_password: Callable[[Actor, str], None] | None = None  # hears of one's own, in the background
        self._undo: tuple[str, Callable[[], object]] | None = None

    @property
    def actions(self) -> Actions:
        """Answer the actions of the program."""
        if self._actions is None:
            from desktop_admin.views.actions import Actions  # not before the first paint

            self._actions = Actions(self.settings, self)
        return self._actions

    @property
    def till(self) -> Till:
        """Answer what this machine does while the server is away."""
        if self._till is None:
            from desktop_admin.till import Till  # not before the first paint

            self._till = Till(self.tasks, self.settings.path.parent, self)
            self._till.failed.connect(lambda error: self.notices.report(error))
            self._till.booked.connect(self._booked)
        return self._till

    def _booked(self, posted: Posted) -> None:
        """Say what became of the purchases that were noted down."""
        from desktop_admin.models.outage import posted_words

        text, tone = posted_words(posted)
        self.notices.tell(text, tone=tone, action=_("Show"), act=self.till.list_wanted.emit)

    # --- who ------------------------------------------------------------------------------------

    @property
    def actor(self) -> Actor | None:
        """Answer who is signed in."""
        return self.tasks.actor

    def sign_in(self, actor: Actor | None) -> None:
        """Someone signed in (None: out); what the last one could undo is gone."""
        self.tasks.actor = actor
        self.offer_undo("", None)
        self.actor_changed.emit(actor)

    def can(self, permission: Permission | None) -> bool:
        """Say whether who is signed in may do this."""
        if permission is None:
            return True
        from desktop_admin.services.permissions import may  # not before the first paint

        return self.actor is not None and may(self.actor.role, permission)

    def stand(self, standing: Standing | None) -> None:
        """Tell how the line to the shop stands; None where that is not known."""
        self.standing = standing
        self.standing_changed.emit(standing)

    # --- where ----------------------------------------------------------------------------------

    def open(self, screen: str, **where: Any) -> None:
        """Show a screen by its id: `desk.open("members", member_id=7)`."""
        self.open_wanted.emit(screen, where)

    def status(self, text: str) -> None:
        """Show what is selected in the status bar."""
        self.status_changed.emit(text)

    def export(self, shown: Shown) -> None:
        """Export exactly what a table shows."""
        if self.exporter is not None:
            self.exporter(shown)

    # --- undo -----------------------------------------------------------------------------------

    def offer_undo(self, text: str, act: Callable[[], object] | None) -> None:
        """Name the last act that can be undone, and how: a reversal, never an eraser."""
        self._undo = (text, act) if act is not None else None
        self.undo_changed.emit(text if act is not None else "")

    def rename_undo(self, text: str) -> None:
        """The same, if it can still be undone, said in another language."""
        if self._undo is not None:
            self.offer_undo(text, self._undo[1])

    def undo(self) -> None:
        """Undo what was named last."""
        if self._undo is not None:
            act = self._undo[1]
            self.offer_undo("", None)
            act()

    # --- memory ---------------------------------------------------------------------------------

    def remember(self, place: str, value: Any) -> None:
        """Keep a plain value for this operator ("members/columns")."""
        if self.actor is not None:
            self.settings.remember(self.actor.operator_id, place, value)

    def recall(self, place: str) -> Any:
        """Answer what this operator's screen kept, or None."""
        actor = self.actor
        return self.settings.recall(actor.operator_id, place) if actor is not None else None
