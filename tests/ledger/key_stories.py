"""Stories of what no scenario of ``fixtures`` has, for the test that tries every key."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ledger import scenario
from ledger.closing import work_out

_HEAD = """
[scenario]
title = "Keys"
tax_years = [2024]
[[taxpayer]]
id = "rose"
name = "Rose Green"
born = 1970-05-01
"""
_PAUL = """
[[taxpayer]]
id = "paul"
name = "Paul Green"
born = 1968-02-03
"""
# every kind of row that shows units of a fund; what they are worth decides what a payment taxes
_UNITS = """
[[account]]
id = "acme2"
owner = "rose"
kind = "401k"
[[account]]
id = "acme"
owner = "rose"
kind = "401k"
[[opening]]
date = 2024-01-01
account = "acme"
source = "after_tax"
value = 10000
basis = 4000
fund = "Stock"
units = 100.000
[[event]]
date = 2024-02-01
account = "acme"
kind = "contribution"
source = "after_tax"
amount = 1000
fund = "Stock"
units = 10.000
price = 100
[[event]]
date = 2024-02-10
account = "acme"
kind = "rollover_in"
source = "after_tax"
amount = 2000
basis = 500
fund = "Stock"
units = 20.000
price = 100
[[event]]
date = 2024-03-01
account = "acme"
kind = "earnings"
source = "after_tax"
amount = 55
fund = "Stock"
units = 0.500
price = 110
[[event]]
date = 2024-04-01
account = "acme"
kind = "fee"
source = "after_tax"
amount = 22
fund = "Stock"
units = -0.200
price = 110
[[event]]
date = 2024-04-15
account = "acme"
kind = "transfer_in"
source = "after_tax"
amount = 220
fund = "Stock"
units = 2.000
price = 110
[[event]]
date = 2024-04-15
account = "acme"
kind = "transfer_out"
source = "after_tax"
amount = 110
fund = "Stock"
units = -1.000
price = 110
[[event]]
date = 2024-05-01
account = "acme"
kind = "loan"
source = "after_tax"
amount = 1100
fund = "Stock"
units = -10.000
price = 110
[[event]]
date = 2024-06-03
account = "acme"
kind = "loan_repayment"
source = "after_tax"
amount = 220
fund = "Stock"
units = 2.000
price = 110
[[event]]
date = 2024-08-01
account = "acme"
kind = "exchange"
source = "after_tax"
amount = 1200
fund = "Stock"
units = -10.000
price = 120
[[event]]
date = 2024-08-01
account = "acme"
kind = "exchange"
source = "after_tax"
amount = 1200
fund = "Bond"
units = 50.000
price = 24
[[event]]
date = 2024-08-01
account = "acme"
kind = "in_plan_conversion"
source = "after_tax"
amount = 1200
fund = "Stock"
units = -10.000
price = 120
[[event]]
date = 2024-12-02
account = "acme"
kind = "earnings"
source = "after_tax"
amount = 24
fund = "Bond"
units = 1.000
price = 24
[[event]]
date = 2024-12-02
account = "acme"
kind = "distribution"
source = "after_tax"
amount = 2500
fund = "Stock"
units = -20.000
price = 125
"""


def _accounts(owner: str, **kinds: str) -> str:
    """Return accounts with an opening of 20,000 each, by name and kind."""
    told = ""
    for name, kind in kinds.items():
        inherited = 'decedent = "Ann"\n' if kind.startswith("inherited") else ""
        told += f'[[account]]\nid = "{name}"\nowner = "{owner}"\nkind = "{kind}"\n{inherited}'
        source = 'source = "pre_tax"\n' if kind == "401k" else ""
        told += f'[[opening]]\ndate = 2024-01-01\naccount = "{name}"\n{source}value = 20000\n'
    return told


def _event(kind: str, account: str, day: str = "2024-03-01", **more: object) -> str:
    fields = {"date": day, "account": f'"{account}"', "kind": f'"{kind}"', "amount": 1000, **more}
    return "[[event]]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items())


_BASIS = """
[[opening_basis]]
taxpayer = "rose"
as_of = 2024-01-01
traditional_ira = 3000
roth_ira_regular = 5000
roth_ira_since = 2015
"""
_OF_ANN = """
[[opening_basis]]
taxpayer = "rose"
as_of = 2024-01-01
decedent = "Ann"
traditional_ira = 1000
"""


def _iras(*names: str) -> str:
    """Return a person with basis and the IRAs named: ira, ira2, ira3, roth, inh and so on."""
    kinds = {"ira": "traditional_ira", "roth": "roth_ira", "inh": "inherited_traditional_ira"}
    told = {name: kinds[name.rstrip("23")] for name in names}
    return _HEAD + _BASIS + (_OF_ANN if "inh" in names else "") + _accounts("rose", **told)


_KINDS = ("earnings", "fee", "transfer_in", "transfer_out", "distribution", "rollover_in")
_EACH = {
    f"each of {name}": _iras(name) + "".join(_event(kind, name) for kind in _KINDS)
    for name in ("ira", "roth", "inh")
}
_MOVED = {
    f"moved out of {name}": _iras(name, f"{name}2", f"{name}3")
    + _event("transfer", name, to=f'"{name}2"')
    for name in ("ira", "roth", "inh")
}
_PLANS = _HEAD + _accounts("rose", k="401k", k2="401k", k3="401k")


def _pre_tax(name: str) -> dict[str, object]:
    """Return the source that money of a plan needs."""
    return {"source": '"pre_tax"'} if name == "k" else {}


# what is on its way and what came into another account: one, unless it is said not to be
_CAME = {
    f"{kind} into {name}": (_PLANS if name == "k" else _iras(name, f"{name}2"))
    + _event(left, f"{name}2", to='"in_transit"', **_pre_tax(name))
    + _event(kind, name, "2024-03-04", origin='"outside"', **_pre_tax(name))
    for kind, left in (("rollover_in", "distribution"), ("transfer_in", "transfer"))
    for name in ("k", "ira", "roth", "inh")
}
_RECHARACTERIZED = {
    f"{here} to {to}": _iras(here, to, f"{to}2")
    + _event("contribution", here, year=2024)
    + _event("recharacterization", here, "2024-06-03", to=f'"{to}"', year=2024, earnings=10)
    for here, to in (("ira", "roth"), ("roth", "ira"))
}
_EX = _HEAD + _PAUL + _BASIS + _accounts("rose", k="401k", ira="traditional_ira", roth="roth_ira")
_EX += _accounts(
    "paul",
    k2="401k",
    k3="401k",
    ira2="traditional_ira",
    ira3="traditional_ira",
    roth2="roth_ira",
    roth3="roth_ira",
)
_SENT = _iras("ira", "ira2", "roth") + _accounts("rose", k="401k", k2="401k")
_SENT += _event("distribution", "k", to='"ira"', source='"pre_tax"')
_SENT += _event("distribution", "k", to='"k2"', source='"pre_tax"')
_SENT += _event("distribution", "ira2", to='"roth"')


def _late(name: str, to: str, **more: object) -> str:
    """Return a payment and what of it was rolled over after sixty days, for a reason."""
    back = {"of": f'"{name}-paid"', "to": f'"{to}"', "reason": '"waived"'}
    paid = _event("distribution", name, id=f'"{name}-paid"', **more)
    return paid + _event("rollover_60day", name, "2024-08-01", **back)


_PAPERS = (
    _iras("ira", "roth")
    + _accounts("rose", k="401k")
    + _event("distribution", "k", source='"pre_tax"', withheld=200, state_withheld=50)
    + _event("contribution", "k", source='"pre_tax"', amount=5000)
    + _event("contribution", "ira", year=2024)
    + _event("balance", "ira", "2024-12-31", value=21000).replace("amount = 1000\n", "")
    + """
[[tax_document]]
taxpayer = "rose"
year = 2024
form = "1099-R"
payer = "k"
boxes = { 1 = 1000, 2a = 1000, 4 = 200, 7 = "1", 14 = 50 }
[[tax_document]]
taxpayer = "rose"
year = 2024
form = "5498"
payer = "ira"
boxes = { 1 = 1000, 5 = 21000 }
[[tax_document]]
taxpayer = "rose"
year = 2024
form = "W-2"
payer = "k"
boxes = { 1 = 90000, 12D = 5000 }
[[tax_document]]
taxpayer = "rose"
year = 2024
form = "8606"
boxes = { 1 = 1000, 14 = 4000 }
[[state_basis]]
taxpayer = "rose"
state = "NJ"
as_of = 2024-01-01
account = "ira"
basis = 500
note = "NJ worksheet"
"""
)


def _record(story: str) -> str:
    """Return the year-end record of a story, as a closing keeps it."""
    told = scenario.parse(story.encode(), "story.toml")
    (record,) = (one for one in work_out(told.books, [2024]).records if one.taxpayer.id == "rose")
    return json.dumps(record.as_json())


_FILED = (
    _iras("ira")
    + _event("contribution", "ira", year=2024)
    + f"""
[[filed_year]]
taxpayer = "rose"
year = 2024
text = '''{_record(_iras("ira"))}'''
closed_at = "2025-04-01T10:00:00Z"
chain_head = "{"cd" * 32}"
reopened_at = "2025-05-01T10:00:00Z"
why = "a row was missing"
"""
)
_METHODS = {
    "old": "{ cost = 31000, payments = 310, recovered = 1000 }",
    "joint": "{ cost = 31000, started = 2023-01-01, survivor_born = 1964-06-01 }",
}
_PENSIONS = _HEAD + "".join(
    f'[[account]]\nid = "{name}"\nowner = "rose"\nkind = "401k"\nsimplified_method = {method}\n'
    + _event("annuity_payment", name)
    for name, method in _METHODS.items()
)
STORIES: Mapping[str, str] = {
    "units": _HEAD + _UNITS,
    **_EACH,
    **_MOVED,
    **_CAME,
    **_RECHARACTERIZED,
    "plans": _PLANS + _event("transfer", "k", to='"k2"', source='"pre_tax"'),
    "of no source": _PLANS + _event("transfer_in", "k") + _event("rollover_in", "k2"),
    "divorced": _EX
    + _event("divorce_transfer", "k", to='"k2"', source='"pre_tax"')
    + _event("divorce_transfer", "ira", to='"ira2"', basis=100)
    + _event("divorce_transfer", "roth", to='"roth2"'),
    "elected": _iras("ira", "ira2", "inh")
    + _event("spouse_election", "inh", to='"ira"', amount=20000),
    "late Roth": _iras("roth", "roth2") + _late("roth", "roth2"),
    "late": _iras("ira", "ira2") + _late("ira", "ira2"),
    "late plan": _PLANS + _late("k", "k2", source='"pre_tax"'),
    "postponed": _iras("roth").replace("[2024]", "[2023, 2024]")
    + _event("contribution", "roth", "2024-05-10", year=2023, postponed='"DR-1"'),
    "sent": _SENT + _event("contribution", "ira", "2024-03-05"),
    "sent to a plan": _SENT + _event("contribution", "k2", "2024-03-05", source='"pre_tax"'),
    "sent to a Roth IRA": _SENT + _event("contribution", "roth", "2024-03-05"),
    "documents": _PAPERS,
    "filed": _FILED,
    "pensions": _PENSIONS,
}
