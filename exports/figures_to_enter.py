"""The lines to enter and to check against: Form 1040 and its schedules, Forms 8606 and 5329."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from exports.form_tables import form_short, in_paper_order
from exports.table import Column, Kind, LineLink, Medium, Row, Table, accounting
from exports.words import joined
from ledger.forms.form import FormLine
from ledger.money import Money
from ledger.year_end import YearEnd, place_on_return

ENTRY_COLUMNS = (
    Column("form", "Form", group=True),
    Column("line", "Line", weight=0.3),
    Column("label", "What the line asks", weight=3.0),
    Column("do", "Do", weight=0.4),
    Column("amount", "Amount", Kind.AMOUNT),
    Column("dollars", "Whole dollars", Kind.AMOUNT, medium=Medium.PAPER, optional=True),
    Column("beside", "Beside the line", weight=1.3, optional=True),
)
_BLANK = "leave blank"
_TAXABLE = ", taxable amount"  # how the label of a taxable line ends
_TYPE, _CHECK = "type", "check"
# of Form 8606 on page B; the other lines follow from the first seven, which a program asks for
_TYPED_8606 = ("1", "2", "4", "6", "20", "22", "24")
ENTRY_LINES_8606 = ("1", "2", "4", "6", "7", "8", "14", "15c", "18", "19", "20", "22", "24", "25c")
# Where lines 6 to 12 stay blank (a worksheet, or everything converted), these do not follow.
_WITHOUT_LINE_8 = ("13", "16", "17")


def entry_table(year: YearEnd) -> Table:
    """List the figures to enter: every 1040 line, the input and result lines of the others."""
    elsewhere = [_entry_elsewhere(line) for line in year.other_lines]
    name = form_short(year.f1040.name)
    on_1040 = [*_entries_1040(year), *(row for row in elsewhere if row[0] == name)]
    rows: list[Row] = sorted(on_1040, key=lambda row: in_paper_order(str(row[1])))
    rows += [row for row in elsewhere if row[0] != name]
    for one in year.forms_8606:
        typed = {*ENTRY_LINES_8606, *(() if "8" in one.form else _WITHOUT_LINE_8)}
        title = f"{one.said}, {'must' if one.required else 'need not'} be filed"
        rows += [_entry(line, title) for line in one.form if line.number in typed]
    filing = "" if year.f5329_required else ", need not be filed"
    carried = {
        ref.number: f"in {line.number}, above"
        for line in year.other_lines
        for ref in line.reads
        if ref.form == year.f5329.name
    }
    rows += [_entry(line, form_short(line.form) + filing, carried) for line in year.f5329]
    return Table(
        ENTRY_COLUMNS,
        tuple(rows),
        empty="No line of Form 1040, 8606 or 5329 is filled in for this year.",
    )


def _entry(line: FormLine, form: str, beside: Mapping[str, str] = MappingProxyType({})) -> Row:
    typed = line.form.startswith("8606") and line.number in _TYPED_8606
    amount = (_TYPE if typed else _CHECK, LineLink(line), _dollars(line))
    return (form, line.number, line.label, *amount, beside.get(line.number, ""))


def _entry_elsewhere(line: FormLine) -> Row:
    return (*place_on_return(line.number), line.label, _CHECK, LineLink(line), _dollars(line), "")


def _dollars(line: FormLine) -> str:
    """Write the line in whole dollars, as most programs want it; "" where it is in them already.

    A line is rounded by itself: sums of rounded lines may be a dollar off (Form 1040, rounding).
    """
    if not isinstance(line.value, Money) or line.whole_dollars:
        return ""
    return accounting(line.value.to_whole_dollars(), whole_dollars=True)


def _entries_1040(year: YearEnd) -> Iterator[Row]:
    """List the lines in paper order: filled in, left blank, and boxes to check."""
    form = form_short(year.f1040.name)
    notes: dict[str, list[str]] = {}
    for number, words in year.f1040_marks:
        notes.setdefault(number, []).append(words)
    beside = {number: f"write {joined(words)}" for number, words in notes.items()}
    found = {line.number: _entry(line, form, beside) for line in year.f1040}
    for line in year.f1040:
        # the gross line is the one before it: 4a before 4b
        gross = _line_before(line.number)
        if line.label.endswith(_TAXABLE) and gross not in found:
            what = line.label.removesuffix(_TAXABLE)
            all_there = f"all of it is on line {line.number}"
            found[gross] = (form, gross, what, _CHECK, _BLANK, "", all_there)
    # a note beside no line is a box to check
    for number in notes.keys() - found.keys():
        found[number] = (form, number, "Box to check", _TYPE, joined(notes[number]), "", "")
    yield from found.values()


def _line_before(number: str) -> str:
    return f"{number[:-1]}{chr(ord(number[-1]) - 1)}"
