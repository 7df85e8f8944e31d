"""One person over the years: what is carried from one tax year into the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.balances.days import Fold
from ledger.balances.distributions import EXCEPTED_REASONS, missing_birth_date
from ledger.books import Household
from ledger.chart import AccountKind, Pool, Taxpayer
from ledger.events import Event, EventKind
from ledger.law.five_year_clocks import is_59_and_a_half
from ledger.law.special_distributions import reason_of
from ledger.money import ZERO, Money
from ledger.records import OpeningBasis, ReturnFacts, RothLayer
from ledger.tax_year.ira_events import IraEvents


@dataclass(frozen=True)
class InheritedBasis:
    """What one decedent's IRAs bring along (cents); ``traditional`` is None where nobody said it.

    ``roth_known`` tells whether the decedent's Roth history is stated.
    """

    traditional: Money | None = None
    roth_known: bool = False
    roth_regular: Money = ZERO
    roth_layers: tuple[RothLayer, ...] = ()
    roth_since: int | None = None


@dataclass(frozen=True)
class CarriedPlanDisaster:
    """Disaster money of plans of earlier years (cents): income to come, and repaid beyond it."""

    income: Mapping[int, Money] = field(default_factory=dict)
    repaid_over: Money = ZERO


@dataclass(frozen=True)
class CarriedDisaster:
    """Disaster distributions of earlier years whose income is not all taxed yet (cents)."""

    iras: Mapping[int, Money] = field(default_factory=dict)  # income still to come, by year
    plans: CarriedPlanDisaster = field(default_factory=CarriedPlanDisaster)
    repaid_over: Money = ZERO  # repayments to IRAs not yet set against income


@dataclass(frozen=True)
class CarriedExcess:
    """Contributions above the limits that no year has taken up (cents)."""

    traditional: Money = ZERO  # line 16 of the last Form 5329
    roth: Money = ZERO  # line 24 of the last Form 5329


@dataclass(frozen=True)
class Carried:
    """What a person brings from one year to the next (amounts in cents).

    ``traditional`` is line 14 of the last Form 8606. Where ``traditional_known`` or
    ``roth_known`` is false, money was there before the books start and nobody said its basis.
    """

    traditional: Money = ZERO
    roth_regular: Money = ZERO
    roth_layers: tuple[RothLayer, ...] = ()
    roth_in_plan: tuple[RothLayer, ...] = ()  # of in-plan rollovers, within ``roth_regular``
    roth_since: int | None = None
    first_home_used: Money = ZERO
    pension_recovered: Mapping[str, Money] = field(default_factory=dict)  # by account
    traditional_known: bool = True
    roth_known: bool = True
    roth_stated: bool = False
    roth_since_known: bool = True  # false where Roth basis is stated without its first year
    traditional_stated: bool = False
    restored_basis: Money = ZERO  # in distributions repaid: line 2 of the next year
    inherited: Mapping[str, InheritedBasis] = field(default_factory=dict)  # by decedent
    excess: CarriedExcess = field(default_factory=CarriedExcess)
    last_form: int | None = None  # tax year of the last Form 8606
    hsa_funding_year: int | None = None
    rolled_from_529: Money = ZERO
    deducted_after_70_half: Money = ZERO  # deductions no charitable payment was reduced by
    disaster: CarriedDisaster = field(default_factory=CarriedDisaster)


@dataclass(frozen=True)
class RothShare:
    """What of a person's Roth IRAs goes to a former spouse (cents).

    ``known`` tells whether the giver's history is recorded, ``since`` is the first year of it.
    """

    regular: Money
    layers: tuple[RothLayer, ...]
    in_plan: tuple[RothLayer, ...]
    since: int | None
    known: bool

    @property
    def basis(self) -> Money:
        """Contributions and conversions together."""
        return self.regular + Money.total(x.amount for x in self.layers)


@dataclass(frozen=True)
class Person:
    """A taxpayer with the facts that the rules ask about."""

    taxpayer: Taxpayer
    facts: ReturnFacts
    spouse_facts: ReturnFacts | None = None

    def born_for(self, event: Event) -> date:
        """Return the birth date that an event's tax depends on; refuse when it is absent."""
        if self.taxpayer.born is None:
            raise missing_birth_date(event.where, self.taxpayer.name)
        return self.taxpayer.born

    def of_age(self, event: Event) -> bool:
        """Tell whether the person is 59 1/2 on the day; refuse when the birth date is absent."""
        return is_59_and_a_half(self.born_for(event), event.day)

    def is_early(self, event: Event) -> bool:
        """Tell whether money paid out on the day is an early distribution (IRC 72(t))."""
        return reason_of(event) not in EXCEPTED_REASONS and not self.of_age(event)


def opening_of(fold: Fold, taxpayer: str, first_year: int) -> Carried:
    """Return what a person brings into the books' first year."""
    books = fold.books
    start = Carried(
        traditional_known=not _opened(fold, taxpayer, _is_pooled),
        roth_known=not _opened(fold, taxpayer, _is_roth),
    )
    for year in sorted({o.as_of.year for o in books.opening_basis if o.taxpayer == taxpayer}):
        # of the forms stated up to the first year the last one holds
        if year <= first_year:
            start = with_stated_basis(books, taxpayer, year, start)
    return start


def with_stated_basis(books: Household, taxpayer: str, year: int, carried: Carried) -> Carried:
    """Return what is carried into a year, with the basis that a filed form states for it."""
    for stated in books.opening_basis:
        if stated.taxpayer == taxpayer and stated.as_of.year == year:
            carried = _with_one(stated, carried)
    return carried


def with_outside_money(events: IraEvents, taxpayer: str, year: int, carried: Carried) -> Carried:
    """Return what is known of the Roth IRAs in a year in which money came in from outside.

    A Roth IRA of another custodian, or a plan that nobody keeps here, brings contributions and
    conversions along that nobody stated, unless the person's Roth history is recorded.
    """
    arrived = events.into_roth_iras(taxpayer, year, EventKind.ROLLOVER_IN, EventKind.TRANSFER_IN)
    unknown = any(event.basis is None for event in arrived) and not carried.roth_stated
    return replace(carried, roth_known=False) if unknown else carried


def _inherited(stated: OpeningBasis, carried: Carried) -> Carried:
    """Return what is carried, with what is stated of a decedent."""
    found = carried.inherited.get(stated.decedent, InheritedBasis())
    if stated.traditional_ira is not None:
        found = replace(found, traditional=stated.traditional_ira)
    if stated.roth_ira_since is not None:
        found = replace(found, roth_since=stated.roth_ira_since)
    if stated.roth_ira_regular is not None or stated.roth_ira_conversions:
        found = replace(
            found,
            roth_known=True,
            roth_regular=stated.roth_ira_regular or ZERO,
            roth_layers=stated.roth_ira_conversions,
        )
    return replace(carried, inherited={**carried.inherited, stated.decedent: found})


# facts of an opening that are carried as they are stated
_COPIED = {
    "first_home_used": "first_home_used",
    "hsa_funding_year": "hsa_funding_year",
    "rolled_from_529": "rolled_from_529",
    "deducted_after_70_half": "deducted_after_70_half",
}


def _with_one(stated: OpeningBasis, carried: Carried) -> Carried:
    if stated.decedent:
        return _inherited(stated, carried)
    if stated.traditional_ira is not None:
        carried = replace(
            carried,
            traditional=stated.traditional_ira,
            traditional_known=True,
            traditional_stated=True,
            # the form of the year before, unless an older one is named as the last
            last_form=stated.last_form_8606 or stated.as_of.year - 1,
        )
    if stated.roth_ira_regular is not None:
        carried = replace(carried, roth_regular=stated.roth_ira_regular, roth_stated=True)
    if stated.roth_ira_conversions:
        carried = replace(carried, roth_layers=stated.roth_ira_conversions, roth_stated=True)
    excess = carried.excess
    if stated.excess_traditional_ira is not None:
        excess = replace(excess, traditional=stated.excess_traditional_ira)
    if stated.excess_roth_ira is not None:
        excess = replace(excess, roth=stated.excess_roth_ira)
    carried = replace(carried, excess=excess)
    copied = {there: getattr(stated, here) for here, there in _COPIED.items()}
    carried = replace(carried, **{k: v for k, v in copied.items() if v is not None})
    brought = stated.roth_ira_regular or stated.roth_ira_conversions
    if stated.roth_ira_since is not None:
        carried = replace(
            carried, roth_since=stated.roth_ira_since, roth_stated=True, roth_since_known=True
        )
    # basis without its first year: whether a payment is qualified cannot be told
    elif brought and carried.roth_since is None:
        carried = replace(carried, roth_since_known=False)
    return replace(carried, roth_known=carried.roth_known or carried.roth_stated)


def stated_years(books: Household, taxpayer: str) -> list[int]:
    """Return the years at whose start a filed form states the traditional IRA basis."""
    return sorted(
        o.as_of.year
        for o in books.opening_basis
        if o.taxpayer == taxpayer and o.traditional_ira is not None and not o.decedent
    )


def stated_of(books: Household, taxpayer: str, year: int) -> set[str]:
    """Return whose traditional IRA basis filed forms state at a year's start.

    Names of decedents, "" for the person's own.
    """
    return {
        o.decedent
        for o in books.opening_basis
        if (o.taxpayer, o.as_of.year) == (taxpayer, year) and o.traditional_ira is not None
    }


def _is_pooled(kind: AccountKind) -> bool:
    return kind.is_pooled_traditional


def _is_roth(kind: AccountKind) -> bool:
    return kind.is_roth_ira


def _opened(fold: Fold, taxpayer: str, test: Callable[[AccountKind], bool]) -> bool:
    """Whether accounts of a kind held money before the books start.

    An opening says so; so does a gain in an account into which nothing had been paid.
    """
    mine = [a.id for a in fold.books.accounts_of(taxpayer) if test(a.kind)]
    return any(
        fold.balances.was_opened(account) or fold.balances.gained_first(Pool(account))
        for account in mine
    )


def person_in(books: Household, taxpayer: str, year: int) -> Person:
    """Return a person with the facts of one tax year."""
    who, spouse = books.taxpayers[taxpayer], books.spouse_of(taxpayer)
    theirs = books.facts_on_return(spouse, year) if spouse is not None else None
    return Person(who, books.facts_on_return(taxpayer, year), theirs)


def first_years(books: Household, years: Iterable[int]) -> range:
    """Return all years to work through: from the first fact to the last year asked for."""
    wanted = list(years)
    # both: a contribution made in spring belongs to the year before
    seen = {e.event.day.year for e in books.entries} | {e.event.tax_year for e in books.entries}
    seen |= {document.year for document in books.documents}
    starts = [o.as_of for o in books.opening_basis]
    first = min([*seen, *wanted, *(day.year for day in starts)])
    last = max([*wanted, *(e.event.day.year for e in books.entries)])
    return range(first, last + 1)
