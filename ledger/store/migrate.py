"""Migrations: Alembic's revisions from the package, applied to a new file or a verified copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

import ledger.migrations
from ledger.store.backup import copy_to, flush_folder
from ledger.store.connection import connect, unusable
from ledger.store.engine import make_engine
from ledger.store.verify import problems

_FOLDER = Path(ledger.migrations.__file__).parent
# made by us and not by Alembic, so that the whole schema is our own text
_VERSION_TABLE = (
    "CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT NOT NULL PRIMARY KEY) STRICT"
)


def upgrade(path: Path, revision: str, *, folder: Path = _FOLDER) -> None:
    """Bring a file to a revision in one transaction: all of it or nothing."""
    script = ScriptDirectory(str(folder), version_locations=[str(folder / "versions")])
    engine = make_engine(path)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(_VERSION_TABLE)
            _run(connection, script, revision)
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise error.orig from None
        raise
    finally:
        engine.dispose()


def _run(connection: Connection, script: ScriptDirectory, revision: str) -> None:
    def steps(now: Any, _context: MigrationContext) -> list[MigrationStep]:
        lower = now[0] if now else "base"
        found = list(script.iterate_revisions(revision, lower))
        # Alembic goes from the newest down
        return [
            MigrationStep.upgrade_from_script(script.revision_map, step) for step in reversed(found)
        ]

    with EnvironmentContext(Config(), script, fn=steps, destination_rev=revision) as environment:
        environment.configure(connection=connection, fn=steps, transactional_ddl=True)
        environment.run_migrations()


def migrate(
    path: Path, old: int, revision: str, *, apply: Callable[[Path, str], None] = upgrade
) -> Path:
    """Bring an older ledger to a revision and return the backup of the old file.

    The old file is copied and the copy verified; the revisions run on a second copy, which is
    verified too and only then takes the file's place. Whatever fails, the old file stays.
    """
    backup = _free_name(path, f"format-{old}")
    work = path.with_name(f".{path.name}.migrating")
    with closing(connect(path)) as lock, closing(connect(path)) as source:
        lock.execute("BEGIN IMMEDIATE")  # nobody may write what the copies would not have
        _refuse_problems(path, source)
        copy_to(source, backup)
        try:
            work.unlink(missing_ok=True)
            copy_to(source, work)
            apply(work, revision)
            with closing(connect(work)) as copy:
                _refuse_problems(path, copy)
            work.replace(path)
            flush_folder(path)
        except BaseException:
            work.unlink(missing_ok=True)
            backup.unlink()
            raise
    return backup


def _refuse_problems(path: Path, ledger_file: sqlite3.Connection) -> None:
    found = problems(ledger_file)
    if found:
        raise unusable(
            path,
            "damaged",
            f"the ledger is not brought to the new format: {found[0]}",
            "restore a backup; the file was left as it is",
        )


def _free_name(path: Path, mark: str) -> Path:
    number = 1
    while (found := path.with_name(f"{path.name}.{mark}-backup-{number}")).exists():
        number += 1
    return found
