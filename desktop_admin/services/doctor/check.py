"""What a check is: a code, a sentence, and a query that finds nothing in sound books."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    message: str  # marked for translation
    sql: str  # the first column is the id of the row at fault, the others are figures
