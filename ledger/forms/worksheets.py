"""Worksheets of the publications that stand beside the forms."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.forms.f8606 import TraditionalYear
from ledger.forms.form import SPREADSHEET_PLACES, Entered, Form, Formula
from ledger.law.ira_deduction import reduced_by_phase_out
from ledger.law.ira_pro_rata import nontaxable_ratio, places_that_lose_nothing
from ledger.money import ZERO, Money
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
    live = None if options.line_10_places else SPREADSHEET_PLACES
    w.set_ratio("7", (w["3"], w["6"]), ratio, live)
    w["8"] = (w["5"] * w.ratio("7")).but_at_most(w["3"])
    w["9"] = w["5"] - w["8"]
    converted = year.converted
    if not year.distributed:
        # with nothing paid out the share is the whole, and no rounding comes between
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
    "4": "Dollar limit of the year at the person's age",
    "5": "Limit reduced over the range",
    "6": "Contributions to traditional IRAs for the year",
    "7": "IRA deduction",
    "8": "Nondeductible contributions (Form 8606, line 1)",
}


def deduction_worksheet(
    contributed: Money,
    dollars: Money,
    limit: Money,
    magi: Money,
    phase_out: tuple[Money, Money] | None,
) -> Form:
    """Work out the IRA deduction (Pub. 590-A, Worksheet 1-2); full without a phase-out.

    The range reduces the dollar limit (``dollars``) alone; ``limit``, where compensation is less,
    holds beside it.
    """
    w = Form(IRA_DEDUCTION, _LABELS_DEDUCTION, title="Pub. 590-A, Worksheet 1-2")
    if phase_out is None:
        w.enter("4", dollars, "limit for all IRAs of the person")
        w["5"] = w["4"]
    else:
        start, end = phase_out
        w.enter("1", end, "end of the range for this filing status")
        w.enter("2", magi, "as the return says")
        w["3"] = (w["1"] - w["2"]).but_not_below_zero()
        w.enter("4", dollars, "limit for all IRAs of the person")
        reduced = reduced_by_phase_out(dollars, magi, start, end)
        what = f"line 4 × line 3 ÷ {end - start}, up to the next 10 dollars, at least 200 in range"
        w.enter("5", reduced, what)
    w.enter("6", contributed, "contributions for the year")
    of_pay = Entered(limit, f"the limit by compensation ({limit})")
    # compensation is named only where it is what cuts the deduction
    w["7"] = w["6"].but_at_most(of_pay if limit < w.amount("5") else w["5"])
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


def disaster_worksheet(
    f8606: Form, own: Formula, now: Money, earlier: Money, repaid: Money
) -> Form:
    """Work out the year's income of disaster distributions (Form 8915-F, Part III, in short)."""
    title = "Qualified disaster distributions of IRAs (Form 8915)"
    w = Form(DISASTER_INCOME, _LABELS_DISASTER, whole_dollars=f8606.whole_dollars, title=title)
    w["1"] = own
    w["2"] = f8606.get("25b")
    w["3"] = w["1"] + w["2"]
    w.enter("4", now, "a third of line 3, or all of it where that was elected")
    w.enter("5", earlier, "thirds of earlier years' distributions")
    w["6"] = w["4"] + w["5"]
    w.enter("7", repaid, "repayments by the day the return is due, and those not yet used")
    w["8"] = (w["6"] - w["7"]).but_not_below_zero()
    return w


PLAN_DISASTER_INCOME = "plan_disaster_income"
_LABELS_PLAN_DISASTER = {
    "1": "Taxable part of qualified disaster distributions of plans",
    "2": "Part of line 1 that is income of this year",
    "3": "Income of this year from distributions of earlier years",
    "4": "Line 2 plus line 3",
    "5": "Repayments that count for this year",
    "6": "Taxable amount of this year",
    "7": "Income of later years, from these and from earlier distributions",
}


@dataclass(frozen=True)
class PlanDisasterAmounts:
    """What the worksheet starts from (cents)."""

    taxable: Money
    now: Money
    earlier: Money
    repaid: Money
    later: Money


def plan_disaster_worksheet(amounts: PlanDisasterAmounts, *, whole_dollars: bool) -> Form:
    """Work out the year's income of disaster money of plans (Form 8915-F, Part II, in short)."""
    title = "Qualified disaster distributions of plans (Form 8915)"
    name, labels = PLAN_DISASTER_INCOME, _LABELS_PLAN_DISASTER
    w = Form(name, labels, whole_dollars=whole_dollars, title=title)
    w.enter("1", amounts.taxable, "what the plans paid, less basis and what is above the limit")
    w.enter("2", amounts.now, "a third of line 1, or all of it where that was elected")
    w.enter("3", amounts.earlier, "thirds of earlier years' distributions")
    w["4"] = w["2"] + w["3"]
    w.enter("5", amounts.repaid, "by the day the return is due, and those not yet used")
    w["6"] = (w["4"] - w["5"]).but_not_below_zero()
    w.enter("7", amounts.later, "thirds of the years to come")
    return w


ROTH_IRA_LIMIT = "roth_ira_limit"
_LABELS_ROTH_LIMIT = {
    "1": "Modified adjusted gross income for Roth IRAs",
    "2": "Start of the range for this filing status",
    "3": "Line 1 less line 2",
    "4": "Width of the range",
    "5": "Line 3 divided by line 4",
    "6": "Contribution limit for all IRAs",
    "7": "Line 6 multiplied by line 5",
    "8": "Limit reduced over the range",
    "9": "Contributions to traditional IRAs for the year",
    "10": "Line 6 less line 9",
    "11": "Limit for Roth IRAs: the smaller of lines 8 and 10",
    "12": "Contributions to Roth IRAs for the year",
    "13": "Excess: line 12 less line 11",
}


def roth_limit_worksheet(
    magi: Money, phase_out: tuple[Money, Money], limit: Money, traditional: Money, roth: Money
) -> Form:
    """Work out the Roth IRA limit (Pub. 590-A, Worksheet 2-2), beside what was contributed."""
    w = Form(ROTH_IRA_LIMIT, _LABELS_ROTH_LIMIT, title="Pub. 590-A, Worksheet 2-2")
    start, end = phase_out
    w.enter("1", magi, "as the return says")
    w.enter("2", start, "start of the range for this filing status")
    w["3"] = (w["1"] - w["2"]).but_not_below_zero()
    w.enter("4", end - start, f"the range ends at {end}")
    # the ratio of Form 8606 serves here too: it is never above one
    ratio = nontaxable_ratio(w.amount("3"), w.amount("4"), places=_PLACES_OF_RANGE)
    w.set_ratio("5", (w["3"], w["4"]), ratio)
    w.enter("6", limit, "dollar limit at the person's age, or compensation if that is less")
    w["7"] = w["6"] * w.ratio("5")
    # not line 6 less line 7: rounding up has to start from the exact amount
    reduced = reduced_by_phase_out(limit, magi, start, end)
    w.enter("8", reduced, "line 6 less line 7, up to the next 10 dollars, at least 200 in range")
    w.enter("9", traditional, "contributions that count for the year")
    w["10"] = (w["6"] - w["9"]).but_not_below_zero()
    w["11"] = w["8"].but_at_most(w["10"])
    w.enter("12", roth, "contributions that count for the year")
    w["13"] = (w["12"] - w["11"]).but_not_below_zero()
    return w


_PLACES_OF_RANGE = 5  # more than the three the publication asks for: a range of 10,000 is exact

ROTH_CONTRIBUTIONS = "roth_contributions"
_LABELS_LINE_22 = {
    "1": "Regular contributions not yet taken out, from the year before",
    "2": "Regular contributions for the year",
    "3": "Contributions to Roth SEP and Roth SIMPLE IRAs",
    "4": "Basis of designated Roth accounts rolled in",
    "5": "Rolled over from 529 accounts",
    "6": "From an inherited Roth IRA treated as one's own",
    "7": "Basis in regular contributions (Form 8606, line 22)",
    "8": "Taken out by the distributions of the year",
    "9": "Put back by repayments",
    "10": "Carried to line 1 of the next year",
}
ROTH_CONVERSIONS = "roth_conversions"
_LABELS_LINE_24 = {
    "1": "Conversions and plan rollovers not yet taken out, from the year before",
    "2": "Converted from traditional IRAs, taxable part (Form 8606, line 18)",
    "3": "Converted from traditional IRAs, the rest (Form 8606, line 17)",
    "4": "Rolled over from plans, taxable part",
    "5": "Rolled over from plans, after-tax part",
    "6": "From an inherited Roth IRA treated as one's own",
    "7": "Basis in conversions and plan rollovers (Form 8606, line 24)",
    "8": "Taken out by the distributions of the year",
    "9": "Carried to line 1 of the next year",
}


@dataclass(frozen=True)
class RothFlows:
    """What one kind of Roth basis was, what came in line by line, and what left (cents)."""

    opening: Money
    came: tuple[Money, ...]
    taken: Money
    restored: Money = ZERO

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.opening or any(self.came) or self.restored)


def line_22_worksheet(flows: RothFlows, options: Options) -> Form:
    """Roll the basis in regular contributions forward (Instructions for Form 8606, line 22)."""
    title = "Basis in regular Roth IRA contributions (Form 8606, line 22)"
    w = Form(ROTH_CONTRIBUTIONS, _LABELS_LINE_22, whole_dollars=options.whole_dollars, title=title)
    total = _opening_and_inflows(w, flows)
    w["7"] = total
    w.enter("8", flows.taken, "distributions, up to line 7")
    w.enter("9", flows.restored, "repaid above the taxable part")
    w["10"] = w["7"] - w["8"] + w["9"]
    return w


def line_24_worksheet(flows: RothFlows, options: Options) -> Form:
    """Roll the basis in conversions forward (Instructions for Form 8606, line 24)."""
    title = "Basis in Roth IRA conversions and plan rollovers (Form 8606, line 24)"
    w = Form(ROTH_CONVERSIONS, _LABELS_LINE_24, whole_dollars=options.whole_dollars, title=title)
    total = _opening_and_inflows(w, flows)
    w["7"] = total
    w.enter("8", flows.taken, "distributions above the regular contributions, oldest year first")
    w["9"] = w["7"] - w["8"]
    return w


def _opening_and_inflows(w: Form, flows: RothFlows) -> Formula:
    w.enter("1", flows.opening, "last line of the year before")
    total = w["1"]
    for number, amount in enumerate(flows.came, start=2):
        w.enter(str(number), amount, "money that came in during the year")
        total = total + w[str(number)]
    return total


IRA_METHODS = "ira_methods"
_LABELS_METHODS = {
    "1": "Taxable amount by the lines of Form 8606 itself",
    "2": "Taxable amount by Worksheet 1-1 of Pub. 590-B",
    "3": "Difference: line 2 less line 1",
    "4": "Basis carried forward by the lines of Form 8606 itself",
    "5": "Basis carried forward by Worksheet 1-1",
    "6": "Difference: line 5 less line 4",
}


def methods_worksheet(by_form: Form, by_worksheet: Form) -> Form:
    """Set the two ways to work out the taxable part of the year side by side."""
    title = "Form 8606 beside Worksheet 1-1 of Pub. 590-B"
    w = Form(IRA_METHODS, _LABELS_METHODS, whole_dollars=by_form.whole_dollars, title=title)
    w.enter("1", _taxable_of(by_form), "lines 15a and 18, with lines 6 to 12")
    w.enter("2", _taxable_of(by_worksheet), "lines 15a and 18, from Worksheet 1-1")
    w["3"] = w["2"] - w["1"]
    w.enter("4", by_form.amount("14"), "line 14, with lines 6 to 12")
    w.enter("5", by_worksheet.amount("14"), "line 14, from Worksheet 1-1")
    w["6"] = w["5"] - w["4"]
    return w


def _taxable_of(form: Form) -> Money:
    # from Worksheet 1-1 the form has 15c alone, unless something was repaid or of a disaster
    paid = form.amount("15a") if "15a" in form else form.amount("15c")
    return paid + form.amount("18")
