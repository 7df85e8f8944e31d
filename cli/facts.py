"""Facts that no statement shows: a filed Form 8606, and what a tax return says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import show
from cli.context import open_ledger
from cli.documents import (
    at_terminal,
    evidence_of,
    evidence_options,
    form_1099r,
    form_5498,
    form_w2,
    list_forms,
    one_taxpayer,
    template,
    withdraw,
)
from cli.fact_types import ByEmployer, LayerType, LineType, ServiceType
from cli.lookup import known
from cli.options import DAY, DOLLARS, REASON, ROW_NUMBER, TAX_YEAR, TEXT
from cli.returns_typed import fill_8606, fill_return
from ledger.documents import F8606, IRS, TaxDocument, read_box
from ledger.errors import Collector, LedgerError
from ledger.forms.filed_8606 import check_layers, filed_basis
from ledger.money import ZERO, Money
from ledger.records import (
    FILING_STATUSES,
    HSA_COVERAGES,
    IRA_METHODS,
    OpeningBasis,
    ReturnFacts,
    StateBasis,
    check_owner,
    checked_opening,
    is_state,
)
from ledger.sanity_limits import EARLIEST, today
from ledger.tax_year.stated_basis import refuse_basis_above_limits
from ledger.text import typed
from ledger.year_end import of_decedent

if TYPE_CHECKING:
    from ledger.store import Ledger

_NEVER_NEGATIVE = (
    "compensation",
    "ira_deduction",
    "outstanding_rollovers",
    "first_home_expenses",
    "hsa_contributions",
)
# further facts of an opening: option -> help; those with a year take a tax year
_OPENING_MONEY = {
    "from-plans": "Part of line 14 that came from employer plans or another person.",
    "excess-traditional": "Line 16 of the last Form 5329.",
    "excess-roth": "Line 24 of the last Form 5329.",
    "first-home-used": "First-home amount used in earlier years.",
    "rolled-from-529": "Rolled over from 529 accounts in earlier years.",
    "deducted-after-70-half": "IRA deductions from 70 1/2 on, not yet set against charity.",
}
_OPENING_FIELDS = {  # where the option is not called as the field
    "from_plans": "traditional_ira_from_plans",
    "excess_traditional": "excess_traditional_ira",
    "excess_roth": "excess_roth_ira",
}
_OPENING = [name.replace("-", "_") for name in _OPENING_MONEY]
_CARRYING = ("14", "19", "20", "21", "22", "24")  # lines that say what is left
_STATUS = f"One of {', '.join(FILING_STATUSES)}."


def _opening_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the further facts that a form before the first year of the books carries on."""
    for name, words in reversed(_OPENING_MONEY.items()):
        command = click.option(f"--{name}", type=DOLLARS, help=words)(command)
    years = click.option("--hsa-funding-year", type=TAX_YEAR, help="Year an HSA was funded.")
    return years(command)


@click.group()
def record() -> None:
    """Record printed tax forms, a filed Form 8606 or what a return says.

    \b
    Example:
      basis record 1099r --taxpayer rose --year 2025 --payer acme \\
          --box 1=10200 --box 2a=200 --box 5=10000 --box 7=G
      basis record 8606 --taxpayer rose --year 2024 --line14 0
      basis record return --taxpayer rose --year 2025 --magi 180000
      basis record list
    """


for _command in (form_1099r, form_5498, form_w2, list_forms, withdraw, template):
    record.add_command(_command)


@record.command("8606")
@click.option("--taxpayer", help="Whose form it is; may be left out for one person.")
@click.option("--decedent", type=TEXT, help="Inherited IRAs: who died, as the account names them.")
@click.option("--year", type=TAX_YEAR, help="Tax year of the last form filed.")
@click.option("--line14", type=DOLLARS, help="Line 14: basis carried forward; 0 when none.")
@click.option("--line", "lines", type=LineType(), multiple=True, help="Any line as filed; repeat.")
@click.option("--roth-regular", type=DOLLARS, help="Roth IRAs: contributions not yet taken out.")
@click.option("--roth-since", type=TAX_YEAR, help="Roth IRAs: first year money was put in for.")
@click.option(
    "--roth-conversion",
    "layers",
    type=LayerType(),
    multiple=True,
    help="Roth IRAs: one year's conversions not yet taken out; repeat.",
)
@_opening_options
@click.option("--opens", type=TAX_YEAR, help="With --decedent: the year whose line 2 it is.")
@click.option("--corrects", type=ROW_NUMBER, help="Number of the form it replaces.")
@click.option("--withdraw", "why", metavar="WHY", type=REASON, help="Take back what is recorded.")
@evidence_options
def form_8606(
    paper: Path | None, opens: int | None, corrects: int | None, why: str | None, **given: Any
) -> None:
    """Record the last Form 8606 filed: what it carries into the next year, and its lines.

    Without a fact a terminal asks for them. The lines are compared with what the ledger comes to
    for that year (basis tie-out). Lines 21, 22 and 24 say what is left in Roth IRAs. With
    --decedent it is the heir's part of what the last form of a person who died carries on, or the
    heir's own form for that person; it is not compared. Where the IRA was inherited in the year of
    the form, --opens says which: that year for the last form of who died, the next for one's own.

    \b
    Example:
      basis record 8606 --taxpayer rose --year 2024 --line14 1500
      basis record 8606 --taxpayer rose --decedent "Ann Green" --year 2024 \\
          --line14 6000
      basis record 8606 --taxpayer rose --year 2024 --line14 0 \\
          --roth-regular 4000 --roth-since 2012 --roth-conversion 2020=15000/5000
      basis record 8606 --taxpayer rose --year 2024 --line 14=0 --line 21=0 \\
          --line 22=4000 --paper f8606-2024.pdf
    """
    facts = [name for name in given if name not in {"taxpayer", "decedent", "year", "evidence"}]
    with open_ledger() as ledger:
        given["evidence"] = evidence_of(given["evidence"], paper)
        if why is not None:
            _take_back(ledger, given, why)
            return
        given = _asked(ledger, given, facts, fill_8606, _read_8606)
        filed, opening = _read_8606(given)
        if opening.decedent:
            opening = replace(opening, as_of=_opens(ledger, filed, opening.decedent, opens))
            _record_of_decedent(ledger, filed, opening)
            return
        refuse_basis_above_limits(opening, ledger.taxpayers()[filed.taxpayer].born)
        _refuse_changed(ledger, filed, corrects)
        ledger.add_filed_8606(opening, filed)
    show.line(f"recorded {filed.where}: it opens {filed.year + 1}")


def _record_of_decedent(ledger: Ledger, filed: TaxDocument, opening: OpeningBasis) -> None:
    """Keep what a decedent's form carries on for an heir: who died must be known by an account."""
    mine = [a for a in ledger.accounts().values() if a.owner == filed.taxpayer]
    names = {a.decedent: None for a in mine if a.kind.is_inherited and a.decedent}
    if opening.decedent not in names:
        raise LedgerError(
            where=filed.where,
            code="no_such_decedent",
            problem=f"no inherited account of {filed.taxpayer} names {opening.decedent}; named "
            f"are: {', '.join(names) or 'none'}",
            remedy="write the name as the account has it, or give it to the account: basis account "
            f"set … --decedent {typed(opening.decedent)}",
        )
    unused = [f"line {number}" for number in filed.boxes if number not in _CARRYING]
    if unused or filed.evidence:
        raise LedgerError(
            where=filed.where,
            code="unknown_key",
            problem=f"{', '.join(unused) or 'the paper'}: of a decedent's form only what it "
            "carries on is kept",
            remedy=f"leave it out; read are lines {', '.join(_CARRYING)} and the Roth options",
        )
    ledger.add_opening_basis(opening)
    show.line(f"recorded {filed.where}: it opens {opening.as_of.year}")


def _opens(ledger: Ledger, filed: TaxDocument, decedent: str, said: int | None) -> date:
    """Return the day from which basis of a decedent counts for the heir.

    A form is the decedent's own last one, or one that the heir filed for the IRAs inherited:
    where these came into the books in its year it may be either, and that is asked.
    """
    heirs = {
        a.id
        for a in ledger.accounts().values()
        if (a.owner, a.decedent) == (filed.taxpayer, decedent)
    }
    entries = ledger.books().entries
    first = min((e.day.year for e in entries if heirs & {*e.event.accounts}), default=None)
    after = filed.year + 1
    if said is None and first == filed.year:
        problem = f"the IRAs of {decedent} were inherited in {first}: whose form it is is open"
        remedy = (
            f"say --opens {first} for the last form of {decedent}, whose basis counts at once, or "
            f"--opens {after} for the heir's own"
        )
    elif said not in {None, filed.year, after}:
        problem, remedy = f"a form of {filed.year} opens that year or the next", "correct --opens"
    elif said == filed.year and first is not None and first < filed.year:
        problem = f"the IRAs of {decedent} were inherited in {first}: a later form is the heir's"
        remedy = f"say --opens {after}"
    else:
        return date(said or after, 1, 1)
    raise LedgerError(where=filed.where, code="whose_form", problem=problem, remedy=remedy)


def _take_back(ledger: Ledger, given: Mapping[str, Any], why: str) -> None:
    """Take back a form of a decedent, which has no number of its own among the printed forms."""
    if given["year"] is None or not given["decedent"]:
        raise LedgerError(
            where="--withdraw",
            code="missing_field",
            problem="--withdraw takes back a form recorded with --decedent and --year",
            remedy="one's own form is taken back with: basis record withdraw NUMBER --why …",
        )
    taxpayer = one_taxpayer(ledger, given["taxpayer"])
    where = _named_8606(taxpayer, given["decedent"], given["year"])
    if not ledger.take_back_opening(taxpayer, where, why):
        raise LedgerError(
            where=where,
            code="no_such_document",
            problem="nothing is recorded of this form",
            remedy="basis record list shows the forms of decedents below the others",
        )
    show.line(f"withdrew {where}: {why}")


def _named_8606(taxpayer: str, decedent: str | None, year: int) -> str:
    return f"Form 8606 of {taxpayer}{of_decedent(decedent or '')} for {year}"


def _refuse_changed(ledger: Ledger, filed: TaxDocument, corrects: int | None) -> None:
    """Refuse a line that is recorded with another amount; lines not yet recorded are added.

    At a terminal somebody may say that this form corrects that one.
    """
    old = next((d for d in reversed(ledger.documents()) if d.same_paper(filed)), None)
    if corrects is not None and (old is None or old.number != corrects):
        raise LedgerError(
            where=filed.where,
            code="not_the_same_form",
            problem=f"no. {corrects} is not the {filed.where}"
            + (f", which is no. {old.number}" if old else ": none is recorded"),
            remedy="see basis record list",
        )
    if old is None or corrects is not None:
        return
    changed = [n for n in old.differing(filed) if n in filed.boxes and n in old.boxes]
    if not changed:
        return
    told = ", ".join(f"line {n} {old.boxes[n]} there, {filed.boxes[n]} here" for n in changed)
    fault = LedgerError(
        where=filed.where,
        code="form_differs",
        problem=f"it is recorded with other amounts: {told}",
        remedy=f"--corrects {old.number} if this one corrects it",
    )
    if not at_terminal():
        raise fault
    show.prose(f"{fault.where}: {fault.problem}", "yellow")
    click.confirm("does this one take its place", abort=True)


def _read_8606(given: Mapping[str, Any]) -> tuple[TaxDocument, OpeningBasis]:
    """Return a filed form and what it carries on; raise LedgerError for what cannot be."""
    taxpayer, year = given["taxpayer"], given["year"]
    where = _named_8606(taxpayer, given["decedent"], year)
    _refuse_future(where, year)
    boxes, kept = _lines(where, given), given["evidence"]
    filed = TaxDocument(where, taxpayer, year, F8606, IRS, boxes, kept)
    return filed, checked_opening(_opening_of(filed, given))


def _asked(
    ledger: Ledger,
    given: dict[str, Any],
    facts: Iterable[str],
    fill: Callable[[Ledger, dict[str, Any], Callable[[dict[str, Any]], object]], dict[str, Any]],
    read: Callable[[dict[str, Any]], object],
) -> dict[str, Any]:
    """Return what a command was given; without a fact a terminal is asked for all of them.

    What ``read`` refuses is told there, and corrected before anything is kept.
    """
    if at_terminal() and all(given[name] in (None, ()) for name in facts):
        given = given | fill(ledger, given, read)
    if given["year"] is None:
        raise LedgerError(
            where="basis record",
            code="missing_field",
            problem="--year is not given",
            remedy="add --year, the tax year of the form",
        )
    return given | {"taxpayer": one_taxpayer(ledger, given["taxpayer"])}


def _opening_of(filed: TaxDocument, given: Mapping[str, Any]) -> OpeningBasis:
    """Return what a filed form carries into the next year; raise LedgerError for what cannot be."""
    where, layers, regular = filed.where, given["layers"], given["roth_regular"]
    left = [amount for layer in layers for amount in (layer.taxable, layer.nontaxable)]
    more: dict[str, Any] = {
        _OPENING_FIELDS.get(name, name): _seen(given[name], where) for name in _OPENING
    }
    _refuse_negative(where, regular, *left, *more.values())
    stated = [*more.values(), regular, given["roth_since"], given["hsa_funding_year"]]
    if not filed.boxes and not left and all(one is None for one in stated):
        raise _nothing_given(where, "--line14 0 when there is none")
    carried = filed_basis(filed)
    if carried.roth_conversions is not None:
        check_layers(filed, carried.roth_conversions, layers)
    return OpeningBasis(
        where=where,
        taxpayer=filed.taxpayer,
        as_of=date(filed.year + 1, 1, 1),
        traditional_ira=_seen(carried.traditional, where),
        roth_ira_regular=_seen(carried.roth_regular if regular is None else regular, where),
        roth_ira_since=given["roth_since"],
        roth_ira_conversions=layers,
        hsa_funding_year=given["hsa_funding_year"],
        decedent=given["decedent"] or "",
        **more,
    )


def _lines(where: str, given: Mapping[str, Any]) -> dict[str, Money | str]:
    """Return the lines given, --line14 among them; every fault comes at once."""
    faults, lines = Collector(), dict[str, Money | str]()
    texts = [*given["lines"]]
    if given["line14"] is not None:
        texts.append(("14", given["line14"].plain))
    for number, text in texts:
        with faults:
            line, value = read_box(F8606, number, text, where)
            # the same line by --line14 and by --line is no fault while both agree
            if lines.get(line, value) != value:
                raise LedgerError(
                    where=where,
                    code="bad_value",
                    problem=f"line {line} is given twice with other amounts",
                    remedy="give each line once",
                )
            lines[line] = value
    faults.raise_any()
    return lines


def _nothing_given(where: str, example: str) -> LedgerError:
    return LedgerError(
        where=where,
        code="missing_field",
        problem="nothing to record",
        remedy=f"name at least one fact, e.g. {example}",
    )


def _refuse_future(where: str, year: int) -> None:
    if year > today().year:
        raise LedgerError(
            where=where,
            code="bad_tax_year",
            problem=f"no form for {year} was filed yet",
            remedy="name the tax year of the last form filed",
        )


@record.command("return")
@click.option("--taxpayer", help="Whose return it is; may be left out for one person.")
@click.option("--year", type=TAX_YEAR, help="Tax year of the return.")
@click.option("--filing-status", metavar="STATUS", type=click.Choice(FILING_STATUSES), help=_STATUS)
@click.option("--magi", type=DOLLARS, help="Modified AGI for IRA purposes.")
@click.option("--compensation", type=DOLLARS, help="Taxable compensation.")
@click.option("--covered-by-plan/--not-covered-by-plan", default=None, help="W-2 box 13.")
@click.option("--spouse-covered-by-plan/--spouse-not-covered-by-plan", default=None, help="Theirs.")
@click.option("--ira-deduction", type=DOLLARS, help="Deduction taken; else it is worked out.")
@click.option(
    "--nondeductible-first",
    metavar="WHICH",
    type=click.Choice(["made_in_year", "made_after_year"]),
    help="Form 8606 line 4: made_in_year (default) or made_after_year.",
)
@click.option(
    "--ira-method",
    metavar="METHOD",
    type=click.Choice([name.replace("_", "-") for name in IRA_METHODS]),
    help="form (lines 6 to 12) or worksheet-1-1 (Pub. 590-B), as the return was worked out.",
)
@click.option("--outstanding-rollovers", type=DOLLARS, help="Form 8606 line 6.")
@click.option("--first-home-expenses", type=DOLLARS, help="Form 8606 line 20.")
@click.option(
    "--disaster-income",
    metavar="HOW",
    type=click.Choice(["spread", "in_full"]),
    help="Form 8915: spread over three years (default) or in_full.",
)
@click.option(
    "--hsa-coverage",
    metavar="COVERAGE",
    type=click.Choice(HSA_COVERAGES),
    help="HSA funding distribution: self_only or family coverage, or a change between two.",
)
@click.option("--hsa-contributions", type=DOLLARS, help="Other HSA contributions for the year.")
@click.option(
    "--plan-compensation",
    type=ByEmployer(),
    multiple=True,
    help="Pay that counts for the plan, deferrals included (IRC 415(c)(3)); repeat.",
)
@click.option(
    "--social-security-wages", type=ByEmployer(), multiple=True, help="Form W-2 box 3; repeat."
)
@click.option(
    "--service-catch-up",
    type=ServiceType(),
    help="403(b), 15 years of service: deferred before, and used of the rule before.",
)
def tax_return(**given: Any) -> None:
    """Record what a return says that no statement shows; later rows add to earlier ones.

    Without a fact a terminal asks for the usual ones.

    \b
    Example:
      basis record return --taxpayer rose --year 2025 --magi 180000
    """
    names = [name for name in given if name not in {"taxpayer", "year"}]
    with open_ledger() as ledger:
        given = _asked(ledger, given, names, fill_return, _read_return)
        ledger.add_return_facts(said := _read_return(given))
    told = (name.replace("_", " ") for name in names if given[name] not in (None, ()))
    show.line(f"recorded {', '.join(told)} of the {said.where}")


def _read_return(given: Mapping[str, Any]) -> ReturnFacts:
    """Return the facts of a return; raise LedgerError for none, and for what cannot be."""
    taxpayer, year = given["taxpayer"], given["year"]
    where = f"return of {taxpayer} for {year}"
    named = {name: v for name, v in given.items() if name not in {"taxpayer", "year"}}
    facts = {name: value for name, value in named.items() if value not in (None, ())}
    if not facts:
        raise _nothing_given(where, "--magi 180000")
    if "ira_method" in facts:
        facts["ira_method"] = facts["ira_method"].replace("-", "_")
    _refuse_negative(where, *(facts.get(name) for name in _NEVER_NEGATIVE))
    facts = {k: _seen(v, where) if isinstance(v, Money) else v for k, v in facts.items()}
    return ReturnFacts(where=where, taxpayer=taxpayer, year=year, **facts)


@record.command("state-basis")
@click.option("--taxpayer", required=True, help="Whose basis it is.")
@click.option("--state", required=True, type=TEXT, help="Two letters, e.g. NJ.")
@click.option("--as-of", type=DAY, required=True, help="Day on which it was so much.")
@click.option("--basis", type=DOLLARS, required=True, help="Basis as the state counts it.")
@click.option("--account", type=TEXT, help="Account it belongs to; else all of the person's.")
@click.option("--note", type=TEXT, help="Where it comes from, e.g. a worksheet.")
def state_basis(taxpayer: str, state: str, as_of: date, basis: Money, **more: str | None) -> None:
    """Record what a state counts as basis, where it differs from the federal one.

    It is kept and shown with the year, never worked out.

    \b
    Example:
      basis record state-basis --taxpayer rose --state NJ \\
          --as-of 2024-12-31 --basis 12000
    """
    where = f"{state} basis of {taxpayer}"
    if not is_state(state):
        raise LedgerError(
            where=where,
            code="bad_value",
            problem=f"'{state}' is no state",
            remedy="write two letters, e.g. NJ",
        )
    _refuse_negative(where, basis)
    if not EARLIEST <= as_of <= today():
        raise LedgerError(
            where=where,
            code="date_out_of_range",
            problem=f"nobody can know a basis as of {as_of.isoformat()}",
            remedy=f"write a day from {EARLIEST.isoformat()} to today",
        )
    with open_ledger() as ledger:
        known(ledger.taxpayers(), taxpayer, "taxpayer")
        if more["account"]:
            known(ledger.accounts(), more["account"], "account")
            check_owner(where, taxpayer, ledger.accounts()[more["account"]])
        said = {name: words or "" for name, words in more.items()}
        ledger.add_state_basis(StateBasis(where, taxpayer, state, as_of, basis, **said))
    show.line(f"recorded {where}: {basis} as of {as_of.isoformat()}")


def _seen(amount: Money | None, where: str) -> Money | None:
    return None if amount is None else amount.seen_at(where)


def _refuse_negative(where: str, *amounts: Money | None) -> None:
    for amount in amounts:
        if amount is not None and amount < ZERO:
            raise LedgerError(
                where=where,
                code="bad_amount",
                problem=f"this amount cannot be negative ({amount})",
                remedy="write it as it stands on the filed form",
            )
