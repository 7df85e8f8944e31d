"""The rules of the house that a reader may rely on, checked by machine."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

from ledger import law
from ledger.law import figures
from ledger.statement_import.draft import Row

ROOT = Path(__file__).parent.parent
FUNCTION_LINES_MAX = 50
METHODS_MAX = 25
FIELDS_MAX = 20
# A year stands in data. A count of that size is written with its separator: 2_000.
YEARS = range(2_000, 2_101)
YEAR_TEXT = re.compile(r"20\d\d(-\d\d-\d\d)?|2100")

# what every part may say
WORDS = ["ledger.errors", "ledger.text", "ledger.money"]
FACTS = [
    *WORDS,
    "ledger.sanity_limits",
    "ledger.chart",
    "ledger.documents",
    "ledger.events",
    "ledger.records",
]
BOOKS = [*FACTS, "ledger.journal", "ledger.books", "ledger.paydays"]
FIGURING = [
    *BOOKS,
    "ledger.law",
    "ledger.forms.form",
    "ledger.year_end",
    "ledger.balances.payouts",
]
READING = [*FACTS, "ledger.importers.reading", "ledger.importers"]
STORED = [*BOOKS, *READING, "ledger.booking", "ledger.movements", "ledger.store"]
STEP = [
    *STORED,
    "ledger.statement_import.sources.allocation",
    "ledger.statement_import.questions",
    "ledger.statement_import.draft",
    "ledger.statement_import.answers",
    "ledger.statement_import.ages",
    "ledger.statement_import.context",
]

# The plan of the house. Each part may import the parts named beside it and nothing else of
# ours; every part it names stands on an earlier row, so no import can run in a circle. A
# module belongs to the longest row that its name starts with.
PLAN: dict[str, list[str]] = {
    "ledger.errors": [],
    "ledger.text": [],
    "ledger.money": [],
    "ledger.pause": [],
    "ledger.sanity_limits": ["ledger.errors", "ledger.text"],
    "ledger.chart": WORDS,
    "ledger.documents": [*WORDS, "ledger.chart"],
    "ledger.events": [*WORDS, "ledger.chart"],
    "ledger.records": [*WORDS, "ledger.chart", "ledger.events"],
    "ledger.journal": FACTS,
    "ledger.books": [*FACTS, "ledger.journal"],
    "ledger.paydays": FACTS,
    # reading statements: no law
    "ledger.importers.reading": FACTS,
    "ledger.importers": [*FACTS, "ledger.pause", "ledger.importers.reading"],
    "ledger.booking": [*FACTS, "ledger.journal"],
    # what the law makes of the books: nothing of files or of the database
    "ledger.law": FACTS,
    "ledger.movements": [*BOOKS, "ledger.booking", "ledger.law"],  # until when money is put back
    "ledger.forms.form": WORDS,
    "ledger.year_end": [*BOOKS, "ledger.forms.form"],
    "ledger.balances.payouts": [*FACTS, "ledger.law"],
    "ledger.forms": [
        *FACTS,
        "ledger.law",
        "ledger.forms.form",
        "ledger.year_end",
        "ledger.balances.payouts",
    ],
    "ledger.balances": [*FIGURING, "ledger.booking"],
    "ledger.tax_year": [
        *FIGURING,
        "ledger.booking",
        "ledger.balances",
        "ledger.forms",
    ],
    "ledger.tax_year.checks": [*FIGURING, "ledger.balances", "ledger.forms", "ledger.tax_year"],
    "ledger.tax_year.year": [
        *FIGURING,
        "ledger.balances",
        "ledger.forms",
        "ledger.tax_year",
        "ledger.tax_year.checks",
    ],
    "ledger.tie_out": FIGURING,
    "ledger.filed_years": FIGURING,
    "ledger.closing": [
        *FIGURING,
        "ledger.balances",
        "ledger.tax_year",
        "ledger.tax_year.year",
        "ledger.tie_out",
        "ledger.filed_years",
    ],
    "ledger.scenario": [
        *BOOKS,
        "ledger.booking",
        "ledger.movements",
        "ledger.year_end",
        "ledger.filed_years",
        "ledger.closing",
    ],
    "ledger.views.whole_journal": [*BOOKS, "ledger.year_end", "ledger.balances", "ledger.closing"],
    # told of finished records; which box of a printed form shows what is law
    "ledger.views": [*BOOKS, "ledger.law", "ledger.forms.form", "ledger.year_end"],
    # what is kept
    "ledger.migrations": [],
    "ledger.store": [
        *BOOKS,
        "ledger.booking",
        "ledger.movements",
        "ledger.pause",
        "ledger.migrations",
    ],
    # from a Reading to entries: the steps of the intake know one another in one direction
    "ledger.statement_import.sources.allocation": READING,
    "ledger.statement_import.questions": [*READING, "ledger.statement_import.sources.allocation"],
    "ledger.statement_import.draft": [*STORED, "ledger.statement_import.questions"],
    "ledger.statement_import.answers": [
        *STORED,
        "ledger.statement_import.sources.allocation",
        "ledger.statement_import.questions",
        "ledger.statement_import.draft",
    ],
    "ledger.statement_import.ages": [*STORED, "ledger.statement_import.answers"],
    "ledger.statement_import.context": [
        "ledger.statement_import.ages",
        *STORED,
        "ledger.statement_import.questions",
        "ledger.statement_import.draft",
        "ledger.statement_import.answers",
    ],
    "ledger.statement_import.owners": STEP,
    "ledger.statement_import.rows": [*STEP, "ledger.statement_import.owners"],
    "ledger.statement_import.movements": [
        *STEP,
        "ledger.statement_import.owners",
        "ledger.statement_import.rows",
    ],
    "ledger.statement_import.sources": [*STEP, "ledger.statement_import.rows"],
    "ledger.statement_import.deduplicate": [*STEP, "ledger.statement_import.rows"],
    "ledger.statement_import.worked_out": [*STEP, "ledger.balances"],
    "ledger.statement_import.balances": [
        *STEP,
        "ledger.balances",
        "ledger.statement_import.rows",
        "ledger.statement_import.sources",
        "ledger.statement_import.worked_out",
    ],
    "ledger.statement_import.open_points": [
        *STEP,
        "ledger.balances",
        "ledger.statement_import.rows",
        "ledger.statement_import.worked_out",
    ],
    "ledger.statement_import": [
        *STEP,
        "ledger.balances",
        "ledger.statement_import.owners",
        "ledger.statement_import.rows",
        "ledger.statement_import.movements",
        "ledger.statement_import.sources",
        "ledger.statement_import.worked_out",
        "ledger.statement_import.open_points",
        "ledger.statement_import.deduplicate",
        "ledger.statement_import.balances",
    ],
    # what leaves the house: laid out and written, never computed
    "exports": [
        *BOOKS,
        "ledger.forms.form",
        "ledger.year_end",
        "ledger.views",
    ],
    "cli": ["ledger", "exports"],
}
# What must never come true, however the plan is changed.
NEVER = {
    "ledger.importers": ["ledger.law", "ledger.forms", "ledger.journal", "ledger.store"],
    "ledger.booking": ["ledger.law", "ledger.importers"],
    "ledger.law": ["ledger.journal", "ledger.books", "ledger.store", "ledger.importers"],
    "ledger.closing": ["ledger.store", "ledger.importers"],
    "ledger.forms": ["ledger.journal", "ledger.store"],
    "ledger.store": ["ledger.law", "ledger.importers"],
    "exports": ["ledger.law", "ledger.store", "ledger.importers", "ledger.balances"],
}
# What an event or a row is stands in one catalogue each; there is no other table of kinds.
CATALOGUES = {"EventKind": "ledger.events.kinds", "RowKind": "ledger.records"}
# Classes with more methods or fields than a reader can hold, each with its reason.
LARGE = {
    "ledger.events.event.Event": "the catalogue's own fields: those of every kind side by side",
    "ledger.statement_import.questions.question.Question": "what a question may say, a line each",
    "ledger.store.ledger_file.Ledger": "all that is written to a ledger file, a method each",
    "ledger.year_end.YearEnd": "the year-end record of the scenario contract, part by part",
}
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "ssl", "urllib3"}
UNSAFE_MODULES = {"dill", "marshal", "pickle", "shelve"}
UNSAFE_CALLS = {"eval", "exec", "read_csv", "read_pickle", "to_pickle"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SET_SAID = re.compile(r"(?:frozen|Abstract|Mutable)?[Ss]et\b")
# what a set is given to: where its order shows, and where nothing of it is left
ORDERED_BY = {"list", "tuple", "enumerate", "zip", "iter", "join", "fromkeys", "chain", "map"}
ORDERLESS = {
    "any",
    "all",
    "sum",
    "set",
    "frozenset",
    "sorted",
    "max",
    "min",
    "len",
    "update",
    "difference",
}
EMPTY_PACKAGES = {"ledger", "exports", "cli"}  # their __init__ only says what they are for


def _sources() -> Iterator[tuple[str, str]]:
    for top in ("ledger", "exports", "cli"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path.read_text("utf-8")


SOURCES = dict(_sources())
MODULES = {name: ast.parse(source) for name, source in SOURCES.items()}
LAW = [name for name in MODULES if name.startswith("ledger.law.") and name != "ledger.law.figures"]


def part(module: str) -> str:
    """Return the row of the plan a module belongs to; "" when it is not one of ours."""
    rows = [row for row in PLAN if module == row or module.startswith(row + ".")]
    return max(rows, key=len, default="")


def imported(tree: ast.Module) -> Iterator[str]:
    """Go through every module that is imported, also as a name taken from its package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else (node.module or ".")


def _may_import(here: str, there: str) -> bool:
    allowed = {here, *PLAN.get(here, [])}
    return there in allowed or ("ledger" in allowed and there.startswith("ledger."))


def years_in(source: str) -> Iterator[int]:
    """Go through the lines that write a year as a number or a text; prose does not count."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in prose:
            continue
        written = node.value
        if type(written) is int:  # the source is looked at for few: that is slow
            written = ast.get_source_segment(source, node) if written in YEARS else None
        if isinstance(written, str) and YEAR_TEXT.fullmatch(written):
            yield node.lineno


def long_functions(tree: ast.Module) -> Iterator[str]:
    """Go through the functions that do not fit on a screen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{node.name} has {length} lines"


def large_classes(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Go through the classes with too many methods, and the dataclasses with too many fields."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        methods = sum(isinstance(one, FUNCTIONS) for one in node.body)
        if methods > METHODS_MAX:
            yield node.name, f"has {methods} methods"
        said = [ast.unparse(one.annotation) for one in node.body if isinstance(one, ast.AnnAssign)]
        fields = sum(not words.startswith("ClassVar") for words in said)
        if fields > FIELDS_MAX and any("dataclass" in ast.unparse(d) for d in node.decorator_list):
            yield node.name, f"has {fields} fields"


def circles_in(imports: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """Go through circles of imports; of one that is told its last step no longer counts."""
    left = {name: sorted(there) for name, there in imports.items()}
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle = error.args[1][::-1]
            yield circle
            left[circle[-2]].remove(circle[-1])
        else:
            return


def floats_in(tree: ast.Module) -> Iterator[int]:
    """Go through the lines with a floating number, or with the name of one."""
    for node in ast.walk(tree):
        number = isinstance(node, ast.Constant) and isinstance(node.value, float)
        name = getattr(node, "id", None) or getattr(node, "attr", None) or ""
        if isinstance(node, ast.expr) and (number or re.fullmatch(r"float(16|32|64)?", name)):
            yield node.lineno


def tables_of(tree: ast.Module, enum: str) -> Iterator[int]:
    """Go through the lines of sets, lists, dicts and matches that name several members."""
    names = {enum} | {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.value, "id", "") == enum
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        inner: list[ast.AST | None] = []
        if isinstance(node, ast.Set | ast.Tuple | ast.List):
            inner = [*node.elts]
        elif isinstance(node, ast.Dict):
            inner = [*node.keys, *node.values]
        elif isinstance(node, ast.Match):
            inner = [value for case in node.cases for value in ast.walk(case.pattern)]
        named = {
            one.attr
            for one in inner
            if isinstance(one, ast.Attribute) and getattr(one.value, "id", "") in names
        }
        if len(named) > 1:
            yield getattr(node, "lineno", 0)


def answers_in(tree: ast.Module) -> Iterator[int]:
    """Go through the lines on which an answer is typed as JSON into a text."""
    for node in ast.walk(tree):
        text = getattr(node, "value", None)
        if isinstance(node, ast.Constant) and isinstance(text, str) and '{"code"' in text:
            yield node.lineno


def unsafe_in(tree: ast.Module) -> Iterator[str]:
    """Go through what reaches the network, runs a text as code, or guesses at raw data."""
    for module in imported(tree):
        if module.split(".")[0] in NETWORK | UNSAFE_MODULES or module.startswith("urllib.request"):
            yield f"import of {module}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            if called in UNSAFE_CALLS:
                yield f"line {node.lineno} calls {called}"


def identities_in(tree: ast.Module) -> Iterator[int]:
    """Go through the lines that ask for the identity of a value: rows and files have a number."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="id")) | ast.Call(args=[ast.Name(id="id"), *_]):
                yield node.lineno


def rows_written(tree: ast.Module) -> Iterator[int]:
    """Go through the lines that set what a row of an import has on anything but a file or self."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ctx=ast.Store() | ast.Del(), attr=name, value=of):
                if name in Row._fields and getattr(of, "id", "") not in {"self", "draft"}:
                    yield node.lineno
            case ast.Call(func=ast.Name(id="setattr") | ast.Attribute(attr="__setattr__")):
                yield node.lineno


def _makes_a_set(node: ast.AST | None, known: Collection[str]) -> bool:
    """Tell whether an expression is a set: written out, worked out, or a name known as one."""
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()):
            return _makes_a_set(node.left, known) or _makes_a_set(node.right, known)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in known
        case ast.IfExp():
            return _makes_a_set(node.body, known) or _makes_a_set(node.orelse, known)
        case _:
            return False


def _own_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Go through a module or function; of the functions inside it, only to their head."""
    for child in ast.iter_child_nodes(tree):
        yield child
        if not isinstance(child, FUNCTIONS):
            yield from _own_nodes(child)


def sets_named(tree: ast.AST, known: Collection[str] = ()) -> set[str]:
    """Return the names that the statements of a module, or of one function, give to sets."""
    found = set(known)
    for node in _own_nodes(tree):
        match node:
            case ast.Assign(targets=targets, value=value) if _makes_a_set(value, found):
                found |= {t.id for t in targets if isinstance(t, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name), annotation=said, value=value):
                if SET_SAID.match(ast.unparse(said)) or _makes_a_set(value, found):
                    found.add(name)
            case ast.arguments():
                given = [*node.posonlyargs, *node.args, *node.kwonlyargs]
                said = {a.arg: ast.unparse(a.annotation) for a in given if a.annotation}
                found |= {name for name, words in said.items() if SET_SAID.match(words)}
    return found


def _gone_through(node: ast.AST) -> list[ast.expr]:
    """Return what a node goes through one by one, so that its order may show."""
    match node:
        case ast.For(iter=walked):
            return [walked]
        case ast.ListComp() | ast.DictComp() | ast.GeneratorExp():
            return [one.iter for one in node.generators]
        case ast.List() | ast.Tuple():
            return [one.value for one in node.elts if isinstance(one, ast.Starred)]
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)):
            tie = called in {"max", "min"} and node.keywords  # the first of equals is taken
            listed = node.args if called in ORDERED_BY or tie else []
            return [one.value if isinstance(one, ast.Starred) else one for one in listed]
        case _:
            return []


def _orderless(tree: ast.AST) -> set[int]:
    """Return the arguments of which only a set, a sum, a truth or a sorted list is made."""
    return {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and not node.keywords
        if (getattr(node.func, "id", None) or getattr(node.func, "attr", "")) in ORDERLESS
        for argument in node.args
    }


def sets_walked(
    tree: ast.AST, known: Collection[str] = (), orderless: Collection[int] | None = None
) -> Iterator[int]:
    """Go through the lines that go through a set where order may matter.

    The order of texts in a set changes with Python's hash seed, and so does that of dates and of
    our kinds. It may not matter where a set, a sum, or whether any or all fit comes of it.
    """
    names = sets_named(tree, known)
    free = _orderless(tree) if orderless is None else orderless
    for node in _own_nodes(tree):
        walked = [] if id(node) in free else _gone_through(node)
        if any(_makes_a_set(one, names) for one in walked):
            yield walked[0].lineno
        if isinstance(node, FUNCTIONS):
            yield from sets_walked(node, names, free)


def test_the_plan_has_no_circle() -> None:
    rows = list(PLAN)
    for index, row in enumerate(rows):
        assert set(PLAN[row]) <= {*rows[:index], "ledger"}, row


def test_the_plan_keeps_apart_what_must_stay_apart() -> None:
    for row, others in NEVER.items():
        for inner, allowed in PLAN.items():
            if inner == row or inner.startswith(row + "."):
                assert not set(allowed) & set(others), inner


# Each test below looks at every module and shows all faults at once.


def test_every_module_has_its_row_in_the_plan() -> None:
    assert [name for name in MODULES if not part(name) and name not in EMPTY_PACKAGES] == []


def test_imports_follow_the_plan() -> None:
    faults = [
        f"{name} must not import {module}"
        for name, tree in MODULES.items()
        for module in imported(tree)
        if module.split(".")[0] in EMPTY_PACKAGES and not _may_import(part(name), part(module))
    ]
    assert not faults, "\n".join(faults)


def test_no_file_imports_itself_through_others() -> None:
    """What stands under TYPE_CHECKING or inside a function counts as any other import."""
    ours = {
        name: {module for module in imported(tree) if module in MODULES and module != name}
        for name, tree in MODULES.items()
    }
    faults = [" -> ".join(circle) for circle in circles_in(ours)]
    assert not faults, "\n".join(faults)


def test_classes_fit_in_the_head() -> None:
    faults = {
        f"{module}.{name}": f"{module}.{name} {what}"
        for module, tree in MODULES.items()
        for name, what in large_classes(tree)
    }
    assert not faults.keys() - LARGE.keys(), "\n".join(faults.values())
    assert not LARGE.keys() - faults.keys(), "an exception that nothing needs any more"


def test_modules_say_what_they_are_for() -> None:
    said = {name: (ast.get_docstring(tree) or "").split("\n")[0] for name, tree in MODULES.items()}
    assert [name for name, line in said.items() if not line.endswith((".", "?"))] == []


def test_what_answers_a_question_is_written_by_the_question_alone() -> None:
    faults = [
        f"{name} line {line}"
        for name, tree in MODULES.items()
        if name.startswith("ledger.statement_import")
        and not name.startswith("ledger.statement_import.questions")
        for line in answers_in(tree)
    ]
    assert not faults, "a question writes its answer by written():\n" + "\n".join(faults)


def test_an_answer_typed_at_a_place_is_found() -> None:
    lines = ["""x = f'answer {{"code": "a", "line": {n}}}'""", """y = '{"code": "a"}'""", "z = 1"]
    assert sorted(answers_in(ast.parse("\n".join(lines)))) == [1, 2]


def test_functions_fit_on_a_screen() -> None:
    faults = [f"{name}.{long}" for name, tree in MODULES.items() for long in long_functions(tree)]
    assert not faults, "\n".join(faults)


def test_money_is_never_a_float() -> None:
    faults = [
        f"{name} line {line}"
        for name, tree in MODULES.items()
        for line in floats_in(tree)
        if name.startswith("ledger")
    ]
    assert not faults, "\n".join(faults)


def test_no_year_is_written_in_code() -> None:
    faults = [f"{name} line {line}" for name in SOURCES for line in years_in(SOURCES[name])]
    assert not faults, "a year is data, a count is written 2_000:\n" + "\n".join(faults)


@pytest.mark.parametrize("enum", CATALOGUES)
def test_what_a_kind_is_stands_in_one_catalogue(enum: str) -> None:
    faults = [
        f"{name} line {line}: say it in the catalogue, as a property of the kind"
        for name, tree in MODULES.items()
        for line in tables_of(tree, enum)
        if name != CATALOGUES[enum]
    ]
    assert not faults, "\n".join(faults)
    assert list(tables_of(MODULES[CATALOGUES[enum]], enum)), "the catalogue is elsewhere"


def test_nothing_unsafe_is_used() -> None:
    faults = [f"{name}: {what}" for name, tree in MODULES.items() for what in unsafe_in(tree)]
    assert not faults, "\n".join(faults)


def test_nothing_is_known_by_its_identity() -> None:
    faults = [
        f"{name} line {line}"
        for name, tree in MODULES.items()
        if name.startswith("ledger")
        for line in identities_in(tree)
    ]
    assert not faults, "\n".join(faults)


def test_a_row_of_an_import_changes_in_its_file_alone() -> None:
    """Who holds a row holds a state of it, which the file refuses once there is a newer one."""
    faults = [
        f"{name} line {line}: draft.change(row, …)"
        for name, tree in MODULES.items()
        if name.startswith("ledger.statement_import")
        for line in rows_written(tree)
    ]
    assert not faults, "\n".join(faults)


def test_no_figure_hangs_on_the_order_of_a_set() -> None:
    named = {n for tree in MODULES.values() for n in sets_named(tree) if n[:1].isupper()}
    faults = [
        f"{name} line {line}"
        for name, tree in MODULES.items()
        for line in sorted(set(sets_walked(tree, named)))
    ]
    assert not faults, "\n".join(faults)


def test_every_rule_of_law_is_cited() -> None:
    for name in LAW:
        importlib.import_module(name)
    public = [
        f"{name}.{node.name}"
        for name in LAW
        for node in MODULES[name].body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    faults = [name for name in public if name not in law.RULES]
    assert not faults, "\n".join(faults)


def test_every_rule_says_what_it_means() -> None:
    for name in LAW:
        importlib.import_module(name)
    for name, rule in law.RULES.items():
        assert inspect.getdoc(rule.function), name
        assert rule.evidence in law.EVIDENCE, name


@pytest.mark.parametrize("path", sorted(figures.YEARS.glob("*.toml")), ids=lambda p: p.stem)
def test_every_figure_names_its_source(path: Path) -> None:
    read = figures.read_figures(path)
    for name in read:
        figure = read.figure(name)
        assert figure.source.strip(), name
        assert figure.confidence in figures.CONFIDENCE, name
        assert figure.note or not figure.is_weak, f"{name}: say why it is weak"


# Each detector is shown a fault, so that a green run means something.


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("import socket", ["socket"]),
        ("import os, urllib.request", ["os", "urllib.request"]),
        ("from ledger.money import ZERO, Money", ["ledger.money", "ledger.money"]),
        ("from ledger import money", ["ledger.money"]),
        ("def f():\n    from ledger.law import figures", ["ledger.law.figures"]),
    ],
)
def test_imports_are_seen_wherever_they_stand(code: str, seen: list[str]) -> None:
    assert list(imported(ast.parse(code))) == seen


@pytest.mark.parametrize(
    ("here", "there", "allowed"),
    [
        ("ledger.importers", "ledger.records", True),
        ("ledger.importers", "ledger.law", False),
        ("ledger.importers", "ledger.store", False),
        ("ledger.law", "ledger.journal", False),
        ("ledger.money", "cli", False),
        ("exports", "ledger.year_end", True),
        ("exports", "ledger.law", False),
        ("cli", "ledger.store", True),
    ],
)
def test_the_plan_tells_right_from_wrong(here: str, there: str, *, allowed: bool) -> None:
    assert _may_import(here, there) is allowed


def test_a_part_is_the_longest_row_that_fits() -> None:
    assert part("ledger.importers.reading") == "ledger.importers.reading"
    assert part("ledger.importers.schwab") == "ledger.importers"
    assert part("ledger.moneybags") == ""


def test_years_are_looked_for_in_code_and_not_in_prose() -> None:
    lines = ['"""2025"""', "x = 2025", 'y = "2025-04-15"', "z = 2_025", 'w = "Pub. 590-B (2025)"']
    assert list(years_in("\n".join(lines))) == [2, 3]


@pytest.mark.parametrize(
    "code",
    [
        "x = {EventKind.FEE, EventKind.QCD}",
        "K = EventKind\nx = {K.FEE: 1, K.QCD: 2}",
        "x = {1: EventKind.FEE, 2: EventKind.QCD}",
        "y = x in (EventKind.FEE, EventKind.QCD)",
        "match x:\n    case EventKind.FEE | EventKind.QCD:\n        pass",
    ],
)
def test_a_table_of_kinds_is_found(code: str) -> None:
    assert list(tables_of(ast.parse(code), "EventKind"))


@pytest.mark.parametrize("code", ["x = {EventKind.FEE}", "x = {Source.ROTH, Source.MATCH}"])
def test_one_kind_is_no_table(code: str) -> None:
    assert not list(tables_of(ast.parse(code), "EventKind"))


@pytest.mark.parametrize("code", ["x = 0.5", "float('1')", "def f(x: float): ...", "np.float64(1)"])
def test_floats_are_found(code: str) -> None:
    assert list(floats_in(ast.parse(code))) == [1]


def test_whole_numbers_and_decimals_are_no_floats() -> None:
    assert not list(floats_in(ast.parse("x = 1\ny = Decimal('0.5')\nz = floated")))


@pytest.mark.parametrize(
    "code",
    [
        "for x in {'a', 'b'}: ...",
        "NAMES = frozenset({'a'})\nx = next(n for n in NAMES if n)",
        "_NAMES: frozenset[str] = g()\nx = [n for n in _NAMES]",
        "def f():\n    found = {g(x) for x in y}\n    for one in found - {''}: ...",
        "def f(names: set[str]): return ', '.join(names)",
        "x = {**{n: 1 for n in {'a'} & y.keys()}}",
        "x = [*set(y)]",
        "x = max({'a', 'b'}, key=len)",
        "class C:\n    def f(self): return list({'a'})",
    ],
)
def test_a_set_that_is_gone_through_is_found(code: str) -> None:
    assert list(sets_walked(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "x = sorted({'a', 'b'})",
        "x = any(n for n in {'a'})",
        "x = {n for n in {'a'}}",
        "x = 'a' in {'a'}",
        "x = min([*{1, 2}, *y])",
        "x = ', '.join(sorted(map(str, {1, 2})))",
        "def f(names: tuple[str, ...]): return [n for n in names]",
    ],
)
def test_a_set_whose_order_cannot_show_is_none(code: str) -> None:
    assert not list(sets_walked(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from http.client import HTTPConnection",
        "import urllib.request",
        "from urllib.request import urlopen",
        "eval('1')",
        "pandas.read_csv('a.csv')",
    ],
)
def test_unsafe_code_is_found(code: str) -> None:
    assert list(unsafe_in(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "row.kind = kind",
        "for row.source in found: ...",
        "a, made.rows[0].status = b",
        "setattr(row, 'note', '')",
        "object.__setattr__(row, 'note', '')",
    ],
)
def test_a_row_that_is_written_to_is_found(code: str) -> None:
    assert list(rows_written(ast.parse(code))) == [1]


def test_a_file_may_have_its_account() -> None:
    assert not list(rows_written(ast.parse("draft.account = row.account\none.said = row.kind")))


@pytest.mark.parametrize("code", ["seen = {id(row)}", "seen = set(map(id, rows))"])
def test_a_key_that_is_an_identity_is_found(code: str) -> None:
    assert list(identities_in(ast.parse(code))) == [1]


def test_an_id_of_its_own_is_no_identity() -> None:
    assert not list(identities_in(ast.parse("account.id, book(id=account.id), side_id(account)")))


def test_a_long_function_is_found() -> None:
    body = "    x = 1\n" * FUNCTION_LINES_MAX
    assert list(long_functions(ast.parse(f"def f():\n{body}"))) == ["f has 51 lines"]
    assert not list(long_functions(ast.parse("def f():\n    x = 1\n")))


@pytest.mark.parametrize(
    ("imports", "circles"),
    [
        ({"a": "b", "b": "c", "c": ""}, []),
        ({"a": "b", "b": "a", "c": "a"}, [{"a", "b"}]),
        ({"a": "b", "b": "c", "c": "da", "d": ""}, [{"a", "b", "c"}]),
        ({"a": "b", "b": "a", "c": "d", "d": "ac"}, [{"a", "b"}, {"c", "d"}]),
    ],
)
def test_every_circle_of_imports_is_told(imports: dict[str, str], circles: list[set[str]]) -> None:
    found = list(circles_in(imports))
    assert [set(one) for one in found] == circles
    assert all(there in imports[here] for one in found for here, there in pairwise(one))


def test_a_large_class_is_found() -> None:
    methods = "".join(f"    def m{n}(self): ...\n" for n in range(METHODS_MAX + 1))
    fields = "".join(f"    f{n}: int\n" for n in range(FIELDS_MAX + 1)) + "    c: ClassVar[int]\n"
    code = f"class A:\n{methods}\n@dataclass(frozen=True)\nclass B:\n{fields}\nclass C:\n{fields}"
    found = [("A", "has 26 methods"), ("B", "has 21 fields")]
    assert list(large_classes(ast.parse(code))) == found
