"""Domain values in, domain values out: what the store returns is what was put in."""

from __future__ import annotations

import stat
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledger.chart import Account, AccountKind, SimplifiedMethod, Taxpayer
from ledger.errors import LedgerError
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.records import OpeningBasis, ReturnFacts
from ledger.store import ImportBatch, Ledger, StoredEntry
from tests.store import household
from tests.store.household import ACME, ANSWER, FACTS, OPENING, ROSE, ROTH, batch


def effective(ledger: Ledger) -> list[tuple[str, str]]:
    return [(e.where, e.event.kind.value) for e in ledger.books().entries]


def code_of(error: pytest.ExceptionInfo[LedgerError]) -> str:
    return error.value.code


def test_books_return_the_entries_as_they_were_given(ledger: Ledger) -> None:
    given = batch()
    ledger.append(given)
    books = ledger.books()
    assert [e.postings for e in books.entries] == [s.entry.postings for s in given.entries]
    assert [e.reason for e in books.entries] == [s.entry.reason for s in given.entries]
    for number, (found, stored) in enumerate(zip(books.entries, given.entries, strict=True), 1):
        assert found.event == replace(stored.entry.event, seq=number)
    assert books.taxpayers == {"rose": ROSE}
    assert books.accounts == {"acme": ACME, "roth1": ROTH}
    assert books.chain_head == ledger.head


def test_every_amount_of_the_books_says_which_rows_it_was_read_from(ledger: Ledger) -> None:
    ledger.append(batch())
    contributed, converted, _ = ledger.books().entries
    assert contributed.postings[0].value.evidence == {"history.csv:2"}
    assert converted.postings[0].basis.evidence == {"history.csv:3", "history.csv:4"}
    assert converted.event.money("amount").evidence == {"history.csv:3"}


def test_raw_rows_are_readable_at_their_place(ledger: Ledger) -> None:
    ledger.append(batch())
    rows = ledger.books().raw_rows
    assert rows["history.csv:2"] == "Date: 01/15/2025 | Type: Contributions | Amount: 2.00"
    assert list(rows) == [f"history.csv:{line}" for line in (2, 3, 4, 5)]


def test_a_changed_taxpayer_is_a_new_version(ledger: Ledger) -> None:
    married = replace(ROSE, spouse="paul")
    ledger.change_taxpayer(married)
    assert ledger.taxpayers() == {"rose": married}
    assert ledger.verify() == []
    with pytest.raises(LedgerError, match="no taxpayer 'paul'"):
        ledger.change_taxpayer(Taxpayer("paul", "Paul Green"))


def test_entries_come_by_day_and_within_a_day_as_stored(ledger: Ledger) -> None:
    late = household.contribution(2, date(2025, 6, 1), "1.00")
    early = household.contribution(3, date(2025, 5, 1), "2.00")
    same = household.contribution(4, date(2025, 5, 1), "3.00")
    ledger.append(batch([late, early, same]))
    assert [where for where, _ in effective(ledger)] == [
        "history.csv:3",
        "history.csv:4",
        "history.csv:2",
    ]


def test_a_second_file_of_the_same_name_keeps_its_evidence_apart(ledger: Ledger) -> None:
    ledger.append(batch())
    second = [household.contribution(2, date(2025, 9, 1), "7.00")]
    other = replace(batch(second, sha256="b2" * 32), rows=[])
    receipt = ledger.append(other)
    assert receipt.file_name == "history (2).csv"
    assert effective(ledger)[-1] == ("history (2).csv:2", "contribution")


def test_accounts_keep_every_field_and_the_newest_version_counts(ledger: Ledger) -> None:
    pension = Account(
        "pension",
        "rose",
        AccountKind.B403,
        first_roth_year=2019,
        catch_up=False,
        simplified_method=SimplifiedMethod(Money.dollars(31000), 310),
    )
    ledger.add_account(pension)
    changed = replace(ACME, institution="Fidelity", after_tax=False)
    ledger.change_account(changed)
    assert ledger.accounts() == {"acme": changed, "roth1": ROTH, "pension": pension}


def test_facts_of_a_return_merge_field_by_field(ledger: Ledger) -> None:
    ledger.add_return_facts(FACTS)
    later = ReturnFacts("typed:9", "rose", 2025, covered_by_plan=False, ira_deduction=Money(0))
    ledger.add_return_facts(later)
    ledger.add_return_facts(ReturnFacts("typed:9", "rose", 2024, "single"))
    merged, other = ledger.books().return_facts
    assert merged == replace(FACTS, where="typed:9", covered_by_plan=False, ira_deduction=Money(0))
    assert other.magi is None


def test_opening_basis_is_kept_for_each_day_and_merges_field_by_field(ledger: Ledger) -> None:
    earlier = OpeningBasis("typed:1", "rose", date(2019, 1, 1), Money(5))
    ledger.add_opening_basis(earlier)
    ledger.add_opening_basis(OPENING)
    later = OpeningBasis("typed:3", "rose", OPENING.as_of, traditional_ira=Money(7))
    ledger.add_opening_basis(later)
    merged = replace(OPENING, where="typed:3", traditional_ira=Money(7))
    assert ledger.books().opening_basis == (earlier, merged)


def test_answers_are_remembered_with_day_and_reason(ledger: Ledger) -> None:
    ledger.add_answers([ANSWER])
    ledger.append(batch())
    assert ledger.answers() == [ANSWER, ANSWER]


def test_what_was_said_of_a_row_is_not_in_force_once_its_import_is_undone(ledger: Ledger) -> None:
    of_row = replace(ANSWER, match="row:0123", answer="2024")
    receipt = ledger.append(replace(batch(), answers=[ANSWER, of_row]))
    assert ledger.answers() == [ANSWER, of_row]
    ledger.undo(receipt.import_id, "wrong year")
    assert ledger.answers() == [ANSWER]


def test_known_rows_are_counted_by_account_and_period(ledger: Ledger) -> None:
    ledger.append(batch())
    first, last = date(2025, 1, 15), date(2025, 2, 15)
    assert ledger.fingerprints("acme", first, last) == Counter(["history.csv-2", "history.csv-3"])
    assert ledger.fingerprints("roth1", first, last) == Counter()
    assert ledger.file_known(household.SHA)
    assert not ledger.file_known("00")


def test_the_same_rows_twice_are_refused_whole(ledger: Ledger) -> None:
    ledger.append(batch())
    head = ledger.head
    with pytest.raises(LedgerError, match="in the ledger already") as error:
        ledger.append(batch())
    assert code_of(error) == "already_imported"
    assert error.value.where == "history.csv:2"
    assert ledger.head == head


def test_undo_takes_an_import_back_and_lets_it_come_again(ledger: Ledger) -> None:
    receipt = ledger.append(batch())
    before = effective(ledger)
    assert ledger.undo(receipt.import_id, "wrong account") == (3, {})
    assert effective(ledger) == []
    assert not ledger.file_known(household.SHA)
    assert ledger.fingerprints("acme", date(2025, 1, 1), date(2025, 12, 31)) == Counter()
    assert ledger.books().files == ()
    again = ledger.append(batch())
    assert again.file_name == "history.csv"
    assert effective(ledger) == before
    assert [(x.undone, x.why) for x in ledger.imports()] == [(True, "wrong account"), (False, "")]
    assert ledger.verify() == []


def test_undo_spares_what_was_reversed_before(ledger: Ledger) -> None:
    ledger.append(batch())
    ledger.reverse(1, "typed twice")
    assert ledger.undo(1, "wrong file") == (2, {})


def test_reversal_negates_the_postings_and_says_why(ledger: Ledger) -> None:
    ledger.append(batch())
    assert ledger.reverse(2, "a copy of line 2") == 4
    original, reversal = (r for r in ledger.register() if 2 in (r.entry_id, r.reverses))
    assert original.reversed
    assert reversal.memo == "a copy of line 2"
    assert [(-p.value.cents, -p.basis.cents) for p in reversal.postings] == [
        (p.value.cents, p.basis.cents) for p in original.postings
    ]
    assert [e.event.kind.value for e in ledger.books().entries] == ["contribution", "balance"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda x: x.add_taxpayer(ROSE), "exists"),
        (lambda x: x.add_account(ACME), "exists"),
        (lambda x: x.add_account(replace(ACME, id="b", owner="ann")), "unknown_taxpayer"),
        (lambda x: x.change_account(replace(ACME, id="b")), "unknown_account"),
        (lambda x: x.add_return_facts(replace(FACTS, taxpayer="ann")), "unknown_taxpayer"),
        (lambda x: x.add_opening_basis(replace(OPENING, taxpayer="ann")), "unknown_taxpayer"),
        (lambda x: x.undo(9, ""), "no_such_import"),
        (lambda x: (x.undo(1, ""), x.undo(1, "")), "already_undone"),
        (lambda x: x.reverse(99, ""), "no_such_entry"),
        (lambda x: (x.reverse(1, ""), x.reverse(1, "")), "already_reversed"),
        (lambda x: (x.undo(1, ""), x.reverse(1, "")), "left_out"),
        (lambda x: (x.reverse(1, ""), x.reverse(4, "")), "is_reversal"),
        (lambda x: x.add_taxpayer(Taxpayer("a", "\udcff")), "bad_text"),
        (lambda x: x.backup(x.path), "exists"),
        (lambda x: Ledger.create(x.path), "exists"),
    ],
)
def test_refusals_have_codes(ledger: Ledger, call: object, code: str) -> None:
    ledger.append(batch())
    assert callable(call)
    with pytest.raises(LedgerError) as error:
        call(ledger)
    assert code_of(error) == code
    assert error.value.exit_code == 2


def test_an_entry_of_an_unknown_account_is_refused(ledger: Ledger) -> None:
    stored = household.contribution(2, date(2025, 1, 1), "1.00")
    event = replace(stored.entry.event, account="nowhere")
    with pytest.raises(LedgerError) as error:
        ledger.append(batch([StoredEntry(replace(stored.entry, event=event))]))
    assert code_of(error) == "unknown_account"


def test_what_the_law_makes_is_never_stored(ledger: Ledger) -> None:
    entry = household.contribution(2, date(2025, 1, 1), "1.00").entry
    with pytest.raises(ValueError, match="derived"):
        ledger.append(batch([StoredEntry(replace(entry, derived=True))]))
    assert ledger.imports() == []


def test_an_entry_without_postings_is_refused_unless_a_balance(ledger: Ledger) -> None:
    entry = household.contribution(2, date(2025, 1, 1), "1.00").entry
    with pytest.raises(LedgerError) as error:
        ledger.append(batch([StoredEntry(JournalEntry(entry.event, (), "nothing"))]))
    assert code_of(error) == "no_postings"


def test_register_shows_an_account_or_a_year(ledger: Ledger) -> None:
    ledger.append(batch())
    earlier = [household.contribution(2, date(2024, 12, 31), "1.00", "old.csv")]
    typed = ImportBatch("old.csv", "", "typed", "acme", entries=earlier)
    ledger.append(typed)
    assert [r.where for r in ledger.register("acme", 2024)] == ["old.csv:2"]
    assert len(ledger.register("acme")) == 4
    assert ledger.register("roth1") == []
    assert len(ledger.register("outside:pay")) == 2


def test_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "rose.basis"
    with Ledger.create(path) as ledger:
        ledger.backup(tmp_path / "c" / "copy.basis")
    for file in (path, tmp_path / "c" / "copy.basis"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0o755)
    Ledger.create(tmp_path / "mine" / "rose.basis").close()
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o755


def test_a_backup_is_the_whole_ledger(filled_file: Path, tmp_path: Path) -> None:
    with Ledger.open(filled_file) as ledger:
        ledger.backup(tmp_path / "copy.basis")
        with Ledger.open(tmp_path / "copy.basis") as copy:
            assert copy.books().entries == ledger.books().entries
            assert copy.verify(ledger.head) == []
    assert sorted(x.name for x in tmp_path.iterdir()) == ["copy.basis"]
