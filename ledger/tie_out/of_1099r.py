"""Forms 1099-R as printed beside those that the payers should send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.documents import F1099R, IRA_MARK, NOT_DETERMINED, TaxDocument
from ledger.events import CASH, Event
from ledger.money import ZERO, Money
from ledger.tie_out.compared import Compared, Pattern, blank, is_equal, missing, row
from ledger.tie_out.matching import Matched, code, fits_code, gross, match
from ledger.year_end import EnterInstead, Form1099R, TieOut, YearEnd

_DIRECT, _PAID = {"G", "H"}, {"1", "2", "7"}
_CHARITY = {"Y"}
NOT_MARKED = "charity_not_marked"  # told, and no figure hangs on it
_AMOUNTS = ("1", "2a", "4", "5", "10", "14")
_TEXTS = ("11",)
_TAXABLE_8606 = ("15c", "18", "25c")  # lines with what is taxable of IRAs


def tie_out_1099r(asked: Compared) -> Iterator[TieOut]:
    """Go through every box of every Form 1099-R, those that agree included."""
    for found in matched(asked):
        if not found.printed:
            for form in found.expected:
                yield missing(F1099R, form.payer, "1", gross(form), form.where)
        elif not found.expected:
            yield from map(_not_in_ledger, found.printed)
        else:
            yield from _Group(found, asked).rows()


def instead(asked: Compared) -> Iterator[EnterInstead]:
    """Go through the lines to type where a printed form cannot be entered as it is."""
    for found in matched(asked):
        if found.printed and found.expected:
            yield from _Group(found, asked).instead()


def matched(asked: Compared) -> Iterator[Matched]:
    """Go through the printed forms of each payer with the expected ones they stand for."""
    printed, expected = asked.printed(F1099R), asked.record.forms_1099r
    for payer in dict.fromkeys([*(e.payer for e in expected), *(p.payer for p in printed)]):
        yield from match(
            [p for p in printed if p.payer == payer], [e for e in expected if e.payer == payer]
        )


def _not_in_ledger(document: TaxDocument) -> TieOut:
    pattern = Pattern(
        "not_in_ledger",
        f"{document.payer} reports a payment of {document.amount('1')} (code "
        f"{document.boxes.get('7', '')}) that is not in the ledger",
        "import the statement that shows it, or book it with basis add; if it never happened, "
        "ask the payer for a corrected form",
    )
    return row(document, "1", None, pattern, ())


@dataclass(frozen=True)
class _Group:
    """Printed forms and the expected ones they stand for, compared as sums (cents)."""

    found: Matched
    asked: Compared

    @property
    def is_split_wrongly(self) -> bool:
        """Whether one form stands for several that must be apart.

        An IRA's payments of one code are rightly on one form, whatever became of the money.
        """
        fits = all(fits_code(self.first, form) for form in self.found.expected)
        codes = {code(form) for form in self.found.expected}
        apart = len(codes) > 1 and not fits
        return self.found.is_combined and (apart or not self.found.expected[0].ira)

    @property
    def first(self) -> TaxDocument:
        return self.found.printed[0]

    @property
    def payer(self) -> str:
        return self.first.payer

    def printed(self, box: str) -> Money | None:
        amounts = [p.boxes.get(box) for p in self.found.printed]
        known = [a for a in amounts if isinstance(a, Money)]
        # None where no form shows the box: a blank is not a zero
        return Money.total(known) if known else None

    def expected(self, box: str) -> Money | None:
        amounts = [e.boxes.get(box) for e in self.found.expected]
        known = [a for a in amounts if isinstance(a, Money)]
        return Money.total(known) if known else None

    @property
    def where(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place for e in self.found.expected for place in e.where))

    @property
    def codes(self) -> tuple[str, str]:
        """The codes of box 7 as printed and as expected, several joined by " and "."""
        printed = dict.fromkeys(str(p.boxes.get("7", "")) for p in self.found.printed)
        # a code that may stand in the place of another is expected where it is printed
        expected = dict.fromkeys(
            form.or_code if form.or_code and form.or_code in printed else code(form)
            for form in self.found.expected
        )
        return " and ".join(printed), " and ".join(expected)

    @property
    def not_determined(self) -> bool:
        return any(NOT_DETERMINED in str(p.boxes.get("2b", "")) for p in self.found.printed)

    def rows(self) -> Iterator[TieOut]:
        for box in _AMOUNTS:
            printed, expected = self.printed(box), self.expected(box)
            if printed is None and not expected:
                continue
            pattern = self._amount_pattern(box, printed, expected or ZERO)
            yield self._row(box, printed, expected, pattern)
        printed_code, expected_code = self.codes
        yield self._row("7", printed_code, expected_code, self._code_pattern())
        yield from self._words()

    def _row(
        self,
        box: str,
        printed: Money | str | None,
        expected: Money | str | None,
        why: Pattern | None,
    ) -> TieOut:
        return TieOut(
            form=F1099R,
            payer=self.payer,
            box=box,
            printed=printed,
            expected=expected,
            pattern=why.code if why else "",
            says=why.says if why else "",
            remedy=why.remedy if why else "",
            entries=self.where,
            where=self.first.where,
        )

    def _words(self) -> Iterator[TieOut]:
        """Compare what holds no amount, where the paper was read so far."""
        ira = "yes" if self.found.expected[0].ira else "no"
        texts = [(IRA_MARK, ira), *((box, self.found.expected[0].boxes.get(box)) for box in _TEXTS)]
        for box, expected in texts:
            printed = self.first.boxes.get(box)
            if printed is None or isinstance(expected, Money):
                continue
            why = None if printed == expected else _other(box, printed, expected)
            yield self._row(box, printed, expected, why)

    def _amount_pattern(self, box: str, printed: Money | None, expected: Money) -> Pattern | None:
        if box == "1" and self.is_split_wrongly:
            return self._combined()
        if is_equal(printed, expected):
            return None
        return self._difference(box, printed, expected)

    def _difference(self, box: str, printed: Money | None, expected: Money) -> Pattern:
        if box == "1":
            return _gross(printed or ZERO, expected, self._alone(printed or ZERO, expected))
        if box == "2a":
            return self._taxable(printed, expected)
        if box == "5" and not printed:
            return _basis_left_out(expected)
        if printed is None:
            return blank(self.first, box, expected)
        return _other(box, printed, expected)

    def _alone(self, printed: Money, expected: Money) -> Event | None:
        """Return the one payment that makes the difference: left out, or booked a year later."""
        year, size = self.asked.record.tax_year, abs((printed - expected).cents)
        # less printed: a payment of the year is left out; more: ours may be booked a year later
        when = year if printed < expected else year + 1
        found = [
            event
            for event in self.asked.events
            if event.account == self.payer
            and event.kind.spec.is_reported
            and event.day.year == when
            and _paid_by(event).cents == size
        ]
        # of two that fit neither is named: it would be a guess
        return found[0] if len(found) == 1 else None

    def _combined(self) -> Pattern:
        to = ", ".join(f"{e.to} {gross(e)}" for e in self.found.expected)
        return Pattern(
            "one_form_for_several",
            f"one form stands for {len(self.found.expected)} that are due, one for each "
            f"destination and code: {to}",
            "enter the lines given for it in its place; together they are the printed form",
        )

    def _taxable(self, printed: Money | None, expected: Money) -> Pattern:
        gross_amount = self.printed("1")
        if self.found.expected[0].ira:
            return _of_ira(printed, gross_amount, expected, self.asked.record)
        # first of all: such a payer says nothing about basis, so nothing is missing from box 5
        if self.not_determined and (printed is None or printed == gross_amount):
            return _not_determined(printed, expected)
        if not printed and _DIRECT & set(self.codes[0]):
            return _earnings_left_out(expected)
        if printed is not None and printed == gross_amount and self.expected("5"):
            return _basis_left_out(self.expected("5") or ZERO)
        return Pattern(
            "taxable_amount_differs",
            f"the ledger comes to a taxable amount of {expected}",
            f"ask {self.payer} how it came to its figure and for a corrected form; a ledger that "
            "lacks gains or basis can be the reason too",
        )

    def _code_pattern(self) -> Pattern | None:
        printed, expected = self.codes
        if printed == expected:
            return None
        if not printed:
            return Pattern(
                "box_blank",
                f"box 7 (distribution code) is blank, the ledger has {expected}",
                "look at the paper: record the code that stands there, else ask the payer for a "
                "corrected form",
            )
        kinds = [set(printed.replace(" and ", "")), set(expected.replace(" and ", ""))]
        if any(k & _DIRECT for k in kinds) and any(k & _PAID for k in kinds):
            return self._mixed(printed, expected)
        paid_out = all(form.to == CASH for form in self.found.expected)
        if kinds[0] ^ kinds[1] == _CHARITY and (paid_out or kinds[1] >= _CHARITY):
            marked = kinds[0] >= _CHARITY
            return (_marked if marked else _not_marked)(self.payer, printed, expected)
        if kinds[0] <= _PAID and kinds[1] <= _PAID:
            return _age(printed, expected)
        return _other("7", printed, expected)

    def _mixed(self, printed: str, expected: str) -> Pattern:
        if self.found.expected[0].ira:
            says = (
                f"code {printed} is printed, {expected} is right: a traditional IRA converted to a "
                "Roth IRA has code 2 or 7; code G is for rollovers into and out of plans"
            )
        else:
            says = (
                f"code {printed} is printed, {expected} is right: a direct rollover and an in-plan "
                "Roth rollover have code G, money paid out has 1, 2 or 7, and each its own form"
            )
        return Pattern(
            "codes_g_and_2_mixed",
            says,
            f"ask {self.payer} for corrected forms; until then enter the lines given in its place, "
            "or a tax program taxes a rollover or leaves a payment out",
        )

    def instead(self) -> Iterator[EnterInstead]:
        rows = [r for r in self.rows() if r.pattern and r.pattern != NOT_MARKED]
        wrong = {r.box for r in rows} & {"2a", "5", "7"}
        right_sum = self.printed("1") == self.expected("1")
        # only where the lines add up to the paper, so that box 1 stays what the payer reported
        if not right_sum or not (wrong or self.is_split_wrongly):
            return
        for form in self.found.expected:
            yield self._line(form, len(self.found.expected))

    def _line(self, form: Form1099R, lines: int) -> EnterInstead:
        adds = f"one of {lines} lines whose box 1 adds up to " if lines > 1 else "in place of "
        return EnterInstead(
            form=F1099R,
            payer=self.payer,
            to=form.to,
            boxes=form.boxes,
            where=self.first.where,
            says=f"{adds}the printed {self.printed('1')}",
        )


def _paid_by(event: Event) -> Money:
    """Return what a payment comes to: its amount, or the sum of its parts."""
    if event.amount is not None:
        return event.amount
    return Money.total(part.amount for part in event.parts)


def _gross(printed: Money, expected: Money, alone: Event | None) -> Pattern:
    more = "more" if printed > expected else "less"
    size = printed - expected if printed > expected else expected - printed
    says = f"the payer reports {size} {more} than the ledger"
    if alone is not None:
        says += f"; the {alone.kind.words} of {alone.day} ({alone.where}) is of that amount"
    return Pattern(
        "gross_differs",
        says,
        "look for a payment that the ledger lacks, has twice or has in another year; else ask "
        "the payer for a corrected form",
    )


def _earnings_left_out(expected: Money) -> Pattern:
    return Pattern(
        "earnings_left_out",
        f"code G with a taxable amount of nothing, although {expected} of earnings went along",
        f"ask for a corrected form with {expected} in box 2a; if none comes, enter {expected} as "
        "taxable all the same: earnings are taxed when they go to a Roth account",
    )


def _basis_left_out(basis: Money) -> Pattern:
    return Pattern(
        "basis_left_out",
        f"{basis} of after-tax money is not in box 5, so it looks as if it had never been taxed",
        f"ask for a corrected form with {basis} in box 5; if none comes, enter the line given for "
        "it and keep the plan's statement of after-tax money",
    )


def _not_determined(printed: Money | None, expected: Money) -> Pattern:
    stands = "is blank" if printed is None else f"repeats the gross of {printed}"
    return Pattern(
        "taxable_amount_not_determined",
        f"the payer did not determine the taxable amount: box 2a {stands}",
        f"enter {expected} as taxable: what the ledger makes of it is the filer's to determine",
    )


def _of_ira(
    printed: Money | None, gross_amount: Money | None, expected: Money, record: YearEnd
) -> Pattern:
    """Return the pattern of an IRA, whose payer does not know the basis: Form 8606 has it."""
    lines = [f"line {n} {record.f8606.amount(n)}" for n in _TAXABLE_8606 if record.f8606.amount(n)]
    enter = "enter none of box 2a as taxable: Form 8606 works it out for all IRAs together"
    enter += f" ({', '.join(lines)})" if lines else ""
    if printed is None or printed == gross_amount:
        stands = "is blank" if printed is None else f"repeats the gross of {printed}"
        return Pattern(
            "taxable_amount_not_determined",
            f"the payer did not determine the taxable amount: box 2a {stands}",
            enter,
        )
    return Pattern(
        "taxable_amount_differs",
        f"box 2a of an IRA repeats box 1, here {expected}, and box 2b is checked: its payer does "
        "not know the basis",
        f"ask for a corrected form; {enter}",
    )


def _not_marked(payer: str, printed: str, expected: str) -> Pattern:
    return Pattern(
        NOT_MARKED,
        f"code {printed} is printed, {expected} is how {payer} marks a payment to charity",
        "no figure hangs on it: what stays out of income is for the return to say (Form 1040, "
        "line 4b); keep what the charity wrote",
    )


def _marked(payer: str, printed: str, expected: str) -> Pattern:
    return Pattern(
        "charity_not_in_ledger",
        f"code {printed} is printed, {expected} expected: {payer} sent the money to a charity, "
        "and the ledger has a distribution",
        "if it went from the IRA straight to the charity, reverse the entry and book it as qcd; "
        "else ask the payer for a corrected form",
    )


def _age(printed: str, expected: str) -> Pattern:
    return Pattern(
        "code_of_age_or_exception",
        f"code {printed} is printed, {expected} fits the birth date and the exceptions recorded",
        "the 10 percent additional tax hangs on it: with code 1 in error, claim the exception on "
        "Form 5329, line 2; else correct the birth date or the exception in the ledger",
    )


def _other(box: str, printed: Money | str, expected: Money | str | None) -> Pattern:
    return Pattern(
        "box_differs",
        f"box {box} shows {printed}, the ledger has {'nothing' if expected is None else expected}",
        "read the paper again; if it says so, ask the payer which is right",
    )
