"""What a plan pays in several rows, converts over two days, takes back, or sends to the next plan.

1,000.00 of after-tax money is put in on January 10, 2020 and worth 1,100.00 when it leaves. Paid
out on one day to two accounts it is one distribution, of which the 100.00 never taxed go to the
traditional IRA (Notice 2014-54): Form 1040 line 5b is 0.00, and not 90.91.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from ledger.booking import book
from ledger.chart import Account, AccountKind, Source
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.movements import meet
from ledger.movements.put_back import divided_by_payment

PLAIN = "Date,Type,Source,Amount,To,Value"
EMPOWER = "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT"
PAID_IN = "01/10/2020,contribution,after_tax,1000.00,,"
TO_ROTH = "06/01/2020,distribution,after_tax,1000.00,roth,1100.00"
TO_IRA = "06/01/2020,distribution,after_tax,100.00,ira,1100.00"
CONTRIBUTED = "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00"
LEFT = "06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-10.000000,-1100.00"
INTO_ROTH = "06/02/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,{},1100.00"
BACK = "06/03/20,Account Withdrawal,After-tax Contribution,500 Index,{},1100.00"
AGAIN = "09/01/20,Account Withdrawal,After-tax Contribution,500 Index,{},-1200.00"
ROTH_IN = "01/10/20,Payroll Contribution,Base-pay Roth 401(k) Contribution,500 Index,10.00,1000.00"
ROTH_OUT = "09/01/20,Account Withdrawal,Base-pay Roth 401(k) Contribution,500 Index,-10.00,-1100.00"
ROTH_CAME = "{},Additional Deposit,Base-pay Roth 401(k) Contribution,Bond Index,55.000,1100.00"
CHART = (
    ("acme", "401k", "--first-roth-year", "2019"),
    ("gamma", "401k", "--first-roth-year", "2020"),
    ("ira", "traditional_ira"),
    ("roth", "roth_ira"),
)
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a way to run a command on a ledger with two plans and two IRAs."""

    def command(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["--ledger", str(tmp_path / "ledger.db"), *words])
        assert done.exit_code == code, done.output
        return done.output

    command("init")
    command("taxpayer", "add", "ann", "--name", "Ann", "--born", "1970-05-01")
    for name, kind, *more in CHART:
        command("account", "add", name, "--owner", "ann", "--kind", kind, *more)
    return command


def brought(run: Run, folder: Path, rows: Sequence[str], *said: Any, **more: Any) -> str:
    """Import a file of rows with answers (code, line, answer)."""
    head = more.pop("head", EMPOWER)
    file, answers = folder / more.pop("file", "p.csv"), folder / "a.json"
    file.write_text("\n".join([head, *rows, ""]))
    told = [{"code": c, ("line" if isinstance(w, int) else "match"): w, "answer": a}
            for c, w, a in said]  # fmt: skip
    answers.write_text(json.dumps(told))
    account = more.pop("account", "acme")
    words = [str(file), "--account", account, "--yes", "--answers", str(answers)]
    return run("import", *words, **more)


def of_year(run: Run) -> tuple[dict[str, str], list[tuple[str, ...]]]:
    """Return lines 5a and 5b of 2020, and what each source of a plan holds at its end."""
    record = json.loads(run("year-end", "2020", "--json"))
    held = [
        (one["account"], one["source"], one["closing_value"], one["closing_basis"])
        for one in record["accounts"]
        if one["source"] and one["closing_value"] != "0.00"
    ]
    return {k: v for k, v in record["forms"]["1040"]["lines"].items() if k in {"5a", "5b"}}, held


@pytest.mark.parametrize("rows", list(itertools.permutations([PAID_IN, TO_ROTH, TO_IRA])))
def test_rows_of_one_day_to_two_accounts_are_one_distribution(
    run: Run, tmp_path: Path, rows: tuple[str, ...]
) -> None:
    brought(run, tmp_path, rows, head=PLAIN)
    assert of_year(run) == ({"5a": "1100.00", "5b": "0.00"}, [])


def test_the_rows_may_stand_in_two_files(run: Run, tmp_path: Path) -> None:
    brought(run, tmp_path, [TO_IRA], head=PLAIN, file="later.csv")
    brought(run, tmp_path, [PAID_IN, TO_ROTH], head=PLAIN)
    assert of_year(run)[0] == {"5a": "1100.00", "5b": "0.00"}


def test_payments_typed_one_by_one_are_one_distribution(run: Run, tmp_path: Path) -> None:
    brought(run, tmp_path, [PAID_IN], head=PLAIN)
    words = ["add", "distribution", "--account", "acme", "--source", "after_tax"]
    words += ["--date", "2020-06-01", "--value", "1100"]
    run(*words, "--amount", "1000", "--to", "roth")
    run(*words, "--amount", "100", "--to", "ira")
    assert of_year(run)[0] == {"5a": "1100.00", "5b": "0.00"}


def paid(dollars: int, to: str = "", **more: Any) -> Event:
    """Return one payment of June 1, 2020."""
    fields: dict[str, Any] = {"sources": (Source.AFTER_TAX,), **more}
    where = f"p.csv:{dollars}"
    amount = Money.parse(str(dollars), evidence=where)
    return Event(
        where, date(2020, 6, 1), "acme", EventKind.DISTRIBUTION, amount, to=to, **fields
    )  # fmt: skip


def joined(*events: Event) -> list[list[tuple[str, int]]]:
    """Return where each distribution goes once the payments of one time are one."""
    kinds = {"acme": AccountKind.K401, "ira": AccountKind.TRADITIONAL_IRA}
    chart = {n: Account(n, "ann", k) for n, k in (*kinds.items(), ("roth", AccountKind.ROTH_IRA))}
    found = [e.event for e in meet([book(e, chart) for e in events], chart).entries]
    listed = [e for e in found if e.kind is EventKind.DISTRIBUTION]
    return [
        [(p.to, p.amount.cents) for p in e.parts] or [(e.to, e.amount.cents if e.amount else 0)]
        for e in listed
    ]


def test_cash_and_tax_withheld_of_both_payments_add_up() -> None:
    chart = {"acme": Account("acme", "ann", AccountKind.K401)}
    taxed = paid(300, withheld=Money.dollars(60)), paid(500, withheld=Money.dollars(100))
    (entry,) = meet([book(one, chart) for one in taxed], chart).entries
    assert entry.event.amount == Money.dollars(800)
    assert entry.event.withheld == Money.dollars(160)
    assert entry.event.amount.evidence == {"p.csv:300", "p.csv:500"}


def test_other_sources_reasons_and_values_are_other_payments() -> None:
    apart = [[("roth", 70000)], [("ira", 20000)]]
    for more in (
        {"sources": (Source.PRE_TAX,)},
        {"reason": "hardship"},
        {"exception": "01"},
        {"value": Money.dollars(900)},
    ):
        one = paid(700, "roth", value=Money.dollars(1000)), paid(200, "ira", **more)
        assert sorted(joined(*one)) == sorted(apart), more


def test_payments_that_were_each_put_back_keep_their_names() -> None:
    back = [
        Event(f"b.csv:{of}", date(2020, 6, 9), "acme", EventKind.ROLLOVER_60DAY,
              Money.dollars(50), to="ira", of=of)
        for of in ("d1", "d2")
    ]  # fmt: skip
    payments = paid(700, id="d1"), paid(200, id="d2")
    assert len(joined(*payments, *back)) == 2
    assert len(joined(*payments, *back[:1])) == 1


def test_a_payment_of_another_person_under_the_same_name_tells_nothing_of_ones_own() -> None:
    """Ann's check of 600 pretax and 400 after-tax dollars went into two IRAs under one name."""
    kinds = {"ira": AccountKind.TRADITIONAL_IRA, "roth": AccountKind.ROTH_IRA}
    chart = {name: Account(name, "ann", kind) for name, kind in kinds.items()}
    chart |= {name: Account(name, who, AccountKind.K401)
              for name, who in (("acme", "ann"), ("other", "bob"))}  # fmt: skip
    events = [
        paid(600, id="d1", sources=(Source.PRE_TAX,)),
        paid(400, id="d2"),
        *(Event(f"b.csv:{n}", date(2020, 6, 9), "acme", EventKind.ROLLOVER_60DAY,
                Money.dollars(n), to=to, of="d1") for n, to in ((600, "ira"), (400, "roth"))),
        replace(paid(400, id="d1"), account="other"),
    ]  # fmt: skip
    divided = divided_by_payment([book(one, chart) for one in events], chart)
    back = [e.event for e in divided if e.event.kind is EventKind.ROLLOVER_60DAY]
    assert [(e.to, e.of) for e in back] == [("ira", "d1"), ("roth", "d2")]


@pytest.mark.parametrize("units", ["10.000000", "9.900000"])
def test_a_deposit_of_the_next_day_is_the_other_half_of_a_conversion(
    run: Run, tmp_path: Path, units: str
) -> None:
    said = [] if units == "10.000000" else [("same_money", 4, "same")]
    brought(run, tmp_path, [CONTRIBUTED, LEFT, INTO_ROTH.format(units)], *said)
    lines, held = of_year(run)
    assert lines == {"5a": "1100.00", "5b": "100.00"}
    assert held == [("acme", "in_plan_roth", "1100.00", "1100.00")]


def test_a_deposit_of_other_units_is_asked_about(run: Run, tmp_path: Path) -> None:
    rows = [CONTRIBUTED, LEFT, INTO_ROTH.format("9.900000")]
    assert "is it the same money" in brought(run, tmp_path, rows, code=2)


def test_the_offered_answer_in_plan_conversion_books_one(run: Run, tmp_path: Path) -> None:
    brought(run, tmp_path, [CONTRIBUTED, LEFT], ("partner_unknown", 3, "in_plan_conversion"))
    assert of_year(run)[0] == {"5a": "1100.00", "5b": "100.00"}


@pytest.mark.parametrize("units", ["10.000000", "9.500000"])
def test_a_withdrawal_that_was_taken_back_paid_nothing(
    run: Run, tmp_path: Path, units: str
) -> None:
    rows = [CONTRIBUTED, LEFT, BACK.format(units), AGAIN.format(f"-{units}")]
    brought(run, tmp_path, rows, ("partner_unknown", 5, "roth"))
    assert of_year(run) == ({"5a": "1200.00", "5b": "200.00"}, [])


def test_money_that_came_in_is_never_booked_as_going_out(run: Run, tmp_path: Path) -> None:
    rows = [CONTRIBUTED, LEFT, BACK.format("10.5").replace("1100", "1150")]
    said = ("type_unknown", "Account Withdrawal", "distribution")
    told = brought(run, tmp_path, rows, said, ("partner_unknown", 3, "roth"), code=2)
    assert "the amount is money in" in told


@pytest.mark.parametrize("came", ["09/01/20", "09/07/20"])
def test_roth_money_stays_in_the_source_in_which_the_next_plan_shows_its_units(
    run: Run, tmp_path: Path, came: str
) -> None:
    brought(run, tmp_path, [ROTH_IN, ROTH_OUT], ("partner_unknown", 3, "gamma"))
    said = ("type_unknown", "Additional Deposit", "rollover_in")
    brought(run, tmp_path, [ROTH_CAME.format(came)], said, file="g.csv", account="gamma")
    lines, held = of_year(run)
    assert (lines, held) == (
        {"5a": "1100.00", "5b": "0.00"},
        [("gamma", "roth", "1100.00", "1000.00")],
    )


@pytest.mark.parametrize(("born", "code"), [("1985-05-01", 0), ("1950-05-01", 2)])
def test_the_age_of_a_roth_account_is_wanted_only_where_it_decides(
    run: Run, born: str, code: int
) -> None:
    run("taxpayer", "set", "ann", "--born", born)
    run("account", "add", "beta", "--owner", "ann", "--kind", "401k")
    opening = ["--account", "beta", "--source", "roth", "--date", "2020-01-01"]
    run("add", "opening", *opening, "--value", "1100", "--basis", "1000")
    gone = ["--account", "beta", "--source", "roth", "--date", "2020-06-01", "--amount", "1100"]
    run("add", "distribution", *gone, "--to", "roth")
    told = run("check", "2020", code=code)
    assert ("basis account set beta --first-roth-year YEAR" in told) == bool(code)


def test_what_was_answered_to_the_wrong_account_is_named_with_its_amount(
    run: Run, tmp_path: Path
) -> None:
    paid_out = [
        "01/10/2020,contribution,pre_tax,500.00,,",
        PAID_IN,
        "06/01/2020,distribution,pre_tax,500.00,ira,500.00",
        "06/01/2020,distribution,after_tax,1000.00,roth,1000.00",
    ]
    brought(run, tmp_path, paid_out, head=PLAIN)
    head = "Date,Type,Amount,Account"
    arrived = ["06/03/2020,rollover_in,520.00,ira", "06/03/2020,rollover_in,980.00,roth"]
    brought(run, tmp_path, arrived, head=head, file="iras.csv", account="ira")
    words = "acme is said to have sent 500.00 to ira and 1,000.00 to roth"
    told = run("check", "2020", code=2)
    assert words in told
    assert "20.00 is on the wrong side" in told
    entry = told.partition("basis settle ")[2].split()[0]
    assert words in run("settle", entry, "--from", "acme", code=2)  # it would change nothing
    run("undo", "1", "--why", "answered to the wrong account")
    right = [one.replace("1000.00,roth", "980.00,roth") for one in paid_out]
    right.append("06/01/2020,distribution,after_tax,20.00,ira,1000.00")
    brought(run, tmp_path, right, head=PLAIN, file="right.csv")
    assert of_year(run)[0]["5a"] == "1500.00"
