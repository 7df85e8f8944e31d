"""Every household has the record that it has alone, whoever else is in the ledger."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import scenario
from ledger.booking import book_all
from ledger.books import Books, EvidenceFile
from ledger.chart import Taxpayer
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.money import ZERO, Money
from ledger.records import OpeningBasis
from tests.ledger.crowd import Story, crowd_of, marked, read_story, told
from tests.ledger.test_properties import ACCOUNTS, ROSE, YEARS, stories

K = EventKind
FIXTURES = Path(__file__).parents[2] / "fixtures" / "scenarios"
BESIDE = Path(__file__).parents[3] / "shared" / "oracle"  # worked cases that others keep


def in_one_ledger(folder: Path) -> list[str]:
    """Name the cases whose records are not the same in one ledger of all as alone."""
    read = [read_story(path, f"{path.stem}~") for path in sorted(folder.glob("*.toml"))]
    found = [story for story in read if story is not None]
    crowd = crowd_of(found)
    assert len(crowd.households) >= len(found) > 1
    return [s.mark for s in found if told(s.in_crowd(crowd), s.mark) != told(s.alone())]


def test_worked_cases_give_the_same_records_in_one_ledger_as_alone() -> None:
    assert in_one_ledger(FIXTURES) == []


@pytest.mark.skipif(not BESIDE.is_dir(), reason="the worked cases of others are not beside us")
def test_worked_cases_of_others_give_the_same_records_in_one_ledger_as_alone() -> None:
    assert in_one_ledger(BESIDE) == []


# ---- what one stranger does to another -----------------------------------------------------

TWO_CLIENTS = {
    "ann": """
[[event]]
date = 2024-03-01
account = "acme-{who}"
kind = "distribution"
source = "pre_tax"
amount = 10000
id = "d1"
""",
    "bob": """
[[event]]
date = 2024-03-01
account = "acme-{who}"
kind = "distribution"
source = "pre_tax"
amount = 10000
id = "d1"
[[event]]
date = 2024-03-20
account = "acme-{who}"
kind = "rollover_60day"
of = "d1"
to = "ira-{who}"
amount = 10000
""",
}
PLAN = """
[[taxpayer]]
id = "{who}"
name = "{who}"
born = 1985-01-01
{more}
[[account]]
id = "acme-{who}"
owner = "{who}"
kind = "401k"
[[account]]
id = "ira-{who}"
owner = "{who}"
kind = "traditional_ira"
[[opening]]
date = 2024-01-01
account = "acme-{who}"
source = "pre_tax"
value = 50000
basis = 0
"""


def books_of(*people: tuple[str, str]) -> Books:
    """Return one ledger of people, each with what their scenario says besides."""
    text = "[scenario]\ntax_years = [2024]\n" + "".join(
        PLAN.format(who=who, more=more) + TWO_CLIENTS[who].format(who=who) for who, more in people
    )
    return scenario.parse(text.encode(), "two.toml").books


def test_a_rollover_of_the_same_id_takes_no_tax_off_a_strangers_distribution() -> None:
    worked = work_out(books_of(("ann", ""), ("bob", "")), [2024])
    ann, bob = worked.of("ann", 2024), worked.of("bob", 2024)
    assert ann is not None
    assert bob is not None
    assert (ann.f1040.amount("5b"), ann.f5329.amount("4")) == (Money(1_000_000), Money(100_000))
    assert bob.f1040.amount("5b") == ZERO
    assert not bob.f5329_required


def test_of_two_spouses_with_one_id_each_rolls_over_their_own_distribution() -> None:
    worked = work_out(books_of(("ann", 'spouse = "bob"'), ("bob", 'spouse = "ann"')), [2024])
    taxed = [worked.of(who, 2024).f1040.amount("5b") for who in ("ann", "bob")]  # type: ignore[union-attr]
    assert taxed == [Money(1_000_000), ZERO]
    assert worked.refused == ()


def test_a_rollover_of_the_spouses_distribution_is_refused_by_name() -> None:
    books = books_of(("ann", 'spouse = "bob"'), ("bob", 'spouse = "ann"'))
    without = tuple(
        e
        for e in books.entries
        if e.event.account != "acme-bob" or e.event.kind is not K.DISTRIBUTION
    )
    refused = work_out(replace(books, entries=without), [2024]).refused_of
    assert [fault.code for fault in refused["bob"]] == ["other_owner"]
    assert refused["ann"] == ()


def test_the_first_year_of_one_client_is_not_the_first_year_of_the_other() -> None:
    text = """
[scenario]
tax_years = [2024]
[[taxpayer]]
id = "old"
[[account]]
id = "old-ira"
owner = "old"
kind = "traditional_ira"
[[event]]
date = 2019-05-01
account = "old-ira"
kind = "contribution"
amount = 100
[[taxpayer]]
id = "new"
born = 1980-01-01
[[account]]
id = "new-ira"
owner = "new"
kind = "traditional_ira"
[[event]]
date = 2024-05-01
account = "new-ira"
kind = "contribution"
amount = 100
"""
    worked = work_out(scenario.parse(text.encode(), "two.toml").books, [2024])
    new = worked.of("new", 2024)
    assert new is not None
    said = [f.message for f in new.findings if f.code == "opening_basis_not_stated"]
    assert "--year 2023 --line14 0" in said[0]


# ---- who belongs together ------------------------------------------------------------------


def together(*people: Taxpayer) -> list[set[str]]:
    books = Books({one.id: one for one in people}, {}, ())
    return [set(household.taxpayers) for household in books.households]


def test_spouses_are_one_household_when_one_of_them_says_so() -> None:
    assert together(Taxpayer("a", "A", None, "b"), Taxpayer("b", "B")) == [{"a", "b"}]


def test_one_who_is_married_to_somebody_else_is_no_link() -> None:
    people = [
        Taxpayer("a", "A", None, "b"),
        Taxpayer("b", "B", None, "c"),
        Taxpayer("c", "C", None, "b"),
    ]
    assert together(*people) == [{"a"}, {"b", "c"}]


def test_two_clients_who_name_a_spouse_of_the_same_id_are_no_household() -> None:
    people = [Taxpayer("a", "A", None, "paul"), Taxpayer("b", "B", None, "paul")]
    assert together(*people, Taxpayer("paul", "Paul")) == [{"a"}, {"b"}, {"paul"}]


def test_a_transfer_in_divorce_links_both_persons() -> None:
    books = scenario.read(FIXTURES / "divorce-form-for-both.toml").books
    assert len(books.taxpayers) == 2
    assert len(books.households) == 1


def test_a_household_holds_no_fact_row_or_file_of_another() -> None:
    paths = [FIXTURES / "backdoor-clean.toml", FIXTURES / "spouses-separate.toml"]
    read = [s for path in paths if (s := read_story(path, f"{path.stem}~"))]
    crowd = crowd_of(read)
    file = EvidenceFile("story.toml", "0" * 64, "plain", "", "2025-01-01", 1)
    other = EvidenceFile("other.csv", "1" * 64, "plain", "backdoor-clean~ira", "2025-01-01", 1)
    rows = {entry.where: "row" for entry in crowd.entries} | {"other.csv:1": "row"}
    crowd = replace(crowd, files=(file, other), raw_rows=rows)
    first, second = crowd.households
    for mine, names in ((first, "backdoor-clean~"), (second, "spouses-separate~")):
        facts = (*mine.opening_basis, *mine.return_facts, *mine.documents, *mine.state_basis)
        people = {*mine.taxpayers, *(fact.taxpayer for fact in facts)}
        accounts = {*mine.accounts, *(e.event.account for e in mine.entries)}
        assert all(name.startswith(names) for name in people | accounts)
        assert set(mine.raw_rows) == {e.where for e in mine.entries}
    assert first.household_of("backdoor-clean~sam") is first
    assert (first.files, second.files) == ((file, other), (file,))


# ---- any two stories beside one another -----------------------------------------------------


@st.composite
def with_rollovers(draw: st.DrawFn) -> list[Event]:
    """Draw a story whose distributions have the ids d0, d1, …, some of them rolled over."""
    out: list[Event] = []
    for one in draw(stories()):
        if one.kind is not K.DISTRIBUTION:
            out.append(one)
            continue
        out.append(paid := replace(one, id=f"d{sum(bool(e.id) for e in out)}"))
        if draw(st.booleans()):
            back = Money(draw(st.integers(1, paid.money("amount").cents)))
            day = paid.day + timedelta(draw(st.integers(0, 70)))
            to = "roth" if paid.account == "roth" else "sep"
            out.append(Event("", day, paid.account, K.ROLLOVER_60DAY, back, to=to, of=paid.id))
    return [replace(e, where=f"story.toml:{n}", seq=n) for n, e in enumerate(out)]


def story_of(events: list[Event], mark: str) -> Story:
    opening = OpeningBasis("story:0", "rose", date(2022, 1, 1), ZERO, roth_ira_regular=ZERO)
    entries = book_all(events, ACCOUNTS)
    return Story(mark, Books({"rose": ROSE}, ACCOUNTS, entries, (opening,)), YEARS)


@settings(max_examples=40, deadline=None)
@given(with_rollovers(), with_rollovers(), st.randoms(use_true_random=False))
def test_two_stories_told_together_are_the_two_stories(
    one: list[Event], other: list[Event], random: Random
) -> None:
    pair = [story_of(one, "one~"), story_of(other, "other~")]
    rows, mixed = [deque(marked(story).entries) for story in pair], []
    while any(rows):
        mixed.append(random.choice([left for left in rows if left]).popleft())
    mixed.sort(key=lambda entry: entry.day)
    crowd = replace(crowd_of(pair), entries=tuple(mixed))
    for story in pair:
        assert told(story.in_crowd(crowd), story.mark) == told(story.alone())
