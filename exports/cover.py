"""The first page: the year in one paragraph, the figures to enter, and the open points."""

from __future__ import annotations

from collections.abc import Sequence

from exports.form_tables import entry_table
from exports.record_tables import by_severity
from exports.table import Column, Medium, Section, Table, amounts
from exports.words import counted, is_of, joined
from ledger.chart import AccountKind, TaxCharacter
from ledger.money import Money
from ledger.year_end import Movement, PoolYear, YearEnd

OPEN_COLUMNS = (
    Column("severity", "Severity", weight=0.5),
    Column("code", "Code", medium=Medium.SHEET),
    Column("message", "What to settle before the return is filed", weight=4.0),
    Column("cite", "Law", weight=1.2),
)
_CHARACTERS = {
    TaxCharacter.PRE_TAX: "pre-tax",
    TaxCharacter.AFTER_TAX: "after-tax",
    TaxCharacter.ROTH: "Roth",
}


def summary_section(year: YearEnd) -> Section:
    """Set out what a preparer reads first."""
    tables = (entry_table(year), _open_points(year))
    return Section("Summary", "Summary", tables, tuple(summary(year)))


def summary(year: YearEnd) -> list[str]:
    """Tell the year in sentences made from the figures of the record."""
    sentences = [_went_in(year), _moved(year), _taxable(year), _carried(year)]
    required = "must be filed" if year.f8606_required else "need not be filed"
    told = [" ".join(s for s in sentences if s), f"Form 8606 {required} for {year.tax_year}."]
    if year.provisional:
        told.append(f"PROVISIONAL: {year.provisional}")
    return told


def _went_in(year: YearEnd) -> str:
    plans = [_went_into_plans(year, character) for character in TaxCharacter]
    told = [f"{joined([p for p in plans if p])} into employer plans"] if any(plans) else []
    nondeductible = year.f8606.amount("1")
    for kind, rows in _ira_rows(year).items():
        total = Money.total(row.contributions for row in rows)
        pooled = kind == "traditional IRAs" and nondeductible
        part = f" (nondeductible for {year.tax_year}: ${nondeductible})" if pooled else ""
        told += [f"${total} into {kind}{part}"] if total else []
    if not told:
        return f"Nothing was contributed for {year.taxpayer.name} in {year.tax_year}."
    return f"Paid in for {year.taxpayer.name} in {year.tax_year}: {'; '.join(told)}."


def _went_into_plans(year: YearEnd, character: TaxCharacter) -> str:
    total = Money.total(r.contributions for r in year.pools if is_of(r.source, character))
    return f"${total} {_CHARACTERS[character]}" if total else ""


def _ira_rows(year: YearEnd) -> dict[str, list[PoolYear]]:
    found: dict[str, list[PoolYear]] = {"traditional IRAs": [], "Roth IRAs": []}
    for row in year.pools:
        account = year.accounts.get(row.account)
        if account and account.kind.is_pooled_traditional:
            found["traditional IRAs"].append(row)
        elif account and account.kind is AccountKind.ROTH_IRA:
            found["Roth IRAs"].append(row)
    return found


def _moved(year: YearEnd) -> str:
    moved = [row for row in year.movements if row.amount]
    kinds = list(dict.fromkeys(row.kind for row in moved))
    told = [_kind(kind, [row for row in moved if row.kind == kind]) for kind in kinds]
    out = f"Money moved in {counted(len(moved), 'step')}: {'; '.join(told)}. " if moved else ""
    if year.returned:
        back = Money.total(row.contribution for row in year.returned)
        income = Money.total(row.net_income for row in year.returned)
        out += f"Contributions returned or moved: ${back} with ${income} of net income. "
    if not out and not len(year.f1040):
        out = "Nothing was converted, rolled over or paid out. "
    return out.strip()


def _kind(kind: str, rows: Sequence[Movement]) -> str:
    amount = Money.total(row.amount for row in rows)
    basis = Money.total(row.basis for row in rows)
    taxable = Money.total(row.taxable for row in rows)
    times = f" ({counted(len(rows), 'time')})" if len(rows) > 1 else ""
    rest = "" if amount == basis + taxable else ", the rest is not taxed now"
    parts = f"${basis} was taxed before and ${taxable} is taxable{rest}"
    return f"{kind}{times} ${amount}, of which {parts}"


def _taxable(year: YearEnd) -> str:
    lines = [
        (line.number, line.value)
        for line in year.f1040
        if line.number.endswith("b") and isinstance(line.value, Money)
    ]
    due = [f"line {number} (${value})" for number, value in lines if value]
    if due:
        return f"The taxable amount goes on Form 1040, {joined(due)}."
    return "Nothing of it is taxable on Form 1040." if lines else ""


def _carried(year: YearEnd) -> str:
    line = " (Form 8606, line 14)" if "14" in year.f8606 else ""
    roth = year.roth_ira
    layers = Money.total(row.taxable + row.nontaxable for row in roth.conversions)
    kept = [
        (year.traditional_ira.basis_carried_forward, f"of basis in traditional IRAs{line}"),
        (_plan_basis(year, TaxCharacter.AFTER_TAX), "of after-tax basis in employer plans"),
        (_plan_basis(year, TaxCharacter.ROTH), "of Roth basis in employer plans"),
        (roth.regular, "of regular contributions in Roth IRAs"),
        (layers, "of conversions in Roth IRAs"),
    ]
    told = [f"${amount} {what}" for amount, what in kept if amount]
    return f"Carried to the next year: {joined(told) or 'no basis'}."


def _plan_basis(year: YearEnd, character: TaxCharacter) -> Money:
    mine = (row.closing_basis for row in year.pools if is_of(row.source, character))
    return Money.total(amounts(mine))


def _open_points(year: YearEnd) -> Table:
    rows = tuple(
        (finding.severity, finding.code, finding.message, finding.cite)
        for finding in by_severity(year.findings)
        if finding.severity != "info"
    )
    return Table(OPEN_COLUMNS, rows, title="Open points", empty="No error and no warning is open.")
