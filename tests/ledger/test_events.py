"""The catalogue of events is whole, and what it says is what every place does."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cli.events import add
from exports.csv import COLUMNS
from ledger.booking.checks import _CHECKS_OF
from ledger.chart import Account, AccountKind, Source
from ledger.events import (
    EVENT_SPECS,
    FIELD_SPECS,
    RECORDED_KINDS,
    Event,
    EventKind,
    FieldSpec,
    Order,
    Part,
    Place,
    Value,
    Way,
    kinds_where,
)
from ledger.importers.legs import CONVERSIONS
from ledger.importers.ofx import _KEEPS
from ledger.importers.plain import PLAIN
from ledger.importers.signs import _WITHOUT_EFFECT
from ledger.money import Money
from ledger.movements.sides import LEAVES
from ledger.records import NEVER_BOOKED, RowKind, rows_where
from ledger.scenario.spec import SPEC
from ledger.statement_import.deduplicate.compared_as import booked_as, shown_as
from ledger.statement_import.movements.payment import PAID
from ledger.statement_import.questions.rows import SAYABLE
from ledger.statement_import.rows.open_moves import LEFT_AS
from ledger.store import codec

WHERE = {"where", "day", "account", "kind", "seq"}  # where and when: no field of a kind
TYPES = {
    Value.MONEY: "Money | None",
    Value.HELD: "Money | None",
    Value.NET: "Money | None",
    Value.UNITS: "Decimal | None",
    Value.YEAR: "int | None",
    Value.COUNT: "int | None",
    Value.FLAG: "bool",
    Value.NAME: "str",
    Value.LINE: "str",
    Value.TEXT: "str",
    Value.SOURCES: "tuple[Source, ...]",
    Value.PARTS: "tuple[Part, ...]",
}
SAMPLES: dict[Value, Any] = {
    Value.MONEY: Money(1_234),
    Value.HELD: Money(0),
    Value.NET: Money(-56),
    Value.UNITS: Decimal("-12.340"),
    Value.YEAR: 1_999,
    Value.COUNT: 12,
    Value.FLAG: True,
    Value.NAME: "d1",
    Value.LINE: "500 Index",
    Value.TEXT: 'a "word", two',
    Value.SOURCES: (Source.ROTH, Source.MATCH),
    Value.PARTS: (Part("ira", Money(10), Money(4)), Part("cash", Money(1))),
}


def test_the_catalogue_names_every_kind_and_no_field_that_an_event_lacks() -> None:
    assert set(EVENT_SPECS) == set(EventKind)
    for kind, spec in EVENT_SPECS.items():
        assert spec.fields <= FIELD_SPECS.keys(), kind


def test_every_field_of_an_event_stands_in_the_catalogue_with_its_type() -> None:
    typed = {item.name: item.type for item in fields(Event) if item.name not in WHERE}
    assert {name: TYPES[spec.value] for name, spec in FIELD_SPECS.items()} == typed


def test_every_field_is_said_of_some_kind_or_of_all() -> None:
    said = {name for spec in EVENT_SPECS.values() for name in spec.fields}
    assert set(FIELD_SPECS) - said == {"id", "memo"}


@pytest.mark.parametrize("spec", FIELD_SPECS.values(), ids=lambda spec: spec.name)
def test_every_field_can_be_stated_in_each_place(spec: FieldSpec) -> None:
    assert spec.key in SPEC["event"]
    assert spec.option in {option for param in add.params for option in param.opts}
    assert bool(spec.title) != bool(spec.too_much), "a column, or a reason why there is none"
    if spec.title:
        assert spec.title in COLUMNS
        assert spec.title.lower() in PLAIN.specs[0].columns


@pytest.mark.parametrize("spec", FIELD_SPECS.values(), ids=lambda spec: spec.name)
def test_every_field_comes_back_from_what_is_stored(spec: FieldSpec) -> None:
    event = Event("a.csv:2", date(2025, 1, 3), "acme", EventKind.DISTRIBUTION)
    event = Event.from_fields({**event.as_fields()}, where="a.csv:2")
    said = {**{name: getattr(event, name) for name in WHERE}, spec.name: SAMPLES[spec.value]}
    whole = Event(**said)
    assert Event.from_fields(whole.as_fields(), where="a.csv:2") == whole
    assert codec.event_text(whole) == codec.dump(whole.as_fields())


def test_only_a_balance_and_the_year_end_are_booked_without_a_rule() -> None:
    unbooked = kinds_where(lambda spec: spec.booking is None)
    assert unbooked == {EventKind.BALANCE, EventKind.CLOSING}


@pytest.mark.parametrize("kind", RECORDED_KINDS)
def test_a_kind_that_names_its_accounts_has_some_that_fit(kind: EventKind) -> None:
    spec, some = kind.spec, [Account("x", "rose", one) for one in AccountKind]
    fit = [a for a in some if spec.between is None or spec.between.gives(a)]
    where = {Place.PLAN: True, Place.IRA: False}.get(spec.place)
    assert any(where in (None, account.kind.is_plan) for account in fit)
    if spec.between and spec.needs_to:
        assert any(map(spec.between.takes, some))


def test_money_comes_in_before_it_goes_out() -> None:
    ways = {kind: spec.way for kind, spec in EVENT_SPECS.items()}
    come = kinds_where(lambda spec: spec.order in {Order.OPENS, Order.COMES_IN})
    assert {ways[kind] for kind in come} == {Way.IN}
    go = kinds_where(lambda spec: spec.order is Order.GOES_OUT)
    assert Way.IN not in {ways[kind] for kind in go}


def test_rows_of_a_kind_that_events_have_are_told_by_its_event() -> None:
    shared = {kind.value for kind in RECORDED_KINDS} & set(RowKind)
    for name in shared - {"transfer_in", "transfer_out", "rollover_in", "exchange"}:
        assert RowKind(name).spec.meaning == EventKind(name).spec.meaning
    assert not RowKind.BALANCE.spec.has_effect
    assert RowKind.HSA_FUNDING.spec.way is Way.OUT
    assert RowKind.RECHARACTERIZATION.spec.way is Way.NONE, "a row may show either end of it"


K, R = EventKind, RowKind
OF_CATALOGUE: dict[str, tuple[frozenset[object], set[object]]] = {
    "leaves an account whose money another one shows": (
        LEAVES, {K.DISTRIBUTION, K.CONVERSION, K.TRANSFER},
    ),
    "is gain or loss": ({kind for kind in K if booked_as(kind) is K.EARNINGS}, {K.EARNINGS, K.FEE}),
    "left one IRA for another": (
        {kind for kind in K if booked_as(kind) is K.TRANSFER_OUT},
        {K.CONVERSION, K.TRANSFER, K.TRANSFER_OUT},
    ),
    "is shown as a payment": (
        {kind for kind in R if shown_as(kind, plan=True) is K.DISTRIBUTION},
        {R.DISTRIBUTION, R.WITHHOLDING, R.ROLLOVER_OUT},
    ),
    "is shown as a conversion in a plan": (
        {kind for kind in R if shown_as(kind, plan=True) is K.IN_PLAN_CONVERSION},
        {R.IN_PLAN_CONVERSION, R.CONVERSION_IN, R.CONVERSION_OUT, R.TRANSFER_IN, R.TRANSFER_OUT},
    ),
    "is paid, perhaps to several": (PAID, {R.DISTRIBUTION, R.ROLLOVER_OUT}),
    "is a side of a conversion": (CONVERSIONS, {R.CONVERSION_OUT, R.CONVERSION_IN}),
    "is never booked": (NEVER_BOOKED, {R.EXCHANGE, R.INFO}),
    "waits for allocation": (
        rows_where(lambda spec: spec.waits_for_source),
        {R.CONTRIBUTION, R.EARNINGS, R.FEE, R.DEEMED_DISTRIBUTION}
        | {R.LOAN, R.LOAN_REPAYMENT, R.LOAN_OFFSET},
    ),
    "asks what a name of a source means": (
        rows_where(lambda spec: spec.needs_source),
        {R.CONTRIBUTION, R.EARNINGS, R.FEE, R.BALANCE, R.EXCHANGE, R.TAKEN_BACK}
        | {R.LOAN, R.LOAN_REPAYMENT, R.LOAN_OFFSET, R.DEEMED_DISTRIBUTION}
        | {R.CONVERSION_OUT, R.ROLLOVER_OUT, R.DISTRIBUTION, R.IN_PLAN_CONVERSION},
    ),
    "is put in": (rows_where(lambda spec: spec.is_put_in), {R.CONTRIBUTION, R.ROLLOVER_IN}),
    "left an IRA": (
        set(LEFT_AS),
        {R.DISTRIBUTION, R.QCD, R.HSA_FUNDING, R.RETURN_OF_CONTRIBUTION},
    ),
    "may be said of unknown words": (
        set(SAYABLE),
        {R.CONTRIBUTION, R.EARNINGS, R.FEE, R.DISTRIBUTION, R.LOAN, R.LOAN_REPAYMENT, R.QCD}
        | {R.EXCHANGE, R.INFO, R.WITHHOLDING, R.TAKEN_BACK, R.TRANSFER_IN, R.TRANSFER_OUT}
        | {R.CONVERSION_IN, R.CONVERSION_OUT, R.ROLLOVER_IN, R.ROLLOVER_OUT},
    ),
    "has no effect": (_WITHOUT_EFFECT, {R.EXCHANGE, R.INFO, R.BALANCE}),
}  # fmt: skip


@pytest.mark.parametrize("what", OF_CATALOGUE)
def test_what_the_catalogue_tells_of_kinds_is_what_tables_told(what: str) -> None:
    derived, told = OF_CATALOGUE[what]
    assert derived == told


def test_a_trade_that_ofx_words_say_the_reason_of_keeps_its_kind() -> None:
    read = {R.CONTRIBUTION, R.DISTRIBUTION, R.EARNINGS, R.EXCHANGE, R.FEE, R.LOAN}
    read |= {R.LOAN_REPAYMENT, R.TRANSFER_IN, R.TRANSFER_OUT, R.ROLLOVER_IN, R.ROLLOVER_OUT}
    assert read & _KEEPS == {R.DISTRIBUTION, R.FEE, R.LOAN, R.LOAN_REPAYMENT}


def test_each_kind_is_checked_for_what_may_be_said_of_it_alone() -> None:
    own = {kind: [one.__name__ for one in checks] for kind, checks in _CHECKS_OF.items() if checks}
    assert own == {
        K.OPENING: ["_check_opening"],
        K.CONTRIBUTION: ["_check_contribution"],
        K.DISTRIBUTION: ["_check_distribution"],
        K.EXCESS_DEFERRAL_RETURN: ["_check_return_source"],
        K.CORRECTIVE_DISTRIBUTION: ["_check_correction"],
        K.RETURN_OF_CONTRIBUTION: ["_check_paid_back"],
        K.ADP_RECHARACTERIZATION: ["_check_adp"],
        K.ROLLOVER_IN: ["_check_rollover_in"],
    }
