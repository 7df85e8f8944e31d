"""Inherited Roth IRAs: free of tax once the five years of the one who died are over."""

from __future__ import annotations

from ledger.errors import LedgerError
from ledger.law.five_year_clocks import roth_ira_qualified_from
from ledger.person_years.ira_events import IraPayment


def check_inherited_roth_is_free(payment: IraPayment) -> None:
    """Refuse a payment out of an inherited Roth IRA that may hold taxable earnings.

    The five-year period is the decedent's (Treas. Reg. 1.408A-6, Q&A-7); before its end the
    decedent's contributions and conversions decide, which the books do not hold.
    """
    account, event = payment.account, payment.event
    start = roth_ira_qualified_from(account.first_roth_year)
    if start is not None and event.day >= start:
        return
    said = "is not known" if start is None else f"is over only on {start}"
    raise LedgerError(
        where=event.where,
        code="inherited_roth_not_settled",
        problem=f"{account.id}: the five-year period of {account.decedent or 'the decedent'} "
        f"{said}; what of the payment of {event.day} is taxable cannot be worked out",
        remedy=f"set first_roth_year of {account.id} to the first year of the decedent's Roth "
        "IRAs; a payment before their five years are over needs an adviser",
    )
