"""Booking: the one table that says what each event debits and credits, and whether basis travels.

Basis is posted here only where it is a fact: an after-tax contribution, an opening balance, a
figure that a decree or a statement gives. Basis that the law moves is derived later by the fold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from ledger.chart import (
    UNDIVIDED,
    Account,
    AccountKind,
    Outside,
    Pool,
    Source,
    TaxCharacter,
    outside,
)
from ledger.errors import LedgerError
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money
from ledger.records import CASH, Event, EventKind

Accounts = Mapping[str, Account]


class _Basis(Enum):
    """Whether basis travels with the value when the event is booked."""

    NONE = "none"  # the law moves it later, or there is none
    CONTRIBUTED = "contributed"  # all of it, when the money had been taxed already
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
    K.EXCESS_DEFERRAL_RETURN: _Rule(Outside.CASH, HERE),
    K.QCD: _Rule(Outside.CHARITY, HERE),
    K.ANNUITY_PAYMENT: _Rule(Outside.CASH, Outside.ELSEWHERE),
    K.LOAN: _Rule(Outside.LOANS, HERE),
    K.LOAN_REPAYMENT: _Rule(HERE, Outside.LOANS),
    K.DIVORCE_TRANSFER: _Rule(TO, HERE, _Basis.STATED),
}


def book(event: Event, accounts: Accounts) -> JournalEntry:
    """Return the entry an event makes; a statement balance makes one without postings.

    Raises LedgerError: ``unknown_account``, ``missing_field``, ``source_needed``,
    ``source_not_possible``, ``bad_amount``, ``wrong_account_kind``, ``not_supported``.
    """
    here = _account(event, event.account, accounts)
    _check_shape(event, here, accounts)
    if event.kind is K.BALANCE:
        event.money("value")
        return JournalEntry(event, (), event.kind.words)
    if event.kind is K.DISTRIBUTION:
        return JournalEntry(event, _distribution(event, here, accounts), event.kind.words)
    rule = _BOOKS.get(event.kind)
    if rule is None:
        raise _refuse(
            event,
            "not_supported",
            f"a {event.kind.words} is not supported yet",
            "leave it out and show it to your adviser; the taxpayer's figures without it are "
            "not complete",
        )
    value = event.money(rule.amount)
    if event.kind is K.EXCESS_DEFERRAL_RETURN:
        value += event.earnings or ZERO
    basis = _basis(event, here, value, rule.basis)
    debit = _pool(rule.debit, event, here, accounts)
    credit = _pool(rule.credit, event, here, accounts)
    return JournalEntry(
        event,
        (Posting(debit, value, basis), Posting(credit, -value, -basis)),
        event.kind.words,
    )


def book_all(events: Iterable[Event], accounts: Accounts) -> tuple[JournalEntry, ...]:
    """Book events in their order of effect: by day, and as given within a day."""
    return tuple(book(e, accounts) for e in sorted(events, key=lambda e: (e.day, e.seq)))


def _distribution(event: Event, here: Account, accounts: Accounts) -> tuple[Posting, ...]:
    gross = gross_amount(event)
    withheld = event.withheld or ZERO
    postings = [Posting(_own_pool(event, here), -gross)]
    for to, amount in destinations(event):
        if to == CASH:
            postings.append(Posting(outside(Outside.CASH), amount - withheld))
        else:
            postings.append(Posting(_receiving_pool(accounts[to]), amount))
    if withheld:
        postings.append(Posting(outside(Outside.WITHHELD), withheld))
    return tuple(postings)


def destinations(event: Event) -> tuple[tuple[str, Money], ...]:
    """Return where a distribution went: (account id or "cash", gross amount in cents)."""
    if event.parts:
        return tuple((part.to, part.amount) for part in event.parts)
    return ((event.to or CASH, event.money("amount")),)


def gross_amount(event: Event) -> Money:
    """Return the gross amount of a distribution: all disbursements, tax withheld included."""
    return Money.total(amount for _, amount in destinations(event))


def _pool(role: str, event: Event, here: Account, accounts: Accounts) -> Pool:
    if role == HERE:
        return _own_pool(event, here)
    if role != TO:
        return Pool(role)
    if event.kind is K.IN_PLAN_CONVERSION:
        return Pool(here.id, Source.IN_PLAN_ROTH)
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
    taxed = here.kind in {AccountKind.ROTH_IRA, AccountKind.INHERITED_ROTH_IRA} or (
        event.source is not None and event.source.character is not TaxCharacter.PRE_TAX
    )
    return value if rule is _Basis.CONTRIBUTED and taxed else ZERO


def _stated_basis(event: Event, here: Account) -> Money:
    if event.basis is not None:
        return event.basis
    taxed = event.source is not None and event.source.character is not TaxCharacter.PRE_TAX
    if here.kind.is_plan and taxed:
        raise _refuse(
            event,
            "missing_field",
            f"the {event.kind.words} of a {event.source} source needs its basis",
            "add 'basis': the contributions in it that were taxed already",
        )
    return ZERO


_SOURCE_NEEDED = {K.OPENING, K.CONTRIBUTION, K.EARNINGS, K.FEE, K.IN_PLAN_CONVERSION, K.LOAN}
_PLAN_ONLY = {K.IN_PLAN_CONVERSION, K.EXCESS_DEFERRAL_RETURN, K.LOAN, K.LOAN_REPAYMENT}
_IRA_ONLY = {K.CONVERSION, K.RECHARACTERIZATION, K.RETURN_OF_CONTRIBUTION, K.QCD}
_NEEDS_TO = {K.CONVERSION, K.TRANSFER, K.RECHARACTERIZATION, K.DIVORCE_TRANSFER, K.ROLLOVER_60DAY}
_POSITIVE = frozenset(K) - {K.EARNINGS, K.BALANCE, K.OPENING, K.CONTRIBUTION}


def _check_shape(event: Event, here: Account, accounts: Accounts) -> None:
    """Refuse an event whose fields do not fit its kind and its account."""
    for check in (_check_sources, _check_kind, _check_signs):
        check(event, here)
    for to in _receivers(event):
        _account(event, to, accounts)
    _check_receivers(event, here, accounts)


def _check_sources(event: Event, here: Account) -> None:
    if here.kind.is_plan and event.kind in _SOURCE_NEEDED and event.source is None:
        raise _refuse(
            event,
            "source_needed",
            f"a {event.kind.words} in a plan needs one source",
            f"add 'source': one of {', '.join(Source)}",
        )
    if not here.kind.is_plan and event.sources:
        raise _refuse(
            event,
            "source_not_possible",
            f"{here.id} is a {here.kind.words}: it has no sources",
            "leave 'source' out",
        )


def _check_kind(event: Event, here: Account) -> None:
    wrong = (event.kind in _PLAN_ONLY and not here.kind.is_plan) or (
        event.kind in _IRA_ONLY and here.kind.is_plan
    )
    if wrong:
        raise _refuse(
            event,
            "wrong_account_kind",
            f"a {event.kind.words} is not possible in a {here.kind.words} ({here.id})",
            "check the account and the kind of the event",
        )


def _check_signs(event: Event, here: Account) -> None:
    del here
    amounts = {"amount": event.amount, "withheld": event.withheld}
    amounts |= {f"parts to {part.to}": part.amount for part in event.parts}
    for name, amount in amounts.items():
        if amount is not None and amount < ZERO and event.kind in _POSITIVE:
            raise _refuse(
                event,
                "bad_amount",
                f"'{name}' of a {event.kind.words} is negative ({amount})",
                "write it as a positive amount; the kind says which way the money goes",
            )


def _receivers(event: Event) -> tuple[str, ...]:
    named = [part.to for part in event.parts] or ([event.to] if event.to else [])
    if event.kind in _NEEDS_TO and not named:
        raise _refuse(
            event,
            "missing_field",
            f"a {event.kind.words} needs 'to'",
            "add 'to': the id of the account that received the money",
        )
    return tuple(to for to in named if to != CASH)


_Test = Callable[[Account], bool]
_FITS: dict[EventKind, tuple[_Test, _Test, str]] = {
    K.CONVERSION: (
        lambda here: here.kind.is_pooled_traditional,
        lambda to: to.kind is AccountKind.ROTH_IRA,
        "a conversion goes from a traditional, SEP or SIMPLE IRA to a Roth IRA",
    ),
    K.RECHARACTERIZATION: (
        lambda here: here.kind in {AccountKind.TRADITIONAL_IRA, AccountKind.ROTH_IRA},
        lambda to: to.kind in {AccountKind.TRADITIONAL_IRA, AccountKind.ROTH_IRA},
        "a recharacterization goes between a traditional and a Roth IRA",
    ),
    K.DIVORCE_TRANSFER: (
        lambda here: not here.kind.is_plan,
        lambda to: not to.kind.is_plan,
        "a divorce transfer goes from one IRA to another",
    ),
    K.TRANSFER: (
        lambda here: not here.kind.is_plan,
        lambda to: not to.kind.is_plan,
        "a transfer goes from one IRA to another; money that leaves a plan is a distribution",
    ),
    K.QCD: (
        lambda here: not here.kind.is_plan,
        bool,
        "a qualified charitable distribution comes from an IRA",
    ),
}


def _check_receivers(event: Event, here: Account, accounts: Accounts) -> None:
    receivers = [accounts[to] for to in _receivers(event)]
    from_ok, to_ok, words = _FITS.get(event.kind, (bool, bool, ""))
    if not from_ok(here) or not all(map(to_ok, receivers)):
        raise _refuse(event, "wrong_account_kind", words, "check the two accounts")
    same_owner = event.kind is not K.DIVORCE_TRANSFER
    for account in receivers:
        if same_owner and account.owner != here.owner:
            raise _refuse(
                event,
                "other_owner",
                f"{account.id} belongs to {account.owner}, {here.id} to {here.owner}",
                "money moves between accounts of one person; a divorce transfer is its own kind",
            )
        if event.kind is K.TRANSFER and (account.kind is AccountKind.ROTH_IRA) != (
            here.kind is AccountKind.ROTH_IRA
        ):
            raise _refuse(
                event,
                "wrong_account_kind",
                f"{here.id} is a {here.kind.words}, {account.id} a {account.kind.words}",
                "traditional to Roth is a 'conversion'",
            )


def _account(event: Event, name: str, accounts: Accounts) -> Account:
    if name not in accounts:
        raise _refuse(
            event,
            "unknown_account",
            f"no account '{name}'",
            f"accounts are: {', '.join(accounts) or 'none yet'}",
        )
    return accounts[name]


def _refuse(event: Event, code: str, problem: str, remedy: str) -> LedgerError:
    return LedgerError(where=event.where, code=code, problem=problem, remedy=remedy)
