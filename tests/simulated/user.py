"""What the owner of a household answers: the truth, and only what its owner can know of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.simulated.households import Household
from tests.simulated.printers.page import Printed
from tests.simulated.truth import Kind, Movement, Pool, dollars

# what the product calls a movement of each kind, where it asks what a type of row means
_TYPES = {
    Kind.CONTRIBUTION: ("contribution",),
    Kind.DIVIDEND: ("earnings", "dividend"),
    Kind.FEE: ("fee",),
    Kind.CONVERSION_OUT: ("conversion_out", "conversion"),
    Kind.CONVERSION_IN: ("conversion_in", "conversion"),
    Kind.PAYOUT: ("distribution", "rollover_out"),
    Kind.ROLLOVER_IN: ("rollover_in", "rollover"),
    Kind.BUY: ("exchange",),
}


class Stuck(Exception):
    """A question that nobody who knows the truth can answer."""


class Later(Exception):
    """A question that the owner answers by importing the earlier files first."""


@dataclass(frozen=True)
class Asked:
    """A question of an import, with the lines of the file that it is about."""

    code: str
    file: str
    line: int
    lines: tuple[int, ...]
    match: str
    choices: tuple[str, ...]
    problem: str
    nth: int = 0  # which of the points on its line

    @classmethod
    def of(cls, file: str, told: dict[str, Any]) -> Asked:
        """Read a question as ``--dry-run --json`` prints it."""
        line = told.get("line") or 0
        return cls(
            told["code"],
            file,
            line,
            tuple(told.get("lines") or (line,)),
            told.get("match") or "",
            tuple(told.get("choices") or ()),
            told.get("problem", ""),
            told.get("nth") or 0,
        )

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What tells it from another question."""
        return (self.code, self.file, self.line * 100 + self.nth, self.match)


class User:
    """The owner: has the files in hand, and knows where each payment went."""

    def __init__(self, home: Household) -> None:
        self.home = home
        self.truth = home.truth
        self.known: set[int] = set()  # movements that were imported before
        self.beside: set[int] = set()  # those in files of other formats in the same command

    def answer(self, asked: Asked, files: Sequence[Printed]) -> list[dict[str, Any]]:
        """Return the entries of an answers file that settle a question.

        Raises Stuck where there is no true answer, Later where earlier files come first.
        """
        say = ANSWERS.get(asked.code)
        if say is None:
            raise Stuck(f"nobody knows what to answer to '{asked.code}'")
        file = next(one for one in files if one.name == asked.file)
        self.beside = {
            number for one in files if one.product != file.product for number in one.movements
        }
        return say(self, asked, file)

    def one(self, asked: Asked, answer: Any) -> list[dict[str, Any]]:
        """Answer for the line of a question, or for its words where it has no line."""
        place: dict[str, Any] = {"line": asked.line} if asked.line else {"match": asked.match}
        if asked.line and asked.nth:
            place["nth"] = asked.nth
        return [{"code": asked.code, "file": asked.file, **place, "answer": answer}]

    def by_words(self, asked: Asked, answer: Any) -> list[dict[str, Any]]:
        """Answer for all rows with the words of a question."""
        if not asked.match:
            return self.one(asked, answer)
        entry = {"code": asked.code, "file": asked.file, "match": asked.match, "answer": answer}
        return [entry]

    def shown(self, asked: Asked, file: Printed) -> list[Movement]:
        """Return the movements on the lines of a question."""
        found = [one for line in asked.lines for one in file.lines.get(line, ())]
        if not found:
            raise Stuck(f"{asked.code}: {asked.file}:{asked.line} shows no movement")
        return found

    def choose(self, asked: Asked, wanted: Sequence[str], answer: str = "") -> str:
        """Return the first wanted word that the question offers."""
        for word in wanted:
            if not asked.choices or word in asked.choices:
                return word
        if answer:
            return answer
        raise Stuck(f"{asked.code} offers {list(asked.choices)}, true is {list(wanted)}")


def _confirm(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    del file
    return user.by_words(asked, "confirm")


def _account(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    return user.by_words(asked, user.shown(asked, file)[0].account)


def _type(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    kinds = {one.kind for one in user.shown(asked, file)}
    if len(kinds) > 1:
        raise Stuck(f"rows '{asked.match}' are of several kinds: {sorted(kinds)}")
    return user.by_words(asked, user.choose(asked, _TYPES[kinds.pop()]))


def _source(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    shown = user.shown(asked, file)
    if "from which source" in asked.problem:  # of money that a row shows as it came in
        moves = {one.move for one in shown if one.kind is Kind.CONVERSION_IN}
        origin = [m for m in user.truth.movements if m.move in moves and m.cents < 0]
        shown = origin or shown
    sources = {one.source for one in shown}
    if len(sources) > 1:
        raise Stuck(f"rows '{asked.match}' are of several sources: {sorted(sources)}")
    return user.by_words(asked, user.choose(asked, (sources.pop(),)))


def _tax_year(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    one = user.shown(asked, file)[0]
    if one.kind is Kind.CONTRIBUTION:
        return user.one(asked, user.choose(asked, (str(one.tax_year),)))
    return user.one(asked, user.choose(asked, _TYPES[one.kind]))


def _conversion(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    """Say of each row whether it was a conversion, and how much a row of 0.00 hides."""
    said = []
    for line in asked.lines:
        one = replace(asked, line=line, lines=(line,))
        said += user.one(one, _converted(user, one, user.shown(one, file)))
    return said


def _converted(user: User, asked: Asked, shown: Sequence[Movement]) -> Any:
    out = [m for m in shown if m.kind is Kind.CONVERSION_OUT]
    if sum(m.cents for m in shown) == 0 and out:
        return {"amount": dollars(-sum(m.cents for m in out)), "source": out[0].source}
    one = shown[0]
    if one.kind in {Kind.CONVERSION_OUT, Kind.CONVERSION_IN}:
        return user.choose(asked, ("conversion", "in_plan_conversion", one.source))
    return user.choose(asked, ("ignore", "none"))


def _partner(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    one = user.shown(asked, file)[0]
    if one.kind is Kind.PAYOUT:
        return _payment(user, asked, user.shown(asked, file))
    if one.kind in {Kind.CONVERSION_IN, Kind.CONVERSION_OUT} and one.source:
        return user.one(asked, user.choose(asked, ("in_plan_conversion",)))
    wanted = (one.partner, "outside") if one.partner else ("contribution",)
    return user.one(asked, user.choose(asked, wanted))


_OF = re.compile(r"[a-z_]+(?=[,)])")  # sources that a question names: "acme (after_tax, roth)"


def _payment(user: User, asked: Asked, shown: Sequence[Movement]) -> list[dict[str, Any]]:
    """Say where a payment went: to one account, or to each so much of it."""
    payment = user.truth.payments[shown[0].move]
    sources = {one.source for one in shown}
    named = {source for source in sources if source and f"{source}" in _OF.findall(asked.problem)}
    sources = named or sources
    parts: dict[str, list[int]] = {}
    for source in sources:
        for to, (cents, pretax) in payment.parts[source].items():
            held = parts.setdefault(to, [0, 0])
            held[0] += cents
            held[1] += pretax
    if len(parts) == 1:
        return user.one(asked, user.choose(asked, tuple(parts)))
    told = [
        {"to": to, "amount": dollars(cents), "pretax": dollars(pretax)}
        for to, (cents, pretax) in parts.items()
    ]
    return user.one(asked, {"parts": told})


def _same_money(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    one = user.shown(asked, file)[0]
    return user.one(asked, user.choose(asked, ("same",) if one.move else ("apart",)))


def _origin(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    one = user.shown(asked, file)[0]
    return user.one(asked, user.choose(asked, (one.partner, "outside")))


def _opening(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    del user, file
    raise Later(asked.problem)


def _value(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    shown = user.shown(asked, file)
    # a row may show where the money went, or several sources: the question names the one it means
    moves = {m.move for m in shown if m.move}
    sides = [m for m in user.truth.movements if m.move in moves and m.cents < 0] or shown
    named = [m for m in sides if f"{m.account}:{m.source}" in asked.problem]
    one = (named or sides)[0]
    pool = Pool(one.account, one.source)
    out = [
        m
        for m in user.truth.movements
        if (m.account, m.source, m.day) == (*pool, one.day) and m.cents < 0 and m.move
    ]
    if not out:
        raise Stuck(f"{asked.code}: nothing left {pool} on {one.day}")
    before = user.truth.value_on(pool, one.day, before=out[0])
    leaving = -sum(m.cents for m in out)
    if leaving == before:
        return user.one(asked, user.choose(asked, ("all",)))
    return user.one(asked, dollars(before))


def _amount(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    return user.one(asked, dollars(abs(sum(m.cents for m in user.shown(asked, file)))))


def _allocation(_user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    """Say of each row what each source had of it, as the pay slip and the statement show."""
    out = []
    for line in asked.lines:
        parts: dict[str, int] = {}
        for one in file.lines.get(line, ()):
            parts[one.source] = parts.get(one.source, 0) + one.cents
        if not parts:
            raise Stuck(f"{asked.file}:{line} shows no movement")
        answer: Any = {source: dollars(cents) for source, cents in parts.items()}
        if len(parts) == 1:
            answer = next(iter(parts))
        out.append({"code": asked.code, "file": asked.file, "line": line, "answer": answer})
    return out


def _other_format(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    told = {one.number for one in user.shown(asked, file)}
    elsewhere = user.known | user.beside
    if told <= elsewhere and "instead" in asked.choices:  # of two days one file has the true
        return user.one(asked, "same" if file.late else "instead")
    if told <= elsewhere:
        return user.by_words(asked, user.choose(asked, ("same",)))
    if not told & elsewhere:
        return user.by_words(asked, user.choose(asked, ("further",)))
    raise Stuck("some of these rows were imported before and some were not")


def _word(*words: str) -> Callable[[User, Asked, Printed], list[dict[str, Any]]]:
    def say(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
        del file
        return user.one(asked, user.choose(asked, words))

    return say


def _age(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    """Say which of two downloads is the newer: the owner knows when they were made."""
    outdated = {old.name for old in user.home.outdated.values()}
    return user.one(asked, user.choose(asked, ("older" if file.name in outdated else "accept",)))


def _day(user: User, asked: Asked, file: Printed) -> list[dict[str, Any]]:
    return user.one(asked, file.last.isoformat())


# The one table of what is answered to which question; codes are those of docs/importing.md.
ANSWERS: dict[str, Callable[[User, Asked, Printed], list[dict[str, Any]]]] = {
    "reading_unconfirmed": _confirm,
    "account_unknown": _account,
    "type_unknown": _type,
    "source_unknown": _source,
    "tax_year_unknown": _tax_year,
    "possible_conversion": _conversion,
    "partner_unknown": _partner,
    "same_money": _same_money,
    "rollover_origin": _origin,
    "opening_needed": _opening,
    "value_needed": _value,
    "amount_unknown": _amount,
    "allocation_needed": _allocation,
    "same_events_other_format": _other_format,
    "statement_divides": _word("divide"),
    "balance_date_unknown": _day,
    "year_end_value": _word("book"),
    "totals_differ": _word("skip"),
    "rows_missing": _age,
}
