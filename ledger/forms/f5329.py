"""Form 5329: additional tax on early distributions and on excess IRA contributions."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.forms.form import Entered, Form, Formula, Percent
from ledger.law import rule
from ledger.law.early_distribution import additional_tax_percent, simple_tax_percent
from ledger.law.excess_contributions import excess_percent, taxed_excess
from ledger.money import ZERO, Money
from ledger.records import Options

NAME = "5329"
TITLE = "Form 5329, additional taxes on IRAs and plans"
LABELS = {
    "1": "Early distributions included in income, and Roth conversions recaptured",
    "2": "Part of line 1 that an exception covers",
    "3": "Amount subject to the additional tax",
    "4": "Additional tax",
    "9": "Excess contributions to traditional IRAs brought forward",
    "10": "Unused part of this year's contribution limit",
    "11": "Distributions from traditional IRAs included in income",
    "12": "Excess contributions of earlier years taken back",
    "13": "Lines 10, 11 and 12 together",
    "14": "Excess contributions of earlier years that remain",
    "15": "Excess contributions for this year",
    "16": "Total excess contributions to traditional IRAs",
    "17": "Additional tax: 6 percent of line 16, or of the value at year end if that is smaller",
    "18": "Excess contributions to Roth IRAs brought forward",
    "19": "Unused part of this year's limit for Roth IRAs",
    "20": "Distributions from Roth IRAs",
    "21": "Lines 19 and 20 together",
    "22": "Excess contributions of earlier years that remain",
    "23": "Excess contributions for this year",
    "24": "Total excess contributions to Roth IRAs",
    "25": "Additional tax: 6 percent of line 24, or of the value at year end if that is smaller",
}


@dataclass(frozen=True)
class EarlyPart:
    """Part I (cents): ``simple`` is the part of line 3 that bears the higher SIMPLE rate.

    ``exception`` is the two-digit code that stands beside line 2, ``shown`` the part of line 2
    whose exception the payer shows in box 7 of Form 1099-R.
    """

    early: Money = ZERO
    excepted: Money = ZERO
    shown: Money = ZERO
    exception: str = ""
    simple: Money = ZERO


@dataclass(frozen=True)
class ExcessPart:
    """Part III or IV: what was brought forward, what took it away, what is new (cents).

    ``value`` is that of the IRAs on December 31 with the year's contributions made after it.
    """

    brought: Money = ZERO
    unused: Money = ZERO
    distributed: Money = ZERO
    taken_back: Money = ZERO
    new: Money = ZERO
    value: Money = ZERO

    def __bool__(self) -> bool:
        """Whether the part is filled in at all."""
        return bool(self.brought or self.new)


def form_5329(
    part_i: EarlyPart, traditional: ExcessPart, roth: ExcessPart, options: Options
) -> Form:
    """Prepare Parts I, III and IV; a part that does not apply has no lines."""
    form = Form(NAME, LABELS, whole_dollars=options.whole_dollars, title=TITLE)
    if part_i.early:
        _part_i(form, part_i)
    if traditional:
        _part_iii(form, traditional)
    if roth:
        _part_iv(form, roth)
    return form


@rule("Instructions for Form 5329, who must file: an exception that box 7 shows", evidence="S")
def is_required(part_i: EarlyPart, traditional: ExcessPart, roth: ExcessPart) -> bool:
    """Tell whether the form is filed: not for exceptions that Form 1099-R shows by its code."""
    return part_i.early != part_i.shown or bool(traditional) or bool(roth)


def _part_i(f: Form, part: EarlyPart) -> None:
    f.enter("1", part.early, "taxable distributions before age 59 1/2")
    what = f"exception {part.exception}" if part.exception else "no exception on record"
    f.enter("2", part.excepted, what)
    f["3"] = f["1"] - f["2"]
    rate = Percent(additional_tax_percent())
    if not part.simple:
        f["4"] = f["3"].percent(rate)
        return
    # the paper has no line for the SIMPLE part: it stands inside the formula of line 4
    simple = Entered(part.simple, f"SIMPLE IRA money of the first two years ({part.simple})")
    higher = simple.percent(Percent(simple_tax_percent()))
    f["4"] = (f["3"] - simple).percent(rate) + higher


def _part_iii(f: Form, part: ExcessPart) -> None:
    f.enter("9", part.brought, "line 16 of the year before")
    # lines 10 to 14 only work off an excess of earlier years
    if part.brought:
        f.enter("10", part.unused, "limit of the year less all IRA contributions")
        f.enter("11", part.distributed, "taxable distributions")
        f.enter("12", part.taken_back, "excess taken back after the due date, free of tax")
        f["13"] = f["10"] + f["11"] + f["12"]
        f["14"] = (f["9"] - f["13"]).but_not_below_zero()
    f.enter("15", part.new, "contributions above the limit, not taken back in time")
    f["16"] = f["14"] + f["15"] if part.brought else f["15"]
    f["17"] = _six_percent(f, "16", part.value)


def _part_iv(f: Form, part: ExcessPart) -> None:
    f.enter("18", part.brought, "line 24 of the year before")
    # lines 19 to 22 only work off an excess of earlier years
    if part.brought:
        f.enter("19", part.unused, "limit for Roth IRAs less Roth contributions")
        f.enter("20", part.distributed, "distributions, rollovers left out")
        f["21"] = f["19"] + f["20"]
        f["22"] = (f["18"] - f["21"]).but_not_below_zero()
    f.enter("23", part.new, "contributions above the limit, not taken back in time")
    f["24"] = f["22"] + f["23"] if part.brought else f["23"]
    f["25"] = _six_percent(f, "24", part.value)


def _six_percent(f: Form, line: str, value: Money) -> Formula:
    rate = Percent(excess_percent())
    # the value joins the formula only where it is the smaller, so that the words stay short
    if taxed_excess(f.amount(line), value) == f.amount(line):
        return f[line].percent(rate)
    what = f"value of the IRAs on December 31 ({value})"
    return f[line].but_at_most(Entered(value.floor_zero(), what)).percent(rate)
