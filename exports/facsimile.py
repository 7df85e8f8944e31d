"""Forms 1099-R as they are typed: boxes as printed and as expected, and what programs ask next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exports.table import Column, Kind, Medium, Row, Table, Value, places
from exports.words import (
    BOXES,
    CHECKBOXES,
    box_words,
    ira_box_words,
    paid_out,
    paid_to_words,
    payer_words,
)
from ledger.books import Household
from ledger.chart import Account
from ledger.documents import F1099R, IRA_MARK, TaxDocument
from ledger.events import CASH
from ledger.money import Money
from ledger.year_end import Form1099R, YearEnd

BOX_COLUMNS = (
    Column("form", "Form 1099-R", group=True, medium=Medium.PAPER),
    Column("number", "Form", Kind.COUNT, medium=Medium.SHEET),
    Column("payer", "Payer", medium=Medium.SHEET),
    Column("to", "Paid to", medium=Medium.SHEET),
    Column("box", "Box", weight=0.3),
    Column("meaning", "What it means", weight=3.0),
    Column("printed", "Printed", Kind.AMOUNT, optional=True),
    Column("amount", "Expected", Kind.AMOUNT),
    Column("evidence", "Evidence", Kind.PLACE, weight=2.0),
)
_ASKS = "asks"  # in place of a box: what a program asks when the form is typed
_PLACES = 6


def facsimile_table(year: YearEnd, books: Household) -> Table:
    """Set out every Form 1099-R: the expected beside the printed, then those not expected."""
    numbered = enumerate(year.forms_1099r, start=1)
    rows = [row for number, form in numbered for row in _form(number, form, year)]
    known = {one.where for form in year.forms_1099r for one in form.printed}
    mine = (year.taxpayer.id, year.tax_year, F1099R)
    others = [
        one
        for one in books.documents
        if (one.taxpayer, one.year, one.form) == mine and one.where not in known
    ]
    for number, one in enumerate(others, start=len(year.forms_1099r) + 1):
        rows += _unexpected(number, one, year)
    return Table(
        BOX_COLUMNS,
        tuple(rows),
        note="Type a form as it is printed; where none is printed here, as expected. A box that "
        "differs is a question to the payer before the return is filed.",
        empty="No Form 1099-R was worked out; see page A for what left the accounts."
        if paid_out(year)
        else "No payer should send a Form 1099-R for this year.",
    )


def _form(number: int, form: Form1099R, year: YearEnd) -> Iterator[Row]:
    """Set out one expected form; one printed form for several expected ones is told once."""
    payer, to = payer_words(form, year), paid_to_words(form, year)
    account = year.accounts.get(form.payer)
    name = f"{number}. {payer} → {to} ({ira_box_words(form)}){_printed_on_forms(account)}"
    seen = places(form.where or form.events, most=_PLACES)
    printed = _alone(form, year)
    for box, value in _with_printed(form.boxes, printed):
        meaning = box_words(box, form.boxes.get(box, value))
        shown: Value = "checked" if box in CHECKBOXES and box in form.boxes else value
        paper = _paper(printed, box)
        yield (name, number, payer, to, box, meaning, paper, shown, seen if box == "1" else "")
    for asked, answer in _answers(form, year):
        yield (name, number, payer, to, _ASKS, asked, "", answer, "")


def _alone(form: Form1099R, year: YearEnd) -> TaxDocument | None:
    """Return the printed form that stands for this one and no other."""
    shared = [one for one in year.forms_1099r if one.printed == form.printed]
    return form.printed[0] if len(form.printed) == 1 and len(shared) == 1 else None


def _with_printed(
    expected: Mapping[str, Money | str], printed: TaxDocument | None
) -> Iterator[tuple[str, Value]]:
    """Go through the boxes of both, in paper order, with the expected value."""
    names = {*expected, *(printed.boxes if printed else ())} - {IRA_MARK}
    for box in [*(b for b in BOXES if b in names), *sorted(names - BOXES.keys())]:
        yield box, expected.get(box)


def _paper(printed: TaxDocument | None, box: str) -> Value:
    if printed is None:
        return ""
    value = printed.boxes.get(box)
    return "checked" if box in CHECKBOXES and value else value


def _printed_on_forms(account: Account | None) -> str:
    """Return the payer's number and address, as far as they are recorded."""
    known = (account.payer_tin, account.payer_address) if account else ()
    told = [text for text in known if text]
    return f" · {', '.join(told)}" if told else ""


def _unexpected(number: int, printed: TaxDocument, year: YearEnd) -> Iterator[Row]:
    """Set out a printed form that the books call for nowhere, or with others together."""
    account = year.accounts.get(printed.payer)
    payer = account.kind.words if account else printed.payer
    name = f"{number}. {printed.title}, as printed{_printed_on_forms(account)}"
    for box, value in printed.boxes.items():
        meaning = BOXES.get(box, f"Box {box}")
        seen = printed.where if box == "1" else ""
        yield (name, number, payer, "", box, meaning, value, "not in the books", seen)


def _answers(form: Form1099R, year: YearEnd) -> Iterator[tuple[str, Value]]:
    """Go through what tax programs ask once the form is typed, with the answer."""
    gross = form.boxes.get("1")
    to = year.accounts.get(form.to)
    if form.to == CASH:
        return
    if form.to == form.payer and not form.ira:
        yield "In-plan Roth rollover: moved to the designated Roth account", gross
    elif to is None:
        return
    elif to.kind.is_any_roth_ira:
        yield ("Converted to a Roth IRA" if form.ira else "Rolled over to a Roth IRA"), gross
    elif to.kind.is_plan:
        yield "Rolled over to a plan", gross
    else:
        yield "Rolled over to a traditional IRA", gross
