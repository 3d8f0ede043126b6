"""Erase what people wrote in a case once nobody needs it: words, names, contacts and files.

The days are those of the evidence of the same case (``cameras.retention``): it has ended, nobody
can contest it, nothing is held, and the rule of its class has run out; without a rule nothing goes.
Whatever people sent is part of the file, whose keeping the archive law rules (law.md §8.4), so it
is kept as long as the file's evidence and no longer. What is left says that something was sent,
when, and what became of it.

Locks: the case row, the disposers' turn, the detection; then the rows. One case is one transaction,
so a run that is killed goes on where it stopped.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from cameras import disposal, retention
from cameras.models import RetentionRule
from cameras.retention import RecordClass
from citizens.models import DriverStatement, Erasure, Nomination, Submission, SubmissionFile
from citizens.nominee_contacts import blank_contacts
from violations.models import Violation
from violations.retained import UNDECIDED
from violations.workflow import ENDED

PAGE = 500
#: Each table of what people wrote, and the moment from which its rows are asked about.
WRITTEN = ((Submission, "received_at"), (DriverStatement, "made_at"), (Nomination, "named_at"))
CLASSES = {
    RecordClass.REJECTED: tuple(status for status in ENDED if status in UNDECIDED),
    RecordClass.CASE: tuple(status for status in ENDED if status not in UNDECIDED),
}


def erase_due(*, at: datetime, limit: int = 200) -> int:
    """Erase what people wrote in at most so many cases whose time is over; returns in how many.

    A case that somebody is at work on is left for the next run.
    """
    erased = 0
    for case_id in _due(at):
        erased += erase_case(case_id, at=at)
        if erased >= limit:
            break
    return erased


def erase_case(case_id: uuid.UUID, *, at: datetime) -> bool:
    """Erase what people wrote in one case; False while something needs it, or nothing is left.

    Luật 91/2025/QH15: personal data go when the purpose has ended and no law keeps them. The case,
    its papers and its history stay as they are.
    """
    with transaction.atomic():
        free = Violation.objects.select_for_update(of=("self",), skip_locked=True)
        case = free.filter(pk=case_id).first()
        if case is None:
            return False
        disposal.lock_beside(case.detection_id)
        rule = retention.let_go([case.detection_id], at=at).get(case.detection_id)
        if rule is None or _is_asked_for(case, rule, at):
            return False
        rows = _blank(case, at)
        if not rows:
            return False
        files = SubmissionFile.objects.filter(submission__case=case, erased_at__isnull=True)
        kept = dict(files.values_list("sha256", "size"))
        file_count = files.update(name="", erased_at=at)
        disposal.dispose_beside(kept, rule, at=at)
        Erasure.objects.create(
            case=case,
            what=Erasure.What.WORDS,
            row_count=rows,
            file_count=file_count,
            ground=disposal.ground_of(rule),
            erased_at=at,
        )
    return True


def erasure_of(case: Violation) -> Erasure | None:
    """Return when and why what people wrote in a case was erased, None while it stands."""
    return case.erasures.filter(what=Erasure.What.WORDS).first()


def _due(at: datetime) -> Iterator[uuid.UUID]:
    """Yield the cases in which something can be erased now, those written in longest ago first."""
    rules = retention.rules_by_class()
    seen: set[uuid.UUID] = set()
    for record_class, statuses in CLASSES.items():
        if record_class not in rules:
            continue
        floor = at - timedelta(days=rules[record_class].keep_days)
        for model, moment in WRITTEN:
            written: QuerySet[Submission | DriverStatement | Nomination] = model.objects.filter(
                Q(**{f"{moment}__lte": floor}), erased_at__isnull=True, case__status__in=statuses
            )
            yield from _ready(written, moment, seen, at)


def _ready(
    written: QuerySet[Submission | DriverStatement | Nomination],
    moment: str,
    seen: set[uuid.UUID],
    at: datetime,
) -> Iterator[uuid.UUID]:
    """Walk a table page by page, for rows that have to stay come before those that may go."""
    rows = written.order_by(moment, "pk").annotate(
        written_at=F(moment), detection_id=F("case__detection")
    )
    rows = rows.values_list("written_at", "pk", "case_id", "detection_id")
    after = Q()
    while page := list(rows.filter(after)[:PAGE]):
        last_at, last_pk = page[-1][:2]
        # The first part is what the index understands.
        after = Q(**{f"{moment}__gte": last_at}) & (
            Q(**{f"{moment}__gt": last_at}) | Q(pk__gt=last_pk)
        )
        fresh = {case_id: of for _at, _pk, case_id, of in page if case_id not in seen}
        seen |= fresh.keys()
        gone = retention.let_go(list(fresh.values()), at=at)
        yield from (case_id for case_id, of in fresh.items() if of in gone)


def _is_asked_for(case: Violation, rule: RetentionRule, at: datetime) -> bool:
    """Tell whether an answer waits for an officer, or was sent or settled within the days."""
    floor = at - timedelta(days=rule.keep_days)
    later = Q(received_at__gt=floor) | Q(settled_at__gt=floor)
    waits = Q(state=Submission.State.RECEIVED)
    if case.submissions.filter(Q(erased_at__isnull=True) & (waits | later)).exists():
        return True
    return bool(case.nominations.filter(state=Nomination.State.OPEN).exists())


def _blank(case: Violation, at: datetime) -> int:
    """Blank the words of a case; returns of how many answers, statements and nominations."""
    sent = case.submissions.filter(erased_at__isnull=True).update(
        text="",
        statement={},
        writer_name="",
        contact="",
        address="",
        person="",
        answer="",
        erased_at=at,
    )
    stated = case.driver_statements.filter(erased_at__isnull=True).update(
        full_name="",
        born_on=None,
        identity_number="",
        address="",
        licence_number="",
        licence_classes="",
        text="",
        answer="",
        erased_at=at,
    )
    blank_contacts(case.nominations.all(), at=at)
    named = case.nominations.filter(erased_at__isnull=True).update(
        full_name="", proof_text="", answer="", erased_at=at
    )
    return int(sent + stated + named)
