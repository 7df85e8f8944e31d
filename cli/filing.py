"""The IRS's own forms: filled in where the blank is known, else a sheet in the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from cli import faults, show
from cli.options import TAX_YEAR, TextFile, taxpayer_option
from cli.worked import nothing, work
from cli.writing import file_name, refuse_existing, verified_books
from exports.atomic import write_whole
from exports.blanks import Known, Recognized, known_forms, recognize
from exports.official import Blank, filled
from exports.substitute import MARK, Told, substitute
from ledger.errors import LedgerError, LedgerErrors
from ledger.forms import f8606
from ledger.forms.form import Form
from ledger.year_end import YearEnd


@dataclass(frozen=True)
class _Sheet:
    """One form to write: whose it is, its number on the paper, and its lines."""

    record: YearEnd
    number: str
    form: Form
    is_due: bool
    of: str = ""  # the decedent whose IRAs it is for

    @property
    def name(self) -> str:
        """The name of its file, without folders and without its ending."""
        parts = (self.record.taxpayer.id, self.number, str(self.record.tax_year), self.of)
        return "-".join(file_name(part) for part in parts if part)


@click.command()
@click.argument("form", type=click.Choice(sorted(known_forms(), reverse=True)))
@click.argument("year", type=TAX_YEAR)
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="File ending in .pdf for one form, else a folder, made when it is not there.",
)
@click.option(
    "--blank",
    type=TextFile(),
    help="The fillable form of that year as irs.gov offers it; without it, a substitute sheet.",
)
@taxpayer_option
@click.option("--force", is_flag=True, help="Overwrite files of an earlier run.")
def form(  # noqa: PLR0913 - one for each option
    form: str, year: int, target: Path, blank: Path | None, taxpayer: str | None, *, force: bool
) -> None:
    """Fill in the IRS's own FORM (8606 or 5329) of YEAR, one for each taxpayer who needs one.

    IRAs inherited with basis have a Form 8606 of their own for each decedent.
    The social security number, the address and the preparer's boxes stay empty. Where the blank
    is not known a SUBSTITUTE sheet with the same lines is written, and why is said.

    \b
    Example:
      basis form 8606 2025 --blank f8606.pdf --to out
      basis form 8606 2025 --blank f8606.pdf --to rose.pdf --taxpayer rose
    """
    known = known_forms()[form]
    given = _blank(blank, known, year)
    worked = work(verified_books(), [year], taxpayer)
    if not worked.records and not worked.refused:
        raise nothing(year)
    sheets = [sheet for record in worked.records for sheet in _sheets(record, form)]
    if not sheets and not worked.refused:
        raise _no_form(form, year)
    planned = _planned(sheets, target)
    refuse_existing([path for path, _ in planned], force=force, reads=blank)
    # all are made before the first is written: half a set would look whole
    made = [(path, sheet, _content(sheet, known, given)) for path, sheet in planned]
    for path, sheet, content in made:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, content)
        show.line(f"wrote {path}{'' if sheet.is_due else ' (need not be filed)'}")
    if made:
        _tell(given)
    if worked.refused:
        faults.tell(worked.refused)
        click.get_current_context().exit(LedgerErrors(worked.refused).exit_code)


def _blank(path: Path | None, known: Known, year: int) -> Blank:
    """Return the file to fill in, or in words why none can be."""
    if path is not None:
        content = path.read_bytes()
        return Blank(content, recognize(content, known.form, year, str(path)), str(path))
    why_not = "no blank form was given (--blank FILE, from irs.gov)"
    if known.of(year) is None:
        why_not = f"the fields of that year are not known (known: {known.years})"
    return Blank(b"", Recognized(None, why_not), "")


def _tell(given: Blank) -> None:
    """Say what a careful reader must know of the file that was filled in."""
    if given.found.layout is None:
        show.line(f"{MARK}: {given.found.why_not}", "yellow")
    elif not given.found.is_seen:
        show.line(
            "this copy of the form was not seen before: its fields have the known names; compare "
            "the figures with the packet before it is filed",
            "yellow",
        )


def _sheets(record: YearEnd, form: str) -> Iterator[_Sheet]:
    if form == f8606.NAME:
        for one in record.forms_8606:
            yield _Sheet(record, form, one.form, is_due=one.required, of=one.decedent)
    elif form in record.forms:
        yield _Sheet(record, form, record.forms[form], is_due=record.f5329_required)


def _planned(sheets: list[_Sheet], target: Path) -> list[tuple[Path, _Sheet]]:
    """Return where each form goes: a single file only where there is a single form."""
    if target.suffix.lower() != ".pdf" or target.is_dir():
        return list(_in_folder(sheets, target))
    if len(sheets) > 1:
        names = ", ".join(path.name for path, _ in _in_folder(sheets, target))
        raise LedgerError(
            where=str(target),
            code="several_forms",
            problem=f"{len(sheets)} forms do not fit into one file: {names}",
            remedy="name a folder with --to, or one person with --taxpayer",
        )
    return [(target, sheet) for sheet in sheets]


def _in_folder(sheets: list[_Sheet], folder: Path) -> Iterator[tuple[Path, _Sheet]]:
    """Give every form a file of its own, also where two names become the same."""
    taken: Counter[str] = Counter()
    for sheet in sheets:
        taken[sheet.name] += 1
        again = f"-{taken[sheet.name]}" if taken[sheet.name] > 1 else ""
        yield folder / f"{sheet.name}{again}.pdf", sheet


def _content(sheet: _Sheet, known: Known, blank: Blank) -> bytes:
    record, name = sheet.record, sheet.record.taxpayer.name
    if blank.found.layout is not None:
        return filled(blank, sheet.form, name)
    told = Told(record.tax_year, name, blank.found.why_not, record.provisional)
    return substitute(known, sheet.form, told)


def _no_form(form: str, year: int) -> LedgerError:
    return LedgerError(
        where=f"tax year {year}",
        code="no_form",
        problem=f"no line of a Form {form} is filled in for anybody",
        remedy=f"nothing has to be attached; see basis year-end {year}",
    )
