"""The one door to the ledger file: domain values in, domain values out."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.books import Books
from ledger.chart import Account, Taxpayer
from ledger.errors import LedgerError
from ledger.records import OpeningBasis, Options, ReturnFacts
from ledger.safetext import safe
from ledger.store import append, codec, guard, queries, verify
from ledger.store.backup import copy_to, new_file
from ledger.store.chain import Writer, head_of
from ledger.store.connection import connect, translated, unusable
from ledger.store.schema import REVISIONS, SCHEMA_VERSION
from ledger.store.shapes import Answer, ImportBatch, ImportInfo, Receipt, RegisterRow


class Ledger:
    """An open ledger file. Every method that writes is one transaction: all of it or nothing.

    Besides the faults named below, every method raises LedgerUnusable (locked, damaged,
    read-only) and EnvironmentFault (disk full, no access).
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, notes: tuple[str, ...]) -> None:
        self.path = path
        self.notes = notes  # what opening changed: a migration, a journal mode put right
        self._connection = connection
        self._file_id = path.stat().st_ino

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
        born = taxpayer.born.isoformat() if taxpayer.born else None
        with self._writing() as writer:
            if taxpayer.id in queries.taxpayers(self._connection):
                raise _exists("taxpayer", taxpayer.id)
            row = (taxpayer.id, taxpayer.name, born, taxpayer.spouse, append.now())
            writer.add("taxpayer", *row)

    def change_taxpayer(self, taxpayer: Taxpayer) -> None:
        """Add a new version of a person; raise LedgerError (``unknown_taxpayer``) without one."""
        born = taxpayer.born.isoformat() if taxpayer.born else None
        with self._writing() as writer:
            self._refuse_unknown_taxpayer(f"taxpayer {safe(taxpayer.id)}", taxpayer.id)
            row = (taxpayer.id, taxpayer.name, born, taxpayer.spouse, append.now())
            writer.add("taxpayer", *row)

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
            if account.id not in queries.accounts(self._connection):
                raise LedgerError(
                    where=f"account {safe(account.id)}",
                    code="unknown_account",
                    problem="the ledger has no account of this id",
                    remedy=f"basis account add {safe(account.id)} --owner … --kind …",
                )
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
            row = (opening.taxpayer, opening.as_of.isoformat(), opening.where)
            writer.add("opening_basis", *row, codec.opening_body(opening), append.now())

    def add_return_facts(self, facts: ReturnFacts) -> None:
        """Record what a return says; of each field the newest value given counts."""
        with self._writing() as writer:
            self._refuse_unknown_taxpayer(safe(facts.where), facts.taxpayer)
            row = (facts.taxpayer, facts.year, facts.where)
            writer.add("return_facts", *row, codec.facts_body(facts), append.now())

    def add_answers(self, answers: Iterable[Answer]) -> None:
        """Remember what the user decided."""
        with self._writing() as writer:
            append.append_answers(writer, answers)

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

    def places(self, account: str, first: date, last: date) -> dict[str, str]:
        """Return where the known rows of an account stand, as file:line by fingerprint."""
        with self._reading() as connection:
            return queries.places(connection, account, first, last)

    def append(self, batch: ImportBatch) -> Receipt:
        """Store one import.

        Raises LedgerError ``already_imported`` (a row is known), ``unknown_account``,
        ``no_postings``. A file whose name another file has already gets a number: "a (2).csv".
        """
        with self._writing() as writer:
            return append.append_import(self._connection, writer, batch)

    def undo(self, import_id: int, why: str) -> int:
        """Reverse an import as a whole and return the number of entries reversed.

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

    def imports(self) -> list[ImportInfo]:
        """Return every import, oldest first."""
        with self._reading() as connection:
            return queries.imports(connection)

    def register(self, account: str | None = None, year: int | None = None) -> list[RegisterRow]:
        """Return entries by day for display: of one account, of one calendar year, or all."""
        with self._reading() as connection:
            return queries.register(connection, account, year)

    def books(self, options: Options | None = None) -> Books:
        """Return everything that counts as one value, for the fold over years."""
        with self._reading() as connection:
            return queries.books(connection, options or Options())

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
