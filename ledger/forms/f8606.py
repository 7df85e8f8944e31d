"""Form 8606, Nondeductible IRAs: Parts I, II and III in the order of the paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from ledger.forms.form import SPREADSHEET_PLACES, Entered, Form, Formula
from ledger.law.figures import figures
from ledger.law.ira_pro_rata import (
    nondeductible_contributions,
    nondeductible_made_after_year,
    nontaxable_ratio,
    part_i_needed,
    places_that_lose_nothing,
)
from ledger.money import ZERO, Money
from ledger.records import Options

NAME = "8606"
TITLE = "Form 8606, Nondeductible IRAs"
LABELS = {
    "1": "Nondeductible contributions to traditional IRAs for the year, including those made "
    "from January 1 to the due date",
    "2": "Basis in traditional IRAs brought forward",
    "3": "Lines 1 and 2 together",
    "4": "Part of line 1 contributed from January 1 to the due date",
    "5": "Basis that counts this year",
    "6": "Value of all traditional IRAs at year end, plus outstanding rollovers",
    "7": "Distributions from traditional IRAs",
    "8": "Net amount converted to Roth IRAs",
    "9": "Lines 6, 7 and 8 together",
    "10": "Nontaxable share: line 5 divided by line 9",
    "11": "Nontaxable part of the amount converted",
    "12": "Nontaxable part of the distributions",
    "13": "Nontaxable part of all distributions and conversions",
    "14": "Basis in traditional IRAs carried forward",
    "15a": "Distributions less their nontaxable part",
    "15b": "Part of line 15a from qualified disaster distributions",
    "15c": "Taxable amount of the distributions",
    "16": "Net amount converted to Roth IRAs",
    "17": "Basis in the amount converted",
    "18": "Taxable amount of the conversion",
    "19": "Nonqualified distributions from Roth IRAs",
    "20": "Qualified first-time homebuyer expenses",
    "21": "Line 19 less line 20",
    "22": "Basis in Roth IRA contributions",
    "23": "Line 21 less line 22",
    "24": "Basis in conversions and in rollovers from plans to Roth IRAs",
    "25a": "Earnings: line 23 less line 24",
    "25b": "Part of line 25a from qualified disaster distributions",
    "25c": "Taxable amount of the Roth IRA distributions",
}


@dataclass(frozen=True)
class TraditionalYear:
    """What Form 8606 Parts I and II ask about one person's traditional IRAs (amounts in cents).

    Contributions are those made for the tax year, corrections taken out; ``rolled_in`` is
    after-tax plan money rolled into the IRAs, ``divorce`` basis that came (or went, negative).
    """

    tax_year: int
    contributed_in_year: Money = ZERO
    contributed_after_year: Money = ZERO
    deduction: Money = ZERO
    in_year_first: bool = True
    brought_forward: Money = ZERO
    rolled_in: Money = ZERO
    divorce: Money = ZERO
    merged: Money = ZERO  # of a spouse's IRAs, inherited and treated as one's own
    restored: Money = ZERO  # basis in distributions of an earlier year that were repaid
    year_end_value: Money = ZERO
    year_end_words: str = ""
    brought_words: str = "line 14 of the last Form 8606"
    outstanding_rollovers: Money = ZERO
    distributed: Money = ZERO
    converted: Money = ZERO
    disaster: Money = ZERO  # part of ``distributed``: qualified disaster distributions
    repaid_in_year: Money = ZERO  # into the IRAs, of distributions of this year
    repaid: Money = ZERO  # of this year's distributions, disasters apart, whenever repaid

    def with_distributed(self, more: Money) -> TraditionalYear:
        """Return the same year with more on line 7."""
        return replace(self, distributed=self.distributed + more)

    @property
    def usable_basis(self) -> Money:
        """Line 5: basis that distributions and conversions of the year may use."""
        return self.basis_before + self.nondeductible - self.made_after_year

    @property
    def contributed(self) -> Money:
        """All contributions for the tax year."""
        return self.contributed_in_year + self.contributed_after_year

    @property
    def nondeductible(self) -> Money:
        """Line 1."""
        return nondeductible_contributions(self.contributed, self.deduction)

    @property
    def made_after_year(self) -> Money:
        """Line 4."""
        return nondeductible_made_after_year(
            self.nondeductible,
            in_year=self.contributed_in_year,
            after_year=self.contributed_after_year,
            in_year_first=self.in_year_first,
        )

    @property
    def basis_before(self) -> Money:
        """Line 2: brought forward, rolled in from plans, and moved otherwise."""
        return self.brought_forward + self.moved_in

    @property
    def moved_in(self) -> Money:
        """Basis that came during the year from plans, a spouse, or by repayments."""
        return self.rolled_in + self.divorce + self.merged + self.restored

    @property
    def value_with_outstanding(self) -> Money:
        """Line 6."""
        # repaid within the year it is in the balance and on line 7 both: it would count twice
        value = self.year_end_value + self.outstanding_rollovers - self.repaid_in_year
        return value.floor_zero()

    @property
    def needs_part_i(self) -> bool:
        """Whether Part I is filled in; a divorce that moves basis shows it on lines 2 to 14."""
        return bool(self.divorce) or part_i_needed(
            nondeductible=self.nondeductible,
            basis=self.basis_before,
            distributed=self.distributed,
            converted=self.converted,
            year_end=self.value_with_outstanding,
        )


@dataclass(frozen=True)
class RothYear:
    """What Form 8606 Part III asks: nonqualified distributions and the basis before them."""

    nonqualified: Money = ZERO
    first_home: Money = ZERO
    regular: Money = ZERO
    conversions: Money = ZERO
    disaster: Money = ZERO  # part of ``nonqualified``: qualified disaster distributions
    repaid: Money = ZERO  # of this year's distributions, disasters apart


def form_8606(
    traditional: TraditionalYear, roth: RothYear, options: Options, worksheet: Form | None = None
) -> Form:
    """Prepare the form; parts that the paper leaves blank have no lines.

    ``worksheet`` is the filled-in Worksheet 1-1 of Pub. 590-B where that method is used: its
    results take the place of lines 6 to 12.
    """
    form = Form(NAME, LABELS, whole_dollars=options.whole_dollars, title=TITLE)
    if traditional.needs_part_i:
        _part_i(form, traditional, options, worksheet)
    if traditional.converted:
        _part_ii(form, traditional, worksheet)
    if roth.nonqualified:
        _part_iii(form, roth)
    return form


def form_8606_inherited(
    traditional: TraditionalYear, roth: RothYear, options: Options, decedent: str
) -> Form:
    """Prepare the form of its own that the IRAs of one decedent have; nothing is converted."""
    title = f"Form 8606, IRAs inherited from {decedent}"
    form = Form(f"{NAME} from {decedent}", LABELS, whole_dollars=options.whole_dollars, title=title)
    if traditional.needs_part_i:
        _part_i(form, traditional, options, None)
    if roth.nonqualified:
        _part_iii(form, roth)
    return form


def _part_i(f: Form, year: TraditionalYear, options: Options, worksheet: Form | None) -> None:
    f.enter("1", year.nondeductible, "contributions for the year less the deduction taken")
    f.enter("2", year.basis_before, _line_2_words(year))
    f["3"] = f["1"] + f["2"]
    # nothing left the IRAs: the form goes from line 3 straight to line 14
    if not year.distributed and not year.converted:
        f["14"] = f["3"]
        return
    f.enter("4", year.made_after_year, "contributions of line 1 made after the end of the year")
    f["5"] = f["3"] - f["4"]
    if worksheet is not None:
        _from_worksheet(f, year, worksheet)
        return
    f.enter("6", year.value_with_outstanding, _line_6_words(year))
    f.enter("7", year.distributed, "distributions, rollovers and charity left out")
    f.enter("8", year.converted, "conversions of the year")
    f["9"] = f["6"] + f["7"] + f["8"]
    _line_10(f, year, options)
    f["11"] = (f["8"] * f.ratio("10")).but_at_most(f["5"])
    # line 12 gets what line 11 leaves: two roundings must not use more than line 5
    f["12"] = (f["7"] * f.ratio("10")).but_at_most(f["5"] - f["11"])
    f["13"] = f["11"] + f["12"]
    f["14"] = f["3"] - f["13"]
    f["15a"] = f["7"] - f["12"]
    _disaster_part(f, "15", f["7"], year.disaster)
    _taxable(f, "15", year.repaid)


def _disaster_part(f: Form, line: str, whole: Formula, disaster: Money) -> None:
    """Write line 15b or 25b: the share of qualified disaster distributions in line 7 or 21."""
    # without a line 7 or 21 there is nothing to take a share of
    if disaster and whole.value:
        part = Entered(disaster, f"qualified disaster distributions ({disaster})")
        f[f"{line}b"] = f[f"{line}a"].share(part.but_at_most(whole), whole)
    else:
        f.enter(f"{line}b", ZERO, "no qualified disaster distribution on record")


def _taxable(f: Form, line: str, repaid: Money) -> None:
    """Write line 15c or 25c, less what was repaid of the year's other special distributions."""
    f[f"{line}c"] = _less_repaid(f[f"{line}a"] - f[f"{line}b"], repaid)


def _less_repaid(rest: Formula, repaid: Money) -> Formula:
    if not repaid:
        return rest
    return (rest - Entered(repaid, f"distributions repaid ({repaid})")).but_not_below_zero()


def _line_10(f: Form, year: TraditionalYear, options: Options) -> None:
    basis, whole = f.amount("5"), f.amount("9")
    places = options.line_10_places or places_that_lose_nothing(
        basis, whole, (f.amount("7"), f.amount("8")), year.tax_year
    )
    live = None if options.line_10_places else SPREADSHEET_PLACES
    f.set_ratio("10", (f["5"], f["9"]), nontaxable_ratio(basis, whole, places=places), live)


def _from_worksheet(f: Form, year: TraditionalYear, worksheet: Form) -> None:
    """Lines 13 to 15c from Worksheet 1-1 of Pub. 590-B; lines 6 to 12 stay blank."""
    f["13"] = worksheet["8"].but_at_most(f["3"])
    f["14"] = f["3"] - f["13"]
    # lines 15a and 15b are only needed to take a disaster or a repayment off
    if not (year.disaster or year.repaid):
        f["15c"] = worksheet["11"]
        return
    f["15a"] = worksheet["11"]
    _disaster_part(f, "15", Entered(year.distributed, "distributions"), year.disaster)
    _taxable(f, "15", year.repaid)


def _part_ii(f: Form, year: TraditionalYear, worksheet: Form | None) -> None:
    if "8" in f:
        f["16"] = f["8"]
        f["17"] = f["11"].but_at_most(f["16"])
    # Part I came from the worksheet, so the taxable part of the conversion does too
    elif worksheet is not None and "13" in f:
        f.enter("16", year.converted, "conversions of the year")
        f["17"] = f["16"] - worksheet["10"]
    else:
        f.enter("16", year.converted, "conversions of the year")
        basis = year.basis_before.floor_zero()
        what = "basis brought forward: all traditional IRAs were converted, Part I is not needed"
        f["17"] = Entered(basis, what).but_at_most(f["16"])
    f["18"] = f["16"] - f["17"]


def _part_iii(f: Form, roth: RothYear) -> None:
    f.enter("19", roth.nonqualified, "distributions from Roth IRAs that are not qualified")
    f.enter("20", roth.first_home, "first-home expenses, within the lifetime amount")
    f["21"] = (f["19"] - f["20"]).but_not_below_zero()
    # blank and not zero: a line that is not reached must not look like an answer
    if not f.amount("21"):
        return
    f.enter("22", roth.regular, "regular contributions not yet taken out")
    f["23"] = (f["21"] - f["22"]).but_not_below_zero()
    if not f.amount("23"):
        return
    f.enter("24", roth.conversions, "conversions and plan rollovers not yet taken out")
    f["25a"] = (f["23"] - f["24"]).but_not_below_zero()
    if not f.amount("25a"):
        return
    _disaster_part(f, "25", f["21"], roth.disaster)
    _taxable(f, "25", roth.repaid)


def _line_2_words(year: TraditionalYear) -> str:
    words = year.brought_words
    if year.rolled_in:
        words += f", plus after-tax plan money rolled in ({year.rolled_in})"
    if year.divorce:
        words += f", plus basis moved by a divorce ({year.divorce})"
    if year.merged:
        words += f", plus basis inherited and treated as one's own ({year.merged})"
    if year.restored:
        words += f", plus basis in distributions repaid ({year.restored})"
    return words


def _line_6_words(year: TraditionalYear) -> str:
    words = "balances on December 31"
    if year.year_end_words:
        words += f": {year.year_end_words}"
    if year.outstanding_rollovers:
        words += f", plus outstanding rollovers ({year.outstanding_rollovers})"
    if year.repaid_in_year:
        words += f", less distributions of the year repaid in it ({year.repaid_in_year})"
    return words


class TaxedPayments(NamedTuple):
    """Distributions of traditional IRAs as lines 15a to 15c tell them.

    ``above_basis`` is taxable by its nature; of it ``disaster`` is income of its own worksheet;
    ``taxable`` is the rest, less what was repaid.
    """

    above_basis: Formula
    disaster: Formula
    taxable: Formula


def taxed_payments(form: Form, year: TraditionalYear) -> TaxedPayments:
    """Return lines 15a to 15c; without basis Part I is blank, and they are worked out beside it."""
    if "15c" in form:
        # Worksheet 1-1 gives line 15c alone where there is nothing to take off
        whole = form["15a" if "15a" in form else "15c"]
        return TaxedPayments(whole, form.get("15b"), form["15c"])
    paid = Entered(year.distributed, "distributions without basis")
    disaster = Entered(year.disaster, f"qualified disaster distributions ({year.disaster})")
    return TaxedPayments(paid, disaster, _less_repaid(paid - disaster, year.repaid))


def is_required(form: Form, year: TraditionalYear) -> bool:
    """Tell whether the form must be filed (Instructions for Form 8606, Who Must File)."""
    return bool(
        year.nondeductible
        or year.converted
        or year.divorce
        or "19" in form
        # a distribution without basis is taxable in full: Form 1040 has it without this form
        or (year.distributed and year.basis_before)
    )


def is_provisional(tax_year: int) -> str:
    """Return why the year's form is not final, "" when it was seen in its final form."""
    figure = figures(tax_year).figure("form_8606_provisional")
    return figure.note or figure.source if figure.value else ""


def basis_carried_forward(form: Form, year: TraditionalYear) -> Money:
    """Return line 14, or where Part I is blank the basis that stays."""
    if "14" in form:
        return form.amount("14")
    # all was converted without Part I: basis above line 16 stays with the person
    if "17" in form:
        return year.basis_before - form.amount("17")
    return year.basis_before
