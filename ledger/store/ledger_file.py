"""The one door to the ledger file: domain values in, domain values out."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.books import Books, FiledYear
from ledger.chart import Account, Taxpayer
from ledger.documents import TaxDocument
from ledger.errors import LedgerError
from ledger.events import Event
from ledger.records import OpeningBasis, Options, ReturnFacts, StateBasis
from ledger.store import append, codec, guard, lock, queries, shown, verify
from ledger.store.backup import copy_to, new_file
from ledger.store.chain import Writer, head_of
from ledger.store.connection import connect, translated, unusable
from ledger.store.in_force import Held, held
from ledger.store.schema import REVISIONS, SCHEMA_VERSION
from ledger.store.shapes import (
    Answer,
    ImportBatch,
    ImportInfo,
    LeftOutRow,
    Place,
    Receipt,
    RegisterRow,
    TakenBack,
    Undone,
    left,
)
from ledger.text import safe

# what of a person and of an account no figure hangs on: it may change after a year is closed
_PERSON_ON_PAPER = frozenset({"name", "spouse", "ssn_last4", "client_number"})
_ACCOUNT_ON_PAPER = frozenset({"institution", "number", "payer_tin", "payer_address"})


class Ledger:
    """An open ledger file. Every method that writes is one transaction: all of it or nothing.

    Besides the faults named below, every method raises LedgerUnusable (locked, damaged,
    read-only) and EnvironmentFault (disk full, no access).
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, notes: tuple[str, ...]) -> None:
        self.path = path
        self.notes = notes  # what opening changed: a migration, a journal mode put right
        self._connection = connection
        # the name may be given to another file while this one is open
        self._file_id = path.stat().st_ino
        self._read: tuple[str, Options, Books] | None = None  # as of a head of the chain

    @classmethod
    def create(cls, path: Path) -> Ledger:
        """Make a new ledger, readable by its owner only; raise LedgerError when a file exists."""
        from ledger.store.migrate import upgrade  # noqa: PLC0415  (SQLAlchemy takes half a second)

        with translated(path):
            new_file(path)
            try:
                upgrade(path, REVISIONS[SCHEMA_VERSION])
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """Open a ledger after checking that it is one, whole, and of a format known here.

        An older ledger is brought to the newest format on a verified copy; the old file stays
        beside it as a backup. Raises LedgerUnusable (codes no_ledger, empty, not_a_ledger,
        newer, cut, schema_changed, damaged, locked …).
        """
        notes: list[str] = []
        with translated(path):
            header = guard.check_file(path)
            guard.check_version(path, header.version)
            if header.version < SCHEMA_VERSION:
                notes.append(_migrated(path, header.version))
            connection = connect(path)
            try:
                guard.check_schema(path, connection, SCHEMA_VERSION)
            except BaseException:
                connection.close()
                raise
        if header.wal:
            notes.append("another program had switched the ledger to WAL mode; it was put right")
        return cls(path, connection, tuple(notes))

    def close(self) -> None:
        """Close the file; closing again does nothing."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Start a block at whose end the file is closed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        with translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._refuse_replaced()
                yield Writer(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise

    def _refuse_replaced(self) -> None:
        # what is written to a file that lost its name would be gone
        if not self.path.exists() or self.path.stat().st_ino != self._file_id:
            raise unusable(
                self.path,
                "replaced",
                "the ledger file was moved or replaced while it was open",
                "nothing was stored; run the command again",
            )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with translated(self.path):
            self._connection.execute("BEGIN")  # all queries of one answer see one state
            try:
                yield self._connection
            finally:
                self._connection.rollback()

    @property
    def head(self) -> str:
        """The newest seal of the chain: it stands for the whole ledger up to now."""
        with self._reading() as connection:
            return head_of(connection)

    def add_taxpayer(self, taxpayer: Taxpayer) -> None:
        """Add a person; raise LedgerError (``exists``) when the id is taken."""
        with self._writing() as writer:
            if taxpayer.id in queries.taxpayers(self._connection):
                raise _exists("taxpayer", taxpayer.id)
            writer.add("taxpayer", *_person_row(taxpayer))

    def change_taxpayer(self, taxpayer: Taxpayer) -> None:
        """Add a new version of a person; raise LedgerError (``unknown_taxpayer``) without one."""
        with self._writing() as writer:
            where = f"taxpayer {safe(taxpayer.id)}"
            self._refuse_unknown_taxpayer(where, taxpayer.id)
            old = queries.taxpayers(self._connection)[taxpayer.id]
            if lock.changes(vars(old), vars(taxpayer), but=_PERSON_ON_PAPER):
                lock.refuse_closed(self._connection, [lock.whole_life(taxpayer.id, where)])
            writer.add("taxpayer", *_person_row(taxpayer))

    def taxpayers(self) -> dict[str, Taxpayer]:
        """Return the taxpayers by id."""
        with self._reading() as connection:
            return queries.taxpayers(connection)

    def add_account(self, account: Account) -> None:
        """Add an account; raise LedgerError when the id is taken or the owner is not known."""
        with self._writing() as writer:
            if account.id in queries.accounts(self._connection):
                raise _exists("account", account.id)
            self._write_account(writer, account)

    def change_account(self, account: Account) -> None:
        """Add a new version of an account; raise LedgerError (``unknown_account``) without one."""
        with self._writing() as writer:
            where = f"account {safe(account.id)}"
            old = queries.accounts(self._connection).get(account.id)
            if old is None:
                raise LedgerError(
                    where=where,
                    code="unknown_account",
                    problem="the ledger has no account of this id",
                    remedy=f"basis account add {safe(account.id)} --owner … --kind …",
                )
            if lock.changes(vars(old), vars(account), but=_ACCOUNT_ON_PAPER):
                lives = [lock.whole_life(who, where) for who in sorted({old.owner, account.owner})]
                lock.refuse_closed(self._connection, lives)
            self._write_account(writer, account)

    def _write_account(self, writer: Writer, account: Account) -> None:
        self._refuse_unknown_taxpayer(f"account {safe(account.id)}", account.owner)
        writer.add("account", account.id, codec.account_body(account), append.now())

    def _refuse_unknown_taxpayer(self, where: str, taxpayer: str) -> None:
        if taxpayer not in queries.taxpayers(self._connection):
            raise LedgerError(
                where=where,
                code="unknown_taxpayer",
                problem=f"the ledger has no taxpayer '{safe(taxpayer)}'",
                remedy=f"basis taxpayer add {safe(taxpayer)} --name …",
            )

    def accounts(self) -> dict[str, Account]:
        """Return the accounts by id, each in its newest version."""
        with self._reading() as connection:
            return queries.accounts(connection)

    def add_opening_basis(self, opening: OpeningBasis) -> None:
        """Record the basis a person brings in; the newest record of a person counts."""
        with self._writing() as writer:
            self._refuse_unknown_taxpayer(safe(opening.where), opening.taxpayer)
            touched = lock.Touched(opening.taxpayer, opening.as_of.year, opening.where)
            lock.refuse_closed(self._connection, [touched])
            self._write_opening(writer, opening)

    @staticmethod
    def _write_opening(writer: Writer, opening: OpeningBasis) -> None:
        row = (opening.taxpayer, opening.as_of.isoformat(), opening.where)
        writer.add("opening_basis", *row, codec.opening_body(opening), append.now())

    def add_return_facts(self, facts: ReturnFacts) -> None:
        """Record what a return says; of each field the newest value given counts."""
        with self._writing() as writer:
            self._refuse_unknown_taxpayer(safe(facts.where), facts.taxpayer)
            row = (facts.taxpayer, facts.year, facts.where)
            lock.refuse_closed(self._connection, lock.by_return(self._connection, *row))
            writer.add("return_facts", *row, codec.facts_body(facts), append.now())

    def add_state_basis(self, row: StateBasis) -> None:
        """Record what a state counts as basis; of one state, account and day the newest counts."""
        with self._writing() as writer:
            self._refuse_unknown_taxpayer(safe(row.where), row.taxpayer)
            head = (row.taxpayer, row.as_of.year, queries.STATE_BASIS, row.where)
            writer.add("tax_document", *head, codec.state_body(row), append.now())

    def add_documents(
        self,
        documents: Iterable[TaxDocument],
        *,
        replaces: int | None = None,
        why: str = "",
        changes_nothing: bool = False,
    ) -> list[int]:
        """Keep printed forms and return their numbers.

        ``replaces`` is the number of a form that they supersede; a form without boxes withdraws
        it. Raises LedgerError ``no_such_document`` and LedgerErrors ``year_closed``, which a
        caller who has worked out that they change no line of a closed year does without.
        """
        listed, made = list(documents), []
        with self._writing() as writer:
            if replaces is not None:
                self._refuse_unknown_document(replaces)
            for one in listed:
                self._refuse_unknown_taxpayer(safe(one.where), one.taxpayer)
            touched = [lock.Touched(one.taxpayer, one.year, one.where) for one in listed]
            if not changes_nothing:
                lock.refuse_closed(self._connection, touched)
            for one in listed:
                row = (one.taxpayer, one.year, one.form, one.where)
                body = codec.document_body(one, replaces, why)
                made.append(writer.add("tax_document", *row, body, append.now()))
                if not one.boxes:
                    self._take_back_opening(writer, one.taxpayer, one.where, why)
        return made

    def take_back_opening(self, taxpayer: str, where: str, why: str) -> bool:
        """Take back what a filed form carried on; tell whether something was recorded of it.

        ``where`` is the name under which the form was recorded. Raises LedgerErrors
        (``year_closed``).
        """
        with self._writing() as writer:
            return self._take_back_opening(writer, taxpayer, where, why)

    def _take_back_opening(self, writer: Writer, taxpayer: str, where: str, why: str) -> bool:
        """Take back the basis that came with a form: nothing of a form that is withdrawn stays."""
        known = queries.opening_basis(self._connection)
        mine = [one for one in known if (one.taxpayer, one.where) == (taxpayer, where)]
        touched = [lock.Touched(taxpayer, one.as_of.year, where) for one in mine]
        lock.refuse_closed(self._connection, touched)
        for one in mine:
            row = (taxpayer, one.as_of.isoformat(), where)
            writer.add("opening_basis", *row, codec.taken_back(one, why), append.now())
        return bool(mine)

    def add_filed_8606(self, opening: OpeningBasis, document: TaxDocument) -> None:
        """Record a filed Form 8606: the basis it carries on, and its lines as printed.

        Lines recorded before for the same year are kept where they are not given again.
        """
        with self._writing() as writer:
            self._refuse_unknown_taxpayer(safe(opening.where), opening.taxpayer)
            touched = [
                lock.Touched(opening.taxpayer, year, opening.where)
                for year in (document.year, opening.as_of.year)
            ]
            lock.refuse_closed(self._connection, touched)
            self._write_opening(writer, opening)
            older = [d for d in queries.documents(self._connection) if d.same_paper(document)]
            for one in older:
                boxes = {**one.boxes, **document.boxes}
                evidence = document.evidence or one.evidence
                document = replace(document, boxes=boxes, evidence=evidence)
            if document.boxes:
                body = codec.document_body(document, older[-1].number if older else None)
                row = (document.taxpayer, document.year, document.form, document.where)
                writer.add("tax_document", *row, body, append.now())

    def _refuse_unknown_document(self, number: int) -> None:
        if all(one.number != number for one in queries.documents(self._connection)):
            raise LedgerError(
                where=f"form {number}",
                code="no_such_document",
                problem="the ledger has no printed form of this number that still counts",
                remedy="basis record list shows them with their numbers",
            )

    def documents(self) -> tuple[TaxDocument, ...]:
        """Return the printed forms that count, in the order recorded."""
        with self._reading() as connection:
            return queries.documents(connection)

    def close_year(self, taxpayer: str, year: int, record: str) -> None:
        """Keep the year-end record as filed (JSON text) and lock the year.

        Raises LedgerError ``already_closed``.
        """
        with self._writing() as writer:
            self._refuse_unknown_taxpayer(f"tax year {year}", taxpayer)
            self._expect_status(taxpayer, year, closed=False)
            # the seal before this row: it stands for the books that the record was made of
            head = head_of(self._connection)
            writer.add("closing", taxpayer, year, record, head, append.now())

    def reopen_year(self, taxpayer: str, year: int, why: str) -> None:
        """Unlock a closed year; its record as filed stays. Raises LedgerError ``not_closed``."""
        with self._writing() as writer:
            self._expect_status(taxpayer, year, closed=True)
            record = codec.dump({queries.REOPENED: why})
            head = head_of(self._connection)
            writer.add("closing", taxpayer, year, record, head, append.now())

    def _expect_status(self, taxpayer: str, year: int, *, closed: bool) -> None:
        filed = queries.filed_years(self._connection).get((taxpayer, year))
        is_closed = filed is not None and filed.status == "closed"
        if is_closed and not closed:
            raise LedgerError(
                where=f"{safe(taxpayer)} {year}",
                code="already_closed",
                problem=f"the year was closed on {filed.closed_at if filed else ''}",
                remedy=f"basis changes {year} compares it with the ledger as it is now",
            )
        if closed and not is_closed:
            raise LedgerError(
                where=f"{safe(taxpayer)} {year}",
                code="not_closed",
                problem="the year is not closed",
                remedy=f"basis close {year} keeps its record as filed",
            )

    def refuse_closed(self, events: Iterable[Event]) -> None:
        """Raise LedgerErrors (``year_closed``) where events would change a closed year."""
        with self._reading() as connection:
            lock.refuse_closed(connection, lock.by_events(connection, events))

    def filed_years(self) -> dict[tuple[str, int], FiledYear]:
        """Return every year that was closed, by taxpayer and year, as closed last."""
        with self._reading() as connection:
            return queries.filed_years(connection)

    def add_answers(self, answers: Iterable[Answer]) -> None:
        """Remember what the user decided."""
        with self._writing() as writer:
            append.append_answers(writer, answers)

    def settle(self, number: int, answer: Answer, *, came: bool | None = None) -> Event:
        """Say what the other side of a movement is of which the ledger has one; return that side.

        ``number`` is that of its entry; the newest answer counts. ``came`` is whether the answer
        says where money came from, None where it may be either. Raises LedgerError
        (``no_such_entry``, ``no_open_side``, ``bad_value``) and LedgerErrors ``year_closed``.
        """
        with self._writing() as writer:
            events = queries.settled_entry(self._connection, number, answer.answer, came=came)
            lock.refuse_closed(self._connection, lock.by_events(self._connection, events))
            append.append_answers(writer, [answer])
        return events[0]

    def answers(self) -> list[Answer]:
        """Return what the user decided, oldest first."""
        with self._reading() as connection:
            return queries.answers(connection)

    def file_known(self, sha256: str) -> bool:
        """Tell whether a file of these bytes is imported and not undone."""
        with self._reading() as connection:
            return queries.file_known(connection, sha256)

    def fingerprints(self, account: str, first: date, last: date) -> Counter[str]:
        """Count the known rows of an account by fingerprint, from the first day to the last."""
        with self._reading() as connection:
            return queries.fingerprints(connection, account, first, last)

    def places(self, account: str, first: date, last: date) -> dict[str, Place]:
        """Return where the known rows of an account stand, by fingerprint."""
        with self._reading() as connection:
            return queries.places(connection, account, first, last)

    def append(self, batch: ImportBatch) -> Receipt:
        """Store one import.

        Raises LedgerError ``already_imported`` (a row is known), ``unknown_account``,
        ``no_postings``. A file whose name another file has already gets a number: "a (2).csv".
        """
        with self._writing() as writer:
            events = (stored.entry.event for stored in batch.entries)
            lock.refuse_closed(self._connection, lock.by_events(self._connection, events))
            return append.append_import(self._connection, writer, batch)

    def undo(self, import_id: int, why: str) -> Undone:
        """Take an import back; what others in force show as well rests on them from now on.

        Raises LedgerError ``no_such_import`` or ``already_undone``.
        """
        with self._writing() as writer:
            return append.append_undo(self._connection, writer, import_id, why)

    def reverse(self, entry_id: int, why: str) -> int:
        """Reverse one entry and return the number of the reversal.

        Raises LedgerError ``no_such_entry``, ``is_reversal`` or ``already_reversed``.
        """
        with self._writing() as writer:
            return append.append_reversal(self._connection, writer, entry_id, why)

    def reverse_everywhere(self, entry_id: int, why: str) -> list[str]:
        """Reverse one entry, unless it is; rows that tell it in other words are as wrong.

        Returned is where those stand. Raises LedgerError as ``reverse`` does.
        """
        with self._writing() as writer:
            back = {entry.id for entry in queries.in_force(self._connection).reversed}
            if entry_id not in back:
                append.append_reversal(self._connection, writer, entry_id, why)
            rows = shown.rows_told_by(queries.in_force(self._connection), entry_id)
            said = (left(row.account, row.fingerprint, why) for row in rows)
            append.append_answers(writer, said)
        return [row.place for row in rows]

    def taken_back(self) -> list[TakenBack]:
        """Return every entry that was reversed by hand, or that a newer download took back."""
        with self._reading() as connection:
            return shown.taken_back(queries.in_force(connection), withdrawn=True)

    def anchors(self) -> dict[int, str]:
        """Return what stands for each entry that has a row: its main row."""
        with self._reading() as connection:
            force = queries.in_force(connection)
            return {e.id: force.anchors_of(e)[0] for e in force.entries if e.records}

    def left_out(self, account: str) -> list[LeftOutRow]:
        """Return the rows of an account that were never booked: a newer download lacks them."""
        with self._reading() as connection:
            return shown.left_out(queries.in_force(connection), account)

    def in_force(self, account: str) -> Held:
        """Return what the files in force show of an account, and what was said of their age."""
        with self._reading() as connection:
            return held(queries.in_force(connection), account)

    def imports(self) -> list[ImportInfo]:
        """Return every import, oldest first."""
        with self._reading() as connection:
            return queries.imports(connection)

    def register(self, account: str | None = None, year: int | None = None) -> list[RegisterRow]:
        """Return entries by day for display: of one account, of one calendar year, or all."""
        with self._reading() as connection:
            return queries.register(connection, account, year)

    def books(self, options: Options | None = None) -> Books:
        """Return everything that counts as one value, for the fold over years.

        One command asks more than once; what the chain's head stands for is read only once.
        """
        wanted = options or Options()
        with self._reading() as connection:
            head = head_of(connection)
            if self._read is None or self._read[:2] != (head, wanted):
                self._read = head, wanted, queries.books(connection, wanted)
            return self._read[2]

    def verify(self, head: str = "") -> list[str]:
        """Return every problem found, [] when there is none.

        ``head`` is a head printed earlier, on a packet or receipt: it must occur in the chain.
        """
        with self._reading() as connection:
            return verify.problems(connection, head.strip().lower())

    def backup(self, path: Path) -> None:
        """Copy the ledger to a new file and verify the copy; raise LedgerError when it exists."""
        with translated(path):
            copy_to(self._connection, path)
        # opened anew, so that the copy passes every check of an opening
        with Ledger.open(path) as copy:
            problems = copy.verify(self.head)
        if problems:
            path.unlink()
            raise unusable(
                self.path,
                "damaged",
                f"the copy does not verify: {problems[0]}",
                "run 'basis verify' on the ledger",
            )


def _migrated(path: Path, version: int) -> str:
    from ledger.store.migrate import migrate  # noqa: PLC0415  (SQLAlchemy takes half a second)

    backup = migrate(path, version, REVISIONS[SCHEMA_VERSION])
    return f"the ledger was brought to format {SCHEMA_VERSION}; the old file is {backup.name}"


def _exists(what: str, name: str) -> LedgerError:
    return LedgerError(
        where=f"{what} {safe(name)}",
        code="exists",
        problem=f"the ledger has this {what} already",
        remedy=f"choose another id, or see 'basis {what} list'",
    )


def _person_row(person: Taxpayer) -> tuple[str | None, ...]:
    born = person.born.isoformat() if person.born else None
    marks = person.ssn_last4, person.client_number
    return (person.id, person.name, born, person.spouse, *marks, append.now())
