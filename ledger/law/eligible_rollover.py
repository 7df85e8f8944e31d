"""What may be rolled over: payments that never may, and until when one may be put back."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.events import EventKind
from ledger.law import rule

# the reason of an event -> what IRC 402(c)(4) leaves out, in words for the refusal
NOT_ELIGIBLE_REASONS = {
    "hardship": "a hardship distribution",
    "rmd": "a required minimum distribution",
    "long_term_care": "a distribution for premiums of long-term care insurance",
}
_PERIODIC = "02"  # Form 5329: substantially equal periodic payments
_DEFAULT = "default"
_SIXTY_DAYS = timedelta(days=60)


@rule("IRC 402(c)(4); Treas. Reg. 1.402(c)-2", evidence="S")
def why_not_eligible(kind: EventKind, reason: str = "", exception: str = "") -> str:
    """Return what a payment is that may not be rolled over, "" where it may be.

    >>> why_not_eligible(EventKind.DISTRIBUTION, "hardship")
    'a hardship distribution'
    >>> why_not_eligible(EventKind.DISTRIBUTION)
    ''
    """
    periodic = "one of a series of periodic payments" if exception == _PERIODIC else ""
    return kind.spec.not_eligible or NOT_ELIGIBLE_REASONS.get(reason) or periodic


@rule("IRC 402(c)(3)(C)(ii); Instructions for Forms 1099-R and 5498, code M", evidence="S")
def is_qualified_offset(kind: EventKind, reason: str) -> bool:
    """Tell whether a loan offset came with the end of the job or of the plan.

    Such an offset may be rolled over until the return is due, extensions included. ``reason`` is
    "default" for the offset of a loan that was in default while the job and the plan went on.
    """
    return kind is EventKind.LOAN_OFFSET and reason != _DEFAULT


@rule("IRC 402(c)(3)(A), 408(d)(3)(A); Pub. 590-A, Time Limit for Making a Rollover", evidence="S")
def is_within_sixty_days(paid: date, put_back: date) -> bool:
    """Tell whether money is put back in time: by the 60th day after the day it was received.

    >>> is_within_sixty_days(date(2024, 3, 1), date(2024, 4, 30))
    True
    >>> is_within_sixty_days(date(2024, 3, 1), date(2024, 5, 1))
    False
    """
    return paid <= put_back <= paid + _SIXTY_DAYS
