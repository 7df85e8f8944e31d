"""What every test shares: an empty home folder, and golden files beside the fixtures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# Where changes are judged, the same change draws the same examples; elsewhere new ones each time.
settings.register_profile("judged", derandomize=True, deadline=None)
settings.register_profile("fresh", deadline=None)
settings.load_profile("judged" if os.environ.get("CI") else "fresh")

FIXTURES = Path(__file__).parent.parent / "fixtures"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="rewrite the golden files")


@pytest.fixture(autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test may see or touch the ledger of the person who runs the tests."""
    home = tmp_path_factory.mktemp("home")
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
