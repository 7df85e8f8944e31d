"""Pension payments: the part of each that recovers cost under the Simplified Method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.balances.distributions import missing_birth_date
from ledger.chart import Account, SimplifiedMethod, Taxpayer
from ledger.events import Event
from ledger.forms.form import Form
from ledger.forms.pension_worksheet import PensionFacts, simplified_method_worksheet
from ledger.law.simplified_method import expected_payments, monthly_exclusion
from ledger.money import ZERO, Money
from ledger.year_end import Pension


@dataclass(frozen=True)
class PensionPayment:
    """One payment with the cost it recovers (cents)."""

    event: Event
    recovered: Money

    @property
    def taxable(self) -> Money:
        """The rest of the payment."""
        return self.event.money("amount") - self.recovered


@dataclass(frozen=True)
class PensionYear:
    """One pension's year: its payments and, where its cost is known, the worksheet."""

    account: str
    payments: tuple[PensionPayment, ...]
    sheet: Form | None = None
    expected: int = 0

    @property
    def for_record(self) -> Pension | None:
        """What the year-end record tells, None where no cost is known."""
        return None if self.sheet is None else Pension(self.account, self.expected, self.sheet)


def pension_years(
    events: Iterable[Event],
    accounts: Mapping[str, Account],
    owner: Taxpayer,
    recovered_before: Mapping[str, Money],
) -> tuple[PensionYear, ...]:
    """Divide a year's payments, pension by pension; without a cost they are fully taxable.

    ``recovered_before`` is the cost of each pension recovered in earlier years (cents). Raises
    LedgerError (``missing_birth_date``) where the number of payments depends on an age.
    """
    by_account: dict[str, list[Event]] = {}
    for event in events:
        by_account.setdefault(event.account, []).append(event)
    return tuple(
        _pension(accounts[name], paid, owner, recovered_before.get(name))
        for name, paid in by_account.items()
    )


def _pension(
    account: Account,
    paid: list[Event],
    owner: Taxpayer,
    recovered: Money | None,
) -> PensionYear:
    method = account.simplified_method
    if method is None:
        return PensionYear(account.id, tuple(PensionPayment(event, ZERO) for event in paid))
    # a number that the plan states goes before the tables by age
    expected = method.payments or _by_age(method, owner, paid[0].where)
    facts = PensionFacts(
        account=account.id,
        paid=Money.total(event.money("amount") for event in paid),
        months=sum(event.months or 1 for event in paid),
        cost=method.cost,
        payments=expected,
        # the books' own count once there is one, and what the plan stated before that
        recovered=method.recovered if recovered is None else recovered,
    )
    sheet = simplified_method_worksheet(facts)
    free = _divided(paid, monthly_exclusion(method.cost, expected), sheet.amount("8"))
    return PensionYear(account.id, tuple(free), sheet, expected)


def _by_age(method: SimplifiedMethod, owner: Taxpayer, where: str) -> int:
    if owner.born is None:
        raise missing_birth_date(where, owner.name)
    started: date = method.started or date.min
    return expected_payments(started, owner.born, method.survivor_born)


def _divided(paid: list[Event], monthly: Money, whole: Money) -> Iterator[PensionPayment]:
    """Divide what a year recovers over its payments: each month's part, then what is left."""
    amounts = [event.money("amount") for event in paid]
    parts, left = list[Money](), whole
    for event, amount in zip(paid, amounts, strict=True):
        part = min(Money(monthly.cents * (event.months or 1)), amount, left)
        parts.append(part)
        left -= part
    # the cap is the year's: what one payment could not take another may
    for event, amount, part in zip(paid, amounts, parts, strict=True):
        more = min(left, amount - part)
        left -= more
        yield PensionPayment(event, part + more)


def recovered_after(
    pensions: Iterable[PensionYear], before: Mapping[str, Money]
) -> dict[str, Money]:
    """Return the cost of each pension recovered by the end of the year (cents)."""
    found = {p.account: p.sheet.amount("10") for p in pensions if p.sheet is not None}
    # a pension that paid nothing this year keeps what it has recovered
    return {**before, **found}
