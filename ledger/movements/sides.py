"""The sides of movements: what left an account, what came into one, and which of them can fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.chart import Account, Source, TaxCharacter
from ledger.events import CASH, CONVERTED, ELSEWHERE, IN_TRANSIT, Event, EventKind, kinds_where
from ledger.journal import JournalEntry
from ledger.money import ZERO
from ledger.movements.legs import parts_of

# How far apart two sides of one movement may be booked: shares and checks travel.
ON_THE_WAY = timedelta(days=10)
# How long after it left money may come into the account that says where it is from.
SAID_SO = timedelta(days=60)
LEAVES = kinds_where(lambda spec: spec.has_two_sides)
_COMES = kinds_where(lambda spec: spec.comes_from_elsewhere)
ROLLED = frozenset({Source.ROLLOVER, Source.ROTH_ROLLOVER})  # nobody contributes to these


@dataclass(frozen=True)
class OutSide:
    """Money on its way out of one account to one receiver, in cents."""

    place: int  # of its entry
    part: int  # of its event
    event: Event
    here: Account
    to: str  # account id, or IN_TRANSIT
    cents: int

    @property
    def is_open(self) -> bool:
        """Whether nobody said where it went."""
        return self.to == IN_TRANSIT

    @property
    def like(self) -> tuple[object, ...]:
        """What makes two of them differ in nothing but day and amount."""
        return self.here.id, self.event.kind, self.event.sources, self.to


@dataclass(frozen=True)
class InSide:
    """Money that came into an account, in cents, and where from if that was said."""

    place: int
    event: Event
    here: Account
    origin: str  # account id, "" when nobody said
    cents: int

    @property
    def day(self) -> date:
        """The day on which it came."""
        return self.event.day

    @property
    def converted(self) -> bool:
        """Whether its row says that it was a conversion."""
        return self.event.reason == CONVERTED


def sender_of(event: Event) -> str:
    """Return the account that money is said to come from ("acme" of "acme:after_tax")."""
    return "" if event.origin == IN_TRANSIT else event.origin.partition(":")[0]


def sent_source(event: Event) -> Source | None:
    """Return the source of the sending plan that an origin "acme:after_tax" names."""
    named = event.origin.partition(":")[2]
    return Source(named) if named else None


def out_sides(entries: Iterable[JournalEntry], accounts: Mapping[str, Account]) -> list[OutSide]:
    """Return what left accounts for other accounts, known or not known.

    Money put back within 60 days is told by who typed it, or by the statement that shows it.
    """
    found = []
    for place, entry in enumerate(entries):
        event = entry.event
        if event.kind not in LEAVES | {EventKind.ROLLOVER_60DAY} or entry.derived:
            continue
        for number, part in enumerate(parts_of(event)):
            if part.to not in {CASH, ""} and part.amount > ZERO:
                here = accounts[event.account]
                found.append(OutSide(place, number, event, here, part.to, part.amount.cents))
    return found


def is_arrival(event: Event) -> bool:
    """Tell whether an event is the side of a movement that came in, not said to be from outside."""
    rolled = event.kind is EventKind.CONTRIBUTION and event.source in ROLLED
    if not (rolled or event.kind in _COMES) or event.origin == ELSEWHERE:
        return False
    return (event.amount or ZERO) > ZERO


def may_be_rollover(event: Event) -> bool:
    """Tell whether an event is a contribution that nobody said to be the owner's own money.

    Some files call money that another account sent a contribution.
    """
    put_in = event.kind is EventKind.CONTRIBUTION and (event.amount or ZERO) > ZERO
    return put_in and event.origin != ELSEWHERE and not is_arrival(event)


def rollover_source(source: Source) -> Source:
    """Return the source of a plan that money rolled in from elsewhere is of."""
    return Source.ROTH_ROLLOVER if source.character is TaxCharacter.ROTH else Source.ROLLOVER


def in_sides(entries: Iterable[JournalEntry], accounts: Mapping[str, Account]) -> list[InSide]:
    """Return what came into accounts from other accounts, known or not known."""
    return [
        in_side(place, entry.event, accounts)
        for place, entry in enumerate(entries)
        if not entry.derived and is_arrival(entry.event)
    ]


def in_side(place: int, event: Event, accounts: Mapping[str, Account]) -> InSide:
    """Return what came into an account as a side, at its place among others."""
    cents = event.money("amount").cents
    return InSide(place, event, accounts[event.account], sender_of(event), cents)


def fits(out: OutSide, into: InSide) -> bool:
    """Tell whether money of one side can be that of the other, by owner, accounts and words."""
    if into.origin and into.origin != out.here.id:
        return False
    if not out.is_open:
        return out.to == into.here.id and _may_show(out.event, into)
    kind = EventKind.CONVERSION if into.converted else out.event.kind
    roth = bool(out.event.sources) and all(
        source.character is TaxCharacter.ROTH for source in out.event.sources
    )
    return may_go(out.here, into.here, kind=kind, roth=roth)


def is_near(out: OutSide, into: InSide) -> bool:
    """Tell whether two sides may be of one movement by their days: weeks later if that was said."""
    return abs(into.day - out.event.day) <= (SAID_SO if into.origin else ON_THE_WAY)


def _may_show(sent: Event, into: InSide) -> bool:
    """Tell whether a payment put back can be told by another row: by one that says what it is of.

    A contribution can where another file has it.
    """
    if sent.kind is not EventKind.ROLLOVER_60DAY or into.origin:
        return True
    apart = sent.where.rpartition(":")[0] != into.event.where.rpartition(":")[0]
    return into.event.kind is EventKind.CONTRIBUTION and apart


def may_go(here: Account, there: Account, *, kind: EventKind, roth: bool = False) -> bool:
    """Tell whether money that left one account so can have come into the other.

    ``roth`` is money of a designated Roth account: it goes to Roth IRAs and plans alone
    (IRC 402A(c)(3)).
    """
    if here.id == there.id or here.owner != there.owner:
        return False
    if here.kind.is_inherited or there.kind.is_inherited:
        return here.kind is there.kind and kind is EventKind.TRANSFER
    if here.kind.is_plan:
        return there.kind.is_plan or there.kind.is_roth_ira or not roth
    if here.kind.is_roth_ira:
        return there.kind.is_roth_ira and kind is not EventKind.CONVERSION
    if kind is EventKind.CONVERSION:
        return there.kind.is_roth_ira
    return not there.kind.is_plan or kind is EventKind.DISTRIBUTION


def may_send(here: Account, event: Event, there: Account) -> bool:
    """Tell whether an account can have sent what came into another one as this event."""
    if event.reason == CONVERTED:
        return may_go(here, there, kind=EventKind.CONVERSION)
    if event.kind is EventKind.TRANSFER_IN and not there.kind.is_plan:
        return may_go(here, there, kind=EventKind.TRANSFER)
    if here.kind.is_pooled_traditional and there.kind.is_roth_ira:
        return False  # that is a conversion, and its row says so
    rolled_roth = event.source is Source.ROTH_ROLLOVER
    if rolled_roth and not here.kind.is_plan:
        return False
    return may_go(here, there, kind=EventKind.DISTRIBUTION)
