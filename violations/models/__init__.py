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
from violations.models.measures import PendingMeasure
from violations.models.money import (
    Beneficiary,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
)
from violations.models.money_back import PaymentClaim, PaymentReversal, Refund, StateVoucher
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
from violations.models.people import (
    AuditSample,
    EmergencyAccess,
    FactorRecovery,
    RightsChange,
)
from violations.models.procedure import (
    AgencyWarning,
    CommuneRequest,
    Evasion,
    SecondLook,
    Transfer,
)
from violations.models.quality import (
    CameraPause,
    KnownAnswer,
    KnownCase,
    SamplingChange,
    StageCapacity,
)
from violations.models.recall import Recall, RecallItem
from violations.models.remedies import (
    Complaint,
    ExecutionSuspension,
    Lawsuit,
)
from violations.models.review import (
    Lease,
    PlateReport,
    ReviewDecision,
    ReviewPostponement,
    ReviewPreference,
    ReviewRole,
)
from violations.models.sessions import PaperSignature, SessionDocument, WorkingSession
from violations.models.signing import (
    MOST_IN_A_BATCH,
    SigningBatch,
    SigningItem,
)

__all__ = [
    "MOST_IN_A_BATCH",
    "AccessEntry",
    "AgencyMessage",
    "AgencyResend",
    "AgencyWarning",
    "AuditSample",
    "Beneficiary",
    "CameraPause",
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
    "EmergencyAccess",
    "Enforcement",
    "Evasion",
    "ExecutionSuspension",
    "Explanation",
    "FactorRecovery",
    "FineAdjustment",
    "FurtherAct",
    "Instalment",
    "KnownAnswer",
    "KnownCase",
    "Lawsuit",
    "Lease",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Licence",
    "LicenceSuspension",
    "Officer",
    "OfficerTitle",
    "PaperSignature",
    "Party",
    "Payment",
    "PaymentClaim",
    "PaymentReversal",
    "PenaltyRule",
    "PendingMeasure",
    "PlateReport",
    "PointsEntry",
    "Recall",
    "RecallItem",
    "Refund",
    "RegisterAnswer",
    "Relief",
    "ReviewDecision",
    "ReviewPostponement",
    "ReviewPreference",
    "ReviewRole",
    "RightsChange",
    "SamplingChange",
    "SecondLook",
    "ServiceAttempt",
    "ServiceRecord",
    "SessionDocument",
    "SigningBatch",
    "SigningItem",
    "StageCapacity",
    "StateVoucher",
    "Transfer",
    "Violation",
    "ViolationRecord",
    "WorkingSession",
]
