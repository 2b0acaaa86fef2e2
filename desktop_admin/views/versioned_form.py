"""A form about one stored record; a version that was overtaken becomes a question with both side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal

from desktop_admin.i18n import _
from desktop_admin.services.errors import ChangedMeanwhile
from desktop_admin.views.form import Form
from desktop_admin.views.notices import changed_meanwhile


class VersionedForm(Form):
    """A subclass says `mine` and `written`; `version` is the stored one it began from."""

    reread = Signal()  # the stored version is wanted
    version = 0

    def mine(self) -> dict[str, Any]:
        """Answer what would be stored now, by field."""
        raise NotImplementedError

    def written(self, name: str, value: Any) -> str:
        """Answer how a field's value reads."""
        raise NotImplementedError

    def titles(self) -> Mapping[str, str]:
        """Answer what the fields are called, marked for translation."""
        return {field.name: field.title for field in self.fields}

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, ChangedMeanwhile):
            super()._failed(error)
            return
        self._set_writing(False)
        changed = error

        def keep_mine() -> None:
            self.version = changed.version
            self.submit()

        rows = self._rows(changed.after)
        if not rows:  # both typed the same
            self.reread.emit()
            return
        self.question = changed_meanwhile(self, rows, keep_mine, self.reread.emit)

    def _rows(self, stored: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        titles = self.titles()
        both = (
            (name, self.written(name, value), self.written(name, stored[name]))
            for name, value in self.mine().items()
            if name in titles and name in stored
        )
        return [(_(titles[name]), mine, theirs) for name, mine, theirs in both if mine != theirs]
