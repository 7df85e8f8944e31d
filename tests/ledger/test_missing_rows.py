"""Rows that are likely missing are findings: silent paydays, gaps between files, odd balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ledger.balances.stated import stated_value
from ledger.balances.valuation import journal_of
from ledger.booking import book_all
from ledger.books import Books, EvidenceFile
from ledger.chart import Account, AccountKind, Source, Taxpayer
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry
from ledger.money import Money

K = EventKind
D = Money.dollars
ROSE = Taxpayer("rose", "Rose Green", date(1980, 5, 1))
ACCOUNTS = {
    "acme": Account("acme", "rose", AccountKind.K401),
    "bravo": Account("bravo", "rose", AccountKind.K401),
    "ira": Account("ira", "rose", AccountKind.TRADITIONAL_IRA),
}
MADE = {"paychecks_missing", "source_stops", "files_leave_a_gap", "balance_differs"}
PRE_TAX = (Source.PRE_TAX,)
PAYDAYS = [date(2025, 1, 3) + timedelta(14 * n) for n in range(26)]  # 3 January to 19 December


def event(day: date, kind: EventKind, amount: Money | None = None, **more: object) -> Event:
    fields = {"account": "acme", "where": f"a.csv:{day:%m%d}", **more}
    return Event(day=day, kind=kind, amount=amount, **fields)  # type: ignore[arg-type]


def pay(day: date, file: str = "a.csv", source: Source = Source.PRE_TAX, **more: object) -> Event:
    where = f"{file}:{day:%m%d}"
    return event(day, K.CONTRIBUTION, D(500), where=where, sources=(source,), **more)


def said(
    events: Sequence[Event], imported: str = "2026-02-01", reader: str = "empower"
) -> list[tuple[str, str, str]]:
    """Return severity, code and message of the findings about missing rows, of 2025."""
    names = dict.fromkeys(e.where.rpartition(":")[0] for e in events)
    files = tuple(EvidenceFile(n, "", reader, "", f"{imported}T09:00:00Z", 0) for n in names)
    books = Books({"rose": ROSE}, ACCOUNTS, book_all(events, ACCOUNTS), files=files)
    record = work_out(books, [2025]).of("rose", 2025)
    assert record is not None
    return [(f.severity, f.code, f.message) for f in record.findings if f.code in MADE]


def journal(events: Sequence[Event]) -> list[JournalEntry]:
    """Return the entries of acme, booked and derived."""
    return journal_of(Books({"rose": ROSE}, ACCOUNTS, book_all(events, ACCOUNTS)), "acme")


def test_paychecks_all_year_are_no_finding() -> None:
    assert said([pay(day) for day in PAYDAYS]) == []


def test_a_stretch_between_two_files_is_a_finding_and_one_inside_a_file_is_none() -> None:
    """Paydays of 11 April to 4 July, seven of them, are in no file: 3,500.00 at 500.00 each."""
    first = [pay(day, "a.csv") for day in PAYDAYS[:7]]
    second = [pay(day, "b.csv") for day in PAYDAYS[14:]]
    message = (
        "acme: no contribution from 2025-03-29 to 2025-07-17, where paydays come every 14 days: "
        "about 7 paydays are missing, of 3,500.00; import the download of these days, or none is "
        "missing when no pay came"
    )
    assert said([*first, *second]) == [("warning", "paychecks_missing", message)]
    # one file with rows before and after shows that nobody was paid: an unpaid leave
    assert said([pay(day) for day in (*PAYDAYS[:7], *PAYDAYS[14:])]) == []


def test_the_days_between_an_opening_and_the_first_payday_are_looked_at_too() -> None:
    opened = event(
        date(2025, 1, 1), K.OPENING, value=D(9000), basis=D(0), sources=(Source.PRE_TAX,),
        where="typed-1:1",
    )  # fmt: skip
    ((severity, code, message),) = said([opened, *(pay(day) for day in PAYDAYS[13:])])
    assert (severity, code) == ("warning", "paychecks_missing")
    assert "from 2025-01-02 to 2025-07-03" in message


def test_a_download_made_in_october_cannot_show_the_end_of_the_year() -> None:
    worth = event(
        date(2025, 12, 31), K.BALANCE, value=D(10900), sources=(Source.PRE_TAX,), where="typed-1:1"
    )
    until_october = [pay(day) for day in PAYDAYS[:20]]  # the last is 26 September
    ((severity, _, message),) = said([*until_october, worth], imported="2025-10-02")
    assert (severity, "from 2025-09-27 to 2025-12-31" in message) == ("warning", True)
    # of one made in February it is worth a word: the job may have ended
    assert [s for s, _, _ in said([*until_october, worth])] == ["info"]
    # in October itself the year is still running
    assert said(until_october, imported="2025-10-02") == []


def test_the_end_of_a_job_is_no_finding() -> None:
    left = [pay(day) for day in PAYDAYS[:13]]
    shown = event(date(2025, 12, 30), K.EARNINGS, D(9), sources=(Source.PRE_TAX,))
    assert said([*left, shown]) == []
    new = [pay(day, "b.csv", account="bravo") for day in PAYDAYS[15:]]
    assert said([*left, *new]) == []


def test_paychecks_end_with_the_money_paid_out() -> None:
    left = [pay(day) for day in PAYDAYS[:13]]
    out = event(PAYDAYS[20], K.DISTRIBUTION, D(6500), sources=(Source.PRE_TAX,), where="b.csv:1")
    assert [code for _, code, _ in said(left)] == ["paychecks_missing"]
    assert said([*left, out]) == []


def test_paydays_without_a_pace_are_no_finding() -> None:
    days = [date(2025, 1, 2) + timedelta(n) for n in (0, 3, 6, 40, 44, 90, 93, 150, 210, 215)]
    assert said([pay(day, f"{day}.csv") for day in days]) == []


def test_a_source_that_stops_while_others_go_on_is_told() -> None:
    match = [pay(day, source=Source.MATCH) for day in PAYDAYS]
    ((severity, code, message),) = said([*match, *(pay(day) for day in PAYDAYS[:13])])
    assert (severity, code) == ("info", "source_stops")
    assert message.startswith("acme: pre_tax has no contribution after 2025-06-20 while others go")
    # a new election: Roth instead of pre-tax
    roth = [pay(day, source=Source.ROTH) for day in PAYDAYS[13:]]
    assert said([*match, *(pay(day) for day in PAYDAYS[:13]), *roth]) == []
    # 47 paychecks of 500.00 are the limit of 23,500 for 2025: there is no room for another
    full = [pay(day) for day in PAYDAYS[:13] for _ in range(4)][:47]
    assert said([*match, *full]) == []


def test_a_long_time_between_the_files_of_an_ira_is_told_while_it_holds_money() -> None:
    def ira(month: int, kind: EventKind, amount: int, file: str) -> Event:
        day = date(2025, month, 15)
        return event(day, kind, D(amount), account="ira", where=f"{file}:{month}", year=None)

    held = [ira(1, K.CONTRIBUTION, 7000, "a.csv"), ira(11, K.EARNINGS, 40, "b.csv")]
    ((severity, code, message),) = said(held)
    assert (severity, code) == ("info", "files_leave_a_gap")
    assert message.startswith("ira: no file has a row between 2025-01-15 and 2025-11-15")
    assert said(held, reader="typed") == []
    spent = [*held[:1], ira(2, K.DISTRIBUTION, 7000, "a.csv"), held[1]]
    assert said(spent) == []


def test_a_balance_that_no_market_makes_is_a_finding_until_it_is_explained() -> None:
    """10,000.00 from 1 January to 31 December are 365 days: a market may double it in a year."""
    opened = event(date(2025, 1, 1), K.OPENING, value=D(10000), basis=D(0), sources=PRE_TAX)

    def worth(value: int, memo: str = "") -> Event:
        return event(date(2025, 12, 31), K.BALANCE, value=D(value), sources=PRE_TAX, memo=memo)

    assert said([opened, worth(20000)]) == said([opened, worth(5000)]) == []
    assert [code for _, code, _ in said([opened, worth(4999)])] == ["balance_differs"]
    ((severity, code, message),) = said([opened, worth(20001)])
    assert (severity, code) == ("warning", "balance_differs")
    assert "20,001.00 stated, 10,000.00 in the books, difference 10,001.00 (100.0 %)" in message
    assert "reverse the balance and book it with --accept-difference" in message
    # what was accepted is told, without the advice to accept it
    ((severity, _, message),) = said([opened, worth(20001, "difference accepted")])
    assert (severity, "--accept" in message) == ("info", False)
    assert message.endswith("gain or loss of the market, as accepted: difference accepted")


def test_the_market_has_had_money_only_since_the_source_was_empty_or_stated() -> None:
    """What a market may make of 1,000.00 in n of 365 days is 1,000.00 times the root of n / 365.

    One day: 52.34. 92 days, October to December: 502.05. 730 days, in proportion: 2,000.00.
    """
    after_tax = (Source.AFTER_TAX,)

    def allowed(first: date, *more: Event) -> Money:
        came = event(first, K.CONTRIBUTION, D(1000), sources=after_tax, seq=3)
        last = event(date(2025, 12, 31), K.BALANCE, value=D(1100), sources=after_tax, seq=9)
        return stated_value(book_all([*more, came], ACCOUNTS), last).allowed

    assert allowed(date(2025, 12, 31)) == Money.parse("52.34")
    assert allowed(date(2025, 10, 1)) == Money.parse("502.05")
    assert allowed(date(2024, 1, 2)) == D(2000)
    old = event(date(2023, 1, 1), K.OPENING, value=D(9000), basis=D(9000), sources=after_tax)
    day = date(2025, 12, 3)
    emptied = event(day, K.IN_PLAN_CONVERSION, D(9000), sources=after_tax, seq=2)
    assert allowed(date(2025, 12, 31), old, emptied) == Money.parse("52.34")
    # as stated on the eve: 9,000.00 for a day and 10,000.00 for the last, less part of a cent
    stated = event(date(2025, 12, 30), K.BALANCE, value=D(9000), sources=after_tax, seq=2)
    assert allowed(date(2025, 12, 31), old, stated) == Money.parse("704.19")


def test_a_difference_of_a_few_paychecks_is_asked_about_as_such() -> None:
    """13,000.00 of 26 paychecks: one to three of 500.00 to the cent are no gain; near it one is."""
    paid = [pay(day) for day in PAYDAYS]

    def doubt(value: int) -> str:
        day, sources = date(2025, 12, 31), (Source.PRE_TAX,)
        balance = event(day, K.BALANCE, value=D(value), sources=sources)
        return stated_value(book_all(paid, ACCOUNTS), balance).doubt

    asked = "this is what {}: is a download missing or counted twice?"
    assert doubt(13500) == doubt(12500) == asked.format("one paycheck brings")
    assert doubt(14000) == asked.format("2 paychecks bring")
    assert doubt(13501) == doubt(14020) == doubt(15000) == doubt(13000) == ""


def test_a_source_without_paydays_since_its_opening_misses_none_before_its_first() -> None:
    """Roth deferrals began a year after the opening: 26 paychecks, and a gain of 1,100.00."""
    roth = (Source.ROTH,)
    opened = event(date(2024, 1, 1), K.OPENING, value=D(100), basis=D(100), sources=roth)
    paid = [pay(day, source=Source.ROTH) for day in PAYDAYS]
    worth = event(date(2025, 12, 31), K.BALANCE, value=D(14200), sources=roth)
    found = stated_value(book_all([opened, *paid], ACCOUNTS), worth)
    assert (found.difference, found.payroll_gaps, found.doubt) == (D(1100), (), "")
    late = [opened, *(e for e in paid if not PAYDAYS[7] <= e.day < PAYDAYS[9])]
    assert [one.paydays for one in stated_value(book_all(late, ACCOUNTS), worth).payroll_gaps] == [
        2
    ]


def test_half_of_the_paychecks_that_are_missing_is_no_gain() -> None:
    """Seven paychecks of 500.00 are missing: 3,500.00, of which half is 1,750.00."""
    paid = [pay(day, "a.csv" if day < PAYDAYS[7] else "b.csv") for day in PAYDAYS]
    gap = [e for e in paid if not PAYDAYS[7] <= e.day < PAYDAYS[14]]

    def codes(value: int) -> set[str]:
        day, sources = date(2025, 12, 31), (Source.PRE_TAX,)
        worth = event(day, K.BALANCE, value=D(value), sources=sources)
        return {code for _, code, _ in said([*gap, worth])}

    assert codes(9500 + 1749) == {"paychecks_missing"}
    assert codes(9500 + 1750) == {"paychecks_missing", "balance_differs"}


def test_a_balance_is_that_of_the_close_of_its_day() -> None:
    """The 500.00 of 30 June are in the 3,000.00 of that day, whichever was booked first."""
    source = (Source.PRE_TAX,)
    day = date(2025, 6, 30)
    closing = event(day, K.BALANCE, value=D(3000), sources=source, seq=1)
    paid = event(day, K.CONTRIBUTION, D(500), sources=source, seq=2)
    later = event(date(2025, 12, 31), K.BALANCE, value=D(3100), sources=source, seq=3)
    found = stated_value(journal([closing, paid]), later)
    assert (found.booked, found.difference) == (D(3000), D(100))


def test_a_balance_of_a_whole_plan_is_divided_by_what_its_sources_hold() -> None:
    """1,000.00 and 3,000.00 of Roth become 1,100.00 and 3,300.00 by a balance of 4,400.00."""
    held = [
        event(date(2025, 1, 2), K.CONTRIBUTION, D(amount), sources=(source,), seq=n)
        for n, (source, amount) in enumerate([(Source.PRE_TAX, 1000), (Source.ROTH, 3000)])
    ]
    whole = event(date(2025, 3, 31), K.BALANCE, value=D(4400), seq=3)
    later = event(date(2025, 6, 30), K.BALANCE, value=D(3300), sources=(Source.ROTH,), seq=4)
    assert stated_value(journal([*held, whole]), later).difference == D(0)


def test_a_new_pace_from_new_year_on_is_no_missing_paycheck() -> None:
    """Every other Friday until 20 December 2024, at each month's end from 31 January on."""
    biweekly = [date(2024, 1, 5) + timedelta(14 * n) for n in range(26)]
    monthly = [date(2025, month + 1, 1) - timedelta(1) for month in range(1, 12)]
    paid = [pay(day, "a.csv") for day in biweekly]
    later = [pay(day, "b.csv") for day in (*monthly, date(2025, 12, 31))]
    assert said([*paid, *later]) == []
    # without June and July it is longer than any of these months
    third = [replace(one, where=f"c.csv:{one.day}") for one in later if one.day.month > 7]
    ((_, code, message),) = said([*paid, *later[:5], *third])
    assert (code, "from 2025-06-01 to 2025-08-30" in message) == ("paychecks_missing", True)


def test_paychecks_that_end_at_a_limit_until_new_year_are_not_missing() -> None:
    """2,350.00 a payday reach the limit of 23,500 for 2025 with the tenth, on 9 May."""
    full = [replace(pay(day), amount=D(2350)) for day in PAYDAYS[:10]]
    next_year = [pay(date(2026, 1, 2) + timedelta(14 * n), "b.csv") for n in range(10)]
    assert said([*full, *next_year]) == []
    part = [replace(one, amount=D(2000)) for one in full]
    assert [code for _, code, _ in said([*part, *next_year])] == ["paychecks_missing"]


def test_units_at_the_nearest_price_tell_whether_paychecks_are_missing() -> None:
    """Six paydays of 10 units at 50.00; the 7th to the 13th are in no file, 13 more follow.

    19 paydays brought 190 units, at 52.00 on 19 December 9,880.00. Twelve days later a market may
    have made 9,880.00 x the root of 13 / 365 = 1,864.58 of it. Rounding adds 0.58 of the price,
    0.49 of the units, and a cent for each of the two figures: 1,865.67.
    """

    def bought(day: date, price: int, file: str) -> Event:
        paid = pay(day, file, units=Decimal("10.000"), fund="500 Index")
        return replace(paid, amount=D(price * 10))

    rows = [bought(day, 50, "a.csv") for day in PAYDAYS[:6]]
    rows += [bought(day, 52, "b.csv") for day in PAYDAYS[13:]]
    worth = event(date(2025, 12, 31), K.BALANCE, value=D(13520), sources=PRE_TAX)
    found = stated_value(book_all(rows, ACCOUNTS), worth)
    assert (found.worth, found.by_units) == (D(9880), True)
    assert found.allowed == Money.parse("1865.67")
    assert "of 9,880.00, what its units come to" in found.doubt
    right = replace(worth, value=D(11000))
    assert stated_value(book_all(rows, ACCOUNTS), right).doubt == ""


def test_with_the_newest_file_alone_a_balance_is_not_held_against_its_rows() -> None:
    """2 units of 100.00 came, 50 were converted later: 48 were there before, worth thousands."""
    units = {"units": Decimal("1.000"), "fund": "500 Index"}
    after_tax = (Source.AFTER_TAX,)
    came = [
        event(date(2025, month, 3), K.CONTRIBUTION, D(100), sources=after_tax, **units)
        for month in (2, 3)
    ]
    left = event(
        date(2025, 9, 3), K.IN_PLAN_CONVERSION, D(5000), sources=after_tax,
        units=Decimal("-50.000"), fund="500 Index",
    )  # fmt: skip
    worth = event(date(2025, 3, 31), K.BALANCE, value=D(4900), sources=after_tax)
    assert stated_value(journal([*came, left]), worth).doubt == ""
    assert "rows of earlier days are missing" in stated_value(journal([*came, left]), worth).words
    assert "market can hardly" in stated_value(journal(came), worth).doubt


def test_the_same_of_money_without_units_unless_its_basis_is_at_stake() -> None:
    """500.00 or a dividend of 9.00 came, 5,000.00 left in September."""

    def doubt(source: Source, *, paid: bool) -> str:
        day, sources = date(2025, 2, 3), (source,)
        came = pay(day, source=source) if paid else event(day, K.EARNINGS, D(9), sources=sources)
        left = event(date(2025, 9, 3), K.DISTRIBUTION, D(5000), sources=sources)
        worth = event(date(2025, 3, 31), K.BALANCE, value=D(4900), sources=sources)
        return stated_value(journal([came, left]), worth).doubt

    assert doubt(Source.PRE_TAX, paid=True) == doubt(Source.PRE_TAX, paid=False) == ""
    assert doubt(Source.AFTER_TAX, paid=False) == ""  # nothing came: a first gain is told by itself
    assert "look for a download that is missing, an opening" in doubt(Source.AFTER_TAX, paid=True)


def test_the_balance_of_an_ira_is_told_without_paydays() -> None:
    """Deposits of 6,000.00 in five years, none in two of them; a plan paid likewise tells it."""
    years = (2018, 2019, 2020, 2021, 2024)

    def told(*, sources: tuple[Source, ...]) -> str:
        kept = {"account": "acme" if sources else "ira", "sources": sources}
        rows = [event(date(year, 2, 11), K.CONTRIBUTION, D(6000), **kept) for year in years]
        worth = event(date(2024, 12, 31), K.BALANCE, value=D(31000), **kept)
        return stated_value(book_all(rows, ACCOUNTS), worth).words

    assert told(sources=()) == (
        "ira on 2024-12-31: 31,000.00 stated, 30,000.00 in the books, difference 1,000.00 (3.3 %)"
    )
    missing = "no contribution from 2021-02-12 to 2024-02-10 (about 2 paydays, 12,000.00)"
    assert told(sources=PRE_TAX).endswith(missing)
