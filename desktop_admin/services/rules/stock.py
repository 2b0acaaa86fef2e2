"""Stock: what each kind of movement does, and when stock is low."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from desktop_admin.services.rules.words import N_, RuleError

MOST_PIECES = 10**9


class MovementKind(StrEnum):
    """Why stock changed."""

    RECEIVE = "receive"
    ISSUE = "issue"  # out for the shop's own use
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    COUNT = "count"  # the difference a count found, either way
    WRITE_OFF = "write_off"
    RETURN = "return"
    RESERVE = "reserve"
    RELEASE = "release"
    HAND_OVER = "hand_over"  # reserved pieces of a redemption leave the house


MOVEMENT_TITLES: Mapping[MovementKind, str] = MappingProxyType(
    {
        MovementKind.RECEIVE: N_("received"),
        MovementKind.ISSUE: N_("issued for own use"),
        MovementKind.TRANSFER_OUT: N_("sent to another branch"),
        MovementKind.TRANSFER_IN: N_("came from another branch"),
        MovementKind.COUNT: N_("difference found by a count"),
        MovementKind.WRITE_OFF: N_("written off"),
        MovementKind.RETURN: N_("returned"),
        MovementKind.RESERVE: N_("reserved"),
        MovementKind.RELEASE: N_("no longer reserved"),
        MovementKind.HAND_OVER: N_("handed over"),
    }
)

# What one piece does to (on hand, reserved).
_SIGNS: Mapping[MovementKind, tuple[int, int]] = MappingProxyType(
    {
        MovementKind.RECEIVE: (1, 0),
        MovementKind.ISSUE: (-1, 0),
        MovementKind.TRANSFER_OUT: (-1, 0),
        MovementKind.TRANSFER_IN: (1, 0),
        MovementKind.COUNT: (1, 0),
        MovementKind.WRITE_OFF: (-1, 0),
        MovementKind.RETURN: (1, 0),
        MovementKind.RESERVE: (0, 1),
        MovementKind.RELEASE: (0, -1),
        MovementKind.HAND_OVER: (-1, -1),
    }
)


@dataclass(frozen=True)
class Effect:
    """Signed changes of a movement."""

    on_hand: int
    reserved: int


@dataclass(frozen=True)
class Level:
    """Stock of one item at one branch."""

    on_hand: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        """What may still be promised."""
        return self.on_hand - self.reserved


def effect(kind: MovementKind, pieces: int) -> Effect:
    """Return what a movement changes; only a count's difference may be below zero."""
    if abs(pieces) > MOST_PIECES:
        raise RuleError(N_("At most {most:,} pieces can be moved at once."), most=MOST_PIECES)
    if pieces == 0 or (pieces < 0 and kind is not MovementKind.COUNT):
        raise RuleError(N_("The number of pieces must be above zero."))
    on_hand, reserved = _SIGNS[kind]
    return Effect(on_hand * pieces, reserved * pieces)


def moved(level: Level, kind: MovementKind, pieces: int) -> Level:
    """Return the stock after a movement; refuses to promise or give what is not there."""
    change = effect(kind, pieces)
    after = Level(level.on_hand + change.on_hand, level.reserved + change.reserved)
    if after.reserved < 0:
        raise RuleError(N_("Only {reserved:,} pieces are reserved."), reserved=level.reserved)
    if after.on_hand < 0 or after.available < 0:
        raise RuleError(N_("Only {available:,} pieces are available."), available=level.available)
    return after


def count_difference(level: Level, counted: int) -> int:
    """Return the signed difference a count found; refuses a count below zero."""
    if not 0 <= counted <= MOST_PIECES:
        raise RuleError(N_("A count is 0 to {most:,} pieces."), most=MOST_PIECES)
    return counted - level.on_hand


class StockState(StrEnum):
    """How urgent an item's stock is."""

    OUT = "out"
    LOW = "low"
    REORDER = "reorder"
    ENOUGH = "enough"


STOCK_STATE_TITLES: Mapping[StockState, str] = MappingProxyType(
    {
        StockState.OUT: N_("sold out"),
        StockState.LOW: N_("low"),
        StockState.REORDER: N_("order again"),
        StockState.ENOUGH: N_("enough"),
    }
)


def classify(level: Level, safety: int, reorder_point: int = 0) -> StockState:
    """Classify what is available: none, below safety, at or below the reorder point, enough."""
    if level.available <= 0:
        return StockState.OUT
    if level.available < safety:
        return StockState.LOW
    return StockState.REORDER if level.available <= reorder_point else StockState.ENOUGH
