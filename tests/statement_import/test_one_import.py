"""Files of one import give what they give one by one; undoing one changes nothing others tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Basis = Callable[..., Result]
EMPOWER = (
    "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
    "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00\n"
    "02/10/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,{}\n"
    "03/10/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00\n"
)
IRA = (
    '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
    '"05/06/2020","Bank Interest","","BANK INT","","","","$1000.00"\n'
    '"03/06/2020","Bank Interest","","BANK INT","","","","${}"\n'
    '"01/06/2020","Bank Interest","","BANK INT","","","","$1000.00"\n'
)
PLAIN = (
    "Date,Type,Source,Amount\n2020-01-10,contribution,after_tax,1000\n"
    "2020-02-10,contribution,after_tax,{}\n2020-03-10,contribution,after_tax,1000\n"
)
# reader, account and rows: what the middle row was, and what it was corrected to
READERS = {
    "empower": ("acme", EMPOWER),
    "schwab_brokerage": ("ira", IRA),
    "plain": ("acme", PLAIN),
}


@pytest.fixture
def desk(desk: Callable[[], Basis]) -> Callable[[], Basis]:
    """Give a new ledger each time, one with an IRA as well."""

    def new() -> Basis:
        basis = desk()
        basis("account", "add", "ira", "--owner", "ann", "--kind", "traditional_ira")
        return basis

    return new


def write(reader: str) -> str:
    account, rows = READERS[reader]
    Path("old.csv").write_text(rows.format("1000.00"))
    Path("new.csv").write_text(rows.format("1005.00"))
    return account


def answered(**answers: str) -> str:
    listed = [
        {"code": "rows_missing", "line": 2, "file": file.replace("_", "."), "answer": answer}
        for file, answer in answers.items()
    ]
    Path("answers.json").write_text(json.dumps(listed))
    return "answers.json"


def held(basis: Basis) -> str:
    rows = json.loads(basis("balances", "--on", "2020-12-31", "--json").stdout)["balances"]
    return ", ".join(str(row["value"]) for row in rows)


def figures(basis: Basis) -> Any:
    """Return what the year end says, without the places that it was read from."""
    record = json.loads(basis("year-end", "2020", "--json").stdout)
    return record.get("refused") or (record["accounts"], record["forms"])


def asked_in(done: Result) -> str:
    """Return the file in which it is asked which of two is the newer."""
    assert done.exit_code == 2, done.output
    assert "nothing tells which of them is the newer download" in done.stderr
    return "new" if "new.csv:2" in done.stderr else "old"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("turned", [False, True])
def test_a_download_and_its_correction_in_one_command_are_asked_about_and_never_both_booked(
    desk: Callable[[], Basis], reader: str, *, turned: bool
) -> None:
    account = write(reader)
    files = ("new.csv", "old.csv") if turned else ("old.csv", "new.csv")
    order = ("import", *files, "--account", account, "--yes")
    basis = desk()
    assert (basis("import", "old.csv", "--account", account, "--yes").exit_code) == 0
    done = basis("import", "new.csv", "--account", account, "--yes")
    assert (done.exit_code, "rows_missing" in done.stderr) == (2, True)
    accept = answered(new_csv="accept")
    basis("import", "new.csv", "--account", account, "--yes", "--answers", accept)
    one_by_one = figures(basis)
    basis = desk()
    where = asked_in(basis(*order))
    assert held(basis) == ""
    newer = {"new": "accept", "old": "older"}[where]
    for answer, value in ((newer, "3005.00"), ("keep", "4005.00")):
        basis = desk()
        done = basis(*order, "--answers", answered(**{f"{where}_csv": answer}))
        assert done.exit_code == 0, done.output
        assert held(basis) == value
        if answer == newer:
            assert figures(basis) == one_by_one
        assert basis("verify").exit_code == 0
    other = {"accept": "older", "older": "accept"}[newer]
    basis = desk()
    assert basis(*order, "--answers", answered(**{f"{where}_csv": other})).exit_code == 0
    assert held(basis) == "3000.00"


@pytest.mark.parametrize("reader", READERS)
def test_a_row_that_only_one_of_two_files_of_one_import_shows_is_asked_about(
    desk: Callable[[], Basis], reader: str
) -> None:
    account = write(reader)
    lines = Path("old.csv").read_text().splitlines(keepends=True)
    Path("new.csv").write_text("".join([*lines[:2], *lines[3:]]))
    basis = desk()
    where = asked_in(basis("import", "old.csv", "new.csv", "--account", account, "--yes"))
    for answer, value in (("accept", "2000.00"), ("older", "3000.00")):
        said = answer if where == "new" else {"accept": "older", "older": "accept"}[answer]
        basis = desk()
        told = answered(**{f"{where}_csv": said})
        done = basis(
            "import", "old.csv", "new.csv", "--account", account, "--answers", told, "--yes"
        )
        assert (done.exit_code, held(basis)) == (0, value)


def test_a_download_of_noon_and_one_that_goes_on_are_no_correction(
    desk: Callable[[], Basis],
) -> None:
    write("empower")
    lines = Path("old.csv").read_text().splitlines(keepends=True)
    Path("noon.csv").write_text("".join(lines[:3]))
    evening = "02/10/20,Payroll Contribution,After-tax Contribution,500 Index,1.000000,100.00\n"
    Path("evening.csv").write_text("".join([*lines[:3], evening, lines[3]]))
    basis = desk()
    done = basis("import", "noon.csv", "evening.csv", "--account", "acme", "--yes")
    assert (done.exit_code, held(basis)) == (0, "3100.00")


def test_a_third_file_that_agrees_with_the_old_one_and_goes_on_longer_is_asked_about_as_well(
    desk: Callable[[], Basis],
) -> None:
    write("empower")
    again = Path("old.csv").read_text()
    Path("zz.csv").write_text(again + again.splitlines(keepends=True)[3].replace("03/10", "04/10"))
    files = ("import", "new.csv", "old.csv", "zz.csv", "--account", "acme", "--yes")
    basis = desk()
    where = asked_in(basis(*files))
    said = {f"{where}_csv": {"new": "accept", "old": "older"}[where]}
    # nothing tells whether it was made before the correction, or shows the row once more
    assert "error: zz.csv:2" in basis(*files, "--answers", answered(**said)).stderr
    for word, value in (("older", "4005.00"), ("accept", "4000.00")):
        basis = desk()
        done = basis(*files, "--answers", answered(**said, zz_csv=word))
        assert (done.exit_code, held(basis)) == (0, value), done.output


def test_undoing_the_correction_names_the_old_file_of_the_same_import(
    desk: Callable[[], Basis],
) -> None:
    write("empower")
    files = ("import", "old.csv", "new.csv", "--account", "acme", "--yes")
    basis = desk()
    where = asked_in(basis(*files))
    told = answered(**{f"{where}_csv": {"new": "accept", "old": "older"}[where]})
    assert basis(*files, "--answers", told).exit_code == 0
    imports = json.loads(basis("imports", "--json").stdout)
    listed = imports if isinstance(imports, list) else imports["imports"]
    (number,) = [one["import"] for one in listed if one["file"] == "new.csv"]
    done = basis("undo", str(number), "--why", "wrong file")
    assert "1 row of acme in old.csv is not booked" in done.stdout
    assert "basis import old.csv --account acme" in done.stdout
    assert figures(basis)[0]["code"] == "rows_unbooked"
    assert basis("import", "old.csv", "--account", "acme", "--yes").exit_code == 0
    assert held(basis) == "3000.00"
    assert "rows_unbooked" not in basis("check", "2020").output


CONVERTED = (
    "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
    "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00\n"
    "06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-10.000000,-1100.00\n"
    "06/01/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,10.000000,1100.00\n"
)
JULY = "07/10/20,Payroll Contribution,After-tax Contribution,500 Index,8.000000,1000.00\n"


def test_undoing_one_of_two_downloads_changes_nothing_that_the_other_shows(
    desk: Callable[[], Basis],
) -> None:
    Path("a.csv").write_text(CONVERTED)
    Path("b.csv").write_text(CONVERTED + JULY)
    basis = desk()
    for name in ("a.csv", "b.csv"):
        assert basis("import", name, "--account", "acme", "--yes").exit_code == 0
    before = figures(basis)
    done = basis("undo", "1", "--why", "wrong file")
    assert "kept, since import 2 (b.csv) shows their rows too: 2; basis undo 2" in done.stdout
    assert figures(basis) == before
    entries = json.loads(basis("register", "acme", "--json").stdout)["entries"]
    kept = [e["where"] for e in entries if e["import"] == 2 and not e["reverses"]]
    assert kept == ["b.csv:2", "b.csv:3", "b.csv:5"]
    assert basis("verify").exit_code == 0
    # the file comes again without a question, and shows its rows when the other is undone
    assert basis("import", "a.csv", "--account", "acme", "--yes").exit_code == 0
    assert figures(basis) == before
    assert basis("undo", "2", "--why", "wrong file").exit_code == 0
    entries = json.loads(basis("register", "acme", "--json").stdout)["entries"]
    assert [e["where"] for e in entries if not e["left_out"]] == ["a.csv:2", "a.csv:3"]
    assert basis("undo", "3", "--why", "wrong file").exit_code == 0
    assert json.loads(basis("balances", "--json").stdout)["balances"] == []


def test_a_correction_that_two_downloads_show_is_asked_about_again_without_the_first(
    desk: Callable[[], Basis],
) -> None:
    write("empower")
    longer = Path("new.csv").read_text().splitlines(keepends=True)
    Path("longer.csv").write_text("".join([*longer, longer[3].replace("03/10", "04/10")]))
    basis = desk()
    for name in ("old.csv", "new.csv", "longer.csv"):
        told = answered(new_csv="accept")
        done = basis("import", name, "--account", "acme", "--yes", "--answers", told)
        assert done.exit_code == 0, done.output
    assert held(basis) == "4005.00"
    # what was said of import 2 goes with it: of import 3 and the old file nobody said anything
    undone = basis("undo", "2", "--why", "wrong file").output
    assert "1 row of acme in old.csv is not in longer.csv, which goes over the same days" in undone
    apart = figures(basis)[0]
    assert apart["code"] == "rows_apart"
    # nobody can hand on facts of which nobody knows whether they count
    for words in (("export", "csv", "--to", "out.csv"), ("scenario", "export")):
        refused = basis(*words)
        assert (refused.exit_code, Path("out.csv").exists()) == (2, False)
        assert f"{apart['problem']} — {apart['remedy']}" in refused.output
    assert basis("undo", "1", "--why", "to be asked again").exit_code == 0
    told = answered(old_csv="older")
    assert basis("import", "old.csv", "--account", "acme", "--answers", told).exit_code == 0
    assert held(basis) == "4005.00"
    # without any file that shows the correction the old row stands again
    assert basis("undo", "3", "--why", "wrong file").exit_code == 0
    assert held(basis) == "3000.00"
    assert basis("verify").exit_code == 0


def test_what_another_format_told_is_named_when_the_file_that_booked_it_is_undone(
    desk: Callable[[], Basis],
) -> None:
    Path("a.csv").write_text(CONVERTED)
    Path("t.csv").write_text(
        "Date,Type,Source,Amount\n2020-01-10,contribution,after_tax,1000\n"
        "2020-06-01,in_plan_conversion,after_tax,1100\n"
    )
    basis = desk()
    for name in ("a.csv", "t.csv"):
        assert basis("import", name, "--account", "acme", "--yes").exit_code == 0
    before = figures(basis)
    assert "rows_unbooked" not in basis("check", "2020").output
    done = basis("undo", "1", "--why", "wrong file")
    assert "open: 2 rows of acme in t.csv are not booked" in done.stdout
    assert "import the file again: basis import t.csv --account acme" in done.stdout
    assert "t.csv:2" in basis("check", "2020").output
    assert [one["code"] for one in figures(basis)] == ["rows_unbooked"]
    said = [{"code": "value_needed", "line": 3, "answer": "all"}]
    Path("all.json").write_text(json.dumps(said))
    done = basis("import", "t.csv", "--account", "acme", "--yes", "--answers", "all.json")
    assert done.exit_code == 0, done.output
    assert not basis("check", "2020").exit_code
    forms = figures(basis)[1]
    assert forms["1099-R"][0]["boxes"]["1"] == before[1]["1099-R"][0]["boxes"]["1"] == "1100.00"


def test_what_is_told_of_a_file_and_of_its_longer_download_needs_only_one_of_them(
    desk: Callable[[], Basis],
) -> None:
    Path("a.csv").write_text(CONVERTED)
    Path("b.csv").write_text(CONVERTED + JULY)
    Path("t.csv").write_text("Date,Type,Source,Amount\n2020-01-10,contribution,after_tax,1000\n")
    basis = desk()
    for name in ("a.csv", "t.csv", "b.csv"):
        assert basis("import", name, "--account", "acme", "--yes").exit_code == 0
    before = figures(basis)
    assert "open:" not in basis("undo", "1", "--why", "wrong file").stdout
    assert figures(basis) == before
    assert "open: 1 row of acme in t.csv" in basis("undo", "3", "--why", "wrong file").stdout


PAID = (
    "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
    "01/10/20,Payroll Contribution,Base-pay Traditional 401(k) Contribution,Index,20.000,2000.00\n"
    "06/01/20,Account Withdrawal,Base-pay Traditional 401(k) Contribution,Index,-5.000,-600.00\n"
)


def test_what_was_said_of_an_entry_holds_when_the_entry_goes_to_another_file(
    desk: Callable[[], Basis],
) -> None:
    Path("a.csv").write_text(PAID)
    Path("b.csv").write_text(PAID + PAID.splitlines(keepends=True)[1].replace("01/10", "07/10"))
    said = [{"code": "partner_unknown", "match": "Account Withdrawal", "answer": "in_transit"}]
    Path("said.json").write_text(json.dumps(said))
    basis = desk()
    for name in ("a.csv", "b.csv"):
        done = basis("import", name, "--account", "acme", "--yes", "--answers", "said.json")
        assert done.exit_code == 0, done.output
    entries = json.loads(basis("register", "acme", "--json").stdout)["entries"]
    (paid,) = [str(e["entry"]) for e in entries if e["kind"] == "distribution"]
    assert basis("settle", paid, "--to", "cash").exit_code == 0
    before = figures(basis)
    assert before[1]["1040"]["lines"]["5b"] == "600.00"
    assert "open again" not in basis("undo", "1", "--why", "wrong file").stdout
    assert figures(basis) == before
    assert basis("verify").exit_code == 0


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("word", "rows"), [("accept", 3005), ("keep", 4005)])
def test_a_corrected_download_saved_twice_is_asked_about_once(
    desk: Callable[[], Basis], reader: str, word: str, rows: int
) -> None:
    account = write(reader)
    Path("new (1).csv").write_bytes(Path("new.csv").read_bytes())
    basis = desk()
    basis("import", "old.csv", "--account", account, "--yes")
    both = ("import", "new.csv", "new (1).csv", "--account", account, "--yes")
    assert basis(*both, "--write-answers", "open.json").exit_code == 2
    (listed,) = json.loads(Path("open.json").read_text())
    Path("open.json").write_text(json.dumps([listed | {"answer": word}]))
    done = basis(*both, "--answers", "open.json")
    assert done.exit_code == 0, done.output
    assert held(basis) == f"{rows}.00"


SCHWAB = IRA.splitlines(keepends=True)[0]


def put_back(desk: Callable[[], Basis], day: str, **answers: str) -> tuple[Basis, str, str]:
    """Return a ledger of two downloads with one payment, and the entries of it and of a deposit."""
    Path("a.csv").write_text(PAID)
    Path("b.csv").write_text(PAID + PAID.splitlines(keepends=True)[1].replace("01/10", "07/10"))
    Path("i.csv").write_text(SCHWAB + f'"{day}","Journal","","ROLLOVER CASH","","","","$600.00"\n')
    said = [{"code": "partner_unknown", "match": "Account Withdrawal", "answer": "cash"}]
    said += [{"code": code, "line": 2, "answer": answer} for code, answer in answers.items()]
    Path("said.json").write_text(json.dumps(said))
    basis = desk()
    for name, account in (("a.csv", "acme"), ("b.csv", "acme"), ("i.csv", "ira")):
        done = basis("import", name, "--account", account, "--yes", "--answers", "said.json")
        assert done.exit_code == 0, done.output
    return basis, entry(basis, "acme", "distribution"), entry(basis, "ira", "rollover_in")


def entry(basis: Basis, account: str, kind: str) -> str:
    entries = json.loads(basis("register", account, "--json").stdout)["entries"]
    (found,) = [e["entry"] for e in entries if e["kind"] == kind and not e["reversed"]]
    return str(found)


def test_why_money_was_put_back_late_is_said_of_the_entry_that_another_file_takes_over(
    desk: Callable[[], Basis],
) -> None:
    basis, paid, came = put_back(desk, "09/15/2020")
    assert basis("settle", came, "--of", paid, "--reason", "self-certification").exit_code == 0
    before = figures(basis)
    assert before[1]["1040"]["lines"] == {"5a": "600.00", "5b": "0.00"}
    assert basis("undo", "1", "--why", "wrong file").exit_code == 0
    assert figures(basis) == before


def test_the_newest_word_stays_the_newest_when_the_payment_of_an_older_one_gets_a_number(
    desk: Callable[[], Basis],
) -> None:
    basis, paid, came = put_back(desk, "06/15/2020", rollover_origin="outside")
    assert basis("settle", came, "--of", paid).exit_code == 0
    assert basis("settle", came, "--from", "outside").exit_code == 0
    before = figures(basis)
    assert before[1]["1040"]["lines"]["5b"] == "600.00"
    assert basis("undo", "1", "--why", "wrong file").exit_code == 0
    assert figures(basis) == before


def test_what_was_said_of_an_entry_holds_when_its_correction_is_undone(
    desk: Callable[[], Basis],
) -> None:
    Path("old.csv").write_text(PAID)
    Path("new.csv").write_text(PAID.replace("-600.00", "-605.00"))
    said = [{"code": "partner_unknown", "match": "Account Withdrawal", "answer": "cash"}]
    said += [{"code": "rows_missing", "line": 2, "answer": "accept"}]
    Path("said.json").write_text(json.dumps(said))
    order = ("--account", "acme", "--yes", "--answers", "said.json")
    basis = desk()
    assert basis("import", "old.csv", *order).exit_code == 0
    assert basis("settle", entry(basis, "acme", "distribution"), "--to", "ira").exit_code == 0
    before = figures(basis)
    assert basis("import", "new.csv", *order).exit_code == 0
    assert basis("undo", "2", "--why", "wrong file").exit_code == 0
    assert figures(basis) == before


def test_a_row_that_somebody_typed_is_open_once_the_typed_entry_is_reversed(
    desk: Callable[[], Basis],
) -> None:
    basis = desk()
    basis("account", "add", "roth", "--owner", "ann", "--kind", "roth_ira")
    typed = ("--account", "ira", "--to", "roth", "--date", "2020-05-01", "--amount", "1000")
    assert basis("add", "conversion", *typed).exit_code == 0
    Path("r.csv").write_text(SCHWAB + '"05/01/2020","Journal","","JOURNAL","","","","-$1000.00"\n')
    assert basis("import", "r.csv", "--account", "ira", "--yes").exit_code == 0
    assert "rows_unbooked" not in basis("year-end", "2020", "--json").stdout
    assert basis("reverse", "1", "--why", "typed twice").exit_code == 0
    assert [one["code"] for one in figures(basis)] == ["rows_unbooked"]


TYPED_ROWS = (
    "Date,Type,Source,Amount\n2020-01-10,contribution,after_tax,1000\n"
    "2020-02-10,contribution,after_tax,1000\n2020-03-10,contribution,after_tax,1000\n"
)


@pytest.fixture
def told_twice(desk: Callable[[], Basis]) -> Basis:
    """A download of three paychecks, and a plain CSV of the same, which books none of them."""
    basis = desk()
    Path("a.csv").write_text(EMPOWER.format("1000.00"))
    Path("t.csv").write_text(TYPED_ROWS)
    for name in ("a.csv", "t.csv"):
        assert basis("import", name, "--account", "acme", "--yes").exit_code == 0
    assert held(basis) == "3000.00"
    return basis


def test_reversing_one_entry_of_a_file_opens_the_row_of_the_other_format_that_it_told(
    told_twice: Basis,
) -> None:
    done = told_twice("reverse", "2", "--why", "typed twice")
    assert (
        "open: 1 row of acme in t.csv is not booked: entry 2 (a.csv:3), which told the same, was "
        "reversed; where the file is right, import the file again: basis import t.csv --account "
        'acme; where it is as wrong, say so: basis reverse 2 --everywhere --why "…"'
    ) in done.stdout
    told = told_twice("check", "2020").output
    assert "1 row of acme in t.csv is not booked: entry 2 (a.csv:3), which told the same" in told
    assert [one["code"] for one in figures(told_twice)] == ["rows_unbooked"]


def test_a_row_that_is_as_wrong_as_the_entry_goes_with_it_and_does_not_come_back(
    told_twice: Basis,
) -> None:
    assert told_twice("reverse", "2", "--why", "the plan took it out").exit_code == 0
    done = told_twice("reverse", "2", "--everywhere", "--why", "the plan took it out")
    assert "t.csv:3 told the same and goes with it" in done.stdout
    assert "open:" not in done.stdout
    assert "not booked" not in told_twice("check", "2020").output
    again = told_twice("import", "t.csv", "--account", "acme", "--yes")
    assert (again.exit_code, held(told_twice)) == (0, "2000.00"), again.output
    # what was said outlives the import that showed the row, and only a new word changes it
    assert told_twice("undo", "2", "--why", "wrong file").exit_code == 0
    again = told_twice("import", "t.csv", "--account", "acme", "--yes")
    assert "t.csv:3: 'same_as_reversed' as answered before: leave" in again.output
    assert held(told_twice) == "2000.00"
    Path("said.json").write_text('[{"code": "same_as_reversed", "line": 3, "answer": "book"}]')
    told_twice("import", "t.csv", "--account", "acme", "--yes", "--answers", "said.json")
    assert held(told_twice) == "3000.00"


@pytest.mark.parametrize(("answer", "worth"), [("book", "3000.00"), ("leave", "2000.00")])
def test_a_row_that_tells_a_reversed_entry_is_asked_about_whenever_its_file_comes(
    desk: Callable[[], Basis], answer: str, worth: str
) -> None:
    Path("a.csv").write_text(EMPOWER.format("1000.00"))
    Path("t.csv").write_text(TYPED_ROWS)
    said = {"code": "same_as_reversed", "line": 3, "answer": answer}
    Path("said.json").write_text(json.dumps([said]))
    come = ("import", "t.csv", "--account", "acme", "--yes")
    for before in (True, False):  # the other file came before the reversal, or after it
        basis = desk()
        assert basis("import", "a.csv", "--account", "acme", "--yes").exit_code == 0
        assert not before or basis(*come).exit_code == 0
        assert basis("reverse", "2", "--why", "typed twice").exit_code == 0
        done = basis(*come)
        assert (done.exit_code, "same_as_reversed" in done.stderr) == (2, True), done.output
        assert basis(*come, "--answers", "said.json").exit_code == 0
        assert (held(basis), basis("check", "2020").exit_code) == (worth, 0)


def test_a_row_of_several_entries_is_open_when_one_of_them_is_reversed(
    desk: Callable[[], Basis],
) -> None:
    Path("a.csv").write_text(EMPOWER.format("1000.00").replace("02/10/20", "01/10/20"))
    Path("t.csv").write_text("Date,Type,Source,Amount\n2020-01-10,contribution,after_tax,2000\n")
    basis = desk()
    for name in ("a.csv", "t.csv"):
        assert basis("import", name, "--account", "acme", "--yes").exit_code == 0
    assert held(basis) == "3000.00"
    assert (
        "t.csv is not booked: entry 2 (a.csv:3)"
        in basis("reverse", "2", "--why", "it was 900").stdout
    )
    add = ("add", "contribution", "--account", "acme", "--source", "after_tax")
    typed = basis(*add, "--date", "2020-01-10", "--amount", "1000", "--again")
    assert typed.exit_code == 0, typed.output
    come = ("import", "t.csv", "--account", "acme", "--yes")
    assert "2,000.00 here, 1,000.00 in the ledger" in basis(*come).stderr
    Path("said.json").write_text('[{"code": "totals_differ", "line": 2, "answer": "skip"}]')
    assert basis(*come, "--answers", "said.json").exit_code == 0
    assert "not booked" not in basis("check", "2020").output
    assert held(basis) == "3000.00"
