"""The limits of a year in packet, workbook and terminal: every one, and only what is known."""

from __future__ import annotations

from datetime import date
from io import StringIO

from rich.console import Console

from cli.record_view import room_table
from exports.basis_tables import limits_section
from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import Account, AccountKind, Source, Taxpayer
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.records import ReturnFacts
from ledger.views.room import room_of_whole_year

D = Money.dollars
ACCOUNTS = {
    "acme": Account("acme", "rose", AccountKind.K401, employer="Acme", catch_up=False),
    "roth": Account("roth", "rose", AccountKind.ROTH_IRA),
}
NAMES = [
    "Elective deferrals, 402(g)",
    "into Acme, no catch-up, 401(a)(30)",
    "Annual additions, Acme, 415(c)",
    "IRA contributions",
    "of it Roth, by income, 408A(c)(3)",
]
PLAN = "401(k) plan of Acme"  # paper names an account as people do


def told(
    year: int, days: tuple[date, ...], born: date | None = date(1970, 5, 1)
) -> tuple[dict[str, tuple[object, ...]], str, str]:
    """Return the packet's rows by name without name and law, its sentences, and the terminal's.

    On each day 1,000.00 goes into the plan and 500.00 into the Roth IRA.
    """
    paid = [
        Event(day=day, account=name, kind=EventKind.CONTRIBUTION, amount=D(dollars), **more)  # type: ignore[arg-type]
        for day in days
        for name, dollars, more in (
            ("acme", 1000, {"sources": (Source.PRE_TAX,), "where": f"a.csv:{day:%m%d}"}),
            ("roth", 500, {"where": f"r.csv:{day:%m%d}"}),
        )
    ]
    facts = ReturnFacts(where="", taxpayer="rose", year=year, filing_status="single", magi=D(90000))
    people = {"rose": Taxpayer("rose", "Rose Green", born)}
    books = Books(people, ACCOUNTS, book_all(paid, ACCOUNTS), return_facts=(facts,))
    record = work_out(books, [year]).of("rose", year)
    assert record is not None
    household = books.household_of("rose")
    section = limits_section(record, household)
    shown = StringIO()
    table = room_table(room_of_whole_year(record, household), title="Limits")
    Console(file=shown, width=200).print(table)
    rows = {str(row[0]): row[1:-1] for row in section.lead[0].rows}
    return rows, " ".join(section.paragraphs), " ".join(shown.getvalue().split())


def test_every_limit_of_the_year_stands_in_the_packet() -> None:
    """2025 at 55: 23,500 + 7,500, Acme 23,500, 70,000, 8,000 for IRAs (Notice 2024-80).

    Room for Roth IRAs is 8,000 - 1,000: 90,000 is below the range of IRC 408A(c)(3).
    """
    rows, sentences, shown = told(2025, (date(2025, 1, 3), date(2025, 12, 19)))
    assert list(rows) == NAMES
    deferred, acme, added, ira, roth = rows.values()
    assert deferred == (D(23500), D(7500), D(2000), D(29000), D(0), "")
    assert acme == (D(23500), None, D(2000), D(21500), D(0), "")
    assert added == (D(70000), None, D(2000), D(68000), D(0), "")
    assert ira == roth == (D(8000), None, D(1000), D(7000), D(0), "")
    assert sentences == ""
    assert all(name in shown for name in NAMES)


def test_what_rows_do_not_show_is_not_known_in_the_packet_either() -> None:
    """Rows of 2024 tell nothing of 2025: 0.00 used would be a guess."""
    rows, sentences, shown = told(2025, (date(2024, 12, 19),))
    assert list(rows) == NAMES
    assert {row[2:5] for row in rows.values()} == {("not known",) * 3}
    assert f"{PLAN}: the books have no row of 2025: what went in is not known" in sentences
    assert "acme: the books have no row of 2025: what went in is not known" in shown


def test_rows_until_spring_show_the_least_that_was_used() -> None:
    """2,000.00 by 11 April: at least that; of 31,000 at most 29,000 is left; an excess may be."""
    rows, sentences, shown = told(2025, (date(2025, 1, 3), date(2025, 4, 11)))
    used = "used at least, room at most"
    assert rows[NAMES[0]] == (D(23500), D(7500), D(2000), D(29000), "not known", used)
    assert f"{PLAN}: the last row is of 2025-04-11: what went in after it is not known" in sentences
    assert "≥ 2,000.00" in shown


def test_a_catch_up_whose_age_is_not_known_is_not_a_blank() -> None:
    rows = told(2025, (date(2025, 1, 3), date(2025, 12, 19)), born=None)[0]
    assert [row[1] for row in rows.values() if row[1]] == ["not known"]
    assert rows[NAMES[0]][:4] == (D(23500), "not known", D(2000), D(21500))
