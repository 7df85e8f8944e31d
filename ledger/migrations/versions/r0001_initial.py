"""The first format of the ledger file: every table, index and trigger, as frozen text."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_VERSION = 1
_APPLICATION_ID = 0x4253424B  # "BSBK"
_SEPARATOR = ";\n\n"
_SCHEMA = """\
CREATE TABLE account (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    body TEXT NOT NULL,
    recorded TEXT NOT NULL,
    PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE chain (
    seq INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (seq),
    CHECK (length(hash) = 64)
)
 STRICT;

CREATE TABLE closing (
    id INTEGER NOT NULL,
    taxpayer TEXT NOT NULL,
    year INTEGER NOT NULL,
    record TEXT NOT NULL,
    chain_head TEXT NOT NULL,
    recorded TEXT NOT NULL,
    PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE opening_basis (
    id INTEGER NOT NULL,
    taxpayer TEXT NOT NULL,
    as_of TEXT NOT NULL,
    where_text TEXT NOT NULL,
    body TEXT NOT NULL,
    recorded TEXT NOT NULL,
    PRIMARY KEY (id),
    CHECK (as_of IS date(as_of, '+0 days') AND as_of GLOB '????-??-??')
)
 STRICT;

CREATE TABLE return_facts (
    id INTEGER NOT NULL,
    taxpayer TEXT NOT NULL,
    year INTEGER NOT NULL,
    where_text TEXT NOT NULL,
    body TEXT NOT NULL,
    recorded TEXT NOT NULL,
    PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE statement_file (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    importer TEXT NOT NULL,
    account TEXT NOT NULL,
    first_day TEXT,
    last_day TEXT,
    row_count INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    recorded TEXT NOT NULL,
    PRIMARY KEY (id),
    CHECK (row_count >= 0 AND entry_count >= 0),
    CHECK (first_day IS date(first_day, '+0 days') AND last_day >= first_day)
)
 STRICT;

CREATE TABLE tax_document (
    id INTEGER NOT NULL,
    taxpayer TEXT NOT NULL,
    year INTEGER NOT NULL,
    form TEXT NOT NULL,
    where_text TEXT NOT NULL,
    body TEXT NOT NULL,
    recorded TEXT NOT NULL,
    PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE taxpayer (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    born TEXT,
    spouse TEXT,
    ssn_last4 TEXT NOT NULL,
    client_number TEXT NOT NULL,
    recorded TEXT NOT NULL,
    PRIMARY KEY (id),
    CHECK (born IS NULL OR born IS date(born, '+0 days'))
)
 STRICT;

CREATE TABLE answer (
    id INTEGER NOT NULL,
    statement_file_id INTEGER,
    code TEXT NOT NULL,
    account TEXT NOT NULL,
    row_match TEXT NOT NULL,
    answer TEXT NOT NULL,
    reason TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (id),
    CHECK (day IS date(day, '+0 days') AND day GLOB '????-??-??'),
    FOREIGN KEY(statement_file_id) REFERENCES statement_file (id)
)
 STRICT;

CREATE TABLE record (
    id INTEGER NOT NULL,
    statement_file_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    day TEXT NOT NULL,
    account TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    cells TEXT NOT NULL,
    fund TEXT NOT NULL,
    units TEXT,
    PRIMARY KEY (id),
    CHECK (line >= 0 AND occurrence >= 0),
    CHECK (day IS date(day, '+0 days') AND day GLOB '????-??-??'),
    FOREIGN KEY(statement_file_id) REFERENCES statement_file (id)
)
 STRICT;

CREATE TABLE undone_import (
    id INTEGER NOT NULL,
    statement_file_id INTEGER NOT NULL,
    why TEXT NOT NULL,
    recorded TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (statement_file_id),
    FOREIGN KEY(statement_file_id) REFERENCES statement_file (id)
)
 STRICT;

CREATE TABLE entry (
    id INTEGER NOT NULL,
    statement_file_id INTEGER NOT NULL,
    record_id INTEGER,
    other_records TEXT NOT NULL,
    where_text TEXT NOT NULL,
    day TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    tax_year INTEGER NOT NULL,
    fields TEXT NOT NULL,
    reason TEXT NOT NULL,
    cite TEXT NOT NULL,
    memo TEXT NOT NULL,
    reverses INTEGER,
    PRIMARY KEY (id),
    CHECK (id > 0),
    CHECK (day IS date(day, '+0 days') AND day GLOB '????-??-??'),
    FOREIGN KEY(statement_file_id) REFERENCES statement_file (id),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(reverses) REFERENCES entry (id)
)
 STRICT;

CREATE TABLE shown_rows (
    id INTEGER NOT NULL,
    statement_file_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    step INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    PRIMARY KEY (id),
    CHECK (line >= 0 AND step >= 0 AND row_count > 0),
    FOREIGN KEY(statement_file_id) REFERENCES statement_file (id),
    FOREIGN KEY(record_id) REFERENCES record (id)
)
 STRICT;

CREATE TABLE posting (
    entry_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    pool_account TEXT NOT NULL,
    pool_source TEXT NOT NULL,
    value_cents INTEGER NOT NULL,
    basis_cents INTEGER NOT NULL,
    fund TEXT NOT NULL,
    units TEXT,
    PRIMARY KEY (entry_id, place),
    CHECK (value_cents BETWEEN -100000000000000 AND 100000000000000),
    CHECK (basis_cents BETWEEN -100000000000000 AND 100000000000000),
    FOREIGN KEY(entry_id) REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID,
 STRICT;

CREATE UNIQUE INDEX entry_reversed_once ON entry (reverses) WHERE reverses IS NOT NULL;

CREATE INDEX record_by_account_and_day ON record (account, day);

CREATE TRIGGER entry_balanced AFTER INSERT ON entry BEGIN
  SELECT CASE
    WHEN NEW.kind = 'balance' AND legs > 0 THEN RAISE(ABORT, 'a statement balance has no postings')
    WHEN NEW.kind <> 'balance' AND legs < 2 THEN RAISE(ABORT, 'an entry needs two postings')
    WHEN value_sum <> 0 THEN RAISE(ABORT, 'the entry is out of balance in value')
    WHEN basis_sum <> 0 THEN RAISE(ABORT, 'the entry is out of balance in basis')
  END
  FROM (SELECT count(*) AS legs, coalesce(sum(value_cents), 0) AS value_sum,
               coalesce(sum(basis_cents), 0) AS basis_sum
        FROM posting WHERE entry_id = NEW.id);
END;

CREATE TRIGGER posting_not_late BEFORE INSERT ON posting
WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'the entry is sealed: no posting can be added or replaced'); END;

CREATE TRIGGER chain_contiguous BEFORE INSERT ON chain
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM chain)
BEGIN SELECT RAISE(ABORT, 'seals follow one another without a gap'); END;

CREATE TRIGGER account_no_update BEFORE UPDATE ON account
BEGIN SELECT RAISE(ABORT, 'account is insert-only'); END;

CREATE TRIGGER account_no_delete BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'account is insert-only'); END;

CREATE TRIGGER answer_no_update BEFORE UPDATE ON answer
BEGIN SELECT RAISE(ABORT, 'answer is insert-only'); END;

CREATE TRIGGER answer_no_delete BEFORE DELETE ON answer
BEGIN SELECT RAISE(ABORT, 'answer is insert-only'); END;

CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain
BEGIN SELECT RAISE(ABORT, 'chain is insert-only'); END;

CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain
BEGIN SELECT RAISE(ABORT, 'chain is insert-only'); END;

CREATE TRIGGER closing_no_update BEFORE UPDATE ON closing
BEGIN SELECT RAISE(ABORT, 'closing is insert-only'); END;

CREATE TRIGGER closing_no_delete BEFORE DELETE ON closing
BEGIN SELECT RAISE(ABORT, 'closing is insert-only'); END;

CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is insert-only'); END;

CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is insert-only'); END;

CREATE TRIGGER opening_basis_no_update BEFORE UPDATE ON opening_basis
BEGIN SELECT RAISE(ABORT, 'opening_basis is insert-only'); END;

CREATE TRIGGER opening_basis_no_delete BEFORE DELETE ON opening_basis
BEGIN SELECT RAISE(ABORT, 'opening_basis is insert-only'); END;

CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'posting is insert-only'); END;

CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'posting is insert-only'); END;

CREATE TRIGGER record_no_update BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'record is insert-only'); END;

CREATE TRIGGER record_no_delete BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'record is insert-only'); END;

CREATE TRIGGER return_facts_no_update BEFORE UPDATE ON return_facts
BEGIN SELECT RAISE(ABORT, 'return_facts is insert-only'); END;

CREATE TRIGGER return_facts_no_delete BEFORE DELETE ON return_facts
BEGIN SELECT RAISE(ABORT, 'return_facts is insert-only'); END;

CREATE TRIGGER shown_rows_no_update BEFORE UPDATE ON shown_rows
BEGIN SELECT RAISE(ABORT, 'shown_rows is insert-only'); END;

CREATE TRIGGER shown_rows_no_delete BEFORE DELETE ON shown_rows
BEGIN SELECT RAISE(ABORT, 'shown_rows is insert-only'); END;

CREATE TRIGGER statement_file_no_update BEFORE UPDATE ON statement_file
BEGIN SELECT RAISE(ABORT, 'statement_file is insert-only'); END;

CREATE TRIGGER statement_file_no_delete BEFORE DELETE ON statement_file
BEGIN SELECT RAISE(ABORT, 'statement_file is insert-only'); END;

CREATE TRIGGER tax_document_no_update BEFORE UPDATE ON tax_document
BEGIN SELECT RAISE(ABORT, 'tax_document is insert-only'); END;

CREATE TRIGGER tax_document_no_delete BEFORE DELETE ON tax_document
BEGIN SELECT RAISE(ABORT, 'tax_document is insert-only'); END;

CREATE TRIGGER taxpayer_no_update BEFORE UPDATE ON taxpayer
BEGIN SELECT RAISE(ABORT, 'taxpayer is insert-only'); END;

CREATE TRIGGER taxpayer_no_delete BEFORE DELETE ON taxpayer
BEGIN SELECT RAISE(ABORT, 'taxpayer is insert-only'); END;

CREATE TRIGGER undone_import_no_update BEFORE UPDATE ON undone_import
BEGIN SELECT RAISE(ABORT, 'undone_import is insert-only'); END;

CREATE TRIGGER undone_import_no_delete BEFORE DELETE ON undone_import
BEGIN SELECT RAISE(ABORT, 'undone_import is insert-only'); END;

CREATE TRIGGER account_no_replace BEFORE INSERT ON account
WHEN EXISTS (SELECT 1 FROM account WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'account: the row exists'); END;

CREATE TRIGGER answer_no_replace BEFORE INSERT ON answer
WHEN EXISTS (SELECT 1 FROM answer WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'answer: the row exists'); END;

CREATE TRIGGER closing_no_replace BEFORE INSERT ON closing
WHEN EXISTS (SELECT 1 FROM closing WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'closing: the row exists'); END;

CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM entry WHERE reverses = NEW.reverses)
BEGIN SELECT RAISE(ABORT, 'entry: the row exists'); END;

CREATE TRIGGER opening_basis_no_replace BEFORE INSERT ON opening_basis
WHEN EXISTS (SELECT 1 FROM opening_basis WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'opening_basis: the row exists'); END;

CREATE TRIGGER record_no_replace BEFORE INSERT ON record
WHEN EXISTS (SELECT 1 FROM record WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'record: the row exists'); END;

CREATE TRIGGER return_facts_no_replace BEFORE INSERT ON return_facts
WHEN EXISTS (SELECT 1 FROM return_facts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'return_facts: the row exists'); END;

CREATE TRIGGER shown_rows_no_replace BEFORE INSERT ON shown_rows
WHEN EXISTS (SELECT 1 FROM shown_rows WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'shown_rows: the row exists'); END;

CREATE TRIGGER statement_file_no_replace BEFORE INSERT ON statement_file
WHEN EXISTS (SELECT 1 FROM statement_file WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'statement_file: the row exists'); END;

CREATE TRIGGER tax_document_no_replace BEFORE INSERT ON tax_document
WHEN EXISTS (SELECT 1 FROM tax_document WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'tax_document: the row exists'); END;

CREATE TRIGGER taxpayer_no_replace BEFORE INSERT ON taxpayer
WHEN EXISTS (SELECT 1 FROM taxpayer WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'taxpayer: the row exists'); END;

CREATE TRIGGER undone_import_no_replace BEFORE INSERT ON undone_import
WHEN EXISTS (SELECT 1 FROM undone_import WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM undone_import WHERE statement_file_id = NEW.statement_file_id)
BEGIN SELECT RAISE(ABORT, 'undone_import: the row exists'); END"""


def upgrade() -> None:
    """Make the tables and mark the file as a ledger of this format."""
    connection = op.get_bind()
    for statement in statements():
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {_VERSION}")


def statements() -> list[str]:
    """Return the statements of the schema, in order."""
    return _SCHEMA.split(_SEPARATOR)
