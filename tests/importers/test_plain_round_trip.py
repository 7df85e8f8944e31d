"""What ``basis export csv`` writes, the plain reader reads back, event by event."""

from __future__ import annotations

import csv
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exports.csv import csv_text
from ledger.books import Books
from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.events import RECORDED_KINDS, WHOLE, Event, EventKind, Part
from ledger.importers import plain
from ledger.importers.read import read_file
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
NOW = date(2026, 11, 1)


def again(events: list[Event], folder: Path) -> list[Event | None]:
    entries = tuple(JournalEntry(event, (), "as read") for event in events)
    path = folder / "export.csv"
    path.write_text(csv_text(Books(taxpayers={}, accounts={}, entries=(), facts=entries)), "utf-8")
    return [event and replace(event, where="", seq=0) for event in read_file(path, now=NOW).events]


@pytest.mark.parametrize("name", ["plain_plan/acme.csv", "plain_ira/iras.csv"])
def test_an_exported_file_gives_the_same_events(name: str, tmp_path: Path) -> None:
    read = read_file(STATEMENTS / name, now=NOW).events
    events = [replace(event, where="", seq=0) for event in read if event]
    assert again(events, tmp_path) == events


def test_every_field_of_an_event_survives(tmp_path: Path) -> None:
    whole = Event(
        where="",
        day=date(2025, 3, 1),
        account="-trad",
        kind=EventKind.RECHARACTERIZATION,
        amount=Money.dollars(5000),
        id="r1",
        memo="=1+1",
        to="roth",
        year=2024,
        value=Money.parse("6000.50"),
    )
    back = Event(
        where="",
        day=date(2025, 3, 2),
        account="trad",
        kind=EventKind.ROLLOVER_60DAY,
        amount=Money.parse("0.01"),
        of="d1",
        to="roth",
        reason="too much income",
    )
    paid = Event(
        where="",
        day=date(2025, 3, 3),
        account="acme",
        kind=EventKind.DISTRIBUTION,
        sources=(Source.AFTER_TAX, Source.MATCH),
        parts=(Part(to="cash", amount=Money.dollars(500)),),
        value=Money.parse("6000.50"),
        withheld=Money.dollars(1),
        state_withheld=Money.parse("0.50"),
        exception="01",
        disaster="DR-1",
        fund="500 Index",
        units=Decimal("-5.000"),
        price=Decimal("125.4312"),
    )
    refund = Event(
        where="",
        day=date(2025, 3, 4),
        account="acme",
        kind=EventKind.EXCESS_DEFERRAL_RETURN,
        sources=(Source.PRE_TAX,),
        amount=Money.dollars(100),
        earnings=Money.parse("-1.50"),
        year=2024,
    )
    saved = Event(
        where="",
        day=date(2025, 3, 5),
        account="acme",
        kind=EventKind.CONTRIBUTION,
        sources=(Source.ROTH,),
        amount=Money.dollars(-100),
        fund="500 Index",
        units=Decimal("-1.5"),
        postponed="disaster",
        catch_up=True,
    )
    arrived = Event(
        where="",
        day=date(2025, 3, 6),
        account="acme",
        kind=EventKind.ROLLOVER_IN,
        sources=(Source.ROLLOVER,),
        amount=Money.dollars(100),
        basis=Money.dollars(2),
        origin="old",
    )
    moved = Event(
        where="",
        day=date(2025, 3, 7),
        account="acme",
        kind=EventKind.EXCHANGE,
        sources=(Source.ROTH,),
        amount=Money.dollars(-100),
        fund="500 Index",
        units=Decimal("-1.5"),
    )
    opening = Event(
        where="",
        day=date(2025, 1, 1),
        account="trad",
        kind=EventKind.OPENING,
        value=Money.dollars(100),
        basis=Money.dollars(20),
    )
    events = [opening, whole, back, paid, refund, saved, arrived, moved]
    assert again(events, tmp_path) == events
    carried = {
        f.name for f in fields(Event) if any(getattr(e, f.name) != f.default for e in events)
    }
    assert {f.name for f in fields(Event)} - carried == {"pre_1987", "pretax", "months", "seq"}


def test_what_the_source_was_worth_before_is_read_and_written(tmp_path: Path) -> None:
    kinds = (EventKind.IN_PLAN_CONVERSION, EventKind.DISTRIBUTION, EventKind.CONVERSION)
    for kind in kinds:
        path = tmp_path / "typed.csv"
        row = f"2025-01-06,{kind},,300,1200,trad,{'roth' if kind is EventKind.CONVERSION else ''}"
        path.write_text(f"Date,Type,Source,Amount,Value,Account,To\n{row}\n", "utf-8")
        (event,) = read_file(path, now=NOW).events
        assert event is not None
        assert event.value == Money.dollars(1200)
        assert again([event], tmp_path) == [replace(event, where="", seq=0)]


# A cell that each column takes, so that only its meaning for the kind can be at fault.
_CELLS = {
    "source": ("Source", "after_tax"),
    "tax year": ("Tax Year", "2025"),
    "to": ("To", "roth"),
    "of": ("Of", "d1"),
    "value": ("Value", "1200"),
    "earnings": ("Earnings", "1.50"),
    "basis": ("Basis", "2"),
    "withheld": ("Withheld", "1"),
    "state withheld": ("State Withheld", "1"),
    "exception": ("Exception", "01"),
    "reason": ("Reason", "acp"),
    "disaster": ("Disaster", "DR-1"),
    "postponed": ("Postponed", "disaster"),
    "catch up": ("Catch Up", "yes"),
    "fund": ("Fund", "500 Index"),
    "units": ("Units", "12.5"),
    "price": ("Price", "41.25"),
    "origin": ("Origin", "old"),
}
_FIELDS = {"source": "sources", "tax year": "year"}


def test_the_sweep_tries_every_column_of_the_reader() -> None:
    always = {"day", "type", "amount", "memo", "account", "id"}
    assert set(plain._TABLE.columns) == set(_CELLS) | always


@pytest.mark.parametrize("kind", RECORDED_KINDS)
@pytest.mark.parametrize("role", _CELLS)
def test_a_filled_cell_is_carried_into_the_event_or_refused(
    role: str, kind: EventKind, tmp_path: Path
) -> None:
    (title, cell), field = _CELLS[role], _FIELDS.get(role, role.replace(" ", "_"))
    to = {"To": "roth"} if "to" in kind.spec.fields and role != "to" else {}
    typed = {"Date": "2025-06-30", "Account": "trad", "Type": kind, "Amount": "1200", **to}
    path = tmp_path / "typed.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*typed, title])
        writer.writeheader()
        writer.writerow({**typed, title: cell})
    if field not in kind.spec.fields:
        with pytest.raises(LedgerError, match=f"column {title}: .* has no {role}"):
            read_file(path, now=NOW)
        return
    (event,) = read_file(path, now=NOW).events
    assert event is not None
    without = replace(event, **{field: next(f.default for f in fields(Event) if f.name == field)})
    assert event != without or event.parts  # of a distribution the receiver is a part


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("Date", "2025-06-29"),
        ("Account", "roth"),
        ("Type", "transfer out"),
        ("Amount", "1201"),
        ("Memo", "as said"),
        ("Id", "d2"),
    ],
)
def test_a_column_that_every_row_has_is_carried_into_the_event(
    title: str, cell: str, tmp_path: Path
) -> None:
    typed = {"Date": "2025-06-30", "Account": "trad", "Type": "distribution", "Amount": "1200"}
    typed |= {"Memo": "", "Id": "d1"}
    path, read = tmp_path / "typed.csv", list[Event | None]()
    for row in (typed, {**typed, title: cell}):
        path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", "utf-8")
        read += read_file(path, now=NOW).events
    assert read[0] != read[1]


def test_a_balance_is_stated_once(tmp_path: Path) -> None:
    path = tmp_path / "typed.csv"
    text = "Date,Type,Source,Amount,Value\n2025-12-31,balance,after_tax,{},1200\n"
    path.write_text(text.format("1100"), "utf-8")
    with pytest.raises(LedgerError, match="say two values of a balance"):
        read_file(path, now=NOW)
    for same in ("", "1200.00"):
        path.write_text(text.format(same), "utf-8")
        (event,) = read_file(path, now=NOW).events
        assert event is not None
        assert event.value == Money.dollars(1200)


@pytest.mark.parametrize(
    ("kind", "amount", "units", "read"),
    [
        ("fee", "5", "0.5", "-0.5"),
        ("fee", "5", "-0.5", "-0.5"),
        ("distribution", "500", "1,000.50", "-1000.50"),
        ("contribution", "500", "5", "5"),
        ("contribution", "-500", "-5", "-5"),
    ],
)
def test_typed_units_get_the_sign_of_what_the_account_got(
    kind: str, amount: str, units: str, read: str, tmp_path: Path
) -> None:
    path = tmp_path / "typed.csv"
    row = f'2025-06-30,{kind},after_tax,{amount},"{units}",500 Index'
    path.write_text(f"Date,Type,Source,Amount,Units,Fund\n{row}\n", "utf-8")
    reading = read_file(path, now=NOW)
    (event,) = reading.events
    assert event is not None
    assert (event.units, event.fund) == (Decimal(read), "500 Index")
    assert (reading.records[0].units, reading.records[0].investment) == (read, "500 Index")


def test_typed_units_that_go_another_way_than_the_money_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "typed.csv"
    for row in ("contribution,500,-5", "contribution,-500,5", "earnings,-5,0.05"):
        path.write_text(f"Date,Type,Amount,Units\n2025-06-30,{row}\n", "utf-8")
        with pytest.raises(LedgerError, match="go two ways"):
            read_file(path, now=NOW)


def test_why_an_import_made_an_event_is_written_as_its_memo(tmp_path: Path) -> None:
    day = date(2025, 3, 1)
    gain = Event(
        where="", day=day, account="trad", kind=EventKind.TRANSFER_OUT, amount=Money.dollars(1)
    )
    why = "rolled over"
    assert again([replace(gain, reason=why)], tmp_path) == [replace(gain, memo=why)]


def test_an_opening_never_gets_a_basis_that_was_not_stated(tmp_path: Path) -> None:
    path = tmp_path / "opening.csv"
    path.write_text("Date,Type,Source,Amount\n01/01/2025,opening,after-tax,100\n", "utf-8")
    (event,) = read_file(path, now=NOW).events
    assert event is not None
    assert (str(event.value), event.basis) == ("100.00", None)


def test_a_conversion_of_all_that_a_source_holds_survives_without_its_amount(
    tmp_path: Path,
) -> None:
    whole = Event(
        where="",
        day=date(2025, 3, 1),
        account="acme",
        kind=EventKind.IN_PLAN_CONVERSION,
        amount=ZERO,
        sources=(Source.AFTER_TAX,),
        reason=WHOLE,
    )
    assert again([whole], tmp_path) == [whole]
