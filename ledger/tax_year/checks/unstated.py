"""Facts that nobody stated: what was taken instead, and how to state it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.balances.gains import UNEXPLAINED
from ledger.chart import Account, AccountKind, Source
from ledger.events import EventKind, Flow
from ledger.money import Money
from ledger.records import MARRIED_JOINT
from ledger.tax_year.checks.context import CheckContext
from ledger.tax_year.facts_of_year import is_year_end
from ledger.tax_year.inheritance import passed_on
from ledger.tax_year.inherited import decedent_of
from ledger.year_end import VALUE_UNSTATED, Finding


def basis_taken_as_zero(context: CheckContext) -> Iterator[Finding]:
    """Find basis that nobody stated, taken as zero because the IRAs start empty in the books."""
    me = context.record.taxpayer.id
    # where no form is due the zero decides nothing
    if context.record.f8606_required and not context.before.traditional_stated:
        yield Finding(
            "warning",
            "opening_basis_not_stated",
            "no earlier Form 8606 is recorded: the basis before the books start is taken as 0 "
            "because the IRAs start empty in them; if that is right, say so: basis record 8606 "
            f"--taxpayer {me} --year {context.books_since - 1} --line14 0",
            "Form 8606, line 2",
        )


def deduction_taken_as_zero(context: CheckContext) -> Iterator[Finding]:
    """Find traditional contributions without any fact about a deduction."""
    facts = [
        f
        for f in context.books.return_facts
        if (f.taxpayer, f.year) == (context.record.taxpayer.id, context.year)
    ]
    stated = any(f.ira_deduction is not None for f in facts)
    if (
        context.traditional.nondeductible
        and not stated
        and "ira_deduction" not in context.record.forms
    ):
        yield Finding(
            "info",
            "deduction_taken_as_zero",
            f"no IRA deduction is recorded for {context.year}: all "
            f"{context.traditional.nondeductible} contributed are treated as nondeductible; record "
            f"it, or what it is worked out from (basis record return: {_lacking(context)})",
            "IRC 408(o)(2)(B)(ii)",
            at_stake=context.traditional.nondeductible,
        )


def _lacking(context: CheckContext) -> str:
    """Name the options of the facts that a deduction is worked out from and that lack."""
    facts = context.person.facts
    lacking = {
        "--filing-status": not facts.filing_status,
        "--covered-by-plan or --not-covered-by-plan": facts.covered_by_plan is None,
        "--magi": facts.magi is None,
    }
    return ", ".join(option for option, lacks in lacking.items() if lacks) or "--ira-deduction"


def year_end_value_not_stated(context: CheckContext) -> Iterator[Finding]:
    """Find IRAs whose value on December 31 decides the form and that no statement gives."""
    # without money that left no ratio is worked out
    paid = context.traditional.converted or context.traditional.distributed
    own = paid and ("6" in context.record.f8606 or "17" in context.record.f8606)
    decedents = {one.decedent for one in context.record.f8606_inherited if "6" in one.form}
    for account in _without_statement(context):
        inherited = account.kind is AccountKind.INHERITED_TRADITIONAL_IRA
        if (own and account.kind.is_pooled_traditional) or (
            inherited and decedent_of(account) in decedents
        ):
            value, starts = _closing_value(context, account), _starts_later(context, account)
            state = (
                f"basis add balance --account {account.id} --date {context.year}-12-31 --value …"
            )
            yield Finding(
                "info" if starts else "warning",
                VALUE_UNSTATED,
                f"{account.id}: its rows start on {starts.isoformat()}, so that {value} is used "
                f"for December 31; if it held money then, say so: {state}"
                if starts
                else f"{account.id}: no statement balance of December 31 is recorded (Form 5498, "
                f"box 5); the books' {value} is used: {state}",
                "Form 8606, line 6",
                account.id,
                value,
            )


def _starts_later(context: CheckContext, account: Account) -> date | None:
    """Return the day after the year on which an account starts in the books, None for others.

    One without any row may be one whose statements are missing.
    """
    if account.id in context.by_account:
        return None
    entries = context.books.entries
    return next((e.day for e in entries if account.id in e.event.accounts), None)


def plan_value_not_stated(context: CheckContext) -> Iterator[Finding]:
    """Find plans whose year-end values lack what the market did.

    Nothing may be left as well: in the year of a payment that took more than the books held.
    """
    least = {e.event.account for e in context.record.entries if e.reason == UNEXPLAINED}
    nothing_stated = {account.id for account in _without_statement(context)}
    for account in context.record.accounts.values():
        if not account.kind.is_plan:
            continue
        sources = _without_balance(context, account)
        alone = account.id in nothing_stated  # no source of it is stated
        if sources or (alone and account.id in least):
            of = "" if alone else f" of {', '.join(sources)}"
            source = "" if alone else f" --source {sources[0]}"
            yield Finding(
                "info",
                "plan_value_not_stated",
                f"{account.id}: no statement balance of December 31 is recorded{of}; the values at "
                "year end lack gains and losses of price that no row tells; say what was left, 0 "
                f"where nothing was: basis add balance --account {account.id}{source} "
                f"--date {context.year}-12-31 --value …",
                "",
                account.id,
            )


def _without_balance(context: CheckContext, account: Account) -> list[str]:
    """Return the sources of a plan that hold money at year end of which no balance is stated."""
    told = {e.source for e in context.events if is_year_end(e) and e.account == account.id}
    return [
        row.source
        for row in context.record.pools
        if row.account == account.id and row.closing_value
        if told.isdisjoint({None, Source(row.source)})
    ]


def gain_at_conversion_not_stated(context: CheckContext) -> Iterator[Finding]:
    """Find in-plan conversions at book value, though the money had days to gain or lose.

    A history that adds all sources together shows no price: what the books then convert is what
    was put in, and a gain that the plan taxed would be missing.
    """
    for account in context.record.accounts.values():
        flat = list(_converted_flat(context, account)) if account.kind.is_plan else []
        if flat:
            count = (
                "an in-plan conversion" if len(flat) == 1 else f"{len(flat)} in-plan conversions"
            )
            yield Finding(
                "info",
                "gain_at_conversion_not_stated",
                f"{account.id}: {count} of after-tax money, {Money.total(flat)}, without a gain or "
                "loss in the books since the money came in: compare with boxes 1, 2a and 5 of "
                "Form 1099-R, and record what the source was worth just before (balance) where "
                "they differ",
                "IRC 402A(c)(4); 72(e)(8)",
                account.id,
                at_stake=Money.total(flat),
            )


def _converted_flat(context: CheckContext, account: Account) -> Iterator[Money]:
    """Yield conversions before which no row shows what after-tax money of days before was worth."""
    waits_since: date | None = None
    for row in context.record.pools:
        if (row.account, row.source) == (account.id, Source.AFTER_TAX) and row.opening_value:
            waits_since = date.min
    valued = False
    for event in (entry.event for entry in context.record.entries):
        if event.account != account.id or (event.sources and event.source is not Source.AFTER_TAX):
            continue
        if event.kind.spec.flow is Flow.EARNINGS:
            valued = True
        elif event.kind is EventKind.CONTRIBUTION and waits_since is None:
            waits_since = event.day
        elif event.kind is EventKind.IN_PLAN_CONVERSION and event.amount:
            # money of the same day had no time to gain or lose
            if waits_since is not None and waits_since < event.day and not valued:
                yield event.money("amount")
            # a conversion takes all of it: what comes after waits anew
            waits_since, valued = None, False


def roth_history_not_stated(context: CheckContext) -> Iterator[Finding]:
    """Find Roth IRAs that held money before the books start."""
    if not context.before.roth_known and any(
        a.kind.is_roth_ira for a in context.record.accounts.values()
    ):
        yield Finding(
            "warning",
            "roth_history_not_stated",
            "a Roth IRA held money before the books start, or got some from outside them, and its "
            "history is not recorded: the layers and the five-year period show only what came "
            "since; record it: basis record "
            f"8606 --taxpayer {context.record.taxpayer.id} --year {context.books_since - 1} "
            "--roth-regular … --roth-since …",
            "IRC 408A(d)(2)(B) and (4)",
        )


def roth_history_taken_as_none(context: CheckContext) -> Iterator[Finding]:
    """Find taxed Roth IRA distributions where nobody said what came before the books.

    More contributions or conversions would only lower the tax: where none is taxed, none is missed.
    """
    form = context.record.f8606
    early = (reached for _, reached in context.roth.reached_by_additional_tax(form))
    taxed = form.amount("25c") or any(early)
    if taxed and context.before.roth_known and not context.before.roth_stated:
        yield Finding(
            "warning",
            "roth_history_taken_as_none",
            "no Roth history before the books is recorded: the distributions of the year are taxed "
            f"as if nothing had gone into Roth IRAs before {context.books_since}; say what did, or "
            "that nothing did: basis record 8606 --taxpayer "
            f"{context.record.taxpayer.id} --year {context.books_since - 1} --roth-regular 0",
            "Form 8606, lines 22 and 24",
        )


def first_roth_year_not_known(context: CheckContext) -> Iterator[Finding]:
    """Find designated Roth accounts whose five-year period cannot be told."""
    for row in context.record.designated_roth:
        if row.since is None and (row.value or row.basis):
            yield Finding(
                "warning",
                "first_roth_year_not_known",
                f"{row.account}: its Roth money is older than the books and the first year is not "
                f"recorded: basis account set {row.account} --first-roth-year …",
                "IRC 402A(d)(2)(B)",
                row.account,
            )


def filing_status_differs(context: CheckContext) -> Iterator[Finding]:
    """Find spouses whose returns are recorded with statuses that cannot stand together."""
    me, year = context.record.taxpayer, context.year
    status = {f.taxpayer: f.filing_status for f in context.books.return_facts if f.year == year}
    mine, theirs = status.get(me.id, ""), status.get(context.books.spouse_of(me.id) or "", "")
    if mine and theirs and mine != theirs and MARRIED_JOINT in {mine, theirs}:
        yield Finding(
            "warning",
            "filing_status_differs",
            f"a joint return has two spouses: {me.id} is recorded as '{mine}', {me.spouse} as "
            f"'{theirs}'; correct one of them: basis record return --taxpayer "
            f"{me.id if theirs == MARRIED_JOINT else me.spouse} --year {year} --filing-status "
            f"{MARRIED_JOINT}",
            "IRC 6013",
        )


def joint_income_differs(context: CheckContext) -> Iterator[Finding]:
    """Find a joint return of which each spouse's facts say another income."""
    me, year = context.record.taxpayer, context.year
    told = {f.taxpayer: f for f in context.books.return_facts if f.year == year}
    mine, theirs = told.get(me.id), told.get(context.books.spouse_of(me.id) or "")
    if mine is None or theirs is None or mine.magi is None or theirs.magi is None:
        return
    statuses = {mine.filing_status, theirs.filing_status} - {""}
    if statuses == {MARRIED_JOINT} and mine.magi != theirs.magi:
        yield Finding(
            "warning",
            "joint_income_differs",
            f"a joint return has one modified AGI: {mine.magi} is recorded for {me.id}, "
            f"{theirs.magi} for {theirs.taxpayer}, and each is used for its own; correct one: "
            f"basis record return --taxpayer … --year {year} --magi …",
            "IRC 6013, 219(g)(3)(A)",
        )


def _without_statement(context: CheckContext) -> Iterator[Account]:
    stated = {event.account for event in context.events if is_year_end(event)}
    # an heir's from the day of death on
    stated |= {
        e.account for e in passed_on(context.library, context.person.taxpayer.id, context.year)
    }
    return (a for a in context.record.accounts.values() if a.id not in stated)


def _closing_value(context: CheckContext, account: Account) -> Money:
    rows = [row for row in context.record.pools if row.account == account.id]
    return Money.total(row.closing_value for row in rows)
