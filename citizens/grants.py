"""What a browser session may open, and until when: one case, at one level, for half an hour.

The case stands in the session on our side and never in an address, so that a link copied from the
address bar opens nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

LASTS = timedelta(minutes=30)


class Level(StrEnum):
    """What was shown to us. The order of payments and citizens §6.2: L1, L2 and L1p."""

    CODE = "code"  # plate and look-up code: the paper is in the person's hand
    PERSON = "person"  # the code, and a contact on file or an identity that is the addressee's
    DECISION = "decision"  # number and day of a decision with its plate: enough to pay it


@dataclass(frozen=True)
class Grant:
    """One case opened at one level until a moment."""

    case_id: uuid.UUID
    level: Level
    until: datetime


def give(session: SessionBase, case_id: uuid.UUID, level: Level, *, at: datetime) -> None:
    """Open a case for this session; the session gets a new key, as at a sign-in."""
    session["grant"] = {
        "case": str(case_id),
        "level": level.value,
        "until": (at + LASTS).isoformat(),
    }
    session.cycle_key()


def held(session: MutableMapping[str, Any], *, at: datetime) -> Grant | None:
    """Return what this session may open now, None when nothing or no longer."""
    kept = session.get("grant")
    if kept is None:
        return None
    until = datetime.fromisoformat(kept["until"])
    if at >= until:
        return None
    return Grant(uuid.UUID(kept["case"]), Level(kept["level"]), until)


def has_run_out(session: MutableMapping[str, Any], *, at: datetime) -> bool:
    """Tell whether this session had opened a case and its half hour is over."""
    return session.get("grant") is not None and held(session, at=at) is None
