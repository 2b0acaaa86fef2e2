"""How a rule says no: a message for translation and its facts, translated elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:
    """Mark a message for extraction without translating it; rules know no language."""
    return message


class Words(str):
    """A fact that is itself a message for translation, such as the title of a state."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message for translation and what fills it, kept apart until somebody reads it."""

    message: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.facts)


class RuleError(ValueError):
    """A rule said no: an English message with {facts} to fill in, kept apart for translation."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        return self.message.format(**self.facts)


def plain_line(text: str) -> str:
    """One line of text without what cannot be seen: control signs, marks that turn the direction of writing."""
    seen = "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in text)
    return " ".join(seen.split())
