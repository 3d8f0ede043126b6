"""Who answers: accounts, and the trips people make to payment gateways."""

from citizens.accounts import User
from citizens.payment_models import GatewayEvent, LookupEntry, PaymentAttempt

__all__ = ["GatewayEvent", "LookupEntry", "PaymentAttempt", "User"]
