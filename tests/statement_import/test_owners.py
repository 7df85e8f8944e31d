"""Which account a file means: numbers, masks, names, remembered words; never a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.chart import Account, AccountKind, Taxpayer
from ledger.errors import LedgerError
from ledger.statement_import.owners import match_number, partner_of
from ledger.statement_import.stages import ImportOptions
from ledger.store import Answer
from tests.statement_import.desk import (
    CHART,
    GivenAnswer,
    asked,
    day,
    draft_all,
    draft_one,
    opened,
    reading,
    row,
)

WITH_EMPLOYER = CHART | {
    "merrill": Account("merrill", "rose", AccountKind.ROTH_IRA, number="12A-34567"),
    "beta": Account("beta", "rose", AccountKind.B403, employer="Juniper Falls Robotics, Inc"),
}


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("234567890", "trad"),
        ("234567890-1", "trad"),  # the cash side of a Fidelity account
        ("trad", "trad"),
        ("XXX890", "trad"),
        ("...891", "roth"),
        ("####7891", "roth"),  # E*TRADE's mask
        ("XXXX-7891", "roth"),
        ("12A34567", "merrill"),  # Merrill writes it with and without the dash
        ("XXX333", "old"),
        ("888888333", "old"),  # the chart knows only the last digits
        ("JUNIPER FALLS ROBOTICS,  INC", "beta"),
        ("34567890", ""),  # a zero in front counts, and so does a missing digit
        ("990011", ""),
        ("", ""),
    ],
)
def test_the_words_of_a_file(text: str, account: str) -> None:
    assert match_number(text, WITH_EMPLOYER) == account


def test_the_last_digits_of_an_ira_are_no_plan() -> None:
    # the chart's "old" is the IRA XXX333; a plan's contract A333 is another account
    paid_in = reading([row(1, "A333", "contribution", "5", source="pre_tax")], plan=True)
    assert asked(draft_all([paid_in])[0]) == [("account_unknown", 2)]
    dividend = reading([row(1, "A333", "earnings", "5")], plan=False)
    assert draft_all([dividend])[0].account == "old"


def test_a_mask_that_fits_two_accounts_fits_none() -> None:
    twins = {n: Account(n, "rose", AccountKind.ROTH_IRA, number=f"{n}111") for n in ("1", "2")}
    assert match_number("XXX111", twins) == ""


def test_a_partner_is_looked_for_among_the_accounts_of_the_person() -> None:
    assert partner_of("890", CHART, "rose") == "trad"
    assert partner_of("890", CHART, "paul") == ""


def test_an_unknown_number_is_asked_once_and_remembered() -> None:
    rows = [row(1, "Z1", "earnings", "5"), row(2, "Z1", "earnings", "6")]
    assert asked(draft_one(rows)) == [("account_unknown", 2)]
    ignored = draft_one(rows, GivenAnswer("account_unknown", "ignore", match="z1"))
    assert ignored.counts()["info"] == 2
    stored = [Answer("account_unknown", "", "z1", "trad", day(1))]
    assert draft_one(rows, remembered=stored).account == "trad"


def test_beside_other_households_words_that_anybody_may_have_are_not_remembered() -> None:
    people = {name: Taxpayer(name, name.title()) for name in ("rose", "paul")}
    beside = replace(opened("trad", "paulroth"), taxpayers=people)
    for words, known in (
        ("Z123456", True),
        ("ACME 401(k) Plan", False),
        ("XXX4444", False),
        ("...444", False),
    ):
        stored = [Answer("account_unknown", "", words, "trad", day(1))]
        found = draft_one([row(1, words, "earnings", "5")], remembered=stored, before=beside)
        assert (found.account == "trad") is known, words
        alone = draft_one([row(1, words, "earnings", "5")], remembered=stored)
        assert alone.account == "trad"


def test_account_names_the_only_account_of_a_file_and_no_other() -> None:
    options = ImportOptions(account="bare")
    one = [row(1, "Z1", "earnings", "5")]
    assert draft_one(one, options=options).account == "bare"
    two = [*one, row(2, "Z2", "earnings", "5")]
    assert [code for code, _ in asked(draft_one(two, options=options))] == ["account_unknown"] * 2


def test_a_file_of_another_account_is_refused() -> None:
    with pytest.raises(LedgerError, match="the file is of roth, not of trad"):
        draft_one([row(1, "roth", "earnings", "5")], options=ImportOptions(account="trad"))
    with pytest.raises(LedgerError, match="trad has the number 234567890"):
        draft_one([row(1, "555", "earnings", "5")], options=ImportOptions(account="trad"))


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        # a plan's name is no number that could differ from the account's 0990011
        ("ACME 401K", True),
        ("Acme 401(k) Plan 2", True),
        ("ACME 403B", True),
        ("ACME ROBOTICS", True),
        ("0990012", False),
        ("Acme 401(k) 0990012", False),
        ("Plan 90012", False),
        ("ending in 012", False),
        ("XXX012", False),
    ],
)
def test_the_name_of_a_plan_is_not_held_against_the_number_of_its_account(
    text: str, *, taken: bool
) -> None:
    paid_in = reading([row(1, text, "contribution", "5", source="pre_tax")], plan=True)
    named = ImportOptions(account="acme")
    if taken:
        assert draft_all([paid_in], options=named)[0].account == "acme"
        return
    with pytest.raises(LedgerError, match="acme has the number 0990011"):
        draft_all([paid_in], options=named)


def test_a_plan_file_does_not_fit_an_ira() -> None:
    plan = reading([row(1, "", "earnings", "5")], plan=True)
    with pytest.raises(LedgerError, match="of an employer plan, trad is a traditional IRA"):
        draft_all([plan], options=ImportOptions(account="trad"))


def test_an_account_that_does_not_exist_is_refused() -> None:
    with pytest.raises(LedgerError, match="no account 'acne'"):
        draft_one([row(1, "trad", "earnings", "5")], options=ImportOptions(account="acne"))


def test_a_row_of_no_account_that_books_nothing_asks_for_none() -> None:
    rows = [row(5, "trad", "earnings", "3.11"), row(5, "", "info", "12.00")]
    draft = draft_one(rows)
    assert (asked(draft), draft.rows[1].status.value) == ([], "info")
    assert asked(draft_one([rows[0], row(5, "", "earnings", "12.00")])) == [("account_unknown", 3)]


def test_a_number_that_a_spreadsheet_rounded_is_no_number() -> None:
    """234567890 and 234567891 are both saved as 2.34568E+08: no account may be added for it."""
    rows = [row(1, "2.34568e+08", "earnings", "5"), row(2, "2.34568e+08", "earnings", "6")]
    draft = draft_one(rows)
    [question] = draft.questions
    assert (question.code, question.command) == ("account_unknown", "")
    assert "a spreadsheet program rounded the account number" in question.problem
    assert "download the file again" in question.remedy
    assert "--account ID" in question.remedy
    stored = [Answer("account_unknown", "", "2.34568e+08", "trad", day(1))]
    assert asked(draft_one(rows, remembered=stored)) == [("account_unknown", 2)]
    assert draft_one(rows, options=ImportOptions(account="trad")).account == "trad"
    assert draft_one(rows, GivenAnswer("account_unknown", "roth", line=2)).account == "roth"
