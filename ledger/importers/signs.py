"""Amount and units of one row held against each other: which way it went, and where they differ.

A figure is turned only where the row's own kind or tag says which way it goes: a fee leaves, an
OFX purchase comes in. Else two figures that contradict each other are a question on the row.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from ledger.events import Way
from ledger.importers.vocabulary import Meaning
from ledger.money import Money
from ledger.records import Record, RowKind, rows_where

SIGN_UNKNOWN = "sign_unknown"
INWARD, OUTWARD = 1, -1  # which way a row goes, as its own kind or tag defines it; 0: it does not
# kinds of rows whose money leaves, where a file prints no sign
LEAVING = rows_where(lambda spec: spec.way is Way.OUT)
# A contribution is none of them: a payroll takes some back.
_COMING = rows_where(lambda spec: spec.way is Way.IN and not spec.either_sign)
# Kinds that change no source: trades have the units of a fund against the cash that paid for them.
_WITHOUT_EFFECT = rows_where(lambda spec: not spec.has_effect and bool(spec.meaning))
_LEGS = rows_where(lambda spec: spec.is_leg)
_OTHER_WAY = {
    one: other
    for one in _LEGS
    for other in _LEGS
    if one.spec.side_of == other.spec.side_of and one is not other
}
_SOLD = re.compile(r"(?:YOU )?(?:SELL|SOLD|SALE)\b", re.IGNORECASE)


def sign_of(units: str) -> int:
    """Return which way units went: 1 in, -1 out, 0 where there are none.

    >>> sign_of("10.000"), sign_of("-0.5"), sign_of("")
    (1, -1, 0)
    """
    return 0 if not units else -1 if units.startswith("-") else 1


def normal_units(text: str) -> str:
    """Return plain units as Record.units holds them: "" where they are nothing or no number.

    Decimals stay as printed, since the last one tells how exact the figure is.

    >>> normal_units("+.50"), normal_units("-10.000"), normal_units("0.00"), normal_units("n/a")
    ('0.50', '-10.000', '', '')
    """
    if not text:
        return ""
    try:
        units = Decimal(text.removeprefix("+"))
    except InvalidOperation:
        return ""
    return f"{units:f}" if units.is_finite() and units else ""


def turned_units(units: str, way: int) -> str:
    """Return units with the sign of a way."""
    bare = units.removeprefix("-")
    return f"-{bare}" if bare and way < 0 else bare


def way_of(meaning: Meaning) -> int:
    """Return which way rows of a meaning go whatever their figures say, 0 where these decide."""
    out, into = (meaning.for_amount(Money(cents)).kind for cents in (-1, 1))
    if out in LEAVING and into in {out, RowKind.UNKNOWN}:
        return OUTWARD
    return INWARD if out is into and into in _COMING else 0


def agreed(amount: Money, units: str, way: int) -> tuple[Money, str]:
    """Return amount and units without their contradiction, where the way of the row settles it."""
    if not way or not amount or sign_of(units) * amount.cents >= 0:
        return amount, units
    return (amount if (amount.cents > 0) == (way > 0) else -amount), turned_units(units, way)


def units_of_trade(raw_type: str, amount: Money, units: str, way: int, *, plan: bool) -> str:
    """Return the units of a trade or a change of funds, with the sign of what the fund got.

    Of a plan the amount is the fund's, so that a minus on either figure is the fund's own: no
    product prints one for nothing, some leave it out. Elsewhere the amount is cash, and a sale is
    told by its tag or its word.
    """
    if way and not plan:
        sold = way < 0 and amount.cents >= 0
        return turned_units(units, OUTWARD) if sold else units
    out = amount.cents < 0 if plan else amount.cents >= 0 and bool(_SOLD.match(raw_type))
    return turned_units(units, OUTWARD) if out else units


def contradicts(record: Record, kind: RowKind | None = None) -> bool:
    """Tell whether amount and units of a row of a kind (its own if none is named) disagree."""
    moves = (kind or record.kind) not in _WITHOUT_EFFECT
    return moves and record.amount.cents * sign_of(record.units) < 0


def toward(record: Record, kind: RowKind, *, by_units: bool) -> tuple[Record, RowKind]:
    """Return a row with one of its two signs on both figures, and its kind of that way."""
    old = 1 if record.amount.cents > 0 else -1
    way = sign_of(record.units) if by_units else old
    amount = record.amount if way == old else -record.amount
    kind = kind if way == old else _OTHER_WAY.get(kind, kind)
    units = turned_units(record.units, way)
    question = "" if record.question == SIGN_UNKNOWN else record.question
    return replace(record, amount=amount, units=units, kind=kind, question=question), kind
