"""The Simplified Method worksheet of Pub. 575: one for each pension."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.forms.form import Form
from ledger.law.simplified_method import monthly_exclusion
from ledger.money import Money

SIMPLIFIED_METHOD = "simplified_method"
_LABELS = {
    "1": "Pension payments of the year",
    "2": "Cost in the plan when the pension started",
    "4": "Cost recovered by each monthly payment",
    "5": "Line 4 for the months of the year",
    "6": "Cost recovered tax free before this year",
    "7": "Cost not yet recovered",
    "8": "Cost recovered this year",
    "9": "Taxable amount of the year",
    "10": "Cost recovered by the end of the year",
    "11": "Cost left for later years",
}


@dataclass(frozen=True)
class PensionFacts:
    """What the worksheet asks: paid in the year and for how many months, cost, what came back."""

    account: str
    paid: Money
    months: int
    cost: Money
    payments: int
    recovered: Money


def simplified_method_worksheet(of: PensionFacts) -> Form:
    """Work out the lines (cents); line 3, the number of payments, is a count and not an amount."""
    title = f"Pub. 575, Simplified Method worksheet: {of.account}"
    name = f"{SIMPLIFIED_METHOD} {of.account}"
    w = Form(name, _LABELS, title=title)
    w.enter("1", of.paid, "payments of the year")
    w.enter("2", of.cost, "cost in the contract")
    monthly = monthly_exclusion(of.cost, of.payments)
    w.enter("4", monthly, f"line 2 ÷ {of.payments} payments (line 3)")
    w.enter("5", Money(monthly.cents * of.months, monthly.evidence), f"line 4 × {of.months} months")
    w.enter("6", of.recovered, "line 10 of the year before")
    w["7"] = w["2"] - w["6"]
    # tax free is neither more than the cost still left nor more than was paid
    w["8"] = w["5"].but_at_most(w["7"]).but_at_most(w["1"]).but_not_below_zero()
    w["9"] = w["1"] - w["8"]
    w["10"] = w["6"] + w["8"]
    w["11"] = w["2"] - w["10"]
    return w
