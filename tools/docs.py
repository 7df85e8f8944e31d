"""Write the pages of docs/ that come from the code; with --check, only tell which are stale."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BAD = ROOT / "fixtures" / "statements" / "bad"
sys.path.insert(0, str(ROOT))

import click  # noqa: E402  (the root of the project has to be on the path first)

from ledger import law  # noqa: E402
from ledger.chart import SimplifiedMethod  # noqa: E402
from ledger.events import (  # noqa: E402
    CORRECTED_SOURCES,
    EVENT_SPECS,
    EXCEPTIONS_5329,
    FIELD_SPECS,
    RECORDED_KINDS,
    BasisRule,
    EventKind,
    EventSpec,
    Sign,
)
from ledger.forms import f1040, f1099r, f5329, f8606  # noqa: E402
from ledger.importers.base import SURE, Importer  # noqa: E402
from ledger.importers.read import ALL  # noqa: E402
from ledger.law.figures import CONFIDENCE, figures, statute, years_on_file  # noqa: E402
from ledger.law.special_distributions import EXCEPTIONS  # noqa: E402
from ledger.records import ServiceCatchUp  # noqa: E402
from ledger.scenario.spec import SPEC  # noqa: E402
from ledger.statement_import.questions import registry  # noqa: E402
from ledger.text import safe  # noqa: E402

WIDTH = 100
_FORM_1040 = {
    "form_1040_ira_gross_line": "IRAs, gross",
    "form_1040_ira_taxable_line": "IRAs, taxable",
    "form_1040_ira_checkbox_line": "IRAs, boxes to check",
    "form_1040_plan_gross_line": "pensions and plans, gross",
    "form_1040_plan_taxable_line": "pensions and plans, taxable",
    "form_1040_plan_checkbox_line": "pensions and plans, boxes to check",
}


def rules_page() -> str:
    """Return docs/rules.md: each rule of law with its citation, evidence and meaning."""
    for module in pkgutil.iter_modules(law.__path__, "ledger.law."):
        importlib.import_module(module.name)
    lines = [
        "# Rules of law",
        "",
        "Every rule that decides a figure, with the place where the law says so. Evidence:",
        "",
        *[f"- **{letter}**: {meaning}" for letter, meaning in law.EVIDENCE.items()],
        "",
        "| rule | citation | evidence | what it says |",
        "|---|---|---|---|",
    ]
    for name, rule in sorted(law.RULES.items()):
        short = name.removeprefix("ledger.law.")
        said = _first_sentence(inspect.getdoc(rule.function) or "")
        cells = (f"`{short}`", rule.citation, rule.evidence, said)
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join(lines) + "\n"


def figures_page() -> str:
    """Return docs/figures.md: the figures of each year, weak ones marked, and their sources."""
    years = years_on_file()
    lines = [
        "# Figures of law",
        "",
        "Each figure with its source stands in `ledger/law/years/`. A dash: the law had none in",
        "that year. A star: the figure still waits for confirmation; the reason stands below.",
        "Confidence:",
        "",
        *[f"- **{grade}**: {meaning}" for grade, meaning in CONFIDENCE.items()],
        "",
        "| figure | " + " | ".join(map(str, years)) + " |",
        "|---|" + "--:|" * len(years),
    ]
    weak: list[str] = []
    for name in dict.fromkeys(name for year in years for name in figures(year)):
        found = [figures(year).figure(name) for year in years]
        cells = [_shown(figure.value, figure.is_weak) for figure in found]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
        weak += [
            f"- `{name}` {year} ({figure.confidence}): {figure.note}."
            for year, figure in zip(years, found, strict=True)
            if figure.is_weak
        ]
    lines += ["", "## Waiting for confirmation", "", *weak, "", "## Fixed by statute", ""]
    lines += ["| figure | value | source |", "|---|--:|---|"]
    for name in statute():
        figure = statute().figure(name)
        value = figure.value
        age = isinstance(value, list) and isinstance(value[0], int)
        shown = f"{value[0]} years {value[1]} months" if age else _shown(value, figure.is_weak)
        lines.append(f"| `{name}` | {shown} | {_cell(figure.source)} |")
    return "\n".join(lines) + "\n"


def errors_page() -> str:
    """Return docs/errors.md: each code a user may meet, with its words as they are written."""
    found: dict[str, set[tuple[str, str]]] = {}
    for words in _named_texts("code", "problem"):
        said = (words["problem"], words.get("remedy", "…"))
        found.setdefault(words["code"], set()).add(said)
    for asked in registry.documented():
        found.setdefault(asked.code, set()).add(
            (f"a question: {asked.asks}", f"[its answers](questions.md#{asked.code})")
        )
    findings: dict[str, set[str]] = {}
    for words in _named_texts("code", "message"):
        findings.setdefault(words["code"], set()).add(words["message"])
    lines = [
        "# Errors",
        "",
        "Every refusal has a code that does not change. `…` stands for what was found.",
        "",
        "| code | problem | remedy |",
        "|---|---|---|",
    ]
    for code, pairs in sorted(found.items()):
        for problem, remedy in sorted(pairs):
            lines.append(f"| `{code}` | {_cell(problem)} | {_cell(remedy)} |")
    if findings:
        lines += ["", "## Findings of a year", "", "| code | message |", "|---|---|"]
    for code, messages in sorted(findings.items()):
        lines += [f"| `{code}` | {_cell(message)} |" for message in sorted(messages)]
    return "\n".join([*lines, "", *_gallery()]) + "\n"


GALLERY = """## The smallest file of each refusal

What a reader of statements refuses: a file that provokes it, the command, and the words that are
printed. The files lie in `fixtures/statements/bad/`; a test reads each and compares every message.
They are refused before an account or an answer counts; `--as` stands where the file alone does not
tell the format. A workbook is refused by the same words as a text, and by some of its own, which
stand below. What `…` stands for is left out here."""
COMMANDS = """## The smallest command of each further refusal

What no single text file provokes: accounts, answers, allocations, workbooks, printed forms. The
commands run one after another in one ledger: Rose, her plan `acme`, her IRAs `ira` and `roth1`.
`book.xlsx` has the cells shown as XML. A test runs each and compares every message."""
ELSEWHERE = """## Not in the gallery

Codes that no small file or command provokes by itself, with the reason:"""
_REFUSAL = re.compile(r"\[(?P<code>\w+)\] (?P<message>(?P<file>[^:]+)(:\d+)?: .*)")
_TYPED = re.compile(r"\$ basis import .*")
_LINES_SHOWN, _WIDTH_SHOWN = 12, 110
REFUSALS = ROOT / "fixtures" / "refusals"


def _gallery() -> Iterator[str]:
    """Go through the lines of the gallery: by code, each file with its command and messages."""
    yield from GALLERY.split("\n")
    found: dict[str, dict[str, list[str]]] = {}
    command = ""
    for line in (BAD / "refusals.txt").read_text("utf-8").splitlines():
        refusal, typed = _REFUSAL.fullmatch(line), _TYPED.fullmatch(line)
        if typed:
            command = line
        elif refusal:
            told = found.setdefault(refusal["code"], {}).setdefault(refusal["file"], [command])
            told.append(refusal["message"])
        else:
            raise ValueError(line)
    for code, files in sorted(found.items()):
        yield from ("", f"### `{code}`")
        for name, messages in files.items():
            yield from ("", f"`{name}`:", "", "```text", *_shown_file(BAD / name), "```", "")
            yield from ("```text", *map(_short, messages), "```")
    yield from ("", *COMMANDS.split("\n"))
    cases = iter(tomllib.loads((REFUSALS / "cases.toml").read_text("utf-8"))["case"])
    told = (REFUSALS / "told.txt").read_text("utf-8").rstrip("\n").split("\n\n")
    for case, lines in zip(cases, told, strict=True):
        shown = [line for name, text in case.get("files", {}).items() for line in (name, text)]
        shown += [
            f"<sheetData>{case[key]}</sheetData>" for key in ("sheet", "second") if key in case
        ]
        shown += [f"with {', '.join(case['parts'])}"] if "parts" in case else []
        shown += [f"{key}: {case[key]}" for key in ("state", "without", "bomb") if key in case]
        yield from ("", "```text")
        for text in shown:
            yield from (safe(line, limit=_WIDTH_SHOWN) for line in text.rstrip("\n").split("\n"))
        yield from (*([""] if shown else []), *map(_short, lines.split("\n")), "```")
    yield from ("", *ELSEWHERE.split("\n"), "")
    for group in elsewhere():
        codes = ", ".join(f"`{code}`" for code in group["codes"])
        yield f"- {group['why']}: {codes}."


def elsewhere() -> list[dict[str, Any]]:
    """Return the groups of codes that stand in no gallery, each with its reason."""
    text = (REFUSALS / "elsewhere.toml").read_text("utf-8")
    listed: list[dict[str, Any]] = tomllib.loads(text)["group"]
    return listed


def _shown_file(path: Path) -> Iterator[str]:
    """Go through the lines of a file, what cannot be printed escaped and what is long cut."""
    text = path.read_bytes().decode("utf-8", "backslashreplace")
    lines = [safe(line, limit=_WIDTH_SHOWN) for line in text.split("\n")]
    if lines[-1] == "":
        lines.pop()
    yield from lines[:_LINES_SHOWN] or ["(no byte at all)"]
    if len(lines) > _LINES_SHOWN:
        yield "…"


def _short(message: str) -> str:
    """Return a message without its lists: the kinds and sources have pages of their own."""
    return re.sub(r"((?:use|write) one of|sources|write pattern):? [^;)]{60,}", r"\1 …", message)


SCENARIO = """# Scenario files

A scenario file is a whole story in one TOML text: people, accounts, what happened, what a return
says. It needs no ledger. `basis scenario run FILE` works out every year it names, `scenario check`
compares with its `[[expect]]` rows, `scenario load` books it, `scenario export` writes the ledger
as one. Worked examples stand in `fixtures/scenarios/`.

```toml
[scenario]
tax_years = [2024]

[[taxpayer]]
id = "sam"
name = "Sam Cole"
born = 1980-04-17

[[account]]
id = "ira"
owner = "sam"
kind = "traditional_ira"

[[account]]
id = "roth"
owner = "sam"
kind = "roth_ira"

[[opening_basis]]
taxpayer = "sam"
as_of = 2024-01-01
traditional_ira = 0

[[event]]
date = 2024-01-08
account = "ira"
kind = "contribution"
amount = 7000

[[event]]
date = 2024-02-01
account = "ira"
kind = "conversion"
to = "roth"
amount = 7000

[[expect]]
taxpayer = "sam"
year = 2024
at = "forms.8606.lines.18"
is = "0.00"
```

Amounts are dollars with at most two decimals, dates TOML dates. Unknown keys are refused with the
nearest known one. An expectation names a path in the year-end record (`basis year-end YEAR
--json`): keys joined by dots, items of a list by number or `[key=value]`; a text compares as text,
a number by value, `"absent"` means that the path leads nowhere. A story that must be refused has
`[expect_refusal]` with a `code` instead.

A `[[tax_document]]` is a printed form: `form` is "1099-R", "5498", "W-2" or "8606", `payer` an
account (an employer for a W-2, nothing for a filed 8606), `boxes` what is printed, amounts as
dollars, marks as true or false:

```toml
[[tax_document]]
taxpayer = "sam"
year = 2024
form = "1099-R"
payer = "ira"
boxes = { 1 = 7000, 2a = 7000, 2b = "not determined", 7 = "2", ira = true }
```

A `[[filed_year]]` is a closed year as a ledger exported it: `text` is its record as filed, which
the year is compared with. Nobody needs to type one.

## What a record says of printed forms and filed years

- `tie_out`: one row for each box of a printed form: `form`, `payer`, `box`, `printed`, `expected`,
  `difference`, `pattern` (why it differs, "" where it agrees), `says`, `remedy`, `entries` (places
  of the entries behind the expected amount), `where`.
- `enter_instead`: lines to type in place of a printed form: `form`, `payer`, `to`, `boxes`,
  `where`, `says`; the lines of one form add back to its box 1.
- `status`: `open`, `closed` (the record is kept as filed) or `reopened`.
- `filed`: of a closed year: `closed_at`, `sha256` of the record as kept, `chain_head`,
  `reopened_at`, `why`; null for an open one.
- `amended`: lines of a closed year that are no longer what was filed: `form`, `line`, `filed`,
  `now`, `difference`.
- `forms_due`: earlier years whose Form 8606 was due and is not recorded as filed: `form`, `year`,
  `line_14`.

Patterns: `earnings_left_out` (code G with 0 in box 2a), `taxable_amount_not_determined`,
`basis_left_out`, `taxable_amount_differs`, `one_form_for_several`, `codes_g_and_2_mixed`,
`code_of_age_or_exception`, `gross_differs`, `not_in_ledger`, `form_missing`, `box_blank`,
`contribution_coded_for_wrong_year`, `contributions_differ`, `year_end_value_differs`,
`deferral_paid_after_year_end`, `roth_and_pre_tax_differ`, `deferrals_differ`, `cannot_be_told`,
`retirement_plan_not_ticked`, `coverage_not_recorded`, `coverage_differs`, `filed_form_differs`,
`box_differs`.

"""


IMPORT_KEYS = (Path(__file__).parent / "scenario_import.md").read_text("utf-8")
IRA_KEYS = (Path(__file__).parent / "scenario_iras.md").read_text("utf-8")


def scenario_page() -> str:
    """Return docs/scenario.md: the tables and keys of a scenario file, and kinds of events."""
    tables = [
        f"| `{table}` | {', '.join(f'`{key}`' for key in keys)} |" for table, keys in SPEC.items()
    ]
    kinds = [
        f"| `{kind}` | {', '.join(f'`{_key(name)}`' for name in sorted(kind.spec.fields))} |"
        for kind in RECORDED_KINDS
    ]
    return "\n".join(
        [
            SCENARIO,
            "## Tables and keys",
            "",
            "| table | keys |",
            "|---|---|",
            *tables,
            "",
            *_words_of_keys(),
            "## Kinds of events",
            "",
            "Every event has `date`, `account` and `kind`, maybe `memo` and an `id` of its own.",
            "",
            "| kind | further keys |",
            "|---|---|",
            *kinds,
            "",
            IRA_KEYS.rstrip(),
            "",
            IMPORT_KEYS.rstrip(),
            "",
        ]
    )


def events_page() -> str:
    """Return docs/events.md: the catalogue of events and of what may be said of one."""
    return "\n".join(
        [
            "# Events",
            "",
            "Everything that can happen to money, as the catalogue in `ledger/events` has it: the",
            "same for `basis add`, scenario files, the plain CSV, the forms and the checks.",
            "",
            "## Kinds",
            "",
            "*Booked* names who gets the value and who gives it, and the basis that travels with",
            "it. *Day*: the place within a day. *Year*: `stated` where the tax year may be another",
            "than that of the day. A field in bold is needed.",
            "",
            "| kind | what happened | where | booked | way | day | year | fields |",
            "|---|---|---|---|---|---|---|---|",
            *map(_kind_row, RECORDED_KINDS),
            "",
            "## What the law and the forms ask",
            "",
            "| of a kind | kinds |",
            "|---|---|",
            *(f"| {words} | {_kinds(holds)} |" for words, holds in EVENT_QUESTIONS.items()),
            "",
            "## Fields",
            "",
            "| key in files | column of the plain CSV | option | holds | meaning |",
            "|---|---|---|---|---|",
            *(
                f"| `{spec.key}` | {spec.title or '–'} | `{spec.option}` | {spec.value.value} "
                f"| {spec.meaning} |"
                for spec in FIELD_SPECS.values()
            ),
            "",
        ]
    )


EVENT_QUESTIONS: dict[str, Callable[[EventSpec], object]] = {
    "starts the five years of a designated Roth account": lambda spec: spec.starts_roth_clock,
    "pays the participant": lambda spec: spec.pays_out,
    "of these, may be rolled over": lambda spec: spec.is_eligible,
    "corrects an IRA contribution": lambda spec: spec.is_correction,
    "pays an excess back, with earnings": lambda spec: spec.is_paid_back,
    "changes what is owed on a loan": lambda spec: spec.of_loan,
    "takes basis of a plan's source along, pro rata": lambda spec: spec.takes_plan_basis,
    "brings a basis that it states": lambda spec: spec.brings_history,
    "is reported on Form 1099-R": lambda spec: spec.is_reported,
    "may stand on Form 5498 of the receiver": lambda spec: spec.arrives,
    "is a payment of Form 8606, lines 7 and 8": lambda spec: spec.is_ira_payment,
    "is part of a payment, sent straight on": lambda spec: spec.paid_to,
    "is read by the forms of a person's IRAs": lambda spec: spec.on_return,
    "states what is there": lambda spec: spec.is_stated,
    "may be negative": lambda spec: spec.sign is Sign.EITHER,
}


def _kinds(holds: Callable[[EventSpec], object]) -> str:
    return ", ".join(f"`{kind}`" for kind in EVENT_SPECS if holds(kind.spec))


def _kind_row(kind: EventKind) -> str:
    spec, booking = kind.spec, kind.spec.booking
    needed = {booking.amount} if booking else {"value"}
    needed -= {"amount"} if "parts" in spec.fields else set()  # the parts may say it
    needed |= {"to"} if spec.needs_to else set()
    fields = [f"**`{_key(n)}`**" if n in needed else f"`{_key(n)}`" for n in sorted(spec.fields)]
    booked = "–"
    if booking:
        basis = "" if booking.basis is BasisRule.NONE else f"; basis: {booking.basis.value}"
        booked = f"{_party(booking.debit)} ← {_party(booking.credit)}{basis}"
    order = spec.order.name.lower().replace("_", " ")
    year = "stated" if spec.year_is_stated else "of the day"
    cells = (f"`{kind}`", spec.meaning, spec.place.value, booked, spec.way.value, order, year)
    return f"| {' | '.join(cells)} | {', '.join(fields)} |"


def _party(role: str) -> str:
    return role.removeprefix("outside:")


def coverage_page() -> str:
    """Return docs/coverage.md: each form line by year, and situations with what becomes of them."""
    data = tomllib.loads((ROOT / "tools" / "coverage.toml").read_text("utf-8"))
    years = years_on_file()
    lines = [
        "# What is worked out",
        "",
        "**done**: worked out. **prov.**: worked out by the form of the year before, because the",
        "form of the year was not published when its figures were made. A dash: the form of that",
        "year has no such line.",
        "",
    ]
    for form, title, labels in _form_lines(years):
        lines += [f"## {title}", "", "| line | what | " + " | ".join(map(str, years)) + " |"]
        lines += ["|---|---|" + "---|" * len(years)]
        for number, words in labels.items():
            cells = [_coverage(form, number, year) for year in years]
            lines.append(f"| {number} | {_cell(words)} | " + " | ".join(cells) + " |")
        for row in data["not_worked_out"]:
            if row["form"] == form:
                words = f"{row['words']} | not worked out |" + " |" * (len(years) - 1)
                lines.append(f"| {row['lines']} | {words}")
        lines.append("")
    lines += [
        "## Situations",
        "",
        "**finding**: said beside the figures, not worked out. **refused**: stops that taxpayer's",
        "year with the code. **not entered**: no event or account stands for it. Each example is a",
        "file of `fixtures/scenarios/`.",
        "",
        "| | situation | | code | example | note |",
        "|---|---|---|---|---|---|",
    ]
    for row in data["situation"]:
        code, example = row.get("code", ""), row.get("example", "")
        cells = (
            row["area"],
            row["what"],
            row["status"],
            f"`{code}`" if code else "",
            f"`{example}`" if example else "",
            row.get("note", ""),
        )
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join(lines) + "\n"


def _form_lines(years: list[int]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Go through the forms: name, title and the words of each line that is worked out."""
    yield f8606.NAME, "Form 8606", dict(f8606.LABELS)
    yield f5329.NAME, "Form 5329", dict(f5329.LABELS)
    said: dict[str, dict[str, None]] = {}
    for year in years:
        for part, words in _FORM_1040.items():
            if figures(year).exists(part):
                said.setdefault(figures(year).text(part), {})[words] = None
    yield f1040.NAME, "Form 1040", {line: "; ".join(said[line]) for line in sorted(said)}
    yield "1099-R", "Form 1099-R, as the payer should send it (boxes)", dict(f1099r.BOXES)


def _coverage(form: str, number: str, year: int) -> str:
    fig = figures(year)
    if form == f1040.NAME:
        there = (p for p in _FORM_1040 if fig.exists(p) and fig.text(p) == number)
        if next(there, None) is None:
            return "–"
    mark = "form_1040_provisional" if form == f1040.NAME else "form_8606_provisional"
    return "prov." if fig.flag(mark) else "done"


def _words_of_keys() -> list[str]:
    """Return what the keys take that are neither an amount nor a name."""
    special = ", ".join(f"`{reason}`" for reason in EXCEPTIONS)
    corrected = "; ".join(
        f"`{reason}`: out of {', '.join(f'`{source}`' for source in sources)}"
        for reason, sources in CORRECTED_SOURCES.items()
    )
    service = ", ".join(f"`{item.name}`" for item in fields(ServiceCatchUp))
    pension = ", ".join(f"`{item.name}`" for item in fields(SimplifiedMethod))
    return [
        "## Words that keys take",
        "",
        f"- `reason` of a `distribution`: `death`, `disability`, {special}; `hardship` and `rmd`",
        "  cannot be rolled over. Of a `loan_offset`: `default` where job and plan go on (no code",
        "  M, sixty days). Of a late `rollover_60day`: why it is allowed. Any other reason of a",
        "  distribution is a remark, and a finding says that no rule knows it.",
        f"- `exception`: {EXCEPTIONS_5329[0]} to {EXCEPTIONS_5329[-2]}, or {EXCEPTIONS_5329[-1]}.",
        "  03 and 04 say the same as the reasons `disability` and `death`, 19, 20, 22 and 23 as",
        "  the special reasons: first years and amounts hold for them too. `long_term_care`",
        "  (number 12) is of plans alone and cannot be repaid.",
        f"- `reason` of a `corrective_distribution`: {corrected}. `amount` is the excess itself,",
        "  `earnings` its gain or loss, `year` the year it was made for.",
        "- `deemed_distribution`: a loan taxed without being paid out, with the interest it owes;",
        "  a later `loan_repayment` of that source becomes basis.",
        "- `pretax` of a `rollover_60day`: the pretax dollars elected for it (Notice 2014-54).",
        "- `withheld` and `state_withheld`: federal and state tax kept out of money paid in cash,",
        "  both part of the gross amount: boxes 4 and 14 of Form 1099-R.",
        "- `basis` of a `rollover_in`: the part that was taxed before. Into a traditional IRA it",
        "  is on line 2 of Form 8606; into a Roth IRA it counts with the contributions of line",
        "  22, and without it nothing is counted and a finding says so.",
        "- `months` of an `annuity_payment`: how many monthly payments it is (default 1).",
        "- `repayment`: `of` names the distribution; its `account` is the one that got the money.",
        f"- `simplified_method`: {pension}; without `payments` the number follows from the ages on",
        "  the day the pension `started`.",
        "- `plan_compensation` (IRC 415(c)(3)) and `social_security_wages` (Form W-2 box 3): an",
        '  amount for each employer, `{ Acme = 50000, "Nova Inc" = 20000 }`.',
        f"- `service_catch_up` (403(b), 15 years of service): {service}.",
        "- `state_basis`: what a state counts as basis, as of a day; kept, never worked out.",
        "",
        "In the year-end record `worksheets.simplified_method` is a list, one for each pension:",
        "`account` and `lines` (3 is the number of payments); `limits.402g` has",
        "`service_catch_up`; `limits.457b` is like `402g`, null without such a plan;",
        "`limits.401a30` lists employers whose plans take no catch-up of the person's age;",
        "`limits.roth_ira` is what income leaves for Roth IRAs, null where income is not recorded;",
        "`state_basis` has `state`, `as_of`, `account` (null for all), `basis`, `note` (newest).",
        "`forms.5329.required` is false where box 7 of each Form 1099-R shows the exception (code",
        "2); the lines still show how nothing is due.",
        "",
    ]


def _key(name: str) -> str:
    return "source" if name == "sources" else name


def commands_page() -> str:
    """Return docs/commands.md: the help of every command, as the terminal shows it."""
    from cli import main  # noqa: PLC0415  (slow to import, and only this page needs it)

    root = next(group for group in vars(main).values() if isinstance(group, click.Group))
    lines = ["# Commands", ""]
    for path, command in _commands(root, "basis"):
        context = click.Context(command, info_name=path, max_content_width=WIDTH)
        context.terminal_width = WIDTH
        lines += [f"## {path}", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


FORMATS = """# Statement formats

Every file is recognized by its columns, whatever its name; exactly one reader may answer. Evidence
says how well a layout is known:

- **A**: sample files, or several programs that read real files, agree
- **B**: one program that reads real files
- **C**: a description only
- by row: the reader grades each row by what it shows

A reading that rests on B or C is shown at the first import in an account and waits for
`confirm` or `--yes`.

| format | recordkeeper | what it reads | evidence |
|---|---|---|---|
"""


RECORDKEEPERS = """

## Recordkeepers

What participants can download, and how it comes in: by a reader, as OFX (`ofx`), or by a column map
that is proposed from the file and confirmed once (`infer`: see
[column maps](custom-maps.md)). D means that no public text was found which tells the layout.

| recordkeeper | what it offers | read by | evidence, and when it was looked up |
|---|---|---|---|
"""


def formats_page() -> str:
    """Return docs/formats.md: every reader, and the columns by which it knows its tables."""
    rows = [
        (f"`{one.name}`", one.institution or "you", one.words, ", ".join(_grades(one)))
        for one in ALL
    ]
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    lines += ["", "## Columns", "", "A table is known by these columns, in any order:", ""]
    for importer in ALL:
        for spec in importer.specs:
            titles = ", ".join(f"`{spec.columns[role][0]}`" for role in spec.needs)
            lines.append(f"- `{importer.name}`, {spec.name}: {titles}")
    return FORMATS + "\n".join(lines) + RECORDKEEPERS + "\n".join(_recordkeepers()) + "\n"


def _recordkeepers() -> Iterator[str]:
    """Go through the rows of what recordkeepers offer, in the order of their names."""
    told = tomllib.loads((ROOT / "tools" / "recordkeepers.toml").read_text("utf-8"))
    for one in sorted(told["recordkeeper"], key=lambda one: one["name"].casefold()):
        read = ", ".join(f"`{name}`" for name in one["read"])
        row = (one["name"], one["offers"], read, f"{one['evidence']} ({one['seen']})")
        yield "| " + " | ".join(map(_cell, row)) + " |"


def _grades(importer: Importer) -> list[str]:
    """Return the grades of a product's tables, the best first."""
    own = [importer.evidence, *(activity.evidence for activity in importer.activities)]
    if importer.reader is not None and not importer.activities and importer.evidence == SURE:
        return ["by row"]
    said = {grade if isinstance(grade, str) else "by row" for grade in own[1:] or own}
    return sorted(said if importer.evidence == SURE else {importer.evidence})


QUESTIONS = """# Questions of an import

What an import asks, and what answers it: on the terminal as it is typed, in a list of answers as
`answer` (see [questions and answers](importing.md#questions-and-answers)).

| question | what it asks | answers |
|---|---|---|
"""


def questions_page() -> str:
    """Return docs/questions.md: each question with its answers, why it is asked, what they mean."""
    asked = list(registry.documented())
    rows = [(f"`{one.code}`", one.asks, one.answered) for one in asked]
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    for one in sorted({one.code: one for one in asked}.values(), key=lambda one: one.code):
        lines += ["", f"## `{one.code}`", "", one.why]
        lines += [""] if one.means else []
        lines += [f"- `{choice}`: {told}" for choice, told in one.means.items()]
    return QUESTIONS + "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "figures.md": figures_page,
    "errors.md": errors_page,
    "commands.md": commands_page,
    "events.md": events_page,
    "scenario.md": scenario_page,
    "coverage.md": coverage_page,
    "formats.md": formats_page,
    "questions.md": questions_page,
}


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _commands(inner, f"{path} {name}")


@cache
def _calls() -> list[dict[str, ast.expr]]:
    """Return the arguments by name of every call that says a code which is written out.

    Arguments by position get the names that the function or dataclass gives them.
    """
    found: list[tuple[list[ast.Call], dict[str, list[str]]]] = []
    for top in ("ledger", "exports", "cli"):
        for file in sorted((ROOT / top).rglob("*.py")):
            calls, signatures = [], {}
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    calls.append(node)
                elif isinstance(node, ast.FunctionDef):
                    signatures[node.name] = [argument.arg for argument in node.args.args]
                elif isinstance(node, ast.ClassDef):
                    signatures[node.name] = _fields_of(node)
            found.append((calls, signatures))
    everywhere = {name: names for _, signatures in found for name, names in signatures.items()}
    out = []
    for calls, signatures in found:
        for node in calls:
            name = getattr(node.func, "id", "")
            names = signatures.get(name) or everywhere.get(name, [])
            given = {key.arg: key.value for key in node.keywords if key.arg}
            given |= dict(zip(names, node.args, strict=False))
            if isinstance(given.get("code"), ast.Constant):
                out.append(given)
    return out


def _named_texts(*wanted: str) -> Iterator[dict[str, str]]:
    """Go through the calls that say all the wanted arguments, with a code that is written out."""
    for given in _calls():
        if all(name in given for name in wanted):
            yield {name: _words(value) for name, value in given.items()}


def codes() -> set[str]:
    """Return the code of every refusal that is written out in the program."""
    return {words["code"] for words in _named_texts("code", "problem")} | registry.QUESTIONS


def _fields_of(node: ast.ClassDef) -> list[str]:
    own = [item for item in node.body if isinstance(item, ast.FunctionDef)]
    made = [item for item in own if item.name == "__init__"]
    fields = (item.target for item in node.body if isinstance(item, ast.AnnAssign))
    names = [target.id for target in fields if isinstance(target, ast.Name)]
    return [a.arg for a in made[0].args.args[1:]] if made else names


def _words(node: ast.expr) -> str:
    """Return a text as it is written, with an ellipsis for each value it shows."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return _words(node.left) + _words(node.right)
    return "…"


def _first_sentence(text: str) -> str:
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _shown(value: object, weak: object) -> str:
    if value is None:
        words = "–"
    elif isinstance(value, bool):
        words = "yes" if value else "no"
    elif isinstance(value, int):
        words = f"{value:,}"
    elif isinstance(value, list) and isinstance(value[0], list):
        words = ", ".join(f"{first}: {second}" for first, second in value)
    elif isinstance(value, list):
        words = "–".join(f"{item:,}" for item in value)
    else:
        words = str(value)
    return words + ("*" if weak else "")


def main(arguments: list[str]) -> int:
    """Write every page, or with --check compare; return 1 when one is stale."""
    check = "--check" in arguments
    stale = []
    for name, page in PAGES.items():
        path = ROOT / "docs" / name
        text = page()
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(f"docs/{name}")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
    if stale:
        print("stale:" if check else "written:", ", ".join(stale))
    if stale and check:
        print("run: make docs")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
