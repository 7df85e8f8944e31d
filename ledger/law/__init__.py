"""The tax law: each rule once, beside its citation; the figures of each year in years/."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

EVIDENCE = {
    "P": "primary text read: statute, regulation, notice, IRS form or instruction",
    "S": "secondary text read: a commentary that reports the primary text",
    "M": "from general knowledge; no text was read",
}

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """A rule of law: where it stands, how well that is known, and the function that applies it.

    ``evidence`` is a letter of ``EVIDENCE``: the weaker the letter, the plainer it must be said
    to the reader of a figure that the rule decided.
    """

    citation: str
    evidence: str
    function: Callable[..., Any]


RULES: dict[str, Rule] = {}


def rule(citation: str, *, evidence: str = "P") -> Callable[[_F], _F]:
    """Register a function as a rule of law under its qualified name, unchanged.

    Raises ValueError, a fault of ours, for an empty citation or an unknown letter of evidence.

    >>> @rule("IRC 72(e)(8)(B)", evidence="S")
    ... def all_of_it(part: int) -> int:
    ...     return part
    >>> found = RULES.pop(f"{all_of_it.__module__}.all_of_it")
    >>> found.citation, found.evidence, all_of_it(3)
    ('IRC 72(e)(8)(B)', 'S', 3)
    """
    if not citation.strip():
        raise ValueError("a rule of law needs a citation")
    if evidence not in EVIDENCE:
        raise ValueError(f"evidence is one of {', '.join(EVIDENCE)}, not {evidence!r}")

    def register(function: _F) -> _F:
        name = f"{function.__module__}.{function.__qualname__}"
        RULES[name] = Rule(citation, evidence, function)
        return function

    return register
