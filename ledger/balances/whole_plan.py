"""A balance of a whole plan: how much of what it adds to the books is of each source."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ledger.balances.gains import Unknown, Worth
from ledger.money import ZERO, Money, apportion


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
