"""Names of money sources in one plan's files: what each was said to be, listed and changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from cli import show
from cli.context import open_ledger
from cli.lookup import known
from cli.options import json_option
from ledger.chart import Account, Source
from ledger.errors import LedgerError
from ledger.sanity_limits import today
from ledger.statement_import.questions.rows import SourceUnknown
from ledger.text import safe

if TYPE_CHECKING:
    from ledger.store import Answer, Ledger

_FORGOTTEN = ""


@click.command("sources")
@click.argument("name", metavar="ACCOUNT")
@click.argument("said", nargs=-1, metavar="[NAME=SOURCE]...")
@click.option("--forget", "forgotten", multiple=True, metavar="NAME", help="Ask for it again.")
@json_option
def sources(name: str, said: tuple[str, ...], forgotten: tuple[str, ...], *, as_json: bool) -> None:
    """Show or say which money source a name in a plan's files means.

    What an import asked once is listed here. A name that is said goes before what its words seem
    to say: of a plan that calls Roth money after-tax, say "After-Tax=roth". It holds for later
    imports; what is booked stays as it is, and the command says what that is.

    \b
    Example:
      basis account sources acme
      basis account sources acme "Company money=match"
      basis account sources acme --forget "Company money"
    """
    from ledger.statement_import.answers import normal  # noqa: PLC0415 - loads the store

    with open_ledger() as ledger:
        plan = known(ledger.accounts(), name, "account")
        _refuse_no_plan(plan)
        before = {normal(a.match): a for a in _aliases(ledger, name)}
        pairs = [_pair(text) for text in said] + [(_known_name(before, n), "") for n in forgotten]
        made = [_answer(name, *pair) for pair in pairs]
        if made:
            ledger.add_answers(made)
            _tell_booked(ledger, name, made)
        listed = _aliases(ledger, name)
    if as_json:
        show.as_json([{"account": name, "name": a.match, "source": a.answer} for a in listed])
        return
    rows = [(a.match, a.answer, a.day.isoformat(), a.reason) for a in listed]
    show.console().print(show.table(("name in the files", "source", "since", "said"), rows))
    if not rows:
        show.line("no name of a source was asked about or said")


def _refuse_no_plan(plan: Account) -> None:
    if not plan.kind.is_plan:
        raise LedgerError(
            where=f"account {plan.id}",
            code="unknown_account",
            problem=f"{plan.kind.with_article} has no money sources",
            remedy="name a workplace plan",
        )


def _aliases(ledger: Ledger, plan: str) -> list[Answer]:
    """Return what names of sources mean in a plan, the newest word on each."""
    from ledger.statement_import.answers import normal  # noqa: PLC0415 - the store
    from ledger.store import ROW  # noqa: PLC0415

    newest = {
        normal(a.match): a
        for a in ledger.answers()
        if (a.code, a.account) == (SourceUnknown.code, plan) and not a.match.startswith(ROW)
    }
    return [a for a in newest.values() if a.answer != _FORGOTTEN]


def _pair(text: str) -> tuple[str, str]:
    """Cut "Company money=match"; raise LedgerError for what is no source."""
    from ledger.importers.sources import canonical  # noqa: PLC0415 - loads the readers

    name, sign, said = text.rpartition("=")
    source = canonical(said)
    if not sign or not name.strip() or source is None:
        raise LedgerError(
            where="account sources",
            code="unknown_source",
            problem=f"'{safe(text, limit=60)}' does not name a source",
            remedy=f'write "NAME=SOURCE"; SOURCE is one of {", ".join(Source)}',
        )
    return name, source.value


def _known_name(before: dict[str, Answer], name: str) -> str:
    from ledger.statement_import.answers import normal  # noqa: PLC0415 - loads the store

    if normal(name) not in before:
        raise LedgerError(
            where="--forget",
            code="unknown_source",
            problem=f"nothing was said of '{safe(name, limit=60)}'",
            remedy=f"said are: {', '.join(safe(n, limit=60) for n in before) or 'none'}",
        )
    return name


def _answer(plan: str, name: str, source: str) -> Answer:
    from ledger.statement_import.answers import normal  # noqa: PLC0415 - loads the store
    from ledger.store import Answer  # noqa: PLC0415

    reason = "said with basis account sources"
    return Answer(SourceUnknown.code, plan, normal(name), source, today(), reason)


def _tell_booked(ledger: Ledger, plan: str, made: Iterable[Answer]) -> None:
    """Say what an alias does not change: the entries that rows of this name were booked as."""
    from ledger.statement_import.answers import normal  # noqa: PLC0415 - loads the store

    books = ledger.books()
    for alias in made:
        booked: Counter[tuple[str, str]] = Counter()
        for entry in books.facts:
            event = entry.event
            cells = books.raw_rows.get(event.where, "").split(" | ")
            named = any(normal(cell.partition(": ")[2]) == alias.match for cell in cells)
            wrong = [source for source in event.sources if source.value != alias.answer]
            if event.account == plan and named and wrong and not entry.derived:
                booked[event.where.rpartition(":")[0], wrong[0].value] += 1
        imports = {i.name: i.id for i in ledger.imports() if not i.undone}
        for (file, source), count in booked.items():
            rows = "1 entry of" if count == 1 else f"{count} entries of"
            stay = "stays" if count == 1 else "stay"
            show.note(
                f"'{safe(alias.match, limit=60)}': {rows} {safe(file, limit=60)} {stay} booked as "
                f'{source}. To book them anew: basis undo {imports.get(file, "IMPORT")} --why "…", '
                "then import the file again"
            )
