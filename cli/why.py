"""Why a form line has its amount: from the line down to the rows of downloaded files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.tree import Tree

from cli import show
from cli.options import TAX_YEAR, json_option, taxpayer_option
from cli.record_view import form_title
from cli.worked import one, read_books
from ledger.errors import LedgerError
from ledger.forms.form import FormLine, LineRef, in_order
from ledger.views.provenance import Provenance, entry_words, provenance
from ledger.year_end import YearEnd, place_on_return

ROWS_SHOWN = 12


@click.command()
@click.argument("year", type=TAX_YEAR)
@click.argument("line", metavar="FORM:LINE")
@taxpayer_option
@json_option
def why(year: int, line: str, taxpayer: str | None, *, as_json: bool) -> None:
    """Walk from a form line to its formula, the lines it reads, entries, files and rows.

    \b
    Example:
      basis why 2025 8606:18
      basis why 2025 1040:4b --taxpayer rose --json
    """
    everybody = read_books()
    record = one(everybody, year, taxpayer)
    books = everybody.household_of(record.taxpayer.id)
    found = _find(record, line)
    sources = provenance(record, books)
    if as_json:
        head = {"taxpayer": record.taxpayer.id, "tax_year": year}
        show.as_json({**head, **_json(found, sources, set())})
        return
    title = f"{record.taxpayer.name} · tax year {year} · {form_title(found.form)}"
    tree = Tree(show.text(title, "bold"))
    _grow(tree, found, sources, {})
    show.console().print(tree)


def _find(record: YearEnd, wanted: str) -> FormLine:
    name, _, number = wanted.rpartition(":")
    kind = f"Form {name}" if name.isdigit() else name.replace("_", " ").capitalize()
    for line in record.other_lines:  # "1040:1h", "schedule_1:20"
        if place_on_return(line.number) == (kind, number):
            return line
    form = record.forms.get(name)
    if not name:
        raise _no_form_named(record, wanted)
    if form is None:
        raise _not_there(wanted, f"no form '{name}'", "forms of the year", record.forms)
    if number not in form:
        lines = [line.number for line in form]
        raise _not_there(wanted, f"line {number} is blank", f"lines of {name}", lines)
    return form.line(number)


def _no_form_named(record: YearEnd, number: str) -> LedgerError:
    """Return the fault of a line without its form: it names the forms which have such a line."""
    there = [f"{name}:{number}" for name, form in record.forms.items() if number in form]
    if there:
        return LedgerError(
            where=number,
            code="no_such_line",
            problem="the form is missing",
            remedy=f"write FORM:LINE; a line {number} is in: {', '.join(there)}",
        )
    return _not_there(
        number,
        f"the form is missing, and no form of the year fills a line {number}",
        "forms of the year",
        record.forms,
    )


def _not_there(
    wanted: str, problem: str, what: str, known: Mapping[str, Any] | list[str]
) -> LedgerError:
    return LedgerError(
        where=wanted,
        code="no_such_line",
        problem=problem,
        remedy=f"write FORM:LINE, e.g. 8606:14; {what}: {', '.join(known) or 'none'}",
    )


def _grow(branch: Tree, line: FormLine, sources: Provenance, seen: dict[LineRef, None]) -> None:
    ref = LineRef(line.form, line.number)
    here = next(iter(seen), ref).form == line.form
    name = f"line {line.number}" if here else f"{form_title(line.form)} line {line.number}"
    label = f"{name}: {line.value}"
    if ref in seen:
        branch.add(show.text(f"{label} (shown above)", "dim"))
        return
    seen[ref] = None
    node = branch.add(show.text(label, "bold"))
    if line.label:
        node.add(show.text(line.label, "italic"))
    node.add(show.text(f"= {line.words}"))
    for read in line.reads:
        above = sources.line(read)
        if above is None:
            node.add(show.text(f"{read}: blank, counts as zero", "dim"))
        else:
            _grow(node, above, sources, seen)
    if not line.reads:
        _grow_rows(node, line.evidence, sources)
        return
    for entered in line.inputs:
        leaf = node.add(show.text(f"entered: {entered.value}, {entered.what}"))
        _grow_rows(leaf, in_order(entered.value.evidence), sources)


def _grow_rows(node: Tree, evidence: Sequence[str], sources: Provenance) -> None:
    for place in evidence[:ROWS_SHOWN]:
        leaf = node.add(show.text(place, "cyan"))
        for entry in sources.entries_at(place):
            leaf.add(show.text(entry_words(entry)))
        if place in sources.raw_rows:
            leaf.add(show.text(f"row: {sources.raw_rows[place]}", "dim"))
    left = len(evidence) - ROWS_SHOWN
    if left > 0:
        node.add(show.text(f"and {left} more rows (all of them with --json)", "dim"))


def _json(line: FormLine, sources: Provenance, seen: set[LineRef]) -> dict[str, object]:
    ref = LineRef(line.form, line.number)
    out: dict[str, object] = {"form": line.form, "line": line.number, "amount": line.plain}
    if ref in seen:
        return {**out, "shown_above": True}
    seen.add(ref)
    above = [(read, sources.line(read)) for read in line.reads]
    return {
        **out,
        "label": line.label,
        "formula": line.words,
        "reads": [_json(found, sources, seen) for _, found in above if found is not None],
        "blank": [str(read) for read, found in above if found is None],
        "rows": [] if line.reads else [_row_json(place, sources) for place in line.evidence],
        "entered": [
            {
                "amount": one.value.plain,
                "what": one.what,
                "rows": [_row_json(place, sources) for place in in_order(one.value.evidence)],
            }
            for one in (line.inputs if line.reads else ())
        ],
    }


def _row_json(place: str, sources: Provenance) -> dict[str, object]:
    return {
        "where": place,
        "entries": [entry.event.as_fields() for entry in sources.entries_at(place)],
        "row": sources.raw_rows.get(place),
    }
