"""Everything about one taxpayer and tax year as one value; its JSON is the public contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from ledger.chart import Account, Taxpayer
from ledger.documents import TaxDocument
from ledger.events import Event, EventKind, Flow
from ledger.forms.form import Form, FormLine
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money
from ledger.records import RothLayer, StateBasis
from ledger.text import typed

SCHEMA = "basis/year-end/1"


OTHER_LINES = "other_lines"  # the name of the form of lines elsewhere on the return
VALUE_UNSTATED = "year_end_value_not_stated"  # the code of a finding that later years rest on
EXCESS_TAKEN_BACK = "excess contribution taken back"  # a movement: after the due date, free of tax


@dataclass(frozen=True)
class Finding:
    """Something a careful reader must know: severity, stable code, message, law, place.

    ``at_stake`` is the amount that the answer may change (cents), None where it is not known.
    """

    severity: str  # "error" "warning" "info"
    code: str
    message: str
    cite: str = ""
    where: str = ""
    at_stake: Money | None = None

    def as_json(self) -> dict[str, object]:
        """Return the finding as the record and `basis check` carry it."""
        return _plain(self)


@dataclass(frozen=True)
class Disbursement:
    """One disbursement of a plan distribution and its pretax and after-tax dollars."""

    event: str
    to: str
    amount: Money
    pretax: Money
    aftertax: Money
    taxable: Money


@dataclass(frozen=True)
class Movement:
    """A conversion, rollover or distribution of the year, as the story of the year tells it.

    ``basis`` is what had been taxed already, ``taxable`` what is taxed this year; amounts in
    cents. For IRAs both come from Form 8606 at year end, shared out over the movements.
    """

    day: date
    kind: str  # "in-plan conversion", "direct rollover", "conversion", "distribution", …
    account: str
    source: str
    to: str
    amount: Money
    basis: Money
    taxable: Money
    where: str
    note: str = ""


@dataclass(frozen=True)
class Form1099R:
    """The Form 1099-R that the payer should send: boxes by number, in paper order.

    ``printed`` are the forms on record that stand for it, or for it and others together.
    """

    payer: str
    events: tuple[str, ...]
    to: str
    ira: bool
    boxes: Mapping[str, Money | str]
    where: tuple[str, ...] = ()
    or_code: str = ""  # what the payer may print in box 7 in place of the code there
    printed: tuple[TaxDocument, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from the other forms of the year."""
        boxes = (f"{box}={value}" for box, value in self.boxes.items())
        return (self.payer, self.to, *self.events, *boxes)


@dataclass(frozen=True)
class Returned:
    """A contribution taken back or recharacterized, with the net income that went along.

    ``covers`` are the contributions that it is of, the last one first, and how much of each.
    """

    moved: Event
    contribution: Money
    net_income: Money
    covers: tuple[tuple[Event, Money], ...] = ()

    @property
    def event(self) -> str:
        """What the record calls it."""
        return self.moved.name

    @property
    def amount(self) -> Money:
        """What left the account."""
        return self.contribution + self.net_income

    def as_json(self) -> dict[str, object]:
        """Return it as the record carries it."""
        return {
            "event": self.event,
            "contribution": self.contribution.plain,
            "net_income": self.net_income.plain,
            "amount": self.amount.plain,
        }


@dataclass(frozen=True)
class DivorceShare:
    """What of an IRA went to a former spouse, or came from one, with its basis (cents).

    ``basis`` is None where the giver's history is not recorded; ``conversions`` is the part of it
    that a Roth IRA got by conversions and rollovers.
    """

    moved: Event
    gave: bool
    basis: Money | None
    conversions: Money = ZERO


@dataclass(frozen=True)
class PoolYear:
    """One account and source over the year, in value and basis (cents)."""

    account: str
    source: str  # "" for IRAs, whose basis belongs to the person and not to the account
    opening_value: Money = ZERO
    opening_basis: Money | None = ZERO  # None for an IRA
    contributions: Money = ZERO
    earnings: Money = ZERO
    came_in: Money = ZERO
    went_out: Money = ZERO
    closing_value: Money = ZERO
    closing_basis: Money | None = ZERO  # None for an IRA


def flow_of(kind: EventKind, cents: int) -> str:
    """Return the flow of a pool's year that a posting of so many cents counts for.

    >>> flow_of(EventKind.FEE, -100), flow_of(EventKind.CONVERSION, -100)
    ('earnings', 'went_out')
    """
    flow = kind.spec.flow
    return ("came_in" if cents > 0 else "went_out") if flow is Flow.MOVED else flow.value


@dataclass(frozen=True)
class TraditionalIra:
    """The one pool of all traditional, SEP and SIMPLE IRAs."""

    basis_brought_forward: Money = ZERO
    basis_carried_forward: Money = ZERO
    year_end_value: Money = ZERO
    passed_to_heirs: Money = ZERO  # basis that a death took out of line 14


@dataclass(frozen=True)
class DisasterLater:
    """Income of a later year from disaster distributions, of IRAs and of plans (cents)."""

    year: int
    iras: Money = ZERO
    plans: Money = ZERO


@dataclass(frozen=True)
class RothIra:
    """All Roth IRAs together: layers left at year end and the five-year clock."""

    regular: Money = ZERO
    conversions: tuple[RothLayer, ...] = ()
    free_from: Mapping[int, date] = field(default_factory=dict)  # per conversion year
    since: int | None = None
    qualified_from: date | None = None
    earnings_distributed: Money = ZERO


def place_on_return(number: str) -> tuple[str, str]:
    """Return the form and the line that one of the lines elsewhere on the return names.

    >>> place_on_return("Schedule 2, line 8")
    ('Schedule 2', '8')
    """
    form, _, line = number.partition(", line ")
    return form, line


def of_decedent(name: str) -> str:
    """Say whose IRAs a Form 8606 is for, in words that follow its name.

    >>> of_decedent("Pat Lee"), of_decedent("")
    (' for IRAs inherited from Pat Lee', '')
    """
    return f" for IRAs inherited from {name}" if name else ""


def decedent_option(name: str) -> str:
    """Return the option of `basis record 8606` that names a decedent, "" for one's own form.

    >>> decedent_option("Pat Lee"), decedent_option("")
    (' --decedent "Pat Lee"', '')
    """
    return f" --decedent {typed(name)}" if name else ""


@dataclass(frozen=True)
class Form8606:
    """One Form 8606 of the year: of a person's own IRAs, or of those from one decedent."""

    form: Form
    required: bool
    decedent: str = ""  # whose IRAs they were, "" for the person's own

    @property
    def said(self) -> str:
        """The form and whose IRAs it is for, in words."""
        return f"Form 8606{of_decedent(self.decedent)}"

    def as_json(self) -> dict[str, object]:
        """Return the form as the record carries it."""
        whose = {"decedent": self.decedent} if self.decedent else {}
        return {**whose, "required": self.required, "lines": self.form.as_json()}


@dataclass(frozen=True)
class InheritedIras:
    """Basis left at year end in the IRAs that came from one decedent (cents).

    ``basis_carried_forward`` is None where nobody stated the basis of the traditional ones.
    """

    decedent: str
    basis_carried_forward: Money | None = None
    roth_basis_carried_forward: Money = ZERO

    @property
    def basis(self) -> Money:
        """The basis of both kinds that is known."""
        return (self.basis_carried_forward or ZERO) + self.roth_basis_carried_forward


@dataclass(frozen=True)
class DesignatedRoth:
    """The designated Roth account of one plan: clock, investment in the contract, value."""

    account: str
    since: int | None
    qualified_from: date | None
    basis: Money
    value: Money


@dataclass(frozen=True)
class DeferralLimit:
    """IRC 402(g): elective deferrals of one person over all plans; None where age is unknown."""

    limit: Money
    catch_up: Money | None
    used: Money
    room: Money | None
    excess: Money
    service_catch_up: Money = ZERO  # the 15-year rule of a 403(b) plan, where its facts are known


@dataclass(frozen=True)
class AdditionsLimit:
    """IRC 415(c): annual additions under the plans of one employer."""

    employer: str
    limit: Money
    used: Money
    after_tax_room: Money
    excess: Money


@dataclass(frozen=True)
class EmployerDeferrals:
    """IRC 401(a)(30): deferrals that the plans of one employer take, beside what they may."""

    employer: str
    limit: Money
    used: Money
    room: Money
    excess: Money


@dataclass(frozen=True)
class IraLimit:
    """IRC 219(b)(5), 408A(c)(2): one limit for traditional and Roth contributions together."""

    limit: Money
    used: Money
    room: Money
    excess: Money


@dataclass(frozen=True)
class RothLimit:
    """IRC 408A(c)(3): what income leaves for Roth IRAs; None where income is not recorded."""

    limit: Money | None
    used: Money
    room: Money | None
    excess: Money | None


@dataclass(frozen=True)
class Limits:
    """What the limits of the year are, how much was used and how much is left."""

    deferrals: DeferralLimit
    additions: tuple[AdditionsLimit, ...] = ()
    ira: IraLimit | None = None
    deferrals_457b: DeferralLimit | None = None  # IRC 457(b): None without such a plan
    roth_ira: RothLimit | None = None
    employer_deferrals: tuple[EmployerDeferrals, ...] = ()

    def without_room(self) -> Limits:
        """Return the limits of somebody who died: what was put in, and nothing more to put in."""
        own, ira, roth = self.deferrals_457b, self.ira, self.roth_ira
        return Limits(
            deferrals=replace(self.deferrals, room=ZERO),
            additions=tuple(replace(one, after_tax_room=ZERO) for one in self.additions),
            ira=replace(ira, room=ZERO) if ira else None,
            deferrals_457b=replace(own, room=ZERO) if own else None,
            roth_ira=replace(roth, room=ZERO) if roth else None,
            employer_deferrals=tuple(replace(one, room=ZERO) for one in self.employer_deferrals),
        )


Box = Money | str | None  # what stands in a box; None where nothing does


@dataclass(frozen=True)
class TieOut:
    """One box of a printed form beside what the ledger expects (amounts in cents).

    ``printed`` is None where no form is recorded, or its box is blank; ``expected`` is None where
    nothing in the ledger calls for it. ``pattern`` is a stable code, "" where both agree; ``says``
    is the pattern in words and ``remedy`` what to do. ``entries`` are the places (file:line) of
    the entries behind the expected amount, ``where`` is the place of the printed form.
    """

    form: str  # "1099-R" "5498" "W-2" "8606"
    payer: str  # account id of the plan or IRA; the employer of a W-2; "IRS" for a filed form
    box: str
    printed: Box
    expected: Box
    pattern: str = ""
    says: str = ""
    remedy: str = ""
    entries: tuple[str, ...] = ()
    where: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the printed box is what the ledger expects."""
        return not self.pattern

    @property
    def asks_correction(self) -> bool:
        """Whether the payer is to be asked for a corrected form: the printed one is wrong."""
        return "corrected form" in self.remedy.lower()

    @property
    def difference(self) -> Money | None:
        """Printed less expected, where both are amounts."""
        if isinstance(self.printed, Money) and isinstance(self.expected, Money):
            return self.printed - self.expected
        return None


@dataclass(frozen=True)
class EnterInstead:
    """A line to type in place of a printed form; the lines of one form add back to it."""

    form: str
    payer: str
    to: str
    boxes: Mapping[str, Money | str]
    where: str  # place of the printed form
    says: str = ""


@dataclass(frozen=True)
class Filed:
    """The record of the year as it was kept when the year was closed."""

    closed_at: str  # UTC to the second
    sha256: str  # of the record as kept
    chain_head: str  # the seal of the ledger that the record was worked out from
    reopened_at: str = ""
    why: str = ""  # the year was reopened


@dataclass(frozen=True)
class Amended:
    """A line of a closed year that is no longer what was filed; None where a line is absent."""

    # "8606" "5329" "1040", a worksheet, "1099-R acme to roth1"; "carried" for what goes on
    form: str
    line: str
    filed: Box
    now: Box

    @property
    def difference(self) -> Money | None:
        """The figure now less the filed one, where both are amounts."""
        if isinstance(self.filed, Money) and isinstance(self.now, Money):
            return self.now - self.filed
        return None


@dataclass(frozen=True)
class FormDue:
    """A Form 8606 that was due for an earlier year and is not recorded as filed."""

    year: int
    line_14: Money
    decedent: str = ""  # whose IRAs it is for, "" for the person's own
    penalty: Money | None = None  # of not filing it, without reasonable cause

    def as_json(self) -> dict[str, object]:
        """Return the form as the record carries it."""
        whose = {"decedent": self.decedent} if self.decedent else {}
        return {"form": "8606", "year": self.year, "line_14": self.line_14.plain, **whose}


@dataclass(frozen=True)
class Pension:
    """The Simplified Method worksheet of one pension and the payments expected (line 3)."""

    account: str
    payments: int
    sheet: Form

    def as_json(self) -> dict[str, Any]:
        """Return the worksheet as the record carries it."""
        lines = self.sheet.as_json() | {"3": str(self.payments)}
        ordered = dict(sorted(lines.items(), key=lambda line: int(line[0])))
        return {"account": self.account, "lines": ordered}


@dataclass(frozen=True)
class YearEnd:
    """Everything worked out for one taxpayer and one tax year."""

    taxpayer: Taxpayer
    tax_year: int
    accounts: Mapping[str, Account]
    f8606: Form
    f8606_required: bool
    f5329: Form
    f5329_required: bool
    f1040: Form
    f1040_notes: tuple[str, ...]
    forms_1099r: tuple[Form1099R, ...]
    worksheets: Mapping[str, Form]
    disbursements: tuple[Disbursement, ...]
    movements: tuple[Movement, ...]
    returned: tuple[Returned, ...]
    pools: tuple[PoolYear, ...]
    traditional_ira: TraditionalIra
    roth_ira: RothIra
    designated_roth: tuple[DesignatedRoth, ...]
    limits: Limits
    findings: tuple[Finding, ...]
    entries: tuple[JournalEntry, ...] = ()  # the year's entries, booked and derived, in order
    status: str = "open"  # "open" "closed" "reopened"
    tie_out: tuple[TieOut, ...] = ()  # box by box, those that agree included
    enter_instead: tuple[EnterInstead, ...] = ()
    filed: Filed | None = None  # None until the year is closed
    amended: tuple[Amended, ...] = ()
    forms_due: tuple[FormDue, ...] = ()  # of earlier years, oldest first
    f8606_inherited: tuple[Form8606, ...] = ()  # one for each decedent
    inherited_iras: tuple[InheritedIras, ...] = ()  # one for each decedent
    died: date | None = None  # the owner, by the end of the year
    pensions: tuple[Pension, ...] = ()
    state_basis: tuple[StateBasis, ...] = ()  # newest of each state and account, recorded only
    disaster_later: tuple[DisasterLater, ...] = ()  # one for each year that has income left
    provisional: str = ""  # why the layout of this year's forms is not final, "" when it is
    # made in this year for the year before: told on this year's return, and in that year's record
    returned_of_last: tuple[Returned, ...] = ()
    divorce_shares: tuple[DivorceShare, ...] = ()  # of IRAs, given and got in the year

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened to the person's accounts and nothing stands on a form."""
        return not (self.entries or self.movements or self.returned or self.forms or self.tie_out)

    @property
    def stands_as(self) -> str:
        """How the figures stand: a draft, as filed with its day (UTC), or amended since.

        A year that was reopened is a draft again until a line differs from what was filed.
        """
        if self.amended:
            return "AMENDED"
        if self.filed is None or self.status != "closed":
            return "DRAFT"
        day = datetime.fromisoformat(self.filed.closed_at).date()
        return f"AS FILED {day.month:02d}/{day.day:02d}/{day.year}"

    @property
    def basis_carried_forward(self) -> Money:
        """The basis of traditional IRAs over all Forms 8606: one's own and those of decedents."""
        inherited = [one.basis_carried_forward or ZERO for one in self.inherited_iras]
        return self.traditional_ira.basis_carried_forward + Money.total(inherited)

    @property
    def forms_8606(self) -> tuple[Form8606, ...]:
        """Every Form 8606 that has lines: the person's own, then those of the decedents."""
        every = (Form8606(self.f8606, self.f8606_required), *self.f8606_inherited)
        return tuple(one for one in every if len(one.form))

    @property
    def f1040_marks(self) -> tuple[tuple[str, str], ...]:
        """What the paper asks for: words beside a line, or the box of a year that has one.

        Each is the line, and what is written or checked there; the record's notes name both.
        """
        told = [note.partition(": ")[::2] for note in self.f1040_notes]
        # a box has no amount, and the number of its line: 4c of line 4
        boxes = {(number[:-1], words) for number, words in told if number not in self.f1040}
        return tuple(
            (number, words)
            for number, words in told
            if number not in self.f1040 or (number[:-1], words) not in boxes
        )

    @property
    def f1040_beside(self) -> tuple[str, ...]:
        """What is written beside lines of Form 1040, or checked, each in a sentence."""
        return tuple(
            f"Write beside line {number}: {words}."
            if number in self.f1040
            else f"Check the box of line {number}: {words}."
            for number, words in self.f1040_marks
        )

    @property
    def other_lines(self) -> tuple[FormLine, ...]:
        """What is to be entered elsewhere on the return, such as "Schedule 2, line 8"."""
        return tuple(self.worksheets.get(OTHER_LINES, ()))

    @property
    def forms(self) -> dict[str, Form]:
        """The forms and worksheets that have lines, by name: "8606", "5329", "1040", …."""
        named = {one.form.name: one.form for one in self.forms_8606}
        named |= {"5329": self.f5329, "1040": self.f1040, **self.worksheets}
        named |= {pension.sheet.name: pension.sheet for pension in self.pensions}
        return {name: form for name, form in named.items() if len(form)}

    def as_json(self) -> dict[str, Any]:
        """Return the year-end record of the scenario contract."""
        return {
            "schema": SCHEMA,
            "taxpayer": self.taxpayer.id,
            "name": self.taxpayer.name,
            "tax_year": self.tax_year,
            "status": self.status,
            "forms": {
                "8606": Form8606(self.f8606, self.f8606_required).as_json(),
                "8606_inherited": [one.as_json() for one in self.f8606_inherited],
                "1099-R": [_form_1099r(form) for form in self.forms_1099r],
                "5329": {"required": self.f5329_required, "lines": self.f5329.as_json()},
                "1040": {"lines": self.f1040.as_json(), "notes": list(self.f1040_notes)},
            },
            "worksheets": _worksheets(self.worksheets, self.pensions),
            "disbursements": [_plain(row) for row in self.disbursements],
            "returned": [row.as_json() for row in self.returned],
            "accounts": [_pool(row) for row in self.pools],
            "traditional_ira": _plain(self.traditional_ira),
            "roth_ira": _roth_ira(self.roth_ira),
            "inherited_iras": [_plain(row) for row in self.inherited_iras],
            "died": self.died.isoformat() if self.died else None,
            "designated_roth": [_plain(row) for row in self.designated_roth],
            "disaster_later": [_plain(row) for row in self.disaster_later],
            "limits": {
                "402g": _plain(self.limits.deferrals),
                "401a30": [_plain(row) for row in self.limits.employer_deferrals],
                "415c": [_plain(row) for row in self.limits.additions],
                "ira": _plain(self.limits.ira) if self.limits.ira else None,
                "roth_ira": _plain(roth) if (roth := self.limits.roth_ira) else None,
                "457b": _plain(own) if (own := self.limits.deferrals_457b) else None,
            },
            "state_basis": [_state_basis(row) for row in self.state_basis],
            "findings": [_plain(row) for row in self.findings],
            "tie_out": [_differing(row) for row in self.tie_out],
            "enter_instead": [_plain(row) for row in self.enter_instead],
            "filed": _plain(self.filed) if self.filed else None,
            "amended": [_differing(row) for row in self.amended],
            "forms_due": [row.as_json() for row in self.forms_due],
        }


def _json(value: object) -> object:
    if isinstance(value, Money):
        return value.plain
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _differing(row: TieOut | Amended) -> dict[str, object]:
    return {**_plain(row), "difference": _json(row.difference)}


def _plain(row: object) -> dict[str, object]:
    return {name: _json(value) for name, value in vars(row).items()}


def _pool(row: PoolYear) -> dict[str, object]:
    out = _plain(row)
    return {
        "account": out.pop("account"),
        "source": out.pop("source") or None,
        "opening_value": out.pop("opening_value"),
        "opening_basis": out.pop("opening_basis"),
        "contributions": out.pop("contributions"),
        "earnings": out.pop("earnings"),
        "in": out.pop("came_in"),
        "out": out.pop("went_out"),
        **out,
    }


def _state_basis(row: StateBasis) -> dict[str, object]:
    out = _plain(row)
    out.pop("taxpayer"), out.pop("where")
    return out | {"account": row.account or None}


def _form_1099r(form: Form1099R) -> dict[str, object]:
    out: dict[str, object] = {"payer": form.payer, "event": form.events[0]}
    if len(form.events) > 1:
        out["events"] = list(form.events)
    out |= {"to": form.to, "ira": form.ira}
    out["boxes"] = {number: _json(value) for number, value in form.boxes.items()}
    return out


def _roth_ira(roth: RothIra) -> dict[str, object]:
    layers = [
        {**_plain(layer), "free_from": _json(roth.free_from.get(layer.year))}
        for layer in roth.conversions
    ]
    return {
        "regular": roth.regular.plain,
        "conversions": layers,
        "since": roth.since,
        "qualified_from": _json(roth.qualified_from),
        "earnings_distributed": roth.earnings_distributed.plain,
    }


def _worksheets(worksheets: Mapping[str, Form], pensions: tuple[Pension, ...]) -> dict[str, object]:
    names = ("pub_590b_1_1", "ira_deduction")
    out: dict[str, object] = {
        name: {"lines": worksheets[name].as_json() if name in worksheets else {}} for name in names
    }
    others = {k: {"lines": v.as_json()} for k, v in worksheets.items() if k not in names}
    return {**out, "simplified_method": [p.as_json() for p in pensions], **others}
