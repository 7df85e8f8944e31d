"""Whatever is said of any entry, the ledger can be read afterwards: refused before, or booked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from itertools import islice, product
from pathlib import Path

import pytest

from ledger.errors import LedgerError, LedgerErrors
from ledger.movements import CODE, ENTRY, OF
from ledger.store import Answer, Ledger
from tests.movements.test_commands import AFTER_TAX, IRA, ROTH, TWO_FUNDS, Desk, empty

__all__ = ["empty"]
PAID = "05/01/2023,NORMAL DISTR PARTIAL (Cash), ,No Description,Cash,0,,-500,"
BACK = "05/20/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,500,"
CASH = ["cash", "outside", "in_transit", "ira", "roth", "old", "nowhere"]


@pytest.fixture(scope="module")
def told(empty: bytes, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a ledger with payments by fund, a rollover, a conversion and a payment put back."""
    desk = Desk(tmp_path_factory.mktemp("told"), empty)
    desk.bring(desk.write("old", *TWO_FUNDS, *AFTER_TAX))
    desk.bring(desk.write("ira", *IRA, PAID, BACK), sent_to="cash")
    desk.bring(desk.write("roth", *ROTH))
    return desk


def say(ledger: Ledger, number: int, other: str) -> bool:
    """Settle an entry, and tell whether the answer was taken; the books can be read after it."""
    answer = Answer(CODE, "", f"{ENTRY}{number}", other, date(2024, 1, 1), "said")
    try:
        ledger.settle(number, answer)
    except (LedgerError, LedgerErrors):
        return False
    assert ledger.books().entries
    return True


def copies(told: Desk, folder: Path) -> Iterator[Path]:
    for number in range(10_000):
        path = folder / f"{number}.db"
        shutil.copy(told.ledger, path)
        yield path


def test_no_answer_makes_a_ledger_that_cannot_be_read(told: Desk, tmp_path: Path) -> None:
    with Ledger.open(told.ledger) as ledger:
        numbers = sorted(fact.event.seq for fact in ledger.books().facts)
    others = [*CASH, *(f"{OF}{number}" for number in numbers)]
    fresh, taken = copies(told, tmp_path), []
    path = next(fresh)
    for number, other in product(numbers, others):
        with Ledger.open(path) as ledger:
            if say(ledger, number, other):
                taken.append((number, other))
                path = next(fresh)
    assert len(taken) > len(numbers)
    # and what is said of one after another was said of it, or of the payment it names
    for first, second in islice(product(taken, taken), 0, None, 53):  # 72 x 72 are too many here
        with Ledger.open(next(fresh)) as ledger:
            if say(ledger, *first):
                say(ledger, *second)
