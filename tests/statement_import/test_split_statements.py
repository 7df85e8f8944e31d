"""A real layout cut into overlapping downloads, in any order, gives the ledger of the whole."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.importers.files import TextFile
from ledger.importers.read import identify
from ledger.importers.reading import Reading
from ledger.records import RowKind
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.stages import ImportOptions
from ledger.statement_import.storing import commit, context_of
from tests.statement_import.test_overlap import Shelf

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
NOW = date(2026, 11, 1)
FILES = (
    "empower_year/transactions.csv",
    "fidelity_sources_tab/sources.txt",
    "ofx_plan/OfxDownload-401k.qfx",
    "schwab_rps/transactions.csv",
    "vanguard_plan_page/history.txt",
    "voya_page/history.txt",
)
# What leaves a source rests on what came before it, and openings on there being nothing before:
# those are asked about when they come first. Everything else may come in any order.
_RESTS_ON_EARLIER = frozenset(
    {
        *(RowKind.BALANCE, RowKind.DISTRIBUTION, RowKind.CONVERSION_OUT, RowKind.CONVERSION_IN),
        *(RowKind.TRANSFER_OUT, RowKind.TRANSFER_IN),
    }
)
_PERIOD = re.compile("<DTSTART>[^<]*<DTEND>[^<\n]*")  # OFX says which days it covers
ANSWERS = [GivenAnswer("source_unknown", "roth", match="OTHERVEST")]


@lru_cache
def _pieces(name: str) -> tuple[str, tuple[tuple[date, str], ...], str]:
    """Return the text before the rows, each free row with its day, and the text after them."""
    text = (STATEMENTS / name).read_text("utf-8")
    lines = text.splitlines(keepends=True)
    records = sorted(_read(name, text).records, key=lambda record: record.line)
    starts = [record.line - 1 for record in records]
    end = starts[-1] + 1
    left_out = {
        record.day
        for record in records
        if record.kind in _RESTS_ON_EARLIER or record.amount.cents < 0
    }
    rows = [
        (record.day, "".join(lines[first:last]))
        for record, (first, last) in zip(records, pairwise([*starts, end]), strict=True)
        if record.day not in left_out
    ]
    return "".join(lines[: starts[0]]), tuple(rows), "".join(lines[end:])


def _read(name: str, text: str, file: str = "") -> Reading:
    file = file or Path(name).name
    return identify(text, file).read(TextFile(file, file, text), NOW)


def _ledger(name: str, windows: list[tuple[date, date]]) -> Counter[str]:
    head, rows, foot = _pieces(name)
    shelf = Shelf()
    for number, (first, last) in enumerate(windows):
        inside = [text for day, text in rows if first <= day <= last]
        if inside:
            top = _PERIOD.sub(f"<DTSTART>{first:%Y%m%d}<DTEND>{last:%Y%m%d}", head)
            one = _read(name, top + "".join(inside) + foot, f"{number}-{Path(name).name}")
            book = AnswerBook(shelf.answers(), ANSWERS, take_proposals=True)
            context = context_of(shelf, book)  # type: ignore[arg-type]
            commit(
                shelf, StatementImport(context, ImportOptions(account="acme")).draft([one])[0], book
            )  # type: ignore[arg-type]
    return shelf.told()


@pytest.mark.parametrize("name", FILES, ids=lambda name: name.split("/")[0])
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_any_split_gives_the_whole(name: str, data: st.DataObject) -> None:
    days = sorted({day for day, _ in _pieces(name)[1]})
    cuts = data.draw(st.lists(st.integers(0, len(days) - 1), max_size=3))
    edges = sorted({0, *cuts, len(days) - 1})
    windows = [
        (days[data.draw(st.integers(0, first))], days[data.draw(st.integers(last, len(days) - 1))])
        for first, last in pairwise([*edges, len(days) - 1])
    ]
    whole = _ledger(name, [(days[0], days[-1])])
    assert whole
    assert _ledger(name, data.draw(st.permutations(windows))) == whole


@pytest.mark.parametrize("name", FILES, ids=lambda name: name.split("/")[0])
def test_the_same_file_again_brings_nothing(name: str) -> None:
    every = (date.min, date.max)
    assert _ledger(name, [every, every]) == _ledger(name, [every])


def test_a_download_that_lacks_a_row_of_a_day_is_asked_about() -> None:
    name = FILES[0]
    head, rows, foot = _pieces(name)
    shelf = Shelf()
    book = AnswerBook([], ANSWERS, take_proposals=True)
    for file, listed in (("a.csv", rows), ("b.csv", rows[1:])):
        one = _read(name, head + "".join(text for _, text in listed) + foot, file)
        context = context_of(shelf, book)  # type: ignore[arg-type]
        draft = StatementImport(context, ImportOptions(account="acme")).draft([one])[0]
        if file == "a.csv":
            commit(shelf, draft, book)  # type: ignore[arg-type]
    assert [question.code for question in draft.questions] == ["rows_missing"]
    with pytest.raises(LedgerError):
        commit(shelf, draft, book)  # type: ignore[arg-type]
