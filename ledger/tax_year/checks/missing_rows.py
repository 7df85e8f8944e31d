"""Rows that are likely missing: silent paydays, gaps between files, balances that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from ledger.balances.stated import STATED, stated_value
from ledger.balances.valuation import Valuation
from ledger.chart import ELECTIVE_DEFERRALS, Account, Source
from ledger.events import Event, EventKind
from ledger.money import ZERO, Money
from ledger.paydays import PayrollGap, paid, payroll_gaps, usual_gap, usual_paycheck
from ledger.tax_year.checks.context import CheckContext
from ledger.year_end import Finding

K = EventKind
_ENOUGH = 6  # paydays: of fewer nobody can tell which are usual
_IRREGULAR = 3  # more silences than these in two years: the paydays keep no pace
_LONG = timedelta(days=100)  # dividends come each quarter
Span = tuple[date, date]


class _Paydays(NamedTuple):
    """The paydays of one plan in a year and the year before, and the files that show them."""

    account: Account
    days: list[date]
    contributions: list[Event]
    spans: Mapping[str, Span]  # file -> the first and last day of its entries in the account
    last: date  # until when anything is known

    def covers(self, silence: PayrollGap) -> bool:
        """Whether one file has rows on both sides of a silence: it shows that nothing came."""
        return any(a < silence.first and b > silence.last for a, b in self.spans.values())

    def goes_on(self, silence: PayrollGap) -> bool:
        """Whether a file that shows the last payday has later rows, a payday's distance away."""
        after = silence.first + usual_gap(self.days)
        return any(a < silence.first and b >= after for a, b in self.spans.values())


def paychecks_missing(context: CheckContext) -> Iterator[Finding]:
    """Find paychecks of a plan that stop for longer than usual, in all sources or in one."""
    for paydays in _plans(context):
        yield from _silent(context, paydays)
        yield from _source_stops(context, paydays)


def _silent(context: CheckContext, paydays: _Paydays) -> Iterator[Finding]:
    """Find stretches without any contribution that no file explains."""
    year = context.year
    found = payroll_gaps([*_opened(context, paydays), *paydays.days], paydays.days, paydays.last)
    if len(found) > _IRREGULAR:
        return
    for silence in found:
        if silence.last.year < year or silence.first.year > year:
            continue
        if silence.first.year < year and _is_short_here(paydays, silence, year):
            continue  # it is of the year before
        # with the limit reached, no paycheck until December is what should happen
        if silence.last >= date(year, 12, 31) and _stops_at_limit(context, paydays):
            continue
        # rows go on after it and no file spans it: that is a gap between two downloads
        if silence.last < paydays.last and not paydays.covers(silence):
            yield _missing(paydays, silence, "warning")
        elif silence.last == paydays.last and not _has_ended(context, paydays, silence):
            early = _downloaded_before(context, paydays, silence)
            # with nothing after it the job may have ended: only signs of more make it a warning
            missing = early or _goes_on_next_year(context, paydays, silence)
            yield _missing(paydays, silence, "warning" if missing else "info")


def _is_short_here(paydays: _Paydays, silence: PayrollGap, year: int) -> bool:
    """Whether the part of a silence that is in a year is no longer than what is usual."""
    here = silence.last - date(year, 1, 1) + timedelta(days=1)
    # half as long again as usual, in whole numbers
    return 2 * here <= 3 * usual_gap(paydays.days)


def _stops_at_limit(context: CheckContext, paydays: _Paydays) -> bool:
    """Whether a limit left no room for another paycheck of the year: what is matched ends too."""
    of_year = [e for e in paydays.contributions if e.day.year == context.year]
    limited = (*sorted(ELECTIVE_DEFERRALS), Source.AFTER_TAX)
    return any(
        _is_full(context, paydays.account, source, usual_paycheck(mine))
        for source in limited
        if (mine := [e for e in of_year if e.source is source])
    )


def _missing(paydays: _Paydays, silence: PayrollGap, severity: str) -> Finding:
    usual = usual_gap(paydays.days).days
    about = usual_paycheck(paydays.contributions).cents * silence.paydays
    count = f"{silence.paydays} paydays are" if silence.paydays > 1 else "a payday is"
    return Finding(
        severity,
        "paychecks_missing",
        f"{paydays.account.id}: no contribution from {silence.words}, where paydays come every "
        f"{usual} days: about {count} missing, of {Money(about)}; import the download of these "
        "days, or none is missing when no pay came",
        "",
        paydays.account.id,
    )


def _source_stops(context: CheckContext, paydays: _Paydays) -> Iterator[Finding]:
    """Find deferrals or after-tax money that stop long before year end while others go on."""
    of_year = [e for e in paydays.contributions if e.day.year == context.year]
    last = max((e.day for e in of_year), default=date.min)
    # reversed, so that the first day of each source is what stays
    starts = {e.source: e.day for e in reversed(of_year)}.values()
    for source in (*sorted(ELECTIVE_DEFERRALS), Source.AFTER_TAX):
        mine = [e for e in of_year if e.source is source]
        days = sorted({e.day for e in mine})
        paycheck = usual_paycheck(mine)
        if len(days) < _ENOUGH or _is_full(context, paydays.account, source, paycheck):
            continue
        tail = [s for s in payroll_gaps(days, days, last) if s.last == last]
        # a source that starts later shows that the election was changed
        if tail and not any(day > days[-1] for day in starts):
            yield Finding(
                "info",
                "source_stops",
                f"{paydays.account.id}: {source} has no contribution after {days[-1]} while "
                f"others go on until {last}: rows are missing unless the election was changed",
                "",
                f"{paydays.account.id}:{source}",
            )


def files_leave_a_gap(context: CheckContext) -> Iterator[Finding]:
    """Find long stretches between the files of an IRA that holds money."""
    for account in context.record.accounts.values():
        if account.kind.is_plan:
            continue
        spans = sorted(_own_spans(context, account.id))
        merged: list[Span] = spans[:1]
        for first, last in spans[1:]:
            # an IRA may have no row for a quarter: such files leave no gap
            if first <= merged[-1][1] + _LONG:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        for (_, end), (start, _) in pairwise(merged):
            # told in each year that the gap touches
            if context.year not in range(end.year, start.year + 1):
                continue
            # an empty account has nothing to print
            if _holds(context, account.id, end):
                yield Finding(
                    "info",
                    "files_leave_a_gap",
                    f"{account.id}: no file has a row between {end} and {start}: import the "
                    "download of these days, if they had any",
                    "",
                    account.id,
                )


def _holds(context: CheckContext, account: str, day: date) -> bool:
    """Whether an account has a value in the books at close of a day."""
    worth = Valuation(context.journal_of.get(account, ())).of(account, day)
    return any(value > ZERO for value in worth.values())


def balance_differs(context: CheckContext) -> Iterator[Finding]:
    """Find statement balances that the market can hardly have made of what the books had."""
    for balance in (e for e in context.events if e.kind is K.BALANCE):
        found = stated_value(context.journal_of[balance.account], balance)
        if found.is_plausible:
            continue
        told = (
            f"booked as a gain or loss of the market, as accepted: {balance.memo}"
            if balance.memo
            else f"booked as a gain or loss of the market ({found.doubt}); if it is one, reverse "
            "the balance and book it with --accept-difference"
        )
        # a memo is the user's acceptance of the difference: told again, but not as a doubt
        severity = "info" if balance.memo else "warning"
        yield Finding(severity, "balance_differs", f"{found.words}: {told}", "", balance.where)


def _plans(context: CheckContext) -> Iterator[_Paydays]:
    """Go through the plans of the person whose paydays keep a pace."""
    year = context.year
    history = _history(context)
    for account in context.record.accounts.values():
        if not account.kind.is_plan:
            continue
        mine = (entry.event for entry in context.by_account.get(account.id, ()))
        # with the year before, so that a pace shows from January on
        recent = [e for e in paid(mine, date(year, 12, 31)) if e.day.year >= year - 1]
        days = sorted({event.day for event in recent})
        if len(days) >= _ENOUGH:
            spans = _spans(context, account.id)
            yield _Paydays(account, days, recent, spans, _known_until(context, history))


def _history(context: CheckContext) -> list[Event]:
    return [entry.event for entry in context.history]


def _spans(context: CheckContext, account: str) -> dict[str, Span]:
    """Return the first and the last day of the entries that each file has in an account.

    What is stated for a day shows nothing of the days before it.
    """
    found: dict[str, Span] = {}
    for entry in context.by_account.get(account, ()):
        event = entry.event
        if event.kind not in STATED:
            file = event.where.rpartition(":")[0]
            first, last = found.get(file, (event.day, event.day))
            found[file] = (min(first, event.day), max(last, event.day))
    return found


def _own_spans(context: CheckContext, account: str) -> Iterator[Span]:
    """Go through the days that the downloads of an account cover, by its own rows alone.

    What somebody typed covers nothing, and the other side of a movement only its own account.
    """
    files = context.books.file_named
    for name, span in _spans(context, account).items():
        file = files.get(name)
        if file and file.is_download and file.account in {"", account}:
            yield span


def _opened(context: CheckContext, paydays: _Paydays) -> list[date]:
    """Return the day on which a plan was opened in the books, before its first payday."""
    here = (e for e in _history(context) if e.account == paydays.account.id and e.kind is K.OPENING)
    return [e.day for e in here if e.day < paydays.days[0] and e.value][:1]


def _known_until(context: CheckContext, history: list[Event]) -> date:
    """Return the last day of the year of which the books can know, by what is in them."""
    end = date(context.year, 12, 31)
    me = context.record.taxpayer.id
    printed = any((d.taxpayer, d.year) == (me, end.year) for d in context.books.documents)
    days = [e.day for e in history]
    days += _imported(context, {e.where.rpartition(":")[0] for e in history})
    # a printed form of the year shows that the year is over
    return end if printed else min(end, max(days))


def _has_ended(context: CheckContext, paydays: _Paydays, silence: PayrollGap) -> bool:
    """Whether the end of the paychecks is shown: by later rows, a new plan, or money paid out."""
    if paydays.goes_on(silence):
        return True
    others = [
        e
        for e in _history(context)
        if e.kind is K.CONTRIBUTION
        and e.account != paydays.account.id
        and context.account(e).kind.is_plan
    ]
    first = {e.account: e.day for e in reversed(others)}
    paid_out = any(
        e.kind is K.DISTRIBUTION and e.account == paydays.account.id and e.day >= silence.first
        for e in context.events
    )
    return paid_out or any(day >= silence.first for day in first.values())


def _goes_on_next_year(context: CheckContext, paydays: _Paydays, silence: PayrollGap) -> bool:
    """Whether paychecks come again after the year, in files that do not show the days between."""
    before = {file for file, (first, _) in paydays.spans.items() if first < silence.first}
    later = {
        entry.where.rpartition(":")[0]
        for entry in context.books.entries
        if entry.event.kind is K.CONTRIBUTION
        and entry.event.account == paydays.account.id
        and entry.day > silence.last
    }
    # a file with rows on both sides shows that nothing came between
    return bool(later) and not later & before


def _downloaded_before(context: CheckContext, paydays: _Paydays, silence: PayrollGap) -> bool:
    """Whether every file of the plan was imported before the silence ends: it cannot show it."""
    days = _imported(context, paydays.spans)
    return bool(days) and max(days) <= silence.last


def _imported(context: CheckContext, names: Iterable[str]) -> list[date]:
    """Return the days (UTC) on which files were brought in, of those that were."""
    files = context.books.file_named
    moments = [files[name].imported_at for name in names if name in files]
    return [date.fromisoformat(moment[:10]) for moment in moments if moment]


def _is_full(context: CheckContext, account: Account, source: Source, paycheck: Money) -> bool:
    """Whether a limit of the year leaves no room for another paycheck of a source."""
    limits = context.record.limits
    name = account.employer_name
    rooms = [row.after_tax_room for row in limits.additions if row.employer == name]
    if source in ELECTIVE_DEFERRALS:
        rooms = [limits.deferrals.room] if limits.deferrals.room is not None else []
    return any(room < paycheck for room in rooms)
