"""What a person's year cannot be worked out from: contributions out of time, impossible basis."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ledger.books import Household
from ledger.chart import EMPLOYER_ROTH, AccountKind
from ledger.documents import F1099R
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry
from ledger.law.figures import figures
from ledger.law.five_year_clocks import first_designated_roth_year, first_roth_ira_year
from ledger.law.limits import takes_employer_roth_money, takes_roth_employer_money
from ledger.money import ZERO
from ledger.tax_year.facts_of_year import Library
from ledger.tax_year.ira_events import IraEvents
from ledger.tax_year.person import Person
from ledger.tax_year.stated_basis import refuse_basis_above_limits


def refuse_impossible_facts(library: Library, person: Person, year: int) -> None:
    """Raise LedgerError for the first fact that a year cannot be worked out with."""
    me = person.taxpayer.id
    _stated_basis(library.books, person, year)
    _stated_years(library.books, person)
    _employer_roth_money(library.index.of(me, year))
    _plan_years(library.books, library.index.of(me, year))
    _employer_roth_iras(library.events, me, year)
    _contributed_in_time(library.events, me, year)
    _no_unrealized_appreciation(library.books, me, year)


def _contributed_in_time(events: IraEvents, owner: str, year: int) -> None:
    """Refuse a contribution for a year that took none any more, or not yet, on that day."""
    due, first = figures(year).day("ira_contribution_due_date"), date(year, 1, 1)
    for kind in (AccountKind.TRADITIONAL_IRA, AccountKind.ROTH_IRA):
        for event in events.contributions(owner, kind, year):
            # a postponed contribution counts for the year although its due date is over
            if first <= event.day <= due or (event.postponed and event.day > due):
                continue
            raise LedgerError(
                where=event.where,
                code="contribution_out_of_time",
                problem=f"the contribution of {event.day} is booked for {year}, which takes "
                f"contributions from {first} to {due}",
                remedy="check 'year' (IRC 219(f)(3)); where a disaster or service postponed the "
                "day for this person, say so in 'postponed' (Form 5498, box 13c)",
            )


def _no_unrealized_appreciation(books: Household, owner: str, year: int) -> None:
    """Refuse a year with employer stock paid out in kind: its gain is taxed when it is sold.

    IRC 402(e)(4); Instructions for Forms 1099-R and 5498, box 6.
    """
    for paper in books.documents:
        mine = (paper.taxpayer, paper.year, paper.form) == (owner, year, F1099R)
        if mine and (appreciation := paper.amount("6")):
            raise LedgerError(
                where=paper.where,
                code="employer_stock_not_covered",
                problem=f"{paper.title} prints {appreciation} in box 6: employer stock was paid "
                "out in kind, and its net unrealized appreciation is not taxed with the payment "
                "(IRC 402(e)(4))",
                remedy="such a payment is not kept here and this year's figures would be too "
                "high: work the year out with a tax adviser, and check the box against the "
                "paper",
            )


def _plan_years(books: Household, entries: Iterable[JournalEntry]) -> None:
    """Refuse a contribution to a plan for a year that had ended long before its day."""
    for event in (entry.event for entry in entries):
        plan = event.kind is EventKind.CONTRIBUTION and books.accounts[event.account].kind.is_plan
        late = plan and event.tax_year < event.day.year - 1
        if late and not _was_put_in(books, event):
            raise LedgerError(
                where=event.where,
                code="contribution_out_of_time",
                problem=f"the contribution of {event.day} to {event.account} is booked for "
                f"{event.tax_year}",
                remedy="a plan allocates money to the year of its day, or to the year before "
                "(Treas. Reg. 1.415(c)-1(b)(6)): check 'year'",
            )


def _was_put_in(books: Household, back: Event) -> bool:
    """Tell whether a plan took back what it was given for that year, however late it did."""
    given = (e.event for e in books.entries if e.event.kind is EventKind.CONTRIBUTION)
    same = (one for one in given if (one.account, one.sources) == (back.account, back.sources))
    put_in = any(one.tax_year == back.tax_year and one.money("amount") > ZERO for one in same)
    return put_in and back.money("amount") < ZERO


def _stated_basis(books: Household, person: Person, year: int) -> None:
    """Refuse basis above all that the person may have contributed and rolled in from plans."""
    me, born = person.taxpayer.id, person.taxpayer.born
    for stated in books.opening_basis:
        # a decedent's basis was not contributed by this person
        mine = stated.taxpayer == me and not stated.decedent and stated.as_of.year <= year
        if not mine or stated.traditional_ira is None:
            continue
        refuse_basis_above_limits(stated, born)


def _employer_roth_iras(events: IraEvents, owner: str, year: int) -> None:
    """Refuse contributions to Roth SEP and Roth SIMPLE IRAs before the law had them."""
    for event in events.employer_roth_contributions(owner, year):
        if not takes_roth_employer_money(event.day):
            raise LedgerError(
                where=event.where,
                code="not_yet_law",
                problem=f"{event.account} takes a contribution on {event.day}",
                remedy="check the date: SEP and SIMPLE plans take Roth contributions from 2023 on "
                "(IRC 408(k)(7), 408(p)(12))",
            )


def _stated_years(books: Household, person: Person) -> None:
    """Refuse a first Roth year from before there was Roth money: it would end a clock early."""
    me, stated = person.taxpayer.id, list[tuple[str, str, int, int]]()
    for basis in books.opening_basis:
        if basis.taxpayer == me and basis.roth_ira_since is not None:
            stated.append(
                (basis.where, "roth_ira_since", basis.roth_ira_since, first_roth_ira_year())
            )
    for account in books.accounts.values():
        if account.owner == me and account.first_roth_year is not None and account.kind.is_plan:
            year = account.first_roth_year
            stated.append((account.id, "first_roth_year", year, first_designated_roth_year()))
    for where, key, year, first in stated:
        if year < first:
            raise LedgerError(
                where=where,
                code="not_yet_law",
                problem=f"'{key}' is {year}; such Roth money began in {first}",
                remedy="write the first year a contribution or conversion was made for (IRC 408A, "
                "402A)",
            )


def _employer_roth_money(entries: Iterable[JournalEntry]) -> None:
    """Refuse employer money treated as Roth before the law had that."""
    for entry in entries:
        event = entry.event
        employer = event.kind is EventKind.CONTRIBUTION and event.source in EMPLOYER_ROTH
        if employer and not takes_employer_roth_money(event.day):
            raise LedgerError(
                where=event.where,
                code="not_yet_law",
                problem=f"{event.account} takes {event.source} money on {event.day}",
                remedy="check date and source: employer money is treated as Roth after 2022-12-29 "
                "alone (IRC 402A(a))",
            )
