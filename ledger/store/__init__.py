"""The ledger file: one SQLite database, insert-only, balanced and sealed row by row."""

from __future__ import annotations

from ledger.store.ledger_file import Ledger
from ledger.store.shapes import (
    CORRECTED,
    ROW,
    TOLD,
    Answer,
    ImportBatch,
    ImportInfo,
    Place,
    Receipt,
    RegisterRow,
    StoredEntry,
    StoredRow,
    TakenBack,
    ToldBy,
    Undone,
    name_to_keep,
)

__all__ = [
    "CORRECTED",
    "ROW",
    "TOLD",
    "Answer",
    "ImportBatch",
    "ImportInfo",
    "Ledger",
    "Place",
    "Receipt",
    "RegisterRow",
    "StoredEntry",
    "StoredRow",
    "TakenBack",
    "ToldBy",
    "Undone",
    "name_to_keep",
]
