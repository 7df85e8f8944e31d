"""Sides of movements meet by account, amount and day: whole payments, sums, parts; never a guess.

A plan pays 10,700.00 out of two funds on September 20 and the traditional IRA shows one deposit of
10,700.00 on September 22: one direct rollover, of September 20.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.booking import book
from ledger.chart import Account, AccountKind, Outside, Source
from ledger.errors import LedgerError
from ledger.events import ARRIVED, IN_TRANSIT, Event, EventKind, Part
from ledger.money import Money
from ledger.movements import Met, meet, settled
from ledger.movements.settled import refuse_other_way, refuse_unsent

K = EventKind
CHART = {
    a.id: a
    for a in (
        Account("old", "rose", AccountKind.K401),
        Account("new", "rose", AccountKind.K401),
        Account("trad", "rose", AccountKind.TRADITIONAL_IRA),
        Account("roth", "rose", AccountKind.ROTH_IRA),
        Account("paulroth", "paul", AccountKind.ROTH_IRA),
    )
}


def day(number: int) -> date:
    return (
        date(2023, 9, 1) if not number else date.fromordinal(date(2023, 9, 1).toordinal() + number)
    )


def fact(kind: EventKind, account: str, when: int, dollars: str, **more: Any) -> Event:
    source = more.pop("source", None)
    where = more.pop("where", f"{account}.csv:{when}{dollars.replace('.', '')}{source or ''}")
    return Event(
        where, day(when), account, kind, Money.parse(dollars, evidence=where),
        (Source(source),) if source else (), **more,
    )  # fmt: skip


def paid(dollars: str, source: str = "pre_tax", when: int = 20, to: str = IN_TRANSIT) -> Event:
    """Return a leg that a plan paid; legs of one source and day have one id."""
    name = f"old-{day(when)}-{source}"
    return fact(K.DISTRIBUTION, "old", when, dollars, source=source, to=to, id=name)


DIVIDED = replace(
    paid("900.00"),
    amount=None,
    to="",
    parts=(Part("trad", Money.dollars(500)), Part("roth", Money.dollars(400))),
)


def came(dollars: str, account: str = "trad", when: int = 22, **more: Any) -> Event:
    """Return what a statement shows that came in, and does not say from where."""
    return fact(K.ROLLOVER_IN, account, when, dollars, **{"origin": IN_TRANSIT, **more})


def met(*events: Event) -> Met:
    return meet([book(event, CHART) for event in events], CHART)


def told(*events: Event) -> list[str]:
    """Return the movements in words, arrivals left out, open sides behind them."""
    found = met(*events)
    out = []
    for entry in found.entries:
        event = entry.event
        if event.reason == ARRIVED:
            continue
        parts = event.parts or ((Part(event.to, event.amount),) if event.amount else ())
        to = " ".join(f"{part.to or '-'} {part.amount.plain}" for part in parts)
        out.append(
            f"{event.kind} {event.account} {' '.join(event.sources)}> {to}".replace(" >", ">")
        )
    return out + [f"open {one.account} {one.amount.plain}" for one in found.open_sides]


def test_legs_by_fund_are_one_payment_and_meet_one_deposit() -> None:
    assert told(paid("6600.00"), paid("4100.00"), came("10700.00")) == [
        "distribution old pre_tax> trad 10700.00"
    ]


def test_the_units_of_each_leg_stay_beside_its_money() -> None:
    legs = [
        Event("p.csv:4", day(20), "old", K.DISTRIBUTION, Money.dollars(6600), (Source.PRE_TAX,),
              to=IN_TRANSIT, id="p", fund="Stock", units=Decimal(-60)),
        Event("p.csv:5", day(20), "old", K.DISTRIBUTION, Money.dollars(4100), (Source.PRE_TAX,),
              to=IN_TRANSIT, id="p", fund="Bond", units=Decimal(-40)),
    ]  # fmt: skip
    entry, _ = met(*legs, came("10700.00")).entries
    own = [(p.fund, p.units, p.value.plain) for p in entry.postings if p.units is not None]
    assert own == [("Stock", Decimal(-60), "-6600.00"), ("Bond", Decimal(-40), "-4100.00")]
    assert entry.event.amount == Money.dollars(10700)


def test_one_check_for_two_sources_is_two_movements_of_one_deposit() -> None:
    assert told(paid("1000.00"), paid("70.00", "match"), came("1070.00")) == [
        "distribution old match> trad 70.00",
        "distribution old pre_tax> trad 1000.00",
    ]


def test_one_payment_is_divided_over_two_or_three_accounts() -> None:
    payment = paid("30000.00", "after_tax")
    assert told(payment, came("24000.00"), came("6000.00", "roth")) == [
        "distribution old after_tax> roth 6000.00 trad 24000.00"
    ]
    deposits = came("20000.00"), came("6000.00", "roth"), came("4000.00", "new", source="rollover")
    (whole,) = told(payment, *deposits)
    assert sorted(whole.split("> ")[1].split()) == sorted(
        ["trad", "20000.00", "roth", "6000.00", "new", "4000.00"]
    )


def test_deposits_by_fund_of_one_day_are_one_arrival() -> None:
    assert told(paid("900.00"), came("500.00"), came("400.00")) == [
        "distribution old pre_tax> trad 900.00"
    ]


def test_designated_roth_money_never_went_to_a_traditional_ira() -> None:
    assert told(paid("900.00", "roth"), came("900.00"))[-2:] == [
        "open old 900.00",
        "open trad 900.00",
    ]
    assert told(paid("900.00", "roth"), came("900.00", "roth")) == [
        "distribution old roth> roth 900.00"
    ]


def test_several_candidates_stay_open() -> None:
    deposits = came("900.00"), came("900.00", "roth")
    assert told(paid("900.00"), *deposits)[-3:] == [
        "open old 900.00", "open roth 900.00", "open trad 900.00",
    ]  # fmt: skip


def test_equal_payments_to_one_account_need_not_be_told_apart() -> None:
    found = told(
        paid("500.00", when=2), paid("500.00", when=9), came("500.00", when=4),
        came("500.00", when=11),
    )  # fmt: skip
    assert found == ["distribution old pre_tax> trad 500.00"] * 2


def test_more_than_ten_days_apart_is_no_meeting_unless_it_is_said() -> None:
    assert told(paid("900.00", when=1), came("900.00", when=12))[-1] == "open trad 900.00"
    said = came("900.00", when=25, origin="old")
    assert told(paid("900.00", when=1, to="trad"), said) == [
        "distribution old pre_tax> trad 900.00"
    ]


def test_a_said_receiver_counts_as_arrived_and_its_deposit_not_again() -> None:
    assert told(paid("900.00", to="trad")) == ["distribution old pre_tax> trad 900.00"]
    both = paid("600.00", to="trad"), paid("300.00", "match", to="trad"), came("900.00")
    assert told(*both) == [
        "distribution old match> trad 300.00", "distribution old pre_tax> trad 600.00",
    ]  # fmt: skip


def test_money_of_another_person_never_meets() -> None:
    assert told(paid("900.00", "roth"), came("900.00", "paulroth")) == [
        "distribution old roth> in_transit 900.00", "rollover_in paulroth> - 900.00",
        "open old 900.00",
    ]  # fmt: skip


def test_what_nobody_in_the_chart_can_have_sent_is_from_outside() -> None:
    chart = {"trad": CHART["trad"]}
    found = meet([book(came("900.00"), chart)], chart)
    assert (len(found.entries), found.open_sides) == (1, ())
    assert told(came("900.00", origin="outside")) == ["rollover_in trad> - 900.00"]


def test_what_was_typed_without_an_origin_came_from_elsewhere_unless_money_fits() -> None:
    # rollover_in: rolled over from an account that is not kept in these books
    typed = came("900.00", origin="")
    assert told(typed) == ["rollover_in trad> - 900.00"]
    assert told(typed, paid("500.00"))[-1] == "open old 500.00"
    assert told(typed, paid("900.00", when=20)) == ["distribution old pre_tax> trad 900.00"]
    # it left weeks before: that may be this money, and nobody said so
    assert told(typed, paid("900.00", when=3))[-2:] == ["open old 900.00", "open trad 900.00"]
    assert told(typed, paid("900.00", when=3, to="trad"))[-1] == "open trad 900.00"
    moved = fact(K.TRANSFER_IN, "trad", 22, "900.00")
    assert told(moved) == ["transfer_in trad> - 900.00"]


def test_a_payment_put_back_is_proposed_where_it_paid_as_much() -> None:
    def proposed(*events: Event) -> list[tuple[int, ...]]:
        return [one.payments for one in met(*events).open_sides]

    cash = replace(paid("900.00", when=1, to=""), seq=7)
    assert proposed(cash, came("900.00", when=50)) == [(7,)]
    assert proposed(cash, came("400.00", when=50)) == [(7,)]  # a part of it
    assert proposed(cash, came("901.00", when=50)) == [()]
    assert proposed(cash, came("900.00", when=62)) == [()]
    (side,) = met(cash, came("900.00", when=50)).open_sides
    assert "basis settle 0 --of 7" in side.remedy


def test_an_ira_alone_may_have_got_its_own_payment_back() -> None:
    chart = {"trad": CHART["trad"]}
    out = fact(K.DISTRIBUTION, "trad", 1, "900.00")
    for back, points in ((came("900.00", when=30), 1), (came("500.00", when=30), 0)):
        found = meet([book(out, chart), book(back, chart)], chart)
        assert len(found.open_sides) == points


def test_a_conversion_of_two_statements_is_one_of_the_day_it_left() -> None:
    out = fact(K.CONVERSION, "trad", 12, "7000.00", to=IN_TRANSIT)
    into = fact(K.TRANSFER_IN, "roth", 16, "7000.00", reason="conversion")
    found = met(out, into)
    assert [(e.event.kind, e.event.to or e.event.account, e.day) for e in found.entries] == [
        (K.CONVERSION, "roth", day(12)), (K.EXCHANGE, "roth", day(16)),
    ]  # fmt: skip


def test_an_arrival_that_names_its_sender_tells_the_movement_alone() -> None:
    into = fact(K.TRANSFER_IN, "roth", 16, "7000.00", reason="conversion", origin="trad")
    assert told(into) == ["conversion trad> roth 7000.00"]
    of_plan = fact(K.TRANSFER_IN, "roth", 16, "7000.00", origin="old:after_tax")
    assert told(of_plan) == ["distribution old after_tax> roth 7000.00"]
    unsaid = fact(K.TRANSFER_IN, "roth", 16, "7000.00", origin="old")
    assert told(unsaid)[-1] == "open roth 7000.00"


def test_an_arrival_in_a_plan_leaves_its_units_there() -> None:
    into = came("1100.00", "new", source="rollover", fund="Index", units=Decimal(11))
    payment, units = met(paid("1100.00"), into).entries
    assert (payment.event.kind, payment.event.to) == (K.DISTRIBUTION, "new")
    assert units.event.kind is K.EXCHANGE
    assert {(p.pool.account, p.units) for p in units.postings if p.units} == {
        ("new", Decimal(11)), (Outside.MARKET.value, Decimal(-11)),
    }  # fmt: skip


def test_a_contribution_to_a_rollover_source_is_an_arrival() -> None:
    into = fact(K.CONTRIBUTION, "new", 22, "1100.00", source="rollover")
    assert told(paid("1100.00"), into) == ["distribution old pre_tax> new 1100.00"]
    assert told(into) == ["contribution new rollover> - 1100.00"]  # as it was typed


def test_money_is_in_transit_from_the_day_it_left_to_the_day_it_came() -> None:
    payment, arrival = met(paid("900.00", when=20), came("900.00", when=22)).entries
    assert [(p.pool.account, p.value.plain) for p in payment.postings] == [
        ("old", "-900.00"), (Outside.IN_TRANSIT, "900.00"),
    ]  # fmt: skip
    assert [(p.pool.account, p.value.plain) for p in arrival.postings] == [
        ("trad", "900.00"), (Outside.IN_TRANSIT, "-900.00"),
    ]  # fmt: skip
    assert (payment.day, payment.event.to, arrival.day) == (day(20), "trad", day(22))
    (whole,) = met(paid("900.00", when=20), came("900.00", when=20)).entries
    assert [p.pool.account for p in whole.postings] == ["old", "trad"]


def test_an_open_side_says_what_settles_it() -> None:
    (left,) = met(paid("900.00")).open_sides
    assert left.as_fault().code == "in_transit"
    assert "900.00 left old on 2023-09-21" in left.problem
    assert left.others == ("new", "trad", "roth", "cash")
    (into,) = met(came("900.00")).open_sides
    assert into.others == ("old", "new", "outside")


def test_a_side_is_settled_by_what_is_said_of_it() -> None:
    out = settled(book(paid("900.00"), CHART), "roth", CHART)
    assert (out.event.to, out.event.amount) == ("roth", Money.dollars(900))
    cash = settled(book(paid("900.00"), CHART), "cash", CHART)
    assert (cash.event.to, cash.postings[1].pool.account) == ("", Outside.CASH)
    into = settled(book(came("900.00"), CHART), "outside", CHART)
    assert into.event.origin == "outside"
    moved = fact(K.TRANSFER, "trad", 3, "900.00", to=IN_TRANSIT)
    assert settled(book(moved, CHART), "outside", CHART).event.kind is K.TRANSFER_OUT


@pytest.mark.parametrize(
    ("side", "other", "code"),
    [
        (paid("900.00"), "outside", "bad_value"),
        (DIVIDED, "roth", "no_open_side"),
        (came("900.00"), "cash", "bad_value"),
        (paid("900.00"), "nowhere", "unknown_account"),
    ],
)
def test_what_cannot_be_the_other_side_is_refused(side: Event, other: str, code: str) -> None:
    with pytest.raises(LedgerError) as caught:
        settled(book(side, CHART), other, CHART)
    assert caught.value.code == code


def test_what_left_came_from_nowhere_and_what_came_in_went_nowhere() -> None:
    coded = fact(K.CONTRIBUTION, "trad", 22, "900.00")
    for left in (paid("900.00"), paid("900.00", to=""), fact(K.TRANSFER, "trad", 3, "9", to="x")):
        away = replace(left, to=IN_TRANSIT) if left.to == "x" else left
        refuse_other_way(away, came=False)
        with pytest.raises(LedgerError) as caught:
            refuse_other_way(away, came=True)
        assert (caught.value.code, "basis settle 0 --to" in caught.value.remedy) == (
            "bad_value", True,
        )  # fmt: skip
    for into in (came("900.00"), came("900.00", origin="outside"), coded):
        refuse_other_way(into, came=True)
        with pytest.raises(LedgerError) as caught:
            refuse_other_way(into, came=False)
        assert "basis settle 0 --from" in caught.value.remedy


@pytest.mark.parametrize("said", ["old", "of:7"])
def test_a_payroll_contribution_is_what_an_account_sent_only_where_it_shows_that(said: str) -> None:
    pay = fact(K.CONTRIBUTION, "new", 22, "900.00", source="pre_tax")
    refused = [[], [paid("900.00", to="")], [paid("900.00", to="trad")], [paid("9", when=-60)]]
    for sent in refused if said == "old" else [*refused, [paid("900.00", to="new")]]:
        with pytest.raises(LedgerError) as caught:
            refuse_unsent(pay, said, [book(one, CHART) for one in sent], CHART)
        assert caught.value.code == "bad_value"
    if said == "old":
        for one in (paid("900.00", to="new"), paid("500.00")):
            refuse_unsent(pay, said, [book(one, CHART)], CHART)
    refuse_unsent(pay, "outside", [], CHART)
    refuse_unsent(fact(K.CONTRIBUTION, "trad", 22, "900.00"), said, [], CHART)  # a broker's word


def test_money_said_to_be_from_outside_is_asked_again_when_an_account_says_it_sent_it() -> None:
    sent, own = paid("1000", to="trad"), came("1000", origin="outside")
    for order in ((sent, own), (own, sent)):
        assert told(*order)[-1:] == ["open trad 1000.00"]
    both = (sent, own, came("1000", when=23))  # the IRA shows two deposits
    assert "open" not in " ".join(told(*both))
    assert "open" not in " ".join(told(sent, came("1000", when=33, origin="outside")))
    assert "open" not in " ".join(told(sent, replace(own, origin="old")))


def test_each_source_may_come_in_several_checks_of_one_day() -> None:
    # on day 23 come the rest of one payment and a part of the next one
    sent = [
        paid("493.81", "pre_tax", 16, "trad"), paid("369.42", "match", 16, "trad"),
        paid("151.49", "pre_tax", 22, "trad"), paid("283.31", "match", 22, "trad"),
    ]  # fmt: skip
    arrived = [
        came("113.58", when=22), came("380.23", when=22),
        came("258.59", when=23), came("110.83", when=23),
        came("89.38", when=23), came("62.11", when=23),
        came("73.66", when=29), came("209.65", when=29),
    ]  # fmt: skip
    assert [one for one in told(*arrived, *sent) if one.startswith("open")] == []


def test_one_payment_that_nobody_named_comes_into_one_account_on_several_days() -> None:
    left = paid("6000.00", "pre_tax"), paid("4000.00", "match")
    arrived = came("7000.00", when=22), came("3000.00", when=25)
    for order in ((*left, *arrived), (*arrived, *left)):
        assert told(*order) == [
            "distribution old match> trad 4000.00", "distribution old pre_tax> trad 6000.00",
        ]  # fmt: skip


def test_deposits_that_add_up_in_two_ways_stay_open() -> None:
    arrived = came("700.00", when=22), came("300.00", when=25), came("300.00", when=26)
    found = told(paid("1000.00"), *arrived)
    assert next(one for one in found if one.startswith("open")) == "open old 1000.00"
