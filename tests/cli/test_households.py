"""Several households in one ledger file: nobody's ids, years, answers or faults reach another."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from cli.loading import load_books
from ledger.records import Options
from ledger.store import Answer, Ledger
from tests.cli.conftest import Basis
from tests.ledger.crowd import crowd_of, read_story, told

FIXTURES = Path(__file__).parents[2] / "fixtures" / "scenarios"
BATCHES = 4  # loads of one name, so that places are equal until the store tells files apart
EVERY = 4  # of the worked cases every fourth is stored: all are worked out together elsewhere

CLIENT = """
[scenario]
tax_years = [2024]
[[taxpayer]]
id = "{who}"
name = "{name}"
born = 1985-01-01
[[account]]
id = "acme-{who}"
owner = "{who}"
kind = "401k"
employer = "Acme"
[[account]]
id = "ira-{who}"
owner = "{who}"
kind = "traditional_ira"
[[opening]]
date = {year}-01-01
account = "acme-{who}"
source = "pre_tax"
value = 50000
basis = 0
[[event]]
date = {year}-03-01
account = "acme-{who}"
kind = "distribution"
source = "pre_tax"
amount = 10000
id = "d1"
"""
ROLLED = """
[[event]]
date = {year}-03-20
account = "acme-{who}"
kind = "rollover_60day"
of = "d1"
to = "ira-{who}"
amount = 10000
"""


def load(basis: Basis, who: str, text: str, year: int = 2024) -> None:
    """Load a client's scenario; every file has the same name."""
    folder = Path(who)
    folder.mkdir()
    file = folder / "story.toml"
    file.write_text(text.format(who=who, name=who.title(), year=year), "utf-8")
    done = basis("scenario", "load", str(file))
    assert done.exit_code == 0, done.output


@pytest.fixture
def clients(basis: Basis) -> Basis:
    """Return a runner whose ledger has Ann, taxed on 10,000, and Bob, who rolled 10,000 over."""
    assert basis("init").exit_code == 0
    load(basis, "ann", CLIENT)
    load(basis, "bob", CLIENT + ROLLED)
    return basis


def record(basis: Basis, who: str, year: int = 2024) -> dict[str, Any]:
    done = basis("year-end", str(year), "--taxpayer", who, "--json")
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_a_client_who_comes_later_changes_nothing_of_the_one_before(basis: Basis) -> None:
    assert basis("init").exit_code == 0
    load(basis, "ann", CLIENT)
    before = record(basis, "ann")
    load(basis, "bob", CLIENT + ROLLED)
    assert record(basis, "ann") == before
    forms = before["forms"]
    assert forms["1040"]["lines"]["5b"] == "10000.00"
    assert forms["5329"]["lines"]["4"] == "1000.00"  # 10 % of it: the payment was early
    rolled = record(basis, "bob")["forms"]
    assert rolled["1040"]["lines"]["5b"] == "0.00"
    assert rolled["1040"]["notes"] == ["5b: Rollover"]


def test_every_client_of_a_summary_has_a_record_or_a_reason_of_their_own(clients: Basis) -> None:
    load(clients, "cay", CLIENT + ROLLED.replace("10000", "10001"))  # more than was paid out
    done = clients("packet", "2024", "--to", "out", "--all")
    assert done.exit_code == 2, done.output
    with Path("out/summary-2024.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["Taxpayer"]: row for row in csv.DictReader(file)}
    assert rows["ann"]["Taxable pensions"] == "10000.00"
    assert rows["bob"]["Taxable pensions"] == "0.00"
    assert rows["cay"]["Status"] == "refused"
    assert "10001.00" in rows["cay"]["Remark"].replace(",", "")


def test_the_words_of_one_clients_name_are_not_taken_out_of_the_packet_of_another(
    clients: Basis,
) -> None:
    assert clients("taxpayer", "set", "bob", "--name", "Forms Taxable").exit_code == 0
    done = clients("packet", "2024", "--to", "out", "--all", "--redact")
    assert done.exit_code == 0, done.output
    with Path("out/summary-2024.csv").open(encoding="utf-8", newline="") as file:
        told = {row["Taxpayer"]: row["Taxable pensions"] for row in csv.DictReader(file)}
    assert told == {"redacted-1": "10000.00", "redacted-2": "0.00"}
    first, second = (
        "\n".join(page.extract_text() for page in PdfReader(f"out/redacted-{n}-2024.pdf").pages)
        for n in (1, 2)
    )
    assert "Taxable amount" in first
    assert "Taxable" not in second, "it is a name there"
    assert re.search(r"\bAnn\b", first) is None


def test_of_one_taxpayer_nobody_elses_fault_is_told(clients: Basis) -> None:
    load(clients, "cay", CLIENT + ROLLED.replace("10000", "10001"))
    assert clients("year-end", "2024", "--taxpayer", "ann").exit_code == 0
    done = clients("year-end", "2024", "--taxpayer", "cay")
    assert done.exit_code == 2
    assert "ann" not in done.output


def test_two_clients_may_type_events_of_one_id(clients: Basis) -> None:
    words = ("distribution", "--source", "pre_tax", "--date", "2024-05-01", "--amount", "5")
    for who in ("ann", "bob"):
        typed = clients("add", *words, "--account", f"acme-{who}", "--id", "d2")
        assert typed.exit_code == 0, typed.output
    again = clients("add", *words, "--account", "acme-ann", "--id", "d2", "--again")
    assert again.exit_code == 2
    assert "another event has the id 'd2'" in again.output


def test_a_rollover_typed_for_one_client_does_not_find_the_distribution_of_another(
    clients: Basis,
) -> None:
    words = ("distribution", "--source", "pre_tax", "--date", "2024-05-01", "--amount", "5")
    assert clients("add", *words, "--account", "acme-bob", "--id", "d2").exit_code == 0
    words = ("rollover_60day", "--date", "2024-05-09", "--amount", "5", "--of", "d2")
    done = clients("add", *words, "--account", "acme-ann", "--to", "ira-ann")
    assert done.exit_code == 2
    assert "the owner of acme-ann has no distribution 'd2'" in done.output


def test_a_closed_year_of_a_distribution_of_the_same_id_locks_no_other_client(
    basis: Basis,
) -> None:
    """Ann's d1 is of 2020, Bob closed 2022; his rollover of his own d1 of 2024 changes 2024."""
    assert basis("init").exit_code == 0
    load(basis, "ann", CLIENT, year=2020)
    load(basis, "bob", CLIENT, year=2022)
    assert basis("close", "2022", "--taxpayer", "bob").exit_code == 0
    words = ("distribution", "--source", "pre_tax", "--date", "2024-05-01", "--amount", "5")
    assert basis("add", *words, "--account", "acme-bob", "--id", "d9").exit_code == 0
    assert basis("add", *words, "--account", "acme-ann", "--id", "d9").exit_code == 0
    words = ("rollover_60day", "--date", "2024-05-09", "--amount", "5", "--of", "d9")
    done = basis("add", *words, "--account", "acme-bob", "--to", "ira-bob")
    assert done.exit_code == 0, done.output


def test_all_years_of_a_ledger_are_each_clients_own_years(clients: Basis) -> None:
    load(clients, "old", CLIENT, year=2019)
    done = clients("export", "tables", "--to", "tables")
    assert done.exit_code == 0, done.output
    with Path("tables/persons.csv").open(encoding="utf-8", newline="") as file:
        years = [row["tax_year"] for row in csv.DictReader(file) if row["taxpayer"] == "ann"]
    assert years == ["2024"]


@pytest.mark.usefixtures("clients")
def test_the_name_of_a_plan_answered_for_one_client_stands_for_no_account_of_another() -> None:
    said = [
        Answer("account", "", "acme retirement plan", "acme-ann", date(2025, 1, 1)),
        Answer("account", "", "z12345678", "ira-ann", date(2025, 1, 1)),
        Answer("type_unknown", "acme-ann", "true-up", "contribution", date(2025, 1, 1)),
    ]
    with Ledger.open(Path("ledger.db")) as ledger:
        ledger.add_answers(said)
        assert ledger.answers() == said[1:]  # a number is of one account in the world


def test_the_name_of_a_plan_is_remembered_in_the_ledger_of_one_household(basis: Basis) -> None:
    assert basis("init").exit_code == 0
    load(basis, "ann", CLIENT)
    assert basis("taxpayer", "add", "art", "--name", "Art", "--spouse", "ann").exit_code == 0
    said = [Answer("account", "", "acme retirement plan", "acme-ann", date(2025, 1, 1))]
    with Ledger.open(Path("ledger.db")) as ledger:
        ledger.add_answers(said)
        assert ledger.answers() == said


def without_places(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Leave out places, and names of events that are places: the store gives them file names."""
    text = json.dumps(found)
    for number in range(BATCHES, 1, -1):
        text = text.replace(f"story ({number}).toml", "story.toml")
    return dict(json.loads(text))


def test_worked_cases_stored_in_one_file_give_the_records_they_give_alone(tmp_path: Path) -> None:
    read = [read_story(path, f"{path.stem}~") for path in sorted(FIXTURES.glob("*.toml"))[::EVERY]]
    stories = [story for story in read if story is not None]
    with Ledger.create(tmp_path / "ledger.db") as ledger:
        for first in range(BATCHES):
            batch = crowd_of(stories[first::BATCHES])
            list(load_books(ledger, batch, "story.toml", sha256(bytes([first])).hexdigest()))
        crowd = ledger.books(Options())
        assert ledger.verify() == []
    differing = [
        story.mark
        for story in stories
        if without_places(told(story.in_crowd(crowd), story.mark)) != told(story.alone())
    ]
    assert differing == []
