"""The statements of a look-up. One of them finds and writes down what was asked, together.

A hit, a miss and a canary plate are the same statement to the database: they take one trip, their
logs are flushed to the disk once, and neither the count of questions nor the time tells them apart.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from citizens import limits

logger = logging.getLogger(__name__)

#: A paper that another one replaced opens nothing.
BY_CODE = """
    SELECT event.case_id
    FROM notices_notice paper
    JOIN violations_caseevent event ON event.notice_id = paper.id
    JOIN violations_violation violation ON violation.id = event.case_id
    WHERE paper.lookup_digest = %(digest)s
        AND NOT EXISTS (SELECT FROM notices_notice newer WHERE newer.supersedes_id = paper.id)
        AND violation.plate = ANY(%(plates)s) AND violation.status = ANY(%(statuses)s)
    ORDER BY event.id LIMIT 1
"""
#: Starts from the plate, which few cases bear; numbers begin anew each year in each unit.
BY_DECISION = """
    SELECT decision.case_id
    FROM violations_violation violation
    JOIN violations_decision decision ON decision.case_id = violation.id
    JOIN notices_notice paper ON paper.id = decision.notice_id
    WHERE violation.plate = ANY(%(plates)s) AND violation.status = ANY(%(statuses)s)
        AND paper.kind = 'MQD02' AND paper.number = %(number)s
        AND paper.issued_on = %(issued_on)s
        AND NOT EXISTS (SELECT FROM notices_notice newer WHERE newer.supersedes_id = paper.id)
    ORDER BY decision.id LIMIT 1
"""
ALARM = """
    INSERT INTO citizens_canaryalarm (canary_id, way, network_digest, at)
    SELECT id, %(way)s, %(network)s, %(at)s FROM citizens_canaryplate
    WHERE plate = ANY(%(plates)s) AND is_watched
    RETURNING 1
"""
OPEN = """
    WITH found AS MATERIALIZED ({find}),
    looked AS (
        INSERT INTO citizens_lookupentry (way, subject_digest, network_digest, found, at)
        SELECT %(way)s, %(subject)s, %(network)s, count(*), %(at)s FROM found
    ),
    opened AS (
        INSERT INTO violations_accessentry (case_id, what, level, at)
        SELECT case_id, 'case', 'code', %(at)s FROM found
    ),
    alarm AS ({alarm})
    SELECT (SELECT case_id FROM found), (SELECT count(*) FROM alarm)
"""
NOTE = """
    WITH looked AS (
        INSERT INTO citizens_lookupentry (way, subject_digest, network_digest, found, at)
        VALUES (%(way)s, %(subject)s, %(network)s, %(found)s, %(at)s)
    ),
    alarm AS ({alarm})
    SELECT count(*) FROM alarm
"""
OPEN_BY_CODE = OPEN.format(find=BY_CODE, alarm=ALARM)
OPEN_BY_DECISION = OPEN.format(find=BY_DECISION, alarm=ALARM)
NOTE_LOOKUP = NOTE.format(alarm=ALARM)


def find_by_code(
    digest: bytes,
    plates: Sequence[str],
    statuses: Sequence[str],
    subject: str,
    *,
    network: str,
    at: datetime,
) -> uuid.UUID | None:
    """Return the case of a paper and a plate, and write both logs."""
    asked = {"digest": digest, "plates": list(plates), "statuses": list(statuses)}
    return _open(OPEN_BY_CODE, asked | _logged("code", subject, network, at))


def find_by_decision(
    number: int,
    issued_on: date,
    plates: Sequence[str],
    statuses: Sequence[str],
    subject: str,
    *,
    network: str,
    at: datetime,
) -> uuid.UUID | None:
    """Return the case of a decision and a plate, and write both logs."""
    asked = {
        "number": number,
        "issued_on": issued_on,
        "plates": list(plates),
        "statuses": list(statuses),
    }
    return _open(OPEN_BY_DECISION, asked | _logged("code", subject, network, at))


def note_lookup(
    way: str, subject: str, found: int, plates: Sequence[str], *, network: str, at: datetime
) -> None:
    """Write one look-up down under keyed digests; a canary among ``plates`` raises its alarm."""
    parameters = _logged(way, subject, network, at) | {"found": found, "plates": list(plates)}
    with connection.cursor() as cursor:
        cursor.execute(NOTE_LOOKUP, parameters)
        (alarms,) = cursor.fetchone()
    _tell(alarms)


def _open(statement: str, parameters: Mapping[str, Any]) -> uuid.UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        case_id, alarms = cursor.fetchone()
    _tell(alarms)
    found: uuid.UUID | None = case_id
    return found


def _logged(way: str, subject: str, network: str, at: datetime) -> dict[str, Any]:
    return {
        "way": way,
        "subject": limits.digest("lookup", subject),
        "network": limits.digest("network", network),
        "at": at,
    }


def _tell(alarms: int) -> None:
    if alarms:
        logger.warning("a canary plate was asked for: somebody copies the register")
