"""Facts that nobody stated are said, and money that gained before it came in is not new money."""

from __future__ import annotations

from datetime import date

from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import Account, AccountKind, Source, Taxpayer
from ledger.closing import Worked, work_out
from ledger.events import UNSAID, Event, EventKind
from ledger.money import Money
from ledger.records import OpeningBasis

K = EventKind
D = Money.dollars
ROSE = Taxpayer("rose", "Rose Green", date(1980, 5, 1))
ACCOUNTS = {
    "acme": Account("acme", "rose", AccountKind.K401),
    "ira": Account("ira", "rose", AccountKind.TRADITIONAL_IRA),
    "roth": Account("roth", "rose", AccountKind.ROTH_IRA),
}


def event(day: date, kind: EventKind, amount: Money | None = None, **more: object) -> Event:
    fields = {"account": "ira", "where": f"a.csv:{day:%m%d}", **more}
    return Event(day=day, kind=kind, amount=amount, **fields)  # type: ignore[arg-type]


def worked(*events: Event, stated: bool = False) -> Worked:
    basis = (OpeningBasis("f8606", "rose", date(2025, 1, 1), D(0)),) if stated else ()
    return work_out(Books({"rose": ROSE}, ACCOUNTS, book_all(events, ACCOUNTS), basis), [2025])


def codes(result: Worked) -> set[str]:
    record = result.of("rose", 2025)
    assert record is not None, result.refused
    return {finding.code for finding in record.findings}


PAID_IN = event(date(2025, 1, 3), K.CONTRIBUTION, D(7000))
CONVERTED = event(date(2025, 2, 3), K.CONVERSION, D(7000), to="roth")
EMPTY = event(date(2025, 12, 31), K.BALANCE, value=D(0))


def test_a_dividend_before_any_money_shows_that_the_ira_is_older_than_the_books() -> None:
    dividend = event(date(2025, 1, 2), K.EARNINGS, D(312))
    assert [f.code for f in worked(dividend, PAID_IN, CONVERTED).refused] == [
        "missing_opening_basis"
    ]
    assert worked(dividend, PAID_IN, CONVERTED, stated=True).refused == ()


def test_a_dividend_of_the_day_on_which_the_money_comes_in_shows_nothing() -> None:
    """Downloads show a day in one order or the other, and the books must not depend on it."""
    dividend = event(date(2025, 1, 3), K.EARNINGS, D(3))
    for order in ((dividend, PAID_IN), (PAID_IN, dividend)):
        assert worked(*order, CONVERTED).refused == ()


def test_a_statement_balance_before_any_money_shows_it_too() -> None:
    other = event(date(2025, 1, 1), K.BALANCE, value=D(50000))
    assert [f.code for f in worked(other, PAID_IN, CONVERTED).refused] == ["missing_opening_basis"]


def test_a_dividend_left_over_after_a_conversion_is_no_older_money() -> None:
    residue = event(date(2025, 2, 28), K.EARNINGS, D(3))
    assert worked(PAID_IN, CONVERTED, residue).refused == ()


def test_what_nobody_stated_is_a_warning_and_stating_it_clears_it() -> None:
    unstated = codes(worked(PAID_IN, CONVERTED))
    assert {"opening_basis_not_stated", "year_end_value_not_stated"} <= unstated
    stated = codes(worked(PAID_IN, CONVERTED, EMPTY, stated=True))
    assert not {"opening_basis_not_stated", "year_end_value_not_stated"} & stated


def test_an_ira_that_starts_in_a_later_year_needs_no_balance_of_this_one() -> None:
    accounts = ACCOUNTS | {"two": Account("two", "rose", AccountKind.TRADITIONAL_IRA)}
    later = event(date(2026, 7, 15), K.CONTRIBUTION, D(7500), account="two", year=2026)
    events = [PAID_IN, CONVERTED, later]
    for known, severity in ((events, "info"), (events[:2], "warning")):
        books = Books({"rose": ROSE}, accounts, book_all(known, accounts))
        record = work_out(books, [2025]).of("rose", 2025)
        assert record is not None
        found = {f.where: f for f in record.findings if f.code == "year_end_value_not_stated"}
        # one without any row may be one whose statements are missing
        assert [found[name].severity for name in ("ira", "two")] == ["warning", severity]
        assert ("its rows start on 2026-07-15" in found["two"].message) is (severity == "info")


def test_basis_that_nobody_stated_is_asked_for_as_of_the_first_year_of_the_books() -> None:
    """Taking 0 for a later year would wipe out the basis that the books carry into it."""
    before = event(date(2024, 1, 3), K.CONTRIBUTION, D(6000), year=2024)
    record = worked(before, PAID_IN, CONVERTED).of("rose", 2025)
    assert record is not None
    told = {f.code: f.message for f in record.findings}
    assert "--year 2023 --line14 0" in told["opening_basis_not_stated"]
    assert "--year 2024 --line14 6000.00" in told["form_8606_not_recorded"]


def test_line_6_names_each_account_and_where_its_value_comes_from() -> None:
    left = event(date(2025, 12, 31), K.BALANCE, value=D(500))
    part = event(date(2025, 2, 3), K.CONVERSION, D(6500), to="roth")
    record = worked(PAID_IN, part, left, stated=True).of("rose", 2025)
    assert record is not None
    assert record.f8606.line("6").words == "balances on December 31: ira 500.00 (statement)"
    assert record.f8606.line("6").evidence == ("a.csv:1231",)


def test_roth_money_of_unknown_age_is_said() -> None:
    opened = event(
        date(2025, 1, 1), K.OPENING, account="acme", sources=(Source.ROTH,), value=D(9), basis=D(8)
    )
    assert "first_roth_year_not_known" in codes(worked(opened))


def test_a_form_that_was_due_and_is_not_recorded_is_said_the_year_after() -> None:
    late = event(date(2025, 4, 8), K.CONTRIBUTION, D(7000), year=2024)
    converted = event(date(2025, 4, 17), K.CONVERSION, D(7000), to="roth")
    assert "form_8606_not_recorded" in codes(worked(late, converted, EMPTY))


def test_after_tax_money_older_than_the_books_is_refused_when_it_is_converted() -> None:
    source = (Source.AFTER_TAX,)
    gain = event(date(2025, 1, 2), K.EARNINGS, D(90), account="acme", sources=source)
    paid = event(date(2025, 1, 9), K.CONTRIBUTION, D(2000), account="acme", sources=source)
    out = event(date(2025, 2, 9), K.IN_PLAN_CONVERSION, D(2090), account="acme", sources=source)
    assert [f.code for f in worked(gain, paid, out).refused] == ["missing_opening_basis"]
    assert worked(paid, gain, out).refused != ()  # by day: the gain still comes first
    opened = event(
        date(2025, 1, 1), K.OPENING, account="acme", sources=source, value=D(100), basis=D(90)
    )
    record = worked(opened, gain, paid, out).of("rose", 2025)
    assert record is not None
    assert record.f1040.amount("5b") == Money(9543)  # 2,090 x 100 of gain in 2,190


def plan(day: date, kind: EventKind, amount: Money | None = None, **more: object) -> Event:
    return event(day, kind, amount, account="acme", sources=(Source.AFTER_TAX,), **more)


PAID = plan(date(2025, 1, 31), K.CONTRIBUTION, D(2000))
MOVED = plan(date(2025, 2, 5), K.IN_PLAN_CONVERSION, D(2000))


def test_a_plan_that_paid_more_than_the_books_held_may_hold_more_than_nothing() -> None:
    match = {"account": "acme", "sources": (Source.MATCH,)}
    paid_in = event(date(2025, 1, 31), K.CONTRIBUTION, D(1000), **match)
    out = event(date(2025, 6, 2), K.DISTRIBUTION, D(1500), reason=UNSAID, **match)
    assert "plan_value_not_stated" in codes(worked(paid_in, out))
    nothing = event(date(2025, 12, 31), K.BALANCE, value=D(0), account="acme")
    assert "plan_value_not_stated" not in codes(worked(paid_in, out, nothing))


def test_a_balance_of_one_source_says_nothing_of_the_others() -> None:
    match = {"account": "acme", "sources": (Source.MATCH,)}
    paid_in = event(date(2025, 1, 31), K.CONTRIBUTION, D(1000), **match)
    stated = plan(date(2025, 12, 31), K.BALANCE, value=D(2100))
    record = worked(PAID, paid_in, stated).of("rose", 2025)
    assert record is not None
    (message,) = (f.message for f in record.findings if f.code == "plan_value_not_stated")
    assert "is recorded of match;" in message
    assert "--account acme --source match --date 2025-12-31" in message


def gains_said(*events: Event) -> list[str]:
    record = worked(*events).of("rose", 2025)
    assert record is not None
    return [f.message for f in record.findings if f.code == "gain_at_conversion_not_stated"]


def test_a_conversion_at_book_value_of_money_that_waited_is_said() -> None:
    (message,) = gains_said(PAID, MOVED)
    assert message.startswith("acme: an in-plan conversion of after-tax money, 2,000.00, without")
    later = (
        plan(date(2025, 3, 31), K.CONTRIBUTION, D(500)),
        plan(date(2025, 4, 3), K.IN_PLAN_CONVERSION, D(500)),
    )
    (message,) = gains_said(PAID, MOVED, *later)
    assert message.startswith("acme: 2 in-plan conversions of after-tax money, 2,500.00, without")


def test_a_conversion_is_not_said_where_the_books_show_what_the_money_was_worth() -> None:
    grown = plan(date(2025, 2, 4), K.EARNINGS, D(8))
    assert gains_said(PAID, grown, plan(date(2025, 2, 5), K.IN_PLAN_CONVERSION, D(2008))) == []
    worth = plan(date(2025, 2, 5), K.BALANCE, value=D(2000))
    assert gains_said(PAID, worth, MOVED) == []
    # converted on the day on which it came in: there was no time for a gain
    same_day = plan(date(2025, 1, 31), K.IN_PLAN_CONVERSION, D(2000))
    assert gains_said(PAID, same_day) == []


def test_money_that_was_there_on_the_first_of_january_waited() -> None:
    before = plan(date(2024, 12, 31), K.CONTRIBUTION, D(2000))
    assert len(gains_said(before, plan(date(2025, 1, 3), K.IN_PLAN_CONVERSION, D(2000)))) == 1


def test_a_later_year_says_that_its_line_2_rests_on_a_value_nobody_stated() -> None:
    """What is left of 7,000 after 6,000 were converted: of what value is not known."""
    partly = event(date(2024, 2, 3), K.CONVERSION, D(6000), to="roth")
    paid_in = event(date(2024, 1, 3), K.CONTRIBUTION, D(7000))
    left = event(date(2024, 12, 31), K.BALANCE, value=D(1400))
    opened = (OpeningBasis("f8606", "rose", date(2024, 1, 1), D(0)),)

    def told(*events: Event, years: tuple[int, ...] = (2025,)) -> dict[str, str]:
        listed = book_all((paid_in, partly, *events), ACCOUNTS)
        books = Books({"rose": ROSE}, ACCOUNTS, listed, opened)
        record = work_out(books, years).of("rose", 2025)
        assert record is not None
        return {finding.code: finding.message for finding in record.findings}

    rests = told(PAID_IN, CONVERTED, EMPTY)
    assert "for 2024, worked out with" in rests["basis_of_unstated_values"]
    assert "--line14 …" in rests["form_8606_not_recorded"]
    assert told(PAID_IN, CONVERTED, EMPTY, years=(2024, 2025)) == rests
    stated = told(left, PAID_IN, CONVERTED, EMPTY)
    assert "basis_of_unstated_values" not in stated
    assert "--line14 1" in stated["form_8606_not_recorded"]


def test_a_taxed_roth_distribution_says_that_no_earlier_history_is_recorded() -> None:
    put_in = event(date(2025, 2, 3), K.CONTRIBUTION, D(7000), account="roth")
    grown = event(date(2025, 6, 2), K.EARNINGS, D(500), account="roth")
    basis_alone = event(date(2025, 9, 2), K.DISTRIBUTION, D(7000), account="roth")
    more = event(date(2025, 9, 3), K.DISTRIBUTION, D(200), account="roth")
    said = "roth_history_taken_as_none"
    assert said not in codes(worked(put_in, grown, basis_alone))
    assert said in codes(worked(put_in, grown, basis_alone, more))
