"""Whether a value is asked does not hang on which file came first, for the answer is a fact.

One file pays 1,000.00 into a source. The next one pays in 100.00 more and takes money out, and no
row tells units: newest first the books hold 100.00 of it for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ledger.balances.gains import UNEXPLAINED
from ledger.importers.reading import Reading
from ledger.statement_import.answers import GivenAnswer
from tests.statement_import.desk import (
    books,
    draft_all,
    gains,
    held,
    open_points,
    reading,
    row,
    say,
    worked,
)

BOTH_ORDERS = pytest.mark.parametrize("newest_first", [False, True], ids=["together", "newest"])
CASH, ALL = say("partner_unknown", 3, "cash"), say("value_needed", 3, "all")


def _files(source: str, left: str, kind: str = "distribution") -> list[Reading]:
    first = [row(1, "acme", "contribution", "1000.00", source=source)]
    then = [
        row(60, "acme", "contribution", "100.00", source=source),
        row(90, "acme", kind, f"-{left}", source=source),
    ]
    return [reading(first, file="first.csv"), reading(then, file="then.csv")]


def _came_to(
    files: Sequence[Reading], said: Sequence[GivenAnswer], *, newest_first: bool
) -> tuple[list[str], list[str], dict[str, str]]:
    """Return what is asked on the way, what is open at the end and what each source holds."""
    answers = [replace(one, file="then.csv") for one in said]
    batches = [[one] for one in reversed(files)] if newest_first else [list(files)]
    before, questions = books([]), []
    for batch in batches:
        drafts = draft_all(batch, answers, before=before)
        questions += [q.code for draft in drafts for q in draft.questions]
        brought = [one.entry.event for draft in drafts for one in draft.entries]
        before = books([*(entry.event for entry in before.facts), *brought])
    return questions, [code for code, _ in open_points(before=before)], held(before=before)


@BOTH_ORDERS
def test_pre_tax_money_that_left_without_units_is_asked_about_in_no_order(
    newest_first: bool,
) -> None:
    # an answer to the question would have emptied the source in one order alone
    came = _came_to(_files("match", "900.00"), [CASH, ALL], newest_first=newest_first)
    assert came == ([], [], {"acme:match": "200.00"})
    more = _came_to(_files("match", "1500.00"), [CASH], newest_first=newest_first)
    assert more == ([], [], {"acme:match": "0.00"})


@BOTH_ORDERS
def test_after_tax_money_that_left_without_units_is_asked_about_in_every_order(
    newest_first: bool,
) -> None:
    files = _files("after_tax", "900.00")
    asked, _, _ = _came_to(files, [CASH], newest_first=newest_first)
    assert asked == ["value_needed"]
    answered = _came_to(files, [CASH, ALL], newest_first=newest_first)
    assert answered == ([], [], {"acme:after_tax": "0.00"})


@BOTH_ORDERS
def test_a_loan_goes_at_book_value_in_every_order(newest_first: bool) -> None:
    files = _files("after_tax", "900.00", "loan")
    came = _came_to(files, [], newest_first=newest_first)
    assert came == ([], [], {"acme:after_tax": "200.00"})


def test_pre_tax_money_above_the_books_is_not_called_a_gain() -> None:
    drafts = draft_all(_files("match", "1500.00"), [replace(CASH, file="then.csv")])
    unexplained = [one.event for one in worked(*drafts).journal if one.reason == UNEXPLAINED]
    assert [event.money("amount").plain for event in unexplained] == ["400.00"]
    assert gains(*drafts) == []
