"""Tables in statement text: found by their header, bound by column name, rows with true lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted

from ledger.errors import Collector, LedgerError
from ledger.importers.files import TextFile, refuse
from ledger.text import safe

LINES_MAX = 2_000_000
ROWS_MAX = 400_000
COLUMNS_MAX = 500
OF_A_MAP = "custom"  # name of the table that a user's column map describes
IN_ORDER = "units"  # column of a map for which the first named counts, of several in the file
_LINES_COMPARED = 200  # lines looked at for a header that nearly fits
_DRAWN = 3  # marks from which on a row without letters or figures is a divider
_TELLING = 3  # characters from which on a title inside another one is taken for its kin

_DATE_LIKE = re.compile(r"[0-9]{1,4}[/-][0-9]{1,2}[/-][0-9]{1,4}\b.*")
_UNIT = re.compile(r"\s*\(\$\)$")


def column_name(text: str) -> str:
    """Return a column name without differences of case, blanks and unit.

    >>> column_name(" Amount ($)"), column_name("UNITS/ SHARES")
    ('amount', 'units/ shares')
    """
    return _UNIT.sub("", " ".join(text.replace("\ufeff", "").split())).lower()


@dataclass(frozen=True)
class TableSpec:
    """A kind of table: ``columns`` maps our name of a column to the names files give it.

    A header is recognized when every column in ``needs`` is there and no title in ``lacks``;
    ``parallel`` tables may occur more than once in a file. Of a ``noted`` table the rows are only
    counted: names with commas that nobody quoted do no harm there.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    parallel: bool = False
    lacks: tuple[str, ...] = ()
    noted: bool = False

    def matches(self, names: frozenset[str]) -> bool:
        """Tell whether a line with these column names is the header of such a table."""
        for role in self.needs:  # a loop: each reader asks this of each line of each file
            if names.isdisjoint(self.columns[role]):
                return False
        return names.isdisjoint(self.lacks)

    def missing(self, names: frozenset[str]) -> list[str]:
        """Return the needed columns that a line does not have, by their usual name."""
        return [
            self.columns[role][0]
            for role in self.needs
            if not names.intersection(self.columns[role])
        ]


@dataclass(frozen=True)
class Header:
    """A header as found: which cell of a row holds which column."""

    spec: TableSpec
    line: int
    titles: tuple[str, ...]  # as printed, without nameless ones at the end
    index: Mapping[str, int]
    printed: int = 0  # cells on its line: more than titles where it ends in commas


class Cells(Mapping[str, str]):
    """The raw cells of one row by printed column title; shares the titles with all other rows."""

    __slots__ = ("_titles", "_values")

    def __init__(self, titles: tuple[str, ...], values: Sequence[str]) -> None:
        self._titles = titles
        self._values = values

    def __getitem__(self, title: str) -> str:
        """Return the cell below a title."""
        try:
            return self._values[self._titles.index(title)]
        except (ValueError, IndexError):
            raise KeyError(title) from None

    def __iter__(self) -> Iterator[str]:
        """Go through the titles in file order."""
        return (title for title in self._titles if title)

    def __len__(self) -> int:
        """Return the number of named columns."""
        return sum(1 for title in self._titles if title)

    def as_json(self) -> str:
        """Return the cells as the text of a JSON object, which is how they are kept."""
        template, places = _json_template(self._titles)
        return template % tuple([_quoted(self._values[place]) for place in places])

    def __repr__(self) -> str:
        """Return the cells as a dict would show them."""
        return repr(dict(self))


@lru_cache(maxsize=64)
def _json_template(titles: tuple[str, ...]) -> tuple[str, tuple[int, ...]]:
    """Return a JSON object with a mark for each named cell, and where those cells are."""
    named = [(place, title) for place, title in enumerate(titles) if title]
    items = (f"{_quoted(title).replace('%', '%%')}:%s" for _, title in named)
    return f"{{{','.join(items)}}}", tuple(place for place, _ in named)


class Row:
    """One row of a table with its place."""

    __slots__ = ("cells", "employer", "file", "header", "line", "where")

    def __init__(self, file: TextFile, header: Header, line: int, cells: list[str]) -> None:
        self.file = file.name
        self.employer = file.employer
        self.header = header
        self.line = line
        self.cells = cells
        self.where = f"{file.name}:{line}"  # "history.csv:8"; one text shared by all evidence

    def text(self, role: str) -> str:
        """Return the trimmed cell of one of our columns, "" when the file does not have it."""
        position = self.header.index.get(role)
        return "" if position is None else self.cells[position].strip()

    def title(self, role: str) -> str:
        """Return the column's title as printed."""
        position, titles = self.header.index.get(role), self.header.titles
        known = position is not None and position < len(titles)
        return safe(titles[position], limit=40) if known and position is not None else role

    def bound(self, header: Header, cells: list[str]) -> Row:
        """Return the same row with further cells, which stand behind those of the file."""
        row = Row.__new__(Row)
        row.file, row.employer, row.where, row.line = (
            self.file,
            self.employer,
            self.where,
            self.line,
        )
        row.header, row.cells = header, cells
        return row

    def as_mapping(self) -> Cells:
        """Return the raw cells by title."""
        return Cells(self.header.titles, tuple(self.cells))


def csv_rows(text: str, file: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Go through the rows of a text with the line on which each starts.

    Raises LedgerError for a quote that never ends and for absurd sizes.
    """
    if text.count("\n") + text.count("\r") > ROWS_MAX:
        _refuse_endless(text, file, delimiter)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _csv_fault(f"{file}:{line}", str(error)) from error
        if len(cells) > COLUMNS_MAX:
            problem = f"the line has {len(cells)} columns"
            raise refuse(f"{file}:{line}", "too_many_columns", problem, "download it again")
        yield line, cells
        line = reader.line_num + 1


def _refuse_endless(text: str, file: str, delimiter: str) -> None:
    """Refuse a file with too many lines or rows before the first of them is worked out."""
    if max(text.count("\n"), text.count("\r")) > LINES_MAX:
        problem = f"the file has more than {LINES_MAX:,} lines"
        raise refuse(file, "too_large", problem, "download a shorter period")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    with suppress(csv.Error):  # the walk through the rows says where
        if sum(1 for cells in rows if any(cells)) > ROWS_MAX:
            raise too_many_rows(file)


def too_many_rows(file: str) -> LedgerError:
    """Return the fault of a file with more rows than any account has."""
    problem = f"the file has more than {ROWS_MAX:,} rows"
    return refuse(file, "too_large", problem, "import it a few years at a time")


def _csv_fault(where: str, words: str) -> LedgerError:
    if "field larger" in words:
        return refuse(where, "field_too_long", "a cell is too long", "shorten the text of the cell")
    if "end of data" in words:
        problem = 'the quote (") that starts here never ends'
        return refuse(
            where, "unclosed_quote", problem, "close the quote or download the file again"
        )
    return refuse(
        where,
        "bad_quoting",
        'text stands right after a closing quote (")',
        "double the quotes inside the cell or download the file again",
    )


@dataclass
class TableReader:
    """Finds the tables of one file and goes through their rows, in file order.

    With ``prose`` a line of one cell that is no date is closing text, too. Faults of single rows
    go to ``faults``; ``headers`` and ``lines_read`` are filled on the way.
    """

    file: TextFile
    specs: tuple[TableSpec, ...]
    faults: Collector
    footers: tuple[str, ...] = ()
    delimiter: str = ","
    prose: bool = False

    def __post_init__(self) -> None:
        """Prepare the state of the walk."""
        self.headers: list[Header] = []
        self._footers = tuple(footer.lower() for footer in self.footers)
        self._in_footer = False
        self._short: list[int] = []  # lines of the current table that lack a cell and end in none
        self._whole = False  # whether a row of it has them

    def rows(self) -> Iterator[Row]:
        """Go through the data rows of every table."""
        name = self.file.name
        current: Header | None = None
        usual = 0  # cells in a row of the current table, 0 while a row may be closing text
        above: list[tuple[int, list[str]]] = []
        for line, cells in csv_rows(self.file.text, name, self.delimiter):
            if usual and current and len(cells) == usual and cells[0][:1].isdigit():
                # the quick way for nearly every row: no title begins with a digit
                yield self._row(current, line, cells)
                continue
            if _blank(cells):
                continue
            if current and current.spec.name == OF_A_MAP and _titles(cells) == current.titles:
                continue  # the heading of the next page
            found = self._header(line, cells)
            if found:
                self._refuse_short(current)
                current, usual = found, 0
                self._in_footer = False
                self._refuse_rows_above(found, above)
                continue
            if current is None:
                above.append((line, cells))
                continue
            if self._is_footer(cells, current) or _is_divider(cells):
                continue
            row = self._fitted(current, line, cells)
            if row is not None:
                ragged = current.printed > len(current.titles)
                usual = 0 if self._footers or self.prose or ragged else len(current.titles)
                yield row
        if current is None:
            raise no_header(self.file.name, self.specs, above[:_LINES_COMPARED])
        self._refuse_short(current)

    def _row(self, header: Header, line: int, cells: list[str]) -> Row:
        return Row(self.file, header, line, cells)

    def _header(self, line: int, cells: list[str]) -> Header | None:
        """Return the header on this line, if it is one of a table that we know."""
        if self.headers and cells[0][:1].isdigit():
            return None  # a quick way out for rows of data: no title begins with a digit
        names = tuple(column_name(cell) for cell in cells)
        having = frozenset(names)
        for spec in self.specs:
            if spec.matches(having):
                self._refuse_second(spec, line)
                header = self._bound(spec, line, cells, names)
                self.headers.append(header)
                return header
        return None

    def _refuse_second(self, spec: TableSpec, line: int) -> None:
        earlier = next((h.line for h in self.headers if h.spec is spec), None)
        if earlier and not spec.parallel:
            self.faults.add(
                refuse(
                    f"{self.file.name}:{line}",
                    "second_header",
                    f"the header of line {earlier} stands here again",
                    "import each table as a file of its own",
                )
            )

    def _refuse_rows_above(self, header: Header, above: list[tuple[int, list[str]]]) -> None:
        """Refuse rows that a sorted spreadsheet has put above its own header."""
        place = header.index.get("day", -1)
        for line, cells in above if place >= 0 else ():
            if len(cells) > place and _DATE_LIKE.fullmatch(cells[place].strip()):
                self.faults.add(
                    refuse(
                        f"{self.file.name}:{line}",
                        "row_above_header",
                        f"a row stands above the header of line {header.line}",
                        "download the file again, or move the header to the top",
                    )
                )
        above.clear()

    def _bound(
        self, spec: TableSpec, line: int, cells: list[str], names: tuple[str, ...]
    ) -> Header:
        index: dict[str, int] = {}
        for role, accepted in spec.columns.items():
            places = [i for i, name in enumerate(names) if name in accepted]
            several = len({names[place] for place in places}) > 1
            if role == IN_ORDER and several and spec.name == OF_A_MAP:
                first = next(name for name in accepted if name in names)
                places = [place for place in places if names[place] == first]
            if len(places) > 1:
                raise refuse(
                    f"{self.file.name}:{line}",
                    "duplicate_column",
                    f"two columns are named '{safe(cells[places[1]].strip(), limit=40)}'",
                    "keep one of them",
                )
            if places:
                index[role] = places[0]
        return Header(spec, line, _titles(cells), index, printed=len(cells))

    def _is_footer(self, cells: list[str], header: Header) -> bool:
        """Tell whether a row is closing text: a known first sentence, then single cells.

        A row with a date in the column of dates is none, whatever it begins with.
        """
        if not self._footers and not self.prose:
            return False
        day = header.index.get("day", len(cells))
        if day < len(cells) and _DATE_LIKE.fullmatch(cells[day].strip()):
            return False
        text = next(cell for cell in cells if cell.strip()).strip()
        if self._footers and text.lower().startswith(self._footers):
            self._in_footer = True
            return True
        words = self.prose and not _DATE_LIKE.fullmatch(text)
        return (self._in_footer or words) and sum(1 for cell in cells if cell.strip()) == 1

    def _is_trimmed(self, header: Header, cells: list[str]) -> bool:
        """Tell whether a pasted row lost empty cells at its end, which editors cut off."""
        last_needed = max(header.index[role] for role in header.spec.needs)
        return self.delimiter == "\t" and last_needed < len(cells) < len(header.titles)

    def _fitted(self, header: Header, line: int, cells: list[str]) -> Row | None:
        """Return the row if it has as many cells as the header has names."""
        width = len(header.titles)
        if len(cells) == width or (len(cells) > width and _blank(cells[width:])):
            if len(cells) == header.printed:
                self._whole = True
            elif len(cells) < header.printed and not cells[-1].strip():
                self._short.append(line)
            return self._row(header, line, cells)
        if self._is_trimmed(header, cells):
            return self._row(header, line, [*cells, *[""] * (width - len(cells))])
        if header.spec.noted and not any(_DATE_LIKE.fullmatch(cell.strip()) for cell in cells):
            return self._row(header, line, cells[:width])
        few = len(cells) < width
        self.faults.add(
            refuse(
                f"{self.file.name}:{line}",
                "too_few_cells" if few else "too_many_cells",
                f"the row has {len(cells)} cell{'s' * (len(cells) != 1)}, the header names {width}",
                "the line may be cut off: download the file again"
                if few
                else "put amounts with commas in quotes",
            )
        )
        return None

    def _refuse_short(self, header: Header | None) -> None:
        """Refuse rows that lack a cell of the others and end in an empty one.

        The empty one may be what follows the others' last comma, and every cell before it stand
        a column too far left. A row that only lacks this comma ends in its last column.
        """
        rows = self.file.text.splitlines() if self._short and self._whole else []
        for line in self._short if header and self._whole else ():
            if line <= len(rows) and rows[line - 1].endswith('""'):
                continue  # quoted, the empty cell is one of its own
            problem = "the row has fewer cells than the other rows"
            remedy = "the line may be cut off: download the file again"
            self.faults.add(refuse(f"{self.file.name}:{line}", "too_few_cells", problem, remedy))
        self._short, self._whole = [], False


def _blank(cells: list[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def _is_divider(cells: list[str]) -> bool:
    """Tell whether a row is a line drawn across the table and holds no figure."""
    text = "".join(cells).replace(" ", "")
    return len(text) >= _DRAWN and not text.strip("-–—=_*")


def _titles(cells: list[str]) -> tuple[str, ...]:
    """Return the titles of the columns, each once, without nameless ones at the end."""
    titles: list[str] = []
    for cell in cells:
        title = cell.strip()
        again = titles.count(title)
        titles.append(f"{title} ({again + 1})" if title and again else title)
    while titles and not titles[-1]:
        titles.pop()
    return tuple(titles)


def no_header(
    file: str, specs: Sequence[TableSpec], lines: Sequence[tuple[int, list[str]]]
) -> LedgerError:
    """Return the fault of a file in which no header was found, naming what is missing.

    The line meant is the one that has most of the columns of a table; a title of its own that
    comes near a missing one is named.
    """
    if not lines:
        return refuse(file, "empty_file", "the file has only blank lines", "download it again")
    line, cells, missing = _nearest(specs, lines)
    titles = [cell.strip() for cell in cells if cell.strip()]
    shown = ", ".join(safe(title, limit=40) for title in titles[:20])
    separated = " (are the columns separated by semicolons or tabs?)" if len(cells) == 1 else ""
    named = ", ".join(with_nearest(one, titles) for one in missing)
    if len(cells) == 1:
        named = ", ".join(map(repr, missing))
    remedy = "name the columns so, or describe the file with a column map (--as MAP.toml)"
    if any(spec.name == OF_A_MAP for spec in specs):
        remedy = "write the titles as the file has them in [columns] of the map"
    return refuse(
        f"{file}:{line}",
        "missing_column",
        f"no column {named}; the line reads: {shown}{separated}",
        remedy,
    )


def _nearest(
    specs: Sequence[TableSpec], lines: Sequence[tuple[int, list[str]]]
) -> tuple[int, list[str], list[str]]:
    """Return the line that lacks the smallest part of a header, with what it lacks.

    Of lines that are equally far from one, the first stands.
    """
    found = []
    for line, cells in lines:
        names = frozenset(column_name(cell) for cell in cells)
        missing = min((spec.missing(names) for spec in specs), key=len)
        found.append((line, cells, missing))
    return min(found, key=lambda one: len(one[2]))


def with_nearest(name: str, titles: Sequence[str]) -> str:
    """Return a missing column in quotes, with the title of the line that comes nearest to it."""
    by_name = {column_name(title): title for title in titles}
    near = get_close_matches(name, by_name, n=1) or [
        other for other in by_name if len(other) >= _TELLING and (name in other or other in name)
    ]
    if not near:
        return repr(name)
    return f"{name!r} (the nearest is '{safe(by_name[near[0]], limit=40)}')"
