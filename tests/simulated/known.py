"""What is known to fail today: a table that is to become empty.

household -> order -> class. It is strict: what is listed must fail in just this way, and what is
mended must be taken out (``python -m tests.simulated --known`` prints the table as it is now).
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.simulated.driver import ORDERS

# kind -> seeds that `make test` runs
TESTED = {
    "small-easy": range(1, 5),
    "small-full": range(1, 9),
    "small-messy": (4, 7),
    "small-opened": (3,),
    "small-odd": (1, 3, 4),
    "small-pair": (2,),
    "small-gap": (1, 2),
}


def everywhere(result: str) -> Mapping[str, str]:
    """Return one class for every order."""
    return dict.fromkeys(ORDERS, result)


KNOWN: Mapping[str, Mapping[str, str]] = {}
