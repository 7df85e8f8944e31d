"""Properties of a payment that comes in any parts, on any days, to one account or two.

On every day each account holds what its own statement shows, and what is between them is in
transit; when the last part is there, nothing is on its way and each source holds what it would
hold had all come at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.balances.days import Fold
from ledger.booking import book_all
from ledger.chart import UNDIVIDED, Account, AccountKind, Outside, Pool, Source, Taxpayer, outside
from ledger.events import Event, EventKind, Part
from ledger.money import Money
from ledger.movements import books_of

K, S = EventKind, Source
ACCOUNTS = {
    name: Account(name, "rose", kind, first_roth_year=2015 if kind is AccountKind.K401 else None)
    for name, kind in (
        ("old", AccountKind.K401),
        ("new", AccountKind.K401),
        ("ira", AccountKind.TRADITIONAL_IRA),
        ("roth", AccountKind.ROTH_IRA),
    )
}
PEOPLE = {"rose": Taxpayer("rose", "Rose Green", born=date(1970, 5, 1))}
TRANSIT = outside(Outside.IN_TRANSIT)
LEFT = date(2024, 1, 2)
HELD = {S.PRE_TAX: (700_000, 0), S.AFTER_TAX: (500_001, 333_337), S.ROTH: (300_007, 111_113)}
LAST = LEFT + timedelta(30)


@dataclass(frozen=True)
class Coming:
    """One part: into which account it came, how many days after it left, cents, source."""

    account: str
    days: int
    cents: int
    source: Source | None


@dataclass(frozen=True)
class Story:
    sources: tuple[Source, ...]
    coming: tuple[Coming, ...]

    def events(self, *, at_once: bool = False) -> list[Event]:
        opened = [
            Event(f"open:{n}", date(2023, 1, 1), "old", K.OPENING, sources=(source,),
                  value=Money(value), basis=Money(basis), seq=n)
            for n, (source, (value, basis)) in enumerate(HELD.items())
        ]  # fmt: skip
        to = {one.account: self.sent(one.account) for one in self.coming}
        parts = tuple(Part(name, Money(cents)) for name, cents in to.items())
        paid = Event("old:9", LEFT, "old", K.DISTRIBUTION, sources=self.sources, parts=parts, seq=9)
        came = [
            Event(f"{one.account}:{n}", LEFT + timedelta(one.days), one.account, K.ROLLOVER_IN,
                  Money(one.cents), sources=(one.source,) if one.source else (),
                  origin="old", seq=10 + n)
            for n, one in enumerate(self.coming)
        ]  # fmt: skip
        return [*opened, paid, *([] if at_once else came)]

    def sent(self, account: str) -> int:
        return sum(one.cents for one in self.coming if one.account == account)

    def there(self, account: str, day: date) -> int:
        mine = (one for one in self.coming if one.account == account)
        return sum(one.cents for one in mine if LEFT + timedelta(one.days) <= day)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Draw a payment of some sources, or of all, and the days and amounts of its parts."""
    kinds = [(S.AFTER_TAX,), (S.PRE_TAX,), (S.ROTH,), (S.PRE_TAX, S.AFTER_TAX), ()]
    sources = draw(st.sampled_from(kinds))
    of = sources or tuple(HELD)
    accounts = {
        (S.ROTH,): [("new",), ("roth",), ("new", "roth")],
        (): [("new",)],  # Roth money and other money go together to a plan alone
    }.get(sources, [("new",), ("ira",), ("roth",), ("new", "roth"), ("ira", "roth")])
    whole = sum(HELD[source][0] for source in of)
    gross = draw(st.sampled_from([whole, draw(st.integers(6, whole))]))
    names = draw(st.sampled_from(accounts))
    coming = []
    for name, cents in zip(names, _cut(draw, gross, len(names)), strict=True):
        for part in _cut(draw, cents, draw(st.integers(1, min(3, cents)))):
            days = draw(st.integers(-8, 20))
            # of a payment of all sources a part that names one is not in proportion
            named = S.ROLLOVER if sources and name == "new" and draw(st.booleans()) else None
            coming.append(Coming(name, days, part, named))
    return Story(sources, tuple(coming))


def _cut(draw: st.DrawFn, cents: int, many: int) -> list[int]:
    if many == 1:
        return [cents]
    inner = st.lists(st.integers(1, cents - 1), min_size=many - 1, max_size=many - 1, unique=True)
    return [b - a for a, b in pairwise([0, *sorted(draw(inner)), cents])]


def fold_of(story: Story, *, at_once: bool = False) -> Fold:
    entries = book_all(story.events(at_once=at_once), ACCOUNTS)
    books = books_of(entries, taxpayers=PEOPLE, accounts=ACCOUNTS)
    assert not books.open_sides
    return Fold(books)


POOLS = {Pool(a, s) for a in ACCOUNTS for s in (*(one.value for one in Source), "", UNDIVIDED)}


def pools(fold: Fold) -> dict[Pool, tuple[Money, Money]]:
    held = {p: (fold.balances.value(p), fold.balances.basis(p)) for p in POOLS}
    return {pool: both for pool, both in held.items() if any(both)}


def of_account(held: dict[Pool, tuple[Money, Money]], account: str) -> tuple[int, int]:
    mine = [both for pool, both in held.items() if pool.account == account]
    return sum(value.cents for value, _ in mine), sum(basis.cents for _, basis in mine)


@settings(max_examples=200, deadline=None)
@given(stories())
def test_every_day_each_account_holds_what_came_and_the_rest_is_in_transit(story: Story) -> None:
    fold, once = fold_of(story), fold_of(story, at_once=True)
    once.through(LAST)
    arrived = pools(once)
    brought = {name: of_account(arrived, name)[1] for name in ACCOUNTS}
    opened = sum(value for value, _ in HELD.values())
    for day in (LEFT + timedelta(n) for n in range(-9, 31)):
        fold.through(day)
        assert not fold.refused
        held = pools(fold)
        there = {name: story.there(name, day) for name in ACCOUNTS if name != "old"}
        for name, cents in there.items():
            value, basis = of_account(held, name)
            assert value == cents
            sent = story.sent(name)
            # basis comes with the money, in proportion; never before the payment tells it
            expected = brought[name] * cents / sent if sent and day >= LEFT else 0
            assert abs(basis - expected) <= 2 * len(story.coming)
        left = opened - of_account(held, "old")[0]
        assert fold.balances.value(TRANSIT).cents == left - sum(there.values())
    assert not fold.balances.value(TRANSIT)
    assert not fold.balances.basis(TRANSIT)


@settings(max_examples=200, deadline=None)
@given(stories())
def test_in_the_end_each_source_holds_what_it_would_had_all_come_at_once(story: Story) -> None:
    fold, once = fold_of(story), fold_of(story, at_once=True)
    fold.through(LAST)
    once.through(LAST)
    assert pools(fold) == pools(once)
    paid = [
        [(row.to, row.amount, row.pretax, row.taxable) for row in payout.disbursed]
        for one in (fold, once)
        for payout in one.story.payouts
    ]
    assert paid[: len(paid) // 2] == paid[len(paid) // 2 :]
