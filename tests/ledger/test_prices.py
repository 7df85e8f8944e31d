"""The price of a fund on a day comes from all its rows, whatever their order; two are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest

from ledger.balances.prices import Prices
from ledger.booking import book, book_all
from ledger.books import Books
from ledger.chart import Account, AccountKind, Source, Taxpayer
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.importers.read import read_file
from ledger.money import Money

K = EventKind
ROSE = Taxpayer("rose", "Rose Green", date(1980, 5, 1))
ACCOUNTS = {"acme": Account("acme", "rose", AccountKind.K401)}
DAY = date(2025, 3, 3)
KEY = ("acme", "500 index")


def row(line: int, units: str, amount: str, price: str = "", **more: object) -> Event:
    fields = {"day": DAY, "kind": K.CONTRIBUTION, **more}
    return Event(
        where=f"a.csv:{line}",
        account="acme",
        amount=Money.parse(amount),
        sources=(Source.AFTER_TAX,),
        fund="500 Index",
        units=Decimal(units),
        price=Decimal(price) if price else None,
        seq=line,
        **fields,  # type: ignore[arg-type]
    )


def worth(*rows: Event) -> set[Money]:
    """Return what 200 units come to by the price of the day, in every order of the rows."""
    found = set()
    for listed in permutations(rows):
        prices = Prices(book_all(listed, ACCOUNTS))
        found.add(prices.on(DAY)[KEY].of(Decimal(200)))
    return found


def said(*rows: Event) -> list[tuple[str, str]]:
    books = Books({"rose": ROSE}, ACCOUNTS, book_all(rows, ACCOUNTS))
    record = work_out(books, [2025]).of("rose", 2025)
    assert record is not None
    return [(f.severity, f.message) for f in record.findings if f.code == "prices_disagree"]


def test_the_row_with_the_most_units_tells_the_price_in_every_order() -> None:
    """3.00 for 0.024 units is 125.00, 1,003.45 for 8.000 is 125.43125: 200 are 25,086.25."""
    assert worth(row(2, "0.024", "3.00"), row(3, "8.000", "1003.45")) == {Money.parse("25086.25")}


def test_a_printed_price_that_explains_all_rows_goes_before_amount_by_units() -> None:
    """5.02 for 0.040 units is 125.50; the row prints 125.4312: 200 units are 25,086.24."""
    small, other = row(2, "0.040", "5.02", "125.4312"), row(3, "0.024", "3.01")
    assert worth(small, other) == {Money.parse("25086.24")}
    assert said(small, other) == []
    # rounded to whole dollars it does not explain 8.000 units for 1,003.45, and is left alone
    large = row(4, "8.000", "1003.45")
    assert worth(row(2, "0.040", "5.02", "125"), large) == {Money.parse("25086.25")}
    assert said(row(2, "0.040", "5.02", "125"), large) == []


def test_the_exact_value_before_a_part_leaves_comes_from_the_printed_price() -> None:
    """10 units cost 1,000.00; 0.100 left for 12.54 at 125.4312: 10 were worth 1,254.31.

    Basis of 1,000.00 x 12.54 / 1,254.31 = 10.00 goes along, so 2.54 are taxed; by 125.40, which is
    amount divided by units, 1,254.00 would have been there before.
    """
    came = row(2, "10.000", "1000.00", day=date(2025, 1, 2))
    left = row(3, "-0.100", "12.54", "125.4312", kind=K.IN_PLAN_CONVERSION)
    books = Books({"rose": ROSE}, ACCOUNTS, book_all([came, left], ACCOUNTS))
    record = work_out(books, [2025]).of("rose", 2025)
    assert record is not None
    kept = {row.source: row.closing_value for row in record.pools}
    assert kept[Source.AFTER_TAX.value] == Money.parse("1241.77")


def test_with_a_printed_price_what_left_and_what_stayed_are_rounded_as_one() -> None:
    """0.2 units at 33.34 were worth 6.67; the 3.33 that left and the 3.33 that stayed miss a cent.

    What stayed is 6.67 less 3.33, which is 3.34.
    """
    came = row(2, "0.200", "6.00", day=date(2025, 1, 2))
    left = row(3, "-0.100", "3.33", "33.34", kind=K.IN_PLAN_CONVERSION)
    books = Books({"rose": ROSE}, ACCOUNTS, book_all([came, left], ACCOUNTS))
    record = work_out(books, [2025]).of("rose", 2025)
    assert record is not None
    kept = {row.source: row.closing_value for row in record.pools}
    assert kept[Source.AFTER_TAX.value] == Money.parse("3.34")


def test_two_prices_of_a_day_beyond_what_is_rounded_are_told_with_both_places() -> None:
    """1,000.00 for 10.000 units is 100.00; 1,051.20 for 10.000 is 105.12: digits of one are off."""
    one, other = row(2, "10.001", "1000.10"), row(3, "10.000", "1051.20")
    ((severity, message),) = said(one, other)
    assert severity == "info"
    assert message.startswith(
        "acme: a.csv:2 and a.csv:3 tell two prices of 500 Index on 2025-03-03, 100.0000 and "
        "105.1200: the first counts"
    )
    assert said(one, row(3, "10.000", "1000.00")) == []  # the half last places of units meet
    assert said(one, row(3, "10.000", "1051.20", day=date(2025, 3, 4))) == []
    left = row(4, "-5.000", "500.00", kind=K.IN_PLAN_CONVERSION)
    assert [one for one, _ in said(row(2, "10.000", "1051.20"), left)] == ["warning"]
    ((_, message),) = said(row(2, "10.000", "1000.00", "105.12"))
    assert "a.csv:2 tell" in message
    assert "100.0000, printed 105.12" in message


def test_a_whole_figure_among_decimals_is_rounded_where_the_price_of_the_day_says_so() -> None:
    """12 units for 1,187.30 are 98.94 each; 11.873 for 1,187.30 are 100.00: 12 is rounded.

    12 for 1,200.00 beside 11.873 for 1,187.30 had its zeros left out.
    """
    rounded = [row(2, "12", "1187.30"), row(3, "11.873", "1187.30")]
    trimmed = [row(2, "12", "1200.00"), row(3, "11.873", "1187.30")]
    for rows, slack in ((rounded, "0.5"), (trimmed, "0.0005")):
        prices = Prices(book_all(rows, ACCOUNTS))
        assert prices.slack(*KEY, Decimal(12)) == Decimal(slack)
        assert prices.slack(*KEY, Decimal("11.873")) == Decimal("0.0005")
        assert said(*rows) == []
    # the price is that of the finest row then, not that of the most units
    prices = Prices(book_all(rounded, ACCOUNTS))
    assert prices.on(DAY)[KEY].of(Decimal(200)) == Money.parse("20000.00")


@pytest.mark.parametrize(("units", "price"), [("10.000", "0"), ("10.000", "-5")])
def test_a_price_of_nothing_is_refused(units: str, price: str) -> None:
    with pytest.raises(LedgerError, match="price"):
        book(row(2, units, "1000.00", price), ACCOUNTS)


def test_the_price_that_a_qfx_file_prints_comes_into_the_event() -> None:
    path = Path(__file__).parents[2] / "fixtures" / "statements" / "ofx_plan"
    read = read_file(path / "OfxDownload-401k.qfx", now=date(2026, 11, 1))
    told = [(one.units, one.price) for one in read.records if one.price]
    assert told
    assert all(units for units, _ in told)
