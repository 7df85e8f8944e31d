"""Exports of recordkeepers that no reader knows: the map proposed and what it reads, to be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ledger.errors import LedgerError
from ledger.importers.custom import parse_map
from ledger.importers.files import TextFile, load
from ledger.importers.infer import propose
from ledger.importers.reading import Reading
from ledger.money import Money
from tests.importers.shown import table

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXPORTS = sorted(p for p in (FIXTURES / "exports").iterdir() if p.name.count(".") == 1)
NOW = date(2026, 11, 24)
# what the file itself cannot say
SAID = {
    "ira_cash.csv": {"plan": "ira"},
    "money_in_out.csv": {"plan": "ira"},
    "opening_balance.csv": {"plan": "ira"},
    "no_signs.csv": {"plan": "ira"},
    "turned_signs.csv": {"plan": "ira"},
    "times.csv": {"plan": "ira"},
    "paydays.csv": {"type": "contribution"},
}
HEAD = '[map]\ndates = ["MM/DD/YYYY"]\nplan = {plan}\n{more}[columns]\ndate = "Day"\n'
TYPES = '[types]\n"Pay" = "contribution"\n"Cost" = "fee"\n"Move" = "exchange"\n'


def proposed(path: Path) -> str:
    found = propose(load(path))
    for about, answer in SAID.get(path.name, {}).items():
        found = found.settled(about, answer)
    assert not found.open
    return found.toml()


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_an_export_is_read_by_the_map_proposed_for_it(
    path: Path, golden: Callable[[str, str], None]
) -> None:
    text = proposed(path)
    golden(f"exports/{path.name}.map.toml", text)
    golden(
        f"exports/{path.name}.records.txt", table(parse_map(text, "m", "m").read(load(path), NOW))
    )


def read(
    rows: str, columns: str, *, plan: bool = False, more: str = "", types: str = TYPES
) -> Reading:
    head = HEAD.format(plan=str(plan).lower(), more=more)
    file = TextFile(name="a.csv", text=rows, sha256="0" * 64)
    return parse_map(head + columns + types, "map.toml", "map").read(file, NOW)


def fault(rows: str, columns: str, **more: str) -> str:
    with pytest.raises(LedgerError) as caught:
        read(rows, columns, **more)  # type: ignore[arg-type]
    (only,) = caught.value.faults
    return f"{only.where} {only.code}"


IN_OUT = 'type = "What"\nmoney_in = "In"\nmoney_out = "Out"\nbalance = "Balance"\n'
SIGNED = 'type = "What"\namount = "Sum"\n'


def test_money_out_is_negative_whatever_sign_it_has() -> None:
    rows = "Day,What,In,Out,Balance\n01/02/2025,Pay,10.00,0.00,10.00\n"
    for out in ("3.00", "-3.00", "(3.00)"):
        reading = read(f"{rows}01/03/2025,Cost,,{out},7.00\n", IN_OUT)
        assert [record.amount for record in reading.records] == [Money(1000), Money(-300)]


def test_money_in_and_out_at_once_is_refused() -> None:
    rows = "Day,What,In,Out,Balance\n01/02/2025,Pay,10.00,2.00,8.00\n"
    assert fault(rows, IN_OUT) == "a.csv:2 two_amounts"


def test_a_balance_that_does_not_follow_the_amounts_is_refused() -> None:
    """Swapped columns, or a row that the download left out, are found by the running balance."""
    rows = "Day,What,In,Out,Balance\n01/02/2025,Pay,10.00,,10.00\n01/03/2025,Cost,,3.00,7.00\n"
    assert len(read(rows, IN_OUT).records) == 2
    swapped = IN_OUT.replace('"In"', '"X"').replace('"Out"', '"In"').replace('"X"', '"Out"')
    assert fault(rows, swapped) == "a.csv:3 balance_differs"
    assert fault(f"{rows}01/05/2025,Pay,,,9.00\n", IN_OUT) == "a.csv:4 balance_differs"


def test_a_move_between_investments_may_count_in_the_balance_or_not() -> None:
    columns = f'{SIGNED}balance = "Balance"\n'
    for after in ("10.00", "6.00"):
        rows = f"Day,What,Sum,Balance\n01/02/2025,Pay,10.00,10.00\n01/03/2025,Move,-4.00,{after}\n"
        assert len(read(rows, columns).records) == 2


def test_a_balance_by_source_and_one_that_runs_up_the_file_are_followed() -> None:
    columns = f'{SIGNED}source = "From"\nbalance = "Balance"\n'
    rows = [
        "01/02/2025,Pay,Roth,10.00,10.00",
        "01/02/2025,Pay,Match,5.00,5.00",
        "01/03/2025,Cost,Roth,-1.00,9.00",
    ]
    for ordered in (rows, rows[::-1]):
        text = "\n".join(["Day,What,From,Sum,Balance", *ordered, ""])
        assert len(read(text, columns, plan=True).records) == 3


def test_a_file_without_signs_is_never_taken_for_one_with_signs() -> None:
    rows = "Day,What,Sum\n01/02/2025,Pay,10.00\n01/03/2025,Cost,3.00\n"
    assert fault(rows, SIGNED) == "a.csv:3 signs_unknown"
    by_type = read(rows, SIGNED, more='signs = "by_type"\n').records
    assert [record.amount for record in by_type] == [Money(1000), Money(-300)]
    rebate = read(rows, SIGNED, more='signs = "printed"\n').records
    assert [record.amount for record in rebate] == [Money(1000), Money(300)]


def test_turned_signs_are_said_and_not_guessed() -> None:
    rows = "Day,What,Sum\n01/02/2025,Pay,-10.00\n01/03/2025,Cost,3.00\n"
    assert fault(rows, SIGNED) == "a.csv:2 signs_unknown"
    turned = read(rows, SIGNED, more='signs = "turned"\n').records
    assert [record.amount for record in turned] == [Money(1000), Money(-300)]


def test_without_signs_every_type_must_stand_in_the_map() -> None:
    rows = "Day,What,Sum\n01/02/2025,Pay,10.00\n01/03/2025,Mystery,3.00\n"
    assert fault(rows, SIGNED, more='signs = "by_type"\n') == "a.csv:3 signs_unknown"


def test_the_sources_of_a_row_must_reach_its_total() -> None:
    rows = "Day,What,Mine,Yours,All\n01/02/2025,Pay,10.00,5.00,{total}\n"
    columns = 'type = "What"\ntotal = "All"\n[source_columns]\n"Mine" = "roth"\n"Yours" = "match"\n'
    reading = read(rows.format(total="15.00"), columns, plan=True)
    assert [(r.line, r.source_text, r.amount.cents) for r in reading.records] == [
        (2, "roth", 1000),
        (2, "match", 500),
    ]
    with pytest.raises(LedgerError) as caught:
        read(rows.format(total="16.00"), columns, plan=True)
    assert caught.value.code == "total_differs"


def test_a_row_in_which_no_source_moved_is_kept() -> None:
    rows = "Day,What,Mine,Yours\n01/02/2025,Pay,0.00,\n"
    columns = 'type = "What"\n[source_columns]\n"Mine" = "roth"\n"Yours" = "match"\n'
    (record,) = read(rows, columns, plan=True).records
    assert record.kind.value == "info"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"Mine" = "roth"', '"Mine" = "rooth"', "map.toml:8"),
        ("plan = true", "plan = true\nsgins = 1", "map.toml:4"),
        ('date = "Day"', "", "map.toml:4"),
        ('"Cost" = "fee"', '"Cost" = { kind = "fee", sourc = "roth" }', "map.toml:12"),
        ("plan = true", 'plan = true\nsigns = "none"', "map.toml:4"),
        ('"Pay" = "contribution"', '"Pay" = contribution', "map.toml:11"),
    ],
)
def test_a_fault_of_a_map_names_its_line(old: str, new: str, where: str) -> None:
    text = HEAD.format(plan="true", more="") + (
        'type = "What"\n[source_columns]\n"Mine" = "roth"\n"Yours" = "match"\n'
    )
    whole = text + TYPES
    assert old in whole
    with pytest.raises(LedgerError) as caught:
        parse_map(whole.replace(old, new), "map.toml", "map")
    assert caught.value.faults[0].where == where
