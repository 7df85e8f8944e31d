"""The books are a function of the set of facts: a generated story in any order, against a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.balances.days import Fold
from ledger.booking import book
from ledger.books import Books
from ledger.chart import Account, AccountKind, Pool, Source, Taxpayer
from ledger.events import Event, EventKind
from ledger.money import Money

K = EventKind
ACME = Account("acme", "rose", AccountKind.K401)
POOL = Pool("acme", Source.AFTER_TAX.value)
START = date(2024, 1, 2)


def _printed(units: int) -> Decimal:
    """Return units as a statement prints them: a figure is right to half its last place."""
    return Decimal(f"{units}.000")


@dataclass
class Plan:
    """The truth of one after-tax source: units by fund, what the books hold of it, its basis.

    Money is in cents. Prices and units are whole, so that every amount is exact.
    """

    funds: tuple[str, ...]
    facts: list[Event] = field(default_factory=list)
    units: Counter[str] = field(default_factory=Counter)
    booked: int = 0
    basis: int = 0

    def _tell(self, day: date, kind: EventKind, **more: object) -> None:
        number = len(self.facts) + 1
        event = Event(
            where=f"a.csv:{number}", day=day, account="acme", kind=kind,
            sources=(Source.AFTER_TAX,), seq=number, **more,
        )  # fmt: skip
        self.facts.append(event)

    def trade(self, day: date, kind: EventKind, fund: str, units: int, price: int) -> None:
        """Money that buys units of a fund, or a fee that sells some, at the price of the day."""
        cents = units * price
        signed = -units if kind is K.FEE else units
        self._tell(day, kind, amount=Money(cents), fund=fund, units=_printed(signed))
        self.units[fund] += signed
        self.booked += -cents if kind is K.FEE else cents
        self.basis += cents if kind is K.CONTRIBUTION else 0

    def state(self, day: date, prices: dict[str, int]) -> None:
        """What a statement says of the source at the close of a day, which is the truth."""
        self.booked = self._worth(prices)
        self._tell(day, K.BALANCE, value=Money(self.booked))

    def convert(self, day: date, prices: dict[str, int], share: int) -> None:
        """Convert a share of each fund in eighths; basis leaves pro rata (IRC 72(e)(8))."""
        worth, sold = self._worth(prices), {}
        for fund in self.funds:
            held = self.units[fund]
            sold[fund] = held if share == _ALL else max(held * share // _ALL, min(held, 1))
        for fund, units in sold.items():
            if not units:
                continue
            cents = units * prices[fund]
            self._tell(
                day, K.IN_PLAN_CONVERSION, amount=Money(cents), fund=fund, units=_printed(-units)
            )
            leaves = min(cents, floor(Fraction(self.basis * cents, worth) + Fraction(1, 2)))
            self.basis -= leaves
            worth -= cents
            self.units[fund] -= units
        self.booked = worth

    def _worth(self, prices: dict[str, int]) -> int:
        return sum(self.units[fund] * prices[fund] for fund in self.funds)


_ALL = 8
_PRICE = st.integers(50, 20_000)
_STEP = st.tuples(
    st.sampled_from(["pay", "pay", "pay", "dividend", "fee", "balance", "part", "part", "all"]),
    st.integers(0, 1),  # the fund
    st.integers(1, 40),  # units, or a share of them
    _PRICE,
    _PRICE,
)


@st.composite
def _stories(draw: st.DrawFn) -> Plan:
    plan = Plan(("A", "B")[: draw(st.integers(1, 2))])
    day = START
    for what, which, units, *paid in draw(st.lists(_STEP, min_size=2, max_size=14)):
        day += timedelta(9)
        prices = dict(zip(("A", "B"), paid, strict=True))
        fund = plan.funds[which % len(plan.funds)]
        if what in {"pay", "dividend"}:
            kind = K.CONTRIBUTION if what == "pay" or not plan.booked else K.EARNINGS
            plan.trade(day, kind, fund, units, prices[fund])
        elif what == "fee" and plan.units[fund] > units and plan.booked > units * prices[fund]:
            plan.trade(day, K.FEE, fund, units, prices[fund])
        elif what == "balance" and plan.booked:
            plan.state(day, prices)
        elif what in {"part", "all"} and plan.booked:
            plan.convert(day, prices, _ALL if what == "all" else units % _ALL)
    return plan


def _folded(facts: Sequence[Event]) -> Fold:
    entries = tuple(book(event, {"acme": ACME}) for event in facts)
    fold = Fold(Books({"rose": Taxpayer("rose", "Rose", START)}, {"acme": ACME}, entries))
    fold.through(date.max)
    return fold


def _sums(fold: Fold) -> Counter[tuple[Pool, date, str]]:
    """Return what moved each pool on each day, in value and in basis, in cents."""
    found: Counter[tuple[Pool, date, str]] = Counter()
    for entry in fold.journal:
        for posting in entry.postings:
            found[posting.pool, entry.day, "value"] += posting.value.cents
            found[posting.pool, entry.day, "basis"] += posting.basis.cents
    return found


def _orders(facts: Sequence[Event], shuffled: Sequence[Event]) -> Iterator[Sequence[Event]]:
    yield list(reversed(facts))
    yield shuffled
    yield sorted(facts, key=lambda event: (event.kind is K.BALANCE, event.day))  # balances later
    yield sorted(facts, key=lambda event: (event.kind is not K.BALANCE, event.day))  # and first


@settings(max_examples=30, deadline=None)
@given(plan=_stories(), data=st.data())
def test_any_order_of_the_facts_gives_the_figures_of_the_model(
    plan: Plan, data: st.DataObject
) -> None:
    fold = _folded(plan.facts)
    assert [r.error for listed in fold.refused.values() for r in listed] == []
    assert fold.balances.value(POOL).cents == plan.booked
    assert fold.balances.basis(POOL).cents == plan.basis
    told = _sums(fold)
    for facts in _orders(plan.facts, data.draw(st.permutations(plan.facts))):
        assert _sums(_folded(facts)) == told
