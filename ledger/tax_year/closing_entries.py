"""Closing entries: the basis that moves at year end, as the forms of the year say.

A traditional IRA's basis belongs to the person and leaves at year end (Form 8606); Roth layers
are used up by the year's distributions. The entries are derived on every run, never stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.chart import (
    Outside,
    Pool,
    inherited_ira_pool,
    outside,
    roth_ira_pool,
    traditional_ira_pool,
)
from ledger.events import Event, EventKind
from ledger.forms.form import Form
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money
from ledger.tax_year.inherited import Settled
from ledger.tax_year.person import Carried


@dataclass(frozen=True)
class PassedBasis:
    """Basis that passes to an heir at a death (cents): out of Roth IRAs, or traditional ones."""

    heir: str
    decedent: str  # as the heir's account names the person
    basis: Money
    roth: bool


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
    restored: Money = ZERO  # basis that repaid distributions put back
    inherited: tuple[Settled, ...] = ()  # the IRAs of each decedent
    roth_given: Mapping[str, Money] = field(default_factory=dict)  # in a divorce, by person
    passed: Sequence[PassedBasis] = ()  # to the heirs, at the person's death


def closing_entries(of: YearOfBasis) -> tuple[JournalEntry, ...]:
    """Return the year's closing entries for one person; each balances in basis."""
    return tuple(_entries(of))


def opening_entries(
    taxpayer: str,
    year: int,
    brought: Carried,
    given: Mapping[str, Money],
    got: Mapping[str, Money],
) -> tuple[JournalEntry, ...]:
    """Return the entries for basis that a person brings into the first year of the books.

    ``given`` is what a divorce took out of ``brought`` in that year, or put in, by person;
    ``got`` what was inherited in it, by decedent.
    """
    layers = [x.amount for x in brought.roth_layers]
    roth = Money.total([brought.roth_regular, *layers, *given.values()])
    moves = [(traditional_ira_pool(taxpayer), brought.traditional), (roth_ira_pool(taxpayer), roth)]
    for decedent, found in brought.inherited.items():
        theirs = [found.roth_regular, *(x.amount for x in found.roth_layers)]
        basis = Money.total([found.traditional or ZERO, *theirs]) - got.get(decedent, ZERO)
        moves.append((inherited_ira_pool(taxpayer, decedent), basis))
    return tuple(
        _Move(pool, outside(Outside.OPENING), amount, "basis brought into the books").entry(
            _event(pool, date(year, 1, 1), taxpayer)
        )
        for pool, amount in moves
        if amount
    )


@dataclass(frozen=True)
class _Move:
    """Basis that goes from one pool to another."""

    gets: Pool
    gives: Pool
    basis: Money
    reason: str
    cite: str = ""

    def entry(self, event: Event) -> JournalEntry:
        postings = (Posting(self.gets, ZERO, self.basis), Posting(self.gives, ZERO, -self.basis))
        return JournalEntry(event, postings, self.reason, derived=True, cite=self.cite)


def _entries(of: YearOfBasis) -> Iterator[JournalEntry]:
    year_end = date(of.year, 12, 31)
    traditional, roth = traditional_ira_pool(of.taxpayer), roth_ira_pool(of.taxpayer)
    converted, taxed = of.form.amount("17"), of.form.amount("18")
    merged = Money.total(one.merged.traditional or ZERO for one in of.inherited)
    brought = of.brought_forward + of.moved_in + of.restored + merged
    # what was neither converted nor is carried on was recovered by distributions
    recovered = brought + of.nondeductible - converted - of.carried
    pay, cash, income = outside(Outside.PAY), outside(Outside.CASH), outside(Outside.TAXED)
    moves = (
        _Move(
            traditional,
            pay,
            of.nondeductible,
            "nondeductible contributions become basis",
            "Form 8606, line 1",
        ),
        _Move(
            traditional, cash, of.restored, "basis in distributions repaid", "IRC 72(t)(2)(H)(v)"
        ),
        _Move(roth, traditional, converted, "basis moved by conversions", "Form 8606, line 17"),
        _Move(roth, income, taxed, "taxed part of conversions becomes basis", "Form 8606, line 18"),
        _Move(
            cash, traditional, recovered, "basis recovered by distributions", "Form 8606, line 12"
        ),
        _Move(
            cash,
            roth,
            of.roth_taken,
            "Roth contributions and conversions taken out",
            "IRC 408A(d)(4)",
        ),
    )
    shares = [
        _Move(roth_ira_pool(to), roth, basis, "a share of Roth IRAs in a divorce", "IRC 408(d)(6)")
        for to, basis in of.roth_given.items()
        if basis > ZERO  # what was got stands in the entries of the giver
    ]
    for move in (
        *moves,
        *shares,
        *_passed(of, traditional, roth),
        *_of_inherited(of, traditional, roth),
    ):
        if move.basis:
            pool = roth if move.gives == roth else traditional
            yield move.entry(_event(pool, year_end, of.taxpayer))


def _passed(of: YearOfBasis, traditional: Pool, roth: Pool) -> Iterator[_Move]:
    """Move the basis of a person who died to the heirs.

    Where the filed form of the last year has another line 14, that one passes on.
    """
    mine = [one.basis for one in of.passed if not one.roth]
    if mine:
        other = Money.total(mine) - of.carried
        reason = "basis as filed in place of the basis of the books"
        yield _Move(traditional, outside(Outside.OPENING), other, reason, "Form 8606, line 14")
    for one in of.passed:
        pool, gives = inherited_ira_pool(one.heir, one.decedent), roth if one.roth else traditional
        cite = "Instructions for Form 8606, Who Must File"
        yield _Move(pool, gives, one.basis, "basis passes to an heir", cite)


def _of_inherited(of: YearOfBasis, traditional: Pool, roth: Pool) -> Iterator[_Move]:
    """Move the basis of inherited IRAs: paid out, or into the surviving spouse's own IRAs."""
    cash = outside(Outside.CASH)
    for one in of.inherited:
        pool, merged = inherited_ira_pool(of.taxpayer, one.decedent), one.merged
        layers = [x.amount for x in merged.roth_layers]
        own = Money.total([merged.roth_regular, *layers])
        used = one.traditional_used + one.roth_used
        yield _Move(cash, pool, used, "inherited basis paid out", "Form 8606 of the decedent")
        elected = "an inherited IRA is treated as one's own"
        yield _Move(traditional, pool, merged.traditional or ZERO, elected, "IRC 408(d)(3)(C)")
        yield _Move(roth, pool, own, elected, "Treas. Reg. 1.408A-6, Q&A-14")


def _event(pool: Pool, day: date, taxpayer: str) -> Event:
    return Event(f"year {day.year} of {taxpayer}", day, pool.account, EventKind.CLOSING)
