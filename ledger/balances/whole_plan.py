"""A balance of a whole plan: how much of what it adds to the books is of each source."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ledger.balances.gains import Unknown, Worth
from ledger.balances.holdings import Holdings
from ledger.chart import Pool
from ledger.money import ZERO, Money, apportion

_MICRO = 1_000_000  # parts of a unit that shares are weighed by


def divided(
    amount: Money, held: Sequence[Money], worth: Sequence[Worth | Unknown]
) -> list[Money] | None:
    """Divide a gain or loss of the whole plan among its sources (cents); one has all of it.

    Sources whose units and prices tell what they are ``worth`` get just that; the others share the
    rest by what they ``held`` in the books. None where none is left to take the rest.

    >>> told = Worth(Money(1_000), Decimal(0))
    >>> shares = divided(Money(300), [Money(800), Money(500)], [told, Unknown.UNPRICED])
    >>> [str(share) for share in shares or ()]
    ['2.00', '1.00']
    """
    if len(held) == 1:
        return [amount]
    told = [
        one.value - had if isinstance(one, Worth) else None
        for one, had in zip(worth, held, strict=True)
    ]
    rest = amount - Money.total(gain for gain in told if gain is not None)
    weights = [had if gain is None else ZERO for gain, had in zip(told, held, strict=True)]
    if not any(weight > ZERO for weight in weights):
        doubt = sum((one.doubt for one in worth if isinstance(one, Worth)), Decimal(len(worth)))
        if abs(rest.cents) > doubt or not any(had > ZERO for had in held):
            return None
        weights = list(held)
    shares = apportion(rest, weights)
    return [share + (gain or ZERO) for share, gain in zip(shares, told, strict=True)]


def by_units(
    total: Money, pools: Sequence[Pool], holdings: Holdings
) -> list[Worth | Unknown] | None:
    """Return what each source is worth of what the plan is, where all hold one and the same fund.

    What is on its way between funds is worth what it was sold for, in the source that sold it.
    A unit is worth the same in each of them, so no price is needed. None where some hold another
    fund or none, where units are not known, or where they are rounded.
    """
    if any(holdings.untold(pool) or holdings.exchanged(pool) for pool in pools):
        return None
    held = [{k: one for k, one in holdings.of(pool).items() if not one.is_none} for pool in pools]
    funds = {fund for units in held for fund in units}
    if len(funds) != 1 or not all(held) or holdings.prices.are_rounded(pools[0].account, funds):
        return None
    (fund,) = funds
    micros = [Money(int(units[fund].units * _MICRO)) for units in held]
    if any(micro <= ZERO for micro in micros):
        return None
    on_way = [holdings.on_its_way(pool) for pool in pools]
    shares = apportion(total - Money.total(on_way), micros)
    return [Worth(one + own, Decimal(1)) for one, own in zip(shares, on_way, strict=True)]
