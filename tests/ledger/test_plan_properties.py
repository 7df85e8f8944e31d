"""Properties of plan stories: distributions in parts, rollovers, in-plan conversions, losses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.balances.pools import Balances
from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import Account, AccountKind, Pool, Source, Taxpayer, roth_ira_pool
from ledger.closing import Worked, work_out
from ledger.events import CASH, Event, EventKind, Part
from ledger.money import ZERO, Money
from ledger.records import OpeningBasis

YEARS = (2022, 2023, 2024)
K, S = EventKind, Source
HELD = (S.PRE_TAX, S.AFTER_TAX, S.ROTH)
cents = st.integers(min_value=1, max_value=900_000).map(Money)


def accounts(*, apart: bool) -> dict[str, Account]:
    rose = "rose"
    return {
        "acme": Account("acme", rose, AccountKind.K401, separate_after_tax=apart),
        "nova": Account("nova", rose, AccountKind.K401),
        "ira": Account("ira", rose, AccountKind.TRADITIONAL_IRA),
        "roth": Account("roth", rose, AccountKind.ROTH_IRA),
    }


def event(number: int, day: date, kind: EventKind, **more: object) -> Event:
    fields = {"account": "acme", **more}
    return Event(f"story:{number}", day, kind=kind, seq=number, **fields)  # type: ignore[arg-type]


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    """Draw a plan's life: money in, gains and losses, conversions, payments in parts."""
    held = dict.fromkeys((*HELD, S.IN_PLAN_ROTH), 0)
    out, day = list[Event](), date(2022, 1, 3)
    for number in range(draw(st.integers(2, 12))):
        day += timedelta(draw(st.integers(1, 80)))
        kind = draw(st.sampled_from(["in", "in", "gain", "convert", "pay", "pay"]))
        source = draw(st.sampled_from(HELD))
        amount = draw(cents)
        if kind == "in":
            out.append(event(number, day, K.CONTRIBUTION, sources=(source,), amount=amount))
            held[source] += amount.cents
        elif kind == "gain" and held[source] > amount.cents:
            gain = -amount if draw(st.booleans()) else amount
            out.append(event(number, day, K.EARNINGS, sources=(source,), amount=gain))
            held[source] += gain.cents
        elif kind == "convert" and held[S.AFTER_TAX]:
            part = Money(draw(st.integers(1, held[S.AFTER_TAX])))
            out.append(
                event(number, day, K.IN_PLAN_CONVERSION, sources=(S.AFTER_TAX,), amount=part)
            )
            held[S.AFTER_TAX] -= part.cents
            held[S.IN_PLAN_ROTH] += part.cents
        elif kind == "pay":
            out += _payment(draw, number, day, held)
    return out


def _payment(draw: st.DrawFn, number: int, day: date, held: dict[Source, int]) -> list[Event]:
    roth = draw(st.booleans())
    wanted = (S.ROTH, S.IN_PLAN_ROTH) if roth else (S.PRE_TAX, S.AFTER_TAX)
    sources = tuple(s for s in wanted if held[s])
    whole = sum(held[s] for s in sources)
    if whole < 4:
        return []
    gross = draw(st.sampled_from([whole, draw(st.integers(4, whole))]))
    cut = sorted(draw(st.lists(st.integers(0, gross), min_size=2, max_size=2)))
    pieces = (("nova", cut[0]), ("roth" if roth else "ira", cut[1] - cut[0]))
    parts = [Part(to, Money(c)) for to, c in (*pieces, (CASH, gross - cut[1])) if c]
    name = f"d{number}"
    paid = [event(number, day, K.DISTRIBUTION, id=name, sources=sources, parts=tuple(parts))]
    for source in sources:  # drawn in proportion; a cent or two less, for the rounding
        held[source] = max(0, held[source] - held[source] * gross // whole - 2)
    if parts[-1].to == CASH and draw(st.booleans()):
        back = Money(draw(st.integers(1, parts[-1].amount.cents)))
        paid.append(
            event(
                number + 100, day + timedelta(40), K.ROLLOVER_60DAY, of=name, to="roth", amount=back
            )
        )
    return paid


def worked(story: list[Event], *, apart: bool = True) -> Worked:
    people = {"rose": Taxpayer("rose", "Rose Green", date(1980, 5, 1))}
    chart = accounts(apart=apart)
    opening = OpeningBasis("story:0", "rose", date(2022, 1, 1), traditional_ira=ZERO)
    return work_out(Books(people, chart, book_all(story, chart), (opening,)), YEARS)


few = settings(max_examples=60, deadline=None)


@few
@given(stories(), st.booleans())
def test_every_dollar_paid_is_accounted_for(story: list[Event], apart: bool) -> None:
    result = worked(story, apart=apart)
    if result.refused:
        # the only refusal a drawn story may meet: sources that the plan does not keep apart
        assert {fault.code for fault in result.refused} == {"after_tax_only"}
        assert not apart
        return
    paid = {e.id: e for e in story if e.kind is K.DISTRIBUTION}
    for record in result.records:
        for row in record.disbursements:
            assert row.pretax + row.aftertax == row.amount
            assert ZERO <= row.taxable <= row.pretax <= row.amount
        for name in {row.event for row in record.disbursements}:
            rows = [row.amount for row in record.disbursements if row.event == name]
            assert Money.total(rows) == Money.total(part.amount for part in paid[name].parts)


@few
@given(stories())
def test_a_pool_is_told_from_opening_to_closing(story: list[Event]) -> None:
    result = worked(story)
    assert result.refused == ()
    for record in result.records:
        for pool in record.pools:
            flows = pool.opening_value + pool.contributions + pool.earnings
            assert flows + pool.came_in - pool.went_out == pool.closing_value
            assert pool.closing_value >= ZERO
            assert pool.closing_basis is None or pool.closing_basis >= ZERO
        for roth in record.designated_roth:
            mine = [
                p
                for p in record.pools
                if p.account == roth.account and Source(p.source).character.value == "roth"
            ]
            assert roth.basis == Money.total(p.closing_basis or ZERO for p in mine)
            assert roth.value == Money.total(p.closing_value for p in mine)


@few
@given(stories())
def test_roth_layers_are_what_the_entries_brought(story: list[Event]) -> None:
    balances = Balances()
    for record in worked(story).records:
        for entry in record.entries:
            balances.post(entry)
        layers = [x.taxable + x.nontaxable for x in record.roth_ira.conversions]
        posted = Money.total(balances.basis(p) for p in (Pool("roth"), roth_ira_pool("rose")))
        assert posted == Money.total([record.roth_ira.regular, *layers])
        boxes = [form.boxes for form in record.forms_1099r]
        for box in boxes:
            gross, taxable, free = (box.get(n, ZERO) for n in ("1", "2a", "5"))
            assert isinstance(gross, Money)
            assert isinstance(taxable, Money)
            assert isinstance(free, Money)
            assert taxable <= gross
            assert box["7"] in {"B1", "BG", "H", "G"} or taxable + free == gross


def test_the_order_of_events_of_two_days_decides() -> None:
    """A gain before the payment is shared by it; the same gain after it is not."""
    after_tax = (S.AFTER_TAX,)
    first = event(1, date(2023, 1, 5), K.CONTRIBUTION, sources=after_tax, amount=Money(100_000))
    gain = event(2, date(2023, 2, 5), K.EARNINGS, sources=after_tax, amount=Money(25_000))
    paid = event(3, date(2023, 3, 5), K.DISTRIBUTION, sources=after_tax, amount=Money(50_000))
    late = replace(gain, day=date(2023, 4, 5))
    for story, taxed in (([first, gain, paid], 10_000), ([first, late, paid], 0)):
        record = worked(story).of("rose", 2023)
        assert record is not None
        assert record.f1040.amount("5b") == Money(taxed)
