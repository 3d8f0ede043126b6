"""The rows beside a case, read in one query: what guards ask of clocks, acts, people and remedies.

Judging a case asks some thirty questions; asked one by one they would be thirty round trips. The
answer is taken once for each time the case is fetched, under the same row lock, and never kept
longer: an act that changes these rows is followed by a fresh fetch.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class RunningClock:
    """One clock of the case as stored."""

    starts_on: date
    due_on: date
    met_on: date | None
    provisional: bool


@dataclass(frozen=True)
class ChargedAct:
    """One act held against the offender, with what power over it needs."""

    rule_id: int
    provision: str
    fine_min_vnd: int
    fine_max_vnd: int
    points: int
    suspension_months_min: int | None
    suspension_months_max: int | None
    sanction: str
    offender: str
    is_per_person: bool
    cap_vnd: int | None
    quantity: int | None

    @property
    def needs_suspension_power(self) -> bool:
        """Tell whether the act carries a suspension or points. NĐ 168/2024 Đ50 k2"""
        return self.points > 0 or bool(self.suspension_months_max)


@dataclass(frozen=True)
class Beside:
    """What stands beside a case. Absent things are empty, never a guess.

    ``second_look`` is ``""``, ``open``, ``agreed``, ``disagreed``, ``upheld`` or ``overturned``, of
    the latest look since the case last came back to the review; ``look_is_blind`` tells whether it
    is answered in the review queue, and ``blind_verdicts_by`` who has given a verdict on it there.
    ``lookers`` are the officers who ever answered or settled a look, ``judges`` those whose
    verdicts were looked at, ``overruled`` those of them found wrong. ``complaints`` maps a level to
    the state of its latest complaint.
    """

    clocks: Mapping[str, RunningClock]
    decision_variant: str
    acts: tuple[ChargedAct, ...]
    mitigating: int
    aggravating: int
    owner_has_address: bool
    offender_kind: str
    offender_has_licence: bool
    waiting_drafts: frozenset[str]
    second_look: str
    lookers: frozenset[int]
    judges: frozenset[int]
    overruled: frozenset[int]
    look_is_blind: bool
    blind_verdicts_by: frozenset[int]
    transfer_unacknowledged: bool
    sessions: int
    standing_warnings: frozenset[str]
    warned_grounds: frozenset[str]
    commune_report_awaited: bool
    service_attempts: tuple[tuple[str, date], ...]
    open_relief: str
    deferred_until: date | None
    instalments_until: date | None
    complaints: Mapping[int, str]
    lawsuit_is_open: bool
    is_suspended: bool
    late_charge_begun: bool
    points_deducted: bool
    licence_is_suspended: bool
    unpaid_fine_vnd: int
    claims_payment: bool


_QUERY = """
SELECT jsonb_build_object(
  'clocks', (SELECT jsonb_object_agg(name,
               jsonb_build_array(starts_on, due_on, met_on, provisional))
             FROM violations_casedeadline WHERE case_id = c.id),
  'variant', (SELECT variant FROM violations_casedeadline
              WHERE case_id = c.id AND name = 'decision_due'),
  'acts', (SELECT jsonb_agg(jsonb_build_array(
               r.id, concat_ws('.', r.article, r.clause, nullif(r.point, '')),
               r.fine_min_vnd, r.fine_max_vnd, r.points, r.suspension_months_min,
               r.suspension_months_max, r.sanction, r.offender, r.is_per_person, r.cap_vnd,
               a.quantity) ORDER BY a.position)
           FROM (SELECT 0 AS position, c.rule_id, c.quantity
                 UNION ALL SELECT id, rule_id, quantity FROM violations_furtheract
                 WHERE case_id = c.id AND withdrawn_at IS NULL) a
           JOIN violations_penaltyrule r ON r.id = a.rule_id),
  'circumstances', (SELECT jsonb_agg(kind) FROM violations_circumstance
                    WHERE case_id = c.id AND withdrawn_at IS NULL),
  'parties', (SELECT jsonb_agg(jsonb_build_array(role, kind, address <> '', licence_id IS NOT NULL))
              FROM violations_party WHERE case_id = c.id),
  'drafts', (SELECT jsonb_agg(kind) FROM violations_draft
             WHERE case_id = c.id AND state = 'proposed'),
  'look', (SELECT jsonb_build_array(looked_at IS NOT NULL, agrees, upholds, is_blind,
             (SELECT jsonb_agg(r.officer_id) FROM violations_reviewdecision r
              WHERE r.case_id = c.id AND r.role = 'second' AND r.state IN ('pending', 'final')
                AND r.decided_at >= violations_secondlook.asked_at))
           FROM violations_secondlook WHERE case_id = c.id
             AND id > coalesce((SELECT max((facts ->> 'look')::bigint) FROM violations_caseevent
                                WHERE case_id = c.id AND step = 'reinstate'), 0)
           ORDER BY id DESC LIMIT 1),
  'lookers', (SELECT jsonb_agg(officer) FROM violations_secondlook l,
              LATERAL (VALUES (l.looked_by_id), (l.adjudicated_by_id)) AS o(officer)
              WHERE l.case_id = c.id AND officer IS NOT NULL),
  'judges', (SELECT jsonb_agg(jsonb_build_array(r.officer_id, l.upholds))
             FROM violations_secondlook l
             JOIN violations_reviewdecision r ON r.id = l.first_review_id
             WHERE l.case_id = c.id),
  'transfer', EXISTS (SELECT 1 FROM violations_transfer WHERE case_id = c.id
                      AND transferred_on IS NOT NULL AND acknowledged_at IS NULL),
  'sessions', (SELECT count(*) FROM violations_workingsession WHERE case_id = c.id),
  'warnings', (SELECT jsonb_agg(jsonb_build_array(agency, ground, lifted_on IS NULL))
               FROM violations_agencywarning WHERE case_id = c.id),
  'commune', EXISTS (SELECT 1 FROM violations_communerequest WHERE case_id = c.id
                     AND sent_on IS NOT NULL AND reported_on IS NULL),
  'attempts', (SELECT jsonb_agg(jsonb_build_array(what, "on") ORDER BY "on", id)
               FROM violations_serviceattempt WHERE case_id = c.id),
  'reliefs', (SELECT jsonb_agg(jsonb_build_array(kind, state, until_on) ORDER BY id)
              FROM violations_relief WHERE case_id = c.id),
  'complaints', (SELECT jsonb_agg(jsonb_build_array(level, state) ORDER BY id)
                 FROM violations_complaint WHERE case_id = c.id),
  'lawsuit', EXISTS (SELECT 1 FROM violations_lawsuit WHERE case_id = c.id AND judged_on IS NULL),
  'suspended', EXISTS (SELECT 1 FROM violations_executionsuspension
                       WHERE case_id = c.id AND lifted_on IS NULL),
  'late', c.pay_due_on IS NOT NULL AND EXISTS (SELECT 1 FROM violations_caseevent
          WHERE case_id = c.id AND step = 'begin_late_charge'),
  'points', EXISTS (SELECT 1 FROM violations_pointsentry p
            JOIN violations_decision d ON d.id = p.decision_id
            WHERE d.case_id = c.id AND p.what = 'deducted'),
  'suspension', EXISTS (SELECT 1 FROM violations_licencesuspension s
                        JOIN violations_decision d ON d.id = s.decision_id
                        WHERE d.case_id = c.id),
  'unpaid', (SELECT d.fine_vnd
               + coalesce((SELECT sum(delta_vnd) FROM violations_fineadjustment
                           WHERE decision_id = d.id), 0)
               - coalesce((SELECT sum(p.fine_vnd) FROM violations_payment p
                           WHERE p.decision_id = d.id AND NOT EXISTS (
                             SELECT 1 FROM violations_paymentreversal WHERE payment_id = p.id)), 0)
               + coalesce((SELECT sum(r.fine_vnd) FROM violations_refund r
                           JOIN violations_payment p ON p.id = r.payment_id
                           WHERE p.decision_id = d.id AND r.state = 'done'), 0)
             FROM violations_decision d WHERE d.case_id = c.id),
  'claim', EXISTS (SELECT 1 FROM violations_paymentclaim
                   WHERE case_id = c.id AND state = 'open')
) FROM violations_violation c WHERE c.id = %s
"""


def read_beside(case_id: uuid.UUID) -> Beside:
    """Read what stands beside a case, in one query. Raises LookupError for an unknown case."""
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [case_id])
        found = cursor.fetchone()
    if found is None:
        raise LookupError("no such case")
    row = found[0] if isinstance(found[0], dict) else json.loads(found[0])
    kinds = row["circumstances"] or []
    people = {
        role: (kind, address, licence) for role, kind, address, licence in row["parties"] or []
    }
    warnings = row["warnings"] or []
    reliefs = row["reliefs"] or []
    offender = people.get("offender", ("", False, False))
    return Beside(
        clocks={
            name: RunningClock(_day(start), _day(due), _day_or_none(met), provisional)
            for name, (start, due, met, provisional) in (row["clocks"] or {}).items()
        },
        decision_variant=row["variant"] or "",
        acts=tuple(ChargedAct(*act) for act in row["acts"] or []),
        mitigating=kinds.count("mitigating"),
        aggravating=kinds.count("aggravating"),
        owner_has_address=people.get("owner", ("", False, False))[1],
        offender_kind=offender[0],
        offender_has_licence=offender[2],
        waiting_drafts=frozenset(row["drafts"] or []),
        second_look=_look(row["look"]),
        lookers=frozenset(row["lookers"] or []),
        judges=frozenset(officer for officer, _upheld in row["judges"] or []),
        overruled=frozenset(who for who, upheld in row["judges"] or [] if upheld is False),
        look_is_blind=bool(row["look"] and row["look"][3]),
        blind_verdicts_by=frozenset((row["look"] and row["look"][4]) or []),
        transfer_unacknowledged=row["transfer"],
        sessions=row["sessions"],
        standing_warnings=frozenset(agency for agency, _ground, stands in warnings if stands),
        warned_grounds=frozenset(ground for _agency, ground, _stands in warnings),
        commune_report_awaited=row["commune"],
        service_attempts=tuple((what, _day(on)) for what, on in row["attempts"] or []),
        open_relief=next((kind for kind, state, _u in reliefs if state == "requested"), ""),
        deferred_until=_until(reliefs, "deferral"),
        instalments_until=_until(reliefs, "instalments"),
        complaints=dict(row["complaints"] or []),
        lawsuit_is_open=row["lawsuit"],
        is_suspended=row["suspended"],
        late_charge_begun=row["late"],
        points_deducted=row["points"],
        licence_is_suspended=row["suspension"],
        unpaid_fine_vnd=row["unpaid"] or 0,
        claims_payment=row["claim"],
    )


def _look(row: list[Any] | None) -> str:
    if row is None:
        return ""
    looked, agrees, upholds = row[:3]
    if not looked:
        return "open"
    if agrees:
        return "agreed"
    return {None: "disagreed", True: "upheld", False: "overturned"}[upholds]


def _until(reliefs: list[list[Any]], wanted: str) -> date | None:
    ends = [
        _day(until)
        for kind, state, until in reliefs
        if (kind, state) == (wanted, "granted") and until
    ]
    return max(ends, default=None)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
