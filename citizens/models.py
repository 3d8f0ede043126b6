"""Who answers: accounts, trips to payment gateways, and consents to electronic delivery."""

from citizens.account_models import AccountCode, AccountEvent, AccountSession, CitizenAccount
from citizens.accounts import User
from citizens.appointment_models import Appointment, AppointmentSlot
from citizens.canaries import CanaryAlarm, CanaryPlate
from citizens.consent_models import ConsentUse, ElectronicConsent, InboxCode
from citizens.nomination_models import DriverStatement, FleetRow, FleetUpload, Nomination
from citizens.payment_models import GatewayEvent, LookupEntry, PaymentAttempt
from citizens.statement_models import LineMatch, StatementImport, StatementLine
from citizens.submission_models import Submission, SubmissionFile, UploadDraft
from citizens.watch_models import DataCopy, PlateAlert, WatchedPlate

__all__ = [
    "AccountCode",
    "AccountEvent",
    "AccountSession",
    "Appointment",
    "AppointmentSlot",
    "CanaryAlarm",
    "CanaryPlate",
    "CitizenAccount",
    "ConsentUse",
    "DataCopy",
    "DriverStatement",
    "ElectronicConsent",
    "FleetRow",
    "FleetUpload",
    "GatewayEvent",
    "InboxCode",
    "LineMatch",
    "LookupEntry",
    "Nomination",
    "PaymentAttempt",
    "PlateAlert",
    "StatementImport",
    "StatementLine",
    "Submission",
    "SubmissionFile",
    "UploadDraft",
    "User",
    "WatchedPlate",
]
