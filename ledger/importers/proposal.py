"""A proposed column map: what the file tells, what is still open, and the TOML of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger.chart import Source
from ledger.errors import LedgerError, LedgerErrors
from ledger.importers.custom import parse_map
from ledger.importers.custom_rows import BY_TYPE, PRINTED, SIGNS, TURNED
from ledger.importers.dates import DMY, FORMS, MDY
from ledger.importers.files import TextFile, refuse
from ledger.importers.infer_words import (
    LEAVES,
    bank_money,
    kind_of,
    meaning_of,
    quoted,
    source_said,
)
from ledger.importers.seen_columns import NEEDED, TITLES, SeenColumn, is_date
from ledger.importers.sources import source_of
from ledger.importers.undated import Undated
from ledger.sanity_limits import today
from ledger.text import safe, typed

PAIR = ("money_in", "money_out")
ALL_ROWS = ("contribution", "earnings", "fee", "distribution")  # where no column says it
_TRADED = re.compile(r"\b(?:purchases?|sales?|invested)\b", re.IGNORECASE)
_ORDER = (
    *("date", "type", "amount", "money_in", "money_out", "total", "source"),
    *("investment", "units", "price", "account", "memo", "balance"),
)


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
    undated: tuple[Undated, ...] = ()
    firsts: frozenset[str] = frozenset()  # the first filled cells of the dated rows
    sections: tuple[str, ...] = ()  # lines of one cell above each heading, where it is repeated
    section: str = ""  # what they name: "investment" or "source"
    footers: tuple[str, ...] = ()  # how lines that are no rows begin
    pending: tuple[str, ...] = ()  # cells of rows that have not happened yet, "" for no date
    text: TextFile | None = None
    by_source: Mapping[str, Source] = field(default_factory=dict)  # of columns that are sources
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
        self._check("role", about, tuple(TITLES))
        titles = [column.title for column in self.columns]
        if about == "type" and answer in ALL_ROWS and answer not in titles:
            return replace(self, every=answer, open=points)
        self._check("column", answer, titles)
        kept = {r: title for r, title in self.roles.items() if title != answer and r != about}
        left = tuple(title for title in titles if title not in {answer, *kept.values()})
        if about == "amount":
            kept = {r: title for r, title in kept.items() if r not in PAIR}
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
        seen = {(kind_of(words), amount[:1] in "-–−(") for words, amount in rows if amount}
        if not any(minus for _, minus in seen):
            return BY_TYPE if any(kind in LEAVES for kind, _ in seen) else PRINTED
        put_in = {minus for kind, minus in seen if kind == "contribution"}
        left = {minus for kind, minus in seen if kind in LEAVES}
        return TURNED if put_in == {True} and True not in left else PRINTED

    def _written(self, signs: str, *, balance: bool) -> str:
        lines = [
            f"# proposed from {safe(self.file, limit=80)}, header on line {self.line}",
            "[map]",
            f"dates = {quoted(list(self.dates))}",
            f"plan = {str(bool(self.plan)).lower()}",
        ]
        if self.delimiter != "comma":
            lines.append(f"delimiter = {quoted(self.delimiter)}")
        if self.comma:
            lines.append('decimal = "comma"')
        if signs != PRINTED:
            lines.append(f"signs = {quoted(signs)}")
        if self.section:
            lines.append(f"section = {quoted(self.section)}")
        if self.every:
            lines.append(f"type = {quoted(self.every)}")
        told = {"footer": self.footers, "pending": self.pending}
        lines += [f"{key} = {quoted(list(cells))}" for key, cells in told.items() if cells]
        lines += ["", "[columns]"]
        for role, title in sorted(self.roles.items(), key=lambda item: _ORDER.index(item[0])):
            no_balance = role == "balance" and not balance
            open_ = "# it does not follow the amounts: " if no_balance else ""
            lines.append(f"{open_}{role} = {quoted(title)}  # {self.column(role).examples}")
        if self.by_source:
            lines += ["", "[source_columns]"]
            lines += [f"{quoted(t)} = {quoted(s.value)}" for t, s in self.by_source.items()]
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
            other_leg = not kind_of(words) and self._is_other_leg(words)
            kind = "info" if other_leg else kind_of(words)
            if kind == "balance" and self._without_amount(words):
                kind = "info"  # the running balance alone: it stands in no column of amounts
            # a star at the end of a map's line stands for any ending: such a type is asked
            asked = words.endswith("*") or (kind == "transfer" and not of_sources)
            source = source_said(words, kind) if sourced else None
            bank = "" if self.plan else bank_money(words, kind, signs)
            meaning = "" if asked else bank or meaning_of(words, kind, signs, source)
            said = f"{quoted(words)} = {meaning or '…'}  # {count} row{'s' * (count > 1)}"
            open_ = "say it here" if signs == BY_TYPE else "asked at import"
            said += ": the fund's leg of rows of that day, source and amount" if other_leg else ""
            yield said if meaning else f"# {said}: {open_}"

    def _is_other_leg(self, words: str) -> bool:
        """Tell whether rows of a trade are only the other leg of what stands beside them.

        Some plans tell a contribution twice, as cash that comes in and as the purchase of a fund:
        each such row has one of the same day, source and amount that says what happened.
        """
        if not _TRADED.search(words) or not {"amount", "date"} <= self.roles.keys():
            return False
        roles = [role for role in ("date", "source") if role in self.roles]
        keys = zip(*(self.column(role).cells for role in roles), strict=True)
        amounts = (_bare(cell) for cell in self.column("amount").cells)
        rows = zip(self.column("type").cells, keys, amounts, strict=True)
        trades, told = Counter[object](), Counter[object]()
        for said, key, amount in rows:
            (trades if said == words else told)[key, amount] += said == words or bool(kind_of(said))
        return trades <= told

    def _without_amount(self, words: str) -> bool:
        types = self.column("type").cells
        places = [n for n, cell in enumerate(types) if cell == words]
        roles = [role for role in ("amount", *PAIR) if role in self.roles]
        return not any(self.column(role).cells[n].strip() for role in roles for n in places)

    def _sources(self) -> Iterator[str]:
        cells = self.column("source").filled
        for words in sorted(set(cells), key=cells.index):
            known = source_of(words)
            if known is None:
                choices = ", ".join(source.value for source in Source)
                yield f"# {quoted(words)} = …: asked at import; one of {choices}"
            else:
                yield f"{quoted(words)} = {quoted(known.value)}"


def _bare(amount: str) -> str:
    """Return an amount without what tells its sign."""
    return amount.strip("-–−()$ ").replace("$", "")


def date_forms(found: Proposal) -> tuple[str, ...]:
    """Return the ways in which every date of the column reads, the American one first."""
    cells = [cell.strip() for cell in found.column("date").filled if is_date(cell)]
    fitting = [name for name, form in FORMS.items() if all(form.fullmatch(cell) for cell in cells)]
    if MDY in fitting and DMY in fitting:
        first = [FORMS[MDY].fullmatch(cell) for cell in cells]
        months = [int(seen["m"]) for seen in first if seen]
        days = [int(seen["d"]) for seen in first if seen]
        fitting = [MDY] if max(days) > 12 else [DMY] if max(months) > 12 else [MDY, DMY]
    return tuple(fitting) or _several_forms(cells)


def _dated(found: Proposal) -> Proposal:
    """Return a proposal whose date column has just been named with the ways its dates read."""
    if not any(map(is_date, found.column("date").filled)):
        raise refuse(
            f"{found.file}:{found.line}",
            "bad_date",
            f"no cell of the column '{safe(found.roles['date'], limit=60)}' is a date",
            "name the column of the dates",
        )
    dates = date_forms(found)
    points = tuple(point for point in found.open if point.about != "dates")
    return replace(found, dates=dates, open=(*points, *date_points(dates)))


def date_points(dates: tuple[str, ...]) -> tuple[OpenPoint, ...]:
    """Return the question in which of several ways dates are written, if there are several."""
    return (OpenPoint("dates", "every date reads both ways", dates),) if len(dates) > 1 else ()


def _several_forms(cells: Sequence[str]) -> tuple[str, ...]:
    """Return forms that cover every date together, where no one form does."""
    used = (next(name for name, form in FORMS.items() if form.fullmatch(cell)) for cell in cells)
    return tuple(dict.fromkeys(used))


def ambiguous(found: Proposal) -> LedgerError:
    """Return the refusal of a map that still has open points, with the option for each."""
    first = found.open[0]
    options = {
        "plan": "--plan or --ira",
        "dates": f"--dates {first.choices[0]}",
    }
    said = options.get(first.about, f"--column {typed(f'{first.about}={first.choices[0]}')}")
    return refuse(f"{found.file}:{found.line}", "map_open", first.problem, f"say {said}")
