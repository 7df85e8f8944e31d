"""True balances of complete books raise no finding, whatever the market did; wrong ones do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ledger.booking import book_all
from ledger.books import Books, EvidenceFile
from ledger.chart import Account, AccountKind, Source, Taxpayer
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.money import Money
from tests.simulated.households import EVERY, Builder
from tests.simulated.truth import MATCH, PRE_TAX, ROTH, Kind, Movement, Pool, Truth

K = EventKind
ROSE = Taxpayer("rose", "Rose Green", date(1980, 5, 1))
ACCOUNTS = {"acme": Account("acme", "rose", AccountKind.K401)}
TOLD = frozenset({"balance_differs", "paychecks_missing", "balances_contradict"})
KINDS = {Kind.CONTRIBUTION: K.CONTRIBUTION, Kind.DIVIDEND: K.EARNINGS, Kind.FEE: K.FEE}
KEPT = (PRE_TAX, MATCH, ROTH)  # sources of which nothing leaves


FINE = 250  # steps of a price, so that its smallest change is no swing that no market makes


def _lived(seed: int) -> Truth:
    """Let one to three years of a job go by, with one to three funds."""
    for more in range(100):
        made = Builder(seed + 1000 * more, "true", 1 + seed % 3, 2019 + seed % 4, 1 + seed % 3)
        if all(walk[made.first] >= FINE for walk in made.truth.prices.values()):
            break
    made.add_plan("acme", "Apple")
    made.job("acme", made.first, made.last, every=EVERY[seed % len(EVERY)])
    return made.done().truth


def _rows(truth: Truth, file: Callable[[date], str], *, units: bool) -> list[Event]:
    """Return what files tell of the sources that keep their money, with or without units."""
    return [_row(truth, one, file(one.day), units=units) for one in _kept(truth)]


def _kept(truth: Truth) -> list[Movement]:
    return [one for one in truth.movements if one.source in KEPT]


def _row(truth: Truth, one: Movement, file: str, *, units: bool) -> Event:
    told = {"fund": one.fund, "units": Decimal(truth.units_of(one))} if units else {}
    return Event(
        where=f"{file}:{one.number}",
        day=one.day,
        account="acme",
        kind=KINDS[one.kind],
        amount=Money(abs(one.cents) if one.kind is Kind.FEE else one.cents),
        sources=(Source(one.source),),
        seq=one.number,
        **told,  # type: ignore[arg-type]
    )


def _balance(truth: Truth, day: date, source: str = "") -> Event:
    """Return what a statement truly says of a source, or of the plan, at the close of a day."""
    sources = (source,) if source else KEPT
    cents = sum(truth.value_on(Pool("acme", one), day) for one in sources)
    of = (Source(source),) if source else ()
    where = f"balances.csv:{day:%Y%m%d}{source}"
    return Event(where, day, "acme", K.BALANCE, value=Money(cents), sources=of, seq=10**6)


def _quarter_ends(truth: Truth) -> Iterator[date]:
    first, last = truth.movements[0].day, truth.movements[-1].day
    for year in range(first.year, last.year + 1):
        for month in (4, 7, 10, 13):
            day = date(year + month // 12, month % 12, 1) - timedelta(days=1)
            if day >= first + timedelta(days=31):
                yield day


def _found(events: Sequence[Event]) -> list[str]:
    names = dict.fromkeys(e.where.rpartition(":")[0] for e in events)
    files = tuple(EvidenceFile(n, "", "empower", "", "2026-06-01T09:00:00Z", 0) for n in names)
    books = Books({"rose": ROSE}, ACCOUNTS, book_all(events, ACCOUNTS), files=files)
    years = sorted({e.day.year for e in events})
    closed = work_out(books, years)
    told: list[str] = []
    for year in years:
        record = closed.of("rose", year)
        assert record is not None
        told += [f"{f.code}: {f.message}" for f in record.findings if f.code in TOLD]
    return told


def _of_year(day: date) -> str:
    return f"acme_{day.year}.csv"


def _of_quarter(day: date) -> str:
    return f"acme_{day.year}q{(day.month + 2) // 3}.csv"


@pytest.mark.parametrize("seed", range(1, 13))
@pytest.mark.parametrize("units", [True, False], ids=["units", "amounts alone"])
def test_true_balances_of_complete_books_are_no_finding(seed: int, *, units: bool) -> None:
    truth = _lived(seed)
    rows = _rows(truth, _of_year if seed % 2 else _of_quarter, units=units)
    sources = dict.fromkeys(one.source for one in _kept(truth))
    ends = list(_quarter_ends(truth))
    days = [day for day in ends if day.month == 12] if seed % 4 < 2 else ends
    told = [_balance(truth, day, source) for day in days for source in ("", *sources)]
    by_source = [one for one in told if one.sources]
    assert _found([*rows, *by_source]) == []
    assert _found([*rows, *(one for one in told if not one.sources)]) == []
    assert _found([*rows, by_source[-1]]) == []  # the last statement alone


def _one_year() -> tuple[Truth, list[Event], date]:
    truth = _lived(9)  # one year, one fund
    last = date(truth.movements[-1].day.year, 12, 31)
    return truth, _rows(truth, _of_quarter, units=True), last


def test_a_digit_transposed_is_told() -> None:
    truth, rows, last = _one_year()
    right = _balance(truth, last, PRE_TAX)
    cents = right.money("value").cents
    digits = str(cents)
    wrong = int(digits[1] + digits[0] + digits[2:])
    assert abs(wrong - cents) > cents // 4
    told = _found([*rows, replace(right, value=Money(wrong))])
    assert [one.partition(":")[0] for one in told] == ["balance_differs"]


def test_the_balance_of_another_source_is_told() -> None:
    truth, rows, last = _one_year()
    match = _balance(truth, last, MATCH)
    wrong = replace(_balance(truth, last, PRE_TAX), value=match.value)
    told = _found([*rows, match, wrong])
    assert [one.partition(":")[0] for one in told] == ["balance_differs"]


@pytest.mark.parametrize("quarter", [2, 3])
def test_a_quarter_of_paychecks_that_is_in_no_file_is_told(quarter: int) -> None:
    truth, rows, last = _one_year()
    left = [one for one in rows if f"q{quarter}" not in one.where]
    told = _found([*left, _balance(truth, last, PRE_TAX)])
    assert {one.partition(":")[0] for one in told} == {"balance_differs", "paychecks_missing"}
