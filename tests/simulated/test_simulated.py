"""Small households of a simulated recordkeeper give the true figures in every order."""

from __future__ import annotations

import pytest

from tests.simulated.compare import EQUAL, run_household
from tests.simulated.households import KINDS
from tests.simulated.known import KNOWN, TESTED


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        pytest.param(kind, seed, id=f"{kind}-{seed}")
        for kind, seeds in TESTED.items()
        for seed in seeds
    ],
)
def test_every_order_of_imports_gives_the_figures_of_the_truth(kind: str, seed: int) -> None:
    outcomes = run_household(KINDS[kind](seed))
    said = {one.order: one.result for one in outcomes if one.result != EQUAL}
    known = dict(KNOWN.get(f"{kind}-{seed}", {}))
    told = "\n".join(
        f"{one.order}: {one.result} {one.why}" + "".join(f"\n    {d}" for d in one.differences)
        for one in outcomes
        if one.result != known.get(one.order, EQUAL)
    )
    assert said == known, f"not what known.py says of {kind}-{seed}\n{told}"
