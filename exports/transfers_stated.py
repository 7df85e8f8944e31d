"""Statements about IRAs that came from another person, or went to one, and about rollovers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from exports.statement_page import (
    BLANK,
    Statement,
    dollars,
    ira_of,
    return_of,
    ssn,
)
from exports.table import Column, FormCell, Kind, Row, Table, on_form
from exports.words import joined
from ledger.books import Household
from ledger.chart import Account
from ledger.events import Event, EventKind
from ledger.money import ZERO, Money
from ledger.year_end import DivorceShare, Form8606, YearEnd

_DIVORCE = (
    "IRC 408(d)(6); Instructions for Form 8606, lines 2 and 7: both spouses show the change of "
    "basis and attach a statement explaining it"
)
_DIVORCE_ROTH = "IRC 408(d)(6); Instructions for Form 8606, lines 19, 22 and 24"
_INHERITED = (
    "IRC 408(d)(1); Pub. 590-B, Inherited from someone with basis; Instructions for Form 8606, "
    "line 2: a form of its own for each decedent"
)
_ROLLOVER = (
    "Instructions for Form 1040, lines 4a and 4b, Exception 1: attach a statement explaining a "
    "rollover into a qualified plan or in the next year"
)
BASIS_COLUMNS = (
    Column("what", "Basis", weight=3.0),
    Column("amount", "Amount", Kind.AMOUNT),
    Column("where", "Where it stands", weight=2.0),
)
WRITE_IN_COLUMNS = (
    Column("line", "Form 1040, line", weight=0.8),
    Column("write", "Write beside it", weight=1.5),
    Column("amount", "Amount on the line", Kind.AMOUNT),
)


def divorces_stated(year: YearEnd, books: Household) -> Iterator[Statement]:
    """Go through the shares of IRAs that moved basis between former spouses in the year."""
    for share in year.divorce_shares:
        account = books.accounts[share.moved.account]
        if account.kind.is_roth_ira or share.basis:
            yield _divorce(share, year, books)


def _divorce(share: DivorceShare, year: YearEnd, books: Household) -> Statement:
    moved, accounts = share.moved, books.accounts
    here, there = accounts[moved.account], accounts[moved.to]
    spouse = books.taxpayers.get((there if share.gave else here).owner)
    name = spouse.name if spouse else BLANK
    way = (
        f"from my {ira_of(here)} to the {ira_of(there)} of my former spouse, {name}"
        if share.gave
        else f"from the {ira_of(here)} of my former spouse, {name}, to my {ira_of(there)}"
    )
    amount = moved.amount or ZERO
    says = (
        (
            f"On {on_form(moved.day)} {dollars(amount)} was transferred {way}, under a divorce or "
            f"separation instrument ({BLANK}{BLANK}, dated {BLANK}). The transfer is not taxable "
            "to either of us."
        ),
        _character(share, amount, roth=here.kind.is_roth_ira),
    )
    roth = here.kind.is_roth_ira
    tables = () if roth else (_line_2(share, year),)
    with_form = year.f8606_required or not roth
    return Statement(
        f"Statement: IRA transferred incident to divorce, {on_form(moved.day)}",
        year.taxpayer,
        f"{return_of(year)}{', with Form 8606' if with_form else ''}",
        _DIVORCE_ROTH if roth else _DIVORCE,
        says,
        tables,
        more=(("Other spouse", name), ("Other spouse's number", ssn(spouse))),
    )


def _character(share: DivorceShare, amount: Money, *, roth: bool) -> str:
    if not roth:
        rest = amount - (share.basis or ZERO)
        return (
            f"Character of the amount transferred: {dollars(share.basis)} is attributable to "
            f"nondeductible contributions (basis), {dollars(rest)} is not."
        )
    if share.basis is None:
        return (
            f"Character of the amount transferred: regular contributions of {dollars(None)}, "
            f"conversions and rollovers of {dollars(None)}, the rest earnings."
        )
    regular = share.basis - share.conversions
    return (
        f"Character of the amount transferred: regular contributions of {dollars(regular)} (Form "
        f"8606, line 22), conversions and rollovers of {dollars(share.conversions)} (line 24), and "
        f"earnings of {dollars(amount - share.basis)}."
    )


def _line_2(share: DivorceShare, year: YearEnd) -> Table:
    """Show how the transfer changes the basis from last year's line 14 to line 2."""
    basis = share.basis or ZERO
    brought = year.traditional_ira.basis_brought_forward
    change = -basis if share.gave else basis
    words = "Transferred to my former spouse" if share.gave else "Received from my former spouse"
    rows: list[Row] = [
        ("Brought forward", brought, "line 14 of my last Form 8606"),
        (words, change, "this statement"),
    ]
    if "2" in year.f8606:
        line = year.f8606.line("2")
        other = year.f8606.amount("2") - brought - change
        rows += [("Other changes of the year", other, "explained on Form 8606")] if other else []
        rows.append(("Total basis", FormCell(line), f"Form 8606 for {year.tax_year}, line 2"))
    return Table(BASIS_COLUMNS, tuple(rows), title="Basis in my traditional IRAs")


def inherited_stated(year: YearEnd, books: Household) -> Iterator[Statement]:
    """Go through the decedents whose basis stands on a form of the year, one statement each."""
    for one in year.f8606_inherited:
        if one.required:
            yield _inherited(one, year, books)


def _inherited(one: Form8606, year: YearEnd, books: Household) -> Statement:
    passed = [event for event in _passed(year, books) if _decedent(event, books) == one.decedent]
    days = joined([on_form(day) for day in sorted({event.day for event in passed})]) or BLANK
    mine = [a for a in year.accounts.values() if a.decedent == one.decedent]
    says = (
        (
            f"I hold {joined([_with_article(account) for account in mine])}, which came to me from "
            f"{one.decedent}, who died on {days}. The basis below was the decedent's and stays "
            "with what I inherited. I do not add it to the basis in my own IRAs, nor to basis "
            "inherited from anybody else, and I have not elected to treat what I inherited as my "
            "own."
        ),
        _came_from(one, passed, year, books),
    )
    table = Table(BASIS_COLUMNS, tuple(_inherited_rows(one)), title="Basis and its recovery")
    return Statement(
        f"Statement: basis in IRAs inherited from {one.decedent}",
        year.taxpayer,
        f"{one.said} for {year.tax_year}",
        _INHERITED,
        says,
        (table,),
        more=(("Decedent", one.decedent), ("Decedent's number", ssn(None))),
    )


def _with_article(account: Account) -> str:
    return f"an {ira_of(account)}" if account.kind.words[0] in "aeiou" else f"a {ira_of(account)}"


def _passed(year: YearEnd, books: Household) -> Iterator[Event]:
    for entry in books.entries:
        event = entry.event
        if event.kind is EventKind.INHERITANCE and event.to in year.accounts:
            yield event


def _decedent(event: Event, books: Household) -> str:
    return books.accounts[event.to].decedent


def _came_from(one: Form8606, passed: list[Event], year: YearEnd, books: Household) -> str:
    """Say where the decedent's basis is known from: the books, or what the heir recorded."""
    if "2" not in one.form:
        return (
            f"The amounts on lines 22 and 24 of this form for {year.tax_year} are what the "
            "decedent contributed and converted, less what was distributed before: from the "
            f"decedent's Forms 8606 and 5498 ({BLANK})."
        )
    line = f"The amount on line 2 of this form for {year.tax_year}"
    if passed:
        owner, died = books.accounts[passed[0].account].owner, passed[0].day.year
        everything = [
            entry.event.amount or ZERO
            for entry in books.entries
            if entry.event.kind is EventKind.INHERITANCE
            and books.accounts[entry.event.account].owner == owner
        ]
        got = Money.total(event.amount or ZERO for event in passed)
        return (
            f"{line} comes from line 14 of the decedent's own Form 8606 for {died}, divided among "
            f"the heirs by the value each received: {dollars(got)} of "
            f"{dollars(Money.total(everything))} came to me."
        )
    stated = [
        opening
        for opening in books.opening_basis
        if (opening.taxpayer, opening.decedent) == (year.taxpayer.id, one.decedent)
    ]
    as_of = f", as it stood on {on_form(stated[-1].as_of)}" if stated else ""
    return (
        f"{line} comes from line 14 of the last Form 8606 of the decedent, or my own for these "
        f"IRAs (tax year {BLANK}){as_of}."
    )


def _inherited_rows(one: Form8606) -> Iterator[Row]:
    told = (
        ("2", "Basis of the decedent, not yet recovered"),
        ("13", "Recovered tax free in this year"),
        ("14", "Carried to next year"),
        ("22", "Regular contributions of the decedent to Roth IRAs"),
        ("24", "Conversions and rollovers of the decedent"),
    )
    for number, words in told:
        if number in one.form:
            yield (words, FormCell(one.form.line(number)), f"this Form 8606, line {number}")


def rollovers_stated(year: YearEnd, books: Household) -> Iterator[Statement]:
    """Explain rollovers of IRAs into a plan or in the next year; list the words to write."""
    written = [mark for mark in year.f1040_marks if mark[0] in year.f1040]
    told = tuple(
        chain.from_iterable(
            _explained(entry.event, year, books)
            for entry in year.entries
            if not entry.derived and entry.event.kind is EventKind.DISTRIBUTION
        )
    )
    if not written and not told:
        return
    rows = tuple(
        (
            number,
            joined([words for at, words in written if at == number]),
            year.f1040.amount(number),
        )
        for number in dict.fromkeys(number for number, _ in written)
    )
    table = Table(WRITE_IN_COLUMNS, rows, title="Words to write on Form 1040")
    yield Statement(
        "Statement: rollover of an IRA distribution" if told else "Write-ins on Form 1040",
        year.taxpayer,
        return_of(year),
        _ROLLOVER if told else "Instructions for Form 1040, lines 4a to 5b",
        told or ("Nothing has to be attached: the words beside the lines say it.",),
        (table,) if rows else (),
        signed=bool(told),
    )


def _explained(paid: Event, year: YearEnd, books: Household) -> Iterator[str]:
    """Say what became of a distribution of an IRA that went into a plan or over the year end."""
    here = books.accounts[paid.account]
    if here.kind.is_plan:
        return
    parts = [(part.to, part.amount) for part in paid.parts] or [(paid.to, paid.amount or ZERO)]
    for to, amount in parts:
        if to in books.accounts and books.accounts[to].kind.is_plan:
            yield (
                f"On {on_form(paid.day)} {dollars(amount)} of my {ira_of(here)} was rolled over "
                f"directly into my {ira_of(books.accounts[to])}, an eligible employer plan. It is "
                "not included in income (IRC 408(d)(3)(A)(ii))."
            )
    for entry in books.entries:
        back = entry.event
        if back.kind is not EventKind.ROLLOVER_60DAY or not paid.id or back.of != paid.id:
            continue
        to_account = books.accounts[back.to]
        converted = to_account.kind.is_any_roth_ira and not here.kind.is_any_roth_ira
        if back.account not in year.accounts or converted:
            continue
        if to_account.kind.is_plan or back.day.year > paid.day.year:
            gross = Money.total(amount for _, amount in parts)
            yield (
                f"On {on_form(paid.day)} I received {dollars(gross)} from my {ira_of(here)}. On "
                f"{on_form(back.day)}, {(back.day - paid.day).days} days later, I rolled over "
                f"{dollars(back.amount)} of it into my {ira_of(to_account)}. The amount rolled "
                "over is not included in income (IRC 408(d)(3)(A))."
            )
