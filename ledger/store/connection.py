"""Connections to the ledger file: the settings each one shows, and errors in the user's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.errors import EnvironmentFault, LedgerError, LedgerUnusable
from ledger.text import safe

BUSY_MS = 5000
_STRICT_SINCE = (3, 37, 0)  # first SQLite with STRICT tables

# A rollback journal with EXTRA lost no commit in simulated power cuts; WAL also loses what a
# copied file leaves behind in its -wal twin.
SETTINGS = {
    "journal_mode": "delete",
    "synchronous": 3,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "secure_delete": 1,
    "temp_store": 2,  # sorting leaves no private data in temporary files
    "cache_size": -16384,  # KiB: one import rarely has to spill pages before COMMIT
}


def connect(path: Path) -> sqlite3.Connection:
    """Open an existing ledger file for reading and writing; a missing file is never made.

    Transactions are begun explicitly. Raises sqlite3.Error; wrap calls in ``translated``.
    """
    if sqlite3.sqlite_version_info < _STRICT_SINCE:
        raise EnvironmentFault(
            where="SQLite",
            code="old_sqlite",
            problem=f"version {sqlite3.sqlite_version} is too old to keep a ledger safely",
            remedy="use a Python with SQLite 3.37 or newer",
        )
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_MS / 1000,
        isolation_level=None,
    )
    try:
        for name, value in SETTINGS.items():
            connection.execute(f"PRAGMA {name}={value}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the driver's errors into LedgerUnusable, EnvironmentFault or LedgerError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_words(path, error) from None
    except UnicodeEncodeError:
        raise LedgerError(
            where=safe(str(path)),
            code="bad_text",
            problem="a text holds characters that are not valid Unicode",
            remedy="type it again without the damaged characters",
        ) from None
    except OSError as error:
        raise EnvironmentFault(
            where=safe(str(path)),
            code="no_access",
            problem=error.strerror or "the file cannot be used",
            remedy="check the folder, its permissions and the free space",
        ) from None


def unusable(path: Path, code: str, problem: str, remedy: str) -> LedgerUnusable:
    """Return the fault of a ledger file that cannot be used."""
    return LedgerUnusable(where=safe(str(path)), code=code, problem=problem, remedy=remedy)


def locked(path: Path) -> LedgerUnusable:
    """Return the fault of a ledger that another program keeps locked."""
    return unusable(path, *_LOCKED)


def _in_words(path: Path, error: sqlite3.Error) -> LedgerError:
    name = str(getattr(error, "sqlite_errorname", "")) or "SQLITE_ERROR"
    # the first two words: SQLITE_IOERR_WRITE is a kind of SQLITE_IOERR
    kind = "_".join(name.split("_")[:2])
    where = safe(str(path))
    if kind in {"SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN"}:
        return EnvironmentFault(
            where=where,
            code="disk",
            problem="the disk is full or cannot be read and written; nothing was changed",
            remedy="free some space or check the drive, then try again",
        )
    if kind == "SQLITE_CONSTRAINT":
        return LedgerError(
            where=where,
            code="refused_by_ledger",
            problem=f"the ledger refuses this: {safe(str(error))}",
            remedy="nothing was stored; correct the entry and try again",
        )
    code, problem, remedy = _UNUSABLE.get(kind, _DAMAGED)
    return unusable(path, code, problem, remedy)


_DAMAGED = (
    "damaged",
    "the file is damaged or not a ledger",
    "restore a backup with 'basis restore', or run 'basis verify' to see what is wrong",
)
_LOCKED = (
    "locked",
    f"another program has the ledger open (waited {BUSY_MS // 1000} seconds)",
    "close the other program or wait for its import to end, then try again",
)
_UNUSABLE = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": (
        "read_only",
        "the ledger file or its folder cannot be written",
        "allow writing, or copy the ledger to a folder of yours",
    ),
}
