"""A letter of one page to the client: what you did, what is taxed, what I need, what to keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from exports.corrections_stated import DEDUCTION, TAXABLE
from exports.statement_page import BLANK, LINE, dollars
from exports.statements import statements
from exports.table import Column, Medium, Section, Table, amounts, on_form
from exports.words import account_name, counted, is_of, joined
from ledger.books import Household
from ledger.chart import TaxCharacter
from ledger.money import Money
from ledger.year_end import EXCESS_TAKEN_BACK, Movement, YearEnd

_TAXABLE = ", taxable amount"  # how the label of a taxable line of Form 1040 ends
_FROM = {TAXABLE: "IRAs", "Pensions and annuities, taxable amount": "plans and pensions"}
_ADDITIONAL = "Additional tax on IRAs and other retirement plans"
_WITHHELD = "Federal income tax withheld, Forms 1099"
_LINE = 105  # characters of a line on paper, at the least
_HALVES = 2  # of a line: half a line stands between two sentences
_ROOM_FOR_STEPS, _ROOM_FOR_ASKS = 28, 40  # half lines that leave the letter on its page
# what a movement of each kind was, as one says it to a client
PLAIN = MappingProxyType(
    {
        "in-plan conversion": "changed to Roth money inside your plan",
        "conversion": "moved from a traditional IRA to a Roth IRA",
        "direct rollover": "sent by your plan straight to another account of yours",
        "60-day rollover": "paid to you, and put into another account of yours in time",
        "rollover": "moved from one of your IRAs to another account of yours",
        "transfer between plans": "moved from one plan of yours to another",
        "distribution": "paid to you",
        "Roth IRA distribution": "paid to you from Roth IRAs",
        "inherited IRA distribution": "paid to you from an IRA that you inherited",
        "inherited Roth IRA distribution": "paid to you from a Roth IRA that you inherited",
        "pension payment": "paid to you as a pension",
        "employer contribution taxed as Roth": "put in for you by your employer as Roth money",
        "excess deferral paid back": "paid back to you: more than a year allows from pay",
        "earnings of an excess deferral": "paid to you as earnings on what was too much",
        "corrective distribution": "paid back to you: more than your plan may take",
        "ADP recharacterization": "kept in your plan and taxed now: more than it may take untaxed",
        "QCD": "given to charity straight from your IRA",
        "HSA funding distribution": "moved from your IRA to your health savings account",
        "recharacterization": "put into one kind of IRA and moved to the other",
        "return of contribution": "taken back from an IRA, with what it had earned",
        EXCESS_TAKEN_BACK: "taken back from an IRA: more than a year allows",
        "divorce transfer": "moved between your account and a former spouse's",
        "loan offset": "owed on a plan loan, and set against your account",
        "deemed distribution": "owed on a plan loan, and taxed as if paid to you",
    }
)


def letter_section(year: YearEnd, books: Household, asks: Sequence[str]) -> Section:
    """Write the letter; ``asks`` are the sentences that ask the client for something."""
    asked = enumerate((*_to_sign(year, books), *asks), start=1)
    numbered = _within([f"{number}. {ask}" for number, ask in asked], _ROOM_FOR_ASKS, "question")
    nothing = ["Nothing: I have all I need for this part of your return."]
    tables = (
        _list(f"What you did in {year.tax_year}", list(_did(year, books))),
        _list("What is taxed", list(_taxed(year))),
        _list(f"What I need from you by {BLANK}", numbered or nothing),
        _list("What to keep", list(_kept(year))),
        _list("With kind regards", [" ", LINE]),
    )
    name = year.taxpayer.name
    whom = f"executor of the estate of {name}" if year.died else name
    about = f"this letter is about your retirement accounts and your tax return for {year.tax_year}"
    told = f"{about}; “you” is {name}" if year.died else about
    please = "Please read it and tell me about anything that does not look right to you"
    says = (f"Date: {BLANK}", f"Dear {whom},", f"{told}. {please}.")
    return Section(
        f"Letter to {name}",
        "Letter",
        tables,
        says,
        starts_page=True,
        on_one_page=True,
        medium=Medium.PAPER,
    )


def _to_sign(year: YearEnd, books: Household) -> Iterator[str]:
    """Ask for the signature of the statements that are enclosed."""
    enclosed = sum(one.signed for one in statements(year, books))
    if enclosed:
        which = "statement" if enclosed == 1 else f"{enclosed} statements"
        each = "it" if enclosed == 1 else "each"
        yield f"Please read the {which} enclosed, fill in the blanks, and sign and date {each}."


def _list(title: str, sentences: Sequence[str]) -> Table:
    return Table((Column("text", title),), tuple((text,) for text in sentences))


def _within(sentences: Sequence[str], room: int, what: str) -> list[str]:
    """Return the sentences that so many half lines hold, and how many more there are.

    >>> _within(["a", "b", "c"], 6, "step")
    ['a', 'And 2 more steps, on the enclosed pages.']
    """
    kept = list[str]()
    for number, sentence in enumerate(sentences, start=1):
        room -= 1 + _HALVES * (1 + len(sentence) // _LINE)
        last = number == len(sentences)
        if room < (0 if last else 1 + _HALVES):  # room is kept for what is left off
            left = counted(len(sentences) - number + 1, f"more {what}")
            return [*kept, f"And {left}, on the enclosed pages."]
        kept.append(sentence)
    return kept


def _did(year: YearEnd, books: Household) -> Iterator[str]:
    """Tell what was put in, what moved and what came out, a sentence each."""
    told = [*_put_in(year, books), *_moved(year), *_shared(year, books)]
    if year.died:
        yield f"{year.taxpayer.name} died on {on_form(year.died)}."
    yield from _within(told, _ROOM_FOR_STEPS, "step")
    if not told:
        yield "You put nothing in, moved nothing and took nothing out."


def _put_in(year: YearEnd, books: Household) -> Iterator[str]:
    for name, account in year.accounts.items():
        rows = [row for row in year.pools if row.account == name and row.contributions]
        total = Money.total(row.contributions for row in rows)
        if not total:
            continue
        into = f"{dollars(total)} was put into your {account_name(account)}"
        if not account.kind.is_plan:
            yield f"{into}{_for_years(name, year, books)}."
            continue
        parts = (
            (TaxCharacter.PRE_TAX, "not taxed yet"),
            (TaxCharacter.ROTH, "taxed before, as Roth money"),
            (TaxCharacter.AFTER_TAX, "taxed before"),
        )
        sums = (
            (Money.total(r.contributions for r in rows if is_of(r.source, what)), words)
            for what, words in parts
        )
        shares = [f"{dollars(part)} {words}" for part, words in sums if part]
        yield f"{into}, by you and your employer: {joined(shares)}."


def _for_years(account: str, year: YearEnd, books: Household) -> str:
    """Say for which years an IRA's contributions count, where one is not the year itself."""
    made: dict[int, Money] = {}
    for entry in books.entries:
        event = entry.event
        counts = event.account == account and event.kind.spec.flow.value == "contributions"
        if counts and event.day.year == year.tax_year and event.amount:
            made[event.tax_year] = made.get(event.tax_year, Money(0)) + event.amount
    if len(made) < 2:
        return f", for {next(iter(made), year.tax_year)}"
    parts = [f"{dollars(amount)} for {for_year}" for for_year, amount in sorted(made.items())]
    return f": {joined(parts)}"


def _moved(year: YearEnd) -> Iterator[str]:
    # what moved in a divorce is told with the former spouse's name
    shared = {share.moved.where for share in year.divorce_shares}
    moved = [row for row in year.movements if row.amount and row.where not in shared]
    for kind in dict.fromkeys(row.kind for row in moved):
        yield _step(kind, [row for row in moved if row.kind == kind])


def _step(kind: str, rows: Sequence[Movement]) -> str:
    total = Money.total(row.amount for row in rows)
    taxable = Money.total(row.taxable for row in rows)
    taxed = f"{dollars(taxable)} of it is taxed this year" if taxable else "none of it is taxed now"
    if taxable == total:
        taxed = "all of it is taxed this year"
    times = f" in {counted(len(rows), 'step')}" if len(rows) > 1 else ""
    return f"{dollars(total)} was {PLAIN.get(kind, kind)}{times}; {taxed}."


def _shared(year: YearEnd, books: Household) -> Iterator[str]:
    """Tell what of IRAs moved in a divorce, and to whom or from whom."""
    for share in year.divorce_shares:
        other = share.moved.to if share.gave else share.moved.account
        person = books.taxpayers.get(books.accounts[other].owner)
        name = person.name if person else BLANK
        way = f"from your IRA to {name}" if share.gave else f"from an IRA of {name} to yours"
        yield f"{dollars(share.moved.amount)} went {way} in a divorce; none of it is taxed now."


def _taxed(year: YearEnd) -> Iterator[str]:
    """Tell what goes on the return, by its lines."""
    taxable = [line for line in year.f1040 if line.label.endswith(_TAXABLE)]
    parts = [
        f"{dollars(amount)} from your {_FROM.get(line.label, 'retirement accounts')} "
        f"(line {line.number})"
        for line in taxable
        for amount in amounts([line.value])
    ]
    total = dollars(Money.total(amounts(line.value for line in taxable)))
    if len(taxable) > 1:
        yield f"{total} is income on your Form 1040: {joined(parts)}."
    elif taxable:
        yield f"{total} is income on your Form 1040 (line {taxable[0].number})."
    else:
        yield "Nothing of this is income on your tax return."
    for line in year.other_lines:
        for amount in amounts([line.value]):
            yield _elsewhere(line.label, dollars(amount), line.number)
    kept = _taxed_before(year)
    if kept:
        yield (
            f"{dollars(kept)} of your money has been taxed already: it is not taxed again when it "
            f"comes out after {year.tax_year}. The papers below prove it."
        )


def _elsewhere(label: str, amount: str, where: str) -> str:
    told = {
        DEDUCTION: f"You deduct {amount} of what you put into IRAs ({where}).",
        _ADDITIONAL: f"An additional tax of {amount} is due on top ({where}).",
        _WITHHELD: f"{amount} of tax was withheld already and is credited to you ({where}).",
    }
    return told.get(label, f"{label}: {amount} ({where}).")


def _taxed_before(year: YearEnd) -> Money:
    """Return all that was taxed already and is still in the accounts, as far as it is known."""
    roth = year.roth_ira
    layers = (layer.amount for layer in roth.conversions)
    inherited = (one.basis for one in year.inherited_iras)
    plans = (row.closing_basis for row in year.pools if row.source)
    own = (year.traditional_ira.basis_carried_forward, roth.regular)
    return Money.total([*own, *layers, *inherited, *amounts(plans)])


def _kept(year: YearEnd) -> Iterator[str]:
    forms = [f"{one.said} for {year.tax_year}" for one in year.forms_8606 if one.required]
    if forms:
        yield (
            f"{joined(forms)}, and every Form 8606 of earlier years: until all the money in these "
            "accounts has come out."
        )
    yield "Every Form 1099-R and 5498 that you are sent, and each account's year-end statement."
    if any(amounts(row.closing_basis for row in year.pools if row.source)):
        yield "The statements of your plan that show what you paid in after tax, or as Roth money."
