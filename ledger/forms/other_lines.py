"""Lines of the return beside Forms 8606, 5329 and the lines of distributions, by their years."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.forms.form import Entered, Form, Formula
from ledger.law import rule
from ledger.law.figures import figures
from ledger.money import Money
from ledger.records import Options
from ledger.year_end import OTHER_LINES

_TITLE = "Other lines of the return"
_ADDITIONAL_TAX = ("4", "17", "25")  # of Form 5329


@dataclass(frozen=True)
class OtherAmounts:
    """What the year puts on these lines (cents): the IRA deduction, wages and tax withheld.

    ``wages`` is what plans paid back of contributions that is taxed as wages, ``withheld`` box 4
    of the Forms 1099-R.
    """

    deduction: Formula
    wages: Money
    withheld: Money


@rule("Instructions for Form 1040 and Schedules 1 and 2", evidence="S")
def other_lines(year: int, f5329: Form, amounts: OtherAmounts, options: Options) -> Form:
    """Prepare what the year puts elsewhere on the return; a line of nothing stays blank."""
    fig = figures(year)
    paid_back = f"Form 1040, line {fig.text('form_1040_wages_line')}"
    withheld = fig.text("form_1040_withheld_line")
    deducted = fig.text("form_1040_deduction_line")
    additional = fig.text("form_1040_additional_tax_line")
    labels = {
        paid_back: "Contributions above a limit that plans paid back, with wages",
        withheld: "Federal income tax withheld, Forms 1099",
        deducted: "IRA deduction",
        additional: "Additional tax on IRAs and other retirement plans",
    }
    form = Form(OTHER_LINES, labels, whole_dollars=options.whole_dollars, title=_TITLE)
    if amounts.wages:
        form.enter(paid_back, amounts.wages, "excess contributions paid back, with their earnings")
    if amounts.withheld:
        form.enter(withheld, amounts.withheld, "box 4 of the Forms 1099-R")
    if amounts.deduction.value:
        form[deducted] = amounts.deduction
    taxes: list[Formula] = [f5329[line] for line in _ADDITIONAL_TAX if f5329.amount(line)]
    if taxes:
        total = taxes[0]
        for tax in taxes[1:]:
            total = total + tax
        form[additional] = total
    return form


def as_recorded(deduction: Money) -> Formula:
    """Return a deduction that the return says, and no worksheet works out (cents)."""
    return Entered(deduction, "the deduction that is recorded of the return")
