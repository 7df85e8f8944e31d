"""Inherited IRAs: kept apart for each decedent, with a Form 8606 of their own where basis is known.

A surviving spouse who treats an inherited IRA as their own takes its basis into their own IRAs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.balances.payouts import Payout
from ledger.balances.pools import Balances
from ledger.chart import Account, AccountKind, Pool
from ledger.errors import LedgerError
from ledger.events import Event
from ledger.forms import f8606
from ledger.forms.form import Form
from ledger.law.five_year_clocks import roth_ira_qualified_from
from ledger.law.roth_ordering import take_from_contributions, take_from_conversions
from ledger.money import ZERO, Money
from ledger.records import Options, RothLayer
from ledger.tax_year.ira_events import IraEvents, IraPayment
from ledger.tax_year.person import InheritedBasis
from ledger.year_end import Form8606, InheritedIras, decedent_option

TRADITIONAL = AccountKind.INHERITED_TRADITIONAL_IRA
ROTH = AccountKind.INHERITED_ROTH_IRA


@dataclass(frozen=True)
class Settled:
    """One decedent's IRAs once the year is worked out (amounts in cents).

    ``after`` is what is carried on; ``merged`` what the surviving spouse's election moved into
    their own IRAs; ``form`` is None where nobody stated the decedent's basis.
    """

    decedent: str
    form: Form8606 | None
    after: InheritedBasis
    merged: InheritedBasis
    traditional_used: Money = ZERO
    roth_used: Money = ZERO

    @property
    def left(self) -> InheritedIras:
        """The basis left at year end, as the record tells it."""
        after = self.after
        roth = roth_basis(after.roth_regular, after.roth_layers)
        return InheritedIras(self.decedent, after.traditional, roth)


@dataclass(frozen=True)
class InheritedFacts:
    """Everything gathered about the IRAs a person inherited, over all decedents."""

    accounts: Mapping[str, Account]  # the person's, by id
    before: Mapping[str, InheritedBasis]
    year: int
    traditional: Sequence[IraPayment]
    roth: Sequence[IraPayment]
    elections: Sequence[Event]
    payouts: Sequence[Payout]
    balances: Balances
    events: IraEvents
    options: Options

    def decedents(self) -> list[str]:
        """Return the names of the decedents, in the order of the accounts."""
        inherited = (a for a in self.accounts.values() if a.kind in {TRADITIONAL, ROTH})
        # a decedent with basis on record and no account left is carried on too
        return list(dict.fromkeys([*map(decedent_of, inherited), *self.before]))

    def settle(self) -> tuple[Settled, ...]:
        """Work out every decedent's IRAs; raise LedgerError where a fact that matters lacks."""
        return tuple(_One(self, name).settle() for name in self.decedents())


def decedent_of(account: Account) -> str:
    """Return whose IRA it was: the decedent's name, or the account where none is recorded."""
    return account.decedent or account.id


class _One:
    """Works out one decedent's IRAs."""

    def __init__(self, facts: InheritedFacts, name: str) -> None:
        self._facts, self._name = facts, name
        self._before = facts.before.get(name, InheritedBasis())
        self._mine = {
            a.id: a
            for a in facts.accounts.values()
            if a.kind in {TRADITIONAL, ROTH} and decedent_of(a) == name
        }
        self._traditional = [p for p in facts.traditional if p.account.id in self._mine]
        self._roth = [p for p in facts.roth if p.account.id in self._mine]
        self._elected = [e for e in facts.elections if e.account in self._mine]

    def settle(self) -> Settled:
        rolled_in = self._rolled_in()
        brought = self._brought(rolled_in)
        nonqualified = self._nonqualified()
        traditional = f8606.TraditionalYear(
            tax_year=self._facts.year,
            brought_forward=brought or ZERO,
            rolled_in=rolled_in,
            # one ratio for all that was inherited: what was made one's own this year is still in it
            year_end_value=self._value(TRADITIONAL) + self._moved(TRADITIONAL),
            year_end_words="the inherited IRAs, with what was treated as one's own",
            distributed=Money.total(p.kept for p in self._traditional),
        )
        layers = self._before.roth_layers
        roth = f8606.RothYear(
            nonqualified=Money.total(p.kept for p in nonqualified),
            regular=self._before.roth_regular,
            conversions=Money.total(x.amount for x in layers),
        )
        form = None
        if brought is not None or nonqualified:
            form = self._form(traditional, roth)
        left = f8606.basis_carried_forward(form.form, traditional) if form else ZERO
        return self._merge(form, brought, left, traditional.basis_before)

    def _form(self, traditional: f8606.TraditionalYear, roth: f8606.RothYear) -> Form8606:
        form = f8606.form_8606_inherited(traditional, roth, self._facts.options, self._name)
        return Form8606(form, f8606.is_required(form, traditional), self._name)

    def _merge(
        self, form: Form8606 | None, brought: Money | None, left: Money, had: Money
    ) -> Settled:
        """Divide what is left between the inherited IRAs and the surviving spouse's own."""
        before, merged = self._before, InheritedBasis()
        regular, layers = self._roth_left()
        after = replace(
            before,
            traditional=None if brought is None else left,
            roth_regular=regular,
            roth_layers=layers,
        )
        moved, stays = self._moved(TRADITIONAL), self._value(TRADITIONAL)
        if moved and brought is not None:
            # by value: basis goes where its money went
            gone = left.share(moved, moved + stays) if stays > ZERO else left
            after = replace(after, traditional=left - gone)
            merged = replace(merged, traditional=gone)
        if self._moved(ROTH):
            merged = replace(
                merged,
                roth_known=True,
                roth_regular=regular,
                roth_layers=layers,
                roth_since=self._since(),
            )
            after = replace(after, roth_regular=ZERO, roth_layers=())
        roth_had = roth_basis(before.roth_regular, before.roth_layers)
        return Settled(
            self._name,
            form,
            after,
            merged,
            traditional_used=had - left if brought is not None else ZERO,
            roth_used=roth_had - roth_basis(regular, layers),
        )

    def _brought(self, rolled_in: Money) -> Money | None:
        """Return the decedent's basis, None where nobody said it; an election needs it."""
        if self._before.traditional is not None:
            return self._before.traditional
        started = any(
            self._facts.balances.was_opened(a.id)
            for a in self._mine.values()
            if a.kind is TRADITIONAL
        )
        # an IRA that the plan's rollover opened cannot have older basis
        if rolled_in and not started:
            return ZERO
        for event in self._elected:
            if self._mine[event.account].kind is TRADITIONAL:
                raise _unknown_basis(event, self._name, "--line14 …")
        return None

    def _rolled_in(self) -> Money:
        """Return after-tax plan money that came into the inherited traditional IRAs."""
        rows = (row for payout in self._facts.payouts for row in payout.rows)
        return Money.total(
            row.aftertax
            for row in rows
            if row.to in self._mine
            and self._mine[row.to].kind is TRADITIONAL
            and row.event.day.year == self._facts.year
        )

    def _value(self, kind: AccountKind) -> Money:
        mine = {a.id: Pool(a.id) for a in self._mine.values() if a.kind is kind}
        events, year = self._facts.events, self._facts.year
        there = Money.total(self._facts.balances.value_at_end(a, year) for a in mine.values())
        # between two of them it is in neither balance, or in both
        return there + events.in_transit(mine, year) - events.in_both(mine, year)

    def _moved(self, kind: AccountKind) -> Money:
        return Money.total(
            e.money("amount") for e in self._elected if self._mine[e.account].kind is kind
        )

    # ---- Roth ------------------------------------------------------------------------------

    def _since(self) -> int | None:
        stated = [a.first_roth_year for a in self._mine.values() if a.kind is ROTH]
        # any Roth IRA of the decedent starts the period, so the earliest year counts
        years = [year for year in (self._before.roth_since, *stated) if year is not None]
        return min(years, default=None)

    def _nonqualified(self) -> list[IraPayment]:
        """Return the payments within the decedent's five years; refuse where they are unknown."""
        start = roth_ira_qualified_from(self._since())
        # after the five years nothing is taxable, and no history has to be known
        found = [p for p in self._roth if p.kept and (start is None or p.event.day < start)]
        if found and not (self._before.roth_known and start is not None):
            raise _not_settled(found[0], start, self._name)
        for event in self._elected:
            if self._mine[event.account].kind is ROTH:
                self._check_election(event)
        return found

    def _check_election(self, event: Event) -> None:
        if not self._before.roth_known:
            raise _unknown_basis(event, self._name, "--roth-regular … --roth-conversion …")
        if self._value(ROTH) > ZERO:
            raise LedgerError(
                where=event.where,
                code="not_supported",
                problem=f"{self._value(ROTH)} of the Roth IRA from {self._name} stays inherited; "
                "how its layers are divided is not worked out",
                remedy="treat the whole Roth IRA as your own, or show it to an adviser",
            )

    def _roth_left(self) -> tuple[Money, tuple[RothLayer, ...]]:
        kept = Money.total(p.kept for p in self._roth)
        taken, beyond = take_from_contributions(kept, self._before.roth_regular)
        _, left, _ = take_from_conversions(beyond, self._before.roth_layers)
        return self._before.roth_regular - taken, left


def roth_basis(regular: Money, layers: Sequence[RothLayer]) -> Money:
    """Return the basis in contributions and conversions together (cents)."""
    return regular + Money.total(x.amount for x in layers)


def merged_of(settled: Sequence[Settled]) -> InheritedBasis:
    """Add up what all elections of the year brought to the person's own IRAs."""
    merged = [one.merged for one in settled]
    starts = [m.roth_since for m in merged if m.roth_since is not None]
    return InheritedBasis(
        traditional=Money.total(m.traditional or ZERO for m in merged),
        roth_known=any(m.roth_known for m in merged),
        roth_regular=Money.total(m.roth_regular for m in merged),
        roth_layers=tuple(layer for m in merged for layer in m.roth_layers),
        roth_since=min(starts, default=None),
    )


def form_of(settled: Sequence[Settled], account: Account) -> Form | None:
    """Return the Form 8606 that an inherited account belongs to, None without one."""
    for one in settled:
        if one.form is not None and one.decedent == decedent_of(account):
            return one.form.form
    return None


def _unknown_basis(event: Event, decedent: str, facts: str) -> LedgerError:
    return LedgerError(
        where=event.where,
        code="missing_opening_basis",
        problem=f"the basis of {decedent} is not known, and the spouse's election of {event.day} "
        "brings it into the spouse's own IRAs",
        remedy="record it, line 14 of the decedent's last Form 8606 or their Roth history (0 "
        f"where there was none): basis record 8606{decedent_option(decedent)} "
        f"--year {event.day.year - 1} --opens {event.day.year} {facts}",
    )


def _not_settled(payment: IraPayment, start: date | None, decedent: str) -> LedgerError:
    """Refuse a payment out of an inherited Roth IRA that may hold taxable earnings.

    The five-year period is the decedent's (Treas. Reg. 1.408A-6, Q&A-7); before its end the
    decedent's contributions and conversions decide.
    """
    account, event = payment.account, payment.event
    said = "is not known" if start is None else f"is over only on {start}"
    return LedgerError(
        where=event.where,
        code="inherited_roth_not_settled",
        problem=f"{account.id}: the five-year period of {decedent} {said}; what of the payment of "
        f"{event.day} is taxable cannot be worked out",
        remedy=f"set first_roth_year of {account.id} to the first year of the decedent's Roth "
        "IRAs; before their five years are over record the decedent's contributions and "
        f"conversions that are left: basis record 8606{decedent_option(decedent)} "
        f"--year {event.day.year - 1} --opens {event.day.year} "
        "--roth-regular … --roth-conversion …",
    )
