"""What several facts of one day say together: in any order, and refused where they contradict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from ledger.balances.days import Fold
from ledger.balances.named_payments import NamedPayments
from ledger.balances.payouts import Payout
from ledger.balances.special_payments import SpecialPayments
from ledger.balances.valuation import Valuation
from ledger.booking import book
from ledger.chart import Account, AccountKind, Pool, Source, TaxCharacter, Taxpayer
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money
from ledger.movements import books_of
from ledger.tax_year.plan_special import PlanSpecial

K = EventKind
CHART = {"acme": Account("acme", "rose", AccountKind.K401)}
PEOPLE = {"rose": Taxpayer("rose", "Rose Green")}
JAN, YEAR_END, LATER = date(2020, 1, 10), date(2020, 12, 31), date(2021, 1, 6)
AFTER_TAX, PRE_TAX = (Source.AFTER_TAX,), (Source.PRE_TAX,)


def _fold(events: Sequence[Event]) -> Fold:
    """Return the books of events that were typed in this order."""
    typed = [replace(one, where=f"typed-{n}:1", seq=n) for n, one in enumerate(events, 1)]
    facts: list[JournalEntry] = [book(one, CHART) for one in typed]
    fold = Fold(books_of(facts, taxpayers=PEOPLE, accounts=CHART).household_of("rose"))
    fold.through(date.max)
    return fold


def _codes(fold: Fold) -> list[str]:
    return [one.error.code for listed in fold.refused.values() for one in listed]


def _held(fold: Fold, source: Source) -> str:
    return Valuation(fold.journal).at(Pool("acme", source), date.max).plain


def _paid(sources: tuple[Source, ...], cents: int = 100_000, **more: object) -> Event:
    return Event("", JAN, "acme", K.CONTRIBUTION, amount=Money(cents), sources=sources, **more)  # type: ignore[arg-type]


def _stated(cents: int, sources: tuple[Source, ...] = (), day: date = YEAR_END) -> Event:
    return Event("", day, "acme", K.BALANCE, value=Money(cents), sources=sources)


def _converted(cents: int, fund: str, units: str) -> Event:
    return Event(
        "", LATER, "acme", K.IN_PLAN_CONVERSION, amount=Money(cents), sources=AFTER_TAX,
        fund=fund, units=Decimal(units),
    )  # fmt: skip


@pytest.mark.parametrize("sources", [AFTER_TAX, ()])
def test_two_balances_of_one_source_and_day_contradict(sources: tuple[Source, ...]) -> None:
    for stated in permutations([_stated(101_000, sources), _stated(120_000, sources)]):
        assert _codes(_fold([_paid(AFTER_TAX), *stated])) == ["balances_contradict"]
    same = [_stated(101_000, sources), _stated(101_000, sources)]
    assert _codes(_fold([_paid(AFTER_TAX), *same])) == []


def test_a_whole_plan_balance_is_divided_over_what_no_other_says() -> None:
    paid = [_paid(AFTER_TAX), _paid(PRE_TAX)]
    for stated in permutations([_stated(230_000), _stated(100_000, AFTER_TAX)]):
        fold = _fold([*paid, *stated])
        assert _codes(fold) == []
        assert [_held(fold, s) for s in (*AFTER_TAX, *PRE_TAX)] == ["1000.00", "1300.00"]
    off = [_stated(230_000), _stated(100_000, AFTER_TAX), _stated(130_001, PRE_TAX)]
    for stated in permutations(off):
        assert _codes(_fold([*paid, *stated])) == []  # statements round each source
    for stated in permutations([*off[:2], _stated(150_000, PRE_TAX)]):
        assert _codes(_fold([*paid, *stated])) == ["balances_contradict"]


@pytest.mark.parametrize("told", [None, _stated(0, AFTER_TAX, LATER), _stated(165_000, (), LATER)])
def test_a_balance_tells_not_where_units_without_rows_came_from(told: Event | None) -> None:
    paid = _paid(AFTER_TAX, fund="A", units=Decimal("10.000"))
    fold = _fold([paid, _converted(165_000, "A", "-15.000"), *([told] if told else [])])
    assert _codes(fold) == ["opening_needed"]


def test_a_whole_plan_balance_tells_no_source_what_it_is_worth() -> None:
    paid = [
        _paid(AFTER_TAX, 60_000, fund="A", units=Decimal("6.000")),
        _paid(AFTER_TAX, 40_000, fund="B", units=Decimal("20.000")),
        _paid(PRE_TAX),
    ]
    part = _converted(18_000, "A", "-1.500")
    assert _codes(_fold([*paid, part, _stated(202_000, (), LATER)])) == ["value_needed"]
    fold = _fold([*paid, part, _stated(102_000, AFTER_TAX, LATER)])
    assert (_codes(fold), fold.story.conversions[0].taxable.plain) == ([], "30.00")


@pytest.mark.parametrize(
    ("cents", "units", "code"), [(3, "0.001", "value_needed"), (2_400, "1.000", "")]
)
def test_a_row_of_a_cent_or_two_tells_no_price(cents: int, units: str, code: str) -> None:
    paid = [
        _paid(AFTER_TAX, 60_000, fund="A", units=Decimal("6.000")),
        _paid(AFTER_TAX, 40_000, fund="B", units=Decimal("20.000")),
    ]
    dividend = Event(
        "", LATER, "acme", K.EARNINGS, amount=Money(cents), sources=AFTER_TAX,
        fund="B", units=Decimal(units),
    )  # fmt: skip
    fold = _fold([*paid, dividend, _converted(18_000, "A", "-1.500")])
    assert _codes(fold) == ([code] if code else [])


def _qualifying(fold: Fold, payouts: Sequence[Payout]) -> list[Money]:
    held = fold.story.held
    covered = SpecialPayments(fold.books, NamedPayments(fold.books), held).covered
    return [PlanSpecial(payouts, covered).qualifying(one) for one in payouts]


def test_which_of_two_payouts_of_a_day_qualifies_does_not_depend_on_their_numbers() -> None:
    paid = [_paid(PRE_TAX, 2_000_000), _paid(AFTER_TAX, 2_000_000)]
    out = [
        Event("", date(2024, 5, 14), "acme", K.DISTRIBUTION, amount=Money(2_000_000),
              sources=sources, disaster="storm")
        for sources in (PRE_TAX, AFTER_TAX)
    ]  # fmt: skip
    fold = _fold([*paid, *out])
    found = set()
    for numbers in permutations((3, 4)):
        payouts = [
            replace(one, event=replace(one.event, seq=n))
            for one, n in zip(fold.story.payouts, numbers, strict=True)
        ]
        found.add(tuple(one.plain for one in _qualifying(fold, payouts)))
    assert found == {("20000.00", "2000.00")}


def test_a_distribution_of_two_kinds_of_money_has_one_limit() -> None:
    paid = [_paid(PRE_TAX, 2_000_000), _paid((Source.ROTH,), 2_000_000)]
    out = Event(
        "", date(2024, 5, 14), "acme", K.DISTRIBUTION, amount=Money(4_000_000), disaster="storm"
    )
    chart = {"acme": replace(CHART["acme"], first_roth_year=2023)}
    typed = [replace(one, where=f"typed-{n}:1", seq=n) for n, one in enumerate([*paid, out], 1)]
    books = books_of([book(one, chart) for one in typed], taxpayers=PEOPLE, accounts=chart)
    fold = Fold(books.household_of("rose"))
    fold.through(date.max)
    payouts = fold.story.payouts
    assert {one.character for one in payouts} == {TaxCharacter.PRE_TAX, TaxCharacter.ROTH}
    assert sum(_qualifying(fold, payouts), ZERO).plain == "22000.00"


def _bought(cents: int = 100_000, units: str = "10.000") -> Event:
    return _paid(AFTER_TAX, cents, fund="A", units=Decimal(units))


def _told(fold: Fold) -> list[str]:
    return [one.error.problem for listed in fold.refused.values() for one in listed]


@pytest.mark.parametrize("value", [130_000, 105_100])
def test_a_value_above_what_all_units_came_to_is_told_with_the_rows(value: int) -> None:
    out = replace(_converted(105_000, "A", "-10.000"), value=Money(value))
    fold = _fold([_bought(), out])
    assert _codes(fold) == ["units_contradict"]
    assert (
        "just before 1,050.00 left it on 2021-01-06, and its units come to 1,050.00"
        in _told(fold)[0]
    )
    assert "typed-2:1" in _told(fold)[0]
    near = replace(_converted(105_000, "A", "-10.000"), value=Money(105_010))
    assert _codes(_fold([_bought(), near])) == []  # a unit's last place is worth more than that


def test_a_value_of_a_part_is_held_against_the_price_of_the_day() -> None:
    part = _converted(31_500, "A", "-3.000")
    right, wrong = replace(part, value=Money(105_000)), replace(part, value=Money(150_000))
    assert _codes(_fold([_bought(), right])) == []
    assert _codes(_fold([_bought(), wrong])) == ["units_contradict"]


@pytest.mark.parametrize(
    ("cents", "left", "said"),
    [
        (25_000, "-10.000", "acme:after_tax holds 250.00, and all its units left by"),
        (0, "-9.000", "acme:after_tax holds units, and no value by"),
    ],
)
def test_a_balance_that_units_contradict_is_told_with_both_places(
    cents: int, left: str, said: str
) -> None:
    facts = [_bought(), _converted(105_000, "A", left), _stated(cents, AFTER_TAX, LATER)]
    fold = _fold(facts)
    assert _codes(fold) == ["units_contradict"]
    assert _told(fold)[0].startswith(said)
    assert _told(fold)[0].endswith("(typed-2:1, typed-3:1)")


def test_a_balance_of_a_source_that_all_had_left_is_no_gain() -> None:
    facts = [_bought(), _converted(105_000, "A", "-10.000"), _stated(50_000, AFTER_TAX, YEAR_END)]
    facts[2] = replace(facts[2], day=date(2021, 12, 31))
    fold = _fold(facts)
    assert _codes(fold) == ["balance_of_nothing"]
    assert "nothing was left in it from 2021-01-06 on (typed-2:1)" in _told(fold)[0]
    dividend = Event("", date(2021, 2, 1), "acme", K.EARNINGS, amount=Money(231), sources=AFTER_TAX)
    late = replace(facts[2], value=Money(231))
    assert _codes(_fold([*facts[:2], dividend, late])) == []


def test_units_that_are_left_without_value_are_told() -> None:
    taken_back = _paid(AFTER_TAX, -100_000, fund="A", units=Decimal("-9.900"))
    assert _codes(_fold([_bought(), taken_back])) == ["units_contradict"]


@pytest.mark.parametrize("name", ["", "acme-2021-01-06-after_tax"])
def test_two_values_of_one_source_and_day_contradict(name: str) -> None:
    paid = [_paid(AFTER_TAX)]  # rows of one id are legs of one conversion
    first = replace(_converted(20_000, "", "0"), units=None, value=Money(110_000), id=name)
    for other in (120_000, 80_000):
        second = replace(first, amount=Money(30_000), value=Money(other))
        fold = _fold([*paid, first, second])
        assert _codes(fold) == ["values_contradict"]
        assert "typed-2:1" in str(fold.refused["rose"][0].error)
        assert "typed-3:1" in str(fold.refused["rose"][0].error)
    for other in (110_000, 90_000):  # the same, or what the first had left
        second = replace(first, amount=Money(30_000), value=Money(other))
        assert _codes(_fold([*paid, first, second])) == []


def test_two_conversions_of_a_day_each_by_fund_are_stated_before_the_one_and_the_other() -> None:
    first = replace(_converted(20_000, "", "0"), units=None, value=Money(110_000), id="")
    legs = [(20_000, 110_000), (30_000, 110_000), (10_000, 60_000), (15_000, 60_000)]
    told = [replace(first, amount=Money(cents), value=Money(was)) for cents, was in legs]
    for listed in (told, told[::-1]):
        assert _codes(_fold([_paid(AFTER_TAX), *listed])) == []
    wrong = [*told[:3], replace(told[3], value=Money(55_000))]
    assert _codes(_fold([_paid(AFTER_TAX), *wrong])) == ["values_contradict"]


@pytest.mark.parametrize(("left", "codes"), [(90_000, []), (91_000, ["balances_contradict"])])
def test_a_value_and_the_balance_of_its_day_say_the_same(left: int, codes: list[str]) -> None:
    out = replace(_converted(20_000, "", "0"), units=None, value=Money(110_000))
    assert _codes(_fold([_paid(AFTER_TAX), out, _stated(left, AFTER_TAX, LATER)])) == codes


def test_pre_1987_money_of_openings_adds_up_as_their_basis_does() -> None:
    opening = Event(
        "", JAN, "acme", K.OPENING, value=Money(500_000), basis=Money(200_000),
        pre_1987=Money(50_000), sources=AFTER_TAX, fund="A", units=Decimal("50.000"),
    )  # fmt: skip
    out = replace(_converted(100_000, "A", "-10.000"), value=Money(1_000_000))
    fold = _fold([opening, replace(opening, fund="B"), out])
    # 1,000.00 of 10,000.00 leave: all of it is pre-1987 basis, with one opening half of it
    assert fold.story.conversions[0].basis.plain == "1000.00"


@pytest.mark.parametrize(("basis", "codes"), [(100_000, []), (40_000, ["basis_contradicts"])])
def test_the_basis_of_an_opening_is_held_against_rows_that_are_older(
    basis: int, codes: list[str]
) -> None:
    opening = Event(
        "", YEAR_END, "acme", K.OPENING, value=Money(104_000), basis=Money(basis),
        sources=AFTER_TAX,
    )  # fmt: skip
    fold = _fold([_paid(AFTER_TAX), opening])
    assert _codes(fold) == codes
    assert _held(fold, Source.AFTER_TAX) == "1040.00"  # its value is that of the eve
    if codes:
        assert (
            "with a basis of 400.00, and the rows before it (from typed-1:1 on) come to "
            in (_told(fold)[0])
        )
    assert _codes(_fold([opening])) == []  # without rows before it tells the basis itself


def test_a_balance_of_a_plan_that_holds_nothing_yet_is_open_until_its_rows_come() -> None:
    stated = _stated(110_000)
    alone = _fold([stated])
    assert _codes(alone) == ["source_needed"]
    (point,) = alone.refused["rose"]
    assert not point.stops
    assert "basis add opening --account acme" in point.error.remedy
    later = _paid(AFTER_TAX, 50_000)
    assert _codes(_fold([stated, replace(later, day=LATER)])) == ["source_needed"]
    for earlier in (_paid(AFTER_TAX), _opened(100_000)):
        assert _codes(_fold([stated, earlier])) == []
        assert _held(_fold([stated, earlier]), Source.AFTER_TAX) == "1100.00"
    assert _codes(_fold([_stated(0)])) == []


def _opened(cents: int) -> Event:
    return Event(
        "", date(2019, 12, 31), "acme", K.OPENING, value=Money(cents), basis=Money(cents),
        sources=AFTER_TAX,
    )  # fmt: skip
