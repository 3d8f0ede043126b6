"""What the officer decides, under which rule, at what price."""

from violations.models.access import AccessEntry
from violations.models.case import (
    CaseDeadline,
    Violation,
)
from violations.models.charges import (
    Circumstance,
    FurtherAct,
)
from violations.models.decision import (
    Decision,
    Draft,
    Explanation,
    ServiceRecord,
    ViolationRecord,
)
from violations.models.execution import (
    DecidedAct,
    DecisionChange,
    Enforcement,
    FineAdjustment,
    Instalment,
    Relief,
    ServiceAttempt,
)
from violations.models.history import CaseEvent
from violations.models.law import PenaltyRule
from violations.models.licences import (
    Licence,
    LicenceSuspension,
    PointsEntry,
)
from violations.models.money import (
    Beneficiary,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
)
from violations.models.officer import (
    Delegation,
    Officer,
    OfficerTitle,
)
from violations.models.outbox import AgencyMessage, AgencyResend
from violations.models.party import (
    Party,
    RegisterAnswer,
)
from violations.models.procedure import (
    AgencyWarning,
    CommuneRequest,
    Evasion,
    SecondLook,
    Transfer,
    WorkingSession,
)
from violations.models.remedies import (
    Complaint,
    ExecutionSuspension,
    Lawsuit,
)
from violations.models.review import (
    Lease,
    ReviewDecision,
)

__all__ = [
    "AccessEntry",
    "AgencyMessage",
    "AgencyResend",
    "AgencyWarning",
    "Beneficiary",
    "CaseDeadline",
    "CaseEvent",
    "Circumstance",
    "CommuneRequest",
    "Complaint",
    "DecidedAct",
    "Decision",
    "DecisionChange",
    "Delegation",
    "Draft",
    "Enforcement",
    "Evasion",
    "ExecutionSuspension",
    "Explanation",
    "FineAdjustment",
    "FurtherAct",
    "Instalment",
    "Lawsuit",
    "Lease",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Licence",
    "LicenceSuspension",
    "Officer",
    "OfficerTitle",
    "Party",
    "Payment",
    "PenaltyRule",
    "PointsEntry",
    "RegisterAnswer",
    "Relief",
    "ReviewDecision",
    "SecondLook",
    "ServiceAttempt",
    "ServiceRecord",
    "Transfer",
    "Violation",
    "ViolationRecord",
    "WorkingSession",
]
