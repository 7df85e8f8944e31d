"""A column map proposed from a file that no reader knows: what its columns and words seem to say.

Nothing is decided here: what the file leaves open is a question, and the map that comes of it is
read back, row by row, before anything is booked.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ledger.chart import Source
from ledger.errors import LedgerError, LedgerErrors
from ledger.importers.custom import parse_map
from ledger.importers.custom_rows import BY_TYPE, PRINTED, SIGNS, TURNED, decimal_point
from ledger.importers.dates import DMY, FORMS, MDY
from ledger.importers.files import TextFile, refuse
from ledger.importers.sources import source_of
from ledger.importers.tables import column_name
from ledger.money import BadAmount, Money
from ledger.plausible import today
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
            "event",
            "description",
        ),
        "amount": ("net amount", "amount", "total", "dollar", "value"),
        "money_in": ("money in", "amount in", "paid in", "credit", "deposit"),
        "money_out": ("money out", "amount out", "paid out", "debit", "withdrawal"),
        "source": ("money source", "source", "bucket", "contribution type", "money type"),
        "investment": ("investment", "fund", "security", "symbol", "option"),
        "units": ("units", "shares", "quantity", "unit"),
        "price": ("price", "nav"),
        "account": ("account number", "account"),
        "memo": ("memo", "note", "description", "comment"),
        "balance": ("balance",),
    }
)
_ASKED_FOR = ("date", "type", "amount", "source", "investment", "units", "price", "account", "memo")
_PAIR = ("money_in", "money_out")
_ALL_ROWS = ("contribution", "earnings", "fee", "distribution")  # where no column says it
_TOTALS = re.compile(r"(?:sub-?totals?|(?:grand )?totals?)\b", re.IGNORECASE)
_COMMA = re.compile(r"-?\$?[0-9]{1,3}(?:[ .\u00a0\u202f]?[0-9]{3})*,[0-9]+ ?\$?")
_POINT = re.compile(r"-?\(?\$?[0-9,]*\.[0-9]{2}\)?")
_PART = re.compile(r" [-–/] |: ?| ?\(")  # between what happened and the source, in one cell
_NO_AMOUNT = ("unit", "share", "quantity", "price", "nav", "balance", "fee", "commission", "tax")
# what words in a type of row usually mean; the first that fits. "Conversion" alone is a change
# of recordkeeper as often as a Roth conversion, and is asked.
_KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("split", "share class", "recordkeeper", "plan initiated", "dividend reinv"), ""),
    (("withholding", "withheld", "tax w/h"), "withholding"),
    (("loan repay", "loan payment"), "loan_repayment"),
    (("loan",), "loan"),
    (("in-plan roth", "in plan roth", "roth in-plan", "roth in plan"), "conversion"),
    (("roth conversion", "conversion to roth", "converted to roth"), "conversion"),
    (("conversion", "in-plan", "in plan", "mapping", "merger", "journal", "annuit"), ""),
    (("rollover",), "rollover"),
    (("dividend", "interest", "gain", "loss", "earning", "market value"), "earnings"),
    (("revenue credit",), "earnings"),
    (("fee", "charge", "expense"), "fee"),
    (("interfund", "inter-fund", "fund to fund"), "exchange"),
    (("exchange", "buy", "bought", "sell", "sold", "reinvest", "rebalance", "sweep"), "exchange"),
    (("contribution", "payroll", "deferral", "deposit", "match"), "contribution"),
    (("withdrawal", "distribution", "payment"), "distribution"),
    (("balance",), "balance"),
    (("transfer",), "transfer"),
)
# kinds that go two ways: the words of each way, the question where the sources must say it
_TWO_WAYS = {
    "conversion": ("conversion_in", "conversion_out", ""),
    "rollover": ("rollover_in", "rollover_out", ""),
    "transfer": ("transfer_in", "transfer_out", "possible_conversion"),
}
_LEAVES = frozenset({"fee", "distribution", "withholding", "loan"})
_OF_A_SOURCE = frozenset({"contribution", "earnings", "fee", "distribution", "loan_repayment"})


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
    text: TextFile | None = None
    by_source: Mapping[str, Source] = field(
        default_factory=dict
    )  # title -> source of a column of its own
    every: str = ""  # what all rows are, where no column says it
    comma: bool = False  # amounts are written 1.000,00

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
        if about == "type" and answer in _ALL_ROWS and answer not in titles:
            return replace(self, every=answer, open=points)
        self._check("column", answer, titles)
        kept = {r: title for r, title in self.roles.items() if title != answer and r != about}
        left = tuple(title for title in titles if title not in {answer, *kept.values()})
        if about == "amount":
            kept = {r: title for r, title in kept.items() if r not in _PAIR}
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
        """Return the column map; what is still asked at import stands as a remark.

        Of the ways to take signs, and of a column that could be a running balance, that is
        taken by which the file reads without a contradiction.
        """
        signs = self._signs()
        ways = [(signs, True), *((s, True) for s in SIGNS if s != signs)] if self._balance() else []
        for way, with_balance in ways:
            text = self._written(way, balance=with_balance)
            if self._reads(text):
                return text
        return self._written(signs, balance=False)

    def _balance(self) -> bool:
        return "balance" in self.roles and self.text is not None

    def _reads(self, text: str) -> bool:
        """Tell whether the file, read by a map, keeps to its running balance."""
        try:
            if self.text is not None:
                parse_map(text, "map", "map").read(self.text, today())
        except LedgerErrors as errors:
            return not any(f.code in {"balance_differs", "bad_amount"} for f in errors.faults)
        except LedgerError as fault:
            return fault.code not in {"balance_differs", "bad_amount"}
        return True

    def _signs(self) -> str:
        """Return how signs are to be taken, by the kinds of rows and the signs there are."""
        paid = {*self.by_source, self.roles.get("amount", "")}
        if "type" not in self.roles or "money_in" in self.roles:
            return PRINTED
        types = self.column("type").cells
        rows = [
            (words, amount)
            for column in self.columns
            if column.title in paid
            for words, amount in zip(types, column.cells, strict=True)
        ]
        seen = {(_kind(words), amount[:1] in "-–−(") for words, amount in rows if amount}
        if not any(minus for _, minus in seen):
            return BY_TYPE if any(kind in _LEAVES for kind, _ in seen) else PRINTED
        put_in = {minus for kind, minus in seen if kind == "contribution"}
        left = {minus for kind, minus in seen if kind in _LEAVES}
        return TURNED if put_in == {True} and True not in left else PRINTED

    def _written(self, signs: str, *, balance: bool) -> str:
        lines = [
            f"# proposed from {safe(self.file, limit=80)}, header on line {self.line}",
            "[map]",
            f"dates = {_quoted(list(self.dates))}",
            f"plan = {str(bool(self.plan)).lower()}",
        ]
        if self.delimiter != "comma":
            lines.append(f"delimiter = {_quoted(self.delimiter)}")
        if self.comma:
            lines.append('decimal = "comma"')
        if signs != PRINTED:
            lines.append(f"signs = {_quoted(signs)}")
        if self.every:
            lines.append(f"type = {_quoted(self.every)}")
        if self.footers:
            lines.append(f"footer = {_quoted(list(self.footers))}")
        lines += ["", "[columns]"]
        for role, title in sorted(self.roles.items(), key=lambda item: _ORDER.index(item[0])):
            no_balance = role == "balance" and not balance
            open_ = "# it does not follow the amounts: " if no_balance else ""
            lines.append(f"{open_}{role} = {_quoted(title)}  # {self.column(role).examples}")
        if self.by_source:
            lines += ["", "[source_columns]"]
            lines += [f"{_quoted(t)} = {_quoted(s.value)}" for t, s in self.by_source.items()]
        if "type" in self.roles:
            lines += ["", "[types]", *self._types(signs)]
        if "source" in self.roles:
            lines += ["", "[sources]", *self._sources()]
        return "\n".join(lines) + "\n"

    def _types(self, signs: str) -> Iterator[str]:
        cells = self.column("type").filled
        sourced = bool(self.plan) and "source" not in self.roles and not self.by_source
        of_sources = "source" in self.roles and bool(self.plan)
        for words in sorted(set(cells), key=cells.index):
            count = cells.count(words)
            kind = _kind(words)
            if kind == "balance" and self._without_amount(words):
                kind = "info"  # the running balance alone: it stands in no column of amounts
            # a star at the end of a map's line stands for any ending: such a type is asked
            asked = words.endswith("*") or (kind == "transfer" and not of_sources)
            source = _source_said(words, kind) if sourced else None
            meaning = "" if asked else _meaning(words, kind, signs, source)
            said = f"{_quoted(words)} = {meaning or '…'}  # {count} row{'s' * (count > 1)}"
            open_ = "say it here" if signs == BY_TYPE else "asked at import"
            yield said if meaning else f"# {said}: {open_}"

    def _without_amount(self, words: str) -> bool:
        types = self.column("type").cells
        places = [n for n, cell in enumerate(types) if cell == words]
        roles = [role for role in ("amount", *_PAIR) if role in self.roles]
        return not any(self.column(role).cells[n].strip() for role in roles for n in places)

    def _sources(self) -> Iterator[str]:
        cells = self.column("source").filled
        for words in sorted(set(cells), key=cells.index):
            known = source_of(words)
            if known is None:
                choices = ", ".join(source.value for source in Source)
                yield f"# {_quoted(words)} = …: asked at import; one of {choices}"
            else:
                yield f"{_quoted(words)} = {_quoted(known.value)}"


_ORDER = (
    *("date", "type", "amount", "money_in", "money_out", "total", "source"),
    *("investment", "units", "price", "account", "memo", "balance"),
)


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
    return _with_roles(replace(_with_points(found), text=file))


def _with_points(seen: Proposal) -> Proposal:
    """Return a table with decimal commas as points, if that is how it writes its amounts."""
    cells = [cell for column in seen.columns for cell in column.filled]
    comma = any(map(_COMMA.fullmatch, cells)) and not any(map(_POINT.fullmatch, cells))
    if not comma or seen.delimiter == "comma":
        return seen
    columns = tuple(
        SeenColumn(c.title, tuple(decimal_point(x) if _COMMA.fullmatch(x) else x for x in c.cells))
        for c in seen.columns
    )
    return replace(seen, columns=columns, comma=True)


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
        undated = [y for y in below if y not in set(days)]
        texts = ((y, next(filter(None, rows[y][1][:width]), "")) for y in undated)
        footers = tuple(dict.fromkeys(filter(None, (_footer(t, y > last) for y, t in texts))))
        yield Proposal(file.name, rows[at][0], delimiter, columns, {}, (), None, footers=footers)


def _footer(text: str, is_after: bool) -> str:  # noqa: FBT001 - told by its place
    """Return how a line that is no row begins: a total anywhere, any text below the last row."""
    total = _TOTALS.match(text)
    return total[0] if total else text if is_after else ""


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
    by_source = _source_columns(seen)
    for role in _ASKED_FOR:
        left = [c for c in seen.columns if c.title not in {*roles.values(), *by_source}]
        fitting = [c for c in left if fits.get(role, _looks_worded(role))(c)]
        if role == "amount" and by_source:
            roles |= _total(seen, fitting, by_source)
            continue
        if role == "amount" and (pair := _in_and_out(left)):
            roles |= pair
            continue
        if role == "type":  # "Money Type" beside "Activity" names sources, not kinds of rows
            apart = [c for c in fitting if not _titled_source(c)]
            fitting = [c for c in apart if not _names_sources(c)] or apart or fitting
        best = _best(role, fitting)
        if role == "source" and not best:
            best = [c for c in left if _names_sources(c)]
        if len(best) == 1:
            roles[role] = best[0].title
        elif role in NEEDED:
            points.append(_open_role(role, best or fitting, left))
    roles |= _balance(seen, roles)
    found = replace(seen, roles=roles, by_source=by_source)
    found = replace(found, dates=_date_forms(found) if "date" in roles else ())
    points += _date_points(found.dates)
    plan = True if "source" in roles or by_source or _types_say_sources(found) else None
    if plan is None:
        points.append(OpenPoint("plan", "a workplace plan or an IRA?", ("plan", "ira")))
    return replace(found, plan=plan, open=tuple(points))


def _open_role(role: str, fitting: Sequence[SeenColumn], left: Sequence[SeenColumn]) -> OpenPoint:
    if role == "type" and not fitting:
        problem = "no column says what a row is: what are all of them?"
        return OpenPoint(role, problem, _ALL_ROWS)
    choices = tuple(c.title for c in fitting or left)
    words = "could be" if fitting else "no column looks like"
    return OpenPoint(role, f"{words} the {role}: {', '.join(choices)}", choices)


def _source_columns(seen: Proposal) -> dict[str, Source]:
    """Return the columns of amounts that are titled with a source, where there are several."""
    if any(_titled_source(c) for c in seen.columns):
        return {}
    found = {
        c.title: source
        for c in seen.columns
        if (source := source_of(c.title)) is not None and all(map(_amount, c.filled))
    }
    return found if len(found) > 1 else {}


def _total(
    seen: Proposal, fitting: Sequence[SeenColumn], by_source: Mapping[str, Source]
) -> dict[str, str]:
    """Return the column that is the sum of the sources in every row, as the role "total"."""
    parts = [c.cells for c in seen.columns if c.title in by_source]
    for column in fitting:
        sums = (sum(map(_cents, cells)) for cells in zip(*parts, strict=True))
        if all(_cents(cell) == added for cell, added in zip(column.cells, sums, strict=True)):
            return {"total": column.title}
    return {}


def _cents(cell: str) -> int:
    try:
        return Money.parse(cell).cents
    except BadAmount:
        return 0


def _in_and_out(columns: Sequence[SeenColumn]) -> dict[str, str]:
    """Return the two columns in which money in and money out stand apart, if there are such."""
    if any(column_name(c.title) in {"amount", "net amount"} for c in columns):
        return {}
    paid = [c for c in columns if all(map(_amount, c.filled)) and "balance" not in c.title.lower()]
    pair = {role: _best(role, paid) for role in _PAIR}
    if any(len(found) != 1 for found in pair.values()):
        return {}
    return {role: found[0].title for role, found in pair.items()}


def _balance(seen: Proposal, roles: Mapping[str, str]) -> dict[str, str]:
    """Return the one column that may be a running balance; the map's reading proves it."""
    left = [c for c in seen.columns if c.title not in roles.values()]
    found = [c for c in left if "balance" in column_name(c.title) and _share(c, _amount)]
    return {"balance": found[0].title} if len(found) == 1 else {}


def _types_say_sources(found: Proposal) -> bool:
    if "type" not in found.roles:
        return False
    words = set(found.column("type").filled)
    return sum(_source_said(w, _kind(w)) is not None for w in words) > 1


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


def _kind(words: str) -> str:
    """Return the kind of row that words usually mean, "" where that must be asked."""
    lower = words.lower()
    return next((kind for signs, kind in _KINDS if any(sign in lower for sign in signs)), "")


def _meaning(words: str, kind: str, signs: str, source: Source | None) -> str:
    """Return the TOML of what a type of row means, "" where that must be asked."""
    fields: dict[str, str] = {"kind": kind}
    if kind in _TWO_WAYS:
        into, out, question = _TWO_WAYS[kind]
        way = {"in": into, "out": out}.get(_way(words), "")
        fields = {"kind": into, "negative": out}
        if signs == BY_TYPE:  # without signs the words must say which way the money goes
            fields = {"kind": way}
        fields |= {"question": question} if question else {}
    if not fields["kind"]:
        return ""
    fields |= {"source": source.value} if source else {}
    if len(fields) == 1:
        return _quoted(fields["kind"])
    return "{ " + ", ".join(f"{key} = {_quoted(said)}" for key, said in fields.items()) + " }"


def _way(words: str) -> str:
    """Return "in" or "out" where one of these words stands in a type of row."""
    found = {"in", "out"} & set(re.findall(r"[a-z]+", words.lower().replace("in-plan", "")))
    return found.pop() if len(found) == 1 else ""


def _source_said(words: str, kind: str) -> Source | None:
    """Return the source that a type of row names beside what happened: "Contribution - Roth".

    What a rollover or a conversion is called is no source: only what stands apart is.
    """
    parts = [part.rstrip(") ") for part in _PART.split(words)[1:]]
    named = {source for part in parts if (source := source_of(part)) is not None}
    if len(named) == 1 and kind in {*_OF_A_SOURCE, *_TWO_WAYS} - {"rollover"}:
        return named.pop()
    return source_of(words) if kind in {"contribution", "rollover"} else None


def ambiguous(found: Proposal) -> LedgerError:
    """Return the refusal of a map that still has open points, with the option for each."""
    first = found.open[0]
    options = {
        "plan": "--plan or --ira",
        "dates": f"--dates {first.choices[0]}",
    }
    said = options.get(first.about, f"--column '{first.about}={first.choices[0]}'")
    return refuse(f"{found.file}:{found.line}", "map_open", first.problem, f"say {said}")
