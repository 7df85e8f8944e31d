"""Several years of one taxpayer side by side: the figures that a preparer compares first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger.chart import AccountKind, Source, TaxCharacter
from ledger.forms.form import Form
from ledger.money import ZERO, Money
from ledger.year_end import YearEnd

Figure = Callable[[YearEnd], Money | None]


@dataclass(frozen=True)
class ComparedFigure:
    """One figure over the years, in the order given (cents); None where the form is blank.

    ``known`` tells of each year whether the books hold it: what lies before them is not zero.
    """

    what: str
    amounts: tuple[Money | None, ...]
    known: tuple[bool, ...]

    @property
    def change(self) -> Money | None:
        """The last year less the one before, a blank being nothing; None where one is unknown."""
        before, now = self.amounts[-2:]
        return (now or ZERO) - (before or ZERO) if all(self.known[-2:]) else None


def compared(years: Sequence[YearEnd], *, brief: bool = False) -> Iterator[ComparedFigure]:
    """Go through the key figures that are not zero or blank in every year.

    ``brief`` leaves out balances and what a payslip shows.
    """
    for what, figure in _FIGURES.items():
        if brief and what in _NOT_BRIEF:
            continue
        found = tuple(figure(year) for year in years)
        held = _HELD.get(what)
        known = tuple(held is None or held(year) for year in years)
        if any(found):
            yield ComparedFigure(what, found, known)


def _line(number: str, form: Callable[[YearEnd], Form]) -> Figure:
    def figure(year: YearEnd) -> Money | None:
        return form(year).amount(number) if number in form(year) else None

    return figure


def _f8606(number: str) -> Figure:
    """Add up a line over all Forms 8606 of a year: one's own and those of decedents."""
    return lambda year: _total(
        one.form.amount(number) for one in year.forms_8606 if number in one.form
    )


def _total(amounts: Iterable[Money | None]) -> Money | None:
    """Add up; a year that tells nothing of the kind stays blank, for zero would say something."""
    found = [amount for amount in amounts if amount is not None]
    return Money.total(found) if found else None


def _of_plans(column: str, character: TaxCharacter) -> Figure:
    sources = {source.value for source in Source if source.character is character}
    return lambda year: _total(getattr(row, column) for row in year.pools if row.source in sources)


def _out_of_plans(part: str) -> Figure:
    def figure(year: YearEnd) -> Money | None:
        plans = {account.id for account in year.accounts.values() if account.kind.is_plan}
        return _total(getattr(row, part) for row in year.movements if row.account in plans)

    return figure


def _roth_basis(year: YearEnd) -> Money:
    layers = (layer.amount for layer in year.roth_ira.conversions)
    return Money.total([year.roth_ira.regular, *layers])


_FIGURES: dict[str, Figure] = {
    "Pre-tax money paid into plans": _of_plans("contributions", TaxCharacter.PRE_TAX),
    "Roth money paid into plans": _of_plans("contributions", TaxCharacter.ROTH),
    "After-tax money paid into plans": _of_plans("contributions", TaxCharacter.AFTER_TAX),
    "Converted, rolled over or paid out of plans": _out_of_plans("amount"),
    "… of it taxable": _out_of_plans("taxable"),
    "Nondeductible IRA contributions (Form 8606, line 1)": _f8606("1"),
    "Value of traditional IRAs at year end (line 6)": _f8606("6"),
    "IRA money converted to Roth IRAs (line 16)": _f8606("16"),
    "… of it taxable (line 18)": _f8606("18"),
    "Taxable IRA distributions (line 15c)": _f8606("15c"),
    "Taxable Roth IRA distributions (line 25c)": _f8606("25c"),
    "Additional tax on early distributions (Form 5329, line 4)": _line("4", lambda y: y.f5329),
    "Basis in traditional IRAs at year end (line 14)": lambda y: (
        y.traditional_ira.basis_carried_forward
    ),
    "Basis in inherited IRAs at year end": lambda y: _total(x.basis for x in y.inherited_iras),
    "After-tax basis in plans at year end": _of_plans("closing_basis", TaxCharacter.AFTER_TAX),
    "Roth basis in plans at year end": _of_plans("closing_basis", TaxCharacter.ROTH),
    "Basis in Roth IRAs at year end": _roth_basis,
    "Value of all accounts at year end": lambda y: _total(r.closing_value for r in y.pools),
}
_NOT_BRIEF = frozenset(
    {
        "Pre-tax money paid into plans",
        "Roth money paid into plans",
        "Value of traditional IRAs at year end (line 6)",
        "After-tax basis in plans at year end",
        "Roth basis in plans at year end",
        "Value of all accounts at year end",
    }
)


def _holds(test: Callable[[AccountKind], bool]) -> Callable[[YearEnd], bool]:
    """Return what tells whether a year has rows of accounts of a kind in the books."""
    return lambda year: any(
        account is not None and test(account.kind)
        for account in (year.accounts.get(row.account) for row in year.pools)
    )


_IN_PLANS = _holds(lambda kind: kind.is_plan)
# of figures that are of accounts, and on no form: whether the books hold such accounts in a year
_HELD: dict[str, Callable[[YearEnd], bool]] = {
    **{what: _IN_PLANS for what in _FIGURES if "plans" in what or what == "… of it taxable"},
    "Basis in Roth IRAs at year end": _holds(lambda kind: kind.is_roth_ira),
    "Value of all accounts at year end": lambda year: bool(year.pools),
}
