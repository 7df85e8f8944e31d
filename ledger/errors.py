"""The one family of errors a user may see: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Self


class LedgerError(Exception):
    """A fault in the user's data or request, never a fault in our code.

    ``where`` names file:line, account or form; ``code`` is stable and listed in docs/errors.md;
    ``problem`` says what is wrong with the value found; ``remedy`` what to do about it.

    >>> print(LedgerError(where="a.csv:3", code="bad_amount", problem="'x' is no amount",
    ...                   remedy="write dollars and cents"))
    a.csv:3: 'x' is no amount — write dollars and cents
    """

    exit_code: int = 2

    def __init__(self, *, where: str, code: str, problem: str, remedy: str) -> None:
        super().__init__(where, code, problem, remedy)
        self.where = where
        self.code = code
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the fault in one line."""
        return f"{self.where}: {self.problem} — {self.remedy}"

    def __reduce__(self) -> tuple[Callable[[], LedgerError], tuple[()]]:
        """Let a fault come back from another process."""
        return partial(type(self), **self.as_json()), ()

    @property
    def faults(self) -> tuple[LedgerError, ...]:
        """Every single fault, in order; one for a plain error."""
        return (self,)

    def as_json(self) -> dict[str, str]:
        """Return the refusal object of the scenario contract."""
        return {
            "where": self.where,
            "code": self.code,
            "problem": self.problem,
            "remedy": self.remedy,
        }


class LedgerErrors(LedgerError):
    """All the faults of one file or one request, raised together."""

    def __init__(self, faults: Iterable[LedgerError]) -> None:
        self._faults = tuple(single for fault in faults for single in fault.faults)
        first = self._faults[0]
        codes = {fault.exit_code for fault in self._faults}
        if len(codes) == 1:  # where only the machine stands in the way, the code says so
            (self.exit_code,) = codes
        super().__init__(
            where=first.where, code=first.code, problem=first.problem, remedy=first.remedy
        )

    @property
    def faults(self) -> tuple[LedgerError, ...]:
        """Every single fault, in the order found."""
        return self._faults

    def __str__(self) -> str:
        """Return one line for each fault."""
        return "\n".join(str(fault) for fault in self._faults)


class LedgerUnusable(LedgerError):
    """The ledger file cannot be used: locked, damaged, of another version or program."""

    exit_code = 4


class EnvironmentFault(LedgerError):
    """The machine does not allow it: disk full, no permission, missing folder."""

    exit_code = 5


class Collector:
    """Gathers faults so that a user sees all of them at once.

    >>> faults = Collector()
    >>> with faults:
    ...     raise LedgerError(where="a:1", code="c", problem="p", remedy="r")
    >>> len(faults)
    1
    """

    def __init__(self) -> None:
        self._faults: list[LedgerError] = []

    def __enter__(self) -> Self:
        """Start a block whose LedgerError is kept instead of raised."""
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Keep a LedgerError; let anything else through."""
        if isinstance(error, LedgerError):
            self._faults.extend(error.faults)
            return True
        return False

    def add(self, fault: LedgerError) -> None:
        """Keep one fault."""
        self._faults.extend(fault.faults)

    def __len__(self) -> int:
        """Return the number of faults kept so far."""
        return len(self._faults)

    def __iter__(self) -> Iterator[LedgerError]:
        """Go through the faults in the order found."""
        return iter(self._faults)

    def raise_any(self) -> None:
        """Raise all faults together, if there are any."""
        if self._faults:
            raise LedgerErrors(self._faults)
