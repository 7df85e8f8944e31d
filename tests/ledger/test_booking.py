"""Booking refuses what cannot be, with code and place; what it books carries the right basis."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.booking import book
from ledger.chart import Account, AccountKind, Outside, Pool, Source
from ledger.errors import LedgerError
from ledger.events import CASH, Event, EventKind, Part
from ledger.money import ZERO, Money

D, K, S = Money.dollars, EventKind, Source
CHART = {
    "acme": Account("acme", "rose", AccountKind.K401),
    "ira": Account("ira", "rose", AccountKind.TRADITIONAL_IRA),
    "ira2": Account("ira2", "rose", AccountKind.TRADITIONAL_IRA),
    "sep": Account("sep", "rose", AccountKind.SEP_IRA),
    "roth": Account("roth", "rose", AccountKind.ROTH_IRA),
    "inh": Account("inh", "rose", AccountKind.INHERITED_TRADITIONAL_IRA),
    "inh2": Account("inh2", "rose", AccountKind.INHERITED_TRADITIONAL_IRA),
    "inh_roth": Account("inh_roth", "rose", AccountKind.INHERITED_ROTH_IRA),
    "his": Account("his", "paul", AccountKind.TRADITIONAL_IRA),
    "his_roth": Account("his_roth", "paul", AccountKind.ROTH_IRA),
}


def event(account: str, kind: EventKind, **more: object) -> Event:
    return Event("typed.toml:7", date(2024, 5, 6), account, kind, **more)  # type: ignore[arg-type]


def parts(*rows: tuple[str, int, int | None]) -> tuple[Part, ...]:
    return tuple(Part(to, D(a), None if p is None else D(p)) for to, a, p in rows)


IMPOSSIBLE: list[tuple[str, Event]] = [
    ("wrong_account_kind", event("inh", K.CONTRIBUTION, amount=D(1))),
    ("wrong_account_kind", event("ira", K.ANNUITY_PAYMENT, amount=D(1))),
    ("wrong_account_kind", event("roth", K.QCD, amount=D(1))),
    ("wrong_account_kind", event("inh", K.CONVERSION, amount=D(1), to="roth")),
    ("wrong_account_kind", event("inh", K.TRANSFER, amount=D(1), to="ira")),
    ("wrong_account_kind", event("inh_roth", K.TRANSFER, amount=D(1), to="ira")),
    ("wrong_account_kind", event("ira", K.TRANSFER, amount=D(1), to="roth")),
    ("wrong_account_kind", event("ira", K.RECHARACTERIZATION, amount=D(1), to="ira2")),
    ("wrong_account_kind", event("roth", K.DIVORCE_TRANSFER, amount=D(1), to="his")),
    ("wrong_account_kind", event("inh_roth", K.DIVORCE_TRANSFER, amount=D(1), to="his_roth")),
    ("wrong_account_kind", event("acme", K.DIVORCE_TRANSFER, amount=D(1), to="his")),
    ("other_owner", event("ira", K.DIVORCE_TRANSFER, amount=D(1), to="sep")),
    ("other_owner", event("ira", K.TRANSFER, amount=D(1), to="his")),
    ("source_needed", event("acme", K.LOAN_REPAYMENT, amount=D(1))),
    (
        "source_needed",
        event("acme", K.BALANCE, value=D(1), sources=(S.PRE_TAX, S.MATCH)),
    ),
    ("source_needed", event("acme", K.DISTRIBUTION, amount=D(1), value=D(9))),
    (
        "source_not_possible",
        event("acme", K.EXCESS_DEFERRAL_RETURN, amount=D(1), sources=(S.MATCH,)),
    ),
    (
        "bad_amount",
        event("acme", K.OPENING, value=D(9), basis=D(5), pre_1987=D(6), sources=(S.AFTER_TAX,)),
    ),
    ("bad_amount", event("acme", K.OPENING, value=D(9), basis=D(-1), sources=(S.AFTER_TAX,))),
    (
        "source_not_possible",
        event("acme", K.OPENING, value=D(9), basis=D(5), pre_1987=D(1), sources=(S.ROTH,)),
    ),
    ("bad_amount", event("acme", K.DISTRIBUTION, amount=D(100), withheld=D(101))),
    (
        "bad_amount",  # 60.00 for the IRS and 41.00 for a state are more than the 100.00 paid
        event("acme", K.DISTRIBUTION, amount=D(100), withheld=D(60), state_withheld=D(41)),
    ),
    (
        "bad_amount",
        event("acme", K.DISTRIBUTION, amount=D(9), parts=parts(("ira", 5, None), (CASH, 5, None))),
    ),
    ("bad_amount", event("acme", K.DISTRIBUTION, parts=parts(("roth", 5, 6)))),
    ("bad_amount", event("acme", K.OPENING, value=D(-9), sources=(S.AFTER_TAX,))),
    ("bad_amount", event("ira", K.BALANCE, value=D(-1))),
    ("bad_tax_year", event("ira", K.CONTRIBUTION, amount=D(1), year=2025)),
    ("same_account", event("ira", K.TRANSFER, amount=D(1), to="ira")),
    ("same_account", event("acme", K.DISTRIBUTION, parts=parts(("acme", 5, None)))),
    ("unknown_account", event("acme", K.ROLLOVER_60DAY, amount=D(1), to=CASH)),
    ("bad_election", event("ira", K.DISTRIBUTION, parts=parts(("roth", 5, 5)))),
]


@pytest.mark.parametrize(("code", "impossible"), IMPOSSIBLE)
def test_what_cannot_be_is_refused(code: str, impossible: Event) -> None:
    with pytest.raises(LedgerError) as refused:
        book(impossible, CHART)
    assert (refused.value.code, refused.value.where) == (code, "typed.toml:7")
    assert refused.value.remedy


def test_transfers_within_the_pool_and_among_the_inherited_are_booked() -> None:
    assert book(event("ira", K.TRANSFER, amount=D(5), to="sep"), CHART).postings
    assert book(event("inh", K.TRANSFER, amount=D(5), to="inh2"), CHART).postings


@pytest.mark.parametrize(("source", "basis"), [(S.ROTH, D(1000)), (S.PRE_TAX, ZERO)])
def test_a_deferral_paid_back_takes_its_own_basis_and_no_earnings(
    source: Source, basis: Money
) -> None:
    paid = event(
        "acme", K.EXCESS_DEFERRAL_RETURN, amount=D(1000), earnings=D(50), sources=(source,)
    )
    legs = {leg.pool: leg for leg in book(paid, CHART).postings}
    out = legs[Pool("acme", source.value)]
    assert (out.value, out.basis) == (-D(1050), -basis)
    assert legs[Pool(Outside.CASH.value)].basis == basis
