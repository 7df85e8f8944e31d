"""hledger and beancount: the real programs read the journals and come to our balances."""

from __future__ import annotations

import csv
import shutil
import subprocess
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest

from exports.plain_text import beancount_text, hledger_text
from ledger.balances.days import Fold
from ledger.books import Books
from ledger.chart import Account, AccountKind, Outside, Pool, Taxpayer, outside
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.journal import Balance, Journal, JournalEntry, Posting
from ledger.law.figures import years_on_file
from ledger.money import ZERO, Money
from ledger.scenario import read
from ledger.views.whole_journal import whole_journal
from tests.exports.sample import HOSTILE

STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"
HLEDGER, BEAN_CHECK = shutil.which("hledger"), shutil.which("bean-check")
needs_hledger = pytest.mark.skipif(HLEDGER is None, reason="hledger is not installed")
needs_beancount = pytest.mark.skipif(BEAN_CHECK is None, reason="bean-check is not installed")


def run(program: str | None, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [str(program), *words], capture_output=True, text=True, env=environment, check=False
    )


def story(name: str) -> tuple[Journal, Books] | None:
    """Work a worked example out over all its years; None when the law refuses one of them."""
    books = read(STORIES / f"{name}.toml").books
    years = {e.day.year for e in books.entries} | {e.event.tax_year for e in books.entries}
    worked = work_out(books, range(min(years), max(years) + 1))
    return None if worked.refused else (whole_journal(books, worked, max(years)), books)


def stories() -> list[tuple[str, Journal, Books]]:
    names = [p.stem for p in sorted(STORIES.glob("*.toml")) if not p.stem.startswith("refuse-")]
    return [(name, *told) for name in names if (told := story(name)) is not None]


TWO_THOUSAND = Money(200_000)
PAY, ACME = outside(Outside.PAY), Pool("acme", "after_tax")
ROSE = Books(
    {"rose": Taxpayer("rose", "Rose Green")},
    {
        "acme": Account("acme", "rose", AccountKind.K401),
        "roth1": Account("roth1", "rose", AccountKind.ROTH_IRA),
    },
    (),
    chain_head="3f9c" * 16,
)


def entry(memo: str = "", *, where: str = "history.csv:8", cite: str = "") -> JournalEntry:
    amount = Money(200_000)
    made = Event(where, date(2024, 3, 1), "acme", EventKind.CONTRIBUTION, memo=memo)
    legs = (Posting(ACME, amount, amount), Posting(PAY, -amount, -amount))
    return JournalEntry(made, legs, "contribution", derived=bool(cite), cite=cite)


def rose(*entries: JournalEntry, closing: Money = TWO_THOUSAND) -> Journal:
    return Journal(entries, (Balance(date(2024, 12, 31), ACME, closing, closing),))


GOLDEN_HLEDGER = """
2024-03-01 * contribution | March
  ; from history.csv line 8
  Assets:Rose:Acme:After-Tax                           2000.00 USD
  Assets:Rose:Acme:After-Tax                           2000.00 BASIS
  Income:Contributions                                -2000.00 USD
  Income:Contributions                                -2000.00 BASIS

2024-12-31 * balances at year end
  Assets:Rose:Acme:After-Tax                    0.00 USD =* 2000.00 USD
  Assets:Rose:Acme:After-Tax                    0.00 BASIS =* 2000.00 BASIS
"""
GOLDEN_BEANCOUNT = """
2024-03-01 * "contribution" "March"
  from: "history.csv:8"
  Assets:Rose:Acme:After-Tax                           2000.00 USD
  Assets:Rose:Acme:After-Tax                           2000.00 BASIS
  Income:Contributions                                -2000.00 USD
  Income:Contributions                                -2000.00 BASIS

2025-01-01 balance Assets:Rose:Acme:After-Tax                    2000.00 ~ 0.00 USD
2025-01-01 balance Assets:Rose:Acme:After-Tax                    2000.00 ~ 0.00 BASIS
"""


def test_an_entry_reads_like_this() -> None:
    assert hledger_text(rose(entry("March")), ROSE).endswith(GOLDEN_HLEDGER)
    assert beancount_text(rose(entry("March")), ROSE).endswith(GOLDEN_BEANCOUNT)
    assert f"; Chain head of the ledger: {'3f9c' * 16}\n" in hledger_text(rose(entry()), ROSE)


def test_entries_of_the_law_are_marked() -> None:
    derived = rose(entry(cite="IRC 72(e)(8)"))
    assert "\n  ; derived: worked out (IRC 72(e)(8))\n" in hledger_text(derived, ROSE)
    assert '* "contribution" #derived\n' in beancount_text(derived, ROSE)
    assert '\n  cite: "IRC 72(e)(8)"\n' in beancount_text(derived, ROSE)


def test_no_two_accounts_share_a_name() -> None:
    pools = (Pool("a_b"), Pool("a-b"), Pool("A b"), Pool("é"), Pool("_"))
    legs = tuple(Posting(pool, Money(1)) for pool in pools)
    event = Event("x.csv:1", date(2024, 1, 2), "a_b", EventKind.EARNINGS)
    one = JournalEntry(event, (*legs, Posting(PAY, Money(-5))), "gain")
    text = hledger_text(Journal((one,), ()), ROSE)
    assert [line.split()[1] for line in text.splitlines() if line.startswith("account ")] == [
        "Assets:A-B",
        "Assets:A-B-2",
        "Assets:A-B-3",
        "Assets:X",
        "Assets:X-2",
        "Income:Contributions",
    ]


HOSTILE_MEMOS = (
    *HOSTILE,
    "date:1999-01-01, a:b [2020-02-02=2020-03-03] ; date: x",
    'quote " and backslash \\ and \\" both \\',
    "two\nlines\r\n1999-01-01 open Assets:X",
    "| pipes | (code) ! * {1} @ 5 USD = 0",
    "m" * 600,
)


def hostile() -> Journal:
    """Every memo also stands as a place; a place before a colon would be a tag to hledger."""
    entries = [entry(memo, where=f"{memo}:3") for memo in HOSTILE_MEMOS]
    return rose(*entries, closing=Money(200_000 * len(entries)))


def test_memos_leave_no_control_characters_and_no_tax_ids() -> None:
    for text in (hledger_text(hostile(), ROSE), beancount_text(hostile(), ROSE)):
        assert not [c for c in text if ord(c) < 32 and c != "\n"]
        assert "\u202e" not in text
        assert "123-45-6789" not in text


@needs_hledger
def test_hledger_takes_hostile_memos_as_text(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    path.write_text(hledger_text(hostile(), ROSE), "utf-8")
    assert run(HLEDGER, "-f", str(path), "check", "--strict").stderr == ""
    dates = run(HLEDGER, "-f", str(path), "register", "-O", "csv", "not:desc:balances").stdout
    assert {row["date"] for row in csv.DictReader(StringIO(dates))} == {"2024-03-01"}
    tags = set(run(HLEDGER, "-f", str(path), "tags").stdout.split())
    assert tags <= {"derived"}


@needs_beancount
def test_beancount_takes_hostile_memos_as_text(tmp_path: Path) -> None:
    path = tmp_path / "x.beancount"
    path.write_text(beancount_text(hostile(), ROSE), "utf-8")
    checked = run(BEAN_CHECK, "--no-cache", str(path))
    assert (checked.returncode, checked.stderr) == (0, "")


@needs_hledger
def test_hledger_finds_the_balances_of_every_worked_example(tmp_path: Path) -> None:
    told = stories()
    assert len(told) > 80
    for name, journal, books in told:
        path = tmp_path / f"{name}.journal"
        path.write_text(hledger_text(journal, books), "utf-8")
        checked = run(HLEDGER, "-f", str(path), "check", "--strict")
        assert (checked.returncode, checked.stderr) == (0, ""), name


@needs_beancount
@pytest.mark.parametrize("name", ["mega-backdoor-year", "divorce-transfer", "chain-three-years"])
def test_beancount_finds_the_balances(name: str, tmp_path: Path) -> None:
    told = story(name)
    assert told is not None
    path = tmp_path / "x.beancount"
    path.write_text(beancount_text(*told), "utf-8")
    checked = run(BEAN_CHECK, "--no-cache", str(path))
    assert (checked.returncode, checked.stderr) == (0, "")


@needs_hledger
@pytest.mark.parametrize("name", ["mega-backdoor-year", "divorce-transfer", "chain-three-years"])
def test_hledger_has_our_balance_of_every_account_on_every_day(name: str, tmp_path: Path) -> None:
    told = story(name)
    assert told is not None
    journal, books = told
    path = tmp_path / "x.journal"
    path.write_text(hledger_text(journal, books), "utf-8")
    days = sorted({one.day for one in journal.entries if not _is_year_end(one)})
    for day in days[:: max(1, len(days) // 12)]:
        fold = Fold(books)
        fold.through(day)
        ours = {
            (_words(pool), unit): amount
            for account in books.accounts.values()
            for pool in fold.balances.pools_of(account.id)
            for unit, amount in (("USD", fold.balances.value(pool)), ("BASIS", _basis(fold, pool)))
            if amount
        }
        until = (day + timedelta(1)).isoformat()
        shown = run(HLEDGER, "-f", str(path), "bal", "-e", until, "-O", "csv", "^Assets:").stdout
        assert _of_hledger(shown) == ours, day


def _is_year_end(one: JournalEntry) -> bool:
    return one.event.kind is EventKind.CLOSING


def _basis(fold: Fold, pool: Pool) -> Money:
    return fold.balances.basis(pool)


def _words(pool: Pool) -> str:
    """Name a pool by the end of its account's name, in small letters without marks."""
    return "".join(c for c in f"{pool.account}{pool.source}".lower() if c.isalnum())


def _of_hledger(shown: str) -> dict[tuple[str, str], Money]:
    found = {}
    for row in csv.DictReader(StringIO(shown)):
        parts = row["account"].split(":")[2:]
        if row["account"] == "total" or parts in (["Traditional-IRAs"], ["Roth-IRAs"]):
            continue
        own = [part for part in parts if part not in ("Traditional-IRAs", "Roth-IRAs")]
        name = "".join(c for c in "".join(own).lower() if c.isalnum())
        for amount in row["balance"].split(", "):
            number, _, unit = amount.partition(" ")
            if number != "0":
                found[name, unit] = Money.parse(number)
    return found


@pytest.mark.parametrize("column", ["value", "basis"])
def test_a_cent_too_much_is_found_by_the_programs(column: str, tmp_path: Path) -> None:
    journal = rose(entry())
    off = {"value": Money(200_000), "basis": Money(200_000), column: Money(200_001)}
    wrong = Journal(journal.entries, (Balance(date(2024, 12, 31), ACME, **off),))
    if HLEDGER is None and BEAN_CHECK is None:
        pytest.skip("neither hledger nor bean-check is installed")
    if HLEDGER is not None:
        path = tmp_path / "x.journal"
        path.write_text(hledger_text(wrong, ROSE), "utf-8")
        assert "balance assertion" in run(HLEDGER, "-f", str(path), "check").stderr
    if BEAN_CHECK is not None:
        path = tmp_path / "x.beancount"
        path.write_text(beancount_text(wrong, ROSE), "utf-8")
        assert "Balance failed" in run(BEAN_CHECK, "--no-cache", str(path)).stderr


# The whole journal.


def test_the_journal_comes_to_the_records_whatever_the_story() -> None:
    for name, journal, _ in stories():
        for balance in journal.balances:
            if balance.value is not None:
                held = _total(journal, balance.pool, balance.day)
                assert held == balance.value, (name, balance)


def _total(journal: Journal, pool: Pool, day: date) -> Money:
    return Money.total(
        posting.value
        for one in journal.entries
        if one.day <= day
        for posting in one.postings
        if posting.pool == pool
    )


def test_basis_as_filed_in_place_of_the_books_is_an_entry(tmp_path: Path) -> None:
    first, *_ = years_on_file()
    path = tmp_path / "filed.toml"
    path.write_text(
        f"""
[scenario]
title = "A filed Form 8606 states another basis"
tax_years = [{first}, {first + 1}]
[[taxpayer]]
id = "rose"
name = "Rose Green"
born = 1970-05-01
[[account]]
id = "ira"
owner = "rose"
kind = "traditional_ira"
[[opening_basis]]
taxpayer = "rose"
as_of = {first + 1}-01-01
traditional_ira = 4000.00
[[event]]
date = {first}-03-01
account = "ira"
kind = "contribution"
amount = 5000.00
[[event]]
date = {first + 1}-03-01
account = "ira"
kind = "contribution"
amount = 1000.00
""",
        "utf-8",
    )
    books = read(path).books
    worked = work_out(books, [first, first + 1])
    assert not worked.refused
    journal = whole_journal(books, worked, first + 1)
    (filed,) = [one for one in journal.entries if "as filed" in one.reason]
    assert [(p.value, p.basis) for p in filed.postings] == [
        (ZERO, Money(-100_000)),
        (ZERO, Money(100_000)),
    ]
    assert (filed.day, filed.cite) == (date(first + 1, 1, 1), "Form 8606, line 14")
