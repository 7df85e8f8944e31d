"""In-plan Roth conversions: taxable amount and what becomes investment in the Roth account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.law import rule
from ledger.law.figures import statute
from ledger.money import ZERO, Money
from ledger.records import RothLayer


@rule("IRC 402A(c)(4); Notice 2010-84, Q&A-7")
def taxable_amount(converted: Money, basis: Money) -> Money:
    """Return what an in-plan Roth conversion adds to income: value less basis moved.

    >>> taxable_amount(Money.dollars(20000), Money.dollars(19000))
    Money('1,000.00')
    """
    return converted - basis


@rule("IRC 402A(c)(4); Notice 2010-84, Q&A-10", evidence="S")
def investment_in_roth_account(converted: Money) -> Money:
    """Return the basis that arrives: all of it, for the taxable part has now been taxed."""
    return converted


@dataclass(frozen=True)
class StillReported:
    """What a Form 1099-R of a year tells of an amount and those after it, boxes 1 and 5 (cents).

    ``later`` are the days after it on which money leaves the source: what rows have brought in by
    then since the day before (value and basis), and what leaves, ZERO where no row says it.
    """

    gross: Money
    nontaxable: Money
    later: Sequence[tuple[Money, Money, Money]] = ()

    @property
    def later_value(self) -> Money:
        """What rows bring in until the last amount leaves."""
        return Money.total(value for value, _, _ in self.later)

    @property
    def later_basis(self) -> Money:
        """The basis in it."""
        return Money.total(basis for _, basis, _ in self.later)


@rule("IRC 72(e)(8)(B); Instructions for Forms 1099-R and 5498, boxes 1, 2a and 5")
def value_as_reported(amount: Money, basis: Money, form: StillReported) -> Money | None:
    """Return what a source was worth just before an amount left it, as Form 1099-R tells it.

    ``basis`` is that of the source. Where box 5 is what leaves when each amount is all that the
    source holds, it was. Else basis left with each amount in proportion, and an amount takes the
    share of basis that it is of the value. None where no value gives such a box 5.

    >>> m = Money.dollars
    >>> value_as_reported(m(1050), m(1000), StillReported(m(1050), m(1000)))
    Money('1,050.00')
    >>> value_as_reported(m(600), m(1000), StillReported(m(600), m(500)))
    Money('1,200.00')
    """
    # as much basis as everything held can carry: then each amount was all that was there
    if form.nontaxable >= _basis_of_all(amount, basis, form.later):
        return amount
    # no share follows from an amount of nothing: the caller has to ask for the value
    if amount <= ZERO or form.gross <= ZERO or form.nontaxable <= ZERO or basis <= ZERO:
        return None
    # this amount's part of box 5, by its part of box 1
    left = min(basis, form.nontaxable.share(amount, form.gross))
    # amount is to value as the basis that left is to all basis
    return max(amount, basis.share(amount, left)) if left else None


def _basis_of_all(
    amount: Money, basis: Money, later: Sequence[tuple[Money, Money, Money]]
) -> Money:
    """Return the basis that leaves when each amount is all that its source holds."""
    # basis that leaves, and basis that stays for the amounts after it
    gone, kept = min(amount, basis), (basis - amount).floor_zero()
    for _, paid_in, taken in later:
        held = kept + paid_in
        gone, kept = gone + min(taken, held), (held - taken).floor_zero()
    return gone


@rule("IRC 72(e)(8)(B); Instructions for Forms 1099-R and 5498, boxes 1, 2a and 5")
def whole_as_reported(value: Money, basis: Money, form: StillReported) -> Money:
    """Return what a source came to that moved as a whole, its amount unsaid but for Form 1099-R.

    ``value`` is that of the books, without the market. The amounts of a year share what the form
    adds up, as their book values do; where it has less basis than was paid in, prices rose first
    and fell later, and the first takes the gain.

    >>> m = Money.dollars
    >>> whole_as_reported(m(1000), m(1000), StillReported(m(2030), m(2000), [(m(1000),) * 3]))
    Money('1,015.00')
    """
    held = value + form.later_value
    shared = form.gross.share(value, held) if held > ZERO else form.gross
    gain = (form.gross - form.nontaxable).floor_zero()
    # box 5 has all basis, so each amount was whole and box 1 can be shared by book value
    if not gain or form.nontaxable >= basis + form.later_basis:
        return shared
    return min(basis + gain, form.gross)


@rule("IRC 402A(c)(4)(D)")
def recapture_free_from(year: int) -> date:
    """Return the first day on which an in-plan conversion's taxable part is free of recapture."""
    return date(year + statute().number("in_plan_recapture_years"), 1, 1)


@rule("Notice 2010-84, Q&A-13; Instructions for Forms 1099-R and 5498, box 10", evidence="S")
def allocable_within_five_years(taken: Sequence[RothLayer], day: date) -> Money:
    """Return box 10: what a payment takes out of in-plan conversions of the last five years."""
    # box 10 shows both parts of a conversion; the tax is on the taxable one alone
    recent = [layer for layer in taken if day < recapture_free_from(layer.year)]
    return Money.total(layer.amount for layer in recent)


@rule("IRC 402A(c)(4)(D), 408A(d)(3)(F)", evidence="S")
def recaptured(taken: Sequence[RothLayer], day: date) -> Money:
    """Return the conversion dollars taxed within five years: they bear the additional tax.

    >>> m = Money.dollars
    >>> recaptured([RothLayer(2022, m(1000), m(19000))], date(2024, 5, 1))
    Money('1,000.00')
    """
    return Money.total(x.taxable for x in taken if day < recapture_free_from(x.year))
