"""The contact of a person who was named and did not accept goes long before the case does.

He is no party of it. Once the chain has settled nobody writes to him again, so that his address,
e-mail and telephone are erased after ``NAMED_CONTACT_DAYS``. No law we found sets the days; until
then they show how he was told. His name stays in the file as long as the file's other words: the
chain would not be one without it. Lines of fleet files follow by ``FLEET_ROW_DAYS``.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cameras import disposal
from cameras.models import LegalHold
from citizens.models import DriverStatement, Erasure, FleetRow, Nomination
from violations.guards import day_in_viet_nam
from violations.models import Violation
from violations.retained import in_dispute

State = Nomination.State
DID_NOT_ACCEPT = (State.REFUSED, State.WITHDRAWN, State.EXPIRED)


def erase_due(*, at: datetime, limit: int = 200) -> int:
    """Erase the contacts whose days are over in at most so many cases; returns in how many."""
    erased = 0
    for case_id in _due(at).values_list("case_id", flat=True).order_by("answered_at").iterator():
        erased += erase_in_case(case_id, at=at)
        if erased >= limit:
            break
    return erased


def erase_in_case(case_id: uuid.UUID, *, at: datetime) -> bool:
    """Erase the contacts of who did not accept in one case; False while something needs them.

    A legal hold and an open dispute keep them: how somebody was told may be what is disputed.
    """
    with transaction.atomic():
        free = Violation.objects.select_for_update(of=("self",), skip_locked=True)
        case = free.filter(pk=case_id).first()
        if case is None:
            return False
        disposal.lock_beside(case.detection_id)
        rows = case.nominations.filter(state__in=DID_NOT_ACCEPT, contact_erased_at__isnull=True)
        if not rows.exists() or _is_needed(case, at):
            return False
        count = blank_contacts(rows, at=at)
        Erasure.objects.create(
            case=case,
            what=Erasure.What.CONTACT,
            row_count=count,
            ground=f"NAMED_CONTACT_DAYS, {settings.NAMED_CONTACT_DAYS} d",
            erased_at=at,
        )
    return True


def blank_contacts(rows: QuerySet[Nomination], *, at: datetime) -> int:
    """Blank the contacts of nominations, and those of the fleet lines that serve no other one."""
    chosen = list(rows.filter(contact_erased_at__isnull=True).values_list("pk", "fleet_row"))
    of_files = [fleet_row for _pk, fleet_row in chosen if fleet_row is not None]
    count = Nomination.objects.filter(pk__in=[pk for pk, _row in chosen]).update(
        address="", email="", phone="", contact_erased_at=at
    )
    using = Nomination.objects.filter(fleet_row=OuterRef("pk"), contact_erased_at__isnull=True)
    FleetRow.objects.filter(~Exists(using), pk__in=of_files).update(address="", email="", phone="")
    return count


def erase_fleet_rows(*, at: datetime, limit: int = 2_000) -> int:
    """Erase the people of fleet files whose period ended ``FLEET_ROW_DAYS`` ago; returns how many.

    Until then a case of that period may still come (a year, Luật XLVPHC Đ6). A line by which
    somebody was named waits for that nomination.
    """
    until = day_in_viet_nam(at) - timedelta(days=settings.FLEET_ROW_DAYS)
    using = Nomination.objects.filter(fleet_row=OuterRef("pk"), erased_at__isnull=True)
    with transaction.atomic():
        rows = FleetRow.objects.select_for_update(of=("self",), skip_locked=True)
        due = rows.filter(~Exists(using), until_on__lt=until, erased_at__isnull=True)
        due = due.filter(upload__uploaded_at__lt=at - timedelta(days=settings.FLEET_ROW_DAYS))
        chosen = [row.pk for row in due.order_by("until_on", "pk")[:limit]]
        if not chosen:
            return 0
        count = FleetRow.objects.filter(pk__in=chosen).update(
            full_name="", address="", email="", phone="", erased_at=at
        )
        Erasure.objects.create(
            what=Erasure.What.FLEET,
            row_count=count,
            ground=f"FLEET_ROW_DAYS, {settings.FLEET_ROW_DAYS} d",
            erased_at=at,
        )
    return count


def _due(at: datetime) -> QuerySet[Nomination]:
    floor = at - timedelta(days=settings.NAMED_CONTACT_DAYS)
    return Nomination.objects.filter(
        state__in=DID_NOT_ACCEPT, contact_erased_at__isnull=True, answered_at__lte=floor
    )


def _is_needed(case: Violation, at: datetime) -> bool:
    """Tell whether the chain has not settled for long enough, or something is held or disputed."""
    floor = at - timedelta(days=settings.NAMED_CONTACT_DAYS)
    unsettled = Q(state=State.OPEN) | Q(answered_at__gt=floor)
    waits = Q(state=DriverStatement.State.OPEN) | Q(settled_at__gt=floor)
    return (
        case.nominations.filter(unsettled).exists()
        or case.driver_statements.filter(waits).exists()
        or LegalHold.objects.filter(detection=case.detection_id, lifted_at__isnull=True).exists()
        or bool(in_dispute([case.pk]))
    )
