"""Six years as an engineer at home has them: two plans, two IRAs, a payout; few questions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tests.simulated.driver import Session, _json
from tests.simulated.households import Builder, Household
from tests.simulated.printers.page import money
from tests.simulated.truth import AFTER_TAX, IN_PLAN_ROTH, MATCH, PRE_TAX, ROTH, Kind, Pool, dollars
from tests.simulated.user import Asked

MOST = 8  # questions
PAID_OUT = 2022  # the year of the payout
HOUSES = {"acme": "Fidelity", "nova": "Empower", "trad": "Fidelity", "roth1": "Fidelity"}
PAGE_NAMES = {
    PRE_TAX: "Employee Deferral",
    MATCH: "Employer Match",
    AFTER_TAX: "After-Tax",
    ROTH: "Roth Deferral",
    IN_PLAN_ROTH: "Roth In-Plan Conversion",
}


def six_years(seed: int, plan_products: Sequence[str]) -> Household:
    """Let six years go by: a plan converts each paycheck, then all of it is paid out."""
    made = Builder(seed, "small-six", 2, 2019, 6)
    made.add_plan("acme", "Apple")
    made.add_iras()
    made.add_plan("nova", "Nova")
    leaves = date(2022, 4, 15)
    made.job("acme", made.first, leaves, every="paycheck")
    made.job("nova", date(2022, 5, 30), made.last, every="daily")
    made.final_payout("acme", date(2022, 6, 16), pretax_to="trad")
    for year in range(2019, 2025):
        made.backdoor(year)
    home = made.done()
    for product in plan_products:
        made.print_files(home, product, ["acme"])
    made.print_files(home, "empower", ["nova"])
    made.print_files(home, "fidelity", ["trad", "roth1"])
    made.state_iras(home)
    return home


def page_of(home: Household, year: int) -> str:
    """Print the statement page of NetBenefits at a year end: what each source got and holds."""
    lines = [f"Statement Period: 01/01/{year} - 12/31/{year}", "Your Contribution Summary"]
    for source, name in PAGE_NAMES.items():
        paid = [m for m in home.truth.movements if (m.account, m.source) == ("acme", source)]
        got = [m.cents for m in paid if m.kind is Kind.CONTRIBUTION and m.day.year == year]
        until = [m.cents for m in paid if m.kind is Kind.CONTRIBUTION and m.day.year <= year]
        worth = money(home.truth.value_on(Pool("acme", source), date(year, 12, 31)), commas=True)
        paid_in = (money(sum(cents), commas=True) for cents in (got, until))
        if until or source == IN_PLAN_ROTH:
            lines.append(f"{name}  {'  '.join(paid_in)}  100%  {worth}  {worth}")
    return "\n".join((*lines, ""))


def begun(home: Household, folder: Path) -> Session:
    """Return a ledger with the accounts of the household, each at its house."""
    session = Session(home, folder)
    session.begin()
    for one in home.accounts:
        session.run("account", "set", one.id, "--institution", HOUSES[one.id])
    (folder / "files").mkdir()
    for file in home.files:
        (folder / "files" / file.name).write_text(file.text)
    return session


def brought(session: Session, said: Sequence[dict[str, object]] = ()) -> Counter[str]:
    """Import the folder round by round by lists of answers; return what was asked, by code.

    No round may warn of an answer that a list before it proposed.
    """
    folder, asked, given = session.folder, Counter[str](), list(said)
    for number in range(6):
        path, list_ = folder / f"said{number}.json", folder / f"asked{number}.json"
        path.write_text(json.dumps(given))
        words = ("import", str(folder / "files"), "--answers", str(path))
        told = session.run(*words, "--dry-run", "--write-answers", str(list_), fails=True)
        assert "not used" not in told.output
        if not list_.exists():
            session.run(*words)
            return asked
        new = [one for one in json.loads(list_.read_text()) if one not in given]
        asked.update(one["code"] for one in new)
        given += [one for one in new if one["answer"] is not None]
        found = _json(session.run(*words, "--dry-run", "--json", fails=True))
        proposed = {one["code"] for one in new if one["answer"] is not None}
        for file in found["files"]:
            for question in file["questions"]:
                if question["code"] not in proposed:
                    one = Asked.of(file["file"], question)
                    given += session.user.answer(one, session.home.files)
    raise AssertionError(f"still asked: {asked}")


def test_a_history_without_sources_and_the_forms_of_its_years_give_the_taxed_gains(
    tmp_path: Path,
) -> None:
    made = Builder(5, "small-printed", 1, 2020, 2)
    made.add_plan("acme", "Apple")
    made.job("acme", made.first, made.last, every="monthly")
    home = made.done()
    made.print_files(home, "history", ["acme"])
    session = begun(home, tmp_path)
    for year, truth in home.truth.years().items():
        boxes = zip(("1", "2a", "5"), truth.boxes["acme"], strict=True)
        given = [word for box, cents in boxes for word in ("--box", f"{box}={dollars(cents)}")]
        form = ("record", "1099r", "--year", str(year), "--payer", "acme", "--box", "7=G")
        session.run(*form, *given)
    moved_all = {"code": "possible_conversion", "match": "Transfer", "answer": "all"}
    asked = brought(session, [moved_all])
    assert "value_needed" not in asked
    for year, truth in home.truth.years().items():
        assert lines_of(session, year)["5b"] == dollars(truth.plan_taxable)


def lines_of(session: Session, year: int) -> dict[str, str]:
    record = json.loads(session.run("year-end", str(year), "--json").stdout)
    assert "election_assumed" not in {one["code"] for one in record["findings"]}
    return record["forms"]["1040"]["lines"]


def test_six_years_need_no_more_than_eight_questions(tmp_path: Path) -> None:
    home = six_years(1, ("sources_tab", "history"))
    session = begun(home, tmp_path)
    for year in range(2019, 2022):
        (tmp_path / "files" / f"page_{year}.txt").write_text(page_of(home, year))
    asked = brought(session)
    assert asked.total() <= MOST, asked
    session.state(one for one in home.balances if one.day.year == PAID_OUT)
    for year, truth in home.truth.years().items():
        if year not in {PAID_OUT - 1, PAID_OUT}:
            continue
        lines = lines_of(session, year)
        assert lines.get("5b", lines.get("4d", "0.00")) == dollars(truth.plan_taxable)
        assert lines.get("4b", "0.00") == dollars(truth.ira_taxable)
    for source in (PRE_TAX, MATCH, IN_PLAN_ROTH):
        value = dollars(home.truth.value_on(Pool("acme", source), date(2020, 12, 31)))
        held = session.run("balances", "--on", "2020-12-31", "--json").stdout
        rows = json.loads(held)["balances"]
        assert {r["value"] for r in rows if (r["account"], r["source"]) == ("acme", source)} == {
            value
        }
