"""The tables, declared as SQLModel classes; STRICT, integer cents, dates and JSON as text.

The classes say what the ledger file looks like and let other programs query it by name. They do
not validate (a table model never does): facts are validated as domain objects before they come
here. Migrations are frozen text, and a test compares them with ``ddl()``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, Text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import Field, SQLModel

from ledger.money import CENTS_MAX
from ledger.store.triggers import trigger_ddl

_STRICT: dict[str, Any] = {"sqlite_strict": True}
METADATA = MetaData()


class _Row(SQLModel):
    metadata: ClassVar[MetaData] = METADATA


def _key() -> Any:
    return Field(default=None, sa_column=Column(Integer, primary_key=True))


def _text(*, null: bool = False) -> Any:
    return Field(sa_column=Column(Text, nullable=null))


def _integer(*, null: bool = False) -> Any:
    return Field(sa_column=Column(Integer, nullable=null))


def _link(target: str, *, null: bool = False) -> Any:
    return Field(sa_column=Column(Integer, ForeignKey(target), nullable=null))


def _is_day(column: str) -> CheckConstraint:
    # '+0 days' makes SQLite normalize, so that 30 February is not accepted
    return CheckConstraint(f"{column} IS date({column}, '+0 days') AND {column} GLOB '????-??-??'")


def _in_range(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN -{CENTS_MAX} AND {CENTS_MAX}")


class TaxpayerRow(_Row, table=True):
    """One version of a person; the newest row of a code is the person as known."""

    __tablename__ = "taxpayer"
    __table_args__ = (CheckConstraint("born IS NULL OR born IS date(born, '+0 days')"), _STRICT)
    id: int | None = _key()
    code: str = _text()
    name: str = _text()
    born: str | None = _text(null=True)
    spouse: str | None = _text(null=True)
    ssn_last4: str = _text()
    client_number: str = _text()
    recorded: str = _text()


class AccountRow(_Row, table=True):
    """One version of an account; the newest row of a code is the account as it is."""

    __tablename__ = "account"
    __table_args__ = (_STRICT,)
    id: int | None = _key()
    code: str = _text()
    body: str = _text()
    recorded: str = _text()


class StatementFileRow(_Row, table=True):
    """One import: a file that was read, or what a person typed, and the stretch it states."""

    __tablename__ = "statement_file"
    __table_args__ = (
        CheckConstraint("row_count >= 0 AND entry_count >= 0"),
        CheckConstraint("first_day IS date(first_day, '+0 days') AND last_day >= first_day"),
        _STRICT,
    )
    id: int | None = _key()
    name: str = _text()
    sha256: str = _text()
    importer: str = _text()
    account: str = _text()
    first_day: str | None = _text(null=True)
    last_day: str | None = _text(null=True)
    row_count: int = _integer()
    entry_count: int = _integer()
    recorded: str = _text()


class RecordRow(_Row, table=True):
    """One row of a statement: its units of a fund (a decimal number as text) and its raw cells.

    ``occurrence`` is its number among equal rows, 0 where a file of another format told the row.
    """

    __tablename__ = "record"
    __table_args__ = (
        CheckConstraint("line >= 0 AND occurrence >= 0"),
        _is_day("day"),
        Index("record_by_account_and_day", "account", "day"),
        _STRICT,
    )
    id: int | None = _key()
    statement_file_id: int = _link("statement_file.id")
    line: int = _integer()
    day: str = _text()
    account: str = _text()
    fingerprint: str = _text()
    occurrence: int = _integer()
    cells: str = _text()
    fund: str = _text()
    units: str | None = _text(null=True)


class ShownRowsRow(_Row, table=True):
    """Rows of a file that are recorded already, as each later download shows them again.

    They are ``row_count`` records, from one on in the order of their ids, and their lines are
    ``step`` apart: a download that repeats another is one row here, however long it is.
    """

    __tablename__ = "shown_rows"
    __table_args__ = (CheckConstraint("line >= 0 AND step >= 0 AND row_count > 0"), _STRICT)
    id: int | None = _key()
    statement_file_id: int = _link("statement_file.id")
    line: int = _integer()
    step: int = _integer()
    record_id: int = _link("record.id")
    row_count: int = _integer()


class EntryRow(_Row, table=True):
    """A journal entry; its postings are there before it, and its arrival seals them."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("id > 0"),
        _is_day("day"),
        Index(
            "entry_reversed_once",
            "reverses",
            unique=True,
            sqlite_where=Column("reverses").is_not(None),
        ),
        _STRICT,
    )
    id: int | None = _key()
    statement_file_id: int = _link("statement_file.id")
    record_id: int | None = _link("record.id", null=True)
    other_records: str = _text()
    where_text: str = _text()
    day: str = _text()
    account: str = _text()
    kind: str = _text()
    tax_year: int = _integer()
    fields: str = _text()
    reason: str = _text()
    cite: str = _text()
    memo: str = _text()
    reverses: int | None = _link("entry.id", null=True)


class PostingRow(_Row, table=True):
    """One leg of an entry: pool, value and basis in cents, units of a fund (decimal text)."""

    __tablename__ = "posting"
    __table_args__ = (
        _in_range("value_cents"),
        _in_range("basis_cents"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )
    # deferred: postings come before their entry, and COMMIT refuses any that stay alone
    entry_id: int = Field(
        sa_column=Column(
            Integer,
            ForeignKey("entry.id", deferrable=True, initially="DEFERRED"),
            primary_key=True,
        )
    )
    place: int = Field(sa_column=Column(Integer, primary_key=True))
    pool_account: str = _text()
    pool_source: str = _text()
    value_cents: int = _integer()
    basis_cents: int = _integer()
    fund: str = _text()
    units: str | None = _text(null=True)


class OpeningBasisRow(_Row, table=True):
    """Basis a person brings into the ledger."""

    __tablename__ = "opening_basis"
    __table_args__ = (_is_day("as_of"), _STRICT)
    id: int | None = _key()
    taxpayer: str = _text()
    as_of: str = _text()
    where_text: str = _text()
    body: str = _text()
    recorded: str = _text()


class ReturnFactsRow(_Row, table=True):
    """What a tax return says, the fields given at one time."""

    __tablename__ = "return_facts"
    __table_args__ = (_STRICT,)
    id: int | None = _key()
    taxpayer: str = _text()
    year: int = _integer()
    where_text: str = _text()
    body: str = _text()
    recorded: str = _text()


class AnswerRow(_Row, table=True):
    """What the user decided about rows that leave something open."""

    __tablename__ = "answer"
    __table_args__ = (_is_day("day"), _STRICT)
    id: int | None = _key()
    statement_file_id: int | None = _link("statement_file.id", null=True)
    code: str = _text()
    account: str = _text()
    row_match: str = _text()
    answer: str = _text()
    reason: str = _text()
    day: str = _text()


class TaxDocumentRow(_Row, table=True):
    """A printed tax form (1099-R, 5498, W-2, a filed 8606), boxes as JSON."""

    __tablename__ = "tax_document"
    __table_args__ = (_STRICT,)
    id: int | None = _key()
    taxpayer: str = _text()
    year: int = _integer()
    form: str = _text()
    where_text: str = _text()
    body: str = _text()
    recorded: str = _text()


class ClosingRow(_Row, table=True):
    """The year-end record as filed."""

    __tablename__ = "closing"
    __table_args__ = (_STRICT,)
    id: int | None = _key()
    taxpayer: str = _text()
    year: int = _integer()
    record: str = _text()
    chain_head: str = _text()
    recorded: str = _text()


class UndoneImportRow(_Row, table=True):
    """An import that was taken back as a whole."""

    __tablename__ = "undone_import"
    __table_args__ = (_STRICT,)
    id: int | None = _key()
    statement_file_id: int = Field(
        sa_column=Column(Integer, ForeignKey("statement_file.id"), nullable=False, unique=True)
    )
    why: str = _text()
    recorded: str = _text()


class ChainRow(_Row, table=True):
    """One seal: SHA-256 over the seal before it and one row of another table."""

    __tablename__ = "chain"
    __table_args__ = (CheckConstraint("length(hash) = 64"), _STRICT)
    seq: int | None = _key()
    table_name: str = _text()
    row_id: int = _integer()
    hash: str = _text()


def ddl() -> list[str]:
    """Return every statement that makes an empty ledger, in order: tables, indexes, triggers."""
    dialect = sqlite.dialect()
    tables = METADATA.sorted_tables
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in tables]
    indexes = [index for table in tables for index in table.indexes]
    made += [str(CreateIndex(i).compile(dialect=dialect)) for i in sorted(indexes, key=str)]
    return [_tidy(text) for text in made] + trigger_ddl()


def _tidy(statement: str) -> str:
    lines = statement.strip().expandtabs(4).splitlines()
    return "\n".join(line.rstrip() for line in lines)
