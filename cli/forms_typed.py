"""The printed forms as they are filled in on the terminal: which boxes, with which words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from cli import show
from cli.form_prompt import Box, Value, Values, fill
from cli.lookup import known
from ledger.chart import Account
from ledger.documents import (
    BOXES,
    DISTRIBUTION_CODES,
    F1099R,
    F5498,
    NOT_DETERMINED,
    TOTAL,
    W2,
    Holds,
    TaxDocument,
    above_gross,
    checked,
    read_box,
)
from ledger.errors import LedgerError
from ledger.sanity_limits import EARLIEST, today

if TYPE_CHECKING:
    from ledger.store import Ledger

_ASKED = {  # boxes a prompt asks for: those that the ledger is compared with
    F1099R: ("1", "2a", "2b", "4", "5", "7", "ira", "10", "11"),
    F5498: ("1", "2", "3", "4", "5", "8", "9", "10"),
    W2: ("1", "12a", "12b", "12c", "12d", "13"),
}
_SLOTS = ("12a", "12b", "12c", "12d")
WHO, YEAR, _PAYER = "who", "year", "payer"
_AGAINST_GROSS = frozenset({"2a", "4", "10"})
_TICKS = {
    "n": NOT_DETERMINED,
    "t": TOTAL,
    "b": f"{NOT_DETERMINED}, {TOTAL}",
    "both": f"{NOT_DETERMINED}, {TOTAL}",
}


def fill_form(
    ledger: Ledger, form: str, taxpayer: str | None, year: int | None, payer: str | None
) -> TaxDocument:
    """Return a form typed on the terminal; what the command line said stands as the proposal.

    Raises click.Abort when somebody stops.
    """
    people, accounts = ledger.taxpayers(), ledger.accounts()
    head = _Head(form, list(people), accounts)

    def document(values: Mapping[str, Value]) -> TaxDocument:
        """Return the form as far as it is typed."""
        boxes = dict(_paper_boxes(values))
        said = (str(values.get(WHO, "")), int(str(values.get(YEAR, 0))))
        return TaxDocument(
            f"Form {form}", said[0], said[1], form, str(values.get(_PAYER, "")), boxes
        )

    def faults(values: Values) -> Iterable[LedgerError]:
        try:
            _refuse_twice(values)
            checked(document(values), accounts)
        except LedgerError as fault:
            return fault.faults
        return ()

    about = [
        *person_and_year(list(people), taxpayer, year),
        Box(
            _PAYER,
            head.payer_words,
            head.read_payer,
            head.hint_payers,
            needed=True,
            default=payer or "",
        ),
    ]
    boxes = [_box(form, name, document) for name in _ASKED[form]]
    show.prose(head.hint_payers, "dim")
    return document(fill(f"Form {form}", [*about, *boxes], faults))


def person_and_year(people: list[str], taxpayer: str | None, year: int | None) -> list[Box]:
    """Return the first boxes of every form: whose it is, and of which year."""

    def read_person(text: str, _: Mapping[str, Value]) -> Value:
        known(dict.fromkeys(people), text, "taxpayer")
        return text

    only = people[0] if len(people) == 1 else ""
    last = str(today().year - 1)
    return [
        Box(
            WHO,
            "Whose form it is",
            read_person,
            f"one of {', '.join(people)}",
            needed=True,
            default=taxpayer or only,
        ),
        Box(
            YEAR,
            "Tax year printed on it",
            _read_year,
            "four digits",
            needed=True,
            default=str(year or last),
        ),
    ]


def _read_year(text: str, _: Mapping[str, Value]) -> Value:
    if re.fullmatch("[0-9]{4}", text) is None or not EARLIEST.year < int(text):
        raise unfit(f"'{text}' is no tax year", "four digits, as printed")
    if int(text) > today().year:
        raise unfit(f"no form for {text} was printed yet", "the tax year stands on the form")
    return text


class _Head:
    """The payer of a form: how it is read, and what can be meant."""

    def __init__(self, form: str, people: list[str], accounts: Mapping[str, Account]) -> None:
        self._form, self._people, self._accounts = form, people, accounts
        self.payer_words = "Employer" if form == W2 else "Payer (an account of the ledger)"
        names = [self._named(a) for a in accounts.values() if form != F5498 or not a.kind.is_plan]
        plans = [a.employer_name for a in accounts.values() if a.kind.is_plan]
        told = ", ".join(dict.fromkeys(plans if form == W2 else names))
        self.hint_payers = f"{'Employers' if form == W2 else 'Accounts'}: {told or 'none yet'}"

    def _named(self, account: Account) -> str:
        return f"{account.id} ({account.kind.words}{self._of(account)})"

    def _of(self, account: Account) -> str:
        return f" of {account.owner}" if len(self._people) > 1 else ""

    def read_payer(self, text: str, before: Mapping[str, Value]) -> Value:
        person = str(before.get(WHO, ""))
        boxes: dict[str, Value] = {"1": read_box(self._form, "1", "1", "")[1], "7": "G"}
        typed = TaxDocument("payer", person, today().year, self._form, text, boxes)
        return checked(typed, self._accounts).payer


def _box(form: str, name: str, document: Callable[[Mapping[str, Value]], TaxDocument]) -> Box:
    if name in _SLOTS:
        words = "Code and amount, as D 23500" if name == "12a" else "Code and amount"
        codes = ", ".join(
            f"{box.removeprefix('12')} {spec.words}"
            for box, spec in BOXES[W2].items()
            if re.fullmatch("12[A-Z]+", box)
        )
        return Box(name, words, _read_slot, f"a code of box 12 and its amount: {codes}")
    spec = BOXES[form][name]

    def read(text: str, before: Mapping[str, Value]) -> Value:
        said = _TICKS.get(text.lower(), text) if spec.holds is Holds.NOTES else text
        value = read_box(form, name, said, f"box {name}")[1]
        if form == F1099R and name in _AGAINST_GROSS:
            for fault in above_gross(document({**before, name: value}), name):
                raise fault
        return value

    return Box(name, f"{spec.words}{_short_hint(spec.holds)}", read, _hint(spec.holds))


def _read_slot(text: str, _: Mapping[str, Value]) -> Value:
    """Read a slot of box 12: a code and an amount; it is kept as "D 23500.00"."""
    found = re.fullmatch(r"([A-Za-z]{1,2})[\s=:]+(\S.*)", text)
    if found is None:
        raise unfit(f"'{text}' is no code with an amount, as D 23500")
    box, amount = read_box(W2, f"12{found[1].upper()}", found[2], "box 12")
    return f"{box.removeprefix('12')} {amount}"


def _paper_boxes(values: Mapping[str, Value]) -> Iterable[tuple[str, Value]]:
    """Go through the boxes as the ledger keeps them: those of box 12 by their code."""
    for name, value in values.items():
        if name in _SLOTS:
            code, _, amount = str(value).partition(" ")
            yield read_box(W2, f"12{code}", amount, "box 12")
        elif name not in {WHO, YEAR, _PAYER}:
            yield name, value


def _refuse_twice(values: Mapping[str, Value]) -> None:
    codes = [str(values[slot]).partition(" ")[0] for slot in _SLOTS if slot in values]
    for code in codes:
        if codes.count(code) > 1:
            raise unfit(f"code {code} of box 12 is typed twice", "write one sum for each code")


def _short_hint(holds: Holds) -> str:
    return {
        Holds.MARK: " (yes or no)",
        Holds.NOTES: " (n, t or both)",
        Holds.CODES: "",
    }.get(holds, "")


def _hint(holds: Holds) -> str:
    if holds is Holds.CODES:
        told = "; ".join(f"{code} {words}" for code, words in DISTRIBUTION_CODES.items())
        return f"one code, or two as 1B, 4G, BG: {told}"
    return {
        Holds.MARK: "yes where the box is ticked, else no or Enter",
        Holds.NOTES: "n where 'not determined' is ticked, t where 'total distribution' is, or both",
        Holds.YEAR: "four digits, as printed",
    }.get(holds, "dollars with at most two decimals, as printed; Enter where the box is empty")


def unfit(problem: str, remedy: str = "type it as it is printed") -> LedgerError:
    """Return the fault of something typed that cannot stand there."""
    return LedgerError(where="form", code="bad_value", problem=problem, remedy=remedy)
