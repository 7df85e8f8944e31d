"""Printed tax forms: record them by flags, at a prompt or from a file; list, correct, withdraw."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli import show
from cli.context import open_ledger
from cli.forms_typed import fill_form
from cli.lookup import known
from cli.options import (
    REASON,
    ROW_NUMBER,
    TAX_YEAR,
    TEXT,
    TextFile,
    json_option,
    taxpayer_option,
)
from ledger.closing import work_out
from ledger.documents import BOXES, F1099R, F5498, W2, TaxDocument, checked, read_box
from ledger.errors import Collector, LedgerError
from ledger.importers.printed_forms import Defaults, read_forms
from ledger.money import Money
from ledger.sanity_limits import today

if TYPE_CHECKING:
    from ledger.store import Ledger

F = TypeVar("F", bound=Callable[..., Any])


def evidence_options(command: F) -> F:
    """Add --evidence and --paper: where the printed form can be seen."""
    paper = click.option(
        "--paper", type=TextFile(), help="The form as a file: its name and SHA-256 are kept."
    )
    return paper(
        click.option("--evidence", type=TEXT, default="", help="Where it is kept.")(command)
    )


def evidence_of(text: str, paper: Path | None) -> str:
    """Return the evidence of a form: the user's words, and the name and SHA-256 of a file."""
    mark = f"{paper.name} sha256 {sha256(paper.read_bytes()).hexdigest()}" if paper else ""
    return "; ".join(part for part in (text, mark) if part)


def _form_options(payer: str) -> Callable[[F], F]:
    """Add the options of every printed form; ``payer`` is the option for who sent it."""

    def add(command: F) -> F:
        for option in reversed(
            (
                click.option(
                    "--taxpayer", help="Whose form it is; may be left out for one person."
                ),
                click.option("--year", type=TAX_YEAR, help="Tax year printed on the form."),
                click.option(payer, "payer", type=TEXT, help="Account id, or its printed name."),
                click.option("--box", "boxes", multiple=True, metavar="BOX=VALUE", help="Repeat."),
                click.option("--from", "file", type=TextFile(), help="CSV or JSON file of forms."),
                click.option("--corrects", type=ROW_NUMBER, help="Number of the form it replaces."),
                click.option("--another", is_flag=True, help="A second form of the same payer."),
            )
        ):
            command = option(command)
        return evidence_options(command)

    return add


@click.command("1099r")
@_form_options("--payer")
def form_1099r(**given: Any) -> None:
    """Record a printed Form 1099-R; without --box a terminal is asked box by box.

    \b
    Example:
      basis record 1099r --taxpayer rose --year 2025 --payer acme \\
          --box 1=10200 --box 2a=200 --box 5=10000 --box 7=G
      basis record 1099r --from forms.csv --taxpayer rose
    """
    _record(F1099R, given)


@click.command("5498")
@_form_options("--payer")
def form_5498(**given: Any) -> None:
    """Record a printed Form 5498; box 5 is the value of December 31 for Form 8606, line 6.

    \b
    Example:
      basis record 5498 --taxpayer rose --year 2025 --payer ira \\
          --box 1=7000 --box 5=7012.40
    """
    _record(F5498, given)


@click.command("w2")
@_form_options("--employer")
def form_w2(**given: Any) -> None:
    """Record a printed Form W-2: box 12 by its codes, box 13 for the retirement plan checkbox.

    \b
    Example:
      basis record w2 --taxpayer rose --year 2025 --employer Acme \\
          --box 12D=20000 --box 12AA=3500 --box 13=yes
    """
    _record(W2, given)


def _record(form: str, given: Mapping[str, Any]) -> None:
    with open_ledger() as ledger:
        if given["file"] is not None:
            _refuse_beside_file(given)
            people = ledger.taxpayers()
            named = one_taxpayer(ledger, given["taxpayer"]) if given["taxpayer"] else ""
            # of several people the file has to say whose each form is
            taxpayer = named or (next(iter(people)) if len(people) == 1 else "")
            listed = read_forms(given["file"], Defaults(form, taxpayer, given["year"]))
        elif given["boxes"] or not at_terminal():
            listed = [_typed(form, one_taxpayer(ledger, given["taxpayer"]), given)]
        else:
            listed = [_filled_in(ledger, form, given)]
        evidence = evidence_of(given["evidence"], given["paper"])
        listed = [replace(d, evidence=d.evidence or evidence) for d in listed]
        checked_forms, corrects = _checked(ledger, listed), given["corrects"]
        if corrects is not None:
            _refuse_other_form(ledger, corrects, checked_forms)
        # one form can be asked about; with several the question would not say which
        elif at_terminal() and len(checked_forms) == 1 and not given["another"]:
            checked_forms, corrects = _which(ledger, checked_forms)
        else:
            checked_forms = _new(ledger, checked_forms, another=given["another"])
        unchanged = corrects is None and _changes_nothing(ledger, checked_forms)
        numbers = ledger.add_documents(checked_forms, replaces=corrects, changes_nothing=unchanged)
        for number, one in zip(numbers, checked_forms, strict=True):
            show.line(f"recorded {one.title} as no. {number}: {boxes_words(one)}")
    for year in sorted({one.year for one in checked_forms}):
        show.note(f"basis tie-out {year} compares it with the ledger")


def _changes_nothing(ledger: Ledger, forms: Sequence[TaxDocument]) -> bool:
    """Tell whether forms leave every line of the closed years as it is.

    A Form 5498 comes in May, when the return is filed: it is compared with the year, and no reason
    to reopen it.
    """
    books, filed = ledger.books(), ledger.filed_years()
    closed = {(who, year) for (who, year), one in filed.items() if one.status == "closed"}
    mine = {one.taxpayer for one in forms}
    years = sorted({year for who, year in closed if who in mine})
    if not years:
        return False  # the ledger itself sees to it that none is
    after = replace(books, documents=(*books.documents, *forms))
    told, now = (
        {
            (record.taxpayer.id, record.tax_year): record.amended
            for record in work_out(one, years).records
        }
        for one in (books, after)
    )
    return told == now


def _refuse_beside_file(given: Mapping[str, Any]) -> None:
    """Refuse what a file of forms says itself: it would be passed over in silence."""
    beside = [name for name, said in (("--box", "boxes"), ("payer", "payer")) if given[said]]
    if beside:
        raise click.UsageError(f"{' and '.join(beside)} stand in the file of --from: leave it out")


def _which(ledger: Ledger, listed: list[TaxDocument]) -> tuple[list[TaxDocument], int | None]:
    """Ask whether a form that is there with other boxes is corrected, or this is another one.

    Returns what is to be kept, and the number of the form it supersedes.
    """
    try:
        return _new(ledger, listed, another=False), None
    except LedgerError as fault:
        old = next(d for d in reversed(ledger.documents()) if d.same_paper(listed[0]))
        show.prose(f"{fault.problem}", "yellow")
        show.line(f"  corrects  this one takes the place of no. {old.number} (marked CORRECTED)")
        show.line("  another   the payer sent a second form")
        show.line("  q         stop, nothing is kept")
        ways = click.Choice(["corrects", "another", "q"])
        way = click.prompt("which", type=ways, show_choices=False)
    if way == "q":
        raise click.Abort
    return listed, old.number if way == "corrects" else None


def _filled_in(ledger: Ledger, form: str, given: Mapping[str, Any]) -> TaxDocument:
    """Return the form that somebody fills in on the terminal, box by box."""
    people = ledger.taxpayers()
    named = given["taxpayer"]
    if named is not None or len(people) == 1:
        named = one_taxpayer(ledger, named)
    filled = fill_form(ledger, form, named, given["year"], given["payer"])
    return replace(filled, where=filled.title)


def one_taxpayer(ledger: Ledger, named: str | None) -> str:
    """Return the person named, or the only one there is; raise LedgerError for another."""
    people = ledger.taxpayers()
    if named is not None:
        known(people, named, "taxpayer")
        return named
    if len(people) == 1:
        return next(iter(people))
    raise LedgerError(
        where="basis record",
        code="which_taxpayer",
        problem=f"the ledger has several taxpayers: {', '.join(people) or 'none yet'}",
        remedy="name one with --taxpayer",
    )


def _typed(form: str, taxpayer: str, given: Mapping[str, Any]) -> TaxDocument:
    """Return the form given by flags; every fault of them comes at once."""
    who, faults = "employer" if form == W2 else "payer", Collector()
    for name, value in (("year", given["year"]), (who, given["payer"])):
        if value is None:
            faults.add(_missing(f"Form {form}", f"--{name}"))
    where = f"Form {form} of {given['payer']} for {given['year']}"
    boxes: dict[str, Money | str] = {}
    for text in given["boxes"]:
        name, equals, value = text.partition("=")
        with faults:
            if not equals:
                raise _missing(where, f"--box {name}=VALUE")
            box, read = read_box(form, name, value, where)
            if box in boxes:
                raise _twice(where, box)
            boxes[box] = read
    faults.raise_any()
    return TaxDocument(where, taxpayer, given["year"], form, given["payer"], boxes)


def at_terminal() -> bool:
    """Tell whether somebody sits there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _checked(ledger: Ledger, listed: list[TaxDocument]) -> list[TaxDocument]:
    """Return the forms with their payers known; every fault of all forms comes at once."""
    faults, out = Collector(), list[TaxDocument]()
    people, accounts = ledger.taxpayers(), ledger.accounts()
    for one in listed:
        with faults:
            known(people, one.taxpayer, "taxpayer")
            if one.year > today().year:
                raise _not_yet(one)
            found = checked(one, accounts)
            out.append(replace(found, where=found.title if found.where == one.title else one.where))
    faults.raise_any()
    return out


def _new(ledger: Ledger, listed: list[TaxDocument], *, another: bool) -> list[TaxDocument]:
    """Return the forms that the ledger does not have; refuse one that another may be meant by."""
    faults, out = Collector(), list[TaxDocument]()
    present = list(ledger.documents())
    for one in listed:
        # the file itself may hold a form twice
        alike = [] if another else [old for old in (*present, *out) if old.same_paper(one)]
        same = next((old for old in alike if not old.differing(one)), None)
        if same is not None:
            place = f"no. {same.number}" if same.number else same.where
            show.note(f"{one.where}: recorded already as {place}, nothing new")
        elif alike:
            faults.add(_differs(alike[-1], one))
        else:
            out.append(one)
    faults.raise_any()
    return out


def _differs(old: TaxDocument, one: TaxDocument) -> LedgerError:
    boxes = ", ".join(
        f"box {box} {old.boxes.get(box, 'blank')} there, {one.boxes.get(box, 'blank')} here"
        for box in old.differing(one)
    )
    number = f"--corrects {old.number}" if old.number else "one row in the file"
    return LedgerError(
        where=one.where,
        code="form_differs",
        problem=f"a Form {one.form} of {one.payer} for {one.year} is recorded with other boxes: "
        f"{boxes}",
        remedy=f"{number} if this one corrects it; --another if the payer sent a second form",
    )


def _refuse_other_form(ledger: Ledger, number: int, listed: list[TaxDocument]) -> None:
    old = next((d for d in ledger.documents() if d.number == number), None)
    if old is None or len(listed) != 1:
        return
    new = listed[0]
    if (old.taxpayer, old.year, old.form) != (new.taxpayer, new.year, new.form):
        raise LedgerError(
            where=new.where,
            code="not_the_same_form",
            problem=f"no. {number} is the {old.title}",
            remedy="a corrected form is of the same person, year and kind; see basis record list",
        )


@click.command("list")
@click.option("--year", type=TAX_YEAR, help="Only this tax year.")
@taxpayer_option
@json_option
def list_forms(year: int | None, taxpayer: str | None, *, as_json: bool) -> None:
    """List the printed forms that count; corrected and withdrawn ones are left out.

    \b
    Example:
      basis record list --year 2025
    """
    with open_ledger() as ledger:
        if taxpayer is not None:
            known(ledger.taxpayers(), taxpayer, "taxpayer")
        listed = [
            d
            for d in ledger.documents()
            if year in (None, d.year) and taxpayer in (None, d.taxpayer)
        ]
        inherited = [
            o
            for o in ledger.books().opening_basis
            if o.decedent and taxpayer in (None, o.taxpayer) and year in (None, o.as_of.year - 1)
        ]
    if as_json:
        of_decedents = [
            {"form": o.where, "opens": o.as_of.year, "decedent": o.decedent} for o in inherited
        ]
        show.as_json({"forms": [_as_json(one) for one in listed], "of_decedents": of_decedents})
    elif not listed and not inherited:
        show.line("no printed forms are recorded (basis record --help)")
    elif listed:
        rows = [
            (d.number, d.taxpayer, d.year, d.form, d.payer, boxes_words(d), d.evidence)
            for d in listed
        ]
        columns = (">No.", "Taxpayer", ">Year", "=Form", "Payer", "Boxes", "Evidence")
        show.console().print(show.table(columns, rows))
    if inherited and not as_json:
        told = [(o.where, o.as_of.year, o.traditional_ira) for o in inherited]
        heads = ("Of a decedent", ">Opens", ">Line 14")
        show.console().print(show.table(heads, told))


def _as_json(one: TaxDocument) -> dict[str, object]:
    boxes = {k: v.plain if isinstance(v, Money) else v for k, v in one.boxes.items()}
    return {**vars(one), "boxes": boxes}


def boxes_words(one: TaxDocument) -> str:
    """Return the boxes as people read them, in the order of the paper."""
    order = list(BOXES[one.form])
    listed = sorted(one.boxes.items(), key=lambda item: order.index(item[0]))
    return ", ".join(f"{box}: {value}" for box, value in listed)


@click.command()
@click.argument("number", type=ROW_NUMBER)
@click.option("--why", required=True, type=REASON, help="Reason, kept in the ledger.")
def withdraw(number: int, why: str) -> None:
    """Take the printed form NUMBER back, as if it had not been recorded; its row stays.

    \b
    Example:
      basis record withdraw 3 --why "form of another person"
    """
    with open_ledger() as ledger:
        found = [d for d in ledger.documents() if d.number == number]
        # a form without boxes withdraws the one that it replaces
        blank = [replace(d, boxes={}) for d in found]
        ledger.add_documents(blank, replaces=number, why=why)
        for one in found:
            show.line(f"withdrew no. {number}, {one.title}: {why}")


_CSV_EXAMPLE = """\
Form,Taxpayer,Year,Payer,1,2a,2b,4,5,7,ira,12D,12AA,13,Evidence
1099-R,rose,2025,acme,"10,200.00",200.00,,,10000.00,G,,,,,folder 3
1099-R,rose,2025,ira,7003.11,7003.11,not determined,,,2,yes,,,,
5498,rose,2025,ira,7000.00,,,,7012.40,,,,,,
W-2,rose,2025,Acme,90000.00,,,,,,,23500.00,3500.00,yes,
"""
_JSON_EXAMPLE = """\
[
  {"form": "1099-R", "taxpayer": "rose", "year": 2025, "payer": "acme",
   "boxes": {"1": "10200.00", "2a": "200.00", "5": "10000.00", "7": "G"}},
  {"form": "W-2", "taxpayer": "rose", "year": 2025, "payer": "Acme",
   "boxes": {"1": "90000.00", "12D": "23500.00", "12AA": "3500.00", "13": "yes"},
   "evidence": "folder 3"}
]"""


@click.command()
@click.option(
    "--as", "kind", type=click.Choice(["csv", "json"]), default="csv", help="csv or json."
)
def template(kind: str) -> None:
    """Print a file of forms to fill in: one row or object for each form, of any person.

    Any box may be a column, by its number on the paper; box 12 of Form W-2 by its code.

    \b
    Example:
      basis record template > forms.csv
      basis record 1099r --from forms.csv --taxpayer rose
    """
    click.echo((_CSV_EXAMPLE if kind == "csv" else _JSON_EXAMPLE).rstrip())


def _missing(where: str, what: str) -> LedgerError:
    return LedgerError(
        where=where, code="missing_field", problem=f"{what} is not given", remedy=f"add {what}"
    )


def _twice(where: str, box: str) -> LedgerError:
    return LedgerError(
        where=where,
        code="bad_value",
        problem=f"box {box} is given twice",
        remedy="give each box once",
    )


def _not_yet(one: TaxDocument) -> LedgerError:
    return LedgerError(
        where=one.where,
        code="bad_tax_year",
        problem=f"no form for {one.year} was printed yet",
        remedy="name the tax year that stands on the form",
    )
