"""Exact money: integer cents that remember their evidence; the only place that rounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

_AMOUNT = re.compile(
    r"(?P<open>\()?(?P<sign>[-+])?\$?(?P<inner>[-+])?"
    r"(?P<dollars>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.(?P<cents>[0-9]{0,2}))?(?P<close>\))?"
)
# how statements write a minus: the sign itself, a dash on a web page, each perhaps with a blank
_MINUS = re.compile(r"^[-−–]\s*(?=[$0-9.])")
_MINUS_BEHIND = re.compile(r"^(?P<number>\$?[0-9][0-9,]*(?:\.[0-9]*)?)-$")
CENTS_MAX = 100_000_000_000_000  # one trillion dollars: no retirement account is larger
_USUAL_WIDTH = 14  # characters; what is longer may be above CENTS_MAX

Evidence = frozenset[str]
_NONE: Evidence = frozenset()


def minus_first(text: str) -> str:
    """Return a printed number with its minus as an ASCII sign in front.

    >>> minus_first("– $2,008.00"), minus_first("12.50-"), minus_first("−3.25")
    ('-$2,008.00', '-12.50', '-3.25')
    """
    found = _MINUS_BEHIND.match(text)
    return f"-{found['number']}" if found else _MINUS.sub("-", text)


class BadAmount(ValueError):
    """A text that is not an amount of dollars and cents."""


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount of US dollars held in integer cents, with the places it was read from.

    >>> Money.parse("$1,234.50") - Money.parse("(0.50)")
    Money('1,235.00')
    """

    cents: int
    evidence: Evidence = field(default=_NONE, compare=False)

    @classmethod
    def parse(cls, text: str, *, evidence: str = "") -> Money:
        """Read an amount as US statements print it; raise BadAmount for anything else.

        >>> [Money.parse(t).cents for t in ("588", ".5", "50.", "-$20", "$-20", "($1,234.56)")]
        [58800, 50, 5000, -2000, -2000, -123456]
        """
        if text[-3:-2] == "." and len(text) <= _USUAL_WIDTH and text.isascii():
            unsigned = text[1:] if text[0] == "-" else text
            digits = unsigned[:-3] + unsigned[-2:]
            if digits.isdigit():  # most amounts of a statement: "-1234.56"
                cents = int(digits)
                return cls(
                    cents if unsigned is text else -cents,
                    frozenset((evidence,)) if evidence else _NONE,
                )
        found = _AMOUNT.fullmatch(minus_first(text.strip()))
        if not found or not (found["dollars"] or found["cents"]):
            raise BadAmount(f"{text.strip()[:40]!r} is not an amount in dollars and cents")
        signs = (found["sign"] or "") + (found["inner"] or "")
        if bool(found["open"]) != bool(found["close"]) or len(signs) + bool(found["open"]) > 1:
            raise BadAmount(f"{text.strip()[:40]!r} has more than one sign")
        dollars = (found["dollars"] or "").replace(",", "").lstrip("0")
        # the width first: Python refuses to read a number of thousands of digits
        width = len(dollars)
        cents = int(dollars[:_USUAL_WIDTH] + (found["cents"] or "").ljust(2, "0"))
        if width > _USUAL_WIDTH or cents > CENTS_MAX:
            raise BadAmount(f"{text.strip()[:40]!r} is more than one trillion dollars")
        negative = "-" in signs or bool(found["open"])
        return cls(-cents if negative else cents, frozenset({evidence}) if evidence else _NONE)

    @classmethod
    def of_decimal(cls, number: Decimal | int, *, evidence: str = "") -> Money:
        """Return an exact decimal number of dollars; raise BadAmount below a cent."""
        exact = Decimal(number)
        shown = f"{str(number)[:40]!r}"
        if not exact.is_finite():
            raise BadAmount(f"{shown} is not an amount in dollars and cents")
        # by its digits: arithmetic would round an amount of more than 28 of them in silence
        _, digits, exponent = exact.as_tuple()
        below_cent = max(-2 - int(exponent), 0)
        if any(digits[max(len(digits) - below_cent, 0) :]) and below_cent:
            raise BadAmount(f"{shown} has more than two decimals")
        if exact and exact.adjusted() > _USUAL_WIDTH:
            raise BadAmount(f"{shown} is more than one trillion dollars")
        cents = int(exact * 100)
        if abs(cents) > CENTS_MAX:
            raise BadAmount(f"{shown} is more than one trillion dollars")
        return cls(cents, frozenset({evidence}) if evidence else _NONE)

    @classmethod
    def dollars(cls, number: int) -> Money:
        """Return a whole number of dollars."""
        return cls(number * 100)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """Add many amounts at once; evidence is united once, so this is fast."""
        cents = 0
        told: set[Evidence] = set()  # most amounts have none, or that of the one before
        for amount in amounts:
            cents += amount.cents
            told.add(amount.evidence)
        return cls(cents, _NONE.union(*told))

    def __add__(self, other: Money) -> Money:
        """Add two amounts, exactly."""
        return Money(self.cents + other.cents, self.evidence | other.evidence)

    def __sub__(self, other: Money) -> Money:
        """Subtract, exactly."""
        return Money(self.cents - other.cents, self.evidence | other.evidence)

    def __neg__(self) -> Money:
        """Turn the sign."""
        return Money(-self.cents, self.evidence)

    def __bool__(self) -> bool:
        """Tell whether the amount is other than zero."""
        return self.cents != 0

    @property
    def size(self) -> Money:
        """The amount without its sign.

        >>> Money(-5).size
        Money('0.05')
        """
        return -self if self.cents < 0 else self

    def floor_zero(self) -> Money:
        """Return the amount, or zero when it is negative ("if zero or less, enter -0-")."""
        return Money(max(self.cents, 0), self.evidence)

    def times(self, ratio: Ratio, *, whole_dollars: bool = False) -> Money:
        """Multiply by a ratio as printed, rounding half up to the cent or the dollar, once."""
        unit = 100 if whole_dollars else 1
        exact = Decimal(self.cents) * ratio.value / unit
        return Money(round_half_up(exact) * unit, self.evidence | ratio.evidence)

    def share(self, part: Money, whole: Money) -> Money:
        """Return self × part ÷ whole at full precision, rounded half up to the cent once.

        >>> Money.dollars(100).share(Money.dollars(1), Money.dollars(3))
        Money('33.33')
        """
        exact = Decimal(self.cents * part.cents) / Decimal(whole.cents)
        evidence = self.evidence | part.evidence | whole.evidence
        return Money(round_half_up(exact), evidence)

    def percent(self, percent: Decimal | int) -> Money:
        """Return a percentage of the amount, rounded half up to the cent."""
        return Money(round_half_up(Decimal(self.cents) * percent / 100), self.evidence)

    def to_whole_dollars(self) -> Money:
        """Round half up (away from zero) to whole dollars, as a filed form is rounded."""
        dollars = (Decimal(self.cents) / 100).quantize(Decimal(1), ROUND_HALF_UP)
        return Money(int(dollars) * 100, self.evidence)

    def seen_at(self, *places: str) -> Money:
        """Return the same amount with further evidence."""
        return Money(self.cents, self.evidence | frozenset(places))

    @property
    def plain(self) -> str:
        """The amount as JSON and CSV carry it: two decimals, no separators ("1234.50")."""
        sign = "-" if self.cents < 0 else ""
        return f"{sign}{abs(self.cents) // 100}.{abs(self.cents) % 100:02d}"

    @property
    def decimal(self) -> Decimal:
        """The amount in dollars as an exact Decimal."""
        return Decimal(self.cents).scaleb(-2)

    def __str__(self) -> str:
        """Return the amount as people read it ("1,234.50")."""
        sign = "-" if self.cents < 0 else ""
        return f"{sign}{abs(self.cents) // 100:,}.{abs(self.cents) % 100:02d}"

    def __repr__(self) -> str:
        """Return an amount that doctests can show."""
        return f"Money('{self}')"


ZERO = Money(0)


def round_half_up(number: Decimal) -> int:
    """Round to an integer, halves away from zero (the rounding of tax forms)."""
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def apportion(amount: Money, weights: Sequence[Money]) -> list[Money]:
    """Split an amount in proportion to weights so that the parts add up exactly.

    Every part is rounded down; the cents left go to the largest remainders, then to the first.

    >>> apportion(Money(100), [Money(1), Money(1), Money(1)])
    [Money('0.34'), Money('0.33'), Money('0.33')]
    """
    whole = sum(w.cents for w in weights)
    if whole <= 0:
        raise ValueError("nothing to apportion by")
    exact = [Decimal(amount.cents * w.cents) / whole for w in weights]
    cents = [int(x.to_integral_value(ROUND_DOWN)) for x in exact]
    left = amount.cents - sum(cents)
    by_remainder = sorted(range(len(cents)), key=lambda i: -abs(exact[i] - cents[i]))
    for i in by_remainder[: abs(left)]:
        cents[i] += 1 if left > 0 else -1
    return [Money(c, amount.evidence) for c in cents]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A decimal fraction, already rounded to the places that are printed."""

    value: Decimal
    evidence: Evidence = field(default=_NONE, compare=False)

    @classmethod
    def of(cls, part: Money, whole: Money, *, places: int) -> Ratio:
        """Return part ÷ whole rounded half up to so many places."""
        quotient = Decimal(part.cents) / Decimal(whole.cents)
        step = Decimal(1).scaleb(-places)
        return cls(quotient.quantize(step, ROUND_HALF_UP), part.evidence | whole.evidence)

    @property
    def places(self) -> int:
        """Number of decimal places printed."""
        return -int(self.value.as_tuple().exponent)

    @property
    def plain(self) -> str:
        """The ratio as printed ("0.998289")."""
        return f"{self.value:f}"

    def __str__(self) -> str:
        """Return the ratio as printed."""
        return self.plain
