"""One statement on a page of its own: whose it is and what it goes with, sentences, signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from exports.table import Column, Medium, Section, Table, accounting, on_form
from exports.words import account_name, joined
from ledger.chart import Account, Taxpayer
from ledger.events import Event
from ledger.money import Money
from ledger.year_end import YearEnd

BLANK = "__________"
LINE = "_" * 60
_SSN = "___-__-"
SIGNATURE_COLUMNS = (
    Column("sign", "Signature", weight=3.0),
    Column("day", "Date", weight=1.0),
)


@dataclass(frozen=True)
class Statement:
    """A statement before it is laid out.

    ``attached`` says what it goes with, ``cites`` where the IRS asks for it. ``says`` are its
    sentences, a paragraph each. Where ``signed`` is False the page is not filed: ``signed_on``
    says which form carries the signature.
    """

    title: str
    person: Taxpayer
    attached: str
    cites: str
    says: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    more: tuple[tuple[str, str], ...] = ()  # facts of the head beside name, number and return
    signed: bool = True
    signed_on: str = ""


def section_of(told: Statement, number: int) -> Section:
    """Lay a statement out on a page of its own."""
    signature = (_signature(told),) if told.signed else ()
    return Section(
        told.title,
        f"Statement {number}",
        (*told.tables, *signature),
        told.says,
        (_head(told),),
        starts_page=True,
        on_one_page=True,
        medium=Medium.PAPER,
    )


def _head(told: Statement) -> Table:
    goes = "Attach to" if told.signed else "For"
    columns = (Column("what", goes, weight=1.0), Column("value", told.attached, weight=3.0))
    rows = (
        ("Name", told.person.name),
        ("Social security number", ssn(told.person)),
        *told.more,
        ("Authority", told.cites),
    )
    return Table(columns, rows)


def _signature(told: Statement) -> Table:
    rows = ((" ", " "), (LINE, BLANK * 2), (told.person.name, ""))
    return Table(SIGNATURE_COLUMNS, rows, note=told.signed_on)


def ssn(person: Taxpayer | None) -> str:
    """Write a social security number as far as it is kept: the last four, the rest to fill in.

    >>> ssn(Taxpayer("a", "Ann", ssn_last4="1234")), ssn(None)
    ('___-__-1234', '___-__-____')
    """
    return f"{_SSN}{(person.ssn_last4 if person else '') or '____'}"


def dollars(amount: Money | None) -> str:
    """Write an amount in a sentence; what is not known is a blank to fill in.

    >>> dollars(Money(650_000)), dollars(None)
    ('$6,500.00', '$__________')
    """
    return f"${BLANK if amount is None else accounting(amount)}"


def ira_of(account: Account | None) -> str:
    """Name an IRA or a plan as the IRS finds it, its number masked, its trustee a blank if unknown.

    >>> from ledger.chart import AccountKind
    >>> ira_of(Account("r", "a", AccountKind.ROTH_IRA, "", "Schwab", "4455-9912"))
    'Roth IRA at Schwab, number ···9912'
    >>> ira_of(Account("r", "a", AccountKind.INHERITED_TRADITIONAL_IRA, decedent="Ann"))
    'inherited traditional IRA at __________'
    """
    if account is None:
        return f"account at {BLANK}"
    whole = replace(account, decedent="")
    if not account.kind.is_plan and not account.institution:
        whole = replace(whole, institution=BLANK)
    return account_name(whole)


def on_days(covers: Sequence[tuple[Event, Money]]) -> str:
    """Say when contributions were made, the earliest first, each amount where there are several.

    Contributions of one day are told together.
    """
    by_day: dict[date, Money] = {}
    for made, part in sorted(covers, key=lambda pair: pair[0].day):
        by_day[made.day] = by_day.get(made.day, Money(0)) + part
    if len(by_day) < 2:
        return "".join(f"on {on_form(day)}" for day in by_day)
    return joined([f"{dollars(part)} on {on_form(day)}" for day, part in by_day.items()])


def line_labelled(year: YearEnd, label: str) -> str:
    """Name the line of Form 1040 of this year that has a label; "Form 1040" where it is blank."""
    found = [line.number for line in year.f1040 if line.label == label]
    return f"Form 1040, line {found[0]}" if found else "Form 1040"


def return_of(year: YearEnd) -> str:
    """Name the return that a statement is attached to."""
    return f"Form 1040 for {year.tax_year}"
