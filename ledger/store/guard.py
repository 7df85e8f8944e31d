"""The guarded open: whether a file is a ledger of ours, whole, and of which version."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path

from ledger.store.connection import unusable
from ledger.store.schema import APPLICATION_ID, FINGERPRINTS, REVISIONS, SCHEMA_VERSION
from ledger.text import safe

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_WAL = 2


@dataclass(frozen=True)
class Header:
    """The fields of the file header that matter here (SQLite file format, section 1.3)."""

    version: int
    wal: bool
    size_stated: int | None  # bytes, None when the header does not say


def check_file(path: Path) -> Header:
    """Look at the file before SQLite does; raise LedgerUnusable when it is not a ledger."""
    try:
        status = path.stat()
    except ValueError:
        raise unusable(
            path, "not_a_file", "this is not a name of a file", "name the ledger file"
        ) from None
    except FileNotFoundError:
        raise unusable(
            path, "no_ledger", "there is no ledger here", f"basis --ledger {safe(str(path))} init"
        ) from None
    if not stat.S_ISREG(status.st_mode):
        raise unusable(path, "not_a_file", "this is not a file", "name the ledger file itself")
    if status.st_nlink > 1:
        raise unusable(
            path,
            "hard_link",
            "the file has a second name (hard link), so it could change unseen",
            "keep the ledger under one name; make a copy with 'basis backup'",
        )
    header = _read_header(path)
    left, journal = status.st_size, path.with_name(f"{path.name}-journal")
    # beside a journal the file is half-way through a write, which SQLite will undo
    if header.size_stated is not None and left < header.size_stated and not journal.exists():
        raise unusable(
            path,
            "cut",
            f"the file was cut: {left:,} of {header.size_stated:,} bytes are left",
            "restore a backup",
        )
    return header


def _read_header(path: Path) -> Header:
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    if not head:
        raise unusable(
            path,
            "empty",
            "the file is empty",
            "restore a backup, or delete the file and run 'basis init'",
        )
    if len(head) < _HEADER_BYTES or not head.startswith(_MAGIC):
        raise unusable(
            path,
            "not_a_ledger",
            "this is not a ledger file (or it is encrypted)",
            "name a file that 'basis init' made",
        )
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise unusable(
            path,
            "not_a_ledger",
            "this is a database of another program",
            "name a file that 'basis init' made",
        )
    page = int.from_bytes(head[16:18], "big")
    # the format cannot hold 65536 in two bytes and writes 1
    page = 65536 if page == 1 else page
    stated = head[24:28] == head[92:96]  # else an old program wrote last and the count is stale
    return Header(
        version=int.from_bytes(head[60:64], "big"),
        wal=_WAL in (head[18], head[19]),
        size_stated=page * int.from_bytes(head[28:32], "big") if stated else None,
    )


def check_version(path: Path, version: int) -> None:
    """Raise LedgerUnusable when the ledger is newer than this program or of no known version."""
    if version > SCHEMA_VERSION:
        raise unusable(
            path,
            "newer",
            f"the ledger was made by a newer Basisbook (format {version}, "
            f"this program knows up to {SCHEMA_VERSION})",
            "upgrade Basisbook",
        )
    if version not in REVISIONS:
        raise unusable(path, "no_version", f"the ledger says format {version}", "restore a backup")


def check_schema(path: Path, connection: sqlite3.Connection, version: int) -> None:
    """Raise LedgerUnusable when a table, index, view or trigger is not as this program made it."""
    if schema_fingerprint(connection) != FINGERPRINTS[version]:
        raise unusable(
            path,
            "schema_changed",
            "a table, index or trigger of the ledger was changed by another program",
            "restore a backup; 'basis verify' on it tells whether it is as it was",
        )


def schema_fingerprint(connection: sqlite3.Connection) -> str:
    """Return the SHA-256 over the SQL of every table, index, view and trigger."""
    # SQLite's own tables are not ours to answer for
    found = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master"
        " WHERE substr(name, 1, 7) <> 'sqlite_' ORDER BY type, name"
    ).fetchall()
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()
