"""What a broker moves by a journal from a Roth IRA to a traditional one was recharacterized.

6,000.00 are put into the Roth IRA for 2020 on January 6 and worth 6,100.00 on March 2, when they
move to the traditional IRA (IRC 408A(d)(6)): Form 8606, line 1 is 6,000.00.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.movements.test_commands import Desk, empty
from tests.statement_import.desk import asked, draft_one, row, say, statuses

__all__ = ["empty"]
SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
JOURNAL = '"03/02/2020","Journal","","JOURNAL {} ...{}","","","","{}$6100.00"'
PUT_IN = '"01/06/2020","MoneyLink Transfer","","Tfr SOME BANK","","","","$6000.00"'
TYPED = "add recharacterization --account roth --date 2020-03-02 --to ira --year 2020 --amount 6000"
OUT = row(40, "roth", "transfer_out", "-6100", partner="234567890")
IN = row(40, "trad", "transfer_in", "6100", partner="234567891")


@pytest.mark.parametrize("side", [OUT, IN])
def test_it_is_asked_from_each_side_and_then_what_its_row_does_not_show(side: Any) -> None:
    draft = draft_one([side])
    assert asked(draft) == [("partner_unknown", 2)]
    (question,) = draft.questions
    assert question.choices == ("recharacterization", "ignore")
    assert "6,100.00 moved from roth, a Roth IRA, to trad, a traditional IRA" in question.problem
    said = say("partner_unknown", 2, "recharacterization")
    (more,) = draft_one([side], said).questions
    assert "basis add recharacterization --account roth" in more.remedy
    assert "--to trad --year YEAR" in more.remedy
    assert statuses(draft_one([side], said, say("needs_more", 2, "typed"))) == "info"
    assert statuses(draft_one([side], say("partner_unknown", 2, "ignore"))) == "info"


def test_where_no_number_names_the_other_ira_it_is_a_choice() -> None:
    for account, kind, amount in (("roth", "transfer_out", "-90"), ("trad", "transfer_in", "90")):
        (question,) = draft_one([row(40, account, kind, amount)]).questions
        assert "recharacterization" in question.choices
        assert {"trad", "roth"}.isdisjoint(question.choices)


def journals(desk: Desk) -> dict[str, str]:
    names = {}
    for account, number, rows in (
        ("ira", "890", [JOURNAL.format("FRM", "891", "")]),
        ("roth", "891", [JOURNAL.format("TO", "890", "-"), PUT_IN]),
    ):
        path = desk.folder / f"{account}_XXX{number}_Transactions_20210105-101500.csv"
        path.write_text("\n".join([SCHWAB, *rows, ""]))
        names[account] = str(path)
    return names


@pytest.mark.parametrize("order", [["ira", "roth"], ["roth", "ira"], ["both"]])
@pytest.mark.parametrize("typed_first", [True, False])
def test_it_is_typed_once_and_both_files_come_in_in_any_order(
    empty: bytes, tmp_path: Path, order: list[str], *, typed_first: bool
) -> None:
    desk = Desk(tmp_path, empty)
    names, path = journals(desk), tmp_path / "said.json"
    desk.run("add", "balance", "--account", "roth", "--date", "2020-03-01", "--value", "6100")
    if typed_first:
        desk.run(*TYPED.split(), "--earnings", "100")
    for one in order:
        files = list(names.values()) if one == "both" else [names[one]]
        words = ["--yes", "--answers", str(path)]
        if one != "both":
            words += ["--account", one]
        said: list[dict[str, Any]] = []
        for _ in range(3):
            path.write_text(json.dumps(said))
            told = json.loads(desk.run("import", *files, *words, "--dry-run", "--json"))
            answers = {
                "tax_year_unknown": "2020",
                "partner_unknown": "recharacterization",
                "needs_more": "typed",
            }
            said += [
                {"code": q["code"], "file": f["file"], "line": q["line"],
                 "answer": answers[q["code"]]}
                for f in told["files"] for q in f["questions"]
            ]  # fmt: skip
        assert typed_first <= ("needs_more" not in [one["code"] for one in said])
        desk.run("import", *files, *words)
    if not typed_first:
        desk.run(*TYPED.split(), "--earnings", "100")
    desk.run("record", "8606", "--taxpayer", "rose", "--year", "2019", "--line14", "0")
    forms = json.loads(desk.run("year-end", "2020", "--json"))
    assert forms["forms"]["8606"]["lines"]["1"] == "6000.00"
    assert [(a["account"], a["closing_value"]) for a in forms["accounts"]] == [
        ("ira", "6100.00"), ("roth", "0.00"),
    ]  # fmt: skip
