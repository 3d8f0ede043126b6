"""The look-up as the database sees it: one statement that finds and writes down together.

The statements are functions of the database (migration 0007), because planning one anew costs more
than running it. A hit, a miss and a canary plate take the same steps there, the logs are flushed to
the disk once, and neither the count of questions nor the time tells them apart.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from citizens import limits
from citizens.limits import Limit, Use

logger = logging.getLogger(__name__)

BY_CODE = """
    SELECT reached, opened, alarms FROM look_up_by_code(%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
BY_DECISION = """
    SELECT reached, opened, alarms FROM look_up_by_decision(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
NOTE = "SELECT note_look_up(%s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Answer:
    """What was found; or the limits that were used up, so that nothing was searched."""

    found: uuid.UUID | None
    reached: Mapping[Limit, int]


@dataclass(frozen=True)
class Question:
    """Who asks about which plate: what is read, and written, whatever else is asked.

    ``uses`` stop the search once they are used up, unless ``is_paid``. ``subject`` names what was
    asked, and is kept under a keyed digest.
    """

    uses: Sequence[Use]
    plates: Sequence[str]
    statuses: Sequence[str]
    subject: str
    network: str
    at: datetime
    is_paid: bool = False


def find_by_code(digest: bytes, question: Question) -> Answer:
    """Return the case of a paper and a plate, and write both logs."""
    return _ask(BY_CODE, [digest], question)


def find_by_decision(number: int, issued_on: date, question: Question) -> Answer:
    """Return the case of a decision and a plate, and write both logs."""
    return _ask(BY_DECISION, [number, issued_on], question)


def note_lookup(
    way: str, subject: str, found: int, plates: Sequence[str], *, network: str, at: datetime
) -> None:
    """Write one look-up down under keyed digests; a canary among ``plates`` raises its alarm."""
    digests = [limits.digest("lookup", subject), limits.digest("network", network)]
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [way, *digests, found, list(plates), at])
        (alarms,) = cursor.fetchone()
    _tell(alarms)


def _ask(statement: str, asked: list[Any], question: Question) -> Answer:
    keys = limits.stored_keys(question.uses, at=question.at)
    parameters = [
        list(keys),
        [limit.most for limit in keys.values()],
        question.is_paid,
        *asked,
        list(question.plates),
        list(question.statuses),
        limits.digest("lookup", question.subject),
        limits.digest("network", question.network),
        question.at,
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        reached, found, alarms = cursor.fetchone()
    _tell(alarms)
    counts = json.loads(reached) if isinstance(reached, str) else reached or {}
    return Answer(found, {keys[key]: int(count) for key, count in counts.items()})


def _tell(alarms: int | None) -> None:
    if alarms:
        logger.warning("a canary plate was asked for: somebody copies the register")
