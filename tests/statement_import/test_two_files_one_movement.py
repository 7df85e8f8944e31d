"""One movement whose sides stand in two files: each books itself, and they meet in any order.

7,000 left a traditional IRA on September 12 and came into a Roth IRA on September 16: one
conversion, of the day on which it left. 4,533.39 of after-tax money left a plan on December 15
and came into the Roth IRA on December 18: one direct rollover (Form 1099-R code G).
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from ledger.chart import Outside, Source
from ledger.errors import LedgerError
from ledger.events import Event, EventKind, Part
from ledger.money import Money
from ledger.movements import meet
from ledger.statement_import.answers import AnswerBook
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.stages import ImportOptions
from ledger.statement_import.storing import commit, context_of
from ledger.store import Ledger
from tests.conftest import FIXTURES
from tests.statement_import.desk import (
    CHART,
    asked,
    books,
    day,
    in_words,
    joined,
    reading,
    row,
    say,
    statuses,
    told,
)
from tests.statement_import.desk import draft_all_held as draft_all
from tests.statement_import.desk import draft_held as draft_one
from tests.statement_import.test_overlap import Shelf

PLAN = str(FIXTURES / "statements" / "schwab_rps" / "transactions.csv")
SAID = {"same_money": "same", "possible_conversion": "conversion", "tax_year_unknown": "2025"}
FIDELITY = "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Amount ($),Settlement Date"
SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
VANGUARD = (
    "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,"
    "Investment Name,Symbol,Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount,"
    "Accrued Interest,Account Type,"
)
FUND = "VANGUARD FEDERAL MONEY MARKET INV,VMFXX,0,0,"
# of each house: account number, file name and lines of the side that pays and of that which gets
SIDES = {
    "fidelity": (
        ("234567890", "History_for_Account_234567890.csv", FIDELITY,
         "09/12/2025,CONV TO ROTH IRA (Cash), ,No Description,Cash,0,,-7000,"),
        ("234567891", "History_for_Account_234567891.csv", FIDELITY,
         "09/16/2025,ROTH CONVERSION (Cash), ,No Description,Cash,0,,7000,"),
    ),
    "schwab": (
        ("XXX111", "Contributory_IRA_XXX111_Transactions_20260105-101500.csv", SCHWAB,
         '"09/12/2025","Journal","","JOURNAL","","","","-$7000.00"'),
        ("XXX222", "Roth_IRA_XXX222_Transactions_20260105-101600.csv", SCHWAB,
         '"09/16/2025","Journal","","JOURNAL","","","","$7000.00"'),
    ),
    "vanguard": (
        ("10203040", "trad.csv", VANGUARD,
         f"10203040,2025-09-12,,Conversion (outgoing),Conversion,{FUND}0,0,-7000,0,CASH,"),
        ("10203041", "roth.csv", VANGUARD,
         f"10203041,2025-09-16,,Conversion (incoming),Conversion,{FUND}0,0,7000,0,CASH,"),
    ),
}  # fmt: skip
INTO_ROTH = {
    "fidelity": "12/18/2025,ROLLOVER CASH (Cash), ,No Description,Cash,0,,4533.39,",
    "vanguard": f"10203041,2025-12-18,2025-12-18,Rollover (incoming),Rollover,{FUND}"
    "0,0,4533.39,0,CASH,",
}


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the bytes of a ledger with a plan and both IRAs for each house; made once."""
    made = {}
    for house, ((trad, *_), (roth, *_)) in SIDES.items():
        path = tmp_path_factory.mktemp(house) / "ledger.db"
        chart = ("acme", "401k", ""), ("trad", "traditional_ira", trad), ("roth", "roth_ira", roth)
        lines = [["init"], ["taxpayer", "add", "rose", "--name", "Rose", "--born", "1970-05-01"]]
        for name, kind, number in chart:
            line = ["account", "add", name, "--owner", "rose", "--kind", kind]
            lines.append([*line, "--number", number] if number else line)
        for words in lines:
            assert CliRunner().invoke(main, ["--ledger", str(path), *words]).exit_code == 0
        made[house] = path.read_bytes()
    return made


class Desk:
    """A ledger of one house, and a person who answers what an import asks."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self.folder = folder
        (folder / "ledger.db").write_bytes(content)
        (folder / "ledger.db").chmod(0o600)

    def run(self, *words: str) -> Any:
        line = ["--ledger", str(self.folder / "ledger.db"), *words, "--json"]
        done = CliRunner().invoke(main, line)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def bring(self, *files: str, partner: str = "", plan: str = "") -> None:
        """Import files, answering each question as it is asked."""
        said: list[dict[str, Any]] = []
        words = ["import", *files, *(["--account", plan] if plan else []), "--yes"]
        answers = self.folder / "answers.json"
        for _ in range(5):
            answers.write_text(json.dumps(said))
            preview = self.run(*words, "--answers", str(answers), "--dry-run")
            asked = [(f["file"], q) for f in preview["files"] for q in f["questions"]]
            if not asked:
                break
            said += [
                {"code": q["code"], "file": file, "line": q["line"],
                 "answer": partner if q["code"] == "partner_unknown" else SAID[q["code"]]}
                for file, q in asked
            ]  # fmt: skip
        self.run(*words, "--answers", str(answers))

    def moved(self, *accounts: str) -> list[str]:
        """Return the movements that the law reads of some accounts: day, kind, value by pool.

        What came on a later day stands behind with its own day.
        """
        with Ledger.open(self.folder / "ledger.db") as ledger:
            entries = ledger.books().entries
        words = [
            f"{e.day} {e.event.kind} {' '.join(f'{p.pool} {p.value.plain}' for p in e.postings)}"
            for e in entries
            if not e.event.accounts.isdisjoint(accounts)
        ]
        return [one.replace(Outside.IN_TRANSIT, "transit") for one in words]

    def open(self) -> list[str]:
        """Return the accounts whose side of a movement is open."""
        with Ledger.open(self.folder / "ledger.db") as ledger:
            return [side.account for side in ledger.books().open_sides]

    def write(self, name: str, *lines: str) -> str:
        (self.folder / name).write_text("\n".join((*lines, "")))
        return str(self.folder / name)


@pytest.fixture
def desk(request: pytest.FixtureRequest, ledgers: dict[str, bytes], tmp_path: Path) -> Desk:
    """Return the desk of the house that the test is for."""
    return Desk(tmp_path, ledgers[request.node.callspec.params["house"]])


@pytest.mark.parametrize(
    ("house", "way"),
    [
        ("fidelity", "out first"),
        ("fidelity", "in first"),
        ("schwab", "in first"),
        ("schwab", "together"),
        ("vanguard", "together"),
    ],
)
def test_a_conversion_over_two_files_is_one_entry(desk: Desk, house: str, way: str) -> None:
    out, into = (desk.write(name, *lines) for _, name, *lines in SIDES[house])
    if way == "together":
        desk.bring(into, out)
    else:
        first, partner = (out, "roth") if way == "out first" else (into, "trad")
        desk.bring(first, partner=partner)
        desk.bring(into if first == out else out, partner="")
    assert desk.moved("trad", "roth") == [
        "2025-09-12 conversion transit 7000.00 trad -7000.00",
        "2025-09-16 exchange roth 7000.00 transit -7000.00",
    ]


@pytest.mark.parametrize(
    ("house", "way"),
    [("vanguard", "together"), ("vanguard", "out first"), ("fidelity", "in first")],
)
def test_a_direct_rollover_over_two_files_is_one_entry(desk: Desk, house: str, way: str) -> None:
    _, name, header, _ = SIDES[house][1]
    into = desk.write(name, header, INTO_ROTH[house])
    if way == "together":
        desk.bring(PLAN, into, partner="roth", plan="acme")
    elif way == "out first":
        desk.bring(PLAN, partner="roth", plan="acme")
        desk.bring(into)
    else:
        desk.bring(into)
        assert [line.split()[1] for line in desk.moved("roth")] == ["rollover_in"]
        desk.bring(PLAN, partner="roth", plan="acme")
    paid, arrived = desk.moved("roth")
    assert paid.startswith("2025-12-15 distribution ")
    assert "transit 4533.39" in paid
    assert arrived == "2025-12-18 exchange roth 4533.39 transit -4533.39"
    assert desk.run("verify")["problems"] == []
    if way == "in first":
        # without the plan's file the money in the IRA stands alone again, and is open
        plan = desk.run("imports")[-1]["import"]
        line = ["--ledger", str(desk.folder / "ledger.db"), "undo", str(plan), "--why", "wrong"]
        done = CliRunner().invoke(main, line)
        assert "open again: 4,533.39 came into roth on 2025-12-18" in done.stdout
        assert [line.split()[1] for line in desk.moved("roth")] == ["rollover_in"]
        assert desk.open() == ["roth"]


def lone(kind: EventKind, account: str, when: int) -> Event:
    """Return entry 7: money that an account exchanged with an unknown place."""
    return Event("before.csv:2", day(when), account, kind, Money(90000), seq=7)


def test_a_side_that_left_before_is_met_by_the_one_that_comes() -> None:
    sent = replace(lone(EventKind.TRANSFER, "old", 5), to="in_transit")
    before = books([sent])
    draft = draft_one([row(8, "trad", "transfer_in", "900")], before=before)
    assert asked(draft) == []
    assert joined(draft, before=before) == ["transfer old>trad 900.00"]


def test_a_side_that_was_said_to_have_left_the_books_is_not_taken_back() -> None:
    before = books([lone(EventKind.TRANSFER_OUT, "old", 5)])
    rows = [row(8, "trad", "transfer_in", "900")]
    assert asked(draft_one(rows, before=before)) == [("partner_unknown", 2)]


def test_a_side_that_came_in_alone_is_part_of_the_conversion() -> None:
    before = books([lone(EventKind.TRANSFER_IN, "roth", 8)])
    rows = [row(5, "trad", "conversion_out", "-900", partner="234567891")]
    said = draft_one(rows, say("opening_needed", 2, "later"), before=before)
    movement, arrival = meet([e.entry for e in said.entries] + list(before.facts), CHART).entries
    assert in_words(movement.event) == "conversion trad>roth 900.00"
    assert (movement.day, arrival.day) == (day(5), day(8))


@pytest.mark.parametrize(("when", "amount"), [(30, "-900"), (5, "-900.01")])
def test_another_amount_or_a_day_long_after_is_no_other_side(when: int, amount: str) -> None:
    before = books([lone(EventKind.TRANSFER_IN, "roth", 8)])
    rows = [row(when, "trad", "conversion_out", amount, partner="234567891")]
    draft = draft_one(rows, say("opening_needed", 2, "later"), before=before)
    assert "transfer_in roth 900.00" in joined(draft, before=before)


def test_a_rollover_of_one_day_in_two_files_needs_no_question() -> None:
    out = row(5, "acme", "rollover_out", "-900", source="pre_tax")
    plan, ira = draft_all(
        [
            reading([out], file="plan.csv", plan=True),
            reading([row(5, "trad", "rollover_in", "900")], file="ira.csv"),
        ]
    )
    assert joined(plan, ira) == ["distribution acme>trad pre_tax 900.00"]
    assert (asked(plan), statuses(ira)) == ([], "new")


def test_one_payment_explains_one_rollover_that_came_in() -> None:
    out = row(5, "acme", "rollover_out", "-900", source="pre_tax")
    into = row(5, "trad", "rollover_in", "900")
    plan, ira = draft_all(
        [reading([out], file="plan.csv", plan=True), reading([into, into], file="ira.csv")],
        [say("partner_unknown", 2, "trad")],
    )
    assert joined(plan, ira) == [
        "rollover_in trad 900.00",  # the second came from elsewhere
        "distribution acme pre_tax trad 900.00",
    ]
    assert asked(ira) == []


def test_a_rollover_weeks_after_a_payment_of_its_amount_is_asked_about() -> None:
    # the arrival of day 7 was booked with the payment of day 5; what comes on day 37 is not it
    paid = Event(
        "plan.csv:2", day(5), "acme", EventKind.DISTRIBUTION, sources=(Source.AFTER_TAX,),
        parts=(Part("roth", Money(90000)),), seq=7,
    )  # fmt: skip
    later = [row(37, "roth", "rollover_in", "900")]
    (question,) = draft_one(later, before=books([paid])).questions
    assert question.code == "same_money"
    apart = draft_one(later, say("same_money", 2, "apart"), before=books([paid]))
    assert told(apart) == ["rollover_in roth 900.00 from outside"]
    same = draft_one(later, say("same_money", 2, "same"), before=books([paid]))
    assert told(same) == ["rollover_in roth 900.00 from acme"]
    assert joined(same, before=books([paid])) == ["distribution acme after_tax roth 900.00"]
    assert draft_one([row(15, "roth", "rollover_in", "900")], before=books([paid])).questions == []


def test_a_second_rollover_within_days_of_the_first_is_an_open_side() -> None:
    # 900.00 left the plan on day 5 and came in on day 7; another 900.00 came on day 12
    shelf = Shelf()
    paid = row(5, "acme", "rollover_out", "-900", source="after_tax")
    first, second = (row(when, "roth", "rollover_in", "900") for when in (7, 12))
    for rows, name in (([row(1, "acme", "contribution", "900", source="after_tax"), paid], "plan"),
                       ([first], "roth"), ([first, second], "roth2")):  # fmt: skip
        plan = name == "plan"
        given = [say("partner_unknown", 3, "roth")] if plan else []
        book = AnswerBook(shelf.answers(), given)
        one = reading(rows, file=f"{name}.csv", plan=plan)
        (brought,) = StatementImport(context_of(shelf, book), ImportOptions()).draft([one])  # type: ignore[arg-type]
        if name != "roth2":
            commit(shelf, brought, book)  # type: ignore[arg-type]
    assert (asked(brought), statuses(brought)) == ([], "known new")
    facts = [*shelf.books().facts, *(stored.entry for stored in brought.entries)]
    assert [side.where for side in meet(facts, CHART).open_sides] == ["roth2.csv:3"]


def test_the_account_named_for_several_files_is_that_of_those_which_name_none() -> None:
    nameless = reading([row(200, "", "earnings", "5")], file="nameless.csv")
    named = reading([row(200, "trad", "earnings", "7")], file="named.csv")
    options = ImportOptions(account="roth")
    drafts = draft_all([nameless, named], options=options)
    assert [told(d) for d in drafts] == [["earnings roth 5.00"], ["earnings trad 7.00"]]
    with pytest.raises(LedgerError, match="the file is of trad, not of roth"):
        draft_all([named], options=options)
