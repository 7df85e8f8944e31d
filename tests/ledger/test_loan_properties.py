"""Properties of loans and corrections: what was taxed before is paid out once, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import Account, AccountKind, Outside, Source, Taxpayer
from ledger.closing import Worked, work_out
from ledger.events import CASH, Event, EventKind
from ledger.money import ZERO, Money
from ledger.year_end import YearEnd

YEARS = (2022, 2023, 2024)
K, S = EventKind, Source
PEOPLE = {"rose": Taxpayer("rose", "Rose Green", date(1980, 5, 1))}
CHART = {"acme": Account("acme", "rose", AccountKind.K401)}
SOURCES = (S.PRE_TAX, S.AFTER_TAX, S.ROTH)
STEPS = ("in", "gain", "back", "back", "end", "end", "pay", "fix")


class Life:
    """Draws one event after another that the plan can cover."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.events: list[Event] = []
        self.day = date(2022, 1, 3)
        self.held = dict.fromkeys(SOURCES, 0)
        self.owed = dict.fromkeys(SOURCES, 0)
        self.deemed: set[Source] = set()

    def add(self, kind: EventKind, source: Source, cents: int, **more: object) -> None:
        """Add an event some days after the one before."""
        self.day += timedelta(self.draw(st.integers(1, 40)))
        where = f"story:{len(self.events)}"
        made = Event(where, self.day, "acme", kind, Money(cents), (source,), **more)  # type: ignore[arg-type]
        self.events.append(replace(made, seq=len(self.events), id=f"e{len(self.events)}"))

    def put(self, source: Source) -> None:
        """Contribute to a source."""
        self.add(K.CONTRIBUTION, source, cents := self.draw(st.integers(100, 900_000)))
        self.held[source] += cents

    def step(self) -> None:
        """Add one event of a kind that fits what there is."""
        source = self.draw(st.sampled_from(SOURCES))
        held, owed = self.held[source], self.owed[source]
        kind = self.draw(st.sampled_from(STEPS))
        part = self.draw(st.integers(1, max(1, held // 2)))
        if kind == "in" or held < 4:
            self.put(source)
        elif kind == "gain":
            gain = part if self.draw(st.booleans()) else -(part // 2 or 1)
            self.add(K.EARNINGS, source, gain)
            self.held[source] += gain
        elif kind in {"back", "end"} and not owed and source not in self.deemed:
            self.add(K.LOAN, source, part)
            self.held[source] -= part
            self.owed[source] += part
        elif kind == "back":
            back = self.draw(st.integers(1, owed or part))
            self.add(K.LOAN_REPAYMENT, source, back)
            self.held[source] += back
            self.owed[source] = max(0, owed - back)
        elif kind == "end" and owed:
            ends = self.draw(st.sampled_from([K.LOAN_OFFSET, K.DEEMED_DISTRIBUTION]))
            self.add(ends, source, owed)
            self.owed[source] = 0
            self.deemed |= {source} if ends is K.DEEMED_DISTRIBUTION else set()
        elif kind == "pay":
            self.add(K.DISTRIBUTION, source, part)
            self.held[source] -= part
        elif kind == "fix":
            self._correct(source, part)

    def _correct(self, source: Source, part: int) -> None:
        """Pay back a contribution; a source that lost its basis elsewhere is left alone."""
        if any(e.kind is not K.CONTRIBUTION and e.source is source for e in self.events):
            return
        reason = "acp" if source is S.AFTER_TAX else "adp"
        gain = self.draw(st.integers(-(part // 2), part // 2))
        self.add(K.CORRECTIVE_DISTRIBUTION, source, part, earnings=Money(gain), reason=reason)
        self.held[source] -= part + gain


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    """Draw a plan's life with loans that are repaid, set off or taxed, and money paid back."""
    life = Life(draw)
    for source in SOURCES:
        life.put(source)
    for _ in range(draw(st.integers(4, 20))):
        life.step()
    return [e for e in life.events if e.day.year in YEARS]


def worked(story: list[Event]) -> Worked:
    return work_out(Books(PEOPLE, CHART, book_all(story, CHART)), YEARS)


def paid_basis(record: YearEnd) -> Money:
    """Return the basis that the year's entries paid out in cash."""
    cash = Outside.CASH.value
    postings = [p for entry in record.entries for p in entry.postings]
    return Money.total(p.basis for p in postings if p.pool.account == cash)


few = settings(max_examples=60, deadline=None)


@few
@given(lives())
def test_what_was_taxed_before_is_reported_once(story: list[Event]) -> None:
    """Box 5 of the money paid out is the basis that left the books; box 1 is boxes 2a and 5."""
    result = worked(story)
    assert result.refused == ()
    for record in result.records:
        free = ZERO
        for form in record.forms_1099r:
            gross, taxable, part = (form.boxes[n] for n in ("1", "2a", "5"))
            assert isinstance(gross, Money)
            assert isinstance(taxable, Money)
            assert isinstance(part, Money)
            assert taxable + part == gross
            free += part if form.to == CASH else ZERO
        lost = [
            min(e.earnings or ZERO, ZERO)
            for e in story
            if e.kind is K.CORRECTIVE_DISTRIBUTION
            and e.day.year == record.tax_year
            and e.source is not S.PRE_TAX
        ]
        assert paid_basis(record) + Money.total(lost) == free  # a loss is paid back less


@few
@given(lives())
def test_basis_is_what_was_put_in_less_what_was_paid_out(story: list[Event]) -> None:
    """Taxed contributions and taxed loans repaid, less basis paid out, is what is left."""
    records = worked(story).records
    taxed, deemed = ZERO, set[Source]()
    for event in story:
        source = event.sources[0]
        if event.kind is K.CONTRIBUTION and source is not S.PRE_TAX:
            taxed += event.money("amount")
        elif event.kind is K.DEEMED_DISTRIBUTION:
            deemed.add(source)
        elif event.kind is K.LOAN_REPAYMENT and source in deemed:
            taxed += event.money("amount")
    left = Money.total(p.closing_basis or ZERO for p in records[-1].pools)
    assert left == taxed - Money.total(paid_basis(record) for record in records)


@few
@given(lives(), st.integers(0, 2**32))
def test_the_order_of_rows_in_the_file_does_not_matter(story: list[Event], seed: int) -> None:
    shuffled = list(story)
    Random(seed).shuffle(shuffled)
    before = [record.as_json() for record in worked(story).records]
    assert [record.as_json() for record in worked(shuffled).records] == before


@few
@given(lives(), st.integers(1, 99))
def test_a_payment_in_two_parts_is_the_same_but_for_rounding(
    story: list[Event], percent: int
) -> None:
    split: list[Event] = []
    for one in story:
        amount = one.money("amount")
        part = Money(amount.cents * percent // 100)
        if one.kind is K.DISTRIBUTION and ZERO < part < amount:
            split += [replace(one, amount=part), replace(one, amount=amount - part)]
        else:
            split.append(one)
    split = [replace(e, where=f"split:{n}", seq=n, id=f"s{n}") for n, e in enumerate(split)]
    for whole, parts in zip(worked(story).records, worked(split).records, strict=True):
        off = whole.f1040.amount("5b") - parts.f1040.amount("5b")
        assert abs(off.cents) <= 2 * len(story)
