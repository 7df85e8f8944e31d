"""The first page: open points, the year in plain sentences, and the figures to enter."""

from __future__ import annotations

from collections.abc import Sequence

from exports.form_tables import entry_table
from exports.record_tables import by_severity
from exports.table import (
    FIRST_SHEET,
    Column,
    Medium,
    Section,
    Table,
    accounting,
    amounts,
    line_amount,
)
from exports.words import counted, is_of, joined, paid_out
from ledger.chart import TaxCharacter
from ledger.events import EventKind
from ledger.forms.form import Form
from ledger.money import ZERO, Money
from ledger.year_end import Movement, PoolYear, YearEnd

OPEN_COLUMNS = (
    Column("severity", "Severity", weight=0.5, marked=True),
    Column("code", "Code", medium=Medium.SHEET),
    Column("message", "What to settle before the return is filed", weight=4.0),
    Column("cite", "Law", weight=1.2, optional=True),
)
_CHARACTERS = {
    TaxCharacter.PRE_TAX: "pre-tax",
    TaxCharacter.AFTER_TAX: "after-tax",
    TaxCharacter.ROTH: "Roth",
}
_NOTE = "note to read under Findings", "notes to read under Findings"
# Results of Form 8606 in words, in the order of the paper.
_RESULTS_8606 = {
    "1": "nondeductible contributions",
    "15c": "taxable distributions",
    "18": "taxable conversions",
    "19": "nonqualified Roth IRA distributions",
    "25c": "taxable Roth IRA distributions",
    "14": "basis carried forward",
}


def summary_section(year: YearEnd, changed: Table | None = None) -> Section:
    """Set out what a preparer reads first: open points, the year in words, figures to enter.

    ``changed`` tells what is different from last year.
    """
    points = _open_points(year)
    told = summary(year)
    if not points.rows:
        notes = len(year.findings)
        told.append(f"{points.empty[:-1]}{f'; {counted(notes, *_NOTE)}' if notes else ''}.")
    lead = (points,) if points.rows else ()
    tables = (entry_table(year), *((changed,) if changed else ()))
    return Section("Summary", FIRST_SHEET, tables, tuple(told), lead)


def summary(year: YearEnd) -> list[str]:
    """Tell the year in sentences made from the figures of the record, a paragraph a subject."""
    told = [
        f"PROVISIONAL: {year.provisional}." if year.provisional else "",
        _went_in(year),
        *_moved(year),
        _on_1040(year),
        *_on_8606(year),
        _on_5329(year),
        _carried(year),
    ]
    return [sentence for sentence in told if sentence]


def _went_in(year: YearEnd) -> str:
    plans = [_went_into_plans(year, character) for character in TaxCharacter]
    told = [f"{joined([p for p in plans if p])} into employer plans"] if any(plans) else []
    for kind, rows in _ira_rows(year).items():
        total = Money.total(row.contributions for row in rows)
        if total:
            told.append(f"${total} into {kind}{_made_for(year, {row.account for row in rows})}")
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
        elif account and account.kind.is_roth_ira:
            found["Roth IRAs"].append(row)
    return found


def _made_for(year: YearEnd, accounts: set[str]) -> str:
    """Say which part of the year's IRA contributions counts for another tax year."""
    events = [entry.event for entry in year.entries if entry.event.account in accounts]
    other = [e for e in events if e.kind is EventKind.CONTRIBUTION and e.tax_year != year.tax_year]
    years = sorted({event.tax_year for event in other})
    told = [
        f"${Money.total(e.amount for e in other if e.amount and e.tax_year == made_for)} "
        f"of it for {made_for}"
        for made_for in years
    ]
    return f" ({joined(told)})" if told else ""


def _moved(year: YearEnd) -> list[str]:
    moved = [row for row in year.movements if row.amount]
    kinds = list(dict.fromkeys(row.kind for row in moved))
    told = [_kind(kind, [row for row in moved if row.kind == kind]) for kind in kinds]
    out = [f"Moved in {counted(len(moved), 'step')}: {'; '.join(told)}."] if moved else []
    # movements tell these themselves: the sentence would say them twice
    told_already = {EventKind.RETURN_OF_CONTRIBUTION.words, EventKind.RECHARACTERIZATION.words}
    if year.returned and not told_already & set(kinds):
        back = Money.total(row.contribution for row in year.returned)
        income = Money.total(row.net_income for row in year.returned)
        out.append(
            f"Contributions for {year.tax_year} taken back or moved: ${back}, with net income "
            f"of ${accounting(income)}."
        )
    # money left that no movement tells: silence would read as if nothing had
    if not out and paid_out(year):
        left = Money.total(row.went_out for row in year.pools)
        out.append(f"Left the accounts in other ways: ${left}; see the findings and the register.")
    elif not out and not len(year.f1040):
        out.append("Nothing was converted, rolled over or paid out.")
    return out


def _kind(kind: str, rows: Sequence[Movement]) -> str:
    amount = Money.total(row.amount for row in rows)
    times = f", {counted(len(rows), 'time')}," if len(rows) > 1 else ""
    basis = Money.total(row.basis for row in rows)
    taxable = Money.total(row.taxable for row in rows)
    parts = ((basis, "already taxed"), (taxable, "taxable"), (amount - basis - taxable, ""))
    named = [f"${part} {what or 'not taxed now'}" for part, what in parts if part]
    if len(named) == 1:
        named = [f"all {named[0].split(maxsplit=1)[1]}"]
    return f"{kind}{times} ${amount} ({joined(named)})"


def _on_1040(year: YearEnd) -> str:
    told = [f"line {line.number} ${line_amount(line)}" for line in year.f1040]
    if not told:
        return "Nothing goes on the IRA and pension lines of Form 1040."
    return f"Enter on Form 1040: {joined(told)}."


def _on_8606(year: YearEnd) -> list[str]:
    """Say of every Form 8606 of the year, one's own and the decedents', what it comes to."""
    due = [one for one in year.forms_8606 if one.required]
    if not due:
        return [f"Form 8606 need not be filed for {year.tax_year}."]
    return [f"{one.said} must be filed for {year.tax_year}: {_results(one.form)}." for one in due]


def _results(form: Form) -> str:
    told = [
        f"{words} ${line_amount(form.line(number))} (line {number})"
        for number, words in _RESULTS_8606.items()
        if number in form
    ]
    return joined(told)


_TAXES_5329 = (
    ("4", "1", "early distributions"),
    ("17", "16", "excess contributions to traditional IRAs"),
    ("25", "24", "excess contributions to Roth IRAs"),
)


def _on_5329(year: YearEnd) -> str:
    told = [
        f"additional tax of ${line_amount(year.f5329.line(number))} (line {number}) on {what} of "
        f"${line_amount(year.f5329.line(of))} (line {of})"
        for number, of, what in _TAXES_5329
        if number in year.f5329
    ]
    filing = "" if year.f5329_required else ", need not be filed"
    return f"Form 5329{filing}: {joined(told)}." if told else ""


def _carried(year: YearEnd) -> str:
    iras, line = year.traditional_ira, " (Form 8606, line 14)" if "14" in year.f8606 else ""
    roth = year.roth_ira
    layers = Money.total(row.taxable + row.nontaxable for row in roth.conversions)
    kept = [
        (iras.basis_carried_forward, f"of basis in traditional IRAs{line}"),
        (_plan_basis(year, TaxCharacter.AFTER_TAX), "of after-tax basis in employer plans"),
        (_plan_basis(year, TaxCharacter.ROTH), "of Roth basis in employer plans"),
        (roth.regular, "of regular contributions in Roth IRAs"),
        (layers, "of conversions in Roth IRAs"),
    ]
    for one in year.inherited_iras:
        of = f"inherited from {one.decedent}"
        kept.append((one.basis_carried_forward or ZERO, f"of basis in traditional IRAs {of}"))
        kept.append((one.roth_basis_carried_forward, f"of basis in Roth IRAs {of}"))
    told = [f"${amount} {what}" for amount, what in kept if amount]
    passed = (
        f" Passed to the heirs: ${iras.passed_to_heirs} of basis in traditional IRAs{line}."
        if iras.passed_to_heirs
        else ""
    )
    return f"Carried to the next year: {joined(told) or 'no basis'}.{passed}"


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
