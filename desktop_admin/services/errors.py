"""Errors that are meant to be read: a rule that said no, and trouble from outside."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Self

from desktop_admin.i18n import N_, _, format_instant
from desktop_admin.services.rules.words import RuleError, Words


class _Spoken(Exception):
    """A message marked for translation plus its facts; translated only when it is shown."""

    def __init__(self, message: str, *, field: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.facts = facts

    def text(self) -> str:
        """Return the sentence in the present language with its facts filled in."""
        facts = {
            name: _(str(fact)) if isinstance(fact, Words) else fact
            for name, fact in self.facts.items()
        }
        try:
            return _(self.message).format(**facts)
        except (LookupError, ValueError):  # a translation that names a fact we do not have
            return str(self)

    def __str__(self) -> str:
        try:
            return self.message.format(**self.facts)
        except (LookupError, ValueError):
            return self.message


class Refused(_Spoken):
    """A rule said no: shown at the field it names, and everything is rolled back.

    `remember` is run in a transaction of its own after that: a wrong PIN is counted all the same.
    """

    remember: Callable[[Any], None] | None = None

    @classmethod
    def of(cls, error: RuleError, *, field: str = "") -> Self:
        """Wrap a rule's refusal, naming the field it belongs to."""
        refused = cls(error.message, field=field)
        refused.facts = dict(error.facts)
        return refused


class NeedsApproval(Refused):
    """Above what the operator may do alone: a second operator can allow it (services/approvals)."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the record after it was read for editing: not a failure but a question.

    `when` is a UTC instant; `before` what the other person found, `after` what stands there now,
    both by field name; `version` is the one to save with when one's own values are kept.
    """

    def __init__(
        self,
        who: str,
        when: datetime,
        *,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        version: int = 0,
    ) -> None:
        super().__init__(
            N_("{who} changed this at {when}, while you were editing it."), who=who, when=when
        )
        self.who, self.when = who, when
        self.before, self.after = dict(before), dict(after)
        self.version = version

    def text(self) -> str:
        """Say who changed it and when, in the shop's time."""
        return _(self.message).format(who=self.who, when=format_instant(self.when))


class Trouble(_Spoken):
    """Something outside failed: what happened, whether the data is safe, and what to do now."""


class Unsettled(Trouble):
    """The connection went while a commit was under way, and no answer came since: perhaps it was done.

    With a `request` it is noted on this machine, and the server is asked for it until it answers.
    """

    def __init__(self, request: str = "") -> None:
        checking = N_(
            "The server did not answer in time, so it is not known yet whether this was booked. "
            "It is being checked and you will be told; do not enter it again."
        )
        alone = N_(
            "The server did not answer in time, so it is not known whether this was booked. "
            "Doing the same again is safe: nothing is booked twice."
        )
        super().__init__(checking if request else alone, offline=True)
        self.request = request
        self.act: Any = None  # what was noted of it


class NotBooked(Trouble):
    """What was unsettled was not done, and never will be under this request."""

    def __init__(self) -> None:
        super().__init__(N_("It was checked: this was not booked, nothing happened. You can do it again now."))
