"""Worksheets of the publications that stand beside the forms."""

from __future__ import annotations

from ledger.forms.f8606 import TraditionalYear
from ledger.forms.form import Form
from ledger.law.ira_deduction import reduced_by_phase_out
from ledger.law.ira_pro_rata import nontaxable_ratio, places_that_lose_nothing
from ledger.money import Money
from ledger.records import Options

WORKSHEET_1_1 = "pub_590b_1_1"
_LABELS_1_1 = {
    "1": "Basis brought forward",
    "2": "Contributions for the year that may turn out to be nondeductible",
    "3": "Lines 1 and 2 together",
    "4": "Value of all traditional IRAs at year end, plus outstanding rollovers",
    "5": "Distributions and conversions of the year",
    "6": "Lines 4 and 5 together",
    "7": "Line 3 divided by line 6",
    "8": "Nontaxable part",
    "9": "Taxable part",
    "10": "Taxable part of the amount converted",
    "11": "Taxable part of the distributions",
}


def worksheet_1_1(year: TraditionalYear, options: Options) -> Form:
    """Work out Pub. 590-B Worksheet 1-1, Figuring the Taxable Part of Your IRA Distribution.

    Used where the deduction for the year depends on the taxable part. Unlike Form 8606 it does
    not take contributions made after the end of the year out of the numerator.
    """
    title = "Pub. 590-B, Worksheet 1-1"
    w = Form(WORKSHEET_1_1, _LABELS_1_1, whole_dollars=options.whole_dollars, title=title)
    w.enter("1", year.basis_before, "line 2 of Form 8606")
    w.enter("2", year.contributed, "all contributions for the year")
    w["3"] = w["1"] + w["2"]
    w.enter("4", year.value_with_outstanding, "balances on December 31 and outstanding rollovers")
    w.enter("5", year.distributed + year.converted, "distributions and conversions")
    w["6"] = w["4"] + w["5"]
    places = options.line_10_places or places_that_lose_nothing(
        w.amount("3"), w.amount("6"), (w.amount("5"),), year.tax_year
    )
    ratio = nontaxable_ratio(w.amount("3"), w.amount("6"), places=places)
    w.set_ratio("7", w["3"], w["6"], ratio)
    w["8"] = (w["5"] * w.ratio("7")).but_at_most(w["3"])
    w["9"] = w["5"] - w["8"]
    converted = year.converted
    if not year.distributed:
        w["10"] = w["9"]
    else:
        part = w.amount("9").share(converted, year.distributed + converted)
        w.enter("10", part, "line 9 in the proportion of the amount converted to line 5")
    w["11"] = w["9"] - w["10"]
    return w


IRA_DEDUCTION = "ira_deduction"
_LABELS_DEDUCTION = {
    "1": "End of the phase-out range",
    "2": "Modified adjusted gross income",
    "3": "Line 1 less line 2",
    "4": "Contribution limit",
    "5": "Limit reduced over the range",
    "6": "Contributions to traditional IRAs for the year",
    "7": "IRA deduction",
    "8": "Nondeductible contributions (Form 8606, line 1)",
}


def deduction_worksheet(
    contributed: Money, limit: Money, magi: Money, phase_out: tuple[Money, Money] | None
) -> Form:
    """Work out the IRA deduction (Pub. 590-A, Worksheet 1-2); full without a phase-out."""
    w = Form(IRA_DEDUCTION, _LABELS_DEDUCTION, title="Pub. 590-A, Worksheet 1-2")
    if phase_out is None:
        w.enter("4", limit, "limit for all IRAs of the person")
        w["5"] = w["4"]
    else:
        start, end = phase_out
        w.enter("1", end, "end of the range for this filing status")
        w.enter("2", magi, "as the return says")
        w["3"] = (w["1"] - w["2"]).but_not_below_zero()
        w.enter("4", limit, "limit for all IRAs of the person")
        reduced = reduced_by_phase_out(limit, magi, start, end)
        what = f"line 4 × line 3 ÷ {end - start}, up to the next 10 dollars, at least 200 in range"
        w.enter("5", reduced, what)
    w.enter("6", contributed, "contributions for the year")
    w["7"] = w["6"].but_at_most(w["5"])
    w["8"] = w["6"] - w["7"]
    return w


DISASTER_INCOME = "disaster_income"
_LABELS_DISASTER = {
    "1": "Qualified disaster distributions of traditional IRAs (Form 8606, line 15b)",
    "2": "Qualified disaster distributions of Roth IRAs (Form 8606, line 25b)",
    "3": "Lines 1 and 2 together",
    "4": "Part of line 3 that is income of this year",
    "5": "Income of this year from distributions of earlier years",
    "6": "Lines 4 and 5 together",
    "7": "Repayments that count for this year",
    "8": "Taxable amount of this year",
}


def disaster_worksheet(f8606: Form, now: Money, earlier: Money, repaid: Money) -> Form:
    """Work out the year's income of disaster distributions (Form 8915-F, Part III, in short)."""
    title = "Qualified disaster distributions of IRAs (Form 8915)"
    w = Form(DISASTER_INCOME, _LABELS_DISASTER, whole_dollars=f8606.whole_dollars, title=title)
    w["1"] = f8606.get("15b")
    w["2"] = f8606.get("25b")
    w["3"] = w["1"] + w["2"]
    w.enter("4", now, "a third of line 3, or all of it where that was elected")
    w.enter("5", earlier, "thirds of earlier years' distributions")
    w["6"] = w["4"] + w["5"]
    w.enter("7", repaid, "repayments by the day the return is due, and those not yet used")
    w["8"] = (w["6"] - w["7"]).but_not_below_zero()
    return w
