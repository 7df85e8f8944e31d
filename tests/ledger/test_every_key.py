"""Every key of a scenario file changes a figure, a check or a text, or is refused by its name.

A key that is read and changes nothing is a fault: who stated it believes that it counts. Each key
is tried in worked stories (the scenarios of ``fixtures``, and a few below for what none of them
has): it is taken out, set and changed until a record, a finding or a refusal differs.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from exports.document import document
from exports.table import show
from ledger import scenario
from ledger.chart import AccountKind, Source
from ledger.closing import work_out
from ledger.documents import BOXES, Holds
from ledger.errors import LedgerError
from ledger.events import FIELD_SPECS, RECORDED_KINDS, EventKind, Value
from ledger.scenario.spec import SPEC
from ledger.scenario.writer import _toml
from tests.ledger.key_stories import STORIES

FOLDER = Path(__file__).parents[2] / "fixtures" / "scenarios"
D = Decimal
OUT = object()  # instead of a value: the key is taken out
Story = dict[str, Any]
FEW = 4  # where paper tells it, or all that was tried is refused
MOST = 16  # tries of one key: the right story is among the first, or is named in FIRST


def read(text: str) -> Story:
    told = tomllib.loads(text, parse_float=Decimal)
    return {table: rows for table, rows in told.items() if table != "expect"}


def written(story: Story) -> str:
    """Write a story with a line for every key that there is: no place moves when one goes."""
    lines: list[str] = []
    for table, keys in SPEC.items():
        rows = story.get(table, [])
        for row in rows if isinstance(rows, list) else [rows]:
            lines.append(f"[[{table}]]" if isinstance(rows, list) else f"[{table}]")
            lines += [f"{key} = {_toml(row[key])}" if key in row else "" for key in keys]
    return "\n".join(lines)


@lru_cache
def stories() -> Mapping[str, Story]:
    """Return the stories that are read without a fault, those made for this test first."""
    told = {name: read(text) for name, text in STORIES.items()}
    for path in sorted(FOLDER.glob("*.toml")):
        text = path.read_text("utf-8")
        if "[expect_refusal]" not in text:
            told[path.stem] = read(text)
    return told


Outcome = tuple[bool, Sequence[str], Sequence[str]]  # read, what came of it, texts on paper


def outcome(story: Story, *, on_paper: bool = False) -> Outcome:
    try:
        told = scenario.parse(written(story).encode(), "story.toml")
    except LedgerError as refusal:
        return False, [f"{f.problem}; {f.remedy}" for f in refusal.faults], ()
    worked = work_out(told.books, told.tax_years)
    records = [json.dumps(record.as_json(), sort_keys=True) for record in worked.records]
    refused = [f"{f.code} {f.where} {f}" for one in worked.refused for f in one.faults]
    paper = [told.title, told.source]
    for record in worked.records if on_paper else ():
        household = told.books.household_of(record.taxpayer.id)
        packet = document(record, household)
        paper.append(packet.marks.of_person)
        for section in packet.sections:
            paper += section.paragraphs
            for table in section.all_tables:
                paper += [show(value) for row in table.rows for value in row]
    return True, [*records, *refused], paper if on_paper else ()


@lru_cache(maxsize=512)
def untouched(name: str, *, on_paper: bool = False) -> Outcome:
    return outcome(stories()[name], on_paper=on_paper)


Place = tuple[str, str, int]  # story, table, row


def rows_of(story: Story, table: str) -> list[dict[str, Any]]:
    rows = story.get(table, {} if table == "options" else [])
    return rows if isinstance(rows, list) else [rows]


def with_value(place: Place, key: str, value: object) -> Story:
    """Return a story with one key set, a part of one (``parts.pretax``) or one taken out."""
    name, table, index = place
    story = deepcopy(stories()[name])
    story.setdefault(table, {} if table == "options" else [])
    row, *further = rows_of(story, table)[index], *key.split(".")
    for inner in further[:-1]:
        row = row[inner][0] if isinstance(row[inner], list) else row[inner]
    if value is OUT:
        row.pop(further[-1], None)
    else:
        row[further[-1]] = value
    return story


def at(place: Place, key: str) -> Any:
    """Return what a story has for a key, None where it lacks it."""
    name, table, index = place
    found: Any = rows_of(stories()[name], table)[index]
    for inner in key.split("."):
        found = found[0] if isinstance(found, list) else found
        found = found.get(inner) if isinstance(found, dict) else None
    return found


# ---- what each key may be ----------------------------------------------------------------------


def of_people(story: Story) -> list[object]:
    return [*(row["id"] for row in story["taxpayer"]), "nobody"]


def of_accounts(story: Story) -> list[object]:
    return [*(row["id"] for row in story["account"]), "nowhere"]


def of_employers(story: Story, *amounts: int) -> list[object]:
    names = dict.fromkeys(row.get("employer", row["id"]) for row in story["account"])
    return [{name: D(amount)} for name in names for amount in amounts]


def near(found: object) -> list[object]:
    """Return other values of the kind of one that stands there."""
    if isinstance(found, bool):
        return [not found]
    if isinstance(found, date):
        return [date(found.year - 1, 1, 1), found + timedelta(40), date(found.year + 1, 1, 1)]
    if isinstance(found, Decimal | int):
        half = (D(found) / 2).quantize(D("0.01")) if isinstance(found, Decimal) else found - 1
        return [half, found + 1, found // 2, found * 9]
    return []


TEXTS: Mapping[str, Sequence[object]] = {
    "exception": ("01", "05", "09"),
    "reason": ("word", "death", "disability", "by value"),
    "id": ("zz",),
    "memo": ("remark",),
    "disaster": ("DR-1",),
    "postponed": ("DR-1",),
    "fund": ("500 Index", "Bond"),
    "name": ("Another Name",),
    "employer": ("Another Inc",),
    "institution": ("Another House",),
    "number": ("0990011",),
    "ssn_last4": ("4711",),
    "client_number": ("K-204",),
    "payer_tin": ("04-1234567",),
    "payer_address": ("1 Elm Street",),
    "decedent": ("Another Person",),
    "note": ("remark",),
    "evidence": ("in the drawer",),
    "title": ("Another title",),
    "source": ("Another source",),
    "state": ("PA",),
    "why": ("another reason",),
    "chain_head": ("ab" * 32,),
    "closed_at": ("2025-04-02T10:00:00Z",),
    "reopened_at": ("2025-06-02T10:00:00Z",),
    "ira_method": ("form", "worksheet_1_1"),
    "filing_status": ("single", "married_separate", "married_joint"),
    "nondeductible_first": ("made_in_year", "made_after_year"),
    "disaster_income": ("spread", "in_full"),
    "hsa_coverage": ("self_only", "family"),
}
FLAGS = ("separate_after_tax", "in_plan_conversion", "in_service_distribution", "after_tax")
FLAGS += ("whole_dollars", "covered_by_plan", "spouse_covered_by_plan", "catch_up")
YEARS = ("first_roth_year", "roth_ira_since", "last_form_8606", "hsa_funding_year")
DAYS = ("born", "simple_since", "simplified_method.started", "simplified_method.survivor_born")


def tables_of_values(story: Story) -> Mapping[str, list[object]]:
    """Return values of keys that name others of the story, or hold a table."""
    return {
        "taxpayer": of_people(story),
        "spouse": of_people(story),
        "owner": of_people(story),
        "account": of_accounts(story),
        "payer": of_accounts(story),
        "to": of_accounts(story),
        "origin": ["outside", "in_transit", *of_accounts(story)],
        "of": [row["id"] for row in story.get("event", ()) if "id" in row] + ["nothing"],
        "plan_compensation": of_employers(story, 1000),
        "social_security_wages": of_employers(story, 1000, 500_000),
        "service_catch_up": [
            {"account": name, "years_of_service": 20, "deferred_before": 0, "used_before": 0}
            for name in of_accounts(story)
        ],
        "roth_ira_conversions": [[{"year": 2016, "taxable": D(100), "nontaxable": D(50)}]],
        "simplified_method": [{"cost": D(31000), "payments": 310}],
        "tax_years": [[2023], [2024]],
        "line_10_places": [3, 5, "exact"],
        "kind": [*AccountKind, *RECORDED_KINDS],
        "form": [*BOXES],
        "parts": [[{"to": name, "amount": D(10)}] for name in [*of_accounts(story), "cash"]],
    }


def values_for(place: Place, key: str) -> Iterator[object]:
    """Go through values that a key may have in a story, as far as their kind tells."""
    name, table, index = place
    story, found = stories()[name], at(place, key)
    row, last = rows_of(story, table)[index], key.rpartition(".")[2]
    if found is not None:
        yield OUT
    listed = [*near(found), *TEXTS.get(last, ())]
    if key == "text":
        listed = [found.replace('"5000.00"', '"5001.00"')]
    elif table in {"event", "opening"} and key == "source":
        listed = [*Source]
    elif not (table == "scenario" and key == "source"):
        listed += tables_of_values(story).get(last, [])
    if found is None and not listed:
        listed = list(unset(key, row))
    yield from (value for value in listed if value != found)


def unset(key: str, row: Mapping[str, Any]) -> Iterator[object]:
    """Go through values of a key of which nothing stands in the story."""
    field = next((one for one in FIELD_SPECS.values() if one.key == key and "date" in row), None)
    if key in FLAGS:
        yield from (False, True)
    elif key in YEARS:
        yield from (2010, 2020)
    elif key in DAYS:
        yield from (date(1980, 1, 1), date(2024, 1, 1))
    elif field is not None and field.value is Value.YEAR:
        yield from (row["date"].year - 1, row["date"].year)
    elif field is not None and field.value is Value.COUNT:
        yield from (2, 3)
    else:
        yield from (D(10), D(1000), D(-10), D(100_000))


# ---- trying a key ------------------------------------------------------------------------------

# keys that are a name, a remark or the words of a line: they stand on paper, no figure needs them
ON_PAPER = {"last_form_8606", "memo", "note", "evidence", "title", "employer"}
ON_PAPER |= {"ssn_last4", "client_number", "payer_tin", "payer_address"}
# units of an IRA, which is valued as a whole, and of a loan that left its fund when it was lent:
# they stand in the register of the year
IN_REGISTER = {"fund", "units", "price"}
# where a story that shows what the key does is not found among the first
FIRST: Mapping[tuple[str, str], str] = {
    ("rollover_60day traditional", "pretax"): "sixty-days-across-new-year",
    ("contribution plan", "origin"): "sent to a plan",
    ("contribution traditional", "origin"): "sent",
    ("contribution traditional", "postponed"): "contribution-postponed-by-disaster",
    ("contribution Roth", "origin"): "sent to a Roth IRA",
    ("contribution Roth", "postponed"): "postponed",
    ("account plan", "catch_up"): "odd-rows-are-told",
    **{
        (f"{kind} {where}", "origin"): f"{kind} into {name}"
        for kind in ("rollover_in", "transfer_in")
        for where, name in (("plan", "k"), ("traditional", "ira"), ("Roth", "roth"))
    },
    ("transfer_in inherited", "origin"): "transfer_in into inh",
    ("rollover_in inherited", "origin"): "rollover_in into inh",
    ("distribution Roth", "to"): "late Roth",
    **{
        (f"account {kind}", key): story
        for key in ("payer_tin", "payer_address")
        for kind, story in (
            ("plan", "mega-backdoor-year"),
            ("traditional", "backdoor-clean"),
            ("Roth", "roth-recapture"),
            ("inherited", "inherited-form-of-its-own"),
        )
    },
    ("opening", "date"): "late Roth",
    ("account plan", "after_tax"): "units",
    ("account plan", "separate_after_tax"): "plan-cash-separate",
    ("opening_basis own", "hsa_funding_year"): "hsa-funding",
    ("opening_basis own", "deducted_after_70_half"): "qcd-after-deductions",
    ("opening_basis own", "last_form_8606"): "rose-green-form",
    ("opening_basis of a decedent", "as_of"): "inherited-form-of-its-own",
    ("opening_basis of a decedent", "roth_ira_regular"): "inherited-roth-before-five-years",
    ("opening_basis of a decedent", "roth_ira_since"): "inherited-roth-before-five-years",
    ("year", "taxpayer"): "deduction-spouse-covered",
    ("year", "ira_method"): "methods-beside-each-other",
    ("year", "compensation"): "deduction-bounded-by-pay",
    ("year", "service_catch_up.account"): "limit-403b-fifteen-years",
    ("year", "service_catch_up.years_of_service"): "limit-403b-fifteen-years",
    ("year", "service_catch_up.deferred_before"): "limit-403b-fifteen-years",
    ("year", "service_catch_up.used_before"): "limit-403b-fifteen-years",
}


def fault_of(group: str, key: str, places: Iterable[Place]) -> str:
    """Return why a key is a fault: "" where it changes something or is refused by its name."""
    first = FIRST.get((group, key), "")
    ordered = sorted(
        places, key=lambda place: (place[0] != first, at(place, key) is None, size_of(place[0]))
    )
    accepted: list[tuple[Place, object]] = []
    refused: list[str] = []
    most, each = (FEW, 1) if may_be_on_paper(group, key) else (MOST, MOST)
    for place, value in islice(tries(ordered, key, each), most):
        is_read, told, _ = outcome(with_value(place, key, value))
        before = untouched(place[0])[1]
        # that some values cannot be does not show that the others count
        stops = value is not OUT and is_refused(told) and not is_refused(before)
        if is_read and told != before and not stops:
            return ""
        if is_read and not stops and value is not OUT:
            accepted.append((place, value))
        elif is_read or (value is not OUT and any(names(text, key, value) for text in told)):
            refused += told
        if not accepted and len(refused) >= FEW:
            return ""
    if not accepted:
        return "" if refused else f"{group} {key}: no story shows what it does"
    if may_be_on_paper(group, key) and any(is_on_paper(key, *one) for one in accepted):
        return ""
    place, value = accepted[0]
    return f"{group} {key}: {value!r} changes nothing in {place}"


def is_refused(told: Sequence[str]) -> bool:
    """Tell whether a year of a story is refused: its records are JSON, a refusal is words."""
    return any(not text.startswith("{") for text in told)


def is_on_paper(key: str, place: Place, value: object) -> bool:
    paper = outcome(with_value(place, key, value), on_paper=True)[2]
    return paper != untouched(place[0], on_paper=True)[2]


@lru_cache
def size_of(name: str) -> int:
    """Return how many rows a story has: small ones are worked out sooner."""
    return sum(len(rows_of(stories()[name], table)) for table in stories()[name])


def tries(places: Iterable[Place], key: str, each: int) -> Iterator[tuple[Place, object]]:
    """Go through what may be tried, up to so many values in each story."""
    for place in places:
        yield from ((place, value) for value in islice(values_for(place, key), each))


def names(refusal: str, key: str, value: object) -> bool:
    """Tell whether a refusal names the key or, of what names another row, the value."""
    last = key.rpartition(".")[2]
    said = set(re.sub("[^a-z0-9_]", " ", refusal).split())
    return not {last, f"{last}s", str(value)}.isdisjoint(said)


def may_be_on_paper(group: str, key: str) -> bool:
    of_plan = " plan" in group and not group.startswith(("loan_offset", "deemed_distribution"))
    told = key in ON_PAPER or (group, key) == ("scenario", "source")
    return told or (key in IN_REGISTER and not of_plan)


# ---- events ------------------------------------------------------------------------------------


def class_of(kind: str) -> str:
    if AccountKind(kind).is_plan:
        return "plan"
    if AccountKind(kind).is_inherited:
        return "inherited"
    return "Roth" if AccountKind(kind).is_roth_ira else "traditional"


@lru_cache
def places_of_events() -> Mapping[tuple[EventKind, str], list[Place]]:
    found: dict[tuple[EventKind, str], list[Place]] = defaultdict(list)
    for name, story in stories().items():
        kinds = {row["id"]: class_of(row["kind"]) for row in story["account"]}
        for table in ("opening", "event"):
            for index, row in enumerate(rows_of(story, table)):
                kind = EventKind(row.get("kind", EventKind.OPENING))
                found[kind, kinds[row["account"]]].append((name, table, index))
    return found


WHERE = ("plan", "traditional", "Roth", "inherited")


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("kind", RECORDED_KINDS)
def test_every_key_of_a_kind_of_event_counts(kind: EventKind, where: str) -> None:
    places = places_of_events().get((kind, where), [])
    keys = sorted({FIELD_SPECS[name].key for name in kind.spec.fields} | {"memo"})
    faults = [fault_of(f"{kind} {where}", key, places) for key in keys if places]
    assert "\n".join(filter(None, faults)) == ""


def test_a_kind_that_no_story_has_somewhere_is_refused_there() -> None:
    accounts = {"plan": "401k", "traditional": "traditional_ira", "Roth": "roth_ira"}
    accounts |= {"inherited": "inherited_traditional_ira"}
    told = read(STORIES["units"])
    told["account"] = [{"id": k, "owner": "rose", "kind": v} for k, v in accounts.items()]
    told["account"] += [{**row, "id": f"{row['id']}2"} for row in told["account"]]
    taken = list[tuple[EventKind, str]]()
    for kind, where in ((kind, where) for kind in RECORDED_KINDS for where in WHERE):
        if (kind, where) in places_of_events():
            continue
        row = {"date": date(2024, 3, 1), "account": where, "kind": kind.value, "amount": D(10)}
        ways = [{}, *({"to": one["id"]} for one in told["account"])]
        events = [row | way for way in ways if not way or "to" in kind.spec.fields]
        for event in events:
            is_read, came, _ = outcome({**told, "opening": [], "event": [event]})
            if is_read and not is_refused(came):
                taken.append((kind, where))
    assert taken == []


def test_the_account_of_a_rollover_is_the_one_that_paid_or_received() -> None:
    late = ("late", "event", 1)
    for account in ("ira", "ira2"):
        assert not is_refused(outcome(with_value(late, "account", account))[1])
    story = with_value(late, "account", "ira3")
    story["account"].append({"id": "ira3", "owner": "rose", "kind": "traditional_ira"})
    (refusal,) = (text for text in outcome(story)[1] if not text.startswith("{"))
    assert "the 'account' ira3 is neither" in refusal


@pytest.mark.parametrize("table", ["event", "opening"])
def test_day_account_and_kind_of_an_event_count(table: str) -> None:
    places = [place for listed in places_of_events().values() for place in listed]
    mine = [place for place in places if place[1] == table]
    keys = ("date", "account", "kind", "id") if table == "event" else ("date", "account")
    faults = [fault_of(table, key, mine) for key in keys]
    assert "\n".join(filter(None, faults)) == ""


# ---- persons, accounts, years, printed forms ---------------------------------------------------


def group_of(table: str, row: Mapping[str, Any]) -> str:
    """Return what a row is about, where the same key may count for one and not for another."""
    if table == "account":
        return f"account {class_of(row['kind'])}"
    if table == "opening_basis":
        return f"opening_basis {'of a decedent' if 'decedent' in row else 'own'}"
    return f"tax_document {row['form']}" if table == "tax_document" else table


@lru_cache
def places_of_facts() -> Mapping[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for name, story in stories().items():
        for table in SPEC.keys() - {"event", "opening", "expect", "expect_refusal"}:
            for index, row in enumerate(rows_of(story, table)):
                found[group_of(table, row)].append((name, table, index))
    return found


# the parts of keys that hold a table
PARTS: Mapping[str, Sequence[str]] = {
    "simplified_method": ("cost", "payments", "started", "survivor_born", "recovered"),
    "roth_ira_conversions": ("year", "taxable", "nontaxable"),
    "service_catch_up": ("account", "years_of_service", "deferred_before", "used_before"),
}
# boxes below; by number and institution an import and TXF know who keeps an account
TRIED_ELSEWHERE = {"boxes", "number", "institution"}
GROUPS = sorted(places_of_facts())


@pytest.mark.parametrize("group", GROUPS)
def test_every_key_of_a_fact_counts(group: str) -> None:
    table, faults = group.partition(" ")[0], list[str]()
    for key in SPEC[table].keys() - TRIED_ELSEWHERE:
        faults.append(fault_of(group, key, places_of_facts()[group]))
        if key in PARTS and not faults[-1]:
            have = [place for place in places_of_facts()[group] if at(place, key) is not None]
            faults += [fault_of(group, f"{key}.{part}", have) for part in PARTS[key] if have]
    assert "\n".join(filter(None, faults)) == ""


BOX_VALUES: Mapping[Holds, Sequence[object]] = {
    Holds.AMOUNT: (D(5),),
    Holds.RATIO: ("0.500",),
    Holds.MARK: (True, False),
    Holds.CODES: ("G", "7", "1"),
    Holds.YEAR: ("2015",),
    Holds.NOTES: ("not determined", "total distribution"),
    Holds.TEXT: ("note",),
}


@pytest.mark.parametrize("form", BOXES)
def test_every_box_of_a_printed_form_is_compared_or_told(form: str) -> None:
    (place,) = (one for one in places_of_facts()[f"tax_document {form}"] if one[0] == "documents")
    before, silent = untouched(place[0], on_paper=True), list[str]()
    for box, spec in BOXES[form].items():
        boxes = at(place, "boxes")
        values = [value for value in BOX_VALUES[spec.holds] if value != boxes.get(box)]
        told = [with_value(place, "boxes", {**boxes, box: value}) for value in values]
        if any(outcome(story)[1] != before[1] for story in told):
            continue
        if not any(outcome(story, on_paper=True) != before for story in told):
            silent.append(box)
    assert silent == []
