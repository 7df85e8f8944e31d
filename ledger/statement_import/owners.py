"""Which account of the chart the rows of a file belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ledger.chart import Account, AccountKind
from ledger.errors import LedgerError
from ledger.importers.reading import Reading
from ledger.records import RowKind
from ledger.statement_import.answers import normal, said_today
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.questions.files import (
    AccountRounded,
    AccountUnknown,
    FileNamesNoAccount,
)
from ledger.statement_import.questions.question import IGNORE, AskedAt, Question
from ledger.text import safe

ACCOUNT = "account"  # remembered: the words of a file stand for this account
_MASK = re.compile(r"^(?:[xX*#•.…]+-?|ending in\s*)(?P<end>[0-9A-Za-z]{3,})$")
_SUFFIX = re.compile(r"-[0-9]$")  # Fidelity's "234567890-1": the cash or margin side
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]{1,2}")  # 234567890 as a spreadsheet saves it
_WORD = re.compile(r"\w+")
# of the Internal Revenue Code, in the names of plans
_SECTION = re.compile(r"(?<![0-9])4(?:01|03|57) ?\(?[abfk]\)?(?![0-9a-z])", re.IGNORECASE)
_DIGITS_BESIDE_WORDS = 4  # that make a word an account number
_KINDS = {  # of accounts by the titles that downloads give them
    "roth ira": AccountKind.ROTH_IRA,
    "traditional ira": AccountKind.TRADITIONAL_IRA,
    "rollover ira": AccountKind.TRADITIONAL_IRA,
    "sep ira": AccountKind.SEP_IRA,
    "simple ira": AccountKind.SIMPLE_IRA,
}
_MIXED = frozenset({"plain", "custom", "vanguard_ofxdownload"})  # plans and IRAs in one file


def match_number(text: str, accounts: Mapping[str, Account], *, sure: bool = False) -> str:
    """Return the id of the one account a number, mask, id or plan name means, else "".

    A mask such as "XXX111" or "...222" fits a number that ends so; a ``sure`` match takes neither
    masks nor the name of an employer. Zeros in front count.
    """
    words = normal(text)
    if not words:
        return ""
    named = [a.id for a in accounts.values() if words in {normal(a.id), normal(a.number)}]
    if not named:
        bare = _SUFFIX.sub("", words)
        named = [a.id for a in accounts.values() if a.number and bare == normal(a.number)]
    if not named:  # Merrill writes 12A-34567 and 12A34567
        plain = words.replace("-", "")
        named = [a.id for a in accounts.values() if plain == normal(a.number).replace("-", "")]
    if not named and not sure:
        named = [a.id for a in accounts.values() if _same_end(words, normal(a.number))]
    if not named and not sure:
        named = [a.id for a in accounts.values() if a.kind.is_plan and words == normal(a.employer)]
    return named[0] if len(named) == 1 else ""


def _same_end(text: str, number: str) -> bool:
    masked, other = _MASK.match(text), _MASK.match(number)
    end = masked["end"] if masked else text
    known = other["end"] if other else number
    if not number or not (masked or other):
        return False
    return known.endswith(end) if masked and not other else end.endswith(known)


def _title(row: Row, number: str) -> str:
    """Return what a file calls an account beside its number, "" where it says no more."""
    title = row.record.cells.get("Account", "").strip()
    return "" if normal(title) == normal(number) else title


class Owners:
    """Finds the account of every row of a file and asks where none is known."""

    def __init__(self, context: ImportContext, forced: str, *, alone: bool = True) -> None:
        """Take the account that the user named; of several files it is that of the nameless.

        Beside strangers, several households in one ledger, last digits and an employer's name
        may be anybody's: only whole numbers and ids tell an account.
        """
        accounts = context.accounts
        if forced and forced not in accounts:
            raise LedgerError(
                where="--account",
                code="unknown_account",
                problem=f"no account '{safe(forced, limit=60)}'",
                remedy=f"accounts are: {', '.join(accounts) or 'none yet'}",
            )
        self._accounts, self._book, self._forced = accounts, context.book, forced
        self._context = context
        self._alone, self._strangers = alone, context.has_strangers

    def assign(self, draft: FileDraft) -> None:
        """Set the account of each row; ignored and unknown ones become info and questions."""
        reading = draft.reading
        if any(_names(row, reading) for row in draft.rows):
            _close_nameless(draft)
        texts = dict.fromkeys(_names(row, reading) for row in draft.open)
        if not draft.rows:  # balances only
            texts[reading.account] = None
        found = {text: self._find(draft, text, only=len(texts) == 1) for text in texts}
        self._check_other(draft, found)
        for row in draft.open:
            account = found[_names(row, reading)]
            if account == IGNORE:
                draft.close(row, Status.INFO, "the account is ignored")
            elif account:
                draft.change(row, account=account)
            else:
                draft.close(row, Status.QUESTION)
        known = set(found.values()) - {IGNORE, ""}
        draft.account = known.pop() if len(known) == 1 else ""

    def _find(self, draft: FileDraft, text: str, *, only: bool) -> str:
        fitting = {i: a for i, a in self._accounts.items() if _may_hold(draft.reading, a)}
        # last digits are no proof that a plan's row is an IRA's
        by_number = match_number(text, fitting, sure=self._strangers) or match_number(
            text, self._accounts, sure=True
        )
        if by_number and not _is_rounded(text):
            return by_number
        if self._forced and only and (self._alone or self._can_be_meant(draft, text)):
            self._check_forced(draft, text)
            self._note_other_house(draft, text)
            if text and not _is_rounded(text):
                why = f"named for {draft.name}"
                told = said_today(ACCOUNT, "", normal(text), self._forced, why)
                self._book.keep(draft.name, told)
            return self._forced
        if _is_rounded(text):
            return self._ask(draft, text)
        remembered = "" if self._may_be_anybodys(text) else self._book.remembered_alias(text)
        if remembered in self._accounts or remembered == IGNORE:
            return remembered
        there = self._only_one_there(draft, text)
        if there is None:
            return self._ask(draft, text)
        draft.notes.append(
            f"taken for {there.id}, the only account at {safe(there.institution, limit=60)} "
            "that it can be of (another one: --account ID)"
        )
        return there.id

    def _may_be_anybodys(self, text: str) -> bool:
        """Tell whether another household's account may have the same words: they tell none.

        Nor do no words at all. Last digits and the name of a plan may be those of several clients.
        """
        whole = _has_number(text) and not _MASK.match(normal(text))
        return not text or (self._strangers and not whole)

    def _only_one_there(self, draft: FileDraft, text: str) -> Account | None:
        """Return the one account that a product's file can be of, None where it may be another.

        The chart has one account at the house whose product the file is, and none whose house it
        does not say; words of the file that are no such account's name are asked about.
        """
        fitting = [a for a in self._accounts.values() if _may_hold(draft.reading, a)]
        there = [a for a in fitting if _is_at(a, draft.reading.institution)]
        unsaid = any(not a.institution for a in fitting)
        if len(there) != 1 or unsaid or self._strangers or not _may_be(text, there[0]):
            return None
        return there[0]

    def _likely(self, draft: FileDraft, text: str, fitting: Sequence[Account]) -> str:
        """Return the account that earlier files of the reader, employer or house speak for."""
        reading = draft.reading
        before = {
            one.account
            for one in self._context.imports()
            if one.importer == reading.importer and not one.undone
        }
        named = [a.id for a in fitting if text and _may_be(text, a)]
        there = [a.id for a in fitting if _is_at(a, reading.institution)]
        earlier = [a.id for a in fitting if a.id in before]
        return next((one[0] for one in (named, earlier, there) if len(one) == 1), "")

    def _can_be_meant(self, draft: FileDraft, text: str) -> bool:
        account = self._accounts[self._forced]
        there = self._only_one_there(draft, text) or account
        numbered = bool(account.number) and _has_number(text)
        return _may_hold(draft.reading, account) and there is account and not numbered

    def _owner(self) -> str:
        owners = {account.owner for account in self._accounts.values()}
        return owners.pop() if len(owners) == 1 else "TAXPAYER"

    def _ask(self, draft: FileDraft, text: str) -> str:
        """Ask whose rows of a number, a name or nothing are.

        Several accounts may share a number that a spreadsheet rounded: it is asked for each file.
        """
        reading = draft.reading
        accounts = [a for a in self._accounts.values() if _may_hold(reading, a)]
        fitting, likely = tuple(a.id for a in accounts), self._likely(draft, text, accounts)
        row = next((r for r in draft.rows if _names(r, reading) == text), None)
        at = AskedAt.of_file(draft.name, row.record.line if row else 1, reading.sha256)
        reader = reading.importer
        if not text:
            question: Question = FileNamesNoAccount(
                at=at, fitting=fitting, likely=likely, reader=reader
            )
        elif _is_rounded(text):
            question = AccountRounded(at=at, text=text, fitting=fitting, reader=reader)
        else:
            title = _title(row, text) if row else ""
            kept = at.row if self._may_be_anybodys(text) else ""
            question = AccountUnknown(
                at=replace(at, row=kept, match=text, nth=row.nth if row else 0),
                fitting=fitting,
                likely=likely,
                title=title,
                owner=self._owner(),
                of_kind=_KINDS.get(normal(title), "KIND"),
            )
        return str(self._context.ask(draft, question) or "")

    def _check_forced(self, draft: FileDraft, text: str) -> None:
        account = self._accounts[self._forced]
        if not _may_hold(draft.reading, account):
            holds = "an employer plan" if draft.reading.plan else "an IRA or brokerage account"
            raise LedgerError(
                where=draft.name,
                code="wrong_account_kind",
                problem=f"the file is of {holds}, {account.id} is {account.kind.with_article}",
                remedy="name the right account with --account",
            )
        if _has_number(text) and account.number and draft.reading.plan == account.kind.is_plan:
            raise LedgerError(
                where=draft.name,
                code="other_account",
                problem=f"the file is of account {safe(text, limit=60)}, "
                f"{account.id} has the number {account.number}",
                remedy="name the right account, or correct the number with: basis account set "
                f"{account.id} --number",
            )

    def _note_other_house(self, draft: FileDraft, text: str) -> None:
        """Say that the file is of a house at which another account is, and not the named one."""
        named, house = self._accounts[self._forced], draft.reading.institution
        there = self._only_one_there(draft, text)
        if there is not None and there is not named:
            draft.notes.append(
                f"a file of {safe(house, limit=60)}, where {there.id} is, taken for {named.id} at "
                f"{safe(named.institution, limit=60)} as --account says"
            )

    def _check_other(self, draft: FileDraft, found: Mapping[str, str]) -> None:
        others = set(found.values()) - {"", IGNORE}
        if self._alone and self._forced and others and self._forced not in others:
            raise LedgerError(
                where=draft.name,
                code="other_account",
                problem=f"the file is of {', '.join(sorted(others))}, not of {self._forced}",
                remedy="leave --account out: the rows say which account they belong to",
            )


def partner_of(text: str, accounts: Mapping[str, Account], owner: str) -> str:
    """Return the account id that a row names as its other side, "" when it is not known.

    The last digits alone are enough among the accounts of one person.
    """
    own = {a.id: a for a in owned_by(accounts, owner)}
    ends = normal(text).lstrip("x*.…")
    by_end = [a.id for a in own.values() if ends.isdigit() and normal(a.number).endswith(ends)]
    return (
        match_number(text, own)
        or (by_end[0] if len(by_end) == 1 else "")
        or match_number(text, accounts, sure=True)
    )


def owned_by(accounts: Mapping[str, Account], owner: str) -> Iterable[Account]:
    """Go through the accounts of one person."""
    return (a for a in accounts.values() if a.owner == owner)


def _close_nameless(draft: FileDraft) -> None:
    """Leave aside rows of no account that are never booked: a word on the market, a heading."""
    for row in draft.rows:
        nothing = row.kind is RowKind.INFO and not row.record.question and row.event is None
        if nothing and not _names(row, draft.reading):
            draft.close(row, Status.INFO, "names no account and books nothing")


def _is_at(account: Account, institution: str) -> bool:
    """Tell whether an account is at the house of a product: "Fidelity" has NetBenefits."""
    here, there = _words(account.institution), _words(institution)
    return bool(here and there) and (here <= there or there <= here)


def _may_be(text: str, account: Account) -> bool:
    """Tell whether the words of a file name an account: none, or its id or employer among them."""
    said = _words(text)
    names = (_words(account.id), _words(account.employer))
    return not said or any(name and name <= said for name in names)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _names(row: Row, reading: Reading) -> str:
    return row.record.account or reading.account


def _may_hold(reading: Reading, account: Account) -> bool:
    mixed = reading.mixed or reading.importer in _MIXED
    return mixed or reading.plan == account.kind.is_plan


def _is_rounded(text: str) -> bool:
    """Tell whether an account number is what a spreadsheet leaves of a long one."""
    return _ROUNDED.fullmatch(text.strip()) is not None


def _has_number(text: str) -> bool:
    """Tell whether the words of a file for an account hold its number.

    A plan's name holds none, though it says "ACME 401(k)" or "ACME Plan 2".
    """
    if _is_rounded(text):
        return False
    words = _SECTION.sub("", text).split()
    least = _DIGITS_BESIDE_WORDS if len(words) > 1 and not _MASK.match(normal(text)) else 1
    return any(sum(map(str.isdigit, word)) >= least for word in words)
