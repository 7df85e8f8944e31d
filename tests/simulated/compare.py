"""Holds what the product says against the truth, and classes every difference."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tests.simulated.driver import ORDERS, DeadEnd, Session, Traceback, Waits, import_beside
from tests.simulated.households import Household
from tests.simulated.truth import AFTER_TAX, PRE_TAX, Pool, Year, dollars
from tests.simulated.user import Later

EQUAL, SILENT, TOLD = "equal", "silent", "told"
DEAD_END, TRACEBACK, ORDERS_DIFFER = "dead end", "traceback", "orders differ"
CLASSES = (EQUAL, SILENT, TOLD, DEAD_END, TRACEBACK, ORDERS_DIFFER)

REFUSED = "year-end"  # the figure of a year of which there is no record
_FORM_OF_2019 = 2019  # has pensions on lines 4c and 4d of Form 1040
# Findings that are no word about a figure: they stand beside right figures as well.
_NO_WORD = frozenset({"info"})


@dataclass(frozen=True)
class Difference:
    """A figure that is not what it must be."""

    year: int
    figure: str  # "1040:5b", "1099-R acme box 5", "acme:after_tax basis"
    true: str
    said: str
    told: str = ""  # what the product said of it, "" for nothing

    def __str__(self) -> str:
        """Return the difference in a line."""
        more = f" [{self.told}]" if self.told else ""
        return f"{self.year} {self.figure}: true {self.true}, said {self.said}{more}"


@dataclass
class Outcome:
    """What came of one household in one order."""

    home: str
    kind: str
    seed: int
    order: str
    result: str
    differences: list[Difference] = field(default_factory=list)
    why: str = ""
    questions: int = 0
    record: str = ""  # all figures, to hold one order against another
    said: list[str] = field(default_factory=list)


def run_order(home: Household, order: str, folder: Path | None = None) -> Outcome:
    """Import a household in one order and compare; the ledger is kept only in a given folder."""
    place = folder or Path(tempfile.mkdtemp(prefix="simulated-"))
    place.mkdir(parents=True, exist_ok=True)
    session = Session(home, place)
    out = Outcome(home.name, home.kind, home.seed, order, EQUAL)
    try:
        session.begin()
        early = home.seed % 2 == 0
        if home.beside and early:
            import_beside(home.beside, session)
        ORDERS[order](session, random.Random(f"{order}:{home.seed}"))
        if home.beside and not early:
            import_beside(home.beside, session)
        session.settle()
        out.differences, figures = _compared(session, home)
        out.record = json.dumps(figures, sort_keys=True)
        if out.differences:
            out.result = TOLD if all(one.told for one in out.differences) else SILENT
        refused = next((one for one in out.differences if one.figure == REFUSED), None)
        if refused and not home.lacks_a_file:
            out.result, out.why = DEAD_END, str(refused)
        if home.lacks_a_file and _gap_told(out.differences):
            out.result = EQUAL  # no file knows better, and the user was told
        if home.beside:
            _alone(home, out)
    except Traceback as broken:
        out.result, out.why = TRACEBACK, str(broken)
    except (DeadEnd, Later) as stuck:
        asked_for = isinstance(stuck, Waits | Later) and home.lacks_a_file
        out.result, out.why = (EQUAL if asked_for else DEAD_END), str(stuck)
    finally:
        out.questions, out.said = len(session.questions), session.said
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
    return out


def _gap_told(differences: list[Difference]) -> bool:
    """Tell whether each year that lacks money says so, or an earlier year that lacks it."""
    told = min((one.year for one in differences if one.told), default=date.max.year)
    return all(one.told or one.year > told for one in differences)


def _alone(home: Household, beside: Outcome) -> None:
    """Hold a household's record beside another one against the record that it has alone."""
    alone = run_order(replace(home, beside=None), beside.order)
    if alone.record != beside.record:
        told = Difference(0, "record beside another household", "as it is alone", "another one")
        beside.differences.append(told)
        beside.result = SILENT


def run_household(
    home: Household, folder: Path | None = None, orders: Iterable[str] = ORDERS
) -> list[Outcome]:
    """Run a household in several orders; those that end must agree with one another."""
    out = [run_order(home, order, folder / order if folder else None) for order in orders]
    right = [] if home.lacks_a_file else [one for one in out if one.result == EQUAL]
    for one in right:
        if one.record != right[0].record:
            one.result, one.why = ORDERS_DIFFER, f"its record is not that of '{right[0].order}'"
    return out


def _compared(session: Session, home: Household) -> tuple[list[Difference], dict[str, Any]]:
    found: list[Difference] = []
    figures: dict[str, Any] = {}
    for number, year in home.truth.years().items():
        if number < home.first_year:
            continue
        done = session.run("year-end", str(number), "--taxpayer", "rose", "--json", fails=True)
        record = json.loads(done.stdout)
        if "forms" not in record:
            faults = [*record.get("errors", ()), *record.get("refused", ())]
            why = "; ".join(f"{e['code']}: {e['problem']}" for e in faults)
            found.append(Difference(number, REFUSED, "a record", "none", why or "refused"))
            continue
        said = figures_of(record)
        figures[str(number)] = said
        words = _words(record)
        for figure, cents in true_figures(home, number, year).items():
            shown = said.get(figure, "0.00")
            if shown != dollars(cents):
                found.append(
                    Difference(number, figure, dollars(cents), shown, _told(words, figure))
                )
    return found, figures


def figures_of(record: dict[str, Any]) -> dict[str, str]:
    """Return the figures of a year-end record that are compared, by their names."""
    forms = record["forms"]
    out = {f"1040:{line}": said for line, said in _lines(forms["1040"])}
    out |= {f"8606:{line}": said for line, said in _lines(forms["8606"])}
    sums: dict[str, int] = {}
    for form in forms["1099-R"]:
        for box in ("1", "2a", "5"):
            cents = _cents(form["boxes"].get(box) or "0.00")
            name = f"1099-R {form['payer']} box {box}"
            sums[name] = sums.get(name, 0) + cents
    out |= {name: dollars(cents) for name, cents in sums.items()}
    out["traditional IRA basis"] = record["traditional_ira"]["basis_carried_forward"]
    # what a plan was worth that no balance states: its value is said to be lacking
    lacking = {f["where"] for f in record["findings"] if f["code"] == "plan_value_not_stated"}
    for row in record["accounts"]:
        pool = f"{row['account']}:{row['source'] or ''}"
        if row["account"] not in lacking or row["closing_value"] == "0.00":
            out[f"{pool} value"] = row["closing_value"]
        out[f"{pool} basis"] = row["closing_basis"] or "0.00"
    return out


def _lines(form: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for line, said in form["lines"].items():
        yield line, said if isinstance(said, str) else str(said.get("amount"))


def true_figures(home: Household, number: int, year: Year) -> dict[str, int]:
    """Return what each compared figure of a year must be, in cents."""
    truth = home.truth
    plans = ("4c", "4d") if number == _FORM_OF_2019 else ("5a", "5b")
    out = {
        "1040:4a": year.ira_gross,
        "1040:4b": year.ira_taxable,
        f"1040:{plans[0]}": year.plan_gross,
        f"1040:{plans[1]}": year.plan_taxable,
        "traditional IRA basis": year.basis_after,
    }
    if year.converted:
        out["8606:18"] = year.ira_taxable
    # who contributed nothing and converted all of it leaves Part I blank, and so does who has no
    # basis at all
    some_left = year.converted and year.ira_value and year.basis_before
    if year.contributed or some_left:
        out |= {"8606:1": year.contributed, "8606:2": year.basis_before}
        out["8606:14"] = year.basis_after
        out |= {"8606:6": year.ira_value} if year.converted else {}
    for payer, (gross, taxable, basis) in year.boxes.items():
        out[f"1099-R {payer} box 1"] = gross
        if payer not in truth.traditional:
            out[f"1099-R {payer} box 2a"] = taxable
            out[f"1099-R {payer} box 5"] = basis
    last = date(number, 12, 31)
    for pool in truth.pools():
        if pool.source and pool.source != PRE_TAX:
            out[f"{pool.account}:{pool.source} basis"] = truth.basis_on(pool, last)
    stated = {one.pool for one in home.balances if one.day == last}
    for pool in stated:
        out[f"{pool.account}:{pool.source} value"] = truth.value_on(pool, last)
    emptied = Pool("acme", AFTER_TAX)
    if emptied in truth.pools() and not truth.value_on(emptied, last):
        out[f"{emptied.account}:{emptied.source} value"] = 0
    return out


def _words(record: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the findings of a year that say that a figure may be wrong."""
    return [
        (f"{one['code']} {one.get('where', '')} {one['message']}", one["code"])
        for one in record["findings"]
        if one["severity"] not in _NO_WORD
    ]


def _told(words: list[tuple[str, str]], figure: str) -> str:
    """Return the finding that is about the account of a figure, "" where none is."""
    name = figure.partition(" ")[0].partition(":")[0]
    if figure in {"1040:4a", "1040:4b"} or name in {"8606", "traditional"}:
        names: tuple[str, ...] = ("trad", "IRA")
    elif name == "1040":
        names = ("acme", "nova")
    else:
        names = (figure.split()[1] if name == "1099-R" else name,)
    return next((code for text, code in words if any(one in text for one in names)), "")


def _cents(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    whole, _, cents = text.lstrip("-").partition(".")
    return sign * (int(whole) * 100 + int((cents + "00")[:2]))
