"""Rows of the year-end record that retell the fold: disbursements, pools, Roth accounts, limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ledger.balances.contracts import PlanContracts
from ledger.balances.payouts import CorrectedContribution, Payout
from ledger.balances.pools import Balances
from ledger.chart import Account, Source, TaxCharacter
from ledger.law.five_year_clocks import designated_roth_qualified_from
from ledger.money import ZERO, Money
from ledger.year_end import DesignatedRoth, DisasterLater, Disbursement, PoolYear, Returned


def disbursements(payouts: Iterable[Payout]) -> Iterator[Disbursement]:
    """Tell where the plan distributions of a year went, with pretax and after-tax dollars."""
    for payout in payouts:
        for row in payout.disbursed:
            yield Disbursement(
                event=payout.event.name,
                to=row.to,
                amount=row.amount,
                pretax=row.pretax,
                aftertax=row.aftertax,
                taxable=row.taxable,
            )


def returned(corrected: Iterable[CorrectedContribution], year: int) -> Iterator[Returned]:
    """Tell the corrections of contributions made for a tax year, whenever the money moved."""
    for found in corrected:
        if found.event.tax_year == year:
            yield Returned(found.event, found.event.money("amount"), found.net_income, found.covers)


def disaster_later(
    iras: Mapping[int, Money], plans: Mapping[int, Money]
) -> Iterator[DisasterLater]:
    """Tell what of disaster distributions is income of each later year."""
    for year in sorted({*iras, *plans}):
        yield DisasterLater(year, iras.get(year, ZERO), plans.get(year, ZERO))


def pools(accounts: Iterable[Account], balances: Balances, year: int) -> Iterator[PoolYear]:
    """Tell the year of every pool from opening to closing."""
    for account in accounts:
        yield from balances.year_of(account, year)


def designated_roth(
    accounts: Iterable[Account], balances: Balances, contracts: PlanContracts, year: int
) -> Iterator[DesignatedRoth]:
    """Tell each plan's designated Roth account: clock, investment in the contract, value."""
    for account in accounts:
        if not account.kind.is_plan:
            continue
        rows = [row for row in balances.year_of(account, year) if _is_roth(row)]
        since = contracts.first_roth_year(account)
        # a clock that starts later is not there yet in this year
        if (not rows and since is None) or (since is not None and since > year):
            continue
        yield DesignatedRoth(
            account=account.id,
            since=since,
            qualified_from=designated_roth_qualified_from(since),
            basis=Money.total(row.closing_basis or ZERO for row in rows),
            value=Money.total(row.closing_value for row in rows),
        )


def _is_roth(row: PoolYear) -> bool:
    return Source(row.source).character is TaxCharacter.ROTH
