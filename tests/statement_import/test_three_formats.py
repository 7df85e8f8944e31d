"""One event in files of three formats, of which the outer two have days far apart.

The middle one is near both: whichever comes first, it is one event, or nobody says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import Result

from tests.simulated.downloads import TITLES
from tests.statement_import.test_formats_apart import bring
from tests.statement_import.test_which_rows_count import bought, paid, qfx

Basis = Callable[..., Result]
FILES = ("e.csv", "p.csv", "v.qfx")
ORDERS = [*([[one] for one in order] for order in permutations(FILES)), [list(FILES)]]
ORDERS += [[list(order[:2]), [order[2]]] for order in permutations(FILES)]
ORDERS += [[[order[0]], list(order[1:])] for order in permutations(FILES)]
TYPED = "Date,Type,Source,Amount\n"


def typed(month: int, day: int, dollars: int) -> str:
    return f"2020-{month:02}-{day:02},contribution,after_tax,{dollars}\n"


def held(basis: Basis) -> list[str]:
    made = basis("year-end", "2020", "--json")
    assert made.exit_code == 0, made.output
    return [row["closing_basis"] for row in json.loads(made.stdout)["accounts"]]


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize(("said", "total"), [("same", "1000.00"), ("further", "3000.00")])
@pytest.mark.parametrize("days", [(10, 13, 16), (16, 13, 10), (13, 10, 16)], ids=str)
def test_three_days_of_one_payday_are_one_in_any_order(
    desk: Callable[[], Basis],
    days: tuple[int, int, int],
    said: str,
    total: str,
    order: Sequence[Sequence[str]],
) -> None:
    first, second, third = days
    Path("e.csv").write_text(TITLES + paid(1, first, 1000))
    Path("p.csv").write_text(TYPED + typed(1, second, 1000))
    Path("v.qfx").write_text(qfx(bought(1, third, 1000)))
    basis = desk()
    asked = [one for files in order for one in bring(basis, files, lambda _: said)]
    assert (asked, held(basis)) == (asked, [total])
    assert asked
    assert basis("verify").exit_code == 0


SHARES = (400, 120, 30, 70)


def versions() -> dict[str, str]:
    """Return four versions of one download: each has a row more of a payday."""
    return {
        f"v{n}.csv": TITLES + "".join(paid(1, 10, share, share) for share in SHARES[:n])
        for n in range(1, 5)
    }


@pytest.mark.parametrize("place", [1, 2, 3, 4])
@pytest.mark.parametrize("typed_dollars", [400, 520, 550, 620])
def test_a_total_of_a_newer_version_counts_the_rows_that_are_known(
    desk: Callable[[], Basis], typed_dollars: int, place: int
) -> None:
    """The payday is 620.00 at last; 400.00 of it, in the first version, was booked before."""
    for name, text in versions().items():
        Path(name).write_text(text)
    Path("p.csv").write_text(TYPED + typed(1, 10, typed_dollars))
    names = [*versions()]
    names.insert(place, "p.csv")
    basis, known = desk(), 0
    for name in names:
        here = typed_dollars if name == "p.csv" else sum(SHARES[: int(name[1])])

        def truth(question: dict[str, str], here: int = here, known: int = known) -> str:
            if question["code"] == "totals_differ":
                assert f" {here}.00 here, {known}.00 in the ledger" in question["question"]
                return "instead" if here > known else "skip"
            return "same" if question["code"].startswith("same") else "accept"

        bring(basis, [name], truth)
        known = max(known, here)
        assert held(basis) == [f"{known}.00"]


@pytest.mark.parametrize("order", list(permutations(("p.csv", "old.csv", "new.csv"))), ids=" ".join)
def test_a_row_with_other_units_in_a_newer_download_tells_what_the_old_one_told(
    desk: Callable[[], Basis], order: tuple[str, ...]
) -> None:
    """1,000.00 of 10 units, corrected to 11: typed once, in both downloads, once in the books."""
    Path("p.csv").write_text(TYPED + typed(1, 10, 1000))
    Path("old.csv").write_text(TITLES + paid(1, 10, 1000, 10) + paid(2, 10, 20))
    Path("new.csv").write_text(TITLES + paid(1, 10, 1000, 11) + paid(2, 10, 20))
    basis = desk()
    older = order.index("old.csv") > order.index("new.csv")

    def truth(question: dict[str, str]) -> str:
        if question["code"] == "rows_missing":
            return "older" if older else "accept"
        return "leave" if question["code"] == "same_as_reversed" else "same"

    for name in order:
        bring(basis, [name], truth)
    assert held(basis) == ["1020.00"]
    assert basis("verify").exit_code == 0
    for name in order:
        bring(basis, [name], truth)  # nothing is told or booked twice
    assert held(basis) == ["1020.00"]
