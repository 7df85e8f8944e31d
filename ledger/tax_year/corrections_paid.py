"""Corrective distributions of plans: what was paid, and what of it is income."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.chart import TaxCharacter
from ledger.events import Event, EventKind
from ledger.law import corrective
from ledger.law.limits import is_returned_in_time
from ledger.money import ZERO, Money


def paid_back(event: Event) -> Money:
    """Return what was paid: the excess with its gain, or less its loss (cents)."""
    return event.money("amount") + (event.earnings or ZERO)


def taxed_of(event: Event) -> Money:
    """Return what of a corrective distribution is income of the year it is paid in (cents)."""
    taxed_before = event.sources[0].character is not TaxCharacter.PRE_TAX
    earnings = event.earnings or ZERO
    return corrective.taxable_part(event.money("amount"), earnings, taxed_before=taxed_before)


def wages_of(events: Iterable[Event], year: int) -> Money:
    """Return what plans paid back, or changed, that is taxed as wages of a year (cents).

    A deferral above the limit is income of the year it was deferred in, whenever it came back; its
    earnings, where that was in time, of the year in which they were paid (IRC 402(g)(1), (2)(C)).
    A failed test's excess, and what was recharacterized of one, is of the year of that.
    """
    return Money.total(_wages_of(events, year))


def _wages_of(events: Iterable[Event], year: int) -> Iterator[Money]:
    for event in events:
        if event.kind is EventKind.EXCESS_DEFERRAL_RETURN:
            # a Roth deferral was taxed as wages when it was made
            taxed = event.sources[0].character is TaxCharacter.PRE_TAX
            yield event.money("amount") if taxed and event.tax_year == year else ZERO
            in_time = is_returned_in_time(event.tax_year, event.day)
            yield (event.earnings or ZERO) if in_time and event.day.year == year else ZERO
        elif event.day.year != year:
            continue
        elif event.kind is EventKind.ADP_RECHARACTERIZATION:
            yield corrective.recharacterized_income(event.money("amount"))
        elif event.kind is EventKind.CORRECTIVE_DISTRIBUTION:
            yield taxed_of(event) if corrective.is_wages(event.reason) else ZERO
