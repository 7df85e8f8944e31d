"""Printed tax forms out of a CSV or JSON file that a person typed: one form a row."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ledger.documents import BOXES, F8606, IRS, TaxDocument, read_box
from ledger.errors import Collector, LedgerError
from ledger.importers.files import load
from ledger.sanity_limits import refuse_text
from ledger.text import safe

_ABOUT = {"form": "form", "taxpayer": "taxpayer", "year": "year", "payer": "payer"}
_ABOUT |= {"employer": "payer", "trustee": "payer", "evidence": "evidence"}
_ALL_BOXES = frozenset(box.lower() for boxes in BOXES.values() for box in boxes)


@dataclass(frozen=True)
class Defaults:
    """What holds for every row that does not say it itself."""

    form: str = ""
    taxpayer: str = ""
    year: int | None = None


def form_name(text: str) -> str:
    """Return the form a text names, "" for none.

    >>> form_name("1099r"), form_name("Form W-2"), form_name("1040")
    ('1099-R', 'W-2', '')
    """
    wanted = re.sub("[^0-9a-z]", "", text.lower().removeprefix("form "))
    found = (name for name in BOXES if name.replace("-", "").lower() == wanted)
    return next(found, "")


def read_forms(path: Path, defaults: Defaults) -> list[TaxDocument]:
    """Return the forms of a file, payers as written; every fault of the file comes at once.

    A CSV file has a heading of ``Form, Taxpayer, Year, Payer`` and boxes (``1, 2a, 7, 12D``); a
    JSON file is a list of ``{"form", "taxpayer", "year", "payer", "boxes": {"1": …}}``.
    """
    faults, out = Collector(), list[TaxDocument]()
    read = _json_rows if path.suffix.lower() == ".json" else _csv_rows
    for where, about, boxes in read(path, faults):
        with faults:
            out.append(_document(where, about, boxes, defaults))
    faults.raise_any()
    if not out:
        raise _fault(safe(path.name), "no_rows", "the file has no form", "add a row for each form")
    return out


_Row = tuple[str, Mapping[str, str], Mapping[str, str]]


def _csv_rows(path: Path, faults: Collector) -> Iterator[_Row]:
    file = load(path)
    reader = csv.reader(io.StringIO(file.text.lstrip("\ufeff")), strict=True)
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        with faults:
            _refuse_twins(heading, f"{file.name}:{reader.line_num}")
        unknown = _unknown_columns(heading, f"{file.name}:{reader.line_num}", faults)
        for cells in reader:
            where = f"{file.name}:{reader.line_num}"
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(heading):
                faults.add(_too_many(where, len(cells), len(heading)))
                continue
            filled = {h: c.strip() for h, c in zip(heading, cells, strict=False) if c.strip()}
            about = {_ABOUT[h.lower()]: c for h, c in filled.items() if h.lower() in _ABOUT}
            boxes = {h: c for h, c in filled.items() if h.lower() not in _ABOUT}
            yield where, about, {h: c for h, c in boxes.items() if h not in unknown}
    except csv.Error as bad:
        where = f"{file.name}:{reader.line_num}"
        faults.add(_fault(where, "bad_csv", f"not a CSV row: {bad}", "correct the quotes"))


def _unknown_columns(heading: list[str], where: str, faults: Collector) -> set[str]:
    """Return the columns that are neither a box of any form nor about it; each is a fault."""
    if len(heading) == 1 and ";" in heading[0]:
        remedy = "save it as CSV with commas between the columns"
        raise _fault(where, "bad_csv", "the columns are divided by semicolons", remedy)
    unknown = {name for name in heading if name and not _is_known(name)}
    for name in heading:
        if name in unknown:
            near = get_close_matches(name.lower(), [*_ABOUT, *sorted(_ALL_BOXES)], n=1)
            hint = f"did you mean '{near[0].capitalize()}'? " if near else ""
            faults.add(
                _fault(
                    where,
                    "unknown_box",
                    f"the column '{safe(name, limit=40)}' is no box of a form",
                    f"{hint}columns are Form, Taxpayer, Year, Payer, Evidence and boxes as 1, 2a, "
                    "12D",
                )
            )
    return unknown


def _is_known(name: str) -> bool:
    """Tell whether a column is about a form or a box of some form, as ``read_box`` takes it."""
    box = name.removeprefix("box ").removeprefix("Box ").replace(" ", "")
    slot = re.fullmatch("12[a-d]", box) is not None  # refused by its row, with the reason
    return name.lower() in _ABOUT or box.lower() in _ALL_BOXES or slot


def _too_many(where: str, cells: int, headings: int) -> LedgerError:
    return _fault(
        where,
        "bad_row",
        f"{cells} cells under {headings} headings",
        "put amounts with commas in quotation marks",
    )


def _json_rows(path: Path, faults: Collector) -> Iterator[_Row]:
    name = safe(path.name)
    try:  # numbers stay texts: nothing is rounded on the way
        content = json.loads(
            path.read_text("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            object_pairs_hook=lambda pairs: _object(pairs, name),
        )
    except (OSError, ValueError, RecursionError) as bad:
        raise _fault(
            name, "bad_json", f"not a JSON file: {safe(str(bad))}", "save it as UTF-8 JSON"
        ) from bad
    items = content if isinstance(content, list) else [content]
    for number, item in enumerate(items, 1):
        where = f"{name}:{number}"
        boxes = item.get("boxes") if isinstance(item, dict) else None
        if not isinstance(boxes, dict):
            faults.add(
                _fault(
                    where,
                    "bad_value",
                    "a form is no object with 'boxes'",
                    'write {"form": "1099-R", "year": 2025, "payer": "acme", "boxes": {"1": '
                    '"10.00"}}',
                )
            )
            continue
        _check_json(item, boxes, where, faults)
        about = {_ABOUT[k]: v for k, v in item.items() if k in _ABOUT and isinstance(v, str)}
        texts = {k: _json_text(v) for k, v in boxes.items() if isinstance(v, str | bool)}
        yield where, about, {k: text for k, text in texts.items() if text.strip()}


def _check_json(
    item: Mapping[str, Any], boxes: Mapping[str, Any], where: str, faults: Collector
) -> None:
    """Collect what no form has: an unknown name, a list or an object where a value stands."""
    for key in sorted(item.keys() - _ABOUT.keys() - {"boxes"}):
        near = get_close_matches(key.lower(), [*_ABOUT, "boxes"], n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        names = "form, taxpayer, year, payer, evidence and boxes"
        problem = f"unknown name '{safe(key, limit=40)}'"
        faults.add(_fault(where, "unknown_key", problem, f"{hint}names are {names}"))
    told = {f"'{k}'": v for k, v in item.items() if k in _ABOUT}
    told |= {f"box {k}": v for k, v in boxes.items()}
    for name, value in told.items():
        if isinstance(value, list | dict):
            problem = f"{safe(name, limit=40)} holds a list or an object"
            faults.add(_fault(where, "bad_value", problem, "write one text or number"))


def _object(pairs: list[tuple[str, Any]], name: str) -> dict[str, Any]:
    """Return an object of a JSON file; a name that stands twice in it would hide a figure."""
    _refuse_twins([key for key, _ in pairs], name)
    return dict(pairs)


def _refuse_twins(names: list[str], where: str) -> None:
    meant = [_ABOUT.get(name.lower(), name) for name in names if name]
    for name in meant:
        if meant.count(name) > 1:
            raise _twice(where, f"'{safe(name, limit=40)}'")


def _twice(where: str, what: str) -> LedgerError:
    return _fault(where, "bad_value", f"{what} is given twice", "give each once")


def _json_text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _document(
    where: str, about: Mapping[str, str], boxes: Mapping[str, str], defaults: Defaults
) -> TaxDocument:
    faults = Collector()
    form = form_name(about.get("form", defaults.form))
    if not form:
        raise _fault(
            where,
            "bad_value",
            f"'{safe(about.get('form', ''), limit=40)}' is no form that is kept",
            f"forms are: {', '.join(BOXES)}",
        )
    read: dict[str, Any] = {}
    for name, text in boxes.items():
        with faults:
            box, value = read_box(form, name, text, where)
            if box in read:
                raise _twice(where, f"box {box}")
            read[box] = value
    year = about.get("year") or (str(defaults.year) if defaults.year else "")
    if re.fullmatch("(19|20)[0-9]{2}", year) is None:
        told = f"'{safe(year, limit=40)}' is no tax year" if year else "no tax year"
        faults.add(_fault(where, "missing_field", told, "name the year of the form, as 2025"))
    taxpayer = about.get("taxpayer", defaults.taxpayer)
    if not taxpayer:
        remedy = "fill the column Taxpayer, or name the person with --taxpayer"
        faults.add(_fault(where, "missing_field", "no taxpayer", remedy))
    payer = about.get("payer", IRS if form == F8606 else "")
    texts = (payer, about.get("evidence", ""))
    for text in texts:
        with faults:
            refuse_text(text, where)
    faults.raise_any()
    return TaxDocument(where, taxpayer, int(year), form, *texts[:1], read, texts[1])


def _fault(where: str, code: str, problem: str, remedy: str) -> LedgerError:
    return LedgerError(where=where, code=code, problem=problem, remedy=remedy)
