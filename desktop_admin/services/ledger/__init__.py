"""The books of points: how credits open lots, debits eat them, and reversals give back. No commands here; the
services that move points (points, purchases, redemptions, expiry …) post through ``Posting``."""

from desktop_admin.services.ledger.account import NEVER, Account, Lot, LotTerms
from desktop_admin.services.ledger.posting import Posting
from desktop_admin.services.ledger.sheet import Entry, EntryFacts

__all__ = ["NEVER", "Account", "Entry", "EntryFacts", "Lot", "LotTerms", "Posting"]
