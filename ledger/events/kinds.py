"""The one catalogue of events: what each kind may say, how it is booked, what the law asks of it.

Booking, the store, scenario files, the plain CSV, the order of a day, forms, checks and help
read it here; nowhere else stands a set of kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from functools import cached_property
from types import MappingProxyType

from ledger.chart import Account, AccountKind, Outside, Source


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
    EXCHANGE = "exchange"
    CLOSING = "closing"

    @cached_property
    def spec(self) -> EventSpec:
        """The row of the catalogue that says what the kind is."""
        return EVENT_SPECS[self]

    @property
    def words(self) -> str:
        """The kind as people say it."""
        return self.spec.words or self.value.replace("_", " ")

    @property
    def with_article(self) -> str:
        """The kind with "a" or "an" before it."""
        return f"{'an' if self.words[0] in 'aeiou' else 'a'} {self.words}"


class BasisRule(Enum):
    """Whether basis travels with the value when the event is booked."""

    NONE = "none"  # the law moves it later, or there is none
    CONTRIBUTED = "contributed"  # all of it, when the money had been taxed already
    DEFERRED = "deferred"  # the deferral without its earnings, when it had been taxed already
    STATED = "stated"  # what the event itself says
    TAXED = "taxed"  # the amount without its earnings: income, and basis of who gets it


HERE = "here"  # the source, or the IRA, that the event names
TO = "to"  # the account that the event names as receiver
IN_PLAN = "in plan"  # the in-plan Roth source of the same plan
IN_PLAN_AFTER_TAX = "in plan, after-tax"  # the after-tax source of the same plan
PARTS = "parts"  # cash, or the receivers of the parts of a distribution


@dataclass(frozen=True)
class Booking:
    """Who gets the value and who gives it (a role above, or an outside party), and the basis."""

    debit: str
    credit: str
    basis: BasisRule = BasisRule.NONE
    amount: str = "amount"  # field that says the value; "" where units move and no value


class Sign(Enum):
    """What the amount of an event may be."""

    POSITIVE = "positive"  # the kind says which way the money goes
    EITHER = "either"  # a contribution taken back by the payroll, a loss
    STATED = "stated"  # no amount moves: the value of a day is stated
    NONE = "none"  # no amount moves


class Way(Enum):
    """What an event does to the account it names."""

    IN = "in"
    OUT = "out"
    WITHIN = "within"
    NONE = "none"


class Place(Enum):
    """Where an event may stand."""

    ANYWHERE = "plan or IRA"
    PLAN = "plan"
    IRA = "IRA"


class Sources(Enum):
    """Which sources of a plan an event may name."""

    ANY = "any number, or none: the plan was not told"
    ONE = "one"
    ONE_OR_ALL = "one, or all by their value"  # which the fold divides


class Order(IntEnum):
    """The place of an event within its day: money comes in before it goes out."""

    OPENS = 0
    COMES_IN = 1
    MARKET = 2  # after the money it is of: files order a day in any way
    # Into a Roth source before out of it: who is paid all of it is paid what came in that day.
    CHANGES_SOURCE = 3
    GOES_OUT = 4
    COMES_BACK = 5


class Flow(StrEnum):
    """What an event counts for in the year of a source."""

    OPENING = "opening"
    CONTRIBUTIONS = "contributions"
    EARNINGS = "earnings"
    MOVED = "moved"


@dataclass(frozen=True)
class Between:
    """Between which accounts money of a kind may go; ``words`` say it in a refusal."""

    gives: Callable[[Account], bool]  # of the account that the event names
    takes: Callable[[Account], bool]  # of each receiver
    words: str
    as_it_is: bool = False  # neither paid out nor taxed: within plans, or within IRAs
    owners: bool = False  # of two people: a divorce, a death


@dataclass(frozen=True)
class EventSpec:
    """What a kind of event is.

    ``fields`` are what may be said of it besides id and memo. ``not_eligible`` says what it is
    that may never be rolled over (IRC 402(c)(4)).
    """

    fields: frozenset[str]
    booking: Booking | None = None
    meaning: str = ""
    words: str = ""  # as people say it, where that is not its name
    sign: Sign = Sign.POSITIVE
    order: Order = Order.GOES_OUT
    flow: Flow = Flow.MOVED
    place: Place = Place.ANYWHERE
    sources: Sources = Sources.ANY  # in a plan
    needs_to: bool = False  # it needs the account that receives the money
    between: Between | None = None
    starts_roth_clock: bool = False  # the five years of a designated Roth account: 402A(d)(2)(B)
    pays_out: bool = False  # the participant is paid: a rollover or a repayment may name it
    not_eligible: str = ""
    is_correction: bool = False  # of an IRA contribution, with its net income: IRC 408(d)(4), 408A
    on_return: bool = True  # the forms of a person's IRAs and of excess amounts read it
    is_reported: bool = False  # a payer sends Form 1099-R for it
    arrives: bool = False  # what it brings into another IRA stands on Form 5498
    is_ira_payment: bool = False  # a payment to the owner or to a Roth IRA: Form 8606, 7 and 8
    paid_to: str = ""  # whom a part of a payment went to straight: it is no payment of its own

    @cached_property
    def way(self) -> Way:
        """What it does to the account it names; a pension is paid out of money kept elsewhere."""
        if self.booking is None or not self.booking.amount:
            return Way.NONE
        if self.booking.debit in {HERE, IN_PLAN, IN_PLAN_AFTER_TAX}:
            return Way.IN if self.booking.debit == HERE else Way.WITHIN
        return Way.OUT if self.booking.credit in {HERE, Outside.ELSEWHERE} else Way.NONE

    @cached_property
    def is_stated(self) -> bool:
        """Whether it states what is there, and moves nothing."""
        return self.sign is Sign.STATED

    @cached_property
    def is_shown_positive(self) -> bool:
        """Whether a file that signs amounts by their effect on the account shows it positive."""
        return self.sign in {Sign.STATED, Sign.NONE} or self.way is Way.IN

    @cached_property
    def goes_directly(self) -> bool:
        """Whether it moves money from its account straight into another."""
        booking = self.booking
        return booking is not None and booking.credit == HERE and booking.debit in {TO, PARTS}

    @cached_property
    def of_loan(self) -> bool:
        """Whether it changes what is owed on a plan loan."""
        booking = self.booking
        return booking is not None and Outside.LOANS in {booking.debit, booking.credit}

    @cached_property
    def is_paid_back(self) -> bool:
        """Whether a plan pays an excess back, with its earnings beside the amount."""
        return self.booking is not None and self.booking.basis is BasisRule.DEFERRED

    @cached_property
    def carries_earnings(self) -> bool:
        """Whether its earnings move beside the amount, in the same entry."""
        taxed = self.booking is not None and self.booking.basis is BasisRule.TAXED
        return self.is_paid_back or taxed

    @cached_property
    def takes_more_than_a_row(self) -> bool:
        """Whether the law needs what one row of a statement does not show.

        That is who got the money, of which payment it is, or the net income beside the amount.
        """
        of_another = "of" in self.fields and "origin" not in self.fields
        return self.needs_to or of_another or self.is_correction or self.carries_earnings

    @cached_property
    def leaves_an_ira(self) -> bool:
        """Whether a trustee reports it as paid out of an IRA, to nobody's account here."""
        out = self.way is Way.OUT and self.place is not Place.PLAN
        return out and self.is_reported and not self.needs_to

    @cached_property
    def as_it_is(self) -> bool:
        """Whether what moves is neither paid out nor taxed, and keeps its sources and basis."""
        return self.between is not None and self.between.as_it_is

    @cached_property
    def between_owners(self) -> bool:
        """Whether the two accounts belong to two people, and not to one."""
        return self.between is not None and self.between.owners

    @cached_property
    def brings_history(self) -> bool:
        """Whether it brings money into its account with a basis that the event itself states."""
        booking = self.booking
        return booking is not None and (booking.debit, booking.basis) == (HERE, BasisRule.STATED)

    @cached_property
    def has_two_sides(self) -> bool:
        """Whether the account that receives it shows a side of its own: payments and transfers.

        What a decree or a choice makes of an account is told as a whole.
        """
        return self.goes_directly and (self.is_ira_payment or not self.on_return)

    @cached_property
    def may_be_divided(self) -> bool:
        """Whether it may go to several receivers."""
        return self.booking is not None and self.booking.debit == PARTS

    @cached_property
    def comes_from_elsewhere(self) -> bool:
        """Whether it is money of another account that came in, as that account's side may show."""
        booking = self.booking
        from_elsewhere = booking is not None and booking.credit == Outside.ELSEWHERE
        return from_elsewhere and "origin" in self.fields

    @cached_property
    def is_eligible(self) -> bool:
        """Whether what it pays out may be rolled over."""
        return self.pays_out and not self.not_eligible

    @cached_property
    def reason_is_of_import(self) -> bool:
        """Whether its reason only says how an import made it: nobody is paid, nothing comes back.

        The law asks for a reason of payments and of what is put back late.
        """
        return "reason" in self.fields and not self.pays_out and "of" not in self.fields

    @cached_property
    def is_market(self) -> bool:
        """Whether it is what the investments made, or cost."""
        return self.flow is Flow.EARNINGS and not self.is_stated

    @cached_property
    def takes_plan_basis(self) -> bool:
        """Whether basis leaves a plan's source with it, in proportion to the source's value."""
        return "value" in self.fields and not self.is_stated and self.place is not Place.IRA

    @cached_property
    def year_is_stated(self) -> bool:
        """Whether the tax year that it counts for may be another than that of its day."""
        return "year" in self.fields


def _fields(*names: str) -> frozenset[str]:
    return frozenset(" ".join(names).split())


_HELD = "fund units price"  # the units of a row, the fund they are of, the price it prints
_SOURCE = f"amount sources {_HELD}"
_TAX = "withheld state_withheld"
_CORRECTED = _fields("amount sources year earnings", _TAX)


def _anywhere(account: Account) -> bool:
    del account
    return True


def _is_plan(account: Account) -> bool:
    return account.kind.is_plan


def _is_not_inherited(account: Account) -> bool:
    return not account.kind.is_inherited


def _is_ira(account: Account) -> bool:
    return not account.kind.is_plan


def _is_traditional(account: Account) -> bool:
    return account.kind.is_pooled_traditional


def _is_contributory(account: Account) -> bool:
    return account.kind in {AccountKind.TRADITIONAL_IRA, AccountKind.ROTH_IRA}


def _is_own_ira(account: Account) -> bool:
    return not account.kind.is_plan and not account.kind.is_inherited


def _is_taxed_ira(account: Account) -> bool:
    return not account.kind.is_plan and not account.kind.is_any_roth_ira


K = EventKind
EVENT_SPECS: Mapping[EventKind, EventSpec] = MappingProxyType(
    {
        K.OPENING: EventSpec(
            _fields("value basis pre_1987 sources fund units"),
            Booking(HERE, Outside.OPENING, BasisRule.STATED, amount="value"),
            "what a source or an IRA held when the books start",
            sign=Sign.STATED,
            order=Order.OPENS,
            flow=Flow.OPENING,
            sources=Sources.ONE,
            on_return=False,
        ),
        K.CONTRIBUTION: EventSpec(
            _fields(_SOURCE, "catch_up year postponed origin earnings"),
            Booking(HERE, Outside.PAY, BasisRule.CONTRIBUTED),
            "money put in from pay or from your bank",
            sign=Sign.EITHER,
            order=Order.COMES_IN,
            flow=Flow.CONTRIBUTIONS,
            sources=Sources.ONE,
            starts_roth_clock=True,
        ),
        K.EARNINGS: EventSpec(
            _fields(_SOURCE, "reason"),
            Booking(HERE, Outside.GAINS),
            "dividend, interest, gain or loss",
            sign=Sign.EITHER,
            order=Order.MARKET,
            flow=Flow.EARNINGS,
            sources=Sources.ONE_OR_ALL,
            on_return=False,
        ),
        K.FEE: EventSpec(
            _fields(_SOURCE, "reason"),
            Booking(Outside.FEES, HERE),
            "a fee, or a forfeiture of money not vested, taken out of the account",
            order=Order.MARKET,
            flow=Flow.EARNINGS,
            sources=Sources.ONE_OR_ALL,
            on_return=False,
        ),
        K.BALANCE: EventSpec(
            _fields("value sources"),
            None,
            "what a statement says is there at close of the day: the difference is gain or loss",
            sign=Sign.STATED,
            flow=Flow.EARNINGS,
            on_return=False,
        ),
        K.IN_PLAN_CONVERSION: EventSpec(
            _fields(_SOURCE, "value reason"),
            Booking(IN_PLAN, HERE),
            "an in-plan Roth rollover: from a source to Roth inside the plan",
            words="in-plan conversion",
            place=Place.PLAN,
            order=Order.CHANGES_SOURCE,
            sources=Sources.ONE,
            starts_roth_clock=True,
            on_return=False,
            is_reported=True,
        ),
        K.DISTRIBUTION: EventSpec(
            _fields(_SOURCE, _TAX, "to parts exception reason disaster value"),
            Booking(PARTS, HERE),
            "paid out to you",
            pays_out=True,
            is_reported=True,
            arrives=True,
            is_ira_payment=True,
        ),
        K.ROLLOVER_60DAY: EventSpec(
            _fields("amount of to reason pretax"),
            Booking(TO, Outside.CASH),
            "money that was paid out and put into an account within 60 days",
            words="60-day rollover",
            order=Order.COMES_BACK,
            needs_to=True,
            arrives=True,
        ),
        K.ROLLOVER_IN: EventSpec(
            _fields(_SOURCE, "basis of origin"),
            Booking(HERE, Outside.ELSEWHERE, BasisRule.STATED),
            "rolled over from an account that is not kept in these books",
            order=Order.COMES_IN,
            arrives=True,
        ),
        K.CONVERSION: EventSpec(
            _fields("amount to value"),
            Booking(TO, HERE),
            "from a traditional, SEP or SIMPLE IRA to a Roth IRA",
            place=Place.IRA,
            needs_to=True,
            between=Between(
                _is_traditional,
                lambda to: to.kind.is_roth_ira,
                "a conversion goes from a traditional, SEP or SIMPLE IRA to a Roth IRA",
            ),
            is_reported=True,
            arrives=True,
            is_ira_payment=True,
        ),
        K.TRANSFER: EventSpec(
            _fields("amount to sources"),
            Booking(TO, HERE),
            "from trustee to trustee, without tax",
            needs_to=True,
            between=Between(
                _anywhere,
                _anywhere,
                "a transfer goes from IRA to IRA, or from plan to plan",
                as_it_is=True,
            ),
            on_return=False,
        ),
        K.TRANSFER_IN: EventSpec(
            _fields(_SOURCE, "origin reason"),
            Booking(HERE, Outside.ELSEWHERE),
            "came from an account that is not kept in these books, without tax",
            order=Order.COMES_IN,
        ),
        K.TRANSFER_OUT: EventSpec(
            _fields(_SOURCE),
            Booking(Outside.ELSEWHERE, HERE),
            "went to an account that is not kept in these books, without tax",
            on_return=False,
        ),
        K.RECHARACTERIZATION: EventSpec(
            _fields("amount to year value earnings"),
            Booking(TO, HERE),
            "a contribution moved between a traditional and a Roth IRA",
            place=Place.IRA,
            needs_to=True,
            between=Between(
                _is_contributory,
                _is_contributory,
                "a recharacterization goes between a traditional and a Roth IRA",
            ),
            is_correction=True,
            is_reported=True,
            arrives=True,
        ),
        K.RETURN_OF_CONTRIBUTION: EventSpec(
            _fields("amount year value earnings", _TAX),
            Booking(Outside.CASH, HERE),
            "a contribution taken back before the due date",
            place=Place.IRA,
            is_correction=True,
            is_reported=True,
            is_ira_payment=True,
        ),
        K.EXCESS_DEFERRAL_RETURN: EventSpec(
            _CORRECTED,
            Booking(Outside.CASH, HERE, BasisRule.DEFERRED),
            "an excess deferral (IRC 402(g)) that the plan pays back",
            place=Place.PLAN,
            sources=Sources.ONE,
            pays_out=True,
            not_eligible="an excess deferral paid back",
            is_reported=True,
        ),
        K.CORRECTIVE_DISTRIBUTION: EventSpec(
            _CORRECTED | {"reason"},
            Booking(Outside.CASH, HERE, BasisRule.DEFERRED),
            "an excess of a failed test, or above IRC 415(c), that the plan pays back",
            place=Place.PLAN,
            sources=Sources.ONE,
            pays_out=True,
            not_eligible="a corrective distribution",
            is_reported=True,
        ),
        K.ADP_RECHARACTERIZATION: EventSpec(
            _fields("amount sources year earnings"),
            Booking(IN_PLAN_AFTER_TAX, HERE, BasisRule.TAXED),
            "an excess of a failed ADP test that stays in the plan as after-tax money",
            words="ADP recharacterization",
            place=Place.PLAN,
            order=Order.CHANGES_SOURCE,
            sources=Sources.ONE,
            is_reported=True,
        ),
        K.QCD: EventSpec(
            _fields("amount"),
            Booking(Outside.CHARITY, HERE),
            "given to a charity straight from the IRA",
            words="QCD",
            place=Place.IRA,
            between=Between(
                _is_taxed_ira,
                _anywhere,
                "a QCD comes from a traditional IRA (IRC 408(d)(8)); out of a Roth IRA it is not "
                "supported",
            ),
            is_reported=True,
            paid_to="charity",
        ),
        K.ANNUITY_PAYMENT: EventSpec(
            _fields("amount months", _TAX),
            Booking(Outside.CASH, Outside.ELSEWHERE),
            "a pension payment, taxed by the Simplified Method",
            place=Place.PLAN,
            pays_out=True,
            not_eligible="a pension payment for life",
            is_reported=True,
        ),
        K.LOAN: EventSpec(
            _fields(_SOURCE, "reason"),
            Booking(Outside.LOANS, HERE),
            "borrowed from the plan",
            place=Place.PLAN,
            sources=Sources.ONE_OR_ALL,
            on_return=False,
        ),
        K.LOAN_REPAYMENT: EventSpec(
            _fields(_SOURCE, "reason"),
            Booking(HERE, Outside.LOANS),
            "paid back on a plan loan",
            order=Order.COMES_IN,
            place=Place.PLAN,
            sources=Sources.ONE_OR_ALL,
            on_return=False,
        ),
        K.LOAN_OFFSET: EventSpec(
            _fields(_SOURCE, "exception reason"),
            Booking(Outside.CASH, Outside.LOANS),
            "a loan that the plan sets against the account: paid out",
            place=Place.PLAN,
            sources=Sources.ONE_OR_ALL,
            pays_out=True,
            on_return=False,
            is_reported=True,
        ),
        K.DEEMED_DISTRIBUTION: EventSpec(
            _fields(_SOURCE, "exception reason"),
            Booking(Outside.CASH, Outside.LOANS),
            "a loan in default that is taxed as if paid out (IRC 72(p))",
            place=Place.PLAN,
            sources=Sources.ONE,
            pays_out=True,
            not_eligible="a loan deemed distributed",
            on_return=False,
            is_reported=True,
        ),
        K.DIVORCE_TRANSFER: EventSpec(
            _fields("amount to basis sources"),
            Booking(TO, HERE, BasisRule.STATED),
            "to the IRA or plan account of a former spouse under a decree (IRC 408(d)(6), 414(p))",
            needs_to=True,
            between=Between(
                _is_not_inherited,
                _is_not_inherited,
                "a divorce transfer goes between traditional IRAs, Roth IRAs or plans, not out of "
                "an inherited IRA",
                as_it_is=True,
                owners=True,
            ),
        ),
        K.REPAYMENT: EventSpec(
            _fields("amount of"),
            Booking(HERE, Outside.CASH),
            "put back of a distribution that the law lets one repay",
            order=Order.COMES_BACK,
            between=Between(
                lambda here: not here.kind.is_inherited,
                _anywhere,
                "a repayment goes to a plan or IRA of one's own",
            ),
        ),
        K.HSA_FUNDING: EventSpec(
            _fields("amount"),
            Booking(Outside.ELSEWHERE, HERE),
            "the one qualified HSA funding distribution of a lifetime (IRC 408(d)(9))",
            words="HSA funding distribution",
            place=Place.IRA,
            between=Between(
                lambda here: here.kind is AccountKind.TRADITIONAL_IRA,
                _anywhere,
                "an HSA funding distribution comes from a traditional IRA; out of a Roth IRA, or "
                "of a SEP or SIMPLE IRA that the employer still pays into, it is not supported "
                "(IRC 408(d)(9))",
            ),
            is_reported=True,
            paid_to="hsa",
        ),
        K.ROLLOVER_529: EventSpec(
            _fields("amount"),
            Booking(HERE, Outside.ELSEWHERE, BasisRule.CONTRIBUTED),
            "from a 529 account to the Roth IRA of its beneficiary",
            words="529-to-Roth rollover",
            order=Order.COMES_IN,
            place=Place.IRA,
            between=Between(
                lambda here: here.kind is AccountKind.ROTH_IRA,
                _anywhere,
                "a rollover from a 529 account goes to a Roth IRA of its beneficiary (IRC "
                "529(c)(3)(E))",
            ),
        ),
        K.SPOUSE_ELECTION: EventSpec(
            _fields("amount to"),
            Booking(TO, HERE),
            "a surviving spouse makes an inherited IRA their own",
            place=Place.IRA,
            needs_to=True,
            between=Between(
                lambda here: here.kind.is_inherited,
                _is_own_ira,
                "a surviving spouse's election goes from the inherited IRA 'to' an IRA of their "
                "own",
            ),
        ),
        K.INHERITANCE: EventSpec(
            _fields("amount to"),
            Booking(TO, HERE),
            "an IRA passes to an heir on the day its owner died, at its value of that day",
            place=Place.IRA,
            needs_to=True,
            between=Between(
                _is_own_ira,
                lambda to: to.kind.is_inherited,
                "an IRA passes to an heir 'to' an inherited IRA of the heir; a surviving spouse "
                "makes it their own afterwards ('spouse_election')",
                owners=True,
            ),
        ),
        K.EXCHANGE: EventSpec(
            _fields(_SOURCE, "reason"),
            Booking(HERE, Outside.MARKET, amount=""),
            "units move between the funds of one source: no value moves",
            sign=Sign.NONE,
            order=Order.MARKET,
            place=Place.PLAN,
            sources=Sources.ONE_OR_ALL,
            on_return=False,
        ),
        K.CLOSING: EventSpec(
            frozenset(),
            None,
            "what the law moves at year end: worked out, never recorded",
            words="year end",
            on_return=False,
        ),
    }
)
RECORDED_KINDS = tuple(kind for kind in EventKind if kind is not EventKind.CLOSING)


def kinds_where(holds: Callable[[EventSpec], bool]) -> frozenset[EventKind]:
    """Return the kinds of which something holds.

    >>> sorted(kinds_where(lambda spec: spec.is_market))
    [<EventKind.EARNINGS: 'earnings'>, <EventKind.FEE: 'fee'>]
    """
    return frozenset(kind for kind, spec in EVENT_SPECS.items() if holds(spec))


# numbers of exceptions on Form 5329, line 2; 99 stands for more than one
_LAST_EXCEPTION = 23
EXCEPTIONS_5329 = (*(f"{number:02}" for number in range(1, _LAST_EXCEPTION + 1)), "99")
# reason of a corrective distribution -> sources it is paid back from: a failed test of deferrals
# or of match and after-tax money, annual additions above IRC 415(c)
CORRECTED_SOURCES: dict[str, tuple[Source, ...]] = {
    # in-plan Roth money too: what was too much may have been converted by then
    "adp": (Source.PRE_TAX, Source.ROTH, Source.IN_PLAN_ROTH),
    "acp": (Source.AFTER_TAX, Source.IN_PLAN_ROTH, Source.MATCH, Source.MATCH_ROTH),
    "415": (Source.PRE_TAX, Source.ROTH, Source.AFTER_TAX, Source.IN_PLAN_ROTH),
}
