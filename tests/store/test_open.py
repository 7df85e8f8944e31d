"""The guarded open: what is not a whole ledger of a known format is refused by name."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.errors import LedgerUnusable
from ledger.store import Ledger, connection
from tests.store import household

Spoil = Callable[[Path], object]


def _sql(*statements: str) -> Spoil:
    def run(path: Path) -> None:
        database = sqlite3.connect(path, isolation_level=None)
        for statement in statements:
            database.execute(statement)
        database.close()

    return run


def _written(content: bytes) -> Spoil:
    return lambda path: path.write_bytes(content)


def _cut(size: int) -> Spoil:
    return lambda path: path.write_bytes(path.read_bytes()[:size])


def _zero_header(path: Path) -> None:
    path.write_bytes(bytes(100) + path.read_bytes()[100:])


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILED: list[tuple[str, Spoil, str]] = [
    ("missing", Path.unlink, "no_ledger"),
    ("empty", _written(b""), "empty"),
    ("text", _written(b"Date,Type,Source\n" * 50), "not_a_ledger"),
    ("short", _written(b"SQLite format 3\0"), "not_a_ledger"),
    ("header zeroed", _zero_header, "not_a_ledger"),
    ("another program", _sql("PRAGMA application_id = 7"), "not_a_ledger"),
    ("folder", _folder, "not_a_file"),
    ("cut in the middle", _cut(20_000), "cut"),
    ("last 1,000 bytes cut", lambda p: p.write_bytes(p.read_bytes()[:-1000]), "cut"),
    ("last page cut", lambda p: p.write_bytes(p.read_bytes()[:-4096]), "cut"),
    ("newer", _sql("PRAGMA user_version = 99"), "newer"),
    ("no version", _sql("PRAGMA user_version = 0"), "no_version"),
    ("view", _sql("CREATE VIEW v AS SELECT 1"), "schema_changed"),
    ("table", _sql("CREATE TABLE t (x)"), "schema_changed"),
    ("trigger gone", _sql("DROP TRIGGER entry_balanced"), "schema_changed"),
    (
        "trigger changed",
        _sql(
            "DROP TRIGGER entry_no_update",
            "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT 1; END",
        ),
        "schema_changed",
    ),
    ("hard link", lambda p: os.link(p, p.with_name("second")), "hard_link"),
]


@pytest.mark.parametrize(("spoil", "code"), [x[1:] for x in SPOILED], ids=[x[0] for x in SPOILED])
def test_what_is_not_a_whole_ledger_is_refused(copied_file: Path, spoil: Spoil, code: str) -> None:
    spoil(copied_file)
    before = copied_file.read_bytes() if copied_file.is_file() else None
    with pytest.raises(LedgerUnusable) as error:
        Ledger.open(copied_file)
    assert error.value.code == code
    assert error.value.exit_code == 4
    assert (copied_file.read_bytes() if copied_file.is_file() else None) == before


def test_a_missing_ledger_is_not_made_and_init_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.basis"
    with pytest.raises(LedgerUnusable) as error:
        Ledger.open(path)
    assert error.value.remedy == f"basis --ledger {path} init"
    assert not path.exists()


def test_a_name_with_escapes_is_shown_safely(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable) as error:
        Ledger.open(tmp_path / "a\x1b[2J")
    assert "\x1b" not in str(error.value)


def test_wal_mode_is_put_right_and_reported(copied_file: Path) -> None:
    _sql("PRAGMA journal_mode = WAL")(copied_file)
    with Ledger.open(copied_file) as ledger:
        assert "WAL" in ledger.notes[0]
        assert ledger.verify() == []
    assert copied_file.read_bytes()[18:20] == b"\x01\x01"


def test_a_name_with_signs_of_a_uri_is_a_plain_name(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=ro&x#1 %41.basis"
    household.filled(path).close()
    assert [x.name for x in tmp_path.iterdir()] == [path.name]


def test_a_locked_ledger_says_so(copied_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_MS", 100)
    holder = sqlite3.connect(copied_file, isolation_level=None)
    with Ledger.open(copied_file) as ledger:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnusable, match="another program has the ledger open") as error:
            ledger.reverse(2, "while locked")
        holder.execute("ROLLBACK")
        assert error.value.code == "locked"
        assert ledger.reverse(2, "free again")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerUnusable, match="another program"):
        Ledger.open(copied_file)


def test_a_ledger_replaced_while_open_takes_no_writes(copied_file: Path) -> None:
    with Ledger.open(copied_file) as ledger:
        twin = copied_file.with_name("twin")
        twin.write_bytes(copied_file.read_bytes())
        twin.replace(copied_file)
        with pytest.raises(LedgerUnusable) as error:
            ledger.reverse(2, "lost")
    assert error.value.code == "replaced"


APPEND = """
import sys
from datetime import date
from pathlib import Path
from tests.store import household
from ledger.store import Ledger
day = date(2025, 7, 1)
entries = [household.contribution(line, day, "1.00", "big.csv") for line in range(3000)]
rows = [household.row(line, day, "big.csv") for line in range(3000)]
batch = household.ImportBatch("big.csv", "", "plain", "acme", rows, entries)
with Ledger.open(Path(sys.argv[1])) as ledger:
    print("ready", flush=True)
    try:
        ledger.append(batch)
        print("stored", flush=True)
    except Exception as error:
        print(getattr(error, "code", repr(error)), flush=True)
"""


def _appending(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", APPEND, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


@pytest.mark.parametrize("delay_ms", [5, 60, 120, 180])
def test_a_killed_import_leaves_all_or_nothing(copied_file: Path, delay_ms: int) -> None:
    with Ledger.open(copied_file) as ledger:
        before, head = len(ledger.register()), ledger.head
    with _appending(copied_file) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            process.wait(delay_ms / 1000)
        except subprocess.TimeoutExpired:
            process.kill()
        said = process.stdout.read()
    with Ledger.open(copied_file) as ledger:
        count = len(ledger.register())
        assert count == before + 3000 if "stored" in said else count in {before, before + 3000}
        assert ledger.verify(head) == []


def test_two_imports_of_one_file_at_once_store_it_once(copied_file: Path) -> None:
    both = [_appending(copied_file) for _ in range(2)]
    said = sorted(process.communicate()[0].split()[-1] for process in both)
    assert said == ["already_imported", "stored"]
    with Ledger.open(copied_file) as ledger:
        assert ledger.verify() == []


def test_a_backup_of_a_locked_ledger_gives_up(
    copied_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_MS", 100)
    holder = sqlite3.connect(copied_file, isolation_level=None)
    with Ledger.open(copied_file) as ledger:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerUnusable, match="another program has the ledger open"):
            ledger.backup(tmp_path / "b" / "backup.basis")
        holder.close()
    assert not list((tmp_path / "b").iterdir())


def test_a_ledger_that_cannot_be_written_says_so(copied_file: Path) -> None:
    with Ledger.open(copied_file) as ledger:
        ledger._connection.execute("PRAGMA query_only = 1")
        with pytest.raises(LedgerUnusable) as error:
            ledger.reverse(2, "read-only")
    assert error.value.code == "read_only"


FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a POSIX feature")
@pytest.mark.parametrize("spare_bytes", [0, 5_000, 200_000])
def test_a_full_disk_stores_nothing(copied_file: Path, spare_bytes: int) -> None:
    with Ledger.open(copied_file) as ledger:
        head = ledger.head
    limit = str(copied_file.stat().st_size + spare_bytes)
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK + APPEND, str(copied_file), limit],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert run.stdout.split() == ["ready", "disk"]
    with Ledger.open(copied_file) as ledger:
        assert ledger.head == head
        assert ledger.verify() == []
