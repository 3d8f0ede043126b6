"""Who answers: accounts, and the trips people make to payment gateways."""

from citizens.accounts import User
from citizens.canaries import CanaryAlarm, CanaryPlate
from citizens.payment_models import GatewayEvent, LookupEntry, PaymentAttempt

__all__ = [
    "CanaryAlarm",
    "CanaryPlate",
    "GatewayEvent",
    "LookupEntry",
    "PaymentAttempt",
    "User",
]
