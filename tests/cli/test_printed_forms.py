"""Recording printed forms: by flags, at a prompt, from a file; corrected, withdrawn, exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import documents, facts
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


def test_the_same_form_again_is_recognized_and_another_is_asked_for(household: Basis) -> None:
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


def test_basis_above_all_limits_is_told_when_it_is_recorded_with_the_option_that_helps(
    household: Basis,
) -> None:
    words = ("record", "8606", "--taxpayer", "rose", "--year", "2024", "--line14", "300000")
    refused = household(*words)
    assert refused.exit_code == 2
    assert "--from-plans" in refused.output
    assert "8606" not in household("record", "list").output
    assert household(*words, "--from-plans", "250000").exit_code == 0


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


Typed = Callable[..., Result]


@pytest.fixture
def typed(household: Basis, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Return a runner of `basis record` on a terminal, with what is typed line by line."""
    assert household  # the ledger is there
    monkeypatch.setattr(documents, "at_terminal", lambda: True)
    monkeypatch.setattr(facts, "at_terminal", lambda: True)

    def run(form: str, *lines: str) -> Result:
        text = "".join(f"{line}\n" for line in lines)
        return CliRunner().invoke(main, ["--ledger", "ledger.db", "record", form], input=text)

    return run


PAPER = ("", "2025", "acme", "10200", "200", "", "", "10000", "G", "", "", "")


def test_a_terminal_is_asked_box_by_box_and_the_form_is_looked_over(
    typed: Typed, household: Basis
) -> None:
    """Box 1 is mistyped and asked again, Enter leaves a box blank, Enter at the end keeps it."""
    done = typed("1099r", *PAPER[:3], "10200.005", *PAPER[3:], "")
    assert done.exit_code == 0, done.output
    assert "'10200.005' is not an amount" in done.output
    shown = " ".join(done.output.partition("look it over")[2].split())
    assert "1 Gross distribution 10,200.00 2a Taxable amount 200.00 5 Employee" in shown
    assert listed(household)[0]["boxes"] == {
        "1": "10200.00",
        "2a": "200.00",
        "5": "10000.00",
        "7": "G",
    }


@pytest.mark.parametrize(
    ("place", "wrong", "said"),
    [
        (1, "25", "'25' is no tax year"),
        (1, "2199", "no form for 2199 was printed yet"),
        (2, "acmee", "did you mean 'acme'?"),
        (3, "-5", "is never negative"),
        (3, "0", "is never printed as 0"),
        (4, "20000", "box 2a (20,000.00) is more than box 1 (10,200.00)"),
        (8, "77", "codes that can stand together"),
        (8, "QQ", "codes that can stand together"),
        (9, "maybe", "is not yes or no"),
    ],
)
def test_a_box_is_asked_again_as_soon_as_it_cannot_be(
    typed: Typed, household: Basis, place: int, wrong: str, said: str
) -> None:
    done = typed("1099r", *PAPER[:place], wrong, *PAPER[place:], "")
    assert done.exit_code == 0, done.output
    assert said in " ".join(done.output.split())
    assert len(listed(household)) == 1


def test_a_form_is_kept_only_when_it_can_be_and_boxes_are_corrected_before(
    typed: Typed, household: Basis
) -> None:
    """Box 7 left blank: the form cannot be kept, the box is named and typed."""
    blank = (*PAPER[:8], "", *PAPER[9:])
    done = typed("1099r", *blank, "", "nosuch", "7", "G", "2a", "250", "")
    assert done.exit_code == 0, done.output
    assert "a Form 1099-R needs box 7" in done.output
    assert "boxes are who, year, payer, 1" in done.output
    assert listed(household)[0]["boxes"]["2a"] == "250.00"


def test_back_goes_one_box_up_and_a_dash_blanks_it(typed: Typed, household: Basis) -> None:
    lines = (*PAPER[:5], "back", "-", *PAPER[5:], "")
    assert typed("1099r", *lines).exit_code == 0
    assert "2a" not in listed(household)[0]["boxes"]


@pytest.mark.parametrize("lines", [("q",), PAPER[:4], (*PAPER, "q")])
def test_who_stops_has_recorded_nothing(
    typed: Typed, household: Basis, lines: tuple[str, ...]
) -> None:
    done = typed("1099r", *lines)
    assert done.exit_code == 130
    assert "stopped: nothing was kept" in done.stderr
    assert listed(household) == []


@pytest.mark.parametrize(("way", "numbers"), [("corrects", [2]), ("another", [1, 2])])
def test_a_form_that_differs_from_one_that_is_there_is_asked_about(
    typed: Typed, household: Basis, way: str, numbers: list[int]
) -> None:
    assert typed("1099r", *PAPER, "").exit_code == 0
    done = typed("1099r", *PAPER[:4], "0", *PAPER[5:], "", "nosuch", way)
    assert done.exit_code == 0, done.output
    assert "box 2a 200.00 there, 0.00 here" in " ".join(done.output.split())
    assert [form["number"] for form in listed(household)] == numbers


def test_box_12_of_a_w2_is_typed_as_it_is_printed(typed: Typed, household: Basis) -> None:
    """Four slots with a code and an amount each; a code twice is a mistake to correct."""
    lines = ("", "2025", "Acme", "90000", "d 23,500", "ZZ 5", "AA 0", "D 100", "", "", "x")
    done = typed("w2", *lines, "", "12b", "aa=100", "")
    assert done.exit_code == 0, done.output
    shown = " ".join(done.output.split())
    assert "Form W-2 has no box '12ZZ'" in shown
    assert "box 12AA of Form W-2 is never printed as 0" in shown
    assert "code D of box 12 is typed twice" in shown
    assert listed(household)[0]["boxes"] == {
        "1": "90000.00",
        "12D": "23500.00",
        "12AA": "100.00",
        "13": "yes",
    }


def test_a_filed_8606_and_a_return_are_typed_on_the_terminal(typed: Typed) -> None:
    done = typed("8606", "", "2024", "-1", "1500", "4000", "2012", "2020", "2020=15000/5000", "")
    assert done.exit_code == 0, done.output
    assert "cannot be negative" in done.output
    again = typed("return", "", "2025", "married", "single", "180000", "", "maybe", "yes", "", "")
    assert again.exit_code == 0, again.output
    assert "'married' is no filing status" in again.output
    with Ledger.open(Path("ledger.db")) as ledger:
        [opening], books = ledger.books().opening_basis, ledger.books()
    assert (str(opening.traditional_ira), opening.roth_ira_since) == ("1,500.00", 2012)
    assert str(opening.roth_ira_conversions[0].nontaxable) == "5,000.00"
    [said] = books.return_facts
    assert (said.filing_status, str(said.magi), said.covered_by_plan) == (
        "single",
        "180,000.00",
        True,
    )


def test_what_a_filed_8606_cannot_say_is_told_before_it_is_kept(typed: Typed) -> None:
    """Conversions of 2025 cannot be left from the form of 2024; they are corrected to 2020."""
    lines = ("", "2024", "0", "", "2012", "2025=5/0")
    done = typed("8606", *lines, "", "conversions", "2020=5/0", "")
    assert done.exit_code == 0, done.output
    assert "a Roth IRA conversion of 2025 cannot be left on 2025-01-01" in done.output
    empty = typed("8606", "", "2023", "", "", "", "", "", "q")
    assert empty.exit_code == 130
    assert "nothing to record" in empty.output


def test_the_example_of_a_file_can_be_recorded(household: Basis) -> None:
    for kind, name in (("csv", "forms.csv"), ("json", "forms.json")):
        Path(name).write_text(household("record", "template", "--as", kind).stdout, "utf-8")
        done = household("record", "1099r", "--from", name)
        assert done.exit_code == 0, done.output
    assert done.stderr.count("recorded already") == 2
    assert len(listed(household)) == 4  # those of the JSON file are known by then


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "f.csv",
            "Form,Year,Payr,1,7,Memo\n1099-R,2025,acme,5,G,x\n1099-R,2025,acme,6,77,\n",
            ["f.csv:1", "'Payr' is no box", "did you mean 'Payer'?", "'Memo'", "f.csv:3", "'77'"],
        ),
        (
            "f.csv",
            "Form,Year,Payer,1,7\n1099-R,2025,acme,1,200,G\n1099-R,2025,acme,x,G\n",
            ["f.csv:2", "6 cells under 5", "f.csv:3", "'x' is not an amount"],
        ),
        (
            "f.json",
            '[{"form": "1099-R", "yaer": 2025, "payer": "acme", "boxes": {"1": [5], "7": "G"}}, 7]',
            ["f.json:1", "did you mean 'year'?", "box 1 holds a list", "f.json:2: a form is no"],
        ),
        ("f.csv", "Form;Year;Payer;1;7\n1099-R;2025;acme;5;G\n", ["divided by semicolons"]),
        ("f.json", '{"form": "1099-R", "year": 25, "boxes": {"1": null}}', ["'25' is no tax year"]),
    ],
)
def test_all_faults_of_a_file_of_forms_come_at_once(
    household: Basis, name: str, content: str, said: list[str]
) -> None:
    Path(name).write_text(content, "utf-8")
    refused = household("record", "1099r", "--from", name)
    assert refused.exit_code == 2
    assert [words for words in said if words not in refused.stderr] == []
    assert listed(household) == []


def test_the_forms_of_several_people_come_from_one_file(household: Basis) -> None:
    """Nobody need be named beside the file; a row that names nobody is a fault then."""
    assert household("taxpayer", "add", "paul", "--name", "Paul Green").exit_code == 0
    added = ("account", "add", "pira", "--owner", "paul", "--kind", "traditional_ira")
    assert household(*added).exit_code == 0
    head = "Form,Taxpayer,Year,Payer,1,5\n"
    Path("f.csv").write_text(f"{head}5498,rose,2025,ira,7000,\n5498,paul,2025,pira,,50\n", "utf-8")
    done = household("record", "5498", "--from", "f.csv")
    assert done.exit_code == 0, done.output
    assert [(f["taxpayer"], f["payer"]) for f in listed(household)] == [
        ("rose", "ira"),
        ("paul", "pira"),
    ]
    Path("g.csv").write_text(f"{head}5498,,2024,ira,7000,\n5498,pual,2024,pira,,50\n", "utf-8")
    refused = household("record", "5498", "--from", "g.csv")
    assert "g.csv:2: no taxpayer" in refused.stderr
    Path("g.csv").write_text(f"{head}5498,pual,2024,pira,,50\n", "utf-8")
    assert "did you mean 'paul'?" in household("record", "5498", "--from", "g.csv").stderr


@pytest.mark.parametrize(
    ("code", "kept"), [("18", "81"), ("g4", "4G"), ("GB", "BG"), ("77", ""), ("71", ""), ("GG", "")]
)
def test_codes_of_box_7_are_those_that_one_form_may_show(
    household: Basis, code: str, kept: str
) -> None:
    """Of two digits only 8 with 1, 2 or 4 (Instructions for Forms 1099-R and 5498, box 7)."""
    form = ("record", "1099r", *ROSE, "--payer", "acme", "--box", "1=5")
    done = household(*form, "--box", f"7={code}")
    assert done.exit_code == (0 if kept else 2), done.output
    assert [f["boxes"]["7"] for f in listed(household)] == ([kept] if kept else [])


def test_what_an_earlier_form_carries_on_is_recorded_with_it(household: Basis) -> None:
    words = ("record", "8606", "--taxpayer", "rose", "--year", "2024", "--line14", "1500")
    more = ("--from-plans", "500", "--excess-roth", "100", "--hsa-funding-year", "2019")
    assert household(*words, *more).exit_code == 0
    with Ledger.open(Path("ledger.db")) as ledger:
        [opening] = ledger.books().opening_basis
    assert str(opening.traditional_ira_from_plans) == "500.00"
    assert (str(opening.excess_roth_ira), opening.hsa_funding_year) == ("100.00", 2019)


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
    for line in ("14=100", "1=7000", "14=100"):
        assert household(*words, line).exit_code == 0
    [form] = listed(household)
    assert form["boxes"] == {"14": "100.00", "1": "7000.00"}


def test_a_line_of_a_filed_form_changes_only_by_a_correction(household: Basis) -> None:
    """7,003.94 for 7,000 would carry another basis into every later year."""
    words = ("record", "8606", "--taxpayer", "rose", "--year", "2024", "--line14")
    assert household(*words, "7000").exit_code == 0
    refused = household(*words, "7003.94")
    assert refused.exit_code == 2, refused.output
    assert "line 14 7,000.00 there, 7,003.94 here — --corrects 1 if" in refused.stderr
    other = household(*words, "7003.94", "--corrects", "2")
    assert other.exit_code == 2, other.output
    assert "no. 2 is not the Form 8606 of rose for 2024, which is no. 1" in other.stderr
    assert listed(household)[0]["boxes"] == {"14": "7000.00"}
    done = household(*words, "7003.94", "--corrects", "1")
    assert done.exit_code == 0, done.output
    assert [form["boxes"] for form in listed(household)] == [{"14": "7003.94"}]


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
        (("--as-of", "2024-12-31", "--state", "XX"), "'XX' is no state"),
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


def test_two_forms_5498_of_one_ira_and_year_that_differ_are_told_and_a_corrected_one_counts(
    household: Basis,
) -> None:
    household("add", "contribution", "--account", "ira", "--date", "2025-01-03", "--amount", "7000")
    form = ("record", "5498", *ROSE, "--payer", "ira", "--box")
    assert household(*form, "5=7012.40").exit_code == 0
    assert household(*form, "5=8000", "--another").exit_code == 0
    refused = household("year-end", "2025")
    assert refused.exit_code == 2
    assert "Form 5498 of ira for 2025, no. 2: ira is stated with 8,000.00" in refused.stderr
    assert "come to 7,012.40 (Form 5498 of ira for 2025, no. 1)" in refused.stderr
    assert household("record", "withdraw", "2", "--why", "another person's").exit_code == 0
    assert household(*form, "5=7020.00", "--corrects", "1").exit_code == 0
    record = json.loads(household("year-end", "2025", "--json").stdout)
    assert record["traditional_ira"]["year_end_value"] == "7020.00"
