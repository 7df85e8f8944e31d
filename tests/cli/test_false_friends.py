"""Rows that look like Roth conversions and are none: no entry of a conversion, and no row lost.

Share classes, funds that become ETFs, stock splits, companies called Roth, a plan that changes its
recordkeeper or its funds, capital gains called distributions, contributions that leave.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Basis

CONVERSION_IN = "01/15/2025\t5 - AFTER-TAX\tConversion In\t$100.00\t10.000\n"
VOYA = "Date,Activity,Fund,Money Source,# of Units/Shares,Unit/Share Price,Amount\n"
RPS = (
    '"Transaction Date","Investment","Contribution","Description","Activity","Price","Units",'
    '"Amount",\n'
)
PAGE = "Date\tTransaction Description\tSource\tFund Name\tQuantity\tPrice\tAmount\n"
VANGUARD = (
    "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,"
    "Investment Name,Symbol,Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount,"
    "Accrued Interest,Account Type,\n"
)
VANGUARD_PLAN = (
    "Account Number,Trade Date,Run Date,Transaction Activity,Transaction Description,"
    "Investment Name,Share Price,Transaction Shares,Dollar Amount,\n"
)
FIDELITY = (
    "Run Date,Account,Account Number,Action,Symbol,Description,Type,Quantity,Price ($),"
    "Commission ($),Fees ($),Accrued Interest ($),Amount ($),Cash Balance ($),Settlement Date\n"
)
SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
ROBINHOOD = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code",'
    '"Quantity","Price","Amount"\n'
)
ETRADE = (
    "TransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,Price,Commission,"
    "Description\n"
)
MERRILL = (
    '"Trade Date" ,"Settlement Date" ,"Account" ,"Description" ,"Type" ,"Symbol/ CUSIP" ,'
    '"Quantity" ,"Price" ,"Amount" ," "\n'
)
TIAA = "Date,AccountId,Action,Security,Price,Quantity,Amount,Text,Memo,Commission\n"
NETBENEFITS = (
    "Plan name:,Acme\nDate Range,01/01/2025 - 12/31/2025,,,,\n\n"
    "Date,Investment,Transaction Type,Amount,Shares/Unit\n"
)
EMPOWER = "EFFECTIVE DATE,SOURCE,TRANSACTION DESCRIPTION,OPTION,UNITS/ SHARES,AMOUNT\n"

# name of the file -> account, text, what each row becomes: an exchange, a question …
FRIENDS: dict[str, tuple[str, str, list[str]]] = {
    "voya.csv": (
        "acme",
        VOYA
        + "03/01/2025,Transfer Out,Fund,Employee After-Tax,-10,10.00,($100.00)\n"
        + "03/01/2025,Transfer Out,Fund,Employee PreTax,-10,10.00,($100.00)\n"
        + "04/01/2025,Transfer In,Fund,In-Plan Roth Conversion,10,10.00,$100.00\n"
        + "04/02/2025,PLAN CONVERSION,Fund,Employee After-Tax,10,10.00,$100.00\n"
        + "04/03/2025,Transfer Out,Fund A,In-Plan Roth Conversion,-5,10.00,($50.00)\n"
        + "04/03/2025,Transfer In,Fund B,In-Plan Roth Conversion,5,10.00,$50.00\n",
        ["question", "question", "question", "question", "exchange", "exchange"],
    ),
    "schwab_plan.csv": (
        "acme",
        RPS
        + '"3/1/2025","Cash","After-Tax","Transfers","Transfer Out","1.00","100.0","100.00",\n'
        + '"3/2/2025","Cash","After-Tax","Plan Conversion","Cash Receipts","1.00","9.0","9.00",\n',
        ["question", "question"],
    ),
    "sources.txt": (
        "acme",
        CONVERSION_IN
        + "03/01/2025\t5 - AFTER-TAX\tTransfer\t-$100.00\t-10.000\n"
        + "03/02/2025\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t$50.00\t5.000\n"
        + "03/02/2025\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t-$50.00\t-5.000\n",
        ["question", "question", "exchange", "exchange"],
    ),
    "page.txt": (
        "acme",
        PAGE
        + "1/5/2025\tSource to Source/Fund to Fund Transfer Out\t2024 ROTH IN PLAN CONVERSION\tA\t"
        + "10.000\t$10.00\t$100.00\n"
        + "1/5/2025\tSource to Source/Fund to Fund Transfer In\t2024 ROTH IN PLAN CONVERSION\tB\t"
        + "10.000\t$10.00\t$100.00\n"
        + "2/5/2025\tConversion In\tAFTER-TAX 401(K)\tA\t10.000\t$10.00\t$100.00\n"
        + "2/6/2025\tPlan Initiated TransferOut\tAFTER-TAX 401(K)\tA\t10.000\t$10.00\t$100.00\n",
        ["exchange", "exchange", "question", "question"],
    ),
    "plan.csv": (
        "acme",
        VANGUARD_PLAN
        + "acme,03/01/2025,03/01/2025,X,Conversion In,A,10.00,10.0000,$100.00,\n"
        + "acme,03/02/2025,03/02/2025,X,Plan Initiated TransferOut,A,10.00,-10.0000,-$100.00,\n"
        + "acme,03/02/2025,03/02/2025,X,Plan Initiated TransferIn,B,10.00,10.0000,$100.00,\n",
        ["question", "exchange", "exchange"],
    ),
    "vanguard.csv": (
        "ira",
        VANGUARD
        + "ira,2025-03-03,2025-03-03,Conversion (outgoing),Conversion,500,VFIAX,-10,100,-1000.00,0,"
        + "-1000.00,0,CASH,\n"
        + "ira,2025-03-03,2025-03-03,Conversion (incoming),Conversion,500 ETF,VOO,2,500,1000.00,0,"
        + "1000.00,0,CASH,\n"
        + "ira,2025-03-04,2025-03-04,Share Conversion (outgoing),Conversion,500,VFINX,-9,9,0.00,0,"
        + "0.00,0,CASH,\n"
        + "ira,2025-03-05,2025-03-05,Distribution,Capital Gains Distribution,500,VFIAX,0,0,50.00,0,"
        + "50.00,0,CASH,\n",
        ["exchange", "exchange", "exchange", "question"],
    ),
    "Accounts_History.csv": (
        "ira",
        FIDELITY
        + "03/03/2025,IRA,ira,CONVERSION AS OF 03-01-25 FIDELITY (Cash),F,F,Cash,10,,,,,0.00,,\n"
        + "03/03/2025,IRA,ira,DISTRIBUTION NVIDIA CORP (Cash),NVDA,N,Cash,90,,,,,0.00,,\n"
        + "03/03/2025,IRA,ira,MERGER MER FROM ROTH CH CONV,ABC,R,Cash,10,,,,,0.00,,\n"
        + "03/04/2025,IRA,ira,CONVERSION ROTH CH ACQUISITION IV,ROCG,R,Cash,10,,,,,-100.00,,\n"
        + "03/05/2025,IRA,ira,JOURNALED SPP PURCHASE,,,Cash,,,,,,-100.00,,\n"
        + "03/06/2025,IRA,ira,ANNUITY PAYMENT,,,Cash,,,,,,-100.00,,\n"
        + "03/07/2025,IRA,ira,CASH CONTRIBUTION CURRENT YEAR,,,Cash,,,,,,-100.00,,\n",
        ["exchange", "exchange", "exchange", "question", "question", "question", "question"],
    ),
    "Contributory_IRA_Transactions.csv": (
        "ira",
        SCHWAB
        + '"03/03/2025","Journal","","ROTH CH ACQUISITION V CONVERSION","","","","-$100.00"\n'
        + '"03/04/2025","Conversion","SWTSX","CLASS CONVERSION","10","","","$100.00"\n'
        + '"03/05/2025","Journaled Shares","SWTSX","SCHWAB TOTAL","-10","10","","-$100.00"\n',
        ["question", "question", "question"],
    ),
    "robinhood.csv": (
        "ira",
        ROBINHOOD
        + '"3/3/2025","3/3/2025","3/3/2025","ROCG","Roth CH conversion","CONV","10","","$100.00"\n'
        + '"3/4/2025","3/4/2025","3/4/2025","ROCG","Roth CH conversion","CONV","10","",""\n',
        ["question", "exchange"],
    ),
    "etrade.csv": (
        "ira",
        ETRADE
        + "03/03/25,Transfer,EQ,ROCG,-10,-100.00,0,0,ROTH CH ACQUISITION CONVERSION\n"
        + "03/05/25,Distribution,EQ,ABC,10,5.00,0,0,CAP GAIN DISTRIBUTION\n"
        + "03/07/25,Contribution,EQ,,0,-5.00,0,0,CONTRIBUTION\n",
        ["question", "question", "question"],
    ),
    "merrill.csv": (
        "ira",
        MERRILL
        + '"03/03/2025" ,"03/03/2025" ,"ira" ,"Conversion ROTH CH ACQ" ,"Other" ,"R" ,"10" ,"" ,'
        + '"-$100.00" ," "\n'
        + '"03/04/2025" ,"03/04/2025" ,"ira" ,"Journal" ,"Other" ,"" ,"" ,"" ,"-$1.00" ," "\n',
        ["question", "question"],
    ),
    "tiaa.csv": (
        "acme",
        TIAA
        + "03/01/2025,acme,Transfer to Annuity,TIAA Trad,1,1,-100.00,After-Tax,,0\n"
        + "03/02/2025,acme,Conversion,TIAA Trad,1,1,100.00,After-Tax,,0\n"
        + "03/03/2025,acme,Distribution,TIAA Trad,1,1,50.00,After-Tax,Capital gain,0\n",
        ["question", "question", "question"],
    ),
    "history.csv": (
        "acme",
        NETBENEFITS
        + '03/15/2025,F,Conversion In,"500.00",50.000\n'
        + '03/16/2025,F,CONVERSION FROM PRIOR RECORDKEEPER,"500.00",50.000\n'
        + '03/17/2025,F,Fund mapping,"-500.00",-50.000\n',
        ["question", "question", "question"],
    ),
    "empower.csv": (
        "acme",
        EMPOWER
        + "03/16/25,After-tax Contribution,Conversion From Prior Recordkeeper,F,10.000,70.00\n"
        + "03/17/25,In-plan Roth After-tax Conversion,Plan Conversion,F,10.000,70.00\n"
        + "03/18/25,After-tax Contribution,Account Withdrawal,F,-1.000,-10.00\n",
        ["question", "question", "question"],
    ),
}
CONVERSIONS = {"conversion", "in_plan_conversion"}


def preview(basis: Basis, name: str, account: str, text: str) -> dict[str, Any]:
    Path(name).write_text(text, "utf-8")
    done = basis("import", name, "--account", account, "--yes", "--dry-run", "--json")
    (file,) = json.loads(done.stdout)["files"]
    return dict(file)


@pytest.mark.parametrize("name", FRIENDS)
def test_a_false_friend_is_an_exchange_or_a_question(household: Basis, name: str) -> None:
    account, text, expected = FRIENDS[name]
    file = preview(household, name, account, text)
    assert not [entry for entry in file["entries"] if entry["kind"] in CONVERSIONS]
    became = ["question" if row["status"] == "question" else row["event"] for row in file["rows"]]
    assert became == expected, "every row is there"


def test_a_change_of_funds_in_roth_beside_a_conversion_takes_nothing_from_it(
    household: Basis,
) -> None:
    text = (
        "01/15/2025\t5 - AFTER-TAX\tContributions\t$100.00\t10.000\n"
        "03/02/2025\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t-$50.00\t-5.000\n"
        "03/02/2025\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t$50.00\t5.000\n"
        "03/02/2025\t5 - AFTER-TAX\tTransfer\t-$100.00\t-10.000\n"
        "03/02/2025\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t$100.00\t10.000\n"
    )
    entries = preview(household, "sources.txt", "acme", text)["entries"]
    converted = [(e["source"], e["amount"]) for e in entries if e["kind"] in CONVERSIONS]
    assert converted == [("after_tax", "100.00")]


def test_a_negative_contribution_is_told(household: Basis) -> None:
    text = (
        EMPOWER
        + "03/01/25,After-tax Contribution,Payroll Contribution,F,10.000,100.00\n"
        + "03/18/25,After-tax Contribution,Payroll Contribution,F,-1.000,-10.00\n"
    )
    Path("h.csv").write_text(text, "utf-8")
    done = household("import", "h.csv", "--account", "acme", "--yes", "--dry-run")
    assert "negative contributions are booked as taken back" in done.output
