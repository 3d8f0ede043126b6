"""Who answers: accounts, trips to payment gateways, and consents to electronic delivery."""

from citizens.accounts import User
from citizens.canaries import CanaryAlarm, CanaryPlate
from citizens.consent_models import ConsentUse, ElectronicConsent, InboxCode
from citizens.payment_models import GatewayEvent, LookupEntry, PaymentAttempt
from citizens.statement_models import LineMatch, StatementImport, StatementLine
from citizens.submission_models import Submission, SubmissionFile, UploadDraft

__all__ = [
    "CanaryAlarm",
    "CanaryPlate",
    "ConsentUse",
    "ElectronicConsent",
    "GatewayEvent",
    "InboxCode",
    "LineMatch",
    "LookupEntry",
    "PaymentAttempt",
    "StatementImport",
    "StatementLine",
    "Submission",
    "SubmissionFile",
    "UploadDraft",
    "User",
]
