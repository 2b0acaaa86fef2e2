"""A form whose work is more than one transaction: it hashes, copies, or closes and takes an anchor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop_admin.services.errors import Refused
from desktop_admin.tasks import Progress
from desktop_admin.views.form import Form


class JobForm(Form):
    """A form whose work hashes or copies: it runs beside the writer, and writes when it is ready.

    `operation(values, request)` answers what `Tasks.run` shall do with its `Progress`.
    """

    def submit(self) -> None:
        """Run once."""
        if self.writing or not self.check():
            return
        try:
            job: Callable[[Progress], Any] = self._operation(self.values(), self.request)  # type: ignore[assignment]
        except Refused as error:
            self._failed(error)
            return
        self._set_writing(True)
        self.desk.tasks.run(self, job, self._done, self._failed)
