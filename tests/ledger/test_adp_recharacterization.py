"""An excess of a failed ADP test that stays in the plan: income now, basis from then on."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import Account, AccountKind, Source, Taxpayer
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.year_end import YearEnd

K = EventKind
D = Money.dollars
ACCOUNTS = {"acme": Account("acme", "rose", AccountKind.K401, employer="Acme")}


def year(gained: int, day: date, **more: object) -> YearEnd:
    """Return 2025 of 15,000 deferred in 2024, of which 2,000 became after-tax money on a day."""
    deferred = Event(
        "a.csv:1", date(2024, 6, 30), "acme", K.CONTRIBUTION, D(15000), (Source.PRE_TAX,)
    )
    fields = {"sources": (Source.PRE_TAX,), "year": 2024, "earnings": D(gained)} | more
    excess = Event("a.csv:2", day, "acme", K.ADP_RECHARACTERIZATION, D(2000), **fields)  # type: ignore[arg-type]
    people = {"rose": Taxpayer("rose", "Rose Green", date(1980, 5, 1))}
    books = Books(people, ACCOUNTS, book_all([deferred, excess], ACCOUNTS))
    record = work_out(books, [2025]).of("rose", 2025)
    assert record is not None
    return record


@pytest.mark.parametrize(("earnings", "worth"), [(150, 2150), (0, 2000), (-100, 1900)])
def test_the_excess_is_income_and_basis_and_its_gain_is_neither(earnings: int, worth: int) -> None:
    """2,000 is income of 2025 and basis (Treas. Reg. 1.401(k)-2(b)(3)(ii)), whatever it gained.

    Of 2,150 the gain of 150 is not taxed yet; of 1,900 a loss of 100 is recovered later.
    """
    record = year(earnings, date(2025, 2, 28))
    after_tax = next(p for p in record.pools if p.source == Source.AFTER_TAX)
    assert (after_tax.closing_value, after_tax.closing_basis) == (D(worth), D(2000))
    (printed,) = record.forms_1099r
    assert (printed.boxes["1"], printed.boxes["2a"], printed.boxes["7"]) == (D(2000), D(2000), "8")
    # with wages, and so on no line that is worked out here
    assert "5b" not in record.f1040
    assert [(m.amount, m.taxable) for m in record.movements] == [(D(worth), D(2000))]


def test_it_may_be_done_until_two_and_a_half_months_after_the_plan_year() -> None:
    """Of 2024 until March 15, 2025 (Treas. Reg. 1.401(k)-2(b)(3)(iii)(A))."""

    def told(day: date) -> str:
        (found,) = [f for f in year(0, day).findings if f.code == "adp_excess_made_after_tax"]
        return found.message

    assert "any more" not in told(date(2025, 3, 15))
    assert "after 2025-03-15, 2 1/2 months after a calendar plan year" in told(date(2025, 3, 16))


def test_the_plan_year_has_to_be_said_and_roth_deferrals_are_refused() -> None:
    for more, code in (
        ({"year": None}, "missing_field"),
        ({"sources": (Source.ROTH,)}, "source_not_possible"),
        ({"earnings": D(-2001)}, "bad_amount"),
    ):
        with pytest.raises(LedgerError) as refused:
            year(0, date(2025, 2, 28), **more)
        assert refused.value.code == code
