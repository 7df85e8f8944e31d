"""A filed Form 8606 beside the form that the ledger comes to for the same year."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.documents import F8606, TaxDocument
from ledger.money import Money, Ratio
from ledger.tie_out.compared import Compared, Pattern, row
from ledger.year_end import TieOut

_DOLLAR = Money.dollars(1)


def tie_out_8606(asked: Compared) -> Iterator[TieOut]:
    """Go through the lines of a filed form that were recorded.

    A year whose form is blank in the ledger lies before the books: nothing is compared.
    """
    if not len(asked.record.f8606):
        return
    for document in asked.printed(F8606):
        for line, printed in document.boxes.items():
            if isinstance(printed, Money):
                yield _line(asked, document, line, printed)


def _line(asked: Compared, document: TaxDocument, number: str, printed: Money) -> TieOut:
    form = asked.record.f8606
    found = form.line(number) if number in form else None
    expected = None if found is None or isinstance(found.value, Ratio) else found.value
    where = found.evidence if found is not None else ()
    difference = printed - (expected or Money(0))
    # a form in whole dollars shows the same figure, less than a dollar away
    whole = printed.cents % 100 == 0
    rounded = whole and -_DOLLAR < difference < _DOLLAR
    agrees = not difference or rounded
    return row(document, number, expected, None if agrees else _differs(asked, difference), where)


def _differs(asked: Compared, difference: Money) -> Pattern:
    year = asked.record.tax_year
    more = "more" if difference.cents > 0 else "less"
    size = difference if difference.cents > 0 else -difference
    return Pattern(
        "filed_form_differs",
        f"the filed form has {size} {more} than the ledger comes to",
        f"if the filed form is wrong, amend {year}: Form 1040-X with a corrected Form 8606; if "
        "the ledger is, add or correct what it lacks",
    )
