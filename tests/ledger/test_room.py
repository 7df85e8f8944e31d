"""The room under a year's limits: what the books do not cover is not known, and never zero."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import Account, AccountKind, Source, Taxpayer
from ledger.closing import work_out
from ledger.documents import TaxDocument
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.records import ReturnFacts
from ledger.views.room import RoomRow, room_json, room_of

K = EventKind
D = Money.dollars
ROSE = Taxpayer("rose", "Rose Green", date(1980, 5, 1))
ACCOUNTS = {
    "acme": Account("acme", "rose", AccountKind.K401, employer="Acme"),
    "ira": Account("ira", "rose", AccountKind.TRADITIONAL_IRA),
}
IRAS = {
    "ira": Account("ira", "rose", AccountKind.TRADITIONAL_IRA),
    "roth": Account("roth", "rose", AccountKind.ROTH_IRA),
}
PAYDAYS = [date(2025, 1, 3) + timedelta(14 * n) for n in range(26)]  # 3 January to 19 December
PRE_TAX = (Source.PRE_TAX,)


def event(day: date, kind: EventKind, dollars: int, **more: object) -> Event:
    fields = {"account": "acme", "where": f"a.csv:{day:%m%d}", "sources": PRE_TAX}
    fields |= {"amount": D(dollars), **more}
    return Event(day=day, kind=kind, **fields)  # type: ignore[arg-type]


def pay(days: Sequence[date], file: str = "a.csv") -> list[Event]:
    return [event(day, K.CONTRIBUTION, 500, where=f"{file}:{day:%m%d}") for day in days]


def room(events: Sequence[Event], year: int = 2025, day: date = date.max) -> dict[str, RoomRow]:
    books = Books({"rose": ROSE}, ACCOUNTS, book_all(events, ACCOUNTS))
    record = work_out(books, [year]).of("rose", year)
    assert record is not None
    rows = room_of(record, books, day)
    told = room_json(record, rows)
    assert isinstance(told["402g"], dict)
    assert (told["402g"]["used"] is None) is (rows[0].used is None)
    return {row.kind: row for row in rows}


def test_a_year_that_is_covered_shows_what_was_used_and_what_is_left() -> None:
    """26 paydays of 500.00 are 13,000.00 of 23,500 and of 70,000 (Notice 2024-80)."""
    rows = room(pay(PAYDAYS))
    deferred, added = rows["402g"], rows["415c"]
    assert (deferred.limit, deferred.used, deferred.room) == (D(23500), D(13000), D(10500))
    assert (added.limit, added.used, added.room) == (D(70000), D(13000), D(57000))
    assert deferred.missing == added.missing == ()
    assert deferred.known_until == PAYDAYS[-1]


def test_a_year_without_rows_is_not_known_though_its_limits_are_said() -> None:
    """Rows of 2025 tell nothing of 2026: 24,500 and 72,000 (Notice 2025-67), used unknown."""
    rows = room(pay(PAYDAYS), 2026)
    for row, limit in ((rows["402g"], D(24500)), (rows["415c"], D(72000)), (rows["ira"], D(7500))):
        assert row.limit == limit
        assert (row.used, row.room, row.excess, row.known_until) == (None, None, None, None)
    assert rows["402g"].missing == (
        "acme: the books have no row of 2026: what went in is not known",
    )
    # the IRA never had a row
    assert rows["ira"].missing[0].startswith("ira: the books have no row of 2026")


def test_a_year_in_the_midst_of_one_file_is_covered_by_it() -> None:
    """The file goes from December 2024 to January 2026: that nothing came in 2025 is shown."""
    rows = room(pay([date(2024, 12, 20), date(2026, 1, 2)]))
    assert (rows["402g"].used, rows["402g"].room, rows["402g"].missing) == (D(0), D(23500), ())
    assert rows["402g"].known_until == date(2025, 12, 31)
    two = [*pay([date(2024, 12, 20)]), *pay([date(2026, 1, 2)], "b.csv")]
    assert room(two)["402g"].used is None


def test_rows_until_spring_leave_the_rest_of_the_year_open() -> None:
    """Eight paydays until 11 April: 4,000.00 at least; of 23,500 at most 19,500.00 is left."""
    rows = room(pay(PAYDAYS[:8]))
    deferred = rows["402g"]
    assert (deferred.used, deferred.room, deferred.excess) == (D(4000), D(19500), None)
    assert deferred.missing == (
        "acme: the last row is of 2025-04-11: what went in after it is not known",
    )
    # asked on a day of May nothing is missing yet
    assert room(pay(PAYDAYS[:8]), day=date(2025, 5, 9))["402g"].missing == ()


def test_an_employer_left_in_spring_has_no_room_that_is_known() -> None:
    """4,000.00 by 11 April, all paid out on 2 May: not 66,000 of room (IRC 415(c)(3): no pay)."""
    out = event(date(2025, 5, 2), K.DISTRIBUTION, 4000)
    added = room([*pay(PAYDAYS[:8]), out])["415c"]
    assert (added.used, added.room) == (D(4000), None)
    assert added.missing[-1] == (
        "Acme: no contribution after 2025-04-11, and the plan holds nothing: who no longer works "
        "there has no pay that could go in, and no room (IRC 415(c)(3))"
    )
    # money left in the plan shows rows all year, and still no paycheck
    dividend = event(date(2025, 12, 15), K.EARNINGS, 9)
    stays = room([*pay(PAYDAYS[:8]), dividend])
    assert (stays["415c"].room, stays["402g"].missing) == (D(66000), ())
    assert "no contribution after 2025-04-11: who no longer" in stays["415c"].missing[0]
    # the year after there is no room that anybody could use
    after = room([*pay(PAYDAYS[:8]), out], 2026)["415c"]
    assert (after.limit, after.used, after.room) == (D(72000), None, None)


def test_books_that_start_in_june_do_not_tell_of_the_months_before() -> None:
    opened = event(
        date(2025, 6, 1), K.OPENING, 0, amount=None, value=D(9000), basis=D(0), where="t-1:1"
    )
    deferred = room([opened, *pay(PAYDAYS[13:])])["402g"]
    assert deferred.used == D(6500)
    assert deferred.missing == (
        (
            "acme: the books start on 2025-06-01: what went in before is not known; if it held "
            "nothing then, say so: basis add balance --account acme --date 2025-05-31 --value 0"
        ),
    )
    # without an opening the job may have begun then: it is for the saver to say
    late = pay(PAYDAYS[13:])
    assert room(late)["402g"].missing[0].startswith("acme: the books start on 2025-07-04")
    nothing = event(date(2025, 7, 3), K.BALANCE, 0, amount=None, value=D(0), where="t-1:1")
    assert room([nothing, *late])["402g"].missing == ()


def iras(
    magi: int | None, status: str = "single", traditional: int = 0
) -> tuple[RoomRow, set[str]]:
    """Return the Roth row of 2025 with 500.00 paid in, and the codes of the findings."""
    days = (date(2025, 1, 15), date(2025, 12, 30))
    paid = [event(days[0], K.CONTRIBUTION, 500, account="roth", sources=())]
    if traditional:
        paid.append(event(days[0], K.CONTRIBUTION, traditional, account="ira", sources=()))
    # rows of both ends of the year: nothing is missing
    paid += [event(day, K.EARNINGS, 1, account=name, sources=()) for name in IRAS for day in days]
    income = None if magi is None else D(magi)
    facts = ReturnFacts(where="", taxpayer="rose", year=2025, filing_status=status, magi=income)
    books = Books({"rose": ROSE}, IRAS, book_all(paid, IRAS), return_facts=(facts,))
    record = work_out(books, [2025]).of("rose", 2025)
    assert record is not None
    rows = {row.kind: row for row in room_of(record, books, date.max)}
    return rows["roth_ira"], {finding.code for finding in record.findings}


def test_income_reduces_what_may_go_to_roth_ira_to_the_next_ten_dollars() -> None:
    """2025, single: the range is 150,000 to 165,000 (Notice 2024-80), the limit 7,000.

    157,333: 7,000 x 7,333 / 15,000 = 3,422.07 off; 3,577.93 is 3,580 (IRC 219(g)(2)(C)).
    164,900: 7,000 x 14,900 / 15,000 = 6,953.33 off; 46.67 is 200 (IRC 219(g)(2)(B)).
    165,000: nothing. 150,000: all of it.
    """
    found = {magi: iras(magi)[0] for magi in (150_000, 157_333, 164_900, 165_000)}
    assert {magi: (row.limit, row.room, row.excess) for magi, row in found.items()} == {
        150_000: (D(7000), D(6500), D(0)),
        157_333: (D(3580), D(3080), D(0)),
        164_900: (D(200), D(0), D(300)),
        165_000: (D(0), D(0), D(500)),
    }


def test_traditional_contributions_take_of_the_room_for_roth_ira_too() -> None:
    """7,000 less 5,000 and 500 leaves 1,500 for both kinds, less than 3,580 less 500."""
    assert iras(157_333, traditional=5000)[0].room == D(1500)


def test_a_roth_limit_whose_income_is_not_recorded_is_not_known() -> None:
    for row, codes in (iras(None), iras(100_000, status="")):
        assert (row.limit, row.used, row.room, row.excess) == (None, D(500), None, None)
        assert (row.lacks, row.missing) == ("income", ())
        assert "depends on filing status and modified AGI" in row.note
        assert "roth_limit_not_known" in codes
    assert "roth_limit_not_known" not in iras(100_000)[1]


def two_employers(acme: int, bravo: int = 0) -> tuple[dict[str, RoomRow], dict[str, str], Money]:
    """Return the rows of 2025, the findings by code, and the person's own excess, at 55."""
    plans = {
        "acme": Account("acme", "rose", AccountKind.K401, employer="Acme", catch_up=False),
        "bravo": Account("bravo", "rose", AccountKind.K401, employer="Bravo"),
    }
    day = date(2025, 12, 19)
    paid = [
        event(day, K.CONTRIBUTION, dollars, account=name)
        for name, dollars in (("acme", acme), ("bravo", bravo))
        if dollars
    ]
    people = {"rose": Taxpayer("rose", "Rose Green", date(1970, 5, 1))}
    books = Books(people, plans, book_all(paid, plans))
    record = work_out(books, [2025]).of("rose", 2025)
    assert record is not None
    rows = room_of(record, books, date.max)
    assert room_json(record, rows)["401a30"]
    told = {finding.code: finding.message for finding in record.findings}
    return {row.kind: row for row in rows}, told, record.limits.deferrals.excess


def test_plans_without_catch_up_take_no_more_than_the_limit_that_is_for_everybody() -> None:
    """24,000 into Acme at 55, 2025: the person may defer 23,500 + 7,500, Acme take 23,500.

    500 is for the plan to correct (IRC 401(a)(30): the limit of 402(g)(1)(A); Treas. Reg.
    1.401(a)-30(a)); the person's excess is 0 (IRC 402(g)(1)(C)). As 414(v)(3)(A) frees only what a
    plan provides as catch-up, all 24,000 are annual additions.
    """
    rows, told, excess = two_employers(24000)
    mine = rows["401a30"]
    assert (mine.limit, mine.used, mine.room, mine.excess) == (D(23500), D(24000), D(0), D(500))
    assert (rows["402g"].room, excess) == (D(7000), D(0))
    assert (
        "Acme: 24,000.00 was deferred into plans without catch-up"
        in (told["deferrals_above_limit_of_employer"])
    )
    assert "the person's own excess is 0.00" in told["deferrals_above_limit_of_employer"]


def test_deferrals_into_plans_of_two_employers_are_counted_apart() -> None:
    """20,000 and 9,000: 29,000 is below 31,000, and Acme has 3,500 left, of which 2,000 fit."""
    rows, told, excess = two_employers(20000, 9000)
    assert (rows["401a30"].room, rows["402g"].room) == (D(2000), D(2000))
    assert ("deferrals_above_limit_of_employer" in told, excess) == (False, D(0))
    # 24,000 and 8,000: 1,000 is the person's own excess, 500 is Acme's to correct beside it
    rows, told, excess = two_employers(24000, 8000)
    assert (rows["401a30"].excess, excess) == (D(500), D(1000))
    assert "own excess is 1,000.00" in told["deferrals_above_limit_of_employer"]


def with_papers(
    events: Sequence[Event],
    papers: Sequence[tuple[str, str, dict[str, int]]],
    accounts: dict[str, Account] = ACCOUNTS,
    born: int = 1980,
) -> dict[str, RoomRow]:
    """Return the rows of 2025 with printed forms recorded: form, payer, boxes in dollars."""
    documents = tuple(
        TaxDocument("p.toml:1", "rose", 2025, form, payer, {box: D(n) for box, n in boxes.items()})
        for form, payer, boxes in papers
    )
    people = {"rose": Taxpayer("rose", "Rose Green", date(born, 5, 1))}
    books = Books(people, accounts, book_all(events, accounts), documents=documents)
    record = work_out(books, [2025]).of("rose", 2025)
    assert record is not None
    return {row.kind: row for row in room_of(record, books, date.max)}


LAST_YEAR = [date(2024, 12, 20)]


def test_a_form_w2_shows_what_went_in_at_least_where_no_row_does() -> None:
    """8,000 pre-tax and 2,000 Roth: of 23,500 at most 13,500 is left, of 70,000 at most 60,000."""
    rows = with_papers(pay(LAST_YEAR), [("W-2", "Acme", {"12D": 8000, "12AA": 2000, "12DD": 99})])
    deferred, added = rows["402g"], rows["415c"]
    assert (deferred.used, deferred.room, deferred.excess) == (D(10000), D(13500), None)
    assert (added.used, added.room, added.excess) == (D(10000), D(60000), None)
    assert deferred.is_partly_known
    assert deferred.missing == (
        "acme: the books have no row of 2025: what went in is not known",
        ("Form W-2 of Acme shows 2,000.00 in box 12AA, 8,000.00 in box 12D: at least that went in"),
    )
    # the form says nothing of IRAs
    assert rows["ira"].used is None


def test_catch_up_on_a_form_w2_is_no_addition() -> None:
    """At 55, 31,000 of deferrals may have 7,500 of catch-up: 23,500 of additions at least."""
    rows = with_papers(pay(LAST_YEAR), [("W-2", "Acme", {"12D": 31000})], born=1970)
    assert (rows["402g"].used, rows["402g"].room) == (D(31000), D(0))
    assert (rows["415c"].used, rows["415c"].room) == (D(23500), D(46500))


def test_rows_until_spring_and_a_form_w2_are_not_added_to_each_other() -> None:
    """4,000.00 by 11 April is among the 9,000 of the year; a smaller form adds nothing."""
    paper = [("W-2", "Acme", {"12D": 9000})]
    assert with_papers(pay(PAYDAYS[:8]), paper)["402g"].used == D(9000)
    less = with_papers(pay(PAYDAYS[:8]), [("W-2", "Acme", {"12D": 3000})])["402g"]
    assert (less.used, len(less.missing)) == (D(4000), 1)


def test_a_form_w2_that_contradicts_rows_of_all_the_year_is_left_to_the_tie_out() -> None:
    rows = with_papers(pay(PAYDAYS), [("W-2", "Acme", {"12D": 14000})])
    assert (rows["402g"].used, rows["402g"].missing) == (D(13000), ())


def test_the_form_w2_of_another_employer_counts_for_the_person_alone() -> None:
    """13,000 at Acme, rows and form, and 6,000 at Bravo: 23,500 - 19,000 is the most left."""
    papers = [("W-2", "Acme", {"12D": 13000}), ("W-2", "Bravo", {"12D": 6000})]
    rows = with_papers(pay(PAYDAYS), papers)
    assert (rows["402g"].used, rows["402g"].room) == (D(19000), D(4500))
    assert (rows["415c"].used, rows["415c"].missing) == (D(13000), ())
    # without a form of Acme the one of Bravo may be Acme's under another name
    alone = with_papers(pay(PAYDAYS), papers[1:])["402g"]
    assert alone.used == D(13000)
    assert alone.missing == (
        "Form W-2 of Bravo shows 6,000.00 in box 12D, and is not counted: it may be Acme",
    )


def test_a_form_5498_shows_what_went_into_an_ira_at_least() -> None:
    """4,000 and 500, of 7,000 at most 2,500 left; a recharacterized amount counts once."""
    days = (date(2025, 1, 15), date(2025, 12, 30))
    paid = [event(days[0], K.CONTRIBUTION, 500, account="roth", sources=())]
    paid += [event(day, K.EARNINGS, 1, account="roth", sources=()) for day in days]
    rows = with_papers(paid, [("5498", "ira", {"1": 4000})], IRAS)
    assert (rows["ira"].used, rows["ira"].room) == (D(4500), D(2500))
    assert rows["ira"].missing[-1] == (
        "Form 5498 of ira shows 4,000.00 in box 1: at least that went in"
    )
    assert rows["roth_ira"].used == D(500)
    moved = with_papers(paid, [("5498", "ira", {"1": 4000, "4": 4000})], IRAS)
    assert moved["ira"].used == D(500)


def test_a_form_5498_of_a_roth_ira_counts_to_both_limits_of_iras() -> None:
    """3,000 of 7,000 leave 4,000 at most; what of it income leaves for Roth IRAs is not known."""
    rows = with_papers([], [("5498", "roth", {"10": 3000})], IRAS)
    assert (rows["roth_ira"].used, rows["ira"].used) == (D(3000), D(3000))
    assert (rows["roth_ira"].room, rows["ira"].room) == (None, D(4000))


def test_a_form_5498_that_agrees_with_the_rows_tells_that_none_is_missing() -> None:
    """A backdoor in January: 7,000 of 7,000, and its form says that this was all."""
    paid = [event(date(2025, 1, 15), K.CONTRIBUTION, 7000, account="ira", sources=())]
    open_ = with_papers(paid, [("5498", "roth", {"10": 0})], IRAS)["ira"]
    assert open_.excess is None
    assert any("basis record 5498" in words and "--payer ira" in words for words in open_.missing)
    told = with_papers(paid, [("5498", "roth", {"10": 0}), ("5498", "ira", {"1": 7000})], IRAS)
    assert (told["ira"].used, told["ira"].room, told["ira"].excess) == (D(7000), D(0), D(0))
    assert told["ira"].missing == ()
