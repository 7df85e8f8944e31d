"""The fold over years: where it starts, what stops it, and what lets it go on."""

from __future__ import annotations

from datetime import date

from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import Account, AccountKind, Taxpayer
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.records import OpeningBasis

K = EventKind
ROSE = Taxpayer("rose", "Rose Green", date(1980, 5, 1))
PAUL = Taxpayer("paul", "Paul Green", date(1981, 5, 1))
ACCOUNTS = {
    "ira": Account("ira", "rose", AccountKind.TRADITIONAL_IRA),
    "roth": Account("roth", "rose", AccountKind.ROTH_IRA),
    "his": Account("his", "paul", AccountKind.TRADITIONAL_IRA),
}
D = Money.dollars


def event(day: date, kind: EventKind, amount: Money | None = None, **more: object) -> Event:
    fields = {"account": "ira", "where": f"typed:{day}", **more}
    return Event(day=day, kind=kind, amount=amount, **fields)  # type: ignore[arg-type]


def books(*events: Event, basis: tuple[OpeningBasis, ...] = ()) -> Books:
    people = {"rose": ROSE, "paul": PAUL}
    return Books(people, ACCOUNTS, book_all(events, ACCOUNTS), basis)


def filed(year: int, line_14: int) -> OpeningBasis:
    return OpeningBasis(f"f8606-{year}", "rose", date(year + 1, 1, 1), traditional_ira=D(line_14))


OLD_IRA = event(date(2022, 1, 1), K.OPENING, value=D(50000))
CONVERTED_2022 = event(date(2022, 6, 1), K.CONVERSION, D(10000), to="roth")
CONVERTED_2024 = event(date(2024, 6, 1), K.CONVERSION, D(10000), to="roth")


def test_old_money_of_unknown_basis_is_refused_by_name() -> None:
    worked = work_out(books(OLD_IRA, CONVERTED_2022), [2022])
    assert [fault.code for fault in worked.refused] == ["missing_opening_basis"]
    assert worked.records[0].taxpayer == PAUL  # the other taxpayer is worked out all the same


def test_a_filed_form_lets_the_work_go_on_from_its_year() -> None:
    story = books(OLD_IRA, CONVERTED_2022, CONVERTED_2024, basis=(filed(2023, 6000),))
    worked = work_out(story, [2024])
    assert worked.refused == ()
    record = worked.of("rose", 2024)
    assert record is not None
    assert record.f8606.amount("2") == D(6000)


def test_a_filed_form_that_differs_from_the_books_is_used_and_said() -> None:
    story = books(
        event(date(2022, 2, 1), K.CONTRIBUTION, D(6000)),
        event(date(2023, 2, 1), K.CONTRIBUTION, D(6500)),
        basis=(filed(2022, 5000),),
    )
    record = work_out(story, [2023]).of("rose", 2023)
    assert record is not None
    assert record.f8606.amount("2") == D(5000)
    assert record.findings[0].code == "filed_basis_differs"


def test_more_than_the_books_hold_is_refused_and_others_go_on() -> None:
    story = books(
        event(date(2023, 2, 1), K.CONTRIBUTION, D(6500)),
        event(date(2023, 3, 1), K.CONVERSION, D(7000), to="roth"),
        event(date(2023, 3, 1), K.CONTRIBUTION, D(100), account="his"),
    )
    worked = work_out(story, [2022, 2023])
    assert [fault.code for fault in worked.refused] == ["above_balance"]
    assert [(r.taxpayer.id, r.tax_year) for r in worked.records] == [
        ("paul", 2022),
        ("paul", 2023),
        ("rose", 2022),
    ]


def test_a_year_without_figures_is_refused_and_never_inherits() -> None:
    worked = work_out(books(event(date(2023, 2, 1), K.CONTRIBUTION, D(6500))), [2040])
    assert {fault.code for fault in worked.refused} == {"no_figures"}
