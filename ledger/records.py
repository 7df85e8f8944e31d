"""Records of what statements and people say: rows as read, events as understood; no law."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from sys import intern
from types import MappingProxyType
from typing import Any

from ledger.chart import Account, Source
from ledger.errors import LedgerError
from ledger.money import ZERO, Money


class EventKind(StrEnum):
    """Everything that can happen to money in a retirement account (scenario contract)."""

    OPENING = "opening"
    CONTRIBUTION = "contribution"
    EARNINGS = "earnings"
    FEE = "fee"
    BALANCE = "balance"
    IN_PLAN_CONVERSION = "in_plan_conversion"
    DISTRIBUTION = "distribution"
    ROLLOVER_60DAY = "rollover_60day"
    ROLLOVER_IN = "rollover_in"
    CONVERSION = "conversion"
    TRANSFER = "transfer"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    RECHARACTERIZATION = "recharacterization"
    RETURN_OF_CONTRIBUTION = "return_of_contribution"
    EXCESS_DEFERRAL_RETURN = "excess_deferral_return"
    CORRECTIVE_DISTRIBUTION = "corrective_distribution"
    QCD = "qcd"
    ANNUITY_PAYMENT = "annuity_payment"
    LOAN = "loan"
    LOAN_REPAYMENT = "loan_repayment"
    LOAN_OFFSET = "loan_offset"
    DEEMED_DISTRIBUTION = "deemed_distribution"
    DIVORCE_TRANSFER = "divorce_transfer"
    REPAYMENT = "repayment"
    HSA_FUNDING = "hsa_funding"
    ROLLOVER_529 = "rollover_529"
    SPOUSE_ELECTION = "spouse_election"
    EXCHANGE = "exchange"  # units move between funds of one source: no value moves
    CLOSING = "closing"  # what the law moves at year end: derived, never recorded

    @property
    def words(self) -> str:
        """The kind as people say it."""
        special = {
            "rollover_60day": "60-day rollover",
            "in_plan_conversion": "in-plan conversion",
            "qcd": "QCD",
            "hsa_funding": "HSA funding distribution",
            "rollover_529": "529-to-Roth rollover",
            "closing": "year end",
        }
        return special.get(self.value, self.value.replace("_", " "))

    @property
    def with_article(self) -> str:
        """The kind with "a" or "an" before it."""
        return f"{'an' if self.words[0] in 'aeiou' else 'a'} {self.words}"


# numbers of exceptions on Form 5329, line 2; 99 stands for more than one
_LAST_EXCEPTION = 23
EXCEPTIONS_5329 = (*(f"{number:02}" for number in range(1, _LAST_EXCEPTION + 1)), "99")

RECORDED_KINDS = tuple(kind for kind in EventKind if kind is not EventKind.CLOSING)
# What may be below zero: a contribution taken back by the payroll, a loss.
SIGNED_KINDS = frozenset({EventKind.CONTRIBUTION, EventKind.EARNINGS})
FILING_STATUSES = (
    *("single", "head_of_household", "married_joint", "married_separate"),
    "surviving_spouse",
)

_HELD = frozenset({"fund", "units"})  # the units of a row, and the fund they are of
_LOAN = frozenset({"amount", "sources"}) | _HELD
_TAX = frozenset({"withheld", "state_withheld"})
_CORRECTED = frozenset({"amount", "sources", "year", "earnings"}) | _TAX
# reason of a corrective distribution -> sources it is paid back from: a failed test of deferrals
# or of match and after-tax money, annual additions above IRC 415(c)
CORRECTED_SOURCES: dict[str, tuple[Source, ...]] = {
    "adp": (Source.PRE_TAX, Source.ROTH),
    "acp": (Source.AFTER_TAX, Source.MATCH, Source.MATCH_ROTH),
    "415": (Source.PRE_TAX, Source.ROTH, Source.AFTER_TAX),
}
# kind -> what may be said of it besides id and memo, as the scenario contract has it
EVENT_FIELDS: dict[EventKind, frozenset[str]] = {
    EventKind.OPENING: frozenset({"value", "basis", "pre_1987", "sources"}) | _HELD,
    EventKind.CONTRIBUTION: (
        frozenset({"amount", "sources", "catch_up", "year", "postponed"}) | _HELD
    ),
    EventKind.EARNINGS: frozenset({"amount", "sources", "reason"}) | _HELD,
    EventKind.FEE: frozenset({"amount", "sources", "reason"}) | _HELD,
    EventKind.BALANCE: frozenset({"value", "sources"}),
    EventKind.IN_PLAN_CONVERSION: frozenset({"amount", "sources", "value", "reason"}) | _HELD,
    EventKind.DISTRIBUTION: frozenset(
        {"amount", "sources", "to", "parts", "exception", "reason", "disaster", "value"}
        | _TAX
        | _HELD
    ),
    EventKind.ROLLOVER_60DAY: frozenset({"amount", "of", "to", "reason", "pretax"}),
    EventKind.ROLLOVER_IN: frozenset({"amount", "sources", "basis", "origin"}) | _HELD,
    EventKind.CONVERSION: frozenset({"amount", "to", "value"}),
    EventKind.TRANSFER: frozenset({"amount", "to"}),
    EventKind.TRANSFER_IN: frozenset({"amount", "origin", "reason"}),
    EventKind.TRANSFER_OUT: frozenset({"amount"}),
    EventKind.RECHARACTERIZATION: frozenset({"amount", "to", "year", "value", "earnings"}),
    EventKind.RETURN_OF_CONTRIBUTION: frozenset({"amount", "year", "value", "earnings"}),
    EventKind.EXCESS_DEFERRAL_RETURN: _CORRECTED,
    EventKind.CORRECTIVE_DISTRIBUTION: _CORRECTED | {"reason"},
    EventKind.QCD: frozenset({"amount"}),
    EventKind.ANNUITY_PAYMENT: frozenset({"amount", "months"}) | _TAX,
    EventKind.LOAN: _LOAN,
    EventKind.LOAN_REPAYMENT: _LOAN,
    EventKind.LOAN_OFFSET: _LOAN | {"exception", "reason"},
    EventKind.DEEMED_DISTRIBUTION: _LOAN | {"exception", "reason"},
    EventKind.DIVORCE_TRANSFER: frozenset({"amount", "to", "basis"}),
    EventKind.REPAYMENT: frozenset({"amount", "of"}),
    EventKind.HSA_FUNDING: frozenset({"amount"}),
    EventKind.ROLLOVER_529: frozenset({"amount"}),
    EventKind.SPOUSE_ELECTION: frozenset({"amount", "to"}),
    EventKind.EXCHANGE: frozenset({"amount", "sources", "reason"}) | _HELD,
}


class RowKind(StrEnum):
    """What one row of a statement shows, before two legs are joined into one event.

    These are the event names of the import preview (scenario contract). The kinds that an
    event also has mean the same; the others are legs or information.
    """

    CONTRIBUTION = "contribution"
    EARNINGS = "earnings"
    FEE = "fee"
    BALANCE = "balance"
    IN_PLAN_CONVERSION = "in_plan_conversion"
    DISTRIBUTION = "distribution"
    ROLLOVER_60DAY = "rollover_60day"
    CONVERSION = "conversion"
    TRANSFER = "transfer"
    RECHARACTERIZATION = "recharacterization"
    RETURN_OF_CONTRIBUTION = "return_of_contribution"
    EXCESS_DEFERRAL_RETURN = "excess_deferral_return"
    CORRECTIVE_DISTRIBUTION = "corrective_distribution"
    QCD = "qcd"
    ANNUITY_PAYMENT = "annuity_payment"
    LOAN = "loan"
    LOAN_REPAYMENT = "loan_repayment"
    LOAN_OFFSET = "loan_offset"
    DEEMED_DISTRIBUTION = "deemed_distribution"
    DIVORCE_TRANSFER = "divorce_transfer"
    REPAYMENT = "repayment"
    HSA_FUNDING = "hsa_funding"
    ROLLOVER_529 = "rollover_529"
    SPOUSE_ELECTION = "spouse_election"
    EXCHANGE = "exchange"  # moves between investments, buys, sells: no effect on the source
    WITHHOLDING = "withholding"  # tax withheld: part of a gross distribution
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    CONVERSION_IN = "conversion_in"
    CONVERSION_OUT = "conversion_out"
    ROLLOVER_IN = "rollover_in"
    ROLLOVER_OUT = "rollover_out"
    INFO = "info"  # carried by the file, never booked
    UNKNOWN = "unknown"  # the reader does not know this row type: the user must say


WITHHELD = "withheld"  # key of Record.extra: federal tax inside a gross payment, in dollars
STATE_WITHHELD = "state_withheld"  # likewise state tax


@dataclass(frozen=True, slots=True)
class Record:
    """One dated row of a statement, normalized, still only what the statement said.

    ``amount`` is signed: the effect on the money source for plan files, the cash effect for
    brokerage and IRA files. ``units`` are those that the row prints, of ``investment``, as a plain
    decimal text with the printed decimals and no thousands separators, signed as the effect on the
    source or the account: positive units came in, negative ones went out. They are "" where the
    file has none, or where they are 0 or no number. Where a row is taken apart by source each part
    has its share of them. ``cells`` are the raw cells as text, ``raw_type`` the row's own words.
    ``question`` names what the row leaves open, e.g. "possible_conversion", "tax_year_unknown",
    "source_unknown", "type_unknown", "partner_unknown", "deposit_unknown", "sign_unknown"; "" when
    it is nothing.
    """

    file: str  # name of the file, without folders
    line: int  # 1-based line on which the row starts
    day: date  # effective date
    kind: RowKind
    amount: Money
    raw_type: str
    account: str = ""  # account number or nickname as the file says, "" when it does not
    source_text: str = ""  # money source as printed, "" when the file does not say
    source: Source | None = None  # canonical source where the text is known without doubt
    investment: str = ""  # fund or security as printed, "" when the file does not say
    units: str = ""
    tax_year: int | None = None  # of an IRA contribution, where the file says it
    catch_up: bool = False
    memo: str = ""
    partner: str = ""  # number of the other account of a transfer or conversion, if said
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cells: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    question: str = ""

    @property
    def where(self) -> str:
        """The place of the row, as evidence: "history.csv:8"."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Part:
    """One disbursement of a distribution: where to, how much, and the participant's election."""

    to: str  # account id or "cash"
    amount: Money
    pretax: Money | None = None  # elected pretax dollars of this part (Notice 2014-54)


CASH = "cash"  # receiver: paid out to the owner
IN_TRANSIT = "in_transit"  # receiver: an account that is not known yet, its own statement tells
ARRIVED = "arrived"  # reason of an exchange that tells the units of money another side brought
BY_VALUE = "by value"  # reason of gains, fees and loans that all sources of a plan share
UNSAID = "value unsaid"  # reason of a conversion whose source's value is still to be said
WHOLE = "whole source"  # reason of a conversion of all that its source holds, its amount unsaid
ELSEWHERE = "outside"  # origin: an account that is not kept in this ledger


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as the scenario contract writes it.

    Amounts are Money (cents). ``sources`` is empty when the plan was not told which source;
    ``value`` of money that leaves is what its source (or IRA) was worth just before. ``units``
    are the row's own, signed as its effect on the source (negative: they left), ``fund`` what they
    are units of. ``origin`` is the account that money which came in was sent from, ``ELSEWHERE``
    when none of this ledger sent it, "" while nobody said. Events of one account, day, kind and
    ``id`` are the legs of one movement. ``seq`` keeps the order of rows within a day.
    """

    where: str
    day: date
    account: str
    kind: EventKind
    amount: Money | None = None
    sources: tuple[Source, ...] = ()
    id: str = ""
    memo: str = ""
    to: str = ""
    of: str = ""
    year: int | None = None  # tax year an IRA contribution is made for
    value: Money | None = None
    earnings: Money | None = None
    basis: Money | None = None
    pre_1987: Money | None = None
    pretax: Money | None = None  # elected pretax dollars of a 60-day rollover (Notice 2014-54)
    months: int | None = None  # months that one pension payment is for
    parts: tuple[Part, ...] = ()
    withheld: Money | None = None  # federal income tax, part of the gross amount
    state_withheld: Money | None = None  # state income tax, part of the gross amount too
    exception: str = ""  # Form 5329 exception code
    reason: str = ""
    disaster: str = ""  # name of the qualified disaster a distribution is for
    postponed: str = ""  # why a contribution could still be made after the due date
    catch_up: bool = False
    fund: str = ""
    units: Decimal | None = None
    origin: str = ""
    seq: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it says no more than a usual row: one amount, at most one source, its units."""
        return _rare_fields(self) == _NOTHING_RARE and len(self.sources) <= 1

    def of_account(self, account: str) -> Event:
        """Return the same event in another account."""
        if not self.is_plain:
            return replace(self, account=account)
        return Event(
            self.where,
            self.day,
            account,
            self.kind,
            self.amount,
            self.sources,
            memo=self.memo,
            fund=self.fund,
            units=self.units,
            seq=self.seq,
        )

    @property
    def accounts(self) -> set[str]:
        """The ids of the accounts that it moves money in."""
        if not self.to and not self.parts:
            return {self.account}
        named = {self.account, self.to, *(part.to for part in self.parts)}
        return named - {"", CASH, IN_TRANSIT}

    @property
    def source(self) -> Source | None:
        """The single source, or None when there is none or there are several."""
        return self.sources[0] if len(self.sources) == 1 else None

    @property
    def tax_withheld(self) -> Money:
        """All tax that was withheld from it, federal and state."""
        return (self.withheld or ZERO) + (self.state_withheld or ZERO)

    @property
    def name(self) -> str:
        """What the record calls the event: its id, or else its place."""
        return self.id or self.where

    @property
    def tax_year(self) -> int:
        """The tax year the event counts for: its stated year, or else the date's."""
        return self.year if self.year is not None else self.day.year

    def money(self, name: str) -> Money:
        """Return a money field that this kind must have; raise LedgerError when it is absent."""
        found = getattr(self, name)
        if not isinstance(found, Money):
            raise LedgerError(
                where=self.where,
                code="missing_field",
                problem=f"a {self.kind.words} needs '{name}'",
                remedy=f"add '{name}' in dollars",
            )
        return found

    def as_fields(self) -> dict[str, Any]:
        """Return the fields that are set, as JSON-ready values keyed as in a scenario file."""
        out: dict[str, Any] = {"date": self.day.isoformat(), "account": self.account}
        out["kind"] = self.kind.value
        if self.sources:
            names = [s.value for s in self.sources]
            out["source"] = names[0] if len(names) == 1 else names
        for name in _PLAIN_FIELDS:
            found = getattr(self, name)
            if found is None or found is False or found == "":
                continue
            out[name] = found.plain if isinstance(found, Money) else found
        if self.units is not None:
            out["units"] = plain_units(self.units)
        if self.parts:
            out["parts"] = [_part_fields(part) for part in self.parts]
        return out

    @classmethod
    def from_fields(cls, stored: Mapping[str, Any], *, where: str, seq: int = 0) -> Event:
        """Rebuild an event from ``as_fields``; money carries ``where`` as evidence."""
        if stored.keys() <= _FEW:  # nearly every event: the same in fewer steps
            amount, source = stored.get("amount"), stored.get("source", ())
            units = stored.get("units")
            return cls(
                where,
                _day(stored["date"]),
                intern(stored["account"]),
                _kind(stored["kind"]),
                None if amount is None else Money.parse(amount, evidence=where),
                _sources((source,) if isinstance(source, str) else tuple(source)),
                memo=stored.get("memo", ""),
                fund=intern(stored.get("fund", "")),
                units=None if units is None else Decimal(units),
                seq=seq,
            )
        values = {k: v for k, v in stored.items() if k not in {"date", "source", "parts", "kind"}}
        for name in sorted(MONEY_FIELDS & values.keys()):
            values[name] = Money.parse(values[name], evidence=where)
        if "units" in values:
            values["units"] = Decimal(values["units"])
        source = stored.get("source", ())
        names = (source,) if isinstance(source, str) else tuple(source)
        parts = tuple(
            Part(
                to=part["to"],
                amount=Money.parse(part["amount"], evidence=where),
                pretax=Money.parse(part["pretax"], evidence=where) if "pretax" in part else None,
            )
            for part in stored.get("parts", ())
        )
        return cls(
            where=where,
            day=date.fromisoformat(stored["date"]),
            kind=EventKind(stored["kind"]),
            sources=tuple(Source(name) for name in names),
            parts=parts,
            seq=seq,
            **values,
        )


def plain_units(units: Decimal) -> str:
    """Return units as text without an exponent.

    >>> plain_units(Decimal("1E+2")), plain_units(Decimal("-0.500"))
    ('100', '-0.500')
    """
    return f"{units:f}"


MONEY_FIELDS = frozenset(
    {"amount", "value", "earnings", "basis", "pre_1987", "pretax", "withheld", "state_withheld"}
)
_HANDLED = {"where", "day", "account", "kind", "sources", "parts", "units", "seq"}
# worked out once: this runs for every entry of an import
_PLAIN_FIELDS = tuple(item.name for item in fields(Event) if item.name not in _HANDLED)
_FEW = frozenset({"date", "account", "kind", "source", "amount", "memo", "fund", "units"})
_USUAL = _HANDLED - {"parts"} | {"amount", "memo", "fund"}
_RARE = tuple(item for item in fields(Event) if item.name not in _USUAL)
_rare_fields = attrgetter(*(item.name for item in _RARE))
_NOTHING_RARE = tuple(item.default for item in _RARE)


# equal days, kinds and sources of many events are one object
_day = lru_cache(maxsize=4096)(date.fromisoformat)
_kind = lru_cache(maxsize=64)(EventKind)


@lru_cache(maxsize=64)
def _sources(names: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(Source(name) for name in names)


def _part_fields(part: Part) -> dict[str, str]:
    out = {"to": part.to, "amount": part.amount.plain}
    if part.pretax is not None:
        out["pretax"] = part.pretax.plain
    return out


@dataclass(frozen=True)
class RothLayer:
    """What is left of one year's conversions in the Roth IRAs: taxable part and the rest."""

    year: int
    taxable: Money
    nontaxable: Money


@dataclass(frozen=True)
class OpeningBasis:
    """Basis a person brings into the ledger (line 14 of the last Form 8606, Roth history)."""

    where: str
    taxpayer: str
    as_of: date
    traditional_ira: Money | None = None
    roth_ira_regular: Money | None = None
    roth_ira_since: int | None = None
    roth_ira_conversions: tuple[RothLayer, ...] = ()
    decedent: str = ""  # whose basis it was: the beneficiary's own Form 8606 for that person
    last_form_8606: int | None = None  # tax year of the last form, where it is an older one
    traditional_ira_from_plans: Money | None = None  # part that came out of employer plans
    excess_traditional_ira: Money | None = None  # line 16 of the last Form 5329
    excess_roth_ira: Money | None = None  # line 24 of the last Form 5329
    first_home_used: Money | None = None  # of the lifetime amount, before the books start
    hsa_funding_year: int | None = None  # year of an earlier HSA funding distribution
    rolled_from_529: Money | None = None  # of the lifetime amount, before the books start
    deducted_after_70_half: Money | None = None  # IRA deductions not yet set against charity


def _is_part(part: Money | None, whole: Money | None) -> bool:
    return part is None or whole is None or part <= whole


def checked_opening(opening: OpeningBasis) -> OpeningBasis:
    """Return an opening whose day and Roth years can be.

    Raises LedgerError (``bad_tax_year``, ``bad_amount``). Form 8606 carries basis from one tax
    year into the next, so it is brought in as of 1 January. A conversion that is left on a day
    was made in a year before it, and one year stands once.
    """
    years, first = [layer.year for layer in opening.roth_ira_conversions], opening.as_of.year
    twice = next((year for year in years if years.count(year) > 1), None)
    late = next((year for year in years if year >= first), None)
    if (opening.as_of.month, opening.as_of.day) != (1, 1):
        raise LedgerError(
            where=opening.where,
            code="bad_tax_year",
            problem=f"basis is brought in as of 1 January, not as of {opening.as_of.isoformat()}",
            remedy="Form 8606 carries it from one tax year into the next: write the 1 January "
            "after the year of the last form",
        )
    if twice is not None:
        problem = f"Roth IRA conversions of {twice} are stated twice"
    elif late is not None:
        problem = f"a Roth IRA conversion of {late} cannot be left on {opening.as_of}"
    elif opening.roth_ira_since is not None and opening.roth_ira_since > first:
        problem = f"a Roth IRA cannot be held since {opening.roth_ira_since} on {opening.as_of}"
    elif not _is_part(opening.traditional_ira_from_plans, opening.traditional_ira):
        raise LedgerError(
            where=opening.where,
            code="bad_amount",
            problem=f"{opening.traditional_ira_from_plans} of a basis of {opening.traditional_ira} "
            "cannot have come from plans",
            remedy="state the part of the basis that came from employer plans",
        )
    else:
        return opening
    remedy = "state what was left on that day, one row for each year before it"
    raise LedgerError(where=opening.where, code="bad_tax_year", problem=problem, remedy=remedy)


# Postal codes of the states, the District of Columbia and the territories that levy an income tax.
_STATES = (
    " AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI "
)


def is_state(text: str) -> bool:
    """Tell whether a text is the postal code of a state.

    >>> is_state("NJ"), is_state("New Jersey"), is_state("XX")
    (True, False, False)
    """
    return re.fullmatch("[A-Z]{2}", text) is not None and f" {text} " in _STATES


def check_owner(where: str, taxpayer: str, account: Account) -> None:
    """Raise LedgerError (``other_owner``) for a fact of one person about another's account."""
    if account.owner != taxpayer:
        raise LedgerError(
            where=where,
            code="other_owner",
            problem=f"the account {account.id} belongs to {account.owner}, not to {taxpayer}",
            remedy="name an account of the same person",
        )


@dataclass(frozen=True)
class StateBasis:
    """Basis that a state counts otherwise than the federal law: a fact, never worked out.

    ``account`` is "" where it belongs to all accounts of the person.
    """

    where: str
    taxpayer: str
    state: str  # two letters
    as_of: date
    basis: Money
    account: str = ""
    note: str = ""


@dataclass(frozen=True)
class EmployerAmount:
    """An amount that belongs to one employer, named as in the accounts."""

    employer: str
    amount: Money


@dataclass(frozen=True)
class ServiceCatchUp:
    """What the 15-year rule of a 403(b) plan asks, as of the start of the year.

    ``deferred_before`` are all elective deferrals for that employer so far, ``used_before`` what
    the rule has allowed in earlier years (IRC 402(g)(7)).
    """

    account: str
    years_of_service: int
    deferred_before: Money
    used_before: Money


@dataclass(frozen=True)
class ReturnFacts:
    """What a tax return says that no statement shows, for one taxpayer and year."""

    where: str
    taxpayer: str
    year: int
    filing_status: str = ""
    magi: Money | None = None
    compensation: Money | None = None
    covered_by_plan: bool | None = None
    spouse_covered_by_plan: bool | None = None
    ira_deduction: Money | None = None
    nondeductible_first: str = "made_in_year"
    outstanding_rollovers: Money | None = None
    first_home_expenses: Money | None = None
    disaster_income: str = "spread"  # or "in_full": the election of Form 8915
    hsa_coverage: str = ""  # "self_only" or "family": the HSA limit of the year
    hsa_contributions: Money | None = None  # made otherwise for the year: they use up the limit
    plan_compensation: tuple[EmployerAmount, ...] = ()  # IRC 415(c)(3), deferrals included
    social_security_wages: tuple[EmployerAmount, ...] = ()  # Form W-2, box 3
    service_catch_up: ServiceCatchUp | None = None


@dataclass(frozen=True)
class Options:
    """How figures are rounded and which method is used (the ``[options]`` of a scenario)."""

    line_10_places: int | None = None  # None: "exact", the fewest places that lose nothing
    whole_dollars: bool = False
    ira_method: str = "form"  # or "worksheet_1_1"
