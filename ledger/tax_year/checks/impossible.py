"""Stories that cannot be as they stand in the books: told as errors, the figures kept."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.tax_year.checks.context import CheckContext
from ledger.year_end import Finding


def before_birth(context: CheckContext) -> Iterator[Finding]:
    """Find an event that is older than the owner of the account."""
    born = context.record.taxpayer.born
    for event in context.events:
        if born is None or event.day >= born:
            continue
        if context.account(event).owner == context.record.taxpayer.id:
            yield Finding(
                "error",
                "before_birth",
                f"the {event.kind.words} of {event.day} in {event.account} is before the birth of "
                f"{context.record.taxpayer.name} on {born}: correct the birth date with: basis "
                f"taxpayer set {context.record.taxpayer.id} --born …",
                "IRC 72(t)(2)(A)(i): ages count from birth",
                event.where,
            )
            # one is enough: a wrong birth date makes every older row wrong
            return


def deduction_above_contributions(context: CheckContext) -> Iterator[Finding]:
    """Find a deduction on the return that is more than the books say was contributed."""
    made, deducted = context.traditional.contributed, context.traditional.deduction
    if deducted > made:
        yield Finding(
            "warning",
            "deduction_above_contributions",
            f"the return deducts {deducted} and the books have {made} contributed to traditional "
            "IRAs for the year: correct the deduction, or book the missing contribution",
            "IRC 219(a), (f)(3)",
            at_stake=deducted - made,
        )
