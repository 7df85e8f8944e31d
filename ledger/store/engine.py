"""A SQLAlchemy engine over the guarded connection, for migrations and SQLModel sessions."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from ledger.store.connection import connect


def make_engine(path: Path) -> Engine:
    """Return an engine whose transactions are BEGIN IMMEDIATE and whose errors hide the data."""
    engine = create_engine(
        "sqlite://", creator=partial(connect, path), poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine.pool, "checkin", _roll_back)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _roll_back(raw: sqlite3.Connection | None, _record: Any) -> None:
    # after a COMMIT that a deferred key refused, SQLite is still inside the transaction
    if raw is not None and raw.in_transaction:
        raw.rollback()
