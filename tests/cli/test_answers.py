"""Rose's year, from a scenario loaded into the ledger to every answer the commands give."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from cli import record_view
from cli.main import main
from ledger import scenario
from ledger.closing import work_out
from ledger.year_end import Finding

Basis = Callable[..., Result]

# 7,000.00 goes into a traditional IRA, earns 3.11 and is converted whole: 3.11 is taxable.
# Of 2,008.00 after-tax money converted in the plan, 2,000.00 was taxed already.
STORY = """\
[scenario]
title = "Rose Green"
tax_years = [2025]

[[taxpayer]]
id = "rose"
name = "Rose [bold]Green"
born = 1970-05-01

[[account]]
id = "acme"
owner = "rose"
kind = "401k"

[[account]]
id = "ira"
owner = "rose"
kind = "traditional_ira"

[[account]]
id = "roth1"
owner = "rose"
kind = "roth_ira"

[[opening_basis]]
taxpayer = "rose"
as_of = 2025-01-01
traditional_ira = 0

[[event]]
date = 2025-01-03
account = "ira"
kind = "contribution"
amount = 7000

[[event]]
date = 2025-01-31
account = "ira"
kind = "earnings"
amount = 3.11

[[event]]
date = 2025-02-03
account = "ira"
kind = "conversion"
to = "roth1"
amount = 7003.11

[[event]]
date = 2025-03-31
account = "acme"
kind = "contribution"
source = "after_tax"
amount = 2000
memo = "pay of \\u001b[31mMarch"

[[event]]
date = 2025-04-30
account = "acme"
kind = "earnings"
source = "after_tax"
amount = 8

[[event]]
date = 2025-05-05
account = "acme"
kind = "in_plan_conversion"
source = "after_tax"
amount = 2008

[[expect]]
taxpayer = "rose"
year = 2025
at = "forms.8606.lines.18"
is = "3.11"
"""


REPAID = """
[scenario]
title = "paid back"
tax_years = [2025]

[[taxpayer]]
id = "rose"
name = "Rose Green"
born = 1970-05-01

[[account]]
id = "ira"
owner = "rose"
kind = "traditional_ira"

[[account]]
id = "roth1"
owner = "rose"
kind = "roth_ira"

[[opening]]
date = 2025-01-01
account = "ira"
value = 10000

[[event]]
id = "d1"
date = 2025-02-03
account = "ira"
kind = "distribution"
amount = 1000
reason = "birth"

[[event]]
date = 2025-06-02
account = "ira"
kind = "repayment"
amount = 400
of = "d1"

[[event]]
date = 2025-06-03
account = "roth1"
kind = "rollover_529"
amount = 300
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("story")
    ledger, story = str(folder / "ledger.db"), folder / "story.toml"
    story.write_text(STORY, "utf-8")
    for words in (["init"], ["scenario", "load", str(story)]):
        done = CliRunner().invoke(main, ["--ledger", ledger, *words])
        assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def rose(basis: Basis, made: Path) -> Basis:
    """Return a runner whose ledger holds the story."""
    for path in made.iterdir():
        shutil.copy(path, path.name)
    return basis


def _line(shown: str, start: str) -> str:
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    found = [line for line in lines if line.startswith(start)]
    assert found, f"no line '{start}' in:\n{shown}"
    return found[0]


def test_options_of_a_scenario_that_a_ledger_does_not_keep_are_told(rose: Basis) -> None:
    text = Path("story.toml").read_text()
    assert "[options]" not in rose("scenario", "load", "story.toml").stderr
    Path("other.toml").write_text(f"[options]\nwhole_dollars = true\n{text}")
    told = rose("scenario", "load", "other.toml").stderr
    assert "[options] of other.toml (whole_dollars) hold for basis scenario run" in told


def test_a_scenario_is_loaded_only_once(rose: Basis) -> None:
    head = json.loads(rose("verify", "--json").stdout)["head"]
    again = rose("scenario", "load", "story.toml")
    assert "no new events" in again.stdout
    assert json.loads(rose("verify", "--json").stdout)["head"] == head


def test_a_scenario_that_differs_from_the_ledger_books_nothing(rose: Basis) -> None:
    text = STORY.replace('kind = "roth_ira"', 'kind = "roth_ira"\ninstitution = "Schwab"')
    Path("other.toml").write_text(text, "utf-8")
    head = json.loads(rose("verify", "--json").stdout)["head"]
    refused = rose("scenario", "load", "other.toml")
    assert refused.exit_code == 2
    assert "account roth1" in refused.stderr
    assert json.loads(rose("verify", "--json").stdout)["head"] == head


def test_what_is_loaded_is_known_to_an_import_of_its_csv(rose: Basis) -> None:
    assert rose("export", "csv", "2025", "--to", "entries.csv").exit_code == 0
    again = json.loads(rose("import", "entries.csv", "--json").stdout)
    assert again["files"][0]["rows"]["new"] == 0
    assert again["files"][0]["rows"]["known"] == 6


def test_money_put_back_is_known_to_an_import_of_its_csv(household: Basis) -> None:
    Path("story.toml").write_text(REPAID, "utf-8")
    loaded = household("scenario", "load", "story.toml")
    assert loaded.exit_code == 0, loaded.output
    assert household("export", "csv", "2025", "--to", "entries.csv").exit_code == 0
    again = household("import", "entries.csv", "--as", "plain", "--yes")
    assert "nothing new" in again.output, again.output


def test_balances_show_value_and_basis(rose: Basis) -> None:
    shown = rose("balances").stdout
    assert _line(shown, "rose acme") == "rose acme in-plan Roth conversion 2,008.00 2,008.00 0.00"
    before = json.loads(rose("balances", "--on", "2025-04-30", "--json").stdout)
    plan = [row for row in before["balances"] if row["account"] == "acme"]
    assert plan == [
        {
            "owner": "rose",
            "account": "acme",
            "source": "after_tax",
            "value": "2008.00",
            "basis": "2000.00",
        }
    ]
    sources = rose("balances", "--by", "source").stdout
    assert _line(sources, "rose in-plan").endswith("2,008.00 2,008.00 0.00")


def test_balances_stop_where_the_books_are_refused(rose: Basis) -> None:
    rose(
        *("add", "in_plan_conversion", "--account", "acme", "--source", "after_tax"),
        *("--date", "2025-06-02", "--amount", "500"),
    )
    done = rose("balances")
    assert done.exit_code == 2
    assert "acme:after_tax" in done.stderr
    after_tax, roth = _line(done.stdout, "rose acme after"), _line(done.stdout, "rose acme in-plan")
    assert after_tax == "rose acme after-tax not known 2025-06-02"
    assert roth.endswith("2,008.00 2,008.00 0.00 2025-06-01")  # of the day before, and no more


def test_the_register_shows_what_the_law_derives(rose: Basis) -> None:
    entries = json.loads(rose("register", "acme", "--json").stdout)["entries"]
    derived = entries[-1]["derived"][0]
    assert {"pool": "acme:after_tax", "value": "0.00", "basis": "-2000.00"} in derived["postings"]
    shown = rose("register", "acme").stdout
    assert "basis moved by" in shown
    # the words of the balances, where people read; the codes of the contract in JSON
    assert "in-plan Roth" in shown
    assert not {"in_plan_roth", "after_tax"} & set(shown.split())


def test_the_year_end_record_is_the_one_of_the_scenario(rose: Basis) -> None:
    record = json.loads(rose("year-end", "2025", "--json").stdout)
    assert record["schema"] == "basis/year-end/1"
    run = json.loads(rose("scenario", "run", "story.toml", "--json").stdout)
    assert run["schema"] == "basis/scenario-run/1"
    assert run["refused"] == []
    assert run["records"] == [record]


def test_a_year_is_readable_in_eighty_columns(rose: Basis) -> None:
    done = rose("year-end", "2025")
    assert done.exit_code == 0
    assert _line(done.stdout, "18 Taxable") == "18 Taxable amount of the conversion 3.11"
    assert "Rose [bold]Green" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "\x1b" not in done.stdout


def test_why_walks_from_the_line_to_the_row(rose: Basis) -> None:
    shown = re.sub(r"[│├└─ \n]+", " ", rose("why", "2025", "8606:18").stdout)
    for words in (
        "line 18: 3.11",
        "= line 16 minus line 17",
        "line 10: 0.999556",
        "entry: 2025-02-03 conversion 7,003.11, ira → roth1",
    ):
        assert words in shown
    found = json.loads(rose("why", "2025", "8606:18", "--json").stdout)
    assert found["amount"] == "3.11"
    assert [line["line"] for line in found["reads"]] == ["16", "17"]
    row = found["reads"][0]["reads"][0]["rows"][0]
    assert row["where"].startswith("story.toml:")
    assert row["entries"][0]["amount"] == "7003.11"
    assert "7003.11" in row["row"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("8606:99", "line 99 is blank"),
        ("9999:1", "no form '9999'"),
        ("x", "the form is missing, and no form of the year fills a line x"),
        ("4b", "the form is missing — write FORM:LINE; a line 4b is in: 1040:4b\n"),
    ],
)
def test_why_names_what_can_be_asked(rose: Basis, line: str, said: str) -> None:
    done = rose("why", "2025", line)
    assert done.exit_code == 2
    assert said in done.stderr


def test_check_of_a_refused_year_does_not_say_that_nothing_was_found(rose: Basis) -> None:
    done = rose("check", "1990", "--taxpayer", "rose")
    assert done.exit_code == 2
    assert "no figures of law" in done.stderr
    assert done.stdout == ""


def test_check_exits_one_only_for_what_must_be_read(rose: Basis) -> None:
    assert "--date 2025-12-31 --value" in rose("check", "2025").stdout
    rose("add", "balance", "--account", "ira", "--date", "2025-12-31", "--value", "0")
    done = rose("check", "2025")
    assert done.exit_code == 0, done.stdout
    rose("account", "set", "acme", "--no-in-plan-conversion")
    done = rose("check")
    assert done.exit_code == 1
    assert "warning" in done.stdout
    found = json.loads(rose("check", "2025", "--json").stdout)["findings"]
    assert "plan_does_not_allow" in {finding["code"] for finding in found}


def test_findings_stand_under_each_other_and_their_commands_stay_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At 80 columns words start in column 10; a command that ends a finding is a line to copy."""
    monkeypatch.setenv("COLUMNS", "80")
    record_view.print_findings(
        [
            Finding(
                "warning",
                "opening_basis_not_stated",
                f"{'words ' * 20}if that is right, say so: basis record 8606 --taxpayer rose "
                "--year 2024 --roth-regular … --roth-since … --line14 0",
                "Form 8606, line 2",
                "ira",
            )
        ]
    )
    *words, command, about = capsys.readouterr().out.splitlines()
    assert words[0].startswith("warning  words")
    assert all(line.startswith(" " * 9) and len(line) <= 80 for line in words[1:])
    assert command.strip().startswith("basis record 8606")
    assert command.strip().endswith("--line14 0")
    assert about == "         [Form 8606, line 2 · ira]"


def test_room_counts_conversions_as_no_addition(rose: Basis) -> None:
    limits = json.loads(rose("room", "2025", "--json").stdout)["limits"]["rose"]
    assert limits["415c"][0]["used"] == "2000.00"
    assert "Annual additions, acme" in rose("room", "2025").stdout


def test_room_of_a_year_without_rows_says_the_limits_and_that_the_rest_is_not_known(
    rose: Basis,
) -> None:
    """The story is of 2025: of 2024 the books know 23,000 and 69,000 (Notice 2023-75), no more."""
    shown = rose("room", "2024").stdout
    deferred = _line(shown, "Elective deferrals, 402(g)")
    assert deferred == "Elective deferrals, 402(g) 23,000.00 not known not known not known"
    assert _line(shown, "acme: the books have no row of 2024: what went in is not known")
    limits = json.loads(rose("room", "2024", "--json").stdout)["limits"]["rose"]
    assert (limits["415c"][0]["limit"], limits["415c"][0]["used"]) == ("69000.00", None)


def test_a_year_without_figures_is_refused(rose: Basis) -> None:
    done = rose("room", "2050")
    assert done.exit_code == 2
    assert "2050" in done.stderr


def test_why_shows_what_was_entered_inside_a_formula(rose: Basis) -> None:
    rose("record", "8606", "--taxpayer", "rose", "--year", "2024", "--line14", "0")
    found = json.loads(rose("why", "2025", "1040:4b", "--json").stdout)
    assert [line["line"] for line in found["reads"]]
    assert found["entered"] == []


def test_spouses_file_one_joint_return_or_none(rose: Basis) -> None:
    rose("taxpayer", "add", "paul", "--name", "Paul", "--born", "1971-01-01", "--spouse", "rose")
    facts = ("record", "return", "--year", "2025", "--filing-status")
    rose(*facts, "married_joint", "--magi", "240000", "--taxpayer", "rose")

    def checked() -> str:
        return rose("check", "2025", "--taxpayer", "paul", "--json").stdout

    assert "filing_status_differs" not in checked()
    rose(*facts, "married_separate", "--taxpayer", "paul")
    assert "filing_status_differs" in checked()
    assert "--taxpayer paul --year 2025 --filing-status married_joint" in checked()
    rose(*facts, "married_joint", "--taxpayer", "paul")
    assert "filing_status_differs" not in checked()


def test_the_income_of_a_joint_return_is_told_once(rose: Basis) -> None:
    rose("taxpayer", "add", "paul", "--name", "Paul", "--born", "1971-01-01", "--spouse", "rose")
    rose("account", "add", "pauls", "--owner", "paul", "--kind", "roth_ira")
    put_in = ("add", "contribution", "--account", "pauls", "--date", "2025-02-03")
    rose(*put_in, "--amount", "7000", "--year", "2025")
    rose("record", "return", "--year", "2025", "--taxpayer", "paul", "--compensation", "90000")
    facts = ("record", "return", "--year", "2025", "--filing-status", "married_joint")
    rose(*facts, "--magi", "260000", "--taxpayer", "rose")
    told = json.loads(rose("year-end", "2025", "--taxpayer", "paul", "--json").stdout)
    assert told["forms"]["5329"]["lines"]["23"] == "7000.00"
    rose("record", "return", "--year", "2025", "--taxpayer", "paul", "--magi", "260000")
    assert "joint_income_differs" not in rose("check", "2025", "--json").stdout
    rose("record", "return", "--year", "2025", "--taxpayer", "paul", "--magi", "260001")
    assert "joint_income_differs" in rose("check", "2025", "--json").stdout


def test_two_taxpayers_must_be_told_apart(rose: Basis) -> None:
    rose("taxpayer", "add", "paul", "--name", "Paul Green", "--born", "1971-01-01")
    assert "--taxpayer" in rose("why", "2025", "8606:18").stderr
    assert rose("why", "2025", "8606:18", "--taxpayer", "rose").exit_code == 0
    both = json.loads(rose("year-end", "2025", "--json").stdout)
    assert [record["taxpayer"] for record in both["records"]] == ["paul", "rose"]
    wrong = rose("year-end", "2025", "--taxpayer", "pawl")
    assert "did you mean 'paul'?" in wrong.stderr


def test_a_packet_is_written_once(rose: Basis) -> None:
    done = rose("packet", "2025", "--to", "out")
    assert done.exit_code == 0, done.output
    written = sorted(Path("out").iterdir())
    assert [path.name for path in written] == ["rose-2025.pdf", "rose-2025.xlsx"]
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    refused = rose("packet", "2025", "--to", "out")
    assert refused.exit_code == 2
    assert refused.stderr.count("--force") == 2
    assert rose("packet", "2025", "--to", "out", "--force").exit_code == 0


def test_exports_write_one_file_each(rose: Basis) -> None:
    for form in ("pdf", "xlsx", "json"):
        assert rose("export", form, "2025", "--to", f"rose.{form}").exit_code == 0
    record = json.loads(Path("rose.json").read_text("utf-8"))
    assert record["forms"]["8606"]["lines"]["18"] == "3.11"
    assert Path("rose.pdf").read_bytes().startswith(b"%PDF")
    load_workbook("rose.xlsx").close()
    assert rose("export", "pdf", "--to", "x.pdf").exit_code == 2
    onto_itself = rose("export", "json", "2025", "--to", "ledger.db", "--force")
    assert onto_itself.exit_code == 2
    assert "the ledger itself" in onto_itself.stderr


def test_a_damaged_ledger_gives_no_packet(rose: Basis) -> None:
    content = Path("ledger.db").read_bytes()
    Path("ledger.db").write_bytes(content.replace(b"Rose [bold]", b"Ruth [bold]"))
    done = rose("packet", "2025", "--to", "out")
    assert done.exit_code == 4
    assert not Path("out").exists()


def test_an_exported_scenario_gives_the_same_figures(rose: Basis) -> None:
    assert rose("scenario", "export", "--to", "again.toml").exit_code == 0
    assert rose("scenario", "export", "--to", "again.toml").exit_code == 2
    Path("printed.toml").write_text(rose("scenario", "export").stdout, "utf-8")
    assert Path("printed.toml").read_bytes() == Path("again.toml").read_bytes()
    run = json.loads(rose("scenario", "run", "again.toml", "--json").stdout)["records"][0]
    first = json.loads(rose("year-end", "2025", "--json").stdout)
    assert run["accounts"] == first["accounts"]
    assert run["forms"]["8606"] == first["forms"]["8606"]


def test_a_scenario_is_checked_against_its_expectations(rose: Basis) -> None:
    passed = rose("scenario", "check", "story.toml")
    assert (passed.exit_code, passed.stdout) == (0, "1 passed, 0 failed\n")
    Path("wrong.toml").write_text(STORY.replace('is = "3.11"', 'is = "3.12"'), "utf-8")
    failed = rose("scenario", "check", "story.toml", "wrong.toml")
    assert failed.exit_code == 1
    assert failed.stdout.splitlines() == [
        'wrong.toml: rose 2025 forms.8606.lines.18 expected "3.12" got "3.11"',
        "1 passed, 1 failed",
    ]


def test_an_expected_refusal_must_come(rose: Basis) -> None:
    text = STORY.split("[[expect]]", maxsplit=1)[0].replace("amount = 8\n", "amout = 8\n")
    Path("refused.toml").write_text(f'{text}[expect_refusal]\ncode = "unknown_key"\n', "utf-8")
    assert rose("scenario", "check", "refused.toml").exit_code == 0
    run = rose("scenario", "run", "refused.toml", "--json")
    assert run.exit_code == 2
    refused = json.loads(run.stdout)
    assert refused["records"] == []
    assert "unknown_key" in {fault["code"] for fault in refused["refused"]}
    plain = rose("scenario", "run", "refused.toml")
    assert plain.exit_code == 2
    assert re.match(r"error: refused.toml:\d+: .*amout", plain.stderr)


METHODS = Path(__file__).parents[2] / "fixtures" / "scenarios" / "methods-beside-each-other.toml"


def test_the_method_of_a_scenario_is_loaded_as_a_fact_of_each_return(basis: Basis) -> None:
    """Worksheet 1-1 comes to another line 14: the ledger comes to the same as the story."""
    chosen = '\n[options]\nira_method = "worksheet_1_1"\n\n[[taxpayer]]'
    story = METHODS.read_text("utf-8").split("[[expect]]")[0]
    Path("w.toml").write_text(story.replace("\n[[taxpayer]]", chosen, 1), "utf-8")
    basis("init")
    done = basis("scenario", "load", "w.toml")
    assert (done.exit_code, "[options]" in done.stderr) == (0, False), done.output
    year = re.findall(r"tax_years = \[.*?(\d{4})\]", story)[0]
    told = scenario.read(Path("w.toml"))
    (record,) = work_out(told.books, [int(year)]).records
    shown = json.loads(basis("year-end", year, "--json").stdout)
    assert shown["forms"]["8606"] == record.as_json()["forms"]["8606"]
    assert "follow Worksheet 1-1" in " ".join(basis("check", year).stdout.split())
    # the other method is another fact, and the newer one counts
    assert basis("record", "return", "--year", year, "--ira-method", "form").exit_code == 0
    told_now = " ".join(basis("check", year).stdout.split())
    assert "follow the form" in told_now
    assert "--ira-method" not in told_now


def test_where_nobody_said_the_method_it_is_asked_with_what_is_at_stake(basis: Basis) -> None:
    basis("init")
    assert basis("scenario", "load", str(METHODS)).exit_code == 0
    year = re.findall(r"tax_years = \[.*?(\d{4})\]", METHODS.read_text("utf-8"))[0]
    found = json.loads(basis("check", year, "--json").stdout)["findings"]
    (one,) = [one for one in found if one["code"] == "ira_methods_differ"]
    assert "--ira-method" in one["message"]
    assert float(one["at_stake"]) > 0
