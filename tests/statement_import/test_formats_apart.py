"""One event in files of two formats that disagree: by days, by tax year, or cut in other rows.

Whichever comes first, a user who knows the truth says it once and the figures are those.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import Result

Basis = Callable[..., Result]
Truth = Callable[[dict[str, str]], object]
HEADER = "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
PAID = "{day},Payroll Contribution,After-tax Contribution,{fund},{units},{amount}\n"


def bring(basis: Basis, files: Sequence[str], truth: Truth, account: str = "acme") -> list[str]:
    """Import files in one command as one does who answers truly; return what was asked."""
    asked: list[str] = []
    answers: list[dict[str, object]] = []
    for _ in range(5):
        Path("said.json").write_text(json.dumps(answers))
        given = ("--account", account) if account else ()
        given = (*given, "--answers", "said.json")
        basis("import", *files, *given, "--dry-run", "--write-answers", "list.json")
        waits = json.loads(Path("list.json").read_text()) if Path("list.json").exists() else []
        Path("list.json").unlink(missing_ok=True)
        if not waits:
            break
        new = [one for one in waits if one["answer"] is None]
        asked += [one["question"] for one in new]
        answers += [one if one["answer"] else one | {"answer": truth(one)} for one in waits]
    done = basis("import", *files, *given, "--yes")
    assert done.exit_code == 0, done.output
    return asked


def orders(files: Sequence[str]) -> list[list[list[str]]]:
    """Return every way to import files: one by one in each order, and all in one command."""
    return [*([[one] for one in order] for order in permutations(files)), [list(files)]]


def years(basis: Basis, *wanted: int) -> str:
    """Return the forms of some years and what every source holds at their end."""
    found = []
    for year in wanted:
        made = basis("year-end", str(year), "--json")
        assert made.exit_code == 0, made.output
        record = json.loads(made.stdout)
        for paper in record["forms"].get("1099-R", ()):
            del paper["event"]  # the place of the row that counts
        found.append((record["forms"], record["accounts"]))
    return json.dumps(found)


CONVERTED = (
    "{day},Account Withdrawal,After-tax Contribution,500 Index,-10.000000,-1050.00\n"
    "{day},Additional Deposit,In-plan Roth After-tax Conversion,500 Index,10.000000,1050.00\n"
)


@pytest.mark.parametrize("counts_for", ["2020", "2021"])
def test_a_conversion_that_two_formats_have_on_both_sides_of_new_year_counts_where_it_is_said_to(
    desk: Callable[[], Basis], counts_for: str
) -> None:
    """1,050.00 of 1,000.00 of basis: 5b 50.00, in the year of its Form 1099-R."""
    bought = PAID.format(day="12/04/20", fund="500 Index", units="10.000000", amount="1000.00")
    Path("e.csv").write_text(HEADER + bought + CONVERTED.format(day="12/31/20"))
    Path("p.csv").write_text(
        "Date,Type,Source,Amount,Units,Fund\n2020-12-04,contribution,after_tax,1000,10,500 Index\n"
        "2021-01-04,in_plan_conversion,after_tax,1050,10,500 Index\n"
    )

    def truth(question: dict[str, str]) -> str:
        if question["code"] == "value_needed":
            return "all"
        assert "counts for tax year" in question["question"]
        return "instead" if f"here it counts for tax year {counts_for}" in str(question) else "same"

    found = []
    for order in orders(["e.csv", "p.csv"]):
        basis = desk()
        asked = [one for files in order for one in bring(basis, files, truth)]
        assert len([one for one in asked if "counts for tax year" in one]) == 1
        found.append(years(basis, 2020, 2021))
    made = dict(zip(("2020", "2021"), json.loads(found[0]), strict=True))
    assert [year for year, (forms, _) in made.items() if forms["1099-R"]] == [counts_for]
    assert made[counts_for][0]["1040"]["lines"]["5b"] == "50.00"
    assert found == [found[0]] * 3


IRA = "Date,Account,Type,Amount,To,Withheld,Tax Year\n"
FIDELITY = (
    "Run Date,Account,Account Number,Action,Symbol,Description,Type,Quantity,Price ($),"
    "Commission ($),Fees ($),Accrued Interest ($),Amount ($),Settlement Date\n"
)
MOVE = '{day},"{name}",{number},"{action}",,"No Description",Cash,,0.000,,,,{amount},\n'


@pytest.fixture
def iras(desk: Callable[[], Basis]) -> Callable[[], Basis]:
    """Give ledgers with two IRAs at Fidelity, of which the traditional one holds 20,000.00."""

    def new() -> Basis:
        basis = desk()
        for account, kind, number in (
            ("ira", "traditional_ira", "234567890"),
            ("roth", "roth_ira", "234567891"),
        ):
            words = ("--owner", "ann", "--kind", kind, "--institution", "Fidelity")
            assert basis("account", "add", account, *words, "--number", number).exit_code == 0
        for words in (
            ("record", "8606", "--taxpayer", "ann", "--year", "2019", "--line14", "0"),
            ("add", "opening", "--account", "ira", "--date", "2020-01-01", "--value", "20000"),
        ):
            made = basis(*words)
            assert made.exit_code == 0, made.output
        return basis

    return new


def fidelity(*rows: tuple[str, str, str, str]) -> str:
    """Return Fidelity's file of rows: day, account number, what happened, amount."""
    names = {"234567890": "Traditional IRA", "234567891": "Roth IRA"}
    return FIDELITY + "".join(
        MOVE.format(day=day, name=names[number], number=number, action=action, amount=amount)
        for day, number, action, amount in rows
    )


def bring_iras(basis: Basis, order: Sequence[Sequence[str]], said: dict[str, str]) -> None:
    """Import files, and answer what is asked by its code; "year" is that 2020 is the tax year."""

    def truth(question: dict[str, str]) -> str:
        answer = said[question["code"]]
        if answer == "year":
            here = "here it counts for tax year 2020" in question["question"]
            answer = "instead" if here else "same"
        return answer

    for files in order:
        bring(basis, files, truth, account="")


def test_a_roth_conversion_of_two_days_counts_in_the_year_it_is_said_to(
    iras: Callable[[], Basis],
) -> None:
    """6,000.00 without basis left the traditional IRA on December 31, 2020: Form 8606 line 18."""
    Path("f.csv").write_text(
        fidelity(
            ("12/31/2020", "234567890", "CONV TO ROTH IRA VS 234567891-1", "-6000"),
            ("12/31/2020", "234567891", "ROTH CONVERSION VS 234567890-1", "6000"),
        )
    )
    Path("p.csv").write_text(IRA + "2021-01-04,ira,conversion,6000,roth,,\n")
    found = []
    for order in orders(["f.csv", "p.csv"]):
        basis = iras()
        bring_iras(basis, order, {"same_events_other_format": "year"})
        found.append(years(basis, 2020, 2021))
    assert json.loads(found[0])[0][0]["8606"]["lines"]["18"] == "6000.00"
    assert found == [found[0]] * 3


def test_a_contribution_that_two_files_state_other_tax_years_of_is_asked_about(
    iras: Callable[[], Basis],
) -> None:
    """Form 5498 says 2020: line 1 of that year's Form 8606 has it, whichever file came first."""
    Path("f.csv").write_text(
        fidelity(("03/02/2020", "234567890", "CASH CONTRIBUTION PRIOR YEAR", "6000"))
    )
    Path("p.csv").write_text(IRA + "2020-03-02,ira,contribution,6000,,,2020\n")
    found = []
    for order in orders(["f.csv", "p.csv"]):
        basis = iras()
        bring_iras(basis, order, {"same_events_other_format": "year"})
        found.append(years(basis, 2020))
    assert json.loads(found[0])[0][0]["8606"]["lines"]["1"] == "6000.00"
    assert found == [found[0]] * 3


def test_tax_withheld_in_a_row_of_its_own_and_a_gross_amount_days_later_are_one(
    iras: Callable[[], Basis],
) -> None:
    """4,500.00 and 500.00 of tax in one file, 5,000.00 in the other: line 4b 5,000.00, once."""
    Path("f.csv").write_text(
        fidelity(
            ("06/01/2020", "234567890", "NORMAL DISTR PARTIAL", "-4500"),
            ("06/01/2020", "234567890", "FED TAX W/H FEDERAL TAX WITHHELD", "-500"),
        )
    )
    Path("p.csv").write_text(IRA + "2020-06-03,ira,distribution,5000,,500,\n")
    said = {"same_events_other_format": "same", "partner_unknown": "distribution"}
    found = []
    for order in orders(["f.csv", "p.csv"]):
        basis = iras()
        bring_iras(basis, order, said)
        found.append(years(basis, 2020))
    assert json.loads(found[0])[0][0]["1040"]["lines"]["4b"] == "5000.00"
    assert found == [found[0]] * 3


@pytest.mark.parametrize("later", [-2, 1, 4])
def test_paydays_by_fund_in_one_file_and_by_source_in_the_other_are_booked_once(
    desk: Callable[[], Basis], later: int
) -> None:
    """520.00 of a payday: 400.00 and 120.00 by fund, days before or after."""
    days = (10, 24)
    Path("e.csv").write_text(
        HEADER
        + "".join(
            PAID.format(day=f"01/{day}/20", fund="500 Index", units="4", amount="400.00")
            + PAID.format(day=f"01/{day}/20", fund="Bond Index", units="6", amount="120.00")
            for day in days
        )
    )
    Path("p.csv").write_text(
        "Date,Type,Source,Amount\n"
        + "".join(f"2020-01-{day + later:02},contribution,after_tax,520\n" for day in days)
    )
    for order in orders(["e.csv", "p.csv"]):
        basis = desk()
        for files in order:
            bring(basis, files, lambda _: "same")
        held = json.loads(basis("year-end", "2020", "--json").stdout)["accounts"]
        assert [row["closing_basis"] for row in held] == ["1040.00"]


@pytest.mark.parametrize("left", ["", "01/10/20,120"])
def test_a_payday_by_fund_that_a_newer_download_lacks_goes_with_what_was_typed_of_it(
    desk: Callable[[], Basis], left: str
) -> None:
    """The recordkeeper took 400.00, or all of 520.00, back: 900.00 and what is left stay."""
    whole = [("500 Index", "4", "400.00"), ("Bond Index", "6", "120.00")]
    rows = [PAID.format(day="01/10/20", fund=f, units=u, amount=a) for f, u, a in whole]
    kept = PAID.format(day="02/10/20", fund="500 Index", units="8", amount="900.00")
    early = PAID.format(day="01/05/20", fund="500 Index", units="1", amount="9.00")
    Path("e.csv").write_text(HEADER + "".join(rows) + kept)
    Path("n.csv").write_text(HEADER + early + (rows[1] if left else "") + kept)
    Path("p.csv").write_text("Date,Type,Source,Amount\n2020-01-10,contribution,after_tax,520\n")
    said = {"rows_missing": "accept", "same_as_reversed": "leave", "totals_differ": "skip"}
    for order in permutations(["e.csv", "p.csv", "n.csv"]):
        if order.index("e.csv") > order.index("n.csv"):
            continue  # then it is asked in other words which is the newer
        basis = desk()
        for name in order:
            bring(basis, [name], lambda one: said.get(one["code"], "same"))
        made = basis("year-end", "2020", "--json")
        assert made.exit_code == 0, made.output
        held = json.loads(made.stdout)["accounts"]
        total = "1029.00" if left else "909.00"
        assert [row["closing_basis"] for row in held] == [total], order


HISTORY = (
    "Plan name:,ACME 401K\nDate Range,01/01/2020 - 12/31/2020\n\n"
    "Date,Investment,Transaction Type,Amount,Shares/Unit\n"
    '02/05/2020,500 INDEX,Transfer,"0.00","0.000"\n'
    '01/31/2020,500 INDEX,Contributions,"3,500.00","35.000"\n'
)


@pytest.mark.parametrize("day", ["05", "06", "08"])
@pytest.mark.parametrize(
    ("said", "gain"), [({"amount": "2010.00", "source": "after_tax"}, "10.00"), ("all", "10.00")]
)
def test_what_an_answer_gives_a_transfer_of_nothing_is_compared_with_what_was_typed(
    desk: Callable[[], Basis], said: object, gain: str, day: str
) -> None:
    """2,010.00 of 2,000.00 of basis, told by an answer and in a typed list: once, 5b 10.00."""
    Path("h.csv").write_text(HISTORY)
    Path("p.csv").write_text(
        "Date,Type,Source,Amount,Value\n"
        f"2020-02-{day},in_plan_conversion,after_tax,2010.00,2010.00\n"
    )

    def truth(question: dict[str, str]) -> object:
        if question["code"] == "totals_differ":
            assert "all of the source" in question["question"]
            return "instead" if question["file"] == "p.csv" else "skip"
        return {
            "possible_conversion": said,
            "allocation_needed": "pattern:pre_tax=1500,after_tax=2000",
            "same_events_other_format": "same",
        }.get(question["code"], "all")

    for order in orders(["h.csv", "p.csv"]):
        basis = desk()
        for files in order:
            bring(basis, files, truth)
        made = basis("year-end", "2020", "--json")
        assert made.exit_code == 0, made.output
        lines = json.loads(made.stdout)["forms"]["1040"]["lines"]
        assert (lines["5a"], lines["5b"]) == ("2010.00", gain), order


BY_FUND = PAID.format(day="01/10/20", fund="500 Index", units="4", amount="400.00") + PAID.format(
    day="01/10/20", fund="Bond Index", units="6", amount="120.00"
)


@pytest.mark.parametrize("typed", ["after_tax,520.01", "roth,520"])
def test_another_amount_or_source_days_apart_is_other_money(
    desk: Callable[[], Basis], typed: str
) -> None:
    Path("e.csv").write_text(HEADER + BY_FUND)
    Path("p.csv").write_text(f"Date,Type,Source,Amount\n2020-01-11,contribution,{typed}\n")
    for order in orders(["e.csv", "p.csv"]):
        basis = desk()
        assert [one for files in order for one in bring(basis, files, lambda _: "same")] == []


def test_both_legs_of_a_conversion_by_fund_are_asked_about_at_once(
    desk: Callable[[], Basis],
) -> None:
    """500.00 and 130.00 out and in by fund, 630.00 two days later in the other: 5b 110.00."""
    legs = [("500 Index", "4", "500.00"), ("Bond Index", "6", "130.00")]
    Path("e.csv").write_text(
        HEADER
        + BY_FUND
        + "".join(
            f"06/01/20,Account Withdrawal,After-tax Contribution,{fund},-{units},-{amount}\n"
            f"06/01/20,Additional Deposit,In-plan Roth After-tax Conversion,{fund},"
            f"{units},{amount}\n"
            for fund, units, amount in legs
        )
    )
    Path("p.csv").write_text(
        "Date,Type,Source,Amount,Value\n2020-01-10,contribution,after_tax,520,\n"
        "2020-06-03,in_plan_conversion,after_tax,630,630\n"
    )

    def truth(question: dict[str, str]) -> str:
        return "all" if question["code"] == "value_needed" else "same"

    for order in orders(["e.csv", "p.csv"]):
        basis = desk()
        asked = [one for files in order for one in bring(basis, files, truth)]
        assert len([one for one in asked if "shows as much on" in one]) == 1
        lines = json.loads(basis("year-end", "2020", "--json").stdout)["forms"]["1040"]["lines"]
        assert (lines["5a"], lines["5b"]) == ("630.00", "110.00")


@pytest.mark.parametrize("rows", [["-1050"], ["-1000", "-50"]], ids=" ".join)
@pytest.mark.parametrize("day", ["03/01/2021", "03/02/2021"])
def test_an_excess_given_back_that_a_file_only_knows_to_have_left_is_one_payment(
    iras: Callable[[], Basis], rows: list[str], day: str
) -> None:
    """1,000.00 and 50.00 of net income leave the Roth IRA once: box 1 1,050.00, 4,950.00 stay."""
    Path("f.csv").write_text(
        fidelity(
            ("02/03/2020", "234567891", "CASH CONTRIBUTION CURRENT YEAR", "6000"),
            *((day, "234567891", "RETURN OF EXCESS CONTRIBUTION", amount) for amount in rows),
        )
    )
    given_back = ("add", "return_of_contribution", "--account", "roth", "--date", "2021-03-01")
    typed = (*given_back, "--amount", "1000", "--earnings", "50", "--year", "2020")
    said = {"type_unknown": "distribution", "same_events_other_format": "same"}
    first, second = iras(), iras()
    bring_iras(first, [["f.csv"]], said)
    if len(rows) == 1:
        refused = first(*typed)
        assert refused.exit_code == 2
        assert "basis reverse 2" in refused.output
    for number in range(2, 2 + len(rows)):
        assert first("reverse", str(number), "--why", "an excess given back").exit_code == 0
    assert first(*typed).exit_code == 0
    assert second(*typed).exit_code == 0
    bring_iras(second, [["f.csv"]], said)  # which is asked about
    assert years(first, 2020, 2021) == years(second, 2020, 2021)
    (roth,) = (
        row
        for row in json.loads(second("year-end", "2021", "--json").stdout)["accounts"]
        if row["account"] == "roth"
    )
    assert roth["closing_value"] == "4950.00"


@pytest.mark.parametrize("later", [1, 4])
def test_weekly_paydays_are_paired_in_their_order(desk: Callable[[], Basis], later: int) -> None:
    """Four days later a payday is nearer to the next one: paired so, the last would count twice."""
    days = (3, 10, 17)
    Path("e.csv").write_text(
        HEADER
        + "".join(
            PAID.format(day=f"01/{day:02}/20", fund="500 Index", units="4", amount="520.00")
            for day in days
        )
    )
    Path("p.csv").write_text(
        "Date,Type,Source,Amount\n"
        + "".join(f"2020-01-{day + later:02},contribution,after_tax,520\n" for day in days)
    )
    for order in orders(["e.csv", "p.csv"]):
        basis = desk()
        for files in order:
            bring(basis, files, lambda _: "same")
        held = json.loads(basis("year-end", "2020", "--json").stdout)["accounts"]
        assert [row["closing_basis"] for row in held] == ["1560.00"], order


def test_what_differs_of_a_payday_that_is_the_same_is_asked_about(
    desk: Callable[[], Basis],
) -> None:
    """After-tax money and the match of a payday; three days later the match is 310.00."""
    Path("e.csv").write_text(
        HEADER
        + PAID.format(day="01/17/20", fund="500 Index", units="4", amount="520.00")
        + "01/17/20,Payroll Contribution,Employer Match,500 Index,3,310.00\n"
    )
    Path("p.csv").write_text(
        "Date,Type,Source,Amount\n2020-01-20,contribution,after_tax,520\n"
        "2020-01-20,contribution,match,300\n"
    )

    def truth(question: dict[str, str]) -> str:
        if question["code"] == "totals_differ":
            return "instead" if question["file"] == "e.csv" else "skip"
        return "same"

    for order in orders(["e.csv", "p.csv"]):
        basis = desk()
        asked = [one for files in order for one in bring(basis, files, truth)]
        assert any("in the ledger by" in one for one in asked)
        held = json.loads(basis("year-end", "2020", "--json").stdout)["accounts"]
        values = {row["source"]: row["closing_value"] for row in held}
        assert values == {"after_tax": "520.00", "match": "310.00"}, order


def test_the_first_of_two_days_counts_whichever_file_came_first(desk: Callable[[], Basis]) -> None:
    """Of 1,000.00 worth 1,200.00 half is converted on June 1; 1,000.00 more come the day after.

    Basis 1,000 x 600 / 1,200 = 500.00, 5b 100.00 (IRC 72(e)(8)). In the other file all is posted
    three days later: were that the day, 2,000.00 of basis would stand for 2,200.00.
    """
    june = (
        "{0},Account Withdrawal,After-tax Contribution,500 Index,-5.000000,-600.00\n"
        "{0},Additional Deposit,In-plan Roth After-tax Conversion,500 Index,5.000000,600.00\n"
    )
    paid = PAID.format(day="01/10/20", fund="500 Index", units="10.000000", amount="1000.00")
    more = PAID.format(day="06/02/20", fund="500 Index", units="8.333333", amount="1000.00")
    Path("e.csv").write_text(HEADER + paid + june.format("06/01/20") + more)
    Path("p.csv").write_text(
        "Date,Type,Source,Amount,Units,Fund\n2020-01-10,contribution,after_tax,1000,10,500 Index\n"
        "2020-06-02,contribution,after_tax,1000,8.333333,500 Index\n"
        "2020-06-04,in_plan_conversion,after_tax,600,5,500 Index\n"
    )
    for order in orders(["e.csv", "p.csv"]):
        basis = desk()
        for files in order:
            bring(basis, files, lambda one: "all" if one["code"] == "value_needed" else "same")
        made = basis("year-end", "2020", "--json")
        assert made.exit_code == 0, made.output
        assert json.loads(made.stdout)["forms"]["1040"]["lines"]["5b"] == "100.00", order


@pytest.mark.parametrize("undone", ["f.csv", "p.csv"])
def test_instead_said_again_after_an_undo_counts_one_payment(
    iras: Callable[[], Basis], undone: str
) -> None:
    """The file with the true year comes second, and either is taken back and imported again."""
    Path("p.csv").write_text(IRA + "2020-03-02,ira,contribution,6000,,,2020\n")
    Path("f.csv").write_text(
        fidelity(("03/02/2020", "234567890", "CASH CONTRIBUTION PRIOR YEAR", "6000"))
    )

    def truth(question: dict[str, str]) -> str:
        return "instead" if question["file"] == "f.csv" else "same"

    basis = iras()
    for name in ("p.csv", "f.csv"):
        bring(basis, [name], truth, account="")
    number = {"p.csv": "2", "f.csv": "3"}[undone]  # the opening was typed
    assert basis("undo", number, "--why", "again").exit_code == 0
    bring(basis, [undone], truth, account="")
    made = json.loads(basis("year-end", "2020", "--json").stdout)
    (ira,) = (row for row in made["accounts"] if row["account"] == "ira")
    assert (ira["closing_value"], made["forms"]["8606"]["lines"].get("1")) == ("26000.00", None)


def test_a_conversion_cut_otherwise_on_its_two_sides_is_known_with_all_its_rows(
    desk: Callable[[], Basis],
) -> None:
    """Two funds out, one in: 1,520.00 of 1,400.00 of basis, 5b 120.00, in every order."""
    out = "06/01/20,Account Withdrawal,After-tax Contribution,{0},-{1},-{2}\n"
    came = "06/01/20,Additional Deposit,In-plan Roth After-tax Conversion,Target 2040,152,1520.00\n"
    Path("e.csv").write_text(
        HEADER
        + PAID.format(day="01/10/20", fund="500 Index", units="10", amount="1000.00")
        + PAID.format(day="01/10/20", fund="Bond Index", units="20", amount="400.00")
        + out.format("500 Index", "10", "1100.00")
        + out.format("Bond Index", "20", "420.00")
        + came
    )
    Path("p.csv").write_text(
        "Date,Type,Source,Amount,Value\n2020-01-10,contribution,after_tax,1400,\n"
        "2020-06-01,in_plan_conversion,after_tax,1520,1520\n"
    )
    for order in orders(["e.csv", "p.csv"]):
        basis = desk()
        for files in order:
            bring(basis, files, lambda one: "all" if one["code"] == "value_needed" else "same")
        lines = json.loads(basis("year-end", "2020", "--json").stdout)["forms"]["1040"]["lines"]
        assert (lines["5a"], lines["5b"]) == ("1520.00", "120.00"), order


def test_a_typed_event_that_was_reversed_is_typed_anew(desk: Callable[[], Basis]) -> None:
    basis = desk()
    words = ("add", "contribution", "--account", "acme", "--source", "pre_tax", "--amount", "100")
    paid = (*words, "--date", "2020-02-03")
    assert basis(*paid).exit_code == 0
    assert basis(*paid).exit_code == 2
    assert basis("reverse", "1", "--why", "another source").exit_code == 0
    assert basis(*paid).exit_code == 0
    assert basis(*paid).exit_code == 2


@pytest.mark.parametrize("corrected", ["5900", ""])
def test_what_was_replaced_does_not_come_back_with_a_correction_of_what_replaced_it(
    iras: Callable[[], Basis], corrected: str
) -> None:
    """6,000.00 told for two years is one payment; then Fidelity shows 5,900.00, or none at all."""
    number, action = "234567890", "CASH CONTRIBUTION PRIOR YEAR"
    around = [(day, number, "CASH CONTRIBUTION CURRENT YEAR", "100") for day in DAYS_AROUND]
    Path("p.csv").write_text(IRA + "2020-03-02,ira,contribution,6000,,,2020\n")
    Path("f.csv").write_text(fidelity(*around, ("03/02/2020", number, action, "6000")))
    left = [("03/02/2020", number, action, corrected)] if corrected else []
    Path("g.csv").write_text(fidelity(*around, *left))

    def truth(question: dict[str, str]) -> str:
        if question["code"] == "rows_missing":
            return "accept" if question["file"] == "g.csv" else "older"
        return "instead" if question["file"] == "f.csv" else "same"

    basis = iras()
    for name in ("p.csv", "f.csv", "g.csv"):
        bring(basis, [name], truth, account="")
    made = json.loads(basis("year-end", "2020", "--json").stdout)
    (ira,) = (row for row in made["accounts"] if row["account"] == "ira")
    assert ira["closing_value"] == ("26100.00" if corrected else "20200.00")


DAYS_AROUND = ("01/02/2020", "06/02/2020")


@pytest.mark.parametrize("late", [0, 2])
@pytest.mark.parametrize("order", [["e.csv", "s.csv", "t.csv"], ["s.csv", "t.csv", "e.csv"]])
def test_a_payday_in_total_that_was_corrected_is_no_more_by_fund(
    desk: Callable[[], Basis], late: int, order: list[str]
) -> None:
    """520.00 of February 10 by fund, and in total; a newer list of totals has no such row."""
    early = "01/05/2020\t5 - AFTER-TAX\tContributions\t$9.00\t1.000\n"
    march = "03/10/2020\t5 - AFTER-TAX\tContributions\t$900.00\t8.000\n"
    Path("e.csv").write_text(HEADER + BY_FUND.replace("01/10", "02/10"))
    payday = f"02/{10 + late}/2020\t5 - AFTER-TAX\tContributions\t$520.00\t10.000\n"
    Path("s.csv").write_text(march + payday + early)
    Path("t.csv").write_text(march + early)
    said = {"rows_missing": "accept", "same_as_reversed": "leave"}
    basis = desk()
    for name in order:
        bring(basis, [name], lambda one: said.get(one["code"], "same"))
    held = json.loads(basis("year-end", "2020", "--json").stdout)["accounts"]
    assert [row["closing_basis"] for row in held] == ["909.00"]


@pytest.mark.parametrize("day", ["01", "03"])
def test_tax_withheld_that_only_one_file_states_is_in_the_books_in_every_order(
    iras: Callable[[], Basis], day: str
) -> None:
    """5,000.00 with 500.00 of federal and 100.00 of state tax: boxes 4 and 14 of Form 1099-R."""
    Path("f.csv").write_text(fidelity(("06/01/2020", "234567890", "NORMAL DISTR PARTIAL", "-5000")))
    Path("p.csv").write_text(
        "Date,Account,Type,Amount,Withheld,State Withheld\n"
        f"2020-06-{day},ira,distribution,5000,500,100\n"
    )

    def truth(question: dict[str, str]) -> str:
        if question["code"] == "partner_unknown":
            return "distribution"
        return "instead" if "only this file states withheld 500.00" in str(question) else "same"

    for order in orders(["f.csv", "p.csv"]):
        basis = iras()
        for files in order:
            bring(basis, files, truth, account="")
        (paper,) = json.loads(basis("year-end", "2020", "--json").stdout)["forms"]["1099-R"]
        boxes = paper["boxes"]
        assert (boxes["1"], boxes["4"], boxes["14"]) == ("5000.00", "500.00", "100.00"), order


def test_a_day_that_a_newer_download_corrected_moves_nothing(desk: Callable[[], Basis]) -> None:
    """Typed on January 12; the first download had the 10th, the newer one has the 13th."""
    row = PAID.format(day="{}", fund="500 Index", units="10", amount="1000.00")
    around = [row.format(day) for day in ("01/02/20", "02/10/20")]
    Path("p.csv").write_text("Date,Type,Source,Amount\n2020-01-12,contribution,after_tax,1000\n")
    for name, day in (("old.csv", "01/10/20"), ("new.csv", "01/13/20")):
        Path(name).write_text(HEADER + around[0] + row.format(day) + around[1])
    basis = desk()
    said = {"rows_missing": "accept"}
    for name, held in (
        ("p.csv", "2020-01-12"),
        ("old.csv", "2020-01-10"),
        ("new.csv", "2020-01-12"),
    ):
        bring(basis, [name], lambda one: said.get(one["code"], "same"))
        assert held in basis("register", "acme").stdout
    assert json.loads(basis("year-end", "2020", "--json").stdout)["accounts"][0][
        "closing_basis"
    ] == ("3000.00")
