"""Rollovers: which distribution a 60-day rollover belongs to, and which account may take what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from ledger.booking import destinations
from ledger.books import Books
from ledger.chart import UNDIVIDED, Account, AccountKind, Pool, Source, TaxCharacter
from ledger.errors import LedgerError
from ledger.journal import JournalEntry, Posting
from ledger.law.figures import statute
from ledger.money import ZERO, Money
from ledger.records import CASH, Event, EventKind

PAYS_OUT = {EventKind.DISTRIBUTION, EventKind.LOAN_OFFSET}
_DESIGNATED_ROTH = "designated Roth money goes to a Roth IRA or to another plan (IRC 402A(c)(3))"
_AFTER_TAX = (
    "after-tax money goes into a plan only by a direct rollover, and not into a 457(b) plan "
    "(IRC 402(c)(2)(A)); into an IRA it may go either way"
)


class Rollovers:
    """The distributions and the 60-day rollovers of the books, found by id."""

    def __init__(self, books: Books) -> None:
        self._accounts = books.accounts
        self._of: dict[str, list[Event]] = defaultdict(list)
        self._paid: dict[str, list[Event]] = defaultdict(list)
        for entry in books.entries:
            event = entry.event
            if event.kind is EventKind.ROLLOVER_60DAY:
                self._of[event.of].append(event)
            elif event.kind in PAYS_OUT and event.id:
                self._paid[event.id].append(event)

    def of(self, distribution: Event) -> list[Event]:
        """Return the 60-day rollovers of the cash of a distribution."""
        return self._of.get(distribution.id, []) if distribution.id else []

    def distribution(self, rollover: Event) -> Event:
        """Return the distribution a rollover names; refuse a name that fits none, or several."""
        found = self._paid.get(rollover.of, []) if rollover.of else []
        if len(found) != 1:
            many = f"{len(found)} distributions have" if found else "no distribution has"
            raise LedgerError(
                where=rollover.where,
                code="unknown_distribution",
                problem=f"{many} the id '{rollover.of}'",
                remedy="name in 'of' the id of the one distribution that was paid out",
            )
        paid = found[0]
        owners = {self._accounts[paid.account].owner, self._accounts[rollover.to].owner}
        if len(owners) > 1:
            raise LedgerError(
                where=rollover.where,
                code="other_owner",
                problem=f"{rollover.of} was paid to {self._accounts[paid.account].owner}, "
                f"{rollover.to} belongs to {self._accounts[rollover.to].owner}",
                remedy="a person rolls over into an account of their own",
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
                    remedy="correct the amount, or name the distribution it belongs to ('of')",
                )
            check_in_time(rollover, distribution.day)
            left -= amount

    def from_ira(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Check a distribution of an IRA; yield where the money that a plan takes arrives."""
        event, here = entry.event, self._accounts[entry.event.account]
        self.check_within_cash(event)
        rolled = [(r, r.to) for r in self.of(event)]
        direct = [(event, to) for to, _ in destinations(event) if to != CASH]
        for source, to in (*direct, *rolled):
            check_ira_money_fits(source, here, self._accounts[to])
        arrived = [(to, amount) for to, amount in destinations(event) if to != CASH]
        yield from self._into_plans(event, arrived)

    def arrival_of_ira_money(self, rollover: Event) -> Iterator[JournalEntry]:
        """Yield where a 60-day rollover of IRA money arrives in a plan."""
        yield from self._into_plans(rollover, [(rollover.to, rollover.money("amount"))])

    def _into_plans(self, event: Event, arrived: list[tuple[str, Money]]) -> Iterator[JournalEntry]:
        postings = [
            posting
            for to, amount in arrived
            if self._accounts[to].kind.is_plan
            for posting in (
                Posting(Pool(to, UNDIVIDED), -amount),
                Posting(Pool(to, Source.ROLLOVER.value), amount),
            )
        ]
        if postings:
            yield JournalEntry(
                event,
                tuple(postings),
                "IRA money rolled into a plan is pre-tax",
                derived=True,
                cite="IRC 408(d)(3)(A)(ii)",
            )


def check_in_time(rollover: Event, paid_out: date) -> None:
    """Refuse a rollover after day 60 unless the event gives the reason of a waiver."""
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
    raise LedgerError(
        where=rollover.where,
        code="rollover_too_late",
        problem=f"the rollover is {days} days after the distribution of {paid_out}",
        remedy="check the dates; with a waiver or self-certification (Rev. Proc. 2020-46) say so "
        "in 'reason'",
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
        problem=f"money of a {here.kind.words} ({here.id}) cannot be rolled over into a "
        f"{to.kind.words} ({to.id})",
        remedy="Roth IRA money goes only to a Roth IRA (IRC 408A(e)); an inherited IRA is moved "
        "only by a 'transfer' to another inherited IRA (IRC 408(d)(3)(C))",
    )


def check_plan_money_fits(
    event: Event, to: Account, character: TaxCharacter, accounts: Mapping[str, Account]
) -> None:
    """Refuse plan money where the law has no rollover for it."""
    kind = accounts[to.id].kind
    roth = character is TaxCharacter.ROTH
    inherited = AccountKind.INHERITED_ROTH_IRA if roth else AccountKind.INHERITED_TRADITIONAL_IRA
    of_death = event.reason == "death" and event.kind is EventKind.DISTRIBUTION
    if kind.is_plan or kind.is_roth_ira or (kind.is_pooled_traditional and not roth):
        return
    if of_death and kind is inherited:  # IRC 402(c)(11): a beneficiary's direct rollover
        return
    raise LedgerError(
        where=event.where,
        code="cannot_receive",
        problem=f"{to.id} is a {kind.words}: it cannot take "
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
