"""Where the basis is and where it went: sources, movements, limits and Roth layers as tables."""

from __future__ import annotations

from exports.table import NOT_KNOWN, Column, Kind, Row, RowSum, Section, Table, or_not_known
from exports.words import account_words, destination_words, source_words
from ledger.chart import Account
from ledger.year_end import (
    AdditionsLimit,
    DeferralLimit,
    DesignatedRoth,
    IraLimit,
    Movement,
    PoolYear,
    YearEnd,
)

_CLOSING = RowSum(("opening_value", "contributions", "earnings", "in"), ("out",))
POOL_COLUMNS = (
    Column("account", "Account", weight=1.0, group=True),
    Column("source", "Source", weight=1.0),
    Column("opening_value", "Opening value", Kind.AMOUNT, total=True),
    Column("contributions", "Contributed", Kind.AMOUNT, total=True),
    Column("earnings", "Earnings", Kind.AMOUNT, total=True),
    Column("in", "In", Kind.AMOUNT, total=True),
    Column("out", "Out", Kind.AMOUNT, total=True),
    Column("closing_value", "Closing value", Kind.AMOUNT, total=True, adds_up=_CLOSING),
    Column("opening_basis", "Opening basis", Kind.AMOUNT, total=True),
    Column("closing_basis", "Closing basis", Kind.AMOUNT, total=True),
)
MOVEMENT_COLUMNS = (
    Column("date", "Date", Kind.DATE),
    Column("kind", "What", weight=1.2),
    Column("from", "From", weight=1.2),
    Column("to", "To", weight=1.0),
    Column("amount", "Amount", Kind.AMOUNT, total=True),
    Column("basis", "Already taxed", Kind.AMOUNT, total=True),
    Column("taxable", "Taxable", Kind.AMOUNT, total=True),
    Column("note", "Note", weight=1.4),
    Column("evidence", "Evidence", Kind.PLACE, weight=1.0),
)
_AFTER_TAX = RowSum(("amount",), ("pretax",))
DISBURSEMENT_COLUMNS = (
    Column("event", "Distribution", weight=1.5),
    Column("to", "To", weight=1.0),
    Column("amount", "Amount", Kind.AMOUNT, total=True),
    Column("pretax", "Pretax", Kind.AMOUNT, total=True),
    Column("aftertax", "After-tax", Kind.AMOUNT, total=True, adds_up=_AFTER_TAX),
    Column("taxable", "Taxable this year", Kind.AMOUNT, total=True),
)
RETURNED_COLUMNS = (
    Column("event", "Event", weight=2.0),
    Column("contribution", "Contribution", Kind.AMOUNT),
    Column("net_income", "Net income", Kind.AMOUNT),
    Column(
        "amount",
        "Left the account",
        Kind.AMOUNT,
        adds_up=RowSum(("contribution", "net_income")),
    ),
)
LIMIT_COLUMNS = (
    Column("limit_of", "What is limited", weight=2.0),
    Column("limit", "Limit", Kind.AMOUNT),
    Column("catch_up", "Catch-up", Kind.AMOUNT),
    Column("used", "Used", Kind.AMOUNT),
    Column(
        "room",
        "Room left",
        Kind.AMOUNT,
        adds_up=RowSum(("limit", "catch_up"), ("used",), floor_zero=True),
    ),
    Column(
        "excess",
        "Excess",
        Kind.AMOUNT,
        adds_up=RowSum(("used",), ("limit", "catch_up"), floor_zero=True),
    ),
    Column("cite", "Law", weight=1.4),
)
ROTH_COLUMNS = (Column("fact", "Roth IRAs together", weight=2.0), Column("is", "", Kind.AMOUNT))
LAYER_COLUMNS = (
    Column("year", "Year", Kind.COUNT),
    Column("taxable", "Taxed when converted", Kind.AMOUNT, total=True),
    Column("nontaxable", "Not taxed when converted", Kind.AMOUNT, total=True),
    Column("free_from", "Free of the 10% tax from", Kind.DATE),
)
CLOCK_COLUMNS = (
    Column("account", "Plan", weight=2.0),
    Column("since", "First Roth year", Kind.COUNT),
    Column("qualified_from", "Five years met on", Kind.DATE),
    Column("value", "Value", Kind.AMOUNT),
    Column("basis", "Basis", Kind.AMOUNT),
)
ACCOUNT_COLUMNS = (
    Column("account", "Accounts in this packet", weight=3.0),
    Column("allows", "What the plan allows", weight=2.0),
)
_NOT_BEGUN = "no clock has started"


def basis_section(year: YearEnd) -> Section:
    """Set out every account and source from opening to closing, in value and basis."""
    pools = Table(
        POOL_COLUMNS,
        tuple(_pool(row, year) for row in year.pools),
        note="Closing value = opening value + contributions + earnings + in − out. Basis is "
        "money that was taxed before; a traditional IRA's basis belongs to the person and "
        "stands in the table below.",
        empty="No account held money in this year.",
    )
    iras = year.traditional_ira
    personal = Table(
        (
            Column("fact", "Traditional, SEP and SIMPLE IRAs together", weight=3.0),
            Column("amount", "Amount", Kind.AMOUNT),
        ),
        (
            ("Basis brought forward from the year before", iras.basis_brought_forward),
            ("Basis carried forward to the next year", iras.basis_carried_forward),
            ("Value at year end", iras.year_end_value),
        ),
        title="Traditional IRAs: one pool",
    )
    tables = (pools, personal, _accounts(year))
    return Section("Basis by source", "Basis by source", tables, starts_page=True)


def _pool(row: PoolYear, year: YearEnd) -> Row:
    account = year.accounts.get(row.account)
    return (
        account_words(account) if account else row.account,
        source_words(row.source) if row.source else "whole account",
        row.opening_value,
        row.contributions,
        row.earnings,
        row.came_in,
        row.went_out,
        row.closing_value,
        row.opening_basis,
        row.closing_basis,
    )


def _accounts(year: YearEnd) -> Table:
    used = {row.account for row in year.pools}
    rows = tuple(
        (account_words(account), _allows(account))
        for account in year.accounts.values()
        if account.owner == year.taxpayer.id and account.id in used
    )
    return Table(ACCOUNT_COLUMNS, rows, title="Accounts", empty="No account held money.")


def _allows(account: Account) -> str:
    if not account.kind.is_plan:
        return ""
    kept = "kept apart" if account.separate_after_tax else "not kept apart"
    return f"after-tax money {kept}" if account.after_tax else "no after-tax money"


def movements_section(year: YearEnd) -> Section:
    """Set out conversions, rollovers and distributions with basis and taxable part."""
    movements = Table(
        MOVEMENT_COLUMNS,
        tuple(_movement(row, year) for row in year.movements),
        note="Already taxed + taxable = amount, except where tax is put off by a rollover.",
        empty="No conversion, rollover or distribution is on record for this year.",
    )
    tables = [movements]
    if year.disbursements:
        tables.append(_disbursements(year))
    if year.returned:
        rows = tuple((r.event, r.contribution, r.net_income, r.amount) for r in year.returned)
        tables.append(Table(RETURNED_COLUMNS, rows, title="Contributions returned or moved"))
    return Section("Conversions, rollovers and distributions", "Movements", tuple(tables))


def _movement(row: Movement, year: YearEnd) -> Row:
    source = f", {source_words(row.source)}" if row.source else ""
    return (
        row.day,
        row.kind,
        f"{row.account}{source}",
        destination_words(row.to, year),
        row.amount,
        row.basis,
        row.taxable,
        row.note,
        row.where,
    )


def _disbursements(year: YearEnd) -> Table:
    rows = tuple(
        (d.event, destination_words(d.to, year), d.amount, d.pretax, d.aftertax, d.taxable)
        for d in year.disbursements
    )
    return Table(
        DISBURSEMENT_COLUMNS,
        rows,
        title="How pretax and after-tax dollars were assigned",
        note="Disbursements scheduled for the same time are one distribution (Notice 2014-54).",
    )


def limits_section(year: YearEnd) -> Section:
    """Set out what the law allowed, what was used, and what room or excess is left."""
    rows = [_deferrals(year.limits.deferrals)]
    rows += [_additions(row) for row in year.limits.additions]
    rows += [_ira(year.limits.ira)] if year.limits.ira else []
    note = "Room after elective deferrals and employer money can be filled with after-tax money."
    return Section("Limits", "Limits", (Table(LIMIT_COLUMNS, tuple(rows), note=note),))


def _deferrals(row: DeferralLimit) -> Row:
    catch_up, room = or_not_known(row.catch_up), or_not_known(row.room)
    name = "Elective deferrals, all plans"
    return (name, row.limit, catch_up, row.used, room, row.excess, "IRC 402(g), 414(v)")


def _additions(row: AdditionsLimit) -> Row:
    name = f"Annual additions, plans of {row.employer}"
    return (name, row.limit, None, row.used, row.after_tax_room, row.excess, "IRC 415(c)")


def _ira(row: IraLimit) -> Row:
    name = "Contributions to all IRAs"
    return (name, row.limit, None, row.used, row.room, row.excess, "IRC 219(b)(5), 408A(c)(2)")


def roth_section(year: YearEnd) -> Section:
    """Set out the Roth layers left at year end and the five-year clocks."""
    roth = year.roth_ira
    facts = Table(
        ROTH_COLUMNS,
        (
            ("Regular contributions left", roth.regular),
            ("Earnings distributed this year", roth.earnings_distributed),
            ("First year with a contribution or conversion", roth.since or _NOT_BEGUN),
            ("Five-year test met on", roth.qualified_from or _NOT_BEGUN),
        ),
    )
    layers = Table(
        LAYER_COLUMNS,
        tuple(
            (row.year, row.taxable, row.nontaxable, roth.free_from.get(row.year, NOT_KNOWN))
            for row in roth.conversions
        ),
        title="Conversion layers left, oldest first",
        empty="No conversion is left in the Roth IRAs.",
    )
    clocks = Table(
        CLOCK_COLUMNS,
        tuple(_clock(row, year) for row in year.designated_roth),
        title="Designated Roth accounts",
        empty="No plan holds designated Roth money.",
    )
    return Section("Roth layers and clocks", "Roth", (facts, layers, clocks))


def _clock(row: DesignatedRoth, year: YearEnd) -> Row:
    account = year.accounts.get(row.account)
    return (
        account_words(account) if account else row.account,
        row.since or _NOT_BEGUN,
        row.qualified_from or _NOT_BEGUN,
        row.value,
        row.basis,
    )
