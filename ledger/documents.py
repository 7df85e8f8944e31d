"""Printed tax forms: which boxes each form has, what may stand in them, and one form as read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import Enum

from ledger.chart import Account
from ledger.errors import Collector, LedgerError
from ledger.money import ZERO, BadAmount, Money
from ledger.text import holds_tax_id, safe

F1099R, F5498, W2, F8606 = "1099-R", "5498", "W-2", "8606"
IRS = "IRS"  # who has a filed form
NOT_DETERMINED, TOTAL = "taxable amount not determined", "total distribution"
IRA_MARK = "ira"  # Form 1099-R, the checkbox IRA/SEP/SIMPLE beside box 7
RETIREMENT_PLAN = "13"  # Form W-2, the checkbox "Retirement plan"


class Holds(Enum):
    """What a box holds."""

    AMOUNT = "dollars with at most two decimals"
    RATIO = "a ratio from 0 to 1"
    MARK = "yes or no"
    CODES = "one or two distribution codes that can stand together"
    YEAR = "a year"
    NOTES = "'not determined', 'total distribution' or both"
    TEXT = "a text"


@dataclass(frozen=True)
class BoxSpec:
    """What a box of a form holds, and its words on the paper."""

    words: str
    holds: Holds = Holds.AMOUNT


_W2_CODES = {
    "A": "uncollected social security tax on tips",
    "B": "uncollected Medicare tax on tips",
    "C": "group-term life insurance over $50,000",
    "D": "deferrals, 401(k)",
    "E": "deferrals, 403(b)",
    "F": "deferrals, SEP",
    "G": "deferrals, 457(b)",
    "H": "deferrals, 501(c)(18)(D)",
    "J": "nontaxable sick pay",
    "K": "excess golden parachute tax",
    "L": "business expenses repaid",
    "M": "uncollected social security tax, life insurance",
    "N": "uncollected Medicare tax, life insurance",
    "P": "moving expenses repaid",
    "Q": "nontaxable combat pay",
    "R": "Archer MSA contributions",
    "S": "deferrals, SIMPLE",
    "T": "adoption benefits",
    "V": "income from stock options",
    "W": "HSA contributions",
    "Y": "deferrals, 409A plan",
    "Z": "income, 409A plan",
    "AA": "Roth contributions, 401(k)",
    "BB": "Roth contributions, 403(b)",
    "DD": "cost of health coverage",
    "EE": "Roth contributions, governmental 457(b)",
    "FF": "health reimbursement arrangement",
    "GG": "income, qualified equity grants",
    "HH": "deferrals, qualified equity grants",
    "II": "Medicaid waiver payments",
    "TA": "contributions to a Trump account",
    "TP": "tips",
    "TT": "overtime",
}
_LINES_8606 = (
    *(str(number) for number in range(1, 15)),
    *("15", "15a", "15b", "15c"),
    *(str(number) for number in range(16, 25)),
    *("25", "25a", "25b", "25c"),
)
# form -> box -> what it holds, in the order of the paper
BOXES: dict[str, dict[str, BoxSpec]] = {
    F1099R: {
        "1": BoxSpec("Gross distribution"),
        "2a": BoxSpec("Taxable amount"),
        "2b": BoxSpec("Not determined / total distribution", Holds.NOTES),
        "3": BoxSpec("Capital gain"),
        "4": BoxSpec("Federal income tax withheld"),
        "5": BoxSpec("Employee or designated Roth contributions"),
        "6": BoxSpec("Net unrealized appreciation"),
        "7": BoxSpec("Distribution codes", Holds.CODES),
        IRA_MARK: BoxSpec("IRA/SEP/SIMPLE checkbox", Holds.MARK),
        "8": BoxSpec("Other"),
        "9b": BoxSpec("Total employee contributions"),
        "10": BoxSpec("Allocable to in-plan Roth rollover within 5 years"),
        "11": BoxSpec("First year of designated Roth contributions", Holds.YEAR),
        "14": BoxSpec("State tax withheld"),
    },
    F5498: {
        "1": BoxSpec("IRA contributions"),
        "2": BoxSpec("Rollover contributions"),
        "3": BoxSpec("Roth IRA conversion amount"),
        "4": BoxSpec("Recharacterized contributions"),
        "5": BoxSpec("Fair market value of account"),
        "6": BoxSpec("Life insurance cost included in box 1"),
        "8": BoxSpec("SEP contributions"),
        "9": BoxSpec("SIMPLE contributions"),
        "10": BoxSpec("Roth IRA contributions"),
        "13a": BoxSpec("Postponed or late contribution"),
        "14a": BoxSpec("Repayments"),
        "15a": BoxSpec("Fair market value of certain assets"),
    },
    W2: {
        "1": BoxSpec("Wages, tips, other compensation"),
        "2": BoxSpec("Federal income tax withheld"),
        "3": BoxSpec("Social security wages"),
        "5": BoxSpec("Medicare wages and tips"),
        "11": BoxSpec("Nonqualified plans"),
        **{f"12{code}": BoxSpec(words) for code, words in _W2_CODES.items()},
        RETIREMENT_PLAN: BoxSpec("Retirement plan checkbox", Holds.MARK),
        "14": BoxSpec("Other", Holds.TEXT),
    },
    F8606: {
        number: BoxSpec(f"Line {number}", Holds.RATIO if number == "10" else Holds.AMOUNT)
        for number in _LINES_8606
    },
}
_NEEDED = {F1099R: ("1", "7")}
# The codes of Form 1099-R, box 7, in few words (Instructions for Forms 1099-R and 5498, "Guide to
# Distribution Codes").
DISTRIBUTION_CODES = {
    "1": "early, no known exception",
    "2": "early, an exception applies",
    "3": "disability",
    "4": "death",
    "5": "prohibited transaction",
    "6": "section 1035 exchange",
    "7": "normal, from age 59 1/2 on",
    "8": "excess taken back, taxable in the year of the form",
    "9": "cost of life insurance",
    "A": "ten-year tax option",
    "B": "designated Roth account",
    "C": "reportable death benefits",
    "D": "nonqualified annuity",
    "E": "correction of a plan (EPCRS)",
    "F": "charitable gift annuity",
    "G": "direct rollover, also to a Roth IRA or inside the plan",
    "H": "direct rollover of a designated Roth account to a Roth IRA",
    "J": "early, from a Roth IRA",
    "K": "assets without a market value",
    "L": "loan treated as a distribution",
    "M": "plan loan offset",
    "N": "contribution recharacterized in the same year",
    "P": "excess taken back, taxable in the year before",
    "Q": "qualified, from a Roth IRA",
    "R": "contribution of the year before recharacterized",
    "S": "early, from a SIMPLE IRA in its first two years",
    "T": "from a Roth IRA, an exception applies",
    "U": "dividends of an ESOP",
    "W": "long-term care insurance",
    "Y": "qualified charitable distribution",
}
_TWO_DIGITS = frozenset({"81", "82", "84"})  # the only pairs of digits that one form may show
_NEVER_ZERO = {(F1099R, "1"), *((W2, f"12{code}") for code in _W2_CODES)}
_MARKS = {"yes": "yes", "x": "yes", "true": "yes", "no": "no", "false": "no", "": "no"}


@dataclass(frozen=True)
class TaxDocument:
    """One printed form: whose, of which year, from whom, and its boxes as printed.

    ``payer`` is an account id (1099-R, 5498), an employer (W-2) or "IRS" (a filed 8606).
    ``number`` is that of the row in the ledger file, 0 outside one.
    """

    where: str
    taxpayer: str
    year: int
    form: str
    payer: str
    boxes: Mapping[str, Money | str] = field(default_factory=dict)
    evidence: str = ""  # where the paper is: a text, or a file's name and SHA-256
    number: int = 0

    @property
    def title(self) -> str:
        """The form as people say it: "Form 1099-R of acme for 2025"."""
        return f"Form {self.form} of {self.payer} for {self.year}"

    def amount(self, box: str) -> Money:
        """Return the amount of a box, zero where it is blank."""
        found = self.boxes.get(box)
        return found if isinstance(found, Money) else ZERO

    def same_paper(self, other: TaxDocument) -> bool:
        """Tell whether another form could be this one corrected: same payer, year and codes."""
        return self._identity == other._identity

    @property
    def _identity(self) -> tuple[object, ...]:
        codes = self.boxes.get("7") if self.form == F1099R else None
        return (self.taxpayer, self.year, self.form, self.payer, codes)

    def differing(self, other: TaxDocument) -> list[str]:
        """Return the boxes that differ from another form's, in the order of the paper."""
        names = self.boxes.keys() | other.boxes.keys()
        return [b for b in BOXES[self.form] if b in names and self._at(b) != other._at(b)]

    def _at(self, box: str) -> Money | str | None:
        return self.boxes.get(box)


def read_box(form: str, name: str, text: str, where: str) -> tuple[str, Money | str]:
    """Return a box by its name on the paper with its value; the amount carries its place.

    Raises LedgerError ``unknown_box``, ``bad_amount`` or ``bad_value``.
    """
    box = _box_name(form, name, where)
    return box, _value(form, box, text.strip(), where)


def _box_name(form: str, name: str, where: str) -> str:
    asked = name.strip().removeprefix("box ").removeprefix("Box ").replace(" ", "")
    known = BOXES[form]
    if asked in known:
        return asked
    slot = form == W2 and re.fullmatch("12[a-d]", asked)
    folded = asked.upper() if form == W2 else asked.lower()
    if folded in known and not slot:
        return folded
    near = get_close_matches(folded, known, n=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    listed = ", ".join(known)
    if slot:
        hint, listed = "", "12D, 12E, 12S, 12AA … by the code that stands in it"
    raise LedgerError(
        where=where,
        code="unknown_box",
        problem=f"Form {form} has no box '{safe(name, limit=40)}' that is kept here",
        remedy=f"{hint}boxes are: {listed}",
    )


def _value(form: str, box: str, text: str, where: str) -> Money | str:
    spec = BOXES[form][box]
    if spec.holds is Holds.AMOUNT:
        return _amount(form, box, text, where)
    found = _words(spec.holds, text)
    if found is None:
        raise LedgerError(
            where=where,
            code="bad_value",
            problem=f"box {box}: '{safe(text, limit=40)}' is not {spec.holds.value}",
            remedy=f"write it as it is printed: {spec.words}",
        )
    return found


def _amount(form: str, box: str, text: str, where: str) -> Money:
    try:
        amount = Money.parse(text, evidence=where)
    except BadAmount as bad:
        raise _bad_amount(where, f"box {box}: {safe(str(bad))}") from bad
    if amount < ZERO:
        raise _bad_amount(where, f"box {box} of Form {form} is never negative ({amount})")
    if not amount and (form, box) in _NEVER_ZERO:
        raise _bad_amount(where, f"box {box} of Form {form} is never printed as 0")
    return amount


def _bad_amount(where: str, problem: str) -> LedgerError:
    return LedgerError(
        where=where,
        code="bad_amount",
        problem=problem,
        remedy="write dollars with at most two decimals, as printed",
    )


def _words(holds: Holds, text: str) -> str | None:
    """Return the value of a box that holds words, in one spelling; None when it is none."""
    folded = text.lower()
    if holds is Holds.MARK:
        return _MARKS.get(folded)
    if holds is Holds.YEAR:
        return text if re.fullmatch("(19|20)[0-9]{2}", text) else None
    if holds is Holds.RATIO:
        return text if re.fullmatch(r"(0?\.[0-9]{3,10}|1(\.0{1,10})?|0)", text) else None
    if holds is Holds.CODES:
        codes = text.upper().replace(" ", "").replace(",", "")
        ordered = "".join(sorted(codes, key=lambda c: (c.isalpha(), c != "8", c)))
        return ordered if _may_stand(ordered) else None
    if holds is Holds.NOTES:
        words = ((NOT_DETERMINED, "not"), (TOTAL, "total"))
        return ", ".join(note for note, word in words if word in folded or folded == "both") or None
    return None if holds_tax_id(text) or safe(text) != text or not text else text


def _may_stand(codes: str) -> bool:
    """Tell whether codes can stand in box 7: one, or two that are not the same.

    Of two digits only 8 with 1, 2 or 4 share a form (Instructions for Forms 1099-R and 5498).
    """
    known = set(codes) <= DISTRIBUTION_CODES.keys()
    if not known or len(codes) not in {1, 2} or len(set(codes)) < len(codes):
        return False
    return not (len(codes) > 1 and codes.isdigit()) or codes in _TWO_DIGITS


def checked(document: TaxDocument, accounts: Mapping[str, Account]) -> TaxDocument:
    """Return the form with its payer as the ledger calls it; raise all its faults at once.

    Raises LedgerErrors (``unknown_payer``, ``missing_field``, ``box_above_gross``).
    """
    faults = Collector()
    mine = {a.id: a for a in accounts.values() if a.owner == document.taxpayer}
    payer = document.payer
    with faults:
        payer = _payer(document, mine)
    for fault in _faults(document):
        faults.add(fault)
    faults.raise_any()
    return replace(document, payer=payer)


def _payer(document: TaxDocument, mine: Mapping[str, Account]) -> str:
    if document.form == F8606:
        if document.payer == IRS:
            return IRS
        raise LedgerError(
            where=document.where,
            code="unknown_payer",
            problem=f"a filed Form 8606 has no payer, and '{safe(document.payer)}' is named",
            remedy="leave the payer out: the filer sends it to the IRS",
        )
    if document.form == W2:
        names = {a.employer_name: a.employer_name for a in mine.values() if a.kind.is_plan}
        return _named(document, names, strict=False)
    fits = [a for a in mine.values() if document.form == F1099R or not a.kind.is_plan]
    names = {a.id: a.id for a in fits}
    for account in fits:
        for name in (account.institution, account.employer):
            if name and name not in names:
                names[name] = account.id if _only(name, fits) else ""
    return _named(document, names, strict=True)


def _only(name: str, accounts: list[Account]) -> bool:
    return sum(name in {a.institution, a.employer} for a in accounts) == 1


def _named(document: TaxDocument, names: Mapping[str, str], *, strict: bool) -> str:
    """Return what a name stands for; refuse an unknown one, with the nearest that is known."""
    folded = {name.casefold(): found for name, found in names.items()}
    asked = document.payer.strip()
    found = names.get(asked, folded.get(asked.casefold(), ""))
    if found:
        return found
    near = get_close_matches(asked.casefold(), folded, n=1)
    if not strict and not near and asked:
        return asked
    hint = f"did you mean '{next(n for n in names if n.casefold() == near[0])}'?" if near else ""
    if asked.casefold() in folded:
        hint = "it has several accounts here: name the account"
    raise LedgerError(
        where=document.where,
        code="unknown_payer",
        problem=f"no account or employer '{safe(document.payer, limit=80)}' of "
        f"{safe(document.taxpayer)} can have sent a Form {document.form}",
        remedy=hint or f"payers are: {', '.join(names) or 'none; add the account first'}",
    )


def _faults(document: TaxDocument) -> Iterator[LedgerError]:
    """Go through what cannot stand on one form together."""
    for box in _NEEDED.get(document.form, ()):
        if box not in document.boxes:
            yield _incomplete(document, f"box {box} ({BOXES[document.form][box].words})")
    if not document.boxes and document.form not in _NEEDED:
        yield _incomplete(document, "at least one box")
    if document.form != F1099R:
        return
    for box in ("2a", "4", "5", "10"):
        if not (box == "5" and _keeps_basis(document)):
            yield from above_gross(document, box)


def above_gross(document: TaxDocument, box: str) -> Iterator[LedgerError]:
    """Yield the fault of a box of Form 1099-R that is more than the gross distribution."""
    gross = document.amount("1")
    if document.amount(box) > gross:
        yield LedgerError(
            where=document.where,
            code="box_above_gross",
            problem=f"box {box} ({document.amount(box)}) is more than box 1 ({gross})",
            remedy="read both boxes again; if the paper says so, ask the payer for a "
            "corrected form and record that one",
        )


def _keeps_basis(document: TaxDocument) -> bool:
    """Tell whether box 5 may exceed box 1: a Roth account worth less than its contributions."""
    return document.boxes.get("7") in {"H", "BG"}


def _incomplete(document: TaxDocument, what: str) -> LedgerError:
    return LedgerError(
        where=document.where,
        code="missing_field",
        problem=f"a Form {document.form} needs {what}",
        remedy="add it as it is printed",
    )
