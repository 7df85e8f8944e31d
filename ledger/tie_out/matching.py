"""Which printed Forms 1099-R of one payer stand for which expected ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from ledger.documents import TaxDocument
from ledger.money import Money
from ledger.year_end import Form1099R

T = TypeVar("T")
_TOGETHER = 5  # forms that one form may stand for: more are not looked for
_AMONG = 12  # forms of one payer among which such sums are looked for


@dataclass(frozen=True)
class Matched:
    """Printed forms and the expected ones they stand for; one side may be empty."""

    printed: tuple[TaxDocument, ...]
    expected: tuple[Form1099R, ...]

    @property
    def is_combined(self) -> bool:
        """Whether one printed form stands for several expected ones."""
        return len(self.printed) == 1 and len(self.expected) > 1


def code(form: Form1099R) -> str:
    """Return the expected codes of box 7."""
    return str(form.boxes.get("7", ""))


def fits_code(printed: TaxDocument, form: Form1099R) -> bool:
    """Tell whether a printed code is the expected one, or one that may stand in its place."""
    return printed.boxes.get("7") in {code(form), form.or_code or code(form)}


def gross(form: Form1099R) -> Money:
    """Return the expected box 1."""
    return Money.total(v for box, v in form.boxes.items() if box == "1" and isinstance(v, Money))


def match(printed: Sequence[TaxDocument], expected: Sequence[Form1099R]) -> list[Matched]:
    """Pair the forms of one payer: what fits best goes first, what is left stands alone."""
    return _Pairing(list(printed), list(expected)).found()


class _Pairing:
    def __init__(self, printed: list[TaxDocument], expected: list[Form1099R]) -> None:
        self._printed, self._expected = printed, expected
        self._found: list[Matched] = []

    def found(self) -> list[Matched]:
        # the surest fit first: what it takes no weaker rule can give to another
        self._pairs(lambda p, e: p.boxes.get("7") == code(e) and p.amount("1") == gross(e))
        self._pairs(lambda p, e: fits_code(p, e) and p.amount("1") == gross(e))
        self._sums(same_code=True)
        self._sums(same_code=False)
        self._pairs(lambda p, e: p.boxes.get("7") == code(e))
        self._pairs(fits_code)
        self._pairs(lambda p, e: p.amount("1") == gross(e))
        if len(self._printed) == len(self._expected) == 1:
            self._pairs(lambda p, e: True)  # noqa: ARG005 - the last two stand for each other
        alone = [Matched((p,), ()) for p in self._printed]
        return [*self._found, *alone, *(Matched((), (e,)) for e in self._expected)]

    def _pairs(self, fits: Callable[[TaxDocument, Form1099R], bool]) -> None:
        for one in list(self._printed):
            other = next((e for e in self._expected if fits(one, e)), None)
            if other is not None:
                self._take([one], [other])

    def _sums(self, *, same_code: bool) -> None:
        """Find one form whose box 1 is the sum of several on the other side."""
        for one in list(self._printed):
            wanted = [e for e in self._expected if not same_code or fits_code(one, e)]
            several = _adding_up(one.amount("1"), wanted, gross)
            if several:
                self._take([one], several)
        for other in list(self._expected):
            mine = [p for p in self._printed if not same_code or fits_code(p, other)]
            many = _adding_up(gross(other), mine, lambda p: p.amount("1"))
            if many:
                self._take(many, [other])

    def _take(self, printed: list[TaxDocument], expected: list[Form1099R]) -> None:
        self._found.append(Matched(tuple(printed), tuple(expected)))
        self._printed = [p for p in self._printed if p not in printed]
        self._expected = [e for e in self._expected if e not in expected]


def _adding_up(total: Money, items: list[T], amount: Callable[[T], Money]) -> list[T]:
    sizes = range(2, min(len(items), _TOGETHER) + 1) if len(items) <= _AMONG else ()
    # small sums first: two forms that add up are less of an accident than five
    for size in sizes:
        for several in combinations(items, size):
            if Money.total(map(amount, several)) == total:
                return list(several)
    return []
