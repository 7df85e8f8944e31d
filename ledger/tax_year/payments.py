"""Everything that was paid out of one person's accounts in a calendar year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.balances.payouts import (
    CorrectedContribution,
    InPlanConversion,
    Payout,
    PlanTransfer,
)
from ledger.events import Event
from ledger.law.limits import is_returned_in_time
from ledger.tax_year.charity import Charity
from ledger.tax_year.in_plan import InPlanTaken
from ledger.tax_year.inherited import Settled
from ledger.tax_year.ira_events import IraPayment
from ledger.tax_year.pensions import PensionPayment


@dataclass(frozen=True)
class PaymentsOfYear:
    """What payers report for one person and year, and what the story of the year tells."""

    conversions: Sequence[InPlanConversion]
    payouts: Sequence[Payout]
    traditional: Sequence[IraPayment]
    roth: Sequence[IraPayment]
    inherited_roth: Sequence[IraPayment]
    corrected: Sequence[CorrectedContribution]
    charity: Sequence[Charity]
    pensions: Sequence[PensionPayment]
    in_plan: Sequence[InPlanTaken]
    excess_deferrals: Sequence[Event]
    corrective: Sequence[Event]
    adp_recharacterized: Sequence[Event]
    employer_roth: Sequence[Event]  # into plans
    employer_roth_iras: Sequence[Event]
    inherited: Sequence[Settled] = ()
    hsa_funding: Sequence[Charity] = ()
    transfers: Sequence[PlanTransfer] = ()

    @property
    def late_deferrals(self) -> list[Event]:
        """Excess deferrals paid back too late: taxed once more, as any distribution is."""
        return [e for e in self.excess_deferrals if not is_returned_in_time(e.tax_year, e.day)]
