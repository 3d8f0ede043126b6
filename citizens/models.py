"""Who answers: accounts, trips to payment gateways, and consents to electronic delivery."""

from citizens.accounts import User
from citizens.appointment_models import Appointment, AppointmentSlot
from citizens.canaries import CanaryAlarm, CanaryPlate
from citizens.consent_models import ConsentUse, ElectronicConsent, InboxCode
from citizens.nomination_models import DriverStatement, FleetRow, FleetUpload, Nomination
from citizens.payment_models import GatewayEvent, LookupEntry, PaymentAttempt
from citizens.statement_models import LineMatch, StatementImport, StatementLine

__all__ = [
    "Appointment",
    "AppointmentSlot",
    "CanaryAlarm",
    "CanaryPlate",
    "ConsentUse",
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
    "StatementImport",
    "StatementLine",
    "User",
]
