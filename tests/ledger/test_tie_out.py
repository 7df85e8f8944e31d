"""Printed forms beside the ledger: each known misprint is named, with figures worked by hand.

The stories are short: Ana's plan at Acme holds 10,000 of after-tax money with 200 of gains, and her
IRA holds nothing before the year starts.
"""

from __future__ import annotations

import pytest

from ledger import scenario
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.year_end import TieOut, YearEnd

HEAD = """
[scenario]
tax_years = [2024]
[[taxpayer]]
id = "ana"
name = "Ana Bell"
born = 1985-02-01
[[account]]
id = "acme"
owner = "ana"
kind = "401k"
employer = "Acme"
institution = "Fidelity"
[[account]]
id = "ira"
owner = "ana"
kind = "traditional_ira"
[[account]]
id = "roth"
owner = "ana"
kind = "roth_ira"
[[opening_basis]]
taxpayer = "ana"
as_of = 2024-01-01
traditional_ira = 0
"""
AFTER_TAX = """
[[opening]]
date = 2024-01-01
account = "acme"
source = "after_tax"
value = 10200
basis = 10000
[[event]]
date = 2024-05-02
account = "acme"
kind = "distribution"
id = "d1"
source = "after_tax"
"""
TO_ROTH = AFTER_TAX + 'parts = [{ to = "roth", amount = 10200 }]\n'
TO_BOTH = AFTER_TAX + (
    'parts = [{ to = "roth", amount = 10000 }, { to = "ira", amount = 200, pretax = 200 }]\n'
)
PARTLY_CASH = AFTER_TAX + (
    'parts = [{ to = "roth", amount = 10000 }, { to = "cash", amount = 200 }]\n'
)
IN_PLAN = """
[[opening]]
date = 2024-01-01
account = "acme"
source = "after_tax"
value = 10200
basis = 10000
[[event]]
date = 2024-05-02
account = "acme"
kind = "in_plan_conversion"
source = "after_tax"
amount = 10200
"""
BACKDOOR = """
[[event]]
date = 2024-02-01
account = "ira"
kind = "contribution"
amount = 7000
[[event]]
date = 2024-02-08
account = "ira"
kind = "conversion"
id = "c1"
to = "roth"
amount = 7000
"""


def printed(form: str, payer: str, boxes: str, year: int = 2024) -> str:
    return (
        f'[[tax_document]]\ntaxpayer = "ana"\nyear = {year}\nform = "{form}"\npayer = "{payer}"\n'
        f"boxes = {{ {boxes} }}\n"
    )


def record_of(text: str, year: int = 2024) -> YearEnd:
    story = scenario.parse((HEAD + text).encode(), "s.toml")
    worked = work_out(story.books, [year])
    assert worked.refused == ()
    found = worked.of("ana", year)
    assert found is not None
    return found


def row(record: YearEnd, box: str, form: str = "1099-R", payer: str = "acme") -> TieOut:
    [found] = [r for r in record.tie_out if (r.form, r.payer, r.box) == (form, payer, box)]
    return found


def patterns(record: YearEnd, form: str = "1099-R") -> dict[str, str]:
    return {r.box: r.pattern for r in record.tie_out if r.form == form and r.pattern}


def test_a_right_form_agrees_in_every_box_and_is_no_finding() -> None:
    record = record_of(TO_ROTH + printed("1099-R", "acme", '1=10200, 2a=200, 4=0, 5=10000, 7="G"'))
    assert patterns(record) == {}
    assert [r.box for r in record.tie_out if r.form == "1099-R"] == ["1", "2a", "4", "5", "7"]
    assert record.enter_instead == ()
    assert not [f for f in record.findings if f.code == "form_1099r_differs"]


@pytest.mark.parametrize("story", [TO_ROTH, IN_PLAN])
def test_earnings_left_out_of_box_2a_with_code_g(story: str) -> None:
    record = record_of(story + printed("1099-R", "acme", '1=10200, 2a=0, 5=10000, 7="G"'))
    assert patterns(record) == {"2a": "earnings_left_out"}
    found = row(record, "2a")
    assert str(found.difference) == "-200.00"
    assert found.entries == ("s.toml:33",)  # the event that moved the money
    assert "200.00" in found.remedy
    [finding] = [f for f in record.findings if f.code == "form_1099r_differs"]
    assert finding.severity == "warning"
    [line] = record.enter_instead
    assert {box: str(value) for box, value in line.boxes.items()} == {
        "1": "10,200.00",
        "2a": "200.00",
        "4": "0.00",
        "5": "10,000.00",
        "7": "G",
    }


def test_one_form_for_two_destinations_gets_two_lines_that_add_back_to_it() -> None:
    record = record_of(TO_BOTH + printed("1099-R", "acme", '1=10200, 2a=0, 5=10000, 7="G"'))
    assert patterns(record) == {"1": "one_form_for_several"}
    lines = [(e.to, str(e.boxes["1"]), str(e.boxes["2a"])) for e in record.enter_instead]
    assert lines == [("roth", "10,000.00", "0.00"), ("ira", "200.00", "0.00")]
    codes = {f.code: f.severity for f in record.findings}
    assert codes["form_1099r_combined"] == "info"
    assert "form_1099r_differs" not in codes


def test_codes_g_and_2_on_one_form_are_taken_apart() -> None:
    """10,000 went to the Roth IRA (code G), 200 were paid out before 59 1/2 (code 1).

    The 200 of gains count to the direct rollover first (Notice 2014-54): the cash is all basis.
    """
    record = record_of(PARTLY_CASH + printed("1099-R", "acme", '1=10200, 2a=200, 5=10000, 7="G"'))
    assert patterns(record) == {"1": "one_form_for_several", "7": "codes_g_and_2_mixed"}
    assert row(record, "7").expected == "G and 1"
    assert [str(e.boxes["7"]) for e in record.enter_instead] == ["G", "1"]
    assert [str(e.boxes["2a"]) for e in record.enter_instead] == ["200.00", "0.00"]


def test_gross_as_taxable_not_determined() -> None:
    """The plan left the work to the filer: 200 is taxable, not 10,200."""
    boxes = '1=10200, 2a=10200, 2b="not determined", 7="G"'
    record = record_of(TO_ROTH + printed("1099-R", "acme", boxes))
    assert patterns(record) == {"2a": "taxable_amount_not_determined", "5": "basis_left_out"}
    assert str(row(record, "2a").difference) == "10,000.00"
    assert str(record.enter_instead[0].boxes["2a"]) == "200.00"


def test_basis_left_out_looks_as_if_all_were_taxable() -> None:
    record = record_of(TO_ROTH + printed("1099-R", "acme", '1=10200, 2a=10200, 5=0, 7="G"'))
    assert patterns(record) == {"2a": "basis_left_out", "5": "basis_left_out"}


def test_an_in_plan_conversion_printed_as_a_payment() -> None:
    record = record_of(IN_PLAN + printed("1099-R", "acme", '1=10200, 2a=200, 5=10000, 7="2"'))
    assert patterns(record) == {"7": "codes_g_and_2_mixed"}
    assert row(record, "7").expected == "G"


def test_two_printed_forms_for_one_expected_are_added_up() -> None:
    """The plan sent a form for each of two conversions of 100 with 50 of basis each: 200 in all."""
    story = IN_PLAN.replace("10200", "200").replace("basis = 10000", "basis = 100")
    half = printed("1099-R", "acme", '1=100, 2a=50, 5=50, 7="G"')
    record = record_of(story + half + half)
    assert patterns(record) == {}
    assert str(row(record, "1").printed) == "200.00"


def test_a_payment_that_the_ledger_lacks_and_a_form_that_nobody_recorded() -> None:
    """The IRA's form is missing, and the plan reports 500 of which the ledger knows nothing."""
    record = record_of(BACKDOOR + printed("1099-R", "acme", '1=500, 2a=500, 7="1"'))
    assert row(record, "1").pattern == "not_in_ledger"
    missing = row(record, "1", payer="ira")
    assert (missing.pattern, missing.printed, str(missing.expected)) == (
        "form_missing",
        None,
        "7,000.00",
    )
    assert "form_1099r_missing" in {f.code for f in record.findings}


def test_gross_and_withholding_that_differ() -> None:
    record = record_of(TO_ROTH + printed("1099-R", "acme", '1=10300, 2a=200, 4=50, 5=10000, 7="G"'))
    assert patterns(record) == {"1": "gross_differs", "4": "box_differs"}
    assert "100.00 more" in row(record, "1").says
    assert record.enter_instead == ()  # first find out what happened


def test_the_one_payment_that_makes_the_difference_is_named() -> None:
    """Two payments of 1,000 and 300; the payer's form has the first alone."""
    paid = '[[event]]\ndate = 2024-{}\naccount = "ira"\nkind = "distribution"\namount = {}\n'
    story = BACKDOOR.split("[[event]]\ndate = 2024-02-08", maxsplit=1)[0]
    story += paid.format("05-02", 1000) + paid.format("12-30", 300)
    record = record_of(story + printed("1099-R", "ira", '1=1000, 2a=1000, 7="1"'))
    found = row(record, "1", payer="ira")
    assert found.pattern == "gross_differs"
    assert "300.00 less" in found.says
    assert "the distribution of 2024-12-30" in found.says


def test_an_ira_may_report_its_payments_of_one_code_on_one_form() -> None:
    """Before 59 1/2 a conversion has code 2; paid out under exception 02: code 2 too."""
    paid = (
        '[[event]]\ndate = 2024-07-01\naccount = "ira"\nkind = "distribution"\namount = 1000\n'
        'exception = "02"\n'
    )
    story = BACKDOOR.replace('to = "roth"\namount = 7000', 'to = "roth"\namount = 6000')
    record = record_of(story + paid + printed("1099-R", "ira", '1=7000, 2a=7000, 7="2"'))
    assert len(record.forms_1099r) == 2
    assert patterns(record) == {}
    assert record.enter_instead == ()


def test_a_backdoor_year_with_right_forms_agrees() -> None:
    """A conversion before 59 1/2 has code 2, box 2a repeats the gross; Form 8606 does the rest."""
    forms = (
        printed("1099-R", "ira", '1=7000, 2a=7000, 2b="not determined", 7="2", ira=true'),
        printed("5498", "ira", "1=7000, 5=0"),
        printed("5498", "roth", "3=7000, 5=7100"),
    )
    record = record_of(BACKDOOR + "".join(forms))
    assert {r.pattern for r in record.tie_out} == {""}
    assert str(record.f8606.amount("18")) == "0.00"


def test_the_value_of_a_printed_5498_is_line_6() -> None:
    """5,000 of 7,000 are converted; the trustee reports 2,100 on December 31: gains of 100.

    Line 9 = 2,100 + 5,000 = 7,100; line 10 = 7,000 / 7,100 = 0.9859; line 11 = 4,929.58.
    """
    story = BACKDOOR.replace('to = "roth"\namount = 7000', 'to = "roth"\namount = 5000')
    record = record_of(story + printed("5498", "ira", "1=7000, 5=2100"))
    assert str(record.f8606.amount("6")) == "2,100.00"
    assert str(record.f8606.amount("11")) == "4,929.58"
    assert "year_end_value_not_stated" not in {f.code for f in record.findings}


def test_a_value_that_no_balance_states_is_not_expected_to_be_what_was_paid_in() -> None:
    """7,000 were converted on February 8; what the Roth IRA's funds did until December 31?"""
    other = printed("5498", "ira", "1=7000, 5=0")
    unstated = row(record_of(BACKDOOR + other), "5", "5498", "roth")
    assert (unstated.pattern, unstated.expected) == ("form_missing", "not known")
    assert "no balance of December 31" in unstated.remedy
    # a form whose box 5 nobody recorded is not held against it either
    without = record_of(BACKDOOR + printed("5498", "roth", "3=7000"))
    assert [r.box for r in without.tie_out if (r.form, r.payer) == ("5498", "roth")] == ["3"]
    balance = '[[event]]\ndate = 2024-12-31\naccount = "roth"\nkind = "balance"\nvalue = 7050\n'
    stated = row(record_of(BACKDOOR + other + balance), "5", "5498", "roth")
    assert str(stated.expected) == "7,050.00"


def test_a_printed_value_is_tied_out_to_a_statement_of_the_same_day() -> None:
    balance = '[[event]]\ndate = 2024-12-31\naccount = "roth"\nkind = "balance"\nvalue = 7050\n'
    record = record_of(BACKDOOR + balance + printed("5498", "roth", "3=7000, 5=7500"))
    found = row(record, "5", "5498", "roth")
    assert (found.pattern, str(found.difference)) == ("year_end_value_differs", "450.00")


def test_rollovers_and_recharacterizations_have_their_own_boxes_of_form_5498() -> None:
    """6,000 paid into the Roth IRA goes to the IRA with 60 of gains: box 10 there, box 4 here."""
    story = """
[[event]]
date = 2024-03-01
account = "roth"
kind = "contribution"
amount = 6000
[[event]]
date = 2024-09-02
account = "roth"
kind = "recharacterization"
to = "ira"
amount = 6000
year = 2024
earnings = 60
"""
    gains = '[[event]]\ndate = 2024-09-01\naccount = "roth"\nkind = "earnings"\namount = 60\n'
    forms = printed("5498", "roth", "10=6000, 5=0") + printed("5498", "ira", "4=6060, 5=6060")
    record = record_of(gains + story + forms)
    assert patterns(record, "5498") == {}
    rolled = record_of(TO_ROTH + printed("5498", "roth", "2=10200, 5=10200"))
    assert patterns(rolled, "5498") == {}


PUT_BACK = """
[[event]]
date = 2025-05-06
account = "ira"
kind = "contribution"
amount = 3000
year = 2024
postponed = "FD: wildfires"
[[event]]
date = 2025-02-03
account = "ira"
kind = "distribution"
id = "birth"
amount = 500
reason = "birth_or_adoption"
[[event]]
date = 2025-06-02
account = "ira"
kind = "repayment"
of = "birth"
amount = 400
[[event]]
date = 2025-02-10
account = "ira"
kind = "distribution"
id = "late"
amount = 200
[[event]]
date = 2025-07-01
account = "ira"
kind = "rollover_60day"
of = "late"
to = "ira"
amount = 200
reason = "self-certified"
"""


def test_what_is_put_in_late_or_put_back_has_boxes_of_its_own_on_form_5498() -> None:
    opened = '[[opening]]\ndate = 2024-01-01\naccount = "ira"\nvalue = 5000\n'
    story = opened + PUT_BACK + printed("5498", "ira", "13a=3200, 14a=400", year=2025)
    found = {
        r.box: (str(r.printed), str(r.expected), r.pattern)
        for r in record_of(story, 2025).tie_out
        if r.form == "5498" and r.payer == "ira"
    }
    assert found == {"13a": ("3,200.00", "3,200.00", ""), "14a": ("400.00", "400.00", "")}
    # the year that the postponed money is for has none of it in box 1
    earlier = record_of(opened + PUT_BACK + printed("5498", "ira", "1=3000"), 2024)
    assert patterns(earlier, "5498")["1"] == "contributions_differ"


def test_state_tax_withheld_is_compared() -> None:
    story = AFTER_TAX + "amount = 1000\nwithheld = 100\nstate_withheld = 40\n"
    boxes = "1=1000, 2a=19.61, 4=100, 5=980.39, 7=1"
    assert patterns(record_of(story + printed("1099-R", "acme", boxes)))["14"] == "box_blank"
    right = record_of(story + printed("1099-R", "acme", f"{boxes}, 14=40"))
    assert row(right, "14").pattern == ""


def test_deferrals_of_a_december_payday_that_arrive_in_january() -> None:
    """Paid 1,000 in December 2024, booked by the plan on January 3: the W-2 of 2024 counts it."""
    story = ""
    for day, amount in (("2024-01-04", 400), ("2024-06-14", 9000), ("2025-01-03", 1000)):
        story += (
            f'[[event]]\ndate = {day}\naccount = "acme"\nkind = "contribution"\n'
            f'source = "pre_tax"\namount = {amount}\n'
        )
    record = record_of(story + printed("W-2", "acme", "12D=10000, 13=true"))
    found = row(record, "12D", "W-2", "Acme")
    assert (found.pattern, str(found.expected)) == ("deferral_paid_after_year_end", "9,400.00")
    other = record_of(story + printed("W-2", "Acme", "12D=8000, 13=true"))
    assert row(other, "12D", "W-2", "Acme").pattern == "deferrals_differ"


def test_a_stated_year_of_a_deferral_counts_for_the_limit_and_for_the_w2_alike() -> None:
    story = ""
    for day, amount, year in (("2024-01-04", 400, 2023), ("2025-01-03", 1000, 2024)):
        story += (
            f'[[event]]\ndate = {day}\naccount = "acme"\nkind = "contribution"\n'
            f'source = "pre_tax"\namount = {amount}\nyear = {year}\n'
        )
    record = record_of(story + printed("W-2", "acme", "12D=1000"))
    assert patterns(record, "W-2") == {}
    assert str(record.limits.deferrals.used) == "1,000.00"
    assert [str(one.used) for one in record.limits.additions] == ["1,000.00"]


def test_pre_tax_and_roth_deferrals_taken_for_each_other() -> None:
    """The ledger has 9,000 pre-tax and 1,000 Roth, the W-2 all 10,000 as pre-tax."""
    story = ""
    for source, amount in (("pre_tax", 9000), ("roth", 1000)):
        story += (
            '[[event]]\ndate = 2024-06-14\naccount = "acme"\nkind = "contribution"\n'
            f'source = "{source}"\namount = {amount}\n'
        )
    record = record_of(story + printed("W-2", "acme", "12D=10000"))
    assert patterns(record, "W-2") == {
        "12D": "roth_and_pre_tax_differ",
        "12AA": "roth_and_pre_tax_differ",
    }


@pytest.mark.parametrize(
    ("box_13", "covered", "pattern"),
    [
        ("true", "covered_by_plan = true", ""),
        ("true", "covered_by_plan = false", "coverage_differs"),
        ("true", "magi = 1", "coverage_not_recorded"),
        ("false", "covered_by_plan = true", "retirement_plan_not_ticked"),
    ],
)
def test_the_retirement_plan_checkbox(box_13: str, covered: str, pattern: str) -> None:
    story = (
        '[[event]]\ndate = 2024-06-14\naccount = "acme"\nkind = "contribution"\n'
        f'source = "roth"\namount = 500\n[[year]]\ntaxpayer = "ana"\nyear = 2024\n{covered}\n'
    )
    record = record_of(story + printed("W-2", "Acme", f"12AA=500, 13={box_13}"))
    assert row(record, "13", "W-2", "Acme").pattern == pattern


def test_a_filed_form_is_compared_line_by_line_in_whole_dollars() -> None:
    """Filed: line 1 = 7,000, line 18 = 7,000 as if nothing had been taxed before."""
    record = record_of(BACKDOOR + printed("8606", "IRS", "1=7000, 8=7000, 18=7000"))
    assert patterns(record, "8606") == {"18": "filed_form_differs"}
    assert "amend 2024" in row(record, "18", "8606", "IRS").remedy
    cents = BACKDOOR.replace("7000", "6999.60")
    assert patterns(record_of(cents + printed("8606", "IRS", "1=7000")), "8606") == {}
    assert patterns(record_of(cents + printed("8606", "IRS", "1=7001")), "8606") != {}
    assert patterns(record_of(cents + printed("8606", "IRS", "1=6999.50")), "8606") != {}


def test_a_year_before_the_books_is_not_compared() -> None:
    assert record_of(printed("8606", "IRS", "14=3000", 2024)).tie_out == ()


def test_without_a_printed_form_nothing_is_missing() -> None:
    record = record_of(BACKDOOR)
    assert record.tie_out == ()
    assert not [f for f in record.findings if "1099r" in f.code]


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(LedgerError) as refused:
        scenario.parse((HEAD + text).encode(), "s.toml")
    return [(fault.code, fault.problem) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("form", "payer", "boxes", "code"),
    [
        ("1099-R", "acme", '1=100, 2c=1, 7="G"', "unknown_box"),
        ("1099-R", "acme", '1=100.005, 7="G"', "bad_amount"),
        ("1099-R", "acme", '1=-100, 7="G"', "bad_amount"),
        ("1099-R", "acme", '1=100, 7="X"', "bad_value"),
        ("1099-R", "acme", '1=100, 5=101, 7="G"', "box_above_gross"),
        ("1099-R", "acme", '1=100, 2a=101, 7="G"', "box_above_gross"),
        ("1099-R", "acme", "1=100", "missing_field"),
        ("1099-R", "Acmee", '1=100, 7="G"', "unknown_payer"),
        ("5498", "acme", "1=100", "unknown_payer"),
        ("W-2", "Acm", "12D=100", "unknown_payer"),
        ("W-2", "Acme", "12d=100", "unknown_box"),
        ("W-2", "Acme", "12XX=100", "unknown_box"),
    ],
)
def test_what_no_form_can_say_is_refused(form: str, payer: str, boxes: str, code: str) -> None:
    assert [found for found, _ in faults(printed(form, payer, boxes))] == [code]


def test_every_fault_of_every_form_comes_at_once() -> None:
    both = printed("1099-R", "acme", '1=1.001, 99=3, 7="G"') + printed("5498", "iras", "1=2")
    assert [code for code, _ in faults(both)] == ["bad_amount", "unknown_box", "unknown_payer"]


def test_a_payer_is_known_by_its_institution_where_that_is_one_account() -> None:
    record = record_of(TO_ROTH + printed("1099-R", "fidelity", '1=10200, 2a=200, 5=10000, 7="G"'))
    assert {r.payer for r in record.tie_out if r.form == "1099-R"} == {"acme"}


def test_a_roth_account_at_a_loss_keeps_its_contributions_in_box_5() -> None:
    forms = printed("1099-R", "acme", '1=900, 2a=0, 5=1000, 7="H"')
    assert record_of(forms).tie_out[0].pattern == "not_in_ledger"


@pytest.mark.parametrize("text", ["{}", "[]", "x", '{"schema": "basis/year-end/1"}', "[" * 9999])
def test_a_filed_year_that_is_no_record_is_refused(text: str) -> None:
    table = f'[[filed_year]]\ntaxpayer = "ana"\nyear = 2023\nclosed_at = "x"\ntext = \'{text}\'\n'
    assert [code for code, _ in faults(table)] == ["bad_value"]


@pytest.mark.parametrize(
    ("told", "pattern"),
    [
        ("1 = 7003.12, 2a = 0", "taxable_amount_differs"),
        ('1 = 7003.12, 2b = "taxable amount not determined"', "taxable_amount_not_determined"),
    ],
)
def test_of_an_ira_nobody_enters_the_gross_as_taxable(told: str, pattern: str) -> None:
    # 7,000 put in, 7,003.12 converted: Form 8606 line 18 is 3.12
    story = BACKDOOR.replace('to = "roth"\namount = 7000', 'to = "roth"\namount = 7003.12')
    gain = '[[event]]\ndate = 2024-02-05\naccount = "ira"\nkind = "earnings"\namount = 3.12\n'
    paper = printed("1099-R", "ira", f'{told}, 7 = "2"')
    found = row(record_of(story + gain + paper), "2a", payer="ira")
    assert found.pattern == pattern
    assert "enter none of box 2a as taxable" in found.remedy
    assert "line 18 3.12" in found.remedy
