"""A column map proposed from a file that no reader knows: what its columns and words seem to say.

Nothing is decided here: what the file leaves open is a question, and the map that comes of it is
read back, row by row, before anything is booked.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.importers.dates import DMY, FORMS, MDY
from ledger.importers.files import TextFile, refuse
from ledger.importers.sources import source_of
from ledger.importers.tables import column_name
from ledger.money import BadAmount, Money
from ledger.safetext import safe

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_COLUMNS_AT_LEAST = 3
_LOOKED_AT = 2_000  # rows
_HEADERS_MOST = 200  # lines of a file that may be its header: all below each is looked at
_MOST = 80  # percent of the cells of a column that must read as what it is taken for
_EXAMPLES = 3
NEEDED = ("date", "type", "amount")
# words of a title that speak for a role, the strongest first
_TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": ("effective", "trade", "run date", "activity date", "transaction date", "date"),
        "type": (
            "transaction type",
            "type",
            "activity",
            "action",
            "happened",
            "transaction",
            "description",
        ),
        "amount": ("net amount", "amount", "total", "dollar", "value"),
        "source": ("money source", "source", "bucket", "contribution type", "money type"),
        "investment": ("investment", "fund", "security", "symbol", "option"),
        "units": ("units", "shares", "quantity", "unit"),
        "price": ("price", "nav"),
        "account": ("account number", "account"),
        "memo": ("memo", "note", "description", "comment"),
    }
)
_NO_AMOUNT = ("unit", "share", "quantity", "price", "nav", "balance", "fee", "commission", "tax")
# what words in a type of row usually mean; the first that fits
_KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("split", "share class", "recordkeeper", "plan initiated", "dividend reinv"), ""),
    (("withholding", "withheld", "tax w/h"), "withholding"),
    (("loan repay", "loan payment"), "loan_repayment"),
    (("loan",), "loan"),
    (("roth conversion", "in-plan", "in plan", "conversion"), "conversion"),
    (("rollover",), "rollover"),
    (("dividend", "interest", "gain", "earning", "market value", "revenue credit"), "earnings"),
    (("fee", "charge", "expense"), "fee"),
    (("exchange", "buy", "bought", "sell", "sold", "reinvest", "rebalance", "sweep"), "exchange"),
    (("contribution", "payroll", "deferral", "deposit", "match"), "contribution"),
    (("withdrawal", "distribution", "payment"), "distribution"),
    (("balance",), "balance"),
)
_TWO_WAYS = {
    "conversion": '{ kind = "conversion_in", negative = "conversion_out" }',
    "rollover": '{ kind = "rollover_in", negative = "rollover_out" }',
}


@dataclass(frozen=True)
class SeenColumn:
    """One column of the table found: its title and its cells."""

    title: str
    cells: tuple[str, ...]

    @property
    def filled(self) -> list[str]:
        """The cells that hold something."""
        return [cell for cell in self.cells if cell.strip()]

    @property
    def examples(self) -> str:
        """A few different cells, as they stand in the file."""
        found = dict.fromkeys(safe(cell.strip(), limit=30) for cell in self.filled)
        return "; ".join(list(found)[:_EXAMPLES])


Test = Callable[[SeenColumn], bool]


@dataclass(frozen=True)
class OpenPoint:
    """What the file does not say: ``choices`` to choose from, the proposal first."""

    about: str  # a role of a column, "dates" or "plan"
    problem: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """A column map as far as the file tells it."""

    file: str
    line: int  # of the header
    delimiter: str
    columns: tuple[SeenColumn, ...]
    roles: Mapping[str, str]  # role -> title
    dates: tuple[str, ...]
    plan: bool | None
    open: tuple[OpenPoint, ...] = ()
    footers: tuple[str, ...] = ()  # how lines below the last row begin

    def column(self, role: str) -> SeenColumn:
        """Return the column that plays a role."""
        return next(c for c in self.columns if c.title == self.roles[role])

    def settled(self, about: str, answer: str) -> Proposal:
        """Return the proposal with one point answered; raises LedgerError for a wrong answer."""
        points = tuple(point for point in self.open if point.about != about)
        if about == "plan":
            self._check("plan", answer, ("plan", "ira"))
            return replace(self, plan=answer == "plan", open=points)
        if about == "dates":
            self._check("dates", answer, tuple(FORMS))
            return replace(self, dates=(answer,), open=points)
        self._check("role", about, tuple(_TITLES))
        titles = [column.title for column in self.columns]
        self._check("column", answer, titles)
        kept = {r: title for r, title in self.roles.items() if title != answer and r != about}
        left = tuple(title for title in titles if title not in {answer, *kept.values()})
        lost = [r for r in NEEDED if r in self.roles and r not in {*kept, about}]
        choices = left or (answer,)
        points += tuple(OpenPoint(r, f"no column is left for the {r}", choices) for r in lost)
        settled = replace(self, roles={**kept, about: answer}, open=points)
        return settled if about != "date" else _dated(settled)

    def _check(self, what: str, answer: str, known: Sequence[str]) -> None:
        if answer not in known:
            raise refuse(
                f"{self.file}:{self.line}",
                "unknown_value",
                f"there is no {what} '{safe(answer, limit=60)}'",
                f"one of: {', '.join(safe(text, limit=40) for text in known)}",
            )

    def toml(self) -> str:
        """Return the column map; what is still asked at import stands as a remark."""
        lines = [
            f"# proposed from {safe(self.file, limit=80)}, header on line {self.line}",
            "[map]",
        ]
        lines += [
            f"dates = {_quoted(list(self.dates))}",
            f"plan = {str(bool(self.plan)).lower()}",
        ]
        if self.delimiter != "comma":
            lines.append(f"delimiter = {_quoted(self.delimiter)}")
        if self.footers:
            lines.append(f"footer = {_quoted(list(self.footers))}")
        lines += ["", "[columns]"]
        for role in _TITLES:
            if role in self.roles:
                shown = self.column(role).examples
                lines.append(f"{role} = {_quoted(self.roles[role])}  # {shown}")
        lines += ["", "[types]", *self._types()]
        if "source" in self.roles:
            lines += ["", "[sources]", *self._sources()]
        return "\n".join(lines) + "\n"

    def _types(self) -> Iterator[str]:
        cells = self.column("type").filled
        for words in sorted(set(cells), key=cells.index):
            count = cells.count(words)
            # a star at the end of a map's line stands for any ending: such a type is asked
            meaning = "" if words.endswith("*") else _meaning(words)
            said = f"{_quoted(words)} = {meaning or '…'}  # {count} row{'s' * (count > 1)}"
            yield said if meaning else f"# {said}: asked at import"

    def _sources(self) -> Iterator[str]:
        cells = self.column("source").filled
        for words in sorted(set(cells), key=cells.index):
            known = source_of(words)
            if known is None:
                choices = ", ".join(source.value for source in Source)
                yield f"# {_quoted(words)} = …: asked at import; one of {choices}"
            else:
                yield f"{_quoted(words)} = {_quoted(known.value)}"


def _quoted(value: str | list[str]) -> str:
    """Return a text or a list of texts as TOML: unlike JSON it knows no halves of a letter."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def propose(file: TextFile) -> Proposal:
    """Find the table of a file and propose what its columns are.

    Raises LedgerError (``no_table``) when no line looks like the header of dated rows.
    """
    found = max(
        (seen for name in _DELIMITERS for seen in _tables(file, name)),
        # of two lines with the same rows below the nearer one is the header
        key=lambda seen: (len(seen.columns[0].cells), len(seen.columns), seen.line),
        default=None,
    )
    if found is None:
        raise refuse(
            file.name,
            "no_table",
            "no line looks like the header of a table with dates and amounts below it",
            "export the transactions as CSV, or copy the table from the page into a text file",
        )
    return _with_roles(found)


def _tables(file: TextFile, delimiter: str) -> Iterator[Proposal]:
    """Go through the lines that could be a header, with the rows below each."""
    rows = list(_rows(file.text, _DELIMITERS[delimiter]))
    headers: dict[tuple[str, ...], int] = {}  # of a heading that is repeated, the first has all
    for at, (_, cells) in enumerate(rows):
        if len(headers) < _HEADERS_MOST and _is_header([cell for cell in cells if cell]):
            headers.setdefault(tuple(cells), at)
    dated = [next((i for i, c in enumerate(cells) if _is_date(c)), None) for _, cells in rows]
    for titles, at in headers.items():
        named, width = [title for title in titles if title], len(titles)
        below = [y for y in range(at + 1, len(rows)) if len(rows[y][1]) >= len(named)]
        days = [y for y in below if (place := dated[y]) is not None and place < width]
        if not days:
            continue
        filled = [rows[y][1][:width] + [""] * (width - len(rows[y][1])) for y in days[:_LOOKED_AT]]
        columns = tuple(
            SeenColumn(title, tuple(cells[i] for cells in filled))
            for i, title in enumerate(titles)
            if title
        )
        last = days[: len(filled)][-1]
        after = (next(filter(None, rows[y][1][:width]), "") for y in below if y > last)
        footers = tuple(dict.fromkeys(text for text in after if text))
        yield Proposal(file.name, rows[at][0], delimiter, columns, {}, (), None, footers=footers)


def _is_header(named: Sequence[str]) -> bool:
    """Tell whether filled cells are enough titles, each its own and none a date or an amount."""
    return (
        len(named) >= _COLUMNS_AT_LEAST
        and len(set(named)) == len(named)
        and not any(_is_date(cell) or _amount(cell) for cell in named)
    )


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        return


def _with_roles(seen: Proposal) -> Proposal:
    roles: dict[str, str] = {}
    points: list[OpenPoint] = []
    fits: dict[str, Test] = {"date": _looks_dated, "amount": _looks_paid}
    for role in _TITLES:
        left = [c for c in seen.columns if c.title not in roles.values()]
        fitting = [c for c in left if fits.get(role, _looks_worded(role))(c)]
        if role == "type":  # "Money Type" beside "Activity" names sources, not kinds of rows
            fitting = [c for c in fitting if not _titled_source(c)] or fitting
        best = _best(role, fitting)
        if role == "source" and not best:
            best = [c for c in left if _names_sources(c)]
        if len(best) == 1:
            roles[role] = best[0].title
        elif role in NEEDED:
            choices = tuple(c.title for c in best or fitting or left)
            words = "could be" if best or fitting else "no column looks like"
            points.append(OpenPoint(role, f"{words} the {role}: {', '.join(choices)}", choices))
    found = replace(seen, roles=roles)
    found = replace(found, dates=_date_forms(found) if "date" in roles else ())
    points += _date_points(found.dates)
    plan = True if "source" in roles else None
    if plan is None:
        points.append(OpenPoint("plan", "a workplace plan or an IRA?", ("plan", "ira")))
    return replace(found, plan=plan, open=tuple(points))


def _best(role: str, columns: Sequence[SeenColumn]) -> list[SeenColumn]:
    """Return the columns whose title speaks for a role most strongly; all that tie."""
    for words in _TITLES[role]:
        found = [c for c in columns if words in column_name(c.title)]
        exact = [c for c in found if column_name(c.title) == words]
        if found:
            return exact or found
    return list(columns) if role in NEEDED and len(columns) == 1 else []


def _looks_dated(column: SeenColumn) -> bool:
    return _share(column, _is_date)


def _looks_paid(column: SeenColumn) -> bool:
    title = column_name(column.title)
    return _share(column, _amount) and not any(word in title for word in _NO_AMOUNT)


def _looks_worded(role: str) -> Test:
    numbers = role in {"units", "price"}
    return lambda column: (
        _share(column, _amount if numbers else _is_words)
        or (role == "account" and bool(column.filled))
    )


def _titled_source(column: SeenColumn) -> bool:
    return any(words in column_name(column.title) for words in _TITLES["source"])


def _names_sources(column: SeenColumn) -> bool:
    return _share(column, lambda cell: source_of(cell) is not None)


def _share(column: SeenColumn, test: Callable[[str], bool]) -> bool:
    cells = column.filled
    passed = sum(map(test, cells))
    return bool(cells) and passed * 100 >= _MOST * len(cells)


def _is_words(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell) and not _is_date(cell) and not _amount(cell)


def _is_date(cell: str) -> bool:
    return any(form.fullmatch(cell.strip()) for form in FORMS.values())


def _amount(cell: str) -> bool:
    try:
        Money.parse(cell)
    except BadAmount:
        return cell.replace(".", "", 1).replace("-", "", 1).replace(",", "").isdigit()
    return True


def _date_forms(found: Proposal) -> tuple[str, ...]:
    """Return the ways in which every date of the column reads, the American one first."""
    cells = [cell.strip() for cell in found.column("date").filled if _is_date(cell)]
    fitting = [name for name, form in FORMS.items() if all(form.fullmatch(cell) for cell in cells)]
    if MDY in fitting and DMY in fitting:
        first = [FORMS[MDY].fullmatch(cell) for cell in cells]
        months = [int(seen["m"]) for seen in first if seen]
        days = [int(seen["d"]) for seen in first if seen]
        fitting = [MDY] if max(days) > 12 else [DMY] if max(months) > 12 else [MDY, DMY]
    return tuple(fitting) or _several_forms(cells)


def _dated(found: Proposal) -> Proposal:
    """Return a proposal whose date column has just been named with the ways its dates read."""
    if not any(map(_is_date, found.column("date").filled)):
        raise refuse(
            f"{found.file}:{found.line}",
            "bad_date",
            f"no cell of the column '{safe(found.roles['date'], limit=60)}' is a date",
            "name the column of the dates",
        )
    dates = _date_forms(found)
    points = tuple(point for point in found.open if point.about != "dates")
    return replace(found, dates=dates, open=(*points, *_date_points(dates)))


def _date_points(dates: tuple[str, ...]) -> tuple[OpenPoint, ...]:
    return (OpenPoint("dates", "every date reads both ways", dates),) if len(dates) > 1 else ()


def _several_forms(cells: Sequence[str]) -> tuple[str, ...]:
    """Return forms that cover every date together, where no one form does."""
    used = (next(name for name, form in FORMS.items() if form.fullmatch(cell)) for cell in cells)
    return tuple(dict.fromkeys(used))


def _meaning(words: str) -> str:
    """Return the TOML of what a type of row usually means, "" where that must be asked."""
    lower = words.lower()
    kind = next((kind for signs, kind in _KINDS if any(sign in lower for sign in signs)), "")
    return _TWO_WAYS.get(kind) or (_quoted(kind) if kind else "")


def ambiguous(found: Proposal) -> LedgerError:
    """Return the refusal of a map that still has open points, with the option for each."""
    first = found.open[0]
    options = {
        "plan": "--plan or --ira",
        "dates": f"--dates {first.choices[0]}",
    }
    said = options.get(first.about, f"--column '{first.about}={first.choices[0]}'")
    return refuse(f"{found.file}:{found.line}", "map_open", first.problem, f"say {said}")
