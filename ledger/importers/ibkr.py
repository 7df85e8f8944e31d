"""Interactive Brokers activity statements (CSV), which put a section's name before each row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from ledger.importers.base import EMPTY, About, Activity, Fields, Head, Importer, read_tables
from ledger.importers.dates import ISO, MONTH_DAY, BadDate, DayReader
from ledger.importers.files import TextFile
from ledger.importers.ira_words import DEPOSIT, contribution_year, said
from ledger.importers.reading import Reading
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    EARNINGS,
    FEE,
    POSSIBLE_CONVERSION,
    TRANSFER,
    UNKNOWN,
    WITHHOLDING,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import Money

BANK = Vocabulary(
    {},
    starts=each(DEPOSIT, ("Electronic Fund Transfer", "Disbursement", "Deposit", "Withdrawal"))
    | each(DEPOSIT, ("Wire", "ACH", "Check", "Cash Receipts")),
)
_DOLLARS = "USD"
_NOTHING = EMPTY | {"0", "0.00"}
_DEPOSITS, _TRANSFERS = "deposits & withdrawals", "transfers"
_TAX = "withholding tax"
# Sections that tell no movement, or that repeat as a sum what another section tells.
_QUIET = frozenset(
    {"statement", "account information", "net asset value", "change in nav", "cash report"}
    | {"open positions", "mark-to-market performance summary", "codes", "notes/legal notes"}
    | {"realized & unrealized performance summary", "financial instrument information"}
    | {"change in dividend accruals", "interest accruals"}
)
_ABOUT = {("statement", "Period"), ("account information", "Account")}
_IRA = re.compile(r"\bIRA\b", re.IGNORECASE)
_AND = re.compile(r"\band\b", re.IGNORECASE)  # "Deposits and Withdrawals"
_MASKED = re.compile(r"[A-Z]+(?=\*)")  # "U***1234"


def _deposit(row: Row, _meaning: Meaning, _amount: Money) -> Meaning:
    meaning = BANK.meaning(row.text("type"))
    return said(row.text("type")) or meaning


def _tax(row: Row, _meaning: Meaning, _amount: Money) -> Meaning:
    """Take a tax for a foreign one, unless it is withheld from a payment of the IRA.

    Whose tax an IRA withheld is asked where the words say neither federal nor state.
    """
    text = row.text("type")
    if said(text) is WITHHOLDING:
        return WITHHOLDING
    return UNKNOWN if _IRA.search(text) else FEE


def _transfer(row: Row, _meaning: Meaning, _amount: Money) -> Meaning:
    """Tell moves between accounts of the same house, which may convert, from other houses'."""
    return POSSIBLE_CONVERSION if row.text("type").upper() == "INTERNAL" else TRANSFER


def _always(meaning: Meaning) -> Callable[[Row, Meaning, Money], Meaning]:
    return lambda _row, _meaning, _amount: meaning


def _details(row: Row, day: date) -> Fields:
    fields: dict[str, object] = {"tax_year": contribution_year(day, row.text("type"))}
    if row.text("foreign"):
        fields["memo"] = f"{row.text('foreign')} {row.text('currency')}"
    return fields


def _leaves(row: Row) -> bool:
    return row.text("direction").upper() == "OUT"


def _in_dollars(row: Row) -> Iterator[Row]:
    """Return the row without its amount where that is in another currency: it is asked for.

    A transfer of cash has its amount in a column of its own.
    """
    index = dict(row.header.index)
    if row.text("currency").upper() != _DOLLARS:
        index["foreign"] = index.pop("amount")
    elif row.text("amount") in _NOTHING and row.text("cash") not in _NOTHING:
        index["amount"] = index["cash"]
    yield row.bound(replace(row.header, index=index), row.cells)


def _section(
    name: str, refine: Callable[[Row, Meaning, Money], Meaning], **columns: str
) -> Activity:
    titles: Mapping[str, tuple[str, ...]] = {
        "section": (name,),
        "header": ("header",),
        "day": ("date", "settle date"),
        "currency": ("currency",),
        "account": ("account",),
        "type": ("description",),
        "amount": ("amount",),
        **{role: (title,) for role, title in columns.items()},
    }
    return Activity(
        table=TableSpec(
            name=name,
            columns=titles,
            needs=("section", "header", "day", "currency", "type", "amount"),
            parallel=True,
        ),
        dates=(ISO,),
        vocabulary=Vocabulary({}),
        plan=False,
        refine=refine,
        details=_details,
        spread=_in_dollars,
        leaves=_leaves,
    )


_SECTIONS = (
    _section(_DEPOSITS, _deposit),
    _section("dividends", _always(EARNINGS)),
    _section("payment in lieu of dividends", _always(EARNINGS)),
    _section("interest", _always(EARNINGS)),
    _section(_TAX, _tax),
    _section("fees", _always(FEE)),
    _section(
        _TRANSFERS,
        _transfer,
        type="type",
        direction="direction",
        investment="symbol",
        units="qty",
        price="xfer price",
        amount="market value",
        cash="cash amount",
    ),
)
_READ = frozenset(activity.table.name for activity in _SECTIONS)


def _kept(text: str, unread: set[str]) -> Iterator[str]:
    """Go through the lines with those of other sections and of sums emptied, in place."""
    delimiter = "\t" if "\tHeader\t" in text else ","
    for line in text.replace("\ufeff", "").splitlines():
        cells = next(csv.reader([line], delimiter=delimiter), [])
        title, kind, first = [cell.strip() for cell in (*cells[:3], "", "", "")][:3]
        title = _AND.sub("&", title)
        section = title.lower()
        row = section in _READ and kind in {"Header", "Data"} and not first.startswith("Total")
        if kind == "Data" and section not in _QUIET | _READ:
            unread.add(title)
        yield _as_csv([title, *cells[1:]]) if row or (section, first) in _ABOUT else ""


def _as_csv(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _about(file: TextFile, now: date) -> About:
    told = {
        (cells[0].strip().lower(), cells[2].strip()): cells[3].strip()
        for cells in csv.reader(file.text.splitlines())
        if len(cells) > len(("section", "Data", "name"))
    }
    number = told.get(("account information", "Account"), "")
    first, _, last = told.get(("statement", "Period"), "").partition(" - ")
    days = DayReader((MONTH_DAY,), now)
    try:
        period = (days.read(first), days.read(last or first))
    except BadDate:
        return About(account=_MASKED.sub("", number))
    return About(account=_MASKED.sub("", number), period=period)


def _read(importer: Importer, file: TextFile, now: date) -> Reading:
    """Read the sections in which money comes, earns and leaves; name the others that have rows."""
    unread: set[str] = set()
    reading = read_tables(importer, replace(file, text="\n".join(_kept(file.text, unread))), now)
    if not unread:
        return reading
    note = f"not read, since an IRA's basis does not follow from it: {', '.join(sorted(unread))}"
    return replace(reading, notes=(*reading.notes, note))


def _is_statement(head: Head) -> bool:
    named = {"statement", "header", "field name", "field value"}
    return any(named <= line for line in (*head.lines, *head.pasted))


STATEMENT = Importer(
    name="ibkr",
    institution="Interactive Brokers",
    words="activity statement of an IRA as CSV: deposits, transfers, dividends, interest, fees",
    activities=_SECTIONS,
    recognize=_is_statement,
    reader=_read,
    about=_about,
)
