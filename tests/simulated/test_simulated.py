"""Small households of a simulated recordkeeper give the true figures in any order.

Each is brought in four of the orders: two others are left out of each in turn. ``make simulate``
brings each in all of them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import cycle

import pytest

from tests.simulated.compare import EQUAL, run_household, run_order
from tests.simulated.driver import ORDERS, Session
from tests.simulated.households import KINDS, in_formats

# kind -> seeds
TESTED = {
    "small-apart": (2, 3),
    "small-easy": (1, 2, 3),
    "small-full": (1, 4, 6, 8, 13, 15, 16),
    "small-messy": (3, 7),
    "small-opened": (3,),
    "small-odd": (1, 3, 4),
    "small-pair": (2,),
    "small-gap": (1, 2),
}


HOMES = [(kind, seed) for kind, seeds in TESTED.items() for seed in seeds]
LEFT_OUT = cycle([("oldest", "twice"), ("newest", "together"), ("balances", "shuffled")])


@pytest.mark.parametrize(
    ("kind", "seed", "left_out"),
    [
        pytest.param(*home, orders, id="-".join(map(str, home)))
        for home, orders in zip(HOMES, LEFT_OUT, strict=False)
    ],
)
def test_any_order_of_imports_gives_the_figures_of_the_truth(
    kind: str, seed: int, left_out: Sequence[str]
) -> None:
    outcomes = run_household(KINDS[kind](seed), orders=[o for o in ORDERS if o not in left_out])
    told = [
        f"{one.order}: {one.result} {one.why}" + "".join(f"\n    {d}" for d in one.differences)
        for one in outcomes
        if one.result != EQUAL
    ]
    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    "formats", [("empower no units", "voya"), ("sources_tab", "history")], ids=" and ".join
)
def test_two_formats_of_a_plan_give_one_record_whichever_came_first(
    formats: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_listed(session: Session, draw: random.Random) -> None:
        del draw
        for file in session.home.files:
            session.bring([file])
        session.state(session.home.balances)

    monkeypatch.setitem(ORDERS, "as listed", as_listed)
    one, other = (
        run_order(in_formats(1, *listed), "as listed") for listed in (formats, formats[::-1])
    )
    assert (one.result, one.why, other.result, other.why) == (EQUAL, "", EQUAL, "")
    assert one.record == other.record
