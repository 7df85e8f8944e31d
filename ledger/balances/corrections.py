"""Returned and recharacterized IRA contributions: the net income that goes along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger.balances.payouts import CorrectedContribution, Story
from ledger.balances.pools import Balances
from ledger.chart import Account, Outside, Pool, outside
from ledger.errors import LedgerError
from ledger.events import Event, EventKind, Flow
from ledger.journal import JournalEntry, Posting
from ledger.law.excess_contributions import is_corrected_in_time
from ledger.law.figures import figures
from ledger.law.net_income import net_income
from ledger.money import ZERO, Money

K = EventKind


@dataclass(frozen=True)
class _Flow:
    """Money that came into or left an IRA, and the value just before."""

    event: Event
    amount: Money
    before: Money


class Corrections:
    """Watches what flows through each IRA, and works out corrections as the fold reaches them."""

    def __init__(self, accounts: Mapping[str, Account], balances: Balances, story: Story) -> None:
        self._accounts = accounts
        self._balances = balances
        self._story = story
        self._flows: dict[str, list[_Flow]] = defaultdict(list)
        self._taken_back: dict[str, Money] = {}  # place of a contribution -> corrected so far

    def watch(self, entry: JournalEntry) -> None:
        """Remember a flow through an IRA."""
        if entry.event.kind.spec.flow is Flow.EARNINGS:
            return
        for posting in entry.postings:
            account = self._accounts.get(posting.pool.account)
            if account is None or account.kind.is_plan or not posting.value:
                continue
            before = self._balances.value(posting.pool)
            self._flows[account.id].append(_Flow(entry.event, posting.value, before))

    def derive(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Yield the gain up to the stated value and the net income that leaves as well."""
        event = entry.event
        here = Pool(event.account)
        if not is_corrected_in_time(event.tax_year, event.day):
            self._check_taken_back_late(event)
            return
        if event.value is not None:
            gain = event.value - self._balances.value(here)
            if gain:
                gained = (Posting(here, gain), Posting(outside(Outside.GAINS), -gain))
                yield JournalEntry(
                    self._as_earnings(event, gain),
                    gained,
                    "gain up to the stated value",
                    derived=True,
                )
        parts = self._contributions_covered(event)
        covered = [flow for flow, _ in parts]
        income = self._net_income(event, covered)
        self._check_one_year(event, covered, income)
        covers = tuple((flow.event, part) for flow, part in parts)
        self._story.corrected.append(CorrectedContribution(event, covers, income))
        postings = tuple(self._moves(entry, income))
        if postings:
            yield JournalEntry(
                event,
                postings,
                "net income of the contribution",
                derived=True,
                cite="Treas. Reg. 1.408-11",
            )

    @staticmethod
    def _as_earnings(event: Event, gain: Money) -> Event:
        return Event(event.where, event.day, event.account, K.EARNINGS, amount=gain)

    def _contributions_covered(self, event: Event) -> list[tuple[_Flow, Money]]:
        """Return the contributions of that year, the last first, and how much of each it takes."""
        flows = self._flows[event.account]
        made = [
            f
            for f in reversed(flows)
            if f.event.kind is K.CONTRIBUTION
            and f.event.tax_year == event.tax_year
            and f.amount > ZERO
        ]
        found, need = list[tuple[_Flow, Money]](), event.money("amount")
        for flow in made or self._rolled_in(event):
            left = flow.amount - self._taken_back.get(flow.event.where, ZERO)
            part = min(left, need)
            if part > ZERO:
                found.append((flow, part))
                need -= part
        if need > ZERO or not found:
            raise self._nothing_to_correct(event, bool(found))
        for flow, part in found:
            where = flow.event.where
            self._taken_back[where] = self._taken_back.get(where, ZERO) + part
        return found

    def _is_older(self, event: Event) -> bool:
        """Tell whether a contribution was for a year before the account had its opening."""
        first = next((flow.event for flow in self._flows[event.account]), event)
        made = any(
            flow.event.kind is K.CONTRIBUTION and flow.event.tax_year == event.tax_year
            for flow in self._flows[event.account]
        )
        opened = first.kind.spec.brings_history and event.tax_year < first.day.year
        return opened and not made

    def _rolled_in(self, event: Event) -> list[_Flow]:
        """Return what plans sent to a Roth IRA in the year, the last first.

        Money above a plan's limits is not eligible for rollover (Treas. Reg. 1.402(c)-2(c)): it is
        a contribution to the Roth IRA, and may be returned as one.
        """
        if event.kind is not K.RETURN_OF_CONTRIBUTION:
            return []
        if not self._accounts[event.account].kind.is_roth_ira:
            return []
        return [
            flow
            for flow in reversed(self._flows[event.account])
            if self._accounts[flow.event.account].kind.is_plan
            and flow.event.day.year == event.tax_year
            and flow.amount > ZERO
        ]

    def _check_taken_back_late(self, event: Event) -> None:
        """Refuse a correction after the due date, unless it takes back a bare excess.

        An excess may still leave the IRA under IRC 408(d)(5): no net income goes along, and it
        is one of the year's payments.
        """
        bare = event.value is None and event.earnings is None
        if event.kind is K.RETURN_OF_CONTRIBUTION and bare:
            # from before the account's first day in the books only the excess stated tells of it
            if not self._is_older(event):
                self._contributions_covered(event)
            return
        due = figures(event.tax_year).day("corrective_due_date")
        raise LedgerError(
            where=event.where,
            code="corrected_too_late",
            problem=f"the {event.kind.words} of {event.day} is after {due}, the last day for a "
            f"contribution for {event.tax_year}",
            remedy="check 'year'; an excess may still be taken back under IRC 408(d)(5), its "
            "earnings left out: write the 'return_of_contribution' without 'value' and "
            "'earnings'; 6 percent is due for each year it stayed (IRC 4973; Form 5329)",
        )

    @staticmethod
    def _check_one_year(event: Event, covered: list[_Flow], income: Money) -> None:
        """Refuse one return of contributions of two years: the income of each has its own year."""
        years = {flow.event.day.year for flow in covered}
        if len(years) == 1 or not income or event.kind is not K.RETURN_OF_CONTRIBUTION:
            return
        raise LedgerError(
            where=event.where,
            code="several_years",
            problem=f"{event.money('amount')} covers contributions made in "
            f"{' and '.join(map(str, sorted(years)))}; the net income of each is taxed in the "
            "year it was made",
            remedy="write one return for each contribution, the last one first (IRC "
            "408(d)(4); Treas. Reg. 1.408-11(b))",
        )

    def _nothing_to_correct(self, event: Event, some: bool) -> LedgerError:  # noqa: FBT001
        converted = any(
            f.event.kind.spec.arrives and not f.event.kind.spec.is_correction
            for f in self._flows[event.account]
        )
        if event.kind is K.RECHARACTERIZATION and converted and not some:
            return LedgerError(
                where=event.where,
                code="conversion_recharacterization",
                problem="this would recharacterize a conversion or a rollover from a plan; there "
                f"is no contribution for {event.tax_year} in {event.account}",
                remedy="conversions of 2018 and later are final (IRC 408A(d)(6)(B)(iii)): only a "
                "contribution can be recharacterized",
            )
        return LedgerError(
            where=event.where,
            code="no_contribution",
            problem=f"{event.account}: {'too little' if some else 'nothing'} was contributed for "
            f"{event.tax_year} to take {event.money('amount')} from",
            remedy="check 'year', the tax year the contribution was made for, and the amount",
        )

    def _net_income(self, event: Event, covered: list[_Flow]) -> Money:
        if event.earnings is not None:
            return event.earnings
        if event.value is None:
            raise LedgerError(
                where=event.where,
                code="missing_field",
                problem=f"{event.kind.with_article} needs 'value' or 'earnings'",
                remedy="add 'value', the account's value just before, or the net income the "
                "custodian worked out as 'earnings'",
            )
        flows = self._flows[event.account]
        since = flows[flows.index(covered[-1]) :]
        came = Money.total(f.amount for f in since if f.amount > ZERO)
        went = Money.total(-f.amount for f in since if f.amount < ZERO)
        return net_income(
            event.money("amount"),
            adjusted_opening=covered[-1].before + came,
            adjusted_closing=event.value + went,
        )

    def _moves(self, entry: JournalEntry, income: Money) -> Iterator[Posting]:
        """Move the net income, and the Roth basis that the contribution had brought."""
        event = entry.event
        here = self._accounts[event.account]
        to = Pool(event.to) if event.to else outside(Outside.CASH)
        basis = event.money("amount") if here.kind.is_roth_ira else ZERO
        into_roth = event.to and self._accounts[event.to].kind.is_roth_ira
        arrives = event.money("amount") if into_roth else ZERO
        postings = (
            Posting(Pool(here.id), -income, -basis),
            Posting(to, income, arrives),
            Posting(outside(Outside.PAY), ZERO, basis - arrives),
        )
        yield from (p for p in postings if p.value or p.basis)
