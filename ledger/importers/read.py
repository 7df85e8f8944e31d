"""The one door to the readers: which product a file is, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from ledger.importers import (
    balances,
    betterment,
    chase,
    custom,
    empower,
    etrade,
    fidelity_history,
    fidelity_netbenefits,
    human_interest,
    ibkr,
    john_hancock,
    m1,
    merrill,
    merrill_401k,
    ofx,
    paychex,
    plain,
    robinhood,
    schwab,
    tdameritrade,
    tiaa,
    trowe,
    vanguard,
    vanguard_page,
    voya,
)
from ledger.importers.base import Head, Importer
from ledger.importers.files import TextFile, load, refuse
from ledger.importers.reading import Reading
from ledger.importers.unrecognized import unknown
from ledger.pause import paused_collector
from ledger.sanity_limits import today
from ledger.text import safe

ALL: tuple[Importer, ...] = (
    fidelity_netbenefits.HISTORY,
    fidelity_netbenefits.SOURCES_TAB,
    fidelity_history.HISTORY,
    vanguard.OFXDOWNLOAD,
    ofx.STATEMENT,
    schwab.WORKPLACE,
    schwab.BROKERAGE,
    schwab.BROKERAGE_JSON,
    empower.HISTORY,
    balances.TRANSAMERICA,
    balances.NETBENEFITS_STATEMENT,
    vanguard_page.PAGE,
    voya.HISTORY,
    trowe.HISTORY,
    tiaa.ACTIVITY,
    human_interest.HISTORY,
    merrill_401k.HISTORY,
    john_hancock.HISTORY,
    paychex.HISTORY,
    merrill.ACTIVITY,
    merrill.BY_SETTLEMENT,
    merrill.DETAILED,
    etrade.TRANSACTIONS,
    etrade.SHORT,
    etrade.ALL_TRANSACTIONS,
    robinhood.REPORT,
    betterment.TRANSACTIONS,
    chase.ACTIVITY,
    ibkr.STATEMENT,
    m1.ACTIVITY,
    tdameritrade.TRANSACTIONS,
    plain.PLAIN,
)
_OF_ANYBODY = (ofx.STATEMENT, plain.PLAIN)
_BY_NAME = {importer.name: importer for importer in ALL}


def formats() -> list[tuple[str, str]]:
    """Return every format by name with what it reads, in the order of the help text."""
    listed = [(i.name, f"{i.institution}: {i.words}") for i in ALL if i is not plain.PLAIN]
    return [
        *listed,
        (plain.PLAIN.name, plain.PLAIN.words),
        ("MAP.toml", "any other CSV, by a column map of your own (docs/custom-maps.md)"),
    ]


def read_file(  # noqa: PLR0913 - what may be known of a file beside its bytes
    path: Path,
    importer: str | None = None,
    *,
    account: str = "",
    employer: str = "",
    name: str = "",
    now: date | None = None,
) -> Reading:
    """Read one statement file into Records, by the named format or by the one that knows it.

    ``importer`` is the name of a format or the path of a column map (``….toml``). ``account`` is
    the account named for the file: typed events that name none are made for it at once. The name
    of the ``employer`` is cut from those of sources. ``name`` is what rows are cited by, where the
    file's own would be taken for another file.
    ``now`` is the day after which a date counts as being in the future (default: today).

    Raises LedgerErrors with every fault of the file; nothing is ever dropped in silence.
    """
    day = now or today()
    with paused_collector():
        if importer is not None and importer.lower().endswith(".toml"):
            text = replace(load(path, name), employer=employer)
            return custom.load_map(Path(importer)).read(text, day)
        readers = ALL if importer is None else (_named(importer),)
        file = replace(load(path, name, _known_to(readers)), account=account, employer=employer)
        if importer is None:
            chosen = identify(file.text, file.name)
        else:
            chosen = readers[0]
            _refuse_other(chosen, file)
        reading = chosen.read(file, day)
    if chosen not in _OF_ANYBODY:
        reading = replace(reading, institution=chosen.institution)
    return replace(reading, notes=(*reading.notes, file.note)) if file.note else reading


def _known_to(readers: tuple[Importer, ...]) -> Callable[[str], bool]:
    """Return what tells whether one of these readers knows a text."""

    def known(text: str) -> bool:
        head = Head.of(text)
        return any(reader.answers(head) for reader in readers)

    return known


def identify(text: str, file_name: str) -> Importer:
    """Return the one reader that knows a text; raise LedgerError when none or two do."""
    head = Head.of(text)
    answering = [importer for importer in ALL if importer.answers(head)]
    if len(answering) == 1:
        return answering[0]
    if answering:
        names = " and ".join(importer.name for importer in answering)
        raise refuse(
            file_name,
            "ambiguous_format",
            f"the file looks like {names}",
            f"name the right one: --as {answering[0].name}",
        )
    raise ofx.unread_ofx(file_name) if ofx.is_ofx(head) else unknown(head, file_name, ALL)


def _named(name: str) -> Importer:
    if name in _BY_NAME:
        return _BY_NAME[name]
    near = get_close_matches(name.lower(), _BY_NAME, n=1)
    raise refuse(
        safe(name, limit=80),
        "unknown_format",
        "there is no format of this name",
        f"{f'did you mean {near[0]}? ' if near else ''}'basis formats' lists them; a column map"
        " ends in .toml",
    )


def _refuse_other(chosen: Importer, file: TextFile) -> None:
    """Refuse a file that is plainly of another product than the one named."""
    head = Head.of(file.text)
    if chosen.answers(head):
        return
    others = [importer.name for importer in ALL if importer.answers(head)]
    if others or chosen.recognize:
        looks = f"the file looks like {others[0]}" if others else "the file does not look like it"
        raise refuse(
            file.name,
            "other_format",
            f"{looks}, not {chosen.name}",
            f"leave --as out{f', or say --as {others[0]}' if others else ''}",
        )
    if ofx.is_ofx(head):
        raise ofx.unread_ofx(file.name)
