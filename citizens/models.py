"""Who answers: accounts, trips to payment gateways, and consents to electronic delivery."""

from citizens.account_models import (
    AccountCode,
    AccountEvent,
    AccountLook,
    AccountSession,
    CitizenAccount,
)
from citizens.accounts import User
from citizens.appointment_models import Appointment, AppointmentReminder, AppointmentSlot
from citizens.canaries import CanaryAlarm, CanaryPlate
from citizens.consent_models import ConsentUse, ElectronicConsent, InboxCode
from citizens.erasure_models import Erasure
from citizens.figure_models import FigureRelease, OpenFigure
from citizens.nomination_models import DriverStatement, FleetRow, FleetUpload, Nomination
from citizens.partner_models import (
    ApiClient,
    ApiKey,
    ApiRight,
    ApiUse,
    ClientChange,
    PartnerEvent,
)
from citizens.partner_nomination_models import ApiNomination
from citizens.payment_models import GatewayEvent, LookupEntry, PaymentAttempt
from citizens.statement_models import LineMatch, StatementImport, StatementLine
from citizens.submission_models import Submission, SubmissionFile, UploadDraft
from citizens.watch_models import DataCopy, PlateAlert, WatchedPlate
from citizens.webhook_models import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AccountCode",
    "AccountEvent",
    "AccountLook",
    "AccountSession",
    "ApiClient",
    "ApiKey",
    "ApiNomination",
    "ApiRight",
    "ApiUse",
    "Appointment",
    "AppointmentReminder",
    "AppointmentSlot",
    "CanaryAlarm",
    "CanaryPlate",
    "CitizenAccount",
    "ClientChange",
    "ConsentUse",
    "DataCopy",
    "DriverStatement",
    "ElectronicConsent",
    "Erasure",
    "FigureRelease",
    "FleetRow",
    "FleetUpload",
    "GatewayEvent",
    "InboxCode",
    "LineMatch",
    "LookupEntry",
    "Nomination",
    "OpenFigure",
    "PartnerEvent",
    "PaymentAttempt",
    "PlateAlert",
    "StatementImport",
    "StatementLine",
    "Submission",
    "SubmissionFile",
    "UploadDraft",
    "User",
    "WatchedPlate",
    "WebhookDelivery",
    "WebhookEndpoint",
]
