"""Where the basis is and where it went: sources, movements, limits and Roth layers as tables."""

from __future__ import annotations

from exports.table import (
    NOT_KNOWN,
    Column,
    Kind,
    Medium,
    Row,
    RowSum,
    Section,
    SumOf,
    Table,
    or_not_known,
)
from exports.words import (
    FLOW_WORDS,
    WHOLE_ACCOUNT,
    account_words,
    destination_words,
    on_paper,
    paid_out,
    source_words,
)
from ledger.books import Household
from ledger.chart import Account
from ledger.events import EventKind
from ledger.views.room import RoomRow, room_of_whole_year
from ledger.year_end import DesignatedRoth, Movement, PoolYear, YearEnd

# what the sheet's formula adds, and what it takes off
_CLOSING = RowSum(("opening_value", "contributions", "earnings", "in"), ("out",))


def _from_register(flow: str, *, negative: bool = False) -> SumOf:
    same = (("account", "id"), ("source", "source"))
    return SumOf("Register", "value", same, "flow", FLOW_WORDS[flow], negative)


POOL_COLUMNS = (
    Column("account", "Account", group=True, medium=Medium.PAPER),
    Column("id", "Account", medium=Medium.SHEET),
    Column("source", "Source", weight=1.0),
    Column("opening_value", "Opening value", Kind.AMOUNT, total=True),
    Column(
        "contributions",
        "Contributed",
        Kind.AMOUNT,
        total=True,
        sums=_from_register("contributions"),
    ),
    Column("earnings", "Earnings", Kind.AMOUNT, total=True, sums=_from_register("earnings")),
    Column("in", "In", Kind.AMOUNT, total=True, sums=_from_register("came_in")),
    Column("out", "Out", Kind.AMOUNT, total=True, sums=_from_register("went_out", negative=True)),
    Column("closing_value", "Closing value", Kind.AMOUNT, total=True, adds_up=_CLOSING),
    Column("opening_basis", "Opening basis", Kind.AMOUNT, medium=Medium.SHEET, optional=True),
    Column("closing_basis", "Closing basis", Kind.AMOUNT, medium=Medium.SHEET, optional=True),
)
_NOT_NOW = RowSum(("amount",), ("basis", "taxable"))
MOVEMENT_COLUMNS = (
    Column("date", "Date", Kind.DATE),
    Column("kind", "What", weight=1.2),
    Column("from", "From", weight=1.2),
    Column("to", "To", weight=1.3),
    Column("amount", "Amount", Kind.AMOUNT, total=True),
    Column("basis", "Already taxed", Kind.AMOUNT, total=True),
    Column("taxable", "Taxable", Kind.AMOUNT, total=True),
    Column("rest", "Not taxed now", Kind.AMOUNT, total=True, adds_up=_NOT_NOW, optional=True),
    Column("note", "Note", weight=1.4, optional=True),
    Column("evidence", "Evidence", Kind.PLACE, weight=1.4),
)
_AFTER_TAX = RowSum(("amount",), ("pretax",))
DISBURSEMENT_COLUMNS = (
    Column("event", "Distribution", Kind.PLACE, weight=1.5),
    Column("to", "To", weight=1.0),
    Column("amount", "Amount", Kind.AMOUNT, total=True),
    Column("pretax", "Pretax", Kind.AMOUNT, total=True),
    Column("aftertax", "After-tax", Kind.AMOUNT, total=True, adds_up=_AFTER_TAX),
    Column("taxable", "Taxable this year", Kind.AMOUNT, total=True),
)
RETURNED_COLUMNS = (
    Column("event", "Event", Kind.PLACE, weight=2.0),
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
    Column("catch_up", "Catch-up", Kind.AMOUNT, optional=True),
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
    Column("known", "Rows are missing", optional=True),
    Column("cite", "Law", weight=1.4),
)
STATE_COLUMNS = (
    Column("state", "State"),
    Column("as_of", "As of", Kind.DATE),
    Column("account", "Account", weight=1.4),
    Column("basis", "Basis", Kind.AMOUNT),
    Column("note", "Note", weight=2.0, optional=True),
    Column("evidence", "Evidence", Kind.PLACE, weight=1.4),
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
    Column("qualified_from", "5-year period met on", Kind.DATE),
    Column("value", "Value", Kind.AMOUNT),
    Column("basis", "Basis", Kind.AMOUNT),
)
ACCOUNT_COLUMNS = (
    Column("account", "Accounts in this packet", weight=3.0),
    Column("allows", "After-tax money", weight=2.0, optional=True),
)
_IN_PLAN, _INSIDE = EventKind.IN_PLAN_CONVERSION.words, "Roth inside the plan"
_NOTHING_MOVED = "No conversion, rollover or distribution is on record for this year."
_NONE_OF_THESE = (
    "No conversion, rollover or ordinary distribution is on record; what else left the accounts "
    "stands in the register and among the findings."
)
_NOT_BEGUN = "no 5-year period has begun"


def basis_section(year: YearEnd) -> Section:
    """Set out every account and source from opening to closing, in value and basis."""
    pools = Table(
        POOL_COLUMNS,
        tuple(_pool(row, year) for row in year.pools),
        note="Closing value = opening value + contributions + earnings + in − out.",
        empty="No account held money in this year.",
    )
    states = (_state_basis(year),) if year.state_basis else ()
    tables = (pools, *states, _accounts(year))
    return Section("Accounts and sources", "Basis by source", tables)


def _pool(row: PoolYear, year: YearEnd) -> Row:
    account = year.accounts.get(row.account)
    return (
        account_words(account) if account else row.account,
        row.account,
        source_words(row.source) if row.source else WHOLE_ACCOUNT,
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
    if not account.after_tax:
        return "not accepted by the plan"
    return "accounted apart" if account.separate_after_tax else "not accounted apart"


def movements_section(year: YearEnd) -> Section:
    """Set out conversions, rollovers and distributions with basis and taxable part."""
    movements = Table(
        MOVEMENT_COLUMNS,
        tuple(_movement(row, year) for row in year.movements),
        note="Each amount is what was already taxed, what is taxable this year, and what is not "
        "taxed now (rollovers, charity, contributions that count elsewhere).",
        empty=_NONE_OF_THESE if paid_out(year) else _NOTHING_MOVED,
    )
    tables = [movements]
    if year.disbursements:
        tables.append(_disbursements(year))
    if year.returned:
        rows = tuple((r.event, r.contribution, r.net_income, r.amount) for r in year.returned)
        tables.append(Table(RETURNED_COLUMNS, rows, title="Contributions returned or moved"))
    return Section(
        "Conversions, rollovers and distributions", "Movements", tuple(tables), filtered=True
    )


def _movement(row: Movement, year: YearEnd) -> Row:
    source = f", {source_words(row.source)}" if row.source else ""
    return (
        row.day,
        row.kind,
        f"{row.account}{source}",
        _INSIDE if row.kind == _IN_PLAN else destination_words(row.to, year),
        row.amount,
        row.basis,
        row.taxable,
        # blank instead of zero: the column goes where it says nothing
        row.amount - row.basis - row.taxable or None,
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


def _state_basis(year: YearEnd) -> Table:
    rows = tuple(
        (row.state, row.as_of, row.account or "all accounts", row.basis, row.note, row.where)
        for row in year.state_basis
    )
    return Table(
        STATE_COLUMNS,
        rows,
        title="Basis as states count it",
        note="Recorded only: a state's return is not worked out here (see the findings).",
    )


def limits_section(year: YearEnd, books: Household) -> Section:
    """Set out what the law allowed, what was used, and what room or excess is left."""
    known = room_of_whole_year(year, books)
    note = "Room after elective deferrals and employer money can be filled with after-tax money."
    if year.died:
        note = f"Died on {year.died}: nothing more can be put in."
    words = dict.fromkeys(on_paper(sentence, year) for row in known for sentence in row.told)
    table = Table(
        LIMIT_COLUMNS, tuple(_limit(row, died=bool(year.died)) for row in known), note=note
    )
    return Section("Limits", "Limits", (), tuple(words), lead=(table,))


def _limit(row: RoomRow, *, died: bool) -> Row:
    used, room, excess = (or_not_known(one) for one in (row.used, row.room, row.excess))
    if died:
        room = "none"  # and no formula, which would tell what a living person may put in
    # a limit that has no catch-up is blank there; one whose age is not known is not
    catch_up = or_not_known(row.catch_up) if row.has_catch_up else None
    known = "used at least, room at most" if row.is_partly_known else ""
    limit = or_not_known(row.limit)
    return (row.name.strip(), limit, catch_up, used, room, excess, known, row.cite)


def roth_section(year: YearEnd) -> Section:
    """Set out the Roth layers left at year end and the 5-year periods."""
    tables = [_roth_iras(year)] if _has_roth_ira(year) else []
    if year.roth_ira.conversions:
        tables.append(_layers(year))
    if year.designated_roth:
        rows = tuple(_clock(row, year) for row in year.designated_roth)
        tables.append(Table(CLOCK_COLUMNS, rows, title="Designated Roth accounts"))
    words = () if tables else ("No Roth IRA and no designated Roth account is on record.",)
    return Section("Roth basis and 5-year periods", "Roth", tuple(tables), words)


def _has_roth_ira(year: YearEnd) -> bool:
    roth = year.roth_ira
    mine = (a for a in year.accounts.values() if a.owner == year.taxpayer.id)
    held = any(account.kind.is_roth_ira for account in mine)
    return held or bool(roth.regular or roth.conversions or roth.since)


def _roth_iras(year: YearEnd) -> Table:
    roth = year.roth_ira
    return Table(
        ROTH_COLUMNS,
        (
            ("Regular contributions left", roth.regular),
            ("Earnings distributed this year", roth.earnings_distributed),
            ("First year with a contribution or conversion", roth.since or _NOT_BEGUN),
            ("5-year period met on", roth.qualified_from or _NOT_BEGUN),
        ),
    )


def _layers(year: YearEnd) -> Table:
    roth = year.roth_ira
    return Table(
        LAYER_COLUMNS,
        tuple(
            (row.year, row.taxable, row.nontaxable, roth.free_from.get(row.year, NOT_KNOWN))
            for row in roth.conversions
        ),
        title="Conversion layers left, oldest first",
    )


def _clock(row: DesignatedRoth, year: YearEnd) -> Row:
    account = year.accounts.get(row.account)
    return (
        account_words(account) if account else row.account,
        row.since or _NOT_BEGUN,
        row.qualified_from or _NOT_BEGUN,
        row.value,
        row.basis,
    )
