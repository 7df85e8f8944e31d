"""What happened in a person's IRAs, event by event, as the forms ask about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.balances.named_payments import CameBack, NamedPayments
from ledger.balances.payouts import Story
from ledger.balances.rollovers import check_simple_period
from ledger.balances.special_payments import SpecialPayments
from ledger.booking import destinations, gross_amount
from ledger.books import Household
from ledger.chart import Account, AccountKind
from ledger.events import CASH, Event, EventKind, kinds_where
from ledger.forms.f8606 import TaxedPayments
from ledger.journal import Arrival, JournalEntry
from ledger.law.excess_contributions import is_corrected_in_time
from ledger.law.limits import is_income_when_made
from ledger.money import ZERO, Money, apportion

K = EventKind
_CORRECTIONS = kinds_where(lambda spec: spec.is_correction)
_PAYMENTS = kinds_where(lambda spec: spec.is_ira_payment)


@dataclass(frozen=True)
class IraPayment:
    """Money that left an IRA (amounts in cents), divided by what became of it.

    ``kept`` was paid out for good, ``converted`` went to a Roth IRA, ``rolled`` to another IRA
    or plan without tax; ``outstanding`` is the part of ``rolled`` that arrived in the next year,
    ``to_plan`` the part that went into plans. ``moved`` lists what went directly to each account,
    of which ``transferred`` went from trustee to trustee: no payment at all; ``converted_to``
    names the Roth IRAs. Of ``kept``, ``disaster`` is a qualified disaster distribution and
    ``special`` one that another exception covers; ``repaid`` of the latter came back within three
    years, ``repaid_in_year`` of either within the year.
    """

    event: Event
    account: Account
    gross: Money
    kept: Money
    converted: Money
    rolled: Money
    outstanding: Money
    to_plan: Money = ZERO
    moved: tuple[tuple[str, Money], ...] = ()
    transferred: Money = ZERO
    converted_to: tuple[str, ...] = ()
    disaster: Money = ZERO
    special: Money = ZERO
    repaid: Money = ZERO
    repaid_in_year: Money = ZERO
    excess_returned: Money = ZERO  # an excess taken back late, free of tax

    @property
    def reported(self) -> Money:
        """What payers report for it on Forms 1099-R."""
        return self.gross - self.transferred

    @property
    def rolled_over(self) -> Money:
        """What was paid out, or went into a plan, and was rolled over without tax."""
        return self.rolled - self.transferred

    @property
    def left(self) -> Money:
        """What stays of it on line 15c or 25c: neither of a disaster nor repaid."""
        return (self.kept - self.disaster - self.repaid).floor_zero()

    @property
    def paid_out(self) -> Money:
        """What the payer paid to the owner: the payer knows no 60-day rollover."""
        return self.gross - Money.total(amount for _, amount in self.moved)


def taxed_by_payment(own: TaxedPayments, payments: Sequence[IraPayment]) -> list[Money]:
    """Divide line 15c over the payments: each has its share of line 15a, less what came off it.

    All payments of a year carry basis in the same proportion (IRC 408(d)(2)). What is of a disaster
    stands on line 15b, and what was repaid comes off the payment that it is of.
    """
    if not own.taxable.value:
        return [ZERO] * len(payments)
    parts = [p.kept - p.disaster for p in payments]
    if any(p.repaid for p in payments):
        kept, above = Money.total(p.kept for p in payments), own.above_basis.value
        less = [p.repaid for p in payments]
        taxed = [(above.share(part, kept) - back) for part, back in zip(parts, less, strict=True)]
        parts = [one.floor_zero() for one in taxed]
    return apportion(own.taxable.value, parts)


class IraEvents:
    """An index of the events that the forms read, by owner."""

    def __init__(self, books: Household, story: Story) -> None:
        self._accounts = books.accounts
        self._by_owner: dict[str, list[Event]] = defaultdict(list)
        payments = NamedPayments(books)
        self._special = SpecialPayments(books, payments, story.held)
        self._rollovers, self._repayments = CameBack(payments), CameBack(payments)
        self._busy: set[tuple[str, int]] = set()
        self._late: dict[Event, tuple[Arrival, ...]] = {}  # what came on a later day, by payment
        self._of_simple: dict[tuple[str, int], list[Event]] = defaultdict(list)  # transfers
        self._moving: list[JournalEntry] = []  # transfers that arrived on a later day
        self._ahead: list[JournalEntry] = []  # payments that arrived before they left, by the rows
        for entry in books.entries:
            event = entry.event
            here = self._accounts[event.account]
            if event.kind is K.TRANSFER:
                self._note_transfer(entry, here)
            if entry.early:
                self._ahead.append(entry)
            if not event.kind.spec.on_return or (
                event.kind is K.CONTRIBUTION and here.kind.is_plan
            ):
                continue
            owners = {here.owner}
            if event.kind.spec.between_owners:
                owners.add(self._accounts[event.to].owner)
            for owner in sorted(owners):
                self._by_owner[owner].append(event)
                # both years: a contribution of March may be for the year before
                self._busy |= {(owner, event.day.year), (owner, event.tax_year)}
            if entry.late:
                self._late[event] = entry.late
            if event.kind is K.ROLLOVER_60DAY and event.of:
                self._rollovers.add(event)
            elif event.kind is K.REPAYMENT and event.of:
                self._repayments.add(event)

    def _note_transfer(self, entry: JournalEntry, here: Account) -> None:
        # in neither IRA when the year ends, it would be missing from line 6
        if entry.late:
            self._moving.append(entry)
        event, to = entry.event, self._accounts.get(entry.event.to)  # none while on its way
        if to is not None and AccountKind.SIMPLE_IRA in {here.kind, to.kind}:
            self._of_simple[here.owner, event.day.year].append(event)
            self._busy.add((here.owner, event.day.year))

    def account(self, event: Event) -> Account:
        """Return the account of an event."""
        return self._accounts[event.account]

    def of(
        self, owner: str, kinds: Iterable[EventKind], test: Callable[[Account], bool]
    ) -> Iterator[Event]:
        """Go through a person's events of some kinds in accounts that pass a test."""
        wanted = set(kinds)
        for event in self._by_owner.get(owner, ()):
            if event.kind in wanted and test(self._accounts[event.account]):
                yield event

    def rollovers_of(self, distribution: Event) -> list[Event]:
        """Return the 60-day rollovers of a distribution."""
        return self._rollovers.of(distribution)

    def repayments_of(self, distribution: Event) -> list[Event]:
        """Return the repayments of a distribution, oldest first."""
        return sorted(self._repayments.of(distribution), key=lambda e: e.day)

    def covered(self, payment: Event) -> Money:
        """Return what of the cash of a payment its disaster or reason covers (cents)."""
        return self._special.covered(payment)

    def is_busy(self, owner: str, year: int) -> bool:
        """Tell whether anything happened that a form of the year, or a later one, depends on."""
        return (owner, year) in self._busy

    def contributions(self, owner: str, kind: AccountKind, tax_year: int) -> list[Event]:
        """Return contributions made for a tax year to IRAs of a kind, in order."""
        return [
            event
            for event in self.of(owner, {K.CONTRIBUTION}, lambda a: a.kind is kind)
            if event.tax_year == tax_year
        ]

    def employer_roth_contributions(self, owner: str, year: int) -> list[Event]:
        """Return what went into Roth SEP and Roth SIMPLE IRAs in a calendar year, in order."""
        found = self.of(owner, {K.CONTRIBUTION}, lambda a: a.kind.is_employer_roth_ira)
        return [event for event in found if event.day.year == year]

    def taxed_employer_money(self, owner: str, year: int) -> list[Event]:
        """Return what of it is the employer's, and so income of the year it is made in."""
        made = self.employer_roth_contributions(owner, year)
        return [e for e in made if is_income_when_made(self.account(e).kind, e.source)]

    def into_roth_iras(self, owner: str, year: int, *kinds: EventKind) -> list[Event]:
        """Return what came into Roth IRAs in a calendar year in events of some kinds."""
        found = self.of(owner, kinds, lambda a: a.kind.is_roth_ira)
        return [event for event in found if event.day.year == year]

    def corrections(self, owner: str, tax_year: int) -> list[Event]:
        """Return contributions of a tax year returned or recharacterized by the due date."""
        found = [e for e in self.of(owner, _CORRECTIONS, _any_ira) if e.tax_year == tax_year]
        return [e for e in found if is_corrected_in_time(tax_year, e.day)]

    def payments(self, owner: str, year: int, test: Callable[[Account], bool]) -> list[IraPayment]:
        """Return distributions and conversions of a calendar year out of IRAs.

        A contribution taken back after the due date is one of the distributions.
        """
        for event in self._of_simple.get((owner, year), ()):
            sent, to = self._accounts[event.account], self._accounts[event.to]
            check_simple_period(event, sent, to, event.day)
        events = [e for e in self.of(owner, _PAYMENTS, test) if e.day.year == year]
        return [self._payment(event) for event in events if _is_payment(event)]

    def _payment(self, event: Event) -> IraPayment:
        here = self._accounts[event.account]
        if event.kind is K.CONVERSION:
            check_simple_period(event, here, self._accounts[event.to], event.day)
            amount = event.money("amount")
            return IraPayment(
                event,
                here,
                amount,
                ZERO,
                amount,
                ZERO,
                ZERO,
                moved=((event.to, amount),),
                converted_to=(event.to,),
            )
        moved = tuple((to, amount) for to, amount in destinations(event) if to != CASH)
        later = self.rollovers_of(event)
        arrived = [
            *self._direct(event, moved),
            *((r.to, r.money("amount"), r.day) for r in later),
        ]
        transferred = Money.total(a for to, a in moved if self._is_transfer(here, to))
        converted = rolled = outstanding = to_plan = ZERO
        for to, amount, day in arrived:
            check_simple_period(event, here, self._accounts[to], day)
            if self._is_conversion(here, to):
                converted += amount
                continue
            rolled += amount
            # in a plan the money is out of the pool, so it is never outstanding on line 6
            if self._accounts[to].kind.is_plan:
                to_plan += amount
            elif day.year > event.day.year:
                outstanding += amount
        gross = gross_amount(event)
        kept = gross - converted - rolled
        return IraPayment(
            event,
            here,
            gross,
            kept,
            converted,
            rolled,
            outstanding,
            to_plan,
            moved,
            transferred,
            tuple(dict.fromkeys(to for to, _, _ in arrived if self._is_conversion(here, to))),
        )

    def _direct(
        self, payment: Event, moved: Iterable[tuple[str, Money]]
    ) -> Iterator[tuple[str, Money, date]]:
        """Go through what went straight to accounts, with the day on which it came."""
        late = self._late.get(payment, ())
        for to, amount in moved:
            mine = [one for one in late if one.account == to]
            yield from ((to, one.amount, one.day) for one in mine)
            rest = amount - Money.total(one.amount for one in mine)
            if rest:
                yield to, rest, payment.day

    def in_transit(self, iras: Container[str], year: int) -> Money:
        """Return what moved between some IRAs and was in neither when a year ended."""
        return Money.total(
            arrival.amount
            for entry in self._moving
            for arrival in entry.late
            if entry.day.year <= year < arrival.day.year
            and entry.event.account in iras
            and arrival.account in iras
        )

    def in_both(self, iras: Container[str], year: int) -> Money:
        """Return what two of some IRAs had at once when a year ended.

        The receiver's row is of that year, and the row of the IRA that sent it of the next.
        """
        return Money.total(
            arrival.amount
            for entry in self._ahead
            for arrival in entry.early
            if arrival.day.year <= year < entry.day.year
            and entry.event.account in iras
            and arrival.account in iras
        )

    def arrived_before(self, owner: str, year: int) -> Iterator[tuple[JournalEntry, Arrival]]:
        """Go through what a person's accounts got in one year and paid in a later one.

        The year is one of these, or between them.
        """
        for entry in self._ahead:
            for arrival in entry.early:
                over = (
                    arrival.day.year <= year <= entry.day.year and arrival.day.year < entry.day.year
                )
                if over and self._accounts[entry.event.account].owner == owner:
                    yield entry, arrival

    def _is_transfer(self, here: Account, to: str) -> bool:
        return _any_ira(self._accounts[to]) and not self._is_conversion(here, to)

    def _is_conversion(self, here: Account, to: str) -> bool:
        roth = self._accounts[to].kind.is_roth_ira
        return here.kind.is_pooled_traditional and roth


def _is_payment(event: Event) -> bool:
    returned = event.kind is K.RETURN_OF_CONTRIBUTION
    # returned by the due date it counts as never contributed: that is no payment
    return not returned or not is_corrected_in_time(event.tax_year, event.day)


def _any_ira(account: Account) -> bool:
    return not account.kind.is_plan


def amounts(events: Iterable[Event]) -> Money:
    """Add up the amounts of events, in cents, with all their evidence."""
    return Money.total(event.money("amount") for event in events)
