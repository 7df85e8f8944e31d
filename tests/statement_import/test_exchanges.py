"""Exchanges between funds that name no source: used where one can have made them, else asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ledger.records import Record
from ledger.statement_import.answers import GivenAnswer
from tests.statement_import.desk import asked, draft_all, draft_one, gains, reading, row, say

PAID = [
    row(1, "acme", "contribution", "1000.00", source="after_tax", units="10.000", investment="A"),
    row(1, "acme", "contribution", "400.00", source="after_tax", units="20.000", investment="B"),
]
EXCHANGE = [
    row(2, "acme", "exchange", "-550.00", units="-5.000", investment="A"),
    row(2, "acme", "exchange", "550.00", units="25.000", investment="B"),
]


def _converted(*legs: tuple[str, str, str]) -> list[Record]:
    return [
        row(3, "acme", kind, sign + amount, source=source, units=sign + units, investment=fund)
        for fund, units, amount in legs
        for kind, sign, source in (
            ("conversion_out", "-", "after_tax"),
            ("conversion_in", "", "in_plan_roth"),
        )
    ]


PART = _converted(("A", "1.000", "120.00"), ("B", "10.000", "300.00"))
# 5 x 120.00 + 45 x 30.00 = 1,950.00; without the exchange 10 x 120.00 + 20 x 30.00 = 1,800.00
GAIN = "1999-03-03 earnings acme after_tax 550.00"


def _match(fund: str, units: str = "10.000") -> Record:
    return row(1, "acme", "contribution", "100.00", source="match", units=units, investment=fund)


@pytest.mark.parametrize("exchange", [EXCHANGE, EXCHANGE[::-1]])
@pytest.mark.parametrize("other", [[], [_match("C")]])
def test_the_one_source_that_holds_the_fund_made_the_exchange(
    exchange: list[Record], other: list[Record]
) -> None:
    draft = draft_one([*PAID, *other, *exchange, *PART])
    assert (asked(draft), gains(draft)) == ([], [GAIN])


def test_where_two_sources_may_have_made_it_the_value_is_asked() -> None:
    rows = [*PAID, _match("A"), *EXCHANGE, *PART]
    draft = draft_one(rows)
    assert asked(draft) == [("value_needed", 9)]
    assert gains(draft_one(rows, say("value_needed", 9, "1950.00"))) == [GAIN]


def test_an_exchange_that_shows_no_units_leaves_those_of_its_source_unknown() -> None:
    bare = [
        row(2, "acme", "exchange", amount, source="after_tax", investment=fund)
        for fund, amount in (("A", "-550.00"), ("B", "550.00"))
    ]
    assert asked(draft_one([*PAID, *bare, *PART])) == [("value_needed", 8)]


def test_an_exchange_of_a_source_that_nobody_knows_is_asked_about() -> None:
    unknown = [
        row(2, "acme", "exchange", "0", units=units, investment=fund, source_text="Money X")
        for fund, units in (("A", "-5.000"), ("B", "25.000"))
    ]
    rows = [*PAID, *unknown, *PART]
    assert asked(draft_one(rows)) == [("source_unknown", 4)]
    known = GivenAnswer(code="source_unknown", answer="after_tax", match="Money X")
    assert gains(draft_one(rows, known)) == [GAIN]


def test_a_format_that_names_the_source_of_an_exchange_tells_of_the_other() -> None:
    named = [
        row(2, "acme", "exchange", "0", source="after_tax", units=units, investment=fund)
        for fund, units in (("A", "-5.000"), ("B", "25.000"))
    ]
    drafts = draft_all(
        [
            reading([*PAID, *named, *PART], importer="voya"),
            reading(EXCHANGE, importer="trowe_401k", file="b.csv"),
        ]
    )
    assert gains(*drafts) == [GAIN]


def test_all_units_of_a_source_that_left_were_not_exchanged_before() -> None:
    whole = _converted(("A", "10.000", "1200.00"), ("B", "20.000", "600.00"))
    draft = draft_one([*PAID, _match("A"), *EXCHANGE, *whole])
    assert (asked(draft), gains(draft)) == ([], ["1999-03-03 earnings acme after_tax 400.00"])


HEAD = "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
AFTER, ROTH = "After-tax Contribution", "In-plan Roth After-tax Conversion"
UNTIL = f"""01/04/20,Payroll Contribution,{AFTER},500 Index,10.000000,1000.00
03/02/20,Fund Transfer Out,{AFTER},500 Index,-5.000000,-600.00
03/02/20,Account Withdrawal,{AFTER},500 Index,-2.000000,-240.00
03/02/20,Additional Deposit,{ROTH},500 Index,2.000000,240.00
"""
SINCE = f"""03/03/20,Fund Transfer In,{AFTER},Bond,60.000000,600.00
05/04/20,Payroll Contribution,{AFTER},Bond,10.000000,100.00
05/04/20,Payroll Contribution,Juniper Falls Match,Bond,10.000000,100.00
06/01/20,Forfeiture,Juniper Falls Match,Bond,-10.000000,-110.00
"""
SAID = [
    {"code": "type_unknown", "match": f"Fund Transfer {way}", "answer": "exchange"}
    for way in ("Out", "In")
]


def _imported(basis: Callable[..., Result], name: str) -> Result:
    said = [one for one in SAID if str(one["match"]) in Path(name).read_text("utf-8")]
    Path("said.json").write_text(json.dumps(said), "utf-8")
    return basis("import", name, "--account", "acme", "--answers", "said.json", "--yes")


@pytest.mark.parametrize(
    "names", [["all"], ["until", "since"], ["since", "until"], ["until", "all"]]
)
def test_an_exchange_over_a_night_is_one_in_every_order_of_files(
    desk: Callable[[], Callable[..., Result]], names: list[str]
) -> None:
    """Just before the conversion: 5 units at 120.00 and 600.00 on its way, 1,200.00.

    1,000.00 x 240 / 1,200 = 200.00 of basis leaves with 240.00: line 5b is 40.00. The plan's match,
    100.00, is forfeited for 110.00: nothing is left of it.
    """
    texts = {"until": HEAD + UNTIL, "since": HEAD + SINCE, "all": HEAD + UNTIL + SINCE}
    for name, text in texts.items():
        Path(f"{name}.csv").write_text(text, "utf-8")
    basis = desk()
    for name in names:
        done = _imported(basis, f"{name}.csv")
        assert done.exit_code == 0, done.output
        alone = {
            "until": "600.00 of 500 Index was sold out of",
            "since": "600.00 of Bond was bought",
        }
        is_first = name == names[0] and name in alone
        assert ("no row of the days about it" in done.output) == is_first
        assert not is_first or alone[name] in done.output
    record = json.loads(basis("year-end", "2020", "--taxpayer", "ann", "--json").stdout)
    lines = record["forms"]["1040"]["lines"]
    assert (lines["5a"], lines["5b"]) == ("240.00", "40.00")
    left = {one["source"]: one["closing_value"] for one in record["accounts"]}
    assert left["match"] == "0.00"


def test_an_exchange_that_never_ends_is_refused_by_the_year_end_by_name(
    desk: Callable[[], Callable[..., Result]],
) -> None:
    Path("until.csv").write_text(HEAD + UNTIL, "utf-8")
    basis = desk()
    assert _imported(basis, "until.csv").exit_code == 0
    for words in (("year-end", "2020", "--taxpayer", "ann"), ("check", "2020")):
        told = basis(*words)
        assert "600.00 of 500 Index was sold out of acme:after_tax on 2020-03-02" in told.output
    add = "add exchange --account acme --source after_tax --date 2020-03-02 --fund Bond"
    assert basis(*add.split(), "--units", "60.000", "--amount", "600.00").exit_code == 0
    assert basis("year-end", "2020", "--taxpayer", "ann").exit_code == 0
