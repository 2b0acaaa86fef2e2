"""When points go: policies, the last usable day, pending points and grace."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from desktop_admin.services.rules.dates import add_months, end_of_period
from desktop_admin.services.rules.words import N_, RuleError

NEVER = date(9999, 12, 31)
GRACE_DAYS = 30
MOST_MONTHS = 600
MOST_YEARS = 50
MOST_PENDING_DAYS = 3660


class ExpiryKind(StrEnum):
    """How the last usable day of points is found."""

    NEVER = "never"
    MONTHS = "months"
    END_OF_MONTH = "end_of_month"
    END_OF_QUARTER = "end_of_quarter"
    END_OF_HALF_YEAR = "end_of_half_year"
    END_OF_YEAR = "end_of_year"
    CALENDAR_YEAR = "calendar_year"
    INACTIVITY = "inactivity"


EXPIRY_TITLES = {
    ExpiryKind.NEVER: N_("never"),
    ExpiryKind.MONTHS: N_("a number of months after earning"),
    ExpiryKind.END_OF_MONTH: N_("at the end of the month, a number of months later"),
    ExpiryKind.END_OF_QUARTER: N_("at the end of the quarter, a number of months later"),
    ExpiryKind.END_OF_HALF_YEAR: N_("at the end of the half-year, a number of months later"),
    ExpiryKind.END_OF_YEAR: N_("at the end of the year, a number of months later"),
    ExpiryKind.CALENDAR_YEAR: N_("at the end of a calendar year, a number of years later"),
    ExpiryKind.INACTIVITY: N_("the whole balance, after months without activity"),
}

_PERIOD_MONTHS = {
    ExpiryKind.END_OF_MONTH: 1,
    ExpiryKind.END_OF_QUARTER: 3,
    ExpiryKind.END_OF_HALF_YEAR: 6,
    ExpiryKind.END_OF_YEAR: 12,
}


@dataclass(frozen=True)
class ExpiryPolicy:
    """A kind and its number: months, or years for a calendar year, nothing for never."""

    kind: ExpiryKind = ExpiryKind.NEVER
    number: int = 0


def usable_from(earned_on: date, pending_days: int = 0) -> date:
    """Return the first day on which points earned on a day may be spent."""
    return earned_on + timedelta(days=pending_days)


def expires_on(policy: ExpiryPolicy, earned_on: date, pending_days: int = 0) -> date:
    """Return the last usable day, in the shop's time zone (DOMAIN 3 and 12).

    Months count from earning; periods and years count from the day the points become usable.
    Inactivity gives the lot no day of its own: see `inactive_on`.
    """
    start = usable_from(earned_on, pending_days)
    match policy.kind:
        case ExpiryKind.NEVER | ExpiryKind.INACTIVITY:
            return NEVER
        case ExpiryKind.MONTHS:
            return add_months(earned_on, policy.number)
        case ExpiryKind.CALENDAR_YEAR:
            return date(start.year + policy.number, 12, 31)
    return end_of_period(add_months(start, policy.number), _PERIOD_MONTHS[policy.kind])


def inactive_on(policy: ExpiryPolicy, last_activity: date) -> date:
    """Return the last usable day of the whole balance after the last activity."""
    if policy.kind is not ExpiryKind.INACTIVITY:
        return NEVER
    return add_months(last_activity, policy.number)


def check_policy(policy: ExpiryPolicy, pending_days: int = 0) -> None:
    """Refuse a policy without sense, or one whose points could never be used on some day."""
    if not 0 <= pending_days <= MOST_PENDING_DAYS:
        raise RuleError(N_("Points can wait 0 to {most} days."), most=MOST_PENDING_DAYS)
    number, kind = policy.number, policy.kind
    if kind is ExpiryKind.NEVER and number:
        raise RuleError(N_("Points that never expire take no number of months."))
    if kind in (ExpiryKind.MONTHS, ExpiryKind.INACTIVITY) and not 1 <= number <= MOST_MONTHS:
        raise RuleError(N_("The number of months must be 1 to {most}."), most=MOST_MONTHS)
    if kind in _PERIOD_MONTHS and not 0 <= number <= MOST_MONTHS:
        raise RuleError(N_("The number of months must be 0 to {most}."), most=MOST_MONTHS)
    if kind is ExpiryKind.CALENDAR_YEAR and not 0 <= number <= MOST_YEARS:
        raise RuleError(N_("The number of years must be 0 to {most}."), most=MOST_YEARS)
    if kind is ExpiryKind.MONTHS and pending_days > _shortest_span(number):
        raise RuleError(
            N_("Points that wait {days} days and expire after {months} months are never usable."),
            days=pending_days,
            months=number,
        )


def _shortest_span(months: int) -> int:
    """Return the fewest days that so many months last, over every day of eight years.

    2097 to 2104 have no leap day until 2104, which is the shortest the calendar offers.
    """
    first = date(2097, 1, 1)
    days = (first + timedelta(days=offset) for offset in range(8 * 365))
    return min((add_months(day, months) - day).days for day in days)


def changed_expiry(existing: date, proposed: date) -> date:
    """Return a lot's last day after a policy changed: never shorter than it was."""
    return max(existing, proposed)


def is_usable(spendable_from: date, last_day: date, today: date) -> bool:
    """Say whether a lot may be spent today, through the whole of its last day."""
    return spendable_from <= today <= last_day


def grace_last_day(original_last_day: date, today: date, grace_days: int = GRACE_DAYS) -> date:
    """Return the last day of points given back today to a lot that ended on a day.

    A lot that has not ended keeps its day; an expired one opens again for the grace.
    """
    if original_last_day >= today:
        return original_last_day
    return today + timedelta(days=grace_days)


def days_left(last_day: date, today: date) -> int | None:
    """Return how many days the points can still be used after today; None for never."""
    return None if last_day == NEVER else (last_day - today).days
