"""Forms about operators: taking on, and editing with "changed while you were editing"."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from shiboken6 import isValid

from desktop_admin.i18n import N_, _
from desktop_admin.models.administration import ROLES
from desktop_admin.services import operators
from desktop_admin.services.branches import BranchName
from desktop_admin.services.errors import ChangedMeanwhile
from desktop_admin.services.operators import OperatorRow, Saved, Secret
from desktop_admin.tasks import Progress
from desktop_admin.views.administration.page import Page
from desktop_admin.views.administration.secret import SecretDialog
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.job_form import JobForm
from desktop_admin.views.notices import changed_meanwhile

_PERSON = (
    Field("name", N_("Name"), required=True, limit=60),
    Field("role", N_("Role"), "choice", choices=ROLES, required=True),
    Field("branch_id", N_("Branch"), "choice", translate=False, required=True),
    Field(
        "card", N_("Card of their own member account"), "scan", limit=40,
        placeholder=N_("nobody acts on their own account"),
    ),
)  # fmt: skip
_NEW = (Field("login", N_("Sign-in name"), required=True, limit=60), *_PERSON)


class OperatorForm(Form):
    """Asks which version shall stand where somebody else was faster."""

    stale = Signal(object)

    def _failed(self, error: Exception) -> None:
        super()._failed(error)
        if isinstance(error, ChangedMeanwhile):
            self.stale.emit(error)


class OperatorForms:
    """What the page of operators opens."""

    def __init__(self, page: Page, created: Callable[[int], None]) -> None:
        self._page, self._tell = page, created
        self._branches: tuple[BranchName, ...] = ()
        self._open: Form | None = None

    def offer(self, names: tuple[BranchName, ...]) -> None:
        """Offer these branches, also in a form that was opened before they were known."""
        self._branches = names
        if self._open is not None and isValid(self._open):
            self._choices(self._open)

    def add(self) -> None:
        """Take somebody on."""

        def operation(values: dict[str, Any], request: str) -> Any:
            said = values | {"card": values["card"] or ""}

            def job(progress: Progress) -> tuple[Saved, Secret]:
                secret = operators.new_secret()
                given = {**said, "secret_hash": secret.hash, "verifier": secret.verifier}
                add = partial(operators.create, request=request, **given)
                return progress.write(add), secret

            return job

        form = JobForm(self._page.desk, _NEW, operation, submit=N_("Take on"), draft="operators/new")
        self._choices(form)
        form.done.connect(partial(self._created, form))
        FormDialog(self._page.window(), N_("New operator"), form).open()

    def _created(self, form: Form, made: tuple[Saved, Secret]) -> None:
        self._tell(made[0].operator_id)
        name = str(form.values()["name"])
        SecretDialog(self._page.window(), name, made[1].plain).open()

    def edit(self, row: OperatorRow, version: int, mine: dict[str, Any] | None = None) -> None:
        """Change an operator; ``mine`` are values typed before somebody else was faster."""
        def operation(values: dict[str, Any], request: str) -> Any:
            said = values | {"card": values["card"] or ""}
            return partial(operators.edit, request=request, operator_id=row.id, version=version, **said)

        form = OperatorForm(self._page.desk, _PERSON, operation)
        self._choices(form)
        form.fill(row)
        if mine is not None:
            form.fill(mine)
        dialog = FormDialog(self._page.window(), N_("Edit operator"), form)
        form.done.connect(lambda _saved: self._page.desk.notices.tell(_("Saved.")))
        form.stale.connect(partial(self._ask_which, row, dialog))
        dialog.open()

    def _ask_which(self, row: OperatorRow, dialog: FormDialog, error: ChangedMeanwhile) -> None:
        form = dialog.form
        mine = form.values()
        titles = {field.name: _(field.title) for field in _PERSON}
        rows = [
            (titles[name], self._text(name, mine[name]), self._text(name, error.after.get(name)))
            for name in titles
            if (mine[name] or "") != (error.after.get(name) or "")
        ]

        def keep() -> None:
            dialog.close()
            self.edit(row, error.version, mine)

        def take() -> None:
            dialog.close()
            self._page.reload()

        changed_meanwhile(dialog, rows, keep, take)

    def _text(self, name: str, value: Any) -> str:
        if name == "role":
            return _(dict(ROLES).get(value, str(value)))
        if name == "branch_id":
            return next((b.name for b in self._branches if b.id == value), str(value))
        return str(value or "")

    def _choices(self, form: Form) -> None:
        self._open = form
        form.set_choices("branch_id", [(b.id, b.name) for b in self._branches])
