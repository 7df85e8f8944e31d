"""A packet without names and numbers: for a second opinion from somebody who need not know whose.

Every name and identifier that the books hold is replaced wherever it stands, longest first;
memos and rows as in the file are free text and are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from exports.table import Document, Row, Section, Table, Value
from exports.words import TYPED, account_name, account_words, masked
from ledger.books import Books
from ledger.chart import Account
from ledger.documents import IRS

_FREE_TEXT = {"memo", "raw"}  # columns
_WORD_AT_LEAST = 3  # letters of a part of a name that is masked by itself
_HIDDEN = "···"


def redacted(told: Document, books: Books) -> Document:
    """Return the document with names, account names, numbers and file names replaced."""
    hide = hider(books)
    sections = tuple(_section(section, hide) for section in told.sections)
    marks = replace(told.marks, ssn_last4="", client_number="")
    return replace(
        told,
        name=hide(told.name),
        provisional=hide(told.provisional),
        sections=sections,
        marks=marks,
    )


Hide = Callable[[str], str]


def hider(books: Books) -> Hide:
    """Return what replaces every name and identifier of the books in a text."""
    return _hider(dict(_replacements(books)))


def _replacements(books: Books) -> Iterator[tuple[str, str]]:
    """Go through what identifies somebody, and what stands in its place; the last word counts."""
    yield from _typed_texts(books)
    senders = [d.payer for d in books.documents if d.payer != IRS]
    senders += [a.institution for a in books.accounts.values() if a.institution]
    for number, sender in enumerate(dict.fromkeys(senders), start=1):
        yield sender, f"Payer {number}"
    for number, person in enumerate(books.taxpayers.values(), start=1):
        named = f"Taxpayer {number}"
        yield person.name, named
        yield person.id, named
        yield person.client_number, _HIDDEN
        if person.ssn_last4:
            yield f"SSN ···{person.ssn_last4}", _HIDDEN
        for word in re.findall(r"\w+", person.name):
            if len(word) >= _WORD_AT_LEAST:
                yield from ((word, _HIDDEN), (word.upper(), _HIDDEN))
    kinds: Counter[str] = Counter()
    employers: dict[str, str] = {}
    for account in books.accounts.values():
        kinds[account.kind.words] += 1
        yield from _of_account(account, f"{account.kind.words} {kinds[account.kind.words]}")
        if account.employer:
            employers.setdefault(account.employer, f"Employer {len(employers) + 1}")
    yield from employers.items()
    for number, file in enumerate(books.files, start=1):
        if file.importer != TYPED:
            yield file.name, f"file {number}"


def _typed_texts(books: Books) -> Iterator[tuple[str, str]]:
    """Go through the reasons and notes that people have written in their own words."""
    texts = [filed.why for filed in books.filed_years.values()]
    texts += [document.evidence for document in books.documents]
    texts += [entry.event.disaster for entry in books.entries]
    yield from ((text, _HIDDEN) for text in texts if text)


def _of_account(account: Account, named: str) -> Iterator[tuple[str, str]]:
    yield account.id, named
    # told in full, an account says its kind already
    yield account_words(account), named
    yield account_name(account), named
    yield account.payer_tin, _HIDDEN
    yield account.payer_address, _HIDDEN
    if account.decedent:
        yield account.decedent, "a decedent"
    if account.number:
        yield account.number, _HIDDEN
        yield masked(account.number), _HIDDEN


def _hider(known: dict[str, str]) -> Hide:
    words = sorted((word for word in known if word.strip()), key=len, reverse=True)
    if not words:
        return lambda text: text
    # whole words as written: the account "ira" is neither part of "miracle" nor the word "IRA"
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))
    return lambda text: pattern.sub(lambda found: known[found[0]], text)


def _section(section: Section, hide: Hide) -> Section:
    lead, tables = (
        tuple(_table(table, hide) for table in some) for some in (section.lead, section.tables)
    )
    return replace(
        section,
        title=hide(section.title),
        sheet=hide(section.sheet),
        person=hide(section.person),
        paragraphs=tuple(hide(text) for text in section.paragraphs),
        lead=lead,
        tables=tables,
    )


def _table(table: Table, hide: Hide) -> Table:
    free = [column.key in _FREE_TEXT for column in table.columns]
    rows = tuple(_row(row, free, hide) for row in table.rows)
    columns = tuple(replace(column, title=hide(column.title)) for column in table.columns)
    return replace(
        table, columns=columns, rows=rows, title=hide(table.title), note=hide(table.note)
    )


def _row(row: Row, free: list[bool], hide: Hide) -> Row:
    return tuple(
        "" if blank else _value(value, hide) for value, blank in zip(row, free, strict=True)
    )


def _value(value: Value, hide: Hide) -> Value:
    return hide(value) if isinstance(value, str) else value
