"""One-time codes (mã một lần): six figures sent to a contact and entered once, at one door.

A code is a row: of an account, or of a consent. The figures stand nowhere: they are derived from
the row's id under a key that is not in the database. What a code opens is its row's table and its
purpose together, and whoever uses a code names both: asked for at one door it opens no other, also
where somebody puts its id into another page's session.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from citizens.models import AccountCode, InboxCode
from notices.channels import Channel, ChannelError
from notices.channels.texts import one_time_code

CODE_LASTS = timedelta(minutes=10)
KEPT = timedelta(days=1)
TRIES = 5
MOST_ATTEMPTS = 3
MOST_AT_ONCE = 100

Code = TypeVar("Code", AccountCode, InboxCode)


@dataclass(frozen=True)
class Codes(Generic[Code]):
    """The codes of one table: what they are derived under, and where each of them is sent."""

    rows: Callable[[], QuerySet[Code]]
    label: bytes
    contact_of: Callable[[Code], str]

    def figures(self, code_id: uuid.UUID) -> str:
        """Return the six figures of a code; computed and never stored."""
        key = settings.KEYS["LOOKUP_CODE_KEY"].encode()
        drawn = hmac.digest(key, self.label + code_id.bytes, hashlib.sha256)
        return f"{int.from_bytes(drawn[:8]) % 1_000_000:06d}"

    def use(
        self, code_id: uuid.UUID | None, typed: str, *, purpose: str, at: datetime, **also: object
    ) -> Code | None:
        """Use a code; None when wrong, used, tried five times, over ten minutes old, or another's.

        ``also`` are further conditions on its row. Each try is counted before it is judged, under
        the row's lock: two presses use it once.
        """
        if code_id is None:
            return None
        with transaction.atomic():
            code = (
                self.rows()
                .select_for_update(of=("self",))
                .filter(pk=code_id, purpose=purpose, used_at__isnull=True, tries__lt=TRIES)
                .filter(asked_at__gt=at - CODE_LASTS, **also)
                .first()
            )
            if code is None:
                return None
            code.tries += 1
            is_right = hmac.compare_digest(self.figures(code.pk).encode(), typed.encode())
            if is_right:
                code.used_at = at
            code.save(update_fields=["tries", "used_at"])
        return code if is_right else None

    def waiting(self, *, at: datetime) -> QuerySet[Code]:
        """Return the codes that are still to be sent."""
        return self.rows().filter(
            sent_at__isnull=True,
            used_at__isnull=True,
            asked_at__gt=at - CODE_LASTS,
            attempts__lt=MOST_ATTEMPTS,
        )

    def send(self, channels: Mapping[str, Channel], *, at: datetime) -> int:
        """Send the codes that wait, each at most three times; returns how many were taken.

        The attempt is counted first: a worker that dies sends the same code under the same key.
        """
        sent = 0
        for code in self.waiting(at=at).order_by("asked_at")[:MOST_AT_ONCE]:
            unsent = self.rows().filter(pk=code.pk, sent_at__isnull=True)
            claimed = unsent.filter(attempts=code.attempts).update(attempts=F("attempts") + 1)
            if not claimed or code.route not in channels:
                continue
            message = one_time_code(self.figures(code.pk), code.purpose)
            try:
                channels[code.route].send(
                    key=str(code.pk), destination=self.contact_of(code), message=message
                )
            except ChannelError:
                continue
            sent += unsent.update(sent_at=at)
        return sent

    def stale(self, *, at: datetime) -> QuerySet[Code]:
        """Return the codes that were asked for over a day ago."""
        return self.rows().filter(asked_at__lt=at - KEPT)
