"""Booking: an entry of what an event debits and credits, as the catalogue of events has it.

Basis is posted here only where it is a fact: an after-tax contribution, an opening balance, a
figure that a decree or a statement gives. Basis that the law moves is derived later by the fold.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ledger.booking.amounts import destinations, gross_amount, lacks_basis
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
from ledger.events import (
    CASH,
    ELSEWHERE,
    HERE,
    IN_PLAN,
    IN_PLAN_AFTER_TAX,
    IN_TRANSIT,
    PARTS,
    TO,
    BasisRule,
    Event,
    EventKind,
)
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money

K = EventKind


def book(event: Event, accounts: Accounts) -> JournalEntry:
    """Return the entry an event makes; a statement balance makes one without postings.

    Raises LedgerError: ``unknown_account``, ``missing_field``, ``source_needed``,
    ``source_not_possible``, ``bad_amount``, ``wrong_account_kind``, ``not_supported``.
    """
    here = account_of(event, event.account, accounts)
    check_shape(event, here, accounts)
    rule = event.kind.spec.booking
    if event.kind is K.BALANCE:
        # asked for only to refuse a balance that does not say what it is
        event.money("value")
        return JournalEntry(event, (), event.kind.words)
    if rule is None:
        raise refusal(
            event,
            "not_supported",
            f"{event.kind.with_article} is not supported yet",
            "leave it out and show it to your adviser; the taxpayer's figures without it are "
            "not complete",
        )
    if rule.debit == PARTS:
        # each receiver of a distribution is a posting of its own
        paid = with_units(event, here, _distribution(event, here, accounts))
        return JournalEntry(event, paid, event.kind.words)
    value = event.money(rule.amount) if rule.amount else ZERO
    if event.kind.spec.carries_earnings:
        # earnings leave with the excess; a loss lessens what is paid
        value += event.earnings or ZERO
    basis = _basis(event, here, value, rule.basis)
    debit = _pool(rule.debit, event, here, accounts)
    credit = _pool(rule.credit, event, here, accounts)
    if rule.basis is BasisRule.TAXED:
        taxed = event.money("amount")
        income = Posting(outside(Outside.TAXED), ZERO, -taxed)
        return JournalEntry(
            event, (Posting(debit, value, taxed), Posting(credit, -value), income), event.kind.words
        )
    postings = (*_paid(event, debit, value, basis), Posting(credit, -value, -basis))
    return JournalEntry(event, with_units(event, here, postings), event.kind.words)


def with_units(event: Event, here: Account, postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Put the units of a row beside its money: in its own pool, and in the one it is moved to.

    What is converted inside a plan stays in its fund. The other side of all other units is the
    market.
    """
    # units serve to value a plan's sources: an IRA is valued as a whole at year end
    if event.units is None or not here.kind.is_plan:
        return tuple(postings)
    own, fund, units = _own_pool(event, here), event.fund, event.units
    turned = {_in_plan_roth(here)} if event.kind is K.IN_PLAN_CONVERSION else set()
    return tuple(
        # the other side has the opposite sign: units balance as money does
        Posting(p.pool, p.value, p.basis, fund, units if p.pool == own else -units)
        if p.pool == own or p.pool in turned or p.pool.account == Outside.MARKET
        else p
        for p in postings
    )


def _paid(event: Event, debit: Pool, value: Money, basis: Money) -> tuple[Posting, ...]:
    """Return the debit of an entry; tax withheld from cash is a posting of its own."""
    # a rollover or transfer pays no cash that tax could be withheld from
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
    # no basis yet: how much leaves with the money is for the fold to work out
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
    if role == IN_PLAN:
        return _in_plan_roth(here)
    if role == IN_PLAN_AFTER_TAX:
        return Pool(here.id, Source.AFTER_TAX)
    if role != TO:
        return Pool(role)
    if event.to == IN_TRANSIT:
        return outside(Outside.IN_TRANSIT)
    return _receiving_pool(accounts[event.to])


def _in_plan_roth(here: Account) -> Pool:
    return Pool(here.id, Source.IN_PLAN_ROTH)


def _own_pool(event: Event, here: Account) -> Pool:
    if not here.kind.is_plan:
        return Pool(here.id)
    # money from elsewhere is kept apart where nobody says which source it became
    if event.kind is K.ROLLOVER_IN and not event.sources:
        return Pool(here.id, Source.ROLLOVER)
    return _pool_of(here.id, event.source)


# an import asks for the same few pools thousands of times
@lru_cache(maxsize=4096)
def _pool_of(account: str, source: Source | None) -> Pool:
    return Pool(account, source.value if source else UNDIVIDED)


def _receiving_pool(account: Account) -> Pool:
    """Return where money from elsewhere arrives; in a plan the fold divides it by source."""
    return Pool(account.id, UNDIVIDED) if account.kind.is_plan else Pool(account.id)


def _basis(event: Event, here: Account, value: Money, rule: BasisRule) -> Money:
    if rule is BasisRule.STATED:
        return _stated_basis(event, here)
    taxed = here.kind.is_roth_ira or (
        event.source is not None and event.source.character is not TaxCharacter.PRE_TAX
    )
    if rule is BasisRule.DEFERRED:
        # the deferral was taxed, its earnings were not: they carry no basis
        return event.money("amount") if taxed else ZERO
    return value if rule is BasisRule.CONTRIBUTED and taxed else ZERO


def _stated_basis(event: Event, here: Account) -> Money:
    if event.kind is K.DIVORCE_TRANSFER and not here.kind.is_pooled_traditional:
        return ZERO  # divided by source, or with the layers of the giver's Roth IRAs
    if event.basis is not None:
        return event.basis
    told_later = event.origin not in {"", ELSEWHERE}  # by the account that sent it
    if lacks_basis(event, here) and not told_later:
        raise refusal(
            event,
            "missing_field",
            f"the {event.kind.words} from source {event.source} needs its basis",
            "add 'basis': the contributions in it that were taxed already",
        )
    return ZERO
