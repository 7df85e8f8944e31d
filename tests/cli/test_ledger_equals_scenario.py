"""A scenario run by itself and the same scenario booked into a ledger give the same records."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from ledger import scenario
from ledger.closing import Worked, work_out
from ledger.store import Ledger

FOLDER = Path(__file__).parents[2] / "fixtures" / "scenarios"
STORIES = sorted(p.stem for p in FOLDER.glob("*.toml") if not p.stem.startswith("refuse"))


@pytest.fixture(scope="module")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "ledger.db"
    Ledger.create(path).close()
    return path


def without_names(worked: Worked) -> list[dict[str, Any]]:
    """Records without the names of events and places, which differ by file."""
    out = []
    for found in worked.records:
        record = found.as_json()
        for form in record["forms"]["1099-R"]:
            form.pop("event")
            form.pop("events", None)
        for row in (*record["disbursements"], *record["returned"]):
            row.pop("event")
        for row in (*record["findings"], *record["tie_out"], *record["enter_instead"]):
            row.pop("where"), row.pop("entries", None)
        out.append(record)
    return out


@pytest.mark.parametrize("name", STORIES)
def test_the_ledger_gives_the_record_of_the_file(
    name: str, empty_ledger: Path, tmp_path: Path
) -> None:
    path, ledger = FOLDER / f"{name}.toml", tmp_path / "ledger.db"
    shutil.copy(empty_ledger, ledger)
    done = CliRunner().invoke(main, ["--ledger", str(ledger), "scenario", "load", str(path)])
    assert done.exit_code == 0, done.output
    story = scenario.read(path)
    with Ledger.open(ledger) as opened:
        kept = opened.books(story.books.options)
        assert opened.verify() == []
    alone = without_names(work_out(story.books, story.tax_years))
    assert without_names(work_out(kept, story.tax_years)) == alone


@pytest.mark.parametrize(
    "name",
    ["state-tax-withheld", "rollover-into-roth-from-outside", "election-of-each-check"],
)
def test_a_story_loaded_and_exported_gives_its_records(
    name: str, empty_ledger: Path, tmp_path: Path
) -> None:
    path, ledger = FOLDER / f"{name}.toml", tmp_path / "ledger.db"
    shutil.copy(empty_ledger, ledger)
    loaded = CliRunner().invoke(main, ["--ledger", str(ledger), "scenario", "load", str(path)])
    assert loaded.exit_code == 0, loaded.output
    done = CliRunner().invoke(main, ["--ledger", str(ledger), "scenario", "export"])
    again, story = scenario.parse(done.stdout.encode(), "again.toml"), scenario.read(path)
    alone = without_names(work_out(story.books, story.tax_years))
    assert without_names(work_out(again.books, story.tax_years)) == alone


@pytest.mark.parametrize(
    "name", ["odd-rows-are-told", "chain-three-years", "aggregation-sep-simple"]
)
def test_balances_at_the_end_of_a_year_are_those_of_its_record(
    name: str, empty_ledger: Path, tmp_path: Path
) -> None:
    path, ledger = FOLDER / f"{name}.toml", tmp_path / "ledger.db"
    shutil.copy(empty_ledger, ledger)

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["--ledger", str(ledger), *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    run("scenario", "load", str(path))
    for year in scenario.read(path).tax_years:
        told = json.loads(run("balances", "--on", f"{year}-12-31", "--json"))["balances"]
        held = {(b["account"], b["source"]): b["value"] for b in told if b["value"] is not None}
        record = json.loads(run("year-end", str(year), "--json"))
        closing = {(p["account"], p["source"]): p["closing_value"] for p in record["accounts"]}
        assert held == {pool: value for pool, value in closing.items() if value != "0.00"}


def test_the_household_exported_as_a_scenario_gives_its_records(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["demo", "--to", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    ledger = tmp_path / "household.db"
    done = CliRunner().invoke(main, ["--ledger", str(ledger), "scenario", "export"])
    assert done.exit_code == 0, done.output
    story = scenario.parse(done.stdout.encode(), "household.toml")
    with Ledger.open(ledger) as opened:
        kept = work_out(opened.books(), story.tax_years)
    assert {r.tax_year for r in kept.records} >= {2024, 2025}
    assert without_names(work_out(story.books, story.tax_years)) == without_names(kept)
