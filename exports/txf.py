"""TXF version 042: what tax programs import of Forms 1099-R and 8606, and what they cannot.

Reference numbers are those of the specification that Intuit publishes (version 042, section X);
docs/exports.md lists them. The format is from the time of floppy disks: ASCII, one item a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from exports.atomic import write_whole
from exports.words import joined
from ledger.chart import Account, AccountKind
from ledger.money import Money
from ledger.text import safe
from ledger.year_end import Form1099R, YearEnd

VERSION = "V042"
_PRODUCT = "ABasisbook"
_END = "\r\n"
_DETAIL_MOST = 200  # characters of a remark
# Box of Form 1099-R -> reference number; money that was withheld is negative.
_PENSION = {"1": 475, "2a": 476, "4": 529, "14": 530, "7": 667, "7 second": 668, "payer": 603}
_IRA = {"1": 477, "2a": 478, "4": 532, "14": 533, "7": 655, "7 second": 656, "payer": 604}
_SIMPLE = {"1": 623, "2a": 624, "4": 625, "14": 626, "payer": 628}
_WITHHELD = ("4", "14")
# Line of Form 8606 -> reference number; the specification gives all three a negative sign.
_LINES_8606 = {"1": 439, "2": 440, "6": 438}
_ENTERED_8606 = ("4", "7", "8", "19", "20", "22", "24")  # what a person types besides


@dataclass(frozen=True)
class _Item:
    """One record: reference number, copy of the form, amount or text, and a remark."""

    number: int
    copy: int
    amount: Money | None = None
    text: str = ""
    remark: str = ""

    def lines(self) -> Iterator[str]:
        """Go through the lines of the record in the order of the specification."""
        yield from ("TS", f"N{self.number}", f"C{self.copy}", "L1")
        if self.amount is not None:
            yield f"${self.amount.plain}"
        if self.text:
            yield f"P{_ascii(self.text)}"
        if self.remark:
            yield f"X {_ascii(self.remark)[:_DETAIL_MOST]}"
        yield "^"


@dataclass
class _Written:
    """Records so far, and in words what the format has no number for."""

    items: list[_Item] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def write_txf(path: Path, year: YearEnd) -> tuple[str, ...]:
    """Write a taxpayer's year as TXF, whole or not at all; return what could not be carried.

    The export date is the last day of the tax year: the same bytes on every run.
    """
    written = _year(year)
    lines = [VERSION, _PRODUCT, f"D 12/31/{year.tax_year}", "^"]
    lines += [line for item in written.items for line in item.lines()]
    write_whole(path, (_END.join(lines) + _END).encode("ascii"))
    return tuple(written.lacking)


def _year(year: YearEnd) -> _Written:
    written = _Written()
    for copy, form in enumerate(year.forms_1099r, start=1):
        _form_1099r(written, form, copy, year.accounts.get(form.payer))
    _form_8606(written, year)
    others = [name for name in ("5329", "1040") if name in year.forms]
    if others:
        written.lacking.append(f"Form {joined(others)}: no line of it")
    written.lacking += [f"{line.number}: {line.label}" for line in year.other_lines]
    written.lacking.append("which spouse it is: say so in the tax program after the import")
    return written


def _form_1099r(written: _Written, form: Form1099R, copy: int, payer: Account | None) -> None:
    numbers = _numbers(payer)
    name = (payer.institution or payer.employer if payer else "") or form.payer
    without = [
        f"box {box} {_box(value)}" for box, value in form.boxes.items() if box not in numbers
    ]
    remark = f"not in TXF: {', '.join(without)}" if without else ""
    if without:
        written.lacking.append(f"Form 1099-R of {name}: {joined(without)}")
    written.items.append(_Item(numbers["payer"], copy, text=name))
    for box, value in form.boxes.items():
        if box not in numbers:
            continue
        if isinstance(value, Money):
            amount = -value if box in _WITHHELD else value
            if amount or box in {"1", "2a"}:
                note = remark if box == "1" else ""
                written.items.append(_Item(numbers[box], copy, amount, remark=note))
        else:
            pair = zip(("7", "7 second"), value, strict=False)
            written.items += [_Item(numbers[key], copy, text=code) for key, code in pair]


def _numbers(payer: Account | None) -> dict[str, int]:
    if payer is None or payer.kind.is_plan:
        return _PENSION
    return _SIMPLE if payer.kind is AccountKind.SIMPLE_IRA else _IRA


def _box(value: Money | str) -> str:
    return value.plain if isinstance(value, Money) else value


def _form_8606(written: _Written, year: YearEnd) -> None:
    written.lacking += [f"{one.said}: no line of it" for one in year.forms_8606 if one.decedent]
    lines = [line for line in year.f8606 if line.number in _LINES_8606]
    without = [n for n in _ENTERED_8606 if n in year.f8606 and year.f8606.amount(n)]
    told = f"Form 8606: line{'s' if len(without) > 1 else ''} {joined(without)}"
    if without:
        written.lacking.append(told)
    for line in lines:
        if isinstance(line.value, Money):
            remark = f"not in TXF: {told}" if without and line is lines[0] else ""
            number = _LINES_8606[line.number]
            written.items.append(_Item(number, 1, -line.value, remark=remark))


def _ascii(text: str) -> str:
    """Return text in ASCII: accents are dropped, what is left over becomes a question mark.

    >>> _ascii("Société Générale ½")
    'Societe Generale 1?2'
    """
    plain = unicodedata.normalize("NFKD", safe(text))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return kept.encode("ascii", "replace").decode("ascii")
