"""What the passing of time does to cases; each step idempotent, each with its event.

The sweep asks no case whether it is due. It walks the index of running clocks by name and day, in
batches, and takes each case in a transaction of its own: killed at any point it goes on from the
rows that are left. A case that somebody holds is left for the next run, and one that fails does
not stop the others.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from violations import late_charging, measures, payments, recovery, sanctions
from violations.actors import SYSTEM
from violations.guards import Refused, day_in_viet_nam
from violations.models import CaseDeadline, Violation
from violations.workflow import PAYABLE

BATCH = 500
log = logging.getLogger(__name__)
Take = Callable[[uuid.UUID, datetime], list[str]]

_CANDIDATES = """
SELECT due_on, case_id FROM violations_casedeadline
WHERE name = %s AND met_on IS NULL AND passed_on IS NULL
  AND due_on < %s AND (due_on, case_id) > (%s, %s)
ORDER BY due_on, case_id LIMIT %s
"""


def daily(*, at: datetime) -> dict[str, int]:
    """Take every step that the passing of time calls for; returns counts by step.

    Beside the steps, ``refused`` counts cases whose guards say not now (a deferral, an unconfirmed
    year), ``locked`` those somebody held, ``failed`` those that raised: all three are tried again
    by the next run. A warning, and a late charge on unproven receipt, is only proposed here: an
    officer confirms it (``measures``). Requests to restore a second factor that nobody settled in a
    day are closed, ``expire_recovery``.
    Luật XLVPHC Đ6, Đ65–66, Đ74, Đ78; TT 73/2024 Đ24 k5; NĐ 168/2024 Đ47 k11
    """
    counts = _end(at)
    counts += _pass("no_show", "warn_no_show", _propose_no_show, at)
    counts += _pass("pay_due", "warn_unpaid", _press_for_payment, at)
    if expired := recovery.expire(at=at):
        counts["expire_recovery"] += expired
    if overtaken := measures.withdraw_overtaken(at=at):
        counts["withdraw_overtaken"] = overtaken
    return dict(counts)


def end_overdue(*, at: datetime) -> int:
    """End every case whose time bar, decision period or execution period has passed.

    Luật XLVPHC Đ6, Đ65–66, Đ74. Returns how many were ended.
    """
    counts = _end(at)
    return sum(counts[step] for step in ("bar_by_time", "pass_decision_period", "lapse"))


def candidates(clock: str, today: date) -> Iterator[uuid.UUID]:
    """Yield the cases with a clock that ended before today and was not acted on, oldest first."""
    last_day, last_case = date.min, uuid.UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_CANDIDATES, [clock, today, last_day, last_case, BATCH])
            rows = cursor.fetchall()
        yield from (case_id for _due_on, case_id in rows)
        if len(rows) < BATCH:
            return
        last_day, last_case = rows[-1]


def _end(at: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    for clock, step in (
        ("time_bar", "bar_by_time"),
        ("decision_due", "pass_decision_period"),
        ("lapse", "lapse"),
    ):
        counts += _pass(clock, step, _ending(step), at)
    return counts


def _pass(clock: str, step: str, take: Take, at: datetime) -> Counter[str]:
    """Take a step for every case whose clock has passed, each in its own transaction."""
    counts: Counter[str] = Counter()
    today = day_in_viet_nam(at)
    for case_id in candidates(clock, today):
        try:
            with transaction.atomic():
                free = Violation.objects.select_for_update(skip_locked=True, of=("self",))
                if not free.filter(pk=case_id).values_list("pk").first():
                    counts["locked"] += 1
                    continue
                taken = take(case_id, at)
                CaseDeadline.objects.filter(
                    case_id=case_id, name=clock, met_on__isnull=True
                ).update(passed_on=today)
            counts.update(taken)
        except Refused:
            counts["refused"] += 1
        except Exception as fault:
            # The id alone: a message of the database may quote personal data.
            log.error("sweep: %s failed for case %s: %s", step, case_id, type(fault).__name__)
            counts["failed"] += 1
            if not connection.is_usable():
                raise
    return counts


def _ending(step: str) -> Take:
    def end(case_id: uuid.UUID, at: datetime) -> list[str]:
        sanctions.end_by_clock(case_id, step, at=at)
        return [step]

    return end


def _propose_no_show(case_id: uuid.UUID, at: datetime) -> list[str]:
    return ["propose_warn_no_show"] if measures.propose(case_id, "warn_no_show", at=at) else []


def _press_for_payment(case_id: uuid.UUID, at: datetime) -> list[str]:
    """Propose the warning; note the late charge where the law sets it, propose it elsewhere.

    The two things that follow one last day. Luật XLVPHC Đ78 k1; NĐ 168/2024 Đ47 k11
    """
    taken = []
    try:
        if measures.propose(case_id, "warn_unpaid", at=at):
            taken.append("propose_warn_unpaid")
    except Refused:
        pass  # not served in fact, or warned before; the late charge has reasons of its own
    try:
        late_charging.begin_late_charge(case_id, by=SYSTEM, at=at)
        taken.append("begin_late_charge")
    except Refused:
        try:
            if measures.propose(case_id, "begin_late_charge", at=at):
                taken.append("propose_late_charge")
        except Refused:
            case = Violation.objects.get(pk=case_id)
            warned = "unpaid" in case.beside.warned_grounds or case.status == "decided"
            if not (case.beside.late_charge_begun and (warned or taken)):
                raise
    return taken


def close_paid(*, at: datetime) -> int:
    """Close every case with nothing left to pay but whose closing was interrupted."""
    waiting = Violation.objects.filter(status__in=PAYABLE).filter(
        Q(decision__payments__isnull=False) | Q(decision__adjustments__isnull=False)
    )
    return sum(
        payments.settle_and_close(case_id, at=at)
        for case_id in list(waiting.distinct().values_list("pk", flat=True))
    )
