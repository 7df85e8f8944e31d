"""Money that was sold out of one fund and not yet bought into another stays in its source.

IRC 72(e)(8) takes basis along in proportion to what the source is worth: what is on its way
between two funds is worth what it was sold for. Worked by hand: 1,000.00 of after-tax money buys
10 units of A; at 120.00 a unit 5 of them are sold, 600.00, and buy 60 units of B some days later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.balances.days import Fold
from ledger.balances.stated import stated_value
from ledger.balances.valuation import Valuation
from ledger.booking import book
from ledger.chart import Account, AccountKind, Pool, Source, Taxpayer
from ledger.events import BY_VALUE, Event, EventKind
from ledger.money import Money
from ledger.movements import books_of

K = EventKind
CHART = {"acme": Account("acme", "rose", AccountKind.K401)}
PEOPLE = {"rose": Taxpayer("rose", "Rose Green")}
MARCH = date(2020, 3, 2)


def _of(kind: EventKind, when: date, money: str, units: str = "", fund: str = "A") -> Event:
    return Event(
        "", when, "acme", kind, amount=Money.parse(money), sources=(Source.AFTER_TAX,),
        fund=fund if units else "", units=Decimal(units) if units else None,
    )  # fmt: skip


def _day(number: int) -> date:
    """Return a day of March 2020 as its number."""
    return MARCH + timedelta(days=number - 2)


PAID = _of(K.CONTRIBUTION, date(2020, 1, 4), "1000.00", "10")
OUT = _of(K.EXCHANGE, MARCH, "-600.00", "-5")
IN = _of(K.EXCHANGE, _day(3), "600.00", "60", "B")
# 2 units of A at 120.00
PART = _of(K.IN_PLAN_CONVERSION, MARCH, "240.00", "-2")


def _fold(events: Sequence[Event]) -> Fold:
    """Return the books of rows in this order, each in a file of its own."""
    rows = [replace(e, where=f"f{n}.csv:2", seq=n) for n, e in enumerate(events, 1)]
    # a plan that prints whole units rounds them
    rows = [replace(e, units=e.units and e.units.quantize(Decimal("0.001"))) for e in rows]
    facts = [book(one, CHART) for one in rows]
    fold = Fold(books_of(facts, taxpayers=PEOPLE, accounts=CHART).household_of("rose"))
    fold.through(date.max)
    return fold


def _codes(fold: Fold) -> list[str]:
    return [one.error.code for listed in fold.refused.values() for one in listed]


def _taxable(events: Sequence[Event]) -> list[str]:
    """Return what is taxed of each conversion; nothing may be left open."""
    fold = _fold(events)
    assert _codes(fold) == []
    return [one.taxable.plain for one in fold.story.conversions]


def _in_every_order(events: Sequence[Event]) -> Iterator[list[str]]:
    yield from (_taxable(order) for order in permutations(events))


def test_what_is_sold_and_not_yet_bought_takes_its_share_of_basis() -> None:
    """Just before: 5 units at 120.00 and 600.00 on its way, 1,200.00.

    The 240.00 take 1,000.00 x 240 / 1,200 = 200.00 of basis along: 40.00 is taxed.
    """
    for taxed in _in_every_order([PAID, OUT, PART, IN]):
        assert taxed == ["40.00"]
    over_a_night = [PAID, OUT, replace(PART, day=_day(3)), replace(IN, day=_day(4))]
    assert _taxable(over_a_night) == ["40.00"]
    bought_first = [PAID, replace(IN, day=MARCH), PART, replace(OUT, day=_day(3))]
    assert _taxable(bought_first) == ["40.00"]  # 60 units at 10.00 and 10 at 120.00, 600.00 owed


def test_a_whole_source_that_is_exchanged_over_a_night_holds_its_money_meanwhile() -> None:
    """All 10 units of A become 1,200.00, and the next day 12 units of B.

    A month later 3 units of B at 110.00 are converted: just before 12 x 110.00 = 1,320.00, and
    1,000.00 x 330 / 1,320 = 250.00 of basis leaves with 330.00: 80.00 is taxed.
    """
    out, into = (
        replace(OUT, amount=Money(-120_000), units=Decimal(-10)),
        _of(K.EXCHANGE, _day(3), "1200.00", "12", "B"),
    )
    part = _of(K.IN_PLAN_CONVERSION, date(2020, 4, 2), "330.00", "-3", "B")
    for taxed in _in_every_order([PAID, out, into, part]):
        assert taxed == ["80.00"]
    between = Event("", MARCH, "acme", K.BALANCE, value=Money(120_000), sources=PAID.sources)
    assert _taxable([PAID, out, into, part, between]) == ["80.00"]
    wrong = replace(between, value=Money(90_000))
    found = [stated_value(_fold([PAID, out, into, part]).journal, one) for one in (between, wrong)]
    assert [one.worth.plain for one in found] == ["1200.00", "1200.00"]
    assert [one.is_plausible for one in found] == [True, False]


@pytest.mark.parametrize(
    ("sold", "bought"),
    [
        ([(2, "-600.00", "-5")], [(3, "350.00", "35"), (4, "250.00", "25")]),
        ([(2, "-360.00", "-3"), (3, "-240.00", "-2")], [(6, "600.00", "60")]),
        ([(2, "-360.00", "-3"), (2, "-240.00", "-2")], [(2, "360.00", "36"), (5, "240.01", "24")]),
    ],
)
def test_what_several_rows_sold_and_bought_adds_up(
    sold: list[tuple[int, str, str]], bought: list[tuple[int, str, str]]
) -> None:
    """Whatever was bought by then, 1,200.00 is there on March 3: 40.00 of 240.00 is taxed."""
    rows = [_of(K.EXCHANGE, _day(d), money, units) for d, money, units in sold]
    rows += [_of(K.EXCHANGE, _day(d), money, units, "B") for d, money, units in bought]
    price = _of(K.EARNINGS, _day(3), "10.00", "1", "B")  # of B: it adds 10.00 to what is there
    part = replace(PART, day=_day(3))
    # 1,000.00 x 240 / 1,210 = 198.35 of basis
    for order in ([PAID, *rows, price, part], [part, price, *rows[::-1], PAID]):
        assert _taxable(order) == ["41.65"]


@given(
    st.integers(-4, 4), st.integers(1, 9), st.integers(1_000, 90_000), st.integers(5_000, 30_000)
)
def test_the_day_of_the_second_row_changes_nothing_while_nothing_else_happens(
    late: int, sold: int, cents: int, price: int
) -> None:
    """The figures of the year are those of an exchange whose two rows have one day."""
    out = replace(OUT, day=_day(9), amount=Money(-sold * price), units=Decimal(-sold))
    into = replace(IN, day=_day(9), amount=Money(sold * price))
    part = _of(K.IN_PLAN_CONVERSION, date(2020, 6, 1), "1.00", "-6", "B")
    part = replace(part, amount=Money(cents))
    rest = _of(K.CONTRIBUTION, date(2020, 6, 1), "100.00", "1")
    told = set()
    for when in (_day(9), _day(9 + late)):
        fold = _fold([PAID, out, replace(into, day=when), part, rest])
        assert _codes(fold) == []
        worth = Valuation(fold.journal).at(Pool("acme", Source.AFTER_TAX), date(2020, 12, 31))
        told.add((fold.story.conversions[0].taxable.plain, worth.plain))
    assert len(told) == 1


@pytest.mark.parametrize("row", [OUT, replace(IN, day=MARCH)])
def test_an_exchange_of_which_one_side_never_comes_is_told(row: Event) -> None:
    fold = _fold([PAID, row, _of(K.CONTRIBUTION, date(2020, 4, 4), "120.00", "1")])
    assert _codes(fold) == ["exchange_incomplete"]
    (refused,) = fold.refused["rose"]
    assert (refused.stops, refused.error.where) == (False, "f2.csv:2")
    assert f"600.00 of {row.fund} was " in refused.error.problem
    # as the remedy says: the other side, typed
    other = IN if row is OUT else OUT
    assert _codes(_fold([PAID, row, replace(other, day=MARCH)])) == []
    assert _codes(_fold([PAID, row, replace(other, day=MARCH + timedelta(days=8))])) == [
        "exchange_incomplete",
        "exchange_incomplete",
    ]


def test_of_several_rows_the_one_that_nothing_meets_is_told() -> None:
    more = _of(K.EXCHANGE, MARCH, "-120.00", "-1")
    for order in permutations([PAID, OUT, more, IN]):
        fold = _fold(order)
        told = [one.error.problem for one in fold.refused["rose"]]
        assert [words.partition(" ")[0] for words in told] == ["120.00"]


def _held(events: Sequence[Event], *sources: Source) -> list[str]:
    fold = _fold(events)
    assert _codes(fold) == []
    worth = Valuation(fold.journal)
    return [worth.at(Pool("acme", source), date.max).plain for source in sources]


def test_a_balance_of_the_whole_plan_is_divided_with_what_is_on_its_way() -> None:
    """All of the after-tax source was sold for 1,200.00: of 1,750.00 the match has 550.00."""
    match = replace(PAID, sources=(Source.MATCH,), amount=Money(50_000), fund="C")
    out = replace(OUT, amount=Money(-120_000), units=Decimal(-10))
    into = replace(IN, amount=Money(120_000))
    whole = Event("", MARCH, "acme", K.BALANCE, value=Money(175_000))
    rows = [PAID, match, out, into, whole]
    assert _held(rows, Source.AFTER_TAX, Source.MATCH) == ["1200.00", "550.00"]


def test_where_no_row_prices_the_one_fund_what_is_on_its_way_is_told_apart() -> None:
    """5 units of A in each of two sources, and 600.00 on its way in one: 1,200.00 of 1,800.00."""
    match = replace(PAID, sources=(Source.MATCH,), amount=Money(30_000), units=Decimal(5))
    match = replace(match, day=date(2020, 1, 3))
    whole = Event("", _day(3), "acme", K.BALANCE, value=Money(180_000))
    rows = [PAID, match, OUT, replace(IN, day=_day(4)), whole]
    assert _held(rows, Source.AFTER_TAX, Source.MATCH) == ["1200.00", "600.00"]


def test_money_on_its_way_at_the_end_of_a_year_does_not_hold_the_year_back() -> None:
    """The row that shows what it bought stands in the statement of the next year."""
    out = replace(OUT, day=date(2020, 12, 30))
    assert [one.year for one in _fold([PAID, out]).refused["rose"]] == [2021]
    assert _codes(_fold([PAID, out, replace(IN, day=date(2021, 1, 4))])) == []


@pytest.mark.parametrize("when", [2, 3])
def test_what_a_fund_keeps_of_what_is_sold_soon_is_a_loss(when: int) -> None:
    """A redemption fee of 2 percent: 588.00 buys 58.8 units of B, a dividend one for 10.00.

    588.00 + 10.00 + 5 x 120.00 = 1,198.00 is there, and 1,000.00 x 240 / 1,198 = 200.33 of basis
    leaves: 39.67 is taxed.
    """
    into = replace(IN, day=_day(when), amount=Money(58_800), units=Decimal("58.8"))
    part = replace(PART, day=_day(20))
    dividend = _of(K.EARNINGS, _day(20), "10.00", "1", "B")
    assert _taxable([PAID, OUT, into, dividend, part]) == ["39.67"]


def test_what_was_bought_with_a_dividend_is_no_exchange() -> None:
    cash = [_of(K.EARNINGS, _day(2), "4.00"), _of(K.EARNINGS, _day(2), "6.00")]
    into = replace(IN, amount=Money(1_000), units=Decimal(1))
    assert _codes(_fold([PAID, *cash, into])) == []
    assert _codes(_fold([PAID, cash[0], into])) == ["exchange_incomplete"]
    fee = _of(K.FEE, _day(4), "12.00")
    assert (
        _codes(_fold([PAID, replace(OUT, amount=Money(-1_200), units=Decimal("-.1")), fee])) == []
    )


def test_rows_that_tell_no_amount_or_no_units_are_as_they_were() -> None:
    silent = [replace(one, amount=Money(0)) for one in (OUT, IN)]
    assert _codes(_fold([PAID, *silent])) == []
    for half in ([silent[0], IN], [OUT, silent[1]]):  # the other side says what it came to
        assert _taxable([PAID, *half, PART]) == ["40.00"]
    bare = [replace(one, units=None, fund="") for one in (OUT, IN)]
    assert _codes(_fold([PAID, *bare])) == []
    assert _codes(_fold([PAID, *bare, replace(PART, day=_day(9))])) == ["value_needed"]


def test_a_source_whose_units_are_not_known_is_asked_its_value_and_no_more() -> None:
    unknown = replace(PAID, fund="", units=None)
    assert _codes(_fold([PAID, unknown, OUT])) == []
    assert _codes(_fold([PAID, unknown, OUT, PART])) == ["value_needed"]


def test_rows_without_a_source_are_of_the_one_that_sold() -> None:
    """Only the after-tax source holds A, so it is the one that buys B the day after."""
    match = replace(PAID, sources=(Source.MATCH,), fund="C")
    rows = [replace(one, sources=(), reason=BY_VALUE) for one in (OUT, IN)]
    assert _taxable([PAID, match, *rows, PART]) == ["40.00"]
    later = [_of(K.EARNINGS, _day(9), "10.00", "1", "B"), replace(PART, day=_day(9))]
    assert _taxable([PAID, match, *rows, *later]) == ["41.65"]
