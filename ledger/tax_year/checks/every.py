"""Every check of a person's year, in the order in which its findings are told."""

from __future__ import annotations

from dataclasses import replace

from ledger.tax_year.checks import (
    corrections,
    figures,
    impossible,
    iras,
    law,
    missing_rows,
    plans,
    stated,
    unstated,
)
from ledger.tax_year.checks.context import Check, CheckContext
from ledger.year_end import YearEnd

# What the law says of the year stands first, then what is stated, impossible, left unstated or
# missing, then what the figures themselves show. Within a severity findings keep this order.
CHECKS: tuple[Check, ...] = (
    plans.deferrals_457b_above_limit,
    plans.deferrals_above_limit_of_employer,
    plans.late_excess_deferrals,
    plans.in_plan_conversion_recaptured,
    plans.in_plan_recaptured_from_roth_ira,
    plans.transfer_between_employers,
    plans.paid_out_of_a_share,
    plans.pension_before_59_and_a_half,
    plans.additions_limited_by_compensation,
    plans.catch_up_that_must_be_roth,
    plans.rollover_money_in_457b,
    corrections.excess_deferrals_paid_back,
    corrections.income_of_another_year,
    corrections.more_paid_back_than_excess,
    corrections.corrective_distributions,
    corrections.adp_excess_made_after_tax,
    corrections.not_eligible_for_rollover,
    plans.service_catch_up_not_stated,
    plans.facts_of_no_plan,
    plans.separation_before_55,
    plans.special_distributions_of_plans,
    plans.pension_cost_not_stated,
    law.state_basis_recorded,
    law.covered_after_all,
    law.ira_money_into_plan,
    law.one_rollover_in_twelve_months,
    law.roth_contribution_above_range,
    law.roth_limit_not_known,
    law.exception_not_for_account,
    law.simple_ira_in_first_two_years,
    law.charity_that_does_not_qualify,
    law.inherited_basis,
    law.employer_ira_limits,
    law.required_distribution_first,
    iras.rollover_basis_not_stated,
    iras.disaster_form_due,
    iras.repaid_after_due_date,
    iras.basis_restored,
    iras.excess_absorbed,
    iras.excess_converted,
    iras.excess_not_absorbed,
    iras.excess_from_before_the_books,
    iras.roth_ira_share,
    iras.ira_share,
    iras.passed_at_death,
    iras.filed_at_death,
    iras.inherited_at_death,
    iras.methods_differ,
    iras.hsa_funding,
    iras.charity_reduced_by_deductions,
    iras.rolled_from_529,
    iras.employer_roth_income,
    stated.prices_disagree,
    stated.arrived_before_it_left,
    stated.contribution_taken_back,
    stated.reason_without_rule,
    stated.fact_of_no_use,
    stated.arrived_in_no_source,
    stated.exception_covers_a_part,
    stated.catch_up_of_no_deferral,
    stated.loan_not_in_books,
    stated.rows_before_opening,
    impossible.before_birth,
    impossible.deduction_above_contributions,
    unstated.basis_taken_as_zero,
    unstated.deduction_taken_as_zero,
    unstated.year_end_value_not_stated,
    unstated.plan_value_not_stated,
    unstated.gain_at_conversion_not_stated,
    unstated.roth_history_not_stated,
    unstated.roth_history_taken_as_none,
    unstated.first_roth_year_not_known,
    unstated.filing_status_differs,
    unstated.joint_income_differs,
    missing_rows.paychecks_missing,
    missing_rows.files_leave_a_gap,
    missing_rows.balance_differs,
    figures.plan_does_not_allow,
    figures.election_assumed,
    figures.excess_contributions,
    figures.after_tax_left,
    figures.roth_basis_not_recovered,
    figures.weak_figures,
)
_RANK = {"error": 0, "warning": 1, "info": 2}


def with_findings(context: CheckContext) -> YearEnd:
    """Return the record with all its findings: errors first, then warnings, then information."""
    found = [finding for check in CHECKS for finding in check(context)]
    # the sort is stable, so that the order of CHECKS holds within a severity
    found.sort(key=lambda finding: _RANK[finding.severity])
    return replace(context.record, findings=tuple(found))
