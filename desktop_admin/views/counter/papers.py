"""Bringing a receipt onto paper, or among the person's documents: in a thread, never asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from desktop_admin.i18n import N_, _
from desktop_admin.services import redemptions
from desktop_admin.services.members import MemberCard
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import Detail
from desktop_admin.views.counter import paper
from desktop_admin.views.counter.outcomes import Outcome

if TYPE_CHECKING:
    from desktop_admin.services.counter import Facts
    from desktop_admin.views.printing import Document
    from desktop_admin.views.screen import Screen


@dataclass(frozen=True)
class OnPaper:
    """What a receipt is made of."""

    outcome: Outcome
    card: MemberCard
    facts: Facts


class Papers(QObject):
    """Print and save the receipt of the last act."""

    def __init__(self, screen: Screen, last: Callable[[], OnPaper | None]) -> None:
        super().__init__(screen)
        self._screen, self._last = screen, last
        add = partial(screen.add_act, permission=Permission.SEE_MEMBERS)
        self.acts = (
            add("counter.print", N_("Print"), self.print_it, keys="Ctrl+P", icon="printer"),
            add("counter.save", N_("Save as PDF"), self.save_it, keys="Ctrl+S", icon="file-text"),
        )

    def print_it(self) -> None:
        """Print the receipt on the usual printer; what cannot be printed is kept as a PDF."""
        self._with_paper(self._print)

    def save_it(self) -> None:
        """Save the receipt as a PDF among the person's documents."""
        self._with_paper(self._save)

    def _with_paper(self, then: Callable[[Document], None]) -> None:
        last = self._last()
        if last is None:
            return
        if last.outcome.paper is not None:
            then(last.outcome.paper)
        elif last.outcome.order_id:

            def came(detail: Detail) -> None:
                actor = self._screen.desk.actor
                name = actor.name if actor is not None else ""
                then(paper.order_paper(last.facts, name, last.card, detail, last.outcome.title))

            query = partial(redemptions.detail, redemption_id=last.outcome.order_id)
            self._screen.ask("paper", query, came, quiet=True)

    def _print(self, document: Document) -> None:
        self._run(lambda _progress: printed(document), _("The receipt was printed."))

    def _save(self, document: Document) -> None:
        self._run(lambda _progress: _saved(document), _("Saved as {path}."))

    def _run(self, job: Callable[[Any], Any], words: str) -> None:
        desk = self._screen.desk

        def done(printed: Any) -> None:
            desk.notices.tell(words.format(path=printed.path or ""))

        desk.tasks.run(self._screen, job, done, desk.notices.report)


def printed(document: Document) -> Any:
    """Print on the usual printer, in a job; what cannot be printed is kept as a PDF."""
    from desktop_admin.views import printing  # its imports take a while, and this is a thread

    return printing.print_document(document, "", paper.folder())


def _saved(document: Document) -> Any:
    from desktop_admin.views import printing  # its imports take a while, and this is a thread

    place = paper.folder()
    place.mkdir(parents=True, exist_ok=True)
    return printing.save_pdf(document, place / printing.file_name(document))
