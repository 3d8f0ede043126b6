"""Where payment gateways are, and who we are to them; secrets stand with the other keys."""

from __future__ import annotations

import os

VNPAY_TERMINAL = os.environ.get("VNPAY_TERMINAL", "PORTAL01")
VNPAY_PAY_URL = os.environ.get("VNPAY_PAY_URL", "http://127.0.0.1:8802/paymentv2/vpcpay.html")
VNPAY_API_URL = os.environ.get(
    "VNPAY_API_URL", "http://127.0.0.1:8802/merchant_webapi/api/transaction"
)
# How long a gateway may be silent about a payment before it is asked.
PAYMENT_MOP_UP_SECONDS = int(os.environ.get("PAYMENT_MOP_UP_SECONDS", "600"))
# The national payment platform; switched off while it has no address.
DVCQG_URL = os.environ.get("DVCQG_URL", "")
DVCQG_CLIENT = os.environ.get("DVCQG_CLIENT", "")
DVCQG_KEYS = (os.environ.get("DVCQG_KEY_OURS", ""), os.environ.get("DVCQG_KEY_THEIRS", ""))
# A line of a statement matched by hand above this sum waits for a second person.
MATCH_CHECK_ABOVE_VND = int(os.environ.get("MATCH_CHECK_ABOVE_VND", "10000000"))
