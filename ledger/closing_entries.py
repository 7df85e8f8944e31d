"""Closing entries: the basis that moves at year end, as the forms of the year say.

A traditional IRA's basis belongs to the person and leaves at year end (Form 8606); Roth layers
are used up by the year's distributions. The entries are derived on every run, never stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.chart import Outside, Pool, outside, roth_ira_pool, traditional_ira_pool
from ledger.forms.form import Form
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money
from ledger.person import Carried
from ledger.records import Event, EventKind


@dataclass(frozen=True)
class YearOfBasis:
    """One person's year as the closing entries need it (amounts in cents)."""

    taxpayer: str
    year: int
    form: Form
    nondeductible: Money
    brought_forward: Money
    moved_in: Money  # basis that plan rollovers and a divorce posted during the year
    carried: Money
    roth_taken: Money  # basis taken out of the Roth layers by distributions


def closing_entries(of: YearOfBasis) -> tuple[JournalEntry, ...]:
    """Return the year's closing entries for one person; each balances in basis."""
    return tuple(_entries(of))


def opening_entries(taxpayer: str, year: int, brought: Carried) -> tuple[JournalEntry, ...]:
    """Return the entries for basis that a person brings into the first year of the books."""
    layers = [x.taxable + x.nontaxable for x in brought.roth_layers]
    roth = Money.total([brought.roth_regular, *layers])
    moves = ((traditional_ira_pool(taxpayer), brought.traditional), (roth_ira_pool(taxpayer), roth))
    return tuple(
        _entry(_event(pool, date(year, 1, 1), taxpayer), pool, outside(Outside.OPENING), amount,
               "basis brought into the books")
        for pool, amount in moves
        if amount
    )


def _entries(of: YearOfBasis) -> Iterator[JournalEntry]:
    form, year_end = of.form, date(of.year, 12, 31)
    traditional, roth = traditional_ira_pool(of.taxpayer), roth_ira_pool(of.taxpayer)
    from_pool, to_roth = _event(traditional, year_end, of.taxpayer), form.amount("17")
    if of.nondeductible:
        yield _entry(from_pool, traditional, outside(Outside.PAY), of.nondeductible,
                     "nondeductible contributions become basis", "Form 8606, line 1")
    if to_roth:
        yield _entry(from_pool, roth, traditional, to_roth, "basis moved by conversions",
                     "Form 8606, line 17")
    if form.amount("18"):
        yield _entry(from_pool, roth, outside(Outside.TAXED), form.amount("18"),
                     "taxed part of conversions becomes basis", "Form 8606, line 18")
    left = of.brought_forward + of.moved_in + of.nondeductible - to_roth - of.carried
    if left:
        yield _entry(from_pool, outside(Outside.CASH), traditional, left,
                     "basis recovered by distributions", "Form 8606, line 12")
    if of.roth_taken:
        event = _event(roth, year_end, of.taxpayer)
        yield _entry(event, outside(Outside.CASH), roth, of.roth_taken,
                     "Roth contributions and conversions taken out", "IRC 408A(d)(4)")


def _event(pool: Pool, day: date, taxpayer: str) -> Event:
    return Event(f"year {day.year} of {taxpayer}", day, pool.account, EventKind.CLOSING)


def _entry(
    event: Event, gets: Pool, gives: Pool, basis: Money, reason: str, cite: str = ""
) -> JournalEntry:
    postings = (Posting(gets, ZERO, basis), Posting(gives, ZERO, -basis))
    return JournalEntry(event, postings, reason, derived=True, cite=cite)
