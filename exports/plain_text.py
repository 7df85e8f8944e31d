"""Journals for hledger and beancount: value and basis as two commodities, law's entries marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from ledger.books import Books
from ledger.chart import Account, Outside, Pool
from ledger.journal import Balance, Journal, JournalEntry
from ledger.money import Money
from ledger.text import safe

VALUE, BASIS = "USD", "BASIS"
_OUTSIDE = {
    Outside.OPENING: "Equity:Opening",
    Outside.PAY: "Income:Contributions",
    Outside.GAINS: "Income:Gains",
    Outside.FEES: "Expenses:Fees",
    Outside.CASH: "Equity:Paid-Out",
    Outside.WITHHELD: "Expenses:Tax-Withheld",
    Outside.CHARITY: "Expenses:Charity",
    Outside.ELSEWHERE: "Equity:Elsewhere",
    Outside.TAXED: "Income:Taxed",
    Outside.LOANS: "Equity:Loans",
}
# A person's basis in all IRAs of a kind stands on the account above them, with those below it.
_PERSONAL = {
    "traditional-iras": "Traditional-IRAs",
    "roth-iras": "Roth-IRAs",
    "inherited-iras": "Inherited-IRAs",
}
_ORDERS = {ord(":"): "=", ord("["): "(", ord("]"): ")", ord(";"): ","}
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_ABOUT = (
    f"Value is in {VALUE}; {BASIS} is the part of it that was taxed already. Both balance in every",
    "transaction. What is marked as derived stands in no statement: it follows from the law and is",
    "worked out afresh, so change the ledger and export again instead of changing this file.",
)


class _Names:
    """Account names that both programs accept, one for each pool: no two are the same."""

    def __init__(self, journal: Journal, books: Books) -> None:
        self._accounts = books.accounts
        self._taken: dict[str, Pool] = {}
        self.of: dict[Pool, str] = {}
        # in the order of the entries: the same journal gives the same names
        for entry in journal.entries:
            for posting in entry.postings:
                self._name(posting.pool)
        for balance in journal.balances:
            if balance.value or balance.basis:
                self._name(balance.pool)

    def _name(self, pool: Pool) -> None:
        if pool in self.of:
            return
        wanted = self._wanted(pool)
        name, count = wanted, 1
        while name in self._taken:
            count += 1
            name = f"{wanted}-{count}"
        self._taken[name] = pool
        self.of[pool] = name

    def _wanted(self, pool: Pool) -> str:
        known = {party.value: name for party, name in _OUTSIDE.items()}
        if pool.account in known:
            return known[pool.account]
        kind, *person = pool.account.split(":", 2)
        if person:
            owner, *decedent = (_part(one) for one in person)
            return ":".join(["Assets", owner, _PERSONAL.get(kind, _part(kind)), *decedent])
        account = self._accounts.get(pool.account)
        above = [_part(account.owner), *_group(account)] if account else []
        return ":".join(["Assets", *above, *(_part(one) for one in pool if one)])


def _group(account: Account) -> Iterator[str]:
    """Name what stands above an IRA: basis belongs to the person's IRAs of a kind together."""
    if account.kind.is_pooled_traditional:
        yield _PERSONAL["traditional-iras"]
    elif account.kind.is_roth_ira:
        yield _PERSONAL["roth-iras"]
    elif account.decedent:
        yield from (_PERSONAL["inherited-iras"], _part(account.decedent))


def _part(text: str) -> str:
    """Make a word a legal part of an account name: capital first, letters, digits, hyphens.

    >>> _part("after_tax"), _part("4th plan"), _part("été")
    ('After-Tax', '4th-Plan', 'T')
    """
    words = [word for word in _NOT_IN_A_NAME.split(text) if word]
    return "-".join(word[:1].upper() + word[1:] for word in words) or "X"


def hledger_text(journal: Journal, books: Books) -> str:
    """Return the journal for hledger; ``hledger check --strict`` accepts it.

    The same text on every run. Balances of the year-end records are asserted exactly.
    """
    names = _Names(journal, books)
    lines = [*_head(books), "", "decimal-mark ."]
    lines += [f"commodity 1000.00 {unit}" for unit in (VALUE, BASIS)]
    lines += [f"account {name}" for name in sorted(names.of.values())]
    for block in _in_order(journal, names, _hledger_entry, _hledger_balances):
        lines += ["", *block]
    return "\n".join(lines) + "\n"


def beancount_text(journal: Journal, books: Books) -> str:
    """Return the journal for beancount; ``bean-check`` accepts it.

    The same text on every run. Balances of the year-end records are asserted to the cent, at the
    start of the next day, as beancount means it.
    """
    names = _Names(journal, books)
    lines = [*_head(books), "", 'option "title" "Value and basis of retirement accounts"']
    lines += [f'option "operating_currency" "{VALUE}"']
    # beancount takes no posting from before the day on which an account opens
    first = min((entry.day for entry in journal.entries), default=date.min).isoformat()
    lines += ["", *(f"{first} commodity {unit}" for unit in (VALUE, BASIS))]
    lines += [f"{first} open {name} {VALUE},{BASIS}" for name in sorted(names.of.values())]
    for block in _in_order(journal, names, _beancount_entry, _beancount_balances):
        lines += ["", *block]
    return "\n".join(lines) + "\n"


def _head(books: Books) -> list[str]:
    seal = f"Chain head of the ledger: {books.chain_head}" if books.chain_head else ""
    return [f"; {line}" for line in ("Written by Basisbook.", *_ABOUT, seal) if line]


_Block = list[str]


def _in_order(
    journal: Journal,
    names: _Names,
    entry_block: Callable[[JournalEntry, _Names], _Block],
    balance_block: Callable[[Sequence[Balance], _Names], _Block],
) -> Iterator[_Block]:
    """Go through the days: the entries of a day, then the balances at its close."""
    days: dict[date, tuple[list[JournalEntry], list[Balance]]] = {}
    for entry in journal.entries:
        days.setdefault(entry.day, ([], []))[0].append(entry)
    for balance in journal.balances:
        if balance.pool in names.of:
            days.setdefault(balance.day, ([], []))[1].append(balance)
    for day in sorted(days):
        entries, balances = days[day]
        yield from (entry_block(entry, names) for entry in entries)
        if balances:
            yield balance_block(balances, names)


def _amounts(value: Money | None, basis: Money | None) -> Iterator[tuple[Money, str]]:
    yield from ((m, unit) for m, unit in ((value, VALUE), (basis, BASIS)) if m is not None)


def _legs(entry: JournalEntry, names: _Names) -> list[str]:
    """Return the legs that move something, aligned; both programs write them alike."""
    rows = [
        (names.of[posting.pool], amount, unit)
        for posting in entry.postings
        for amount, unit in _amounts(posting.value, posting.basis)
        if amount
    ]
    return [f"  {name:<44}  {amount.plain:>14} {unit}" for name, amount, unit in rows]


def _bare_fact(entry: JournalEntry) -> _Block:
    """Return a comment for an entry that moves nothing: a statement's balance."""
    stated = f": {entry.event.value.plain}" if entry.event.value is not None else ""
    pool = Pool(entry.event.account, "+".join(source.value for source in entry.event.sources))
    told = f"{entry.day} {entry.reason} of {_remark(str(pool))}{stated}"
    return [f"; {told}, from {_from(entry)}"]


def _remark(text: str) -> str:
    """Return text for a comment: hledger takes words before a colon, and brackets, for orders.

    >>> _remark("date:2020-01-01 [2020-01-02]; x")
    'date=2020-01-01 (2020-01-02), x'
    """
    return safe(text, limit=300).translate(_ORDERS)


def _from(entry: JournalEntry) -> str:
    """Say where an entry was read, in words for a comment."""
    name, _, line = entry.where.rpartition(":")
    return _remark(f"{name} line {line}" if line.isdigit() else entry.where)


def _hledger_entry(entry: JournalEntry, names: _Names) -> _Block:
    legs = _legs(entry, names)
    if not legs:
        return _bare_fact(entry)
    told = [safe(text).replace(";", ",") for text in (entry.reason, entry.event.memo) if text]
    lines = [f"{entry.day} * {' | '.join(told)}", f"  ; from {_from(entry)}"]
    if entry.derived:
        cite = f" ({_remark(entry.cite)})" if entry.cite else ""
        lines.append(f"  ; derived: worked out{cite}")
    return lines + legs


def _hledger_balances(balances: Sequence[Balance], names: _Names) -> _Block:
    rows = [
        # with the star the accounts below count too: a person's basis stands above the single IRAs
        f"  {names.of[balance.pool]:<44}  0.00 {unit} =* {amount.plain} {unit}"
        for balance in balances
        for amount, unit in _amounts(balance.value, balance.basis)
    ]
    return [f"{balances[0].day} * balances at year end", *rows]


def _quoted(text: str) -> str:
    r"""Return a text as beancount writes one.

    >>> print(_quoted('say "no"'))
    "say \"no\""
    """
    shown = safe(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'


def _beancount_entry(entry: JournalEntry, names: _Names) -> _Block:
    legs = _legs(entry, names)
    if not legs:
        return _bare_fact(entry)
    told = [_quoted(text) for text in (entry.reason, entry.event.memo) if text]
    mark = " #derived" if entry.derived else ""
    lines = [f"{entry.day} * {' '.join(told)}{mark}", f"  from: {_quoted(entry.where)}"]
    if entry.derived and entry.cite:
        lines.append(f"  cite: {_quoted(entry.cite)}")
    return lines + legs


def _beancount_balances(balances: Sequence[Balance], names: _Names) -> _Block:
    return [
        f"{balance.day + timedelta(1)} balance {names.of[balance.pool]:<44}"
        f"  {amount.plain} ~ 0.00 {unit}"
        for balance in balances
        for amount, unit in _amounts(balance.value, balance.basis)
    ]
