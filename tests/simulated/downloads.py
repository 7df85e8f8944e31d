"""Downloads of one history that the recordkeeper corrected, in two formats and any order.

``python -m tests.simulated.downloads --n 100`` draws histories, prints stretches of their versions
as CSV and QFX files, imports them in many orders with undo and repeat, answers as somebody who
knows when each file was made, and wants one figure: what was paid in by the files in force.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner, Result

from cli.main import main as basis

_ROUNDS = 8
TITLES = "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
PAID = "{:%m/%d/%y},Payroll Contribution,After-tax Contribution,500 Index,{}.000000,{}.00\n"
HEAD = (
    "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
    "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS>"
    "<CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20210105<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>"
    "<INVSTMTMSGSRSV1><INVSTMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS><INVSTMTRS>"
    "<DTASOF>20201231<CURDEF>USD<INVACCTFROM><BROKERID>plan.example<ACCTID>77</INVACCTFROM>"
    "<INVTRANLIST><DTSTART>{:%Y%m%d}<DTEND>{:%Y%m%d}\n"
)
END = (
    "</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1><SECLISTMSGSRSV1><SECLIST><MFINFO>"
    "<SECINFO><SECID><UNIQUEID>FUND<UNIQUEIDTYPE>CUSIP</SECID><SECNAME>500 Index</SECINFO></MFINFO>"
    "</SECLIST></SECLISTMSGSRSV1></OFX>\n"
)
BOUGHT = (
    "<BUYMF><INVBUY><INVTRAN><FITID>{0}<DTTRADE>{1:%Y%m%d}<DTSETTLE>{1:%Y%m%d}</INVTRAN><SECID>"
    "<UNIQUEID>FUND<UNIQUEIDTYPE>CUSIP</SECID><UNITS>{2}<UNITPRICE>{4:.4f}<TOTAL>-{3}.00"
    "<SUBACCTSEC>CASH<SUBACCTFUND>OTHER<INV401KSOURCE>AFTERTAX</INVBUY><BUYTYPE>BUY</BUYMF>\n"
)


CONVERTED = (
    "{0:%m/%d/%y},Account Withdrawal,After-tax Contribution,500 Index,-{1}.000000,-{2}.00\n"
    "{0:%m/%d/%y},Additional Deposit,In-plan Roth After-tax Conversion,500 Index,"
    "{1}.000000,{2}.00\n"
)
MOVED = (
    "<TRANSFER><INVTRAN><FITID>{0}{3}<DTTRADE>{1:%Y%m%d}<DTSETTLE>{1:%Y%m%d}</INVTRAN><SECID>"
    "<UNIQUEID>FUND<UNIQUEIDTYPE>CUSIP</SECID><SUBACCTSEC>CASH<UNITS>{2}<TFERACTION>{3}"
    "<POSTYPE>LONG<UNITPRICE>120<INV401KSOURCE>{4}</TRANSFER>\n"
)
PRICE = 120  # dollars, of every conversion


class Paid(NamedTuple):
    """One paycheck, or a conversion of all that is there: the day in 2020, units and dollars."""

    month: int
    day: int
    units: int
    dollars: int
    converts: bool = False

    @property
    def on(self) -> date:
        """The day."""
        return date(2020, self.month, self.day)


@dataclass
class Shelf:
    """The files of a household, each with the age of the version of the history that it shows."""

    files: dict[str, str] = field(default_factory=dict)
    ages: dict[str, int] = field(default_factory=dict)

    def put(self, name: str, text: str, age: int) -> None:
        """Add a file, unless there is one of the same bytes."""
        if text not in self.files.values():
            self.files[name], self.ages[name] = text, age


def drawn(seed: int) -> Shelf:
    """Draw a history with two to four downloads of two or three versions of it."""
    draw = random.Random(f"downloads {seed}")
    versions = _versions(draw)
    shelf = Shelf()
    for number in range(draw.choice((2, 3, 3, 4))):
        age = draw.randrange(len(versions))
        rows = versions[age]
        first, last = (0, len(rows))
        if draw.random() < 0.6:
            first, last = sorted(draw.sample(range(len(rows) + 1), 2))
        # what a conversion takes is known from the first paycheck on
        whole = draw.random() < 0.5 or any(row.converts for row in rows)
        rows = rows[0 if whole else first : last]
        if rows:  # no day is cut
            rows = [row for row in versions[age] if rows[0].on <= row.on <= rows[-1].on]
        if rows and draw.random() < 0.65:
            shelf.put(f"f{number}.csv", as_csv(rows), age)
        elif rows:
            shelf.put(f"f{number}.qfx", as_qfx(rows), age)
    return shelf


def _versions(draw: random.Random) -> list[list[Paid]]:
    """Draw a history, and what corrections make of it, the oldest version first."""
    days = [(month, day) for month in range(1, 12) for day in (10, 24)]
    rows = [
        Paid(*day, draw.choice((10, 11, 12)), draw.choice((1000, 1010, 1020)))
        for day in days
        if draw.random() < 0.6
    ]
    versions = [rows or [Paid(1, 10, 10, 1000)]]
    for _ in range(draw.choice((1, 1, 2))):
        rows = list(versions[-1])
        place = draw.randrange(len(rows))
        one, way = rows[place], draw.random()
        if way < 0.4 and len(rows) > 1:
            rows.pop(place)
        elif way < 0.7:
            rows[place] = one._replace(units=one.units + 3, dollars=one.dollars + 50)
        elif way < 0.85:
            rows.insert(place, one._replace(dollars=one.dollars + 7))
        else:
            rows[place] = one._replace(day=one.day + 2)
        versions.append(sorted(rows))
    converts = [day for day in ((4, 2), (8, 2)) if draw.random() < 0.4]
    return [_with_conversions(rows, converts) for rows in versions]


def _with_conversions(rows: Sequence[Paid], days: Sequence[tuple[int, int]]) -> list[Paid]:
    """Return paychecks with conversions of all that was paid in since the last."""
    found, since = list(rows), (0, 0)
    for day in days:
        units = sum(row.units for row in rows if since < row[:2] < day)
        found += [Paid(*day, units, units * PRICE, converts=True)] if units else []
        since = day
    return sorted(found)


def as_csv(rows: Sequence[Paid]) -> str:
    """Return rows as a plan's year-to-date CSV shows them."""
    return TITLES + "".join(
        (CONVERTED if row.converts else PAID).format(row.on, row.units, row.dollars) for row in rows
    )


def as_qfx(rows: Sequence[Paid]) -> str:
    """Return rows as a QFX of their stretch shows them."""
    told = []
    for n, row in enumerate(rows):
        name = f"{row.month}.{row.day}.{row.units}.{row.dollars}.{rows[:n].count(row)}"
        if row.converts:
            told.append(MOVED.format(name, row.on, -row.units, "OUT", "AFTERTAX"))
            told.append(MOVED.format(name, row.on, row.units, "IN", "OTHERVEST"))
        else:
            price = row.dollars / row.units
            told.append(BOUGHT.format(name, row.on, row.units, row.dollars, price))
    return HEAD.format(rows[0].on, rows[-1].on) + "".join(told) + END


class Desk:
    """One ledger, and somebody who knows when each file was made."""

    numbers = count(1)

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        self.shelf, self.folder = shelf, folder / str(next(self.numbers))
        self.folder.mkdir()
        self.imports: dict[str, int] = {}  # file -> its number
        for name, text in shelf.files.items():
            (self.folder / name).write_text(text)
        self.run("init")
        self.run("taxpayer", "add", "ann", "--name", "Ann Green", "--born", "1970-05-01")
        self.run("account", "add", "acme", "--owner", "ann", "--kind", "401k")

    def run(self, *words: str) -> Result:
        """Run a command; a traceback is raised."""
        done = CliRunner().invoke(basis, ["--ledger", str(self.folder / "ledger.db"), *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    def bring(self, name: str) -> None:
        """Import a file and answer what is asked."""
        path, said = str(self.folder / name), self.folder / "said.json"
        answers: list[dict[str, Any]] = []
        for _ in range(_ROUNDS):
            said.write_text(json.dumps(answers))
            words = ("import", path, "--account", "acme", "--yes", "--answers", str(said))
            if not self.run(*words).exit_code:
                listed = json.loads(self.run("imports", "--json").stdout)
                listed = listed if isinstance(listed, list) else listed["imports"]
                mine = [one["import"] for one in listed if one["file"] == name]
                self.imports[name] = mine[-1]
                return
            told = json.loads(
                self.run(*words[:5], "--answers", str(said), "--dry-run", "--json").stdout
            )
            asked = [question for file in told["files"] for question in file["questions"]]
            answers += [self._answer(name, one) for one in asked]
        raise AssertionError(f"{name} is asked about without an end: {answers[-1]}")

    def _answer(self, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        place = {key: asked[key] for key in ("line", "nth") if asked.get(key)}
        return {"code": asked["code"], "file": name, **place, "answer": self._word(name, asked)}

    def _word(self, name: str, asked: dict[str, Any]) -> str:
        """Return the true answer: which file is newer, and that two formats tell the same."""
        ages = self.shelf.ages
        if asked["code"] == "rows_missing":
            others = {one for one in re.findall(r"f\d\.\w+", asked["problem"]) if one != name}
            words = {"accept" if ages[name] > ages[other] else "older" for other in others}
            return words.pop() if len(words) == 1 else "each"
        if asked["code"] == "totals_differ":
            others = {one for one in re.findall(r"f\d\.\w+", asked["problem"]) if one != name}
            return "instead" if ages[name] > max(map(ages.__getitem__, others)) else "skip"
        known = {
            "same_events_other_format": "same",
            "same_as_reversed": "leave",
            "possible_conversion": "conversion",
            "value_needed": "all",
        }
        return known[asked["code"]]

    def undo(self, name: str) -> None:
        """Take a file back."""
        assert self.run("undo", str(self.imports.pop(name)), "--why", "again").exit_code == 0

    def paid_in(self) -> str:
        """Return what was paid in by the year's limit, once all that is open is imported again."""
        for _ in range(_ROUNDS):
            record = json.loads(self.run("year-end", "2020", "--json").stdout)
            refused = record.get("refused", ())
            if not refused:
                forms = re.findall(r'"5[ab]": [^}]*', json.dumps(record["forms"]))
                return f"{record['limits']['415c'][0]['used']} {forms}"
            codes = {one["code"] for one in refused}
            rows = [one for one in refused if one["code"] in {"rows_apart", "rows_unbooked"}]
            if not rows:  # without rows that are to be imported again other facts fail as well
                return f"refused: {', '.join(sorted(codes))}"
            for one in rows:
                name = one["where"].rpartition(":")[0]
                if one["code"] == "rows_apart" and name in self.imports:
                    self.undo(name)
                if name not in self.imports or one["code"] == "rows_unbooked":
                    self.bring(name)
        raise AssertionError(refused)


Step = tuple[str, ...]  # "undo" and files, or one file to import


def ways(shelf: Shelf, seed: int, orders: int) -> Iterator[list[Step]]:
    """Go through orders of the files, and some with an undo and a repeat."""
    draw, names = random.Random(seed), list(shelf.files)

    def shuffled() -> list[Step]:
        return [(name,) for name in draw.sample(names, len(names))]

    for _ in range(orders):
        yield shuffled()
    one = draw.choice(names)
    yield [*shuffled(), ("undo", one), (one,)]
    listed = shuffled()
    yield [listed[0], ("undo", *listed[0]), *listed]
    listed = shuffled()
    two = [name for (name,) in listed[:2]]
    yield [*listed, ("undo", *two), *((name,) for name in reversed(two))]


def figures(seed: int, folder: Path, orders: int = 5) -> dict[str, list[list[Step]]]:
    """Return the figures that the ways of one household give, each with those ways."""
    shelf = drawn(seed)
    found: defaultdict[str, list[list[Step]]] = defaultdict(list)
    for way in ways(shelf, seed, orders) if len(shelf.files) > 1 else ():
        desk = Desk(shelf, folder)
        for step in way:
            if step[0] == "undo":
                for name in step[1:]:
                    desk.undo(name)
            else:
                desk.bring(*step)
        found[desk.paid_in()].append(way)
    return dict(found)


def main() -> int:
    """Run many, print those whose ways differ, and return 1 when there are any."""
    parser = argparse.ArgumentParser(prog="downloads", description=__doc__)
    parser.add_argument("--n", type=int, default=20, help="histories")
    parser.add_argument("--first", type=int, default=1, help="first seed")
    asked = parser.parse_args()
    differ = 0
    for seed in range(asked.first, asked.first + asked.n):
        with tempfile.TemporaryDirectory() as folder:
            found = figures(seed, Path(folder))
        if len(found) > 1:
            differ += 1
            print(seed, drawn(seed).ages, found)  # noqa: T201
    print(f"{asked.n} histories, {differ} of them with ways that differ")  # noqa: T201
    return bool(differ)


if __name__ == "__main__":
    raise SystemExit(main())
