"""Errors that are meant to be read: a rule that said no, and trouble from outside."""

from typing import Self

from desktop_admin.i18n import _
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
    """A rule said no: shown at the field it names, and everything is rolled back."""

    @classmethod
    def of(cls, error: RuleError, *, field: str = "") -> Self:
        """Wrap a rule's refusal, naming the field it belongs to."""
        refused = cls(error.message, field=field)
        refused.facts = dict(error.facts)
        return refused


class Trouble(_Spoken):
    """Something outside failed: what happened, whether the data is safe, and what to do now."""
