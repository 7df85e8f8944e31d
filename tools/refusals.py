"""The refusals that no single statement file provokes: commands, run one after another, and told.

``fixtures/refusals/cases.toml`` says what is typed; ``told()`` runs it in an empty folder with a
ledger of its own and returns what the program answers, which stands in docs/errors.md.
"""

from __future__ import annotations

import io
import shlex
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli import faults
from cli.main import main
from ledger.errors import LedgerError

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "refusals"
LEDGER = "ledger.db"
HOUSEHOLD = (
    ("init",),
    ("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01"),
    ("account", "add", "acme", "--owner", "rose", "--kind", "401k", "--employer", "Acme"),
    ("account", "add", "ira", "--owner", "rose", "--kind", "traditional_ira"),
    ("account", "add", "roth1", "--owner", "rose", "--kind", "roth_ira"),
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def cases() -> list[dict[str, Any]]:
    """Return the cases in the order in which they run."""
    listed: list[dict[str, Any]] = tomllib.loads((FOLDER / "cases.toml").read_text("utf-8"))["case"]
    return listed


def workbook(
    sheets: Mapping[str, str],
    parts: Mapping[str, str | bytes],
    state: str = "visible",
    without: str = "",
) -> bytes:
    """Return an Excel workbook whose sheets hold just this XML, with more parts or without one."""
    numbered = list(enumerate(sheets.items(), 1))
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="r{n}"/>'
        for n, (name, _) in numbered
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    types = f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    whole = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        "</Relationships>",
        **{
            f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{xml}'
            "</sheetData></worksheet>"
            for n, (_, xml) in numbered
        },
        **parts,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in whole.items():
            if name != without:
                archive.writestr(name, text)
    return stream.getvalue()


def lay_out(case: Mapping[str, Any], folder: Path) -> None:
    """Write the files of a case."""
    for name, text in case.get("files", {}).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    if "sheet" in case:
        sheets = {key.title(): case[key] for key in ("sheet", "second") if key in case}
        parts = dict(case.get("parts", {}))
        if "bomb" in case:
            parts["xl/bomb.bin"] = b"0" * case["bomb"]
        about = {key: case[key] for key in ("state", "without") if key in case}
        (folder / "book.xlsx").write_bytes(workbook(sheets, parts, **about))


def answers() -> Iterator[tuple[dict[str, Any], int, list[LedgerError]]]:
    """Run every case in the current folder: each with its exit code and its refusals.

    The folder is to be empty. Raises ValueError for one that is not refused or changes the ledger.
    """
    runner, heard, usual = CliRunner(), [], faults.tell
    for words in HOUSEHOLD:
        runner.invoke(main, ["--ledger", LEDGER, *words])
    faults.tell = lambda found, **_: heard.extend(found)  # type: ignore[assignment]
    try:
        for case in cases():
            lay_out(case, Path())
            before, heard[:] = Path(LEDGER).read_bytes(), []
            words = ["--ledger", LEDGER, *shlex.split(case["run"])]
            code = runner.invoke(main, words, prog_name="basis").exit_code
            changed = Path(LEDGER).read_bytes() != before
            if bool(heard) == bool(case.get("quiet")) or (heard and changed):
                raise ValueError(case["run"])
            yield case, code, list(heard)
    finally:
        faults.tell = usual


def told() -> str:
    """Return the cases as commands with the refusals that they end in."""
    lines = []
    for case, code, heard in answers():
        lines.append(f"$ basis {case['run']}")
        lines += [f"[{fault.code}] {fault}" for fault in heard]
        lines += [f"exit {code}", ""]
    return "\n".join(lines)
