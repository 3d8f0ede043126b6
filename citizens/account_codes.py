"""One-time codes for accounts: for signing in, for a new contact, and for the account's end.

Asking looks the same whether or not an account with the contact exists: a code is sent in any case,
and no page says which it was. What every one-time code has in common is ``one_time_codes``.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from citizens import limits
from citizens.limits import DAY, HOUR, Limit
from citizens.models import AccountCode, CitizenAccount
from citizens.one_time_codes import Codes
from notices.channels.configured import can_send_by
from notices.models import PaperDelivery

Purpose, Route = AccountCode.Purpose, PaperDelivery.Route
CODES = Codes(AccountCode.objects.all, b"account-code/1:", lambda code: code.contact)
# payments_citizens.md §6.5: three an hour for one contact, at whatever door they are asked.
CODES_TO_A_CONTACT = (Limit("contact-code-hour", 3, HOUR), Limit("contact-code-day", 10, DAY))
CODES_ASKED = (Limit("code-asked-hour", 20, HOUR), Limit("code-asked-day", 60, DAY))


def route_of(contact: str) -> str:
    """Return the way a message goes to a plain contact."""
    return str(Route.EMAIL if "@" in contact else Route.SMS)


def ask(
    purpose: Purpose,
    contact: str,
    *,
    account: CitizenAccount | None = None,
    network: str,
    at: datetime,
) -> uuid.UUID | None:
    """Note that a code is wanted; a worker sends it. None where this portal cannot send there.

    ``contact`` is plain. Raises limits.TooMany for the network, and for a contact that was sent
    three codes within the hour.
    """
    limits.spend(CODES_ASKED, network, at=at)
    limits.spend(CODES_TO_A_CONTACT, contact, at=at)
    route = route_of(contact)
    if not can_send_by(route):
        return None
    made = AccountCode.objects.create(
        purpose=purpose, account=account, route=route, contact=contact, asked_at=at
    )
    return made.pk


def code_of(code_id: uuid.UUID) -> str:
    """Return the six figures of a code."""
    return CODES.figures(code_id)


def use(
    code_id: uuid.UUID | None, typed: str, purpose: Purpose, *, at: datetime
) -> AccountCode | None:
    """Use a code at the door of a purpose; None when it does not open it (``Codes.use``)."""
    return CODES.use(code_id, typed, purpose=purpose, at=at)


def forget(*, at: datetime) -> int:
    """Remove codes a day after they were asked for; what they opened is written down elsewhere."""
    gone, _by_table = CODES.stale(at=at).delete()
    return gone
