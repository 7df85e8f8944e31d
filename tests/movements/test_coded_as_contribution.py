"""A rollover that the receiving file calls a contribution is not counted beside its payment.

A plan pays 10,700.00 on September 20, 2023, to the traditional IRA; the broker codes the deposit
of September 22 as a contribution. It is one rollover: Form 1040, line 5a 10,700.00, and Form 8606
knows of no contribution.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.booking import book
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.movements import may_be_put_back, settled
from tests.movements.test_commands import TWO_FUNDS, Desk, empty  # noqa: F401 - a fixture
from tests.movements.test_meeting import CHART, fact, met, paid
from tests.movements.test_meeting import told as in_words

K = EventKind
CODED = "09/22/2023,CASH CONTRIBUTION CURRENT YEAR (Cash), ,No Description,Cash,0,,10700,"
IN_TWO = (
    "09/22/2023,CASH CONTRIBUTION CURRENT YEAR (Cash), ,No Description,Cash,0,,6600,",
    "09/25/2023,CASH CONTRIBUTION CURRENT YEAR (Cash), ,No Description,Cash,0,,4100,",
)
PAID = tuple(row.replace("-60.000000,-6600", "-40.000000,-4400") for row in TWO_FUNDS[:3])


def put_in(dollars: str, account: str = "trad", when: int = 22, **more: Any) -> Event:
    return fact(K.CONTRIBUTION, account, when, dollars, **more)


def open_of(*events: Event) -> list[tuple[str, str]]:
    return [(one.where, one.sent_by) for one in met(*events).open_sides]


@pytest.mark.parametrize("account", ["trad", "roth", "new"])
def test_a_contribution_of_what_an_account_says_it_sent_is_open(account: str) -> None:
    source = {"source": "pre_tax"} if account == "new" else {}
    sent, coded = paid("900.00", to=account), put_in("900.00", account, **source)
    for order in ((sent, coded), (coded, sent)):
        assert open_of(*order) == [(coded.where, "old")]
    (side,) = met(sent, coded).open_sides
    assert side.others == ("old", "outside")
    assert "came into" in side.problem
    assert "as a contribution" in side.problem
    assert "old" in side.problem


def test_so_is_one_of_money_that_another_ira_sent() -> None:
    sent = fact(K.CONVERSION, "trad", 12, "7000.00", to="roth")
    coded = put_in("7000.00", "roth", 15)
    assert open_of(sent, coded) == [(coded.where, "trad")]


def test_several_sources_or_several_deposits_add_up() -> None:
    sent = paid("600.00", to="trad"), paid("300.00", "match", to="trad")
    one = put_in("900.00")
    assert open_of(*sent, one) == [(one.where, "old")]
    two = put_in("500.00"), put_in("400.00", when=25)
    assert open_of(paid("900.00", to="trad"), *two) == [(c.where, "old") for c in two]
    first = settled(book(two[0], CHART), "old", CHART).event
    assert open_of(paid("900.00", to="trad"), first, two[1])[-1] == (two[1].where, "old")
    both = [settled(book(one, CHART), "old", CHART).event for one in two]
    assert in_words(paid("900.00", to="trad"), *both) == ["distribution old pre_tax> trad 900.00"]


def test_a_contribution_is_one_where_the_payment_arrived_or_lies_far() -> None:
    sent, coded = paid("900.00", to="trad"), put_in("900.00")
    arrived = fact(K.ROLLOVER_IN, "trad", 23, "900.00")
    assert open_of(sent, coded, arrived) == []
    assert open_of(sent, put_in("900.00", when=31)) == []
    assert open_of(sent, put_in("899.00")) == []
    assert open_of(sent, put_in("900.00", "roth")) == []
    assert open_of(paid("900.00", to="cash"), coded) == []


def test_it_is_settled_as_the_same_money_or_as_ones_own() -> None:
    sent, coded = paid("900.00", to="trad"), put_in("900.00", year=2023)
    same = settled(book(coded, CHART), "old", CHART).event
    assert (same.kind, same.origin, same.year) == (K.ROLLOVER_IN, "old", None)
    assert in_words(sent, same) == ["distribution old pre_tax> trad 900.00"]
    own = settled(book(coded, CHART), "outside", CHART).event
    assert (own.kind, own.origin, own.year) == (K.CONTRIBUTION, "outside", 2023)
    assert in_words(sent, own) == [
        "distribution old pre_tax> trad 900.00", "contribution trad> - 900.00",
    ]  # fmt: skip
    with pytest.raises(LedgerError) as caught:
        settled(book(coded, CHART), "cash", CHART)
    assert caught.value.code == "bad_value"


def test_a_contribution_is_of_no_account() -> None:
    with pytest.raises(LedgerError) as caught:
        book(put_in("900.00", origin="old"), CHART)
    assert caught.value.code == "bad_value"


def test_in_a_plan_it_is_money_of_the_rollover_source() -> None:
    coded = put_in("900.00", "new", source="pre_tax")
    (source,) = settled(book(coded, CHART), "old", CHART).event.sources
    assert source == "rollover"


@pytest.fixture
def desk(empty: bytes, tmp_path: Path) -> Desk:  # noqa: F811 - the fixture
    return Desk(tmp_path, empty)


def answered(desk: Desk, answer: str, *files: str, told: list[str] | None = None) -> list[str]:
    """Import files together or alone, saying that the payment went to the IRA."""
    told = [] if told is None else told
    said: list[dict[str, Any]] = []
    path = desk.folder / "answers.json"
    words = ["import", *files, "--answers", str(path)]
    words += ["--account", "old"] if any(Path(one).stem == "old" for one in files) else []
    asked = []
    for _ in range(5):
        path.write_text(json.dumps(said))
        preview = json.loads(desk.run(*words, "--dry-run", "--json"))
        found = [q for file in preview["files"] for q in file["questions"]]
        if not found:
            break
        asked += [q["code"] for q in found]
        to = {"partner_unknown": "ira", "same_money": answer, "reading_unconfirmed": "confirm"}
        said += [{"code": q["code"], "line": q["line"], "answer": to[q["code"]]} for q in found]
    told.append(desk.run(*words))
    return asked


def figures(desk: Desk) -> tuple[object, object]:
    forms = desk.year()
    return forms["1040"]["lines"].get("5a"), forms["8606"]["lines"].get("1")


@pytest.mark.parametrize("rows", [(CODED,), IN_TWO])
@pytest.mark.parametrize("order", ["0 1", "01", "10"])
def test_the_import_asks_once_whether_it_is_the_same_money(
    desk: Desk, order: str, rows: tuple[str, ...]
) -> None:
    files = [desk.write("old", *TWO_FUNDS), desk.write("ira", *rows)]
    asked = []
    for group in order.split():
        asked += answered(desk, "same", *(files[int(n)] for n in group))
    assert sorted(set(asked) - {"reading_unconfirmed"}) == ["partner_unknown", "same_money"]
    assert figures(desk) == ("10700.00", None)
    assert desk.open_sides() == []


def test_one_s_own_contribution_of_as_much_stays_one(desk: Desk) -> None:
    coded = CODED.replace("10700", "6500")
    plan = [row.replace("-6600.00", "-2400.00") for row in TWO_FUNDS]
    files = [desk.write("old", *plan), desk.write("ira", coded)]
    for file in files:
        answered(desk, "apart", file)
    assert desk.open_sides() == []
    assert figures(desk) == ("6500.00", "6500.00")


def test_what_both_files_brought_alone_is_an_open_point_with_a_remedy(desk: Desk) -> None:
    answered(desk, "", desk.write("ira", CODED))
    receipt: list[str] = []
    answered(desk, "", desk.write("old", *TWO_FUNDS), told=receipt)
    assert "as a contribution" in receipt[0]
    assert desk.open_sides() == ["ira 10700.00"]
    for words in (("check", "2023"), ("year-end", "2023")):
        refused = desk.run(*words, code=2)
        assert "as a contribution" in refused
    entry = refused.split("basis settle ")[1].split()[0]
    desk.run("settle", entry, "--from", "old")
    assert figures(desk) == ("10700.00", None)
    desk.run("settle", entry, "--from", "outside")  # the newest counts
    assert figures(desk) == ("10700.00", "7500.00")  # as much as one may: the rest is excess


@pytest.mark.parametrize("typed_first", [True, False])
def test_a_typed_60_day_rollover_is_not_counted_beside_a_contribution_either(
    desk: Desk, *, typed_first: bool
) -> None:
    put_back = ("add", "rollover_60day", "--account", "old", "--date", "2023-09-22")
    named = ("--of", "old-2023-09-20-pre_tax", "--to", "ira", "--amount", "4400")
    coded = desk.write("ira", CODED.replace("10700", "4400"))
    if not typed_first:
        answered(desk, "", coded)
    desk.bring(desk.write("old", *PAID), sent_to="cash")
    desk.run(*put_back, *named)
    if typed_first:
        assert answered(desk, "same", coded) == ["same_money"]
    else:
        told = desk.run("check", "2023", code=2)
        desk.run("settle", told.split("basis settle ")[1].split()[0], "--from", "old")
    assert figures(desk) == ("4400.00", None)


@pytest.mark.parametrize("order", ["01", "10"])
def test_a_next_plan_may_call_it_a_contribution_of_any_source(desk: Desk, order: str) -> None:
    desk.run("account", "add", "new", "--owner", "rose", "--kind", "401k")
    row = "09/22/23,Payroll Contribution,Employee Before Tax,Bond Index,107.000000,10700.00"
    files = [(desk.write("old", *TWO_FUNDS), "old"), (desk.write("new", row), "new")]
    for number in order:
        file, plan = files[int(number)]
        path = desk.folder / "said.json"
        path.write_text(json.dumps(
            [{"code": "partner_unknown", "line": 4, "answer": "new"}] if plan == "old" else
            [{"code": "same_money", "line": 2, "answer": "same"}] if order == "01" else []
        ))  # fmt: skip
        desk.run("import", file, "--account", plan, "--yes", "--answers", str(path))
    if order == "10":
        told = desk.run("check", "2023", code=2)
        desk.run("settle", told.split("basis settle ")[1].split()[0], "--from", "old")
    pools = json.loads(desk.run("balances", "--json"))["balances"]
    assert [(p["source"], p["value"]) for p in pools if p["account"] == "new"] == [
        ("rollover", "10700.00")
    ]
    assert desk.open_sides() == []


# ---- paid in cash, and put back within 60 days ---------------------------------------------------

TWO_SOURCES = (
    *PAID,
    "01/10/20,Payroll Contribution,Employer Match,500 Index,20.000000,2000.00",
    "09/20/23,Account Withdrawal,Employer Match,500 Index,-20.000000,-2200.00",
)
PUT_BACK = CODED.replace("09/22/2023", "11/03/2023")


def put_back(dollars: str) -> str:
    return PUT_BACK.replace("10700", dollars)


def brought(desk: Desk, order: str, said: str, *rows: str, deposit: str) -> list[str]:
    """Import the plan's file, paid in cash, and the IRA's; return what was asked and open."""
    files = [desk.write("old", *rows), desk.write("ira", put_back(deposit))]
    path, found = desk.folder / "answers.json", list[str]()
    for group in order.split():
        names = [files[int(number)] for number in group]
        words = ["import", *names, "--answers", str(path), "--yes"]
        words += ["--account", "old"] if "0" in group else []
        answers: list[dict[str, Any]] = []
        for _ in range(4):
            path.write_text(json.dumps(answers))
            preview = json.loads(desk.run(*words, "--dry-run", "--json"))
            asked = [(q, f["file"]) for f in preview["files"] for q in f["questions"]]
            for question, file in asked:
                to = "cash" if question["code"] == "partner_unknown" else question["choices"][0]
                to = said if question["code"] == "rollover_origin" and said == "outside" else to
                answers.append({"code": question["code"], "file": file, "line": question["line"],
                                "answer": to})  # fmt: skip
                found.append(question["code"])
        desk.run(*words)
    return found


@pytest.mark.parametrize("order", ["0 1", "01", "1 0"])
@pytest.mark.parametrize("said", ["put back", "outside"])
def test_a_contribution_of_what_was_paid_in_cash_is_asked_about(
    desk: Desk, order: str, said: str
) -> None:
    """4,400.00 paid on September 20 and put in on November 3, 44 days later."""
    asked = brought(desk, order, said, *PAID, deposit="4400")
    if order == "1 0":
        assert "rollover_origin" not in asked
        told = desk.run("check", "2023", code=2)
        assert "IRC 402(c)(3), 408(d)(3)" in told
        assert "paid out as much in cash" in desk.run("year-end", "2023", code=2)
        settle = told.split("basis settle ", 1)[1].split(";")[0].split()
        words = [settle[0], "--from", "outside"] if said == "outside" else settle
        desk.run("settle", *words)
    else:
        assert asked.count("rollover_origin") == 1
    forms = desk.year()
    taxed, put_in = ("4400.00", "4400.00") if said == "outside" else ("0.00", None)
    assert forms["1040"]["lines"].get("5b") == taxed
    assert forms["8606"]["lines"].get("1") == put_in
    assert desk.open_sides() == []


@pytest.mark.parametrize("order", ["0 1", "1 0"])
def test_one_check_for_two_sources_is_put_back_as_a_whole(desk: Desk, order: str) -> None:
    """4,400.00 of deferrals and 2,200.00 of match in one check: 6,600.00 are put in."""
    brought(desk, order, "put back", *TWO_SOURCES, deposit="6600")
    if order == "1 0":
        told = desk.run("check", "2023", code=2)
        desk.run("settle", *told.split("basis settle ", 1)[1].split(";")[0].split())
    forms = desk.year()
    assert (forms["1040"]["lines"]["5a"], forms["1040"]["lines"].get("5b")) == ("6600.00", "0.00")
    assert forms["8606"]["lines"].get("1") is None


@pytest.mark.parametrize("deposits", ["6600", "4000 2600"])
@pytest.mark.parametrize("said", [["ira"], ["roth", "ira"]])
def test_a_word_on_one_source_of_a_check_leaves_the_others_where_they_arrived(
    desk: Desk, said: list[str], deposits: str
) -> None:
    """Deferrals and match in checks that add up: the right word, also after a wrong one."""
    rows = [
        f"09/2{place}/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,{amount},"
        for place, amount in enumerate(deposits.split(), 2)
    ]
    desk.bring(desk.write("old", *TWO_SOURCES))
    desk.bring(desk.write("ira", *rows))
    assert desk.open_sides() == []
    for account in said:
        desk.run("settle", "1", "--to", account)
    assert desk.open_sides() == []
    assert desk.year()["1040"]["lines"] == {"5a": "6600.00", "5b": "0.00"}


@pytest.mark.parametrize("deposit", ["4399", "10700"])
def test_another_amount_is_a_contribution(desk: Desk, deposit: str) -> None:
    assert "rollover_origin" not in brought(desk, "01", "", *PAID, deposit=deposit)
    assert desk.open_sides() == []


def test_undone_the_payment_takes_the_question_with_it(desk: Desk) -> None:
    brought(desk, "1 0", "", *PAID, deposit="4400")
    assert desk.open_sides() == ["ira 4400.00"]
    desk.run("undo", "2", "--why", "wrong file")
    assert desk.open_sides() == []


def test_who_typed_a_contribution_has_said_what_it_is(desk: Desk) -> None:
    desk.bring(desk.write("old", *PAID), sent_to="cash")
    desk.run("add", "contribution", "--account", "ira", "--date", "2023-11-03", "--amount", "4400")
    assert desk.open_sides() == []


def test_a_payment_that_another_person_put_back_under_the_same_id_hides_none() -> None:
    mine = fact(K.DISTRIBUTION, "trad", 10, "900.00", to="cash", id="d1")
    theirs = fact(K.DISTRIBUTION, "paulroth", 10, "500.00", to="cash", id="d1")
    back = fact(K.ROLLOVER_60DAY, "paulroth", 12, "500.00", to="paulroth", of="d1")
    told = [
        one.name
        for listed in ((mine,), (mine, theirs, back))
        for one in may_be_put_back(
            fact(K.ROLLOVER_IN, "trad", 20, "900.00"), [book(e, CHART) for e in listed], CHART
        )
    ]
    assert told == ["d1", "d1"]
