"""Booking: the one table that says what each event debits and credits, and whether basis travels.

Basis is posted here only where it is a fact: an after-tax contribution, an opening balance, a
figure that a decree or a statement gives. Basis that the law moves is derived later by the fold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ledger.booking.amounts import destinations, gross_amount
from ledger.booking.checks import check_shape
from ledger.booking.receivers import Accounts, account_of
from ledger.booking.refusals import refusal
from ledger.chart import (
    UNDIVIDED,
    Account,
    Outside,
    Pool,
    Source,
    TaxCharacter,
    outside,
)
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money
from ledger.records import CASH, IN_TRANSIT, Event, EventKind


class _Basis(Enum):
    """Whether basis travels with the value when the event is booked."""

    NONE = "none"  # the law moves it later, or there is none
    CONTRIBUTED = "contributed"  # all of it, when the money had been taxed already
    DEFERRED = "deferred"  # the deferral without its earnings, when it had been taxed already
    STATED = "stated"  # what the event itself says


@dataclass(frozen=True)
class _Rule:
    """One row of the table: who gets the value, who gives it, and the basis."""

    debit: str
    credit: str
    basis: _Basis = _Basis.NONE
    amount: str = "amount"


HERE, TO = "here", "to"
K = EventKind
_BOOKS: dict[EventKind, _Rule] = {
    # event                     debited (gets value)    credited (gives value)   basis
    K.OPENING: _Rule(HERE, Outside.OPENING, _Basis.STATED, amount="value"),
    K.CONTRIBUTION: _Rule(HERE, Outside.PAY, _Basis.CONTRIBUTED),
    K.EARNINGS: _Rule(HERE, Outside.GAINS),
    K.FEE: _Rule(Outside.FEES, HERE),
    K.IN_PLAN_CONVERSION: _Rule(TO, HERE),
    K.ROLLOVER_60DAY: _Rule(TO, Outside.CASH),
    K.ROLLOVER_IN: _Rule(HERE, Outside.ELSEWHERE, _Basis.STATED),
    K.CONVERSION: _Rule(TO, HERE),
    K.TRANSFER: _Rule(TO, HERE),
    K.TRANSFER_IN: _Rule(HERE, Outside.ELSEWHERE),
    K.TRANSFER_OUT: _Rule(Outside.ELSEWHERE, HERE),
    K.RECHARACTERIZATION: _Rule(TO, HERE),
    K.RETURN_OF_CONTRIBUTION: _Rule(Outside.CASH, HERE),
    K.EXCESS_DEFERRAL_RETURN: _Rule(Outside.CASH, HERE, _Basis.DEFERRED),
    K.CORRECTIVE_DISTRIBUTION: _Rule(Outside.CASH, HERE, _Basis.DEFERRED),
    K.QCD: _Rule(Outside.CHARITY, HERE),
    K.ANNUITY_PAYMENT: _Rule(Outside.CASH, Outside.ELSEWHERE),
    K.LOAN: _Rule(Outside.LOANS, HERE),
    K.LOAN_REPAYMENT: _Rule(HERE, Outside.LOANS),
    K.LOAN_OFFSET: _Rule(Outside.CASH, Outside.LOANS),
    K.DEEMED_DISTRIBUTION: _Rule(Outside.CASH, Outside.LOANS),
    K.DIVORCE_TRANSFER: _Rule(TO, HERE, _Basis.STATED),
    K.REPAYMENT: _Rule(HERE, Outside.CASH),
    K.HSA_FUNDING: _Rule(Outside.ELSEWHERE, HERE),
    K.ROLLOVER_529: _Rule(HERE, Outside.ELSEWHERE, _Basis.CONTRIBUTED),
    K.SPOUSE_ELECTION: _Rule(TO, HERE),
    K.EXCHANGE: _Rule(HERE, Outside.MARKET, amount=""),  # units alone: no value moves
}

_PAID_BACK = {K.EXCESS_DEFERRAL_RETURN, K.CORRECTIVE_DISTRIBUTION}


def book(event: Event, accounts: Accounts) -> JournalEntry:
    """Return the entry an event makes; a statement balance makes one without postings.

    Raises LedgerError: ``unknown_account``, ``missing_field``, ``source_needed``,
    ``source_not_possible``, ``bad_amount``, ``wrong_account_kind``, ``not_supported``.
    """
    here = account_of(event, event.account, accounts)
    check_shape(event, here, accounts)
    if event.kind is K.BALANCE:
        event.money("value")
        return JournalEntry(event, (), event.kind.words)
    if event.kind is K.DISTRIBUTION:
        paid = _with_units(event, here, _distribution(event, here, accounts))
        return JournalEntry(event, paid, event.kind.words)
    rule = _BOOKS.get(event.kind)
    if rule is None:
        raise refusal(
            event,
            "not_supported",
            f"{event.kind.with_article} is not supported yet",
            "leave it out and show it to your adviser; the taxpayer's figures without it are "
            "not complete",
        )
    value = event.money(rule.amount) if rule.amount else ZERO
    if event.kind in _PAID_BACK:
        value += event.earnings or ZERO
    basis = _basis(event, here, value, rule.basis)
    debit = _pool(rule.debit, event, here, accounts)
    credit = _pool(rule.credit, event, here, accounts)
    postings = (*_paid(event, debit, value, basis), Posting(credit, -value, -basis))
    return JournalEntry(event, _with_units(event, here, postings), event.kind.words)


def _with_units(event: Event, here: Account, postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Put the units of a row beside its money: in its own pool, and in the one it is moved to.

    What is converted inside a plan stays in its fund. The other side of all other units is the
    market.
    """
    if event.units is None or not here.kind.is_plan:
        return tuple(postings)
    own, fund, units = _own_pool(event, here), event.fund, event.units
    turned = {Pool(here.id, Source.IN_PLAN_ROTH)} if event.kind is K.IN_PLAN_CONVERSION else set()
    return tuple(
        Posting(p.pool, p.value, p.basis, fund, units if p.pool == own else -units)
        if p.pool == own or p.pool in turned or p.pool.account == Outside.MARKET
        else p
        for p in postings
    )


def _paid(event: Event, debit: Pool, value: Money, basis: Money) -> tuple[Posting, ...]:
    """Return the debit of an entry; tax withheld from cash is a posting of its own."""
    if not event.tax_withheld or debit != outside(Outside.CASH):
        return (Posting(debit, value, basis),)
    withheld = Posting(outside(Outside.WITHHELD), event.tax_withheld)
    return (Posting(debit, value - event.tax_withheld, basis), withheld)


def book_all(events: Iterable[Event], accounts: Accounts) -> tuple[JournalEntry, ...]:
    """Book events in their order of effect: by day, and as given within a day."""
    return tuple(book(e, accounts) for e in sorted(events, key=lambda e: (e.day, e.seq)))


def _distribution(event: Event, here: Account, accounts: Accounts) -> tuple[Posting, ...]:
    gross = gross_amount(event)
    withheld = event.tax_withheld
    postings = [Posting(_own_pool(event, here), -gross)]
    for to, amount in destinations(event):
        if to == CASH:
            postings.append(Posting(outside(Outside.CASH), amount - withheld))
        elif to == IN_TRANSIT:
            postings.append(Posting(outside(Outside.IN_TRANSIT), amount))
        else:
            postings.append(Posting(_receiving_pool(accounts[to]), amount))
    if withheld:
        postings.append(Posting(outside(Outside.WITHHELD), withheld))
    return tuple(postings)


def _pool(role: str, event: Event, here: Account, accounts: Accounts) -> Pool:
    if role == HERE:
        return _own_pool(event, here)
    if role != TO:
        return Pool(role)
    if event.kind is K.IN_PLAN_CONVERSION:
        return Pool(here.id, Source.IN_PLAN_ROTH)
    if event.to == IN_TRANSIT:
        return outside(Outside.IN_TRANSIT)
    return _receiving_pool(accounts[event.to])


def _own_pool(event: Event, here: Account) -> Pool:
    if not here.kind.is_plan:
        return Pool(here.id)
    if event.kind is K.ROLLOVER_IN and not event.sources:
        return Pool(here.id, Source.ROLLOVER)
    return Pool(here.id, event.source.value if event.source else UNDIVIDED)


def _receiving_pool(account: Account) -> Pool:
    """Return where money from elsewhere arrives; in a plan the fold divides it by source."""
    return Pool(account.id, UNDIVIDED) if account.kind.is_plan else Pool(account.id)


def _basis(event: Event, here: Account, value: Money, rule: _Basis) -> Money:
    if rule is _Basis.STATED:
        return _stated_basis(event, here)
    taxed = here.kind.is_roth_ira or (
        event.source is not None and event.source.character is not TaxCharacter.PRE_TAX
    )
    if rule is _Basis.DEFERRED:
        return event.money("amount") if taxed else ZERO
    return value if rule is _Basis.CONTRIBUTED and taxed else ZERO


def _stated_basis(event: Event, here: Account) -> Money:
    if event.basis is not None:
        return event.basis
    taxed = event.source is not None and event.source.character is not TaxCharacter.PRE_TAX
    if here.kind.is_plan and taxed:
        raise refusal(
            event,
            "missing_field",
            f"the {event.kind.words} from source {event.source} needs its basis",
            "add 'basis': the contributions in it that were taxed already",
        )
    return ZERO
