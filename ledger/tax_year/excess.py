"""IRA contributions above the limits: Form 5329 Parts III and IV, carried over the years."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ledger.errors import LedgerError
from ledger.events import EventKind
from ledger.forms.f5329 import ExcessPart
from ledger.forms.form import Form
from ledger.law.excess_contributions import (
    absorbed,
    no_traditional_contribution_at_age,
    traditional_excess,
)
from ledger.law.ira_deduction import reduced_by_phase_out
from ledger.law.limits import roth_contribution_limit, roth_phase_out
from ledger.law.rollover_529 import within_529_limits
from ledger.money import ZERO, Money
from ledger.tax_year.ira_events import IraPayment
from ledger.tax_year.person import Carried, CarriedExcess, Person
from ledger.tax_year.traditional import Contributed
from ledger.year_end import IraLimit, RothLimit

K = EventKind


@dataclass(frozen=True)
class ExcessOfYear:
    """What was contributed for a year beside its limits (cents).

    ``roth_by_income`` is the limit for Roth IRAs that income leaves, None where income or filing
    status is not recorded; ``roth_allowed`` what traditional contributions leave of it.
    ``traditional_known`` tells whether the pay is recorded on which unused room depends.
    """

    traditional: Money
    roth: Money
    limit: Money
    roth_allowed: Money
    from_529: Money
    from_529_allowed: Money
    traditional_known: bool
    roth_by_income: Money | None

    @property
    def traditional_new(self) -> Money:
        """Form 5329 line 15."""
        return traditional_excess(self.traditional, self.limit)

    @property
    def roth_new(self) -> Money:
        """Form 5329 line 23."""
        above = (self.roth - self.roth_allowed).floor_zero()
        return above + (self.from_529 - self.from_529_allowed).floor_zero()

    @property
    def traditional_unused(self) -> Money:
        """Form 5329 line 10."""
        room = (self.limit - self.traditional - self.roth - self.from_529).floor_zero()
        return room if self.traditional_known else ZERO

    @property
    def roth_unused(self) -> Money:
        """Form 5329 line 19."""
        room = (self.roth_allowed - self.roth - self.from_529).floor_zero()
        known = self.traditional_known and self.roth_by_income is not None
        return room if known else ZERO


@dataclass(frozen=True)
class Made:
    """What was put into IRAs for a year (cents); ``used_529`` before it, over a lifetime."""

    traditional: Money
    roth: Money
    from_529: Money = ZERO
    used_529: Money = ZERO


def excess_of_year(person: Person, year: int, made: Made, limit: IraLimit) -> ExcessOfYear:
    """Compare a year's contributions with its limits; modified AGI counts where it is known."""
    facts = person.facts
    too_old = no_traditional_contribution_at_age(year, person.taxpayer.born)
    allowed = ZERO if too_old else limit.limit
    by_income: Money | None = None
    if facts.magi is not None and facts.filing_status:
        start, end = roth_phase_out(year, facts.filing_status)
        by_income = reduced_by_phase_out(limit.limit, facts.magi, start, end)
    traditional = min(made.traditional, allowed)
    phased = limit.limit if by_income is None else by_income
    roth_allowed = roth_contribution_limit(limit.limit, phased, traditional)
    room = limit.limit - traditional - min(made.roth, roth_allowed)
    return ExcessOfYear(
        traditional=made.traditional,
        roth=made.roth,
        limit=allowed,
        roth_allowed=roth_allowed,
        from_529=made.from_529,
        from_529_allowed=within_529_limits(made.from_529, room, made.used_529),
        traditional_known=facts.compensation is not None,
        roth_by_income=by_income,
    )


def roth_limit(excess: ExcessOfYear, limit: IraLimit) -> RothLimit:
    """Return what income leaves for Roth IRAs, and the room in it and in the limit of all IRAs."""
    by_income = excess.roth_by_income
    if by_income is None:
        return RothLimit(limit=None, used=excess.roth, room=None, excess=None)
    return RothLimit(
        limit=by_income,
        used=excess.roth,
        room=min((by_income - excess.roth).floor_zero(), limit.room),
        excess=(excess.roth - excess.roth_allowed).floor_zero(),
    )


def settle_taken_back(
    payments: Iterable[IraPayment], excess: Money, is_free: Callable[[int], bool]
) -> list[IraPayment]:
    """Tell what was taken back after the due date and stays out of income (IRC 408(d)(5)).

    ``excess`` is what the year before carried on; ``is_free`` says of the year of a contribution
    whether its excess comes back free of tax. Raises LedgerError (``no_excess``).
    """
    out = list[IraPayment]()
    for payment in payments:
        event = payment.event
        if event.kind is not K.RETURN_OF_CONTRIBUTION:
            out.append(payment)
            continue
        if payment.gross > excess:
            raise LedgerError(
                where=event.where,
                code="no_excess",
                problem=f"{payment.gross} contributed for {event.tax_year} is taken back on "
                f"{event.day}, after the due date; the excess carried into {event.day.year} is "
                f"{excess}",
                remedy="only an excess is taken back after the due date (IRC 408(d)(5)): write the "
                "rest as a distribution, or record the excess in opening_basis",
            )
        excess -= payment.gross
        roth = payment.account.kind.is_roth_ira
        free = not roth and is_free(event.tax_year)
        out.append(replace(payment, kept=ZERO, excess_returned=payment.gross) if free else payment)
    return out


def counted_contributions(made: Contributed, excess: ExcessOfYear, part: ExcessPart) -> Contributed:
    """Return the contributions that Form 8606 counts: the excess out, an earlier excess in."""
    within = made.less(excess.traditional_new)
    left = (part.brought - part.taken_back).floor_zero()
    more = absorbed(left, excess.traditional_unused)
    return Contributed(within.in_year + more, within.after_year)


@dataclass(frozen=True)
class IraValues:
    """Values on December 31 with the year's contributions made after it (cents)."""

    traditional: Money
    roth: Money


def excess_parts(
    excess: ExcessOfYear,
    before: Carried,
    pooled: Sequence[IraPayment],
    roth: Sequence[IraPayment],
    values: IraValues,
) -> tuple[ExcessPart, ExcessPart]:
    """Return what Form 5329 Parts III and IV ask, line 11 apart, which Form 8606 works out."""
    return (
        ExcessPart(
            brought=before.excess.traditional,
            unused=excess.traditional_unused,
            taken_back=Money.total(p.excess_returned for p in pooled),
            new=excess.traditional_new,
            value=values.traditional,
        ),
        ExcessPart(
            brought=before.excess.roth,
            unused=excess.roth_unused,
            distributed=Money.total(p.kept for p in roth),
            new=excess.roth_new,
            value=values.roth,
        ),
    )


def carried_excess(form: Form, carried: Carried) -> Carried:
    """Return what is carried with lines 16 and 24 as the next year's lines 9 and 18."""
    return replace(carried, excess=CarriedExcess(form.amount("16"), form.amount("24")))
