"""The status of a case as shape, colour and word: one pure function for every list and page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_noop


@dataclass(frozen=True)
class Chip:
    """What the ``chip`` tag draws. A hollow shape waits for us, a filled one for somebody else."""

    tone: str
    shape: str
    label: str


def chip_of(
    status: str,
    *,
    today: date,
    pay_due_on: date | None = None,
    explain_until: date | None = None,
    waits_for_signature: bool = False,
    is_held: bool = False,
) -> Chip:
    """Return the chip of a case from its status and the rows beside it.

    ``explain_until`` is the last day on which the person may still explain, None when the right
    does not exist or is spent; ``is_held`` means that an officer is reviewing the case now.
    Days are days in Viet Nam.
    """
    if waits_for_signature:
        return Chip("warn", "diamond-hollow", gettext("Awaits signature"))
    if status == "detected" and is_held:
        return Chip("info", "half", gettext("Under review"))
    if status == "recorded" and explain_until is not None and today <= explain_until:
        return Chip("vio", "speech", gettext("May explain"))
    if status == "served" and pay_due_on is not None and today > pay_due_on:
        return Chip("bad", "triangle", gettext("Payment overdue"))
    tone, shape, label = _STANDING[status]
    return Chip(tone, shape, gettext(label))


_STANDING = {
    "detected": ("neutral", "ring", gettext_noop("Awaits review")),
    "verified": ("brand", "disc", gettext_noop("Verified")),
    "owner_identified": ("brand", "disc", gettext_noop("Owner known")),
    "notified": ("info", "envelope", gettext_noop("Notice sent")),
    "recorded": ("brand", "disc", gettext_noop("Record made")),
    "decided": ("brand", "square", gettext_noop("Decided")),
    "served": ("warn", "diamond", gettext_noop("Awaits payment")),
    "enforced": ("bad", "triangle", gettext_noop("Under enforcement")),
    "paid": ("ok", "tick", gettext_noop("Paid in full")),
    "closed": ("ok", "flag", gettext_noop("Closed")),
    "rejected": ("out", "cross", gettext_noop("Rejected")),
    "dismissed": ("out", "cross", gettext_noop("No sanction")),
    "time_barred": ("out", "cross", gettext_noop("Time-barred")),
    "lapsed": ("out", "cross", gettext_noop("Lapsed")),
    "annulled": ("out", "cross", gettext_noop("Annulled")),
}
