"""A recordkeeper that no reader knows: its CSV, and the column maps that describe it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.simulated.printers.page import Page, money
from tests.simulated.truth import (
    AFTER_TAX,
    IN_PLAN_ROTH,
    MATCH,
    PRE_TAX,
    ROLLOVER,
    ROTH,
    Kind,
    Movement,
    Truth,
)

_BUCKETS = {
    PRE_TAX: "Before tax",
    MATCH: "Company money",
    AFTER_TAX: "Own money taxed",
    ROTH: "Roth money",
    IN_PLAN_ROTH: "Converted money",
    ROLLOVER: "Brought along",
}
_WORDS = {
    Kind.CONTRIBUTION: "Payroll",
    Kind.DIVIDEND: "Dividend",
    Kind.FEE: "Plan charge",
    Kind.CONVERSION_OUT: "Withdrawal",
    Kind.CONVERSION_IN: "In Plan Roth",
    Kind.PAYOUT: "Withdrawal",
    Kind.ROLLOVER_IN: "Check received",
}
MAP = (
    '[map]\nname = "plain-keeper"\ndates = ["YYYY-MM-DD"]\nplan = true\n\n[columns]\n'
    'date = "Posted"\ntype = "What"\nsource = "Bucket"\ninvestment = "Fund"\nunits = "Units"\n'
    'amount = "Total"\n\n[types]\n"Payroll" = "contribution"\n"Dividend" = "earnings"\n'
    '"Plan charge" = "fee"\n"Withdrawal" = "distribution"\n"In Plan Roth" = "conversion_in"\n'
    '"Check received" = "rollover_in"\n\n[sources]\n'
    + "".join(f'"{name}" = "{source}"\n' for source, name in _BUCKETS.items())
)


def mapped(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print a conversion as money out and money in, and the shares held beside the units moved."""
    page = Page().head("Posted,What,Bucket,Fund,Units,Shares,Total")
    held: Counter[tuple[str, str]] = Counter()
    for one in truth.movements[: movements[0].number - 1]:
        if one.account == movements[0].account:
            held[one.source, one.fund] += one.quanta
    for one in movements:
        held[one.source, one.fund] += one.quanta
        shares = truth.lattice.units(held[one.source, one.fund])
        page.row(
            f"{one.day},{_WORDS[one.kind]},{_BUCKETS[one.source]},{one.fund},"
            f"{truth.units_of(one)},{shares},{money(one.cents)}",
            one,
        )
    return page
