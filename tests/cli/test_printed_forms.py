"""Recording printed forms: by flags, at a prompt, from a file; corrected, withdrawn, exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import documents
from cli.main import main
from ledger import scenario
from ledger.store import Ledger

Basis = Callable[..., Result]
ROSE = ("--taxpayer", "rose", "--year", "2025")
RIGHT = ("--box", "1=10200", "--box", "2a=200", "--box", "5=10000", "--box", "7=G")


def listed(basis: Basis) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(basis("record", "list", "--json").stdout)["forms"]
    return found


def test_a_form_typed_by_flags_is_listed(household: Basis) -> None:
    done = household("record", "1099r", *ROSE, "--payer", "acme", *RIGHT, "--evidence", "folder 3")
    assert done.exit_code == 0, done.output
    assert "recorded Form 1099-R of acme for 2025 as no. 1" in done.stdout
    [form] = listed(household)
    assert form["boxes"] == {"1": "10200.00", "2a": "200.00", "5": "10000.00", "7": "G"}
    assert (form["payer"], form["evidence"], form["number"]) == ("acme", "folder 3", 1)
    assert "10,200.00" in household("record", "list").stdout


def test_each_kind_of_form_can_be_recorded(household: Basis) -> None:
    """One person in the ledger need not be named; an employer is the account's."""
    year = ("--year", "2025")
    for words in (
        ("5498", *year, "--payer", "ira", "--box", "1=7000", "--box", "5=7012.40"),
        ("w2", *year, "--employer", "acme", "--box", "12D=23500", "--box", "12AA=100"),
        ("8606", *ROSE, "--line14", "1500", "--line", "1=7000"),
    ):
        done = household("record", *words)
        assert done.exit_code == 0, done.output
    assert [(f["form"], f["payer"]) for f in listed(household)] == [
        ("5498", "ira"),
        ("W-2", "Acme"),
        ("8606", "IRS"),
    ]


def test_the_same_form_again_is_recognised_and_another_is_asked_for(household: Basis) -> None:
    form = ("record", "1099r", *ROSE, "--payer", "acme")
    assert household(*form, *RIGHT).exit_code == 0
    again = household(*form, *RIGHT)
    assert again.exit_code == 0
    assert "recorded already as no. 1" in again.stderr
    other = (*RIGHT[:3], "2a=0", *RIGHT[4:])
    refused = household(*form, *other)
    assert refused.exit_code == 2
    assert "box 2a 200.00 there, 0.00 here" in refused.stderr
    assert "--corrects 1" in refused.stderr
    assert len(listed(household)) == 1
    assert household(*form, *other, "--another").exit_code == 0
    assert len(listed(household)) == 2


def test_a_corrected_form_supersedes_and_the_old_row_stays(household: Basis) -> None:
    form = ("record", "1099r", *ROSE, "--payer", "acme")
    assert household(*form, "--box", "1=10200", "--box", "2a=0", "--box", "7=G").exit_code == 0
    assert household(*form, *RIGHT, "--corrects", "1").exit_code == 0
    assert [f["number"] for f in listed(household)] == [2]
    assert "no printed form of this number" in household(*form, *RIGHT, "--corrects", "1").stderr
    with Ledger.open(Path("ledger.db")) as ledger:
        assert ledger.verify() == []


def test_a_correction_is_of_the_same_person_year_and_kind(household: Basis) -> None:
    assert household("record", "1099r", *ROSE, "--payer", "acme", *RIGHT).exit_code == 0
    words = ("record", "5498", *ROSE, "--payer", "ira", "--box", "5=1", "--corrects", "1")
    refused = household(*words)
    assert refused.exit_code == 2
    assert "no. 1 is the Form 1099-R of acme for 2025" in refused.stderr


def test_a_form_is_withdrawn_by_a_row_of_its_own(household: Basis) -> None:
    assert household("record", "1099r", *ROSE, "--payer", "acme", *RIGHT).exit_code == 0
    assert household("record", "withdraw", "1", "--why", "of another person").exit_code == 0
    assert listed(household) == []
    assert household("record", "withdraw", "1", "--why", "again").exit_code == 2
    assert household("record", "1099r", *ROSE, "--payer", "acme", *RIGHT).exit_code == 0


def test_every_fault_of_the_flags_comes_at_once(household: Basis) -> None:
    boxes = ("--box", "1=1.005", "--box", "99=1", "--box", "7=Z", "--box", "5")
    refused = household("record", "1099r", *ROSE, "--payer", "acme", *boxes)
    assert refused.exit_code == 2
    assert refused.stderr.count("error:") == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--payer", "acmee", *RIGHT), "did you mean 'acme'?"),
        (
            ("--payer", "acme", "--box", "1=100", "--box", "5=200", "--box", "7=G"),
            "more than box 1",
        ),
        (
            ("--payer", "acme", "--box", "1=100", "--box", "2a=200", "--box", "7=G"),
            "more than box 1",
        ),
        (("--payer", "acme", "--box", "1=100", "--box", "1=200", "--box", "7=G"), "given twice"),
        (("--payer", "acme"), "needs box 1"),
        ((), "--payer is not given"),
    ],
)
def test_a_form_that_cannot_be_is_refused(household: Basis, words: Any, said: str) -> None:
    refused = household("record", "1099r", *ROSE, *words)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert listed(household) == []


def test_a_form_of_a_year_to_come_is_refused(household: Basis) -> None:
    words = ("record", "5498", "--year", "2199", "--payer", "ira", "--box", "5=1")
    assert "no form for 2199 was printed yet" in household(*words).stderr


CSV = """Form,Year,Payer,1,2a,5,7,12D
1099-R,2025,acme,"10,200.00",200,10000,G,
w2,2025,Acme,90000,,,,23500
5498,2025,ira,7000,,7012.40,,
"""


def test_forms_come_from_a_csv_file(household: Basis) -> None:
    Path("forms.csv").write_text(CSV, "utf-8")
    done = household("record", "1099r", "--from", "forms.csv")
    assert done.exit_code == 0, done.output
    assert [f["where"] for f in listed(household)] == ["forms.csv:2", "forms.csv:3", "forms.csv:4"]
    again = household("record", "1099r", "--from", "forms.csv")
    assert again.exit_code == 0
    assert again.stderr.count("nothing new") == 3


def test_forms_come_from_a_json_file_exactly_as_written(household: Basis) -> None:
    form = {"form": "1099-R", "year": 2025, "payer": "acme", "boxes": {"1": 100.1, "7": "G"}}
    Path("forms.json").write_text(json.dumps([form]), "utf-8")
    assert household("record", "1099r", "--from", "forms.json").exit_code == 0
    assert listed(household)[0]["boxes"] == {"1": "100.10", "7": "G"}


def test_every_fault_of_a_file_comes_at_once_and_nothing_is_stored(household: Basis) -> None:
    bad = (
        "Form,Year,Payer,1,7,12D\n1099-R,2025,acme,1.005,G,7\n1040,2025,x,1,,\n5498,25,ira,7000,,\n"
    )
    Path("forms.csv").write_text(bad, "utf-8")
    refused = household("record", "1099r", "--from", "forms.csv")
    assert refused.exit_code == 2
    for place, said in (
        ("forms.csv:2", "not an amount"),
        ("forms.csv:2", "no box '12D'"),
        ("forms.csv:3", "'1040' is no form"),
        ("forms.csv:4", "no tax year"),
    ):
        assert any(place in line and said in line for line in refused.stderr.splitlines()), said
    assert listed(household) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("f.csv", "Form,Year,Payer,1,1,7\n1099-R,2025,acme,5,6,G\n"),
        ("f.csv", "Form,Year,Payer,1,box 1,7\n1099-R,2025,acme,5,6,G\n"),
        ("f.csv", "Form,Year,Payer,Trustee,1,7\n1099-R,2025,acme,ira,5,G\n"),
        ("f.json", '{"year": 2025, "payer": "acme", "boxes": {"1": 5, "1": 6, "7": "G"}}'),
        ("f.json", '{"year": 2025, "payer": "acme", "boxes": {"1": 5, "box 1": 6, "7": "G"}}'),
        ("f.json", '{"year": 2025, "year": 2024, "payer": "acme", "boxes": {"1": 5, "7": "G"}}'),
    ],
)
def test_a_figure_that_stands_twice_in_a_file_is_refused(
    household: Basis, name: str, content: str
) -> None:
    """The second figure once took the place of the first without a word."""
    Path(name).write_text(content, "utf-8")
    refused = household("record", "1099r", "--from", name)
    assert refused.exit_code == 2
    assert "is given twice" in refused.stderr
    assert listed(household) == []


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--line14", "0", "--roth-since", "2027"),
        ("--line14", "0", "--roth-conversion", "2026=5/0"),
        ("--line14", "0", "--roth-conversion", "2020=5/0", "--roth-conversion", "2020=5/0"),
    ],
)
def test_a_filed_8606_that_cannot_be_is_refused(household: Basis, words: Any) -> None:
    refused = household("record", "8606", "--taxpayer", "rose", "--year", "2024", *words)
    assert refused.exit_code == 2, refused.output
    assert listed(household) == []


@pytest.mark.parametrize("content", ["{", "[1]", '[{"form": "5498"}]', "[]"])
def test_a_json_file_that_holds_no_forms_is_refused(household: Basis, content: str) -> None:
    Path("forms.json").write_text(content, "utf-8")
    assert household("record", "5498", "--from", "forms.json").exit_code == 2


def test_a_terminal_is_asked_box_by_box(household: Basis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Year and payer first; box 1 is mistyped and asked again; Enter leaves a box blank."""
    monkeypatch.setattr(documents, "at_terminal", lambda: True)
    typed = "2025\nacme\n10200.005\n10200\n200\n\n\n10000\nG\n\n\n\n"
    words = ["--ledger", "ledger.db", "record", "1099r"]
    done = CliRunner().invoke(main, words, input=typed)
    assert done.exit_code == 0, done.output
    assert "Gross distribution" in done.output
    assert listed(household)[0]["boxes"] == {
        "1": "10200.00",
        "2a": "200.00",
        "5": "10000.00",
        "7": "G",
    }


def test_what_was_recorded_goes_through_a_scenario_and_back(household: Basis) -> None:
    assert household("record", "1099r", *ROSE, "--payer", "acme", *RIGHT).exit_code == 0
    assert household("record", "w2", *ROSE, "--employer", "Acme", "--box", "13=x").exit_code == 0
    text = household("scenario", "export").stdout
    Path("out.toml").write_text(text, "utf-8")
    with Ledger.open(Path("ledger.db")) as ledger:
        kept = ledger.documents()
    read = scenario.parse(text.encode(), "out.toml").books.documents
    assert [(d.form, d.payer, dict(d.boxes)) for d in read] == [
        (d.form, d.payer, dict(d.boxes)) for d in kept
    ]
    assert "0 printed forms added" in household("scenario", "load", "out.toml").stdout


def test_a_filed_8606_says_what_is_left_in_roth_iras(household: Basis) -> None:
    """Line 22 = 9,000 before 2,000 were taken out (line 21): 7,000 are left."""
    lines = ("--line", "14=0", "--line", "21=2000", "--line", "22=9000", "--line", "24=15000")
    words = ("record", "8606", "--taxpayer", "rose", "--year", "2024", *lines)
    refused = household(*words)
    assert refused.exit_code == 2
    assert "line 24 leaves 15,000.00 of conversions" in refused.stderr
    Path("f8606.pdf").write_bytes(b"%PDF-1.7")
    layers = ("--roth-conversion", "2020=15000/0", "--roth-since", "2018", "--paper", "f8606.pdf")
    assert household(*words, *layers).exit_code == 0
    with Ledger.open(Path("ledger.db")) as ledger:
        [opening] = ledger.books().opening_basis
        [form] = ledger.documents()
    assert str(opening.roth_ira_regular) == "7,000.00"
    assert form.evidence.startswith("f8606.pdf sha256 ")
    assert str(form.amount("22")) == "9,000.00"


def test_lines_of_a_filed_form_add_to_those_recorded_before(household: Basis) -> None:
    words = ("record", "8606", "--taxpayer", "rose", "--year", "2024", "--line")
    for line in ("14=100", "1=7000", "14=200"):
        assert household(*words, line).exit_code == 0
    [form] = listed(household)
    assert form["boxes"] == {"14": "200.00", "1": "7000.00"}


def test_a_roth_line_without_the_line_it_needs_is_refused(household: Basis) -> None:
    words = ("record", "8606", "--taxpayer", "rose", "--year", "2024", "--line", "22=9000")
    refused = household(*words)
    assert refused.exit_code == 2
    assert "line 21" in refused.stderr


def test_the_table_of_a_tie_out_says_what_to_do(household: Basis) -> None:
    opened = (
        "--source",
        "after_tax",
        "--date",
        "2025-01-01",
        "--value",
        "10200",
        "--basis",
        "10000",
    )
    paid = ("--source", "after_tax", "--date", "2025-05-02", "--part", "roth1=10200")
    for words in (
        ("add", "opening", "--account", "acme", *opened),
        ("add", "distribution", "--account", "acme", *paid),
        (
            "record",
            "1099r",
            *ROSE,
            "--payer",
            "acme",
            *RIGHT[:2],
            "--box",
            "5=10000",
            "--box",
            "7=G",
        ),
    ):
        assert household(*words).exit_code == 0
    shown = household("tie-out", "2025")
    assert shown.exit_code == 1
    assert "ask for a corrected form with 200.00 in box 2a" in " ".join(shown.stdout.split())
    assert "Enter instead" in shown.stdout
    assert household("check", "2025").exit_code == 1
    found = json.loads(household("tie-out", "2025", "--json").stdout)
    assert found["records"][0]["enter_instead"][0]["boxes"]["2a"] == "200.00"
    assert "none is recorded" in household("tie-out", "2024").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "2199-01-01"), "nobody can know a basis"),
        (("--as-of", "1900-01-01"), "nobody can know a basis"),
        (("--as-of", "2024-12-31", "--account", "pira"), "belongs to paul, not to rose"),
    ],
)
def test_a_basis_of_a_state_that_cannot_be_is_refused(
    household: Basis, words: Any, said: str
) -> None:
    assert household("taxpayer", "add", "paul", "--name", "Paul Green").exit_code == 0
    added = household("account", "add", "pira", "--owner", "paul", "--kind", "traditional_ira")
    assert added.exit_code == 0
    state = ("--taxpayer", "rose", "--state", "NJ", "--basis", "5")
    refused = household("record", "state-basis", *state, *words)
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_what_stops_two_people_alike_is_said_once(household: Basis) -> None:
    assert household("taxpayer", "add", "paul", "--name", "Paul Green").exit_code == 0
    refused = household("packet", "2027", "--to", "out")
    assert refused.exit_code == 2
    assert refused.stderr.count("no figures of law are on file") == 1
