"""Members' phones, cards, names and the keys by which they are found."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from desktop_admin.services.rules.words import N_, RuleError

LONGEST_NAME = 64
MOST_WORDS = 4
MOST_ALTERNATIVES = 16

_CN_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_CN_LANDLINE = re.compile(r"0(?:10|2[0-9])[0-9]{8}|0[3-9][0-9]{2}[0-9]{7,8}|[48]00[0-9]{7}|[2-9][0-9]{6,7}")
_FOREIGN = re.compile(r"\+[1-9][0-9]{6,14}")
_PHONE_NOISE = re.compile(r"[\s().\-–—・·/]")
_EXCEL_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]+")
_CARD = re.compile(r"[A-Z0-9]{4,32}")
_NAME_NOISE = re.compile(r"[\s·・.,'’\-]+")
_RUN = re.compile(r"[0-9]+|[a-z]+|[^0-9a-z]+")
_NO_FOLD: Mapping[int, str] = {}


def normalise_phone(text: str) -> str:
    """Return a phone as it is stored: 11 digits for a mobile here, +digits for one abroad.

    Drops +86, spaces, dashes and full-width forms; refuses what is no phone, and numbers that a
    spreadsheet has rounded (1.38E+10).
    """
    folded = unicodedata.normalize("NFKC", text).strip().lstrip("'")
    if _EXCEL_NUMBER.fullmatch(folded):
        raise RuleError(
            N_("“{text}” is a number a spreadsheet has shortened; the digits are lost."),
            text=text.strip(),
        )
    digits = re.sub(r"^([0-9]{7,15})\.0+$", r"\1", folded)
    digits = _PHONE_NOISE.sub("", digits)
    digits = re.sub(r"^00(?=[1-9])", "+", digits)
    if digits.startswith("+86"):
        digits = _home(digits[3:])
    elif re.fullmatch(r"86(1[3-9][0-9]{9})", digits):
        digits = digits[2:]
    if any(kind.fullmatch(digits) for kind in (_CN_MOBILE, _CN_LANDLINE, _FOREIGN)):
        return digits
    raise RuleError(N_("“{text}” is not a phone number."), text=text.strip())


def _home(digits: str) -> str:
    """Return a number after +86 as it is dialled here; landlines lose their 0 abroad."""
    if _CN_MOBILE.fullmatch(digits) or digits.startswith("0"):
        return digits
    return digits if re.fullmatch(r"[48]00[0-9]{7}", digits) else f"0{digits}"


def mask_phone(phone: str) -> str:
    """Hide the middle of a phone: 138****5678."""
    if len(phone) <= 7:
        return "*" * max(0, len(phone) - 2) + phone[-2:]
    hidden = len(phone) - 7
    return f"{phone[:3]}{'*' * hidden}{phone[-4:]}"


def last_four(phone: str) -> str:
    """Return the last four digits people are asked for."""
    return phone[-4:]


def normalise_card(text: str) -> str:
    """Return a card number without spaces and dashes, in capitals; 4 to 32 letters and digits."""
    card = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _CARD.fullmatch(card):
        raise RuleError(N_("A card number has 4 to 32 letters and digits."))
    return card


def card_number(sequence: int, prefix: str = "8", digits: int = 12) -> str:
    """Return a new card's number: prefix, running number and a check digit (Luhn, ISO 7812)."""
    body = f"{prefix}{sequence:0{digits - len(prefix) - 1}d}"
    if sequence < 0 or len(body) != digits - 1 or not body.isdecimal():
        raise RuleError(N_("There are no card numbers left."))
    return body + str(luhn_digit(body))


def luhn_digit(body: str) -> int:
    """Return the check digit that belongs behind a row of digits."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def normalise_name(text: str) -> str:
    """Return a name with single spaces; refuses an empty one and control characters."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise RuleError(N_("A name is needed."))
    if len(name) > LONGEST_NAME:
        raise RuleError(N_("A name has at most {most} characters."), most=LONGEST_NAME)
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in name):
        raise RuleError(N_("The name holds characters that cannot be shown."))
    return name


def fold_name(text: str, fold: Mapping[int, str] = _NO_FOLD) -> str:
    """Return a name as it is compared: width, case and (with a table) script made equal.

    The table maps code points as `str.translate` takes them: traditional to simplified.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(fold)
    return _NAME_NOISE.sub(" ", folded).strip()


@dataclass(frozen=True)
class KeyMatch:
    """One key, or all keys from `low` up to but without `high`."""

    low: str
    high: str = ""

    @property
    def exact(self) -> bool:
        """Say whether one key is meant."""
        return not self.high

    def matches(self, key: str) -> bool:
        """Say whether a stored key is meant; what the SQL does with = or with two bounds."""
        return key == self.low if self.exact else self.low <= key < self.high


def search_keys(
    name: str,
    phone: str = "",
    cards: Iterable[str] = (),
    pinyin_initials: str = "",
    pinyin_full: str = "",
    fold: Mapping[int, str] = _NO_FOLD,
) -> frozenset[str]:
    """Return every key under which a member is found; phone and cards as stored.

    p: phone, 4: its last four, c: card, g: one and two characters of the name, i: initials,
    y: pinyin without spaces, or a Latin name and each of its words. Other readings of a name
    follow a "|".
    """
    keys: set[str] = set()
    if phone:
        keys |= {f"p:{phone.lstrip('+')}", f"4:{last_four(phone)}"}
    keys |= {f"c:{card.casefold()}" for card in cards}
    folded = fold_name(name, fold)
    compact = folded.replace(" ", "")
    keys |= {f"g:{gram}" for gram in _grams(compact)}
    if compact.isascii():
        keys |= {f"y:{word}" for word in (compact, *folded.split()) if word}
        keys.add(f"i:{''.join(word[0] for word in folded.split())}")
    keys |= {f"i:{reading}" for reading in _readings(pinyin_initials)}
    keys |= {f"y:{reading}" for reading in _readings(pinyin_full)}
    return frozenset(keys - {"i:"})


def _grams(text: str) -> set[str]:
    return {*text, *(text[at : at + 2] for at in range(len(text) - 1))}


def _readings(text: str) -> list[str]:
    readings = (re.sub(r"[^a-z]", "", part.casefold()) for part in text.split("|"))
    return [reading for reading in readings if reading]


def query_keys(text: str, fold: Mapping[int, str] = _NO_FOLD) -> tuple[tuple[KeyMatch, ...], ...]:
    """Return how a typed text is looked up: any of the alternatives, each an intersection.

    Four digits are the end of a phone or the beginning of a card; letters are initials, pinyin,
    a Latin name or a card; other characters are grams of the name. Nothing typed gives nothing.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(fold)
    joined = re.sub(r"[\s()\-+]", "", folded)
    if joined.isdecimal() and joined.isascii():
        words = [joined]
    else:
        words = fold_name(text, fold).split()[:MOST_WORDS]
    if not words:
        return ()
    alternatives = [
        tuple(dict.fromkeys(match for part in choice for match in part))
        for choice in product(*(_word(word) for word in words))
    ]
    return tuple(dict.fromkeys(alternatives))[:MOST_ALTERNATIVES]


def _prefix(kind: str, text: str) -> KeyMatch:
    low = f"{kind}:{text}"
    return KeyMatch(low, low[:-1] + chr(ord(low[-1]) + 1))


def _word(word: str) -> list[tuple[KeyMatch, ...]]:
    """Return the alternatives for one word."""
    if word.isascii() and word.isdecimal():
        return _digits(word)
    if word.isascii() and word.isalnum():
        kinds = "iyc" if word.isalpha() else "cy"
        return [(_prefix(kind, word),) for kind in kinds]
    grams = [word[at : at + 2] for at in range(len(word) - 1)] or [word]
    found: list[tuple[KeyMatch, ...]] = [tuple(KeyMatch(f"g:{gram}") for gram in grams)]
    runs = _RUN.findall(word)
    if len(runs) > 1:  # 张5678, 王xm: each part for itself
        found += [
            tuple(match for part in choice for match in part) for choice in product(*(_word(run) for run in runs))
        ]
    return found


def _digits(word: str) -> list[tuple[KeyMatch, ...]]:
    local = word
    if re.fullmatch(r"(?:00)?86(1[3-9][0-9]{9})", word):
        local = word[-11:]
    if _CN_MOBILE.fullmatch(local):
        return [(KeyMatch(f"p:{local}"),), (KeyMatch(f"c:{word}"),)]
    found: list[tuple[KeyMatch, ...]] = [(_prefix("p", word),), (_prefix("c", word),)]
    return [(KeyMatch(f"4:{word}"),), *found] if len(word) == 4 else found
