"""Page B: what a preparer types, in the order of a tax program, and what to check against."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from exports.facsimile import facsimile_table
from exports.figures_to_enter import entry_table
from exports.software_lines import legend_table
from exports.table import Column, Kind, Row, Section, Table, Value, amounts
from exports.tie_tables import enter_instead
from exports.words import STATUS_WORDS, is_of, joined
from ledger.books import Household
from ledger.chart import TaxCharacter
from ledger.money import Money
from ledger.year_end import YearEnd, of_decedent

FACT_COLUMNS = (
    Column("fact", "The return is worked out with", weight=2.4),
    Column("value", "What is recorded", Kind.AMOUNT),
    Column("source", "Recorded in", Kind.PLACE, weight=1.6),
)
CARRIED_COLUMNS = (
    Column("what", "Carried to next year", weight=3.0),
    Column("amount", "Amount", Kind.AMOUNT),
    Column("where", "Where next year takes it up", weight=2.0),
)
KEPT_COLUMNS = (
    Column("what", "Worked out, and not entered", weight=1.6),
    Column("why", "Why", weight=3.0),
    Column("page", "Page", weight=0.4),
)
_YES_NO = MappingProxyType({True: "yes", False: "no", None: None})
# Parts of the year-end record with amounts that no program asks for, by their names there, with
# why, and the page that shows them; a test holds that every other amount is on page B.
NOT_ENTERED = MappingProxyType(
    {
        "worksheets": ("Worksheets", "kept with the return; their results are entered", "D"),
        "disbursements": ("Parts of each payment", "boxes 1, 2a and 5 of the forms say it", "G"),
        "returned": ("Contributions taken back", "told in the statement that is attached", "C"),
        "accounts": ("Value and basis of each account", "evidence for the lines above", "F"),
        "designated_roth": ("Designated Roth accounts", "the payer keeps them", "H"),
        "limits": ("Limits", "checked here; nothing is entered", "I"),
        "tie_out": ("Printed forms, compared", "differences are open points", "E"),
        "findings": ("Amounts at stake", "open points, on page A", "A"),
        "amended": ("The year as filed", "compared with what was filed", "E"),
        "forms_due": ("Earlier Forms 8606", "filed by themselves, for their own year", "C"),
        "state_basis": ("State basis", "for the state's return", "F"),
    }
)


def to_type_sections(year: YearEnd, books: Household) -> tuple[Section, ...]:
    """Lay out the facts of the return, the Forms 1099-R, the lines to enter and what goes on."""
    instead = (enter_instead(year),) if year.enter_instead else ()
    rows = tuple(_facts(year, books))
    unknown = [str(what) for what, value, _ in rows if value is None]
    facts = Table(
        FACT_COLUMNS,
        tuple(row for row in rows if row[1] is not None),
        note=f"Not recorded, and not needed unless page A asks: {joined(unknown)}."
        if unknown
        else "",
    )
    forms = facsimile_table(year, books)
    legend = legend_table(year)
    after = (_carried(year), _not_entered(year), *((legend,) if legend.rows else ()))
    return (
        Section("What to type: facts of the return", "Facts", (facts,)),
        Section("What to type: Forms 1099-R", "1099-R", (forms, *instead)),
        Section(
            "What to type: lines to enter and to check",
            "To enter",
            (entry_table(year),),
            follows=True,
        ),
        Section("Carried on, and not entered", "Carried", after),
    )


def _facts(year: YearEnd, books: Household) -> Iterator[Row]:
    """Go through the facts of a return that figures rest on, each with where it is recorded."""
    facts = books.facts_on_return(year.taxpayer.id, year.tax_year)
    at = facts.where if facts.where in {f.where for f in books.return_facts} else ""
    yield ("Name", year.taxpayer.name, "")
    yield ("Date of birth", year.taxpayer.born, "")
    if year.died:
        yield ("Date of death", year.died, "")
    told: tuple[tuple[str, Value], ...] = (
        ("Filing status", STATUS_WORDS.get(facts.filing_status, facts.filing_status) or None),
        ("Modified AGI", facts.magi),
        ("Taxable compensation", facts.compensation),
        ("Covered by a plan at work (Form W-2, box 13)", _YES_NO[facts.covered_by_plan]),
        ("Spouse covered by a plan at work", _YES_NO[facts.spouse_covered_by_plan]),
        ("IRA deduction, as on the return", facts.ira_deduction),
    )
    yield from ((what, value, at) for what, value in told)
    asked: tuple[tuple[str, Value], ...] = (
        ("Outstanding rollovers at year end", facts.outstanding_rollovers),
        ("First-home expenses", facts.first_home_expenses),
        ("HSA contributions made otherwise", facts.hsa_contributions),
    )
    yield from ((what, value, at) for what, value in asked if value is not None)


def _carried(year: YearEnd) -> Table:
    """List what next year's return begins with."""
    rows = [row for row in _carried_rows(year) if row[1]]
    return Table(
        CARRIED_COLUMNS, tuple(rows), empty="No basis is carried on.", title="Carried to next year"
    )


def _carried_rows(year: YearEnd) -> Iterator[Row]:
    after, roth = year.tax_year + 1, year.roth_ira
    line_2 = f"Form 8606 for {after}, line 2"
    yield ("Basis in traditional IRAs", year.traditional_ira.basis_carried_forward, line_2)
    heirs = "Form 8606 of the heirs for the decedent"
    yield ("Basis passed to the heirs", year.traditional_ira.passed_to_heirs, heirs)
    for one in year.inherited_iras:
        of = of_decedent(one.decedent)
        yield (f"Basis in traditional IRAs{of}", one.basis_carried_forward, f"{line_2}, of its own")
        yield (f"Basis in Roth IRAs{of}", one.roth_basis_carried_forward, "Form 8606, Part III")
    yield ("Regular contributions in Roth IRAs", roth.regular, "Form 8606, line 22")
    layers = Money.total(layer.amount for layer in roth.conversions)
    yield ("Conversions and rollovers in Roth IRAs", layers, "Form 8606, line 24")
    kept = "the plan; Form 1099-R, box 5"
    after_tax = _plan_basis(year, TaxCharacter.AFTER_TAX)
    yield ("After-tax contributions in plans: investment in the contract", after_tax, kept)
    roth_basis = _plan_basis(year, TaxCharacter.ROTH)
    yield ("Designated Roth accounts: investment in the contract", roth_basis, kept)
    for later in year.disaster_later:
        words = f"Disaster income of {later.year}"
        yield (f"{words}, IRAs", later.iras, f"Form 8915 for {later.year}")
        yield (f"{words}, plans", later.plans, f"Form 8915 for {later.year}")


def _plan_basis(year: YearEnd, character: TaxCharacter) -> Money:
    mine = (row.closing_basis for row in year.pools if is_of(row.source, character))
    return Money.total(amounts(mine))


def _not_entered(year: YearEnd) -> Table:
    record = year.as_json()
    return Table(KEPT_COLUMNS, tuple(row for part, row in NOT_ENTERED.items() if record[part]))
