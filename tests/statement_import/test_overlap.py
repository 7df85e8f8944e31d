"""Overlapping downloads: what is known, what is new, what is asked, and a shelf to keep it on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date

from ledger.books import Books, EvidenceFile
from ledger.events import Event, EventKind
from ledger.importers.reading import Reading
from ledger.movements import books_of
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.stages import ImportOptions
from ledger.statement_import.storing import commit, context_of
from ledger.store import (
    Answer,
    Download,
    Held,
    ImportBatch,
    LeftOutRow,
    Place,
    Receipt,
    Resting,
    Shown,
    TakenBack,
)
from tests.statement_import.desk import CHART, asked, day, gains, in_words, reading, row


class Shelf:
    """A ledger in memory: it keeps what an import appends."""

    def __init__(self) -> None:
        self.batches: list[ImportBatch] = []
        self.kept: list[Answer] = []

    def file_known(self, sha256: str) -> bool:
        return sha256 in {batch.sha256 for batch in self.batches}

    def imports(self) -> list[object]:
        return []

    def accounts(self) -> object:
        return CHART

    def append(self, batch: ImportBatch) -> Receipt:
        known = {r.fingerprint for b in self.batches for r in b.rows}
        assert not known & {r.fingerprint for r in batch.rows}
        self.batches.append(batch)
        return Receipt(len(self.batches), len(batch.rows), len(batch.entries), "", batch.file_name)

    def fingerprints(self, account: str, first: date, last: date) -> set[str]:
        rows = [r for b in self.batches for r in b.rows]
        return {r.fingerprint for r in rows if r.account == account and first <= r.day <= last}

    def places(self, account: str, first: date, last: date) -> dict[str, Place]:
        return {
            r.fingerprint: Place(f"{b.file_name}:{r.line}", r.day, r.fund, r.units or "")
            for b in self.batches
            for r in b.rows
            if r.account == account and first <= r.day <= last
        }

    def taken_back(self) -> list[TakenBack]:
        return []

    def anchors(self) -> dict[int, str]:
        return {}

    def left_out(self, account: str) -> list[LeftOutRow]:
        del account
        return []

    def in_force(self, account: str) -> Held:
        cited: dict[str, set[int]] = {}
        for stored in (e for b in self.batches for e in b.entries):
            for whose, mark in stored.rows:
                if whose == account:
                    cited.setdefault(mark, set()).add(stored.entry.event.seq)
        files = [self._download(batch, account) for batch in self.batches]
        return Held([file for file in files if file.rows], resting=Resting(cited))

    @staticmethod
    def _download(batch: ImportBatch, account: str) -> Download:
        shown = (row for row in [*batch.rows, *batch.shown] if row.account == account)
        rows = {r.fingerprint: Shown(r.day, r.line) for r in shown}
        days = [row.day for row in [*batch.rows, *batch.shown]]
        reader = next(iter(rows), "").partition(":")[0]
        return Download(
            batch.sha256, batch.file_name, reader, min(days), max(days), max(days), rows
        )

    def openings(self) -> list[Event]:
        entries = (stored.entry for batch in self.batches for stored in batch.entries)
        return [e.event for e in entries if e.event.kind is EventKind.OPENING]

    def books(self) -> Books:
        entries = tuple(e.entry for b in self.batches for e in b.entries)
        files = tuple(EvidenceFile(b.file_name, "", b.importer, "", "", 0) for b in self.batches)
        rows = {
            f"{b.file_name}:{r.line}": " | ".join(
                f"{title}: {cell}" for title, cell in json.loads(r.cells).items() if cell
            )
            for b in self.batches
            for r in b.rows
        }
        return books_of(entries, taxpayers={}, accounts=CHART, files=files, raw_rows=rows)

    def answers(self) -> list[Answer]:
        return [answer for batch in self.batches for answer in [*batch.answers, *self.kept]]

    def add_answers(self, answers: Sequence[Answer]) -> None:
        self.kept.extend(answers)

    def bring(self, file: Reading) -> FileDraft:
        book = AnswerBook(take_proposals=True)
        draft = StatementImport(context_of(self, book), ImportOptions()).draft([file])[0]  # type: ignore[arg-type]
        commit(self, draft, book)  # type: ignore[arg-type]
        return draft

    def told(self) -> Counter[str]:
        entries = [e.entry for b in self.batches for e in b.entries]
        return Counter(f"{e.day} {in_words(e.event)}" for e in entries)


_TWICE = [row(3, "trad", "earnings", "3500"), row(3, "trad", "earnings", "3500")]


def test_equal_rows_of_one_file_are_both_booked_and_said() -> None:
    shelf = Shelf()
    draft = shelf.bring(reading(_TWICE))
    assert shelf.told() == {f"{day(3)} earnings trad 3500.00": 2}
    assert draft.notes == ["2 equal rows (lines 3 repeat one above): all kept"]


def test_the_same_file_under_another_name_brings_nothing() -> None:
    shelf = Shelf()
    shelf.bring(reading(_TWICE))
    again = shelf.bring(reading(_TWICE, file="copy.csv"))
    assert (again.counts()["known"], shelf.batches[1].entries) == (2, [])


def test_a_download_made_at_noon_is_completed_by_the_next() -> None:
    shelf = Shelf()
    shelf.bring(reading(_TWICE[:1]))
    shelf.bring(reading([*_TWICE, row(4, "trad", "earnings", "1")], file="later.csv"))
    assert shelf.told()[f"{day(3)} earnings trad 3500.00"] == 2


def test_cells_that_change_between_downloads_do_not_matter() -> None:
    shelf = Shelf()
    first = row(3, "trad", "earnings", "5", units="1,000.50", memo="pending", raw_type="Dividend")
    later = row(3, "trad", "earnings", "5.00", units="1000.5", memo="", raw_type=" DIVIDEND ")
    shelf.bring(reading([first]))
    assert shelf.bring(reading([later], file="b.csv")).counts()["known"] == 1


def test_a_day_with_fewer_rows_than_before_is_asked_about() -> None:
    shelf = Shelf()
    rows = [row(3, "trad", "earnings", "5"), row(4, "trad", "earnings", "6")]
    shelf.bring(reading([*rows, row(9, "trad", "earnings", "7")]))
    corrected = [rows[0], row(4, "trad", "earnings", "6.01"), row(9, "trad", "earnings", "7")]
    book = AnswerBook()
    context = context_of(shelf, book)  # type: ignore[arg-type]
    draft = StatementImport(context, ImportOptions()).draft([reading(corrected, file="b.csv")])[0]
    assert asked(draft) == [("rows_missing", 2)]
    question = draft.questions[0]
    # the row on line 3, with its amount, and the number of its entry
    assert question.problem.endswith(
        f"may have corrected them: {day(4)}: before 1 row 6.00 (a.csv:3, entry 2), "
        "now 1 row 6.01 (line 3)"
    )
    assert '"line": 2, "answer": "accept"} when this file is the newer one' in question.remedy
    accepted = AnswerBook(given=[GivenAnswer("rows_missing", "accept", line=2)])
    context = context_of(shelf, accepted)  # type: ignore[arg-type]
    draft = StatementImport(context, ImportOptions()).draft([reading(corrected, file="b.csv")])[0]
    assert (asked(draft), draft.counts()["new"], list(draft.corrects)) == ([], 1, [2])


def test_two_typed_files_may_share_their_days() -> None:
    shelf = Shelf()
    for amount in ("5", "6"):
        rows = [row(n, "trad", "earnings", amount) for n in (1, 9)]
        shelf.bring(reading(rows, file=f"{amount}.csv", importer="plain"))
    assert shelf.told().total() == 4


def test_a_silence_between_two_files_is_noted() -> None:
    shelf = Shelf()
    shelf.bring(reading([row(1, "trad", "earnings", "5")]))
    later = shelf.bring(reading([row(150, "trad", "earnings", "5")], file="b.csv"))
    near = shelf.bring(reading([row(170, "trad", "earnings", "5")], file="c.csv"))
    assert ["gap" in note for note in later.notes] == [True]
    assert near.notes == []


def test_an_empty_ira_in_a_download_of_several_accounts_is_no_gap() -> None:
    shelf = Shelf()
    both = [row(1, "trad", "earnings", "5"), row(140, "roth", "earnings", "5")]
    shelf.bring(reading(both))
    later = shelf.bring(
        reading([row(150, "trad", "earnings", "5"), row(151, "roth", "fee", "-1")], file="b.csv")
    )
    assert later.notes == []


def test_rows_that_differ_only_in_their_words_are_not_equal() -> None:
    draft = Shelf().bring(
        reading([row(3, "trad", "earnings", "5", raw_type=t) for t in ("Dividend", "Interest")])
    )
    assert (draft.notes, len({r.fingerprint for r in draft.rows})) == ([], 2)


def test_the_files_of_two_accounts_come_in_any_order() -> None:
    trad = reading(
        [row(3, "trad", "conversion_out", "-7000", partner="234567891")], file="trad.csv"
    )
    roth = reading([row(3, "roth", "conversion_in", "7000", partner="234567890")], file="roth.csv")
    for files in ((trad, roth), (roth, trad)):
        shelf = Shelf()
        for file in files:
            shelf.bring(file)
        kept = shelf.books().entries
        assert [in_words(entry.event) for entry in kept] == ["conversion trad>roth 7000.00"]


def test_units_of_rows_that_two_files_show_are_counted_once() -> None:
    money = {"source": "after_tax", "investment": "Fund"}
    bought = row(1, "acme", "contribution", "1000", units="10.000", **money)
    more = row(2, "acme", "contribution", "1000", units="10.000", **money)
    sold = row(9, "acme", "conversion_out", "-1100", units="-10.000", **money)
    into = row(9, "acme", "conversion_in", "1100", units="10.000", source="in_plan_roth")
    for first in ([bought], [bought, more]):
        shelf = Shelf()
        shelf.bring(reading(first))
        shelf.bring(reading([more, sold, into], file="b.csv"))
        # 10 of 20 units for 1,100.00: the source was worth 2,200.00, the books had 2,000.00
        assert gains(before=shelf.books()) == ["1999-03-09 earnings acme after_tax 200.00"]
