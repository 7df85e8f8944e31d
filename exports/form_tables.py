"""Forms line by line, and the Forms 1099-R to expect, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from exports.table import (
    Column,
    FormCell,
    Kind,
    LineLink,
    Medium,
    Row,
    Section,
    Table,
    Value,
    places,
)
from exports.words import (
    CHECKBOXES,
    FORM_SHEETS,
    FORM_TITLES,
    box_words,
    ira_box_words,
    joined,
    paid_out,
    paid_to_words,
    part_heading,
    payer_words,
)
from ledger.forms.form import Form, FormLine, LineRef
from ledger.year_end import YearEnd, place_on_return

LINE_COLUMNS = (
    Column("heading", "Part", group=True, medium=Medium.PAPER, optional=True),
    Column("part", "Part", medium=Medium.SHEET, optional=True),
    Column("line", "Line", weight=0.35),
    Column("label", "What the line asks", weight=2.0),
    Column("amount", "Amount", Kind.AMOUNT),
    Column("how", "How it came about", weight=2.0),
    Column("evidence", "Evidence", Kind.PLACE, weight=1.5, medium=Medium.PAPER),
    Column("all_evidence", "Evidence", Kind.PLACE, weight=1.5, medium=Medium.SHEET),
)
ENTRY_COLUMNS = (
    Column("form", "Form", group=True),
    Column("line", "Line", weight=0.3),
    Column("label", "What the line asks", weight=3.0),
    Column("amount", "Amount", Kind.AMOUNT),
    Column("beside", "Beside the line", weight=1.3, optional=True),
)
BOX_COLUMNS = (
    Column("form", "Form 1099-R", group=True, medium=Medium.PAPER),
    Column("number", "Form", Kind.COUNT, medium=Medium.SHEET),
    Column("payer", "Payer", medium=Medium.SHEET),
    Column("to", "Paid to", medium=Medium.SHEET),
    Column("box", "Box", weight=0.3),
    Column("meaning", "What it means", weight=3.0),
    Column("amount", "Expected", Kind.AMOUNT),
    Column("evidence", "Evidence", Kind.PLACE, weight=2.0),
)
# the two ways to work out the taxable part, and its lines that say by how much they differ
METHODS, DIFFERENCES = "ira_methods", ("3", "6")
_BLANK = "leave blank"
_TAXABLE = ", taxable amount"  # how the label of a taxable line ends
# What a preparer types from Form 8606; the other lines follow from these.
ENTRY_LINES_8606 = ("1", "2", "4", "6", "7", "8", "14", "15c", "18", "19", "20", "22", "24", "25c")
# Where lines 6 to 12 stay blank (a worksheet, or everything converted), these do not follow.
_WITHOUT_LINE_8 = ("13", "16", "17")
_PLACES_PAPER, _PLACES_SHEET = 6, 40


def form_title(form: Form) -> str:
    """Return the full title of a form or worksheet."""
    return form.title or FORM_TITLES.get(form.name) or form.name.replace("_", " ")


def form_short(name: str) -> str:
    """Return the short name of a form or worksheet, as the name of its sheet.

    >>> form_short("8606 from Ann Green"), form_short("simplified_method mill")
    ('Form 8606 from Ann Green', 'Simplified Method mill')
    """
    kind, blank, of = name.partition(" ")
    short = FORM_SHEETS.get(kind) or (f"Form {kind}" if kind[:1].isdigit() else kind)
    return f"{short}{blank}{of}".replace("_", " ")


def form_section(form: Form, *notes: str) -> Section:
    """Set a form out line by line, in the order of the paper."""
    rows = tuple(
        (
            *_part_and_number(line),
            line.label,
            FormCell(line),
            _sentence(line.words),
            read_from(line, _PLACES_PAPER),
            read_from(line, _PLACES_SHEET),
        )
        for line in form
    )
    table = Table(LINE_COLUMNS, rows)
    return Section(form_title(form), form_short(form.name), (table,), notes, on_one_page=True)


def _part_and_number(line: FormLine) -> tuple[str, str, str]:
    """Return the heading over a line, its short name, and the number: "1h" of Form 1040."""
    form, number = place_on_return(line.number)
    if number:
        return form, form, number
    heading = part_heading(line.form, line.number)
    return heading, heading.partition(":")[0], line.number


def read_from(line: FormLine, most: int) -> str:
    """Say where a line was read from: lines of forms, or else rows of statements."""
    if line.entered:
        return places(line.evidence, most=most)
    here = [ref.number for ref in line.reads if ref.form == line.form]
    words = [f"line{'s' if len(here) > 1 else ''} {', '.join(here)}"] if here else []
    return "; ".join([*words, *(_elsewhere(ref) for ref in line.reads if ref.form != line.form)])


def _elsewhere(ref: LineRef) -> str:
    return f"{form_short(ref.form)} line {ref.number}"


def _sentence(words: str) -> str:
    for name, short in FORM_SHEETS.items():
        words = words.replace(f"Form {name} line", f"{short} line")
    return words[:1].upper() + words[1:]


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
        title="Figures to enter",
        empty="No line of Form 1040, 8606 or 5329 is filled in for this year.",
    )


def _entry(line: FormLine, form: str, beside: Mapping[str, str] = MappingProxyType({})) -> Row:
    return (form, line.number, line.label, LineLink(line), beside.get(line.number, ""))


def _entry_elsewhere(line: FormLine) -> Row:
    return (*place_on_return(line.number), line.label, LineLink(line), "")


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
            found[gross] = (form, gross, what, _BLANK, f"all of it is on line {line.number}")
    # a note beside no line is a box to check
    for number in notes.keys() - found.keys():
        found[number] = (form, number, "Box to check", joined(notes[number]), "")
    yield from found.values()


def in_paper_order(number: str) -> tuple[int, str]:
    """Return what sorts the lines of a form: 1h, 4a, 4b, 25b."""
    digits = "".join(filter(str.isdigit, number))
    return int(digits or 0), number.removeprefix(digits)


def _line_before(number: str) -> str:
    return f"{number[:-1]}{chr(ord(number[-1]) - 1)}"


def forms_1099r_section(year: YearEnd) -> Section:
    """Set out each Form 1099-R that a payer should send, box by box."""
    table = Table(
        BOX_COLUMNS,
        tuple(_boxes(year)),
        note="Compare with the forms received; ask the payer about a box that differs before the "
        "return is filed.",
        empty="No Form 1099-R was worked out; see the findings for what left the accounts."
        if paid_out(year)
        else "No payer should send a Form 1099-R for this year.",
    )
    return Section("Forms 1099-R to expect", "1099-R", (table,))


def _boxes(year: YearEnd) -> Iterator[Row]:
    for position, form in enumerate(year.forms_1099r, start=1):
        payer, to = payer_words(form, year), paid_to_words(form, year)
        name = f"{position}. {payer} → {to} ({ira_box_words(form)})"
        seen = places(form.where or form.events, most=_PLACES_PAPER)
        for number, value in form.boxes.items():
            meaning = box_words(number, value)
            shown: Value = "checked" if number in CHECKBOXES else value
            evidence = seen if number == "1" else ""
            yield (name, position, payer, to, number, meaning, shown, evidence)
