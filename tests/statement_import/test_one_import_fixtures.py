"""Every reader's fixture and a corrected copy of it: what is asked together is asked one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledger.chart import Account, AccountKind, Taxpayer
from ledger.errors import LedgerError
from ledger.importers.read import read_file
from ledger.importers.reading import Reading
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.context import ImportContext
from ledger.statement_import.deduplicate.fingerprints import seal
from ledger.statement_import.deduplicate.rows_known import mark_known
from ledger.statement_import.deduplicate.same_import import Brought
from ledger.statement_import.draft import FileDraft, Status
from ledger.statement_import.storing import context_of
from ledger.store import ImportBatch, Ledger, StoredRow

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
FILES = sorted(
    path
    for path in STATEMENTS.glob("*/*")
    if path.suffix in {".csv", ".txt", ".qfx", ".json", ".xlsx"}
    and not path.name.endswith(".records.txt")
    # of what was typed a version is known by its entries, too: the commands are tested
    and path.parent.name not in {"bad", "custom", "plain_ira", "plain_plan"}
)
NOW = date(2026, 11, 1)


def readings(path: Path) -> tuple[Reading, Reading] | None:
    """Return a fixture and a copy with one row corrected in the middle, None where it has none."""
    old = replace(read_file(path, None, account="acme", name=path.name, now=NOW), file="old.csv")
    last = max((row.day for row in old.records), default=NOW)
    middle = [
        n
        for n, row in enumerate(old.records)
        if row.amount.cents and row.day < last and row.kind is not RowKind.BALANCE
    ]
    if not middle:
        return None
    place = middle[len(middle) // 2]
    rows = list(old.records)
    rows[place] = replace(rows[place], amount=rows[place].amount + Money(500))
    named = tuple(replace(row, file="new.csv") for row in rows)
    return old, replace(old, file="new.csv", sha256="corrected", records=named)


def known(
    ledger: Ledger, files: Sequence[Reading], answer: str = ""
) -> tuple[list[FileDraft], ImportContext]:
    """Mark what is known of files, all rows of one account, as an import does."""
    said = [GivenAnswer("rows_missing", answer, match="acme")] if answer else []
    context = context_of(ledger, AnswerBook(ledger.answers(), said))
    drafts, before = [FileDraft(one) for one in files], list[Brought]()
    for draft in drafts:
        for row in draft.rows:
            draft.change(row, account="acme")
        seal(draft)
    for draft in drafts:
        mark_known(draft, context, before)
    return drafts, context


def counted(drafts: Sequence[FileDraft], context: ImportContext, ledger: Ledger) -> list[str]:
    """Return the rows that count afterwards, those of the ledger that nothing took back and new."""
    gone = context.ages_of("acme").taken_back.keys()
    there = set(ledger.fingerprints("acme", date.min, date.max))
    new = {r.fingerprint for d in drafts for r in d.rows if r.status is not Status.KNOWN}
    return sorted((there | new) - gone)


def stored(ledger: Ledger, reading: Reading) -> None:
    (draft,), _ = known(ledger, [reading])
    rows = [
        StoredRow(r.record.line, r.day, "acme", r.fingerprint, r.occurrence, "{}")
        for r in draft.rows
    ]
    ledger.append(ImportBatch(reading.file, reading.sha256, reading.importer, "acme", rows))


def opened(path: Path) -> Ledger:
    ledger = Ledger.create(path)
    ledger.add_taxpayer(Taxpayer("ann", "Ann Green", date(1970, 5, 1)))
    ledger.add_account(Account("acme", "ann", AccountKind.K401))
    return ledger


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}"[:60])
def test_a_fixture_and_its_correction_together_give_what_they_give_one_by_one(
    path: Path, tmp_path: Path
) -> None:
    try:
        both = readings(path)
    except LedgerError:
        pytest.skip("not read without what the user says")
    if both is None:
        pytest.skip("no row in the middle")
    old, new = both
    with opened(tmp_path / "empty.db") as empty:
        for first, second in ((old, new), (new, old)):
            with opened(tmp_path / f"{first.file}.db") as ledger:
                stored(ledger, first)
                drafts, _ = known(ledger, [second])
                assert [q.code for draft in drafts for q in draft.questions] == ["rows_missing"]
                one_by_one = counted(*known(ledger, [second], "accept"), ledger)
            drafts, _ = known(empty, [first, second])
            assert [q.code for draft in drafts for q in draft.questions] == ["rows_missing"]
            for files, answer in (([first, second], "accept"), ([second, first], "older")):
                drafts, context = known(empty, files, answer)
                assert not any(draft.questions for draft in drafts)
                assert counted(drafts, context, empty) == one_by_one
