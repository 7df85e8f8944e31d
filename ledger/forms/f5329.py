"""Form 5329 Part I: additional tax on early distributions."""

from __future__ import annotations

from ledger.forms.form import Form, Percent
from ledger.law.early_distribution import additional_tax_percent
from ledger.money import Money
from ledger.records import Options

NAME = "5329"
TITLE = "Form 5329, Part I: additional tax on early distributions"
LABELS = {
    "1": "Early distributions included in income, and Roth conversions recaptured",
    "2": "Part of line 1 that an exception covers",
    "3": "Amount subject to the additional tax",
    "4": "Additional tax",
}


def form_5329(early: Money, excepted: Money, options: Options, *, exception: str = "") -> Form:
    """Prepare Part I; without an early taxable distribution the form has no lines.

    ``exception`` is the two-digit code that stands beside line 2.
    """
    form = Form(NAME, LABELS, whole_dollars=options.whole_dollars, title=TITLE)
    if not early:
        return form
    form.enter("1", early, "taxable distributions before age 59 1/2")
    what = f"exception {exception}" if exception else "no exception on record"
    form.enter("2", excepted, what)
    form["3"] = form["1"] - form["2"]
    form["4"] = form["3"].percent(Percent(additional_tax_percent()))
    return form
