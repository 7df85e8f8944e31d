"""Movements of money: the sides that statements show, and which of them belong together."""

from ledger.movements.legs import is_on_its_way, movement_of, parts_of, receivers_by_leg
from ledger.movements.meeting import (
    Met,
    books_of,
    counted_once,
    meet,
    partners_of,
    sent_as_contributions,
    with_facts,
)
from ledger.movements.put_back import may_be_put_back
from ledger.movements.settled import (
    BASIS,
    CODE,
    ENTRY,
    OF,
    REASON,
    payment_named,
    settled,
    went_to,
)
from ledger.movements.sides import (
    CONVERTED,
    ON_THE_WAY,
    ROLLED,
    SAID_SO,
    is_arrival,
    may_go,
    may_send,
    rollover_source,
)
from ledger.movements.within_plan import (
    ARRIVED_AS,
    Halves,
    came_from_own_plan,
    halves,
    may_be_halves,
    may_have_come_back,
)

__all__ = [
    "ARRIVED_AS",
    "BASIS",
    "CODE",
    "CONVERTED",
    "ENTRY",
    "OF",
    "ON_THE_WAY",
    "REASON",
    "ROLLED",
    "SAID_SO",
    "Halves",
    "Met",
    "books_of",
    "came_from_own_plan",
    "counted_once",
    "halves",
    "is_arrival",
    "is_on_its_way",
    "may_be_halves",
    "may_be_put_back",
    "may_go",
    "may_have_come_back",
    "may_send",
    "meet",
    "movement_of",
    "partners_of",
    "parts_of",
    "payment_named",
    "receivers_by_leg",
    "rollover_source",
    "sent_as_contributions",
    "settled",
    "went_to",
    "with_facts",
]
