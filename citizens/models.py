"""Who answers: accounts, trips to payment gateways, and consents to electronic delivery."""

from citizens.accounts import User
from citizens.canaries import CanaryAlarm, CanaryPlate
from citizens.consent_models import ConsentUse, ElectronicConsent, InboxCode
from citizens.figure_models import FigureRelease, OpenFigure
from citizens.partner_models import (
    ApiClient,
    ApiKey,
    ApiRight,
    ApiUse,
    ClientChange,
    PartnerEvent,
)
from citizens.payment_models import GatewayEvent, LookupEntry, PaymentAttempt
from citizens.statement_models import LineMatch, StatementImport, StatementLine
from citizens.webhook_models import WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiClient",
    "ApiKey",
    "ApiRight",
    "ApiUse",
    "CanaryAlarm",
    "CanaryPlate",
    "ClientChange",
    "ConsentUse",
    "ElectronicConsent",
    "FigureRelease",
    "GatewayEvent",
    "InboxCode",
    "LineMatch",
    "LookupEntry",
    "OpenFigure",
    "PartnerEvent",
    "PaymentAttempt",
    "StatementImport",
    "StatementLine",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
]
