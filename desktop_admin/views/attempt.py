"""One act as often as it takes: the request id of a form, and whether its outcome is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from desktop_admin.services.command import new_request
from desktop_admin.services.errors import NotBooked, Unsettled

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.tasks import Tasks


class Attempt:
    """Sends one act, never two at once, under an id that is kept until it is known what became of it.

    A refusal leaves the id: nothing was remembered of it, and what was refused may succeed. So does trouble: tried
    again, an act that was booked after all answers its first receipt. After success, and where it was found out that
    nothing was booked, the next act takes a new id.
    """

    def __init__(self) -> None:
        self.id = new_request()
        self.busy = False  # also while it is not known what became of it: until then nothing is typed or sent

    def renew(self) -> None:
        """Another act begins."""
        self.id = new_request()

    def send(
        self,
        tasks: Tasks,
        owner: QObject,
        operation: Callable[[Work], Any],
        done: Callable[[Any], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Write an act made with this id. `failed` hears of an unsettled one first, and of its end when it is known."""
        self.busy = True

        def came(answer: Any) -> None:
            self.over()
            done(answer)

        def went(error: Exception) -> None:
            self.over(error)
            failed(error)

        tasks.write(owner, operation, came, went)

    def over(self, error: Exception | None = None) -> None:
        """Hear how it ended."""
        if self.open_end(error):
            return
        self.busy = False
        if error is None or isinstance(error, NotBooked):
            self.renew()

    @staticmethod
    def open_end(error: Exception | None) -> bool:
        """Whether the answer is still to come."""
        return isinstance(error, Unsettled) and bool(error.request)
