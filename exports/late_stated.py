"""What goes with a Form 8606 that is filed late, and facts for a substitute Form 1099-R."""

from __future__ import annotations

from collections.abc import Iterator

from exports.statement_page import BLANK, Statement, dollars, ira_of, return_of
from exports.table import Column, Kind, Row, Table, Value, on_form, places
from exports.words import TYPED, counted, paid_to_words
from ledger.books import Household
from ledger.documents import F1099R, NOT_DETERMINED, TOTAL
from ledger.events import Event
from ledger.money import Money
from ledger.year_end import EnterInstead, FormDue, TieOut, YearEnd

_LATE = (
    "IRC 408(o)(4), 6693(b)(2); Instructions for Form 8606, Penalty for Not Filing: the penalty is "
    "not due where reasonable cause is shown"
)
_SUBSTITUTE = "Form 4852, lines 4 to 10, and its instructions"
_SIGN_8606 = (
    "Leave this page out if the form was filed after all. Form 8606 itself is signed, under "
    "penalties of perjury, only where it is filed by itself and not with a return."
)
FACT_COLUMNS = (
    Column("day", "Date", weight=0.6),
    Column("what", "What happened", weight=1.5),
    Column("account", "IRA", weight=2.0),
    Column("amount", "Amount", Kind.AMOUNT),
)
REASON_COLUMNS = (
    Column("what", "Reasonable cause", weight=2.0),
    Column("answer", "In my own words", weight=3.0),
)
BOX_COLUMNS = (
    Column("line", "Form 4852", weight=0.8),
    Column("what", "What it asks", weight=2.2),
    Column("printed", "Form 1099-R as printed", Kind.AMOUNT),
    Column("value", "To enter", Kind.AMOUNT),
)
# Form 4852 (Rev. September 2020), line 8: its letter, its words, the box of Form 1099-R
_LINE_8 = (
    ("8a", "Gross distribution", "1"),
    ("8b", "Taxable amount", "2a"),
    ("8c", "Taxable amount not determined", NOT_DETERMINED),
    ("8d", "Total distribution", TOTAL),
    ("8e", "Capital gain (included in line 8b)", "3"),
    ("8f", "Federal income tax withheld", "4"),
    ("8g", "State income tax withheld", "14"),
    ("8i", "Employee contributions", "5"),
    ("8j", "Distribution codes", "7"),
)
_ROWS_AT_MOST = 10
_ROOM = ((" ", ""),) * 3  # ruled lines to write on
_REASONS = (
    "Why the form was not filed on time",
    "What I did to meet the requirement",
    "When and how I learned that it was missing",
    "What I have done since",
)


def late_forms_stated(year: YearEnd, books: Household) -> Iterator[Statement]:
    """Go through the Forms 8606 of earlier years that are not on record, one statement each."""
    for due in year.forms_due:
        yield _late(due, year, books)


def _late(due: FormDue, year: YearEnd, books: Household) -> Statement:
    of = f" for IRAs inherited from {due.decedent}" if due.decedent else ""
    says = (
        (
            f"Form 8606{of} for {due.year} was due with my return for {due.year}, including "
            "extensions. It was not filed then; it is filed with this statement."
        ),
        (
            f"The form shows {dollars(due.line_14)} of basis in traditional IRAs on line 14. It "
            "was prepared from the statements of the accounts, and the figures on it are those "
            "that the form would have shown had it been filed on time."
        ),
        (
            f"The law sets a penalty of {dollars(due.penalty)} for a form that is not filed, "
            "unless it is shown that the failure is due to reasonable cause (IRC 6693(b)(2)). The "
            "failure was due to reasonable cause, for the reasons below, and I ask that no penalty "
            "be assessed."
        ),
    )
    rows = tuple(_happened(due, year, books))
    told = Table(FACT_COLUMNS, rows, title=f"What the form for {due.year} is about")
    return Statement(
        f"Statement: reasonable cause for the late Form 8606 for {due.year}",
        year.taxpayer,
        f"Form 8606{of} for {due.year}",
        _LATE,
        says,
        (*((told,) if rows else ()), _reasons()),
        signed_on=_SIGN_8606,
    )


def _happened(due: FormDue, year: YearEnd, books: Household) -> Iterator[Row]:
    """Go through what the form of a year reports, told together where the page would not hold it.

    That are contributions for the year, corrections of them, conversions and payments.
    """
    found = [event for event in _events(year, books) if _is_reported(event, due, books)]
    groups: dict[tuple[str, ...], list[Event]] = {}
    for event in found:
        apart = (event.where, event.id) if len(found) <= _ROWS_AT_MOST else ()
        groups.setdefault((event.kind.value, event.account, *apart), []).append(event)
    for events in groups.values():
        first, last = events[0], events[-1]
        days = on_form(first.day)
        if len(events) > 1:
            days = f"{days} to {on_form(last.day)}, {counted(len(events), 'time')}"
        for_year = f" for {due.year}" if first.kind.spec.year_is_stated else ""
        amount = Money.total(
            event.amount or Money.total(part.amount for part in event.parts) for event in events
        )
        account = ira_of(books.accounts[first.account])
        yield (days, f"{first.kind.words}{for_year}", account, amount)


def _events(year: YearEnd, books: Household) -> Iterator[Event]:
    """Go through what happened in the person's IRAs, in the order of days."""
    mine = {name for name, account in year.accounts.items() if not account.kind.is_plan}
    events = (entry.event for entry in books.entries)
    yield from sorted((e for e in events if e.account in mine), key=lambda event: event.day)


def _is_reported(event: Event, due: FormDue, books: Household) -> bool:
    """Tell whether Form 8606 of a year is about an event: its own IRAs, or those of a decedent."""
    account, spec = books.accounts[event.account], event.kind.spec
    if account.decedent != due.decedent:
        return False
    # taken back more than a year later it is a payment of the year it is paid in
    if spec.year_is_stated and event.day.year <= event.tax_year + 1:
        # what went into a Roth IRA is on the form only once it was moved out of it
        traditional = account.kind.is_pooled_traditional or spec.is_correction
        return traditional and event.tax_year == due.year
    return spec.is_ira_payment and event.day.year == due.year


def _reasons() -> Table:
    rows = [row for what in _REASONS for row in ((what, ""), *_ROOM)]
    return Table(REASON_COLUMNS, tuple(rows), title="Reasons, to be filled in")


def substitutes_stated(year: YearEnd, books: Household) -> Iterator[Statement]:
    """Go through the printed Forms 1099-R that are wrong, by the lines that stand for them."""
    for line in year.enter_instead:
        wrong = [row for row in year.tie_out if _is_wrong(row, line)]
        if line.form == F1099R and wrong:
            yield _substitute(line, wrong, year, books)


def _is_wrong(row: TieOut, line: EnterInstead) -> bool:
    return (row.form, row.payer) == (line.form, line.payer) and row.asks_correction


def _substitute(
    line: EnterInstead, wrong: list[TieOut], year: YearEnd, books: Household
) -> Statement:
    payer = books.accounts.get(line.payer)
    return Statement(
        f"Facts for Form 4852, in place of a Form 1099-R for {year.tax_year}",
        year.taxpayer,
        f"Form 4852, attached to {return_of(year)}",
        _SUBSTITUTE,
        tuple(_answers_4852(wrong, year)),
        (_line_8(line, year),),
        more=(
            ("Address, line 3", BLANK * 4),
            ("Payer, line 5", _payer(line, books)),
            ("Payer's TIN, line 6", (payer.payer_tin if payer else "") or BLANK),
        ),
        signed=False,
    )


def _answers_4852(wrong: list[TieOut], year: YearEnd) -> Iterator[str]:
    """Say what is wrong, how the right amounts are known, and leave room for what was done."""
    told = "; ".join(f"box {row.box}: {row.says}" for row in wrong)
    yield f"Form 1099-R for {year.tax_year} from the payer below is not right: {told}."
    seen = places([place for place in wrong[0].entries if TYPED not in place])
    yield (
        "Line 9, how the amounts on line 8 were determined: from the statements of the account"
        f"{f' ({seen})' if seen else ''}, which show each contribution, the earnings and the "
        "distribution."
    )
    yield (
        f"Line 10, efforts to obtain a corrected Form 1099-R: I asked the payer on {BLANK}, by "
        f"{BLANK * 2}; the payer answered on {BLANK}: {BLANK * 3}. I told the IRS on {BLANK} "
        "(800-829-1040)."
    )
    yield (
        "Form 4852 is filed only after the payer was asked and has not corrected the form by the "
        "end of February. It is signed on the form itself, under penalties of perjury; this page "
        "is not filed."
    )


def _payer(line: EnterInstead, books: Household) -> str:
    account = books.accounts.get(line.payer)
    address = (account.payer_address if account else "") or f"address {BLANK * 2}"
    return f"{ira_of(account)}; {address}"


def _line_8(line: EnterInstead, year: YearEnd) -> Table:
    printed = {
        row.box: row.printed
        for row in year.tie_out
        if (row.form, row.payer) == (line.form, line.payer)
    }
    rows = [
        (number, words, printed.get(box), _enter(line, box))
        for number, words, box in _LINE_8
        if _enter(line, box) or printed.get(box)
    ]
    expected = [one for one in year.forms_1099r if (one.payer, one.to) == (line.payer, line.to)]
    account = year.accounts.get(line.to)
    to = paid_to_words(expected[0], year) if expected and not account else ira_of(account)
    return Table(BOX_COLUMNS, tuple(rows), title=f"Line 8: distribution to {to}")


def _enter(line: EnterInstead, box: str) -> Value:
    if box in {NOT_DETERMINED, TOTAL}:
        return "check" if box in str(line.boxes.get("2b", "")) else ""
    return line.boxes.get(box, "")
