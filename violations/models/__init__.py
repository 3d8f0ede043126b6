"""What the officer decides, under which rule, at what price."""

from violations.models.access import AccessEntry
from violations.models.case import CaseDeadline, Violation
from violations.models.decision import Decision, Draft, Explanation, ServiceRecord, ViolationRecord
from violations.models.history import CaseEvent
from violations.models.law import PenaltyRule
from violations.models.money import (
    Beneficiary,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
)
from violations.models.officer import Officer, OfficerTitle
from violations.models.party import Party, RegisterAnswer
from violations.models.review import Lease, ReviewDecision

__all__ = [
    "AccessEntry",
    "Beneficiary",
    "CaseDeadline",
    "CaseEvent",
    "Decision",
    "Draft",
    "Explanation",
    "Lease",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Officer",
    "OfficerTitle",
    "Party",
    "Payment",
    "PenaltyRule",
    "RegisterAnswer",
    "ReviewDecision",
    "ServiceRecord",
    "Violation",
    "ViolationRecord",
]
