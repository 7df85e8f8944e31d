"""Balances and totals that a statement states: read, dated, and held against the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.importers.base import Head
from ledger.importers.files import load
from ledger.importers.read import ALL, read_file
from ledger.importers.reading import ClosingBalance, Reading, StatedTotal
from ledger.money import Money
from ledger.statement_import.answers import GivenAnswer
from ledger.statement_import.stages import ImportOptions
from tests.statement_import.desk import asked, books, day, draft_all, reading, row
from tests.statement_import.test_overlap import Shelf

FOLDER = Path(__file__).parents[2] / "fixtures" / "balances"
FILES = sorted(path for path in FOLDER.glob("*/*") if not path.name.endswith(".stated.txt"))
NOW = date(2026, 11, 1)
ACME = ImportOptions(account="acme")


def shown(read: Reading) -> str:
    lines = [f"importer {read.importer}", f"period   {read.period or '-'}"]
    lines += [
        f"balance  {c.where}  {c.day or 'day not said'}  {c.source or c.source_text or 'all'}  "
        f"{c.value}"
        for c in read.closing
    ]
    lines += [f"got      {t.where}  {t.source}  {t.amount}" for t in read.totals]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_what_a_statement_states(path: Path, golden: Callable[[str, str], None]) -> None:
    assert sum(i.answers(Head.of(load(path).text)) for i in ALL) == 1
    golden(f"balances/{path.parent.name}/{path.name}.stated.txt", shown(read_file(path, now=NOW)))


def test_a_total_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    for path in (FILES[0], FOLDER / "transamerica_funds" / "fund-holdings.csv"):
        text = path.read_text().replace("11,225.50", "11,225.51").replace("17,000.00", "17,000.01")
        (tmp_path / path.name).write_text(text)
        with pytest.raises(LedgerError) as caught:
            read_file(tmp_path / path.name, now=NOW)
        assert caught.value.code == "bad_total"


def test_undated_balances_ask_for_their_day_and_are_booked_where_a_market_made_them() -> None:
    read = read_file(FOLDER / "transamerica" / "source-balance.csv", now=NOW)
    (draft,) = draft_all([read], options=ACME)
    assert asked(draft) == [("balance_date_unknown", 2)]
    held = books([_opening("pre_tax", "6100"), _opening("roth", "2000")])
    given = [GivenAnswer("balance_date_unknown", "1999-12-31", line=2)]
    (draft,) = draft_all([read], given, before=held, options=ACME)
    # a gain of 50.00 on 2,000.00 of Roth is one; a match that no row ever brought is none
    stated = {made.event.source: made.event.value for made in draft.drafts}
    assert (stated[Source.ROTH], Source.MATCH in stated) == (Money.dollars(2050), False)
    assert [one.words for one in draft.differences] == [
        "acme:match: 3,075.50 stated, 0.00 in the ledger, difference 3,075.50",
    ]
    with pytest.raises(LedgerError, match="is not a day"):
        draft_all([read], [replace(given[0], answer="12/31/1999")], options=ACME)


def test_a_source_that_is_not_known_is_asked_once_for_the_plan() -> None:
    read = read_file(FOLDER / "fidelity_statement_lines" / "statement.txt", now=NOW)
    (draft,) = draft_all([read], options=ACME)
    assert asked(draft) == [("balance_date_unknown", 2), ("source_unknown", 8)]
    assert draft.questions[1].general


def _opening(source: str, value: str) -> Event:
    money = Money.parse(value)
    taxed = money if source == "roth" else Money(0)
    sources = (Source(source),)
    return Event(
        "a:1", day(1), "acme", EventKind.OPENING, value=money, basis=taxed, sources=sources
    )


def test_contributions_that_are_missing_are_named_with_the_silent_days() -> None:
    # paydays every 14 days; the third and fourth are in no file
    paid = [row(n, "acme", "contribution", "100", source="pre_tax") for n in (1, 15, 57, 71)]
    shelf = Shelf()
    shelf.bring(reading(paid, plan=True))
    total = StatedTotal("s.txt:7", day(1), day(71), "", Source.PRE_TAX, Money.dollars(600))
    statement = Reading(
        "s.txt", "00", "fidelity_statement", (), plan=True, totals=(total,), account="0990011"
    )
    (draft,) = draft_all([statement], before=shelf.books(), options=ACME)
    (difference,) = draft.differences
    assert difference.words == (
        f"contributions to acme:pre_tax, {day(1)} to {day(71)}: 600.00 stated, 400.00 in the "
        f"ledger, difference 200.00; no contribution from {day(15) + timedelta(days=1)} to "
        f"{day(57) - timedelta(days=1)}"
    )
    exact = replace(statement, totals=(replace(total, amount=Money.dollars(400)),))
    (draft,) = draft_all([exact], before=shelf.books(), options=ACME)
    assert draft.differences == []


def test_totals_of_a_file_with_rows_are_a_note() -> None:
    total = StatedTotal("a.qfx:9", day(1), day(9), "", Source.PRE_TAX, Money.dollars(600))
    rows = [row(5, "acme", "contribution", "100", source="pre_tax")]
    (draft,) = draft_all([reading(rows, plan=True, totals=(total,))])
    assert draft.differences == []
    assert draft.notes[0].startswith("contributions to acme:pre_tax, 1999-03-01 to 1999-03-09")


def test_a_balance_that_differs_names_the_stretch_in_which_paychecks_are_missing() -> None:
    # paydays every 14 days of a year; the file from day 113 to day 210 was never imported
    paydays = [n for n in range(1, 365, 14) if not 113 <= n <= 210]
    paid = [row(n, "acme", "contribution", "100", source="pre_tax") for n in paydays]
    shelf = Shelf()
    shelf.bring(reading(paid, plan=True))
    stated = ClosingBalance("s.txt:3", day(365), "", Money.dollars(2600), Source.PRE_TAX)
    statement = Reading(
        "s.txt", "00", "fidelity_statement", (), plan=True, closing=(stated,), account="0990011"
    )
    (draft,) = draft_all([statement], before=shelf.books(), options=ACME)
    (difference,) = draft.differences
    assert difference.words == (
        "acme:pre_tax: 2,600.00 stated, 1,900.00 in the ledger, difference 700.00; no "
        f"contribution from {day(100)} to {day(210)} (about 7 paydays, 700.00)"
    )
    whole = replace(statement, closing=(replace(stated, value=Money.dollars(1900)),))
    (draft,) = draft_all([whole], before=shelf.books(), options=ACME)
    assert draft.differences == []


def test_the_balance_of_an_ira_without_transactions_is_held_against_the_books(
    tmp_path: Path,
) -> None:
    text = (
        "<OFX><INVSTMTRS><DTASOF>{day}<CURDEF>USD<INVACCTFROM><ACCTID>234567890</INVACCTFROM>"
        "<INVPOSLIST><POSMF><INVPOS><MKTVAL>6500.25</INVPOS></POSMF></INVPOSLIST>"
        "</INVSTMTRS></OFX>"
    )
    held = books([Event("a:1", day(1), "trad", EventKind.CONTRIBUTION, Money.dollars(6000))])
    drafts = []
    for when in ("20251130", "20251231"):
        (tmp_path / "ira.qfx").write_text(text.format(day=when))
        drafts += draft_all([read_file(tmp_path / "ira.qfx", now=NOW)], before=held)
    november, december = drafts
    assert (asked(november), november.drafts, november.account) == ([], [], "trad")
    assert "trad on 2025-11-30: 6,500.25 stated, 6,000.00 in the books" in november.notes[0]
    assert asked(december) == [("year_end_value", 1)]
