"""Allocation: rows whose money source the file does not say, divided exactly to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.importers.sources import canonical
from ledger.money import BadAmount, Money, apportion
from ledger.text import safe

Shares = Mapping[Source, Money]
BY_VALUE = "by_value"
_REMEDY = (
    "write pattern:pre_tax=1500,match=750 (amounts of one paycheck, or percentages that add up to "
    "100%; pattern@2025-07-01:… from that day on), totals:earnings:pre_tax=12.50,match=3.10 "
    "(per-source totals of a statement) or rule:fee=pre_tax (also rule:dividend=by_value)"
)


@dataclass(frozen=True)
class Pattern:
    """What one paycheck puts into each source from a day on, in cents, or in percent (weights)."""

    shares: Shares
    percent: bool = False
    since: date = date.min

    @property
    def total(self) -> Money:
        """The contribution of one paycheck in all sources."""
        return Money.total(self.shares.values())


@dataclass(frozen=True)
class Totals:
    """What a statement says that each source got of one kind of row, in cents."""

    kind: str  # a row kind, or the file's own row type
    shares: Shares


@dataclass(frozen=True)
class SourceRule:
    """Rows of one kind belong to one source, or to all by their value (source None)."""

    kind: str
    source: Source | None


Spec = Pattern | Totals | SourceRule


def parse_spec(text: str, *, where: str = "--allocate") -> Spec:
    """Read an allocation as a user writes it; raise LedgerError (``bad_allocation``).

    >>> parse_spec("pattern:pre_tax=1500,after_tax=2,000.00").total
    Money('3,500.00')
    """
    way, _, rest = text.strip().partition(":")
    way, since = _since(way, where)
    if way == "pattern" and rest:
        percent = "%" in rest
        shares = _shares(rest, where)
        if min(share.cents for share in shares.values()) <= 0:
            raise _bad(where, f"a paycheck puts no such amount in: '{safe(rest, limit=80)}'")
        if percent and Money.total(shares.values()) != Money.dollars(100):
            raise _bad(where, f"the percentages of '{safe(rest, limit=80)}' do not add up to 100")
        return Pattern(shares, percent, since)
    kind, mark, told = rest.partition(":" if way == "totals" else "=")
    if way == "totals" and mark:
        return Totals(kind.strip().lower(), _shares(told, where))
    if way == "rule" and mark and told.strip() == BY_VALUE:
        return SourceRule(kind.strip().lower(), None)
    if way == "rule" and mark:
        return SourceRule(kind.strip().lower(), _source(told, where))
    raise _bad(where, f"'{safe(text, limit=80)}' is no allocation")


def _since(way: str, where: str) -> tuple[str, date]:
    """Read "pattern@2025-07-01": what an allocation is and the first day it holds for."""
    name, mark, text = way.partition("@")
    if not mark:
        return way, date.min
    try:
        return (name if name == "pattern" else way), date.fromisoformat(text)
    except ValueError:
        raise _bad(where, f"'{safe(text, limit=60)}' is no day as YYYY-MM-DD") from None


def spec_key(spec: Spec) -> str:
    """Return what a spec is remembered by: a newer one with the same key replaces it."""
    if isinstance(spec, Pattern):
        since = f"@{spec.since.isoformat()}" if spec.since > date.min else ""
        return f"pattern:{'percent' if spec.percent else spec.total.plain}{since}"
    return f"{'totals' if isinstance(spec, Totals) else 'rule'}:{spec.kind}"


def spec_text(spec: Spec) -> str:
    """Return a spec as ``parse_spec`` reads it."""
    if isinstance(spec, SourceRule):
        return f"rule:{spec.kind}={spec.source or BY_VALUE}"
    sign = "%" if isinstance(spec, Pattern) and spec.percent else ""
    listed = ",".join(f"{source}={amount.plain}{sign}" for source, amount in spec.shares.items())
    if isinstance(spec, Pattern):
        since = f"@{spec.since.isoformat()}" if spec.since > date.min else ""
        return f"pattern{since}:{listed}"
    return f"totals:{spec.kind}:{listed}"


def refuse_two_splits(given: Sequence[Spec], stored: Sequence[Spec] = ()) -> None:
    """Raise LedgerError (``bad_allocation``) where one paycheck is divided in two ways.

    One of them would be taken in silence: the user says from which day each holds.
    """
    told: dict[str, Spec] = {spec_key(spec): spec for spec in stored}
    for spec in given:
        if not isinstance(spec, Pattern):
            continue
        other = told.setdefault(spec_key(spec), spec)
        if isinstance(other, Pattern) and dict(other.shares) != dict(spec.shares):
            which = "in percent" if spec.percent else f"of {spec.total}"
            raise LedgerError(
                where="--allocate",
                code="bad_allocation",
                problem=f"a paycheck {which} is divided in two ways: {spec_text(other)} and "
                f"{spec_text(spec)}",
                remedy="say from which day the later one holds: pattern@2025-07-01:…; a wrong one "
                "that is remembered is replaced by basis allocate ACCOUNT pattern:…",
            )


def split_row(amount: Money, shares: Shares) -> dict[Source, Money]:
    """Split one row in proportion to shares; the parts add up to the row exactly."""
    parts = apportion(amount, list(shares.values()))
    return {s: part for s, part in zip(shares, parts, strict=True) if part}


def split_rows(rows: Sequence[Money], totals: Shares) -> list[dict[Source, Money]]:
    """Split rows so that each adds up, and the sources reach their totals, exactly.

    The rows must add up to the totals; raises ValueError when they do not. Each row takes its
    share of what is left of every source, and so the last row takes the rest.

    >>> split_rows([Money(50), Money(51)], {Source.ROTH: Money(1), Source.MATCH: Money(100)})[1]
    {<Source.ROTH: 'roth'>: Money('0.01'), <Source.MATCH: 'match'>: Money('0.50')}
    """
    if sum(r.cents for r in rows) != sum(t.cents for t in totals.values()):
        raise ValueError("the rows do not add up to the totals")
    left = dict(totals)
    same_sign = _one_sign([*rows, *totals.values()])
    out = []
    for row in rows[:-1]:
        part = split_row(row, _weights(left if same_sign else totals)) if row else {}
        left = {s: amount - part.get(s, Money(0)) for s, amount in left.items()}
        out.append(part)
    if rows:
        out.append({s: amount for s, amount in left.items() if amount})
    return out


def _weights(left: Shares) -> Shares:
    return {s: Money(abs(amount.cents)) for s, amount in left.items()}


def _one_sign(amounts: Sequence[Money]) -> bool:
    return all(a.cents >= 0 for a in amounts) or all(a.cents <= 0 for a in amounts)


def by_amount(rows: Sequence[Money], pattern: Pattern) -> list[dict[Source, Money]] | None:
    """Give each row the source whose share of the pattern it equals; None when they differ.

    Some files list a paycheck as one row for each source without naming the sources.
    """
    if pattern.percent or sorted(rows) != sorted(pattern.shares.values()):
        return None
    free = list(pattern.shares.items())
    out = []
    for row in rows:
        found = next(item for item in free if item[1] == row)
        free.remove(found)
        out.append({found[0]: row})
    return out


def fits(rows: Sequence[Money], pattern: Pattern) -> bool:
    """Tell whether a pattern says something of the contribution rows of one day."""
    total = Money.total(rows)
    return (
        pattern.percent
        or pattern.total == total
        or pattern.total in rows
        or by_amount(rows, pattern) is not None
    )


def by_pattern(rows: Sequence[Money], patterns: Sequence[Pattern]) -> list[dict[Source, Money]]:
    """Split the contribution rows of one day by the paycheck patterns; [] when none fits.

    The newest pattern goes first. A day may list a paycheck by source, in one row, or by fund.
    """
    total = Money.total(rows)
    exact = [p for p in patterns if not p.percent]
    for pattern in exact:
        found = by_amount(rows, pattern)
        if found is not None:
            return found
    single = {p.total: p for p in reversed(exact)}
    if rows and all(row in single for row in rows):
        return [dict(_nonzero(single[row].shares)) for row in rows]
    if total in single:
        return split_rows(rows, single[total].shares)
    percent = next((p for p in patterns if p.percent), None)
    return [split_row(row, percent.shares) for row in rows] if percent else []


def read_shares(answer: object, amount: Money, where: str) -> dict[Source, Money]:
    """Read the answer about one row: a source, or amounts per source that add up to it."""
    if isinstance(answer, str) and "=" not in answer:
        return {_source(answer, where): amount}
    if isinstance(answer, Mapping):
        answer = ",".join(f"{source}={share}" for source, share in answer.items())
    shares = _shares(str(answer), where)
    if Money.total(shares.values()) != amount:
        raise _bad(where, f"the sources add up to {Money.total(shares.values())}, not to {amount}")
    return dict(_nonzero(shares))


def _nonzero(shares: Shares) -> dict[Source, Money]:
    return {s: amount for s, amount in shares.items() if amount}


def _shares(text: str, where: str) -> dict[Source, Money]:
    """Read "pre_tax=1,500.00,match=750": a comma ends a share only before the next name."""
    pieces: list[str] = []
    for piece in text.split(","):
        if "=" in piece or not pieces:
            pieces.append(piece)
        else:
            pieces[-1] += piece
    out: dict[Source, Money] = {}
    for piece in pieces:
        name, mark, amount = piece.partition("=")
        source = _source(name, where)
        if not mark or source in out:
            raise _bad(where, f"'{safe(piece, limit=60)}' is no 'source=amount', or comes twice")
        out[source] = _amount(amount, where)
    return out


def _amount(text: str, where: str) -> Money:
    try:
        if text.strip().endswith("%"):
            return Money.of_decimal(Decimal(text.strip()[:-1]))
        return Money.parse(text)
    except (BadAmount, InvalidOperation):
        raise _bad(where, f"'{safe(text, limit=60)}' is no amount") from None


def _source(text: str, where: str) -> Source:
    found = canonical(text)
    if found is None:
        raise _bad(where, f"'{safe(text, limit=60)}' is no source; sources: {', '.join(Source)}")
    return found


def _bad(where: str, problem: str) -> LedgerError:
    return LedgerError(where=where, code="bad_allocation", problem=problem, remedy=_REMEDY)
