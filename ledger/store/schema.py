"""The shape of the ledger file in plain words: versions, tables and their columns."""

from __future__ import annotations

from types import MappingProxyType

APPLICATION_ID = 0x4253424B  # "BSBK" in the file header: tells our ledgers from other databases
SCHEMA_VERSION = 1
GENESIS = "0" * 64  # what the first seal of every chain follows

# PRAGMA user_version -> the Alembic revision that makes it
REVISIONS = MappingProxyType({1: "0001"})
# PRAGMA user_version -> SHA-256 over every table, index and trigger (guard.schema_fingerprint)
FINGERPRINTS = MappingProxyType(
    {1: "e498c3df977f982dd504359f54f5750ce804d73da0323047d76ee51b939b824d"}
)

# an entry that neither reverses another nor is reversed; it counts unless in_force says otherwise
STANDING = "e.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.id)"
# a record with an occurrence counts; one without (0) is what another format told before
COUNTS = "r.occurrence > 0"
ACTIVE = "NOT EXISTS (SELECT 1 FROM undone_import AS u WHERE u.statement_file_id = f.id)"

ENTRY = "entry"
POSTING = "posting"
CHAIN = "chain"

# Every sealed table with its columns in the order in which they are written and hashed.
COLUMNS = MappingProxyType(
    {
        "taxpayer": (
            *("id", "code", "name", "born", "spouse"),
            *("ssn_last4", "client_number", "recorded"),
        ),
        "account": ("id", "code", "body", "recorded"),
        "statement_file": (
            *("id", "name", "sha256", "importer", "account"),
            *("first_day", "last_day", "row_count", "entry_count", "recorded"),
        ),
        "record": (
            *("id", "statement_file_id", "line", "day", "account"),
            *("fingerprint", "occurrence", "cells", "fund", "units"),
        ),
        "shown_rows": ("id", "statement_file_id", "line", "step", "record_id", "row_count"),
        ENTRY: (
            *("id", "statement_file_id", "record_id", "other_records", "where_text", "day"),
            *("account", "kind", "tax_year", "fields", "reason", "cite", "memo", "reverses"),
        ),
        "opening_basis": ("id", "taxpayer", "as_of", "where_text", "body", "recorded"),
        "return_facts": ("id", "taxpayer", "year", "where_text", "body", "recorded"),
        "answer": (
            *("id", "statement_file_id", "code", "account", "row_match"),
            *("answer", "reason", "day"),
        ),
        "tax_document": ("id", "taxpayer", "year", "form", "where_text", "body", "recorded"),
        "closing": ("id", "taxpayer", "year", "record", "chain_head", "recorded"),
        "undone_import": ("id", "statement_file_id", "why", "recorded"),
    }
)
# Postings are sealed together with their entry.
POSTING_COLUMNS = (
    *("entry_id", "place", "pool_account", "pool_source", "value_cents", "basis_cents"),
    *("fund", "units"),
)
CHAIN_COLUMNS = ("seq", "table_name", "row_id", "hash")
