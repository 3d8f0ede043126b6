"""Who answers: accounts, and the trips people make to payment gateways."""

from citizens.accounts import User
from citizens.payment_models import GatewayEvent, LookupEntry, PaymentAttempt
from citizens.statement_models import LineMatch, StatementImport, StatementLine

__all__ = [
    "GatewayEvent",
    "LineMatch",
    "LookupEntry",
    "PaymentAttempt",
    "StatementImport",
    "StatementLine",
    "User",
]
