"""Rollovers: which distribution a 60-day rollover belongs to, and which account may take what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from ledger.balances.named_payments import CameBack, NamedPayments
from ledger.balances.on_its_way import Coming, Shares, apart
from ledger.balances.payouts import Story
from ledger.balances.special_payments import SpecialPayments
from ledger.booking import destinations
from ledger.books import Household
from ledger.chart import Account, AccountKind, Pool, Source, TaxCharacter
from ledger.errors import LedgerError
from ledger.events import CASH, Event, EventKind
from ledger.journal import JournalEntry, Posting
from ledger.law.early_distribution import is_in_simple_period
from ledger.law.eligible_rollover import is_qualified_offset, why_not_eligible
from ledger.law.figures import figures, statute
from ledger.law.special_distributions import (
    REPAYABLE,
    last_day_to_repay,
    reason_of,
)
from ledger.money import ZERO, Money

_DESIGNATED_ROTH = "designated Roth money goes to a Roth IRA or to another plan (IRC 402A(c)(3))"
_AFTER_TAX = (
    "after-tax money goes into a plan only by a direct rollover, and not into a 457(b) plan "
    "(IRC 402(c)(2)(A)); into an IRA it may go either way"
)
_OUT_OF_SIMPLE = (
    "within two years SIMPLE IRA money goes only to another SIMPLE IRA (IRC 408(d)(3)(G)): write "
    "what happened as a distribution in cash, and the deposit as a contribution"
)
_INTO_SIMPLE = (
    "within two years a SIMPLE IRA takes only the employer's plan money and what comes from "
    "another SIMPLE IRA (IRC 408(p)(1)(B)): check 'simple_since' and the account that took it"
)


class Rollovers:
    """The distributions and the 60-day rollovers of the books, found by id."""

    def __init__(self, books: Household, story: Story) -> None:
        self._accounts = books.accounts
        self._payments = NamedPayments(books)
        self._back = CameBack(self._payments)
        self._special = SpecialPayments(books, self._payments, story.held)
        self._entries: dict[Event, JournalEntry] = {}  # of what came back, by its event
        events = [entry.event for entry in books.entries]
        for entry in books.entries:
            if entry.event.kind is EventKind.ROLLOVER_60DAY:
                self._back.add(entry.event)
                self._entries[entry.event] = entry
        for event in events:
            if self.is_of_plan(event):
                self._back.add(arriving(event))

    def is_of_plan(self, event: Event) -> bool:
        """Tell whether an event repays a distribution out of a plan."""
        if event.kind is not EventKind.REPAYMENT:
            return False
        paid = self._payments.meant_by(event)
        return any(self._accounts[one.account].kind.is_plan for one in paid)

    def of(self, distribution: Event) -> list[Event]:
        """Return the 60-day rollovers of the cash of a distribution."""
        return self._back.of(distribution)

    def entry_of(self, rollover: Event) -> JournalEntry:
        """Return the entry of a 60-day rollover, with the rows of the account that got it."""
        return self._entries.get(rollover) or JournalEntry(rollover, (), rollover.kind.words)

    def distribution(self, rollover: Event) -> Event:
        """Return the distribution a rollover names; refuse a name that fits none, or several."""
        found = self._payments.meant_by(rollover)
        if len(found) != 1:
            many = f"{len(found)} distributions have" if found else "no distribution has"
            raise LedgerError(
                where=rollover.where,
                code="unknown_distribution",
                problem=f"{many} the id '{rollover.of}'",
                remedy="name in 'of' the id of the one distribution that was paid out",
            )
        paid = found[0]
        if self._accounts[paid.account].kind.is_plan:
            check_eligible(rollover, paid)
        owners = {self._accounts[paid.account].owner, self._accounts[rollover.to].owner}
        if len(owners) > 1:
            raise LedgerError(
                where=rollover.where,
                code="other_owner",
                problem=f"{rollover.of} was paid to {self._accounts[paid.account].owner}, "
                f"{rollover.to} belongs to {self._accounts[rollover.to].owner}",
                remedy="a person rolls over into an account of their own",
            )
        if rollover.account not in {paid.account, rollover.to}:
            raise LedgerError(
                where=rollover.where,
                code="bad_value",
                problem=f"{rollover.of} was paid out of {paid.account} and rolled into "
                f"{rollover.to}: the 'account' {rollover.account} is neither",
                remedy="write the account that paid, or the one that received",
            )
        return paid

    def check_within_cash(self, distribution: Event) -> None:
        """Refuse 60-day rollovers that come to more than was paid out in cash."""
        paid = destinations(distribution)
        left = Money.total(amount for to, amount in paid if to == CASH)
        for rollover in self.of(distribution):
            amount = rollover.money("amount")
            if amount > left:
                raise LedgerError(
                    where=rollover.where,
                    code="rollover_too_large",
                    problem=f"{amount} is rolled over out of {left} that was paid in cash "
                    f"({distribution.name})",
                    remedy="correct the amount, or name the distribution it belongs to ('of'); "
                    "where one deposit holds several payments or other money too, take its import "
                    "back, answer its row 'ignore' and enter each part by itself: basis add "
                    "rollover_60day, basis add contribution",
                )
            if rollover.kind is EventKind.REPAYMENT:
                self._check_repayment(rollover, distribution)
            else:
                check_in_time(rollover, distribution)
            left -= amount

    def _check_repayment(self, repayment: Event, paid: Event) -> None:
        """Refuse a repayment that the law has no room for: reason, time, amount."""
        if not paid.disaster and reason_of(paid) not in REPAYABLE:
            raise LedgerError(
                where=repayment.where,
                code="not_repayable",
                problem=f"{paid.name} of {paid.day} is not recorded as a distribution that may be "
                "repaid",
                remedy="put 'disaster' with its name, or 'reason' beside it: one of "
                f"{', '.join(sorted(REPAYABLE))}; within 60 days it is a 'rollover_60day'",
            )
        last = last_day_to_repay(paid.day)
        if not paid.day <= repayment.day <= last:
            raise LedgerError(
                where=repayment.where,
                code="repayment_too_late",
                problem=f"{paid.name} of {paid.day} may be repaid from that day until {last}, "
                f"not on {repayment.day}",
                remedy="check the dates; later money is a contribution (IRC 72(t)(2)(H)(v))",
            )
        fits = self._special.covered(paid)
        repaid = (one for one in self.of(paid) if one.kind is EventKind.REPAYMENT)
        back = Money.total(one.money("amount") for one in repaid)
        if back > fits:
            raise LedgerError(
                where=repayment.where,
                code="repayment_too_large",
                problem=f"{back} is repaid of {paid.name}, of which {fits} qualifies",
                remedy="correct the amount; what does not qualify cannot be repaid",
            )

    def from_ira(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Check a distribution of an IRA; yield where the money that a plan takes arrives."""
        event, here = entry.event, self._accounts[entry.event.account]
        self.check_within_cash(event)
        rolled = [(r, r.to) for r in self.of(event)]
        direct = [(event, to) for to, _ in destinations(event) if to != CASH]
        for source, to in (*direct, *rolled):
            check_ira_money_fits(source, here, self._accounts[to])
        yield from self.arrival_of_ira_money(entry)

    def arrival_of_ira_money(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Yield where IRA money arrives in a plan, rolled over directly or within 60 days."""
        shares, coming = Shares(entry), list[Coming]()
        for to, amount in destinations(entry.event):
            if to != CASH and self._accounts[to].kind.is_plan:
                into = Pool(to, Source.ROLLOVER.value)
                coming += [
                    (one, (Posting(one.undivided(to), -one.amount), Posting(into, one.amount)))
                    for one in shares.of(to, amount)
                ]
        if coming:
            told = JournalEntry(
                entry.event,
                (),
                "IRA money rolled into a plan is pre-tax",
                derived=True,
                cite="IRC 408(d)(3)(A)(ii)",
            )
            yield from apart(told, (), coming)


def arriving(event: Event) -> Event:
    """Return a rollover or repayment with the account that got the money in 'to'."""
    return replace(event, to=event.account) if event.kind is EventKind.REPAYMENT else event


def check_eligible(rollover: Event, paid: Event) -> None:
    """Refuse the rollover of plan money that the law does not let roll over."""
    words = why_not_eligible(paid.kind, paid.reason, paid.exception)
    if words:
        raise LedgerError(
            where=rollover.where,
            code="not_eligible_rollover",
            problem=f"{paid.name} of {paid.day} is {words}: it cannot be rolled over",
            remedy="check 'of', 'reason' and 'exception'; money put into an IRA all the same is a "
            "contribution (IRC 402(c)(4))",
        )


def check_in_time(rollover: Event, paid: Event) -> None:
    """Refuse a late rollover unless the event gives the reason of a waiver.

    Sixty days; for a qualified plan loan offset until the return is due with extensions.
    """
    paid_out = paid.day
    days = (rollover.day - paid_out).days
    if days < 0:
        raise LedgerError(
            where=rollover.where,
            code="rollover_too_early",
            problem=f"the rollover is {-days} days before the distribution of {paid_out}",
            remedy="check the two dates, and which distribution is named in 'of'",
        )
    if days <= statute().number("rollover_days") or rollover.reason:
        return
    offset = is_qualified_offset(paid.kind, paid.reason)
    if offset and rollover.day <= figures(paid_out.year).day("corrective_due_date"):
        return
    raise LedgerError(
        where=rollover.where,
        code="rollover_too_late",
        problem=f"the rollover is {days} days after the distribution of {paid_out}",
        remedy="check the dates; with a waiver or self-certification (Rev. Proc. 2020-46) say so "
        "in 'reason' (basis settle … --of … --reason, basis add rollover_60day … --reason)",
    )


def check_ira_money_fits(event: Event, here: Account, to: Account) -> None:
    """Refuse IRA money where the law has no rollover or conversion for it."""
    if here.kind.is_pooled_traditional:
        fits = to.kind.is_pooled_traditional or to.kind.is_roth_ira or to.kind.is_plan
    else:
        fits = here.kind.is_roth_ira and to.kind.is_roth_ira
    if fits:
        return
    raise LedgerError(
        where=event.where,
        code="cannot_receive",
        problem=f"money of {here.kind.with_article} ({here.id}) cannot be rolled over into a "
        f"{to.kind.words} ({to.id})",
        remedy="Roth IRA money goes only to a Roth IRA (IRC 408A(e)); an inherited IRA is moved "
        "only by a 'transfer' to another inherited IRA (IRC 408(d)(3)(C))",
    )


def check_simple_period(event: Event, here: Account, to: Account, arrived: date) -> None:
    """Refuse money between a SIMPLE IRA in its first two years and an account of another kind.

    What leaves counts by the day of the event, what comes by the day on which it ``arrived``.
    """
    if here.kind is to.kind:
        return
    _refuse_in_first_years(event, here, event.day, _OUT_OF_SIMPLE)
    _refuse_in_first_years(event, to, arrived, _INTO_SIMPLE)


def _refuse_in_first_years(event: Event, one: Account, day: date, remedy: str) -> None:
    since = one.simple_since
    if since is not None and is_in_simple_period(since, day):
        raise LedgerError(
            where=event.where,
            code="cannot_receive",
            problem=f"{one.id} is a SIMPLE IRA in the first two years from {since}: no money moves "
            "between it and an account of another kind",
            remedy=remedy,
        )


def check_plan_money_fits(
    event: Event, to: Account, character: TaxCharacter, accounts: Mapping[str, Account]
) -> None:
    """Refuse plan money where the law has no rollover for it."""
    _refuse_in_first_years(event, to, event.day, _INTO_SIMPLE)
    kind = accounts[to.id].kind
    roth = character is TaxCharacter.ROTH
    inherited = AccountKind.INHERITED_ROTH_IRA if roth else AccountKind.INHERITED_TRADITIONAL_IRA
    of_death = reason_of(event) == "death" and event.kind is EventKind.DISTRIBUTION
    if kind.is_plan or kind.is_roth_ira or (kind.is_pooled_traditional and not roth):
        return
    if of_death and kind is inherited:  # IRC 402(c)(11): a beneficiary's direct rollover
        return
    raise LedgerError(
        where=event.where,
        code="cannot_receive",
        problem=f"{to.id} is {kind.with_article}: it cannot take "
        f"{'designated Roth' if roth else 'plan'} money",
        remedy=f"check the account; {_DESIGNATED_ROTH}",
    )


def check_after_tax_fits(event: Event, to: Account, aftertax: Money, *, direct: bool) -> None:
    """Refuse taxed dollars on their way into a plan that may not take them this way."""
    takes = direct and to.kind is not AccountKind.B457
    if not to.kind.is_plan or takes or aftertax == ZERO:
        return
    raise LedgerError(
        where=event.where,
        code="cannot_receive",
        problem=f"{aftertax} of after-tax money is rolled over into {to.id}",
        remedy=f"{_AFTER_TAX}; correct the amount or the account",
    )
