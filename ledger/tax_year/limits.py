"""What one person contributed in a year, beside the limits of that year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date

from ledger.books import Household
from ledger.chart import (
    ELECTIVE_DEFERRALS,
    EMPLOYER_ROTH,
    ROLLED_OVER,
    Account,
    AccountKind,
    Source,
)
from ledger.events import Event, EventKind
from ledger.law import limits
from ledger.law.corrective import ADDITIONS
from ledger.law.figures import statute
from ledger.law.five_year_clocks import age_at_year_end
from ledger.money import ZERO, Money
from ledger.year_end import AdditionsLimit, DeferralLimit, EmployerDeferrals, IraLimit

# a 457(b) plan has a limit of its own (IRC 457(b)(2)): it is in neither 402(g) nor 415(c)
_DEFERRAL_KINDS = {AccountKind.K401, AccountKind.B403}


@dataclass(frozen=True)
class _PlanYear:
    """Contributions that count for a year to one account, as events."""

    account: Account
    events: list[Event]

    def total(self, sources: Iterable[Source] | None = None, *, marked: bool = False) -> Money:
        """Add up contributions of some sources (all by default), or only marked catch-up."""
        wanted = set(sources) if sources is not None else None
        return Money.total(
            e.money("amount")
            for e in self.events
            if (wanted is None or e.source in wanted)
            and e.source not in ROLLED_OVER
            and (e.catch_up or not marked)
        )


class PlanLimits:
    """Deferrals and annual additions of each person and year.

    Money put in after the end of a year counts for it where that is stated: a payday of December,
    a match that is trued up (Treas. Reg. 1.415(c)-1(b)(6)). What a payroll took back has the tax
    year of the contribution that came back.
    """

    def __init__(self, books: Household) -> None:
        self._books = books
        self._facts = {(f.taxpayer, f.year): f for f in books.return_facts}
        self._contributed: dict[tuple[str, int], list[Event]] = defaultdict(list)
        self._allocated: dict[tuple[str, int], list[Event]] = defaultdict(list)
        self._returned: dict[tuple[str, int], list[Event]] = defaultdict(list)
        self._paid_back: dict[tuple[str, int], list[Event]] = defaultdict(list)
        for entry in books.entries:
            event = entry.event
            owner = books.accounts[event.account].owner
            if event.kind is EventKind.CONTRIBUTION:
                self._contributed[owner, event.tax_year].append(event)
                # taken back it was never allocated, and so is no income of when it was
                is_back = event.money("amount") < ZERO
                allocated = event.tax_year if is_back else event.day.year
                self._allocated[owner, allocated].append(event)
            elif event.kind is EventKind.EXCESS_DEFERRAL_RETURN:
                # by the year of the excess, whenever it was paid back
                self._returned[owner, event.tax_year].append(event)
            elif event.kind is EventKind.CORRECTIVE_DISTRIBUTION and event.reason == ADDITIONS:
                self._paid_back[owner, event.tax_year].append(event)

    def returned_in_time(self, owner: str, year: int, accounts: Container[str]) -> Money:
        """Return excess deferrals of a year that some accounts paid back by the due date."""
        return Money.total(
            event.money("amount")
            for event in self._returned.get((owner, year), ())
            if event.account in accounts and limits.is_returned_in_time(year, event.day)
        )

    def _plans(self, owner: str, year: int) -> list[_PlanYear]:
        by_account: dict[str, list[Event]] = defaultdict(list)
        for event in self._contributed.get((owner, year), ()):
            by_account[event.account].append(event)
        accounts = [a for a in self._books.accounts_of(owner) if a.kind.is_plan]
        return [_PlanYear(a, by_account.get(a.id, [])) for a in accounts]

    def _deferred(self, owner: str, year: int) -> list[Event]:
        """Return a person's elective deferrals of a year, whatever plan they went into."""
        return [
            event
            for event in self._contributed.get((owner, year), ())
            if limits.is_elective_deferral(self._books.accounts[event.account].kind, event.source)
        ]

    def deferrals(self, owner: str, year: int, born: date | None) -> DeferralLimit:
        """Return IRC 402(g) over all plans and SIMPLE IRAs; catch-up is None where no age is known.

        The person's own limit has the catch-up of the age whatever the plans provide: IRC
        402(g)(1)(C).
        """
        plans = [p for p in self._plans(owner, year) if p.account.kind in _DEFERRAL_KINDS]
        return _deferral_limit(
            limit=limits.elective_deferral_limit(year),
            catch_up=limits.catch_up_allowed(born, year) if born else None,
            used=Money.total(event.money("amount") for event in self._deferred(owner, year)),
            returned=self.returned_in_time(owner, year, {p.account.id for p in plans}),
            service=self._service(owner, year, plans),
        )

    def deferrals_457b(self, owner: str, year: int, born: date | None) -> DeferralLimit | None:
        """Return IRC 457(b) over all such plans, taken as governmental; None without one."""
        plans = [p for p in self._plans(owner, year) if p.account.kind is AccountKind.B457]
        if not plans:
            return None
        pay = [self._plan_compensation(owner, year, p.account.employer_name) for p in plans]
        known = [amount for amount in pay if amount is not None]
        return _deferral_limit(
            # the pay of one employer alone would be too low a cap
            limit=limits.deferral_limit_457b(
                year, Money.total(known) if len(known) == len(pay) else None
            ),
            catch_up=limits.catch_up_allowed(born, year) if born else None,
            used=Money.total(p.total() for p in plans),
            returned=self.returned_in_time(owner, year, {p.account.id for p in plans}),
        )

    def _service(self, owner: str, year: int, plans: list[_PlanYear]) -> Money:
        """Return what the 15-year rule adds: its facts stand beside the return."""
        facts = self._facts.get((owner, year))
        asked = facts.service_catch_up if facts else None
        mine = [p for p in plans if asked and p.account.id == asked.account]
        if asked is None or not mine or mine[0].account.kind is not AccountKind.B403:
            return ZERO
        return limits.service_catch_up(
            asked.years_of_service, asked.deferred_before, asked.used_before
        )

    def _plan_compensation(self, owner: str, year: int, employer: str) -> Money | None:
        """Return the compensation that one employer's plan goes by, where it is recorded."""
        facts = self._facts.get((owner, year))
        stated = facts.plan_compensation if facts else ()
        return next((c.amount for c in stated if c.employer == employer), None)

    def _compensation(self, owner: str, year: int, employer: str) -> Money | None:
        """Return it, or the pay on the return with the deferrals that the return leaves out."""
        stated = self._plan_compensation(owner, year, employer)
        facts = self._facts.get((owner, year))
        if stated is not None or facts is None or facts.compensation is None:
            return stated
        # IRC 415(c)(3) counts pay with the deferrals in it, the return shows it without them
        return facts.compensation + Money.total(
            plan.total({Source.PRE_TAX}) for plan in self._plans(owner, year)
        )

    def additions(self, owner: str, year: int, born: date | None) -> tuple[AdditionsLimit, ...]:
        """Return IRC 415(c) for each employer, in the order the plans were added."""
        by_employer = self._by_employer(owner, year)
        return tuple(self._employer(name, plans, year, born) for name, plans in by_employer.items())

    def employer_deferrals(
        self, owner: str, year: int, born: date | None
    ) -> tuple[EmployerDeferrals, ...]:
        """Return IRC 401(a)(30) of each employer whose plans take no catch-up of a person's age.

        With it, or under that age, the limit of the employer is the person's own.
        """
        out = list[EmployerDeferrals]()
        own = limits.catch_up_allowed(born, year) if born else ZERO
        for name, plans in self._by_employer(owner, year).items():
            catch_up = _catch_up(plans, born, year)
            if catch_up == own:
                continue
            limit = limits.employer_deferral_limit(
                limits.elective_deferral_limit(year) + self._service(owner, year, plans), catch_up
            )
            used = Money.total(p.total(ELECTIVE_DEFERRALS) for p in plans)
            returned = self.returned_in_time(owner, year, {p.account.id for p in plans})
            out.append(
                EmployerDeferrals(
                    employer=name,
                    limit=limit,
                    used=used,
                    room=(limit - used).floor_zero(),
                    excess=(used - limit - returned).floor_zero(),
                )
            )
        return tuple(out)

    def _by_employer(self, owner: str, year: int) -> dict[str, list[_PlanYear]]:
        """Return a person's plans by employer, in the order they were added."""
        found: dict[str, list[_PlanYear]] = defaultdict(list)
        for plan in self._plans(owner, year):
            if plan.account.kind in _DEFERRAL_KINDS:
                found[plan.account.employer_name].append(plan)
        return found

    def taxed_employer_money(self, owner: str, year: int) -> list[Event]:
        """Return employer contributions made as Roth: income when they are allocated."""
        allocated = self._allocated.get((owner, year), ())
        plans = [e for e in allocated if self._books.accounts[e.account].kind.is_plan]
        return [e for e in plans if e.source in EMPLOYER_ROTH]

    def roth_deferrals(self, owner: str, year: int) -> Money:
        """Return elective deferrals made as Roth, over all plans under IRC 402(g)."""
        plans = [p for p in self._plans(owner, year) if p.account.kind in _DEFERRAL_KINDS]
        return Money.total(p.total({Source.ROTH}) for p in plans)

    def _employer(
        self, name: str, plans: list[_PlanYear], year: int, born: date | None
    ) -> AdditionsLimit:
        owner, accounts = plans[0].account.owner, {p.account.id for p in plans}
        limit = limits.annual_additions_limit(year, self._compensation(owner, year, name))
        deferred = Money.total(p.total(ELECTIVE_DEFERRALS) for p in plans)
        allowed = _catch_up(plans, born, year)
        catch_up = limits.catch_up_used(
            deferred,
            marked=Money.total(p.total(ELECTIVE_DEFERRALS, marked=True) for p in plans),
            limit=limits.elective_deferral_limit(year) + self._service(owner, year, plans),
            allowed=allowed,
        )
        contributions = Money.total(p.total() for p in plans)
        # paid back in time, it counts as never added
        contributions -= self.returned_in_time(owner, year, accounts)
        # only then: what 402(g) makes catch-up is no addition, and so cannot be above 415(c)
        catch_up += limits.catch_up_above_additions(
            limits.annual_additions(contributions, catch_up) - limit,
            deferrals=deferred,
            used=catch_up,
            allowed=allowed,
        )
        used = limits.annual_additions(contributions, catch_up)
        return AdditionsLimit(
            employer=name,
            limit=limit,
            used=used,
            after_tax_room=(limit - used).floor_zero(),
            # 'used' stays what went in; the excess is what the plan has not paid back of it
            excess=(used - limit - self._additions_paid_back(owner, year, accounts)).floor_zero(),
        )

    def _additions_paid_back(self, owner: str, year: int, accounts: Container[str]) -> Money:
        """Return annual additions of a year that some accounts paid back as above 415(c)."""
        found = self._paid_back.get((owner, year), ())
        return Money.total(e.money("amount") for e in found if e.account in accounts)


def _deferral_limit(
    *, limit: Money, catch_up: Money | None, used: Money, returned: Money, service: Money = ZERO
) -> DeferralLimit:
    over = used - limit - service - (catch_up or ZERO)
    return DeferralLimit(
        limit=limit,
        catch_up=catch_up,
        used=used,
        # above the limit at an unknown age there may be a catch-up: how much room is not known
        room=None if catch_up is None and over > ZERO else (-over).floor_zero(),
        excess=(over - returned).floor_zero(),
        service_catch_up=service,
    )


def _catch_up(plans: list[_PlanYear], born: date | None, year: int) -> Money:
    """Return the catch-up that one employer's plans provide for at that age (cents)."""
    provided = any(plan.account.catch_up for plan in plans)
    return limits.catch_up_allowed(born, year) if born and provided else ZERO


def ira_limit(
    year: int, born: date | None, used: Money, compensation: Money | None
) -> IraLimit | None:
    """Return the one limit for all IRAs; None where the age decides and is not known."""
    base = limits.ira_contribution_limit(year, of_catch_up_age=False, compensation=compensation)
    # above the base amount the age decides, if the year has a catch-up at all
    if born is None and used > base:
        old = limits.ira_contribution_limit(year, of_catch_up_age=True, compensation=compensation)
        if old > base:
            return None
    limit = dollar_limit(year, born, compensation)
    return IraLimit(
        limit=limit,
        used=used,
        room=(limit - used).floor_zero(),
        excess=(used - limit).floor_zero(),
    )


def dollar_limit(year: int, born: date | None, compensation: Money | None = None) -> Money:
    """Return the limit for all IRAs at a person's age; below 50 where the age is not known."""
    old = born is not None and age_at_year_end(born, year) >= statute().number("catch_up_age")
    return limits.ira_contribution_limit(year, of_catch_up_age=old, compensation=compensation)
