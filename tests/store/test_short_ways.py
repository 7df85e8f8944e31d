"""Short ways taken for most rows of a large statement say what the long ways say."""

from __future__ import annotations

import copy
import json
from dataclasses import FrozenInstanceError, replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from ledger.chart import Source
from ledger.events import Event, EventKind, Part
from ledger.importers.tables import Cells
from ledger.money import BadAmount, Money
from ledger.store.chain import cell_texts, seal
from ledger.store.codec import dump, event_text

USUAL = Event("a.csv:2", date(1999, 3, 1), "acme", EventKind.FEE, Money(-105), (Source.ROTH,))
EVENTS = (
    USUAL,
    replace(USUAL, sources=(), memo='a "quoted" é memo \n ]'),
    replace(USUAL, amount=None, value=Money(7)),
    replace(USUAL, sources=(Source.ROTH, Source.MATCH), catch_up=True),
    replace(USUAL, account='ac"me', year=1998, of="a.csv:1", id="x"),
    replace(USUAL, amount=None, parts=(Part("cash", Money(3), Money(1)),)),
)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_kept_as_its_fields_and_comes_back(event: Event) -> None:
    kept = event_text(event)
    assert kept == dump(event.as_fields())
    back = Event.from_fields(json.loads(kept), where=event.where)
    assert back == event
    amount = back.amount
    assert amount is None or amount.evidence == {"a.csv:2"}


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_of_another_account_differs_in_nothing_else(event: Event) -> None:
    assert event.of_account("other") == replace(event, account="other")


def test_an_event_stays_frozen_and_can_be_copied() -> None:
    with pytest.raises(FrozenInstanceError):
        USUAL.memo = "changed"  # type: ignore[misc]
    assert copy.copy(USUAL) == USUAL
    with pytest.raises(TypeError, match="missing 3"):
        Event("a.csv:2")  # type: ignore[call-arg]


def test_a_seal_is_the_hash_of_one_json_list() -> None:
    rows: list[tuple[Any, ...]] = [
        (1, "a", None),
        (2, "]\n[", 'quote " and , comma'),
        (3, "é\u2028\x00", -5),
        *((n, "x" * (n % 7), n) for n in range(4, 5_000)),
    ]
    for row, cells in zip(rows, cell_texts(rows), strict=True):
        whole = json.dumps(["0" * 64, "record", *row], separators=(",", ":"))
        assert seal("0" * 64, "record", cells) == sha256(whole.encode("ascii")).hexdigest()


def test_cells_are_kept_as_one_json_object() -> None:
    titles = ("Date", "", 'Amount "100%s"', "Memo")
    cells = Cells(titles, ("01/02/1999", "nameless", "5 %s", "é\n", "beyond"))
    assert json.loads(cells.as_json()) == dict(cells)


@pytest.mark.parametrize(
    ("text", "cents"),
    [("-12.34", -1234), ("12.34", 1234), (".50", 50), ("-.50", -50), ("0.00", 0)],
)
def test_usual_amounts(text: str, cents: int) -> None:
    assert Money.parse(text).cents == cents
    assert Money.parse(f" {text} ").cents == cents


@pytest.mark.parametrize(
    "text",
    [
        "--1.00",
        "+-1.00",
        "1-.00",
        "-.",
        "1.٣٤",
        "²1.00",
        "1 2.00",
        "9999999999999999.00",
        "9" * 5_000,
    ],
)
def test_what_only_looks_like_a_usual_amount_is_refused(text: str) -> None:
    with pytest.raises(BadAmount):
        Money.parse(text)
