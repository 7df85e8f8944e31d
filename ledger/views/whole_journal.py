"""The whole journal: every entry of all years, booked and derived, and what each year ends with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ledger.balances.days import Fold
from ledger.books import Books, Household
from ledger.chart import AccountKind, Outside, Pool, outside, roth_ira_pool, traditional_ira_pool
from ledger.closing import Worked
from ledger.events import Event, EventKind
from ledger.journal import Balance, Journal, JournalEntry, Posting
from ledger.money import ZERO, Money
from ledger.year_end import YearEnd


def whole_journal(books: Household, worked: Worked, through: int) -> Journal:
    """Bring together the day-by-day fold and the year-end entries of the records, to a year.

    ``worked`` holds the records of every year of the household up to ``through``.
    """
    fold = Fold(books)
    fold.through(date(through, 12, 31))
    of_years = [entry for record in worked.records for entry in record.entries]
    closing = [entry for entry in of_years if entry.event.kind is EventKind.CLOSING]
    filed = list(_as_filed(worked.records))
    entries = sorted([*closing, *filed, *fold.journal], key=_place)
    late = _made_late(books)
    balances = [one for record in worked.records for one in _balances(record, late)]
    return Journal(tuple(entries), tuple(balances))


def together(journals: Iterable[Journal]) -> Journal:
    """Bring the journals of several households into one, by day."""
    listed = list(journals)
    entries = sorted((entry for journal in listed for entry in journal.entries), key=_place)
    return Journal(tuple(entries), tuple(one for told in listed for one in told.balances))


def journal_of(taxpayer: str, journal: Journal, books: Books) -> Journal:
    """Keep what touches one person's accounts; both sides of such an entry stay."""
    accounts = {account.id for account in books.accounts_of(taxpayer)}

    def is_mine(account: str) -> bool:
        kind, *person = account.split(":", 2)  # "roth-iras:rose", "inherited-iras:rose:Ann Green"
        return account in accounts or (kind != "outside" and person[:1] == [taxpayer])

    entries = (
        entry
        for entry in journal.entries
        if is_mine(entry.event.account) or any(is_mine(p.pool.account) for p in entry.postings)
    )
    balances = (balance for balance in journal.balances if is_mine(balance.pool.account))
    return Journal(tuple(entries), tuple(balances))


def _place(entry: JournalEntry) -> tuple[date, int]:
    """Sort by day: basis brought in comes first, what the forms of a year move comes last."""
    if entry.event.kind is not EventKind.CLOSING:
        return entry.day, 1
    return entry.day, 0 if (entry.day.month, entry.day.day) == (1, 1) else 2


def _as_filed(records: Iterable[YearEnd]) -> Iterator[JournalEntry]:
    """Say where a year begins with the basis of a filed form and not with that of the books."""
    before: YearEnd | None = None
    for record in records:
        person = record.taxpayer.id
        if before is not None and before.taxpayer.id == person:
            stated = record.traditional_ira.basis_brought_forward
            change = stated - before.traditional_ira.basis_carried_forward
            if change:
                yield _adjusted(person, date(record.tax_year, 1, 1), change)
        before = record


def _adjusted(person: str, day: date, change: Money) -> JournalEntry:
    pool = traditional_ira_pool(person)
    event = Event(f"Form 8606 filed for {day.year - 1}", day, pool.account, EventKind.CLOSING)
    postings = (
        Posting(pool, ZERO, change),
        Posting(outside(Outside.OPENING), ZERO, -change),
    )
    reason = "basis as filed in place of the basis of the books"
    return JournalEntry(event, postings, reason, derived=True, cite="Form 8606, line 14")


def _made_late(books: Books) -> set[tuple[str, int]]:
    """Find who moved money in a Roth IRA after a year that it counts for (owner, tax year).

    The record of that year has it already, the journal on the day it moved.
    """
    roth = {a.id: a.owner for a in books.accounts.values() if a.kind is AccountKind.ROTH_IRA}
    return {
        (roth[account], event.tax_year)
        for event in (entry.event for entry in books.entries)
        for account in (event.account, event.to)
        if account in roth and event.tax_year < event.day.year
    }


def _balances(record: YearEnd, late: set[tuple[str, int]]) -> Iterator[Balance]:
    day, person, roth = date(record.tax_year, 12, 31), record.taxpayer.id, record.roth_ira
    for row in record.pools:
        pool = Pool(row.account, row.source)
        yield Balance(day, pool, row.closing_value, row.closing_basis)
    traditional = record.traditional_ira.basis_carried_forward
    yield Balance(day, traditional_ira_pool(person), None, traditional)
    if (person, record.tax_year) in late:
        return
    layers = (part for layer in roth.conversions for part in (layer.taxable, layer.nontaxable))
    total = Money.total([roth.regular, *layers])
    yield Balance(day, roth_ira_pool(person), None, total)
