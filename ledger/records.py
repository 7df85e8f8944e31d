"""Records of what statements and people say: rows as read, facts as typed; no law."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from ledger.chart import Account, AccountKind, Source
from ledger.errors import LedgerError
from ledger.events import EventKind, EventSpec, Flow, Sign, Sources, Way, kinds_where
from ledger.money import Money

SIGNED_KINDS = kinds_where(lambda spec: spec.sign is Sign.EITHER)
MARRIED_JOINT = "married_joint"
IRA_METHODS = ("form", "worksheet_1_1")  # Form 8606 lines 6 to 12, or Pub. 590-B, Worksheet 1-1
FILING_STATUSES = (
    *("single", "head_of_household", MARRIED_JOINT, "married_separate"),
    "surviving_spouse",
)


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
    ADP_RECHARACTERIZATION = "adp_recharacterization"
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
    INHERITANCE = "inheritance"
    EXCHANGE = "exchange"  # moves between investments, buys, sells: no effect on the source
    WITHHOLDING = "withholding"  # tax withheld: part of a gross distribution
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    CONVERSION_IN = "conversion_in"
    CONVERSION_OUT = "conversion_out"
    ROLLOVER_IN = "rollover_in"
    ROLLOVER_OUT = "rollover_out"
    TAKEN_BACK = "taken_back"  # a payment of a plan that came in again: nothing was paid
    INFO = "info"  # carried by the file, never booked
    UNKNOWN = "unknown"  # the reader does not know this row type: the user must say

    @cached_property
    def spec(self) -> RowSpec:
        """What a row of the kind does: told here for legs, by the event of its name otherwise."""
        return ROW_SPECS[self]


@dataclass(frozen=True)
class RowSpec:
    """What a row of a statement shows.

    ``way`` is NONE where it may be either side, or has no effect; ``side_of`` names the movement
    of which it is one side ("conversion", "rollover" or "transfer").
    """

    way: Way
    meaning: str  # shown where the user may choose it
    side_of: str = ""
    has_effect: bool = True  # on what the account holds
    nothing_if_zero: bool = False  # a row of 0.00 says nothing
    either_sign: bool = False  # a payroll takes some back, a market loses
    needs_source: bool = False  # a name of a source that is not known is asked about
    is_sayable: bool = False  # a user may say it of a row whose words are not known
    event: EventSpec | None = None  # of its name, where it is no leg

    @property
    def is_only_told(self) -> bool:
        """Whether it is known to book nothing: a trade inside the account, or information."""
        return not self.has_effect and self.event is None and bool(self.meaning)

    @property
    def is_leg(self) -> bool:
        """Whether it is one of the two rows of a movement between accounts or sources."""
        return bool(self.side_of)

    @property
    def is_alone(self) -> bool:
        """Whether the amount of a row is the whole story of an event of its name."""
        event = self.event
        return event is not None and not event.is_stated and not event.takes_more_than_a_row

    @property
    def waits_for_source(self) -> bool:
        """Whether allocation says the source of a row that stands alone and names none.

        Other kinds take from all sources, or are refused.
        """
        event = self.event
        if event is None or not self.is_alone or event.way is Way.WITHIN:
            return False
        return event.sources is not Sources.ANY

    @property
    def is_put_in(self) -> bool:
        """Whether it is money put in from outside: files call a rollover a contribution too."""
        contributed = self.event is not None and self.event.flow is Flow.CONTRIBUTIONS
        return contributed or self.is_side(Way.IN, "rollover")

    def is_side(self, way: Way, *movements: str) -> bool:
        """Tell whether it is the side of some movement by which money goes this way."""
        return self.way is way and self.side_of in movements


def _of_event(kind: RowKind) -> RowSpec:
    spec = EventKind(kind.value).spec
    way = Way.NONE if spec.needs_to else spec.way  # a row may show either end of it
    has_effect = not spec.is_stated and spec.booking is not None and bool(spec.booking.amount)
    either = spec.sign is Sign.EITHER
    return RowSpec(
        way,
        spec.meaning,
        has_effect=has_effect,
        nothing_if_zero=kind in _NOTHING_IF_ZERO,
        either_sign=either,
        needs_source="sources" in spec.fields and not spec.takes_more_than_a_row,
        is_sayable=kind in _SAYABLE,
        event=spec,
    )


_NOTHING = "only information: nothing to book"
_TRADED = "bought, sold or moved between investments: nothing to book"
R = RowKind
_NOTHING_IF_ZERO = (R.CONTRIBUTION, R.EARNINGS, R.FEE, R.LOAN_REPAYMENT)
# what words of a statement may mean that a reader does not know: common, and told by one row
_SAYABLE = (
    *(R.CONTRIBUTION, R.EARNINGS, R.FEE, R.DISTRIBUTION),
    *(R.LOAN, R.LOAN_REPAYMENT, R.QCD),
)
_LEGS: Mapping[RowKind, RowSpec] = {
    R.EXCHANGE: RowSpec(Way.NONE, _TRADED, has_effect=False, needs_source=True),
    R.INFO: RowSpec(Way.NONE, _NOTHING, has_effect=False),
    R.UNKNOWN: RowSpec(Way.NONE, "", has_effect=False),
    R.WITHHOLDING: RowSpec(Way.OUT, "tax withheld from a payment"),
    R.TRANSFER_IN: RowSpec(Way.IN, "came from another account of yours without tax", "transfer"),
    R.TRANSFER_OUT: RowSpec(Way.OUT, "went to another account of yours without tax", "transfer"),
    R.CONVERSION_IN: RowSpec(Way.IN, "Roth side of a conversion", "conversion"),
    R.CONVERSION_OUT: RowSpec(
        Way.OUT, "side of a conversion that money left", "conversion", needs_source=True
    ),
    R.ROLLOVER_IN: RowSpec(Way.IN, "rolled over from a plan or IRA", "rollover"),
    R.ROLLOVER_OUT: RowSpec(Way.OUT, "rolled over to a plan or IRA", "rollover", needs_source=True),
    R.TAKEN_BACK: RowSpec(
        Way.IN,
        "a payment or conversion that the plan took back: it was never made",
        needs_source=True,
    ),
}
ROW_SPECS: Mapping[RowKind, RowSpec] = MappingProxyType(
    {
        kind: replace(_LEGS[kind], is_sayable=bool(_LEGS[kind].meaning))
        if kind in _LEGS
        else _of_event(kind)
        for kind in RowKind
    }
)


def rows_where(holds: Callable[[RowSpec], bool]) -> frozenset[RowKind]:
    """Return the kinds of rows of which something holds.

    >>> sorted(rows_where(lambda spec: spec.is_side(Way.IN, "conversion", "rollover")))
    [<RowKind.CONVERSION_IN: 'conversion_in'>, <RowKind.ROLLOVER_IN: 'rollover_in'>]
    """
    return frozenset(kind for kind, spec in ROW_SPECS.items() if holds(spec))


def row_kind(word: str, way: Way) -> RowKind:
    """Return the side of a movement, or the kind of that name where a row has no side of it.

    >>> row_kind("conversion", Way.IN), row_kind("qcd", Way.OUT)
    (<RowKind.CONVERSION_IN: 'conversion_in'>, <RowKind.QCD: 'qcd'>)
    """
    side = next((kind for kind in RowKind if kind.spec.is_side(way, word)), None)
    return RowKind(word) if side is None else side


NEVER_BOOKED = rows_where(lambda spec: spec.is_only_told)
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
    price: str = ""  # of one unit in dollars as printed, a plain decimal text
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
class RothLayer:
    """What is left of one year's conversions in the Roth IRAs: taxable part and the rest."""

    year: int
    taxable: Money
    nontaxable: Money

    @property
    def amount(self) -> Money:
        """What is left of the year's conversions, taxed when they were made or not (cents)."""
        return self.taxable + self.nontaxable


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


# what a beneficiary's Form 8606 takes over of a person who died
_OF_DECEDENTS = frozenset(
    {"traditional_ira", "roth_ira_regular", "roth_ira_since", "roth_ira_conversions"}
)


def _check_decedent(opening: OpeningBasis) -> None:
    """Refuse facts of an opening that say nothing about a person from whom IRAs came."""
    kept = {"where", "taxpayer", "as_of", "decedent", *_OF_DECEDENTS}
    told = {item.name for item in fields(opening) if getattr(opening, item.name) != item.default}
    strangers = sorted(told - kept) if opening.decedent else []
    if strangers:
        raise LedgerError(
            where=opening.where,
            code="unknown_key",
            problem=f"{', '.join(strangers)}: says nothing about the basis of {opening.decedent}, "
            "who died",
            remedy=f"of a decedent are read: {', '.join(sorted(_OF_DECEDENTS))}; facts of one's "
            "own stand in an opening without 'decedent'",
        )


def checked_opening(opening: OpeningBasis) -> OpeningBasis:
    """Return an opening whose day, facts and Roth years can be.

    Raises LedgerError (``bad_tax_year``, ``bad_amount``, ``unknown_key``). Form 8606 carries basis
    from one tax year into the next, so it is brought in as of 1 January. A conversion that is left
    on a day was made in a year before it, and one year stands once.
    """
    _check_decedent(opening)
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


def _is_plan(kind: AccountKind) -> bool:
    return kind.is_plan


_SIMPLE = {AccountKind.SIMPLE_IRA, AccountKind.ROTH_SIMPLE_IRA}
# fact of an account -> the kinds that something reads it of; the other facts are of every kind
_FACTS_OF: Mapping[str, Callable[[AccountKind], bool]] = MappingProxyType(
    {
        "separate_after_tax": _is_plan,
        "in_plan_conversion": _is_plan,
        "in_service_distribution": _is_plan,
        "after_tax": _is_plan,
        "catch_up": _is_plan,
        "simplified_method": _is_plan,
        # of an inherited Roth IRA it is the decedent's first year
        "first_roth_year": lambda kind: kind.is_plan or kind is AccountKind.INHERITED_ROTH_IRA,
        "decedent": lambda kind: kind.is_inherited,
        "simple_since": lambda kind: kind in _SIMPLE,
    }
)


def check_facts(where: str, kind: AccountKind, given: Iterable[str]) -> None:
    """Raise LedgerError (``unknown_key``) for a fact that says nothing about a kind of account."""
    strangers = sorted({name for name in given if name in _FACTS_OF and not _FACTS_OF[name](kind)})
    if strangers:
        raise LedgerError(
            where=where,
            code="unknown_key",
            problem=f"{', '.join(strangers)}: says nothing about {kind.with_article}",
            remedy="leave it out, or check the kind of the account",
        )


def check_method(where: str, given: Collection[str]) -> None:
    """Refuse facts of the Simplified Method that lack another, or of which one is not read.

    Raises LedgerError (``missing_field``, ``bad_value``). The number of payments is stated, or
    follows from the ages on the day the pension started.
    """
    if given and ("cost" not in given or not {"payments", "started"} & set(given)):
        raise LedgerError(
            where=where,
            code="missing_field",
            problem="the Simplified Method needs the cost, and the number of payments or the day "
            f"the pension started; given: {', '.join(sorted(given))}",
            remedy="state cost and payments, or cost and started",
        )
    beside = sorted({"started", "survivor_born"} & set(given))
    if "payments" in given and beside:
        raise LedgerError(
            where=where,
            code="bad_value",
            problem=f"the number of payments is stated, and {' and '.join(beside)} would give it",
            remedy="leave one of them out: the number follows from the ages where it is not stated",
        )


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


BECAME_FAMILY = "self_only_then_family"  # a second funding was made after the change
HSA_COVERAGES = ("self_only", "family", BECAME_FAMILY)


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
    hsa_coverage: str = ""  # one of HSA_COVERAGES: the HSA limit of the year
    hsa_contributions: Money | None = None  # made otherwise for the year: they use up the limit
    plan_compensation: tuple[EmployerAmount, ...] = ()  # IRC 415(c)(3), deferrals included
    social_security_wages: tuple[EmployerAmount, ...] = ()  # Form W-2, box 3
    service_catch_up: ServiceCatchUp | None = None
    ira_method: str = ""  # one of IRA_METHODS; "" where the return does not say, see Options

    def with_spouse(self, theirs: ReturnFacts) -> ReturnFacts:
        """Return the facts with what a spouse's facts say of them: a joint return is one.

        Whether a spouse is covered by a plan is that spouse's own fact on any return.
        """
        mine = self
        if mine.spouse_covered_by_plan is None:
            mine = replace(mine, spouse_covered_by_plan=theirs.covered_by_plan)
        if theirs.filing_status != MARRIED_JOINT or mine.filing_status not in {"", MARRIED_JOINT}:
            return mine
        magi = theirs.magi if mine.magi is None else mine.magi
        return replace(mine, filing_status=MARRIED_JOINT, magi=magi)


@dataclass(frozen=True)
class Options:
    """How figures are rounded and which method is used (the ``[options]`` of a scenario)."""

    line_10_places: int | None = None  # None: "exact", the fewest places that lose nothing
    whole_dollars: bool = False
    ira_method: str = "form"  # or "worksheet_1_1"
