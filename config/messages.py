"""What messages to people need from the environment: a mail server, an SMS provider, our address.

Each channel is off until its variables are set: MAIL_HOST and MAIL_FROM, SMS_URL and SMS_SECRET.
"""

import json
from collections.abc import Mapping
from typing import Any

SECURITIES = ("starttls", "tls", "none")
SHORTEST = 32  # bytes of a shared secret, as of every other key


def message_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of the channels by route, and what their texts say.

    Raises ValueError, naming the variable, for half a configuration: a message that is silently
    never sent would be found by the person who did not get it.
    """
    report_secret = environment.get("MESSAGES_REPORT_SECRET", "")
    if report_secret and len(report_secret.encode()) < SHORTEST:
        raise ValueError("MESSAGES_REPORT_SECRET is too short: give it at least 32 random bytes.")
    address = environment.get(
        "OFFICIAL_ADDRESS_NAME", "tên miền chính thức in trên giấy tờ của CSGT"
    )
    if "/" in address or "www." in address.lower():
        raise ValueError("OFFICIAL_ADDRESS_NAME is told in words: no message holds a link.")
    return {
        "email": _mail(environment),
        "sms": _sms(environment),
        "report_secret": report_secret,
        # How the official address is named in words: a telephone makes a link of anything else.
        "official_address": address,
        "working_days_to_open": int(environment.get("ELECTRONIC_WORKING_DAYS", "3")),
    }


def _mail(environment: Mapping[str, str]) -> dict[str, Any] | None:
    host = environment.get("MAIL_HOST", "")
    if not host:
        return None
    sender = environment.get("MAIL_FROM", "")
    if "@" not in sender or any(sign.isspace() for sign in sender):
        raise ValueError("MAIL_FROM must be the address that our mail comes from.")
    security = environment.get("MAIL_SECURITY", "starttls")
    if security not in SECURITIES:
        raise ValueError("MAIL_SECURITY is starttls, tls or none.")
    return {
        "host": host,
        "port": int(environment.get("MAIL_PORT", "465" if security == "tls" else "587")),
        "sender": sender,
        "user": environment.get("MAIL_USER", ""),
        "password": environment.get("MAIL_PASSWORD", ""),
        "security": security,
    }


def _sms(environment: Mapping[str, str]) -> dict[str, Any] | None:
    address = environment.get("SMS_URL", "")
    if not address:
        return None
    secret = environment.get("SMS_SECRET", "")
    if len(secret.encode()) < SHORTEST:
        raise ValueError("SMS_SECRET is too short: give it at least 32 random bytes.")
    return {
        "address": address,
        "sender": environment.get("SMS_SENDER", "CSGT"),
        "secret": secret,
        "fields": json.loads(environment.get("SMS_FIELDS", "{}")),
    }
