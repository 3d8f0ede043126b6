"""What other agencies were told of a case, as its page shows it. Reads; changes nothing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop

from violations.models import AgencyMessage, Violation

LOOKS = {
    AgencyMessage.State.WAITING: ("info", "diamond-hollow"),
    AgencyMessage.State.ACKNOWLEDGED: ("ok", "tick"),
    AgencyMessage.State.STUCK: ("bad", "triangle"),
}

STATUSES = {
    "not_sanctioned": gettext_noop("Not yet sanctioned"),
    "sanctioned": gettext_noop("Sanctioned"),
    "resolved": gettext_noop("Resolved"),
    "no_longer_executed": gettext_noop("No longer executed"),
    "no_sanction": gettext_noop("No sanction"),
    "annulled": gettext_noop("Decision cancelled"),
}

# What the sender writes down; an HTTP status may follow in brackets.
FAULTS = (
    gettext_noop("The agency did not answer in time."),
    gettext_noop("The agency cannot be reached."),
    gettext_noop("The agency's answer holds no receipt."),
    gettext_noop("The agency's answer cannot be read."),
    gettext_noop("The agency answered about another message."),
    gettext_noop("The agency takes no messages now."),
    gettext_noop("The agency refused the message."),
)


def told(case: Violation) -> list[dict[str, Any]]:
    """Return the messages of a case, newest first, each with its state and what went wrong."""
    return [
        {
            "message": message,
            "tone": LOOKS[AgencyMessage.State(message.state)][0],
            "shape": LOOKS[AgencyMessage.State(message.state)][1],
            "status": _status(message),
            "fault": fault(message.fault),
        }
        for message in case.agency_messages.order_by("-pk")
    ]


def fault(text: str) -> str:
    """Say a fault in the reader's language, with the HTTP status where there is one."""
    sentence, bracket, rest = text.partition(" (")
    if not bracket:
        return gettext(text) if text else ""
    return f"{gettext(f'{sentence}.').rstrip('.')} ({rest}"


def _status(message: AgencyMessage) -> str:
    """Return the status that was told, empty for other kinds of message."""
    told_status = message.payload.get("public_status") or message.payload.get("status")
    return gettext(STATUSES[told_status]) if told_status in STATUSES else ""
