"""Form 1040: the lines for IRA distributions and for pensions, numbered as in each year."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.forms.form import Entered, Form, Formula
from ledger.law.figures import figures
from ledger.money import ZERO, Money
from ledger.records import Options

NAME = "1040"
TITLE = "Form 1040, IRA distributions and pensions"


@dataclass(frozen=True)
class IraLines:
    """What goes on the IRA lines beside Form 8606 (cents).

    ``gross`` is everything distributed or converted; ``show_gross`` whether an exception of the
    instructions asks for the gross line; ``fully_taxable`` distributions that no form works out;
    ``returned_earnings`` net income of returned contributions. ``others`` are taxable amounts
    that another form or worksheet works out.
    """

    gross: Money = ZERO
    show_gross: bool = False
    fully_taxable: Money = ZERO
    returned_earnings: Money = ZERO
    anything: bool = False
    others: tuple[Formula, ...] = ()  # results of other forms and worksheets


@dataclass(frozen=True)
class PlanLines:
    """Gross and taxable amount of the year's plan distributions and in-plan conversions.

    ``disaster`` is the income of disaster money, which its worksheet works out; ``taxable`` is
    that of all other money (cents).
    """

    gross: Money = ZERO
    taxable: Money = ZERO
    disaster: Formula | None = None

    @property
    def income(self) -> Formula:
        """The taxable amount of all of it."""
        paid = Entered(self.taxable, "taxable part of plan payments")
        return paid if self.disaster is None else paid + self.disaster


def form_1040(
    tax_year: int, f8606: Form, ira: IraLines, plans: PlanLines, options: Options
) -> Form:
    """Prepare the lines; the gross line stays blank where the taxable line says it all."""
    fig = figures(tax_year)
    ira_gross, ira_taxable = (
        fig.text("form_1040_ira_gross_line"),
        fig.text("form_1040_ira_taxable_line"),
    )
    plan_gross, plan_taxable = (
        fig.text("form_1040_plan_gross_line"),
        fig.text("form_1040_plan_taxable_line"),
    )
    labels = {
        plan_gross: "Pensions and annuities",
        plan_taxable: "Pensions and annuities, taxable amount",
        ira_gross: "IRA distributions",
        ira_taxable: "IRA distributions, taxable amount",
    }
    form = Form(NAME, labels, whole_dollars=options.whole_dollars, title=TITLE)
    if ira_gross == plan_gross:
        _joint_lines(form, (ira_gross, ira_taxable), f8606, ira, plans)
        return form
    if ira.anything:
        if ira.show_gross:
            form.enter(ira_gross, ira.gross, "all IRA distributions and conversions")
        form[ira_taxable] = _ira_taxable(f8606, ira)
    if plans.gross or plans.income.value:
        if plans.gross and plans.income.value != plans.gross:
            form.enter(plan_gross, plans.gross, "all payments out of plans, rollovers included")
        form[plan_taxable] = plans.income
    return form


def _joint_lines(
    form: Form, lines: tuple[str, str], f8606: Form, ira: IraLines, plans: PlanLines
) -> None:
    """Write the one pair of lines of a year that has IRAs and pensions together."""
    gross_line, taxable_line = lines
    if not ira.anything and not plans.gross and not plans.income.value:
        return
    gross = ira.gross + plans.gross
    taxable = _ira_taxable(f8606, ira) + plans.income
    plans_differ = plans.income.value != plans.gross
    if ira.show_gross or plans_differ:
        form.enter(gross_line, gross, "all IRA distributions, conversions and plan payments")
    form[taxable_line] = taxable


def _ira_taxable(f8606: Form, ira: IraLines) -> Formula:
    # Roth distributions stand on the IRA line too
    parts: list[Formula] = [f8606[line] for line in ("15c", "18", "25c") if line in f8606]
    if ira.fully_taxable:
        parts.append(Entered(ira.fully_taxable, "distributions without basis"))
    if ira.returned_earnings:
        parts.append(Entered(ira.returned_earnings, "earnings of returned contributions"))
    parts += ira.others
    total: Formula = parts[0] if parts else Entered(ZERO, "nothing taxable")
    for part in parts[1:]:
        total = total + part
    return total
