"""A whole folder is asked about once: each thing that only its owner knows, and no more."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import main

Basis = Callable[..., Result]
HEAD = "Plan name:,{}\n\nDate,Investment,Transaction Type,Amount,Shares/Unit\n"
EMPOWER = "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
CHART = (
    ("init",),
    ("taxpayer", "add", "rose", "--name", "Rose", "--born", "1980-05-01"),
    ("account", "add", "acme", "--owner", "rose", "--kind", "401k", "--employer", "Acme"),
    ("account", "add", "nova", "--owner", "rose", "--kind", "401k", "--employer", "Nova"),
    ("account", "add", "trad", "--owner", "rose", "--kind", "traditional_ira", "--number", "111"),
    ("account", "add", "roth1", "--owner", "rose", "--kind", "roth_ira", "--number", "222"),
)
AT = {"acme": "Fidelity", "nova": "Empower", "trad": "Fidelity", "roth1": "Fidelity"}


@pytest.fixture
def basis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Basis:
    """Return a runner in a folder of statements, with two plans and two IRAs in its ledger."""
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "files").mkdir()
    monkeypatch.chdir(tmp_path / "files")

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["--ledger", str(tmp_path / "l.db"), *words])

    for words in CHART:
        assert run(*words).exit_code == 0
    return run


def located(basis: Basis) -> Basis:
    """Say of each account at which house it is."""
    for account, house in AT.items():
        assert basis("account", "set", account, "--institution", house).exit_code == 0
    return basis


def asked(basis: Basis, *words: str, number: int = 1) -> list[dict[str, Any]]:
    """Return the questions about the whole folder, as they are written out after the answers."""
    path = Path(f"../asked{number}.json")
    basis("import", ".", "--dry-run", "--write-answers", str(path), *words)
    given = json.loads(Path(words[1]).read_text()) if words[:1] == ("--answers",) else []
    listed = json.loads(path.read_text()) if path.exists() else []
    assert not path.exists() or listed[: len(given)] == given
    return listed[len(given) :]


def empower(*rows: str, name: str = "transactions.csv") -> None:
    Path(name).write_text(EMPOWER + "".join(f"{row}\n" for row in rows))


def paycheck(day: str, source: str = "After-tax Contribution") -> str:
    return f"{day},Payroll Contribution,{source},500 Index,10.000,1000.00"


# ---- whose files they are ---------------------------------------------------------------


def test_the_only_account_at_a_house_is_taken_and_told(basis: Basis) -> None:
    located(basis)
    empower(paycheck("01/15/21"))
    told = basis("import", ".", "--dry-run")
    assert "taken for nova, the only account at Empower" in " ".join(told.output.split())
    assert [one["code"] for one in asked(basis)] == ["reading_unconfirmed"]


def test_a_folder_with_an_account_leaves_the_file_of_another_house_where_it_belongs(
    basis: Basis,
) -> None:
    located(basis)
    empower(paycheck("01/15/21"))
    Path("history.csv").write_text(
        "\nPlan name:,ACME 401K\nDate Range,01/01/2021 - 12/31/2021,,,,\n\n\n"
        "Date,Investment,Transaction Type,Amount,Shares/Unit\n"
        '02/10/2021,500 Index,Contributions,"1,500.00","14.000"\n'
    )
    words = ("--account", "acme", "--allocate", "pattern:after_tax=1500", "--yes", "--dry-run")
    told = json.loads(basis("import", ".", *words, "--json").output)
    assert {one["file"]: one["account"] for one in told["files"]} == {
        "transactions.csv": "nova",
        "history.csv": "acme",
    }
    # named for the file alone it is what the user says, and the other house is told
    alone = basis("import", "transactions.csv", *words)
    assert alone.exit_code == 0, alone.output
    assert "a file of Empower, where nova is, taken for acme at Fidelity" in " ".join(
        alone.output.split()
    )


def test_files_of_one_format_are_asked_about_once(basis: Basis) -> None:
    for year in (21, 22, 23):
        empower(paycheck(f"01/15/{year}"), name=f"transactions_{year}.csv")
    found = asked(basis)
    assert [(one["code"], one["match"]) for one in found] == [
        ("account_unknown", "empower"),
        ("reading_unconfirmed", "empower"),
    ]
    assert "the same in 2 further files" in found[0]["question"]
    for one in found:
        one["answer"] = "nova" if one["code"] == "account_unknown" else "confirm"
    Path("../said.json").write_text(json.dumps(found))
    done = basis("import", ".", "--answers", "../said.json", "--json")
    assert [file["account"] for file in json.loads(done.output)["files"]] == ["nova"] * 3


def test_one_file_of_several_may_be_of_another_account(
    basis: Basis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.imports._Request.may_ask", True)
    for year in (21, 22, 23):
        empower(paycheck(f"01/15/{year}"), name=f"transactions_{year}.csv")
    words = ["--ledger", "../l.db", "import", "."]
    typed = "only acme\nnova\nconfirm\nconfirm\n"
    done = CliRunner().invoke(main, words, input=typed)
    assert done.exit_code == 0, done.output
    listed = json.loads(basis("imports", "--json").output)
    assert [one["account"] for one in listed] == ["acme", "nova", "nova"]


def test_two_accounts_at_the_house_are_asked_about_and_the_earlier_one_is_proposed(
    basis: Basis,
) -> None:
    located(basis)
    basis("account", "set", "acme", "--institution", "Empower")
    empower(paycheck("01/15/21"), name="a.csv")
    assert asked(basis)[0]["answer"] is None
    assert basis("import", "a.csv", "--account", "nova", "--yes").exit_code == 0
    Path("a.csv").unlink()
    empower(paycheck("01/15/22"), name="b.csv")
    assert asked(basis, number=2)[0]["answer"] == "nova"


def test_a_plan_of_another_name_is_asked_about_at_the_same_house(basis: Basis) -> None:
    located(basis)
    rows = '01/15/2021,500 Index,Contributions,"1,000.00",10.000\n'
    Path("history.csv").write_text(HEAD.format("GLOBEX 401(K)") + rows)
    assert asked(basis)[0]["code"] == "account_unknown"
    Path("history.csv").write_text(HEAD.format("ACME 401(K)") + rows)
    assert [one["code"] for one in asked(basis, number=2)] == ["allocation_needed"]


def test_the_account_named_for_a_folder_is_none_of_files_of_another_house(basis: Basis) -> None:
    located(basis)
    empower(paycheck("01/15/21"))
    Path("sources.txt").write_text(
        "01/15/2021\t1 - EMPLOYEE DEFERRAL\tContributions\t$1,000.00\t10.000\n"
    )
    done = basis("import", ".", "--account", "acme", "--yes", "--json")
    files = {file["file"]: file["account"] for file in json.loads(done.output)["files"]}
    assert files == {"sources.txt": "acme", "transactions.csv": "nova"}


# ---- one question for one thing ---------------------------------------------------------


def test_the_source_of_a_name_is_asked_once_for_all_files_of_a_plan(basis: Basis) -> None:
    located(basis)
    for year in (21, 22):
        empower(paycheck(f"01/15/{year}", "Rollover Money X"), name=f"transactions_{year}.csv")
    found = [one for one in asked(basis) if one["code"] == "source_unknown"]
    assert [(one["match"], one["account"]) for one in found] == [("Rollover Money X", "nova")]


PAYOUT = (
    "09/01/2021,500 Index,Withdrawals,-600.00,-6.000",
    "09/01/2021,Bond Index,Withdrawals,-400.00,-4.000",
    '01/15/2021,500 Index,Contributions,"600.00",6.000',
    '01/15/2021,Bond Index,Contributions,"400.00",4.000',
)
PAID_IN = {"code": "allocation_needed", "match": "Contributions", "answer": "pre_tax"}


def payout_files() -> None:
    rows = "".join(f"{row}\n" for row in PAYOUT)
    Path("history.csv").write_text(HEAD.format("ACME 401(K)") + rows)


@pytest.mark.parametrize(
    "answer", [{"pre_tax": "700.00", "match": "300.00"}, "pre_tax=700,match=300"]
)
def test_a_payment_of_two_funds_is_asked_about_once(basis: Basis, answer: object) -> None:
    located(basis)
    payout_files()
    paid = [one for one in asked(basis) if "paid out" in one["question"]]
    assert len(paid) == 1
    assert "1,000.00 in 2 rows" in paid[0]["question"]
    put_in = PAID_IN | {"answer": "pattern:pre_tax=700,match=300"}
    said = [put_in, paid[0] | {"answer": answer}]
    Path("../said.json").write_text(json.dumps(said))
    found = asked(basis, "--answers", "../said.json", number=2)
    assert [one["code"] for one in found] == ["partner_unknown"]
    assert "1,000.00 in 4 rows" in found[0]["question"]


def test_each_row_of_a_payment_may_still_have_its_own_source(basis: Basis) -> None:
    located(basis)
    payout_files()
    rows = [
        {"code": "allocation_needed", "line": 4, "answer": "pre_tax"},
        {"code": "allocation_needed", "line": 5, "answer": {"after_tax": "400.00"}},
    ]
    Path("../said.json").write_text(json.dumps([PAID_IN, *rows]))
    found = asked(basis, "--answers", "../said.json")
    shown = [one["question"] for one in found if one["code"] == "partner_unknown"]
    assert [text.split(" left")[0] for text in shown] == ["600.00", "400.00"]


def test_all_legs_of_a_payment_are_written_out_at_once_and_nothing_proposed_is_warned_of(
    basis: Basis,
) -> None:
    located(basis)
    sources = ("After-tax Contribution", "Base-pay Traditional 401(k) Contribution")
    rows = [paycheck("01/15/21", source) for source in sources]
    rows += [f"09/01/21,Account Withdrawal,{one},500 Index,-10.000,-1000.00" for one in sources]
    empower(*rows)
    found = asked(basis)
    assert [one["code"] for one in found] == ["partner_unknown"] * 2 + ["reading_unconfirmed"]
    for one in found:
        one["answer"] = one["answer"] or ("roth1" if one["line"] == 4 else "trad")
    Path("../said.json").write_text(json.dumps(found))
    done = basis("import", ".", "--answers", "../said.json", "--json")
    assert done.exit_code == 0, done.output
    assert "not used" not in done.output


def test_a_payment_that_both_views_of_netbenefits_show_is_booked_once(basis: Basis) -> None:
    located(basis)
    payout_files()
    tab = (
        "09/01/2021\t1 - EMPLOYEE DEFERRAL\tWithdrawals\t-$1,000.00\t-10.000",
        "01/15/2021\t1 - EMPLOYEE DEFERRAL\tContributions\t$1,000.00\t10.000",
    )
    Path("sources.txt").write_text("\n".join((*tab, "")))
    answers = [{"code": "partner_unknown", "file": "sources.txt", "line": 1, "answer": "trad"}]
    Path("../said.json").write_text(json.dumps(answers))
    done = basis("import", ".", "--answers", "../said.json", "--yes", "--json")
    assert done.exit_code == 0, done.output
    held = {(b["account"], b["source"]): b["value"] for b in json.loads(done.output)["balances"]}
    assert held["acme", "pre_tax"] == "0.00"
    assert [file["rows"]["known"] for file in json.loads(done.output)["files"]] == [4, 0]


# ---- Form 1099-R instead of values ------------------------------------------------------

HIDDEN = (
    "06/30/2021,500 Index,Transfer,0.00,0.000",
    '06/15/2021,500 Index,Contributions,"1,000.00",5.000',
    "03/31/2021,500 Index,Transfer,0.00,0.000",
    '03/15/2021,500 Index,Contributions,"1,000.00",5.000',
)
BOXES = ("1=2030", "2a=30", "5=2000", "7=G")
FORM = ("record", "1099r", "--year", "2021", "--payer", "acme")
FORM = (*FORM, *(word for box in BOXES for word in ("--box", box)))


def hidden(basis: Basis, conversions: str | list[str]) -> None:
    located(basis)
    Path("history.csv").write_text(
        HEAD.format("ACME 401(K)") + "".join(f"{row}\n" for row in HIDDEN)
    )
    said = [PAID_IN | {"answer": "after_tax"}]
    if isinstance(conversions, str):
        said.append({"code": "possible_conversion", "match": "Transfer", "answer": conversions})
    else:
        said += [
            {"code": "possible_conversion", "line": line, "answer": f"{amount} after_tax"}
            for line, amount in zip((6, 4), conversions, strict=True)
        ]
    Path("../said.json").write_text(json.dumps(said))


@pytest.mark.parametrize("conversions", ["all", ["1005.00", "1025.00"]])
@pytest.mark.parametrize("form_first", [True, False])
def test_the_gains_of_a_year_follow_from_its_form(
    basis: Basis, conversions: str | list[str], *, form_first: bool
) -> None:
    hidden(basis, conversions)
    if form_first:
        assert basis(*FORM).exit_code == 0
    said = json.loads(Path("../said.json").read_text())
    said.append({"code": "value_needed", "match": "acme:after_tax", "answer": "later"})
    Path("../said.json").write_text(json.dumps(said))
    done = basis("import", ".", "--answers", "../said.json", "--yes")
    assert done.exit_code == 0, done.output
    if not form_first:
        assert basis(*FORM).exit_code == 0
    record = json.loads(basis("year-end", "2021", "--json").output)
    assert record["forms"]["1040"]["lines"] == {"5a": "2030.00", "5b": "30.00"}
    assert not [f for f in record["findings"] if f["code"] == "form_1099r_differs"]
    register = " ".join(basis("register", "acme").output.split())
    assert "Form 1099-R of" in register


def test_a_pattern_for_one_plan_divides_no_row_of_another(basis: Basis) -> None:
    row = '02/10/2021,500 Index,Contributions,"1,000.00",10.000\n'
    for name, plan in (("one.csv", "ACME 401(K)"), ("two.csv", "NOVA 401(K)")):
        Path(name).write_text(HEAD.format(plan) + row)
    pattern = {"code": "allocation_needed", "match": "Contributions", "account": "acme"}
    said = [
        {"code": "account_unknown", "match": "ACME 401(K)", "answer": "acme"},
        {"code": "account_unknown", "match": "NOVA 401(K)", "answer": "nova"},
        pattern | {"answer": "pattern:pre_tax=600,match=400"},
    ]
    Path("../said.json").write_text(json.dumps(said))
    found = asked(basis, "--answers", "../said.json")
    assert [(one["code"], one["file"]) for one in found] == [("allocation_needed", "two.csv")]


def test_values_of_one_source_are_asked_about_once_and_name_the_form(basis: Basis) -> None:
    hidden(basis, ["1005.00", "1025.00"])
    found = asked(basis, "--answers", "../said.json")
    assert [(one["code"], one["match"]) for one in found] == [("value_needed", "acme:after_tax")]
    told = basis("import", ".", "--answers", "../said.json").output
    assert "basis record 1099r --year 2021 --payer acme" in " ".join(told.split())


def test_a_value_in_dollars_is_that_of_one_source_on_one_day(basis: Basis) -> None:
    hidden(basis, ["1005.00", "1025.00"])
    said = json.loads(Path("../said.json").read_text())
    for_all = {"code": "value_needed", "match": "acme:after_tax", "answer": "1030.00"}
    Path("../said.json").write_text(json.dumps([*said, for_all]))
    done = basis("import", ".", "--answers", "../said.json", "--yes")
    assert done.exit_code == 2
    told = " ".join(done.output.split())
    assert "'1030.00' answers 'value_needed' for all rows of those words" in told
    assert '{"code": "value_needed", "line": 4, "answer": "1030.00"}' in told
    # worth 1,005.00 and all of it moved; then 1,030.00, of which 1,025.00 moved:
    # 5.00 taxed, and 1,025.00 - 1,000.00 x 1,025.00 / 1,030.00 = 29.85
    each = [for_all | {"line": line, "answer": value} for line, value in ((6, "all"), (4, "1030"))]
    Path("../said.json").write_text(json.dumps([*said, *({**a, "match": None} for a in each)]))
    done = basis("import", ".", "--answers", "../said.json", "--yes")
    assert done.exit_code == 0, done.output
    record = json.loads(basis("year-end", "2021", "--json").output)
    assert record["forms"]["1040"]["lines"]["5b"] == "34.85"


@pytest.mark.parametrize("row_first", [True, False])
def test_what_is_said_of_a_row_goes_before_what_is_said_of_all(
    basis: Basis, *, row_first: bool
) -> None:
    hidden(basis, ["1005.00", "1025.00"])
    said = json.loads(Path("../said.json").read_text())
    two = [
        {"code": "value_needed", "line": 4, "answer": "1030.00"},
        {"code": "value_needed", "match": "acme:after_tax", "answer": "all"},
    ]
    Path("../said.json").write_text(json.dumps([*said, *(two if row_first else two[::-1])]))
    done = basis("import", ".", "--answers", "../said.json", "--yes")
    assert done.exit_code == 0, done.output
    record = json.loads(basis("year-end", "2021", "--json").output)
    assert record["forms"]["1040"]["lines"]["5b"] == "34.85"


def test_a_value_by_words_is_refused_of_one_row_too_since_a_later_file_has_those_words(
    basis: Basis,
) -> None:
    hidden(basis, ["1005.00", "1025.00"])
    said = json.loads(Path("../said.json").read_text())
    two = [
        {"code": "value_needed", "line": 6, "answer": "all"},
        {"code": "value_needed", "match": "acme:after_tax", "answer": "1030.00"},
    ]
    Path("../said.json").write_text(json.dumps([*said, *two]))
    done = basis("import", ".", "--answers", "../said.json", "--yes")
    assert done.exit_code == 2
    assert '"line": 4, "answer": "1030.00"}' in " ".join(done.output.split())


def test_an_amount_answered_for_all_hidden_conversions_is_refused(basis: Basis) -> None:
    hidden(basis, "1005.00 after_tax")
    done = basis("import", ".", "--answers", "../said.json", "--yes")
    assert done.exit_code == 2
    assert "for all rows of those words" in " ".join(done.output.split())


def test_a_form_that_contradicts_what_was_said_is_told(basis: Basis) -> None:
    hidden(basis, ["1005.00", "1025.00"])
    other = ["2a=130" if word == "2a=30" else word for word in FORM]
    assert basis(*other).exit_code == 0
    said = json.loads(Path("../said.json").read_text())
    said.append({"code": "value_needed", "match": "acme:after_tax", "answer": "all"})
    Path("../said.json").write_text(json.dumps(said))
    assert basis("import", ".", "--answers", "../said.json", "--yes").exit_code == 0
    record = json.loads(basis("year-end", "2021", "--json").output)
    assert [f for f in record["findings"] if f["code"] == "form_1099r_differs"]


def test_a_dry_run_shows_what_is_taxed_of_each_conversion(basis: Basis) -> None:
    located(basis)
    empower(
        "02/01/21,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,10.000,1050.00",
        "02/01/21,Account Withdrawal,After-tax Contribution,500 Index,-10.000,-1050.00",
        paycheck("01/15/21"),
    )
    shown = basis("import", "transactions.csv", "--dry-run", "--yes").output
    line = next(
        line for line in shown.splitlines() if "2021-02-01" in line and "50.00" in line[60:]
    )
    assert line.split()[-4:] == ["1,050.00", "50.00", "1,000.00", "50.00"]
    told = json.loads(basis("import", "transactions.csv", "--dry-run", "--yes", "--json").output)
    assert [one["taxable"] for one in told["conversions"]] == ["50.00"]


@pytest.mark.parametrize("rest", ["each", "all", "twice"])
def test_the_list_that_is_written_has_a_place_for_the_value_of_each_row(
    basis: Basis, rest: str
) -> None:
    """Worth 1,005.00, all of which moved; then 1,030.00, of which 1,025.00 did: see above."""
    hidden(basis, ["1005.00", "1025.00"])
    words = ("--answers", "../said.json", "--dry-run", "--write-answers", "../list.json")
    basis("import", ".", *words)
    *before, one = json.loads(Path("../list.json").read_text())
    assert [*one["rows"].values(), one["answer"]] == [None, None, None]
    whole, part = sorted(one["rows"], key=lambda place: int(place.rpartition(":")[2]))[::-1]
    if rest == "twice":  # the first one first: what is left is asked again
        one["rows"][whole] = "all"
        Path("../said.json").write_text(json.dumps([*before, one]))
        Path("../list.json").unlink()
        basis("import", ".", *words)
        *before, one = json.loads(Path("../list.json").read_text())
        assert [given["line"] for given in before if given["code"] == "value_needed"] == [6]
        one["answer"] = "1030"
    elif rest == "all":
        one["answer"] = "all"
    else:
        one["rows"][whole] = "all"
    if rest != "twice":
        one["rows"][part] = "1030.00"
    Path("../list.json").write_text(json.dumps([*before, one]))
    done = basis("import", ".", "--answers", "../list.json", "--yes")
    assert done.exit_code == 0, done.output
    record = json.loads(basis("year-end", "2021", "--json").output)
    assert record["forms"]["1040"]["lines"] == {"5a": "2030.00", "5b": "34.85"}


def test_a_place_of_no_row_is_refused(basis: Basis) -> None:
    hidden(basis, ["1005.00", "1025.00"])
    said = json.loads(Path("../said.json").read_text())
    wrong = {"code": "value_needed", "match": "acme:after_tax", "rows": {"6": "all"}}
    Path("../said.json").write_text(json.dumps([*said, wrong | {"answer": None}]))
    done = basis("import", ".", "--answers", "../said.json", "--yes")
    assert done.exit_code == 2
    assert "'6' is no row as file:line" in " ".join(done.output.split())
