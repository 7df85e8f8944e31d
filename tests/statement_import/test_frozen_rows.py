"""A row of an import is a state that never changes; its file refuses what rests on an older one."""

from __future__ import annotations

import pytest

from ledger.chart import Source
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.questions.rows import SourceNotSaid
from tests.statement_import.desk import reading, row

CHARACTERS = {Source.AFTER_TAX: Money.dollars(-60), Source.PRE_TAX: Money.dollars(-40)}


@pytest.fixture
def draft() -> FileDraft:
    """Return a file of two rows before any stage has seen it."""
    rows = [row(1, "acme", "distribution", "-100"), row(2, "acme", "fee", "-1")]
    return FileDraft(reading(rows))


def _event(one: Row) -> Event:
    return Event(one.record.where, one.day, "acme", EventKind.FEE, amount=Money(100))


@pytest.mark.parametrize("name", Row._fields)
def test_a_state_of_a_row_cannot_be_written_to(draft: FileDraft, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(draft.rows[0], name, None)


def test_a_change_is_the_next_state_in_the_same_place(draft: FileDraft) -> None:
    old = draft.rows[1]
    new = draft.change(old, kind=RowKind.EARNINGS)
    assert [one.kind for one in draft.rows] == [RowKind.DISTRIBUTION, RowKind.EARNINGS]
    assert (old.kind, draft.now(old.key) is new) == (RowKind.FEE, True)


def test_nothing_is_decided_on_a_state_that_is_not_the_last(draft: FileDraft) -> None:
    old = draft.rows[0]
    draft.change(old, source=Source.ROTH)
    question = SourceNotSaid(at=old.at, amount=Money(100))
    for decide in (
        lambda: draft.change(old, kind=RowKind.FEE),
        lambda: draft.close(old, Status.INFO),
        lambda: draft.ask(question, [old]),
        lambda: draft.book(_event(old), old),
        lambda: draft.divide(old, CHARACTERS),
    ):
        with pytest.raises(RuntimeError, match=r"a\.csv:2: decided on an old state of the row"):
            decide()
    assert (draft.drafts, [one.key for one in draft.open]) == ([], [(1, 0), (2, 0)])


def test_rows_are_gone_through_as_they_are_when_their_turn_comes(draft: FileDraft) -> None:
    seen = []
    for one in draft.open:
        seen.append(one.key)
        draft.close(draft.rows[1], Status.INFO)
    assert seen == [(1, 0)]


def test_what_an_event_was_made_of_is_open_no_more_and_may_make_a_second(draft: FileDraft) -> None:
    fee = draft.rows[1]
    made = [draft.book(_event(fee), fee) for _ in range(2)]
    assert not draft.is_open(fee)
    assert [draft.rows_of(one) for one in made] == [[fee], [fee]]


def test_a_row_waits_for_an_answer_where_a_part_of_it_does(draft: FileDraft) -> None:
    after_tax, pre_tax = draft.divide(draft.rows[0], CHARACTERS)
    assert not draft.is_open(draft.rows[0])
    assert [one.amount.plain for one in (after_tax, pre_tax)] == ["-60.00", "-40.00"]
    draft.ask(SourceNotSaid(at=pre_tax.at, amount=Money(100)), [pre_tax])
    assert draft.now(after_tax.key).status is Status.NEW
    assert (draft.now(pre_tax.key).status, draft.rows[0].status) == (Status.QUESTION,) * 2
    assert draft.waits
