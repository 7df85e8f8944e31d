"""What meets is the same for every order of the facts, whoever else is in the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ledger.booking import book
from ledger.chart import Account, AccountKind, Source
from ledger.events import IN_TRANSIT, Event, EventKind
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.movements import Met, meet

K = EventKind
CHART = {
    f"{owner}{name}": Account(f"{owner}{name}", owner, kind)
    for owner in ("ann", "bob")
    for name, kind in (
        ("old", AccountKind.K401), ("new", AccountKind.B403),
        ("trad", AccountKind.TRADITIONAL_IRA), ("roth", AccountKind.ROTH_IRA),
    )
}  # fmt: skip
DAYS = st.integers(0, 30).map(lambda n: date(2023, 12, 10) + timedelta(n))
DOLLARS = st.sampled_from([100, 200, 300, 400, 500, 600])
SOURCES = st.sampled_from([Source.PRE_TAX, Source.AFTER_TAX, Source.ROTH, Source.MATCH])
OWNERS = st.sampled_from(["ann", "bob"])


@st.composite
def sides(draw: st.DrawFn) -> Event:
    """Return one side of a movement as a statement shows it."""
    owner, on, amount = draw(OWNERS), draw(DAYS), Money.dollars(draw(DOLLARS))
    way = draw(st.sampled_from(["plan", "ira", "rollover", "transfer"]))
    line = f"{owner}-{way}.csv:{draw(st.integers(1, 9999))}"
    if way == "plan":
        source = draw(SOURCES)
        to = draw(st.sampled_from([IN_TRANSIT, IN_TRANSIT, f"{owner}roth"]))
        name = f"{owner}old-{on}-{source}"
        return Event(line, on, f"{owner}old", K.DISTRIBUTION, amount, (source,), id=name, to=to,
                     fund=draw(st.sampled_from(["A", "B"])), units=Decimal(-1))  # fmt: skip
    if way == "ira":
        kind = draw(st.sampled_from([K.CONVERSION, K.TRANSFER]))
        return Event(line, on, f"{owner}trad", kind, amount, to=IN_TRANSIT)
    if way == "rollover":
        account = f"{owner}{draw(st.sampled_from(['trad', 'roth', 'new']))}"
        said = draw(st.sampled_from(["", IN_TRANSIT]))
        return Event(line, on, account, K.ROLLOVER_IN, amount, origin=said)
    origin = draw(st.sampled_from(["", f"{owner}trad", "outside"]))
    reason = draw(st.sampled_from(["", "conversion"]))
    return Event(line, on, f"{owner}roth", K.TRANSFER_IN, amount, origin=origin, reason=reason)


def facts(events: list[Event]) -> list[JournalEntry]:
    return [book(event, CHART) for event in events]


def shown(met: Met) -> list[object]:
    """Return all that the law and the user see, but for the numbers that an import gives."""
    entries = [(e.event.as_fields(), e.where, e.postings) for e in met.entries]
    return [entries, met.open_sides]


@given(st.lists(sides(), max_size=12, unique_by=lambda event: event.where), st.randoms())
def test_the_order_of_the_facts_changes_nothing(events: list[Event], random: Random) -> None:
    other = list(events)
    random.shuffle(other)
    assert shown(meet(facts(events), CHART)) == shown(meet(facts(other), CHART))


@given(st.lists(sides(), max_size=12, unique_by=lambda event: event.where))
def test_each_household_meets_as_it_does_alone(events: list[Event]) -> None:
    together = meet(facts(events), CHART)
    for owner in ("ann", "bob"):
        alone = meet(facts([e for e in events if e.account.startswith(owner)]), CHART)
        mine = [e for e in together.entries if e.event.account.startswith(owner)]
        assert [e.event for e in mine] == [e.event for e in alone.entries]
        assert [s for s in together.open_sides if s.owner == owner] == list(alone.open_sides)


@given(st.lists(sides(), max_size=12, unique_by=lambda event: event.where))
def test_no_cent_is_lost_or_made(events: list[Event]) -> None:
    # what left the plan is in the movements, to whichever account, and what came in comes once
    met = meet(facts(events), CHART)
    left = sum(e.amount.cents for e in events if e.kind is K.DISTRIBUTION and e.amount)
    gone = [p for e in met.entries for p in e.postings if p.pool.account.endswith("old")]
    assert left == -sum(p.value.cents for p in gone)
    for entry in met.entries:
        assert sum(p.value.cents for p in entry.postings) == 0
