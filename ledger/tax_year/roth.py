"""One person's Roth IRAs in one year: what came in, what was taken, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.balances.distributions import EXCEPTED_REASONS
from ledger.balances.payouts import Payout
from ledger.chart import TaxCharacter
from ledger.errors import LedgerError
from ledger.events import Event
from ledger.forms.f8606 import RothYear
from ledger.forms.form import Form
from ledger.forms.worksheets import (
    ROTH_CONTRIBUTIONS,
    ROTH_CONVERSIONS,
    RothFlows,
    line_22_worksheet,
    line_24_worksheet,
)
from ledger.law.figures import statute
from ledger.law.five_year_clocks import (
    conversion_free_from,
    is_qualified_roth_ira,
    roth_ira_qualified_from,
)
from ledger.law.in_plan_roth import recaptured as in_plan_recaptured
from ledger.law.roth_ordering import (
    first_home_amount,
    recaptured,
    take_from_contributions,
    take_from_conversions,
)
from ledger.law.special_distributions import reason_of
from ledger.money import ZERO, Money, apportion
from ledger.records import Options, RothLayer
from ledger.tax_year.ira_events import IraPayment
from ledger.tax_year.person import Carried, InheritedBasis, Person
from ledger.year_end import RothIra


@dataclass(frozen=True)
class RothInflows:
    """What the year brings to the Roth IRAs, conversions from traditional IRAs left out."""

    contributed: Money = ZERO  # regular, made for the tax year, corrections taken out
    employer: Money = ZERO  # into Roth SEP and Roth SIMPLE IRAs
    from_529: Money = ZERO  # rolled over from 529 accounts: taken as regular contributions
    first_year: int | None = None  # first tax year of a contribution among them
    designated_regular: Money = ZERO  # basis of designated Roth money rolled in
    plan_taxable: Money = ZERO  # plan money rolled in: taxed now
    plan_nontaxable: Money = ZERO  # plan money rolled in: taxed before
    in_plan: tuple[RothLayer, ...] = ()  # of in-plan rollovers, within ``designated_regular``
    any_rollover: bool = False
    inherited: InheritedBasis = field(
        default_factory=InheritedBasis
    )  # of a spouse, treated as one's own


def rolled_in(
    payouts: Sequence[Payout], outside: Sequence[Event], roth_iras: frozenset[str], year: int
) -> RothInflows:
    """Add up what plans of any year, and rollovers from outside, brought to Roth IRAs in a year.

    The basis stated of a rollover from outside is that of designated Roth money or of another
    Roth IRA: contributions of line 22.
    """
    regular = Money.total(event.basis for event in outside if event.basis)
    taxable = nontaxable = ZERO
    found = bool(outside)
    for payout in payouts:
        for row in payout.rows:
            if row.to not in roth_iras or row.event.day.year != year:
                continue
            found = True
            if payout.character is TaxCharacter.ROTH:
                basis = payout.basis_arriving(row)
                # all of a qualified payment counts as contribution when it arrives (Reg. 1.408A-10)
                regular += max(row.amount, basis) if payout.qualified else basis
            else:
                # other plan money is a conversion of its year: line 24 and not line 22
                taxable += row.pretax
                nontaxable += row.aftertax
    return RothInflows(
        designated_regular=regular,
        plan_taxable=taxable,
        plan_nontaxable=nontaxable,
        any_rollover=found,
    )


class RothIraYear:
    """Works out Part III of Form 8606, the layers left and the early amounts of one year."""

    def __init__(
        self, person: Person, carried: Carried, year: int, payments: Sequence[IraPayment]
    ) -> None:
        self.year = year
        self._person = person
        self._carried = carried
        self._kept = [p for p in payments if p.kept]
        self._inflows, self._converted = RothInflows(), (ZERO, ZERO)
        self._since = carried.roth_since
        self._regular = carried.roth_regular
        self._layers = carried.roth_layers
        self._in_plan = carried.roth_in_plan

    def receive(
        self, inflows: RothInflows, converted_taxable: Money, converted_basis: Money
    ) -> None:
        """Add the year's contributions and conversions, before anything is taken."""
        self._inflows, self._converted = inflows, (converted_taxable, converted_basis)
        taxable = converted_taxable + inflows.plan_taxable
        nontaxable = converted_basis + inflows.plan_nontaxable
        spouse = inflows.inherited
        self._regular += inflows.contributed + inflows.designated_regular + spouse.roth_regular
        self._regular += inflows.from_529 + inflows.employer
        for layer in spouse.roth_layers:
            self._layers = _with_layer(self._layers, layer)
        for layer in inflows.in_plan:
            self._in_plan = _with_layer(self._in_plan, layer)
        if taxable or nontaxable:
            self._layers = _with_layer(self._layers, RothLayer(self.year, taxable, nontaxable))
        # one clock for all Roth IRAs: the earliest year starts it
        starts = [self._since, inflows.first_year, spouse.roth_since]
        paid_in = inflows.any_rollover or inflows.from_529 or inflows.employer
        if taxable or nontaxable or paid_in:
            starts.append(self.year)
        self._since = min((s for s in starts if s is not None), default=None)

    @property
    def clock(self) -> date | None:
        """The first day on which the five-year test is met."""
        return roth_ira_qualified_from(self._since)

    def is_qualified(self, payment: IraPayment) -> bool:
        """Tell whether a distribution is qualified."""
        event = payment.event
        self._check_known(payment)
        if self.clock is None or event.day < self.clock:
            self._check_clock_known(payment)
            return False
        of_age = reason_of(event) in EXCEPTED_REASONS or self._person.of_age(event)
        return is_qualified_roth_ira(event.day, free_from=self.clock, of_age=of_age)

    def _check_known(self, payment: IraPayment) -> None:
        if self._carried.roth_known:
            return
        raise LedgerError(
            where=payment.event.where,
            code="missing_roth_basis",
            problem="the Roth IRA held money before the books start, or got some from outside "
            "them; its contributions, conversions and first year are not known",
            remedy="record the opening basis: roth_ira_regular, roth_ira_conversions and "
            "roth_ira_since; of money out of a plan, book the plan's distribution",
        )

    def _check_clock_known(self, payment: IraPayment) -> None:
        """Refuse a distribution at an age at which an unknown first year decides."""
        if self._carried.roth_since_known:
            return
        event = payment.event
        if reason_of(event) in EXCEPTED_REASONS or self._person.of_age(event):
            raise LedgerError(
                where=event.where,
                code="missing_roth_since",
                problem="the first year of the Roth IRAs is not known, and decides whether this "
                "distribution is qualified",
                remedy="add roth_ira_since to the opening basis: the first year a Roth IRA "
                "contribution or conversion was made for (Treas. Reg. 1.408A-6, Q&A-2)",
            )

    @property
    def nonqualified(self) -> list[IraPayment]:
        """The distributions that go on line 19."""
        return [p for p in self._kept if not self.is_qualified(p)]

    def part_iii(self) -> RothYear:
        """Return what Form 8606 Part III asks."""
        line_19 = Money.total(p.kept for p in self.nonqualified)
        # the period ends on a 1 January, so the end of the year tells for all its days
        met = self.clock is not None and self.clock <= date(self.year, 12, 31)
        home = first_home_amount(
            self._person.facts.first_home_expenses or ZERO,
            lifetime=statute().money("first_home_lifetime"),
            used_before=self._carried.first_home_used,
            clock_met=met,
        )
        return RothYear(
            nonqualified=line_19,
            first_home=min(home, line_19),
            regular=self._regular,
            conversions=_total(self._layers),
            disaster=Money.total(p.disaster for p in self.nonqualified),
            repaid=Money.total(p.repaid for p in self.nonqualified),
        )

    def reached_by_additional_tax(self, form: Form) -> list[tuple[IraPayment, Money]]:
        """Return what of each nonqualified distribution the 10 percent tax reaches, if early.

        All distributions of a year are one: earnings and recaptured conversions are shared out
        in proportion to the payments.
        """
        beyond, payments = form.amount("23"), self.nonqualified
        # a qualified disaster distribution bears no additional tax
        reached = [p.kept - p.disaster for p in payments]
        if not any(reached):
            return []
        taken, _, _ = take_from_conversions(beyond, self._layers)
        kept, rest = Money.total(p.kept for p in payments), Money.total(reached)
        # any day of the year will do: a conversion's five years end on a 1 January
        before = recaptured(taken, payments[0].event.day) + self.recaptured_in_plan
        hit = before.share(rest, kept) + form.amount("25c")
        return list(zip(payments, apportion(hit, reached), strict=True)) if hit else []

    def _from_in_plan(self) -> tuple[tuple[RothLayer, ...], tuple[RothLayer, ...]]:
        """Return what the year's distributions take out of in-plan rollovers, and what is left.

        They came in as contributions (line 22). The owner's own contributions leave before them.
        """
        kept = Money.total(p.kept for p in self._kept)
        taken, _ = take_from_contributions(kept, self._regular)
        own = (self._regular - _total(self._in_plan)).floor_zero()
        gone, left, _ = take_from_conversions((taken - own).floor_zero(), self._in_plan)
        return gone, left

    def reaches(self, last: Money) -> bool:
        """Tell whether the year takes more of the contributions than all but ``last`` dollars."""
        return Money.total(p.kept for p in self._kept) > (self._regular - last).floor_zero()

    @property
    def recaptured_in_plan(self) -> Money:
        """The dollars taken that an in-plan rollover of the last five years had taxed (cents)."""
        payments = self.nonqualified
        if not payments:
            return ZERO
        return in_plan_recaptured(self._from_in_plan()[0], payments[0].event.day)

    @property
    def shielded_in_plan(self) -> Money:
        """What would be recaptured too if in-plan rollovers left before own contributions."""
        payments = self.nonqualified
        if not payments:
            return ZERO
        kept = Money.total(p.kept for p in self._kept)
        taken, _ = take_from_contributions(kept, self._regular)
        first, _, _ = take_from_conversions(taken, self._in_plan)
        return in_plan_recaptured(first, payments[0].event.day) - self.recaptured_in_plan

    def _restored(self, form: Form) -> Money:
        """Return what was repaid above the taxable part: basis of line 22 from next year on."""
        repaid = Money.total(p.repaid for p in self.nonqualified)
        return (repaid - (form.amount("25a") - form.amount("25b"))).floor_zero()

    def basis_taken(self, form: Form) -> Money:
        """Return the contributions and conversions that the year's distributions took out."""
        kept = Money.total(p.kept for p in self._kept)
        from_regular, beyond = take_from_contributions(kept, self._regular)
        _, _, earnings = take_from_conversions(beyond, self._layers)
        return from_regular + (beyond - earnings) - self._restored(form)

    def worksheets(self, form: Form, options: Options) -> dict[str, Form]:
        """Return the basis of lines 22 and 24 rolled forward, where there is any."""
        inflows, spouse = self._inflows, self._inflows.inherited
        kept = Money.total(p.kept for p in self._kept)
        from_regular, beyond = take_from_contributions(kept, self._regular)
        _, _, earnings = take_from_conversions(beyond, self._layers)
        line_22 = RothFlows(
            self._carried.roth_regular,
            (
                inflows.contributed,
                inflows.employer,
                inflows.designated_regular,
                inflows.from_529,
                spouse.roth_regular,
            ),
            from_regular,
            self._restored(form),
        )
        came = (*self._converted, inflows.plan_taxable, inflows.plan_nontaxable)
        line_24 = RothFlows(
            _total(self._carried.roth_layers),
            (*came, _total(spouse.roth_layers)),
            beyond - earnings,
        )
        out = dict[str, Form]()
        if line_22:
            out[ROTH_CONTRIBUTIONS] = line_22_worksheet(line_22, options)
        if line_24:
            out[ROTH_CONVERSIONS] = line_24_worksheet(line_24, options)
        return out

    def settle(self, form: Form) -> tuple[RothIra, Carried]:
        """Take the year's distributions out of the layers and return what is left."""
        kept = Money.total(p.kept for p in self._kept)
        from_regular, beyond = take_from_contributions(kept, self._regular)
        _, left, earnings = take_from_conversions(beyond, self._layers)
        # where no Part III is due the layers themselves tell what was earnings
        taxed = form.amount("25a") if "19" in form else earnings
        regular = self._regular - from_regular + self._restored(form)
        roth = RothIra(
            regular=regular,
            conversions=left,
            free_from={x.year: conversion_free_from(x.year) for x in left},
            since=self._since,
            qualified_from=self.clock,
            earnings_distributed=taxed,
        )
        carried = replace(
            self._carried,
            roth_regular=regular,
            roth_layers=left,
            roth_in_plan=self._from_in_plan()[1],
            roth_since=self._since,
            first_home_used=self._carried.first_home_used + form.amount("20"),
        )
        return roth, carried


def _total(layers: Sequence[RothLayer]) -> Money:
    return Money.total(x.amount for x in layers)


def _with_layer(layers: tuple[RothLayer, ...], new: RothLayer) -> tuple[RothLayer, ...]:
    same = [x for x in layers if x.year == new.year]
    for x in same:
        new = RothLayer(new.year, new.taxable + x.taxable, new.nontaxable + x.nontaxable)
    return tuple(sorted([*(x for x in layers if x.year != new.year), new], key=lambda x: x.year))
