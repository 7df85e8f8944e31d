"""What every test shares: an empty home folder, and golden files beside the fixtures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from ledger.statement_import import drafting
from ledger.statement_import.draft import FileDraft, Row
from ledger.statement_import.questions.question import Question
from ledger.statement_import.stages import PHASES, Run, Stage
from ledger.store import connection, migrate

# Where changes are judged, the same change draws the same examples; elsewhere new ones each time.
settings.register_profile("judged", derandomize=True, deadline=None)
settings.register_profile("fresh", deadline=None)
settings.load_profile("judged" if os.environ.get("CI") else "fresh")

FIXTURES = Path(__file__).parent.parent / "fixtures"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="rewrite the golden files")


def pytest_configure(config: pytest.Config) -> None:
    """Keep bytecode in the cache of pytest where Python may not write it beside the modules.

    Else every process that a test starts compiles all of them anew.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        compiled = config.rootpath / ".pytest_cache" / "compiled"
        os.environ["PYTHONPYCACHEPREFIX"] = str(compiled)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return what makes a new folder at each call, without looking through the others."""
    folder, numbers = tmp_path_factory.mktemp("homes"), count()

    def home() -> Path:
        path = folder / str(next(numbers))
        path.mkdir()
        return path

    return home


@pytest.fixture(autouse=True, scope="session")
def asked_where_it_says() -> Iterator[None]:
    """Hold every question that a test meets against the stages that it says it is asked in."""
    asking: list[str] = []

    def named(stage: Stage) -> Stage:
        def work(run: Run, draft: FileDraft) -> None:
            asking.append(stage.name)
            try:
                stage.work(run, draft)
            finally:
                asking.pop()

        return stage._replace(work=work)

    def ask(draft: FileDraft, question: Question, rows: Sequence[Row] = ()) -> None:
        if asking:  # and not by a test of questions alone
            assert asking[0] in question.asked_in, f"{type(question).__name__} by {asking[0]!r}"
        kept(draft, question, rows)

    kept = FileDraft.ask
    phases = [name for name, value in vars(drafting).items() if any(value is p for p in PHASES)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FileDraft, "ask", ask)
        for name in phases:
            patched.setattr(drafting, name, tuple(map(named, getattr(drafting, name))))
        yield


@pytest.fixture(autouse=True, scope="session")
def new_ledgers_copied() -> Iterator[None]:
    """Run the revisions once for all new ledgers: thousands of tests make one.

    What opens an older ledger, and the tests of the revisions, run them as they are.
    """
    made: dict[str, bytes] = {}

    def copied(path: Path, revision: str, **other: Path) -> None:
        if other or path.stat().st_size:
            upgrade(path, revision, **other)
            return
        if revision not in made:
            upgrade(path, revision)
            made[revision] = path.read_bytes()
        path.write_bytes(made[revision])

    upgrade = migrate.upgrade
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrate, "upgrade", copied)
        yield


@pytest.fixture(autouse=True)
def no_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a COMMIT not wait for the disk: only the tests of the store are about a power cut."""
    monkeypatch.setitem(connection.SETTINGS, "synchronous", 0)


@pytest.fixture(autouse=True)
def empty_home(homes: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test may see or touch the ledger of the person who runs the tests."""
    home = homes()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    for name in ("BASIS_LEDGER", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with ``fixtures/NAME``; ``--golden-update`` rewrites the file."""

    def check(name: str, actual: str) -> None:
        path = FIXTURES / name
        if request.config.getoption("--golden-update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, "utf-8", newline="\n")
        assert path.exists(), f"no golden file {name}: run pytest --golden-update, then read it"
        assert actual == path.read_text("utf-8")

    return check
