"""Time how fast the HTML packet of a year with very many rows opens in a headless Chromium.

    python -m benchmarks.open_html [ROWS] [--rounds N]

All rows are of one year and stand in the file. A browser is started once; each round opens the
file anew, goes to the register, and clicks the place of its last row.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.generate import LAST_DAY, write
from benchmarks.run import basis, fresh, timed
from tests.browser import Browser, browsing

_LOADED = "return performance.getEntriesByType('navigation')[0].loadEventEnd"
_PAINTED = """
const done = arguments[arguments.length - 1];
requestAnimationFrame(() => setTimeout(() => done(performance.now())));
"""
_LAST_PLACE = """
const places = document.querySelectorAll("main td.place a");
const last = places[places.length - 1];
last.scrollIntoView();
last.id = "last-place";
return places.length;
"""


def packet(folder: Path, rows: int) -> Path:
    """Import a year of so many rows and write its HTML file."""
    ledger, page = folder / "ledger.db", folder / "rose-2025.html"
    statement, _ = write(folder, rows, first=LAST_DAY.replace(month=1, day=1))
    fresh(ledger)
    bring_in = ("import", str(statement), "--as", "plain", "--account", "acme", "--yes")
    subprocess.run(basis(ledger, *bring_in), check=True, capture_output=True)
    year = str(LAST_DAY.year)
    took = timed(basis(ledger, "export", "html", year, "--to", str(page)))
    print(f"export: {took.cpu:.2f} CPU s, {took.peak:.0f} MB; {page.stat().st_size:,} bytes")
    return page


def one_round(browser: Browser, page: Path) -> dict[str, Any]:
    """Open the page as a reader does; each time is in seconds."""
    browser.open(page)
    found = {"loaded": browser.run(_LOADED) / 1000, "painted": browser.run_async(_PAINTED) / 1000}
    started = time.perf_counter()
    browser.run(_LAST_PLACE)
    browser.run_async(_PAINTED)
    found["at the last row of the register"] = time.perf_counter() - started
    started = time.perf_counter()
    browser.click("#last-place")
    browser.run_async(_PAINTED)
    found["its row in the file, clicked"] = time.perf_counter() - started
    return found


def main() -> None:
    """Print medians; end with 1 where the page takes two seconds or more to be painted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        page = packet(Path(folder), options.rows)
        rounds = [one_round(browser, page) for _ in range(options.rounds)]
    for what in rounds[0]:
        print(f"{what}: {median(one[what] for one in rounds):.2f} s")
    sys.exit(median(one["painted"] for one in rounds) >= 2)


if __name__ == "__main__":
    main()
