"""Events typed by hand are booked once, shown in the register and taken back by reversal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result

from cli import show, stated_value
from ledger.events import RECORDED_KINDS

Basis = Callable[..., Result]
DEPOSIT = ("add", "contribution", "--account", "ira", "--date", "2025-01-03", "--amount", "7,000")


def _register(basis: Basis, account: str) -> list[dict[str, object]]:
    entries = json.loads(basis("register", account, "--json").stdout)["entries"]
    assert isinstance(entries, list)
    return entries


def test_a_typed_event_is_booked_with_value_and_basis(household: Basis) -> None:
    done = household(
        *("add", "contribution", "--account", "acme", "--source", "After-Tax"),
        *("--date", "2025-01-31", "--amount", "2000.00"),
    )
    assert done.exit_code == 0, done.output
    entry = _register(household, "acme")[0]
    assert entry["postings"] == [
        {"pool": "acme:after_tax", "value": "2000.00", "basis": "2000.00"},
        {"pool": "outside:pay", "value": "-2000.00", "basis": "-2000.00"},
    ]


def test_the_same_event_twice_is_asked_about(household: Basis) -> None:
    assert household(*DEPOSIT).exit_code == 0
    refused = household(*DEPOSIT)
    assert refused.exit_code == 2
    assert "--again" in refused.stderr
    assert household(*DEPOSIT, "--again").exit_code == 0
    assert household(*DEPOSIT, "--again").exit_code == 0
    assert len(_register(household, "ira")) == 3


STATEMENT = """Run Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity,\
Commission ($),Fees ($),Accrued Interest ($),Amount ($),Settlement Date
01/17/2025,"Traditional IRA","1",CONVERSION TO ROTH (Cash), ,,Cash,,0.000,,,,-7000,
01/06/2025,"Traditional IRA","1",CASH CONTRIBUTION CURRENT YEAR (Cash), ,,Cash,,0.000,,,,7000,
"""


@pytest.mark.parametrize(
    "typed",
    [
        ("conversion", "--to", "roth1", "--date", "2025-01-17", "--amount", "7000"),
        ("conversion", "--to", "roth1", "--date", "2025-01-15", "--amount", "7000"),
        ("contribution", "--date", "2025-01-06", "--amount", "7000", "--year", "2025"),
    ],
)
def test_what_a_statement_has_brought_is_not_typed_again_unasked(
    household: Basis, typed: tuple[str, ...]
) -> None:
    Path("statement.csv").write_text(STATEMENT)
    answers = [{"code": "partner_unknown", "line": 2, "answer": "roth1"}]
    Path("answers.json").write_text(json.dumps(answers))
    brings = ("import", "statement.csv", "--account", "ira", "--answers", "answers.json", "--yes")
    assert household(*brings).exit_code == 0
    kind, *fields = typed
    before = len(_register(household, "ira"))
    refused = household("add", kind, "--account", "ira", *fields)
    assert refused.exit_code == 2
    assert "statement.csv:" in refused.stderr
    assert "--again" in refused.stderr
    assert len(_register(household, "ira")) == before
    assert household("add", kind, "--account", "ira", *fields, "--again").exit_code == 0
    assert len(_register(household, "ira")) == before + 1


def test_every_kind_that_can_be_typed_has_its_fields() -> None:
    assert all(kind.spec.fields for kind in RECORDED_KINDS)


def test_an_entry_is_taken_back_and_may_be_typed_anew(household: Basis) -> None:
    household(*DEPOSIT)
    number = str(_register(household, "ira")[0]["entry"])
    assert household("reverse", number, "--why", " ").exit_code == 2
    assert household("reverse", number, "--why", "typed twice").exit_code == 0
    entries = _register(household, "ira")
    assert [entry["reversed"] for entry in entries] == [True, False]
    assert entries[1]["reverses"] == int(number)
    assert "(reversed)" in household("register", "ira").stdout


def test_a_distribution_in_parts_keeps_the_election(household: Basis) -> None:
    done = household(
        *("add", "distribution", "--account", "acme", "--source", "after_tax"),
        *("--date", "2025-06-30", "--part", "roth1=10000", "--part", "ira=250/250"),
    )
    assert done.exit_code == 0, done.output
    postings = _register(household, "acme")[0]["postings"]
    assert isinstance(postings, list)
    assert [posting["value"] for posting in postings] == ["-10250.00", "10000.00", "250.00"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--amount", "1.005"), "1.005"),
        (("--date", "2025-02-30"), "YYYY-MM-DD"),
        (("--source", "bonus"), "sources are pre_tax"),
        (("--part", "roth1"), "ACCOUNT=DOLLARS"),
        (("--account", "acne"), "acne"),
        (("--withheld", "5"), "withheld"),
    ],
)
def test_what_cannot_be_booked_is_refused_by_name(
    household: Basis, words: tuple[str, str], said: str
) -> None:
    done = household(*DEPOSIT, *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert _register(household, "ira") == []


BALANCE = ("add", "balance", "--account", "ira", "--date", "2025-12-31")


def test_a_balance_is_shown_beside_the_books_and_an_odd_one_is_asked_about(
    household: Basis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """7,000.00 may become 7,560.00 in a year, a gain of 8 %, but hardly 70,000.00: a slip."""
    household(*DEPOSIT)
    slip = household(*BALANCE, "--value", "70000")
    assert (slip.exit_code, slip.stdout) == (1, "")
    assert "ira on 2025-12-31: 70,000.00 stated, 7,000.00 in the books, difference 63,000" in (
        slip.stderr
    )
    assert "nothing was booked; add --accept-difference" in slip.stderr
    gain = household(*BALANCE, "--value", "7560")
    assert gain.exit_code == 0
    assert "difference 560.00 (8.0 %)" in gain.stderr
    household("reverse", "2", "--why", "another of its day would contradict it")
    again = household(*BALANCE, "--value", "70000", "--accept-difference")
    assert again.exit_code == 0
    assert "difference accepted" in [row["memo"] for row in _register(household, "ira")]
    household("reverse", "4", "--why", "another of its day would contradict it")
    asked: list[str] = []
    monkeypatch.setattr(stated_value, "_agrees", lambda question: asked.append(question) or True)
    assert household(*BALANCE, "--value", "20").exit_code == 0
    assert asked == ["book -6,980.00 as a gain or loss of the market?"]


def test_a_balance_that_another_of_its_day_contradicts_is_refused_by_the_number_of_that_one(
    household: Basis,
) -> None:
    household(*DEPOSIT)
    assert household(*BALANCE, "--value", "7100").exit_code == 0
    [_, stated] = [e for e in _register(household, "ira") if e["entry"]]
    refused = household(*BALANCE, "--value", "7300")
    assert refused.exit_code == 2
    told = " ".join(refused.stderr.split())
    assert f"all of it 7,100.00 (entry {stated['entry']}, typed-" in told
    assert f"basis reverse {stated['entry']} --why" in told
    assert household("year-end", "2025").exit_code == 0  # nothing was booked that stops it
    assert household("reverse", str(stated["entry"]), "--why", "mistyped").exit_code == 0
    assert household(*BALANCE, "--value", "7300").exit_code == 0


def test_a_balance_that_is_off_by_a_paycheck_is_no_gain(household: Basis) -> None:
    """After-tax money was emptied on 3 December; the 2,100.50 of the 31st cannot have doubled."""
    here = ("--account", "acme", "--source", "after_tax")
    household("add", "opening", *here, "--date", "2023-01-01", "--value", "9000", "--basis", "9000")
    household("add", "in_plan_conversion", *here, "--date", "2025-12-03", "--amount", "9000")
    household("add", "contribution", *here, "--date", "2025-12-31", "--amount", "2100.50")
    balance = ("add", "balance", *here, "--date", "2025-12-31", "--value")
    for value in ("4201.00", "0"):
        done = household(*balance, value)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "this is what one paycheck brings: is a download missing or" in done.stderr
    assert household(*balance, "2105.20").exit_code == 0  # 0.2 %
    last = _register(household, "acme")[-1]["entry"]
    household("reverse", str(last), "--why", "mistyped")  # two balances of a day would contradict
    assert household(*balance, "4201.00", "--accept-difference").exit_code == 0
    assert _register(household, "acme")[-1]["memo"] == "difference accepted"
    household("add", "balance", *here, "--date", "2026-01-31", "--value", "4300")
    said = household("check", "2025").output
    assert "as accepted: difference accepted" in said.replace("\n", " ").replace("  ", " ")
    assert "--accept-difference" not in said


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_remarks_break_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    told = (
        "acme:after_tax on 2025-12-31: 4,201.00 stated, 2,100.50 in the books, difference 2,100.50"
    )
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    show.remark(told)
    lines = terminal.getvalue().splitlines()
    assert (len(lines), max(map(len, lines)) <= 80) == (2, True)
    assert [word for line in lines for word in line.split()] == told.split()


def test_money_typed_out_of_an_empty_source_is_warned_of_at_once(household: Basis) -> None:
    # the fold refuses the year later; whoever types is told now, with the two ways out
    paid = ("--account", "acme", "--source", "pre_tax", "--date", "2025-03-03")
    done = household("add", "distribution", *paid, "--amount", "1,190.00")
    assert done.exit_code == 0
    assert "1,190.00 left acme:pre_tax by 2025-03-03, and the books hold 0.00" in done.stderr
    assert "basis add opening --account acme --source pre_tax" in done.stderr
    opened = household(*("add", "opening", *paid[:4], "--date", "2025-01-01", "--value", "1190"))
    assert (opened.exit_code, "warning" in opened.stderr) == (0, False)
    again = household("add", "fee", *paid[:4], "--date", "2025-02-01", "--amount", "5")
    assert "takes 1,190.00 out of acme:pre_tax, which holds 1,185.00" in again.stderr


def test_a_second_opening_of_a_source_and_day_is_no_correction_of_the_first(
    household: Basis,
) -> None:
    opening = ("add", "opening", "--account", "acme", "--source", "after_tax", "--date")
    first = (*opening, "2025-01-01", "--basis", "9000", "--value")
    assert household(*first, "12000").exit_code == 0
    refused = household(*first, "12500")
    assert refused.exit_code == 2
    assert "with 12,000.00 is in the ledger already (typed-1:1)" in refused.stderr
    assert household(*first, "500", "--again").exit_code == 0


def test_verify_counts_what_is_open_and_names_what_contradicts(household: Basis) -> None:
    source = ("--account", "acme", "--source", "after_tax", "--date")
    paid = ("add", "contribution", *source, "2025-01-31", "--amount", "2000")
    assert household(*paid).exit_code == 0
    assert household("add", "fee", *source, "2025-02-01", "--amount", "5").exit_code == 0
    assert json.loads(household("verify", "--json").stdout)["open"] == []
    out = ("add", "in_plan_conversion", *source, "2025-02-03", "--amount", "2100")
    assert household(*out).exit_code == 0
    done = household("verify")
    assert (done.exit_code, "1 point left open" in done.stdout) == (0, True)
    wrong = ("add", "fee", *source, "2025-02-04", "--amount", "9")
    assert household(*wrong).exit_code == 0
    done = household("verify")
    assert done.exit_code == 1
    assert "contradicted: typed-4:1: acme:after_tax holds -9.00" in done.stdout
    assert "verified: balances, integrity and chain agree" in done.stdout


def test_a_typed_balance_is_held_against_the_books_as_check_holds_it(household: Basis) -> None:
    source = ("--account", "acme", "--source", "pre_tax", "--date")
    household("add", "contribution", *source, "2025-01-31", "--amount", "2000")
    household("add", "distribution", *source, "2025-07-01", "--amount", "3600")
    balance = ("add", "balance", *source, "2025-07-01", "--value", "0")
    asked = household(*balance)
    assert asked.exit_code == 1
    said = "acme:pre_tax on 2025-07-01: 0.00 stated, -1,600.00 in the books, difference 1,600.00"
    assert said in asked.output
    assert household(*balance, "--accept-difference").exit_code == 0
    assert said in household("check", "2025").output


def test_a_typed_contribution_that_cancels_another_names_the_ways_that_are_right(
    household: Basis,
) -> None:
    assert household(*DEPOSIT).exit_code == 0
    back = [word.replace("7,000", "-7000") for word in DEPOSIT]
    assert back != list(DEPOSIT)
    assert household(*back).exit_code == 0
    told = " ".join(household("check", "2025").output.split())
    assert "a contribution of -7,000.00 to ira is typed on" in told
    assert "it is as much as that of" in told
    assert "taken back with basis reverse" in told
    assert "return_of_contribution" in told
