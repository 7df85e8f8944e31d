"""Words of the packet: how accounts, sources, boxes and codes are said to a tax preparer."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.chart import SOURCE_WORDS, Account, Outside, Pool, Source, TaxCharacter
from ledger.events import CASH
from ledger.views.open_points import without_commands
from ledger.year_end import Form1099R, YearEnd

DISCLAIMER = "Prepared from the taxpayer's own records. Not tax advice."
TYPED = "typed"  # the reader of entries that somebody typed: named "typed-1", "typed-2", …
FORM_TITLES = {
    "8606": "Form 8606, Nondeductible IRAs",
    "5329": "Form 5329, Additional Taxes on Qualified Plans and Other Tax-Favored Accounts",
    "1040": "Form 1040, lines for IRAs, pensions and annuities",
    "pub_590b_1_1": "Pub. 590-B, Worksheet 1-1",
    "ira_deduction": "IRA deduction worksheet",
    "simplified_method": "Simplified Method worksheet",
}
FORM_SHEETS = {
    "pub_590b_1_1": "Pub 590-B 1-1",
    "ira_deduction": "IRA deduction",
    "simplified_method": "Simplified Method",
    "disaster_income": "Disaster income",
    "plan_disaster_income": "Disaster income, plans",
    "roth_ira_limit": "Roth IRA limit",
    "roth_contributions": "Roth line 22",
    "roth_conversions": "Roth line 24",
    "ira_methods": "IRA methods",
    "other_lines": "Other lines",
}
FORM_PARTS = {
    "8606": (
        ("1", "Part I: Nondeductible contributions to traditional IRAs and distributions"),
        ("16", "Part II: Conversions from traditional, SEP or SIMPLE IRAs to Roth IRAs"),
        ("19", "Part III: Distributions from Roth IRAs"),
    ),
    "5329": (
        ("1", "Part I: Additional tax on early distributions"),
        ("9", "Part III: Additional tax on excess contributions to traditional IRAs"),
        ("18", "Part IV: Additional tax on excess contributions to Roth IRAs"),
    ),
}
BOXES = {
    "1": "Gross distribution",
    "2a": "Taxable amount",
    "3": "Capital gain (included in box 2a)",
    "4": "Federal income tax withheld",
    "5": "Employee contributions, designated Roth contributions or insurance premiums",
    "6": "Net unrealized appreciation in employer's securities",
    "7": "Distribution code",
    "8": "Other",
    "9b": "Total employee contributions",
    "10": "Amount allocable to an in-plan Roth rollover within 5 years",
    "11": "First year of designated Roth contributions",
    "14": "State tax withheld",
}
CHECKBOXES = frozenset({"2b"})
CODES = {
    "1": "early, no known exception",
    "2": "early, an exception applies",
    "3": "disability",
    "4": "death",
    "5": "prohibited transaction",
    "6": "section 1035 exchange",
    "7": "normal distribution",
    "8": "excess taken back, taxable this year",
    "9": "cost of life insurance",
    "A": "10-year tax option",
    "B": "from a designated Roth account",
    "D": "annuity payments, nonqualified",
    "E": "correction under EPCRS or of excess annual additions",
    "F": "charitable gift annuity",
    "G": "direct rollover",
    "H": "direct rollover of designated Roth money to a Roth IRA",
    "J": "early, from a Roth IRA",
    "K": "traditional IRA assets without a market value",
    "L": "loan treated as a distribution",
    "M": "plan loan offset",
    "N": "recharacterized contribution of this year",
    "P": "excess taken back, taxable last year",
    "Q": "qualified, from a Roth IRA",
    "R": "recharacterized contribution of last year",
    "S": "early, SIMPLE IRA in its first 2 years",
    "T": "from a Roth IRA, an exception applies",
    "U": "dividend of an ESOP",
    "W": "long-term care insurance",
    "Y": "qualified charitable distribution",
}
_OUTSIDE = {
    Outside.OPENING: "brought in",
    Outside.PAY: "paid in",
    Outside.GAINS: "earnings",
    Outside.FEES: "fees",
    Outside.CASH: "cash to the owner",
    Outside.WITHHELD: "tax withheld",
    Outside.CHARITY: "charity",
    Outside.ELSEWHERE: "accounts elsewhere",
    Outside.TAXED: "taxed income",
    Outside.LOANS: "loans",
    Outside.IN_TRANSIT: "in transit",
    Outside.MARKET: "the market",
}
STATUS_WORDS = {
    "single": "single",
    "head_of_household": "head of household",
    "married_joint": "married filing jointly",
    "married_separate": "married filing separately",
    "surviving_spouse": "qualifying surviving spouse",
}
WHOLE_ACCOUNT = "whole account"  # an IRA, which has no sources
# how the register says which column of the pool's year a row counts for
FLOW_WORDS = {
    "opening": "opening",
    "contributions": "contributed",
    "earnings": "earnings",
    "came_in": "in",
    "went_out": "out",
}
_PERSONAL = {
    "traditional-iras": "all traditional IRAs together",
    "roth-iras": "all Roth IRAs together",
    "inherited-iras": "all IRAs inherited from one person",
}


def source_words(source: str) -> str:
    """Return a plan source as people say it; a word we do not know stays as it is."""
    known = {member.value: words for member, words in SOURCE_WORDS.items()}
    return known.get(source, source)


def is_of(source: str, character: TaxCharacter) -> bool:
    """Whether a plan source has this tax character; "" and unknown words have none."""
    return any(member.value == source and member.character is character for member in Source)


def account_words(account: Account) -> str:
    """Name an account in full, its number masked to the last four.

    >>> from ledger.chart import AccountKind
    >>> account_words(Account("acme", "rose", AccountKind.K401, "Acme", "Fidelity", "0990011"))
    'acme: 401(k) plan of Acme at Fidelity, number ···0011'
    """
    return f"{account.id}: {account_name(account)}"


def account_name(account: Account) -> str:
    """Name an account as people say it, without the short name of the books."""
    parts = [account.kind.words]
    if account.employer:
        parts.append(f" of {account.employer}")
    if account.decedent:
        parts.append(f" from {account.decedent}")
    if account.institution:
        parts.append(f" at {account.institution}")
    if any(sign.isdigit() for sign in account.number):
        parts.append(f", number {masked(account.number)}")
    elif account.number:
        parts.append(f" ({account.number})")
    return "".join(parts)


def on_paper(text: str, year: YearEnd) -> str:
    """Return a sentence of the ledger as paper has it: without commands, the account by its name.

    The command line and the workbook's Findings have the command that settles it.
    """
    told = without_commands(text)
    begins, colon, rest = told.partition(": ")
    account = year.accounts.get(begins)
    return f"{account_name(account)}: {rest}" if account and colon else told


def masked(number: str) -> str:
    """Show the last four characters of an account number, and nothing of a shorter one."""
    return f"···{number[-4:]}" if len(number) > 4 else "···"


def pool_words(pool: Pool) -> str:
    """Name a line of the chart of accounts."""
    known = {party.value: words for party, words in _OUTSIDE.items()}
    person = pool.account.partition(":")[0]
    name = known.get(pool.account) or _PERSONAL.get(person) or pool.account
    return f"{name}, {source_words(pool.source)}" if pool.source else name


def is_outside(pool: Pool) -> bool:
    """Whether the pool is the other side of an entry and not the taxpayer's own money."""
    return pool.account in {party.value for party in Outside}


def destination_words(to: str, year: YearEnd) -> str:
    """Say where money went: an account, a source of the same plan, or cash."""
    return to if to in year.accounts else source_words(to)


def code_words(codes: str) -> str:
    """Explain the one or two codes of box 7."""
    return "; ".join(f"{code}: {CODES.get(code, 'see the instructions')}" for code in codes)


def box_words(number: str, value: object) -> str:
    """Explain a box of Form 1099-R; a checkbox by the words of its value."""
    if number in CHECKBOXES:
        return f"{value}"[:1].upper() + f"{value}"[1:]
    name = BOXES.get(number, f"Box {number}")
    return f"{name} ({code_words(value)})" if number == "7" and isinstance(value, str) else name


def payer_words(form: Form1099R, year: YearEnd) -> str:
    """Name the account whose payer should send a Form 1099-R."""
    payer = year.accounts.get(form.payer)
    return account_words(payer) if payer else form.payer


def paid_to_words(form: Form1099R, year: YearEnd) -> str:
    """Name where the money of a Form 1099-R went."""
    if form.to == CASH:
        return "cash to the owner"
    if form.to == form.payer:
        return "Roth money inside the plan" if not form.ira else "the same account"
    to = year.accounts.get(form.to)
    return f"{to.id}: {to.kind.words}" if to else destination_words(form.to, year)


def ira_box_words(form: Form1099R) -> str:
    """Say whether the payer checks the IRA box."""
    return "IRA/SEP/SIMPLE box checked" if form.ira else "IRA/SEP/SIMPLE box not checked"


def part_heading(form: str, number: str) -> str:
    """Name the part of a form in which a line stands, "" where the form has no parts.

    >>> part_heading("8606", "15c")[:7], part_heading("8606", "18")[:8], part_heading("1040", "4a")
    ('Part I:', 'Part II:', '')
    """
    here = int("".join(digit for digit in number if digit.isdigit()) or 0)
    found = [
        heading
        for first, heading in FORM_PARTS.get(form.partition(" ")[0], ())
        if here >= int(first)
    ]
    return found[-1] if found else ""


def paid_out(year: YearEnd) -> bool:
    """Whether money left an account of the taxpayer in the year."""
    return any(row.went_out for row in year.pools)


def by_hand(name: str) -> str:
    """Say that an entry was typed, with the number under which the evidence lists it.

    >>> by_hand("typed-8")
    'typed by hand, no. 8'
    """
    return f"{TYPED} by hand, no. {name.removeprefix(TYPED).strip('-')}"


def joined(parts: Sequence[str]) -> str:
    """Join words as a sentence does.

    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted(number: int, one: str, many: str = "") -> str:
    """Count things in words: "1 entry", "2 entries"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
