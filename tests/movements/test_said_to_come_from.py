"""Money said to come from an account whose own rows show no such payment is no second payment.

An IRA pays 5,000.00 to its owner on September 2, 2023, who puts them into the Roth IRA on October
6, within 60 days: one payment. Form 1040, line 4a is 5,000.00, whatever the deposit was called.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.booking import book
from ledger.events import Event, EventKind
from ledger.movements import meet
from tests.movements.test_commands import Desk, empty
from tests.movements.test_meeting import CHART, fact, paid, told

__all__ = ["empty"]
K = EventKind
PAYMENT = replace(fact(K.DISTRIBUTION, "trad", 1, "5000.00", id="paid"), seq=7)
LATER = fact(K.EARNINGS, "trad", 60, "10.00", where="trad.csv:9")
CONVERTED = fact(
    K.TRANSFER_IN, "roth", 35, "5000.00", reason="conversion", origin="trad", where="roth.csv:2"
)


def open_of(*events: Event, files: tuple[str, ...] = ()) -> list[tuple[str, tuple[int, ...]]]:
    found = meet([book(event, CHART) for event in events], CHART, files)
    return [(one.not_shown_by, one.payments) for one in found.open_sides]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("account", ["trad", "old:after_tax"])
def test_as_much_paid_in_cash_is_proposed_and_no_second_payment_is_booked(
    account: str, *, first: bool
) -> None:
    into = replace(CONVERTED, origin=account, reason="conversion" if account == "trad" else "")
    out = PAYMENT
    if account != "trad":
        out = replace(paid("5000.00", "after_tax", when=1, to=""), seq=7)
    events = (out, into) if first else (into, out)
    assert open_of(*events) == [(account.partition(":")[0], (7,))]
    assert told(*events)[1:] == ["transfer_in roth> - 5000.00", "open roth 5000.00"]
    back = fact(K.ROLLOVER_60DAY, out.account, 35, "5000.00", to="roth", of=out.name)
    assert open_of(out, back) == []


def test_a_statement_of_the_account_that_spans_the_day_shows_every_payment() -> None:
    less = replace(CONVERTED, amount=fact(K.TRANSFER_IN, "roth", 35, "900.00").amount)
    # only typed, the account's days are not known: the arrival tells of the payment
    assert open_of(PAYMENT, less, LATER) == []
    of_ira = replace(PAYMENT, where="trad.csv:2")
    assert open_of(of_ira, less, LATER, files=("trad.csv",)) == [("trad", (7,))]
    assert open_of(of_ira, less, files=("trad.csv",)) == []  # it ends before the day
    balance = fact(K.BALANCE, "trad", 60, "1.00", where="trad.csv:9")
    stated = replace(balance, amount=None, value=balance.amount)
    assert open_of(of_ira, less, stated, files=("trad.csv",)) == []  # a balance is no row of days
    # whatever the receiver is
    into_other = replace(less, account="new", kind=K.ROLLOVER_IN, reason="")
    assert open_of(of_ira, into_other, LATER, files=("trad.csv",)) == [("trad", (7,))]


@pytest.mark.parametrize("last_row", [60, 20])
def test_no_more_is_claimed_than_the_rows_of_the_payer_show(last_row: int) -> None:
    other = fact(K.EARNINGS, "trad", last_row, "10.00", where="trad.csv:9")
    events = [replace(PAYMENT, where="trad.csv:2"), other, CONVERTED]
    (point,) = meet([book(one, CHART) for one in events], CHART, ("trad.csv",)).open_sides
    arrived, ends = CONVERTED.day.isoformat(), other.day.isoformat()
    spans = f"whose own rows from {PAYMENT.day.isoformat()} to {ends} show no such payment"
    shown = last_row == 60
    assert (spans in point.problem) == shown
    assert (f"no statement of it here shows {arrived}" in point.problem) == (not shown)
    assert (f"of trad that shows the days up to {arrived}" in point.remedy) == (not shown)


def test_what_left_for_the_account_is_that_money() -> None:
    sent = fact(K.CONVERSION, "trad", 33, "5000.00", to="in_transit", where="trad.csv:3")
    of_ira = replace(PAYMENT, where="trad.csv:2")
    assert open_of(of_ira, sent, CONVERTED, LATER, files=("trad.csv",)) == []


PAID = "09/02/2023,NORMAL DISTR PARTIAL (Cash), ,No Description,Cash,0,,-5000,"
HELD = "01/02/2023,CASH CONTRIBUTION CURRENT YEAR (Cash), ,No Description,Cash,0,,6000,"
PUT_IN = "10/06/2023,ROTH CONVERSION (Cash), ,No Description,Cash,0,,5000,"
LAST = "12/05/2023,DIVIDEND RECEIVED (Cash), ,No Description,Cash,0,,10,"


@pytest.mark.parametrize("order", ["01", "10"])
def test_one_payment_put_into_the_roth_ira_is_paid_once(
    empty: bytes, tmp_path: Path, order: str
) -> None:
    desk = Desk(tmp_path, empty)
    files = [desk.write("ira", HELD, PAID, LAST), desk.write("roth", PUT_IN)]
    path = tmp_path / "said.json"
    said: list[dict[str, Any]] = [{"code": "partner_unknown", "line": 2, "answer": "ira"}]
    path.write_text(json.dumps(said))
    for number in order:
        if number == "0":
            desk.bring(files[0])
        else:
            desk.run("import", files[1], "--yes", "--answers", str(path))
    refused = desk.run("check", "2023", code=2)
    assert "from ira, whose own rows from 2023-01-02 to 2023-12-05 show no such payment" in refused
    words = refused.split("a payment to you that was put back: basis ")[1].split(";")[0].split()
    assert "--from ACCOUNT, one of old, outside" in refused
    desk.run(*words)
    forms = desk.year()
    assert forms["1040"]["lines"]["4a"] == "5000.00"
    assert [forms["8606"]["lines"][line] for line in ("6", "8")] == ["1010.00", "5000.00"]
