"""Copies of a ledger file: made by SQLite itself, private, on the disk before they have a name."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from ledger.errors import LedgerError
from ledger.store import connection
from ledger.store.connection import locked
from ledger.text import safe

_PAGES = 2_000
_BLOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def new_file(path: Path) -> None:
    """Make an empty file that only its owner can read; raise LedgerError when it exists.

    Missing folders are made for the owner only; folders that exist keep their mode.
    """
    missing = [folder for folder in path.absolute().parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700)
    try:
        # O_EXCL refuses a file that appeared since; the mode holds from the first byte on
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise LedgerError(
            where=safe(str(path)),
            code="exists",
            problem="there is a file of this name already",
            remedy="choose another name, or move that file away first",
        ) from None


def copy_to(source: sqlite3.Connection, path: Path) -> None:
    """Copy the ledger that is open to a new file, complete or not at all."""
    # the name is taken first; the content comes under it only when it is whole
    new_file(path)
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        new_file(part)
        target = sqlite3.connect(part)
        try:
            source.backup(target, pages=_PAGES, progress=_give_up_on(path))
        finally:
            target.close()
        # on the disk before it has its name: a power cut must leave all of it or nothing
        _flush(part)
        part.replace(path)
        flush_folder(path)
    # at Ctrl-C too: half a copy must not stay behind
    except BaseException:
        part.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise


def _give_up_on(path: Path) -> Callable[[int, int, int], None]:
    # SQLite's backup ignores the busy timeout and would wait for ever
    moved = time.monotonic()

    def check(status: int, _left: int, _total: int) -> None:
        nonlocal moved
        if status not in _BLOCKED:
            moved = time.monotonic()
        elif time.monotonic() > moved + connection.BUSY_MS / 1000:
            raise locked(path)

    return check


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(path: Path) -> None:
    """Put the folder's entry of a file on the disk, where the system can do that."""
    # Windows cannot open a folder as a file
    if os.name == "nt":
        return
    descriptor = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
