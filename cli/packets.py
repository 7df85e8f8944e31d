"""Packets for the preparer: a PDF and a workbook a person, or one PDF for two spouses."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli import faults, show
from cli.options import TAX_YEAR, taxpayer_option
from cli.worked import earlier, nothing, work, work_late
from cli.writing import file_name, refuse_existing, verified_books
from exports.atomic import write_whole
from exports.csv import literal
from exports.document import document
from exports.household import household_document
from exports.html import html_bytes
from exports.packet import packet_bytes
from exports.protect import checked_password, protected
from exports.redact import Hide, hider, redacted
from exports.table import Document
from exports.workbook import workbook_bytes
from ledger.books import Books, Household
from ledger.closing import Worked
from ledger.errors import LedgerError, LedgerErrors
from ledger.importers.files import read_text
from ledger.year_end import YearEnd

_PROCESSES, _WORTH_A_PROCESS = 2, 8  # packets: fewer are written sooner by one process
SUMMARY_HEAD = (
    "Taxpayer",
    "Name",
    "Tax year",
    "Status",
    "Form 8606",
    "Basis carried forward",
    "Taxable IRA distributions",
    "Taxable pensions",
    "Errors",
    "Warnings",
    "Remark",
)


@dataclass(frozen=True)
class Files:
    """Where packets are written, and how: without names, with a password, as HTML as well."""

    folder: Path
    redact: bool = False
    password: str = ""
    with_html: bool = False


@dataclass(frozen=True)
class Parcel:
    """What one task writes: a PDF for its people, and a workbook for each."""

    people: tuple[YearEnd, ...]
    books: Household
    earlier: Mapping[str, Sequence[YearEnd]]
    files: Files
    name: str

    @property
    def pdf(self) -> Path:
        """The packet."""
        return self.files.folder / f"{self.name}-{self.people[0].tax_year}.pdf"

    @property
    def html(self) -> tuple[Path, ...]:
        """The HTML file, where one is asked for."""
        return (self.pdf.with_suffix(".html"),) if self.files.with_html else ()

    @property
    def workbooks(self) -> tuple[tuple[Path, YearEnd], ...]:
        """The workbook of each person; none beside a PDF with a password."""
        if self.files.password:
            return ()
        if len(self.people) == 1:
            return ((self.pdf.with_suffix(".xlsx"), self.people[0]),)
        return tuple(
            (self.files.folder / f"{self._own_name(number)}-{one.tax_year}.xlsx", one)
            for number, one in enumerate(self.people)
        )

    def _own_name(self, number: int) -> str:
        one = self.people[number].taxpayer.id
        return f"{self.name}-{number + 1}" if self.files.redact else file_name(one)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that is written."""
        return (self.pdf, *self.html, *(path for path, _ in self.workbooks))

    def write(self) -> tuple[Path, ...]:
        """Write the files; raises what the exports raise."""
        one = self.people[0]
        told = (
            document(one, self.books, self.earlier.get(one.taxpayer.id, ()))
            if len(self.people) == 1
            else household_document(self.people, self.books, self.earlier)
        )
        pdf = packet_bytes(self._shown(told))
        password = self.files.password
        write_whole(self.pdf, protected(pdf, password) if password else pdf)
        for path in self.html:
            write_whole(path, html_bytes(told, self.people, self.books, redact=self.files.redact))
        for path, person in self.workbooks:
            own = document(person, self.books, self.earlier.get(person.taxpayer.id, ()))
            write_whole(path, workbook_bytes(self._shown(own)))
        return self.paths

    def _shown(self, told: Document) -> Document:
        return redacted(told, self.books) if self.files.redact else told


Written = tuple[tuple[Path, ...], tuple[LedgerError, ...]]


def _write(parcel: Parcel) -> Written:
    """Write one parcel, maybe in a process of its own: the files, or why there are none."""
    try:
        return parcel.write(), ()
    except LedgerError as fault:
        return (), fault.faults


@click.command()
@click.argument("year", type=TAX_YEAR)
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to; made when it is not there.",
)
@taxpayer_option
@click.option("--household", is_flag=True, help="Spouses in one PDF, the joint return first.")
@click.option("--all", "bulk", is_flag=True, help="Every taxpayer, with a summary file.")
@click.option("--redact", is_flag=True, help="Leave names, account names and memos out.")
@click.option("--password", "asks", is_flag=True, help="Ask for a password for the PDF.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the password from the first line of a file.",
)
@click.option("--html", "with_html", is_flag=True, help="An HTML file for any browser as well.")
@click.option("--late", is_flag=True, help="Each year up to YEAR whose Form 8606 is overdue.")
@click.option("--force", is_flag=True, help="Overwrite files of an earlier run.")
def packet(  # noqa: PLR0913 - one for each option
    year: int,
    folder: Path,
    taxpayer: str | None,
    *,
    household: bool,
    bulk: bool,
    redact: bool,
    asks: bool,
    password_file: Path | None,
    with_html: bool,
    late: bool,
    force: bool,
) -> None:
    """Write the packet of YEAR for each taxpayer: a PDF and an Excel workbook.

    With a password only PDFs are written: a workbook or summary cannot be protected well. --html
    adds one file for any browser, in which each figure leads down to the rows behind it.

    \b
    Example:
      basis packet 2025 --to out
      basis packet 2025 --to out --taxpayer rose --password
      basis packet 2025 --to out --household --html
      basis packet 2025 --to clients --all --force
      basis packet 2025 --to out --late
    """
    if bulk and taxpayer:
        raise click.UsageError("--all is every taxpayer: leave --taxpayer out")
    if late and (bulk or household):
        raise click.UsageError("--late writes one packet a person and year: leave the other out")
    password = _password(password_file, asks=asks, with_html=with_html)
    books = verified_books()
    worked = _worked(books, year, taxpayer, late=late, household=household)
    if not worked.records and not worked.refused:
        raise nothing(year)
    groups = _groups(worked.records, books, household=household, bulk=bulk)
    parcels = _parcels(groups, books, Files(folder, redact, password, with_html))
    summary = [folder / f"summary-{year}.csv"] if bulk and not password else []
    refuse_existing([*(path for p in parcels for path in p.paths), *summary], force=force)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written, failed = _write_all(parcels)
    if summary:
        shown = _summary(worked, books, year, _hidden(parcels) if redact else None)
        write_whole(summary[0], shown.encode())
        show.line(f"wrote {len(written)} files to {folder}, and a line for each taxpayer:")
    for path in summary or written:
        show.line(f"wrote {path}")
    _end_with([*worked.refused, *failed])


def _end_with(found: Sequence[LedgerError]) -> None:
    """Tell what stopped a packet, and end with its exit code; the others are written."""
    if found:
        faults.tell(found)
        click.get_current_context().exit(LedgerErrors(found).exit_code)


def _worked(
    books: Books, year: int, taxpayer: str | None, *, late: bool, household: bool
) -> Worked:
    """Work out who is to have a packet; the household of one person holds the spouse as well."""
    if late:
        return work_late(books, year, taxpayer)
    worked = work(books, [year], taxpayer)
    spouse = books.spouse_of(taxpayer) if household and taxpayer else None
    if spouse is None:
        return worked
    other = work(books, [year], spouse)
    refused = tuple(dict.fromkeys((*worked.refused, *other.refused)))
    return Worked((*worked.records, *other.records), refused)


def _groups(
    records: Sequence[YearEnd], books: Books, *, household: bool, bulk: bool
) -> list[tuple[YearEnd, ...]]:
    """Return who shares a packet; of every client at once many have no spouse, so none is told."""
    if not household:
        return [(record,) for record in records]
    groups = _households(records, books)
    if not bulk:
        _tell_unmarried(books, groups)
    return groups


def _tell_unmarried(books: Books, groups: Sequence[tuple[YearEnd, ...]]) -> None:
    """Name those who share no packet; raise LedgerError ``no_spouses`` where nobody does.

    A spouse whose year is refused has a fault of their own.
    """
    alone = [
        group[0].taxpayer.id
        for group in groups
        if len(group) == 1 and books.spouse_of(group[0].taxpayer.id) is None
    ]
    if not alone:
        return
    pair = [*alone, *(name for name in books.taxpayers if name not in alone)][:2]
    command = f"basis taxpayer set {pair[0]} --spouse {pair[1] if len(pair) > 1 else 'NAME'}"
    if len(alone) < len(groups):
        names = f"{' and '.join(alone)} {'have' if len(alone) > 1 else 'has'}"
        show.note(f"{names} no spouse recorded, so a packet of their own: {command}")
        return
    raise LedgerError(
        where="--household",
        code="no_spouses",
        problem=f"{' and '.join(alone)} are not recorded as spouses"
        if len(alone) > 1
        else f"{alone[0]} has no spouse recorded",
        remedy=f"record it with: {command}, or leave --household out for a packet each",
    )


def _parcels(groups: Sequence[tuple[YearEnd, ...]], books: Books, files: Files) -> list[Parcel]:
    """Return what is to be written, each with the years before its own."""
    names = _names(groups, redact=files.redact)
    return [
        Parcel(people, _of(books, people), before, files, name)
        for people, before, name in zip(groups, _earlier(groups, books), names, strict=True)
    ]


def _earlier(
    groups: Sequence[tuple[YearEnd, ...]], books: Books
) -> Iterator[Mapping[str, Sequence[YearEnd]]]:
    """Go through the years before of each group; spouses' are worked out together, once."""
    known: dict[tuple[str, int], Mapping[str, Sequence[YearEnd]]] = {}
    for people in groups:
        household, year = books.household_of(people[0].taxpayer.id), people[0].tax_year
        whose = (next(iter(household.taxpayers)), year)
        if whose not in known:
            known[whose] = earlier(household, year)
        yield known[whose]


def _password(file: Path | None, *, asks: bool, with_html: bool) -> str:
    """Return the password, "" for none; raise LedgerError where HTML would lie beside it open."""
    if with_html and (asks or file is not None):
        raise LedgerError(
            where="--html",
            code="html_without_password",
            problem="an HTML file opens without a password, whatever protects the PDF beside it",
            remedy="leave --html out, or leave the password out and encrypt the folder",
        )
    if file is not None:
        return checked_password(read_text(file).partition("\n")[0].rstrip("\r"))
    if not asks:
        return ""
    asked = click.prompt("Password for the PDF", hide_input=True, confirmation_prompt=True)
    return checked_password(str(asked))


def _names(groups: Sequence[tuple[YearEnd, ...]], *, redact: bool) -> Iterator[str]:
    for number, people in enumerate(groups, start=1):
        ids = "-".join(one.taxpayer.id for one in people)
        yield f"redacted-{number}" if redact else file_name(ids)


def _households(records: Sequence[YearEnd], books: Books) -> list[tuple[YearEnd, ...]]:
    """Put spouses together, in the order in which the first of them comes."""
    by_id = {record.taxpayer.id: record for record in records}
    groups: list[tuple[YearEnd, ...]] = []
    for record in records:
        spouse = by_id.get(books.spouse_of(record.taxpayer.id) or "")
        if spouse is None:
            groups.append((record,))
        # the pair may stand there already, told from the other side
        elif (spouse, record) not in groups:
            groups.append((record, spouse))
    return groups


def _of(books: Books, people: Sequence[YearEnd]) -> Household:
    """Keep what the packet of some people shows: small enough to hand to another process."""
    household = books.household_of(people[0].taxpayer.id)
    mine = {a.id for one in people for a in household.accounts_of(one.taxpayer.id)}
    entries = tuple(e for e in household.entries if e.event.account in mine or e.event.to in mine)
    places = {e.where for e in entries}
    rows = {place: row for place in sorted(places) if (row := household.raw_rows.get(place))}
    return replace(household, entries=entries, raw_rows=rows)


def _write_all(parcels: Sequence[Parcel]) -> tuple[list[Path], list[LedgerError]]:
    """Write every parcel, several at a time where that pays; what fails stops nobody else."""
    columns = (TextColumn("writing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = show.console(to_stderr=True)
    written: list[Path] = []
    failed: list[LedgerError] = []
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        for paths, why in bar.track(_results(parcels), total=len(parcels)):
            written += paths
            failed += why
    return written, failed


def _results(parcels: Sequence[Parcel]) -> Iterator[Written]:
    if len(parcels) < _WORTH_A_PROCESS:
        yield from map(_write, parcels)
        return
    with ProcessPoolExecutor(_PROCESSES) as pool:
        yield from pool.map(_write, parcels, chunksize=4)


def _hidden(parcels: Sequence[Parcel]) -> dict[str, str]:
    """Return the name of each person's packet."""
    return {one.taxpayer.id: parcel.name for parcel in parcels for one in parcel.people}


def _summary(worked: Worked, books: Books, year: int, hidden: Mapping[str, str] | None) -> str:
    """Tell every taxpayer in one line: what is due and carried, what is open, or why refused.

    Who is to be ``hidden`` is told by the name of their packet, where there is one.
    """
    hide: Hide = str if hidden is None else hider(books)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SUMMARY_HEAD)
    by_id = {record.taxpayer.id: record for record in worked.records}
    for taxpayer in books.taxpayers.values():
        record = by_id.get(taxpayer.id)
        told = _told(record) if record else _refused(worked.refused_of[taxpayer.id])
        who = (hidden or {}).get(taxpayer.id, hide(taxpayer.id))
        named, remark = hide(taxpayer.name), hide(told[-1])
        writer.writerow([literal(who), literal(named), year, *told[:-1], literal(remark)])
    return out.getvalue()


def _told(record: YearEnd) -> list[str]:
    forms = record.f1040
    taxable = {
        line.label.partition(",")[0]: line.plain for line in forms if "taxable" in line.label
    }
    severities = [finding.severity for finding in record.findings]
    return [
        record.status,
        "must be filed" if any(one.required for one in record.forms_8606) else "",
        record.basis_carried_forward.plain,
        taxable.get("IRA distributions", ""),
        taxable.get("Pensions and annuities", ""),
        str(severities.count("error")),
        str(severities.count("warning")),
        "",
    ]


def _refused(why: Sequence[LedgerError]) -> list[str]:
    remark = "; ".join(f"{fault.where}: {fault.problem}" for fault in why)
    return ["refused", "", "", "", "", "", "", remark]
