"""How much of a traditional IRA contribution may be deducted."""

from __future__ import annotations

from ledger.law import rule
from ledger.law.figures import figures, statute
from ledger.money import ZERO, Money

JOINT = frozenset({"married_joint", "surviving_spouse"})


@rule("IRC 219(g)(2); Pub. 590-A, Worksheet 1-2")
def reduced_by_phase_out(limit: Money, magi: Money, start: Money, end: Money) -> Money:
    """Return a limit reduced over a range of modified AGI (dollars in cents).

    Rounded up to the next 10 dollars, and at least 200 until the range ends.

    >>> m = Money.dollars
    >>> reduced_by_phase_out(m(6500), m(121500), m(116000), m(136000))
    Money('4,720.00')
    """
    if magi <= start:
        return limit
    if magi >= end:
        return ZERO
    step = statute().money("phase_out_multiple").cents
    # rounded up once, from the exact amount: a share rounded to the cent could lose a step
    steps = -(-limit.cents * (end - magi).cents // ((end - start).cents * step))
    rounded = Money(steps * step, limit.evidence | magi.evidence)
    # the floor does not lift a limit that is lower than the floor itself
    return min(limit, max(rounded, statute().money("phase_out_floor")))


@rule("IRC 219(g)(1), (3) and (7)")
def deduction_range(
    tax_year: int, filing_status: str, *, covered: bool, spouse_covered: bool
) -> tuple[Money, Money] | None:
    """Return the phase-out range of modified AGI, or None where the deduction is full.

    >>> deduction_range(2024, "single", covered=False, spouse_covered=False) is None
    True
    """
    fig = figures(tax_year)
    if covered:
        joint = filing_status in JOINT
        separate = filing_status == "married_separate"
        kind = "joint" if joint else "separate" if separate else "single"
        return fig.range(f"deduction_phase_out_{kind}")
    # a surviving spouse has no living spouse who could be covered
    if spouse_covered and filing_status in {"married_joint", "married_separate"}:
        kind = "joint" if filing_status == "married_joint" else "separate"
        return fig.range(f"deduction_phase_out_spouse_covered_{kind}")
    return None
