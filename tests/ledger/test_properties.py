"""Properties that hold for any story: basis is never made or lost, and nothing depends on order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.balances.pools import Balances
from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import (
    Account,
    AccountKind,
    Pool,
    Source,
    Taxpayer,
    roth_ira_pool,
    traditional_ira_pool,
)
from ledger.closing import Worked, work_out
from ledger.events import Event, EventKind
from ledger.money import ZERO, Money
from ledger.records import OpeningBasis

YEARS = (2022, 2023, 2024)
ROSE = Taxpayer("rose", "Rose Green", date(1980, 5, 1))
ACCOUNTS = {
    "acme": Account("acme", "rose", AccountKind.K401),
    "ira": Account("ira", "rose", AccountKind.TRADITIONAL_IRA),
    "sep": Account("sep", "rose", AccountKind.SEP_IRA),
    "roth": Account("roth", "rose", AccountKind.ROTH_IRA),
}
K = EventKind
cents = st.integers(min_value=1, max_value=700_000).map(Money)
days = st.integers(min_value=0, max_value=3 * 365).map(lambda n: date(2022, 1, 1) + timedelta(n))


def event(day: date, account: str, kind: EventKind, amount: Money, **more: object) -> Event:
    return Event(f"story:{day}", day, account, kind, amount=amount, **more)  # type: ignore[arg-type]


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    """Draw money coming in, and then only as much going out as there is."""
    out: list[Event] = []
    held = {"ira": 0, "sep": 0, "roth": 0, "after_tax": 0}
    for day in sorted(draw(st.lists(days, min_size=2, max_size=14))):
        kind = draw(st.sampled_from(["ira", "roth", "after_tax", "gain", "out", "in_plan"]))
        amount = draw(cents)
        if kind in {"ira", "roth"}:
            out.append(event(day, kind, K.CONTRIBUTION, amount))
            held[kind] += amount.cents
        elif kind == "after_tax":
            out.append(event(day, "acme", K.CONTRIBUTION, amount, sources=(Source.AFTER_TAX,)))
            held["after_tax"] += amount.cents
        elif kind == "gain":
            account = draw(st.sampled_from(["ira", "roth", "after_tax"]))
            if not held[account]:  # a gain in an empty account is older money: refused
                continue
            sources = (Source.AFTER_TAX,) if account == "after_tax" else ()
            where = "acme" if sources else account
            loss = held[account] > amount.cents and draw(st.booleans())
            gain = -amount if loss else amount
            out.append(event(day, where, K.EARNINGS, gain, sources=sources))
            held[account] += gain.cents
        elif kind == "in_plan" and held["after_tax"]:
            part = Money(draw(st.integers(1, held["after_tax"])))
            out.append(event(day, "acme", K.IN_PLAN_CONVERSION, part, sources=(Source.AFTER_TAX,)))
            held["after_tax"] -= part.cents
        elif kind == "out":
            out += _outflow(draw, day, held)
    return [replace(e, where=f"story:{n}", seq=n) for n, e in enumerate(out)]


def _outflow(draw: st.DrawFn, day: date, held: dict[str, int]) -> list[Event]:
    kind = draw(st.sampled_from([K.CONVERSION, K.DISTRIBUTION, K.TRANSFER]))
    account = draw(st.sampled_from(["ira", "roth"])) if kind is K.DISTRIBUTION else "ira"
    if not held[account]:
        return []
    part = Money(draw(st.integers(1, held[account])))
    held[account] -= part.cents
    if kind is K.DISTRIBUTION:
        return [event(day, account, kind, part)]
    to = "roth" if kind is K.CONVERSION else "sep"
    held[to] += part.cents
    return [event(day, "ira", kind, part, to=to)]


def worked(events: list[Event], years: tuple[int, ...] = YEARS) -> Worked:
    opening = OpeningBasis("story:0", "rose", date(2022, 1, 1), ZERO, roth_ira_regular=ZERO)
    entries = book_all(events, ACCOUNTS)
    return work_out(Books({"rose": ROSE}, ACCOUNTS, entries, (opening,)), years)


few = settings(max_examples=60, deadline=None)


@few
@given(stories())
def test_basis_balances_agree_with_the_forms(story: list[Event]) -> None:
    result = worked(story)
    assert result.refused == ()
    balances = Balances()
    for record in result.records:
        for entry in record.entries:
            balances.post(entry)
        own = [Pool("ira"), Pool("sep"), traditional_ira_pool("rose")]
        traditional = Money.total(balances.basis(pool) for pool in own)
        assert traditional == record.traditional_ira.basis_carried_forward
        layers = [x.taxable + x.nontaxable for x in record.roth_ira.conversions]
        roth = Money.total(balances.basis(p) for p in (Pool("roth"), roth_ira_pool("rose")))
        assert roth == Money.total([record.roth_ira.regular, *layers])
        assert traditional >= ZERO


@few
@given(stories())
def test_line_14_is_line_2_of_the_next_year(story: list[Event]) -> None:
    records = worked(story).records
    for earlier, later in pairwise(records):
        carried = earlier.traditional_ira.basis_carried_forward
        assert later.traditional_ira.basis_brought_forward == carried
        if "2" in later.f8606:
            assert later.f8606.amount("2") == carried


@few
@given(stories())
def test_taxable_and_nontaxable_are_the_gross(story: list[Event]) -> None:
    for record in worked(story).records:
        for move in record.movements:
            assert move.basis + move.taxable == move.amount
            assert ZERO <= move.taxable <= move.amount
        assert record.f8606.amount("13") <= max(record.f8606.amount("5"), ZERO)


@few
@given(stories(), st.randoms())
def test_the_order_of_rows_in_the_file_does_not_matter(story: list[Event], random: object) -> None:
    same_day = {(e.day, e.account) for e in story}
    if len(same_day) < len(story):
        return
    shuffled = list(story)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    before = [record.as_json() for record in worked(story).records]
    assert [record.as_json() for record in worked(shuffled).records] == before


@few
@given(stories(), st.integers(1, 99))
def test_splitting_an_event_changes_at_most_rounding(story: list[Event], percent: int) -> None:
    split: list[Event] = []
    for one in story:
        amount = one.money("amount")
        part = Money(amount.cents * percent // 100)
        if one.kind is K.IN_PLAN_CONVERSION and ZERO < part < amount:
            split += [replace(one, amount=part), replace(one, amount=amount - part)]
        else:
            split.append(one)
    split = [replace(e, where=f"split:{n}", seq=n) for n, e in enumerate(split)]
    for whole, parts in zip(worked(story).records, worked(split).records, strict=True):
        taxed = whole.f1040.amount("5b") - parts.f1040.amount("5b")
        assert abs(taxed.cents) <= len(story)


def test_a_story_must_balance_at_birth() -> None:
    """A plain plan: 30,000 of basis in 33,000; 11,000 converted takes 10,000 along."""
    source = (Source.AFTER_TAX,)
    story = [
        event(date(2023, 1, 5), "acme", K.CONTRIBUTION, Money.dollars(30000), sources=source),
        event(date(2023, 2, 5), "acme", K.EARNINGS, Money.dollars(3000), sources=source),
        event(date(2023, 3, 5), "acme", K.IN_PLAN_CONVERSION, Money.dollars(11000), sources=source),
    ]
    record = worked([replace(e, seq=n) for n, e in enumerate(story)]).of("rose", 2023)
    assert record is not None
    (move,) = record.movements
    assert (move.basis, move.taxable) == (Money.dollars(10000), Money.dollars(1000))
