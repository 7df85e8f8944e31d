"""One mega backdoor year through each recordkeeper's own file, from the import to Form 1099-R.

Four paydays of 1,500 pre-tax, 500 Roth, 2,000 after-tax and 750 match; the after-tax money is
converted three times in the plan: 2,008.00, 1,990.41 at a loss, 4,153.77. Basis 8,000.00 leaves
with 8,152.18. By conversion (IRC 72(e)(8), pro rata of a source that is emptied; a loss leaves its
basis in the contract): 8.00 + 0.00 + (4,153.77 - 4,000.00 - 9.59) = 152.18 is taxable, which is
also 8,152.18 less 8,000.00.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
# OFX has no Roth value and tags both legs of a conversion AFTERTAX: the user says both.
_OFX_ANSWERS = [
    {"code": "source_unknown", "match": "OTHERVEST", "answer": "roth"},
    *({"code": "possible_conversion", "line": n, "answer": "conversion"} for n in (16, 22, 32)),
]
FILES = {
    "voya_page/history.txt": [],
    "vanguard_plan_page/history.txt": [],
    "ofx_plan/OfxDownload-401k.qfx": _OFX_ANSWERS,
    "empower_year/transactions.csv": [],
    "fidelity_sources_tab/sources.txt": [],
}


def basis(ledger: Path, *words: str) -> Result:
    done = CliRunner().invoke(main, ["--ledger", str(ledger), *words])
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("plan") / "ledger.db"
    basis(path, "init")
    basis(path, "taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01")
    account = ("account", "add", "acme", "--owner", "rose", "--kind", "401k")
    basis(path, *account, "--first-roth-year", "2019", "--number", "0990011")
    return path.read_bytes()


@pytest.mark.parametrize("name", FILES, ids=lambda name: name.split("/")[0])
def test_the_year_as_the_plan_reports_it(name: str, empty: bytes, tmp_path: Path) -> None:
    ledger, answers = tmp_path / "ledger.db", tmp_path / "answers.json"
    ledger.write_bytes(empty)
    answers.write_text(json.dumps(FILES[name]))
    words = ("--account", "acme", "--answers", str(answers), "--yes", "--json")
    basis(ledger, "import", str(STATEMENTS / name), *words)
    record = json.loads(basis(ledger, "year-end", "2025", "--taxpayer", "rose", "--json").stdout)
    (form,) = record["forms"]["1099-R"]
    boxes = {number: form["boxes"][number] for number in ("1", "2a", "5")}
    assert boxes == {"1": "8152.18", "2a": "152.18", "5": "8000.00"}
    pools = {pool["source"]: pool for pool in record["accounts"]}
    assert pools["after_tax"]["contributions"] == "8000.00"
    assert (pools["after_tax"]["closing_value"], pools["after_tax"]["closing_basis"]) == (
        "0.00",
        "0.00",
    )
    assert pools["in_plan_roth"]["closing_basis"] == "8152.18"
    assert [pools[s]["contributions"] for s in ("pre_tax", "roth", "match")] == [
        *("6000.00", "2000.00"),
        "3000.00",
    ]


def test_a_csv_and_a_qfx_of_one_plan_give_the_year_once(empty: bytes, tmp_path: Path) -> None:
    ledger, answers = tmp_path / "ledger.db", tmp_path / "answers.json"
    ledger.write_bytes(empty)
    answers.write_text(json.dumps(_OFX_ANSWERS))
    page, qfx = (STATEMENTS / name for name in (*FILES,) if "vanguard" in name or "ofx" in name)
    words = ("--account", "acme", "--answers", str(answers), "--json")
    basis(ledger, "import", str(page), *words, "--yes")
    first = json.loads(basis(ledger, "year-end", "2025", "--json").stdout)
    asked = CliRunner().invoke(main, ["--ledger", str(ledger), "import", str(qfx), *words])
    assert asked.exit_code == 2
    assert "same_events_other_format" in asked.output
    done = json.loads(basis(ledger, "import", str(qfx), *words, "--yes").stdout)
    assert (done["files"][0]["entries"], done["files"][0]["rows"]["known"]) == (0, 22)
    again = json.loads(basis(ledger, "year-end", "2025", "--json").stdout)
    assert (first["forms"], first["accounts"]) == (again["forms"], again["accounts"])
