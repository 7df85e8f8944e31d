"""The chart of accounts: taxpayers, accounts, money sources and their tax character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from ledger.money import ZERO, Money


class TaxCharacter(StrEnum):
    """How a dollar of a source is taxed when it leaves the plan."""

    PRE_TAX = "pre_tax"  # never taxed so far: basis 0
    AFTER_TAX = "after_tax"  # contributions taxed, earnings not: IRC 72(d)(2) sub-account
    ROTH = "roth"  # designated Roth account, IRC 402A


class Source(StrEnum):
    """Where money inside a plan came from, as the plan's records keep it apart."""

    PRE_TAX = "pre_tax"
    ROTH = "roth"
    AFTER_TAX = "after_tax"
    MATCH = "match"
    NONELECTIVE = "nonelective"
    ROLLOVER = "rollover"
    ROTH_ROLLOVER = "roth_rollover"
    IN_PLAN_ROTH = "in_plan_roth"
    MATCH_ROTH = "match_roth"
    NONELECTIVE_ROTH = "nonelective_roth"

    @cached_property
    def character(self) -> TaxCharacter:
        """The tax character every dollar of this source shares."""
        if self is Source.AFTER_TAX:
            return TaxCharacter.AFTER_TAX
        return TaxCharacter.ROTH if self in _ROTH_SOURCES else TaxCharacter.PRE_TAX


_ROTH_SOURCES = {
    Source.ROTH,
    Source.ROTH_ROLLOVER,
    Source.IN_PLAN_ROTH,
    Source.MATCH_ROTH,
    Source.NONELECTIVE_ROTH,
}
ELECTIVE_DEFERRALS = frozenset({Source.PRE_TAX, Source.ROTH})
# moved from elsewhere or inside the plan: no annual addition (IRC 415(c)(2))
ROLLED_OVER = frozenset({Source.ROLLOVER, Source.ROTH_ROLLOVER, Source.IN_PLAN_ROTH})
EMPLOYER_ROTH = frozenset({Source.MATCH_ROTH, Source.NONELECTIVE_ROTH})  # IRC 402A(a)(2)


class AccountKind(StrEnum):
    """What kind of retirement account the law says this is."""

    K401 = "401k"
    B403 = "403b"
    B457 = "457b"
    TRADITIONAL_IRA = "traditional_ira"
    SEP_IRA = "sep_ira"
    SIMPLE_IRA = "simple_ira"
    ROTH_IRA = "roth_ira"
    ROTH_SEP_IRA = "roth_sep_ira"
    ROTH_SIMPLE_IRA = "roth_simple_ira"
    INHERITED_TRADITIONAL_IRA = "inherited_traditional_ira"
    INHERITED_ROTH_IRA = "inherited_roth_ira"

    @cached_property
    def is_plan(self) -> bool:
        """Whether this is an employer plan (with sources) and not an IRA."""
        return self in {AccountKind.K401, AccountKind.B403, AccountKind.B457}

    @cached_property
    def is_pooled_traditional(self) -> bool:
        """Whether the account belongs to the one pool of Form 8606 Part I (IRC 408(d)(2))."""
        return self in {
            AccountKind.TRADITIONAL_IRA,
            AccountKind.SEP_IRA,
            AccountKind.SIMPLE_IRA,
        }

    @cached_property
    def is_roth_ira(self) -> bool:
        """Whether the account is one of the Roth IRAs that Part III takes together."""
        return self is AccountKind.ROTH_IRA or self.is_employer_roth_ira

    @cached_property
    def is_any_roth_ira(self) -> bool:
        """Whether the account is a Roth IRA, one's own or inherited."""
        return self.is_roth_ira or self is AccountKind.INHERITED_ROTH_IRA

    @cached_property
    def is_employer_roth_ira(self) -> bool:
        """Whether an employer's plan pays into the Roth IRA (IRC 408(k)(7), 408(p)(12))."""
        return self in {AccountKind.ROTH_SEP_IRA, AccountKind.ROTH_SIMPLE_IRA}

    @cached_property
    def is_employer_ira(self) -> bool:
        """Whether it is a SEP or SIMPLE IRA: what comes in is of the employer or deferred."""
        return self.is_employer_roth_ira or self in {AccountKind.SEP_IRA, AccountKind.SIMPLE_IRA}

    @cached_property
    def is_inherited(self) -> bool:
        """Whether the IRA came from a person who died: apart from one's own (IRC 408(d)(3)(C))."""
        return self in {AccountKind.INHERITED_TRADITIONAL_IRA, AccountKind.INHERITED_ROTH_IRA}

    @cached_property
    def with_article(self) -> str:
        """The kind with "a" or "an" before it."""
        return f"{'an' if self.words[0] in 'aeiou' else 'a'} {self.words}"

    @cached_property
    def words(self) -> str:
        """The kind as people say it."""
        return {
            "401k": "401(k) plan",
            "403b": "403(b) plan",
            "457b": "457(b) plan",
            "sep_ira": "SEP IRA",
            "simple_ira": "SIMPLE IRA",
            "traditional_ira": "traditional IRA",
            "roth_ira": "Roth IRA",
            "roth_sep_ira": "Roth SEP IRA",
            "roth_simple_ira": "Roth SIMPLE IRA",
            "inherited_traditional_ira": "inherited traditional IRA",
            "inherited_roth_ira": "inherited Roth IRA",
        }[self.value]


SOURCE_WORDS = {
    Source.PRE_TAX: "pre-tax",
    Source.ROTH: "Roth",
    Source.AFTER_TAX: "after-tax",
    Source.MATCH: "employer match",
    Source.NONELECTIVE: "employer nonelective",
    Source.ROLLOVER: "rollover",
    Source.ROTH_ROLLOVER: "Roth rollover",
    Source.IN_PLAN_ROTH: "in-plan Roth conversion",
    Source.MATCH_ROTH: "employer match (Roth)",
    Source.NONELECTIVE_ROTH: "employer nonelective (Roth)",
}


def source_words(source: str) -> str:
    """Return a plan source as people say it; a word we do not know stays as it is."""
    return SOURCE_WORDS[Source(source)] if source in list(Source) else source


@dataclass(frozen=True)
class Taxpayer:
    """The person on the form. IRAs are aggregated per taxpayer, spouses apart.

    ``ssn_last4`` and ``client_number`` stand at the head of each page of a packet; a whole social
    security number is kept nowhere.
    """

    id: str
    name: str
    born: date | None = None
    spouse: str | None = None
    ssn_last4: str = ""
    client_number: str = ""  # by which the preparer's office files the packet


def spouses(people: Mapping[str, Taxpayer]) -> dict[str, str]:
    """Return who is married to whom, by the one who names the other as spouse.

    One who names somebody else is not believed to be, nor one who names nobody while two claim
    the marriage: an id of the same letters is no link between two clients.
    """
    claims = Counter(person.spouse for person in people.values())
    return {
        person.id: other.id
        for person in people.values()
        if (other := people.get(person.spouse or "")) is not None
        and (other.spouse == person.id or (other.spouse is None and claims[other.id] == 1))
    }


@dataclass(frozen=True)
class SimplifiedMethod:
    """Cost in the contract and number of expected payments (Pub. 575, Worksheet A).

    Without ``payments`` the number follows from the day the pension ``started``, the ages then,
    and ``survivor_born`` where payments go on to a survivor. ``recovered`` is the cost that came
    back tax free before the books start.
    """

    cost: Money
    payments: int | None = None
    started: date | None = None
    survivor_born: date | None = None
    recovered: Money = ZERO


@dataclass(frozen=True)
class Account:
    """One plan or IRA, as its owner would say it, with what the plan document allows."""

    id: str
    owner: str
    kind: AccountKind
    employer: str = ""
    institution: str = ""
    number: str = ""
    separate_after_tax: bool = True
    in_plan_conversion: bool = True
    in_service_distribution: bool = True
    after_tax: bool = True
    catch_up: bool = True
    first_roth_year: int | None = None
    decedent: str = ""
    simplified_method: SimplifiedMethod | None = None
    simple_since: date | None = None  # first day of taking part in the employer's SIMPLE plan
    payer_tin: str = ""  # of the payer, as Forms 1099-R print it
    payer_address: str = ""

    @property
    def employer_name(self) -> str:
        """The employer whose IRC 415(c) limit this plan shares: by default the account id."""
        return self.employer or self.id


class Pool(NamedTuple):
    """A line of the chart of accounts, with a balance in value and in basis.

    ``account`` is an account id, a taxpayer's aggregated IRAs (see ``ira_pool``) or one of the
    outside parties below; ``source`` is a plan source or "" (IRAs and outside parties).
    """

    account: str
    source: str = ""

    def __str__(self) -> str:
        """Return the pool as it is printed ("acme:after_tax")."""
        return f"{self.account}:{self.source}" if self.source else self.account


class Outside(StrEnum):
    """The other side of an entry: where value comes from and goes to."""

    OPENING = "outside:opening"  # what was there before the ledger starts
    PAY = "outside:pay"  # contributions: paycheck, employer, bank
    GAINS = "outside:gains"  # earnings and losses of the investments
    FEES = "outside:fees"
    CASH = "outside:cash"  # paid out to the owner
    WITHHELD = "outside:withheld"  # income tax withheld by the payer
    CHARITY = "outside:charity"
    ELSEWHERE = "outside:elsewhere"  # accounts that are not kept in this ledger
    TAXED = "outside:taxed"  # income that was taxed and so became basis
    LOANS = "outside:loans"  # participant loans outstanding
    IN_TRANSIT = "outside:in-transit"  # left one account, has not come into another yet
    MARKET = "outside:market"  # the other side of units that a source buys or sells


UNDIVIDED = "undivided"  # plan source of money whose sources the law or the plan divides


def outside(party: Outside) -> Pool:
    """Return the pool of an outside party."""
    return Pool(party.value)


def traditional_ira_pool(taxpayer: str) -> Pool:
    """Return the pool that holds a person's basis in all traditional IRAs together."""
    return Pool(f"traditional-iras:{taxpayer}")


def roth_ira_pool(taxpayer: str) -> Pool:
    """Return the pool that holds a person's basis in all Roth IRAs together."""
    return Pool(f"roth-iras:{taxpayer}")


def inherited_ira_pool(taxpayer: str, decedent: str) -> Pool:
    """Return the pool that holds the basis of the IRAs a person inherited from one decedent."""
    return Pool(f"inherited-iras:{taxpayer}:{decedent}")
