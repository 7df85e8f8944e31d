"""One packet for two spouses: the joint return first, then each spouse's own part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from exports.decision import open_lists
from exports.document import document
from exports.form_tables import form_short, in_paper_order
from exports.table import FIRST_SHEET, Column, Document, Kind, Row, Section, Table
from exports.words import joined
from ledger.books import Household
from ledger.money import Money
from ledger.views.joint_return import JointLine, joint_lines
from ledger.year_end import YearEnd, place_on_return

_BLANK = "leave blank"
_FORM_1040 = form_short("1040")


def household_document(
    spouses: Sequence[YearEnd], books: Household, earlier: Mapping[str, Sequence[YearEnd]]
) -> Document:
    """Lay out spouses' records as one document; ``earlier`` are their years before, by id."""
    parts = [document(one, books, earlier.get(one.taxpayer.id, ())) for one in spouses]
    sections = [_joint_section(spouses)]
    for part in parts:
        sections += [_of(section, part) for section in part.sections]
    first = parts[0]
    marks = replace(first.marks, ssn_last4="")  # of one spouse: it stands on that one's pages
    provisional = next((part.provisional for part in parts if part.provisional), "")
    return replace(
        first,
        name=couple(spouses),
        provisional=provisional,
        sections=tuple(sections),
        marks=marks,
        status=joined(list(dict.fromkeys(part.status for part in parts))),
    )


def couple(spouses: Sequence[YearEnd]) -> str:
    """Name the spouses together.

    A shared last name is said once: "Dana and Ellis Marlow".
    """
    names = [spouse.taxpayer.name for spouse in spouses]
    lasts = {name.rpartition(" ")[2] for name in names}
    # a single name has no last name to share
    if len(lasts) == 1 and all(" " in name for name in names):
        names = [*(name.rpartition(" ")[0] for name in names[:-1]), names[-1]]
    return joined(names)


def _of(section: Section, part: Document) -> Section:
    starts = section.starts_page or section.sheet == FIRST_SHEET
    title = f"{part.name}: {section.title}"
    whose = " · ".join(text for text in (part.name, part.marks.of_person) if text)
    return replace(section, title=title, person=whose, starts_page=starts)


def _joint_section(spouses: Sequence[YearEnd]) -> Section:
    columns = (
        Column("line", "Line", weight=0.9),
        Column("label", "What the line asks", weight=2.2),
        *(Column(s.taxpayer.id, s.taxpayer.name, Kind.AMOUNT) for s in spouses),
        Column("joint", "Joint return", Kind.AMOUNT),
    )
    rows: tuple[Row, ...] = tuple(
        (_number(line), line.label, *line.parts, _BLANK if line.joint is None else line.joint)
        for line in sorted(joint_lines(spouses), key=_on_paper)
    )
    notes = [f"{one.taxpayer.name}: {told}" for one in spouses for told in one.f1040_beside]
    table = Table(
        columns,
        rows,
        title="Form 1040, joint return",
        note="For a joint return. Forms 8606 and 5329 are filed by each spouse apart; they follow.",
        empty="Neither spouse has an amount on the IRA and pension lines of Form 1040.",
    )
    asked = (
        replace(one, title=f"{one.title}: {spouse.taxpayer.name}")
        for spouse in spouses
        for one in open_lists(spouse)
    )
    tables = (table, _apart(spouses), *asked)
    return Section("Joint return", "Joint return", tables, tuple(notes), letter="A")


def _number(line: JointLine) -> str:
    """Return the number of a line of Form 1040; one of a schedule is named with it."""
    form, number = place_on_return(line.number)
    return number if form == _FORM_1040 else line.number


def _on_paper(line: JointLine) -> tuple[bool, str, tuple[int, str]]:
    form, number = place_on_return(line.number)
    here = form if number and form != _FORM_1040 else ""
    return bool(here), here, in_paper_order(number or line.number)


def _apart(spouses: Sequence[YearEnd]) -> Table:
    """Say what each spouse files on paper of their own, and what is open."""
    rows = tuple(
        (
            one.taxpayer.name,
            _filed_8606(one),
            one.basis_carried_forward,
            _additional_tax(one),
            sum(finding.severity != "info" for finding in one.findings),
        )
        for one in spouses
    )
    columns = (
        Column("name", "Spouse", weight=1.5),
        Column("f8606", "Form 8606", weight=1.2),
        Column("basis", "Basis carried forward (line 14)", Kind.AMOUNT),
        Column("f5329", "Form 5329, line 4", Kind.AMOUNT),
        Column("open", "Open points", Kind.COUNT),
    )
    return Table(columns, rows, title="Forms of each spouse")


def _filed_8606(one: YearEnd) -> str:
    due = [form.decedent for form in one.forms_8606 if form.required]
    if not due:
        return "need not be filed"
    own = ["own IRAs"] if "" in due else []
    inherited = [f"IRAs inherited from {name}" for name in due if name]
    return f"must be filed: {joined(own + inherited)}" if inherited else "must be filed"


def _additional_tax(one: YearEnd) -> Money | None:
    return one.f5329.amount("4") if "4" in one.f5329 else None
